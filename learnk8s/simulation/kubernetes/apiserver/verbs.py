"""What get, list, create, update, patch, delete and deletecollection do to an object: read the body, check it, make the whole new object, store it.

Models staging/src/k8s.io/apiserver/pkg/endpoints/handlers (1.36).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel.limits import OBJECT_BYTES_MAX
from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.apiserver import authorisation, chunking, errors, event_objects, limits, podsecurity, quota, validation
from learnk8s.simulation.kubernetes.apiserver.certificates import rules as certificates
from learnk8s.simulation.kubernetes.apiserver.configs import check_bytes
from learnk8s.simulation.kubernetes.apiserver.custom import objects as custom_objects
from learnk8s.simulation.kubernetes.apiserver.custom.definitions import CustomKind, as_served, as_stored
from learnk8s.simulation.kubernetes.apiserver.defaults import defaulted
from learnk8s.simulation.kubernetes.apiserver.managed import applying, fields, managers, typed
from learnk8s.simulation.kubernetes.apiserver.field_rules import new_finalizers
from learnk8s.simulation.kubernetes.apiserver.patches import as_converter, go_text, json_patch, merge_patch, strategic_merge, without_lists
from learnk8s.simulation.kubernetes.apiserver.policies import asking
from learnk8s.simulation.kubernetes.apiserver.request import Request, Response
from learnk8s.simulation.kubernetes.apiserver.selectors import field_matcher, label_matcher
from learnk8s.simulation.kubernetes.apiserver.service_types import changed_spec
from learnk8s.simulation.kubernetes.apiserver.wire import bodies
from learnk8s.simulation.kubernetes.apiserver.workloads.defaults import with_job_labels
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.objects.kinds import Kind
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.kubernetes.objects.schema import WrongType, json_type, unknown_fields

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

PATCHES: dict[str, Callable[[Any, Any], Any]] = {
    "application/json-patch+json": json_patch, "application/merge-patch+json": merge_patch, "application/strategic-merge-patch+json": strategic_merge,
}
APPLY_PATCH = "application/apply-patch+yaml"
INT32_MAX = 2**31 - 1


# Reading


def _get(server: "ApiServer", kind: Kind, request: Request) -> Response:
    return Response(shown(server, kind, request))


def shown(server: "ApiServer", kind: Kind, request: Request) -> Doc:
    if kind.resource == "events":
        found = event_objects.event(server.store, request.namespace, request.name)
        if found is None:
            raise errors.not_found(kind.resource, request.name)
        return found
    doc = server.store.get(kind.resource, _namespace(kind, request), request.name)
    if doc is None:
        raise errors.not_found(kind.resource, request.name)
    shown: Doc = as_served(kind, server.store.shown(kind.resource, doc))
    return shown


def _namespace(kind: Kind, request: Request) -> str:
    return request.namespace if kind.namespaced else ""


def selected(server: "ApiServer", kind: Kind, request: Request) -> list[Doc]:
    """Return the documents that a list or a deletecollection means."""
    store, options = server.store, request.options
    namespace = (request.namespace or None) if kind.namespaced else None
    if kind.resource == "events":
        docs = event_objects.events(store, namespace)
    else:
        docs = [as_served(kind, store.shown(kind.resource, doc)) for doc in store.list(kind.resource, namespace)]
    if options.get("labelSelector"):
        fits = label_matcher(options["labelSelector"])
        docs = [doc for doc in docs if fits(doc["metadata"].get("labels") or {})]
    if options.get("fieldSelector"):
        has = field_matcher(kind.resource, options["fieldSelector"], getattr(kind, "selectable", ()))
        docs = [doc for doc in docs if has(doc)]
    return docs


def _list(server: "ApiServer", kind: Kind, request: Request) -> Response:
    docs = selected(server, kind, request)
    limit = _whole_number(request.options.get("limit"), f'strconv.ParseInt: parsing "{request.options.get("limit")}": invalid syntax')
    chunking.check_version(server.store, request.options)
    docs, metadata = chunking.chunk(server.store, docs, limit, request.options)
    return Response({"kind": list_kind(kind), "apiVersion": kind.api_version, "metadata": metadata, "items": docs})


def list_kind(kind: Kind) -> str:
    """Return what a list of a kind is called."""
    return kind.list_kind if isinstance(kind, CustomKind) else f"{kind.kind}List"


def _whole_number(option: Any, complaint: str) -> int:
    text = str(option or 0)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise errors.bad_request(complaint)
    return int(text)


# Decoding


def decoded(kind: Kind, request: Request) -> tuple[Doc, tuple[str, ...]]:
    """Return the body as a document of the kind, with warnings about unknown fields. Raises ApiError 400."""
    body = request.body
    if not isinstance(body, dict):
        raise errors.bad_request("the object provided is unrecognized (must be of type " + kind.kind + "): couldn't get version/kind; json parse error")
    if body.get("kind") not in (None, kind.kind) or body.get("apiVersion") not in (None, kind.api_version):
        raise errors.bad_request(f"the API version in the data ({body.get('apiVersion')}) does not match the expected API version ({kind.api_version})"
                                 if body.get("kind") == kind.kind else f'{body.get("kind")} in version "{kind.version}" cannot be handled as a {kind.kind}: converting ({str(body.get("apiVersion")).rpartition("/")[2]}.{body.get("kind")}) to ({kind.group.partition(".")[0] or "core"}.{kind.kind}): unknown conversion')
    _check_size(body)
    return _checked_fields(kind, {"apiVersion": kind.api_version, "kind": kind.kind, **body}, request.options)


def _check_size(doc: Doc) -> None:
    if len(json.dumps(doc).encode()) > OBJECT_BYTES_MAX:
        raise errors.ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {OBJECT_BYTES_MAX}")


def _checked_fields(kind: Kind, doc: Doc, options: Mapping[str, Any]) -> tuple[Doc, tuple[str, ...]]:
    doubles = options.get("doubles") or ()
    if isinstance(kind, CustomKind):
        return custom_objects.read(kind, doc, str(options.get("fieldValidation", "Warn")), doubles)
    try:
        unknown = unknown_fields(kind, doc)
        check_bytes(kind.resource, doc)
    except WrongType as wrong:
        raise errors.bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: {wrong}') from None
    mode = options.get("fieldValidation", "Warn")
    texts = [*doubles, *(f'unknown field "{path}"' for path in unknown)]
    if len(texts) > 1 and options.get("isJson"):
        texts = bodies.in_document_order(doc, texts)
    if texts and mode == "Strict":
        raise errors.bad_request(f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: strict decoding error: {", ".join(texts)}')
    for path in unknown:
        doc = _without(doc, path)
    return schema.without_empties(kind, _without_nulls(doc)), tuple(texts) if mode == "Warn" else ()


def _without_nulls(doc: Any) -> Any:
    """Differs: a null in a list is left out, where Go makes an empty value of it."""
    if isinstance(doc, dict):
        return {key: _without_nulls(value) for key, value in doc.items() if value is not None}
    return [_without_nulls(item) for item in doc if item is not None] if isinstance(doc, list) else doc


def _without(doc: Any, path: str) -> Any:
    head, _, rest = path.partition(".")
    name, _, index = head.partition("[")
    if not isinstance(doc, dict) or name not in doc:
        return doc
    if index:
        place = int(index.rstrip("]"))
        return {**doc, name: [_without(item, rest) if number == place else item for number, item in enumerate(doc[name])]}
    if not rest:
        return {key: value for key, value in doc.items() if key != name}
    return {**doc, name: _without(doc[name], rest)}


# Writing


def _create(server: "ApiServer", kind: Kind, request: Request) -> Response:
    if isinstance(kind, CustomKind) and kind.is_ending:
        raise errors.ApiError(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating")
    doc, warnings = decoded(kind, request)
    metadata = dict(doc.get("metadata") or {})
    if kind.namespaced:
        if metadata.get("namespace") and request.namespace and metadata["namespace"] != request.namespace:
            raise errors.bad_request("the namespace of the provided object does not match the namespace sent on the request")
        metadata["namespace"] = metadata.get("namespace") or request.namespace or "default"
    else:
        metadata.pop("namespace", None)
    doc = {**doc, "metadata": metadata}
    warnings = (*warnings, *podsecurity.warnings(server.store, kind.resource, metadata.get("namespace", ""), doc))
    if kind.namespaced:
        server.admission.namespace(kind.resource, metadata["namespace"], metadata.get("name", ""))
    uid = None
    if kind.resource == certificates.RESOURCE:
        doc = certificates.with_requester(doc, request)
        certificates.check_subject(doc)
    if kind.resource == "jobs.batch":
        uid = server.store.dice.uid("object")
        doc = with_job_labels(doc, uid)
    filled = _filled(server, kind, doc)
    admitted = server.as_admitted(asking.CREATE, kind.resource, filled, None, request)
    if admitted is not filled:
        doc, filled = admitted, _filled(server, kind, admitted)
    if kind.resource == "pods":
        server.admission.check(metadata, filled["spec"])
    validate(kind, limits.filled(server.store, kind.resource, filled), None, is_new_event=bool(request.options.get("newEvent")))
    authorisation.check_grant(server.store, request, filled)
    server.admission.default_class(kind.resource, filled)
    doc = _managed_anew(server, request, doc, filled)
    if request.options.get("dryRun"):
        made = _dry(server, kind, doc)
        server.ask(asking.CREATE, kind.resource, made, None, request)
        limits.check(server.store, kind.resource, made)
        quota.check(server.store, kind.resource, made)
        if server.store.get(kind.resource, metadata.get("namespace", ""), metadata.get("name", "")) is not None:
            raise errors.already_exists(kind.resource, metadata["name"])
        return Response(made, 201, warnings)
    return Response(as_served(kind, server.create(kind.resource, as_stored(kind, doc), uid=uid, request=request)), 201, warnings)


def _managed_anew(server: "ApiServer", request: Request, doc: Doc, filled: Doc) -> Doc:
    """Write on a new object who made it; a request that does not say who writes is the cluster's own."""
    name = str(request.options.get("fieldManager") or "")
    if not name:
        return managers.with_managers(doc, [])
    return managers.with_managers(doc, managers.after_update([], None, filled, name=name, subresource="", time=server.store.clock.timestamp()))


def managed(server: "ApiServer", request: Request, old: Doc, new: Doc, *, subresource: str = "") -> Doc:
    """Write on a changed object who changed what; a client may hand the list of managers over itself."""
    given = new["metadata"].get("managedFields")
    before = managers.managers_of(old["metadata"].get("managedFields") if given is None else given)
    name = str(request.options.get("fieldManager") or "")
    if not name or given == [{}]:
        return managers.with_managers(new, before)
    return managers.with_managers(new, managers.after_update(before, old, new, name=name, subresource=subresource, time=server.store.clock.timestamp()))


def _filled(server: "ApiServer", kind: Kind, doc: Doc) -> Doc:
    if isinstance(kind, CustomKind):
        return doc
    if "spec" in schema.fields(schema.root_type(kind) or "") and not isinstance(doc.get("spec"), dict):
        doc = {**doc, "spec": {}}
    return defaulted(kind.resource, doc)


def _dry(server: "ApiServer", kind: Kind, doc: Doc) -> Doc:
    """Return what would be stored, with what defaults, admission and allocation fill in."""
    return server.prepared(kind.resource, {**doc, "metadata": server.new_metadata(kind.resource, doc["metadata"])})


def validate(kind: Kind, doc: Doc, old: Doc | None, *, is_new_event: bool = False) -> None:
    if kind.resource == event_objects.RESOURCE and old is None:
        causes = [*validation.created(kind.resource, doc), *event_objects.event_rules(doc, is_new=is_new_event)]
    elif isinstance(kind, CustomKind):
        causes = custom_objects.problems(kind, doc, old)
    else:
        causes = validation.created(kind.resource, doc) if old is None else validation.updated(kind.resource, old, doc)
    if old is not None:
        causes = [*new_finalizers(old, doc), *causes]
    if causes:
        raise errors.invalid(kind.kind, kind.group, doc["metadata"].get("name") or doc["metadata"].get("generateName", ""), causes)


def _update(server: "ApiServer", kind: Kind, request: Request) -> Response:
    doc, warnings = decoded(kind, request)
    metadata = {**(doc.get("metadata") or {})}
    _check_name(request, metadata)
    if kind.namespaced:
        metadata["namespace"] = request.namespace
    return _with_security_warnings(server, kind, request, {**doc, "metadata": metadata}, warnings)


def _check_name(request: Request, metadata: Doc) -> None:
    """Refuse an object that is not the one of the path. Raises ApiError 400. Models checkName of apiserver/pkg/endpoints/handlers (1.36)."""
    if not metadata.get("name"):
        raise errors.bad_request(f"the name of the object ({request.name} based on URL) was undeterminable: name must be provided")
    if metadata["name"] != request.name:
        raise errors.bad_request(f"the name of the object ({metadata['name']}) does not match the name on the URL ({request.name})")
    if request.namespace and metadata.get("namespace") and metadata["namespace"] != request.namespace:
        raise errors.bad_request(f"the namespace of the object ({metadata['namespace']}) does not match the namespace on the request ({request.namespace})")


def _with_security_warnings(server: "ApiServer", kind: Kind, request: Request, doc: Doc, warnings: tuple[str, ...]) -> Response:
    """Replace an object and add what Pod Security has to say of the change."""
    old = server.store.get(kind.resource, _namespace(kind, request), request.name)
    made = _replaced(server, kind, request, doc)
    if kind.resource == "namespaces":
        return Response(made, 200, (*warnings, *podsecurity.label_warnings(server.store, old, made)))
    if kind.resource in podsecurity.TEMPLATES and old is not None and podsecurity.template_spec(kind.resource, old) != podsecurity.template_spec(kind.resource, made):
        return Response(made, 200, (*warnings, *podsecurity.warnings(server.store, kind.resource, request.namespace, made)))
    return Response(made, 200, warnings)


def _replaced(server: "ApiServer", kind: Kind, request: Request, doc: Doc, owners: list[managers.Manager] | None = None) -> Doc:
    old = as_served(kind, server.store.get(kind.resource, _namespace(kind, request), request.name) or {})
    if not old:
        raise errors.not_found(kind.resource, request.name)
    _check_versions(server, kind, request, old, doc)
    if isinstance(kind, CustomKind) and kind.has_status:
        doc = {key: value for key, value in doc.items() if key != "status"} | ({"status": old["status"]} if "status" in old else {})
    if kind.resource == "services" and isinstance(doc.get("spec"), dict):
        doc = {**doc, "spec": changed_spec(old["spec"], doc["spec"])}
    if kind.resource == certificates.RESOURCE:
        doc = {**doc, "spec": old["spec"]}
    if kind.resource == "pods":
        doc = {**doc, "spec": _pod_kept(old["spec"], doc.get("spec") or {})}
    filled = _filled(server, kind, doc)
    admitted = server.as_admitted(asking.UPDATE, kind.resource, filled, old, request)
    if admitted is not filled:
        filled = _filled(server, kind, admitted)
    validate(kind, filled, old)
    authorisation.check_grant(server.store, request, filled)
    quota.check(server.store, kind.resource, filled, old)
    server.admission.default_class(kind.resource, filled)
    if kind.resource == "persistentvolumeclaims":
        _check_resize(server, old, filled)
    filled = managed(server, request, old, filled) if owners is None else managers.with_managers(filled, owners)
    if request.options.get("dryRun"):
        server.ask(asking.UPDATE, kind.resource, filled, old, request)
        stored = server.store.get(kind.resource, _namespace(kind, request), request.name) or {}
        would: Doc = as_served(kind, server.as_updated(kind.resource, stored, as_stored(kind, filled), by_client=True))
        return {**would, "metadata": {**would["metadata"], "resourceVersion": stored["metadata"]["resourceVersion"]}}
    changed: Doc = as_served(kind, server.update(kind.resource, as_stored(kind, filled), by_client=True, request=request))
    return changed


CONDITIONAL = frozenset({"customresourcedefinitions.apiextensions.k8s.io", "leases.coordination.k8s.io", "poddisruptionbudgets.policy", "apiservices.apiregistration.k8s.io", "runtimeclasses.node.k8s.io",
                         *(f"{word}.admissionregistration.k8s.io" for word in ("validatingwebhookconfigurations", "mutatingwebhookconfigurations", "validatingadmissionpolicies", "validatingadmissionpolicybindings"))})
"""Kinds whose objects are replaced only by one who says which version is meant, as custom objects are. Models AllowUnconditionalUpdate of their strategies (1.36)."""


def _check_versions(server: "ApiServer", kind: Kind, request: Request, old: Doc, doc: Doc) -> None:
    """Check for which version a change was meant, before what it says. Models Store.Update of apiserver/pkg/registry/generic/registry (1.36)."""
    metadata = doc.get("metadata") or {}
    if (kind.resource in CONDITIONAL or isinstance(kind, CustomKind)) and metadata.get("resourceVersion") in errors.ANY_VERSION:
        raise errors.invalid(kind.kind, kind.group, request.name, [errors.bad_value("metadata.resourceVersion", 0, "must be specified for an update")])
    server.check_version(kind.resource, old, metadata)


def _check_resize(server: "ApiServer", old: Doc, new: Doc) -> None:
    """Only volumes of a class that allows it may grow. Models plugin/pkg/admission/storage/persistentvolume/resize (1.36)."""
    before, after = (dig(doc, "spec", "resources", "requests", "storage", default="0") for doc in (old, new))
    if old.get("status", {}).get("phase") != "Bound" or before == after or whole(after) <= whole(before):
        return
    kind = server.store.get("storageclasses.storage.k8s.io", "", old["spec"].get("storageClassName") or "")
    if kind is None or not kind.get("allowVolumeExpansion"):
        raise errors.forbidden("persistentvolumeclaims", old["metadata"]["name"], "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize")


def _pod_kept(old: Doc, new: Doc) -> Doc:
    """What admission had added to a pod stays when a client sends the pod back without it."""
    return {**{key: old[key] for key in ("priority", "preemptionPolicy", "serviceAccount", "serviceAccountName", "nodeName", "enableServiceLinks", "tolerations", "volumes") if key in old}, **new}


def _applied(server: "ApiServer", kind: Kind, request: Request) -> Response:
    """Server-side apply: make the object, or merge it into the one that is there."""
    wanted, warnings = apply_body(kind, request)
    old = server.store.get(kind.resource, _namespace(kind, request), request.name)
    name, time = str(request.options["fieldManager"]), server.store.clock.timestamp()
    if old is None:
        metadata = {**wanted["metadata"], "name": request.name, **({"namespace": request.namespace} if kind.namespaced else {})}
        doc = {**wanted, "metadata": metadata}
        made = _create(server, kind, replace(request, verb="create", name="", body=doc, options={**request.options, "fieldManager": "", "doubles": ()}))
        owner = managers.Manager(name, managers.APPLY, kind.api_version, "", time, fields.owned(wanted, has_status="status" in kind.subresources, is_apply=True))
        doc = managers.with_managers(made.doc, [owner])
        if not request.options.get("dryRun"):
            doc = as_served(kind, server.store.put(kind.resource, as_stored(kind, doc)))
        return Response(doc, 201, (*warnings, *made.warnings))
    old = as_served(kind, old)
    assert old is not None
    live = managers.managers_of(old["metadata"].get("managedFields"))
    merged, owners = applying.applied(old, wanted, live, name=name, subresource="", time=time, force=bool(request.options.get("force")))
    metadata = {**merged["metadata"], "name": request.name, "resourceVersion": old["metadata"]["resourceVersion"]}
    asked = wanted["metadata"].get("resourceVersion")
    if asked and asked != old["metadata"]["resourceVersion"]:
        raise errors.conflict(kind.resource, request.name, errors.STALE)
    if name == "kubectl":
        metadata = applying.with_last_applied(metadata, wanted)
    return Response(_replaced(server, kind, request, schema.without_empties(kind, {**merged, "metadata": metadata}), owners), 200, warnings)


def apply_body(kind: Kind, request: Request) -> tuple[Doc, tuple[str, ...]]:
    body = request.body
    if not request.options.get("fieldManager"):
        raise errors.invalid("PatchOptions", "meta.k8s.io", "", [errors.required("fieldManager", "is required for apply patch")])
    if not isinstance(body, dict) or body.get("kind") != kind.kind or body.get("apiVersion") != kind.api_version:
        raise errors.bad_request(f"incorrect object: want {kind.api_version}, Kind={kind.kind}")
    metadata = body.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if metadata.get("managedFields"):
        raise errors.bad_request("metadata.managedFields must be nil")
    if metadata.get("name", request.name) != request.name:
        raise errors.bad_request(f"the name of the object ({metadata.get('name')}) does not match the name on the URL ({request.name})")
    _check_size(body)
    if isinstance(kind, CustomKind):
        strange: list[str] = []
        kept = custom_objects.pruned(kind, {**body, "metadata": metadata}, strange)
        if strange:
            raise _undeclared(kind, request, strange)
        return kept, tuple(request.options.get("doubles") or ())
    complaints = typed.faults(kind, body)
    if complaints:
        raise _untyped(kind, request, complaints)
    try:
        unknown_fields(kind, body)
    except WrongType as wrong:
        raise errors.ApiError(500, "", f"failed to convert new object ({_named(kind, request)}) to unversioned: unable to convert unstructured object to {_named(kind, request).partition('; ')[2]}: {wrong}") from None
    return {**_without_nulls(body), "metadata": _without_nulls(metadata)}, tuple(request.options.get("doubles") or ())


def _undeclared(kind: Kind, request: Request, paths: list[str]) -> errors.ApiError:
    """Return the error for an applied object with fields that its schema has not."""
    return _untyped(kind, request, [f".{path}: field not declared in schema" for path in sorted(paths)])


def _untyped(kind: Kind, request: Request, complaints: list[str]) -> errors.ApiError:
    """Return the error for an applied object that does not fit its schema: it has no reason, since the server takes it for a fault of its own."""
    return errors.ApiError(500, "", f"failed to create typed patch object ({_named(kind, request)}): {typed.said(complaints)}")


def _named(kind: Kind, request: Request) -> str:
    """Return an object's name and what Go calls its kind."""
    return f"{request.namespace}/{request.name}; {kind.api_version if kind.group else f'/{kind.version}'}, Kind={kind.kind}"


def _patch(server: "ApiServer", kind: Kind, request: Request) -> Response:
    if request.options.get("patchType") == APPLY_PATCH:
        return _applied(server, kind, request)
    old = server.store.get(kind.resource, _namespace(kind, request), request.name)
    if old is None:
        raise errors.not_found(kind.resource, request.name)
    old = as_served(kind, old)
    read = way(kind, request, "application/strategic-merge-patch+json")
    changed = patched(read, old, request.body)
    if not isinstance(changed, dict) or not isinstance(changed.get("metadata"), dict):
        raise errors.bad_request("the patch does not leave an object")
    _check_size(changed)
    changed = _of_its_kind(kind, changed, is_strategic=read is strategic_merge)
    doc, warnings = checked_patch(kind, changed, request)
    _check_name(request, doc["metadata"])
    return _with_security_warnings(server, kind, request, doc, warnings)


def _of_its_kind(kind: Kind, changed: Doc, *, is_strategic: bool) -> Doc:
    """Return a patched object as the kind that it is. Raises ApiError 422.

    A strategic patch goes into the type that it is for, whatever it says of the kind; another one is decoded as what it says. Models patchHandler (1.36).
    """
    if (changed.get("apiVersion"), changed.get("kind")) == (kind.api_version, kind.kind):
        return changed
    if is_strategic:
        return {**changed, "apiVersion": kind.api_version, "kind": kind.kind}
    version, name = str(changed.get("apiVersion", "")).rpartition("/")[2], changed.get("kind", "")
    raise errors.invalid("", "", "", [errors.bad_value("patch", _as_json(changed), f"converting ({version}.{name}) to ({kind.group.partition('.')[0] or 'core'}.{kind.kind}): unknown conversion")])


def way(kind: Kind, request: Request, usual: str) -> Callable[[Any, Any], Any]:
    """Return how a patch is carried out. Raises ApiError 415; custom kinds know no strategic merge."""
    word = str(request.options.get("patchType", usual))
    apply = PATCHES.get(word)
    if apply is None or (apply is strategic_merge and isinstance(kind, CustomKind) and "patchType" in request.options):
        raise _unknown_format(kind)
    return apply if not (apply is strategic_merge and isinstance(kind, CustomKind)) else merge_patch


def _unknown_format(kind: Kind) -> errors.ApiError:
    accepted = ", ".join(word for word in (*PATCHES, APPLY_PATCH) if not (isinstance(kind, CustomKind) and "strategic" in word))
    return errors.ApiError(415, "UnsupportedMediaType", f"the body of the request was in an unknown format - accepted media types include: {accepted}")


def patched(apply: Callable[[Any, Any], Any], old: Doc, patch: Any) -> Any:
    if apply is not json_patch and not isinstance(patch, dict):
        said = f"json: cannot unmarshal {json_type(patch)} into Go value of type map[string]interface {{}}"
        raise errors.bad_request(f"error decoding patch: {said}" if apply is merge_patch else said)
    return apply(old, patch)


def checked_patch(kind: Kind, changed: Doc, request: Request) -> tuple[Doc, tuple[str, ...]]:
    """Check the fields of a patched object; what is wrong with them is said of the patch, or of what it made if it is no strategic one. Models patchHandler.applyPatchToObject."""
    try:
        return _checked_fields(kind, changed, {**request.options, "isJson": False})
    except errors.ApiError as error:
        why = error.message.partition(f"cannot be handled as a {kind.kind}: ")[2]
        if PATCHES.get(str(request.options.get("patchType", "application/strategic-merge-patch+json"))) is strategic_merge:
            raise errors.invalid("", "", "", [errors.bad_value("patch", go_text(without_lists(request.body)), as_converter(why))]) from None
        raise errors.invalid("", "", "", [errors.bad_value("patch", _as_json(changed), why)]) from None


def _as_json(doc: Doc) -> str:
    return json.dumps(doc, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _delete(server: "ApiServer", kind: Kind, request: Request) -> Response:
    options = request.options
    if kind.resource == "events":
        gone = event_objects.forget(server.store, request.namespace, request.name)
        if gone is None:
            raise errors.not_found(kind.resource, request.name)
        return Response(gone)
    if kind.resource == "namespaces" and request.name in ("default", "kube-system", "kube-public"):
        raise errors.forbidden("namespaces", request.name, "this namespace may not be deleted")
    preconditions = options.get("preconditions") or {}
    preconditions = preconditions if isinstance(preconditions, dict) else {}
    propagation = options.get("propagationPolicy") or "Background"
    if propagation not in ("Background", "Foreground", "Orphan"):
        raise errors.invalid("DeleteOptions", "meta.k8s.io", "", [errors.unsupported("propagationPolicy", propagation, ["Foreground", "Background", "Orphan", "nil"])])
    namespace = _namespace(kind, request)
    old = shown(server, kind, request)
    version = preconditions.get("resourceVersion")
    if version and version != old["metadata"]["resourceVersion"]:
        raise errors.conflict(kind.resource, request.name, f"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {old['metadata']['resourceVersion']}")
    server.ask(asking.DELETE, kind.resource, None, old, request)
    if options.get("dryRun"):
        return Response(old)
    return Response(as_served(kind, server.delete(kind.resource, namespace, request.name, grace_s=options.get("gracePeriodSeconds"), propagation=propagation, uid=preconditions.get("uid"))))


def _deletecollection(server: "ApiServer", kind: Kind, request: Request) -> Response:
    docs = selected(server, kind, request)
    for doc in docs:
        _delete(server, kind, Request("delete", kind.resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"], options=request.options, user=request.user, groups=request.groups, version=request.version))
    return Response({"kind": list_kind(kind), "apiVersion": kind.api_version, "metadata": {"resourceVersion": str(server.store.revision)}, "items": docs})


VERBS: dict[str, Callable[["ApiServer", Kind, Request], Response]] = {"get": _get, "list": _list, "create": _create, "update": _update, "patch": _patch, "delete": _delete, "deletecollection": _deletecollection}
