"""How shells word what is wrong: bash, dash and busybox's ash differ in nothing that a learner sees more often.

A template knows `shell` (as it was called), `at` (where in the script), `name` and `why`. Models error.c and builtins/common.c of bash 5.2, src/error.c, redir.c and exec.c of dash 0.5.12
and shell/ash.c of busybox 1.36. Differs: `at` counts the lines of a script's own first level.
"""

import re
from dataclasses import dataclass

NO_FILE, NO_FOLDER = "No such file or directory", "nowhere"
"""Why a file cannot be opened, and why it cannot be made: the folder is not there."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One shell's messages."""

    name: str
    absent: str
    unread: str
    """An input that cannot be opened because it is not there."""
    unwritten: str
    """An output that cannot be made, and why; `homeless` where its folder is not there."""
    homeless: str
    lost: str
    """`cd` to where nothing is."""
    misread: str
    """A word that cannot stand where it does; `cut_off` where the script ends too early."""
    cut_off: str
    uncounted: str
    """`test` of what is no number; `why` is the command's name."""
    in_script: str
    at_terminal: str
    """Where a message was caused, in a script and in what is typed."""
    redirected: int
    left: int
    """The exit status after a file that cannot be opened, and after `cd` to where nothing is."""

    def unreadable(self, fault: str) -> str:
        """Return the template of a script that cannot be read, whose fault is told in bash's words.

        >>> DASH.unreadable("syntax error near unexpected token `fi'").format(shell="sh", at="1: ")
        'sh: 1: Syntax error: "fi" unexpected'
        """
        found = re.fullmatch(r"syntax error near unexpected token `(.*)'", fault)
        if self.name == "bash" or found is None and "unexpected end of file" not in fault:
            return "{shell}: {at}" + fault.replace("{", "{{").replace("}", "}}")
        return (self.cut_off if found is None else self.misread).replace("{name}", found[1].replace("{", "{{").replace("}", "}}") if found else "")

    def place(self, line: int, *, is_typed: bool) -> str:
        """Return where a message was caused.

        >>> BASH.place(2, is_typed=False), DASH.place(2, is_typed=True), ASH.place(2, is_typed=False)
        ('line 2: ', '2: ', '')
        """
        return (self.at_terminal if is_typed else self.in_script).format(line)


BASH = Dialect("bash", "{shell}: {at}{name}: command not found", "{shell}: {at}{name}: No such file or directory", "{shell}: {at}{name}: {why}", "{shell}: {at}{name}: No such file or directory", "{shell}: {at}cd: {name}: {why}", "", "", "{shell}: {at}{why}: {name}: integer expression expected", "line {}: ", "", 1, 1)
DASH = Dialect("dash", "{shell}: {at}{name}: not found", "{shell}: {at}cannot open {name}: No such file", "{shell}: {at}cannot create {name}: {why}", "{shell}: {at}cannot create {name}: Directory nonexistent", "{shell}: {at}cd: can't cd to {name}", '{shell}: {at}Syntax error: "{name}" unexpected', "{shell}: {at}Syntax error: end of file unexpected", "{shell}: {at}{why}: Illegal number: {name}", "{}: ", "{}: ", 2, 2)
ASH = Dialect("ash", "{shell}: {name}: not found", "{shell}: can't open {name}: no such file", "{shell}: can't create {name}: {why}", "{shell}: can't create {name}: nonexistent directory", "{shell}: cd: can't cd to {name}: {why}", '{shell}: syntax error: unexpected "{name}"', "{shell}: syntax error: unexpected end of file", "{shell}: {name}: bad number", "", "", 1, 2)
