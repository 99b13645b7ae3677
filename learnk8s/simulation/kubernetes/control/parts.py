"""The parts of a cluster, and which of them stand still.

Theory. Each part is a program of its own: what the others did goes on without it. A part that stands still gets no turn: its tasks wait, and
when it starts again it makes up for what it missed, as real components do, which list everything when they start. What needs the API server
stands still with it, and so does everything if etcd does not answer; containers, networks and rules that are there already stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnk8s.simulation.kernel.agenda import Agenda, Task


@dataclass(frozen=True, slots=True)
class Part:
    """One program of the architecture: where it runs, what it does, how an operator stops it on a kubeadm cluster."""

    name: str
    place: str
    does_en: str
    does_ko: str
    without_en: str
    without_ko: str
    real_stop: str


PARTS: tuple[Part, ...] = (
    Part("kube-apiserver", "control-plane", "The only door to the cluster's state: it checks every request and stores what it accepts.", "클러스터 상태로 들어가는 유일한 문이다. 모든 요청을 검사하고, 받아들인 것을 저장한다.",
         "Nobody can read or change anything; what runs already runs on.", "아무도 읽거나 바꿀 수 없다. 이미 도는 것은 계속 돈다.", "mv /etc/kubernetes/manifests/kube-apiserver.yaml /tmp"),
    Part("etcd", "control-plane", "The database that keeps every object.", "모든 오브젝트를 간직하는 데이터베이스다.",
         "The API server answers, but only with errors: it can store nothing and is sure of nothing.", "API 서버가 답하긴 하지만 오류뿐이다. 아무것도 저장할 수 없고 아무것도 확신할 수 없다.", "mv /etc/kubernetes/manifests/etcd.yaml /tmp"),
    Part("kube-scheduler", "control-plane", "Chooses a node for every pod that has none.", "노드가 없는 파드마다 노드를 골라 준다.",
         "New pods stay Pending, and not even an event says why.", "새 파드는 Pending에 머문다. 까닭을 말해 주는 이벤트조차 없다.", "mv /etc/kubernetes/manifests/kube-scheduler.yaml /tmp"),
    Part("kube-controller-manager", "control-plane", "Runs the controllers, each of which makes one kind of wish come true.", "컨트롤러를 돌린다. 컨트롤러마다 한 종류의 바람을 현실로 만든다.",
         "Nothing is replaced, scaled, rolled out or collected; a deleted pod stays gone.", "아무것도 다시 만들어지지 않는다. 스케일도 롤아웃도 청소도 멈추고, 지운 파드는 돌아오지 않는다.", "mv /etc/kubernetes/manifests/kube-controller-manager.yaml /tmp"),
    Part("kubelet", "node", "Starts and watches the containers of the pods on its node, and reports.", "자기 노드에 놓인 파드의 컨테이너를 시작하고 지켜보며 상태를 알린다.",
         "Its containers run on unwatched; after 50 s without a heartbeat the node is NotReady.", "컨테이너는 지켜보는 이 없이 계속 돈다. 하트비트가 50초 끊기면 노드는 NotReady가 된다.", "systemctl stop kubelet"),
    Part("containerd", "node", "The container runtime: pulls images and starts processes for the kubelet.", "컨테이너 런타임이다. kubelet을 대신해 이미지를 받고 프로세스를 시작한다.",
         "No container can start or be stopped there, and the node says NotReady; processes run on.", "그 노드에서는 컨테이너를 시작할 수도 멈출 수도 없고 노드는 NotReady가 된다. 돌던 프로세스는 계속 돈다.", "systemctl stop containerd"),
    Part("kube-proxy", "nodes", "Writes the rules on every node by which a Service's address leads to its pods.", "서비스 주소가 파드로 이어지도록 모든 노드에 규칙을 적는다.",
         "The rules stay as they were: requests go to pods that are gone, and new pods get none.", "규칙이 그때 그대로 남는다. 사라진 파드로 요청이 가고 새 파드에는 오지 않는다.", "kubectl -n kube-system delete daemonset kube-proxy"),
    Part("coredns", "nodes", "Answers what address a name such as `web` stands for.", "`web` 같은 이름이 어느 주소인지 답한다.",
         "Names no longer resolve; addresses still work.", "이름을 풀 수 없다. 주소로는 여전히 닿는다.", "kubectl -n kube-system scale deployment coredns --replicas=0"),
)
BY_NAME = {part.name: part for part in PARTS}
NEEDS = {"scheduler": ("kube-scheduler", "kube-apiserver", "etcd"), "control": ("kube-controller-manager", "kube-apiserver", "etcd")}
"""Components of the simulation, and the parts without which they get no turn."""
CATCH_UP_MS = 1_000
"""From a part's start until it acts: it lists everything first."""


class Parts:
    """Which parts of one cluster stand still, and what waits for them. Parts of one node are kept by the kubelets."""

    __slots__ = ("_waiting", "down")

    def __init__(self) -> None:
        self.down: dict[str, None] = {}
        self._waiting: list[Task] = []

    def holds(self, component: str) -> bool:
        """Say whether a component gets no turn now."""
        return bool(self.down) and any(part in self.down for part in NEEDS.get(component, ()))

    def wait(self, task: Task) -> None:
        """Keep a task until its component gets turns again."""
        self._waiting.append(task)

    def stop(self, part: str) -> None:
        """Let a part stand still."""
        self.down[part] = None

    def start(self, part: str, agenda: Agenda, now_ms: int) -> None:
        """Start a part; what waited for it alone is done once it has caught up."""
        self.down.pop(part, None)
        waiting, self._waiting = self._waiting, []
        for task in waiting:
            if self.holds(task.component):
                self._waiting.append(task)
            else:
                agenda.put_back(task, max(task.due_ms, now_ms + CATCH_UP_MS))

    def dump(self) -> dict[str, Any]:
        """Return what stands still and what waits."""
        return {"down": list(self.down), "waiting": [list(task) for task in self._waiting]}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.down = dict.fromkeys(dumped["down"])
        self._waiting = [Task(due, ticket, component, name, tuple(arguments)) for due, ticket, component, name, arguments in dumped["waiting"]]
