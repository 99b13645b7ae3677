"""`kubectl apply` and `kubectl diff`. Models kubectl/pkg/cmd/{apply,diff} (1.36)."""

import json
from difflib import unified_diff
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.patches import merge_patch, strategic_merge
from learnk8s.simulation.kubernetes.apiserver.verbs import APPLY_PATCH
from learnk8s.simulation.kubernetes.apiserver.selectors import label_matcher
from learnk8s.simulation.kubernetes.kubectl.client import Call, manifests, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import without_managers
from learnk8s.simulation.kubernetes.kubectl.three_way import LAST_APPLIED, patch_between, with_last_applied
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, Worded, create_object, done, each_manifest, validation
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind

PRUNED = ("configmaps", "endpoints", "namespaces", "persistentvolumeclaims", "persistentvolumes", "pods", "replicationcontrollers", "secrets", "services", "jobs.batch", "cronjobs.batch", "ingresses.networking.k8s.io", "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps")
"""What --prune looks through unless told otherwise. Models kubectl/pkg/util/prune."""
CONFLICT_HELP = """\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def apply(call: Call) -> Any:
    """Make the object, or change it by what differs between the last applied text, the new one and the live one."""
    parsed = call.parsed
    if parsed.words and parsed.words[0] in LAST:
        return LAST[parsed.words[0]](call, parsed.words[1:])
    if parsed.words:
        raise Usage(f"error: Unexpected args: [{' '.join(parsed.words)}]\nSee 'kubectl apply -h' for help and examples")
    if parsed.has("force-conflicts") and not parsed.has("server-side"):
        raise Usage("error: --force-conflicts only works with --server-side")
    if parsed.has("prune") and not parsed.get("selector") and not parsed.has("all"):
        raise Usage("error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector")
    fits = label_matcher(parsed.get("selector")) if parsed.get("selector") else None
    pruned = _pruned_kinds(call) if parsed.has("prune") else []
    kept: set[str] = set()
    if parsed.get("selector") and fits is not None and not any(fits((doc["metadata"].get("labels")) or {}) for _kind, doc in manifests(call)):
        raise Usage("error: no objects passed to apply")

    def one(kind: Kind, doc: Doc) -> None:
        if fits is not None and not fits((doc["metadata"].get("labels")) or {}):
            return
        (_on_server if parsed.has("server-side") else _three_way)(call, kind, doc)
        kept.add(f"{kind.resource}/{(doc['metadata'].get('namespace') or call.namespace) if kind.namespaced else ''}/{doc['metadata']['name']}")

    each_manifest(call, one)
    if parsed.has("prune"):
        _prune(call, kept, pruned)
    return None


def _three_way(call: Call, kind: Kind, doc: Doc) -> None:
    namespace = doc["metadata"].get("namespace") or call.namespace
    if kind.namespaced:
        doc = {**doc, "metadata": {**doc["metadata"], "namespace": namespace}}
    name = doc["metadata"].get("name", "")
    if not name:
        raise Usage("error: resource name may not be empty" if not doc["metadata"].get("generateName") else f'error: from {doc["metadata"]["generateName"]}: cannot use generate name with apply')
    try:
        live = call.get(kind, name, namespace)
    except ApiError as error:
        if error.code != 404:
            raise
        create_object(call, kind, with_last_applied(doc))
        return
    patch = patch_between(doc, live)
    if LAST_APPLIED not in (live["metadata"].get("annotations") or {}):
        call.err.append(f"Warning: resource {kind.plural}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n")
    if not patch:
        done(call, kind, live, "unchanged")
        return
    if call.parsed.get("dry-run") == "client":
        done(call, kind, (merge_patch if getattr(kind, "is_custom", False) else strategic_merge)(live, patch), "configured")
        return
    try:
        changed = call.request("patch", kind, name, namespace=namespace, body=patch, patchType=_patch_type(kind), fieldValidation=validation(call)).doc
    except ApiError as error:
        if error.reason not in ("Conflict", "Invalid") or not call.parsed.has("force"):
            raise _with_patch(call, error, kind, patch, name, namespace) from None
        changed = _made_again(call, kind, with_last_applied(doc), live)
    done(call, kind, changed, "configured")


def _with_patch(call: Call, error: ApiError, kind: Kind, patch: Doc, name: str, namespace: str) -> ApiError:
    """Return a refusal of a patch with the patch and where it was sent. Models addSourceToErr in cmd/apply (1.36)."""
    if error.reason == "Invalid":
        return error
    source = call.parsed.get("filename")
    place = f'Resource: "{kind.group}/{kind.version}, Resource={kind.plural}", GroupVersionKind: "{kind.group}/{kind.version}, Kind={kind.kind}"\nName: "{name}", Namespace: "{namespace if kind.namespaced else ""}"'
    said = f'error when applying patch:\n{json.dumps(patch, separators=(",", ":"), sort_keys=True, ensure_ascii=False)}\nto:\n{place}\nfor: "{source}": error when patching "{source}": {error.message}'
    return Worded(error.code, error.reason, said, details=error.details)


def _made_again(call: Call, kind: Kind, doc: Doc, live: Doc) -> Doc:
    """Delete an object and make it anew; if that is refused, make the old one again. Models deleteAndCreate in cmd/apply (1.36)."""
    metadata = live["metadata"]
    where = metadata.get("namespace", "")
    call.request("delete", kind, metadata["name"], namespace=where, propagationPolicy="Background", gracePeriodSeconds=call.parsed.integer("grace-period", 0))
    try:
        return call.request("create", kind, namespace=where, body={**doc, "metadata": {key: value for key, value in doc["metadata"].items() if key not in OF_SERVER}}, fieldValidation=validation(call)).doc
    except ApiError:
        call.request("create", kind, namespace=where, body={**{key: value for key, value in live.items() if key != "status"}, "metadata": {key: value for key, value in metadata.items() if key not in OF_SERVER}})
        raise


OF_SERVER = ("resourceVersion", "uid", "creationTimestamp", "generation", "managedFields")


def _patch_type(kind: Kind) -> str:
    return "application/merge-patch+json" if getattr(kind, "is_custom", False) else "application/strategic-merge-patch+json"


def _on_server(call: Call, kind: Kind, doc: Doc) -> None:
    namespace = doc["metadata"].get("namespace") or call.namespace
    doc = {**doc, "metadata": {**doc["metadata"], "namespace": namespace}} if kind.namespaced else doc
    try:
        options: dict[str, Any] = {"patchType": APPLY_PATCH, "fieldManager": call.parsed.get("field-manager") or "kubectl", "force": call.parsed.has("force-conflicts") or None, "fieldValidation": validation(call)}
        made = call.request("patch", kind, doc["metadata"].get("name", ""), namespace=namespace, body=doc, **options)
    except ApiError as error:
        if error.code == 409 and error.details and error.details.get("causes"):
            raise Usage(f"error: {error.message}\n{CONFLICT_HELP}") from None
        raise
    done(call, kind, made.doc, "serverside-applied")


def _pruned_kinds(call: Call) -> list[Kind]:
    """Return the kinds that --prune looks through. Raises Usage. Models kubectl/pkg/util/prune (1.36)."""
    allowed = [word for value in call.parsed.all("prune-allowlist") for word in value.split(",")]
    if not allowed:
        return [BY_RESOURCE[resource] for resource in PRUNED]
    kinds = []
    for word in allowed:
        parts = word.split("/")
        if len(parts) != 3:
            raise Usage(f"error: invalid GroupVersionKind format: {word}, please follow <group/version/kind>")
        version = parts[1] if parts[0] == "core" else f"{parts[0]}/{parts[1]}"
        kind = call.ports.by_kind(version, parts[2])
        if kind is None:
            raise Usage(f'error: no matches for kind "{parts[2]}" in version "{version}"')
        kinds.append(kind)
    return kinds


def _prune(call: Call, kept: set[str], kinds: list[Kind]) -> None:
    """Delete what was applied earlier and is not among the files now: in the namespaces of the files, then what has none."""
    if not call.parsed.all("prune-allowlist"):
        call.err.append(f"{call.ports.clock.moment().strftime('W%m%d %H:%M:%S.%f')}    4711 prune.go:71] Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. "
                        "To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n")
    namespaces = sorted({key.split("/")[1] for key in kept} - {""})
    for kind, namespace in [*((kind, namespace) for namespace in namespaces for kind in kinds if kind.namespaced), *((kind, "") for kind in kinds if not kind.namespaced)]:
        for doc in call.list(kind, namespace=namespace, labelSelector=call.parsed.get("selector")):
            metadata = doc["metadata"]
            if LAST_APPLIED in (metadata.get("annotations") or {}) and f"{kind.resource}/{namespace}/{metadata['name']}" not in kept and "deletionTimestamp" not in metadata:
                if not call.is_dry:
                    call.request("delete", kind, metadata["name"], namespace=namespace, propagationPolicy="Background")
                done(call, kind, doc, "pruned")


# What was applied last


def _view(call: Call, words: list[str]) -> None:
    """`kubectl apply view-last-applied`."""
    form = call.parsed.get("output", "yaml")
    if form not in ("yaml", "json"):
        raise Usage(f"error: Unexpected -o output mode: {form}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples")
    for doc in _asked(call, words):
        text = (doc["metadata"].get("annotations") or {}).get(LAST_APPLIED)
        if text is None:
            raise Usage(f"error: no last-applied-configuration annotation found on resource: {doc['metadata']['name']}")
        found = json.loads(text)
        call.out.append(yaml.written(found, folds=True) if form == "yaml" else json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def _asked(call: Call, words: list[str]) -> list[Doc]:
    """Return the live objects that are meant. Raises Usage, ApiError."""
    if not words and not call.parsed.all("filename"):
        raise Usage(NOTHING_GIVEN)
    if not words:
        return [call.get(kind, doc["metadata"]["name"], doc["metadata"].get("namespace")) for kind, doc in manifests(call)]
    return [doc for target in targets(words, call.ports) for doc in ([call.get(target.kind, target.name)] if target.name else call.list(target.kind, labelSelector=call.parsed.get("selector")))]


def _edit(call: Call, words: list[str]) -> Any:
    """`kubectl apply edit-last-applied`."""
    from learnk8s.simulation.kubernetes.kubectl.verbs.edit import last_applied_editor

    docs = _asked(call, words)
    for doc in docs:
        if LAST_APPLIED not in (doc["metadata"].get("annotations") or {}):
            raise Usage(f"error: no last-applied-configuration annotation found on resource: {doc['metadata']['name']}")
    return last_applied_editor(call, docs[0])


def _set(call: Call, words: list[str]) -> None:
    """`kubectl apply set-last-applied -f`."""
    for kind, doc in manifests(call):
        namespace = doc["metadata"].get("namespace") or call.namespace
        live = call.get(kind, doc["metadata"]["name"], namespace)
        if LAST_APPLIED not in (live["metadata"].get("annotations") or {}) and not call.parsed.has("create-annotation"):
            raise Usage(f"error: no last-applied-configuration annotation found on resource: {doc['metadata']['name']}, to create the annotation, run the command with --create-annotation")
        placed = {**doc, "metadata": {**doc["metadata"], **({"namespace": namespace} if kind.namespaced else {})}}
        text = with_last_applied(placed, has_annotations=False)["metadata"]["annotations"][LAST_APPLIED]
        if call.parsed.get("dry-run") == "client":
            done(call, kind, live, "configured")
            continue
        changed = call.request("patch", kind, doc["metadata"]["name"], namespace=namespace, body={"metadata": {"annotations": {LAST_APPLIED: text}}}, patchType="application/merge-patch+json").doc
        done(call, kind, changed, "configured")


LAST: dict[str, Any] = {"edit-last-applied": _edit, "view-last-applied": _view, "set-last-applied": _set}


# What would change



def diff(call: Call) -> None:
    """`kubectl diff`: what an apply would change; exit status 1 if there is anything."""
    if not call.parsed.all("filename") and not call.parsed.get("kustomize"):
        raise Usage(NOTHING_GIVEN if call.parsed.words else "error: must specify one of -f and -k")
    for kind, doc in manifests(call):
        before, after = _dry_applied(call, kind, doc)
        old, new = [yaml.written(_plain(found), folds=True).splitlines(keepends=True) if found else [] for found in (_masked(before, after) if kind.resource == "secrets" else (before, after))]
        if kind.resource == "secrets" and before is None:
            old = ["null\n"]
        name = f"{kind.api_version.replace('/', '.')}.{kind.kind}.{doc['metadata'].get('namespace') or (call.namespace if kind.namespaced else '')}.{doc['metadata']['name']}"
        changes = list(unified_diff(old, new, f"/tmp/LIVE-0/{name}\t{_moment(call)}", f"/tmp/MERGED-0/{name}\t{_moment(call)}", n=3))
        if changes:
            call.out.append(f"diff -u -N /tmp/LIVE-0/{name} /tmp/MERGED-0/{name}\n{''.join(changes)}")
            call.status = 1


MASK = "***"


def _masked(before: Doc | None, after: Doc) -> tuple[Doc | None, Doc]:
    """Return two states of a Secret without its values; those that differ can be told apart. Models Masker in cmd/diff (1.36)."""
    one, other = ((doc or {}).get("data") or {} for doc in (before, after))
    shown = [{key: f"{MASK} ({word})" if key in one and key in other and one[key] != other[key] else MASK for key in side} for word, side in (("before", one), ("after", other))]
    return ({**before, "data": shown[0]} if before and one else before), ({**after, "data": shown[1]} if other else after)


def _moment(call: Call) -> str:
    return call.ports.clock.moment().strftime("%Y-%m-%d %H:%M:%S.000000000 +0000")


def _plain(doc: Doc) -> Doc:
    return without_managers(doc)


def _dry_applied(call: Call, kind: Kind, doc: Doc) -> tuple[Doc | None, Doc]:
    namespace = doc["metadata"].get("namespace") or call.namespace
    placed = {**doc, "metadata": {**doc["metadata"], **({"namespace": namespace} if kind.namespaced else {})}}
    try:
        live = call.get(kind, doc["metadata"].get("name", ""), namespace)
    except ApiError as error:
        if error.code != 404:
            raise
        return None, call.request("create", kind, namespace=namespace, body=placed, dryRun="All").doc
    if call.parsed.has("server-side"):
        options: dict[str, Any] = {"patchType": APPLY_PATCH, "fieldManager": call.parsed.get("field-manager") or "kubectl", "force": call.parsed.has("force-conflicts") or None}
        return live, call.request("patch", kind, doc["metadata"]["name"], namespace=namespace, body=placed, dryRun="All", **options).doc
    patch = patch_between(placed, live)
    patch.get("metadata", {}).get("annotations", {}).pop(LAST_APPLIED, None)
    return live, call.request("patch", kind, doc["metadata"]["name"], namespace=namespace, body=patch, patchType=_patch_type(kind), dryRun="All").doc

