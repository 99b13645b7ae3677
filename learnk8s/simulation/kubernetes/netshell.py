"""curl, wget and nslookup, as the terminal and the containers run them; their texts and exit codes are those of the real ones."""

import re
from collections.abc import Callable

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, Network, NetworkFailure

PHRASES = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
CURL_USAGE = "curl: try 'curl --help' or 'curl --manual' for more information\n"
WITH_VALUE = ("-o", "-w", "-m", "--max-time", "--connect-timeout", "-X", "-d", "-H", "--data", "--request", "--header", "--retry", "-A", "-u", "--output", "--write-out")


Local = Callable[[int, str, str, str], HttpAnswer | NetworkFailure | None]
"""Answers a request to a port of the own machine (port, path, method, body), or None where nothing listens."""


def network_command(argv: list[str], network: Network, *, namespace: str = "default", localhost: "str | Local" = "", write: Callable[[str, str], None] | None = None) -> Outcome:
    """Run one of the commands; `localhost` is the address that it means (or who answers there), "" where nothing listens; `write` puts what is downloaded into a file."""
    name = argv[0].rsplit("/", 1)[-1]
    if name == "dig":
        return _dig(argv, network, namespace)
    if name == "nslookup":
        return _nslookup(argv, network, namespace)
    return _curl(argv, network, namespace, localhost, write) if name == "curl" else _wget(argv, network, namespace, localhost, write)


def _split(url: str) -> tuple[str, int, str]:
    found = re.match(r"^(?:(https?)://)?([^/:?#]+)(?::(\d{1,5}))?(/.*)?$", url)
    if found is None:
        return "", 0, "/"
    scheme, host, port, path = found.groups()
    return host, int(port or (443 if scheme == "https" else 80)), path or "/"


def _asked(network: Network, url: str, namespace: str, localhost: "str | Local", method: str, body: str = "") -> tuple[str, int, HttpAnswer | NetworkFailure]:
    host, port, path = _split(url)
    if host in ("localhost", "127.0.0.1", "::1") and not isinstance(localhost, str):
        return host, port, localhost(port, path, method, body) or NetworkFailure("refused", host, port, "network.refused")
    if host in ("localhost", "127.0.0.1") and isinstance(localhost, str):
        if not localhost:
            return host, port, NetworkFailure("refused", host, port, "network.refused")
        return host, port, network.request(localhost, port, path, method=method, namespace=namespace)
    return host, port, network.request(host, port, path, method=method, namespace=namespace)


def _curl(argv: list[str], network: Network, namespace: str, localhost: "str | Local", write: Callable[[str, str], None] | None) -> Outcome:
    words, flags = [], {}
    rest = argv[1:]
    while rest:
        word = rest.pop(0)
        if word in WITH_VALUE:
            flags[word] = rest.pop(0) if rest else ""
        elif re.fullmatch(r"-[a-zA-Z]{2,}", word):
            flags.update({f"-{letter}": "" for letter in word[1:]})
            if word[-1] in "omwXdHAu" and rest:
                flags[f"-{word[-1]}"] = rest.pop(0)
            if "k" in word:
                flags["-k"] = ""
        elif re.match(r"--(output|write-out|max-time|connect-timeout|request|data|header|retry|resolve)=", word):
            name, _, value = word.partition("=")
            flags[name] = value
        elif word.startswith("-"):
            flags[word] = ""
        else:
            words.append(word)
    if not words:
        return Outcome("", CURL_USAGE, 2)
    silent = "-s" in flags or "--silent" in flags
    data = flags.get("-d", flags.get("--data", ""))
    host, port, answer = _asked(network, words[0], namespace, localhost, flags.get("-X", flags.get("--request", "POST" if data else "GET")), data)
    if not host:
        return Outcome("", "curl: (3) URL rejected: Bad hostname\n", 3)
    if isinstance(answer, NetworkFailure):
        code, text = _curl_failure(answer, host, port, flags.get("-m", flags.get("--max-time", flags.get("--connect-timeout", "130"))))
        return Outcome("", "" if silent and "-S" not in flags else f"curl: ({code}) {text}\n", code)
    body = answer.body
    head = f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, 'OK')}\r\nContent-Length: {len(body.encode())}\r\n\r\n".replace("\r\n", "\n")
    verbose = f"*   Trying {host}:{port}...\n* Connected to {host} ({host}) port {port}\n> GET {_split(words[0])[2]} HTTP/1.1\n> Host: {host}:{port}\n> User-Agent: curl/8.14.1\n> Accept: */*\n>\n< HTTP/1.1 {answer.status} {PHRASES.get(answer.status, 'OK')}\n" if "-v" in flags else ""
    if answer.status >= 400 and ("-f" in flags or "--fail" in flags):
        return Outcome("", verbose + ("" if silent else f"curl: (22) The requested URL returned error: {answer.status}\n"), 22)
    shown = head if "-I" in flags or "--head" in flags else head + body if "-i" in flags else body
    target = flags.get("-o", flags.get("--output"))
    if target == "/dev/null":
        shown = ""
    elif (target or "-O" in flags) and write is not None:
        write(target or _split(words[0])[2].rpartition("/")[2] or "index.html", shown)
        shown = ""
    written = flags.get("-w", flags.get("--write-out", "")).replace("%{http_code}", str(answer.status)).replace("%{response_code}", str(answer.status)).replace("%{remote_ip}", host).replace("\\n", "\n")
    return Outcome(shown + written, verbose)


def _curl_failure(failure: NetworkFailure, host: str, port: int, limit: str) -> tuple[int, str]:
    seconds = int(float(limit)) if re.fullmatch(r"\d{1,4}(\.\d+)?", limit) else 130
    match failure.kind:
        case "nxdomain":
            return 6, f"Could not resolve host: {host}"
        case "refused":
            return 7, f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
        case "empty":
            return 52, "Empty reply from server"
    return 28, f"Connection timed out after {seconds * 1000 + 1} milliseconds" if seconds < 130 else f"Failed to connect to {host} port {port} after 130000 ms: Could not connect to server"


def _wget(argv: list[str], network: Network, namespace: str, localhost: "str | Local", write: Callable[[str, str], None] | None) -> Outcome:
    words, target, rest = [], "", list(argv[1:])
    while rest:
        word = rest.pop(0)
        if re.fullmatch(r"-[qSc]*O.*", word):
            target = word.partition("O")[2] or (rest.pop(0) if rest else "")
        elif word in ("-T", "-t", "--timeout", "--tries") and rest:
            rest.pop(0)
        elif not word.startswith("-"):
            words.append(word)
    if not words:
        return Outcome("", "wget: missing URL\n", 1)
    host, port, answer = _asked(network, words[-1], namespace, localhost, "GET")
    if isinstance(answer, NetworkFailure):
        texts = {"nxdomain": f"wget: bad address '{host}'\n", "refused": f"wget: can't connect to remote host ({host}): Connection refused\n"}
        return Outcome("", texts.get(answer.kind, "wget: download timed out\n"), 1)
    if answer.status >= 400:
        return Outcome("", f"Connecting to {host}:{port}\nwget: server returned error: HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}\n", 1)
    if target in ("-", "/dev/stdout"):
        return Outcome(answer.body)
    if target != "/dev/null" and write is not None:
        name = target or _split(words[-1])[2].rpartition("/")[2] or "index.html"
        write(name, answer.body)
        return Outcome("", "" if any("q" in word for word in argv if re.fullmatch(r"-[a-zA-Z]+", word)) else f"Connecting to {host}:{port}\nsaving to '{name}'\n'{name}' saved\n")
    return Outcome()


def _dig(argv: list[str], network: Network, namespace: str) -> Outcome:
    """`dig [+short] NAME`: it does not use the search path unless told to."""
    words = [word for word in argv[1:] if not word.startswith(("-", "+", "@")) and word not in ("A", "AAAA", "SRV", "ANY")]
    if not words:
        return Outcome("", "usage: dig [+short] HOST\n", 1)
    name = words[0].rstrip(".")
    found = (network.resolve(words[0], namespace) if "." in name or "+search" in argv else None) or []
    if "+short" in argv:
        return Outcome("".join(f"{address}\n" for address in found))
    answers = "".join(f"{name}.\t\t30\tIN\tA\t{address}\n" for address in found)
    head = f"; <<>> DiG 9.20 <<>> {' '.join(argv[1:])}\n;; ->>HEADER<<- opcode: QUERY, status: {'NOERROR' if found else 'NXDOMAIN'}, id: 4711\n;; flags: qr aa rd; QUERY: 1, ANSWER: {len(found)}, AUTHORITY: {int(not found)}, ADDITIONAL: 1\n\n"
    return Outcome(f"{head};; QUESTION SECTION:\n;{name}.\t\t\tIN\tA\n\n" + (f";; ANSWER SECTION:\n{answers}\n" if found else "") + ";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)\n\n")


def _nslookup(argv: list[str], network: Network, namespace: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith(("-", "+", "@"))]
    if not words:
        return Outcome("", "usage: nslookup HOST\n", 1)
    found = network.resolve(words[0], namespace)
    head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
    if not found:
        return Outcome(head + f"** server can't find {words[0]}: NXDOMAIN\n\n", "", 1)
    whole = words[0] if "." in words[0] and words[0].count(".") > 1 else f"{words[0].split('.')[0]}.{words[0].split('.')[1] if '.' in words[0] else namespace}.svc.cluster.local"
    return Outcome(head + "".join(f"Name:\t{whole}\nAddress: {address}\n" for address in found) + "\n")
