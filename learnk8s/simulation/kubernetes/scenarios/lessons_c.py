"""Scenarios of the lessons on a request's way, configuration and storage: an empty cluster with files at hand; and of the one on a cluster that somebody left behind."""

from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.scenarios import manifests, plain
from learnk8s.simulation.kubernetes.scenarios.scenario import Scenario

LOST = manifests.pod("lost", before="nodeSelector:\n  disk: gold")
DIRECT = manifests.pod("direct", before="nodeName: node-1")
GREETER = manifests.deployment("greeter", "busybox:1.36", replicas=1, container="""
command: [sh, -c, "echo greeting is $GREETING; sleep 36000"]
env:
- name: GREETING
  valueFrom:
    configMapKeyRef:
      name: shop
      key: greeting
""")
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
"""
BOX = manifests.pod("box", container="volumeMounts:\n- name: disk\n  mountPath: /data", after="volumes:\n- name: disk\n  persistentVolumeClaim:\n    claimName: data")
ONE_REQUEST = Scenario(
    "one-request", "Three files and an empty cluster", "파일 셋과 빈 클러스터",
    "Hand in a Deployment, a pod that fits nowhere and a pod that skips the scheduler, and follow who acts on each.",
    "디플로이먼트 하나, 갈 곳 없는 파드 하나, 스케줄러를 건너뛰는 파드 하나를 내고 누가 움직이는지 따라가 보자.",
    files=(("web.yaml", manifests.WEB), ("lost.yaml", LOST), ("direct.yaml", DIRECT)), first_lines=("ls", "cat web.yaml"),
)
CONFIGURATION = Scenario(
    "configuration", "A greeting that is set from outside", "바깥에서 정하는 인사말",
    "A program that reads its greeting once, when it starts. The ConfigMap that it wants is not there yet.",
    "시작할 때 인사말을 한 번 읽는 프로그램이 있다. 그 프로그램이 찾는 컨피그맵은 아직 없다.",
    files=(("greeter.yaml", GREETER),), first_lines=("cat greeter.yaml",),
)
WORKING_STORAGE = Scenario(
    "working-storage", "A claim and a pod", "클레임 하나와 파드 하나",
    "Ask for a disk, let a pod use it, take the pod away, and see what stays.",
    "디스크를 청하고, 파드가 쓰게 하고, 파드를 치운 뒤, 무엇이 남는지 보자.",
    files=(("claim.yaml", CLAIM), ("box.yaml", BOX)), first_lines=("cat claim.yaml", "kubectl get storageclass"),
)


def _in(namespace: str, doc: Doc) -> Doc:
    return {**doc, "metadata": {**doc["metadata"], "namespace": namespace}}


def _running(name: str, script: str, *, cpu: str = "100m") -> Doc:
    """Return a Deployment of one pod that runs a script."""
    doc = plain.deployment(name, "busybox:1.36", replicas=1, port=80, cpu=cpu)
    doc["spec"]["template"]["spec"]["containers"][0]["command"] = ["sh", "-c", script]
    return doc


CART = _running("cart", 'for name in MODE; do if [ -z "$(printenv $name)" ]; then echo "cart: $name is not set"; exit 1; fi; done; echo "cart: the mode is $MODE"; sleep 36000')
LEFT_BEHIND = Scenario(
    "left-behind", "A cluster without papers", "문서 없는 클러스터",
    "Whoever looked after this cluster is gone. Find out what runs in it, what is not well and why, and put it right.",
    "이 클러스터를 돌보던 사람은 떠났다. 무엇이 돌고 무엇이 왜 아픈지 알아내고 바로잡아 보자.",
    objects=(*({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in ("shop", "reports")),
             _in("shop", plain.deployment("web", "nginx:1.27", replicas=2, port=80)), _in("shop", plain.service("web", port=80, target=80)), _in("shop", CART), _in("reports", _running("monthly", "sleep 36000", cpu="16"))),
    settle_ms=90_000, first_lines=("kubectl get pods", "kubectl get pods -A", "kubectl config get-contexts"),
)
SCENARIOS = (ONE_REQUEST, CONFIGURATION, WORKING_STORAGE, LEFT_BEHIND)
