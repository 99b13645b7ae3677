"""nginx, as the images start it: its answers by its configuration, its log, its heads, all in the version that the tag means."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from learnk8s.simulation.kubernetes.kubelet.images import heads, versions
from learnk8s.simulation.kubernetes.kubelet.images.program import Answer, Facts, Program
from learnk8s.simulation.kubernetes.kubelet.images.servers import MEBIBYTE, files_under, is_own, log_lines, page, server

ROOT = "/usr/share/nginx/html"


def _log(version: str) -> tuple[str, ...]:
    """Return what the entry point and the master process say at the start. Models docker-entrypoint.sh of the image and nginx 1.29 (ngx_master_process_cycle). Differs: one worker stands for one on each CPU."""
    scripts = ("10-listen-on-ipv6-by-default.sh", "15-local-resolvers.envsh", "20-envsubst-on-templates.sh", "30-tune-worker-processes.sh")
    launched = [f"/docker-entrypoint.sh: {'Sourcing' if name.endswith('envsh') else 'Launching'} /docker-entrypoint.d/{name}" for name in scripts]
    notice = "${%Y/%m/%d %H:%M:%S} [notice] 1#1: "
    return ("/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration", "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/", launched[0],
            "10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf", "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf", *launched[1:],
            "/docker-entrypoint.sh: Configuration complete; ready for start up", notice + 'using the "epoll" event method', f"{notice}nginx/{version}", notice + "OS: Linux 6.12.48+deb13-amd64", notice + "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
            notice + "start worker processes", f"{notice}start worker process 29")


def _answering(version: str) -> Callable[[Facts, str, str], Answer]:
    """Return answers that honour what a mounted server block says with `return`, `root` and `location`; else the default folder is served."""

    def answer(facts: Facts, path: str, method: str) -> Answer:
        text = facts.read("/etc/nginx/conf.d/default.conf") or ""
        plain = path.partition("?")[0]
        for found in re.finditer(r"location\s+(=\s+|\^~\s+)?(\S+)\s*\{([^}]*)\}", text):
            exact, place, body = found[1], found[2], found[3]
            if plain == place if exact else plain.startswith(place):
                said = re.search(r"return\s+(\d{3})(?:\s+[\"']?([^;\"']*)[\"']?)?;", body)
                if said:
                    return int(said[1]), (said[2] or "").replace("\\n", "\n").replace("$hostname", facts.pod)
        root = re.search(r"^\s*root\s+([^;]+);", text, re.MULTILINE)
        return files_under(root[1].strip().rstrip("/") if root else ROOT, f"nginx/{version}")(facts, path, method)

    return answer


@lru_cache(maxsize=64)
def _program(version: str) -> Program:
    """Return the server of a version: one for all the containers that run it."""
    return Program("nginx", ports=(80,), happenings=log_lines(*_log(version)), memory_bytes=9 * MEBIBYTE, answer=_answering(version), heads=heads.nginx(version), processes=("nginx: master process nginx -g daemon off;", "nginx: worker process"))


def nginx(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The web server."""
    return _program(environment.get("NGINX_VERSION", versions.NGINX)) if is_own(arguments, "nginx", "docker-entrypoint.sh") else None


def unprivileged(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The web server on a port that needs no rights."""
    version = environment.get("NGINX_VERSION", versions.NGINX)
    return server("nginx", 8080, files_under(ROOT, f"nginx/{version}"), memory=9 * MEBIBYTE, heads=heads.nginx(version))(arguments, environment)


def https(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The web server with a certificate, which a Secret brings."""
    return replace(_program("1.9.1"), ports=(80, 443)) if is_own(arguments, "nginx", "/home/auto-reload-nginx.sh") else None


def _passed_on(facts: Facts, path: str, method: str) -> Answer:
    found = facts.fetch(f"http://hello{path}")
    return (502, page("502 Bad Gateway", "nginx/1.14.1")) if found is None else (200, found)


hello_frontend = server("nginx", 80, _passed_on, memory=6 * MEBIBYTE, heads=heads.nginx("1.14.1", files=False), process="nginx: master process nginx -g daemon off;")
"""Its front end: nginx, which passes every request on to the Service `hello`."""
