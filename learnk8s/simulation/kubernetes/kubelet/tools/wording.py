"""How the two families of tools say that something is wrong with a file.

Programs here say it in one plain form, `NAME: PATH: WHY`; these tables make of it what busybox's applets or the GNU tools say, and with which status they end.
Models libbb/fopen_or_warn, xopen and the applets of busybox 1.36; coreutils 9.7, findutils 4.10, sed 4.9 and mawk 1.3.4 in the C locale that containers have.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kubernetes.kubelet.layered import Denied, ReadOnly
from learnk8s.simulation.kubernetes.kubelet.distribution import BUSYBOX_FAMILY, GNU_FAMILY

_REASONS = "No such file or directory|Is a directory|Not a directory|Permission denied|File exists|Operation not permitted|Directory not empty|Read-only file system"
PLAIN = re.compile(rf"^([\w.-]+): (?:can't read )?(.+): ({_REASONS})$", re.MULTILINE)
DIRECTORY, FORBIDDEN, FORBIDDEN_TO, READ_ONLY = "Is a directory", "Operation not permitted", "Permission denied", "Read-only file system"


@dataclass(frozen=True, slots=True)
class Words:
    """A family's templates by program, or by program and reason, and the exit statuses that are not 1."""

    texts: Mapping[str, str]
    statuses: Mapping[str, int] = field(default_factory=dict)

    def said(self, text: str) -> str:
        """Return complaints as this family words them.

        >>> GNU.said("ls: x: No such file or directory"), BUSYBOX.said("cat: x: No such file or directory")
        ("ls: cannot access 'x': No such file or directory", "cat: can't open 'x': No such file or directory")
        """
        return PLAIN.sub(lambda found: self._template(found[1], found[3]).format(name=found[1], path=found[2], why=found[3]), text)

    def _template(self, name: str, why: str) -> str:
        return self.texts.get(f"{name}/{why}") or self.texts.get(name) or "{name}: {path}: {why}"


def _each(names: str, template: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), template)


BUSYBOX = Words({
    **_each("cat md5sum sha1sum sha256sum sort uniq less more base64 dd hexdump", "{name}: can't open '{path}': {why}"), **_each("cp diff stat", "{name}: can't stat '{path}': {why}"),
    "tail": "tail: can't open '{path}': {why}\ntail: no files", f"cat/{DIRECTORY}": "cat: read error: Is a directory", "mv": "mv: can't rename '{path}': {why}", "rm": "rm: can't remove '{path}': {why}",
    f"rm/{DIRECTORY}": "rm: '{path}' is a directory", **dict.fromkeys((f"cp/{FORBIDDEN_TO}", f"cp/{READ_ONLY}"), "cp: can't create '{path}': {why}"), f"cp/{DIRECTORY}": "cp: omitting directory '{path}'", "mkdir": "mkdir: can't create directory '{path}': {why}", "rmdir": "rmdir: '{path}': {why}",
}, {"grep": 2, "egrep": 2, "fgrep": 2, "sort": 2, "diff": 2, "sed": 1})
GNU = Words({
    **_each("ls chmod chown chgrp du", "{name}: cannot access '{path}': {why}"), **_each("cp mv", "{name}: cannot stat '{path}': {why}"), **_each("head tail", "{name}: cannot open '{path}' for reading: {why}"),
    **dict.fromkeys((f"head/{DIRECTORY}", f"tail/{DIRECTORY}"), "{name}: error reading '{path}': {why}"), "tac": "tac: failed to open '{path}' for reading: {why}", "stat": "stat: cannot statx '{path}': {why}", "find": "find: '{path}': {why}",
    "rm": "rm: cannot remove '{path}': {why}", **dict.fromkeys((f"cp/{FORBIDDEN_TO}", f"cp/{READ_ONLY}"), "cp: cannot create regular file '{path}': {why}"), f"cp/{DIRECTORY}": "cp: -r not specified; omitting directory '{path}'", "mkdir": "mkdir: cannot create directory '{path}': {why}", "rmdir": "rmdir: failed to remove '{path}': {why}",
    "touch": "touch: cannot touch '{path}': {why}", "dd": "dd: failed to open '{path}': {why}", "sort": "sort: cannot read: {path}: {why}", "sed": "sed: can't read {path}: {why}", "awk": 'mawk: cannot open "{path}" ({why})',
    f"chmod/{FORBIDDEN}": "chmod: changing permissions of '{path}': {why}", **dict.fromkeys((f"chown/{FORBIDDEN}", f"chgrp/{FORBIDDEN}"), "{name}: changing ownership of '{path}': {why}"), "fallocate": "fallocate: cannot open {path}: {why}",
}, {"ls": 2, "grep": 2, "egrep": 2, "fgrep": 2, "sort": 2, "sed": 2, "awk": 2, "diff": 2})
FAMILIES = {BUSYBOX_FAMILY: BUSYBOX, GNU_FAMILY: GNU}


def worded(name: str, program: Program, family: str) -> Program:
    """Return a program that complains as its family does."""
    words = FAMILIES[family]
    inner: Callable[[Invocation], Outcome | Job] = program.run

    def run(call: Invocation) -> Outcome | Job:
        try:
            found = inner(call)
        except (ReadOnly, Denied) as error:
            found = Outcome("", f"{name}: {error}: {READ_ONLY if isinstance(error, ReadOnly) else FORBIDDEN_TO}\n", 1)
        if not isinstance(found, Outcome) or not found.stderr:
            return found
        text = words.said(found.stderr)
        status = words.statuses.get(name, found.status) if PLAIN.search(found.stderr) else found.status
        return replace(found, stderr=text, status=status, screen=None if found.screen is None else words.said(found.screen))

    return replace(program, run=run)
