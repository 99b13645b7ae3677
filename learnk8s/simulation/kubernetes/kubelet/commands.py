"""The small commands that `kubectl exec` finds in a container: a table of functions, none of which changes anything."""

from collections.abc import Callable

from learnk8s.simulation.kubernetes.kubelet.inside import ExecResult, Inside

Command = Callable[[list[str], Inside], tuple[str, int]]
FILES: dict[str, Callable[[Inside], str]] = {
    "/etc/hostname": lambda inside: f"{inside.record.name}\n",
    "/etc/hosts": lambda inside: f"# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n{inside.record.ip}\t{inside.record.name}\n",
    "/etc/resolv.conf": lambda inside: f"search {inside.record.namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n",
    "server.js": lambda inside: BOOTCAMP_SOURCE if inside.program.name == "node" else "",
    "/var/run/secrets/kubernetes.io/serviceaccount/namespace": lambda inside: inside.record.namespace,
}
BOOTCAMP_SOURCE = """\
// What this image runs, in short: an HTTP server that says on which host it runs.
var http = require('http');
var podname = process.env.HOSTNAME;
http.createServer(function (request, response) {
  response.end('Hello Kubernetes bootcamp! | Running on: ' + podname + ' | v=1\\n');
}).listen(8080);
"""


def _env(argv: list[str], inside: Inside) -> tuple[str, int]:
    return "".join(f"{key}={value}\n" for key, value in inside.variables.items()), 0


def _cat(argv: list[str], inside: Inside) -> tuple[str, int]:
    text = ""
    for path in argv[1:]:
        made = FILES[path](inside) if path in FILES else ""
        if not made and not inside.program.has_file(path, inside.age_ms):
            return text + f"cat: {path}: No such file or directory\n", 1
        text += made
    return text, 0


def _ps(argv: list[str], inside: Inside) -> tuple[str, int]:
    rows = "".join(f"    {number} root      0:00 {name}\n" for number, name in enumerate(inside.program.processes or (inside.program.name,), start=1))
    return f"PID   USER     TIME  COMMAND\n{rows}", 0


def _ls(argv: list[str], inside: Inside) -> tuple[str, int]:
    return ("server.js\n" if inside.program.name == "node" else "bin\ndev\netc\nhome\nproc\nroot\nsys\ntmp\nusr\nvar\n"), 0


COMMANDS: dict[str, Command] = {
    "env": _env, "printenv": lambda argv, inside: ((inside.variables.get(argv[1], "") + "\n", 0 if argv[1] in inside.variables else 1) if len(argv) > 1 else _env(argv, inside)),
    "cat": _cat, "ps": _ps, "ls": _ls, "hostname": lambda argv, inside: (f"{inside.record.ip}\n" if "-i" in argv else f"{inside.record.name}\n", 0),
    "echo": lambda argv, inside: (" ".join(argv[1:]) + "\n", 0), "pwd": lambda argv, inside: ("/\n", 0), "whoami": lambda argv, inside: ("root\n", 0),
    "id": lambda argv, inside: ("uid=0(root) gid=0(root) groups=0(root)\n", 0), "true": lambda argv, inside: ("", 0), "false": lambda argv, inside: ("", 1),
    "uname": lambda argv, inside: (f"Linux {inside.record.name} 6.12.48+deb13-amd64 x86_64\n" if "-a" in argv else "Linux\n", 0),
    "nginx": lambda argv, inside: ("nginx version: nginx/1.27.5\n", 0), "sleep": lambda argv, inside: ("", 0),
}
SHELLS = ("sh", "bash", "ash")


def missing(name: str) -> ExecResult:
    """Return what the container runtime says of a command that is not in the image."""
    return ExecResult("", f'error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: exec: "{name}": executable file not found in $PATH: unknown\n', 1)


def run(argv: list[str], inside: Inside, stdin: str = "") -> ExecResult:
    """Run one command; network commands are given by whoever calls."""
    command = COMMANDS.get(argv[0].rsplit("/", 1)[-1]) if argv else None
    if command is None:
        return missing(argv[0] if argv else "")
    text, status = command(argv, inside)
    wrong = status != 0 and text.startswith("cat: ")
    if status:
        return ExecResult("" if wrong else text, (text if wrong else "") + f"command terminated with exit code {status}\n", status)
    return ExecResult(text, "", 0)
