"""The editor of a terminal, and a command that reads what is typed: jobs that wait for a text. The page shows a panel for it; the text comes back as an input that begins with `:wq`, or with Ctrl-D."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Outcome

SAVED, CANCELLED, GIVEN = ":wq", ":q!", "\x04"


def edited_text(line: str) -> str:
    r"""Return the text that an input `:wq` carries.

    >>> edited_text(":wq\nkind: Pod\n")
    'kind: Pod\n'
    """
    return line.partition("\n")[2].replace("\r\n", "\n")


def saving(text: str) -> str:
    """Return the input that saves a text."""
    return f"{SAVED}\n{text}"


def giving(text: str) -> str:
    """Return the input that gives a text to a command which reads what is typed."""
    return f"{GIVEN}\n{text}"


INPUT = "input"


class Editor:
    """An open editor. `save` takes the text, or None when it is closed without saving, and returns what is printed and the text to go on with, or None when it is over."""

    wake_ms: int | None = None

    def __init__(self, state: dict[str, Any], save: Callable[[dict[str, Any], str | None], tuple[Outcome, str | None]]) -> None:
        self._state, self._save = state, save
        self.is_open = True

    @property
    def name(self) -> str:
        """Return what is edited."""
        return str(self._state["name"])

    @property
    def is_input(self) -> bool:
        """Say whether it is no editor, but a command that reads what is typed until Ctrl-D."""
        return self._state.get("kind") == INPUT

    @property
    def text(self) -> str:
        """Return the text as it stands."""
        return str(self._state["text"])

    def poll(self) -> tuple[str, int | None]:
        """Wait on."""
        return "", None

    def ended(self, text: str | None) -> Outcome:
        """Save or close; the editor may be open again afterwards, with what was wrong."""
        outcome, again = self._save(self._state, text)
        self.is_open = again is not None
        if again is not None:
            self._state["text"] = again
        return outcome

    def dump(self) -> dict[str, Any]:
        """Return the job's state."""
        return dict(self._state)


def file_editor(name: str, files: Files) -> Editor:
    """Return an editor of a file."""
    return resumed_file_editor({"kind": "editor", "name": name, "text": files.read(name) or ""}, files)


def resumed_file_editor(state: dict[str, Any], files: Files) -> Editor:
    """Return the editor of a file that `dump` wrote down."""

    def save(state: dict[str, Any], text: str | None) -> tuple[Outcome, str | None]:
        if text is not None:
            files.write(state["name"], text if text.endswith("\n") or not text else text + "\n")
            return Outcome(f'"{state["name"]}" {text.count(chr(10))}L, {len(text.encode())}B written\n'), None
        return Outcome(), None

    return Editor(state, save)


def input_editor(state: dict[str, Any], run: Callable[[str, str], Outcome]) -> Editor:
    """Return what waits for the text that a command (`source`) reads; `run` runs it with the text."""

    def save(state: dict[str, Any], text: str | None) -> tuple[Outcome, str | None]:
        if text is None:
            return Outcome("^C\n", "", 130), None
        return run(state["source"], text if text.endswith("\n") or not text else text + "\n"), None

    return Editor(state, save)


def reads_typed(words: list[str]) -> bool:
    """Say whether a command without anything piped into it reads what is typed until Ctrl-D. Only those are known that people use so.

    >>> reads_typed(["cat"]), reads_typed(["cat", "-n", "a.yaml"]), reads_typed(["kubectl", "apply", "-f", "-"]), reads_typed(["kubectl", "apply", "-f", "a.yaml"])
    (True, False, True, False)
    """
    if words[0] == "sudo" and len(words) > 1:
        return reads_typed(words[1:])
    name, rest = words[0], words[1:]
    operands = [word for word in rest if not word.startswith("-") or word == "-"]
    if name == "cat":
        return not operands or "-" in operands
    if name == "tee":
        return True
    return name in ("kubectl", "k") and any(word in ("-f-", "-f=-", "--filename=-") or (word == "-" and before in ("-f", "--filename")) for before, word in zip(["", *rest], rest, strict=False))
