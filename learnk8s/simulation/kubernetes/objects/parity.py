"""What of Kubernetes is modelled: kind by kind and field by field the same, simplified, or accepted without effect.

These declarations are the one place where the site says so: docs/parity.md and the page /parity/ are made of them, and whoever sends a field that
has no effect is warned. A field is declared at its type, so it counts wherever the type is used: in a Pod as in a Deployment's template.
What is not declared is the same as in 1.36, as far as a learner can see; a kind's level holds for its fields unless they have one of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS, Kind

WARNED_MAX, DEPTH_MAX = 8, 12


class Level(StrEnum):
    """How much of a thing is modelled."""

    SAME = "same"
    SIMPLIFIED = "simplified"
    NOT = "not modelled"


@dataclass(frozen=True, slots=True)
class Note:
    """A level and what it means for a reader."""

    level: Level
    en: str = ""
    ko: str = ""


def _not(en: str = "It is accepted and stored, and has no effect.", ko: str = "받아서 저장하지만 효과는 없다.") -> Note:
    return Note(Level.NOT, en, ko)


STORED = Note(Level.NOT, "Objects are validated, stored and served; nothing acts on them.", "오브젝트를 검증하고 저장하고 보여 주지만, 이를 보고 움직이는 컴포넌트는 없다.")
DRIVER = _not("No driver of this kind runs here.", "이 종류의 드라이버는 여기서 돌지 않는다.")
SECURED = Note(Level.SIMPLIFIED, "Pod Security judges it; the kernel's guard itself is not there.", "파드 시큐리티가 판단한다. 커널의 보호 장치 자체는 없다.")
DETAIL = _not("Files are kept whatever it says.", "무엇을 적어도 파일은 남는다.")
AS_IN_A_POD = Note(Level.SIMPLIFIED, "As in a Pod.", "파드와 같다.")
DETAILS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("AWSElasticBlockStoreVolumeSource", "GCEPersistentDiskVolumeSource"), ("fsType", "partition")),
    "AzureDiskVolumeSource": ("cachingMode", "diskName", "diskURI", "fsType", "kind"),
    "CSIPersistentVolumeSource": ("controllerExpandSecretRef", "controllerPublishSecretRef", "fsType", "nodeExpandSecretRef", "nodePublishSecretRef", "nodeStageSecretRef", "volumeAttributes"),
    "CSIVolumeSource": ("fsType", "nodePublishSecretRef", "volumeAttributes"),
    "CephFSVolumeSource": ("monitors", "path", "secretFile", "secretRef", "user"),
    "FCVolumeSource": ("fsType", "lun", "targetWWNs", "wwids"),
    "GlusterfsVolumeSource": ("endpoints", "path"),
    **dict.fromkeys(("ISCSIPersistentVolumeSource", "ISCSIVolumeSource"), ("chapAuthDiscovery", "chapAuthSession", "fsType", "initiatorName", "iscsiInterface", "lun", "portals", "secretRef", "targetPortal")),
    "LocalVolumeSource": ("fsType",),
    "NFSVolumeSource": ("path", "server"),
    **dict.fromkeys(("RBDPersistentVolumeSource", "RBDVolumeSource"), ("fsType", "keyring", "secretRef", "user")),
}
"""What volumes say of servers, disks and file systems that are not there, by type: whoever sends it is warned, but it fills no table."""
KIND_NOTES: dict[str, Note] = {
    "Node": Note(Level.SIMPLIFIED, "A machine has CPU, memory, a disk, files, a kubelet and a container runtime: heartbeats, pressure eviction by the hard thresholds of memory and disk, static pods and ssh NODE work. A pod that comes with its node's name is turned away if it does not fit; what an owner makes anew of such pods waits longer each time, up to ten minutes. There are no soft thresholds and no hardware. The control plane's own parts are static pods of a node only in the scenarios that show one, as those of a managed cluster are not seen.", "기계에는 CPU, 메모리, 디스크, 파일, kubelet, 컨테이너 런타임이 있다. 하트비트, 메모리와 디스크의 하드 임계값에 따른 축출, 스태틱 파드, ssh NODE가 된다. 노드 이름을 달고 온 파드가 들어갈 자리가 없으면 kubelet이 거절하고, 같은 소유자가 다시 만든 파드는 점점 오래(최대 10분) 기다린다. 소프트 임계값과 하드웨어는 없다. 컨트롤 플레인 구성 요소는 컨트롤 플레인 노드가 있는 시나리오에서만 스태틱 파드로 보이고, 다른 시나리오에서는 관리형 클러스터처럼 보이지 않는다."),
    "Pod": Note(Level.SIMPLIFIED, "Programs are behaviours chosen by image and command; probes, hooks, restarts, grace, limits, in-place resize, ephemeral containers and eviction follow the real rules in virtual time. Shells and tools speak as those of the image's family do, busybox's or GNU's; their package managers find no internet.", "프로그램은 이미지와 명령으로 고른 동작이다. 프로브, 훅, 재시작, 종료 유예, 제한, 제자리 리사이즈, 임시 컨테이너, 축출은 가상 시간 속에서 실제 규칙을 따른다. 셸과 도구는 이미지의 계열(busybox 또는 GNU)대로 말하고, 패키지 관리자는 인터넷에 닿지 못한다."),
    "Service": Note(Level.SIMPLIFIED, "A request goes to any ready endpoint with equal chance, as kube-proxy's iptables mode does; session affinity and traffic policies hold. Rules follow endpoints at once, and steady traffic is counted, not sent one by one.", "요청은 kube-proxy의 iptables 모드처럼 준비된 엔드포인트 가운데 하나로 같은 확률로 간다. 세션 어피니티와 트래픽 정책도 지킨다. 규칙은 엔드포인트를 바로 따르고, 꾸준한 트래픽은 하나씩 보내지 않고 셈한다."),
    "Lease": Note(Level.SIMPLIFIED, "A node's renewal is worked out when it is read. The control plane holds no leases: no leader is elected, and a part that starts again acts after a second.", "노드의 갱신 시각은 읽을 때 계산한다. 컨트롤 플레인은 리스를 갖지 않는다. 리더를 뽑지 않으며, 다시 시작한 구성 요소는 1초 뒤에 움직인다."),
    "PersistentVolume": Note(Level.SIMPLIFIED, "Volumes are provisioned, bound, attached to one node at a time, grown and reclaimed, and keep the files that pods write; no driver but the playground's own runs.", "볼륨을 프로비저닝하고 바인딩하고 한 번에 한 노드에 붙이고 키우고 회수한다. 파드가 쓴 파일도 남는다. 드라이버는 이 놀이터의 것만 돈다."),
    "Ingress": Note(Level.SIMPLIFIED, "Served by ingress-nginx' rules for hosts, paths, TLS, rewrites and redirects; other annotations have no effect. minikube addons enable ingress brings the controller.", "ingress-nginx의 규칙대로 호스트, 경로, TLS, 재작성, 리디렉션을 처리한다. 다른 어노테이션은 효과가 없다. minikube addons enable ingress 명령으로 컨트롤러를 들인다."),
    "NetworkPolicy": Note(Level.SIMPLIFIED, "Enforced on every connection by pod, namespace, address and port; what runs already is looked at again at its next request.", "연결마다 파드, 네임스페이스, 주소, 포트를 보고 막는다. 이미 도는 것은 다음 요청 때 다시 본다."),
    "HorizontalPodAutoscaler": Note(Level.SIMPLIFIED, "CPU and memory are measured; custom and external metrics are never there.", "CPU와 메모리를 잰다. 사용자 정의 메트릭과 외부 메트릭은 늘 없다."),
    "CertificateSigningRequest": Note(Level.SIMPLIFIED, "Requests are approved and denied; certificates are not real ones.", "요청을 승인하거나 거절한다. 인증서는 진짜가 아니다."),
    "FlowSchema": STORED, "PriorityLevelConfiguration": STORED, "DeviceClass": STORED, "ResourceClaim": STORED, "ResourceClaimTemplate": STORED, "ResourceSlice": STORED, "IPAddress": STORED, "ServiceCIDR": STORED,
    "MutatingWebhookConfiguration": Note(Level.SIMPLIFIED, "A sandbox has no way to the internet: a webhook that has to be called fails as its failurePolicy says.", "샌드박스에는 인터넷으로 나가는 길이 없다. 불러야 하는 웹훅은 failurePolicy에 적힌 대로 실패한다."),
    "ValidatingWebhookConfiguration": Note(Level.SIMPLIFIED, "A sandbox has no way to the internet: a webhook that has to be called fails as its failurePolicy says.", "샌드박스에는 인터넷으로 나가는 길이 없다. 불러야 하는 웹훅은 failurePolicy에 적힌 대로 실패한다."),
    "VolumeAttachment": Note(Level.SIMPLIFIED, "Stored and served; which node has a volume is worked out without them.", "저장하고 보여 준다. 볼륨이 어느 노드에 붙었는지는 이것 없이 계산한다."),
    "CSINode": Note(Level.SIMPLIFIED, "The scheduler reads its limits; no driver runs.", "스케줄러가 한도를 읽는다. 드라이버는 돌지 않는다."), "CSIDriver": Note(Level.SIMPLIFIED, "The scheduler asks for storage capacity where a driver says so; no driver runs.", "드라이버에 적혀 있으면 스케줄러가 스토리지 용량을 묻는다. 드라이버는 돌지 않는다."),
    "APIService": Note(Level.SIMPLIFIED, "Requests are handed on to the pods behind the Service, which say themselves what they serve; of the programs here only the sample API server serves a group. What it keeps lies in the cluster's own store and goes with its last pod; whether it answers is asked again at changes, not every 30 seconds.", "요청을 Service 뒤의 파드로 넘기고, 무엇을 제공하는지는 그 파드가 알린다. 여기 있는 프로그램 가운데 그룹을 제공하는 것은 예제 API 서버뿐이다. 보관한 것은 클러스터의 저장소에 놓이고 마지막 파드와 함께 사라진다. 응답하는지는 30초마다가 아니라 바뀔 때 다시 묻는다."), "CSIStorageCapacity": STORED, "VolumeAttributesClass": STORED, "PodTemplate": STORED,
}
"""Kinds that are not the same through and through."""
FIELD_NOTES: dict[tuple[str, str], Note] = {
    **{("core_v1.PodSpec", name): _not() for name in ("os", "schedulingGroup", "resourceClaims")},
    ("core_v1.PodSpec", "hostUsers"): Note(Level.SIMPLIFIED, "It shows in the pod's layers (Peel) and counts for the scheduler.", "파드의 속(벗겨 보기)에 드러나고 스케줄러가 살핀다."),
    **{("core_v1.PodSpec", name): Note(Level.SIMPLIFIED, "It shows in the pod's layers (Peel), and changes nothing else.", "파드의 속(벗겨 보기)에 드러날 뿐 다른 것은 바꾸지 않는다.") for name in ("hostIPC", "hostPID")},
    ("core_v1.PodSpec", "shareProcessNamespace"): Note(Level.SIMPLIFIED, "ps lists the processes of all containers; signals reach one's own only.", "ps에 모든 컨테이너의 프로세스가 보인다. 시그널은 자기 것에만 닿는다."),
    ("core_v1.PodSecurityContext", "fsGroup"): Note(Level.SIMPLIFIED, "Volumes and their files belong to the group; files that were there before are not changed.", "볼륨과 그 파일이 그룹에 속한다. 전부터 있던 파일은 바꾸지 않는다."),
    **{(f"core_v1.{where}SecurityContext", name): SECURED for where in ("Pod", "") for name in ("appArmorProfile", "seccompProfile", "seLinuxOptions")},
    ("core_v1.SecurityContext", "procMount"): SECURED, ("core_v1.PodSecurityContext", "sysctls"): Note(Level.SIMPLIFIED, "The container sees the values; nothing else behaves differently.", "컨테이너에 값이 보인다. 다른 동작은 달라지지 않는다."), ("core_v1.SecurityContext", "allowPrivilegeEscalation"): SECURED,
    ("core_v1.WindowsSecurityContextOptions", "hostProcess"): SECURED,
    **{("core_v1.WindowsSecurityContextOptions", name): _not("No Windows node runs here.", "여기서는 윈도우 노드가 돌지 않는다.") for name in ("gmsaCredentialSpec", "gmsaCredentialSpecName", "runAsUserName")},
    **{("core_v1.PodSecurityContext", name): _not() for name in ("fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroupsPolicy")},
    **{(f"core_v1.{kind}", "localhostProfile"): _not() for kind in ("AppArmorProfile", "SeccompProfile")},
    ("core_v1.SecurityContext", "capabilities"): Note(Level.SIMPLIFIED, "What servers need of them counts: binding low ports, changing users, raw packets.", "서버에 필요한 것만 살핀다. 낮은 포트 열기, 사용자 바꾸기, 원시 패킷이다."),
    ("core_v1.SecurityContext", "privileged"): Note(Level.SIMPLIFIED, "The process has all capabilities; the host's devices are not there.", "프로세스가 모든 capability를 갖는다. 호스트의 장치는 없다."),
    ("core_v1.VolumeMount", "subPath"): Note(Level.SIMPLIFIED, "Folders and single files are mounted; without links.", "폴더와 파일 하나를 마운트한다. 링크는 없다."),
    **{(kind, "tty"): Note(Level.SIMPLIFIED, "A shell with a terminal shows its prompt; there is no size and no line editing.", "터미널이 있는 셸은 프롬프트를 보인다. 크기와 줄 편집은 없다.") for kind in ("core_v1.Container", "core_v1.EphemeralContainer")},
    **{(kind, name): Note(Level.SIMPLIFIED, "A shell that was given no script waits for lines; other programs read nothing.", "스크립트를 받지 않은 셸은 입력 줄을 기다린다. 다른 프로그램은 아무것도 읽지 않는다.") for kind in ("core_v1.Container", "core_v1.EphemeralContainer") for name in ("stdin", "stdinOnce")},
    **{(kind, "volumeDevices"): _not() for kind in ("core_v1.Container", "core_v1.EphemeralContainer")},
    ("core_v1.Container", "restartPolicyRules"): Note(Level.SIMPLIFIED, "The action Restart works; RestartAllContainers restarts the container alone.", "Restart 동작이 된다. RestartAllContainers는 그 컨테이너만 다시 시작한다."),
    ("core_v1.Lifecycle", "stopSignal"): _not("Processes are always asked to stop with the signal of their image.", "프로세스에는 늘 이미지에 적힌 시그널로 멈추라고 알린다."),
    ("core_v1.EnvVarSource", "fileKeyRef"): _not("The variable is not set.", "변수를 설정하지 않는다."),
    ("core_v1.ResourceRequirements", "claims"): _not("No devices are given out here.", "여기서는 장치를 나눠 주지 않는다."),
    **{(kind, "host"): Note(Level.SIMPLIFIED, "The container itself is asked, whatever host is named.", "어떤 호스트를 적어도 컨테이너 자신에게 묻는다.") for kind in ("core_v1.HTTPGetAction", "core_v1.TCPSocketAction")},
    ("core_v1.HTTPGetAction", "httpHeaders"): _not("Programs here do not look at a probe's headers.", "여기서 도는 프로그램은 프로브의 헤더를 보지 않는다."),
    ("core_v1.GRPCAction", "service"): _not("Every service behind the port counts as healthy once it listens.", "포트가 열리면 그 뒤의 모든 서비스를 정상으로 본다."),
    **{("core_v1.VolumeProjection", name): _not() for name in ("clusterTrustBundle", "podCertificate")},
    ("core_v1.EmptyDirVolumeSource", "medium"): Note(Level.SIMPLIFIED, "Memory shows as tmpfs; its files count against no memory limit.", "Memory는 tmpfs로 보인다. 그 파일은 메모리 제한에 들지 않는다."),
    ("core_v1.Volume", "image"): Note(Level.SIMPLIFIED, "It is mounted read-only, without the image's files.", "읽기 전용으로 마운트하지만 이미지의 파일은 없다."),
    ("core_v1.ImageVolumeSource", "pullPolicy"): _not(),
    **{("core_v1.VolumeMount", name): _not() for name in ("mountPropagation", "recursiveReadOnly")},
    **{("core_v1.Volume", name): Note(Level.SIMPLIFIED, "Files are kept in the sandbox; no server is asked.", "파일은 샌드박스 안에 남는다. 서버에 묻지 않는다.") for name in ("awsElasticBlockStore", "azureDisk", "cephfs", "csi", "fc", "gcePersistentDisk", "glusterfs", "iscsi", "nfs", "rbd")},
    **{(f"core_v1.{kind}", name): DETAIL for kind, names in DETAILS.items() for name in names},
    **{("core_v1.Volume", name): DRIVER for name in ("azureFile", "cinder", "flexVolume", "flocker", "gitRepo", "photonPersistentDisk", "portworxVolume", "quobyte", "scaleIO", "storageos", "vsphereVolume")},
    **{("core_v1.PersistentVolumeSpec", name): DRIVER for name in ("azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker", "glusterfs", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "scaleIO", "storageos", "vsphereVolume")},
    **{("core_v1.PersistentVolumeSpec", name): _not() for name in ("mountOptions",)},
    **{("core_v1.PersistentVolumeSpec", name): Note(Level.SIMPLIFIED, "Files are kept in the sandbox; no server is asked.", "파일은 샌드박스 안에 남는다. 서버에 묻지 않는다.") for name in ("awsElasticBlockStore", "csi", "gcePersistentDisk", "iscsi", "rbd")},
    **{(kind, "volumeAttributesClassName"): Note(Level.SIMPLIFIED, "It counts when claims and volumes are matched; nothing is changed in a volume.", "클레임과 볼륨의 짝을 지을 때 살핀다. 볼륨은 바뀌지 않는다.") for kind in ("core_v1.PersistentVolumeSpec", "core_v1.PersistentVolumeClaimSpec")},
    **{("core_v1.PersistentVolumeClaimSpec", name): _not() for name in ("dataSource", "dataSourceRef")},
    **{("core_v1.ServiceSpec", name): _not() for name in ("healthCheckNodePort", "loadBalancerIP", "loadBalancerSourceRanges")},
    **{("discovery_v1.Endpoint", name): _not() for name in ("deprecatedTopology",)},
    ("networking_v1.IngressBackend", "resource"): _not("Only Services stand behind an Ingress here.", "여기서 인그레스 뒤에는 서비스만 선다."),
    ("networking_v1.IngressClassSpec", "parameters"): _not(),
    **{("core_v1.NodeSpec", name): _not() for name in ("configSource", "externalID")},
    **{("storage_v1.StorageClass", name): _not() for name in ("mountOptions", "parameters")},
    **{("storage_v1.CSIDriverSpec", name): _not() for name in ("attachRequired", "fsGroupPolicy", "nodeAllocatableUpdatePeriodSeconds", "podInfoOnMount", "preventPodSchedulingIfMissing", "requiresRepublish", "seLinuxMount", "serviceAccountTokenInSecrets", "tokenRequests", "volumeLifecycleModes")},
    **{("storage_v1.CSINodeDriver", name): _not() for name in ("nodeID", "topologyKeys")},
    ("apiextensions_v1.CustomResourceConversion", "webhook"): Note(Level.SIMPLIFIED, "A sandbox has no way to the internet: a conversion that has to be asked for fails.", "샌드박스에는 인터넷으로 나가는 길이 없다. 물어야 하는 변환은 실패한다."),
    **{("autoscaling_v2.MetricSpec", name): Note(Level.SIMPLIFIED, "No such metric is ever to be had: the autoscaler says so in its conditions.", "이런 메트릭은 언제나 얻을 수 없다. 오토스케일러가 컨디션에 그렇게 적는다.") for name in ("external", "object", "pods")},
}
"""Fields with a level of their own, by type and name."""


def note_of(kind: Kind) -> Note:
    """Return what is to be said of a kind as a whole."""
    return KIND_NOTES.get(kind.kind, Note(Level.SAME))


@dataclass(frozen=True, slots=True)
class Row:
    """One field of a kind."""

    path: str
    level: Level
    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Added:
    """A kind that an add-on brings, with what is to be said of its fields."""

    kind: str
    api_version: str
    note: Note
    rows: tuple[Row, ...]


GATEWAY_API = "gateway.networking.k8s.io/v1"
ADDED: tuple[Added, ...] = (
    Added("GatewayClass", GATEWAY_API, Note(Level.SIMPLIFIED, "minikube addons enable gateway brings the class nginx and its controller; classes of other controllers wait for them.", "minikube addons enable gateway 명령으로 nginx 클래스와 그 컨트롤러를 들인다. 다른 컨트롤러의 클래스는 기다리기만 한다."), (
        Row("spec.controllerName", Level.SAME, "", ""), Row("status.conditions", Level.SAME, "", ""))),
    Added("Gateway", GATEWAY_API, Note(Level.SIMPLIFIED, "One data plane behind one Service of type LoadBalancer serves all Gateways, on ports 80 and 443.", "LoadBalancer 서비스 하나 뒤의 데이터 플레인 하나가 포트 80과 443에서 모든 게이트웨이를 맡는다."), (
        Row("spec.listeners.hostname", Level.SAME, "", ""), Row("spec.listeners.allowedRoutes", Level.SIMPLIFIED, "By namespace; kinds are always HTTPRoute.", "네임스페이스로 정한다. 종류는 늘 HTTPRoute이다."),
        Row("spec.listeners.tls", Level.SIMPLIFIED, "Terminate only; the certificate has to be there and allowed.", "Terminate만 된다. 인증서가 있고 허용되어야 한다."), Row("status", Level.SAME, "", ""))),
    Added("HTTPRoute", GATEWAY_API, Note(Level.SIMPLIFIED, "Hosts, paths, headers, query, method, weights; RequestRedirect, URLRewrite of the path and RequestHeaderModifier. Other filters are refused.", "호스트, 경로, 헤더, 쿼리, 메서드, 가중치를 처리한다. RequestRedirect, 경로 URLRewrite, RequestHeaderModifier가 된다. 다른 필터는 거절한다."), (
        Row("spec.parentRefs", Level.SAME, "", ""), Row("spec.hostnames", Level.SAME, "", ""), Row("spec.rules.matches", Level.SAME, "", ""), Row("spec.rules.backendRefs", Level.SIMPLIFIED, "Services only, without filters of their own.", "서비스만 된다. 백엔드마다 다른 필터는 없다."),
        Row("status.parents", Level.SAME, "", ""))),
    Added("ReferenceGrant", "gateway.networking.k8s.io/v1beta1", Note(Level.SAME), (Row("spec.from", Level.SAME, "", ""), Row("spec.to", Level.SAME, "", ""))),
)
"""Kinds of add-ons. They are custom resources, so they are not among the served kinds."""


@cache
def rows(kind: Kind) -> tuple[Row, ...]:
    """Return the fields of a kind, those of its spec and status among them, and deeper ones that have a level of their own.

    What is deeper stands once, where its type occurs first; a template of pods is not taken apart, since Pods are.
    """
    root = schema.root_type(kind)
    found: dict[tuple[str, str], Row] = {}
    if root is not None:
        for key, row in _rows(root, "", note_of(kind), 0, frozenset()):
            found.setdefault(key, row)
    return tuple(found.values())


def _rows(type_name: str, path: str, above: Note, depth: int, seen: frozenset[str]) -> Iterator[tuple[tuple[str, str], Row]]:
    if type_name in seen or depth > DEPTH_MAX:
        return
    for name, (field_type, _required) in schema.fields(type_name).items():
        if not path and name in ("apiVersion", "kind"):
            continue
        place, inner = f"{path}.{name}" if path else name, field_type.replace("[]", "").replace("{}", "")
        own = FIELD_NOTES.get((type_name, name)) or (AS_IN_A_POD if inner == "core_v1.PodSpec" and depth else None)
        if (own is not None and own is not DETAIL) or depth < 2:
            note = own or Note(Level.NOT if above.level == Level.NOT else Level.SAME)
            yield ((type_name, name) if depth > 1 else ("", place)), Row(place, note.level, note.en, note.ko)
        if (name != "metadata" or path) and own is not AS_IN_A_POD and (own is None or own.level != Level.NOT):
            yield from _rows(inner, place, own or above, depth + 1, seen | {type_name})


def without_effect(kind: Kind, doc: Doc) -> list[str]:
    """Return the paths in a document, or in a part of one, that have no effect here; at most WARNED_MAX."""
    root = schema.root_type(kind)
    found: list[str] = []
    for path in _ignored(root, doc, "", 0) if root else ():
        if path not in found:
            found.append(path)
        if len(found) >= WARNED_MAX:
            break
    return found


def _ignored(type_name: str, value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > DEPTH_MAX:
        return
    if type_name.endswith(("[]", "{}")):
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for part in parts:
            yield from _ignored(type_name[:-2], part, path, depth)
        return
    if not isinstance(value, dict):
        return
    table = schema.fields(type_name)
    for key, item in value.items():
        if key not in table or item is None:
            continue
        place = f"{path}.{key}" if path else key
        note = FIELD_NOTES.get((type_name, key))
        if note is not None and note.level == Level.NOT:
            yield place
        else:
            yield from _ignored(table[key][0], item, place, depth + 1)


def warning(path: str) -> str:
    """Return the warning about a field without effect."""
    return f"learnk8s: {path} is accepted and stored, but this simulation does not model it"


def warnings(kind: Kind, body: Any) -> tuple[str, ...]:
    """Return the warnings about what a client sent: fields and kinds without effect."""
    if not isinstance(body, dict):
        return ()
    note = note_of(kind)
    whole = (f"learnk8s: {kind.kind} objects are accepted and stored, but this simulation does not model them",) if note.level == Level.NOT else ()
    return (*whole, *map(warning, without_effect(kind, body)))


def kinds() -> tuple[Kind, ...]:
    """Return the kinds of which something is to be said, one of each name and group."""
    seen: dict[tuple[str, str], Kind] = {}
    for kind in KINDS:
        if schema.root_type(kind) is not None and "get" in kind.verbs:
            seen.setdefault((kind.group, kind.kind), kind)
    return tuple(seen.values())
