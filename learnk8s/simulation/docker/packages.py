"""What installing does to a file system: programs appear and room is taken. Sizes and times are assumptions of a plausible size."""

import re
from collections.abc import Callable

from learnk8s.simulation.docker.layers import MB

Read = Callable[[str], str | None]
Installed = tuple[str, str, int, int, dict[str, str | None]]
SIZES = {"curl": 6 * MB, "git": 110 * MB, "build-essential": 320 * MB, "gcc": 180 * MB, "vim": 38 * MB, "python3": 48 * MB, "python3-pip": 95 * MB, "nginx": 12 * MB, "nodejs": 160 * MB, "npm": 90 * MB, "wget": 4 * MB, "iputils-ping": 1 * MB, "ca-certificates": 1 * MB,
         "flask": 12 * MB, "requests": 4 * MB, "redis": 3 * MB, "fastapi": 15 * MB, "django": 42 * MB, "numpy": 70 * MB, "express": 4 * MB, "uvicorn": 5 * MB, "gunicorn": 3 * MB, "psycopg2": 9 * MB}
PROGRAMS = {"curl": ("curl",), "git": ("git",), "vim": ("vim",), "wget": ("wget",), "iputils-ping": ("ping",), "python3": ("python3",), "python3-pip": ("pip", "pip3"), "nodejs": ("node",), "npm": ("npm",), "redis-tools": ("redis-cli",), "redis": ("redis-cli", "redis-server"), "procps": ("ps", "free", "top"),
            "iproute2": ("ip",), "postgresql-client": ("psql",), "bash": ("bash",), "build-essential": ("gcc", "make"), "gcc": ("gcc",), "make": ("make",)}
LISTS = "/var/lib/apt/lists/"
LISTS_SIZE = 20 * MB
DURATIONS_MS = {"apt-get": 9_000, "apt": 9_000, "apk": 2_200, "pip": 5_500, "pip3": 5_500, "npm": 11_000, "yarn": 11_000, "go": 8_000}


def installed(argv: list[str], read: Read) -> Installed:
    """Return output, errors, status, bytes and files of one call of a package manager."""
    name = argv[0].rpartition("/")[2]
    words = [word for word in argv[1:] if not word.startswith("-")]
    verb, rest = (words[0] if words else ""), words[1:]
    if name == "go":
        return _go(argv, read)
    if name in ("apt-get", "apt"):
        if verb == "update":
            return "Get:1 http://deb.debian.org/debian trixie InRelease [140 kB]\nFetched 9684 kB in 2s (4842 kB/s)\nReading package lists...\n", "", 0, LISTS_SIZE, {f"{LISTS}deb.debian.org_Packages": "lists\n"}
        if verb == "install" and rest:
            if read(f"{LISTS}deb.debian.org_Packages") is None:
                return "Reading package lists...\nBuilding dependency tree...\n", f"E: Unable to locate package {rest[0]}\n", 100, 0, {}
            return "".join(f"Setting up {package} ...\n" for package in rest), "", 0, _size(rest), _programs(rest)
        return "", "", 0, 0, {}
    if name == "apk":
        if verb == "add" and rest:
            known = [package for package in rest if re.fullmatch(r"[a-z0-9][\w.+-]*", package)]
            return "".join(f"({number}/{len(known)}) Installing {package}\n" for number, package in enumerate(known, start=1)) + "OK\n", "", 0, _size(known) // 2, _programs(known)
        return "", "", 0, 0, {}
    if name in ("pip", "pip3"):
        return _pip(argv, verb, rest, read)
    return _npm(verb, rest, read)


def _go(argv: list[str], read: Read) -> Installed:
    if argv[1:2] != ["build"]:
        return ("go version go1.25.1 linux/amd64\n" if argv[1:2] == ["version"] else ""), "", 0, 0, {}
    target = argv[argv.index("-o") + 1] if "-o" in argv[:-1] else "app"
    text = read("main.go")
    if text is None:
        return "", "no Go files in the working folder\n", 1, 0, {}
    port, said = re.search(r'":(\d{2,5})"', text), re.search(r'(?:Fprint\w*\(\w+,\s*|Write\(\[\]byte\()"((?:[^"\\]|\\.){1,300})"', text)
    return "", "", 0, 8 * MB, {target: f"server {port[1] if port else 8080}\n{said[1] if said else 'Hello'}\n"}


def _pip(argv: list[str], verb: str, rest: list[str], read: Read) -> Installed:
    if verb == "list":
        return "Package Version\n------- -------\npip     25.2\n", "", 0, 0, {}
    if verb != "install":
        return "", "", 0, 0, {}
    packages = list(rest)
    if "-r" in argv[:-1]:
        file = argv[argv.index("-r") + 1]
        text = read(file)
        if text is None:
            return "", f"ERROR: Could not open requirements file: [Errno 2] No such file or directory: '{file}'\n", 1, 0, {}
        packages = [line.split("#")[0].strip() for line in text.splitlines() if line.split("#")[0].strip()]
    plain = [re.split(r"[=<>~!\[ ]", package)[0].lower() for package in packages if package != argv[argv.index("-r") + 1 if "-r" in argv[:-1] else 0]]
    if bad := next((package for package in plain if package.startswith("no-such")), ""):
        return "", f"ERROR: Could not find a version that satisfies the requirement {bad} (from versions: none)\nERROR: No matching distribution found for {bad}\n", 1, 0, {}
    files: dict[str, str | None] = {f"/usr/local/lib/python/{package}": "" for package in plain}
    files.update({f"/usr/local/bin/{package}": "" for package in plain if package in ("flask", "gunicorn", "uvicorn")})
    return "Successfully installed " + " ".join(plain) + "\n", "", 0, _size(plain), files


def _npm(verb: str, rest: list[str], read: Read) -> Installed:
    if verb not in ("install", "ci", "i", "add", ""):
        return "", "", 0, 0, {}
    text = read("package.json") or ""
    if not rest and not text:
        return "", "npm error code ENOENT\nnpm error enoent Could not read package.json\n", 254, 0, {}
    inner = re.search(r'"dependencies"\s*:\s*\{([^}]*)\}', text)
    packages = rest or re.findall(r'"([\w@/.-]+)"\s*:', inner[1] if inner else "")
    return f"\nadded {len(packages) * 14 + 1} packages in 9s\n", "", 0, sum(SIZES.get(package, 4 * MB) for package in packages), {f"/usr/local/lib/node/{package}": "" for package in packages}


def _size(packages: list[str]) -> int:
    return sum(SIZES.get(package, 9 * MB) for package in packages)


def _programs(packages: list[str]) -> dict[str, str | None]:
    return {f"/usr/bin/{program}": "" for package in packages for program in PROGRAMS.get(package, (package,))}


def duration_ms(line: str) -> int:
    """Return how long a line of a Dockerfile's RUN takes.

    >>> duration_ms("apt-get update && apt-get install -y curl"), duration_ms("mkdir /x")
    (12000, 240)
    """
    total = 240
    for part in re.split(r"&&|;|\n", line):
        words = part.split()
        if words and words[0].rpartition("/")[2] in DURATIONS_MS:
            total += DURATIONS_MS[words[0].rpartition("/")[2]] if words[1:2] != ["update"] else 2_760
    return total
