"""Where wget and curl put what they get."""

import re
from collections.abc import Sequence


def saved_name(argv: Sequence[str]) -> str:
    """Return the file into which wget or curl puts what comes, "" for none.

    >>> saved_name(["wget", "http://web/a/b.txt"]), saved_name(["wget", "web"]), saved_name(["wget", "-qO-", "web"]), saved_name(["curl", "-so", "x", "web"])
    ('b.txt', 'index.html', '', 'x')
    """
    is_wget = argv[0].rsplit("/", 1)[-1] == "wget"
    options = zip(argv, argv[1:], strict=False)
    target = next((value for word, value in options if re.fullmatch(r"-[a-zA-Z]*O" if is_wget else r"-[a-zA-Z]*o|--output", word)), "")
    target = target or next((word.partition("O")[2] for word in argv if is_wget and re.fullmatch(r"-[a-z]*O\S+", word)), "")
    if not target and is_wget and "--spider" not in argv:
        urls = [word for place, word in enumerate(argv) if place and not word.startswith("-") and argv[place - 1] not in ("-T", "-t", "-P", "--header", "-o")]
        path = re.sub(r"^https?://", "", urls[-1]).partition("/")[2] if urls else ""
        target = path.partition("?")[0].rpartition("/")[2] or "index.html" if urls else ""
    return "" if target in ("-", "/dev/null", "/dev/stdout") else target
