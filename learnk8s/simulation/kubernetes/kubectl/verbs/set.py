"""`kubectl set image|env|resources|serviceaccount|selector|subject`. Models kubectl/pkg/cmd/set (1.36)."""

import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, manifests
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, PATCH_TYPES, check_dry, chosen, done
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

TEMPLATES: dict[str, tuple[str, ...]] = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec")}
"""Where the spec of the pods stands; in all other workloads under spec.template."""
SENTENCES = {"env": "Update environment variables on a pod template", "image": "Update the image of a pod template", "resources": "Update resource requests/limits on objects with pod templates", "selector": "Set the selector on a resource",
             "serviceaccount": "Update the service account of a resource", "subject": "Update the user, group, or service account in a role binding or cluster role binding"}
SAID = {"image": "image updated", "env": "env updated", "resources": "resource requirements updated", "serviceaccount": "serviceaccount updated"}


def set_(call: Call) -> None:
    """Carry out a sub-command."""
    if not call.parsed.words:
        raise listing("set", head="Configure application resources.\n\n These commands help you make changes to existing application resources.", sentences=SENTENCES)
    what, *words = call.parsed.words
    what = {"sa": "serviceaccount"}.get(what, what)
    if what not in (*SAID, "selector", "subject"):
        raise Usage(f"error: unknown command \"{' '.join([what, *words])}\"\nSee 'kubectl set -h' for help and examples")
    check_dry(call)
    if what in ("selector", "subject"):
        (_selector if what == "selector" else _subject)(call, words)
        return
    _workloads(call, what, words)


REFUSED = {"image": "failed to patch image update to pod template: ", "env": "failed to patch env update to pod template: ", "resources": "failed to patch resources update to pod template "}
"""How each sub-command begins what it says of a refusal."""


def _split(what: str, words: list[str]) -> tuple[list[str], list[str]]:
    """Part resources from changes."""
    changes = [word for word in words if re.match(r"^[^/]*=", word) or (what == "env" and word.endswith("-") and "/" not in word)] if what in ("image", "env") else words[-1:] if what == "serviceaccount" else []
    return [word for word in words if not any(word is change for change in changes)], changes


def _found(call: Call, words: list[str], *, what: str) -> list[tuple[Kind, Doc]]:
    """Return the objects that are to be changed: named ones, or those in files. Raises Usage, ApiError."""
    if call.parsed.has("local") and not call.parsed.all("filename"):
        raise Usage("error: you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'")
    if call.parsed.all("filename") or call.parsed.get("kustomize"):
        found = [(kind, doc) for kind, doc in manifests(call)]
        return found if call.parsed.has("local") else [(kind, call.get(kind, doc["metadata"]["name"], doc["metadata"].get("namespace"))) for kind, doc in found]
    if not words:
        raise Usage("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    return [(target.kind, call.get(target.kind, target.name)) for target in chosen(call, words)]


def pod_spec(doc: Doc, path: tuple[str, ...]) -> Doc | None:
    """Return the spec of the pods, or None."""
    here: Any = doc
    for key in path:
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def _workloads(call: Call, what: str, words: list[str]) -> None:
    resources, changes = _split(what, words)
    if what == "image" and not changes and resources and not call.parsed.has("local"):
        _found(call, resources, what=what)
    _check(call, what, changes, resources)
    failed = False
    for kind, before in _found(call, resources, what=what):
        path = TEMPLATES.get(kind.kind, ("spec", "template", "spec"))
        spec = pod_spec(before, path)
        if spec is None or "containers" not in spec:
            call.complain(f"error: {kind.plural}/{before['metadata']['name']} the object is not a pod or does not have a pod template: *v1.{kind.kind}")
            failed = True
            continue
        patch = CHANGES[what](call, kind, before, spec, changes)
        if patch is None:
            continue
        _store(call, what, kind, before, path, patch)
    call.status = 1 if failed else call.status


def _check(call: Call, what: str, changes: list[str], resources: list[str]) -> None:
    if what == "image" and not resources and not call.parsed.all("filename"):
        raise Usage(NOTHING_GIVEN)
    if what == "image" and not changes:
        raise Usage("error: at least one image update is required")
    if what == "image" and any(change.startswith("*=") for change in changes) and len(changes) > 1:
        raise Usage("error: all containers are already specified by *, but saw more than one container_name=container_image pairs")
    if what == "resources" and not resources and not call.parsed.all("filename"):
        raise Usage(NOTHING_GIVEN)
    if what == "resources" and not call.parsed.get("limits") and not call.parsed.get("requests"):
        raise Usage("error: you must specify an update to requests or limits (in the form of --requests/--limits)")
    for pair in [pair for name in ("limits", "requests") for pair in call.parsed.get(name).split(",") if what == "resources" and "=" in pair]:
        if not re.fullmatch(r"[+-]?[0-9.]+([eEinumkKMGTP]*[-+]?[0-9]*)", pair.partition("=")[2]):
            raise Usage("error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
    if what == "serviceaccount" and not changes:
        raise Usage("error: serviceaccount is required")
    if what == "serviceaccount" and not resources and not call.parsed.all("filename"):
        raise Usage("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")


def _store(call: Call, what: str, kind: Kind, before: Doc, path: tuple[str, ...], patch: Doc) -> None:
    body: Any = patch
    for key in reversed(path):
        body = {key: body}
    if call.parsed.has("local") or call.parsed.get("dry-run") == "client":
        from learnk8s.simulation.kubernetes.apiserver.patches import strategic_merge

        done(call, kind, strategic_merge(before, body), SAID[what])
        return
    try:
        after = call.request("patch", kind, before["metadata"]["name"], namespace=before["metadata"].get("namespace"), body=body, patchType=PATCH_TYPES["strategic"]).doc
    except ApiError as error:
        if what not in REFUSED:
            raise
        raise Usage(f"error: {REFUSED[what]}{error.message}") from None
    done(call, kind, after, SAID[what])


def _images(call: Call, kind: Kind, doc: Doc, spec: Doc, pairs: list[str]) -> Doc | None:
    wanted = dict(pair.split("=", 1) for pair in pairs)
    parts = {part: [item["name"] for item in spec.get(part) or ()] for part in ("initContainers", "containers")}
    for name in wanted:
        if name != "*" and not any(name in names for names in parts.values()):
            raise Usage(f'error: unable to find container named "{name}"')
    patch: Doc = {}
    for part in parts:
        changed = [{"name": item["name"], "image": wanted.get(item["name"], wanted.get("*"))} for item in spec.get(part) or () if wanted.get(item["name"], wanted.get("*", item.get("image"))) != item.get("image")]
        if changed:
            patch[part] = changed
    return patch or None


def _chosen_containers(call: Call, spec: Doc) -> list[Doc]:
    """Return the containers that -c names, with `*` for any letters. Raises Usage."""
    pattern = call.parsed.get("containers", "*")
    regex = re.compile("^" + re.escape(pattern).replace(r"\*", ".*") + "$")
    return [item for part in ("initContainers", "containers") for item in spec.get(part) or () if regex.match(item["name"])]


def _environment(call: Call, kind: Kind, doc: Doc, spec: Doc, pairs: list[str]) -> Doc | None:
    name = f"{kind.kind} {doc['metadata']['name']}"
    containers = _chosen_containers(call, spec)
    if not containers:
        call.err.append(f"Warning: {kind.kind}/{doc['metadata']['name']} does not have any containers matching \"{call.parsed.get('containers', '*')}\"\n")
        return None
    if call.parsed.has("list"):
        for container in containers:
            call.say(f"# {name}, container {container['name']}")
            for entry in container.get("env") or ():
                call.out.append(_listed(call, entry, doc) + "\n")
        return None
    added = [*_from(call), *({"name": pair.partition("=")[0], "value": pair.partition("=")[2]} for pair in [*pairs, *call.parsed.all("env")] if "=" in pair)]
    removed = [pair[:-1] for pair in [*pairs, *call.parsed.all("env")] if "=" not in pair and pair.endswith("-")]
    patch: Doc = {}
    for part in ("initContainers", "containers"):
        changed = []
        for container in (item for item in spec.get(part) or () if item in containers):
            present = {entry["name"]: entry for entry in container.get("env") or ()}
            if not call.parsed.has("overwrite") and call.parsed.is_off("overwrite") and (taken := next((entry["name"] for entry in added if entry["name"] in present), None)):
                raise Usage(f"error: {kind.plural}/{doc['metadata']['name']} '{taken}' already has a value ({present[taken].get('value', '')}), and --overwrite is false")
            env = [{"$patch": "delete", "name": gone} for gone in removed if gone in present] + [entry for entry in added if present.get(entry["name"]) != entry]
            if env:
                changed.append({"name": container["name"], "env": env})
        if changed:
            patch[part] = changed
    return patch or None


def _from(call: Call) -> list[Doc]:
    """Return the variables for the keys of a ConfigMap or Secret (`--from`, `--keys`, `--prefix`)."""
    source = call.parsed.get("from")
    if not source:
        return []
    word, _, name = source.partition("/")
    kind = call.ports.kind_named(word)
    if kind.kind not in ("ConfigMap", "Secret"):
        raise Usage("error: unsupported resource specified in --from")
    keys = [key for value in call.parsed.all("keys") for key in value.split(",") if key]
    reference = "configMapKeyRef" if kind.kind == "ConfigMap" else "secretKeyRef"
    named = {key: re.sub(r"[^A-Z0-9_]", "_", key.upper()) for key in sorted(call.get(kind, name).get("data") or {}) if not keys or key in keys}
    call.err.extend(f"Warning: key {key} transferred to {after}\n" for key, after in named.items() if key != after)
    return [{"name": call.parsed.get("prefix") + after, "valueFrom": {reference: {"key": key, "name": name}}} for key, after in named.items()]


def _listed(call: Call, entry: Doc, doc: Doc) -> str:
    source = entry.get("valueFrom")
    if source is None:
        return f"{entry['name']}={entry.get('value', '')}"
    if "fieldRef" in source:
        return f"# {entry['name']} from field path {source['fieldRef'].get('fieldPath')}"
    for key, word in (("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")):
        if key in source:
            reference = source[key]
            if call.parsed.has("resolve"):
                from base64 import b64decode

                value = str((call.get(call.ports.kind_named(word), reference["name"], doc["metadata"].get("namespace")).get("data") or {}).get(reference["key"], ""))
                return f"{entry['name']}={b64decode(value).decode(errors='replace') if word == 'secret' else value}"
            return f"# {entry['name']} from {word} {reference.get('name')}, key {reference.get('key')}"
    return f"# {entry['name']} from resource field {(source.get('resourceFieldRef') or {}).get('resource')}"


def _resources(call: Call, kind: Kind, doc: Doc, spec: Doc, pairs: list[str]) -> Doc | None:
    tables = {name: dict(part.split("=", 1) for part in call.parsed.get(name).split(",") if "=" in part) for name in ("limits", "requests") if call.parsed.get(name)}
    wanted = _chosen_containers(call, spec)
    if not wanted:
        raise Usage(f"error: unable to find container named {call.parsed.get('containers')}")
    patch: Doc = {}
    for part in ("initContainers", "containers"):
        changed = []
        for container in (item for item in spec.get(part) or () if item in wanted):
            before = container.get("resources") or {}
            after = {**before, **{name: {**(before.get(name) or {}), **table} for name, table in tables.items()}}
            if after != before:
                changed.append({"name": container["name"], "resources": after})
        if changed:
            patch[part] = changed
    return patch or None


def _serviceaccount(call: Call, kind: Kind, doc: Doc, spec: Doc, names: list[str]) -> Doc | None:
    return {"serviceAccountName": names[0], "serviceAccount": names[0]}


CHANGES: dict[str, Callable[[Call, Kind, Doc, Doc, list[str]], Doc | None]] = {"image": _images, "env": _environment, "resources": _resources, "serviceaccount": _serviceaccount}


def _selector(call: Call, words: list[str]) -> None:
    """`kubectl set selector`: of a Service."""
    if len(words) < 2 and not (words and call.parsed.all("filename")):
        raise Usage("error: one or more resources must be specified as <resource> <name> or <resource>/<name>" if not words else "error: resource(s) were provided, but no name was specified")
    *resources, text = words
    labels = dict(pair.split("=", 1) for pair in text.split(",") if "=" in pair)
    for kind, before in _found(call, resources, what="selector"):
        if kind.kind != "Service":
            raise Usage("error: setting a selector is only supported for Services")
        if call.parsed.has("local") or call.parsed.get("dry-run") == "client":
            done(call, kind, {**before, "spec": {**before["spec"], "selector": labels}}, "selector updated")
            continue
        gone = {key: None for key in before["spec"].get("selector") or {} if key not in labels}
        done(call, kind, call.request("patch", kind, before["metadata"]["name"], body={"spec": {"selector": {**gone, **labels}}, **({"metadata": {"resourceVersion": call.parsed.get("resource-version")}} if call.parsed.get("resource-version") else {})}, patchType=PATCH_TYPES["merge"]).doc, "selector updated")


def _subject(call: Call, words: list[str]) -> None:
    """`kubectl set subject`: more subjects for a role binding."""
    parsed = call.parsed
    found: list[Doc] = [{"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name} for kind, flag in (("User", "user"), ("Group", "group")) for value in parsed.all(flag) for name in value.split(",")]
    for pair in [pair for value in parsed.all("serviceaccount") for pair in value.split(",")]:
        namespace, colon, name = pair.partition(":")
        if not colon or not namespace or not name:
            raise Usage("error: serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    if not found:
        raise Usage("error: you must specify at least one value of user, group or serviceaccount")
    for kind, before in _found(call, words, what="subject"):
        if kind.kind not in ("RoleBinding", "ClusterRoleBinding"):
            raise Usage(f"error: {kind.plural}/{before['metadata']['name']} setting subjects is only supported for RoleBinding/ClusterRoleBinding")
        subjects = [*(before.get("subjects") or ()), *(item for item in found if item not in (before.get("subjects") or ()))]
        if parsed.has("local") or parsed.get("dry-run") == "client":
            done(call, kind, {**before, "subjects": subjects}, "subjects updated")
        elif subjects != before.get("subjects"):
            done(call, kind, call.request("patch", kind, before["metadata"]["name"], body={"subjects": subjects}, patchType=PATCH_TYPES["merge"]).doc, "subjects updated")

