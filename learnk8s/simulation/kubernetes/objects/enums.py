"""Fields whose values are published as a closed set. Models the types marked +enum in k8s.io/api (1.36); other words of closed sets are checked, but not published."""

PROTOCOLS = "SCTP TCP UDP"
EFFECTS = "NoExecute NoSchedule PreferNoSchedule"
PROFILES = "Localhost RuntimeDefault Unconfined"
HONOURED = "Honor Ignore"
PULLS = "Always IfNotPresent Never"
MESSAGES = "FallbackToLogsOnError File"
RECLAIMS = "Delete Recycle Retain"
TRAFFIC = "Cluster Local"
STEPS = "OnDelete RollingUpdate"
FAILURES, MATCHES, PREEMPTS, MODES = "Fail Ignore", "Equivalent Exact", "Never PreemptLowerPriority", "Block Filesystem"
SIDES = "None NoneOnDryRun Some Unknown"
SIGNALS = "SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ"
WORDS: dict[str, str] = {
    "AppArmorProfile.type": PROFILES, "AzureDiskVolumeSource.cachingMode": "None ReadOnly ReadWrite", "AzureDiskVolumeSource.kind": "Dedicated Managed Shared",
    "Container.imagePullPolicy": PULLS, "Container.terminationMessagePolicy": MESSAGES, "ContainerPort.protocol": PROTOCOLS, "ContainerStatus.stopSignal": SIGNALS, "CronJobSpec.concurrencyPolicy": "Allow Forbid Replace",
    "DaemonSetUpdateStrategy.type": STEPS, "DeploymentStrategy.type": "Recreate RollingUpdate", "EndpointPort.protocol": PROTOCOLS, "EndpointSlice.addressType": "FQDN IPv4 IPv6",
    "EphemeralContainer.imagePullPolicy": PULLS, "EphemeralContainer.terminationMessagePolicy": MESSAGES, "HTTPGetAction.scheme": "HTTP HTTPS", "HTTPIngressPath.pathType": "Exact ImplementationSpecific Prefix",
    "ImageVolumeSource.pullPolicy": PULLS, "JobSpec.completionMode": "Indexed NonIndexed", "JobSpec.podReplacementPolicy": "Failed TerminatingOrFailed", "Lifecycle.stopSignal": SIGNALS,
    "MatchResources.matchPolicy": MATCHES, "MutatingWebhook.failurePolicy": FAILURES, "MutatingWebhook.matchPolicy": MATCHES, "MutatingWebhook.reinvocationPolicy": "IfNeeded Never", "MutatingWebhook.sideEffects": SIDES,
    "NamespaceStatus.phase": "Active Terminating", "NetworkPolicyPort.protocol": PROTOCOLS, "NodeSelectorRequirement.operator": "DoesNotExist Exists Gt In Lt NotIn", "NodeStatus.phase": "Pending Running Terminated",
    "PersistentVolumeClaimSpec.volumeMode": MODES, "PersistentVolumeClaimStatus.phase": "Bound Lost Pending", "PersistentVolumeSpec.persistentVolumeReclaimPolicy": RECLAIMS, "PersistentVolumeSpec.volumeMode": MODES,
    "PersistentVolumeStatus.phase": "Available Bound Failed Pending Released", "PodFailurePolicyOnExitCodesRequirement.operator": "In NotIn", "PodFailurePolicyRule.action": "Count FailIndex FailJob Ignore",
    "PodSecurityContext.fsGroupChangePolicy": "Always OnRootMismatch", "PodSecurityContext.supplementalGroupsPolicy": "Merge Strict", "PodSpec.dnsPolicy": "ClusterFirst ClusterFirstWithHostNet Default None", "PodSpec.preemptionPolicy": PREEMPTS,
    "PodSpec.restartPolicy": "Always Never OnFailure", "PodStatus.phase": "Failed Pending Running Succeeded Unknown", "PodStatus.qosClass": "BestEffort Burstable Guaranteed", "PriorityClass.preemptionPolicy": PREEMPTS,
    "ScopedResourceSelectorRequirement.operator": "DoesNotExist Exists In NotIn",
    "ScopedResourceSelectorRequirement.scopeName": "BestEffort CrossNamespacePodAffinity NotBestEffort NotTerminating PriorityClass Terminating VolumeAttributesClass",
    "SeccompProfile.type": PROFILES, "SecurityContext.procMount": "Default Unmasked", "ServicePort.protocol": PROTOCOLS, "ServiceSpec.externalTrafficPolicy": TRAFFIC, "ServiceSpec.internalTrafficPolicy": TRAFFIC,
    "ServiceSpec.ipFamilyPolicy": "PreferDualStack RequireDualStack SingleStack", "ServiceSpec.sessionAffinity": "ClientIP None", "ServiceSpec.type": "ClusterIP ExternalName LoadBalancer NodePort",
    "StatefulSetSpec.podManagementPolicy": "OrderedReady Parallel", "StatefulSetUpdateStrategy.type": STEPS, "StorageClass.reclaimPolicy": RECLAIMS, "StorageClass.volumeBindingMode": "Immediate WaitForFirstConsumer",
    "Taint.effect": EFFECTS, "Toleration.effect": EFFECTS, "Toleration.operator": "Equal Exists Gt Lt", "TopologySpreadConstraint.nodeAffinityPolicy": HONOURED, "TopologySpreadConstraint.nodeTaintsPolicy": HONOURED,
    "TopologySpreadConstraint.whenUnsatisfiable": "DoNotSchedule ScheduleAnyway", "ValidatingAdmissionPolicySpec.failurePolicy": FAILURES, "ValidatingWebhook.failurePolicy": FAILURES, "ValidatingWebhook.matchPolicy": MATCHES,
    "ValidatingWebhook.sideEffects": SIDES, "VolumeMount.mountPropagation": "Bidirectional HostToContainer None",
}
ENUMS: dict[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in WORDS.items()} | {
    "HostPathVolumeSource.type": ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")}


def values_of(type_name: str, field: str) -> tuple[str, ...]:
    """Return the published values of a field, none if any may stand there.

    >>> values_of("core_v1.Taint", "effect")
    ('NoExecute', 'NoSchedule', 'PreferNoSchedule')
    """
    return ENUMS.get(f"{type_name.partition('.')[2]}.{field}", ())
