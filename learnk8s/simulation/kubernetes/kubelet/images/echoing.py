"""Servers that answer with what they were asked: whoami, the two echo servers, httpbin."""

import json
import re
from collections.abc import Mapping

from learnk8s.simulation.kubernetes.kubelet.images import heads
from learnk8s.simulation.kubernetes.kubelet.images.program import Answer, Facts, Program
from learnk8s.simulation.kubernetes.kubelet.images.servers import MEBIBYTE, is_own, log_lines, page

AGENT = "curl/8.14.1"


def whoami(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Says who answers and what was asked."""
    if not is_own(arguments, "whoami"):
        return None
    port = next((int(word) for index, word in enumerate(arguments) if index and arguments[index - 1] in ("--port", "-port") and word.isdigit()), 80)
    return Program("whoami", ports=(port,), memory_bytes=6 * MEBIBYTE, processes=("/whoami",), heads=heads.go, happenings=log_lines(f"Starting up on port {port}"),
                   answer=lambda facts, path, method: (200, f"Hostname: {facts.pod}\nIP: 127.0.0.1\nIP: {facts.ip}\nRemoteAddr: {facts.client or '10.244.0.1'}:40000\n{method} {path} HTTP/1.1\nHost: {facts.host}\nUser-Agent: {AGENT}\nAccept: */*\n\n"))


def echoserver(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Answers with what it was asked. Models the image echoserver:1.10, nginx with a template in Lua."""
    if not is_own(arguments, "nginx"):
        return None

    def answer(facts: Facts, path: str, method: str) -> Answer:
        query = path.partition("?")[2]
        body = facts.body or "\t-no body in request-"
        return 200, (f"\n\nHostname: {facts.pod}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n\nRequest Information:\n\tclient_address={facts.client or '10.244.0.1'}\n\tmethod={method}\n\treal path={path}\n"
                     f"\tquery={query}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://{facts.host.partition(':')[0]}:8080{path}\n\nRequest Headers:\n\taccept=*/*\n\thost={facts.host}\n\tuser-agent={AGENT}\n\nRequest Body:\n{body}\n\n")

    return Program("echoserver", ports=(8080,), memory_bytes=9 * MEBIBYTE, processes=("nginx: master process nginx -g daemon off;", "nginx: worker process"), heads=heads.nginx("1.13.3", files=False), answer=answer)


def echo_server(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """Answers with who it is and what it was asked. Models github.com/jmalloc/echo-server (0.3), which minikube's first steps use."""
    if not is_own(arguments, "echo-server"):
        return None
    port = int(environment["PORT"]) if environment.get("PORT", "").isdigit() else 8080
    return Program("echo-server", ports=(port,), memory_bytes=5 * MEBIBYTE, processes=("/bin/echo-server",), heads=heads.go, happenings=log_lines(f"Echo server listening on port {port}."),
                   answer=lambda facts, path, method: (200, f"Request served by {facts.pod}\n\n{method} {path} HTTP/1.1\n\nHost: {facts.host}\nAccept: */*\nUser-Agent: {AGENT}\n{facts.body}"))


def httpbin(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """A test server for HTTP clients."""

    def answer(facts: Facts, path: str, method: str) -> Answer:
        plain = path.partition("?")[0]
        status = re.fullmatch(r"/status/(\d{3})", plain)
        if status:
            return int(status[1]), ""
        if plain in ("/", "/get", "/anything", "/headers", "/ip"):
            return 200, json.dumps({"headers": {"Host": facts.host or "httpbin"}, "origin": facts.client or "10.244.0.1", "url": f"http://{facts.host or 'httpbin'}{path}"}, indent=2) + "\n"
        return 404, page("404 Not Found", "gunicorn")

    return Program("gunicorn", ports=(80,), memory_bytes=30 * MEBIBYTE, answer=answer, processes=("gunicorn -b 0.0.0.0:80 httpbin:app",), happenings=log_lines("[INFO] Listening at: http://0.0.0.0:80 (1)")) if is_own(arguments, "gunicorn") else None
