"""What leaves a script before its end: break, continue, return, exit. What was printed until then comes along."""

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.words import SyntaxFault


class Jump(SyntaxFault):
    """`break`, `continue` or `return`."""

    def __init__(self, word: str, outcome: Outcome) -> None:
        super().__init__(word)
        self.word, self.outcome = word, outcome

    def after(self, before: Outcome) -> "Jump":
        """Return the jump with what was printed before it."""
        return Jump(self.word, before.then(self.outcome))


class Leave(Exception):
    """`exit` in a script."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("exit")
        self.outcome = outcome

    def after(self, before: Outcome) -> "Leave":
        """Return the exit with what was printed before it."""
        return Leave(before.then(self.outcome))
