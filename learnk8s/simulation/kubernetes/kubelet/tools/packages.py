"""Package managers without an internet: apt, apt-get, dpkg, apk and dnf, as they end where no server's name can be resolved.

What is installed stands where the real ones keep it, in /var/lib/dpkg/status and /lib/apk/db/installed, as far as the image's files have it.
Models apt 3.0 (trixie) and 2.7 (noble), dpkg 1.22, apk-tools 2.14 and dnf 4.14.
"""

import re
from collections.abc import Callable

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.layered import LayeredFiles
from learnk8s.simulation.kubernetes.kubelet.tools.surroundings import Surroundings

DPKG_STATUS, APK_INSTALLED = "/var/lib/dpkg/status", "/lib/apk/db/installed"
ATTEMPTS = 3
"""How often apt tries a source before it gives up: Acquire::Retries."""
APT_MS, APK_MS = 12_000, 5_000
"""How long all of apt's sources and one of apk's are tried for: the resolver's own waiting."""
NOT_ROOT = {"apt": 100, "apk": 99, "dnf": 1}
DISCARDED = "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n"


def installed(files: Files, path: str, mark: str) -> dict[str, str]:
    """Return the packages of a database by name, with their versions; `mark` begins the line of a name."""
    found: dict[str, str] = {}
    name = ""
    for line in (files.read(path) or "").splitlines():
        key, _, value = line.partition(":")
        if key == mark:
            name = value.strip()
        elif name and key in ("Version", "V"):
            found[name] = value.strip()
    return found


def apt(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`apt` and `apt-get`: update and install; the rest finds nothing to do."""

    def run(call: Invocation) -> Outcome:
        name = call.argv[0].rsplit("/", 1)[-1]
        words = [word for word in call.argv[1:] if not word.startswith("-")]
        note = DISCARDED if name == "apt" and not around.on_terminal else ""
        if not words or words[0] == "help" or "--version" in call.argv or "-v" in call.argv:
            return Outcome(f"apt {'3.0.3' if around.distribution.release == 'trixie' else '2.8.3'} (amd64)\n")
        match words[0]:
            case "update":
                found = _apt_update(around, call.files, name)
            case "install" | "reinstall":
                found = _apt_install(around, call.files, name, words[1:])
            case "clean" | "autoclean":
                found = Outcome()
            case "upgrade" | "dist-upgrade" | "full-upgrade" | "autoremove" | "remove" | "purge":
                found = _apt_nothing(around, call.files, words[0], words[1:])
            case "list":
                found = Outcome("Listing...\n" + "".join(f"{package}/now {version} amd64 [installed,local]\n" for package, version in sorted(installed(call.files, DPKG_STATUS, "Package").items())))
            case _:
                found = Outcome("", f"{_letter('E', around, name)}: Invalid operation {words[0]}\n", 100)
        return Outcome(found.stdout, note + found.stderr, found.status)

    return run


def _letter(kind: str, around: Surroundings, name: str) -> str:
    """Return how apt begins an error or a warning: `apt` of version 3 spells them out."""
    return {"E": "Error", "W": "Warning"}[kind] if name == "apt" and around.distribution.release == "trixie" else kind


def _reads(around: Surroundings, *what: str) -> str:
    return "".join(f"{line}...{' Done' if around.on_terminal else ''}\n" for line in what)


READS = ("Reading package lists", "Building dependency tree", "Reading state information")


def _apt_update(around: Surroundings, files: Files, name: str) -> Outcome:
    sources, error, warning = around.distribution.sources, _letter("E", around, name), _letter("W", around, name)
    why = _unwritable(around, files, "/var/lib/apt/lists")
    if why:
        return Outcome(_reads(around, READS[0]), f"{error}: List directory /var/lib/apt/lists/partial is missing. - Acquire ({why})\n", 100)
    tried = "".join(f"Ign:{place} {address} {suite} InRelease\n" for _once in range(ATTEMPTS) for place, (address, suite) in enumerate(sources, start=1))
    failed = "".join(f"Err:{place} {address} {suite} InRelease\n  Temporary failure resolving '{_host(address)}'\n" for place, (address, suite) in enumerate(sources, start=1))
    around.wait(APT_MS)
    ends = _reads(around, READS[0]) if error == "E" else ""
    ends += ("" if error == "Error" else _reads(around, *READS[1:])) + "All packages are up to date.\n" if name == "apt" else ""
    complaints = "".join(f"{warning}: Failed to fetch {address}/dists/{suite}/InRelease  Temporary failure resolving '{_host(address)}'\n" for address, suite in sources)
    return Outcome(tried + failed + ends, f"{complaints}{warning}: Some index files failed to download. They have been ignored, or old ones used instead.\n")


def _apt_install(around: Surroundings, files: Files, name: str, packages: list[str]) -> Outcome:
    error, there = _letter("E", around, name), installed(files, DPKG_STATUS, "Package")
    why = _unwritable(around, files, "/var/lib/dpkg")
    if why:
        return Outcome("", f"{error}: Could not open lock file /var/lib/dpkg/lock-frontend - open ({why})\n{error}: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n", 100)
    missing = [package for package in packages if package not in there]
    read = _reads(around, *READS)
    if missing:
        return Outcome(read, "".join(f"{error}: Unable to locate package {package}\n" for package in missing), 100)
    return Outcome(read + "".join(f"{package} is already the newest version ({there[package]}).\n" for package in packages) + "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")


def _apt_nothing(around: Surroundings, files: Files, verb: str, packages: list[str]) -> Outcome:
    there = installed(files, DPKG_STATUS, "Package")
    missing = [package for package in packages if package not in there]
    if missing:
        return Outcome(_reads(around, *READS), "".join(f"E: Unable to locate package {package}\n" for package in missing), 100)
    return Outcome(_reads(around, *READS, *(("Calculating upgrade",) if "upgrade" in verb else ())) + "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")


def _host(address: str) -> str:
    return address.split("/")[2]


def _unwritable(around: Surroundings, files: Files, folder: str) -> str:
    """Return why a package manager cannot write its state, as apt numbers it, or ""."""
    if around.user:
        return "13: Permission denied"
    return "30: Read-only file system" if isinstance(files, LayeredFiles) and files.base.is_read_only(folder) else ""


def dpkg(call: Invocation) -> Outcome:
    """`dpkg -l`, `-s` and `--version`."""
    there = installed(call.files, DPKG_STATUS, "Package")
    words = [word for word in call.argv[1:] if not word.startswith("-")]
    if "-l" in call.argv or "--list" in call.argv:
        missing = [name for name in words if name not in there]
        rows = sorted((name, there[name]) for name in (words or there) if name in there)
        wide = [max(len(text) for text in (*column, "Version" if place else "Name")) for place, column in enumerate(zip(*rows, strict=True))] if rows else [4, 7]
        head = "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n"
        head += f"||/ {'Name':<{wide[0]}} {'Version':<{wide[1]}} Architecture Description\n+++-{'=' * wide[0]}-{'=' * wide[1]}-============-===========\n"
        return Outcome((head if rows else "") + "".join(f"ii  {name:<{wide[0]}} {version:<{wide[1]}} amd64        {name}\n" for name, version in rows), "".join(f"dpkg-query: no packages found matching {name}\n" for name in missing), 1 if missing else 0)
    if "-s" in call.argv or "--status" in call.argv:
        for name in words:
            if name not in there:
                return Outcome("", f"dpkg-query: package '{name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n", 1)
        return Outcome("\n".join(f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {there[name]}\n" for name in words))
    if "--version" in call.argv:
        return Outcome("Debian 'dpkg' package management program version 1.22.21 (amd64).\n")
    return Outcome("", "dpkg: error: need an action option\n\nType dpkg --help for help about installing and deinstalling packages [*];\nUse 'apt' or 'aptitude' for user-friendly package management;\n", 2)


def apk(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`apk`: add, update, info."""

    def run(call: Invocation) -> Outcome:
        there = installed(call.files, APK_INSTALLED, "P")
        words = [word for word in call.argv[1:] if not word.startswith("-")]
        why = _unwritable(around, call.files, "/lib/apk/db").partition(": ")[2]
        if not words or "--version" in call.argv or "-V" in call.argv:
            return Outcome("apk-tools 2.14.9, compiled for x86_64.\n")
        if words[0] in ("add", "update", "upgrade", "del") and why:
            return Outcome("", f"ERROR: Unable to lock database: {why}\nERROR: Failed to open apk database: {why}\n", NOT_ROOT["apk"])
        fetched, warned = _apk_fetch(around, "fetching" if "--no-cache" in call.argv else "updating and opening") if words[0] in ("add", "update", "upgrade") else ("", "")
        match words[0]:
            case "update":
                counted = f"{len(around.distribution.sources)} unavailable, 0 stale; {len(there)} distinct packages available\n"
                return Outcome(fetched + counted, warned, 2, screen=_apart(fetched, warned) + counted)
            case "add" if any(name not in there for name in words[1:]):
                wrong = "ERROR: unable to select packages:\n" + "".join(f"  {name} (no such package):\n    required by: world[{name}]\n" for name in sorted(words[1:]) if name not in there)
                return Outcome(fetched, warned + wrong, 1, screen=_apart(fetched, warned) + wrong)
            case "info" if len(words) > 1:
                return Outcome("".join(f"{name}-{there[name]} description:\n{name}\n\n" for name in words[1:] if name in there), "", 0 if all(name in there for name in words[1:]) else 1)
            case "info":
                return Outcome("".join(f"{name}\n" for name in sorted(there)), "")
            case "add" | "upgrade" | "del" | "fix":
                return Outcome(f"{fetched}OK: 8 MiB in {len(there)} packages\n", warned)
            case "list" | "search":
                return Outcome("", "".join(f"WARNING: opening {address}: No such file or directory\n" for address, _part in around.distribution.sources))
        return Outcome("", f"ERROR: '{words[0]}' is not an apk command. See 'apk --help'.\n", 1)

    return run


def _apk_fetch(around: Surroundings, verb: str) -> tuple[str, str]:
    """Return what is printed of indexes that cannot be had."""
    sources = around.distribution.sources
    around.wait(APK_MS * len(sources))
    return "".join(f"fetch {address}/x86_64/APKINDEX.tar.gz\n" for address, _part in sources), "".join(f"WARNING: {verb} {address}: temporary error (try again later)\n" for address, _part in sources)


def _apart(fetched: str, warned: str) -> str:
    """Return both in the order in which they come: each index with what became of it."""
    return "".join(first + second for first, second in zip(fetched.splitlines(keepends=True), warned.splitlines(keepends=True), strict=True))


def dnf(around: Surroundings) -> Callable[[Invocation], Outcome]:
    """`dnf` and `yum`: no list of mirrors can be had."""

    def run(call: Invocation) -> Outcome:
        if around.user:
            return Outcome("", "Error: This command has to be run with superuser privileges (under the root user on most systems).\n", NOT_ROOT["dnf"])
        around.wait(APT_MS)
        address, name = around.distribution.sources[0]
        host = re.sub(r"^https?://|/.*", "", address)
        return Outcome(f"CentOS Stream 9 - BaseOS                         0.0  B/s |   0  B     00:12    \nErrors during downloading metadata for repository '{name}':\n  - Curl error (6): Couldn't resolve host name for {address} [Could not resolve host: {host}]\n",
                       f"Error: Failed to download metadata for repo '{name}': Cannot prepare internal mirrorlist: Curl error (6): Couldn't resolve host name for {address} [Could not resolve host: {host}]\n", 1)

    return run
