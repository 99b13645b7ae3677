"""The scenarios that the site offers, in the order in which it shows them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from learnk8s.simulation.kubernetes.scenarios import lessons_c, lessons_provides, manifests
from learnk8s.simulation.kubernetes.scenarios.control_plane import CONTROL_PLANE
from learnk8s.simulation.kubernetes.scenarios.fleet import FLEET, HANDED_OVER
from learnk8s.simulation.kubernetes.scenarios.plain import deployment, service
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.kubernetes.scenarios.shop import SHOP

BOOTCAMP = "gcr.io/google-samples/kubernetes-bootcamp:v1"
WEB_FILE = manifests.WEB
FOUR = tuple(Node(f"node-{number}", cpu="2", memory="2Gi") for number in (1, 2, 3, 4))
SIX_PODS = "---\n".join(
    f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: job-{number}\nspec:\n  containers:\n  - name: job\n    image: nginx:1.27\n    resources:\n      requests:\n        cpu: 500m\n        memory: 256Mi\n"
    for number in range(1, 7))
SIX = ("kubectl apply -f pods.yaml", "kubectl get pods -o wide")
BASICS = Scenario(
    "basics", "An empty cluster", "빈 클러스터",
    "Three nodes and nothing on them: the place to follow the Kubernetes Basics tutorial, or to try whatever you like.",
    "노드 세 대뿐, 아직 아무것도 돌지 않는다. 쿠버네티스 기초 튜토리얼을 따라 하거나 마음껏 시험해 보는 곳이다.",
    files=(("web.yaml", WEB_FILE),), dns=True,
)
NETWORKING_FILE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: only-from-friends
spec:
  podSelector:
    matchLabels:
      app: web
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels:
          role: friend
"""
NETWORKING = Scenario(
    "networking", "A web with an Ingress controller and a cloud", "인그레스 컨트롤러와 클라우드가 있는 웹",
    "A web server behind a Service, CoreDNS in kube-system, an Ingress controller, and a cloud that gives load balancers. Break a name, a port or a rule and see how each failure looks.",
    "서비스 뒤에 웹 서버가 있고, kube-system에는 CoreDNS가, 그 곁에는 인그레스 컨트롤러와 로드 밸런서를 내주는 클라우드가 있다. 이름이나 포트나 규칙을 망가뜨리고, 어긋난 모습이 저마다 어떻게 다른지 보자.",
    objects=(deployment("web", "nginx:1.27", replicas=2, port=80), service("web", port=80, target=80)), files=(("shop.yaml", NETWORKING_FILE),), dns=True, addons=("ingress",), has_cloud=True, settle_ms=60_000,
    first_lines=("kubectl get pods -A", "curl -s web", "kubectl apply -f shop.yaml"),
)
SELF_HEALING = Scenario(
    "self-healing", "A small web shop under traffic", "트래픽을 받는 작은 웹",
    "Three copies of a web server answer twenty requests a second. Break something and watch who mends it.",
    "웹 서버 세 벌이 초당 스무 건의 요청에 답하고 있다. 무언가를 망가뜨리고, 누가 고치는지 지켜보자.",
    objects=(deployment("web", "nginx:1.27", replicas=3, port=80), service("web", port=80, target=80)),
    settle_ms=20_000, traffic=(("web", 20),), first_lines=("kubectl get pods -o wide", "kubectl get deployment web"),
)
TIGHT = Scenario(
    "tight", "Not enough room", "자리가 모자란 클러스터",
    "Two small nodes, one of them tainted. Find out why pods stay Pending.",
    "작은 노드 두 대, 그중 한 대에는 테인트가 있다. 파드가 왜 Pending에 머무는지 알아내 보자.",
    nodes=(Node("node-1", cpu="2", memory="2Gi"), Node("node-2", cpu="2", memory="2Gi", labels=(("disk", "ssd"),), taints=(("dedicated", "batch", "NoSchedule"),))),
    objects=(deployment("web", "nginx:1.27", replicas=5, port=80, cpu="500m", memory="512Mi"),), settle_ms=20_000,
    first_lines=("kubectl get pods -o wide", "kubectl describe pods --show-events"),
)
SPREADING = Scenario(
    "spread-nodes", "Spread over the nodes", "노드에 고루 펼치기",
    "Four nodes and the scheduler as it comes: it likes the node with the most room left. Start six pods that nobody owns and see how they spread.",
    "노드 네 대와 기본 설정 그대로의 스케줄러다. 남은 자리가 가장 많은 노드를 좋아한다. 주인 없는 파드 여섯 개를 띄워 어떻게 펼쳐지는지 보자.",
    nodes=FOUR, files=(("pods.yaml", SIX_PODS), ("web.yaml", WEB_FILE)), first_lines=SIX,
)
PACKING = Scenario(
    "pack-nodes", "Pack the nodes full", "노드를 꽉 채우기",
    "The same four nodes, but the scheduler's profile says MostAllocated: it fills one node before it takes the next, so that empty ones can be given back. Replicas of one Deployment are still kept apart, by another plugin.",
    "같은 노드 네 대지만 스케줄러 프로필이 MostAllocated다. 한 노드를 채운 뒤에야 다음 노드를 쓴다. 그래야 빈 노드를 돌려줄 수 있다. 다만 한 디플로이먼트의 레플리카는 다른 플러그인이 여전히 떼어 놓는다.",
    nodes=FOUR, files=(("pods.yaml", SIX_PODS), ("web.yaml", WEB_FILE)), strategy="MostAllocated", first_lines=SIX,
)
HUNDRED = Scenario(
    "hundred-nodes", "A hundred machines", "기계 백 대",
    "A thousand copies on a hundred nodes. Take a node away, or ask for fewer copies, and see that the control loops do the same as with three.",
    "노드 백 대에 레플리카 천 개가 있다. 노드 하나를 빼앗거나 레플리카를 줄여 달라고 해 보자. 제어 루프가 하는 일은 세 개일 때와 같다.",
    nodes=tuple(Node(f"node-{number}", cpu="8", memory="16Gi") for number in range(1, 101)), objects=(deployment("web", "nginx:1.27", replicas=1000, port=80, cpu="50m", memory="32Mi"),), settle_ms=60_000,
    first_lines=("kubectl get deployment web", "kubectl scale deployment web --replicas=900", "kubectl get nodes"),
)
BARE = Scenario(
    "bare", "A bare control plane", "맨 컨트롤 플레인",
    "A cluster as it is right after it was set up: no DNS, no storage, no metrics, and nothing runs inside the containers. Made for tools that test clusters.",
    "막 설치를 마친 클러스터다. DNS도 스토리지도 메트릭도 없고 컨테이너 안에서는 아무것도 실행되지 않는다. 클러스터를 시험하는 도구를 위한 곳이다.",
    nodes=tuple(Node(f"node-{number}", cpu="4", memory="16Gi") for number in (1, 2, 3)), bare=True, is_hidden=True,
)
class Scenarios(dict[str, Scenario]):
    """Scenarios by name. What others provide is made only when it is asked for, and not listed."""

    def __init__(self, scenarios: Iterable[Scenario]) -> None:
        super().__init__((scenario.name, scenario) for scenario in scenarios)
        self.providers: list[Callable[[str], Scenario | None]] = []

    def __missing__(self, name: str) -> Scenario:
        for provider in self.providers:
            found = provider(name)
            if found is not None:
                return found
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a scenario, made if need be, or the default."""
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None


SCENARIOS = Scenarios((BASICS, SELF_HEALING, SHOP, NETWORKING, TIGHT, SPREADING, PACKING, HUNDRED, *lessons_c.SCENARIOS, *lessons_provides.SCENARIOS, CONTROL_PLANE, FLEET, HANDED_OVER, BARE))


def scenario_named(name: str) -> Scenario:
    """Return a scenario, with other nodes if the name says so: `bare/5/2/8Gi/50` has 5 nodes of 2 CPUs, 8Gi and 50 pods. Raises KeyError.

    >>> len(scenario_named("bare/5/2/8Gi/50").nodes)
    5
    """
    plain, *sizes = name.split("/")
    found = SCENARIOS[plain]
    if not sizes:
        return found
    count, cpu, memory, pods = sizes
    return replace(found, name=name, nodes=tuple(Node(f"node-{number + 1}", cpu=cpu, memory=memory, pods=int(pods)) for number in range(int(count))))
