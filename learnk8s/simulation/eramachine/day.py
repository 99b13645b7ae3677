"""The day that every era lives through: how many customers come, what goes wrong and when, and how soon a person reacts.

The day begins at 09:00 and lasts 24 hours. The curve of customers and the accidents are those of workload/shop.py; a learner may move, drop or sharpen them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from learnk8s.simulation.workload import shop

HOUR_MS, MINUTE_MS = shop.HOUR_MS, 60_000
DAY_MS = 24 * HOUR_MS
OFF = -1


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a learner may change: its bounds, its unit and its name."""

    least: int
    most: int
    text_en: str
    text_ko: str


SETTINGS: Mapping[str, Setting] = {
    "leak_hour": Setting(OFF, 20, "A neighbour begins to leak memory, hours after opening", "이웃의 메모리 누수(개점 뒤 몇 시간)"),
    "release_hour": Setting(OFF, 20, "A bad release goes out, hours after opening", "잘못된 릴리스 배포(개점 뒤 몇 시간)"),
    "dead_hour": Setting(OFF, 20, "A machine loses its power, hours after opening", "기계 한 대의 정전(개점 뒤 몇 시간)"),
    "dark_minutes": Setting(5, 240, "Minutes until the machine has power again", "전원이 다시 들어오기까지(분)"),
    "sale_hour": Setting(OFF, 20, "The sale begins, hours after opening", "할인 행사 시작(개점 뒤 몇 시간)"),
    "sale_factor": Setting(1, 6, "So many times the customers during the sale", "할인 행사 동안의 손님(몇 배)"),
    "reaction_minutes": Setting(1, 60, "Minutes until a person reacts by day", "낮에 사람이 대응하기까지(분)"),
    "night_minutes": Setting(1, 120, "Minutes until a person reacts at night", "밤에 사람이 대응하기까지(분)"),
}


class BadDay(ValueError):
    """A setting is out of its bounds; `field` says which one."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Day:
    """Hours count from 09:00; -1 leaves an accident out. The minutes are assumptions: someone has to see the alarm, and to type."""

    leak_hour: int = 2
    release_hour: int = 4
    dead_hour: int = 7
    dark_minutes: int = 30
    sale_hour: int = 10
    sale_factor: int = 3
    reaction_minutes: int = 10
    night_minutes: int = 30

    @classmethod
    def of(cls, wishes: Mapping[str, str]) -> "Day":
        """Return the day that was asked for; what is not named stays as it is. Raises BadDay.

        >>> Day.of({"sale_factor": "5"}).sale_factor
        5
        """
        changed = {}
        for name, setting in SETTINGS.items():
            text = str(wishes.get(name, "")).strip()
            if not text:
                continue
            if not text.removeprefix("-").isdecimal() or len(text) > 4 or not setting.least <= int(text) <= setting.most:
                raise BadDay(name)
            changed[name] = int(text)
        return replace(cls(), **changed)

    def wishes(self) -> dict[str, int]:
        """Return every setting by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def requests_per_second(self, at_ms: int) -> int:
        """Return how many requests come each second, the sale included."""
        rate = shop.requests_per_second(at_ms)
        return rate * self.sale_factor if self.in_sale(at_ms) else rate

    def in_sale(self, at_ms: int) -> bool:
        """Say whether the sale goes on: it lasts an hour."""
        return self.sale_hour != OFF and self.sale_hour * HOUR_MS <= at_ms < (self.sale_hour + 1) * HOUR_MS

    def reaction_ms(self, at_ms: int) -> int:
        """Return how long it takes until a person has seen what is wrong and types; from ten at night to eight in the morning longer."""
        hour = (shop.DAY_STARTS_AT_HOUR + at_ms // HOUR_MS) % 24
        return (self.night_minutes if hour >= 22 or hour < 8 else self.reaction_minutes) * MINUTE_MS

    def accidents(self) -> list[tuple[int, str]]:
        """Return when what goes wrong, in order."""
        hours = {"leak": self.leak_hour, "bad-release": self.release_hour, "dead-machine": self.dead_hour}
        return sorted((hour * HOUR_MS, name) for name, hour in hours.items() if hour != OFF)
