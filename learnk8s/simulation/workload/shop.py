"""The small shop: its programs, what they need, how many people come, and what goes wrong.

Pure data and rates; every era imports this and nothing else of the others. The interface is `PROGRAMS` (by name), `requests_per_second(at_ms)`,
`next_change_ms(at_ms)` and `ACCIDENTS`. Time is the world's: zero is Monday 09:00. All figures are assumptions of a plausible size, chosen so
that the shop just fits on one server of two CPUs and two gibibytes.
"""

from dataclasses import dataclass

MIB = 1024 * 1024
HOUR_MS = 3_600_000
DAY_STARTS_AT_HOUR = 9
"""The hour of the day at which every world's clock begins."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program: what it listens on, what it takes, what it needs.

    `cpu_us_per_request` is CPU time; `library` is a shared library and the version of its symbols; `calls` names the programs that each
    request goes on to; a program with `work_cpu_ms` computes and ends; `leak_bytes_per_ms` is memory that it never gives back.
    """

    name: str
    letter: str
    title_en: str
    title_ko: str
    port: int = 0
    start_ms: int = 400
    memory_bytes: int = 50 * MIB
    idle_millicores: int = 2
    cpu_us_per_request: int = 0
    disk_kb_per_s: int = 0
    disk_kb_per_request: int = 0
    library: tuple[str, str] | None = None
    calls: tuple[str, ...] = ()
    threads: int = 1
    work_cpu_ms: int = 0
    leak_bytes_per_ms: int = 0
    children_per_s: int = 0


WEB = Program("web", "W", "Web", "웹", port=8080, start_ms=400, memory_bytes=110 * MIB, cpu_us_per_request=1_500, calls=("api",), threads=4)
API = Program("api", "A", "API", "API", port=8081, start_ms=900, memory_bytes=240 * MIB, cpu_us_per_request=4_000, library=("libpricing.so.1", "PRICING_1.0"), calls=("database",), threads=4)
DATABASE = Program("database", "D", "Database", "데이터베이스", port=5432, start_ms=2_500, memory_bytes=900 * MIB, cpu_us_per_request=3_000, disk_kb_per_request=200, threads=4)
BATCH = Program("batch", "B", "Nightly batch", "야간 배치", start_ms=600, memory_bytes=280 * MIB, disk_kb_per_s=90_000, library=("libpricing.so.1", "PRICING_2.0"), threads=8, work_cpu_ms=1_200_000)
BLOG = Program("blog", "G", "The blog of another team", "다른 팀의 블로그", port=8080, start_ms=400, memory_bytes=90 * MIB)
REPORT = Program("report", "R", "A neighbour that leaks", "메모리가 새는 이웃", start_ms=300, memory_bytes=60 * MIB, leak_bytes_per_ms=1_000)
SPAWNER = Program("spawner", "S", "A neighbour that starts ever more processes", "프로세스를 끝없이 만드는 이웃", start_ms=200, memory_bytes=12 * MIB, children_per_s=20)

PROGRAMS: dict[str, Program] = {program.name: program for program in (WEB, API, DATABASE, BATCH, BLOG, REPORT, SPAWNER)}
SHOP = (WEB.name, API.name, DATABASE.name)
"""The programs that a customer's request goes through, in this order; the batch runs beside them at night."""

PER_HOUR = (12, 8, 5, 4, 4, 6, 14, 30, 55, 70, 80, 90, 110, 100, 85, 80, 85, 95, 110, 120, 115, 85, 50, 25)
"""Requests a second by hour of the day, from midnight."""
BATCH_AT_HOUR = 2


def requests_per_second(at_ms: int) -> int:
    """Return how many requests come each second at a moment of an ordinary day.

    >>> requests_per_second(0), requests_per_second(3 * HOUR_MS)
    (70, 110)
    """
    return PER_HOUR[(DAY_STARTS_AT_HOUR + at_ms // HOUR_MS) % 24]


def next_change_ms(at_ms: int) -> int:
    """Return when the number of requests changes next."""
    return (at_ms // HOUR_MS + 1) * HOUR_MS


@dataclass(frozen=True, slots=True)
class Accident:
    """Something that goes wrong on the day that all eras live through: when, and to which program."""

    name: str
    at_ms: int
    program: str
    text_en: str
    text_ko: str


ACCIDENTS: tuple[Accident, ...] = (
    Accident("leak", 2 * HOUR_MS, REPORT.name, "A neighbour begins to leak memory.", "이웃 프로그램의 메모리가 새기 시작한다."),
    Accident("bad-release", 4 * HOUR_MS, API.name, "A release of the API needs another library and does not start.", "새로 낸 API가 다른 라이브러리를 요구해 시작되지 않는다."),
    Accident("dead-machine", 7 * HOUR_MS, "", "A machine loses its power.", "기계 한 대의 전원이 나간다."),
    Accident("sale", 10 * HOUR_MS, "", "A sale: three times as many requests for an hour.", "할인 행사: 한 시간 동안 요청이 세 배가 된다."),
)
