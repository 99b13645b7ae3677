"""All sentences in which the provider says why something happened, in English and Korean."""

MESSAGES: dict[str, tuple[str, str]] = {
    "cloud.cluster-create": ("The provider makes the control plane of {cluster}.", "제공자가 {cluster}의 컨트롤 플레인을 만든다."),
    "cloud.cluster-ready": ("The control plane of {cluster} runs; the provider looks after it.", "{cluster}의 컨트롤 플레인이 돈다. 돌보는 일은 제공자가 맡는다."),
    "cloud.machine-asked": ("A {type} machine was ordered for pool {pool} in {zone}.", "{pool} 풀에 쓸 {type} 기계를 {zone}에 주문했다."),
    "cloud.no-zone": ("No zone of pool {pool} can give a machine.", "{pool} 풀의 어느 존에서도 기계를 얻을 수 없다."),
    "cloud.machine-joined": ("{node} booted and joined the cluster.", "{node} 노드가 부팅을 마치고 클러스터에 들어왔다."),
    "cloud.machine-leaving": ("{node} is cordoned and drained: {why}.", "{node} 노드를 막고 비운다: {why}."),
    "cloud.machine-gone": ("{node} was given back.", "{node} 노드를 돌려주었다."),
    "cloud.scale-up": ("The cluster autoscaler saw {pods} pods that fit nowhere and asked pool {pool} for {count} more machines.", "클러스터 오토스케일러가 갈 곳 없는 파드 {pods}개를 보고 {pool} 풀에 기계 {count}대를 더 요청했다."),
    "cloud.scale-down": ("{node} was less than half used for ten minutes and its pods fit elsewhere.", "{node} 노드가 10분 동안 절반도 쓰이지 않았고 그 파드는 다른 곳에 들어간다."),
    "cloud.spot-notice": ("The provider takes {node} back in two minutes.", "제공자가 2분 뒤 {node} 노드를 가져간다."),
    "cloud.spot-taken": ("The provider took {node} back.", "제공자가 {node} 노드를 가져갔다."),
    "cloud.zone-outage": ("{zone} is down with {count} machines.", "{zone} 존이 기계 {count}대와 함께 멈췄다."),
    "cloud.zone-restored": ("{zone} is back.", "{zone} 존이 돌아왔다."),
    "cloud.repair": ("{node} did not answer for ten minutes; the provider replaces it.", "{node} 노드가 10분 동안 답하지 않아 제공자가 바꾼다."),
    "cloud.upgrade-plane": ("The control plane goes to {version}, one replica after the other.", "컨트롤 플레인을 {version} 버전으로, 한 벌씩 올린다."),
    "cloud.upgraded-plane": ("The control plane runs {version}.", "컨트롤 플레인이 {version} 버전으로 돈다."),
    "cloud.upgrade-pool": ("Pool {pool} goes to {version}, {surge} machines at a time.", "{pool} 풀을 {version} 버전으로, 한 번에 {surge}대씩 올린다."),
    "cloud.upgraded-pool": ("All machines of pool {pool} run {version}.", "{pool} 풀의 모든 기계가 {version} 버전으로 돈다."),
    "cloud.load-balancer": ("The load balancer of service {service} has the address {address}.", "{service} 서비스의 로드 밸런서가 주소를 얻었다: {address}."),
    "cloud.disk": ("A {type} disk of {size} GiB was made in {zone} for {volume}; it is on the bill until it is deleted.", "{zone}에 {volume} 볼륨으로 쓸 {size}GiB {type} 디스크를 만들었다. 지울 때까지 청구서에 오른다."),
    "cloud.etcd-lost": ("The disk of etcd is gone, and with it all that the API server knew.", "etcd의 디스크가 사라졌다. API 서버가 알던 모든 것도 함께 사라졌다."),
    "cloud.etcd-saved": ("A snapshot of etcd was saved: {count} objects.", "etcd 스냅숏을 저장했다: 오브젝트 {count}개."),
    "cloud.etcd-restored": ("etcd was restored from the snapshot of {when}; what came later is lost.", "etcd를 {when}의 스냅숏에서 되살렸다. 그 뒤의 일은 사라졌다."),
    "cloud.etcd-by-provider": ("The provider replaced a broken etcd member; the others had everything.", "제공자가 고장 난 etcd 멤버를 바꿨다. 나머지 멤버에 모든 것이 있었다."),
    "cloud.certs-renewed": ("The certificates of the control plane are valid for another year.", "컨트롤 플레인의 인증서가 앞으로 1년 더 유효하다."),
}
INCIDENTS: dict[str, tuple[str, str, str, str]] = {
    "spot-interruption": ("you", "A spot machine is taken back", "스팟 기계를 가져간다", "You chose spot: have enough replicas elsewhere. The provider orders a new machine if it has one."),
    "zone-outage": ("provider", "A zone is down", "존 하나가 멈췄다", "The provider mends the zone. That your pods run in other zones is yours to arrange."),
    "node-broken": ("provider", "A machine does not answer", "기계가 답하지 않는다", "Auto-repair replaces it after ten minutes."),
    "no-capacity": ("you", "No zone of the pool has machines", "풀의 존에 기계가 없다", "Add a pool in another zone, or wait."),
    "etcd-lost": ("provider", "An etcd member lost its disk", "etcd 멤버의 디스크가 사라졌다", "The control plane is the provider's: it has three members and backups."),
    "etcd-lost-own": ("you", "etcd lost its disk", "etcd의 디스크가 사라졌다", "You run the control plane: restore it from your snapshot."),
    "certs-expired": ("you", "The certificates of the control plane have expired", "컨트롤 플레인의 인증서가 만료되었다", "You run the control plane: kubeadm certs renew all."),
    "budget": ("you", "A PodDisruptionBudget keeps a machine from being emptied", "PodDisruptionBudget 때문에 기계를 비울 수 없다", "Evictions are tried again for an hour, then pods are deleted. Add replicas or loosen the budget."),
    "quota": ("you", "The pool is at its maximum", "풀이 최댓값에 닿았다", "Raise --max, or make pods smaller."),
}
"""Who fixes it, what it is (English, Korean), and what that means."""
INCIDENT_REMEDIES_KO = {
    "spot-interruption": "스팟을 고른 것은 나다. 다른 곳에 레플리카를 넉넉히 두자. 여유가 있으면 제공자가 새 기계를 주문한다.",
    "zone-outage": "존은 제공자가 고친다. 파드가 다른 존에서도 돌게 하는 것은 내 몫이다.", "node-broken": "10분 뒤 자동 복구가 바꾼다.", "no-capacity": "다른 존에 풀을 더하거나 기다리자.",
    "etcd-lost": "컨트롤 플레인은 제공자의 것이다. 멤버가 셋이고 백업도 있다.", "etcd-lost-own": "컨트롤 플레인을 직접 돌린다. 스냅숏에서 되살리자.",
    "certs-expired": "컨트롤 플레인을 직접 돌린다: kubeadm certs renew all.", "budget": "한 시간 동안 다시 청하고, 그 뒤에는 파드를 지운다. 레플리카를 늘리거나 예산을 느슨하게 하자.", "quota": "--max를 올리거나 파드를 작게 하자.",
}
WHYS_KO = {"the pool became smaller": "풀이 작아졌다", r"(\S+) has taken its place": r"\1 노드가 대신한다", "it was hardly used": "거의 쓰이지 않았다"}
"""Why a machine is emptied, in Korean."""
