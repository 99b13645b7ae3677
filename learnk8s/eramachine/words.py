"""Numbers, hours and accidents as people say them, in both languages."""

from learnk8s.simulation.workload.shop import DAY_STARTS_AT_HOUR

ACCIDENTS = {
    "leak": {"en": "A neighbour leaks memory", "ko": "이웃의 메모리 누수"},
    "bad-release": {"en": "A bad release", "ko": "잘못된 릴리스"},
    "dead-machine": {"en": "The machine under the database dies", "ko": "데이터베이스가 있는 기계의 정전"},
    "sale": {"en": "Sale", "ko": "할인 행사"},
}


def amount(count: int, language: str) -> str:
    """Return a count in the words of the language; small ones exactly.

    >>> amount(5_169_300, "en"), amount(5_169_300, "ko"), amount(30_565, "ko"), amount(443, "en")
    ('5.17 million', '517만', '3.1만', '443')
    """
    if language == "ko":
        return f"{count / 10_000:.0f}만" if count >= 100_000 else f"{count / 10_000:.1f}만" if count >= 10_000 else f"{count:,}"
    return f"{count / 1_000_000:.2f} million" if count >= 1_000_000 else f"{count:,}"


def clock(at_ms: int) -> str:
    """Return the time of day of a moment since the day began.

    >>> clock(0), clock(16 * 3_600_000)
    ('09:00', '01:00')
    """
    minutes = at_ms // 60_000
    return f"{(DAY_STARTS_AT_HOUR + minutes // 60) % 24:02d}:{minutes % 60:02d}"
