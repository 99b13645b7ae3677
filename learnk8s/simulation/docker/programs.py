"""What runs in a container, chosen by the words of its command: a server, a script, a program that computes and ends.

`plan` looks at the words, the environment and the files and says what will happen. The shop's programs and their needs are those of every era.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from learnk8s.simulation.workload.fleet import PROGRAMS

MIB = 1024 * 1024
ENTRYPOINTS = ("docker-entrypoint.sh", "/docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh", "/entrypoint.sh", "tini", "/sbin/tini", "dumb-init", "--", "exec", "nohup", "/usr/bin/env")
SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")
BINARIES = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/apache2/bin", "/usr/local/go/bin", "/go/bin")
Read = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a container's first process does.

    `kind` is server, script, fails or rests; `program` is the program's name in the shop, if it is one of it. Memory is what it holds once it is up.
    """

    kind: str
    title: str
    program: str = ""
    port: int = 0
    start_ms: int = 60
    memory: int = 6 * MIB
    cpu_us_per_request: int = 200
    idle_millicores: int = 1
    leak_bytes_per_ms: int = 0
    work_cpu_ms: int = 0
    logs: tuple[str, ...] = ()
    exit_code: int = 0
    ignores_term: bool = False
    script: str = ""
    reply: str = ""


SERVERS: dict[str, Plan] = {
    "nginx": Plan("server", "nginx", port=80, start_ms=90, memory=9 * MIB, cpu_us_per_request=60, logs=("/docker-entrypoint.sh: Configuration complete; ready for start up", "{at} [notice] 1#1: using the \"epoll\" event method", "{at} [notice] 1#1: start worker processes")),
    "httpd-foreground": Plan("server", "httpd", port=80, start_ms=120, memory=24 * MIB, cpu_us_per_request=90, logs=("[mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations",), reply="<html><body><h1>It works!</h1></body></html>\n"),
    "redis-server": Plan("server", "redis-server", port=6379, start_ms=60, memory=11 * MIB, cpu_us_per_request=30, logs=("1:C {at} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "1:M {at} * Ready to accept connections tcp")),
    "postgres": Plan("server", "postgres", port=5432, start_ms=1_900, memory=48 * MIB, cpu_us_per_request=900, logs=("PostgreSQL init process complete; ready for start up.", "{at} UTC [1] LOG:  listening on IPv4 address \"0.0.0.0\", port 5432", "{at} UTC [1] LOG:  database system is ready to accept connections")),
    "mysqld": Plan("server", "mysqld", port=3306, start_ms=7_500, memory=360 * MIB, cpu_us_per_request=900, logs=("{at} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.4.6'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306",)),
    "/etc/distribution/config.yml": Plan("server", "registry", program="registry", port=5000, start_ms=120, memory=18 * MIB, logs=('time="{at}" level=info msg="listening on [::]:5000"',)),
    "traefik": Plan("server", "traefik", port=80, start_ms=300, memory=40 * MIB, logs=("Traefik is ready",)),
}
NEEDS_WORD = {
    "postgres": (("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD", "POSTGRES_PASSWORD_FILE"), ("Error: Database is uninitialized and superuser password is not specified.", "       You must specify POSTGRES_PASSWORD to a non-empty value for the", "       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\"."), 1),
    "mysqld": (("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"), ("[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified", "    You need to specify one of the following as an environment variable:", "    - MYSQL_ROOT_PASSWORD", "    - MYSQL_ALLOW_EMPTY_PASSWORD", "    - MYSQL_RANDOM_ROOT_PASSWORD"), 1),
}


def plan(argv: list[str], env: Mapping[str, str], read: Read, workdir: str = "/") -> Plan:
    """Return what the first process will do."""
    words = list(argv)
    while words and words[0] in ENTRYPOINTS:
        words.pop(0)
    if not words:
        return Plan("script", "sh", script="")
    name = words[0].rpartition("/")[2]
    if name.startswith("shop-") and name[5:] in PROGRAMS:
        return _shop(name[5:], read, words[0])
    server = SERVERS.get(words[0]) or SERVERS.get(name)
    if server is not None:
        if missing := _lacking(name, env):
            return missing
        return _configured(server, read)
    if name == "hello":
        return Plan("script", "hello", script="hello")
    if name in SHELLS:
        return _shell(words)
    if name in ("python", "python3", "node", "npm", "yarn", "gunicorn", "uvicorn", "flask", "deno"):
        return _interpreted(words, env, read, workdir)
    if name in ("tail", "cat") and ("-f" in words or "-F" in words) or name == "sleep" and words[1:] == ["infinity"]:
        return Plan("rests", name, memory=MIB, idle_millicores=0, ignores_term=True)
    if name in ("top", "htop"):
        return Plan("rests", name, memory=2 * MIB)
    if (text := read(_where(words[0], read, workdir)) or "").startswith("server "):
        return Plan("server", name, port=int(re.sub(r"\D", "", text.split()[1]) or 8080), start_ms=40, memory=9 * MIB, reply=text.partition("\n")[2] or f"Hello from {name}\n", logs=(f"{name} listens on port {text.split()[1]}",))
    return Plan("script", name, script=" ".join(_quoted(word) for word in words), ignores_term=name == "sleep")


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def _where(word: str, read: Read, workdir: str) -> str:
    if word.startswith("/"):
        return word
    if "/" in word or read(f"{workdir.rstrip('/')}/{word}") is not None:
        return f"{workdir.rstrip('/')}/{word.removeprefix('./')}"
    return next((f"{folder}/{word}" for folder in BINARIES if read(f"{folder}/{word}") is not None), word)


def _lacking(name: str, env: Mapping[str, str]) -> Plan | None:
    wanted = NEEDS_WORD.get(name)
    if wanted is None or any(env.get(key) for key in wanted[0]):
        return None
    return Plan("fails", name, start_ms=120, logs=wanted[1], exit_code=wanted[2])


def _shop(name: str, read: Read, word: str) -> Plan:
    program = PROGRAMS[name]
    written = (read(word) or read(f"/usr/local/bin/shop-{name}") or "").split()
    version, needs = (written[2] if len(written) > 2 else "1.0"), (written[3] if len(written) > 3 else "")
    library = read("/usr/lib/libpricing.so.1")
    if needs and library is None:
        return Plan("fails", f"shop-{name}", name, start_ms=80, logs=(f"shop-{name}: error while loading shared libraries: libpricing.so.1: cannot open shared object file: No such file or directory",), exit_code=127)
    if needs and library != needs:
        return Plan("fails", f"shop-{name}", name, start_ms=80, logs=(f"shop-{name}: /usr/lib/libpricing.so.1: version `{needs}' not found (required by shop-{name})",), exit_code=1)
    return Plan("server" if program.port else "computes" if program.work_cpu_ms else "rests", f"shop-{name}", name, port=program.port, start_ms=program.start_ms, memory=program.memory_bytes, cpu_us_per_request=program.cpu_us_per_request, idle_millicores=program.idle_millicores,
                leak_bytes_per_ms=program.leak_bytes_per_ms, work_cpu_ms=program.work_cpu_ms, logs=(f"shop-{name} {version}: " + (f"listening on port {program.port}" if program.port else "started"),))


def _configured(server: Plan, read: Read) -> Plan:
    if server.title != "nginx":
        return server
    conf = read("/etc/nginx/conf.d/default.conf") or ""
    port = re.search(r"listen\s+(?:\[::\]:)?(\d+)", conf)
    if conf.count("{") != conf.count("}"):
        return Plan("fails", "nginx", start_ms=80, logs=('nginx: [emerg] unexpected end of file, expecting "}" in /etc/nginx/conf.d/default.conf',), exit_code=1)
    return Plan(**{**{name: getattr(server, name) for name in Plan.__slots__}, "port": int(port[1]) if port and int(port[1]) < 65_536 else 80})


def _shell(words: list[str]) -> Plan:
    if "-c" in words and words.index("-c") + 1 < len(words):
        return Plan("script", words[0], script=words[words.index("-c") + 1], ignores_term=True)
    scripts = [word for word in words[1:] if not word.startswith("-")]
    return Plan("script", words[0], script=f". {scripts[0]}" if scripts else "", ignores_term=True)


def _interpreted(words: list[str], env: Mapping[str, str], read: Read, workdir: str) -> Plan:
    """A file in Python or JavaScript: a server if it names a port, else a script that prints."""
    name = words[0].rpartition("/")[2]
    if name in ("npm", "yarn"):
        return _package(words, env, read, workdir)
    if "-c" in words or "-e" in words:
        code = words[words.index("-c" if "-c" in words else "-e") + 1] if words[-1] not in ("-c", "-e") else ""
        return _ended(name, code)
    if "--version" in words or "-V" in words or "-v" in words:
        return Plan("script", name, script=f"echo {'Python 3.13.7' if name.startswith('python') else 'v22.19.0'}")
    if name.startswith("python") and words[1:3] == ["-m", "http.server"]:
        return Plan("server", name, port=int(words[3]) if len(words) > 3 and words[3].isdigit() else 8000, start_ms=180, memory=19 * MIB, cpu_us_per_request=600)
    if name in ("gunicorn", "uvicorn", "flask"):
        port = re.search(r"(?:--port[= ]|:|-p )(\d{2,5})", " ".join(words))
        files = [f"{workdir.rstrip('/')}/{stem}.py" for stem in ("app", "main", re.sub(r"[:.].*", "", words[-1]))]
        text = next((found for path in files if (found := read(path))), None)
        return Plan("server", name, port=int(port[1]) if port else 5000 if name == "flask" else 8000, start_ms=700, memory=46 * MIB, cpu_us_per_request=1_500, reply=_reply(text or ""), logs=(f"[INFO] {name} listens",))
    file = next((word for word in words[1:] if not word.startswith("-")), "")
    if not file:
        return Plan("script", name, script="")
    path = file if file.startswith("/") else f"{workdir.rstrip('/')}/{file.removeprefix('./')}"
    text = read(path) if read(path) is not None else read(f"{path}/index.js")
    if text is None:
        message = f"python: can't open file '{path}': [Errno 2] No such file or directory" if name.startswith("python") else f"Error: Cannot find module '{path}'"
        return Plan("fails", name, start_ms=90, logs=(message,), exit_code=2 if name.startswith("python") else 1)
    if missing := _unmet(name, text, read):
        return missing
    port = re.search(r"(?:port\s*=\s*|listen\(\s*|PORT\s*(?:=|\|\|)\s*|HTTPServer\(\([^,]*,\s*)[\"']?(\d{2,5})", text)
    chosen = env.get("PORT", "") if "PORT" in text and "environ" in text + "env" else ""
    number = int(chosen) if chosen.isdigit() and 0 < int(chosen) < 65_536 else int(port[1]) if port and int(port[1]) < 65_536 else 0
    if number:
        return Plan("server", name, port=number, start_ms=450, memory=34 * MIB, cpu_us_per_request=1_200, reply=_reply(text), logs=(f"Listening on port {number}",))
    return _ended(name, text)


def _package(words: list[str], env: Mapping[str, str], read: Read, workdir: str) -> Plan:
    if words[1:2] not in (["start"], ["run"], ["dev"]):
        return Plan("script", words[0], script="true")
    try:
        package = json.loads(read(f"{workdir.rstrip('/')}/package.json") or "")
        line = str(package["scripts"][words[-1]])
    except (ValueError, KeyError, TypeError):
        return Plan("fails", words[0], start_ms=300, logs=("npm error code ENOENT", f"npm error path {workdir.rstrip('/')}/package.json"), exit_code=254)
    inner = line.split()
    return _interpreted(inner, env, read, workdir) if inner and inner[0] in ("node", "python", "python3") else Plan("script", words[0], script=line)


def _unmet(name: str, text: str, read: Read) -> Plan | None:
    """A module that nobody installed ends the program at once."""
    if name.startswith("python"):
        for found in re.finditer(r"^\s*(?:import|from)\s+(flask|requests|redis|fastapi|django|psycopg2|numpy|uvicorn)\b", text, re.MULTILINE):
            if read(f"/usr/local/lib/python/{found[1]}") is None:
                return Plan("fails", name, start_ms=120, logs=("Traceback (most recent call last):", f"ModuleNotFoundError: No module named '{found[1]}'"), exit_code=1)
    for found in re.finditer(r"require\([\"'](express|redis|pg|mysql2|koa)[\"']\)", text):
        if read(f"/usr/local/lib/node/{found[1]}") is None:
            return Plan("fails", name, start_ms=120, logs=(f"Error: Cannot find module '{found[1]}'",), exit_code=1)
    return None


def _reply(text: str) -> str:
    found = re.search(r"(?:return|end\(|send\(|write\(b?)\s*f?[\"'`]((?:[^\"'`\\\n]|\\.){1,500})[\"'`]", text)
    return f"{found[1]}\n" if found else "OK\n"


def _ended(name: str, text: str) -> Plan:
    said = re.findall(r"(?:print|console\.log)\(\s*f?[\"'`]((?:[^\"'`\\\n]|\\.){0,500})[\"'`]", text)[:50]
    bad = re.search(r"(?:sys\.exit|process\.exit|^exit)\((\d{1,3})\)", text)
    return Plan("fails", name, start_ms=120, logs=tuple(said), exit_code=int(bad[1]) % 256 if bad else 1 if "raise " in text else 0)
