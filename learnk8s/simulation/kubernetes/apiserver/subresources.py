"""What requests for a part of an object do: status, scale, log, exec, attach, portforward, binding, eviction, token, ephemeralcontainers, resize, finalize.

Models the registries' REST storages and their strategies (1.36).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.apiserver import errors, quota, tokens
from learnk8s.simulation.kubernetes.apiserver.admission import qos_class
from learnk8s.simulation.kubernetes.apiserver.certificates import rules as certificates
from learnk8s.simulation.kubernetes.apiserver.custom import objects as custom_objects
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind, as_served, as_stored
from learnk8s.simulation.kubernetes.apiserver.eviction import evicted
from learnk8s.simulation.kubernetes.apiserver.managed import applying, managers
from learnk8s.simulation.kubernetes.apiserver.pod_validation import pod_spec
from learnk8s.simulation.kubernetes.apiserver.policies import asking
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.apiserver.verbs import APPLY_PATCH, INT32_MAX, apply_body, checked_patch, decoded, managed, patched, shown, validate, way
from learnk8s.simulation.kubernetes.objects.document import Doc, dig, replaced
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.kubernetes.objects.schema import json_type

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer


def _status(server: "ApiServer", kind: Kind, request: Request) -> Response:
    old = shown(server, kind, request)
    if request.verb == "get":
        return Response(old)
    owners: list[managers.Manager] | None = None
    if request.options.get("patchType") == APPLY_PATCH:
        wanted = apply_body(kind, request)[0]
        live = managers.managers_of(old["metadata"].get("managedFields"))
        changed, owners = applying.applied(old, wanted, live, name=str(request.options["fieldManager"]), subresource="status", time=server.store.clock.timestamp(), force=bool(request.options.get("force")))
    elif request.verb == "patch":
        changed = patched(way(kind, request, "application/merge-patch+json"), old, request.body)
        if not isinstance(changed, dict):
            raise errors.bad_request("the patch does not leave an object")
        changed = checked_patch(kind, changed, request)[0]
    else:
        changed = decoded(kind, request)[0]
        server.check_version(kind.resource, old, changed.get("metadata") or {})
    if isinstance(kind, CustomKind):
        return _custom_status(server, kind, request, old, changed, owners)
    status, words = changed.get("status"), changed.get("metadata")
    words = words if isinstance(words, dict) else {}
    written = [key for key in STATUS_METADATA if key not in STATUS_KEEPS.get(kind.resource, ())]
    metadata = {key: value for key, value in old["metadata"].items() if key not in written} | {key: words[key] for key in written if words.get(key)}
    new = {**old, "metadata": metadata, "status": schema.with_zeros(kind, "status", status) if isinstance(status, dict) else {}}
    if kind.resource == certificates.RESOURCE:
        approving = request.subresource == "approval"
        if approving:
            new = {**new, "status": {**old.get("status", {}), "conditions": new["status"].get("conditions")}}
        if problems := certificates.status_change(old, new, approving=approving):
            raise errors.invalid(kind.kind, kind.group, request.name, problems)
        new = {**new, "status": certificates.with_times(server, old, new["status"])}
    new = managed(server, request, old, new, subresource=request.subresource) if owners is None else managers.with_managers(new, owners)
    server.ask(asking.UPDATE, kind.resource, new, old, request)
    if request.options.get("dryRun"):
        return Response(new)
    return Response(server.update_status(kind.resource, old, new["status"], metadata=new["metadata"]))


def _custom_status(server: "ApiServer", kind: CustomKind, request: Request, old: Doc, changed: Doc, owners: list[managers.Manager] | None) -> Response:
    """Write a custom object's status: nothing else changes, and the whole must fit the schema."""
    new = {key: value for key, value in old.items() if key != "status"} | ({"status": changed["status"]} if changed.get("status") is not None else {})
    validate(kind, new, old)
    new = managed(server, request, old, new, subresource="status") if owners is None else managers.with_managers(new, owners)
    server.ask(asking.UPDATE, kind.resource, new, old, request)
    if request.options.get("dryRun"):
        return Response(new)
    stored = as_stored(kind, new)
    if {**stored, "metadata": old["metadata"]} == as_stored(kind, old):
        return Response(old)
    return Response(as_served(kind, server.store.put(kind.resource, {**stored, "metadata": dict(stored["metadata"])})))


STATUS_METADATA = ("annotations", "labels", "finalizers")
"""What a write to the status subresource may change besides the status."""
STATUS_KEEPS = {"deployments.apps": ("labels",), "volumeattachments.storage.k8s.io": STATUS_METADATA, "flowschemas.flowcontrol.apiserver.k8s.io": STATUS_METADATA, "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": STATUS_METADATA}
"""What a write of the status leaves as it was. Models PrepareForUpdate of each registry's status strategy (1.36)."""


def _scale(server: "ApiServer", kind: Kind, request: Request) -> Response:
    old = shown(server, kind, request)
    as_scale = partial(custom_objects.as_scale, kind) if isinstance(kind, CustomKind) else _as_scale
    if request.verb == "get":
        return Response(as_scale(old))
    body = request.body
    if request.verb == "patch":
        body = patched(way(kind, request, "application/merge-patch+json"), as_scale(old), request.body)
    replicas = dig(body, "spec", "replicas", default=0) if isinstance(body, dict) else None
    if not isinstance(replicas, int) or isinstance(replicas, bool) or abs(replicas) > INT32_MAX:
        raise errors.bad_request(f'Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal {json_type(replicas)} into Go struct field ScaleSpec.spec.replicas of type int32')
    if replicas < 0:
        raise errors.invalid("Scale", "autoscaling", request.name, [errors.bad_value("spec.replicas", replicas, "must be greater than or equal to 0")])
    server.check_version(kind.resource, old, {"resourceVersion": dig(body, "metadata", "resourceVersion")} if request.verb != "patch" else {})
    if isinstance(kind, CustomKind):
        changed = replaced(old, tuple((kind.scale or {})["specReplicasPath"].strip(".").split(".")), replicas)
        validate(kind, changed, old)
        changed = managed(server, request, old, {**changed, "metadata": dict(changed["metadata"])}, subresource="scale")
        return Response(as_scale(changed if request.options.get("dryRun") else as_served(kind, server.update(kind.resource, as_stored(kind, changed)))))
    new = managed(server, request, old, {**old, "spec": {**old["spec"], "replicas": replicas}}, subresource="scale")
    if request.options.get("dryRun"):
        server.ask(asking.UPDATE, kind.resource, new, old, request)
        return Response(_as_scale(new))
    return Response(_as_scale(server.update(kind.resource, new, request=request)))


def _as_scale(doc: Doc) -> Doc:
    metadata = {key: doc["metadata"][key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")}
    chosen = doc["spec"].get("selector") or {}
    labels = chosen if doc["kind"] == "ReplicationController" else chosen.get("matchLabels") or {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": {"replicas": doc["spec"].get("replicas", 1)},
            "status": {"replicas": doc.get("status", {}).get("replicas", 0), "selector": ",".join(f"{key}={value}" for key, value in sorted(labels.items()))}}


def _log(server: "ApiServer", kind: Kind, request: Request) -> Response:
    options = request.options
    text = server.nodes.logs(request.namespace, request.name, options.get("container", ""), previous=bool(options.get("previous")), tail=options.get("tailLines"),
                             since_s=options.get("sinceSeconds"), timestamps=bool(options.get("timestamps")), limit_bytes=options.get("limitBytes"))
    return Response({"kind": "Log", "text": text})


def _exec(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Run a command in a container; `is_question` only asks whether there is a process to join."""
    options = request.options
    argv, container = list(options.get("command") or ()), options.get("container", "")
    _ask_to_connect(server, kind, request, "PodExecOptions", {"container": container, "command": argv})
    if options.get("is_question"):
        return _joinable(server, request)
    session = options.get("session")
    with _said_to_a_stream() if options.get("is_upgraded") else nullcontext():
        found = server.nodes.exec(request.namespace, request.name, container, argv, options.get("stdin", ""), session)
    stderr = found.stderr.removesuffix(f"command terminated with exit code {found.status}\n") if options.get("is_upgraded") else found.stderr
    doc = {"kind": "ExecResult", "stdout": found.stdout, "stderr": "" if options.get("is_upgraded") and found.error else stderr, "status": found.status, "took_ms": found.took_ms}
    more = {"error": found.error, "session": session, "moments": found.moments}
    return Response(doc | {key: value for key, value in more.items() if value})


def _attach(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Say whether there is a process to attach to, or give it a line: the command's last word; none means that nothing more comes. The stream is the door's matter."""
    options = request.options
    shown(server, kind, request)
    container, argv = options.get("container", ""), list(options.get("command") or ())
    _ask_to_connect(server, kind, request, "PodAttachOptions", {"container": container})
    if not options.get("is_upgraded") or options.get("is_question"):
        return _joinable(server, request)
    session = options.get("session") or {}
    with _said_to_a_stream():
        found = server.nodes.attach(request.namespace, request.name, container, argv[-1] if argv else "", session, ends=not argv)
    return Response({"kind": "ExecResult", "stdout": found.stdout, "stderr": found.stderr, "status": found.status, "took_ms": found.took_ms, "session": session, "left": found.left, "moments": found.moments})


def _forward(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Say whether a pod's ports can be forwarded."""
    shown(server, kind, request)
    _ask_to_connect(server, kind, request, "PodPortForwardOptions", {})
    return _joinable(server, request)


def _ask_to_connect(server: "ApiServer", kind: Kind, request: Request, options_kind: str, options: Doc) -> None:
    server.ask(asking.CONNECT, kind.resource, {"apiVersion": "v1", "kind": options_kind, "metadata": {"name": request.name, "namespace": request.namespace}, **options}, None, request)


def _joinable(server: "ApiServer", request: Request) -> Response:
    if not request.options.get("is_upgraded"):
        raise errors.bad_request("Upgrade request required")
    with _said_to_a_stream():
        reads = server.nodes.check_process(request.namespace, request.name, request.options.get("container", ""), to=request.subresource)
    return Response({"kind": "Joinable", "reads": reads})


@contextmanager
def _said_to_a_stream() -> Iterator[None]:
    """Refuse without the words that whoever asks for a stream puts in front."""
    try:
        yield
    except errors.ApiError as error:
        raise errors.ApiError(error.code, error.reason, error.message.removeprefix("unable to upgrade connection: "), details=error.details) from None


def _binding(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Models ValidatePodBinding."""
    what, target = ((dig(request.body, "target", key) if isinstance(request.body, dict) else None) for key in ("kind", "name"))
    faults = [errors.unsupported("target.kind", what, ["Node", "<empty>"])] if what and what != "Node" else []
    if not isinstance(target, str) or not target:
        raise errors.invalid("Binding", "", request.name, [*faults, errors.required("target.name")])
    if faults:
        raise errors.invalid("Binding", "", request.name, faults)
    server.bind(shown(server, BY_RESOURCE["pods"], request), target)
    return Response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _eviction(server: "ApiServer", kind: Kind, request: Request) -> Response:
    if dig(request.body if isinstance(request.body, dict) else {}, "metadata", "name") != request.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    evicted(server, shown(server, kind, request), request.body, dry=bool(request.options.get("dryRun")))
    return Response({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _token(server: "ApiServer", kind: Kind, request: Request) -> Response:
    return Response(tokens.requested(server, shown(server, kind, request), request.body), 201)


def _ephemeral(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Read a pod, or add ephemeral containers to it. Models podEphemeralContainersStrategy."""
    old = shown(server, kind, request)
    if request.verb == "get":
        return Response(old)
    changed = _subresource_body(kind, request, old)
    before, after = (doc.get("spec", {}).get("ephemeralContainers") or [] for doc in (old, changed))
    if after[: len(before)] != before:
        raise errors.invalid("Pod", "", request.name, [errors.not_allowed("spec.ephemeralContainers", f"existing ephemeral containers {go_names(before)} may not be removed\n" if len(after) < len(before) else "existing ephemeral containers may not be changed\n")])
    names = {container["name"] for part in ("containers", "initContainers") for container in old["spec"].get(part) or ()}
    causes = [errors.duplicate(f"spec.ephemeralContainers[{place}].name", container.get("name", "")) for place, container in enumerate(after) if container.get("name", "") in names]
    causes += [errors.required(f"spec.ephemeralContainers[{place}].{key}") for place, container in enumerate(after) for key in ("name", "image") if not container.get(key)]
    if causes:
        raise errors.invalid("Pod", "", request.name, causes)
    filled = [{"terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File", "imagePullPolicy": "IfNotPresent" if ":" in container["image"].rpartition("/")[2] and not container["image"].endswith(":latest") else "Always", "resources": {}, **container} for container in after]
    return _pod_changed(server, request, old, {**old["spec"], "ephemeralContainers": filled})


def go_names(containers: list[Doc]) -> str:
    """Return names as Go prints a list of them."""
    return f"[{' '.join(container.get('name', '') for container in containers)}]"


def _resize(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Read a pod, or change what its containers may use. Models podResizeStrategy."""
    old = shown(server, kind, request)
    if request.verb == "get":
        return Response(old)
    wanted = {container.get("name"): container for container in _subresource_body(kind, request, old).get("spec", {}).get("containers") or ()}
    containers = [{**container, "resources": wanted.get(container["name"], container).get("resources", {}), **({"resizePolicy": wanted[container["name"]]["resizePolicy"]} if wanted.get(container["name"], {}).get("resizePolicy") else {})} for container in old["spec"]["containers"]]
    spec = {**old["spec"], "containers": containers}
    causes = list(pod_spec("spec", spec))
    held = old.get("status", {}).get("qosClass", qos_class(old["spec"]))
    if qos_class(spec) != held:
        causes.append(errors.bad_value("spec", held, "Pod QOS Class may not change as a result of resizing"))
    if causes:
        raise errors.invalid("Pod", "", request.name, causes)
    quota.check(server.store, kind.resource, {**old, "spec": spec}, old)
    return _pod_changed(server, request, old, spec)


def _subresource_body(kind: Kind, request: Request, old: Doc) -> Doc:
    if request.verb != "patch":
        return decoded(kind, request)[0]
    changed = patched(way(kind, request, "application/strategic-merge-patch+json"), old, request.body)
    if not isinstance(changed, dict):
        raise errors.bad_request("the patch does not leave an object")
    return checked_patch(kind, changed, request)[0]


def _pod_changed(server: "ApiServer", request: Request, old: Doc, spec: Doc) -> Response:
    new = managed(server, request, old, {**old, "spec": spec, "metadata": dict(old["metadata"])}, subresource=request.subresource)
    server.ask(asking.UPDATE, "pods", new, old, request)
    return Response(new if request.options.get("dryRun") else server.update("pods", new, by_client=True))


def _finalize(server: "ApiServer", kind: Kind, request: Request) -> Response:
    old = shown(server, kind, request)
    doc = decoded(kind, request)[0]
    return Response(server.update(kind.resource, {**old, "spec": {**old.get("spec", {}), "finalizers": (doc.get("spec") or {}).get("finalizers") or []}}))


SUBRESOURCES: dict[str, Callable[["ApiServer", Kind, Request], Response]] = {
    "status": _status, "approval": _status, "scale": _scale, "log": _log, "exec": _exec, "attach": _attach, "portforward": _forward, "binding": _binding, "eviction": _eviction, "finalize": _finalize, "token": _token, "ephemeralcontainers": _ephemeral, "resize": _resize,
}
