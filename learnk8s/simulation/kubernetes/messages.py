"""All sentences in which the cluster says why something happened."""

from learnk8s.simulation.kubernetes.controllers.messages import MESSAGES as CONTROLLERS
from learnk8s.simulation.kubernetes.inspection import Sentences
from learnk8s.simulation.kubernetes.kubelet.messages import MESSAGES as KUBELET
from learnk8s.simulation.kubernetes.network.messages import MESSAGES as NETWORK

OWN: dict[str, tuple[str, str]] = {
    "input.line": ("You typed: {input}", "입력한 명령: {input}"),
    "input.request": ("A client asked: {input}", "클라이언트의 요청: {input}"),
    "input.action": ("You pressed a button: {input}", "누른 버튼: {input}"),
    "parity.ignored": ("The API server stored something that has no effect in this simulation: {fields}.", "API 서버가 저장은 했지만 이 시뮬레이션에서는 효과가 없는 것: {fields}."),
    "scenario.began": ("The scenario began this way.", "시나리오가 이렇게 시작되었다."),
    "scheduler.bound": ("The scheduler found {feasible} nodes on which the pod fits and chose {node}.", "스케줄러가 파드가 들어갈 노드 {feasible}대를 찾아 그중 {node} 노드를 골랐다."),
    "scheduler.preempted": ("The scheduler took the pod away from {node} to make room for the more important pod {by}.", "스케줄러가 더 중요한 파드 {by}에 자리를 내주려고 {node} 노드에서 이 파드를 내보냈다."),
    "scheduler.failed": ("The scheduler found no node for the pod: {message}", "스케줄러가 파드를 놓을 노드를 찾지 못했다: {message}"),
}
SENTENCES = Sentences(CONTROLLERS, KUBELET, NETWORK, OWN, reasons={"surplus": "남는 파드다"})
