"""Inside a container: a small shell that knows only what the image brought, sees the container's own files, and is root of nothing but them."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from learnk8s.simulation.docker import http
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.files import InsideFiles
from learnk8s.simulation.docker.packages import installed
from learnk8s.simulation.docker.programs import BINARIES
from learnk8s.simulation.docker.requests import reached
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs import STANDARD
from learnk8s.simulation.kernel.shell.programs.small import sleep_program
from learnk8s.simulation.kernel.shell.shell import Shell
from learnk8s.simulation.kernel.shell.words import SyntaxFault

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine

BUILTINS = ("cd", "echo", "export", "pwd", "test", "[", ":", "true", "false", "printf", "set", "unset", "help", "xargs")
Ran = Callable[["Engine", Container, Invocation], Outcome]


class InnerShell(Shell):
    """The shell of one container for one line."""

    def __init__(self, engine: "Engine", container: Container, *, may_wait: bool) -> None:
        site = engine.site
        advance = site.advance if may_wait else (lambda until_ms: None)
        super().__init__({}, now_ms=lambda: site.now_ms, advance=advance, next_due_ms=site.next_due_ms if may_wait else lambda: None)
        self.inner = InsideFiles(engine.layered(container), engine.kernel_files(container))
        self.files = self.inner
        present = {path.rpartition("/")[2] for path in self.inner.texts if path.rpartition("/")[0] in BINARIES}
        known = {name: program for name, program in STANDARD.items() if name in present or name in BUILTINS}
        own = {name: Program(_bound(run, engine, container)) for name, run in OWN.items() if name in present or name in ("hostname", "kill", "ps") and name in present}
        pause = {"sleep": sleep_program(lambda: site.now_ms)} if may_wait and "sleep" in present else {"sleep": STANDARD["true"]}
        shells: dict[str, Program] = {name: Program(self._nested) for name in ("sh", "bash", "ash") if name in present}
        self.programs = {**known, **pause, **own, **shells, ".": Program(self._sourced), "command": Program(lambda call: Outcome(f"/usr/bin/{call.argv[-1]}\n") if call.argv[-1] in present else Outcome("", "", 127))}

    def _nested(self, call: Invocation) -> Outcome:
        words = call.argv[1:]
        if "-c" in words and words.index("-c") + 1 < len(words):
            return self.captured(words[words.index("-c") + 1])
        return self._sourced(call) if words and not words[0].startswith("-") else self.captured(call.stdin)

    def _sourced(self, call: Invocation) -> Outcome:
        text = self.files.read(call.argv[1]) if len(call.argv) > 1 else None
        return self.captured(text) if text is not None else Outcome("", f"sh: {call.argv[1] if len(call.argv) > 1 else ''}: not found\n", 127)

    def absent(self, name: str) -> str:
        """Return what a shell says about a program that the image does not bring."""
        return f"sh: {name}: not found\n"

    def captured(self, source: str) -> Outcome:
        """Run a text to its end."""
        try:
            return self._captured(source)
        except SyntaxFault as fault:
            return Outcome("", f"sh: syntax error: {fault}\n", 2)


def _bound(run: Ran, engine: "Engine", container: Container) -> Callable[[Invocation], Outcome]:
    return lambda call: run(engine, container, call)


def run(engine: "Engine", container: Container, line: str, *, variables: dict[str, str] | None = None, may_wait: bool = False, cwd: str = "") -> Outcome:
    """Run a line in a container to its end; variables that it sets are kept in the ones given. `PWD` among them is where it ends."""
    shell = InnerShell(engine, container, may_wait=may_wait)
    shell.files.cwd = cwd or container.workdir
    shell.variables = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME": container.hostname, "HOME": "/root", "PWD": shell.files.cwd, **container.variables, **(variables or {})}
    before = dict(shell.variables)
    outcome = shell.captured(line)
    wrong = shell.inner.carry_back() if container.id in engine.containers or container.id == "build" else ""
    if variables is not None:
        variables.update({name: value for name, value in shell.variables.items() if before.get(name) != value})
        variables["PWD"] = shell.files.cwd
    errors = re.sub(r"^bash: ", "sh: ", outcome.stderr, flags=re.MULTILINE) + wrong
    return Outcome(outcome.stdout, errors, outcome.status or (1 if wrong else 0))


# Programs that look at the container


def _ps(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    rows = [f"    1 {container.user or 'root':<8}  0:00 {' '.join(container.argv)}"]
    rows += [f"   {29 + number} {container.user or 'nginx':<8}  0:00 nginx: worker process" for number in range(2) if container.does.title == "nginx"]
    return Outcome("PID   USER     TIME  COMMAND\n" + "\n".join(rows) + f"\n   42 root      0:00 {' '.join(call.argv)}\n")


def _free(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    used = engine.used_mib() * 1024
    total = engine.memory_mib * 1024
    return Outcome(f"              total        used        free      shared  buff/cache   available\nMem:     {total:>10}  {used:>10}  {total - used:>10}           0           0  {total - used:>10}\nSwap:             0           0           0\n")


def _df(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    total, used = engine.disk_bytes // 1024, engine.disk_used() // 1024
    return Outcome(f"Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay              {total:>9} {used:>9} {total - used:>9} {used * 100 // total:>3}% /\n")


def _ip(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    lines = ["1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo"]
    for number, held in enumerate(container.networks.values()):
        if held.get("ip"):
            lines.append(f"{number + 2}: eth{number}@if{number + 9}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    inet {held['ip']}/16 brd {held['ip'].rpartition('.')[0]}.255 scope global eth{number}")
    return Outcome("\n".join(lines) + "\n")


def _ping(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    words = [word for word in call.argv[1:] if not word.startswith("-") and not word.isdigit()]
    if not words:
        return Outcome("", "BusyBox v1.37.0 multi-call binary.\n\nUsage: ping [OPTIONS] HOST\n", 1)
    other = next(iter(engine.by_name_from(container, words[0])), None)
    address = engine.address_from(container, other) if other else next((host.address for host in engine.site.hosts.values() if words[0] in (host.name, host.address) and host.power == "on"), "")
    if not address:
        return Outcome("", f"ping: bad address '{words[0]}'\n", 1)
    return Outcome(f"PING {words[0]} ({address}): 56 data bytes\n64 bytes from {address}: seq=0 ttl=64 time=0.081 ms\n\n--- {words[0]} ping statistics ---\n1 packets transmitted, 1 packets received, 0% packet loss\nround-trip min/avg/max = 0.081/0.081/0.081 ms\n")


def _lookup(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    name = call.argv[-1] if len(call.argv) > 1 else ""
    other = next(iter(engine.by_name_from(container, name)), None)
    if other is None or not name:
        return Outcome("Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\n" if call.argv[0] == "nslookup" else "", f"** server can't find {name}: NXDOMAIN\n" if call.argv[0] == "nslookup" else "", 1 if call.argv[0] == "nslookup" else 2)
    address = engine.address_from(container, other)
    if call.argv[0] == "getent":
        return Outcome(f"{address}      {name}\n")
    return Outcome(f"Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\nName:\t{name}\nAddress: {address}\n")


def _curl(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    return http.client(engine, container, call.argv, write=call.files.write)


def _kill(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    signal = next((word[1:] for word in call.argv[1:] if word.startswith("-")), "TERM").removeprefix("s")
    if words != ["1"]:
        return Outcome("", f"sh: can't kill pid {' '.join(words)}: No such process\n", 1)
    if signal.upper().removeprefix("SIG") in ("TERM", "15", "INT", "2", "QUIT", "3") and container.is_up and not container.does.ignores_term:
        engine._at(100, "stopped", container, container.generation, 0)
    return Outcome()


def _install(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    output, errors, status, size, files = installed(call.argv, call.files.read)
    container.extra_bytes += size
    for path, text in files.items():
        if text is None:
            call.files.texts = {name: kept for name, kept in call.files.texts.items() if not name.startswith(path)}
        else:
            call.files.texts[call.files.path(path)] = text
    return Outcome(output, errors, status)


def _redis(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    words = call.argv[1:]
    host, target = "127.0.0.1", container
    while words[:1] in (["-h"], ["-p"]) and len(words) > 1:
        host = words[1] if words[0] == "-h" else host
        words = words[2:]
    found = reached(engine, container, host, 6379)
    target_of = next(iter(found), None) if not isinstance(found, str) else None
    if target_of is None:
        return Outcome("", f"Could not connect to Redis at {host}:6379: {'Name does not resolve' if isinstance(found, str) else 'Connection refused'}\n", 1)
    owner = target_of[0].containers[target_of[1]]
    if not owner.is_ready(engine.site.now_ms):
        return Outcome("", f"Could not connect to Redis at {host}:6379: Connection refused\n", 1)
    files = target_of[0].layered(owner)
    kept = dict(line.partition("=")[::2] for line in ((call.files.read("/data/dump.rdb") if owner is target else files.read("/data/dump.rdb")) or "").splitlines())
    match [words[0].lower() if words else "ping", *words[1:]]:
        case ["ping"]:
            return Outcome("PONG\n")
        case ["set", key, value, *_]:
            kept[key] = value.replace("\n", " ")
            said = "OK\n"
        case ["incr", key]:
            kept[key] = str(int(kept.get(key, "0") if kept.get(key, "0").lstrip("-").isdigit() else 0) + 1)
            said = f"(integer) {kept[key]}\n"
        case ["get", key]:
            return Outcome(f'"{kept[key]}"\n' if key in kept else "(nil)\n")
        case ["del", key]:
            said = f"(integer) {int(kept.pop(key, None) is not None)}\n"
        case ["keys", *_]:
            return Outcome("".join(f'{number}) "{key}"\n' for number, key in enumerate(sorted(kept), start=1)) or "(empty array)\n")
        case [name, *_]:
            return Outcome(f"(error) ERR unknown command '{name}'\n")
    text = "".join(f"{key}={value}\n" for key, value in sorted(kept.items()))
    if owner is target:
        call.files.write("/data/dump.rdb", text)
    else:
        files.write("/data/dump.rdb", text)
    return Outcome(said)


def _psql(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    if not container.is_ready(engine.site.now_ms) or container.does.title != "postgres":
        return Outcome("", 'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?\n', 2)
    words = call.argv
    query = words[words.index("-c") + 1] if "-c" in words and words.index("-c") + 1 < len(words) else call.stdin
    out = ""
    for statement in filter(None, (part.strip() for part in query.split(";"))):
        table = re.match(r"(create\s+table(?:\s+if\s+not\s+exists)?|insert\s+into|select\s+.*?\s+from|drop\s+table)\s+(\w+)(.*)", statement, re.IGNORECASE | re.DOTALL)
        if table is None:
            return Outcome(out, f'ERROR:  syntax error at or near "{statement.split()[0]}"\nLINE 1: {statement[:70]}\n        ^\n', 1)
        verb, name, more = table[1].split()[0].lower(), table[2], table[3].strip()
        path = f"/var/lib/postgresql/data/{name}.table"
        kept = call.files.read(path)
        if kept is None and verb != "create":
            return Outcome(out, f'ERROR:  relation "{name}" does not exist\n', 1)
        if verb == "create":
            columns = [column.split()[0] for column in more.strip("()").split(",") if column.split()]
            call.files.write(path, "|".join(columns) + "\n")
            out += "CREATE TABLE\n"
        elif verb == "insert":
            values = re.findall(r"\(([^()]*)\)", more.lower().partition("values")[2] and more[more.lower().index("values"):])
            call.files.write(path, "".join("|".join(cell.strip().strip("'") for cell in row.split(",")) + "\n" for row in values), append=True)
            out += f"INSERT 0 {len(values)}\n"
        elif verb == "drop":
            call.files.texts.pop(path, None)
            out += "DROP TABLE\n"
        else:
            head, *rows = [line.split("|") for line in (kept or "").splitlines()]
            if "count(*)" in statement.lower():
                head, rows = ["count"], [[str(len(rows))]]
            widths = [max([len(head[index]), *(len(row[index]) for row in rows if index < len(row))]) for index in range(len(head))]
            out += " " + " | ".join(cell.center(width) for cell, width in zip(head, widths, strict=True)) + "\n" + "+".join("-" * (width + 2) for width in widths) + "\n"
            out += "".join(" " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False)).rstrip() + "\n" for row in rows) + f"({len(rows)} row{'s' * (len(rows) != 1)})\n\n"
    return Outcome(out)


def _nginx(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    if "-v" in call.argv or "-V" in call.argv:
        return Outcome("", f"nginx version: nginx/{(call.files.read('/etc/nginx/version') or '1.29.1').strip()}\n")
    conf = call.files.read("/etc/nginx/conf.d/default.conf") or ""
    if conf.count("{") != conf.count("}"):
        return Outcome("", 'nginx: [emerg] unexpected end of file, expecting "}" in /etc/nginx/conf.d/default.conf\n' + ("nginx: configuration file /etc/nginx/nginx.conf test failed\n" if "-t" in call.argv else ""), 1)
    if "-t" in call.argv:
        return Outcome("", "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n")
    port = re.search(r"listen\s+(\d{1,5})", conf)
    if "reload" in call.argv and port and container.does.title == "nginx":
        container.plan = {**container.plan, "port": int(port[1])}
        engine.site.changed(engine)
    return Outcome("", f"{engine.site.clock.moment():%Y/%m/%d %H:%M:%S} [notice] 42#42: signal process started\n" if "-s" in call.argv else "")


def _quiet(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    return Outcome()


def _find(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    from fnmatch import fnmatchcase

    start = next((word for word in call.argv[1:] if not word.startswith("-")), ".")
    pattern = call.argv[call.argv.index("-name") + 1] if "-name" in call.argv[:-1] else "*"
    base = call.files.path(start)
    names = sorted(path for path in [*call.files.texts, *call.files.folders] if path == base or path.startswith(base.rstrip("/") + "/"))
    return Outcome("".join(f"{start.rstrip('/') or ''}{path[len(base.rstrip('/')):]}\n" for path in names[:500] if fnmatchcase(path.rpartition("/")[2], pattern)))


def _code(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    from learnk8s.simulation.docker.programs import plan

    does = plan(call.argv, call.variables, call.files.read, call.files.cwd)
    if does.kind == "script":
        return call.run(does.script) if does.script and not does.script.startswith(call.argv[0]) else Outcome()
    if does.kind == "fails":
        text = "\n".join(does.logs) + "\n" if does.logs else ""
        return Outcome("" if does.exit_code else text, text if does.exit_code else "", does.exit_code)
    return Outcome("", "learnk8s: a second server inside a container is not modelled; make it the container's command\n", 1)


def _top(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    used, free = engine.used_mib() * 1024, (engine.memory_mib - engine.used_mib()) * 1024
    return Outcome(f"Mem: {used}K used, {free}K free\n  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND\n    1     0 root     S    {container.memory_at(engine.site.now_ms) // 1024} 1.0  0.0 {' '.join(container.argv)}\n")


def _pg_ready(engine: "Engine", container: Container, call: Invocation) -> Outcome:
    ready = container.is_ready(engine.site.now_ms)
    return Outcome(f"/var/run/postgresql:5432 - {'accepting connections' if ready else 'no response'}\n", "", 0 if ready else 2)


OWN: dict[str, Ran] = {
    "ps": _ps, "free": _free, "df": _df, "ip": _ip, "ping": _ping, "nslookup": _lookup, "getent": _lookup, "curl": _curl, "wget": _curl, "kill": _kill, "apk": _install, "apt-get": _install, "apt": _install, "pip": _install, "pip3": _install, "npm": _install, "yarn": _install, "go": _install,
    "redis-cli": _redis, "psql": _psql, "pg_isready": _pg_ready,
    "nginx": _nginx, "find": _find, "python": _code, "python3": _code, "node": _code, "top": _top,
    **dict.fromkeys(("chmod", "chown", "ln", "adduser", "addgroup", "useradd", "groupadd", "mount", "vi", "du", "netstat", "dpkg", "git", "make", "gofmt"), _quiet),
    "hostname": lambda engine, container, call: Outcome(f"{container.hostname}\n"), "whoami": lambda engine, container, call: Outcome(f"{container.user or 'root'}\n"),
    "id": lambda engine, container, call: Outcome("uid=0(root) gid=0(root) groups=0(root)\n" if container.user in ("", "root", "0") else f"uid=1000({container.user}) gid=1000({container.user}) groups=1000({container.user})\n"),
    "uname": lambda engine, container, call: Outcome(f"Linux {container.hostname} 6.12.48+deb13-amd64 #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n" if "-a" in call.argv else "6.12.48+deb13-amd64\n" if "-r" in call.argv else "Linux\n"),
}
