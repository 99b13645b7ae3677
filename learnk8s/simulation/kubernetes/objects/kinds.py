"""The kinds that this API server serves, as data: names by which they are called and how they are stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of one group and version."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    short_names: tuple[str, ...] = ()
    namespaced: bool = True
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")

    @property
    def resource(self) -> str:
        """Return the key under which objects are stored: `pods`, `deployments.apps`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """Return `v1` or `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version


STATUS, SCALE = ("status",), ("status", "scale")
CREATE_ONLY = ("create",)
KINDS: tuple[Kind, ...] = (
    Kind("", "v1", "Binding", "bindings", "binding", verbs=CREATE_ONLY),
    Kind("", "v1", "ComponentStatus", "componentstatuses", "componentstatus", ("cs",), namespaced=False, verbs=("get", "list")),
    Kind("", "v1", "ConfigMap", "configmaps", "configmap", ("cm",)),
    Kind("", "v1", "Endpoints", "endpoints", "endpoints", ("ep",)),
    Kind("", "v1", "Event", "events", "event", ("ev",)),
    Kind("", "v1", "LimitRange", "limitranges", "limitrange", ("limits",)),
    Kind("", "v1", "Namespace", "namespaces", "namespace", ("ns",), namespaced=False, subresources=("status", "finalize"), verbs=("create", "delete", "get", "list", "patch", "update", "watch")),
    Kind("", "v1", "Node", "nodes", "node", ("no",), namespaced=False, subresources=("status", "proxy")),
    Kind("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", "persistentvolumeclaim", ("pvc",), subresources=STATUS),
    Kind("", "v1", "PersistentVolume", "persistentvolumes", "persistentvolume", ("pv",), namespaced=False, subresources=STATUS),
    Kind("", "v1", "Pod", "pods", "pod", ("po",), categories=("all",), subresources=("status", "log", "exec", "attach", "portforward", "proxy", "binding", "eviction", "ephemeralcontainers", "resize")),
    Kind("", "v1", "PodTemplate", "podtemplates", "podtemplate"),
    Kind("", "v1", "ReplicationController", "replicationcontrollers", "replicationcontroller", ("rc",), categories=("all",), subresources=SCALE),
    Kind("", "v1", "ResourceQuota", "resourcequotas", "resourcequota", ("quota",), subresources=STATUS),
    Kind("", "v1", "Secret", "secrets", "secret"),
    Kind("", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", ("sa",), subresources=("token",)),
    Kind("", "v1", "Service", "services", "service", ("svc",), categories=("all",), subresources=("status", "proxy")),
    Kind("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", "mutatingadmissionpolicy", categories=("api-extensions",), namespaced=False),
    Kind("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings", "mutatingadmissionpolicybinding", categories=("api-extensions",), namespaced=False),
    Kind("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "mutatingwebhookconfiguration", categories=("api-extensions",), namespaced=False),
    Kind("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", "validatingadmissionpolicy", categories=("api-extensions",), namespaced=False, subresources=STATUS),
    Kind("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", "validatingadmissionpolicybinding", categories=("api-extensions",), namespaced=False),
    Kind("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", "validatingwebhookconfiguration", categories=("api-extensions",), namespaced=False),
    Kind("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "customresourcedefinition", ("crd", "crds"), categories=("api-extensions",), namespaced=False, subresources=STATUS),
    Kind("apiregistration.k8s.io", "v1", "APIService", "apiservices", "apiservice", categories=("api-extensions",), namespaced=False, subresources=STATUS),
    Kind("apps", "v1", "ControllerRevision", "controllerrevisions", "controllerrevision"),
    Kind("apps", "v1", "DaemonSet", "daemonsets", "daemonset", ("ds",), categories=("all",), subresources=STATUS),
    Kind("apps", "v1", "Deployment", "deployments", "deployment", ("deploy",), categories=("all",), subresources=SCALE),
    Kind("apps", "v1", "ReplicaSet", "replicasets", "replicaset", ("rs",), categories=("all",), subresources=SCALE),
    Kind("apps", "v1", "StatefulSet", "statefulsets", "statefulset", ("sts",), categories=("all",), subresources=SCALE),
    Kind("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews", "selfsubjectreview", namespaced=False, verbs=CREATE_ONLY),
    Kind("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", "tokenreview", namespaced=False, verbs=CREATE_ONLY),
    Kind("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", "localsubjectaccessreview", verbs=CREATE_ONLY),
    Kind("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "selfsubjectaccessreview", namespaced=False, verbs=CREATE_ONLY),
    Kind("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "selfsubjectrulesreview", namespaced=False, verbs=CREATE_ONLY),
    Kind("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", "subjectaccessreview", namespaced=False, verbs=CREATE_ONLY),
    Kind("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "horizontalpodautoscaler", ("hpa",), categories=("all",), subresources=STATUS),
    Kind("batch", "v1", "CronJob", "cronjobs", "cronjob", ("cj",), categories=("all",), subresources=STATUS),
    Kind("batch", "v1", "Job", "jobs", "job", categories=("all",), subresources=STATUS),
    Kind("certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", "certificatesigningrequest", ("csr",), namespaced=False, subresources=("status", "approval")),
    Kind("coordination.k8s.io", "v1", "Lease", "leases", "lease"),
    Kind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice"),
    Kind("events.k8s.io", "v1", "Event", "events", "event", ("ev",)),
    Kind("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema", "flowschemas", "flowschema", namespaced=False, subresources=STATUS),
    Kind("flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration", "prioritylevelconfigurations", "prioritylevelconfiguration", namespaced=False, subresources=STATUS),
    Kind("networking.k8s.io", "v1", "IngressClass", "ingressclasses", "ingressclass", namespaced=False),
    Kind("networking.k8s.io", "v1", "Ingress", "ingresses", "ingress", ("ing",), subresources=STATUS),
    Kind("networking.k8s.io", "v1", "IPAddress", "ipaddresses", "ipaddress", ("ip",), namespaced=False),
    Kind("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "networkpolicy", ("netpol",)),
    Kind("networking.k8s.io", "v1", "ServiceCIDR", "servicecidrs", "servicecidr", namespaced=False, subresources=STATUS),
    Kind("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", "runtimeclass", namespaced=False),
    Kind("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", ("pdb",), subresources=STATUS),
    Kind("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", namespaced=False),
    Kind("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "clusterrole", namespaced=False),
    Kind("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", "rolebinding"),
    Kind("rbac.authorization.k8s.io", "v1", "Role", "roles", "role"),
    Kind("resource.k8s.io", "v1", "DeviceClass", "deviceclasses", "deviceclass", namespaced=False),
    Kind("resource.k8s.io", "v1", "ResourceClaim", "resourceclaims", "resourceclaim", subresources=STATUS),
    Kind("resource.k8s.io", "v1", "ResourceClaimTemplate", "resourceclaimtemplates", "resourceclaimtemplate"),
    Kind("resource.k8s.io", "v1", "ResourceSlice", "resourceslices", "resourceslice", namespaced=False),
    Kind("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", "priorityclass", ("pc",), namespaced=False),
    Kind("storage.k8s.io", "v1", "CSIDriver", "csidrivers", "csidriver", namespaced=False),
    Kind("storage.k8s.io", "v1", "CSINode", "csinodes", "csinode", namespaced=False),
    Kind("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", "csistoragecapacity"),
    Kind("storage.k8s.io", "v1", "StorageClass", "storageclasses", "storageclass", ("sc",), namespaced=False),
    Kind("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", "volumeattachment", namespaced=False, subresources=STATUS),
    Kind("storage.k8s.io", "v1", "VolumeAttributesClass", "volumeattributesclasses", "volumeattributesclass", ("vac",), namespaced=False),
)
BY_RESOURCE: dict[str, Kind] = {kind.resource: kind for kind in KINDS}
BY_GVK: dict[tuple[str, str], Kind] = {(kind.api_version, kind.kind): kind for kind in KINDS}
_WORDS: dict[str, Kind] = {}
for _kind in reversed(KINDS):
    for _word in (_kind.plural, _kind.singular, *_kind.short_names, _kind.kind.lower()):
        _WORDS[_word] = _kind


def lookup(word: str) -> Kind | None:
    """Return the kind that people call so: `deploy`, `deployments`, `deployments.apps`, `deployments.v1.apps`.

    The beginning of a group does as well. Models PrioritizedRESTMapper's partial groups (1.36).

    >>> lookup("deploy").kind, lookup("Pods").kind, lookup("hpa.auto").kind
    ('Deployment', 'Pod', 'HorizontalPodAutoscaler')
    """
    plain, _, rest = word.lower().partition(".")
    kind = _WORDS.get(plain)
    if kind is None or not rest:
        return kind
    allowed = {kind.group, f"{kind.version}.{kind.group}".rstrip("."), f"{kind.version}."}
    return kind if rest in allowed or kind.group.startswith(rest) else None


def by_resource(resource: str) -> Kind | None:
    """Return the kind of a storage key."""
    return BY_RESOURCE.get(resource)


def by_kind(api_version: str, kind: str) -> Kind | None:
    """Return the kind that a document names."""
    return BY_GVK.get((api_version, kind))
