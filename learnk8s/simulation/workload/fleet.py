"""The shop when it has grown: twenty small services, how many copies of each, and on which of five hosts somebody once put them. The figures are assumptions of a plausible size."""

from dataclasses import dataclass

from learnk8s.simulation.workload.shop import API, DATABASE, MIB, WEB, Program
from learnk8s.simulation.workload.shop import PROGRAMS as SHOP_PROGRAMS

HOSTS = ("host-1", "host-2", "host-3", "host-4", "host-5")
HOST_CPUS = 2
HOST_MEMORY_MIB = 2_048


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its program, and the hosts of its copies."""

    program: Program
    hosts: tuple[int, ...]

    @property
    def name(self) -> str:
        """Return its name."""
        return self.program.name


def _small(name: str, letter: str, title_en: str, title_ko: str, port: int, memory_mib: int, start_ms: int = 500) -> Program:
    return Program(name, letter, title_en, title_ko, port=port, start_ms=start_ms, memory_bytes=memory_mib * MIB, cpu_us_per_request=800)


SERVICES: tuple[Service, ...] = (
    Service(WEB, (1, 2, 3)), Service(API, (1, 2, 4)), Service(DATABASE, (5,)),
    Service(_small("search", "S", "Search", "검색", 8101, 320, 1_800), (1, 3)), Service(_small("cart", "C", "Cart", "장바구니", 8102, 96), (2, 4)), Service(_small("checkout", "K", "Checkout", "결제 화면", 8103, 110), (3, 5)), Service(_small("payment", "P", "Payment", "결제", 8104, 150, 900), (4, 5)),
    Service(_small("stock", "T", "Stock", "재고", 8105, 130), (1,)), Service(_small("prices", "R", "Prices", "가격", 8106, 90), (2,)), Service(_small("reviews", "V", "Reviews", "후기", 8107, 120), (3,)), Service(_small("pictures", "I", "Pictures", "사진", 8108, 210), (4,)),
    Service(_small("login", "L", "Login", "로그인", 8109, 100), (1, 5)), Service(_small("mail", "M", "Mail", "메일", 8110, 70), (2,)), Service(_small("invoices", "N", "Invoices", "청구서", 8111, 140), (3,)), Service(_small("shipping", "H", "Shipping", "배송", 8112, 120), (4,)),
    Service(_small("hints", "F", "Recommendations", "추천", 8113, 420, 2_400), (3,)), Service(_small("events", "E", "Events", "이벤트", 8114, 160), (2,)), Service(_small("stats", "Q", "Statistics", "통계", 8115, 180), (3,)), Service(_small("admin", "Z", "Back office", "관리자 화면", 8116, 90), (4,)),
    Service(_small("sitemap", "Y", "Site map", "사이트맵", 8117, 60), (1,)),
)
BY_NAME: dict[str, Service] = {service.name: service for service in SERVICES}
PROGRAMS: dict[str, Program] = {**SHOP_PROGRAMS, **{service.name: service.program for service in SERVICES}}
"""The programs of every era, those of the grown shop with them."""
TAGS: dict[str, tuple[str, ...]] = {"web": ("1.0", "1.1"), "api": ("1.0", "1.2")}
"""Releases that start, where there are more than 1.0."""
