"""A pod template as Go writes its internal structs: every field in the order of its declaration, under Go's own name, unset ones too.

Some refusals quote a whole template in this form. Models pkg/apis/core/types.go (1.36). Differs: what stands deeper than the tables below is written as the
client sent it.
"""

import json
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Verbatim
from learnk8s.simulation.kubernetes.objects.document import Doc

Rows = tuple[tuple[str, Any], ...]
"""Go's name of a field, and its zero value: None, "", False, or the rows of a struct that is always there."""


def _rows(text: str) -> Rows:
    zeros = {"": None, "s": "", "b": False, "i": 0}
    return tuple((name, zeros[mark]) for name, _, mark in (word.partition(":") for word in text.split()))


RESOURCES = _rows("Limits Requests Claims")
CONTAINER: Rows = (*_rows("Name:s Image:s Command Args WorkingDir:s Ports EnvFrom Env"), ("Resources", RESOURCES), *_rows(
    "ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts VolumeDevices LivenessProbe ReadinessProbe StartupProbe Lifecycle TerminationMessagePath:s TerminationMessagePolicy:s ImagePullPolicy:s SecurityContext Stdin:b StdinOnce:b TTY:b"))
POD_SECURITY = _rows("HostNetwork:b HostPID:b HostIPC:b ShareProcessNamespace HostUsers SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup FSGroupChangePolicy Sysctls SeccompProfile AppArmorProfile SELinuxChangePolicy")
POD: Rows = _rows(
    "Volumes InitContainers Containers EphemeralContainers RestartPolicy:s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy:s NodeSelector ServiceAccountName:s AutomountServiceAccountToken NodeName:s SecurityContext ImagePullSecrets Hostname:s "
    "Subdomain:s SetHostnameAsFQDN Affinity SchedulerName:s Tolerations HostAliases PriorityClassName:s Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources HostnameOverride SchedulingGroup")
LISTS = {"InitContainers": CONTAINER, "Containers": CONTAINER, "EphemeralContainers": CONTAINER, "Ports": _rows("Name:s HostPort:i ContainerPort:i Protocol:s HostIP:s"), "Env": _rows("Name:s Value:s ValueFrom"),
         "VolumeMounts": _rows("Name:s ReadOnly:b RecursiveReadOnly MountPath:s SubPath:s MountPropagation SubPathExpr:s"), "Tolerations": _rows("Key:s Operator:s Value:s Effect:s TolerationSeconds"), "ImagePullSecrets": _rows("Name:s")}
STRUCTS = {"Resources": RESOURCES, "SecurityContext": POD_SECURITY}
NAMES = {"DNSPolicy": "dnsPolicy", "DNSConfig": "dnsConfig", "TTY": "tty", "OS": "os", "FSGroup": "fsGroup", "FSGroupChangePolicy": "fsGroupChangePolicy", "SELinuxOptions": "seLinuxOptions", "SELinuxChangePolicy": "seLinuxChangePolicy", "SetHostnameAsFQDN": "setHostnameAsFQDN"}
OF_POD = ("HostNetwork", "HostPID", "HostIPC", "ShareProcessNamespace", "HostUsers")
"""Fields that clients write beside the security context, and Go's internal struct in it."""


CAPABILITIES = _rows("Add Drop")
SECURITY = _rows("Capabilities Privileged SELinuxOptions WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile AppArmorProfile")


def _json_name(name: str) -> str:
    return NAMES.get(name, name[:1].lower() + name[1:])


def _struct(doc: Doc, rows: Rows) -> Doc:
    found: Doc = {}
    for name, zero in rows:
        value = doc.get(_json_name(name))
        if name in LISTS and isinstance(value, list):
            found[name] = [_struct(item, LISTS[name]) if isinstance(item, dict) else item for item in value]
        elif isinstance(zero, tuple):
            found[name] = _struct(value or {}, zero)
        elif name in STRUCTS and isinstance(value, dict):
            found[name] = _struct(value, STRUCTS[name]) if rows is POD else value
        else:
            found[name] = zero if value is None else value
    return found


def template_text(template: Doc) -> Verbatim:
    """Return a pod template as Go's internal struct in JSON."""
    metadata = {key: value for key, value in (template.get("metadata") or {}).items() if value not in (None, {}, [])}
    return Verbatim(json.dumps({**metadata, "Spec": _pod(template.get("spec") or {})}, separators=(",", ":"), ensure_ascii=False))


def pod_text(spec: Doc) -> Verbatim:
    """Return a pod's spec as Go's internal struct in JSON."""
    return Verbatim(json.dumps(_pod(spec), separators=(",", ":"), ensure_ascii=False))


def _pod(spec: Doc) -> Doc:
    security = {**(spec.get("securityContext") or {}), **{_json_name(name): spec[_json_name(name)] for name in OF_POD if _json_name(name) in spec}}
    return _struct({**spec, "securityContext": security}, POD)


def terms(found: Any) -> Any:
    """Return node selector terms as Go's internal structs."""
    return [{"MatchExpressions": _requirements(term.get("matchExpressions")), "MatchFields": _requirements(term.get("matchFields"))} for term in found] if found else None


def _requirements(found: Any) -> Any:
    return [{"Key": entry.get("key", ""), "Operator": entry.get("operator", ""), "Values": entry.get("values")} for entry in found] if found else None


def security_text(found: Doc) -> Verbatim:
    """Return a container's security context as Go's internal struct in JSON."""
    context = _struct(found, SECURITY)
    if context["Capabilities"] is not None:
        context["Capabilities"] = _struct(context["Capabilities"], CAPABILITIES)
    return Verbatim(json.dumps(context, separators=(",", ":"), ensure_ascii=False))
