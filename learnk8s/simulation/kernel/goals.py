"""Goals of tasks: typed checks on a world as it is, on what was done, and on what it will be.

A goal is data: `{"all": [check, ...]}`; each check has one of the keys below and, if its author likes, `text_en` and `text_ko`: what is still missing.

`field`, `exists`, `absent`, `count` and `condition` (a fact that is true or false) look at things; `event` and `log` at what was told; `reachable` asks an address, from the terminal or `from` a thing; `happened` is about
what was done: which button (`action`), which line (`command`, a pattern), which program (`uses`); `never` denies another check; `invariant` looks ahead: its checks must hold now and stay true for `for_s` seconds if nobody touches the world.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from learnk8s.simulation.kernel.patterns import BadPattern, pattern
from learnk8s.simulation.kernel.shell.called import uses

Doc = Mapping[str, Any]
_PART = re.compile(r"\[(\d+|\*)\]|([^.\[\]]+)")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda found, value: bool(found == value), "!=": lambda found, value: bool(found != value), ">=": lambda found, value: isinstance(found, int) and found >= value,
    "<=": lambda found, value: isinstance(found, int) and found <= value, ">": lambda found, value: isinstance(found, int) and found > value, "<": lambda found, value: isinstance(found, int) and found < value,
    "contains": lambda found, value: found is not None and value in found, "lacks": lambda found, value: found is not None and value not in found,
}
WINDOW_S_MAX = 900
LOOKS_ONLY = ("log", "reachable", "invariant")
"""Checks that cannot stand inside of an invariant, because each of them tries something out."""


class Own(NamedTuple):
    """A check that only one era has: whether it holds, and what is missing in English and Korean. Where every era has a check of that name, `takes` says which bodies are its own."""

    holds: Callable[[Any], bool]
    missing: Callable[[Any], tuple[str, str]]
    takes: Callable[[Any], bool] = lambda _body: True


class BadGoal(ValueError):
    """A goal is not written as goals are; the message says where."""


class Told(Protocol):
    """An event, as `kernel/asked.py` tells it."""

    @property
    def at_ms(self) -> int: ...

    @property
    def reason(self) -> str: ...

    @property
    def ref(self) -> str: ...

    @property
    def text(self) -> str: ...


class Asking(Protocol):
    """What checks ask that looking alone does not tell; every world of machines answers it."""

    def find(self, ref: str) -> Doc | None:
        """Return a thing as a document."""

    def events(self) -> Iterable[Told]:
        """Return what happened."""

    def log_of(self, ref: str) -> str:
        """Return what a thing has printed."""

    def answers(self, source: str, url: str) -> bool:
        """Say whether an address answers to a thing, or ("") to the terminal."""

    def ahead(self, seconds: int) -> Iterable["Asking"]:
        """Yield what the world will be, if nobody touches it."""

    def check(self, goal: Mapping[str, Any]) -> Mapping[str, Any]:
        """Say whether a goal is reached."""


class Evidence:
    """What checks may ask: a thing by its ref, all of a kind, which buttons were pressed, which lines were typed, and the world itself; `own` are checks that only one era has."""

    def __init__(self, *, find: Callable[[str], Doc | None], listed: Callable[[str], Sequence[Doc]], happened: Sequence[Doc], lines: Sequence[str] = (), own: Mapping[str, Own] = MappingProxyType({}), asking: Asking | None = None) -> None:
        self.find, self.listed, self.happened, self.lines, self.own, self.asking = find, listed, happened, lines, own, asking


def value_at(doc: Any, path: str) -> Any:
    """Return what stands at a path such as `stage_ms.ready`, or None.

    >>> value_at({"a": {"b": 1}}, "a.b")
    1
    """
    return values_at(doc, path)[0] if "[*]" not in path else None


def values_at(doc: Any, path: str) -> list[Any]:
    """Return what stands at a path, which may go through lists; a plain path leads to one value, None if it is not there.

    >>> values_at({"a": [{"b": 1}, {"b": 2}]}, "a[*].b"), values_at({"a": [3]}, "a[0]"), values_at({}, "a")
    ([1, 2], [3], [None])
    """
    here = [doc]
    for index, name in _PART.findall(path):
        if name:
            here = [item.get(name) if isinstance(item, Mapping) else None for item in here]
        elif index == "*":
            here = [part for item in here if isinstance(item, list) for part in item]
        else:
            here = [item[int(index)] if isinstance(item, list) and int(index) < len(item) else None for item in here]
    return here


def _operator(name: str) -> Callable[[Any, Any], bool]:
    if name not in OPERATORS:
        raise BadGoal(f"unknown operator {name!r}; known are {', '.join(OPERATORS)}")
    return OPERATORS[name]


def _field(check: Any, evidence: Evidence) -> bool:
    doc, operator = evidence.find(check["ref"]), _operator(check.get("op", "=="))
    return doc is not None and any(operator(value, check["value"]) for value in values_at(doc, check["path"]))


def _count(check: Any, evidence: Evidence) -> bool:
    docs = [doc for doc in evidence.listed(check["kind"]) if all(value_at(doc, path) == value for path, value in check.get("where", {}).items())]
    if "path" in check:
        docs = [doc for doc in docs if any(value == check["value_at_path"] or isinstance(value, list) and check["value_at_path"] in value for value in values_at(doc, check["path"]))]
    return _operator(check.get("op", "=="))(len(docs), check["value"])


def _happened(check: Any, evidence: Evidence) -> bool:
    return done(check, evidence.happened, evidence.lines)


def done(check: Any, pressed: Sequence[Doc], lines: Sequence[str]) -> bool:
    """Say whether something was done: a button pressed (`action`, and its parts), a line typed that fits a pattern (`command`), or a program called (`uses`). `after` leaves out so many of the first lines. Raises BadGoal."""
    if "command" not in check and "uses" not in check:
        return any(all(entry.get("kind" if key == "action" else key) == value for key, value in check.items()) for entry in pressed)
    if unknown := set(check) - {"command", "uses", "after"}:
        raise BadGoal(f"happened knows command, uses and after, not {', '.join(sorted(unknown))}")
    own = lines[int(check.get("after", 0)) :]
    if "uses" in check:
        own = [line for line in own if uses([line], check["uses"])]
    if "command" not in check:
        return bool(own)
    try:
        wanted = pattern(check["command"])
    except BadPattern as error:
        raise BadGoal(f"command: {error}") from error
    return any(wanted.search(line) for line in own)


def _condition(check: Any, asking: Asking) -> bool:
    fact = value_at(asking.find(check["ref"]), check["type"])
    return isinstance(fact, bool) and fact is (check.get("status", "True") == "True")


def _event(check: Any, asking: Asking) -> bool:
    return any(told.reason == check["reason"] and told.ref.startswith(check.get("ref_prefix", "")) and check.get("contains", "") in told.text and told.at_ms >= check.get("since_ms", 0) for told in asking.events())


def _log(check: Any, asking: Asking) -> bool:
    return bool(check["contains"] in asking.log_of(check["ref"]))


def _reachable(check: Any, asking: Asking) -> bool:
    return asking.answers(check.get("from", ""), check["to"]) is check.get("answers", True)


def _never(check: Any, asking: Asking) -> bool:
    return not asking.check({"all": [check]})["reached"]


def _invariant(check: Any, asking: Asking) -> bool:
    seconds, inner = check.get("for_s", 60), {"all": check["all"]}
    if not isinstance(seconds, int) or not 0 < seconds <= WINDOW_S_MAX:
        raise BadGoal(f"an invariant looks at most {WINDOW_S_MAX} s ahead")
    if any(kind in (each["never"] if "never" in each else each) for each in check["all"] for kind in LOOKS_ONLY):
        raise BadGoal("a check inside of an invariant looks at things and events only")
    return bool(asking.check(inner)["reached"]) and all(then.check(inner)["reached"] for then in asking.ahead(seconds))


ASKED: dict[str, Callable[[Any, Asking], bool]] = {"condition": _condition, "event": _event, "log": _log, "reachable": _reachable, "never": _never, "invariant": _invariant}
"""Checks that ask a world itself; every world of machines has them."""


def asked(kind: str, check: Any, asking: Asking | None) -> bool:
    """Say whether a check that asks a world holds. Raises BadGoal."""
    if asking is None:
        raise BadGoal(f"{kind!r} cannot be asked here")
    return ASKED[kind](check, asking)


CHECKS: dict[str, Callable[[Any, Evidence], bool]] = {
    "field": _field, "count": _count, "happened": _happened, "exists": lambda check, evidence: evidence.find(check) is not None, "absent": lambda check, evidence: evidence.find(check) is None,
    **{kind: (lambda check, evidence, kind=kind: asked(kind, check, evidence.asking)) for kind in ASKED},  # type: ignore[misc]  # the default binds the kind
}


def evaluated(goal: Mapping[str, Any], evidence: Evidence) -> dict[str, Any]:
    """Return whether all checks hold, and each that does not, with its sentences. Raises BadGoal."""
    checks = goal.get("all")
    if not isinstance(checks, list) or not checks:
        raise BadGoal('a goal is {"all": [check, ...]} with at least one check')
    missing = [{"check": dict(check), **dict(zip(("text_en", "text_ko"), _sentence(check, evidence), strict=True))} for check in checks if not _holds(check, evidence)]
    return {"reached": not missing, "missing": missing}


def _holds(check: Mapping[str, Any], evidence: Evidence) -> bool:
    known = dict.fromkeys((*CHECKS, *evidence.own))
    kinds = [kind for kind in known if kind in check]
    if len(kinds) != 1:
        raise BadGoal(f"each check has exactly one of: {', '.join(known)}")
    try:
        own = _own(kinds[0], check, evidence)
        return own.holds(check[kinds[0]]) if own is not None else CHECKS[kinds[0]](check[kinds[0]], evidence)
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise BadGoal(f"check {kinds[0]!r} lacks or misuses {error}") from error


def _own(kind: str, check: Mapping[str, Any], evidence: Evidence) -> Own | None:
    """Return the era's own check of a kind, if it takes this one."""
    own = evidence.own.get(kind)
    return own if own is not None and (kind not in CHECKS or own.takes(check[kind])) else None


def _sentence(check: Mapping[str, Any], evidence: Evidence) -> tuple[str, str]:
    english, korean = _usual_sentence(check, evidence)
    return check.get("text_en") or english, check.get("text_ko") or korean


def _usual_sentence(check: Mapping[str, Any], evidence: Evidence) -> tuple[str, str]:
    own = next((own.missing(check[kind]) for kind in evidence.own if kind in check and (own := _own(kind, check, evidence)) is not None), None)
    return own if own is not None else sentence(check)


def sentence(check: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is still missing, in English and Korean, for a check whose author did not say it."""
    match check:
        case {"condition": {"ref": ref, "type": type_, **rest}}:
            return f"{ref}: {type_} is not yet {rest.get('status', 'True')}.", f"{ref}: {type_} 상태가 아직 {rest.get('status', 'True')} 값이 아니다."
        case {"event": {"reason": reason, **rest}}:
            return f"No event {reason} of {rest.get('ref_prefix', 'anything')} yet.", f"{rest.get('ref_prefix', '')} {reason} 이벤트가 아직 없다.".strip()
        case {"log": {"ref": ref, "contains": text}}:
            return f"The log of {ref} does not say “{text}” yet.", f"{ref}: 로그에 아직 없는 글: “{text}”."
        case {"reachable": {"to": to, **rest}}:
            source = rest.get("from", "")
            english, korean = (f" to {source}", f"{source}에서 ") if source else ("", "")
            return (f"{to} does not answer{english} yet.", f"{korean}{to} 주소가 아직 답하지 않는다.") if rest.get("answers", True) else (f"{to} still answers{english}.", f"{korean}{to} 주소가 아직 답한다.")
        case {"happened": {"action": action}}:
            return f"This has not been done yet: {action}.", f"아직 하지 않은 일: {action}."
        case {"happened": {"uses": program}}:
            return f"This command has not been used yet: {program}.", f"아직 쓰지 않은 명령: {program}."
        case {"happened": {"command": _}}:
            return "A command that belongs to it has not been typed yet.", "필요한 명령을 아직 입력하지 않았다."
        case {"never": {"happened": {"uses": program}}}:
            return f"This command must not be used: {program}. Begin again.", f"쓰면 안 되는 명령을 썼다: {program}. 처음부터 다시 하자."
        case {"never": _}:
            return "Something happened that must not happen. Begin again.", "일어나면 안 되는 일이 일어났다. 처음부터 다시 하자."
        case {"invariant": {"all": _, **rest}}:
            return f"It does not stay so for {rest.get('for_s', 60)} s.", f"{rest.get('for_s', 60)}초 동안 그대로 있지 않는다."
        case {"field": {"ref": ref, "path": path, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return f"{ref}: {path} is not yet {operator} {value}.", f"{ref}: {path} 값이 아직 {operator} {value} 조건에 맞지 않는다."
        case {"count": {"kind": kind, "value": value, **rest}}:
            operator = rest.get("op", "==")
            return f"The number of {kind}s is not yet {operator} {value}.", f"{kind} 수가 아직 {operator} {value} 조건에 맞지 않는다."
        case {"exists": ref}:
            return f"{ref} does not exist yet.", f"{ref}: 아직 없다."
        case {"absent": ref}:
            return f"{ref} is still there.", f"{ref}: 아직 남아 있다."
    return "This is not reached yet.", "아직 이르지 못했다."
