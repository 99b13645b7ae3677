"""curl and wget: what they ask, what they show of an answer and of the talk before it, and how they fail. Models curl 8.14 and busybox' networking/wget.c (1.36)."""

import re
from typing import NamedTuple

from learnk8s.simulation.kernel.shell.downloads import saved_name
from learnk8s.simulation.kubernetes.network import names
from learnk8s.simulation.kubernetes.network.network import PHRASES, HttpAnswer, NetworkFailure
from learnk8s.simulation.kubernetes.network.origin import Ask
from learnk8s.simulation.kubernetes.sending import DNS_TIMEOUT_S, Sender, Timed, asked, known, split_url

CURL_USAGE = "curl: try 'curl --help' or 'curl --manual' for more information\n"
WITH_VALUE = ("-o", "-w", "-m", "--max-time", "--connect-timeout", "-X", "-d", "-H", "--data", "--request", "--header", "--retry", "-A", "-u", "--output", "--write-out", "--resolve", "--cacert", "--cert", "--key", "-T", "--user",
              "--data-raw", "--connect-to", "--retry-delay", "-e", "-b", "-c", "--interface")
AGENT = "curl/8.14.1"
TCP_TIMEOUT_S, WGET_TIMEOUT_S = 130, 127
REDIRECTS_MAX = 5
SELF_SIGNED = "curl: (60) SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.\n"


class Asked(NamedTuple):
    """What curl has asked, and where."""

    host: str
    port: int
    path: str
    method: str
    shown_host: str
    address: str


# curl


def curl(argv: list[str], sender: Sender) -> Timed:
    """`curl`."""
    words, flags, headers, resolve = [], {}, [], {}
    rest = argv[1:]
    while rest:
        word = rest.pop(0)
        if word in WITH_VALUE:
            value = rest.pop(0) if rest else ""
            flags[word] = value
            if word in ("-H", "--header"):
                headers.append(value)
            elif word == "--resolve" and value.count(":") == 2:
                name, number, address = value.split(":")
                resolve[f"{name}:{number}"] = address
        elif word.startswith("--") and "=" in word:
            flags[word.partition("=")[0]] = word.partition("=")[2]
        elif re.fullmatch(r"-[a-zA-Z]{2,}", word) and word[:2] not in WITH_VALUE:
            flags.update({f"-{letter}": "" for letter in word[1:]})
            if word[-1] in "omwXHdu" and rest:
                value = rest.pop(0)
                flags[f"-{word[-1]}"] = value
                if word[-1] == "H":
                    headers.append(value)
        elif re.fullmatch(r"-[mX]\S+", word):
            flags[word[:2]] = word[2:]
        elif word.startswith("-"):
            flags[word] = ""
        else:
            words.append(word)
    if not words:
        return Timed("", CURL_USAGE, 2)
    silent, failing = "-s" in flags or "--silent" in flags, "-f" in flags or "--fail" in flags
    method = flags.get("-X", flags.get("--request", "HEAD" if "-I" in flags or "--head" in flags else "POST" if any(name in flags for name in ("-d", "--data", "--data-raw")) else "GET"))
    url, is_verbose = words[0], "-v" in flags or "--verbose" in flags
    answer: HttpAnswer | NetworkFailure
    for _ in range(REDIRECTS_MAX):
        scheme, host, port, path = split_url(url)
        if not host:
            return Timed("", "curl: (3) URL rejected: Bad hostname\n", 3)
        pairs = tuple((key.strip().lower(), value.strip()) for key, _, value in (header.partition(":") for header in headers))
        shown_host = dict(pairs).get("host", host if port in (80, 443) else f"{host}:{port}")
        body = flags.get("-d", flags.get("--data", flags.get("--data-raw", "")))
        answer = asked(sender, host, port, Ask(path, method, shown_host, scheme, pairs, body), resolve.get(f"{host}:{port}", ""), body)
        if isinstance(answer, NetworkFailure):
            limit = flags.get("-m", flags.get("--max-time", flags.get("--connect-timeout", "")))
            code, text, took_ms = _curl_failure(answer, host, port, limit)
            verbose = _failing(sender, answer, host, port) if is_verbose else ""
            return Timed(_written(flags, "000", host, ""), verbose + ("" if silent and "-S" not in flags else f"curl: ({code}) {text}\n"), code, took_ms)
        if scheme == "https" and (answer.port or port) not in (443, 6443, 8443):
            return Timed("", "" if silent and "-S" not in flags else "curl: (35) TLS connect error: error:0A0000C6:SSL routines::packet length too long\n", 35)
        if scheme == "https" and "-k" not in flags and "--insecure" not in flags and "--cacert" not in flags and host not in names.EXTERNAL and known(sender, scheme, host, path) is None:
            return Timed("", "" if silent and "-S" not in flags else SELF_SIGNED, 60)
        if answer.status in (301, 302, 308) and ("-L" in flags or "--location" in flags):
            url = answer.body
            continue
        break
    assert isinstance(answer, HttpAnswer), "what failed was told above"
    target = flags.get("-o", flags.get("--output", path.rpartition("/")[2] or "index.html" if "-O" in flags else ""))
    if target and target not in ("/dev/null", "-") and sender.write is not None and answer.status < 400:
        sender.write(target, answer.body)
        flags["-o"] = "/dev/null"
    return _curl_shown(answer, flags, Asked(host, port, path, method, shown_host, _address(sender, host)), silent=silent, failing=failing)


def _curl_shown(answer: HttpAnswer, flags: dict[str, str], call: Asked, *, silent: bool, failing: bool) -> Timed:
    moved = answer.status in (301, 302, 308)
    body = f"<html>\r\n<head><title>{answer.status} {PHRASES.get(answer.status, '')}</title></head>\r\n</html>\r\n" if moved else answer.body
    fields = (answer.head or (("Content-Length", str(len(body.encode()))),)) + ((("Location", answer.body),) if moved else ())
    head = [f"HTTP/1.1 {answer.status} {PHRASES.get(answer.status, 'OK')}", *(f"{name}: {value}" for name, value in fields), ""]
    before = after = ""
    if "-v" in flags or "--verbose" in flags:
        sent = "* upload completely sent off\n" if answer.status and call.method == "POST" else "* Request completely sent off\n"
        asked_for = "".join(f"> {line}\n" for line in (f"{call.method} {call.path} HTTP/1.1", f"Host: {call.shown_host}", f"User-Agent: {flags.get('-A', flags.get('--user-agent', AGENT))}", "Accept: */*", ""))
        before = f"{_connecting(call)}* Connected to {call.host} ({call.address}) port {call.port}\n* using HTTP/1.x\n{asked_for}{sent}" + "".join(f"< {line}\n" for line in head)
        after = f"* Connection #0 to host {call.host} left intact\n"
    if answer.status >= 400 and failing:
        return Timed("", before + after + ("" if silent and "-S" not in flags else f"curl: (22) The requested URL returned error: {answer.status}\n"), 22)
    whole = "\n".join([*head, ""])
    shown = whole if call.method == "HEAD" else whole + body if "-i" in flags or "--include" in flags else body
    if flags.get("-o", flags.get("--output")) == "/dev/null":
        shown = ""
    text, written = shown.replace("\r\n", "\n"), _written(flags, str(answer.status), call.host, body)
    if not answer.lasts_ms:
        return Timed(text + written, before + after, screen=before + text + after + written if before else None)
    limit_ms = _limit_ms(flags.get("-m", flags.get("--max-time", "")))
    if limit_ms and limit_ms < answer.lasts_ms:
        late = "" if silent and "-S" not in flags else f"curl: (28) Operation timed out after {limit_ms + 1} milliseconds with {len(body.encode())} bytes received\n"
        return Timed(text + written, before + late, 28, limit_ms, is_stream=True)
    return Timed(text + written, before, 0, answer.lasts_ms, is_stream=True)


def _address(sender: Sender, host: str) -> str:
    """Return the address at which a host was reached."""
    if host == "localhost":
        return "127.0.0.1"
    return next(iter(names.lookup(sender.network, host, sender.origin).addresses), host)


def _connecting(call: Asked) -> str:
    """Return what curl says on the way to a connection."""
    resolved = "" if call.address == call.host else f"* Host {call.host}:{call.port} was resolved.\n* IPv6: (none)\n* IPv4: {call.address}\n"
    return f"{resolved}*   Trying {call.address}:{call.port}...\n"


def _failing(sender: Sender, failure: NetworkFailure, host: str, port: int) -> str:
    """Return what curl says of a connection that does not come about."""
    if failure.kind == "nxdomain":
        return f"* Could not resolve host: {host}\n* shutting down connection #0\n"
    address = _address(sender, host)
    trying = _connecting(Asked(host, port, "", "", "", address))
    if failure.kind == "refused":
        return f"{trying}* connect to {address} port {port} from {sender.origin.ip or '0.0.0.0'} port 40000 failed: Connection refused\n* Failed to connect to {host} port {port} after 0 ms: Could not connect to server\n* closing connection #0\n"
    return trying


def _limit_ms(text: str) -> int:
    return int(float(text) * 1000) if re.fullmatch(r"\d{1,4}(\.\d+)?", text) else 0


def _written(flags: dict[str, str], status: str, host: str, body: str) -> str:
    """Return what --write-out asks for; without an answer the status is 000."""
    written = flags.get("-w", flags.get("--write-out", ""))
    for mark, value in (("http_code", status), ("response_code", status), ("remote_ip", host), ("time_total", "0.004"), ("size_download", str(len(body)))):
        written = written.replace("%{" + mark + "}", value)
    return written.replace("\\n", "\n")


def _curl_failure(failure: NetworkFailure, host: str, port: int, limit: str) -> tuple[int, str, int]:
    limit_ms = _limit_ms(limit)
    match failure.kind:
        case "nxdomain":
            silent = failure.key == "network.no-dns"
            if silent and limit_ms:
                return 28, f"Resolving timed out after {limit_ms + 1} milliseconds", limit_ms
            return 6, f"Could not resolve host: {host}", DNS_TIMEOUT_S * 2000 if silent else 0
        case "empty":
            return 52, "Empty reply from server", 0
        case "refused":
            return 7, f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server", 0
    if limit_ms and limit_ms < TCP_TIMEOUT_S * 1000:
        return 28, f"Connection timed out after {limit_ms + 1} milliseconds", limit_ms
    return 28, f"Failed to connect to {host} port {port} after {TCP_TIMEOUT_S * 1000} ms: Could not connect to server", TCP_TIMEOUT_S * 1000


# wget


PROGRESS = "{name:<20.20} 100% |********************************| {size:>5}  0:00:00 ETA\n"


def wget(argv: list[str], sender: Sender) -> Timed:
    """`wget`."""
    words: list[str] = []
    limit, target, headers, spider, posted = "", "", [], False, None
    rest = argv[1:]
    while rest:
        word = rest.pop(0)
        if word in ("-T", "-O", "-t", "-P", "--header", "-o") and rest:
            value = rest.pop(0)
            limit, target = value if word == "-T" else limit, value if word == "-O" else target
            headers += [value] if word == "--header" else []
        elif word.startswith(("--timeout=", "-T")):
            limit = word.removeprefix("--timeout=").removeprefix("-T")
        elif word.startswith("--header="):
            headers.append(word.removeprefix("--header="))
        elif word.startswith("--post-data="):
            posted = word.removeprefix("--post-data=")
        elif re.fullmatch(r"-q?O-?.*", word):
            target = word.partition("O")[2] or (rest.pop(0) if rest and rest[0] == "-" else "-")
        elif word == "--spider":
            spider = True
        elif not word.startswith("-"):
            words.append(word)
    if not words:
        return Timed("", "wget: missing URL\nUsage: wget [-c|--continue] [--spider] [-q|--quiet] [-O|--output-document FILE] URL...\n", 1)
    scheme, host, port, path = split_url(words[-1])
    pairs = tuple((key.strip().lower(), value.strip()) for key, _, value in (header.partition(":") for header in headers))
    answer = asked(sender, host, port, Ask(path, "GET" if posted is None else "POST", dict(pairs).get("host", host), scheme, pairs, posted or ""))
    said = "" if any(re.match(r"-[a-zA-Z]*q", word) for word in argv[1:]) or "--quiet" in argv else f"Connecting to {host} ({_address(sender, host)}:{port})\n"
    if isinstance(answer, NetworkFailure):
        return _wget_failed(answer, host, _address(sender, host), int(limit) if limit.isdigit() else 0, said)
    if answer.status >= 400:
        return Timed("", f"{said}wget: server returned error: HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}\n", 1)
    if spider:
        return Timed("", f"{said}remote file exists\n" if said else "", 0)
    name, size = saved_name(argv), str(len(answer.body.encode()))
    if said and target != "/dev/null":
        said += (f"saving to '{name}'\n" if name else "writing to stdout\n")
        after = PROGRESS.format(name=name or "-", size=size) + (f"'{name}' saved\n" if name else "written to stdout\n")
    else:
        after = ""
    if name and sender.write is not None:
        sender.write(name, answer.body)
        return Timed("", said + after, 0, answer.lasts_ms)
    body = "" if target == "/dev/null" else answer.body
    return Timed(body, said + after, 0, answer.lasts_ms, is_stream=bool(answer.lasts_ms), screen=None if answer.lasts_ms or name else said + body + after)


def _wget_failed(failure: NetworkFailure, host: str, address: str, seconds: int, said: str) -> Timed:
    if failure.kind == "nxdomain":
        return Timed("", f"wget: bad address '{host}'\n", 1, DNS_TIMEOUT_S * 1000 if failure.key == "network.no-dns" else 0)
    if failure.kind == "refused":
        return Timed("", f"{said}wget: can't connect to remote host ({address}): Connection refused\n", 1)
    if seconds:
        return Timed("", f"{said}wget: download timed out\n", 1, seconds * 1000)
    return Timed("", f"{said}wget: can't connect to remote host ({address}): Connection timed out\n", 1, WGET_TIMEOUT_S * 1000)
