"""The shop on Kubernetes: three nodes, a few objects, and controllers that look after them."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use
from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.kubernetes.scenarios.shop import manifests
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from learnk8s.simulation.workload import shop

CENTS_PER_CPU_HOUR = 4


def neighbour() -> Doc:
    """Return the neighbour that leaks, as a Deployment with a memory limit; it is there from the start with nobody in it."""
    container: dict[str, Any] = {"name": "report", "image": "learnk8s/shop-api:leak", "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "report", "namespace": "default", "labels": {"app": "report"}},
            "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "report"}}, "template": {"metadata": {"labels": {"app": "report"}}, "spec": {"containers": [container]}}}}


BEGINNING = Scenario("era-day", "", "", "", "", nodes=tuple(Node(f"node-{number}", cpu="2", memory="4Gi") for number in (1, 2, 3)), objects=(*manifests(), neighbour()), settle_ms=60_000)


class KubernetesEra:
    """Three machines of two CPUs and four gibibytes under one control plane."""

    name = "kubernetes"

    def begin(self, seed: int) -> KubernetesWorld:
        """Return the cluster with the shop on it."""
        return KubernetesWorld.begun(BEGINNING, seed)

    def customers(self, world: KubernetesWorld, per_second: int) -> None:
        """Let so many requests a second come to the web's Service."""
        world.act({"kind": "set-traffic", "ref": "Service/default/web", "per_second": per_second})

    def counts(self, world: KubernetesWorld) -> Counts:
        """Return what was served and what failed so far."""
        return Counts(*world.cluster.network.totals())

    def use(self, world: KubernetesWorld) -> Use:
        """Return what the nodes do now; a node that is off is paid for all the same."""
        cluster = world.cluster
        nodes = cluster.store.list("nodes")
        capacity = [(millis(node["status"]["capacity"]["cpu"]), whole(node["status"]["capacity"]["memory"])) for node in nodes]
        used = [cluster.usage(pod) for pod in cluster.store.list("pods") if pod.get("status", {}).get("phase") == "Running"]
        cpu, memory = sum(part for part, _ in capacity) or 1, sum(part for _, part in capacity) or 1
        return Use(sum(part for part, _ in used) * 100 // cpu, sum(part for _, part in used) * 100 // memory, self._cents(world, cpu), len(nodes))

    def _cents(self, world: KubernetesWorld, millicores: int) -> int:
        return millicores * CENTS_PER_CPU_HOUR // 1000

    def happens(self, world: KubernetesWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                return ("kubectl scale deployment report --replicas=1",)
            case "dead-machine":
                pods = [pod for pod in world.cluster.store.list("pods", "default") if pod["metadata"].get("labels", {}).get("app") == shop.DATABASE.name]
                world.act({"kind": "crash-node", "ref": f"Node//{pods[0]['spec']['nodeName']}"})
            case "bad-release":
                return ("kubectl set image deployment/api api=learnk8s/shop-api:3",)
        return ()

    def power_returns(self, world: KubernetesWorld) -> None:
        """Give the dark node its power back."""
        for name, node in sorted(world.cluster.kubelets.nodes.items()):
            if not node.answers:
                world.act({"kind": "restore-node", "ref": f"Node//{name}"})

    def mends(self, world: KubernetesWorld, accident: Accident) -> Typed:
        """Return what the person on call types; where nothing is down, it can wait for that long."""
        match accident:
            case "leak":
                return ("kubectl get pods", "kubectl scale deployment report --replicas=0")
            case "dead-machine":
                return ()
            case "bad-release":
                return ("kubectl rollout status deployment/api --timeout=5s", "kubectl rollout undo deployment/api")
        return ()

    def prepares(self, world: KubernetesWorld, *, begins: bool) -> Typed:
        """Return nothing: the autoscalers see it themselves."""
        return ()

    def starts_one_more(self, world: KubernetesWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more replica; a new pod is ready once its probe says so."""
        world.execute("kubectl delete hpa web")
        return ("kubectl scale deployment web --replicas=3",), lambda: (world.find("Deployment/default/web") or {}).get("status", {}).get("readyReplicas", 0) >= 3
