"""How text is cut for searching. Pure.

A run of Hangul becomes its pairs of neighbouring syllables, so that a word is found inside a longer one and with a particle behind it; a run of Latin letters
and digits stays whole and is found by its beginning.
"""

import re
import unicodedata

_RUNS = re.compile(r"[가-힣]+|[a-z0-9][a-z0-9_.\-]*")
QUERY_RUNS_MAX = 8


def runs(text: str) -> list[str]:
    """Return the runs of a text, in small letters.

    >>> runs("파드(Pod)를 3개")
    ['파드', 'pod', '를', '3', '개']
    """
    return _RUNS.findall(unicodedata.normalize("NFC", text).casefold())


def pieces(run: str) -> list[str]:
    """Return what is kept of a run.

    >>> pieces("파드가"), pieces("kubectl"), pieces("셋")
    (['파드', '드가'], ['kubectl'], ['셋'])
    """
    if len(run) < 2 or not "가" <= run[0] <= "힣":
        return [run]
    return [run[index : index + 2] for index in range(len(run) - 1)]


def grams(text: str) -> str:
    """Return the column of a text: every different piece once, each after a space.

    >>> grams("파드가 Pod")
    ' 파드 드가 pod'
    """
    seen = dict.fromkeys(piece for run in runs(text) for piece in pieces(run))
    return "".join(f" {piece}" for piece in seen)


def wanted(query: str) -> list[str]:
    """Return what the column must contain for a query: pairs whole, everything else by its beginning.

    >>> wanted("파드 kub")
    [' 파드', ' kub']
    """
    return list(dict.fromkeys(f" {piece}" for run in runs(query)[:QUERY_RUNS_MAX] for piece in pieces(run)))
