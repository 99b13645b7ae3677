"""The roles of the cluster's own agents and controllers. Models policy.go and controller_policy.go of rbac/bootstrappolicy (1.36).

A rule reads `groups resources verbs`, with `core` for the group without a name and `read` for get, list, watch; `=name` narrows it to an object.
"""

from learnk8s.simulation.kubernetes.objects.document import Doc

EVENTS = "core,events.k8s.io events create,patch,update"
CRUD = "create,delete,get,list,patch,update,watch"
CONTROLLERS: dict[str, tuple[str, ...]] = {
    "attachdetach-controller": ("core persistentvolumeclaims,persistentvolumes list,watch", "core nodes read", "core nodes/status patch,update", "core pods list,watch", EVENTS,
                                "storage.k8s.io volumeattachments create,delete,get,list,watch", "storage.k8s.io csidrivers read", "storage.k8s.io csinodes read"),
    "certificate-controller": ("certificates.k8s.io certificatesigningrequests delete,get,list,watch", "certificates.k8s.io certificatesigningrequests/approval,certificatesigningrequests/status update",
                               "certificates.k8s.io signers approve =kubernetes.io/kube-apiserver-client-kubelet",
                               "certificates.k8s.io signers sign =kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving,kubernetes.io/legacy-unknown",
                               "authorization.k8s.io subjectaccessreviews create", EVENTS),
    "clusterrole-aggregation-controller": ("rbac.authorization.k8s.io clusterroles escalate,get,list,patch,update,watch",),
    "cronjob-controller": ("batch cronjobs get,list,update,watch", f"batch jobs {CRUD}", "batch cronjobs/status update", "batch cronjobs/finalizers update", "core pods delete,list,watch", EVENTS),
    "daemon-set-controller": ("apps,extensions daemonsets read", "apps,extensions daemonsets/status update", "apps,extensions daemonsets/finalizers update", "core nodes list,watch",
                              "core pods create,delete,list,patch,watch", "core pods/binding create", f"apps controllerrevisions {CRUD}", EVENTS),
    "deployment-controller": ("apps,extensions deployments get,list,update,watch", "apps,extensions deployments/status update", "apps,extensions deployments/finalizers update",
                              f"apps,extensions replicasets {CRUD}", "core pods get,list,update,watch", EVENTS),
    "device-taint-eviction-controller": ("core pods delete,get,list,watch", "core pods/status patch,update", "resource.k8s.io resourceclaims read", "resource.k8s.io resourceslices read", "resource.k8s.io deviceclasses read", EVENTS),
    "disruption-controller": ("apps,extensions deployments read", "apps,extensions replicasets read", "core replicationcontrollers read", "policy poddisruptionbudgets read", "apps statefulsets read",
                              "policy poddisruptionbudgets/status update", "core pods/status patch,update", "* */scale get", EVENTS),
    "endpoint-controller": ("core pods,services read", "core endpoints create,delete,get,list,update,watch", "core endpoints/restricted create", EVENTS),
    "endpointslice-controller": ("core nodes,pods,services read", "core services/finalizers update", "discovery.k8s.io endpointslices create,delete,get,list,update,watch", EVENTS),
    "endpointslicemirroring-controller": ("core endpoints,services read", "core services/finalizers update", "core endpoints/finalizers update", "discovery.k8s.io endpointslices create,delete,get,list,update,watch", EVENTS),
    "ephemeral-volume-controller": ("core pods read", "core pods/finalizers update", "core persistentvolumeclaims create,get,list,watch", EVENTS),
    "expand-controller": ("core persistentvolumes get,list,patch,update,watch", "core persistentvolumeclaims/status patch,update", "core persistentvolumeclaims read", EVENTS),
    "generic-garbage-collector": ("* * delete,get,list,patch,update,watch", EVENTS),
    "horizontal-pod-autoscaler": ("autoscaling horizontalpodautoscalers read", "autoscaling horizontalpodautoscalers/status update", "* */scale get,update", "core pods list,watch", "metrics.k8s.io pods list,watch",
                                  "custom.metrics.k8s.io * read", "external.metrics.k8s.io * read", EVENTS),
    "job-controller": ("batch jobs get,list,patch,update,watch", "batch jobs/status update", "batch jobs/finalizers update", "core pods create,delete,list,patch,watch", EVENTS),
    "legacy-service-account-token-cleaner": ("core configmaps get =kube-apiserver-legacy-service-account-token-tracking", "core secrets delete,patch"),
    "namespace-controller": ("core namespaces delete,get,list,watch", "core namespaces/finalize,namespaces/status update", "* * delete,deletecollection,get,list,watch"),
    "node-controller": ("core nodes delete,get,list,patch,update,watch", "core nodes/status patch,update", "core pods/status patch,update", "core pods delete,get,list,watch", EVENTS),
    "persistent-volume-binder": ("core persistentvolumes create,delete,get,list,update,watch", "core persistentvolumes/status update", "core persistentvolumeclaims get,list,update,watch", "core persistentvolumeclaims/status update",
                                 "core pods create,delete,get,list,watch", "storage.k8s.io storageclasses read", "core nodes list,watch", EVENTS, "core events watch"),
    "pod-garbage-collector": ("core pods delete,list,watch", "core nodes read", "core pods/status patch"),
    "pv-protection-controller": ("core persistentvolumes get,list,update,watch", EVENTS),
    "pvc-protection-controller": ("core persistentvolumeclaims get,list,update,watch", "core persistentvolumeclaims/status update", "core pods read", EVENTS),
    "replicaset-controller": ("apps,extensions replicasets get,list,update,watch", "apps,extensions replicasets/status update", "apps,extensions replicasets/finalizers update", "core pods create,delete,list,patch,watch", EVENTS),
    "replication-controller": ("core replicationcontrollers get,list,update,watch", "core replicationcontrollers/status update", "core replicationcontrollers/finalizers update", "core pods create,delete,list,patch,watch", EVENTS),
    "resource-claim-controller": ("core pods read", "core pods/finalizers update", "resource.k8s.io resourceclaims create,delete,get,list,watch", "resource.k8s.io resourceclaims,resourceclaims/status patch,update",
                                  "core pods/status patch,update", EVENTS, "resource.k8s.io resourceclaims/binding patch,update"),
    "resourcequota-controller": ("* * list,watch", "core resourcequotas/status update", EVENTS),
    "root-ca-cert-publisher": ("core configmaps create,update", EVENTS),
    "route-controller": ("core nodes list,watch", "core nodes/status patch", EVENTS),
    "selinux-warning-controller": (EVENTS, "core persistentvolumes read", "core persistentvolumeclaims read", "core pods read", "storage.k8s.io csidrivers read"),
    "service-account-controller": ("core serviceaccounts create", EVENTS),
    "service-cidrs-controller": ("networking.k8s.io servicecidrs get,list,patch,update,watch", "networking.k8s.io servicecidrs/finalizers patch,update", "networking.k8s.io servicecidrs/status patch,update", "networking.k8s.io ipaddresses read", EVENTS),
    "service-controller": ("core services read", "core services/status patch,update", "core nodes list,watch", EVENTS),
    "statefulset-controller": ("core pods list,watch", "apps statefulsets read", "apps statefulsets/status update", "apps statefulsets/finalizers update", "core pods create,delete,get,patch,update", f"apps controllerrevisions {CRUD}",
                               "core persistentvolumeclaims create,get,list,watch", "core persistentvolumeclaims delete,update", "core pods/finalizers update", EVENTS),
    "ttl-after-finished-controller": ("batch jobs delete,get,list,watch", EVENTS),
    "ttl-controller": ("core nodes list,patch,update,watch", EVENTS),
    "validatingadmissionpolicy-status-controller": ("admissionregistration.k8s.io validatingadmissionpolicies read", "admissionregistration.k8s.io validatingadmissionpolicies/status get,patch,update", EVENTS),
    "volumeattributesclass-protection-controller": ("core persistentvolumeclaims read", "core persistentvolumes read", "storage.k8s.io volumeattributesclasses get,list,update,watch", EVENTS),
}
AGENTS: dict[str, tuple[str, ...]] = {
    "auth-delegator": ("authentication.k8s.io tokenreviews create", "authorization.k8s.io subjectaccessreviews create"),
    "certificates.k8s.io:certificatesigningrequests:nodeclient": ("certificates.k8s.io certificatesigningrequests/nodeclient create",),
    "certificates.k8s.io:certificatesigningrequests:selfnodeclient": ("certificates.k8s.io certificatesigningrequests/selfnodeclient create",),
    **{f"certificates.k8s.io:{word}-approver": (f"certificates.k8s.io signers approve ={signer}",) for word, signer in (
        ("kube-apiserver-client", "kubernetes.io/kube-apiserver-client"), ("kube-apiserver-client-kubelet", "kubernetes.io/kube-apiserver-client-kubelet"),
        ("kubelet-serving", "kubernetes.io/kubelet-serving"), ("legacy-unknown", "kubernetes.io/legacy-unknown"))},
    "heapster": ("core events,namespaces,nodes,pods read", "extensions deployments read"),
    "kube-aggregator": ("core endpoints,services read",),
    "kube-controller-manager": (EVENTS, "coordination.k8s.io leases create", "coordination.k8s.io leases get,update =kube-controller-manager", "core secrets,serviceaccounts create", "core secrets delete",
                                "core configmaps,namespaces,secrets,serviceaccounts get", "core secrets,serviceaccounts update", "authentication.k8s.io tokenreviews create", "authorization.k8s.io subjectaccessreviews create",
                                "* * list,watch", "core serviceaccounts/token create"),
    "kube-dns": ("core endpoints,services list,watch",),
    "kube-scheduler": (EVENTS, "coordination.k8s.io leases create", "coordination.k8s.io leases get,list,update,watch =kube-scheduler", "core nodes read", "core pods delete,get,list,watch", "core bindings,pods/binding create", "core pods/status patch,update",
                       "core replicationcontrollers,services read", "apps,extensions replicasets read", "apps statefulsets read", "policy poddisruptionbudgets read", "core persistentvolumeclaims,persistentvolumes read",
                       "authentication.k8s.io tokenreviews create", "authorization.k8s.io subjectaccessreviews create", "storage.k8s.io csinodes read", "core namespaces read", "storage.k8s.io csidrivers read", "storage.k8s.io csistoragecapacities read"),
    "kubelet-api-admin": ("core nodes read", "core nodes proxy", "core nodes/configz,nodes/healthz,nodes/log,nodes/metrics,nodes/pods,nodes/proxy,nodes/stats *"),
    "monitoring": ("url /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/* get",),
    "node": ("authentication.k8s.io tokenreviews create", "authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews create", "core services read", "core nodes create,get,list,watch", "core nodes/status patch,update", "core nodes patch,update",
             "core events create,patch,update", "core pods read", "core pods create,delete", "core pods/status patch,update", "core pods/eviction create", "core configmaps,secrets read", "core persistentvolumeclaims,persistentvolumes get", "core endpoints get",
             "certificates.k8s.io certificatesigningrequests create,get,list,watch", "coordination.k8s.io leases create,delete,get,patch,update", "storage.k8s.io volumeattachments get", "core serviceaccounts/token create",
             "core persistentvolumeclaims/status get,patch,update", "storage.k8s.io csidrivers read", "storage.k8s.io csinodes create,delete,get,patch,update", "node.k8s.io runtimeclasses read"),
    "node-bootstrapper": ("certificates.k8s.io certificatesigningrequests create,get,list,watch",),
    "node-problem-detector": ("core nodes get", "core nodes/status patch", EVENTS),
    "node-proxier": ("core endpoints,services list,watch", "core nodes read", EVENTS, "discovery.k8s.io endpointslices list,watch"),
    "persistent-volume-provisioner": ("core persistentvolumes create,delete,get,list,watch", "core persistentvolumeclaims get,list,update,watch", "storage.k8s.io storageclasses read", "core events watch", EVENTS),
    "service-account-issuer-discovery": ("url /.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/ get",),
    "volume-scheduler": ("core persistentvolumes get,list,patch,update,watch", "storage.k8s.io storageclasses read", "core persistentvolumeclaims get,list,patch,update,watch"),
}
SUBJECTS: dict[str, tuple[str, str, str]] = {
    "kube-controller-manager": ("User", "system:kube-controller-manager", ""), "kube-dns": ("ServiceAccount", "kube-dns", "kube-system"), "kube-scheduler": ("User", "system:kube-scheduler", ""),
    "monitoring": ("Group", "system:monitoring", ""), "node-proxier": ("User", "system:kube-proxy", ""), "service-account-issuer-discovery": ("Group", "system:serviceaccounts", ""), "volume-scheduler": ("User", "system:kube-scheduler", ""),
}
"""Who holds an agent's role: kind, name and namespace. `system:node` has a binding without subjects, others have none."""


def rules_of(lines: tuple[str, ...]) -> list[Doc]:
    """Return the rules that some lines mean.

    >>> rules_of(("core pods read =a",))
    [{'apiGroups': [''], 'resourceNames': ['a'], 'resources': ['pods'], 'verbs': ['get', 'list', 'watch']}]
    """
    return [_rule(*line.split()) for line in lines]


def _rule(groups: str, resources: str, verbs: str, names: str = "") -> Doc:
    words = ["get", "list", "watch"] if verbs == "read" else verbs.split(",")
    if groups == "url":
        return {"nonResourceURLs": resources.split(","), "verbs": words}
    named = {"resourceNames": names.removeprefix("=").split(",")} if names else {}
    return {"apiGroups": ["" if group == "core" else group for group in groups.split(",")], **named, "resources": resources.split(","), "verbs": words}
