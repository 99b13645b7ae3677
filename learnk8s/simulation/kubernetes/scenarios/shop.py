"""The shop that every era runs, as manifests: three Deployments with their Services, an autoscaler for the web, and the nightly batch.

Requests and limits follow from workload/shop.py: a pod asks for the memory that its program has and for the CPU that its part of an ordinary day takes.
"""

from typing import Any

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario
from learnk8s.simulation.workload import shop

MIB = shop.MIB


def manifests(*, web_replicas: int = 2, api_replicas: int = 2) -> tuple[Doc, ...]:
    """Return the shop's objects."""
    return (
        _deployment(shop.DATABASE, "learnk8s/shop-db:1", 1, cpu="500m", strategy={"type": "Recreate"}), _service(shop.DATABASE),
        _deployment(shop.API, "learnk8s/shop-api:1", api_replicas, cpu="300m", calls={"DATABASE_HOST": shop.DATABASE.name}), _service(shop.API),
        _deployment(shop.WEB, "learnk8s/shop-web:1", web_replicas, cpu="150m", calls={"API_HOST": shop.API.name}), _service(shop.WEB),
        _autoscaler(shop.WEB.name, web_replicas, 6), _autoscaler(shop.API.name, api_replicas, 6), _batch(),
    )


def _deployment(program: shop.Program, image: str, replicas: int, *, cpu: str, calls: dict[str, str] | None = None, strategy: Doc | None = None) -> Doc:
    labels = {"app": program.name}
    container: Doc = {"name": program.name, "image": image, "ports": [{"containerPort": program.port}], "resources": {"requests": {"cpu": cpu, "memory": f"{program.memory_bytes // MIB}Mi"}, "limits": {"memory": f"{program.memory_bytes // MIB * 5 // 4}Mi"}},
                      "readinessProbe": {"tcpSocket": {"port": program.port}, "periodSeconds": 5}}
    if calls:
        container["env"] = [{"name": name, "value": value} for name, value in calls.items()]
    spec: Doc = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}}}
    if strategy:
        spec["strategy"] = strategy
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": program.name, "namespace": "default", "labels": labels}, "spec": spec}


def _service(program: shop.Program) -> Doc:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": program.name, "namespace": "default"}, "spec": {"selector": {"app": program.name}, "ports": [{"port": program.port, "targetPort": program.port}]}}


def _autoscaler(name: str, least: int, most: int) -> Doc:
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name, "namespace": "default"},
            "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}, "minReplicas": least, "maxReplicas": most, "metrics": [metric]}}


def _batch() -> Doc:
    container: dict[str, Any] = {"name": "batch", "image": "learnk8s/shop-batch:1", "resources": {"requests": {"cpu": "200m", "memory": f"{shop.BATCH.memory_bytes // MIB}Mi"}}}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "batch", "namespace": "default"},
            "spec": {"schedule": f"0 {shop.BATCH_AT_HOUR} * * *", "jobTemplate": {"spec": {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}}}}


SHOP = Scenario(
    "shop", "The shop, on Kubernetes", "쿠버네티스 위의 가게",
    "The same shop that every era runs: web, API, database and a nightly batch, written down in a few objects. Seventy requests a second come. Turn the traffic up and see the autoscalers answer; take a node away and see what happens.",
    "모든 시대가 돌리는 바로 그 가게다. 웹과 API와 데이터베이스와 야간 배치를 오브젝트 몇 개에 적어 두었다. 초당 70건이 들어온다. 트래픽을 늘려 오토스케일러가 어떻게 답하는지, 노드 한 대를 빼앗으면 어떻게 되는지 보자.",
    nodes=tuple(Node(f"node-{number}", cpu="2", memory="4Gi") for number in (1, 2, 3)), objects=manifests(), settle_ms=60_000, traffic=((shop.WEB.name, shop.requests_per_second(0)),),
    first_lines=("kubectl get deployments,hpa", "traffic web 330", "kubectl top pods"),
)
