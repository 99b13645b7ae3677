"""*What would fix it?* Edits from a catalogue are tried, each in a copy of the world, and those that reach the goal are told with how long it takes.

Each edit is a real command line, made for the object and for what is wrong around it; waiting is among them. Nothing is known beforehand about
which will do: the copies say so. The work of all copies together is bounded.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.limits import REMEDIES_MAX, LimitExceeded
from learnk8s.simulation.kernel.quantities import millis, whole
from learnk8s.simulation.kubernetes.control.parts import PARTS
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of, dig
from learnk8s.simulation.kubernetes.why.goals import Aim, aim_of
from learnk8s.simulation.kubernetes.why.trying import Budget, check_size, copy_of, lived

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.world import KubernetesWorld

HORIZON_MS = 180_000
"""How long a copy is watched: longer than a rollout of small pods, shorter than most people wait."""
HOLDS_MS = 10_000
"""A goal counts once it has held for so long: a container that crashes again was not mended."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to try."""

    command: str
    text_en: str
    text_ko: str


WAIT = Edit("", "Wait and do nothing.", "아무것도 하지 않고 기다린다.")


def remedies(world: "KubernetesWorld", ref: str) -> dict[str, Any]:
    """Return the goal, whether it holds already, and what became of every edit that was tried. Raises LimitExceeded for a world too large to copy."""
    aim = aim_of(world, ref)
    if aim is None:
        return {"goal": None, "reached": False, "tried": [], "left_out": 0}
    goal = {"ref": aim.ref, "text_en": aim.text_en, "text_ko": aim.text_ko}
    check_size(world)
    if aim.holds(copy_of(world)):
        return {"goal": goal, "reached": True, "tried": [], "left_out": 0}
    budget, tried = Budget(), []
    edits = list(dict.fromkeys([WAIT, *_edits(world, aim, ref)]))
    for number, edit in enumerate(edits[:REMEDIES_MAX]):
        budget.left = min(budget.left, 15_000)
        share = Budget(max(budget.left // max(min(len(edits), REMEDIES_MAX) - number, 1), 400))
        tried.append(_outcome(world, aim, edit, share))
        budget.left -= share.used
        if budget.left <= 0:
            break
    order = {"reached": 0, "undecided": 1, "not": 2, "refused": 3}
    tried.sort(key=lambda row: (order[row["result"]], row["after_ms"], row["changes"]))
    return {"goal": goal, "reached": False, "tried": tried, "left_out": len(edits) - len(tried)}


def _outcome(world: "KubernetesWorld", aim: Aim, edit: Edit, budget: Budget) -> dict[str, Any]:
    copy = copy_of(world)
    row = {"command": edit.command, "text_en": edit.text_en, "text_ko": edit.text_ko, "after_ms": 0, "changes": 0, "output": ""}
    uids = {pod["metadata"]["uid"] for pod in copy.cluster.store.list("pods")}
    if edit.command:
        try:
            answer = copy.execute(edit.command)
        except LimitExceeded as limit:
            return {**row, "result": "refused", "output": str(limit)}
        if answer.status:
            return {**row, "result": "refused", "output": answer.output.strip()[:300]}
        if copy.shell.running:
            copy.interrupt()
    start, since = copy.now_ms, -1

    def looked() -> bool:
        nonlocal since
        if not aim.holds(copy):
            since = -1
        elif since < 0:
            since = copy.now_ms
        return since >= 0 and copy.now_ms - since >= HOLDS_MS

    finished = lived(copy, start + HORIZON_MS, budget, looked)
    now = {pod["metadata"]["uid"] for pod in copy.cluster.store.list("pods")}
    held = since >= 0 and (copy.now_ms - since >= HOLDS_MS or copy.next_due_ms() is None)
    return {**row, "result": "reached" if held else "not" if finished else "undecided", "after_ms": since - start if held else 0, "changes": len(uids ^ now)}


def _edits(world: "KubernetesWorld", aim: Aim, ref: str) -> Iterator[Edit]:
    """Yield what could be tried, the likeliest first."""
    doc = world.find(aim.ref)
    assert doc is not None, "an aim speaks of an object that is there"
    yield from _parts(world)
    if doc["kind"] == "Service":
        yield from _of_service(world, doc)
        pods = [pod for pod in world.cluster.store.list("pods", doc["metadata"]["namespace"]) if _carries(pod, doc["spec"].get("selector") or {})]
        for owner in {id(top): top for pod in pods if (top := _workload(world, pod)) is not None}.values():
            yield from _of_workload(world, owner)
    elif doc["kind"] == "Node":
        yield from _of_node(doc)
    elif doc["kind"] == "PersistentVolumeClaim":
        yield Edit(f"kubectl get storageclass && kubectl patch pvc {doc['metadata']['name']}{_in(doc)} -p '{{\"spec\":{{\"storageClassName\":\"standard\"}}}}'", "Ask the standard storage class.", "standard 스토리지클래스에 청한다.")
    else:
        yield from _of_workload(world, doc)
    for node in world.cluster.store.list("nodes"):
        yield from _of_node(node)
    if ref.startswith("Pod/") and ref != aim.ref:
        namespace, name = ref.split("/")[1:3]
        yield Edit(f"kubectl delete pod {name} -n {namespace} --wait=false", "Delete the pod; its controller makes another.", "파드를 지운다. 컨트롤러가 새로 만든다.")


def _in(doc: Doc) -> str:
    namespace = doc["metadata"].get("namespace", "")
    return f" -n {namespace}" if namespace not in ("", "default") else ""


def _carries(pod: Doc, selector: Doc) -> bool:
    labels = pod["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def _workload(world: "KubernetesWorld", pod: Doc) -> Doc | None:
    aim = aim_of(world, f"Pod/{pod['metadata']['namespace']}/{pod['metadata']['name']}")
    return world.find(aim.ref) if aim else None


def _parts(world: "KubernetesWorld") -> Iterator[Edit]:
    """Yield a start for every part of the cluster that stands still."""
    for part in PARTS:
        if part.name in world.cluster.machinery.parts.down:
            yield Edit(f"fault start-part {part.name}", f"Start {part.name} again.", f"{part.name} 프로그램을 다시 시작한다.")
    for node in world.cluster.kubelets.nodes.values():
        if node.stopped:
            yield Edit(f"fault start-part {node.stopped} {node.name}", f"Start {node.stopped} on {node.name} again.", f"{node.name} 노드의 {node.stopped} 프로그램을 다시 시작한다.")
    if world.cluster.kubelets.registry.broken:
        yield Edit("fault mend-registry", "Mend the image registry.", "이미지 레지스트리를 고친다.")


def _of_node(node: Doc) -> Iterator[Edit]:
    name = node["metadata"]["name"]
    ready: Doc = next((entry for entry in node.get("status", {}).get("conditions") or () if entry["type"] == "Ready"), {})
    if ready.get("status") != "True":
        yield Edit(f"fault restore-node {name}", f"Bring {name} back.", f"{name} 노드를 되살린다.")
    if node["spec"].get("unschedulable"):
        yield Edit(f"kubectl uncordon {name}", f"Let {name} take pods again.", f"{name} 노드가 다시 파드를 받게 한다.")
    for taint in node["spec"].get("taints") or ():
        if not taint["key"].startswith("node.kubernetes.io/"):
            yield Edit(f"kubectl taint nodes {name} {taint['key']}:{taint['effect']}-", f"Take the taint {taint['key']} off {name}.", f"{name} 노드에서 {taint['key']} 테인트를 뗀다.")


def _of_service(world: "KubernetesWorld", service: Doc) -> Iterator[Edit]:
    """Yield selectors and ports that pods of the namespace have, and more pods."""
    name, where, spec = service["metadata"]["name"], _in(service), service["spec"]
    pods = world.cluster.store.list("pods", service["metadata"]["namespace"])
    for app in dict.fromkeys((pod["metadata"].get("labels") or {}).get("app", "") for pod in pods):
        if app and (spec.get("selector") or {}) != {"app": app}:
            yield Edit(f"kubectl patch service {name}{where} --type=merge -p '{json.dumps({'spec': {'selector': {'app': app}}})}'", f"Select the pods labelled app={app}.", f"app={app} 레이블의 파드를 고르게 한다.")
    listening = dict.fromkeys(port for pod in pods for port in _listening(world, pod))
    for entry in spec.get("ports") or ():
        for number in listening:
            if number != entry.get("targetPort"):
                ports = [{**{key: value for key, value in entry.items() if key in ("name", "port", "protocol")}, "targetPort": number}]
                yield Edit(f"kubectl patch service {name}{where} --type=merge -p '{json.dumps({'spec': {'ports': ports}})}'", f"Send requests to port {number} of the pods, where something listens.", f"무언가 듣고 있는 파드의 {number}번 포트로 요청을 보낸다.")


def _listening(world: "KubernetesWorld", pod: Doc) -> Iterator[int]:
    record = world.cluster.kubelets.pods.get(pod["metadata"]["uid"])
    for entry in record.containers if record else ():
        if entry.state == "running":
            yield from world.cluster.kubelets.program_of(record, entry).ports


def _of_workload(world: "KubernetesWorld", doc: Doc) -> Iterator[Edit]:
    """Yield changes of a workload, or of a pod that nobody owns."""
    spec = dig(doc, "spec", "template", "spec", default=None) or doc["spec"]
    kind, name, where = doc["kind"].lower(), doc["metadata"]["name"], _in(doc)
    owned = doc["kind"] != "Pod"
    yield from _missing(world, doc, spec)
    if doc["kind"] == "Deployment":
        if doc["spec"].get("paused"):
            yield Edit(f"kubectl rollout resume deployment/{name}{where}", "Let the rollout go on.", "멈춰 둔 롤아웃을 이어 간다.")
        if int((doc["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision", "1")) > 1:
            yield Edit(f"kubectl rollout undo deployment/{name}{where}", "Go back to the revision before.", "앞선 리비전으로 되돌린다.")
    replicas = doc["spec"].get("replicas", 1) if owned else 1
    if owned and replicas == 0:
        yield Edit(f"kubectl scale {kind}/{name}{where} --replicas=1", "Ask for one pod.", "파드 하나를 요청한다.")
    if doc["kind"] in ("Deployment", "StatefulSet"):
        yield from _of_template(world, doc, spec, f"{kind}/{name}{where}")
        present = doc.get("status", {}).get("readyReplicas", 0)
        if 0 < present < replicas:
            yield Edit(f"kubectl scale {kind}/{name}{where} --replicas={present}", f"Make do with {present} pods.", f"파드 {present}개로 만족한다.")
    yield from _labels(world, spec)
    yield from _rivals(world, doc)


def _of_template(world: "KubernetesWorld", doc: Doc, spec: Doc, target: str) -> Iterator[Edit]:
    """Yield changes of images, requests, limits, probes and node selectors."""
    kind = f"{doc['kind'].lower()} {doc['metadata']['name']}{_in(doc)}"
    for place, container in enumerate(spec["containers"]):
        found = world.cluster.kubelets.registry.find(container["image"])
        name = container["image"].partition("@")[0].rpartition(":")[0] or container["image"]
        if found is None or container["image"].endswith(":"):
            for image in (name, "nginx:1.27"):
                if world.cluster.kubelets.registry.find(image) is not None:
                    yield Edit(f"kubectl set image {target} {container['name']}={image}", f"Use the image {image}, which is there.", f"실제로 있는 {image} 이미지를 쓴다.")
        asked = (container.get("resources") or {}).get("requests") or {}
        if asked:
            half = [f"{resource}={millis(asked['cpu']) // 2}m" if resource == "cpu" else f"memory={whole(asked['memory']) // 2 // 2**20}Mi" for resource in ("cpu", "memory") if resource in asked]
            yield Edit(f"kubectl set resources {target} -c {container['name']} --requests={','.join(half)}", "Ask for half as much.", "요청량을 절반으로 줄인다.")
        limits = (container.get("resources") or {}).get("limits") or {}
        if "memory" in limits:
            yield Edit(f"kubectl set resources {target} -c {container['name']} --limits=memory={whole(limits['memory']) * 4 // 2**20}Mi", "Allow four times the memory.", "메모리 한도를 네 배로 늘린다.")
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            if probe in container:
                patch = json.dumps([{"op": "remove", "path": f"/spec/template/spec/containers/{place}/{probe}"}])
                yield Edit(f"kubectl patch {kind} --type=json -p '{patch}'", f"Do without the {probe}.", f"{probe} 없이 돌린다.")
        if container.get("command") or container.get("args"):
            patch = json.dumps([{"op": "remove", "path": f"/spec/template/spec/containers/{place}/{key}"} for key in ("command", "args") if container.get(key)])
            yield Edit(f"kubectl patch {kind} --type=json -p '{patch}'", "Let the image run its own command.", "이미지에 정해진 명령을 그대로 돌린다.")
    for key in ("nodeSelector", "affinity", "topologySpreadConstraints"):
        if spec.get(key):
            patch = json.dumps([{"op": "remove", "path": f"/spec/template/spec/{key}"}])
            yield Edit(f"kubectl patch {kind} --type=json -p '{patch}'", f"Drop the {key}.", f"{key} 조건을 뺀다.")
    for taint in {(taint["key"], taint.get("value", ""), taint["effect"]): taint for node in world.cluster.store.list("nodes") for taint in node["spec"].get("taints") or () if not taint["key"].startswith("node.kubernetes.io/")}.values():
        toleration = {"key": taint["key"], "operator": "Exists", "effect": taint["effect"]}
        patch = json.dumps({"spec": {"template": {"spec": {"tolerations": [*(spec.get("tolerations") or ()), toleration]}}}})
        yield Edit(f"kubectl patch {kind} --type=merge -p '{patch}'", f"Tolerate the taint {taint['key']}.", f"{taint['key']} 테인트를 견디게 한다.")


def _labels(world: "KubernetesWorld", spec: Doc) -> Iterator[Edit]:
    """Yield labels for nodes that a node selector asks for."""
    wanted = spec.get("nodeSelector") or {}
    if wanted:
        words = " ".join(f"{key}={value}" for key, value in wanted.items())
        for node in world.cluster.store.list("nodes")[:2]:
            yield Edit(f"kubectl label node {node['metadata']['name']} {words} --overwrite", f"Give {node['metadata']['name']} the label.", f"{node['metadata']['name']} 노드에 그 레이블을 붙인다.")


def _missing(world: "KubernetesWorld", doc: Doc, spec: Doc) -> Iterator[Edit]:
    """Yield what the pods name and what is not there: ConfigMaps, Secrets, claims."""
    namespace, where = doc["metadata"].get("namespace", "default"), _in(doc)
    keys: dict[tuple[str, str], dict[str, None]] = {}
    for container in (*(spec.get("initContainers") or ()), *spec["containers"]):
        for entry in container.get("env") or ():
            for ref, resource in (("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")):
                source = (entry.get("valueFrom") or {}).get(ref)
                if source and not source.get("optional"):
                    keys.setdefault((resource, source["name"]), {})[source["key"]] = None
        for entry in container.get("envFrom") or ():
            for ref, resource in (("configMapRef", "configmaps"), ("secretRef", "secrets")):
                if entry.get(ref):
                    keys.setdefault((resource, entry[ref]["name"]), {})
    for volume in spec.get("volumes") or ():
        if volume.get("configMap", {}).get("name"):
            keys.setdefault(("configmaps", volume["configMap"]["name"]), {})
        if volume.get("secret", {}).get("secretName"):
            keys.setdefault(("secrets", volume["secret"]["secretName"]), {})
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim and world.cluster.store.get("persistentvolumeclaims", namespace, claim) is None:
            text = json.dumps({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": claim, "namespace": namespace}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}})
            yield Edit(f"echo '{text}' | kubectl apply -f -", f"Make the claim {claim}.", f"{claim} 클레임을 만든다.")
    for (resource, name), wanted in keys.items():
        there = world.cluster.store.get(resource, namespace, name)
        lacking = [key for key in wanted if there is None or key not in (there.get("data") or {})]
        noun = "configmap" if resource == "configmaps" else "secret generic"
        literals = "".join(f" --from-literal={key}=value" for key in lacking or wanted)
        if there is None:
            yield Edit(f"kubectl create {noun} {name}{where}{literals}", f"Make the {noun.split()[0]} {name}.", f"{name} {'컨피그맵' if noun == 'configmap' else '시크릿'}을 만든다.")
        elif lacking:
            data = json.dumps({"data" if resource == "configmaps" else "stringData": dict.fromkeys(lacking, "value")})
            yield Edit(f"kubectl patch {noun.split()[0]} {name}{where} --type=merge -p '{data}'", f"Add what {name} lacks: {', '.join(lacking)}.", f"{name}에 없는 키를 더한다: {', '.join(lacking)}.")


def _rivals(world: "KubernetesWorld", doc: Doc) -> Iterator[Edit]:
    """Yield other workloads that could give up room, the largest first, and quotas that stand in the way."""
    uid = doc["metadata"]["uid"]
    others = [other for other in world.cluster.store.list("deployments.apps") if other["metadata"]["uid"] != uid and other["spec"].get("replicas", 1) and controller_of(other) is None]
    others.sort(key=lambda other: (-other["spec"].get("replicas", 1), other["metadata"]["name"]))
    for other in others[:2]:
        yield Edit(f"kubectl scale deployment/{other['metadata']['name']}{_in(other)} --replicas=0", f"Make room: stop {other['metadata']['name']}.", f"자리를 낸다: {other['metadata']['name']} 파드를 모두 내린다.")
    for quota in world.cluster.store.list("resourcequotas", doc["metadata"].get("namespace", ""))[:2]:
        yield Edit(f"kubectl delete resourcequota {quota['metadata']['name']}{_in(quota)}", f"Lift the quota {quota['metadata']['name']}.", f"{quota['metadata']['name']} 할당량을 없앤다.")
