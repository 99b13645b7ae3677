"""curl, wget, nslookup, dig, nc, ping and getent, as the terminal and the containers run them; their texts, exit codes and waiting times are those of the real ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.network import names, policies
from learnk8s.simulation.kubernetes.network.network import PHRASES, HttpAnswer, Network, NetworkFailure
from learnk8s.simulation.kubernetes.network.origin import TERMINAL, Ask, Origin

CURL_USAGE = "curl: try 'curl --help' or 'curl --manual' for more information\n"
WITH_VALUE = ("-o", "-w", "-m", "--max-time", "--connect-timeout", "-X", "-d", "-H", "--data", "--request", "--header", "--retry", "-A", "-u", "--output", "--write-out", "--resolve", "--cacert", "--cert", "--key", "-T", "--user",
              "--data-raw", "--connect-to", "--retry-delay", "-e", "-b", "-c", "--interface")
TCP_TIMEOUT_S, WGET_TIMEOUT_S, DNS_TIMEOUT_S = 130, 127, 10
REDIRECTS_MAX = 5
PIPED = "\0"
"""Begins the word that holds what was piped into a command."""
SELF_SIGNED = "curl: (60) SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.\n"


@dataclass(frozen=True, slots=True)
class Timed(Outcome):
    """An outcome that took its time; what a stream said came at its beginning."""

    took_ms: int = 0
    is_stream: bool = False


class Waiting:
    """A foreground job that says `first` at once, if anything, and the rest when its time is out."""

    def __init__(self, text: str, status: int, until_ms: int, now_ms: Callable[[], int], first: str = "") -> None:
        self._text, self._status, self.wake_ms, self._now_ms, self._first = text, status, until_ms, now_ms, first

    def poll(self) -> tuple[str, int | None]:
        """Say how it ended once the time has come."""
        first, self._first = self._first, ""
        return (first + self._text, self._status) if self._now_ms() >= self.wake_ms else (first, None)

    def dump(self) -> dict[str, Any]:
        """Return what will be said, and when."""
        return {"text": self._text, "status": self._status, "until_ms": self.wake_ms, **({"first": self._first} if self._first else {})}


Local = Callable[[int, str, str, str], HttpAnswer | NetworkFailure | None]
"""Answers a request to a port of the terminal's own machine (port, path, method, body), or None where nothing listens."""
Write = Callable[[str, str], None]
"""Puts what is downloaded into a file."""
Web = Callable[[str], str | None]
"""Returns what stands at an address of the internet, or None where nothing is known of it."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The network, who asks, and what is on the asking machine."""

    network: Network
    origin: Origin
    localhost: Local | None = None
    write: Write | None = None
    web: Web | None = None


def network_command(argv: list[str], network: Network, *, origin: Origin = TERMINAL, localhost: Local | None = None, write: Write | None = None, web: Web | None = None) -> Timed:
    """Run one of the commands; `localhost` answers on the terminal's own machine, `write` puts what is downloaded into a file, `web` is what is known of the internet."""
    name = argv[0].rsplit("/", 1)[-1]
    return COMMANDS[name]([name, *argv[1:]], Sender(network, origin, localhost, write, web))


def _split(url: str) -> tuple[str, str, int, str]:
    found = re.match(r"^(?:(https?)://)?(?:[^/@]*@)?([^/:?#]+)(?::(\d{1,5}))?(/.*|\?.*)?$", url)
    if found is None:
        return "http", "", 0, "/"
    scheme, host, port, path = found.groups()
    path = path or "/"
    return scheme or "http", host, int(port or (443 if scheme == "https" else 80)), path if path.startswith("/") else f"/{path}"


def _known(sender: Sender, scheme: str, host: str, path: str) -> str | None:
    return sender.web(f"{scheme}://{host}{path}") if sender.web is not None else None


def _asked(sender: Sender, host: str, port: int, ask: Ask, resolved: str = "", body: str = "") -> HttpAnswer | NetworkFailure:
    network, origin = sender.network, sender.origin
    known = _known(sender, ask.scheme, host, ask.path)
    if known is not None:
        return HttpAnswer(200, known, "")
    if host in ("localhost", "127.0.0.1", "0.0.0.0", "::1"):
        if origin.pod is None:
            found = sender.localhost(port, ask.path, ask.method, body) if sender.localhost is not None else None
            return found or NetworkFailure("refused", host, port, "network.refused")
        return network.connect(origin.ip, port, host, origin, ask, is_loopback=bool(origin.pod["spec"].get("hostNetwork")))
    if resolved:
        return network.connect(resolved, port, host, origin, ask)
    return network.request(host, port, ask.path, method=ask.method, origin=origin, ask=ask)


# curl


def _curl(argv: list[str], sender: Sender) -> Timed:
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
    url, verbose = words[0], ""
    answer: HttpAnswer | NetworkFailure
    for _ in range(REDIRECTS_MAX):
        scheme, host, port, path = _split(url)
        if not host:
            return Timed("", "curl: (3) URL rejected: Bad hostname\n", 3)
        pairs = tuple((key.strip().lower(), value.strip()) for key, _, value in (header.partition(":") for header in headers))
        shown_host = dict(pairs).get("host", host if port in (80, 443) else f"{host}:{port}")
        body = flags.get("-d", flags.get("--data", flags.get("--data-raw", "")))
        answer = _asked(sender, host, port, Ask(path, method, shown_host, scheme, pairs, body), resolve.get(f"{host}:{port}", ""), body)
        if isinstance(answer, NetworkFailure):
            limit = flags.get("-m", flags.get("--max-time", flags.get("--connect-timeout", "")))
            code, text, took_ms = _curl_failure(answer, host, port, limit)
            return Timed(_written(flags, "000", host, ""), verbose + ("" if silent and "-S" not in flags else f"curl: ({code}) {text}\n"), code, took_ms)
        if scheme == "https" and (answer.port or port) not in (443, 6443, 8443):
            return Timed("", "" if silent and "-S" not in flags else "curl: (35) TLS connect error: error:0A0000C6:SSL routines::packet length too long\n", 35)
        if scheme == "https" and "-k" not in flags and "--insecure" not in flags and "--cacert" not in flags and host not in names.EXTERNAL and _known(sender, scheme, host, path) is None:
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
    return _curl_shown(answer, flags, host, port, path, method, shown_host, silent=silent, failing=failing)


def _curl_shown(answer: HttpAnswer, flags: dict[str, str], host: str, port: int, path: str, method: str, shown_host: str, *, silent: bool, failing: bool) -> Timed:
    moved = answer.status in (301, 302, 308)
    body = f"<html>\r\n<head><title>{answer.status} {PHRASES.get(answer.status, '')}</title></head>\r\n</html>\r\n" if moved else answer.body
    phrase = PHRASES.get(answer.status, "OK")
    head = f"HTTP/1.1 {answer.status} {phrase}\nContent-Length: {len(body.encode())}\n" + (f"Location: {answer.body}\n" if moved else "") + "\n"
    verbose = f"*   Trying {host}:{port}...\n* Connected to {host} ({host}) port {port}\n> {method} {path} HTTP/1.1\n> Host: {shown_host}\n> User-Agent: curl/8.14.1\n> Accept: */*\n>\n< HTTP/1.1 {answer.status} {phrase}\n" if "-v" in flags or "--verbose" in flags else ""
    if answer.status >= 400 and failing:
        return Timed("", verbose + ("" if silent and "-S" not in flags else f"curl: (22) The requested URL returned error: {answer.status}\n"), 22)
    shown = head if method == "HEAD" else head + body if "-i" in flags or "--include" in flags else body
    if flags.get("-o", flags.get("--output")) == "/dev/null":
        shown = ""
    text, written = shown.replace("\r\n", "\n"), _written(flags, str(answer.status), host, body)
    if not answer.lasts_ms:
        return Timed(text + written, verbose)
    limit_ms = _limit_ms(flags.get("-m", flags.get("--max-time", "")))
    if limit_ms and limit_ms < answer.lasts_ms:
        late = "" if silent and "-S" not in flags else f"curl: (28) Operation timed out after {limit_ms + 1} milliseconds with {len(body.encode())} bytes received\n"
        return Timed(text + written, verbose + late, 28, limit_ms, is_stream=True)
    return Timed(text + written, verbose, 0, answer.lasts_ms, is_stream=True)


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


def _wget(argv: list[str], sender: Sender) -> Timed:
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
    scheme, host, port, path = _split(words[-1])
    pairs = tuple((key.strip().lower(), value.strip()) for key, _, value in (header.partition(":") for header in headers))
    answer = _asked(sender, host, port, Ask(path, "GET" if posted is None else "POST", dict(pairs).get("host", host), scheme, pairs, posted or ""))
    if isinstance(answer, NetworkFailure):
        seconds = int(limit) if limit.isdigit() else 0
        address = next(iter(names.lookup(sender.network, host, sender.origin).addresses), host)
        if answer.kind == "nxdomain":
            return Timed("", f"wget: bad address '{host}'\n", 1, DNS_TIMEOUT_S * 1000 if answer.key == "network.no-dns" else 0)
        if answer.kind == "refused":
            return Timed("", f"wget: can't connect to remote host ({address}): Connection refused\n", 1)
        if seconds:
            return Timed("", "wget: download timed out\n", 1, seconds * 1000)
        return Timed("", f"wget: can't connect to remote host ({address}): Connection timed out\n", 1, WGET_TIMEOUT_S * 1000)
    if answer.status >= 400:
        return Timed("", f"wget: server returned error: HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}\n", 1)
    if spider:
        return Timed("", f"Connecting to {host} ({host}:{port})\nremote file exists\n", 0)
    if target not in ("-", "/dev/stdout", "/dev/null") and sender.write is not None:
        name = target or path.rpartition("/")[2] or "index.html"
        sender.write(name, answer.body)
        quiet = any("q" in word for word in argv if re.fullmatch(r"-[a-zA-Z]+", word))
        return Timed("", "" if quiet else f"Connecting to {host} ({host}:{port})\nsaving to '{name}'\n'{name}' saved\n", 0, answer.lasts_ms)
    return Timed("" if target == "/dev/null" else answer.body, "", 0, answer.lasts_ms, is_stream=bool(answer.lasts_ms))


# Names


def _nslookup(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith(("-", "+", "@"))]
    kind = next((word.partition("=")[2].upper() for word in argv[1:] if word.startswith(("-type=", "-q=", "-query="))), "A")
    if not words:
        return Timed("", "usage: nslookup HOST\n", 1)
    found = names.lookup(sender.network, words[0], sender.origin)
    if found.status == "silent":
        return Timed(";; connection timed out; no servers could be reached\n\n", "", 1, DNS_TIMEOUT_S * 1000)
    server = found.server or sender.network.dns_ip
    if OLD_BUSYBOX in argv:
        return _old_nslookup(words[0], found.addresses, server, sender.network)
    head = f"Server:\t\t{server}\nAddress:\t{server}#53\n\n"
    if names.ADDRESS.fullmatch(words[0]):
        return Timed(_reverse(sender.network, words[0]), "", 0)
    if found.status == "nxdomain" or (not found.addresses and not found.alias):
        return Timed(head + f"** server can't find {words[0]}: NXDOMAIN\n\n", "", 1)
    if kind == "SRV":
        return Timed(head + "".join(f"{found.name}\tservice = 0 {100 // max(len(found.services), 1)} {port} {target}.\n" for port, target in found.services) + "\n")
    alias = f"{found.name}\tcanonical name = {found.alias}.\n" if found.alias else ""
    return Timed(head + alias + "".join(f"Name:\t{found.alias or found.name}\nAddress: {address}\n" for address in found.addresses) + "\n")


OLD_BUSYBOX = "-old-busybox"
"""Marks a call of the nslookup of busybox before 1.29, which asks the C library and writes in its own way."""


def _old_nslookup(host: str, addresses: Sequence[str], server: str, network: Network) -> Timed:
    head = f"Server:    {server}\nAddress 1: {server} {_name_of(network, server)}".rstrip() + "\n\n"
    if not addresses:
        return Timed(head, f"nslookup: can't resolve '{host}'\n", 1)
    return Timed(head + f"Name:      {host}\n" + "".join(f"Address {place}: {address} {_name_of(network, address)}".rstrip() + "\n" for place, address in enumerate(addresses, start=1)))


def _reverse(network: Network, address: str) -> str:
    dashed = _turned_round(address)
    target = _name_of(network, address)
    return f"{dashed}\tname = {target}.\n\n" if target else f"** server can't find {dashed}: NXDOMAIN\n\n"


def _turned_round(address: str) -> str:
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def _name_of(network: Network, address: str) -> str:
    """Return the name to which an address leads back, "" for none."""
    for service in network.store.list("services"):
        place = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{names.DOMAIN}"
        if service["spec"].get("clusterIP") == address:
            return place
        for entry in network.endpoints(service) if service["spec"].get("clusterIP") == "None" else ():
            if entry["addresses"][0] == address:
                return f"{entry.get('hostname') or address.replace('.', '-')}.{place}"
    return ""


RECORDS = ("A", "SRV", "AAAA", "CNAME", "ANY", "PTR")
SECTIONS = ("cmd", "comments", "question", "answer", "stats")


def _sections(argv: list[str]) -> set[str]:
    """Return the parts of its answer that dig is to show: +noall leaves out all that no later word asks for again."""
    shown = set(SECTIONS)
    for word in argv:
        name = word.removeprefix("+")
        if name in ("all", "noall"):
            shown = set(SECTIONS) if name == "all" else set()
        elif word.startswith("+no") and name[2:] in SECTIONS:
            shown.discard(name[2:])
        elif word.startswith("+") and name in SECTIONS:
            shown.add(name)
    return shown


def _records(sender: Sender, asked: str, kind: str, found: names.Found) -> list[str]:
    """Return the lines of an answer."""
    if kind == "PTR":
        parts = asked.lower().rstrip(".").removesuffix(".in-addr.arpa").split(".")
        target = _name_of(sender.network, ".".join(reversed(parts))) if len(parts) == 4 else ""
        return [f"{asked.rstrip('.')}.\t30\tIN\tPTR\t{target}."] if target else []
    if found.status != "ok":
        return []
    if kind == "SRV":
        return [f"{found.name}.\t\t30\tIN\tSRV\t0 {100 // max(len(found.services), 1)} {port} {target}." for port, target in found.services]
    return [*([f"{found.name}.\t\t30\tIN\tCNAME\t{found.alias}."] if found.alias else []), *(f"{found.alias or found.name}.\t\t30\tIN\tA\t{address}" for address in (found.addresses if kind in ("A", "ANY") else ()))]


def _dig(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith(("+", "@", "-"))]
    kind = next((word.upper() for word in words if word.upper() in RECORDS), "A")
    asked = next((word for word in words if word.upper() not in RECORDS), "")
    if "-x" in argv and names.ADDRESS.fullmatch(asked):
        kind, asked = "PTR", _turned_round(asked)
    if not asked:
        return Timed("", "", 0)
    whole = asked if "+search" in argv or asked.endswith(".") else f"{asked}."
    found = names.lookup(sender.network, whole, sender.origin)
    if found.status == "silent":
        line = f";; communications error to {found.server or sender.network.dns_ip}#53: timed out\n"
        return Timed(f"{line * 3}\n; <<>> DiG 9.18.39 <<>> {asked}\n;; global options: +cmd\n;; no servers could be reached\n", "", 9, 15_000)
    rows = _records(sender, asked, kind, found)
    if "+short" in argv:
        return Timed("".join(row.split("\t")[-1] + "\n" for row in rows))
    status, shown, server = "NOERROR" if rows or found.status == "ok" else "NXDOMAIN", _sections(argv), found.server or sender.network.dns_ip
    out = f"\n; <<>> DiG 9.18.39 <<>> {' '.join(argv[1:])}\n;; global options: +cmd\n" if "cmd" in shown else ""
    if "comments" in shown:
        out += f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4711\n;; flags: qr aa rd; QUERY: 1, ANSWER: {len(rows)}, AUTHORITY: 0, ADDITIONAL: 1\n\n"
    if "question" in shown:
        out += (";; QUESTION SECTION:\n" if "comments" in shown else "") + f";{whole.rstrip('.')}.\t\tIN\t{kind}\n" + ("\n" if "comments" in shown else "")
    if "answer" in shown and rows:
        out += (";; ANSWER SECTION:\n" if "comments" in shown else "") + "".join(f"{row}\n" for row in rows) + ("\n" if "comments" in shown else "")
    return Timed(out + (f";; Query time: 1 msec\n;; SERVER: {server}#53({server}) (UDP)\n\n" if "stats" in shown else ""))


def _getent(argv: list[str], sender: Sender) -> Timed:
    if len(argv) < 3:
        return Timed("", "", 1)
    found = names.lookup(sender.network, argv[2], sender.origin)
    return Timed("".join(f"{address:<15} {found.alias or found.name}\n" for address in found.addresses), "", 0 if found.addresses else 2, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)


# Connections


def _nc(argv: list[str], sender: Sender) -> Timed:
    piped = next((word[1:] for word in argv if word.startswith(PIPED)), "")
    argv = [word for word in argv if not word.startswith(PIPED)]
    limit = next((value for word, value in zip(argv, argv[1:], strict=False) if re.fullmatch(r"-[a-z]*[wG]", word) and value.isdigit()), "")
    limit = limit or next((word[-1] for word in argv if re.fullmatch(r"-[a-z]*w\d", word)), "")
    words = [word for place, word in enumerate(argv) if place and not word.startswith("-") and not re.fullmatch(r"-[a-z]*[wG]", argv[place - 1])]
    if len(words) < 2 or not words[-1].isdigit():
        return Timed("", "nc: usage: nc [-zvw SECONDS] HOST PORT\n", 1)
    host, port = words[0], int(words[-1])
    found = names.lookup(sender.network, host, sender.origin)
    if found.status != "ok" or not found.addresses:
        return Timed("", f"nc: bad address '{host}'\n", 1, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)
    letters = "".join(word for word in argv if re.fullmatch(r"-[a-z]+\d?", word))
    if "u" in letters:
        return _datagram(sender, host, port, piped, found.addresses[0], letters, limit)
    answer = _asked(sender, host, port, Ask("/", "GET", host))
    place = f"{host} ({found.addresses[0]}:{port})"
    if isinstance(answer, NetworkFailure):
        took_ms = (int(limit) if limit else TCP_TIMEOUT_S) * 1000 if answer.kind == "timeout" else 0
        return Timed("", f"nc: {place}: {'Connection refused' if answer.kind == 'refused' else 'Connection timed out'}\n", 1, took_ms)
    return Timed("", f"{place} open\n" if "v" in letters else "", 0)


def _datagram(sender: Sender, host: str, port: int, text: str, address: str, letters: str, limit: str) -> Timed:
    """Send a datagram and show what comes back: nothing tells whether it came, but that nobody listens on a machine that is there."""
    answer = _asked(sender, host, port, Ask(f"/{text.strip()}", "UDP", host, body=text))
    if isinstance(answer, NetworkFailure) and answer.kind == "refused":
        return Timed("", f"nc: {host} ({address}:{port}): Connection refused\n" if "v" in letters else "", 1)
    said = f"{host} ({address}:{port}) open\n" if "v" in letters else ""
    if "z" in letters or isinstance(answer, NetworkFailure):
        return Timed("", said, 0, int(limit or 1) * 1000 if text else 0)
    return Timed(answer.body if answer.status == 200 else "", said, 0, int(limit or 1) * 1000)


def _ping(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith("-") and not word.isdigit()]
    count = next((int(value) for word, value in zip(argv, argv[1:], strict=False) if word == "-c" and value.isdigit()), 4)
    if not words:
        return Timed("", "ping: usage error: Destination address required\n", 1)
    is_loopback = words[0] == "localhost" or words[0].startswith("127.")
    found = names.lookup(sender.network, "127.0.0.1" if words[0] == "localhost" else words[0], sender.origin)
    if found.status != "ok" or not found.addresses:
        return Timed("", f"ping: bad address '{words[0]}'\n", 1, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)
    address, count = found.addresses[0], min(count, 20)
    pod = next((doc for doc in sender.network.store.list("pods") if doc.get("status", {}).get("podIP") == address and doc["status"].get("phase") == "Running"), None)
    answers = is_loopback or (pod is not None and sender.network.is_up(pod) and not policies.blocking(sender.network.store, sender.origin, pod, address, 0, "ICMP")) or any(entry["address"] == address for doc in sender.network.store.list("nodes") for entry in doc["status"]["addresses"])
    head = f"PING {words[0]} ({address}): 56 data bytes\n"
    ttl, took = ("64", "0.050") if is_loopback or address == sender.origin.ip else ("62", "0.300")
    rows = "".join(f"64 bytes from {address}: seq={number} ttl={ttl} time={took} ms\n" for number in range(count)) if answers else ""
    lost, trip = (0, f"round-trip min/avg/max = {took}/{took}/{took} ms\n") if answers else (100, "")
    return Timed(f"{head}{rows}\n--- {words[0]} ping statistics ---\n{count} packets transmitted, {count if answers else 0} packets received, {lost}% packet loss\n{trip}", "", 0 if answers else 1, (count if answers else count + 9) * 1000)


COMMANDS: dict[str, Callable[[list[str], Sender], Timed]] = {"curl": _curl, "wget": _wget, "nslookup": _nslookup, "host": _nslookup, "dig": _dig, "getent": _getent, "nc": _nc, "ping": _ping}
