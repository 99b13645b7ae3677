"""What Go calls the types of fields whose values are words of a closed set, and of tables of amounts: a refused value's message names them.

Models the declarations of k8s.io/api (1.36). `schema.json` knows only that they are strings.
"""

TYPES: dict[str, str] = {
    "v1.RestartPolicy": "PodSpec.restartPolicy",
    "v1.DNSPolicy": "PodSpec.dnsPolicy",
    "v1.PreemptionPolicy": "PodSpec.preemptionPolicy PriorityClass.preemptionPolicy",
    "v1.PullPolicy": "Container.imagePullPolicy EphemeralContainer.imagePullPolicy ImageVolumeSource.pullPolicy",
    "v1.TerminationMessagePolicy": "Container.terminationMessagePolicy EphemeralContainer.terminationMessagePolicy",
    "v1.ContainerRestartPolicy": "Container.restartPolicy",
    "v1.Protocol": "ContainerPort.protocol ServicePort.protocol EndpointPort.protocol NetworkPolicyPort.protocol",
    "v1.URIScheme": "HTTPGetAction.scheme",
    "v1.MountPropagationMode": "VolumeMount.mountPropagation",
    "v1.RecursiveReadOnlyMode": "VolumeMount.recursiveReadOnly",
    "v1.Capability": "Capabilities.add Capabilities.drop",
    "v1.ProcMountType": "SecurityContext.procMount",
    "v1.SeccompProfileType": "SeccompProfile.type",
    "v1.AppArmorProfileType": "AppArmorProfile.type",
    "v1.PodFSGroupChangePolicy": "PodSecurityContext.fsGroupChangePolicy",
    "v1.SupplementalGroupsPolicy": "PodSecurityContext.supplementalGroupsPolicy",
    "v1.StorageMedium": "EmptyDirVolumeSource.medium",
    "v1.HostPathType": "HostPathVolumeSource.type",
    "v1.TolerationOperator": "Toleration.operator",
    "v1.TaintEffect": "Toleration.effect Taint.effect",
    "v1.NodeSelectorOperator": "NodeSelectorRequirement.operator",
    "v1.LabelSelectorOperator": "LabelSelectorRequirement.operator",
    "v1.UnsatisfiableConstraintAction": "TopologySpreadConstraint.whenUnsatisfiable",
    "v1.NodeInclusionPolicy": "TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy",
    "v1.ResourceList": "ResourceRequirements.limits ResourceRequirements.requests VolumeResourceRequirements.limits VolumeResourceRequirements.requests ResourceQuotaSpec.hard PersistentVolumeSpec.capacity"
    " LimitRangeItem.default LimitRangeItem.defaultRequest LimitRangeItem.max LimitRangeItem.min LimitRangeItem.maxLimitRequestRatio PodSpec.overhead",
    "v1.ServiceType": "ServiceSpec.type",
    "v1.ServiceAffinity": "ServiceSpec.sessionAffinity",
    "v1.ServiceExternalTrafficPolicy": "ServiceSpec.externalTrafficPolicy",
    "v1.ServiceInternalTrafficPolicy": "ServiceSpec.internalTrafficPolicy",
    "v1.IPFamilyPolicy": "ServiceSpec.ipFamilyPolicy",
    "v1.IPFamily": "ServiceSpec.ipFamilies",
    "v1.PersistentVolumeAccessMode": "PersistentVolumeClaimSpec.accessModes PersistentVolumeSpec.accessModes",
    "v1.PersistentVolumeMode": "PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode",
    "v1.PersistentVolumeReclaimPolicy": "PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy",
    "v1.VolumeBindingMode": "StorageClass.volumeBindingMode",
    "v1.SecretType": "Secret.type",
    "v1.LimitType": "LimitRangeItem.type",
    "v1.ResourceQuotaScope": "ResourceQuotaSpec.scopes ScopedResourceSelectorRequirement.scopeName",
    "v1.ScopeSelectorOperator": "ScopedResourceSelectorRequirement.operator",
    "v1.FinalizerName": "NamespaceSpec.finalizers",
    "types.UID": "ObjectMeta.uid OwnerReference.uid",
    "v1.DeploymentStrategyType": "DeploymentStrategy.type",
    "v1.DaemonSetUpdateStrategyType": "DaemonSetUpdateStrategy.type",
    "v1.StatefulSetUpdateStrategyType": "StatefulSetUpdateStrategy.type",
    "v1.PodManagementPolicyType": "StatefulSetSpec.podManagementPolicy",
    "v1.PersistentVolumeClaimRetentionPolicyType": "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled",
    "v1.ConcurrencyPolicy": "CronJobSpec.concurrencyPolicy",
    "v1.CompletionMode": "JobSpec.completionMode",
    "v1.PodReplacementPolicy": "JobSpec.podReplacementPolicy",
    "v1.PodFailurePolicyAction": "PodFailurePolicyRule.action",
    "v1.PodFailurePolicyOnExitCodesOperator": "PodFailurePolicyOnExitCodesRequirement.operator",
    "v1.PathType": "HTTPIngressPath.pathType",
    "v1.PolicyType": "NetworkPolicySpec.policyTypes",
    "v1.UnhealthyPodEvictionPolicyType": "PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy",
    "v2.MetricSourceType": "MetricSpec.type",
    "v2.MetricTargetType": "MetricTarget.type",
    "v2.HPAScalingPolicyType": "HPAScalingPolicy.type",
    "v2.ScalingPolicySelect": "HPAScalingRules.selectPolicy",
}
FIELDS = {field: name for name, fields in TYPES.items() for field in fields.split()}


def named(owner: str, path: str, plain: str) -> str:
    """Return the type of a field, or of an item if it is a list of words: `plain` unless it has a name of its own.

    >>> named("PodSpec", "spec.restartPolicy", "string")
    'v1.RestartPolicy'
    >>> named("PodSpec", "spec.hostname", "string")
    'string'
    """
    return FIELDS.get(f"{owner}.{path.rpartition('.')[2]}", plain)
