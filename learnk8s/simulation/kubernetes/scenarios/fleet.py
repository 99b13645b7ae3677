"""The grown shop of twenty services, handed over: what five Docker hosts ran by hand, as manifests on five nodes of the same size."""

from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.workload import fleet, manifests

NODES = tuple(Node(name.replace("host", "node"), cpu=str(fleet.HOST_CPUS), memory=f"{fleet.HOST_MEMORY_MIB}Mi") for name in fleet.HOSTS)
FLEET = Scenario(
    "fleet", "The fleet, handed over", "넘겨받은 플릿",
    "The twenty services that somebody kept alive by hand on five hosts, now as manifests. Nobody says where anything runs. Take a node away in the middle of the night, and count how often you have to get up.",
    "누군가 호스트 다섯 대에서 손으로 살려 두던 서비스 스무 개가 이제 매니페스트로 적혀 있다. 무엇이 어디에서 도는지는 아무도 정하지 않는다. 한밤에 노드를 하나 빼앗고, 몇 번이나 일어나야 하는지 세어 보자.",
    nodes=NODES, objects=tuple(manifests.of([manifests.Wanted(service.name, f"shop/{service.name}:1.0", len(service.hosts)) for service in fleet.SERVICES])), settle_ms=60_000, traffic=(("web", 60),),
    first_lines=("kubectl get pods -o wide", "kubectl get deployments", "fault crash-node node-4"),
)
HANDED_OVER = Scenario(
    "handed-over", "The fleet, handed over", "넘겨받은 플릿",
    "Five nodes, as large as the hosts were. What the fleet ran is applied as manifests; from here the controllers see to it.",
    "예전 호스트와 크기가 같은 노드 다섯 대다. 플릿이 돌리던 것이 매니페스트로 적용되며, 여기서부터는 컨트롤러가 돌본다.",
    nodes=NODES, is_hidden=True, first_lines=("kubectl get pods -o wide", "kubectl get deployments", "kubectl get nodes"),
)
