"""Go's text/template: `parsing` makes a tree of a text, `filling` walks it over data, `functions` are those that every template knows; refusals in Go's words, with line and column."""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.kernel.gotemplate.filling import Filling
from learnk8s.simulation.kernel.gotemplate.functions import FUNCTIONS
from learnk8s.simulation.kernel.gotemplate.nodes import BadTemplate
from learnk8s.simulation.kernel.gotemplate.parsing import parsed
from learnk8s.simulation.kernel.gotemplate.values import printed

__all__ = ["BadTemplate", "printed", "rendered"]


def rendered(template: str, data: Any, own: Mapping[str, Any] | None = None, *, is_strict: bool = False) -> str:
    """Return a template filled with data; `own` are functions of one client beside Go's, `is_strict` refuses keys that are missing. Raises BadTemplate, with what was printed until then.

    >>> rendered('{{range .items}}{{.name}}{{"\\\\n"}}{{end}}', {"items": [{"name": "a"}]})
    'a\\n'
    >>> rendered('{{range.items}}{{if .a}}a{{else if .b}}b{{else}}c{{end}}{{end}}', {"items": [{"a": 1}, {"b": 1}, {}]})
    'abc'
    """
    functions = {**FUNCTIONS, **(own or {})}
    trees = parsed(template, frozenset(functions))
    return Filling(template, trees, functions, is_strict=is_strict).filled(data)
