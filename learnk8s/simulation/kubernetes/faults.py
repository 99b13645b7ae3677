"""What a learner may break and mend by a button or by the commands `fault` and `traffic`."""

from typing import Any

from learnk8s.simulation.kernel.faults import Fault, by_kind
from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.control.machinery import Machinery
from learnk8s.simulation.kubernetes.control.parts import BY_NAME
from learnk8s.simulation.kubernetes.kubelet.kubelet import Kubelets
from learnk8s.simulation.kubernetes.network.network import Network


FAULTS: tuple[Fault, ...] = (
    Fault("kill-process", "Pod", "Kill its process", "프로세스 죽이기", "The process gets SIGKILL, as if it had crashed.", "프로세스가 SIGKILL을 받는다. 저절로 죽은 것과 같다.", "fault kill-process POD [-n NAMESPACE] [-c CONTAINER]"),
    Fault("delete-pod", "Pod", "Delete the pod", "파드 지우기", "The same as kubectl delete pod.", "kubectl delete pod 명령과 같다.", "kubectl delete pod POD"),
    Fault("crash-node", "Node", "Pull the plug", "전원 뽑기", "The machine is off at once. Nobody tells the control plane.", "기계가 바로 꺼진다. 컨트롤 플레인에 알려 주는 이는 없다.", "fault crash-node NODE"),
    Fault("cut-off-node", "Node", "Cut the network", "네트워크 끊기", "The machine runs on, but nobody can reach it.", "기계는 계속 돌지만 아무도 닿을 수 없다.", "fault cut-off-node NODE"),
    Fault("fill-memory", "Node", "Use up its memory", "메모리 다 쓰기", "Something outside of pods takes all memory of the node.", "파드 밖의 무언가가 노드의 메모리를 다 쓴다.", "fault fill-memory NODE"),
    Fault("fill-disk", "Node", "Fill its disk", "디스크 채우기", "Something outside of pods fills the disk of the node.", "파드 밖의 무언가가 노드의 디스크를 채운다.", "fault fill-disk NODE"),
    Fault("restore-node", "Node", "Bring it back", "되살리기", "Power and network come back.", "전원과 네트워크가 돌아온다.", "fault restore-node NODE"),
    Fault("break-registry", "", "Break the image registry", "이미지 레지스트리 고장 내기", "New images cannot be pulled; what runs, runs on.", "새 이미지를 받을 수 없다. 이미 도는 것은 그대로 돈다.", "fault break-registry"),
    Fault("mend-registry", "", "Mend the image registry", "이미지 레지스트리 고치기", "Images can be pulled again.", "이미지를 다시 받을 수 있다.", "fault mend-registry"),
    Fault("stop-part", "Part", "Stop it", "멈추기", "The program stops; what the others do goes on without it. Where it runs as a pod, its manifest is moved away, or its container crashes again and again.", "프로그램이 멈춘다. 나머지는 그 프로그램 없이 하던 일을 계속한다. 파드로 도는 프로그램이면 매니페스트가 치워지거나 컨테이너가 거듭 죽는다.", "fault stop-part PART [NODE]"),
    Fault("start-part", "Part", "Start it again", "다시 시작하기", "The program starts and makes up for what it missed.", "프로그램이 다시 시작해 놓친 일을 따라잡는다.", "fault start-part PART [NODE]"),
    Fault("set-traffic", "Service", "Set the traffic", "트래픽 조절하기", "So many requests a second go to the Service.", "서비스로 초당 이만큼의 요청이 간다.", "traffic SERVICE REQUESTS_PER_SECOND [-n NAMESPACE]"),
)
BY_KIND = by_kind(FAULTS)


def stands_still(machinery: Machinery, kubelets: Kubelets, node: str, part: str) -> bool:
    """Say whether a part does not run: on a node, or for the whole cluster if the node is ""."""
    if node:
        return node in kubelets.nodes and kubelets.nodes[node].stopped == part
    return part in machinery.parts.down


def faults_for(machinery: Machinery, kubelets: Kubelets, ref: str) -> list[dict[str, Any]]:
    """Return the faults that can be applied to an object now, or to the cluster as a whole for ""."""
    kind, _, place = ref.partition("/")
    name = place.rpartition("/")[2]
    node = kubelets.nodes.get(name) if kind == "Node" else None
    shown = []
    for fault in FAULTS:
        if fault.applies_to != kind:
            continue
        if kind == "Part" and (fault.kind == "start-part") != stands_still(machinery, kubelets, *place.rpartition("/")[::2]):
            continue
        if node is not None and (fault.kind == "restore-node") == (node.answers and not node.filled):
            continue
        if fault.kind in ("break-registry", "mend-registry") and (fault.kind == "mend-registry") != kubelets.registry.broken:
            continue
        shown.append(fault.button(ref, command_line(fault.kind, place, {})))
    return shown


def command_line(kind: str, place: str, action: dict[str, Any]) -> str:
    """Return the command that does what a button does."""
    namespace, _, name = place.rpartition("/")
    where = f" -n {namespace}" if namespace not in ("", "default") else ""
    if kind == "delete-pod":
        return f"kubectl delete pod {name}{where}"
    if kind in ("stop-part", "start-part"):
        return f"fault {kind} {name} {namespace}".rstrip()
    if kind == "set-traffic":
        return f"traffic {name} {action.get('per_second', 'N')}{where}"
    return f"fault {kind} {name}{where}".rstrip()


def apply_fault(machinery: Machinery, kubelets: Kubelets, network: Network, action: dict[str, Any]) -> str:
    """Do what an action says and return the equivalent command line. Raises ApiError for what cannot be done."""
    fault = BY_KIND.get(str(action.get("kind", "")))
    if fault is None:
        raise errors.bad_request(f"unknown action {action.get('kind', '')!r}; known are {', '.join(BY_KIND)}")
    ref = str(action.get("ref", ""))
    namespace, name = (ref.split("/") + ["", "", ""])[1:3]
    words = {"container": str(action.get("container", "")), "node": name, "service": name, "part": f"{name} {namespace}".strip(), "rate": str(action.get("per_second", 0))}
    flat = tuple(part for pair in words.items() for part in pair)
    machinery.causes.add(machinery.clock.now_ms, "fault", f"fault.{fault.kind}", "ref", ref, *flat)
    match fault.kind:
        case "kill-process":
            kubelets.kill_process(namespace or "default", name, words["container"])
        case "delete-pod":
            machinery.api.delete("pods", namespace or "default", name)
        case "fill-memory" | "fill-disk" if name in kubelets.nodes:
            kubelets.fill_node(name, fault.kind.removeprefix("fill-"))
        case "crash-node" | "cut-off-node" | "restore-node" | "fill-memory" | "fill-disk":
            _node(kubelets, network, fault.kind, name)
        case "break-registry" | "mend-registry":
            kubelets.registry.broken = fault.kind == "break-registry"
        case "stop-part" | "start-part":
            _part(machinery, kubelets, network, name, namespace, stop=fault.kind == "stop-part")
        case "set-traffic":
            _traffic(machinery, network, namespace or "default", name, action.get("per_second"))
    if fault.kind != "set-traffic":
        network.refresh(force=True)
    return command_line(fault.kind, f"{namespace}/{name}".strip("/") if namespace else name, action)


def _part(machinery: Machinery, kubelets: Kubelets, network: Network, name: str, node: str, *, stop: bool) -> None:
    part = BY_NAME.get(name)
    if part is None:
        raise errors.bad_request(f"there is no part {name!r}; known are {', '.join(BY_NAME)}")
    if part.place == "node":
        if node not in kubelets.nodes:
            raise errors.not_found("nodes", node) if node else errors.bad_request(f"{name} runs on every node: say which, as in `fault stop-part {name} node-1`")
        if stop and kubelets.nodes[node].answers:
            kubelets.stop_part(node, name)
        elif not stop and kubelets.nodes[node].stopped == name:
            kubelets.restore_node(node)
        return
    kubelets.move_manifest(name, away=stop)
    switch(machinery, kubelets, network, name, stop=stop)


def switch(machinery: Machinery, kubelets: Kubelets, network: Network, name: str, *, stop: bool) -> None:
    """Let a part of the cluster stand still, or start it."""
    network.settle()
    if stop:
        machinery.parts.stop(name)
        kubelets.fell(name)
    else:
        machinery.parts.start(name, machinery.agenda, machinery.clock.now_ms)
        kubelets.raise_again(name)
    machinery.api.outage = next((word for word in ("kube-apiserver", "etcd") if word in machinery.parts.down), "")
    if name == "kube-proxy":
        network.hold_rules()
    network.names_down = "coredns" in machinery.parts.down
    kubelets.look_again()


def _node(kubelets: Kubelets, network: Network, kind: str, name: str) -> None:
    if name not in kubelets.nodes:
        raise errors.not_found("nodes", name)
    network.settle()
    {"crash-node": kubelets.crash_node, "cut-off-node": kubelets.cut_off_node, "restore-node": kubelets.restore_node}[kind](name)


def _traffic(machinery: Machinery, network: Network, namespace: str, service: str, per_second: Any) -> None:
    if machinery.store.get("services", namespace, service) is None:
        raise errors.not_found("services", service)
    if isinstance(per_second, bool) or not isinstance(per_second, int) or not 0 <= per_second <= 10_000:
        raise ApiError(400, "BadRequest", "the rate must be a whole number of requests a second from 0 to 10000")
    network.set_rate(namespace, service, per_second)
