"""What the controllers say of what they did, in English and Korean; the parameters are those of their intents."""

MESSAGES: dict[str, tuple[str, str]] = {
    "control.timer": ("A moment that {actor} had been waiting for arrived.", "{actor} 컨트롤러가 기다리던 시각이 되었다."),
    "deployment-controller.created-replicaset": (
        "The Deployment's template had no ReplicaSet yet, so the deployment controller created {replicaset} with {replicas} replicas.",
        "이 템플릿을 가진 레플리카셋이 없어 디플로이먼트 컨트롤러가 {replicaset}, 레플리카 {replicas}개를 만들었다.",
    ),
    "deployment-controller.scaled-up": (
        "The deployment controller scaled {replicaset} up from {before} to {after}.",
        "디플로이먼트 컨트롤러가 {replicaset}의 레플리카를 {before}개에서 {after}개로 늘렸다.",
    ),
    "deployment-controller.scaled-down": (
        "The deployment controller scaled {replicaset} down from {before} to {after}.",
        "디플로이먼트 컨트롤러가 {replicaset}의 레플리카를 {before}개에서 {after}개로 줄였다.",
    ),
    "deployment-controller.revised": ("The deployment controller marked the current ReplicaSet as revision {revision}.", "디플로이먼트 컨트롤러가 현재 레플리카셋을 리비전 {revision}번으로 표시했다."),
    "deployment-controller.numbered": ("The deployment controller wrote revision {revision} on the Deployment.", "디플로이먼트 컨트롤러가 디플로이먼트에 리비전 {revision}번을 적었다."),
    "deployment-controller.progress": ("The deployment controller noted the rollout's progress: {reason}.", "디플로이먼트 컨트롤러가 롤아웃의 진행을 기록했다: {reason}."),
    "deployment-controller.counted": ("The deployment controller counted {ready} of {wanted} wanted pods as ready.", "디플로이먼트 컨트롤러가 센 결과, 원하는 파드 {wanted}개 중 {ready}개가 준비되었다."),
    "deployment-controller.forgot": ("{replicaset} was beyond the revision history limit, so the deployment controller deleted it.", "리비전 기록 한도를 넘은 {replicaset}, 디플로이먼트 컨트롤러가 지웠다."),
    "replicaset-controller.created-pod": (
        "There were {present} pods and {wanted} are wanted, so the replicaset controller created one.",
        "원하는 파드는 {wanted}개인데 {present}개뿐이어서 레플리카셋 컨트롤러가 하나를 더 만들었다.",
    ),
    "replicaset-controller.deleted-pod": (
        "There were {present} pods and only {wanted} are wanted, so the replicaset controller deleted one.",
        "원하는 파드는 {wanted}개인데 {present}개나 있어서 레플리카셋 컨트롤러가 하나를 지웠다.",
    ),
    "replicaset-controller.adopted": ("The pod had no owner and fits the selector, so {replicaset} adopted it.", "주인이 없고 셀렉터에 맞는 파드여서 {replicaset} 소유가 되었다."),
    "replicaset-controller.released": ("The pod's labels no longer fit, so {replicaset} let it go.", "파드의 레이블이 더는 맞지 않아 {replicaset} 소유에서 풀려났다."),
    "replicaset-controller.counted": ("The replicaset controller counted {present} pods, {ready} of them ready.", "레플리카셋 컨트롤러가 센 파드는 {present}개, 그중 준비된 것은 {ready}개다."),
    "endpointslice-controller.wrote": ("The endpointslice controller wrote {all} endpoints, {ready} of them ready.", "엔드포인트슬라이스 컨트롤러가 엔드포인트 {all}개를 적었다. 그중 {ready}개가 준비되어 있다."),
    "endpointslice-controller.deleted": ("The endpointslice controller removed a slice that is no longer needed.", "엔드포인트슬라이스 컨트롤러가 필요 없어진 슬라이스를 치웠다."),
    "node-lifecycle-controller.lost": (
        "No heartbeat for more than {grace} s: the node lifecycle controller set the node's conditions to Unknown and took its pods out of service.",
        "하트비트가 {grace}초 넘게 끊겨, 노드 라이프사이클 컨트롤러가 노드의 상태를 Unknown으로 바꾸고 그 위의 파드를 서비스에서 뺐다.",
    ),
    "node-lifecycle-controller.tainted": ("The node lifecycle controller set the node's taints by its condition: {taints}.", "노드 라이프사이클 컨트롤러가 노드 상태에 맞춰 테인트를 정했다: {taints}."),
    "taint-eviction-controller.evicted": ("The pod's toleration of the taints of {node} ran out, so it was deleted.", "{node}의 테인트를 참아 주는 시간이 끝나 파드가 지워졌다."),
    "namespace-controller.emptied": ("The namespace is being deleted, so the namespace controller emptied it.", "네임스페이스가 지워지는 중이라 네임스페이스 컨트롤러가 그 안을 비웠다."),
    "serviceaccount-controller.furnished": ("A new namespace gets a default service account and the cluster's root certificate.", "새 네임스페이스에는 기본 서비스어카운트와 클러스터의 루트 인증서가 놓인다."),
    "garbage-collector.collected": ("What owned it is gone, so the garbage collector deleted it.", "거느리던 오브젝트가 사라져 가비지 컬렉터가 치웠다."),
    "pod-garbage-collector.collected": ("The node {node} is no longer in the cluster, so its pod was removed.", "노드 {node}, 클러스터에 더는 없어 그 파드를 치웠다."),
}
