"""curl, wget and nslookup, as the terminal and the containers run them; their texts and exit codes are those of the real ones."""

import re

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.network.network import HttpAnswer, Network, NetworkFailure

PHRASES = {200: "OK", 400: "Bad Request", 404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
CURL_USAGE = "curl: try 'curl --help' or 'curl --manual' for more information\n"
WITH_VALUE = ("-o", "-w", "-m", "--max-time", "--connect-timeout", "-X", "-d", "-H", "--data", "--request", "--header", "--retry", "-A", "-u", "--output", "--write-out")


def network_command(argv: list[str], network: Network, *, namespace: str = "default", localhost: str = "") -> Outcome:
    """Run one of the commands; `localhost` is the address that it means, "" where nothing listens."""
    name = argv[0].rsplit("/", 1)[-1]
    return {"curl": _curl, "wget": _wget, "nslookup": _nslookup, "dig": _nslookup}[name](argv, network, namespace, localhost)


def _split(url: str) -> tuple[str, int, str]:
    found = re.match(r"^(?:(https?)://)?([^/:?#]+)(?::(\d{1,5}))?(/.*)?$", url)
    if found is None:
        return "", 0, "/"
    scheme, host, port, path = found.groups()
    return host, int(port or (443 if scheme == "https" else 80)), path or "/"


def _asked(network: Network, url: str, namespace: str, localhost: str, method: str) -> tuple[str, int, HttpAnswer | NetworkFailure]:
    host, port, path = _split(url)
    if host in ("localhost", "127.0.0.1"):
        if not localhost:
            return host, port, NetworkFailure("refused", host, port, "network.refused")
        return host, port, network.request(localhost, port, path, method=method, namespace=namespace)
    return host, port, network.request(host, port, path, method=method, namespace=namespace)


def _curl(argv: list[str], network: Network, namespace: str, localhost: str) -> Outcome:
    words, flags = [], {}
    rest = argv[1:]
    while rest:
        word = rest.pop(0)
        if word in WITH_VALUE:
            flags[word] = rest.pop(0) if rest else ""
        elif re.fullmatch(r"-[a-zA-Z]{2,}", word):
            flags.update({f"-{letter}": "" for letter in word[1:]})
            if word[-1] in "omwX" and rest:
                flags[f"-{word[-1]}"] = rest.pop(0)
        elif word.startswith("-"):
            flags[word] = ""
        else:
            words.append(word)
    if not words:
        return Outcome("", CURL_USAGE, 2)
    silent = "-s" in flags or "--silent" in flags
    host, port, answer = _asked(network, words[0], namespace, localhost, flags.get("-X", flags.get("--request", "GET")))
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
    written = flags.get("-w", flags.get("--write-out", "")).replace("%{http_code}", str(answer.status)).replace("%{response_code}", str(answer.status)).replace("%{remote_ip}", host).replace("\\n", "\n")
    return Outcome(shown + written, verbose)


def _curl_failure(failure: NetworkFailure, host: str, port: int, limit: str) -> tuple[int, str]:
    seconds = int(float(limit)) if re.fullmatch(r"\d{1,4}(\.\d+)?", limit) else 130
    match failure.kind:
        case "nxdomain":
            return 6, f"Could not resolve host: {host}"
        case "refused":
            return 7, f"Failed to connect to {host} port {port} after 0 ms: Could not connect to server"
    return 28, f"Connection timed out after {seconds * 1000 + 1} milliseconds" if seconds < 130 else f"Failed to connect to {host} port {port} after 130000 ms: Could not connect to server"


def _wget(argv: list[str], network: Network, namespace: str, localhost: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith("-") and word not in ("-",) and not word.isdigit()]
    if not words:
        return Outcome("", "wget: missing URL\n", 1)
    host, port, answer = _asked(network, words[-1], namespace, localhost, "GET")
    if isinstance(answer, NetworkFailure):
        texts = {"nxdomain": f"wget: bad address '{host}'\n", "refused": f"wget: can't connect to remote host ({host}): Connection refused\n"}
        return Outcome("", texts.get(answer.kind, "wget: download timed out\n"), 1)
    if answer.status >= 400:
        return Outcome("", f"Connecting to {host}:{port}\nwget: server returned error: HTTP/1.1 {answer.status} {PHRASES.get(answer.status, '')}\n", 1)
    return Outcome(answer.body if any("O" in word for word in argv if word.startswith("-")) else "")


def _nslookup(argv: list[str], network: Network, namespace: str, localhost: str) -> Outcome:
    words = [word for word in argv[1:] if not word.startswith(("-", "+", "@"))]
    if not words:
        return Outcome("", "usage: nslookup HOST\n", 1)
    found = network.resolve(words[0], namespace)
    head = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n"
    if not found:
        return Outcome(head + f"** server can't find {words[0]}: NXDOMAIN\n\n", "", 1)
    whole = words[0] if "." in words[0] and words[0].count(".") > 1 else f"{words[0].split('.')[0]}.{words[0].split('.')[1] if '.' in words[0] else namespace}.svc.cluster.local"
    return Outcome(head + "".join(f"Name:\t{whole}\nAddress: {address}\n" for address in found) + "\n")
