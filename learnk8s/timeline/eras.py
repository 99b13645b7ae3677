"""The six eras: what each asked, what it answered, and why it was not the end."""

from dataclasses import dataclass

from learnk8s.simulation import worlds
from learnk8s.timeline.milestones import ERAS, Claim, claims

Both = dict[str, str]
WORLDS = {"isolation": "linux", "vm": "hypervisor", "container": "docker", "orchestrator": "fleet", "kubernetes": "kubernetes", "cloud": "cloud"}
"""The world of each era."""
STARTS = ("one-server", "consolidate", "shop", "managed")
"""The scenarios to begin an era with, where the first of its list is not the best."""


@dataclass(frozen=True, slots=True)
class Era:
    """One way of running software."""

    slug: str
    name: Both
    years: str
    question: Both
    answer: Both
    limit: Both
    claim: int | None = None

    @property
    def world_name(self) -> str:
        """Return the name of the era's world."""
        return WORLDS[self.slug]

    @property
    def world(self) -> str:
        """Return what the playground starts for this era, as "world:scenario", or nothing while the world is not there."""
        world = WORLDS[self.slug]
        cards = [card.name for card in worlds.SCENARIOS.get(world, {}).values() if not getattr(card, "is_hidden", False)]
        return f"{world}:{next((name for name in STARTS if name in cards), cards[0])}" if cards else ""

    @property
    def popular(self) -> Claim | None:
        """Return the sentence of the popular story that belongs to this era."""
        return claims()[self.claim] if self.claim is not None and self.claim < len(claims()) else None


TEXTS: tuple[Era, ...] = (
    Era("isolation", {"ko": "리눅스의 격리", "en": "Linux isolation"}, "1979–2013",
        {"ko": "한 서버에서 여러 프로그램을 서로 방해받지 않게 돌릴 수 있을까?", "en": "Can many programs share one machine without getting in each other's way?"},
        {"ko": "커널이 보여 주는 것과 쓸 수 있는 양을 프로세스마다 다르게 하면 된다. chroot, 네임스페이스, cgroup이 하나씩 그 조각을 채웠다.", "en": "Let the kernel show each process something different, and give it a measured share: chroot, namespaces and cgroups supplied the pieces, one by one."},
        {"ko": "조각은 모두 있었으나 맞추는 일은 전문가의 몫이었다.", "en": "All the pieces were there, but putting them together took an expert."}, 0),
    Era("vm", {"ko": "가상 머신", "en": "Virtual machines"}, "1972–",
        {"ko": "기계 한 대를 여러 대처럼 나누어 팔 수 있을까?", "en": "Can one machine be sold as many?"},
        {"ko": "하드웨어를 흉내 내어 운영체제를 통째로 올리면 된다. 벽은 두껍고, 오픈스택 같은 소프트웨어가 그 일을 자동화했다.", "en": "Imitate the hardware and put a whole operating system into each copy. The walls are thick, and software such as OpenStack automated the work."},
        {"ko": "가상 머신마다 운영체제가 하나씩 따라온다. 켜는 데 분 단위가 걸리고, 메모리도 그만큼 든다.", "en": "Every machine drags an operating system along: memory it needs, and minutes to boot."}, 1),
    Era("container", {"ko": "컨테이너", "en": "Containers"}, "2013–",
        {"ko": "격리를 누구나 쓰게 만들 수 있을까?", "en": "Can isolation be made easy for everybody?"},
        {"ko": "프로그램과 거기에 필요한 파일을 이미지 하나에 담고, 명령 한 줄로 돌린다. 커널은 함께 쓴다.", "en": "Put a program and the files it needs into one image and run it with one command. The kernel is shared."},
        {"ko": "도커가 다루는 것은 서버 한 대다. 서버가 스무 대면 사람이 다시 바빠진다.", "en": "Docker looks after one host. With twenty hosts, people are busy again."}, 2),
    Era("orchestrator", {"ko": "오케스트레이터", "en": "Orchestrators"}, "2003–",
        {"ko": "컨테이너 수천 개를 어느 서버에 둘지 누가 정할까?", "en": "Who decides where thousands of containers run?"},
        {"ko": "프로그램이 정한다. 보그, 메소스, 마라톤, 플릿, 스웜, 노매드가 저마다 답을 내놓았다.", "en": "A program does. Borg, Mesos, Marathon, fleet, Swarm and Nomad each had an answer."},
        {"ko": "답이 많으니 표준이 없었다.", "en": "There were many answers and no standard."}, 3),
    Era("kubernetes", {"ko": "쿠버네티스", "en": "Kubernetes"}, "2014–",
        {"ko": "적어 둔 상태를 클러스터가 스스로 지키게 할 수 있을까?", "en": "Can a cluster keep by itself the state that is written down?"},
        {"ko": "제어 루프들이 의도한 상태와 실제 상태를 견주어 차이를 메운다. 많은 회사가 노하우를 보태 표준이 되었다.", "en": "Control loops compare what is wanted with what is there and close the gap. Many companies put in their know-how, and it became the standard."},
        {"ko": "기계를 사고, 업그레이드하고, 백업하는 일은 여전히 운영자의 몫이다.", "en": "Buying machines, upgrading and backing up remain the operator's work."}, 4),
    Era("cloud", {"ko": "관리형 클라우드", "en": "Managed cloud"}, "2015–",
        {"ko": "클러스터를 직접 돌보지 않고 빌려 쓸 수 있을까?", "en": "Can a cluster be rented instead of looked after?"},
        {"ko": "컨트롤 플레인은 제공자가 맡고, 사용자는 워크로드를 맡는다. 국내외 클라우드가 완성품으로 판다.", "en": "The provider looks after the control plane, the customer after the workloads. Clouds sell it ready-made."},
        {"ko": "편해진 만큼 비용과 책임의 경계를 알아야 한다.", "en": "With the comfort come a bill, and a line between two responsibilities that has to be known."}, 5),
)
BY_SLUG = {era.slug: era for era in TEXTS}
assert tuple(BY_SLUG) == ERAS, "every era of the facts has its texts"
