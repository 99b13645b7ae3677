"""The scenarios of this era; each with its goal and one way to reach it."""

from dataclasses import dataclass, field
from typing import Any

from learnk8s.simulation.cloud.prices import MACHINE_TYPES
from learnk8s.simulation.cloud.provider import POOL_LABEL, SPOT_LABEL, TYPE_LABEL, ZONE_LABEL
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.plain import deployment, service
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario


@dataclass(frozen=True, slots=True)
class Pool:
    """A node pool that is there from the start."""

    name: str = "default"
    machine_type: str = "standard-4"
    count: int = 3
    zones: tuple[str, ...] = ("zone-a",)
    spot: bool = False


@dataclass(frozen=True, slots=True)
class CloudScenario:
    """The start of a sandbox, its goal and a solution."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    goal: dict[str, Any]
    solution: tuple[str, ...]
    pools: tuple[Pool, ...] = (Pool(),)
    objects: tuple[Doc, ...] = ()
    traffic: tuple[tuple[str, int], ...] = ()
    version: str = "1.36"
    managed: bool = True
    certs_left_ms: int = 300 * 24 * 3_600_000
    files: tuple[tuple[str, str], ...] = ()
    first_lines: tuple[str, ...] = field(default=("cloud clusters describe", "kubectl get nodes"))

    def machines(self) -> list[tuple[str, Pool, str]]:
        """Return the first machines: name, pool, zone."""
        found: list[tuple[str, Pool, str]] = []
        for pool in self.pools:
            for number in range(pool.count):
                found.append((f"{pool.name}-{len(found) + 1}", pool, pool.zones[number % len(pool.zones)]))
        return found

    def cluster(self) -> Scenario:
        """Return the same as a scenario of the Kubernetes world."""
        nodes = tuple(Node(name, cpu=str(MACHINE_TYPES[pool.machine_type].cpus), memory=f"{MACHINE_TYPES[pool.machine_type].memory_gib}Gi",
                           labels=((POOL_LABEL, pool.name), (TYPE_LABEL, pool.machine_type), (ZONE_LABEL, zone), *(((SPOT_LABEL, "true"),) if pool.spot else ()))) for name, pool, zone in self.machines())
        return Scenario(self.name, self.title_en, self.title_ko, self.story_en, self.story_ko, nodes=nodes, objects=self.objects, files=self.files, settle_ms=30_000 if nodes else 0, traffic=self.traffic)


def _check(body: dict[str, Any], text_en: str, text_ko: str) -> dict[str, Any]:
    return {**body, "text_en": text_en, "text_ko": text_ko}


def _field(ref: str, path: str, value: Any, op: str = "==") -> dict[str, Any]:
    return {"field": {"ref": ref, "path": path, "op": op, "value": value}}


def _web(replicas: int, cpu: str = "250m", memory: str = "256Mi") -> tuple[Doc, ...]:
    return (deployment("web", "nginx:1.27", replicas=replicas, port=80, cpu=cpu, memory=memory), service("web", port=80, target=80))


def _ready(count: int) -> dict[str, Any]:
    return _check(_field("Deployment/default/web", "status.readyReplicas", count, ">="), f"Fewer than {count} copies of web are ready.", f"준비된 web이 {count}벌보다 적다.")


FIRST = CloudScenario(
    "managed", "A cluster by one command", "명령 하나로 클러스터",
    "There is nothing yet. Order a cluster, wait the minutes that it takes, run the shop on it and give it an address on the internet. Then read the bill.",
    "아직 아무것도 없다. 클러스터를 주문하고 몇 분 기다린 뒤, 그 위에 가게를 돌려 인터넷 주소를 주자. 그다음 청구서를 읽어 보자.",
    goal={"all": [_check(_field("ManagedCluster//shop", "status", "RUNNING"), "There is no cluster `shop` that runs.", "돌고 있는 클러스터 shop이 없다."), _ready(3), _check(_field("Service/default/web", "status.loadBalancer.ingress[0].ip", "203.0.113.10"), "The service has no address outside yet.", "서비스에 아직 바깥 주소가 없다.")]},
    solution=("cloud clusters create shop --nodes 3 --wait", "kubectl create deployment web --image=nginx:1.27 --replicas=3", "kubectl expose deployment web --port=80 --type=LoadBalancer", "sleep 60", "kubectl get service web", "cloud bill"),
    pools=(), first_lines=("kubectl get nodes", "cloud machine-types list", "cloud clusters create shop --nodes 3 --wait"),
)
AUTOSCALE = CloudScenario(
    "autoscaler", "Pods that fit nowhere order machines", "갈 곳 없는 파드가 기계를 부른다",
    "Sale day: the shop needs sixteen copies, and three machines have no room for them. Let the cluster autoscaler order machines, watch how long it takes, and see what it costs.",
    "할인 날, 가게는 열여섯 벌이 필요한데 기계 세 대에는 자리가 없다. 클러스터 오토스케일러가 기계를 주문하게 하고, 얼마나 걸리고 얼마가 드는지 보자.",
    goal={"all": [_check(_field("Pool//default", "autoscale", True), "The autoscaler of the pool is off.", "풀의 오토스케일러가 꺼져 있다."), _ready(16)]},
    solution=("cloud autoscaler on default --min 3 --max 6", "kubectl scale deployment web --replicas=16", "sleep 150", "kubectl get nodes"), objects=_web(3, cpu="1", memory="512Mi"), traffic=(("web", 20),),
    first_lines=("kubectl get pods -o wide", "cloud node-pools list", "kubectl scale deployment web --replicas=16"),
)
SPOT = CloudScenario(
    "spot", "Seventy percent cheaper, with two minutes' notice", "70% 싸지만 2분 뒤 사라질 수 있다",
    "Move the shop to spot machines in three zones, give the dear ones back, and live through an interruption.",
    "가게를 세 존의 스팟 기계로 옮기고 비싼 기계를 돌려준 뒤, 회수 통보를 견뎌 내자.",
    goal={"all": [_check({"happened": {"action": "spot-interruption"}}, "No spot machine has been taken back yet.", "아직 회수된 스팟 기계가 없다."), _check(_field("Bill", "machines", 20_000, "<="), "The machines cost more than 20 cents an hour.", "기계 값이 시간당 20센트를 넘는다."), _ready(4)]},
    solution=("cloud node-pools create cheap --machine-type standard-4 --count 3 --zones zone-a,zone-b,zone-c --spot --wait", "cloud node-pools resize default --count 0 --wait", "sleep 30", "fault spot-interruption cheap-4", "sleep 240"),
    objects=_web(4), traffic=(("web", 20),), first_lines=("cloud bill", "cloud machine-types list", "cloud machines list"),
)
ZONE = CloudScenario(
    "zone-outage", "A zone goes dark", "존 하나가 꺼지다",
    "All machines stand in zone-a. Be ready before zone-a fails: the zone is the provider's to mend, where your pods run is yours to decide.",
    "기계가 모두 zone-a에 있다. zone-a가 멈추기 전에 대비하자. 존을 고치는 것은 제공자의 일이지만, 파드를 어디서 돌릴지는 내가 정한다.",
    goal={"all": [_check({"happened": {"action": "zone-outage", "ref": "Zone//zone-a"}}, "zone-a has not failed yet: fault zone-outage zone-a.", "zone-a가 아직 멈추지 않았다: fault zone-outage zone-a."), _ready(3), _check(_field("Zone//zone-a", "down", True), "zone-a is up again: show that you do without it.", "zone-a가 되살아났다. 그 없이도 된다는 것을 보이자.")]},
    solution=("cloud node-pools create other --count 3 --zones zone-b,zone-c --wait", "fault zone-outage zone-a", "sleep 450", "kubectl get pods -o wide", "cloud incidents"), objects=_web(3), traffic=(("web", 20),),
    first_lines=("cloud zones list", "kubectl get pods -o wide", "cloud machines list"),
)
UPGRADE = CloudScenario(
    "upgrade", "A new version while the shop is open", "가게 문을 연 채 새 버전으로",
    "The cluster runs 1.35. Bring the control plane to 1.36, then the machines, with one spare machine at a time.",
    "클러스터가 1.35로 돈다. 컨트롤 플레인을 1.36으로 올린 뒤, 여분 기계를 한 대씩 두며 노드도 올리자.",
    goal={"all": [_check(_field("ManagedCluster//shop", "version", "1.36"), "The control plane does not run 1.36 yet.", "컨트롤 플레인이 아직 1.36이 아니다."), _check(_field("Pool//default", "running_versions", ["1.36"]), "Not all machines run 1.36.", "모든 기계가 1.36으로 도는 것은 아니다."), _ready(6)]},
    solution=("cloud clusters upgrade --version 1.36 --wait", "cloud node-pools upgrade default --surge 1 --wait", "sleep 30", "kubectl get nodes"), objects=_web(6), traffic=(("web", 20),), version="1.35",
    first_lines=("kubectl get nodes", "cloud clusters describe", "cloud clusters upgrade --version 1.36"),
)
OWN = {"managed": False, "objects": _web(3), "traffic": (("web", 20),)}
ETCD = CloudScenario(
    "own-etcd", "Your own etcd: no backup, no mercy", "직접 돌리는 etcd: 백업이 없으면 끝이다",
    "This control plane is yours. Save a snapshot of etcd, lose its disk, and bring the cluster back.",
    "이 컨트롤 플레인은 내 것이다. etcd의 스냅숏을 저장하고, 디스크를 잃은 뒤, 클러스터를 되살리자.",
    goal={"all": [_check({"happened": {"action": "etcd-lost"}}, "etcd has not lost its disk yet: fault etcd-lost.", "etcd가 아직 디스크를 잃지 않았다: fault etcd-lost."), _check(_field("ManagedCluster//shop", "etcd_lost", False), "The API server does not answer.", "API 서버가 답하지 않는다."), _ready(3)]},
    solution=("etcdctl snapshot save backup.db", "etcdutl snapshot status backup.db", "fault etcd-lost", "kubectl get nodes", "etcdutl snapshot restore backup.db", "sleep 20", "kubectl get pods"), first_lines=("kubectl get pods", "etcdctl endpoint health", "etcdctl snapshot save backup.db"), **OWN,  # type: ignore[arg-type]  # a table of fields
)
CERTS = CloudScenario(
    "own-certificates", "Your own certificates: a year is short", "직접 돌리는 인증서: 1년은 짧다",
    "kubeadm's certificates last one year, and it was a year ago. Nobody can talk to the cluster any more, though the shop runs.",
    "kubeadm의 인증서는 1년 간다. 그 1년이 지났다. 가게는 돌지만 아무도 클러스터에 말을 걸 수 없다.",
    goal={"all": [_check(_field("ManagedCluster//shop", "certs_valid", True), "The certificates have expired.", "인증서가 만료되었다.")]},
    solution=("kubectl get nodes", "kubeadm certs check-expiration", "kubeadm certs renew all", "kubectl get nodes"), certs_left_ms=20_000, first_lines=("kubectl get nodes", "kubeadm certs check-expiration"), **OWN,  # type: ignore[arg-type]  # a table of fields
)
OWN_UPGRADE = CloudScenario(
    "own-upgrade", "Your own upgrade, node by node", "직접 하는 업그레이드, 노드 하나씩",
    "1.35 to 1.36 by hand: the control plane first, then drain, upgrade and uncordon each node. Count the commands.",
    "1.35에서 1.36으로 손수 올린다. 컨트롤 플레인부터, 그다음 노드마다 비우고 올리고 다시 연다. 명령 수를 세어 보자.",
    goal={"all": [_check(_field("ManagedCluster//shop", "version", "1.36"), "The control plane does not run 1.36 yet.", "컨트롤 플레인이 아직 1.36이 아니다."), _check(_field("Pool//default", "running_versions", ["1.36"]), "Not all nodes run 1.36.", "모든 노드가 1.36으로 도는 것은 아니다."),
                  _check(_field("Pool//default", "cordoned", 0), "A node is still cordoned.", "아직 막혀 있는 노드가 있다."), _ready(3)]},
    solution=("kubeadm upgrade plan", "kubeadm upgrade apply v1.36.2", "for n in default-1 default-2 default-3; do kubectl drain $n --ignore-daemonsets; kubeadm upgrade node; kubectl uncordon $n; done", "sleep 60"),
    version="1.35", first_lines=("kubectl get nodes", "kubeadm upgrade plan"), **OWN,  # type: ignore[arg-type]  # a table of fields
)
SCENARIOS: dict[str, CloudScenario] = {scenario.name: scenario for scenario in (FIRST, AUTOSCALE, SPOT, ZONE, UPGRADE, ETCD, CERTS, OWN_UPGRADE)}
