"""`kubectl auth`. Models kubectl/pkg/cmd/auth (1.36)."""

import json
from typing import Any

from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, manifests, named
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.verbs.look import print_yaml
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE


def auth(call: Call) -> None:
    """`kubectl auth can-i`, `whoami`, `reconcile`."""
    words = call.parsed.words
    if not words:
        raise listing("auth")
    if words[:1] == ["reconcile"]:
        _reconcile(call)
    elif words[:1] == ["whoami"]:
        review = call.request("create", BY_RESOURCE["selfsubjectreviews.authentication.k8s.io"], body={}).doc
        found = review["status"]["userInfo"]
        if call.parsed.get("output"):
            shown = {"kind": "SelfSubjectReview", "apiVersion": "authentication.k8s.io/v1", "metadata": {}, "status": {"userInfo": found}}
            call.out.append(json.dumps(shown, indent=4) + "\n" if call.parsed.get("output") == "json" else print_yaml(shown))
            return
        call.out.append(table([["ATTRIBUTE", "VALUE"], ["Username", found["username"]], ["Groups", f"[{' '.join(found['groups'])}]"]]))
    elif words[:1] == ["can-i"] and call.parsed.has("list"):
        if len(words) > 1:
            raise Usage("error: list option must be specified with no arguments")
        _allowed_things(call)
    elif words[:1] == ["can-i"]:
        _can_i(call, words[1:])
    else:
        raise Usage(f"error: unknown command \"{' '.join(words)}\"\nSee 'kubectl auth -h' for help and examples")


def _in_group(group: str) -> str:
    return f" in group '{group}'" if group else ""


VERBS = ("*", "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate", "escalate", "approve", "sign", "attest")


def _can_i(call: Call, words: list[str]) -> None:
    if not 2 <= len(words) <= 3:
        raise Usage("error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.")
    verb, what, *rest = words
    if verb not in VERBS and not what.startswith("/"):
        call.err.append(f"Warning: verb '{verb}' is not a known verb\n")
    if what.startswith("/"):
        if call.parsed.get("subresource"):
            raise Usage("error: --subresource can not be used with NonResourceURL")
        spec: Doc = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        plain, _, name = what.partition("/")
        kind = call.ports.lookup(plain)
        if kind is None and plain != "*":
            call.err.append(f"Warning: the server doesn't have a resource type '{plain}'\n")
        elif kind is not None and not kind.namespaced and not call.parsed.has("all-namespaces"):
            call.err.append(f"Warning: resource '{kind.plural}' is not namespace scoped{_in_group(kind.group)}\n")
        namespace = "" if call.parsed.has("all-namespaces") or (kind is not None and not kind.namespaced) else call.namespace
        spec = {"resourceAttributes": {"verb": verb, "group": kind.group if kind else "", "resource": kind.plural if kind else plain, "subresource": call.parsed.get("subresource"), "name": name or (rest[0] if rest else ""), "namespace": namespace}}
    status = call.request("create", BY_RESOURCE["selfsubjectaccessreviews.authorization.k8s.io"], body={"spec": spec}).doc["status"]
    if not call.parsed.has("quiet"):
        call.say("yes" if status["allowed"] else "no")
    call.status = 0 if status["allowed"] else 1


def _allowed_things(call: Call) -> None:
    status = call.request("create", BY_RESOURCE["selfsubjectrulesreviews.authorization.k8s.io"], body={"spec": {"namespace": call.namespace}}).doc["status"]
    rows: list[list[str]] = []
    for rule in status["resourceRules"]:
        for group in rule.get("apiGroups") or [""]:
            for name in rule["resources"]:
                plural, slash, sub = name.partition("/")
                rows.append([f"{plural}.{group}{slash}{sub}" if group else name, "[]", f"[{' '.join(rule.get('resourceNames') or ())}]", f"[{' '.join(rule['verbs'])}]"])
    rows.sort(key=lambda row: (row[0].partition(".")[2], row[0]))
    rows += sorted([["", f"[{url}]", "[]", f"[{' '.join(rule['verbs'])}]"] for rule in status["nonResourceRules"] for url in rule["nonResourceURLs"]], key=lambda row: row[1])
    call.out.append(table([["Resources", "Non-Resource URLs", "Resource Names", "Verbs"], *rows]))


def _reconcile(call: Call) -> None:
    """`kubectl auth reconcile -f`: bring roles and bindings to what the files say; rules and subjects that are there stay unless told otherwise."""
    if not call.parsed.all("filename") and not call.parsed.get("kustomize"):
        raise Usage("error: must specify one of -f and -k")
    for kind, doc in manifests(call):
        if kind.group != "rbac.authorization.k8s.io":
            continue
        namespace = doc["metadata"].get("namespace") or call.namespace
        part = "rules" if kind.kind.endswith("Role") else "subjects"
        try:
            live = call.get(kind, doc["metadata"]["name"], namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            call.request("create", kind, namespace=namespace, body=doc)
            call.say(f"{named(kind, doc['metadata']['name'])} reconciled")
            _told(call, part, doc.get(part) or [], "missing")
            continue
        before: list[Any] = live.get(part) or []
        wanted: list[Any] = doc.get(part) or []
        missing, extra = [item for item in wanted if item not in before], [item for item in before if item not in wanted]
        drop = call.parsed.has(f"remove-extra-{'permissions' if part == 'rules' else 'subjects'}")
        kept = [item for item in before if item in wanted or not drop]
        if missing or (extra and drop):
            call.request("update", kind, doc["metadata"]["name"], namespace=namespace, body={**live, part: [*kept, *missing]})
            call.say(f"{named(kind, doc['metadata']['name'])} reconciled")
        else:
            call.say(f"{named(kind, doc['metadata']['name'])} unchanged")
        _told(call, part, missing, "missing")
        _told(call, part, extra if drop else [], "extra")


def _told(call: Call, part: str, items: list[Doc], word: str) -> None:
    if items and part == "rules":
        call.say(f"\t{word} rules added:" if word == "missing" else "\textra rules removed:")
        for rule in items:
            call.say(f"\t\t{{Verbs:[{' '.join(rule.get('verbs') or ())}] APIGroups:[{' '.join(rule.get('apiGroups') or ())}] Resources:[{' '.join(rule.get('resources') or ())}] ResourceNames:[{' '.join(rule.get('resourceNames') or ())}] NonResourceURLs:[{' '.join(rule.get('nonResourceURLs') or ())}]}}")
    elif items:
        call.say("\tmissing subjects added:" if word == "missing" else "\textra subjects removed:")
        for subject in items:
            call.say(f"\t\t{{Kind:{subject.get('kind', '')} APIGroup:{subject.get('apiGroup', '')} Name:{subject.get('name', '')} Namespace:{subject.get('namespace', '')}}}")
