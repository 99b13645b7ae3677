"""`kubectl edit`: the object's text goes to an editor, what comes back is sent as a patch. Models kubectl/pkg/cmd/util/editor (1.36).

The editor is the page's panel. If EDITOR or KUBE_EDITOR names a command (`sed -i s/a/b/`), that command edits the file instead, as with the real kubectl.
"""

import json
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.shell.editing import Editor
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.kubectl.client import Call, Ports, manifests, named, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import without_managers
from learnk8s.simulation.kubernetes.kubectl.three_way import LAST_APPLIED, difference, with_last_applied
from learnk8s.simulation.kubernetes.kubectl.verbs.get import server_text
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, chosen
from learnk8s.simulation.kubernetes.objects.document import Doc

HEAD = """\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
FILE = "/tmp/kubectl-edit.yaml"


def edit(call: Call) -> Any:
    """Open one object or several in the editor."""
    parsed = call.parsed
    if not parsed.words and not parsed.all("filename"):
        raise Usage(NOTHING_GIVEN)
    output = parsed.get("output") or "yaml"
    docs = []
    for target in chosen(call, parsed.words) if parsed.words and any("/" in word for word in parsed.words) or len(parsed.words) > 1 or parsed.all("filename") else targets(parsed.words, call.ports):
        found = [call.get(target.kind, target.name)] if target.name else call.list(target.kind)
        docs.extend(found)
    if not docs:
        raise Usage("error: edit cancelled, no objects found")
    state: dict[str, Any] = {"kind": "edit", "name": named(call.ports.kind_of_doc(docs[0]), docs[0]["metadata"]["name"]) if len(docs) == 1 else f"{len(docs)} objects", "docs": [without_managers(doc) for doc in docs], "failed": "", "again": False,
             "manager": parsed.get("field-manager") or "kubectl-edit", "output": output, "who": [call.who[0], list(call.who[1])], "subresource": parsed.get("subresource"), "validate": parsed.get("validate"), "save_config": parsed.has("save-config"),
             "prints": parsed.get("output")}
    state["text"] = HEAD + _text(state["docs"], output)
    editor = call.variables.get("KUBE_EDITOR") or call.variables.get("EDITOR") or "page"
    if editor.split(" ")[0].rpartition("/")[2] in ("page", "vi", "vim", "nano", "emacs", "code"):
        return editor_of(state, call.ports)
    return _by_command(call, state, editor)


def _text(docs: list[Doc], output: str) -> str:
    whole: Doc = docs[0] if len(docs) == 1 else {"apiVersion": "v1", "items": docs, "kind": "List", "metadata": {}}
    return json.dumps(whole, indent=4, sort_keys=True, ensure_ascii=False) + "\n" if output == "json" else yaml.written(whole, folds=True)


def _by_command(call: Call, state: dict[str, Any], editor: str) -> None:
    """Let a command edit the file; a failure is not tried again."""
    call.files.write(FILE, state["text"])
    outcome = call.run(f"{editor} {FILE}")
    text = call.files.read(FILE) or ""
    call.files.texts.pop(FILE, None)
    if outcome.status:
        raise Usage(f"error: there was a problem with the editor \"{editor.split(' ')[0]}\"")
    outcome, again = _saved(state, text, call.ports)
    if again is not None:
        second, _again = _saved({**state, "again": True, "text": again}, None, call.ports)
        outcome = Outcome(outcome.stdout + second.stdout, outcome.stderr + second.stderr, 1)
    call.out.append(outcome.stdout)
    call.err.append(outcome.stderr)
    call.status = max(call.status, outcome.status)


def editor_of(state: dict[str, Any], ports: Ports) -> Editor:
    """Return the editor of a state, which is JSON-able."""
    return Editor(state, lambda state, text: _saved(state, text, ports))


def creating_editor(call: Call) -> Any:
    """Open the objects of the files in the editor before they are made: `create --edit`. An editor that is a command gets them one by one, the page all at once."""
    docs = [{**doc, "metadata": {**doc["metadata"], **({"namespace": doc["metadata"].get("namespace") or call.namespace} if kind.namespaced else {})}} for kind, doc in manifests(call)]
    if not docs:
        raise Usage("error: must specify one of -f and -k")
    editor = call.variables.get("KUBE_EDITOR") or call.variables.get("EDITOR") or "page"
    is_page = editor.split(" ")[0].rpartition("/")[2] in ("page", "vi", "vim", "nano", "emacs", "code")
    for group in [docs] if is_page else [[doc] for doc in docs]:
        state: dict[str, Any] = {"kind": "edit", "name": f"{len(group)} objects", "docs": group, "failed": "", "again": False, "manager": call.parsed.get("field-manager") or "kubectl-create", "output": "json" if call.parsed.get("output") == "json" else "yaml",
                                 "who": [call.who[0], list(call.who[1])], "subresource": "", "validate": call.parsed.get("validate"), "save_config": call.parsed.has("save-config"), "prints": call.parsed.get("output"), "creates": True}
        state["text"] = HEAD + _text(group, state["output"])
        if is_page:
            return editor_of(state, call.ports)
        _by_command(call, state, editor)
    return None


def _created(state: dict[str, Any], edited: list[Doc], ports: Ports) -> tuple[Outcome, str | None]:
    """Make what was edited."""
    out, wrong = "", ""
    for doc in edited:
        kind = ports.by_kind(str(doc.get("apiVersion")), str(doc.get("kind")))
        if kind is None:
            wrong += f"error: no matches for kind \"{doc.get('kind')}\" in version \"{doc.get('apiVersion')}\"\n"
            continue
        try:
            doc = with_last_applied(doc) if state["save_config"] else doc
            options = {"fieldManager": state["manager"], "fieldValidation": VALIDATION.get(state["validate"], "Strict")}
            made = ports.api.handle(Request("create", kind.resource, doc["metadata"].get("namespace", ""), body=doc, options=options, user=state["who"][0], groups=tuple(state["who"][1]))).doc
            out += _text([without_managers(made)], state["output"]) if state["prints"] in ("yaml", "json") else f"{named(kind, made['metadata']['name'])}{'' if state['prints'] == 'name' else ' created'}\n"
        except ApiError as error:
            wrong += server_text(error) + "\n"
    return Outcome(out, wrong, 1 if wrong else 0), None


def last_applied_editor(call: Call, doc: Doc) -> Any:
    """Edit what was applied last to an object: the annotation, not the object."""
    kind = call.ports.kind_of_doc(doc)
    inner = json.loads(doc["metadata"]["annotations"][LAST_APPLIED])
    state: dict[str, Any] = {"kind": "edit", "name": f"{named(kind, doc['metadata']['name'])} (last applied)", "docs": [inner], "failed": "", "again": False, "manager": "kubectl-edit", "output": call.parsed.get("output") or "yaml",
                             "who": [call.who[0], list(call.who[1])], "subresource": "", "validate": "", "save_config": False, "prints": "", "of": [kind.resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"]]}
    state["text"] = HEAD + _text([inner], state["output"])
    editor = call.variables.get("KUBE_EDITOR") or call.variables.get("EDITOR") or "page"
    return editor_of(state, call.ports) if editor.split(" ")[0].rpartition("/")[2] in ("page", "vi", "vim", "nano", "emacs", "code") else _by_command(call, state, editor)


def _annotated(state: dict[str, Any], edited: list[Doc], ports: Ports) -> tuple[Outcome, str | None]:
    resource, namespace, name = state["of"]
    text = json.dumps(edited[0], separators=(",", ":"), sort_keys=True, ensure_ascii=False) + "\n"
    try:
        doc = ports.api.handle(Request("patch", resource, namespace, name, body={"metadata": {"annotations": {LAST_APPLIED: text}}}, options={"patchType": "application/merge-patch+json", "fieldManager": state["manager"]}, user=state["who"][0], groups=tuple(state["who"][1]))).doc
    except ApiError as error:
        return Outcome("", server_text(error) + "\n", 1), None
    return Outcome(f"{named(ports.kind_of_doc(doc), name)} edited\n"), None


def _plain(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))


def _saved(state: dict[str, Any], text: str | None, ports: Ports) -> tuple[Outcome, str | None]:
    """Send what was edited; return what is printed, and the text to open again after a refusal."""
    if text is None or (state["again"] and _plain(text) == _plain(state["text"])):
        if not state["again"]:
            return Outcome("", "Edit cancelled, no changes made.\n", 0), None
        return Outcome("", f'{state["failed"]}A copy of your changes has been stored to "{FILE}"\nerror: Edit cancelled, no valid changes were saved.\n', 1), None
    if not _plain(text).strip():
        return Outcome("", "Edit cancelled, saved file was empty.\n", 0), None
    if _plain(text) == _plain(HEAD + _text(state["docs"], state["output"])):
        return Outcome("", "Edit cancelled, no changes made.\n", 0), None
    try:
        found = [document.value for document in yaml.documents(_plain(text))]
    except yaml.YamlFault as fault:
        return _again(state, text, [f"The edited file had a syntax error: error parsing edited-file: error converting YAML to JSON: {fault}"], f"error: error parsing edited-file: error converting YAML to JSON: {fault}\n")
    edited = [item for doc in found if isinstance(doc, dict) for item in (doc.get("items") or [] if doc.get("kind") == "List" else [doc])]
    if state.get("creates"):
        return _created(state, edited, ports)
    return _annotated(state, edited, ports) if state.get("of") and edited else _sent(state, text, edited, ports)


def _sent(state: dict[str, Any], text: str, edited: list[Doc], ports: Ports) -> tuple[Outcome, str | None]:
    out, problems, said = "", [], ""
    for doc in edited:
        before = next((item for item in state["docs"] if _key(item) == _key(doc)), None)
        kind = ports.by_kind(str(doc.get("apiVersion")), str(doc.get("kind")))
        if before is None or kind is None:
            message = "At least one of apiVersion, kind and name was changed" if kind is not None else f"no matches for kind \"{doc.get('kind')}\" in version \"{doc.get('apiVersion')}\""
            return Outcome(out, f"error: {message}\n", 1), None
        name = named(kind, doc["metadata"]["name"])
        try:
            patch = difference(before, doc)
            if not patch:
                said += f"{name} skipped\n" if len(edited) > 1 else ""
                continue
            if state["save_config"] or LAST_APPLIED in (before["metadata"].get("annotations") or {}) and state["save_config"]:
                patch.setdefault("metadata", {}).setdefault("annotations", {})[LAST_APPLIED] = json.dumps(doc, separators=(",", ":"), sort_keys=True) + "\n"
            patch_type = "application/merge-patch+json" if getattr(kind, "is_custom", False) else "application/strategic-merge-patch+json"
            request = Request("patch", kind.resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"], state["subresource"], patch, {"patchType": patch_type, "fieldManager": state["manager"], "fieldValidation": VALIDATION.get(state["validate"], "Strict")},
                              state["who"][0], tuple(state["who"][1]))
            response = ports.api.handle(request)
            said += "".join(f"Warning: {warning}\n" for warning in response.warnings)
            out += _text([without_managers(response.doc)], state["output"]) if state["prints"] in ("yaml", "json") else f"{name}\n" if state["prints"] == "name" else f"{name} edited\n"
        except ApiError as error:
            problems += [f"{name.partition('/')[0]} \"{doc['metadata']['name']}\" was not valid:", *_causes(error)] if error.reason == "Invalid" else [f"{name.partition('/')[0]} \"{doc['metadata']['name']}\" could not be patched: {error.message}"]
            said += f"error: {name.partition('/')[0]} \"{doc['metadata']['name']}\" is invalid\n" if error.reason == "Invalid" else f"{server_text(error).replace('Error from server (', 'error: ', 0)}\n"
    if problems:
        return _again(state, text, problems, said, out)
    return Outcome(out, said or ("" if out else "Edit cancelled, no changes made.\n"), 0), None


VALIDATION = {"false": "Ignore", "ignore": "Ignore", "warn": "Warn"}


def _causes(error: ApiError) -> list[str]:
    causes = (error.details or {}).get("causes") or ()
    return [f"* {cause['field']}: {cause['message']}" for cause in causes] or [f"* {error.message}"]


def _key(doc: Doc) -> tuple[Any, ...]:
    metadata = doc.get("metadata") or {}
    return doc.get("apiVersion"), doc.get("kind"), metadata.get("namespace"), metadata.get("name")


def _again(state: dict[str, Any], text: str, problems: list[str], said: str, out: str = "") -> tuple[Outcome, str | None]:
    """Return the text with what was wrong as comments on top; the editor stays open with it."""
    comment = HEAD + "".join(f"# {line}\n" for line in problems) + "#\n"
    state["again"], state["failed"] = True, said
    return Outcome(out, said, 1), comment + _plain(text)
