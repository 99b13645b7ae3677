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


STORED = Note(Level.NOT, "Objects are validated, stored and served; nothing acts on them.", "오브젝트를 검증하고 저장하고 보여 주지만, 그것을 보고 움직이는 것은 없다.")
DRIVER = _not("No driver of this kind runs here.", "이 종류의 드라이버는 여기서 돌지 않는다.")
KIND_NOTES: dict[str, Note] = {
    "Node": Note(Level.SIMPLIFIED, "A machine has CPU, memory, a disk, files, a kubelet and a container runtime: heartbeats, pressure eviction by the hard thresholds of memory and disk, static pods and ssh NODE work. There are no soft thresholds and no hardware, and the control plane's own parts are no static pods.", "기계에는 CPU, 메모리, 디스크, 파일, kubelet, 컨테이너 런타임이 있다. 하트비트, 메모리와 디스크의 하드 임계값에 따른 축출, 스태틱 파드, ssh NODE가 된다. 소프트 임계값과 하드웨어는 없고, 컨트롤 플레인 구성 요소는 스태틱 파드로 돌지 않는다."),
    "Pod": Note(Level.SIMPLIFIED, "Programs are behaviours chosen by image and command; probes, hooks, restarts, grace, limits, in-place resize, ephemeral containers and eviction follow the real rules in virtual time.", "프로그램은 이미지와 명령으로 고른 동작이다. 프로브, 훅, 재시작, 종료 유예, 제한, 제자리 리사이즈, 임시 컨테이너, 축출은 가상 시간 속에서 실제 규칙을 따른다."),
    "Service": Note(Level.SIMPLIFIED, "A request goes to any ready endpoint with equal chance, as kube-proxy's iptables mode does; session affinity and traffic policies hold. Rules follow endpoints at once, and steady traffic is counted, not sent one by one.", "요청은 kube-proxy의 iptables 모드처럼 준비된 엔드포인트 가운데 하나로 같은 확률로 간다. 세션 어피니티와 트래픽 정책도 지킨다. 규칙은 엔드포인트를 바로 따르고, 꾸준한 트래픽은 하나씩 보내지 않고 셈한다."),
    "Lease": Note(Level.SIMPLIFIED, "A node's renewal is worked out when it is read.", "노드의 갱신 시각은 읽을 때 계산한다."),
    "PersistentVolume": Note(Level.SIMPLIFIED, "Volumes are provisioned, bound, attached to one node at a time, grown and reclaimed, and keep the files that pods write; no driver but the playground's own runs.", "볼륨을 프로비저닝하고 바인딩하고 한 번에 한 노드에 붙이고 키우고 회수한다. 파드가 쓴 파일도 남는다. 드라이버는 이 놀이터의 것만 돈다."),
    "Ingress": Note(Level.SIMPLIFIED, "Served by ingress-nginx' rules for hosts, paths, TLS, rewrites and redirects; other annotations have no effect. minikube addons enable ingress brings the controller.", "ingress-nginx의 규칙대로 호스트, 경로, TLS, 재작성, 리디렉션을 처리한다. 다른 애너테이션은 효과가 없다. minikube addons enable ingress 명령으로 컨트롤러를 들인다."),
    "NetworkPolicy": Note(Level.SIMPLIFIED, "Enforced on every connection by pod, namespace, address and port; what runs already is looked at again at its next request.", "연결마다 파드, 네임스페이스, 주소, 포트를 보고 막는다. 이미 도는 것은 다음 요청 때 다시 본다."),
    "HorizontalPodAutoscaler": Note(Level.SIMPLIFIED, "CPU and memory are measured; custom and external metrics are never there.", "CPU와 메모리를 잰다. 사용자 정의 메트릭과 외부 메트릭은 늘 없다."),
    "CertificateSigningRequest": Note(Level.SIMPLIFIED, "Requests are approved and denied; certificates are not real ones.", "요청을 승인하거나 거절한다. 인증서는 진짜가 아니다."),
    "FlowSchema": STORED, "PriorityLevelConfiguration": STORED, "DeviceClass": STORED, "ResourceClaim": STORED, "ResourceClaimTemplate": STORED, "ResourceSlice": STORED, "IPAddress": STORED, "ServiceCIDR": STORED,
    "MutatingWebhookConfiguration": Note(Level.SIMPLIFIED, "A sandbox has no way to the internet: a webhook that has to be called fails as its failurePolicy says.", "샌드박스에는 인터넷으로 나가는 길이 없다. 불러야 하는 웹훅은 failurePolicy에 적힌 대로 실패한다."),
    "ValidatingWebhookConfiguration": Note(Level.SIMPLIFIED, "A sandbox has no way to the internet: a webhook that has to be called fails as its failurePolicy says.", "샌드박스에는 인터넷으로 나가는 길이 없다. 불러야 하는 웹훅은 failurePolicy에 적힌 대로 실패한다."),
    "APIService": STORED, "CSIStorageCapacity": STORED, "VolumeAttributesClass": STORED, "PodTemplate": STORED,
}
"""Kinds that are not the same through and through."""
FIELD_NOTES: dict[tuple[str, str], Note] = {
    **{("core_v1.PodSpec", name): _not() for name in ("hostnameOverride", "os", "schedulingGroup", "setHostnameAsFQDN", "resourceClaims")},
    **{("core_v1.PodSpec", name): Note(Level.SIMPLIFIED, "It shows in the pod's layers (Peel), and changes nothing else.", "파드의 속(벗겨 보기)에 드러날 뿐 다른 것은 바꾸지 않는다.") for name in ("hostIPC", "hostPID")},
    ("core_v1.PodSpec", "shareProcessNamespace"): Note(Level.SIMPLIFIED, "ps lists the processes of all containers; signals reach one's own only.", "ps에 모든 컨테이너의 프로세스가 보인다. 시그널은 자기 것에만 닿는다."),
    ("core_v1.PodSpec", "securityContext"): Note(Level.SIMPLIFIED, "Users, groups and runAsNonRoot are checked; seccomp, SELinux and sysctls are stored only.", "사용자, 그룹, runAsNonRoot를 검사한다. seccomp, SELinux, sysctl은 저장만 한다."),
    ("core_v1.Container", "securityContext"): Note(Level.SIMPLIFIED, "Users, read-only roots, runAsNonRoot and what servers need of capabilities are checked; seccomp, SELinux and AppArmor are stored only.", "사용자, 읽기 전용 루트, runAsNonRoot, 서버에 필요한 capability를 검사한다. seccomp, SELinux, AppArmor는 저장만 한다."),
    ("core_v1.VolumeMount", "subPath"): Note(Level.SIMPLIFIED, "Folders and single files are mounted; without modes and links.", "폴더와 파일 하나를 마운트한다. 모드와 링크는 없다."),
    **{("core_v1.Container", name): _not() for name in ("stdinOnce", "tty")},
    **{("core_v1.VolumeMount", name): _not() for name in ("mountPropagation", "recursiveReadOnly")},
    ("core_v1.VolumeMount", "subPathExpr"): Note(Level.SIMPLIFIED, "Taken as it stands: variables in it are not filled in.", "쓰인 그대로 받는다. 그 안의 변수는 채우지 않는다."),
    **{("core_v1.Volume", name): Note(Level.SIMPLIFIED, "Files are kept in the sandbox; no server is asked.", "파일은 샌드박스 안에 남는다. 서버에 묻지 않는다.") for name in ("azureDisk", "cephfs", "fc", "glusterfs", "nfs")},
    **{("core_v1.Volume", name): DRIVER for name in ("azureFile", "cinder", "flexVolume", "flocker", "gitRepo", "photonPersistentDisk", "portworxVolume", "quobyte", "scaleIO", "storageos", "vsphereVolume")},
    **{("core_v1.PersistentVolumeSpec", name): DRIVER for name in ("azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker", "glusterfs", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "scaleIO", "storageos", "vsphereVolume")},
    **{("core_v1.PersistentVolumeSpec", name): _not() for name in ("mountOptions",)},
    **{("core_v1.PersistentVolumeClaimSpec", name): _not() for name in ("dataSource", "dataSourceRef")},
    **{("core_v1.ServiceSpec", name): _not() for name in ("loadBalancerSourceRanges", "trafficDistribution")},
    **{("core_v1.NodeSpec", name): _not() for name in ("configSource", "externalID")},
    **{("storage_v1.StorageClass", name): _not() for name in ("mountOptions",)},
    **{("storage_v1.CSIDriverSpec", name): _not() for name in ("fsGroupPolicy", "seLinuxMount", "tokenRequests", "nodeAllocatableUpdatePeriodSeconds")},
    **{("batch_v1.JobSpec", name): _not() for name in ("managedBy",)},
    **{("autoscaling_v2.MetricSpec", name): Note(Level.SIMPLIFIED, "No such metric is ever to be had: the autoscaler says so in its conditions.", "이런 메트릭은 언제나 얻을 수 없다. 오토스케일러가 컨디션에 그렇게 적는다.") for name in ("external", "object", "pods")},
    **{("autoscaling_v2.HPAScalingRules", name): _not() for name in ("tolerance",)},
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
    """Return the fields of a kind, those of its spec and status among them, and deeper ones that have a level of their own."""
    root = schema.root_type(kind)
    return () if root is None else tuple(_rows(root, "", note_of(kind), 0, frozenset()))


def _rows(type_name: str, path: str, above: Note, depth: int, seen: frozenset[str]) -> Iterator[Row]:
    if type_name in seen or depth > DEPTH_MAX:
        return
    for name, (field_type, _required) in schema.fields(type_name).items():
        if not path and name in ("apiVersion", "kind"):
            continue
        place = f"{path}.{name}" if path else name
        own = FIELD_NOTES.get((type_name, name))
        if own is not None or depth < 2:
            note = own or Note(Level.NOT if above.level == Level.NOT else Level.SAME)
            yield Row(place, note.level, note.en, note.ko)
        if name != "metadata" or path:
            yield from _rows(field_type.replace("[]", "").replace("{}", ""), place, own or above, depth + 1, seen | {type_name})


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
