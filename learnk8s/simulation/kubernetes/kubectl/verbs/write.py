"""The verbs that make and replace objects from files: create -f, apply, replace, patch, delete; and label, annotate, scale, set.

Models kubectl/pkg/cmd/{create,apply,replace,patch,delete,label,annotate,scale,set} (1.36).
"""

import json
import re
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, from_server
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch, merge_patch, strategic_merge
from learnk8s.simulation.kubernetes.apiserver.selectors import label_matcher
from learnk8s.simulation.kubernetes.apiserver.words import go_json_error
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, manifests, meant, named, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import print_objects
from learnk8s.simulation.kubernetes.kubectl.three_way import LAST_APPLIED, with_last_applied
from learnk8s.simulation.kubernetes.kubectl.verbs.get import server_text
from learnk8s.simulation.kubernetes.kubectl.watching import UntilJob
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind



def done(call: Call, kind: Kind, doc: Doc, word: str) -> None:
    """Say what was done, or print the object as `-o` asks."""
    output = call.parsed.get("output")
    suffix = {"client": " (dry run)", "server": " (server dry run)"}.get(call.parsed.get("dry-run"), "")
    if output == "name":
        call.say(named(kind, doc["metadata"]["name"]))
    elif output:
        print_objects(call, [doc], output, single=True)
    else:
        call.say(f"{named(kind, doc['metadata'].get('name') or NO_NAME)} {word}{suffix}")


def create_object(call: Call, kind: Kind, doc: Doc, *, word: str = "created", failure: str = "", whole: str = "") -> None:
    """Send a new object to the server, unless the run is dry on the client; `failure` begins what is said of a refusal, `whole` is all that is said."""
    is_dry = call.parsed.get("dry-run") == "client"
    if call.parsed.has("save-config") and LAST_APPLIED not in (doc["metadata"].get("annotations") or {}) and (call.command == "create" or not is_dry):
        doc = with_last_applied(doc, is_typed=True, has_annotations=False)
    if is_dry:
        metadata = doc["metadata"] if not kind.namespaced or not call.parsed.get("namespace") else {**doc["metadata"], "namespace": call.namespace}
        done(call, kind, {**doc, "metadata": metadata}, word)
        return
    namespace = doc["metadata"].get("namespace") or call.namespace
    try:
        made = call.request("create", kind, namespace=namespace, body=doc, fieldValidation=validation(call)).doc
    except ApiError as error:
        if whole:
            raise Usage(f"error: {whole}") from None
        if failure:
            raise Usage(f"error: {failure}{error.message}") from None
        raise
    done(call, kind, made, word)


VALIDATION = {"": "Strict", "true": "Strict", "strict": "Strict", "false": "Ignore", "ignore": "Ignore", "warn": "Warn"}


def validation(call: Call) -> str:
    """Return how strictly the server shall read what is sent. Raises Usage."""
    asked = call.parsed.get("validate")
    if asked not in VALIDATION:
        raise Usage(f'error: invalid - validate option "{asked}"; must be one of: strict (or true), warn, ignore (or false)')
    return VALIDATION[asked]


def check_dry(call: Call) -> None:
    """Refuse a word after --dry-run that there is not. Raises Usage."""
    word = call.parsed.get("dry-run")
    if word not in ("", "none", "client", "server", "unchanged", "true", "false"):
        raise Usage(f'error: Invalid dry-run value ({word}). Must be "none", "server", or "client".')


def each_manifest(call: Call, act: Any) -> None:
    """Do something with every object of the files; go on after a refusal. Raises Usage."""
    check_dry(call)
    found = list(manifests(call))
    if not call.parsed.all("filename") and not call.parsed.get("kustomize"):
        raise Usage("error: must specify one of -f and -k")
    if not found:
        raise Usage("error: no objects passed to " + call.command.split()[0])
    for kind, doc in found:
        namespace = doc["metadata"].get("namespace")
        if namespace and call.parsed.get("namespace") and namespace != call.parsed.get("namespace"):
            call.complain(f'error: the namespace from the provided object "{namespace}" does not match the namespace "{call.parsed.get("namespace")}". You must pass \'--namespace={namespace}\' to perform this operation.')
            continue
        try:
            act(kind, doc)
        except ApiError as error:
            call.complain(_from_file(call, error, doc))


def _from_file(call: Call, error: ApiError, doc: Doc) -> str:
    source = call.parsed.get("filename").replace("-", "STDIN") if call.parsed.get("filename") == "-" else call.parsed.get("filename")
    if isinstance(error, Worded) or error.reason == "Invalid" or call.parsed.has("server-side"):
        return server_text(error)
    return from_server(error, f'error when {"creating" if call.command != "replace" else "replacing"} "{source}": {error.message}')


class Worded(ApiError):
    """A refusal that already says of which file it speaks."""


def create_from_files(call: Call) -> Any:
    """`kubectl create -f`, with `--edit` after its text went through the editor."""
    if call.parsed.has("edit"):
        from learnk8s.simulation.kubernetes.kubectl.verbs.edit import creating_editor

        return creating_editor(call)
    made: list[str] = []
    fits = label_matcher(call.parsed.get("selector")) if call.parsed.get("selector") else None

    def one(kind: Kind, doc: Doc) -> None:
        if fits is not None and not fits(doc["metadata"].get("labels") or {}):
            return
        made.append(kind.kind)
        if kind.namespaced and not doc["metadata"].get("namespace"):
            doc = {**doc, "metadata": {**doc["metadata"], "namespace": call.namespace}}
        if call.parsed.has("save-config"):
            doc = with_last_applied(doc)
        create_object(call, kind, doc)

    each_manifest(call, one)
    if fits is not None and not made:
        raise Usage("error: no objects passed to create")
    return None




def replace(call: Call) -> None:
    """`kubectl replace -f`."""

    def one(kind: Kind, doc: Doc) -> None:
        namespace = doc["metadata"].get("namespace") or call.namespace
        if call.parsed.has("force"):
            try:
                call.request("delete", kind, doc["metadata"]["name"], namespace=namespace, gracePeriodSeconds=0)
                gone.append(said_deleted(call, kind, doc["metadata"]["name"], namespace))
            except ApiError as error:
                if error.code != 404:
                    raise
            forced.append((kind, doc))
            return
        done(call, kind, call.request("update", kind, doc["metadata"].get("name", ""), namespace=namespace, body=doc, fieldValidation=validation(call)).doc, "replaced")

    gone: list[str] = []
    forced: list[tuple[Kind, Doc]] = []
    each_manifest(call, one)
    for line in gone:
        call.say(line)
    for kind, doc in forced:
        create_object(call, kind, doc, word="replaced")


PATCH_TYPES = {"strategic": "application/strategic-merge-patch+json", "merge": "application/merge-patch+json", "json": "application/json-patch+json"}


def patch(call: Call) -> None:
    """`kubectl patch`."""
    parsed = call.parsed
    text = parsed.get("patch")
    if parsed.get("patch-file"):
        found = call.files.read(parsed.get("patch-file"))
        if found is None:
            raise Usage(f"error: unable to read patch file: open {parsed.get('patch-file')}: no such file or directory")
        text = found
    if not text:
        raise Usage("error: must specify --patch or --patch-file containing the contents of the patch")
    kind_word = parsed.get("type", "strategic")
    if kind_word not in PATCH_TYPES:
        raise Usage(f'error: --type must be one of [json merge strategic], not "{kind_word}"')
    try:
        body = json.loads(text) if text.lstrip().startswith("{") else yaml.documents(text)[0].value
    except ValueError as error:
        if not isinstance(error, yaml.YamlFault):
            raise ApiError(400, "BadRequest", go_json_error(error)) from None
        raise Usage(f"error: unable to parse \"{text}\": {error}") from None
    except (yaml.YamlFault, IndexError) as fault:
        raise Usage(f"error: unable to parse \"{text}\": {fault}") from None
    if parsed.has("local"):
        for kind, doc in local_files(call):
            done(call, kind, _patched(doc, body, kind_word, kind), "patched")
        return
    for target in chosen(call, parsed.words):
        before = call.get(target.kind, target.name)
        if parsed.get("dry-run") == "client":
            patched = _patched(before, body, kind_word, target.kind)
            word = "patched" if patched != before else "patched (no change)"
            done(call, target.kind, patched, word) if parsed.get("output") else call.say(f"{named(target.kind, target.name)} {word}")
            continue
        after = call.request("patch", target.kind, target.name, body=body, patchType=PATCH_TYPES[kind_word], subresource=parsed.get("subresource")).doc
        if call.is_dry and not parsed.get("output"):
            call.say(f"{named(target.kind, target.name)} {'patched' if _plain(after) != _plain(before) else 'patched (no change)'}")
        elif after["kind"] == "Scale" and not parsed.get("output"):
            call.say(f"scale.autoscaling/{target.name} patched")
        else:
            done(call, target.kind, after, "patched" if after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"] else "patched (no change)")


def _plain(doc: Doc) -> Doc:
    """Return an object without what every write changes."""
    return {**doc, "metadata": {key: value for key, value in doc["metadata"].items() if key not in ("resourceVersion", "managedFields", "generation")}}


def _patched(doc: Doc, body: Any, how: str, kind: Kind) -> Doc:
    """Return an object as a patch would leave it, without asking the server."""
    changed: Doc = json_patch(doc, body) if how == "json" else merge_patch(doc, body) if how == "merge" or getattr(kind, "is_custom", False) else strategic_merge(doc, body)
    return changed


def local_files(call: Call) -> list[tuple[Kind, Doc]]:
    """Return the objects of the files that `--local` works on. Raises Usage."""
    if call.parsed.words and any("=" not in word and not word.endswith("-") for word in call.parsed.words) or not call.parsed.all("filename"):
        raise Usage("error: can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set")
    return list(manifests(call))


def chosen(call: Call, words: list[str]) -> list[Target]:
    """Return the targets of a verb that changes objects, `-l` and `--all` resolved. Raises Usage."""
    found = meant(call, words)
    if call.parsed.has("all") and (call.parsed.get("selector") or call.parsed.get("field-selector")):
        raise Usage("error: setting 'all' parameter but found a non empty selector. ")
    if not found:
        raise Usage("error: resource(s) were provided, but no name was specified" if words else "error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    resolved: list[Target] = []
    for target in found:
        if target.name:
            resolved.append(target)
        elif call.parsed.get("selector") or call.parsed.has("all") or call.parsed.get("field-selector"):
            docs = call.list(target.kind, labelSelector=call.parsed.get("selector"), fieldSelector=call.parsed.get("field-selector"))
            resolved.extend(Target(target.kind, doc["metadata"]["name"]) for doc in docs)
        else:
            raise Usage("error: resource(s) were provided, but no name was specified")
    return resolved


NO_NAME = "<unknown>"
"""What stands for the name of a review, which is answered and not kept."""
NOTHING_GIVEN = ("error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'")


def delete(call: Call) -> Any:
    """`kubectl delete`: delete objects and wait until they are gone."""
    parsed = call.parsed
    grace = 1 if parsed.has("now") else parsed.integer("grace-period", 0 if parsed.has("force") else None)
    if parsed.has("force") and (parsed.integer("grace-period", 0) or 0) > 0:
        raise Usage("error: --force and --grace-period greater than 0 cannot be specified together")
    if parsed.has("force"):
        call.err.append("Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n")
    cascade = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan", "true": "Background", "false": "Orphan"}.get(parsed.get("cascade", "background"))
    if cascade is None:
        raise Usage(f"error: invalid cascade value ({parsed.get('cascade')}). Must be \"background\", \"foreground\", or \"orphan\"")
    wanted = [(target.kind, target.name, None) for target in _for_deletion(call)] if parsed.words else [(kind, doc["metadata"].get("name", ""), doc["metadata"].get("namespace")) for kind, doc in manifests(call)]
    if not wanted:
        if parsed.words:
            call.err.append("No resources found\n")
            return None
        raise Usage(NOTHING_GIVEN)
    left = []
    if parsed.get("namespace") and not parsed.has("all-namespaces") and not all(kind.namespaced for kind, _name, _namespace in wanted):
        call.err.append("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n")
    for kind, name, namespace in wanted:
        where = (namespace or call.namespace) if kind.namespaced else ""
        try:
            gone = call.request("delete", kind, name, namespace=where, gracePeriodSeconds=grace, propagationPolicy=cascade).doc
        except ApiError as error:
            if not (error.code == 404 and parsed.has("ignore-not-found")):
                call.complain(_not_deleted(call, error))
            continue
        call.say(named(kind, name) if parsed.get("output") == "name" else said_deleted(call, kind, name, where, word="force deleted" if parsed.has("force") else "deleted"))
        left.append({"resource": kind.resource, "namespace": where, "name": name, "uid": gone.get("metadata", {}).get("uid"), "goal": "gone", "line": "", "shown": f"{kind.plural}/{name}"})
    if not left or call.is_dry or (parsed.flags.get("wait") and not parsed.has("wait")) or parsed.has("force"):
        return None
    return UntilJob({"left": left, "until_ms": None, "status": call.status}, call.ports)


def said_deleted(call: Call, kind: Kind, name: str, namespace: str, *, word: str = "deleted") -> str:
    """Return the line about an object that is deleted."""
    place = f" from {namespace} namespace" if kind.namespaced else ""
    suffix = {"client": " (dry run)", "server": " (server dry run)"}.get(call.parsed.get("dry-run"), "")
    return f'{kind.singular}{"." + kind.group if kind.group else ""} "{name}" {word}{place}{suffix}'


def _not_deleted(call: Call, error: ApiError) -> str:
    source = call.parsed.get("filename")
    if source:
        return from_server(error, f'error when deleting "{"STDIN" if source == "-" else source}": {error.message}')
    return server_text(error)


def _for_deletion(call: Call) -> list[Target]:
    found = targets(call.parsed.words, call.ports)
    if all(target.name for target in found):
        return found
    return chosen(call, call.parsed.words)




def label(call: Call) -> None:
    """`kubectl label`."""
    _marks(call, "labels", "labeled", "not labeled", "unlabeled")


def annotate(call: Call) -> None:
    """`kubectl annotate`."""
    _marks(call, "annotations", "annotated", "annotated", "annotated")


def listed(marks: dict[str, str]) -> list[tuple[str, str]]:
    """Return labels or annotations as `--list` shows them (the real order is that of a Go map: any)."""
    return sorted(marks.items())


def _marks(call: Call, part: str, word: str, same: str, removed: str) -> None:
    pairs = [item for item in call.parsed.words if "=" in item or (item.endswith("-") and len(item) > 1)]
    words = [item for item in call.parsed.words if item not in pairs]
    verb = call.command.split()[0]
    if call.parsed.has("list") and not pairs:
        for target in chosen(call, words):
            for key, value in listed(call.get(target.kind, target.name)["metadata"].get(part) or {}):
                call.say(f"{key}={value}")
        return
    if not words and not call.parsed.all("filename"):
        raise Usage("error: one or more resources must be specified as <resource> <name> or <resource>/<name>")
    for item in pairs if part == "labels" else ():
        value = item.partition("=")[2]
        if value and not re.fullmatch(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", value):
            raise Usage(f"error: invalid label value: \"{item}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")
    if not pairs:
        raise Usage(f"error: at least one {'label' if part == 'labels' else 'annotation'} update is required")
    for kind, before in local_files(call) if call.parsed.has("local") else ((target.kind, call.get(target.kind, target.name)) for target in chosen(call, words)):
        found = dict(before["metadata"].get(part) or {})
        changes: dict[str, Any] = {}
        only_removals = all("=" not in item for item in pairs)
        for item in pairs:
            key, equals, value = item.partition("=")
            if not equals:
                key = item[:-1]
                if key not in found:
                    call.say(f'{"label" if part == "labels" else "annotation"} "{key}" not found.') if part == "labels" else None
                changes[key] = None
            elif key in found and found[key] != value and not call.parsed.has("overwrite"):
                raise Usage(f"error: '{key}' already has a value ({found[key]}), and --overwrite is false" if part == "labels" else f"error: --overwrite is false but found the following declared annotation(s): '{key}' already has a value ({found[key]})")
            else:
                changes[key] = value
        changes = {key: value for key, value in changes.items() if found.get(key) != value}
        if not changes:
            done(call, kind, before, same if part == "labels" else word)
            continue
        if call.parsed.get("dry-run") == "client" or call.parsed.has("local"):
            done(call, kind, merge_patch(before, {"metadata": {part: changes}}), removed if only_removals else word)
            continue
        after = call.request("patch", kind, before["metadata"]["name"], body={"metadata": {part: changes, **({"resourceVersion": call.parsed.get("resource-version")} if call.parsed.get("resource-version") else {})}}, patchType=PATCH_TYPES["merge"]).doc
        done(call, kind, after, removed if only_removals else word)
    _ = verb




def scale(call: Call) -> None:
    """`kubectl scale`."""
    replicas = call.parsed.integer("replicas", None)
    if replicas is None:
        raise Usage('error: required flag(s) "replicas" not set')
    if replicas < 0:
        raise Usage("error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    expected = call.parsed.integer("current-replicas", -1)
    if not call.parsed.words and not call.parsed.all("filename") and not call.parsed.get("kustomize"):
        raise Usage(NOTHING_GIVEN)
    for target in chosen(call, call.parsed.words):
        if "scale" not in target.kind.subresources:
            raise Usage("Error from server (NotFound): the server could not find the requested resource")
        doc = call.get(target.kind, target.name)
        if expected is not None and expected >= 0 and doc["spec"].get("replicas", 1) != expected:
            raise Usage(f"error: Expected replicas to be {expected}, was {doc['spec'].get('replicas', 1)}")
        if call.parsed.get("dry-run") != "client":
            call.request("patch", target.kind, target.name, subresource="scale", body={"spec": {"replicas": replicas}})
            if call.parsed.has("record"):
                call.request("patch", target.kind, target.name, body={}, patchType=PATCH_TYPES["merge"])
        done(call, target.kind, doc, "scaled")
