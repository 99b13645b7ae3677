"""The tables of a simulated MySQL: the few statements that tutorials type, kept in a file of the server.

A replica (its configuration says super-read-only) writes nothing itself and answers with what the primary of its namespace has. Simplified: at once.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.layered import LayeredFiles

KEPT, CONFIGURATION = "/var/lib/mysql/.tables", "/etc/mysql/conf.d"
ROWS_MAX = 500
Data = dict[str, dict[str, list[list[str]]]]
"""Databases: their tables, each with its columns as the first row."""
WRITES = re.compile(r"(create|insert|drop|delete|update|alter|truncate)\b", re.IGNORECASE)
NAME = r"`?(\w{1,64})`?"
TABLE = rf"(?:{NAME}\.)?{NAME}"


class Refused(Exception):
    """A statement that cannot be carried out; the argument is the server's message."""


def queried(argv: Sequence[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    """Carry out what a client was given to execute."""
    text = " ".join(argv[index + 1] for index, word in enumerate(argv[:-1]) if word in ("-e", "--execute")) or next((word.partition("=")[2] for word in argv if word.startswith("--execute=")), "")
    place = files.base if isinstance(files, LayeredFiles) and isinstance(files.base, Contents) else None
    settings = "".join(files.read(f"{CONFIGURATION}/{name}") or "" for name in ("server-id.cnf", "primary.cnf", "replica.cnf"))
    is_replica = "super-read-only" in settings
    source = next((found.read(KEPT, found.now_ms) for found in place.alike() if found.read(f"{CONFIGURATION}/primary.cnf", found.now_ms) is not None), None) if is_replica and place is not None else files.read(KEPT)
    data: Data = json.loads(source or "{}")
    out, used, before = "", next((argv[index + 1] for index, word in enumerate(argv[:-1]) if word == "-D"), ""), json.dumps(data)
    for statement in filter(None, (part.strip() for part in text.split(";"))):
        try:
            if is_replica and WRITES.match(statement):
                raise Refused("ERROR 1290 (HY000) at line 1: The MySQL server is running with the --super-read-only option so it cannot execute this statement")
            if found := re.fullmatch(rf"use\s+{NAME}", statement, re.IGNORECASE):
                used = found[1]
            elif (said := _carried_out(statement, data, used, variables, settings, place.moment() if place is not None else None)) is not None:
                out += _shown(*said, is_table="-t" in argv)
        except Refused as refused:
            return Outcome(out, f"{refused}\n", 1)
    if json.dumps(data) != before:
        files.write(KEPT, json.dumps(data))
    return Outcome(out)


def _carried_out(statement: str, data: Data, used: str, variables: Mapping[str, str], settings: str, now: datetime | None) -> tuple[list[str], list[list[str]]] | None:
    """Change the data, or return columns and rows."""
    def is_like(pattern: str) -> re.Match[str] | None:
        return re.fullmatch(pattern, statement, re.IGNORECASE | re.DOTALL)

    if found := is_like(rf"create\s+database\s+(if\s+not\s+exists\s+)?{NAME}.*"):
        if found[2] in data and not found[1]:
            raise Refused(f"ERROR 1007 (HY000) at line 1: Can't create database '{found[2]}'; database exists")
        data.setdefault(found[2], {})
    elif found := is_like(rf"drop\s+database\s+(?:if\s+exists\s+)?{NAME}"):
        data.pop(found[1], None)
    elif found := is_like(rf"create\s+table\s+(?:if\s+not\s+exists\s+)?{TABLE}\s*\((.*)\).*"):
        _database(data, found[1] or used).setdefault(found[2], [[part.split()[0].strip("`") for part in re.split(r",(?![^(]*\))", found[3]) if part.split() and part.split()[0].lower() not in ("primary", "key", "unique", "index")]])
    elif found := is_like(rf"drop\s+table\s+(?:if\s+exists\s+)?{TABLE}"):
        _database(data, found[1] or used).pop(found[2], None)
    elif found := is_like(rf"insert\s+into\s+{TABLE}\s*(?:\([^)]*\)\s*)?values\s*(.*)"):
        rows = _table(data, found[1] or used, found[2])
        rows.extend([value.strip().strip("'\"") for value in re.findall(r"'[^']*'|\"[^\"]*\"|[^,\s][^,]*", row)] for row in re.findall(r"\(([^)]*)\)", found[3]))
        del rows[1 + ROWS_MAX :]
    elif found := is_like(rf"delete\s+from\s+{TABLE}"):
        del _table(data, found[1] or used, found[2])[1:]
    elif found := is_like(rf"select\s+\*\s+from\s+{TABLE}(?:\s+limit\s+(\d+))?"):
        first, *rows = _table(data, found[1] or used, found[2])
        return first, rows[: int(found[3])] if found[3] else rows
    elif found := is_like(rf"select\s+count\(\*\)\s+from\s+{TABLE}"):
        return ["count(*)"], [[str(len(_table(data, found[1] or used, found[2])) - 1)]]
    elif is_like(r"show\s+databases"):
        return ["Database"], [[name] for name in sorted({"information_schema", "mysql", "performance_schema", "sys", *data, *filter(None, (variables.get("MYSQL_DATABASE"),))})]
    elif found := is_like(rf"show\s+tables(?:\s+(?:from|in)\s+{NAME})?"):
        return [f"Tables_in_{found[1] or used}"], [[name] for name in sorted(_database(data, found[1] or used))]
    elif found := is_like(r"select\s+(.+)"):
        known = {"@@server_id": next(iter(re.findall(r"server-id=(\d+)", settings)), "1"), "now()": now.strftime("%Y-%m-%d %H:%M:%S") if now else "", "version()": "8.4.6", "@@hostname": variables.get("HOSTNAME", "")}
        words = [word.strip() for word in found[1].split(",")]
        if all(word.lower() in known or re.fullmatch(r"\d{1,9}|'[^']*'", word) for word in words):
            return [word.strip("'") for word in words], [[known.get(word.lower(), word.strip("'")) for word in words]]
    return None


def _database(data: Data, name: str) -> dict[str, list[list[str]]]:
    if not name:
        raise Refused("ERROR 1046 (3D000) at line 1: No database selected")
    if name not in data:
        raise Refused(f"ERROR 1049 (42000) at line 1: Unknown database '{name}'")
    return data[name]


def _table(data: Data, database: str, name: str) -> list[list[str]]:
    tables = _database(data, database)
    if name not in tables:
        raise Refused(f"ERROR 1146 (42S02) at line 1: Table '{database}.{name}' doesn't exist")
    return tables[name]


def _shown(heads: list[str], rows: list[list[str]], *, is_table: bool) -> str:
    """Return rows as a client shows them: in a frame for a terminal.

    >>> _shown(["a", "b"], [["1", "two"]], is_table=False)
    'a\\tb\\n1\\ttwo\\n'
    """
    if not rows:
        return ""
    if not is_table:
        return "".join("\t".join(row) + "\n" for row in (heads, *rows))
    widths = [max(len(row[place]) if place < len(row) else 0 for row in (heads, *rows)) for place in range(len(heads))]
    line = "+" + "".join(f"{'-' * (width + 2)}+" for width in widths) + "\n"
    body = ["|" + "".join(f" {(row[place] if place < len(row) else 'NULL').ljust(width)} |" for place, width in enumerate(widths)) + "\n" for row in (heads, *rows)]
    return f"{line}{body[0]}{line}{''.join(body[1:])}{line}{len(rows)} row{'s' if len(rows) != 1 else ''} in set (0.00 sec)\n\n"
