"""Build a kustomization: resources, generators, patches and transformers. Models sigs.k8s.io/kustomize/api (5.8).

Understood: resources and bases (files and folders), namespace, namePrefix, nameSuffix, labels, commonLabels, commonAnnotations, images, replicas, configMapGenerator, secretGenerator,
generatorOptions, patches, patchesStrategicMerge, patchesJson6902. Anything else is refused by name.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from copy import deepcopy
from hashlib import sha256
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.patterns import BadPattern, pattern
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch, merge_patch, strategic_merge
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import by_kind

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
KNOWN = ("apiVersion", "kind", "metadata", "resources", "bases", "components", "namespace", "namePrefix", "nameSuffix", "labels", "commonLabels", "commonAnnotations", "images", "replicas", "configMapGenerator", "secretGenerator", "generatorOptions", "patches",
         "patchesStrategicMerge", "patchesJson6902", "sortOptions")
BY_LETTERS = {key.lower(): key for key in KNOWN}
"""Go reads the keys of JSON whatever the size of their letters."""
FIRST = ("Namespace", "ResourceQuota", "StorageClass", "CustomResourceDefinition", "ServiceAccount", "PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service", "LimitRange", "PriorityClass",
         "PersistentVolume", "PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob", "PodDisruptionBudget")
LAST = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
DEPTH_MAX = 8
POD_SPECS: dict[str, tuple[str, ...]] = {"Pod": ("spec",), "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"), **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"), ("spec", "template", "spec"))}
GENERATED = "\0generated"
"""Marks an object whose name will get a hash, with the name that it is referred to by."""


def built(files: Files, folder: str, depth: int = 0) -> list[Doc]:
    """Return the objects of a kustomization, in kubectl's order. Raises Usage."""
    objects = _built(files, folder, depth)
    _hashed(objects)
    return sorted(objects, key=_order)


def _order(doc: Doc) -> tuple[Any, ...]:
    kind = doc.get("kind", "")
    place = FIRST.index(kind) - len(FIRST) if kind in FIRST else 1 + LAST.index(kind) if kind in LAST else 0
    group, _, version = doc.get("apiVersion", "").rpartition("/")
    return place, group, version, kind, doc["metadata"].get("namespace", ""), doc["metadata"].get("name", "")


def _built(files: Files, folder: str, depth: int) -> list[Doc]:
    if depth > DEPTH_MAX:
        raise Usage("error: accumulating resources: the bases are nested too deep")
    if not files.is_folder(folder):
        raise Usage(f"error: must build at directory: not a valid directory: evalsymlink failure on '{folder}' : lstat {files.path(folder)}: no such file or directory" if files.read(folder) is None else f"error: must build at directory: not a valid directory: '{files.path(folder)}' is a file")
    found = next((name for name in NAMES if files.read(f"{folder}/{name}") is not None), None)
    if found is None:
        raise Usage(f"error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{files.path(folder)}'")
    plan = _one(files.read(f"{folder}/{found}") or "", found)
    plan = {BY_LETTERS.get(key.lower(), key): value for key, value in plan.items()}
    unknown = [key for key in plan if key not in KNOWN]
    if unknown:
        raise Usage(f'error: invalid Kustomization: json: unknown field "{unknown[0]}"')
    objects = [doc for name in [*(plan.get("resources") or ()), *(plan.get("bases") or ()), *(plan.get("components") or ())] for doc in _resource(files, folder, str(name), depth)]
    for part, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
        for entry in plan.get(part) or ():
            _generated(files, folder, kind, entry, plan.get("generatorOptions") or {}, objects)
    for step in STEPS:
        step(files, folder, plan, objects)
    return objects


def _one(text: str, name: str) -> Doc:
    try:
        documents = yaml.documents(text)
    except yaml.YamlFault as fault:
        raise Usage(f"error: invalid Kustomization: {fault}") from None
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise Usage("error: kustomization.yaml is empty" if not documents else f"error: invalid Kustomization: {name} has to be one object")
    return dict(documents[0].value)


def _resource(files: Files, folder: str, name: str, depth: int) -> Iterator[Doc]:
    path = name if name.startswith("/") else f"{folder}/{name}"
    if name.startswith(("http://", "https://", "git@", "github.com/")):
        raise Usage(f"error: accumulating resources: accumulation err='accumulating resources from '{name}': this sandbox has no way to the internet'")
    if files.is_folder(path):
        for doc in _built(files, path, depth + 1):
            yield doc
        return
    text = files.read(path)
    if text is None:
        raise Usage(f"error: accumulating resources: accumulation err='accumulating resources from '{name}': evalsymlink failure on '{files.path(path)}' : lstat {files.path(path)}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '{files.path(path)}' : lstat {files.path(path)}: no such file or directory")
    try:
        found = yaml.documents(text)
    except yaml.YamlFault as fault:
        raise Usage(f"error: accumulating resources: accumulation err='accumulating resources from '{name}': MalformedYAMLError: {fault} in File: {name}'") from None
    for document in found:
        for doc in document.value.get("items") or () if isinstance(document.value, dict) and document.value.get("kind") == "List" else [document.value]:
            if not isinstance(doc, dict) or not doc.get("kind") or not (doc.get("metadata") or {}).get("name"):
                raise Usage(f"error: accumulating resources: accumulation err='accumulating resources from '{name}': missing metadata.name in object'")
            yield deepcopy(doc)


# Generators


def _pairs(files: Files, folder: str, entry: Doc) -> dict[str, str]:
    data: dict[str, str] = {}
    for pair in entry.get("literals") or ():
        key, equals, value = str(pair).partition("=")
        if not equals:
            raise Usage(f"error: invalid literal source {pair}, expected key=value")
        data[key] = value[1:-1] if value[:1] in "'\"" and value[:1] == value[-1:] and len(value) > 1 else value
    for source in entry.get("files") or ():
        key, equals, path = str(source).partition("=")
        path = path if equals else str(source)
        text = files.read(f"{folder}/{path}")
        if text is None:
            raise Usage(f"error: loading KV pairs: file sources: [{source}]: evalsymlink failure on '{files.path(f'{folder}/{path}')}' : lstat {files.path(f'{folder}/{path}')}: no such file or directory")
        data[key if equals else path.rpartition("/")[2]] = text
    for path in [*(entry.get("envs") or ()), *([entry["env"]] if entry.get("env") else [])]:
        for line in (files.read(f"{folder}/{path}") or "").splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith("#"):
                data[key] = value
    return data


def _generated(files: Files, folder: str, kind: str, entry: Doc, common: Doc, objects: list[Doc]) -> None:
    options = {**common, **(entry.get("options") or {})}
    data = _pairs(files, folder, entry)
    if kind == "Secret":
        data = {key: b64encode(value.encode()).decode() for key, value in data.items()}
    before = next((doc for doc in objects if doc["kind"] == kind and doc.get(GENERATED, doc["metadata"]["name"]) == entry.get("name")), None)
    if entry.get("behavior") in ("merge", "replace") and before is not None:
        before["data"] = {**(before.get("data") or {}), **data} if entry["behavior"] == "merge" else data
        return
    metadata: Doc = {"name": entry.get("name", "")}
    for part in ("labels", "annotations"):
        if options.get(part):
            metadata[part] = dict(options[part])
    if entry.get("namespace"):
        metadata["namespace"] = entry["namespace"]
    doc: Doc = {"apiVersion": "v1", "kind": kind, "metadata": metadata, **({"data": data} if data else {}), **({"type": entry.get("type", "Opaque")} if kind == "Secret" else {})}
    if options.get("immutable"):
        doc["immutable"] = True
    if not options.get("disableNameSuffixHash"):
        doc[GENERATED] = metadata["name"]
    objects.append(doc)


def name_hash(doc: Doc, *, name: str) -> str:
    """Return the suffix of a generated object's name; kustomize leaves the name out, `kubectl create --append-hash` does not. Models kustomize/api/internal/hasher."""
    kept: Doc = {"kind": doc["kind"], "name": name, "data": doc.get("data") or ""}
    if doc["kind"] == "Secret":
        kept["type"] = doc.get("type", "")
        if doc.get("stringData"):
            kept["stringData"] = doc["stringData"]
    text = json.dumps(kept, separators=(",", ":"), sort_keys=True, ensure_ascii=False).replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return sha256(text.encode()).hexdigest()[:10].translate(str.maketrans("013ae", "ghkmt"))


def _hashed(objects: list[Doc]) -> None:
    """Give generated objects their hashes, and follow with the names that refer to them."""
    for doc in objects:
        if GENERATED in doc:
            before = doc["metadata"]["name"]
            doc["metadata"]["name"] = f"{before}-{name_hash(doc, name='')}"
            _renamed(objects, doc["kind"], before, doc["metadata"]["name"])
            del doc[GENERATED]


# References


def _pod_spec(doc: Doc) -> Doc | None:
    here: Any = doc
    for key in POD_SPECS.get(doc["kind"], ("",)):
        here = here.get(key) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def _containers(spec: Doc) -> list[Doc]:
    return [item for part in ("containers", "initContainers") for item in spec.get(part) or () if isinstance(item, dict)]


def _references(doc: Doc, kind: str) -> Iterator[tuple[Doc, str]]:
    """Yield the places (mapping and key) that name an object of a kind."""
    spec = _pod_spec(doc)
    if spec is not None and kind in ("ConfigMap", "Secret"):
        word = "configMap" if kind == "ConfigMap" else "secret"
        for container in _containers(spec):
            for source in container.get("envFrom") or ():
                if isinstance(source.get(f"{word}Ref"), dict):
                    yield source[f"{word}Ref"], "name"
            for entry in container.get("env") or ():
                reference = (entry.get("valueFrom") or {}).get(f"{word}KeyRef")
                if reference:
                    yield reference, "name"
        for volume in spec.get("volumes") or ():
            for part in [volume, *((volume.get("projected") or {}).get("sources") or ())]:
                if isinstance(part.get(word), dict):
                    yield part[word], "name" if kind == "ConfigMap" or "secretName" not in part[word] else "secretName"
        for entry in spec.get("imagePullSecrets") or () if kind == "Secret" else ():
            yield entry, "name"
    if spec is not None and kind == "ServiceAccount" and "serviceAccountName" in spec:
        yield spec, "serviceAccountName"
    if spec is not None and kind == "PersistentVolumeClaim":
        for volume in spec.get("volumes") or ():
            if volume.get("persistentVolumeClaim"):
                yield volume["persistentVolumeClaim"], "claimName"
    if kind == "Service" and doc["kind"] == "StatefulSet":
        yield doc.get("spec") or {}, "serviceName"
    if kind == "Service" and doc["kind"] == "Ingress":
        inner = doc.get("spec") or {}
        backends = [inner.get("defaultBackend") or {}, *((path.get("backend") or {}) for rule in inner.get("rules") or () for path in (rule.get("http") or {}).get("paths") or ())]
        yield from ((backend["service"], "name") for backend in backends if backend.get("service"))
    if kind == "Secret" and doc["kind"] == "Ingress":
        yield from ((entry, "secretName") for entry in (doc.get("spec") or {}).get("tls") or () if "secretName" in entry)
    if doc["kind"] in ("RoleBinding", "ClusterRoleBinding"):
        if kind == (doc.get("roleRef") or {}).get("kind"):
            yield doc["roleRef"], "name"
        yield from ((subject, "name") for subject in doc.get("subjects") or () if subject.get("kind") == kind == "ServiceAccount")
    if doc["kind"] == "HorizontalPodAutoscaler" and kind == ((doc.get("spec") or {}).get("scaleTargetRef") or {}).get("kind"):
        yield doc["spec"]["scaleTargetRef"], "name"


def _renamed(objects: list[Doc], kind: str, before: str, after: str) -> None:
    for doc in objects:
        for place, key in _references(doc, kind):
            if place.get(key) == before:
                place[key] = after


# Steps


def _patches(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    entries = [*({"path": item} if "\n" not in str(item) else {"patch": item} for item in plan.get("patchesStrategicMerge") or ()), *(plan.get("patchesJson6902") or ()), *(plan.get("patches") or ())]
    for entry in entries:
        text = entry.get("patch") or files.read(f"{folder}/{entry.get('path', '')}")
        if text is None:
            raise Usage(f"error: failed to get patch file({entry.get('path')}): evalsymlink failure on '{files.path(folder + '/' + str(entry.get('path')))}' : lstat {files.path(folder + '/' + str(entry.get('path')))}: no such file or directory")
        try:
            found = [document.value for document in yaml.documents(str(text))]
        except yaml.YamlFault as fault:
            raise Usage(f"error: unable to parse SM or JSON patch from [patch: {json.dumps(text)}]: {fault}") from None
        for value in found:
            _patched(objects, value, entry.get("target") or {})


def _patched(objects: list[Doc], patch: Any, target: Doc) -> None:
    if isinstance(patch, dict) and not target:
        target = {"kind": patch.get("kind"), "name": f"^{re.escape(str((patch.get('metadata') or {}).get('name')))}$"}
        if not any(_is_target(doc, target) for doc in objects):
            group, _, version = str(patch.get("apiVersion", "")).rpartition("/")
            raise Usage(f"error: no resource matches strategic merge patch \"{patch.get('kind')}.{version}{'.' + group if group else ''}/{(patch.get('metadata') or {}).get('name')}.[noNs]\": no matches for Id {patch.get('kind')}.{version}{'.' + group if group else ''}/{(patch.get('metadata') or {}).get('name')}.[noNs]; failed to find unique target for patch {patch.get('kind')}.{version}{'.' + group if group else ''}/{(patch.get('metadata') or {}).get('name')}.[noNs]")
    for doc in [doc for doc in objects if _is_target(doc, target)]:
        try:
            if isinstance(patch, list):
                changed = json_patch(doc, patch)
            elif by_kind(doc.get("apiVersion", ""), doc["kind"]) is None:
                changed = merge_patch(doc, {**patch, "metadata": {**(patch.get("metadata") or {}), "name": doc["metadata"]["name"]}})
            else:
                changed = strategic_merge(doc, {**patch, "metadata": {**(patch.get("metadata") or {}), "name": doc["metadata"]["name"]}})
        except ApiError as error:
            raise Usage(f"error: {error.message}") from None
        if changed is None:
            objects.remove(doc)
        else:
            doc.clear()
            doc.update(changed)


def _is_target(doc: Doc, target: Doc) -> bool:
    group, _, version = doc.get("apiVersion", "").rpartition("/")
    labels = doc["metadata"].get("labels") or {}
    wanted = dict(pair.split("=", 1) for pair in str(target.get("labelSelector") or "").split(",") if "=" in pair)
    names = (doc["metadata"].get("name", ""), doc.get(GENERATED, ""))
    try:
        fits = not target.get("name") or any(pattern(str(target["name"])).fullmatch(name) for name in names)
    except BadPattern:
        fits = False
    return fits and target.get("kind") in (None, doc["kind"]) and target.get("group") in (None, group) and target.get("version") in (None, version) and all(labels.get(key) == value for key, value in wanted.items())


def _namespaced(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    namespace = plan.get("namespace")
    if not namespace:
        return
    for doc in objects:
        kind = by_kind(doc.get("apiVersion", ""), doc["kind"])
        if doc["kind"] == "Namespace":
            doc["metadata"]["name"] = namespace
        elif kind is None or kind.namespaced:
            doc["metadata"]["namespace"] = namespace
        for subject in doc.get("subjects") or () if doc["kind"].endswith("RoleBinding") else ():
            if subject.get("kind") == "ServiceAccount" and (subject.get("name") == "default" or any(item["kind"] == "ServiceAccount" and item["metadata"]["name"] == subject.get("name") for item in objects)):
                subject["namespace"] = namespace


def _named(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    before, after = str(plan.get("namePrefix") or ""), str(plan.get("nameSuffix") or "")
    if not before and not after:
        return
    for doc in objects:
        if doc["kind"] in ("Namespace", "CustomResourceDefinition", "APIService"):
            continue
        name = doc["metadata"]["name"]
        doc["metadata"]["name"] = f"{before}{name}{after}"
        _renamed(objects, doc["kind"], name, doc["metadata"]["name"])


SELECTED = {"Deployment": ("selector", "matchLabels"), "ReplicaSet": ("selector", "matchLabels"), "StatefulSet": ("selector", "matchLabels"), "DaemonSet": ("selector", "matchLabels"), "Service": ("selector",), "ReplicationController": ("selector",),
            "PodDisruptionBudget": ("selector", "matchLabels"), "NetworkPolicy": ("podSelector", "matchLabels")}


def _into(doc: Doc, path: tuple[str, ...], added: Doc, *, make: bool = True) -> None:
    here: Any = doc
    for key in path:
        if not isinstance(here.get(key), dict):
            if not make:
                return
            here[key] = {}
        here = here[key]
    here.update(added)


def _templates(doc: Doc) -> list[tuple[str, ...]]:
    spec = POD_SPECS.get(doc["kind"])
    return [] if spec is None or len(spec) < 2 else [spec[:-1]]


def _labelled(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    entries = [*(plan.get("labels") or ()), *([{"pairs": plan["commonLabels"], "includeSelectors": True}] if plan.get("commonLabels") else [])]
    for entry in entries:
        pairs = {key: str(value) for key, value in (entry.get("pairs") or {}).items()}
        for doc in objects:
            _into(doc, ("metadata", "labels"), pairs)
            if entry.get("includeSelectors") or entry.get("includeTemplates"):
                for path in _templates(doc):
                    _into(doc, (*path, "metadata", "labels"), pairs)
                for claim in (doc.get("spec") or {}).get("volumeClaimTemplates") or () if doc["kind"] == "StatefulSet" and entry.get("includeSelectors") else ():
                    _into(claim, ("metadata", "labels"), pairs)
            if entry.get("includeSelectors") and doc["kind"] in SELECTED:
                _into(doc, ("spec", *SELECTED[doc["kind"]]), pairs, make=doc["kind"] not in ("Service", "NetworkPolicy") or "selector" in (doc.get("spec") or {}))


def _annotated(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    notes = {key: str(value) for key, value in (plan.get("commonAnnotations") or {}).items()}
    for doc in objects if notes else ():
        _into(doc, ("metadata", "annotations"), notes)
        for path in _templates(doc):
            _into(doc, (*path, "metadata", "annotations"), notes)


def _imaged(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    for entry in plan.get("images") or ():
        for doc in objects:
            for container in _containers(_pod_spec(doc) or {}):
                name, digest_mark, digest = str(container.get("image", "")).partition("@")
                path, slash, last = name.rpartition("/")
                plain, _colon, tag = last.partition(":")
                if f"{path}{slash}{plain}" != entry.get("name"):
                    continue
                new = str(entry.get("newName") or entry["name"])
                if entry.get("digest"):
                    container["image"] = f"{new}@{entry['digest']}"
                else:
                    tag = str(entry.get("newTag") or tag)
                    container["image"] = f"{new}{':' + tag if tag else ''}{digest_mark + digest if digest and not entry.get('newTag') else ''}"


def _scaled(files: Files, folder: str, plan: Doc, objects: list[Doc]) -> None:
    for entry in plan.get("replicas") or ():
        for doc in objects:
            if doc["kind"] in ("Deployment", "ReplicaSet", "StatefulSet", "ReplicationController") and doc["metadata"]["name"] == entry.get("name"):
                doc.setdefault("spec", {})["replicas"] = entry.get("count")


STEPS: tuple[Callable[[Files, str, Doc, list[Doc]], None], ...] = (_patches, _scaled, _namespaced, _labelled, _annotated, _imaged, _named)
