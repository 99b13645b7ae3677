"""Why a request failed, in English and Korean."""

MESSAGES: dict[str, tuple[str, str]] = {
    "network.no-service": ("There is no Service of this name.", "이런 이름의 서비스가 없다."),
    "network.no-endpoints": ("The Service has no ready endpoint: no pod that it selects is ready.", "서비스에 준비된 엔드포인트가 없다. 셀렉터에 맞는 파드 중 준비된 것이 없다."),
    "network.no-dns": ("The name could not be looked up: no name server answers.", "이름을 찾지 못했다. 답하는 네임 서버가 없다."),
    "network.no-local": ("The Service's traffic policy is Local and no endpoint is on this node, so the packets were dropped.", "서비스의 트래픽 정책이 Local인데 이 노드에 엔드포인트가 없어 패킷이 버려졌다."),
    "network.policy": ("The NetworkPolicy {policy} lets nothing like this through to {pod}, so the packets were dropped.", "{policy} 네트워크폴리시가 {pod} 파드로 가는 이런 통신을 허용하지 않아 패킷이 버려졌다."),
    "network.refused": ("The pod {pod} refused the connection: nothing listens on port {port}.", "{pod} 파드가 연결을 거부했다. {port}번 포트에서 듣는 프로세스가 없다."),
    "network.timeout": ("The node {node} does not answer, but the pod {pod} on it is still listed as an endpoint.", "{node} 노드가 답하지 않는데, 그 위의 {pod} 파드가 아직 엔드포인트 목록에 남아 있다."),
    "network.error": ("The program in pod {pod} answered with status {status}.", "{pod} 파드 안의 프로그램이 상태 코드 {status}번으로 답했다."),
    "network.overloaded": ("The pod {pod}, or a Service that it calls, gets too little CPU for so many requests.", "{pod} 파드나 그 파드가 부르는 서비스에 CPU가 모자라 이만큼의 요청을 다 처리하지 못한다."),
}
