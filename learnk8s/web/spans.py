"""Spans of time as people say them, in both languages."""


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
