"""How docker writes things: ages, sizes, tables, templates, JSON. Models docker/go-units and docker/cli formatter (28.5)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.kernel.gotemplate import BadTemplate, printed, rendered
from learnk8s.simulation.kernel.tables import table

Row = Mapping[str, str]


def lasted(ms: int) -> str:
    """Return a length of time in words. Models units.HumanDuration.

    >>> lasted(500), lasted(61_000), lasted(3 * 3_600_000), lasted(20 * 86_400_000)
    ('Less than a second', 'About a minute', '3 hours', '2 weeks')
    """
    seconds = ms // 1000
    minutes, hours = seconds // 60, (seconds + 1800) // 3600
    if seconds < 1:
        return "Less than a second"
    if seconds == 1:
        return "1 second"
    if seconds < 60:
        return f"{seconds} seconds"
    if minutes == 1:
        return "About a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    if hours == 1:
        return "About an hour"
    if hours < 48:
        return f"{hours} hours"
    if hours < 24 * 7 * 2:
        return f"{hours // 24} days"
    if hours < 24 * 30 * 2:
        return f"{hours // 24 // 7} weeks"
    return f"{hours // 24 // 30} months" if hours < 24 * 365 * 2 else f"{hours // 24 // 365} years"


def sized(count: int, digits: int = 3) -> str:
    """Return a size in decimal units.

    >>> sized(192_309_120), sized(10_070), sized(0)
    ('192MB', '10.1kB', '0B')
    """
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.{digits}g}{units[0]}" if value < 1000 or digits > 3 else f"{value:.0f}{units[0]}"


def binary(count: int) -> str:
    """Return a size in binary units, as `docker stats` does.

    >>> binary(9_437_184), binary(2_147_483_648)
    ('9MiB', '2GiB')
    """
    value, units = float(count), ["B", "KiB", "MiB", "GiB", "TiB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.4g}{units[0]}"


def nano(site_clock: Any, at_ms: int) -> str:
    """Return a moment as the API gives it."""
    moment = site_clock.moment(at_ms)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}000000Z"


def _json(arguments: list[Any]) -> str:
    return json.dumps(arguments[0], separators=(",", ":"), ensure_ascii=False)


OWN_FUNCTIONS: dict[str, Any] = {
    "json": _json, "upper": lambda arguments: printed(arguments[0]).upper(), "lower": lambda arguments: printed(arguments[0]).lower(), "title": lambda arguments: printed(arguments[0]).title(),
    "join": lambda arguments: str(arguments[1]).join(map(printed, arguments[0] or ())), "split": lambda arguments: printed(arguments[0]).split(str(arguments[1])), "truncate": lambda arguments: printed(arguments[0])[: int(arguments[1])],
    "pad": lambda arguments: " " * int(arguments[1]) + printed(arguments[0]) + " " * int(arguments[2]),
}


ACTION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
FIELDS = re.compile(r"(?<![\w$)\]\".])\.[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def absent(template: str, data: Any) -> tuple[int, str, str] | None:
    """Return the first field of a template that the data has not: its place as Go counts it, the whole path and the part that is missing. Templates that move the dot are not judged.

    >>> absent("{{.A.B}}", {"A": {}})
    (4, '.A.B', 'B')
    """
    actions = list(ACTION.finditer(template))
    if any(action[1].split()[:1] and action[1].split()[0] in ("range", "with", "define", "template", "block") for action in actions):
        return None
    for action in actions:
        for path in FIELDS.finditer(action[1]):
            parts, value = path[0][1:].split("."), data
            for part in parts:
                if not isinstance(value, Mapping):
                    break
                if part not in value:
                    return action.start(1) + path.start() + (len(parts[0]) + 1 if len(parts) > 1 else 0), path[0], part
                value = value[part]
    return None


def filled(template: str, data: Any, *, kind: str = "") -> str:
    """Return a template filled as docker fills it: of rows of a kind, or of a document. Raises DockerError."""
    missing = absent(template, data)
    if missing is not None:
        place, path, part = missing
        wrong = f"can't evaluate field {part} in type {kind}" if kind else f'map has no entry for key "{part}"'
        raise DockerError(f'{"failed to execute template" if kind else "template parsing error"}: template: :1:{place}: executing "" at <{path}>: {wrong}', from_client=True)
    try:
        return rendered(template.replace("\\t", "\t").replace("\\n", "\n"), data, OWN_FUNCTIONS)
    except BadTemplate as bad:
        raise DockerError(f"{'failed to execute template' if bad.context else 'failed to parse template'}: {bad.worded('')}" if kind else f"template parsing error: {bad.worded('')}", from_client=True) from None
    except (TypeError, ValueError, AttributeError, IndexError) as bad:
        raise DockerError(f"{'failed to parse template' if kind else 'template parsing error'}: template: :1: {bad}", from_client=True) from None


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return aligned columns, three spaces between and none narrower than ten. Models tabwriter.NewWriter(10, 1, 3)."""
    return table(rows, gap=3, width_min=9)


def listed(rows: Sequence[Row], shown: Sequence[str], headers: Mapping[str, str], *, form: str = "", kind: str = "*formatter.Context") -> str:
    """Return rows as a table of the shown fields, or in a form: `table TEMPLATE`, `json`, a template; `kind` is what a row is called when a field is missing. Raises DockerError."""
    if form in ("", "table"):
        return columns([[headers[name] for name in shown], *[[row[name] for name in shown] for row in rows]])
    if form == "json":
        return "".join(json.dumps(dict(sorted(row.items())), separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
    if form.startswith("table "):
        template = form[6:]
        return columns([filled(template, entry, kind=kind).split("\t") for entry in (headers, *rows)])
    if not rows:
        filled(form, headers, kind=kind)
    return "".join(filled(form, row, kind=kind) + "\n" for row in rows)


def documents(found: Sequence[Any], form: str) -> str:
    """Return what `inspect` prints: a JSON list, or one line of the template for each. Raises DockerError."""
    if form in ("", "json"):
        return json.dumps(list(found), indent=4 if not form else None, separators=None if not form else (",", ":"), ensure_ascii=False) + "\n"
    try:
        return "".join(filled(form, doc) + "\n" for doc in found)
    except DockerError as error:
        raise DockerError(f"\n{error}", from_client=True) from None


def kept(rows: Sequence[Row], filters: Sequence[str], by: Mapping[str, Any]) -> list[Row]:
    """Return the rows that pass `--filter key=value`; values of one key are alternatives. Raises DockerError."""
    wanted: dict[str, list[str]] = {}
    for entry in filters:
        key, equals, value = entry.partition("=")
        if not equals:
            raise DockerError(f"invalid argument \"{entry}\" for \"-f, --filter\" flag: invalid filter '{entry}'", from_client=True)
        if key not in by:
            raise DockerError(f"invalid filter '{key}'")
        wanted.setdefault(key, []).append(value)
    return [row for row in rows if all(any(by[key](row, value) for value in values) for key, values in wanted.items())]
