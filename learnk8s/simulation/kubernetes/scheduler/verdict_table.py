"""*Why not here?*: the scheduler's last verdict on a pod as a table, in both languages."""

from typing import Any

from learnk8s.simulation.kubernetes.scheduler.framework import Decision

SENTENCES: dict[str, tuple[str, str]] = {
    "NodeUnschedulable": ("The node is cordoned: it takes no new pods.", "막힌(cordon) 노드라 새 파드를 받지 않는다."),
    "NodeName": ("The pod names another node.", "파드가 다른 노드를 지정했다."),
    "TaintToleration": ("The node has a taint that the pod does not tolerate.", "파드가 견디지(toleration) 못하는 테인트가 노드에 있다."),
    "NodeAffinity": ("The node's labels do not match the pod's selector or affinity.", "노드 레이블이 파드의 셀렉터나 어피니티와 맞지 않는다."),
    "NodePorts": ("A host port that the pod wants is taken there.", "파드가 쓰려는 호스트 포트가 그 노드에서 이미 쓰이고 있다."),
    "NodeResourcesFit": ("There is too little room for what the pod requests.", "파드가 요청한 만큼의 자리가 남아 있지 않다."),
    "VolumeRestrictions": ("A volume of the pod is in use and cannot be shared.", "파드의 볼륨이 이미 쓰이고 있고, 함께 쓸 수 없는 볼륨이다."),
    "NodeVolumeLimits": ("The node can attach no more volumes of this storage driver.", "노드에 이 스토리지 드라이버의 볼륨을 더 붙일 수 없다."),
    "VolumeBinding": ("A claim of the pod has no volume that this node can reach.", "파드의 클레임(PVC)에 이 노드에서 쓸 수 있는 볼륨이 없다."),
    "VolumeZone": ("A volume of the pod is in another zone.", "파드의 볼륨이 다른 존(zone)에 있다."),
    "PodTopologySpread": ("Here the pods would be spread too unevenly, or the node lacks the label to spread over.", "여기에 놓으면 파드 분배가 너무 치우치거나, 노드에 분배 기준 레이블이 없다."),
    "InterPodAffinity": ("Other pods there keep this one away, or those that it must be near are missing.", "그곳의 다른 파드가 이 파드를 밀어내거나, 곁에 있어야 할 파드가 없다."),
    "NodeDeclaredFeatures": ("The node does not declare a feature that the pod needs.", "파드에 필요한 기능을 노드가 선언하지 않았다."),
}


def verdict_table(decision: Decision) -> list[dict[str, Any]]:
    """Return a row for each node: refused with a sentence, or feasible with its scores."""
    rows: list[dict[str, Any]] = []
    for verdict in decision.verdicts:
        english, korean = SENTENCES.get(verdict.plugin, (", ".join(verdict.reasons),) * 2)
        rows.append({"node": verdict.node, "result": "refused", "plugin": verdict.plugin, "reasons": list(verdict.reasons), "text_en": english, "text_ko": korean, "scores": {}, "total": None})
    for node in decision.feasible:
        scores = dict(decision.scores[node]) if node in decision.scores else {}
        total = scores.pop("total", None)
        chosen = node == decision.node
        rows.append({"node": node, "result": "chosen" if chosen else "feasible", "plugin": "", "reasons": [], "scores": scores, "total": total,
                     "text_en": "Chosen." if chosen else "It would fit here too.", "text_ko": "선택되었다." if chosen else "여기에도 들어갈 수 있었다."})
    return sorted(rows, key=lambda row: row["node"])
