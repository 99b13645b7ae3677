"""What the kubelets and the faults say of what they did, in English and Korean."""

MESSAGES: dict[str, tuple[str, str]] = {
    "kubelet.accepted": ("The kubelet on {node} saw a new pod bound to its node and began to set it up.", "{node} 노드의 kubelet이 자기 노드에 바인딩된 새 파드를 보고 준비를 시작했다."),
    "kubelet.started": ("The kubelet on {node} started container {container}.", "{node} 노드의 kubelet이 컨테이너 {container} 프로세스를 시작했다."),
    "kubelet.pull-failed": ("The kubelet on {node} could not pull the image {image}.", "{node} 노드의 kubelet이 이미지 {image} 내려받기에 실패했다."),
    "kubelet.config-missing": ("The kubelet on {node} cannot start the container: {what}.", "{node} 노드의 kubelet이 컨테이너를 시작하지 못했다: {what}."),
    "kubelet.exited": ("The process of container {container} ended with code {code}.", "컨테이너 {container} 프로세스가 코드 {code}번으로 끝났다."),
    "kubelet.backoff": ("Container {container} keeps ending, so the kubelet waits {seconds} s before it starts it again.", "컨테이너 {container} 프로세스가 자꾸 끝나서 kubelet이 {seconds}초 기다린 뒤 다시 시작한다."),
    "kubelet.probed": ("The {probe} probe of container {container} changed its answer: {answer}.", "컨테이너 {container} {probe} 프로브의 답이 바뀌었다: {answer}."),
    "kubelet.liveness-killed": ("Container {container} failed its liveness probe, so the kubelet restarts it.", "컨테이너 {container} 활성 프로브가 실패해 kubelet이 다시 시작한다."),
    "kubelet.stopping": ("The pod was told to go, so the kubelet on {node} asked its containers to stop.", "파드를 지우라는 말에 따라 {node} 노드의 kubelet이 컨테이너에 멈추라고 알렸다."),
    "kubelet.removed": ("All containers have ended, so the kubelet on {node} removed the pod.", "컨테이너가 모두 끝나 {node} 노드의 kubelet이 파드를 치웠다."),
    "kubelet.back": ("The node {node} is reachable again and its kubelet reports.", "노드 {node}, 다시 연결되어 kubelet이 상태를 알렸다."),
    "fault.kill-process": ("Somebody killed the process of container {container}.", "누군가 컨테이너 {container} 프로세스를 죽였다."),
    "fault.crash-node": ("The machine {node} lost its power.", "기계 {node}의 전원이 나갔다."),
    "fault.cut-off-node": ("The network cable of {node} was pulled.", "{node}의 네트워크가 끊겼다."),
    "fault.restore-node": ("The machine {node} is back.", "기계 {node}, 되살아났다."),
    "fault.break-registry": ("The image registry no longer answers.", "이미지 레지스트리가 응답하지 않는다."),
    "fault.mend-registry": ("The image registry answers again.", "이미지 레지스트리가 다시 응답한다."),
    "fault.delete-pod": ("Somebody deleted the pod.", "누군가 파드를 지웠다."),
    "fault.set-traffic": ("The traffic for {service} was set to {rate} requests a second.", "{service}(으)로 가는 트래픽을 초당 {rate}건으로 맞췄다."),
}
