"""How text is cut for searching. Pure.

A run of Hangul becomes its pairs of neighbouring syllables, so that a word is found inside a longer one and with a particle behind it; a run of Latin letters
and digits stays whole and is found by its beginning. Korean is written with and without spaces between the parts of a word, so the two syllables beside a space
are a pair as well: 가상머신 finds 가상 머신.
"""

import re
import unicodedata

_RUNS = re.compile(r"[가-힣]+|[a-z0-9][a-z0-9_.\-]*")
_OVER_A_SPACE = re.compile(r"([가-힣]) (?=([가-힣]))")
QUERY_RUNS_MAX = 8
SPELLINGS = {"라벨": "레이블", "애노테이션": "어노테이션", "애너테이션": "어노테이션", "포드": "파드", "팟": "파드", "쿠베르네티스": "쿠버네티스"}
"""How words of the site are also written, with the word of the site."""


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

    >>> grams("파드가 Pod"), grams("가상 머신")
    (' 파드 드가 pod', ' 가상 머신 상머')
    """
    seen = dict.fromkeys(piece for run in runs(text) for piece in pieces(run))
    seen |= dict.fromkeys("".join(pair) for pair in _OVER_A_SPACE.findall(unicodedata.normalize("NFC", text)))
    return "".join(f" {piece}" for piece in seen)


def wanted(query: str) -> list[str]:
    """Return what the column must contain for a query: pairs whole, everything else by its beginning.

    >>> wanted("파드 kub"), wanted("라벨")
    ([' 파드', ' kub'], [' 레이', ' 이블'])
    """
    return list(dict.fromkeys(f" {piece}" for run in words(query) for piece in pieces(run)))


def words(query: str) -> list[str]:
    """Return the words of a query as the site spells them, so many as are looked for."""
    return [SPELLINGS.get(run, run) for run in runs(query)[:QUERY_RUNS_MAX]]
