"""The kubelet's own checks of a container's security context. Models pkg/kubelet/kuberuntime/security_context.go: verifyRunAsNonRoot (1.36)."""

from learnk8s.simulation.kubernetes.kubelet.images.catalogue import Image
from learnk8s.simulation.kubernetes.kubelet.runtime import PodRecord
from learnk8s.simulation.kubernetes.objects.document import Doc


def effective(pod: Doc, container: Doc) -> Doc:
    """Return the container's security context over the pod's."""
    return {**(pod["spec"].get("securityContext") or {}), **(container.get("securityContext") or {})}


def refusal(pod: Doc, container: Doc, image: Image | None, record: PodRecord) -> str:
    """Return why the kubelet does not create a container that must not run as root, or ""."""
    context = effective(pod, container)
    if not context.get("runAsNonRoot"):
        return ""
    where = f'(pod: "{record.name}_{record.namespace}({record.uid})", container: {container["name"]})'
    user = context.get("runAsUser")
    if user is not None:
        return f"container's runAsUser breaks non-root policy {where}" if int(user) == 0 else ""
    name = (image.user.partition(":")[0] if image else "") or "0"
    if not name.isdigit():
        return f"container has runAsNonRoot and image has non-numeric user ({name}), cannot verify user is non-root {where}"
    return f"container has runAsNonRoot and image will run as root {where}" if int(name) == 0 else ""


def process_user(context: Doc, image: Image | None) -> tuple[int, int]:
    """Return the user and the main group of a container's process: those of its security context, else those that the image sets, by its /etc/passwd if it names them."""
    name, _, group = (image.user if image else "").partition(":")
    row = next((words for line in (image.files.get("/etc/passwd", "") if image else "").splitlines() if (words := line.split(":"))[0] == name), None)
    user = int(name or 0) if not name or name.isdigit() else int(row[2]) if row else 100
    own = int(group) if group.isdigit() else int(row[3]) if row else user if not name.isdigit() else 0
    asked = context.get("runAsUser")
    return int(asked if asked is not None else user), int(context["runAsGroup"] if context.get("runAsGroup") is not None else own if asked is None else 0)


def process_groups(context: Doc, image: Image | None, user: int, group: int) -> list[int]:
    """Return all groups of a process as the kernel keeps them. Models containerd's WithAdditionalGIDs and the policy for supplemental groups (1.36)."""
    found = {group, *(int(number) for number in (context.get("fsGroup"), *(context.get("supplementalGroups") or ())) if number is not None)}
    if image is not None and context.get("supplementalGroupsPolicy") != "Strict":
        found.update(image.groups_of(user))
    return sorted(found)


def confinement(pod: Doc, container: Doc) -> tuple[str, ...]:
    """Return what a security context takes from a process, as short words; empty for most."""
    if not pod["spec"].get("securityContext") and not container.get("securityContext"):
        return ()
    context = effective(pod, container)
    capabilities = context.get("capabilities") or {}
    words = [f"user={context['runAsUser']}"] if context.get("runAsUser") is not None else []
    words += ["read-only"] if context.get("readOnlyRootFilesystem") else []
    words += [f"drop={name.removeprefix('CAP_')}" for name in capabilities.get("drop") or ()]
    words += [f"add={name.removeprefix('CAP_')}" for name in capabilities.get("add") or ()]
    words += ["privileged"] if context.get("privileged") else []
    return tuple(words)
