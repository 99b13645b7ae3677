"""One describer for each kind, in one table; a kind that is not in it is described by its metadata and YAML."""

from typing import Any

from learnk8s.simulation.kernel.quantities import canonical, millis, whole
from learnk8s.simulation.kubernetes.apiserver.cells import age, selector_text
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, long_time, tabbed, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.anything import anything
from learnk8s.simulation.kubernetes.kubectl.describers.networking import DESCRIBERS as NETWORKING
from learnk8s.simulation.kubernetes.kubectl.describers.networking import ready_addresses
from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer, events, head
from learnk8s.simulation.kubernetes.kubectl.describers.policy import DESCRIBERS as POLICY
from learnk8s.simulation.kubernetes.kubectl.describers.policy import limits_of, quotas_of
from learnk8s.simulation.kubernetes.kubectl.describers.storage import DESCRIBERS as STORAGE
from learnk8s.simulation.kubernetes.kubectl.describers.template import containers, template_lines, tolerations, volumes
from learnk8s.simulation.kubernetes.kubectl.describers.workloads import DESCRIBERS as WORKLOADS
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.pod_requests import pod_requests
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

def pod(call: Call, doc: Doc) -> list[str]:
    """Models describePod."""
    spec, status, metadata = doc["spec"], doc.get("status", {}), doc["metadata"]
    lines = [*head(doc), f"Priority:\t{spec.get('priority', 0)}"]
    if spec.get("priorityClassName"):
        lines.append(f"Priority Class Name:\t{spec['priorityClassName']}")
    if spec.get("serviceAccountName"):
        lines.append(f"Service Account:\t{spec['serviceAccountName']}")
    lines.append(f"Node:\t{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else "Node:\t<none>")
    if status.get("startTime"):
        lines.append(f"Start Time:\t{long_time(status['startTime'])}")
    lines.extend([*table_of_words("Labels", metadata.get("labels")), *annotations(doc)])
    if "deletionTimestamp" in metadata:
        left = age(call.ports.api.store, metadata["deletionTimestamp"])
        lines.extend([f"Status:\tTerminating (lasts {left})", f"Termination Grace Period:\t{metadata.get('deletionGracePeriodSeconds', 0)}s"])
    else:
        lines.append(f"Status:\t{status.get('phase', '')}")
    if status.get("reason"):
        lines.append(f"Reason:\t{status['reason']}")
    if status.get("message"):
        lines.append(f"Message:\t{status['message']}")
    lines.append(f"IP:\t{status.get('podIP', '')}")
    lines.extend(["IPs:", *(f"  IP:\t{entry['ip']}" for entry in status["podIPs"])] if status.get("podIPs") else ["IPs:\t<none>"])
    owner = next((entry for entry in metadata.get("ownerReferences", ()) if entry.get("controller")), None)
    if owner:
        lines.append(f"Controlled By:\t{owner['kind']}/{owner['name']}")
    if spec.get("initContainers"):
        lines.extend(containers("Init Containers", spec["initContainers"], {entry["name"]: entry for entry in status.get("initContainerStatuses") or ()}, "", doc))
    lines.extend(containers("Containers", spec["containers"], {entry["name"]: entry for entry in status.get("containerStatuses") or ()}, "", doc))
    if spec.get("ephemeralContainers"):
        lines.extend(containers("Ephemeral Containers", spec["ephemeralContainers"], {entry["name"]: entry for entry in status.get("ephemeralContainerStatuses") or ()}, "", doc))
    if status.get("conditions"):
        lines.extend(["Conditions:", "  Type\tStatus", *(f"  {entry['type']} \t{entry['status']} " for entry in status["conditions"])])
    lines.extend(volumes(spec.get("volumes") or [], ""))
    lines.append(f"QoS Class:\t{status.get('qosClass', '')}")
    lines.extend(table_of_words("Node-Selectors", spec.get("nodeSelector")))
    lines.extend(tolerations(spec.get("tolerations") or [], ""))
    return [*lines, *events(call, doc)]


def deployment(call: Call, doc: Doc) -> list[str]:
    """Models describeDeployment."""
    spec, status = doc["spec"], doc.get("status", {})
    strategy = spec.get("strategy", {})
    lines = [*head(doc), f"CreationTimestamp:\t{long_time(doc['metadata'].get('creationTimestamp'))}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"Selector:\t{selector_text(spec['selector'])}",
             f"Replicas:\t{spec.get('replicas', 1)} desired | {status.get('updatedReplicas', 0)} updated | {status.get('replicas', 0)} total | {status.get('availableReplicas', 0)} available | {status.get('unavailableReplicas', 0)} unavailable",
             f"StrategyType:\t{strategy.get('type')}", f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}"]
    if strategy.get("rollingUpdate"):
        lines.append(f"RollingUpdateStrategy:\t{strategy['rollingUpdate']['maxUnavailable']} max unavailable, {strategy['rollingUpdate']['maxSurge']} max surge")
    lines.extend(["Pod Template:", *template_lines(spec["template"])])
    if status.get("conditions"):
        lines.extend(["Conditions:", "  Type\tStatus\tReason", "  ----\t------\t------", *(f"  {entry['type']} \t{entry['status']}\t{entry.get('reason', '')}" for entry in status["conditions"])])
    mine = [item for item in call.list(BY_RESOURCE["replicasets.apps"], namespace=doc["metadata"]["namespace"]) if any(owner["uid"] == doc["metadata"]["uid"] for owner in item["metadata"].get("ownerReferences", ()))]
    current = [item for item in mine if (item["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision") == (doc["metadata"].get("annotations") or {}).get("deployment.kubernetes.io/revision")]
    old = [item for item in mine if item not in current]
    lines.append(f"OldReplicaSets:\t{_replicasets(old)}")
    lines.append(f"NewReplicaSet:\t{_replicasets(current)}")
    return [*lines, *events(call, doc)]


def _replicasets(found: list[Doc]) -> str:
    return ", ".join(f"{item['metadata']['name']} ({item.get('status', {}).get('replicas', 0)}/{item['spec'].get('replicas', 0)} replicas created)" for item in found) or "<none>"


def replicaset(call: Call, doc: Doc) -> list[str]:
    """Models describeReplicaSet."""
    lines = [*head(doc), f"Selector:\t{selector_text(doc['spec']['selector'])}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc)]
    owner = next((entry for entry in doc["metadata"].get("ownerReferences", ()) if entry.get("controller")), None)
    if owner:
        lines.append(f"Controlled By:\t{owner['kind']}/{owner['name']}")
    lines.append(f"Replicas:\t{doc.get('status', {}).get('replicas', 0)} current / {doc['spec'].get('replicas', 1)} desired")
    pods = [found for resource, found in call.ports.api.store.owned_by(doc["metadata"]["uid"]) if resource == "pods"]
    count = {phase: sum(item.get("status", {}).get("phase") == phase for item in pods) for phase in ("Running", "Pending", "Succeeded", "Failed")}
    lines.append(f"Pods Status:\t{count['Running']} Running / {count['Pending']} Waiting / {count['Succeeded']} Succeeded / {count['Failed']} Failed")
    return [*lines, "Pod Template:", *template_lines(doc["spec"]["template"]), *events(call, doc)]


def service(call: Call, doc: Doc) -> list[str]:
    """Models describeService."""
    spec = doc["spec"]
    lines = [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"Selector:\t{','.join(f'{key}={value}' for key, value in sorted((spec.get('selector') or {}).items())) or '<none>'}", f"Type:\t{spec.get('type')}"]
    if spec.get("ipFamilyPolicy"):
        lines.append(f"IP Family Policy:\t{spec['ipFamilyPolicy']}")
    if spec.get("ipFamilies"):
        lines.append(f"IP Families:\t{','.join(spec['ipFamilies'])}")
    lines.append(f"IP:\t{spec.get('clusterIP', '')}")
    lines.append(f"IPs:\t{','.join(spec.get('clusterIPs') or ()) or '<none>'}")
    if spec.get("externalName"):
        lines.append(f"External Name:\t{spec['externalName']}")
    for port in spec.get("ports") or ():
        name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
        lines.append(f"Port:\t{name}\t{port['port']}/{protocol}")
        lines.append(f"TargetPort:\t{port.get('targetPort')}/{protocol}")
        if port.get("nodePort"):
            lines.append(f"NodePort:\t{name}\t{port['nodePort']}/{protocol}")
        lines.append(f"Endpoints:\t{ready_addresses(call, doc['metadata']['namespace'], doc['metadata']['name'], port)}")
    lines.append(f"Session Affinity:\t{spec.get('sessionAffinity')}")
    if spec.get("externalTrafficPolicy"):
        lines.append(f"External Traffic Policy:\t{spec['externalTrafficPolicy']}")
    if spec.get("internalTrafficPolicy"):
        lines.append(f"Internal Traffic Policy:\t{spec['internalTrafficPolicy']}")
    return [*lines, *events(call, doc)]


def node(call: Call, doc: Doc) -> list[str]:
    """Models describeNode."""
    status, spec = doc.get("status", {}), doc.get("spec", {})
    roles = [key.rpartition("/")[2] for key in doc["metadata"].get("labels") or {} if key.startswith("node-role.kubernetes.io/")]
    taints = [f"{entry['key']}{'=' + entry['value'] if entry.get('value') else ''}:{entry['effect']}" for entry in sorted(spec.get("taints") or (), key=lambda entry: (entry["effect"], entry["key"]))] or ["<none>"]
    lines = [f"Name:\t{doc['metadata']['name']}", f"Roles:\t{','.join(sorted(roles)) or '<none>'}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"CreationTimestamp:\t{long_time(doc['metadata'].get('creationTimestamp'))}",
             f"Taints:\t{taints[0]}", *(f"\t{taint}" for taint in taints[1:]), f"Unschedulable:\t{str(bool(spec.get('unschedulable'))).lower()}"]
    lease = call.ports.api.store.get("leases.coordination.k8s.io", "kube-node-lease", doc["metadata"]["name"])
    if lease is not None:
        shown = call.ports.api.store.shown("leases.coordination.k8s.io", lease)
        lines.extend(["Lease:", f"  HolderIdentity:\t{shown['spec'].get('holderIdentity')}", "  AcquireTime:\t<unset>", f"  RenewTime:\t{long_time(shown['spec'].get('renewTime'))}"])
    else:
        lines.append(f'Lease:\tFailed to get lease: leases.coordination.k8s.io "{doc["metadata"]["name"]}" not found')
    lines.extend(["Conditions:", "  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage", "  ----\t------\t-----------------\t------------------\t------\t-------"])
    lines.extend(f"  {entry['type']} \t{entry['status']} \t{long_time(entry.get('lastHeartbeatTime'))} \t{long_time(entry.get('lastTransitionTime'))} \t{entry.get('reason', '')} \t{entry.get('message', '')}" for entry in status.get("conditions", ()))
    lines.extend(["Addresses:", *(f"  {entry['type']}:\t{entry['address']}" for entry in status.get("addresses", ()))])
    for title in ("capacity", "allocatable"):
        lines.extend([f"{title.title()}:", *(f"  {key}:\t{value}" for key, value in sorted(status.get(title, {}).items()))])
    info = status.get("nodeInfo", {})
    lines.append("System Info:")
    lines.extend(f"  {title}:\t{info.get(key, '')}" for title, key in (("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"), ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
                                                                       ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"), ("Kubelet Version", "kubeletVersion")))
    if spec.get("podCIDR"):
        lines.extend([f"PodCIDR:\t{spec['podCIDR']}", f"PodCIDRs:\t{','.join(spec.get('podCIDRs') or ())}"])
    return [*lines, *_node_pods(call, doc), *events(call, doc)]


def _node_pods(call: Call, doc: Doc) -> list[str]:
    allocatable = doc["status"]["allocatable"]
    pods = [found for found in call.ports.api.store.pods_on(doc["metadata"]["name"]) if found.get("status", {}).get("phase") not in ("Succeeded", "Failed")]
    lines = [f"Non-terminated Pods:\t({len(pods)} in total)", "  Namespace\tName\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge", "  ---------\t----\t------------\t----------\t---------------\t-------------\t---"]
    totals = {(table, resource): 0 for table in ("requests", "limits") for resource in ("cpu", "memory")}
    for found in pods:
        cells = []
        wanted = {"requests": pod_requests(found["spec"]), "limits": pod_requests(_with_limits(found["spec"]))}
        for resource in ("cpu", "memory"):
            for table in ("requests", "limits"):
                amount = wanted[table].get(resource, 0)
                totals[table, resource] += amount
                cells.append(_share(resource, amount, allocatable))
        lines.append(f"  {found['metadata']['namespace']}\t{found['metadata']['name']}\t" + "\t".join(f"{cell}" for cell in cells) + f"\t{age(call.ports.api.store, found['metadata'].get('creationTimestamp'))}")
    lines.extend(["Allocated resources:", "  (Total limits may be over 100 percent, i.e., overcommitted.)", "  Resource\tRequests\tLimits", "  --------\t--------\t------"])
    for resource in ("cpu", "memory"):
        lines.append(f"  {resource}\t{_share(resource, totals['requests', resource], allocatable)}\t{_share(resource, totals['limits', resource], allocatable)}")
    huge = [f"  {name}\t0 (0%)\t0 (0%)" for name in sorted(allocatable) if name.startswith("hugepages-")]
    return [*lines, "  ephemeral-storage\t0 (0%)\t0 (0%)", *huge]


def _with_limits(spec: Doc) -> Doc:
    """Return a pod's spec with its limits where its requests are; its overhead counts for resources that are limited."""
    def limited(holder: Doc) -> Doc:
        return {**holder, "resources": {"requests": (holder.get("resources") or {}).get("limits") or {}}}

    found = limited({**spec, **{part: [limited(item) for item in spec.get(part) or ()] for part in ("containers", "initContainers")}})
    sums = pod_requests({**found, "overhead": {}})
    return {**found, "overhead": {resource: value for resource, value in (spec.get("overhead") or {}).items() if sums.get(resource)}}


def _amount(resource: str, value: Any) -> int:
    return millis(value) if resource == "cpu" else whole(value)


def _share(resource: str, amount: int, allocatable: Doc) -> str:
    total = _amount(resource, allocatable.get(resource, "0")) or 1
    if resource == "cpu":
        shown = canonical(f"{amount}m")
    else:
        shown = next((f"{amount // size}{unit}" for unit, size in (("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)) if amount and amount % size == 0), str(amount))
    return f"{shown} ({amount * 100 // total}%)"


def configmap(call: Call, doc: Doc) -> list[str]:
    """Models describeConfigMap."""
    lines = [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), "", "Data", "===="]
    for key, value in sorted((doc.get("data") or {}).items()):
        lines.extend([f"{key}:", "----", *value.split("\n"), ""])
    return [*lines, "", "BinaryData", "====", "", *events(call, doc)]


def secret(call: Call, doc: Doc) -> list[str]:
    """Models describeSecret: sizes, never values."""
    from base64 import b64decode

    lines = [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), "", f"Type:\t{doc.get('type', 'Opaque')}", "", "Data", "===="]
    return [*lines, *(f"{key}:\t{len(b64decode(value))} bytes" for key, value in sorted((doc.get("data") or {}).items()))]


def namespace(call: Call, doc: Doc) -> list[str]:
    """Models describeNamespace."""
    return [f"Name:\t{doc['metadata']['name']}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"Status:\t{doc.get('status', {}).get('phase', '')}", "",
            *quotas_of(call.list(BY_RESOURCE["resourcequotas"], namespace=doc["metadata"]["name"])), "", *limits_of(call.list(BY_RESOURCE["limitranges"], namespace=doc["metadata"]["name"]))]


DESCRIBERS: dict[str, Describer] = {
    **NETWORKING, **POLICY, **STORAGE, **WORKLOADS,
    "Pod": pod, "Deployment": deployment, "ReplicaSet": replicaset, "Service": service, "Node": node, "ConfigMap": configmap, "Secret": secret, "Namespace": namespace,
}


def described(call: Call, doc: Doc) -> str:
    """Return the description of one object."""
    return tabbed(DESCRIBERS.get(doc["kind"], anything)(call, doc))
