"""Numbers, spans of time and accidents as people say them, in both languages."""

from learnk8s.simulation.workload.shop import DAY_STARTS_AT_HOUR

ACCIDENTS = {
    "leak": {"en": "A neighbour leaks memory", "ko": "이웃의 메모리 누수"},
    "bad-release": {"en": "A bad release", "ko": "잘못된 릴리스"},
    "dead-machine": {"en": "The machine under the database dies", "ko": "데이터베이스가 있는 기계의 정전"},
    "sale": {"en": "Sale", "ko": "할인 행사"},
}


def span(milliseconds: int, language: str) -> str:
    """Return a span of time in the unit that fits.

    >>> span(400, "en"), span(33_630, "en"), span(1_892_600, "ko"), span(7_500_000, "en"), span(0, "en")
    ('0.4 s', '34 s', '31분 33초', '2 h 5 min', '0 s')
    """
    seconds = round(milliseconds / 1000)
    second, minute, hour = ("초", "분", "시간") if language == "ko" else (" s", " min", " h")
    if milliseconds and milliseconds < 10_000:
        return f"{milliseconds / 1000:.1f}{second}"
    if seconds < 60:
        return f"{seconds}{second}"
    if seconds < 3600:
        return f"{seconds // 60}{minute}" + (f" {seconds % 60}{second}" if seconds % 60 else "")
    return f"{seconds // 3600}{hour}" + (f" {seconds % 3600 // 60}{minute}" if seconds % 3600 // 60 else "")


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
