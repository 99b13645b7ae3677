"""The commands of the test image `agnhost` that do something and end; its servers are in `servers.py`. Models test/images/agnhost (1.36).

They are programs like those of a shell: what they print depends on the files that they see and on the time that they let pass.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any
from zlib import crc32

from learnk8s.simulation.kernel.agenda import EPOCH
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.tokens import claims_of
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, FileStatus, LayeredFiles, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.tools import AS_CALLED, Surroundings

NEW_FILE = "mount-tester new file\n"
RETRY_MS, RETRY_S = 2_000, "180"
EXT4, OVERLAY = 61267, 2035054128
"""What statfs says of these file systems."""
LOG_LINES_MAX = 10_000
VERBS, NAMESPACES = ("POST", "GET", "PUT"), ("kube-system", "default", "ns")


def programs(around: Surroundings) -> Mapping[str, Program]:
    """Return the image's programs by name, for a container in these surroundings."""
    return {f"{folder}{name}": Program(lambda call: _ran(call, around)) for name in AS_CALLED for folder in ("", "/")}


def _ran(call: Invocation, around: Surroundings) -> Outcome:
    words = call.argv[1:]
    command = COMMANDS.get(words[0] if words else "")
    if command is None:
        return Outcome("", f"Error: unknown command \"{words[0] if words else ''}\" for \"app\"\nRun 'app --help' for usage.\n", 1)
    said: list[str] = []
    status = command(call, around, around.emit or said.append)
    return Outcome("".join(said), "", status)


Say = Callable[[str], None]


def flags_of(words: list[str]) -> dict[str, str]:
    """Return the flags of a command line, without their dashes; one without a value is "true".

    >>> flags_of(["mounttest", "--fs_type=/a", "--retry_time", "5", "--break"])
    {'fs_type': '/a', 'retry_time': '5', 'break': 'true'}
    """
    found: dict[str, str] = {}
    for place, word in enumerate(words):
        if word.startswith("-"):
            name, is_given, value = word.lstrip("-").partition("=")
            following = words[place + 1] if place + 1 < len(words) else "-"
            found[name] = value if is_given else "true" if following.startswith("-") else following
    return found


# mounttest


def _mount_test(call: Invocation, around: Surroundings, say: Say) -> int:
    flags, test = flags_of(call.argv[2:]), _MountTest(call, around, say)
    wrong = [not test.file_system(flags.get("fs_type", ""))]
    wrong += [not test.new_file(flags.get(f"new_file_{mode}", ""), int(mode, 8)) for mode in ("0644", "0666", "0660", "0777")]
    wrong += [not test.mode(flags.get("file_mode", ""), perms=False), not test.mode(flags.get("file_perm", ""), perms=True), not test.owner(flags.get("file_owner", "")), not test.content(flags.get("file_content", ""))]
    wrong.append(not test.looped(flags.get("file_content_in_loop", ""), int(flags.get("retry_time", RETRY_S)), breaks=flags.get("break_on_expected_content", "true") == "true"))
    return int(any(wrong))


def go_mode(found: FileStatus) -> str:
    """Return a mode as Go prints it.

    >>> go_mode(FileStatus(True, 0o3777)), go_mode(FileStatus(False, 0o400))
    ('dgtrwxrwxrwx', '-r--------')
    """
    kinds = ("d" if found.is_folder else "") + "".join(letter for bit, letter in ((0o4000, "u"), (0o2000, "g"), (0o1000, "t")) if found.mode & bit)
    return (kinds or "-") + "".join(letter if found.mode >> 8 - place & 1 else "-" for place, letter in enumerate("rwx" * 3))


class _MountTest:
    """The checks, each of a path; "" is not checked. They answer whether all went well."""

    def __init__(self, call: Invocation, around: Surroundings, say: Say) -> None:
        assert isinstance(call.files, LayeredFiles), "programs in containers see a container's files"
        self.files, self.around, self.say = call.files, around, say
        self.files.umask = 0

    def _status(self, path: str, words: str) -> FileStatus | None:
        found = self.files.status(path)
        if found is None:
            self.say(f'error from {words}({json.dumps(path)}): {words.lower()} {path}: no such file or directory\n')
        return found

    def file_system(self, path: str) -> bool:
        """Print the type of the file system at a path."""
        if not path:
            return True
        if self.files.status(path) is None:
            self.say(f"error from statfs({json.dumps(path)}): no such file or directory\n")
            return False
        inside = [row for row in self.around.mounts if row.path == "/" or path == row.path or path.startswith(f"{row.path}/")]
        kind = max(inside, key=lambda row: len(row.path)).type if inside else "overlay"
        self.say(f"mount type of {json.dumps(path)}: {'tmpfs' if kind == 'tmpfs' else OVERLAY if kind == 'overlay' else EXT4}\n")
        return True

    def new_file(self, path: str, mode: int) -> bool:
        """Write a file with a mode and read it back."""
        if not path:
            return True
        try:
            there = self.files.status(path)
            self.files.write(path, NEW_FILE)
            if there is None:
                made = self.files.status(path)
                self.files.set_status(self.files.path(path), FileStatus(False, mode, self.files.user, made.group if made else 0))
        except (ReadOnly, Denied) as refused:
            why = "read-only file system" if isinstance(refused, ReadOnly) else "permission denied"
            self.say(f"error writing new file {json.dumps(path)}: open {path}: {why}\n")
            return False
        return self.content(path)

    def mode(self, path: str, *, perms: bool) -> bool:
        """Print the mode of a file, or its permissions alone."""
        if not path:
            return True
        found = self._status(path, "Stat")
        if found is not None:
            self.say(f"perms of file {json.dumps(path)}: {go_mode(FileStatus(False, found.mode & 0o777))}\n" if perms else f"mode of file {json.dumps(path)}: {go_mode(found)}\n")
        return found is not None

    def owner(self, path: str) -> bool:
        """Print whose a file is."""
        if not path:
            return True
        found = self._status(path, "stat")
        if found is not None:
            self.say(f"owner UID of {json.dumps(path)}: {found.user}\nowner GID of {json.dumps(path)}: {found.group}\n")
        return found is not None

    def content(self, path: str) -> bool:
        """Print what is in a file."""
        if not path:
            return True
        text = self._read(path)
        self.say(f"content of file {json.dumps(path)}: {text}\n" if text is not None else f"error reading file content for {json.dumps(path)}: {self._why(path)}\n")
        return text is not None

    def looped(self, path: str, retry_s: int, *, breaks: bool) -> bool:
        """Print what is in a file, again and again: for so many seconds, or until it is what this program writes."""
        if not path:
            return True
        good = False
        for _turn in range(-(-retry_s * 1000 // RETRY_MS)):
            text = self._read(path)
            good = text is not None
            if text is None:
                self.say(f"Error reading file {path}: {self._why(path)}, retrying\n")
            else:
                self.say(f"content of file {json.dumps(path)}: {text}\n")
                if breaks and text == NEW_FILE:
                    break
                if breaks:
                    self.say(f"Unexpected content. Expected: {NEW_FILE}. Retrying")
            self.around.wait(RETRY_MS)
        return good

    def _read(self, path: str) -> str | None:
        return self.files.read(path) if self.files.may_read(path) else None

    def _why(self, path: str) -> str:
        return f"open {path}: {'no such file or directory' if self.files.status(path) is None else 'permission denied'}"


# Others


def _entry_point(call: Invocation, around: Surroundings, say: Say) -> int:
    say(f"[{' '.join(call.argv)}]\n")
    return 0


def _logs(call: Invocation, around: Surroundings, say: Say) -> int:
    """Print lines as an API server's log has them, evenly over a time."""
    flags = flags_of(call.argv[2:])
    total, whole_ms = flags.get("log-lines-total", flags.get("t", "0")), duration_ms(flags.get("run-duration", flags.get("d", "0")))
    if not total.isdigit() or not int(total) or not whole_ms:
        say("F0504 09:00:00.000000       1 logs_generator.go:72] " + (f"Invalid total number of lines: {total}" if not total.isdigit() or not int(total) else f"Invalid duration: {whole_ms or 0}s") + "\n")
        return 255
    for number in range(min(int(total), LOG_LINES_MAX)):
        drawn = crc32(f"{around.pod} {number}".encode())
        name = "".join(chr(97 + drawn // 26**place % 26) for place in range(3 + drawn % 2))
        say(f"I0504 09:00:00.000000       1 logs_generator.go:76] {number} {VERBS[drawn % 3]} /api/v1/namespaces/{NAMESPACES[drawn // 3 % 3]}/pods/{name} {200 + drawn % 400}\n")
        around.wait(max(whole_ms // int(total), 1))
    return 0


def _resolver(word: str) -> Callable[[Invocation, Surroundings, Say], int]:
    def run(call: Invocation, around: Surroundings, say: Say) -> int:
        found = [line.split()[1:] for line in (call.files.read("/etc/resolv.conf") or "").splitlines() if line.startswith(f"{word} ")]
        say(",".join(name for names in found for name in names) + "\n")
        return 0

    return run


def _hosts(call: Invocation, around: Surroundings, say: Say) -> int:
    say(call.files.read("/etc/hosts") or "")
    return 0


def _connect(call: Invocation, around: Surroundings, say: Say) -> int:
    """Try whether a TCP connection can be made; what it prints says why not."""
    target = next((word for word in call.argv[2:] if not word.startswith("-") and ":" in word), "")
    host, _, port = target.rpartition(":")
    found = around.network(["nc", "-z", "-w", str(max((duration_ms(flags_of(call.argv[2:]).get("timeout", "0")) or 0) // 1000, 1)), host.strip("[]"), port])
    if found.status == 0:
        return 0
    said = found.stdout + found.stderr
    say(("REFUSED" if "refused" in said else "DNS: " + host if re.search(r"bad address|resol", said) else "TIMEOUT") + "\n")
    return 1


def _issuer_discovery(call: Invocation, around: Surroundings, say: Say) -> int:
    """Check a mounted token as an outsider does: by the documents that its issuer publishes. Models test/images/agnhost/openidmetadata (1.36)."""
    flags = flags_of(call.argv[2:])
    path, audience = flags.get("token-path", ""), flags.get("audience", "")
    raw = call.files.read(path)
    if raw is None:
        say(f"open {path}: no such file or directory\n")
        return 1
    say("OK: Got token\nvalidating with in-cluster discovery\n")
    claims = _unchecked(raw)
    if claims is None:
        say("go-jose/go-jose: compact JWS format must have three parts\n")
        return 1
    issuer = str(claims.get("iss", ""))
    say(f"OK: got issuer {issuer}\nFull, not-validated claims: \n{json.dumps(claims)}\n")
    own = call.files.read("/var/run/secrets/kubernetes.io/serviceaccount/token") or ""
    found = [around.network(["curl", "-s", "-f", "-m", "5", "--cacert", "ca.crt", "-H", f"Authorization: Bearer {own}", f"{issuer}{place}"]) for place in ("/.well-known/openid-configuration", "/openid/v1/jwks")]
    if any(answer.status for answer in found) or json.loads(found[0].stdout).get("issuer") != issuer:
        say(f'failed to validate with in-cluster discovery: Get "{issuer}/.well-known/openid-configuration": {(found[0].stderr or found[1].stderr).strip()}\n')
        return 1
    say(f"OK: Constructed OIDC provider for issuer {issuer}\n")
    now_s = int(EPOCH.timestamp()) + call.now_ms // 1000
    wrong = "failed to verify signature: no valid signature" if claims_of(raw) is None else f'oidc: expected audience "{audience}" got {json.dumps(claims.get("aud"))}' if audience not in claims.get("aud", ()) else "oidc: token is expired" if claims.get("exp", 0) <= now_s else ""
    if wrong:
        say(f"failed to validate with in-cluster discovery: {wrong}\n")
        return 1
    say(f"OK: Validated signature on JWT\nOK: Got valid claims from token!\nFull, validated claims: \n{json.dumps(claims)}\n")
    return 0


def _unchecked(token: str) -> dict[str, Any] | None:
    """Return what a token claims, whoever has signed it."""
    parts = token.split(".")
    try:
        found = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))) if len(parts) == 3 else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


COMMANDS: Mapping[str, Callable[[Invocation, Surroundings, Say], int]] = {
    "mounttest": _mount_test, "entrypoint-tester": _entry_point, "logs-generator": _logs, "dns-suffix": _resolver("search"), "dns-server-list": _resolver("nameserver"), "etc-hosts": _hosts, "connect": _connect,
    "test-service-account-issuer-discovery": _issuer_discovery,
}
