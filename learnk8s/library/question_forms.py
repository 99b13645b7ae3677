"""The fields of questions, predictions and tasks: for each type what it has, in the order in which it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from learnk8s.courseware.questions.question import COMBINE, CREDIT
from learnk8s.library.form_boxes import PLACE as USUAL_PLACE
from learnk8s.library.form_boxes import Box, Field, boxes_for, place_field, place_of, read
from learnk8s.library.names import free_name

NAME_MAX = 40
"""Letters of a name that is made of a text; it stands in addresses and in tables."""
TEXT = Field("text", _("Text"), "both")
CHOSEN = Field("chosen", _("Said to whoever chose it"), "both")
MISCONCEPTION = Field("misconception", _("Misconception behind it (a short name)"), is_rare=True)
NAME = Field("id", _("Name"), is_rare=True)
WRONG = Field("wrong", _("Wrong answers that you foresee"), "rows", parts=(Field("forms", _("Forms, one a line"), "lines"), Field("says", _("What is said to it"), "both"), Field("percent", _("Worth (%)"), "whole"), MISCONCEPTION))
NEAR = Field("wrong", _("Wrong answers that you foresee"), "rows", parts=(Field("forms", _("Numbers, one a line; * is every other one"), "lines"), Field("tolerance", _("Tolerance")), Field("says", _("What is said to it"), "both"), Field("percent", _("Worth (%)"), "whole"), MISCONCEPTION))
PRAISE = Field("praise", _("Said to a right answer"), "both")
CHOICE = Field("options", _("Options"), "rows", begins=2, parts=(NAME, Field("text", _("Text"), "both"), Field("right", _("Right"), "flag"), Field("percent", _("Worth (%), if it is not simply right or wrong"), "signed", is_rare=True), CHOSEN, Field("left", _("Said to whoever did not choose it"), "both", is_rare=True), MISCONCEPTION))
PLACE = (Field("place", _("World in which it runs"), "choice"), Field("lines", _("Commands that are run, one a line"), "lines"), Field("wait", _("Seconds to wait afterwards"), "whole"))
GOAL = Field("goal", _("Goal: what must be so"), "goal")
OWN: dict[str, tuple[Field, ...]] = {
    "single": (CHOICE,), "multiple": (CHOICE,),
    "truefalse": (Field("answer", _("It is true"), "flag"), Field("says", _("What is said to a choice"), "sides"), MISCONCEPTION),
    "numeric": (Field("answer", _("Right value, for example 350, 500m, 1Gi")), Field("tolerance", _("Tolerance, for example 5 or 5%")), Field("unit", _("Unit that is shown")), NEAR, PRAISE),
    "short": (Field("accepted", _("Accepted forms, one a line; * any text, ? the letter before may be missing, (a|b) one of them"), "lines"), WRONG, PRAISE),
    "ordering": (Field("options", _("Lines in their right order"), "rows", begins=3, parts=(NAME, Field("text", _("Text"), "both"))),),
    "matching": (Field("pairs", _("Pairs"), "rows", begins=2, parts=(NAME, Field("left", _("Left"), "both"), Field("right", _("Right"), "both"), Field("chosen", _("Said to a wrong partner"), "both"), MISCONCEPTION)), Field("extra", _("Right sides that belong to nothing, one a line"), "texts")),
    "cloze": (Field("gaps", _("Gaps: each is [[name]] in both texts"), "rows", parts=(Field("id", _("Name")), Field("accepted", _("Accepted forms, one a line"), "lines"), Field("number", _("Or a number")), Field("tolerance", _("Tolerance")), Field("choices", _("Or a list, one a line, the first is right"), "texts"), Field("says", _("Said to a wrong one"), "both"), MISCONCEPTION)),),
    "manifest": (*PLACE, GOAL, Field("starter", _("What stands there at the start"), "area"), Field("solution", _("A manifest that reaches the goal"), "area")),
    "world": (*PLACE, GOAL, Field("solution", _("Commands that reach the goal, one a line"), "lines")),
    "predict": (*PLACE, Field("options", _("What may happen; the world says which is so"), "rows", begins=2, parts=(NAME, Field("text", _("Text"), "both"), Field("goal", _("It happened if this is so afterwards"), "goal"), Field("shows", _("Or if the last command prints this text"), is_rare=True), CHOSEN, MISCONCEPTION))),
}
HINTS = Field("hints", _("Hints, one after the other"), "rows", parts=(Field("ko", "한국어", "prose"), Field("en", "English", "prose"), Field("penalty", _("Costs (%)"), "whole")))
TIME_LIMIT = _("Time limit in minutes, or minutes:seconds (empty: none)")
COMBINED = (_("the best"), _("the last"), _("the first"), _("the average"))
COMMON = (
    Field("explanation", _("Explanation, shown with the answer"), "both"),
    replace(HINTS, is_rare=True),
    Field("credit", _("Credit"), "choice", CREDIT, is_rare=True, names=(_("all or nothing"), _("each right part counts"))), Field("attempts", _("Attempts (0: any number)"), "whole", is_rare=True), Field("combine", _("Of several attempts counts"), "choice", COMBINE, is_rare=True, names=COMBINED), Field("seconds", TIME_LIMIT, "minutes", is_rare=True),
    Field("shuffle", _("Shuffle the options"), "flag", is_rare=True), Field("tags", _("Tags, with spaces between"), "words", is_rare=True), Field("variants", _("Variants"), "variants", is_rare=True, help=_("Each learner gets one of them and keeps it. A column is a value with a name; {name} in any text of the question stands for it.")),
)


CALLED = Field("id", _("Name (a-z, 0-9, -)"), is_rare=True, help=_("The text and the figures know it by this name. Left empty, it is made from the English text."))
LABS: dict[str, tuple[Field, ...]] = {
    "prediction": (TEXT, Field("line", _("Command that is run after the guess")), Field("options", _("What may happen"), "rows", begins=2, parts=(NAME, Field("text", _("Text"), "both"), Field("right", _("Right"), "flag"), CHOSEN)), Field("explanation", _("Explanation, shown with the answer"), "both"), CALLED),
    "task": (TEXT, GOAL, Field("solution", _("Commands that reach the goal, one a line"), "lines"), CALLED),
}
"""What stands in a lesson's labs.yaml."""
ONLY_FOR = {"credit": ("multiple", "ordering", "matching", "cloze", "manifest", "world"), "shuffle": ("single", "multiple", "predict")}
"""What means something for these types alone; where a file says it for others, it is carried along."""


def fields_of(kind: str, table: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of a type in their order, with the place of this question among those to choose from."""
    fields = LABS[kind] if kind in LABS else (TEXT, *OWN[kind], *(each for each in COMMON if kind in ONLY_FOR.get(each.key, OWN)), CALLED)
    return tuple(place_field(each.label, place_of(table)) if each.key == "place" else each for each in fields)


def name_of(table: Mapping[str, Any], kind: str, others: Sequence[Mapping[str, Any]]) -> str:
    """Return a name for what has none: of its English text, else of its kind, and unlike those of the others.

    >>> name_of({"text": {"ko": "누가?", "en": "What makes the pod *anew*, when it is gone for good?"}}, "single", [])
    'what-makes-the-pod-anew-when-it-is-gone'
    >>> name_of({"text": {"ko": "누가?"}}, "single", [{"id": "single"}])
    'single-2'
    """
    text = table.get("text")
    said = slugify(str(text.get("en", "")) if isinstance(text, Mapping) else "")
    name = (said if len(said) <= NAME_MAX else said[:NAME_MAX].rpartition("-")[0]) or kind
    return free_name(name, {str(other.get("id", "")) for other in others}, NAME_MAX + 4)


def _current(kind: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table whose older keys are written as the form writes them: one `hint`, and `partial`."""
    new = {key: value for key, value in table.items() if key not in OLDER} if kind not in LABS else dict(table)
    new |= {"hints": [table["hint"]]} if "hint" in table and "hints" not in table and isinstance(table["hint"], dict) and kind not in LABS else {}
    return new | ({"credit": "proportional"} if table.get("partial") and "credit" not in table and kind not in LABS else {})


OLDER = ("hint", "partial")


def boxes_of(kind: str, table: Mapping[str, Any], least: Mapping[str, int] | None = None) -> list[Box]:
    """Return the boxes of a question."""
    return boxes_for(fields_of(kind, table), {**_current(kind, table), "place": place_of(table)}, least)


def table_from(posted: QueryDict, kind: str, old: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Return the question that a form posts, on top of the keys of the old one that the form does not know."""
    fields, before = fields_of(kind, old), _current(kind, old)
    table: dict[str, Any] = {"id": "", "type": kind}
    for key, value in read(posted, fields, before, problems).items():
        table |= {} if key == "place" else {key: value}
    known = {each.key for each in fields}
    if "place" in known:
        world, _slash, scenario = (str(posted.get("place", "")) or place_of(old)).partition("/")
        usual = USUAL_PLACE.split("/")
        table |= {key: value for key, value, default in (("world", world, usual[0]), ("scenario", scenario, usual[1])) if value != default or key in old}
        known |= {"world", "scenario"}
    return table | {key: value for key, value in before.items() if key not in known and key != "type"}
