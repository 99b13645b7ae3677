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
PARTICLES = ("이란", "에서", "에게", "으로", "란", "로", "은", "는", "이", "가", "을", "를", "의", "에", "와", "과", "도", "만")
"""What a reader types behind a word. Not all words with such an ending have a particle; cut by it they find more, and what is spelled as it was typed comes first."""
EQUALS = (
    "쿠버네티스 쿠버네티즈 쿠베르네티스 kubernetes k8s", "파드 포드 팟", "레이블 라벨", "어노테이션 애노테이션 애너테이션", "애플리케이션 어플리케이션 어플", "오토스케일 오토스케일링 오토스케일러", "가시성 관측가능성 옵저버빌리티",
    "도커 docker", "도커파일 dockerfile", "보그 borg", "메소스 mesos", "마라톤 marathon", "스웜 swarm", "노마드 nomad", "헬름 helm", "오픈스택 openstack", "브이엠웨어 vmware", "리눅스 linux", "하시코프 해시코프 hashicorp", "컨테이너디 containerd", "프로메테우스 prometheus", "이스티오 istio",
)
"""Words that are the same thing: as the site writes it, as others spell it, and a name in the other script, since milestones and commands keep names in theirs."""
_EQUALS = {word: tuple(row.split()) for row in EQUALS for word in row.split()}


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


def wanted(query: str) -> list[list[list[str]]]:
    """Return what the column must contain for a query: of each word, all pieces of one of its spellings; pairs whole, everything else by its beginning.

    >>> wanted("파드를 kub"), wanted("라벨")
    ([[[' 파드'], [' 포드'], [' 팟']], [[' kub']]], [[[' 라벨'], [' 레이', ' 이블']]])
    """
    return [[[f" {piece}" for piece in pieces(form)] for form in _bare(forms)] for forms in words(query)]


def _bare(forms: tuple[str, ...]) -> list[str]:
    """Return the forms without those that find nothing which a shorter one does not."""
    return [form for form in forms if not any(other != form and form.startswith(other) for other in forms)]


def words(query: str) -> list[tuple[str, ...]]:
    """Return the words of a query, so many as are looked for, each in all its spellings: as it was typed, without what stands behind its stem, and as others write it.

    >>> words("쿠버네티스란"), words("Pods")
    ([('쿠버네티스란', '쿠버네티스', '쿠버네티즈', '쿠베르네티스', 'kubernetes', 'k8s')], [('pods', 'pod')])
    >>> words("Docker를"), words("오토 스케일링의")[0][:2]
    ([('docker', '도커')], ('오토스케일링의', '오토스케일링'))
    """
    found = _joined(runs(query)[:QUERY_RUNS_MAX])
    found = [run for run in found if run not in PARTICLES] or found
    return [tuple(dict.fromkeys((run, *_EQUALS.get(run, ()), *(spelling for stem in _stems(run) for spelling in (stem, *_EQUALS.get(stem, ())))))) for run in found]


def _stems(run: str) -> list[str]:
    """Return a word without its particle, or without the s of its plural."""
    if "가" <= run[0] <= "힣":
        return [run.removesuffix(particle) for particle in PARTICLES if run.endswith(particle) and len(run) - len(particle) >= 2][:1]
    return [run[:-1]] if len(run) > 3 and run.endswith("s") and not run.endswith("ss") else []


def _joined(found: list[str]) -> list[str]:
    """Join neighbours that are one word when written without the space."""
    joined: list[str] = []
    for run in found:
        if joined and any(word in _EQUALS for word in (joined[-1] + run, *_stems(joined[-1] + run))):
            joined[-1] += run
        else:
            joined.append(run)
    return joined
