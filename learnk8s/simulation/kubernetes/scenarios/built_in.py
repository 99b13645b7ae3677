"""The scenarios that the site offers, in the order in which it shows them."""

from dataclasses import replace

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios import lessons_c, lessons_provides
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.kubernetes.scenarios.shop import SHOP

BOOTCAMP = "gcr.io/google-samples/kubernetes-bootcamp:v1"
WEB_FILE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports:
        - containerPort: 80
"""


def deployment(name: str, image: str, *, replicas: int, port: int, cpu: str = "100m", memory: str = "128Mi") -> Doc:
    """Return a plain Deployment of one container."""
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                 "template": {"metadata": {"labels": {"app": name}},
                              "spec": {"containers": [{"name": name, "image": image, "ports": [{"containerPort": port}],
                                                       "resources": {"requests": {"cpu": cpu, "memory": memory}}}]}}},
    }


def service(name: str, *, port: int, target: int, type_: str = "ClusterIP") -> Doc:
    """Return a Service in front of the pods labelled with its name."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"},
            "spec": {"type": type_, "selector": {"app": name}, "ports": [{"port": port, "targetPort": target}]}}


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
    nodes=(Node("node-1", cpu="2", memory="2Gi"), Node("node-2", cpu="2", memory="2Gi", labels=(("disk", "ssd"),))),
    objects=(deployment("web", "nginx:1.27", replicas=5, port=80, cpu="500m", memory="512Mi"),), settle_ms=20_000,
    first_lines=("kubectl get pods -o wide", "kubectl describe pods --show-events"),
)
BARE = Scenario(
    "bare", "A bare control plane", "맨 컨트롤 플레인",
    "A cluster as it is right after it was set up: no DNS, no storage, no metrics, and nothing runs inside the containers. Made for tools that test clusters.",
    "막 설치를 마친 클러스터다. DNS도 스토리지도 메트릭도 없고 컨테이너 안에서는 아무것도 실행되지 않는다. 클러스터를 시험하는 도구를 위한 곳이다.",
    nodes=tuple(Node(f"node-{number}", cpu="4", memory="16Gi") for number in (1, 2, 3)), bare=True, is_hidden=True,
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (BASICS, SELF_HEALING, SHOP, NETWORKING, TIGHT, *lessons_c.SCENARIOS, *lessons_provides.SCENARIOS, BARE)}


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
