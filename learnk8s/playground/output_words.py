"""Explain the words that kubectl prints: columns, states, reasons of events. What they mean stands in output_words.yaml, in Korean and in English."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

SHOWN_MAX = 24


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("output_words.yaml").read_text(encoding="utf-8"))
    return found


def explained(text: str, language: str) -> list[dict[str, str]]:
    """Return the words of a text that are explained, in the order in which they stand there.

    >>> [entry["word"] for entry in explained("NAME  READY\\nweb   0/1", "en")]
    ['NAME', 'READY']

    At the beginning of a line, "Error from server" is an answer and no state of a container.

    >>> [entry["word"] for entry in explained('Error from server (NotFound): pods "x" not found', "en")]
    ['Error from server', 'NotFound']
    """
    table = _table()
    found: dict[str, None] = {}
    for word in re.findall(r"(?m)^Error from server|^error:|[A-Za-z][A-Za-z0-9()%-]*(?: SELECTOR| RESTARTS)?|<none>|<pending>|<unknown>", text[:200_000]):
        for candidate in (word, word.split(" ")[0], word.rstrip(")")):
            if candidate in table:
                found[candidate] = None
                break
    return [{"word": word, "text": table[word][language]} for word in list(found)[:SHOWN_MAX]]
