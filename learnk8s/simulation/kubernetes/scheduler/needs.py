"""What matters of a pod for scheduling, read once from its spec."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.objects.pod_requests import NOTHING, pod_requests
from learnk8s.simulation.kubernetes.scheduler.selecting import Requirements, holds, requirements

DEFAULT_REQUESTS = {"cpu": 100, "memory": 200 * 2**20}
"""What a container without requests counts as when nodes are scored: pkg/scheduler/util/pod_resources.go."""
REQUIRED, PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
Labels = Mapping[str, str]
SINGLE_USE = ("gcePersistentDisk", "awsElasticBlockStore", "rbd", "iscsi")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of pod (anti-)affinity: which pods it speaks of, and over which label of nodes."""

    topology_key: str
    selector: Requirements | None
    namespaces: frozenset[str]
    namespace_selector: Requirements | None
    weight: int = 0

    def takes(self, namespace: str, labels: Labels, labels_of: Callable[[str], Labels]) -> bool:
        """Say whether a pod is one of those that the term speaks of."""
        if namespace not in self.namespaces and (self.namespace_selector is None or not holds(self.namespace_selector, labels_of(namespace))):
            return False
        return holds(self.selector, labels)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One topology spread constraint."""

    topology_key: str
    max_skew: int
    selector: Requirements | None
    hard: bool = False
    min_domains: int = 1
    honors_affinity: bool = True
    honors_taints: bool = False


@dataclass(slots=True, eq=False)
class PodNeeds:
    """What matters of a pod for scheduling; pods with the same spec share one. Not changed once made."""

    spec: Doc
    namespace: str
    labels: dict[str, str]
    owner: tuple[str, str, str] | None
    requests: tuple[tuple[str, int], ...]
    wanted: tuple[int, int]
    """CPU and memory as which the pod counts while nodes are scored for it."""
    scored: tuple[int, int]
    """CPU and memory as which it counts once it is on a node."""
    has_requests: bool
    ports: tuple[tuple[str, str, int], ...]
    priority: int
    images: tuple[str, ...]
    tolerations: tuple[Doc, ...]
    node_bound: bool
    """Whether a node selector or required node affinity is there."""
    claims: tuple[tuple[str, bool], ...]
    """(claim, made for this pod alone) of its volumes."""
    affinity: tuple[Term, ...] = ()
    anti_affinity: tuple[Term, ...] = ()
    liked: tuple[Term, ...] = ()
    disliked: tuple[Term, ...] = ()
    spread: tuple[Constraint, ...] = ()
    features: frozenset[str] = frozenset()
    disks: tuple[Doc, ...] = ()
    """Inline volumes that cannot be shared freely."""

    @property
    def has_terms(self) -> bool:
        """Say whether other pods matter to it."""
        return bool(self.affinity or self.anti_affinity or self.liked or self.disliked)


def needs_of(pod: Doc) -> PodNeeds:
    """Read a pod."""
    spec, metadata = pod["spec"], pod["metadata"]
    namespace = metadata.get("namespace", "")
    requests = pod_requests(spec)
    affinity = spec.get("affinity") or {}
    terms = _terms(affinity, namespace) if affinity.get("podAffinity") or affinity.get("podAntiAffinity") else ((), (), (), ())
    owner = controller_of(pod)
    return PodNeeds(
        spec, namespace, metadata.get("labels") or {}, (owner["apiVersion"], owner["kind"], owner["name"]) if owner else None, tuple(sorted(requests.items())),
        _figures(pod_requests(spec, missing=DEFAULT_REQUESTS, pod_level=False)), _scored(spec, requests), bool(requests.get("cpu") or requests.get("memory")),
        tuple(_ports(spec)), int(spec.get("priority") or 0), tuple(_images(spec)), tuple(spec.get("tolerations") or ()),
        bool(spec.get("nodeSelector") or (affinity.get("nodeAffinity") or {}).get(REQUIRED)), _claims(spec, metadata["name"]), *terms,
        tuple(_constraint(entry) for entry in spec.get("topologySpreadConstraints") or ()), _features(spec),
        tuple(volume for volume in spec.get("volumes") or () if any(volume.get(kind) for kind in SINGLE_USE)))


def _figures(found: Mapping[str, int]) -> tuple[int, int]:
    return (found.get("cpu", 0), found.get("memory", 0))


def _scored(spec: Doc, requests: Mapping[str, int]) -> tuple[int, int]:
    """Models PodInfo.CalculateResource: with figures for the whole pod, only what is said nowhere is filled in."""
    own = bool((spec.get("resources") or {}).get("requests"))
    missing = {key: value for key, value in DEFAULT_REQUESTS.items() if not own or key not in requests}
    return _figures(pod_requests(spec, missing=missing or NOTHING))


def _ports(spec: Doc) -> list[tuple[str, str, int]]:
    running = [*(spec.get("containers") or ()), *(item for item in spec.get("initContainers") or () if item.get("restartPolicy") == "Always")]
    return [(port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", port["hostPort"]) for item in running for port in item.get("ports") or () if port.get("hostPort")]


def _images(spec: Doc) -> list[str]:
    names = [item.get("image") or "" for item in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))]
    names += [volume["image"].get("reference") or "" for volume in spec.get("volumes") or () if volume.get("image")]
    return [name if name.rfind(":") > name.rfind("/") else f"{name}:latest" for name in names]


def _claims(spec: Doc, pod: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for volume in spec.get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            found.append((volume["persistentVolumeClaim"]["claimName"], False))
        elif volume.get("ephemeral"):
            found.append((f"{pod}-{volume['name']}", True))
    return tuple(found)


def _terms(affinity: Doc, namespace: str) -> tuple[tuple[Term, ...], tuple[Term, ...], tuple[Term, ...], tuple[Term, ...]]:
    together, apart = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
    required = [tuple(_term(entry, namespace) for entry in part.get(REQUIRED) or ()) for part in (together, apart)]
    preferred = [tuple(replace(_term(entry["podAffinityTerm"], namespace), weight=entry["weight"]) for entry in part.get(PREFERRED) or ()) for part in (together, apart)]
    return required[0], required[1], preferred[0], preferred[1]


def _term(entry: Doc, namespace: str) -> Term:
    names, selector = entry.get("namespaces") or (), entry.get("namespaceSelector")
    own = (namespace,) if not names and selector is None else names
    return Term(entry["topologyKey"], requirements(entry.get("labelSelector")), frozenset(own), requirements(selector))


def _constraint(entry: Doc) -> Constraint:
    return Constraint(entry["topologyKey"], entry["maxSkew"], requirements(entry.get("labelSelector")), entry["whenUnsatisfiable"] == "DoNotSchedule", entry.get("minDomains") or 1,
                      entry.get("nodeAffinityPolicy") != "Ignore", entry.get("nodeTaintsPolicy") == "Honor")


def _features(spec: Doc) -> frozenset[str]:
    """Return the features that only some nodes declare and this pod cannot do without. Models component-helpers/nodedeclaredfeatures."""
    found = []
    containers = [*(spec.get("containers") or ()), *(spec.get("initContainers") or ())]
    if any(rule.get("action") == "RestartAllContainers" for item in containers for rule in item.get("restartPolicyRules") or ()):
        found.append("RestartAllContainersOnContainerExits")
    if spec.get("hostNetwork") and spec.get("hostUsers") is False:
        found.append("UserNamespacesHostNetworkSupport")
    return frozenset(found)
