"""The YAML panel: a text is applied as `kubectl apply` would, and what the server says is shown at its line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.world import FROM_THE_PAGE

MARK = FROM_THE_PAGE.rpartition("'")[0].rpartition("'")[2]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """One thing that is wrong, at a line of the text (0: with the text as a whole)."""

    line: int
    message: str


def apply_line(text: str) -> str:
    """Return the command line that applies a text.

    >>> apply_line("kind: Pod").splitlines()[0]
    "kubectl apply -f - <<'LEARNK8S_EOF'"
    """
    body = text.replace("\r\n", "\n").rstrip("\n").replace(MARK, "")
    return f"{FROM_THE_PAGE}{body}\n{MARK}"


def problems(text: str, output: str) -> list[LineProblem]:
    """Return what an output of apply complains about, each at its line."""
    found: list[LineProblem] = []
    for line in output.splitlines():
        at_line = re.search(r"yaml: line (\d+):", line)
        if at_line:
            found.append(LineProblem(int(at_line[1]), line))
        elif " is invalid: " in line or "unknown field" in line or line.startswith(("* ", "error:", "Error", "Warning:")):
            found.append(LineProblem(_line_of(text, line), line))
    return found


def beside(output: str, wrong: Sequence[LineProblem]) -> str:
    """Return what an output says besides its problems, which are shown at their lines."""
    told = {problem.message for problem in wrong}
    return "\n".join(line for line in output.splitlines() if line not in told)


def _line_of(text: str, message: str) -> int:
    place = re.search(r'unknown field "([^"]+)"', message) or re.search(r"(?:invalid: |^\* |struct field \w+\.)((?:spec|metadata|data|status)[\w.\[\]-]*)", message)
    if place is None:
        return 0
    path = tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", place[1]))
    try:
        documents = yaml.documents(text)
    except yaml.YamlFault as fault:
        return fault.line
    lines = [document.line_of(path) for document in documents]
    return lines[0] if lines else 0
