"""`kubectl rollout`. Models kubectl/pkg/cmd/rollout and polymorphichelpers (1.36)."""

from typing import Any

from learnk8s.simulation.kubernetes.controllers import revisions
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, meant, named
from learnk8s.simulation.kubernetes.kubectl.describers.template import template_lines
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.rollouts import REVISION
from learnk8s.simulation.kubernetes.kubectl.three_way import LAST_APPLIED
from learnk8s.simulation.kubernetes.kubectl.verbs.write import done
from learnk8s.simulation.kubernetes.kubectl.watching import RolloutJob
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE
from learnk8s.simulation.kernel.shell.programs.small import duration_ms

CHANGE_CAUSE = "kubernetes.io/change-cause"
HASH = "pod-template-hash"
REPLICASETS = BY_RESOURCE["replicasets.apps"]


HEAD = """\
Manage the rollout of one or many resources.

 Valid resource types include:

  *  deployments
  *  daemonsets
  *  statefulsets

Examples:
  # Rollback to the previous deployment
  kubectl rollout undo deployment/abc

  # Check the rollout status of a daemonset
  kubectl rollout status daemonset/foo

  # Restart a deployment
  kubectl rollout restart deployment/abc

  # Restart deployments with the 'app=nginx' label
  kubectl rollout restart deployment --selector=app=nginx"""
SENTENCES = {"history": "View rollout history", "pause": "Mark the provided resource as paused", "restart": "Restart a resource", "resume": "Resume a paused resource", "status": "Show the status of the rollout", "undo": "Undo a previous rollout"}


def rollout(call: Call) -> Any:
    """Carry out a subcommand."""
    verbs = {"status": _status, "history": _history, "undo": _undo, "restart": _restart, "pause": _pause, "resume": _resume}
    if not call.parsed.words or call.parsed.words[0] not in verbs:
        if call.parsed.words:
            raise Usage(f"error: unknown command \"{' '.join(call.parsed.words)}\"\nSee 'kubectl rollout -h' for help and examples")
        raise listing("rollout", head=HEAD, sentences=SENTENCES)
    word, *rest = call.parsed.words
    found = meant(call, rest)
    if not found:
        raise Usage("error: required resource not specified")
    if not found[0].name:
        docs = call.list(found[0].kind, labelSelector=call.parsed.get("selector"))
        if not docs:
            call.err.append(f"No resources found in {call.namespace} namespace.\n")
        found = [Target(found[0].kind, doc["metadata"]["name"]) for doc in docs]
    for target in found:
        result = verbs[word](call, target)
        if result is not None:
            return result
    return None


def _deployment(call: Call, target: Target, what: str) -> Doc:
    doc = call.get(target.kind, target.name)
    if target.kind.kind in ("StatefulSet", "DaemonSet") and what in ("status", "history", "undo", "restart"):
        return doc
    if target.kind.kind != "Deployment":
        messages = {"status": "error: no status viewer has been implemented for {kind}.{group}", "history": "error: no history viewer has been implemented for {kind}.{group}", "undo": "error: no rollbacker has been implemented for {kind}.{group}",
                    "restart": "error: {plural} \"{name}\" restarting is not supported", "pause": "error: {plural} \"{name}\" pausing is not supported", "resume": "error: {plural} \"{name}\" resuming is not supported"}
        if target.kind.group == "":
            messages = {what: text.replace("{kind}.{group}", '"{kind}"') for what, text in messages.items()}
        raise Usage(messages[what].format(kind=target.kind.kind, group=target.kind.group, plural=target.kind.resource, name=target.name).replace(f'"{target.kind.kind}.', '"').rstrip("."))
    return doc


def _status(call: Call, target: Target) -> Any:
    _deployment(call, target, "status")
    timeout = duration_ms(call.parsed.get("timeout")) if call.parsed.get("timeout") else None
    if call.parsed.flags.get("watch") and not call.parsed.has("watch"):
        from learnk8s.simulation.kubernetes.kubectl.rollouts import rollout_progress

        call.out.append(rollout_progress(call.get(target.kind, target.name), target.kind, 0)[0])
        return None
    until = call.ports.clock.now_ms + timeout if timeout else None
    return RolloutJob({"resource": target.kind.resource, "namespace": call.namespace, "name": target.name, "revision": call.parsed.integer("revision", 0), "last": "", "until_ms": until}, call.ports)


def _revisions(call: Call, doc: Doc) -> dict[int, Doc]:
    if doc["kind"] != "Deployment":
        return {revision["revision"]: _as_replicaset(revision) for revision in revisions.history(doc, call.ports.api.store)}
    mine = [item for item in call.list(REPLICASETS, namespace=doc["metadata"]["namespace"]) if any(owner["uid"] == doc["metadata"]["uid"] for owner in item["metadata"].get("ownerReferences", ()))]
    return {int((item["metadata"].get("annotations") or {}).get(REVISION, "0")): item for item in mine}


def _as_replicaset(revision: Doc) -> Doc:
    """Return a ControllerRevision in the shape in which the Deployment's history is read."""
    return {"metadata": revision["metadata"], "spec": {"template": revisions.template_of(revision)}}


def _history(call: Call, target: Target) -> None:
    doc = _deployment(call, target, "history")
    found = _revisions(call, doc)
    wanted = call.parsed.integer("revision", 0) or 0
    if call.parsed.get("output") == "name" and doc["kind"] == "Deployment":
        for number, item in sorted(found.items()):
            if wanted in (0, number):
                call.say(named(REPLICASETS, item["metadata"]["name"]))
        return
    if wanted:
        if wanted not in found:
            raise Usage("error: unable to find the specified revision")
        call.say(f"{named(target.kind, target.name)} with revision #{wanted}")
        call.out.append(_template(found[wanted], with_cause=True) + "\n")
        return
    if call.parsed.get("output"):
        done(call, target.kind, doc, "")
        return
    rows = [[str(number), (item["metadata"].get("annotations") or {}).get(CHANGE_CAUSE) or "<none>"] for number, item in sorted(found.items()) if number]
    call.say(named(target.kind, target.name))
    call.out.append("".join(f"{number:<8}  {cause}\n" for number, cause in [["REVISION", "CHANGE-CAUSE"], *rows]) + "\n")


def _template(replicaset: Doc, *, with_cause: bool) -> str:
    template = replicaset["spec"]["template"]
    cause = (replicaset["metadata"].get("annotations") or {}).get(CHANGE_CAUSE) if with_cause else ""
    metadata = {**(template.get("metadata") or {}), **({"annotations": {CHANGE_CAUSE: cause}} if cause else {})}
    return "Pod Template:\n" + "\n".join(template_lines({**template, "metadata": metadata})) + "\n"


APPLIED = ("Warning: resource {plural}/{name} was previously managed with 'kubectl apply'. Rolling back will not update the kubectl.kubernetes.io/last-applied-configuration annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n")


def _undo(call: Call, target: Target) -> None:
    doc = _deployment(call, target, "undo")
    if LAST_APPLIED in (doc["metadata"].get("annotations") or {}):
        call.err.append(APPLIED.format(plural=target.kind.plural, name=target.name))
    found = _revisions(call, doc)
    own = int((doc["metadata"].get("annotations") or {}).get(REVISION, "0")) if doc["kind"] == "Deployment" else max(found, default=0)
    wanted = call.parsed.integer("to-revision", 0) or 0
    if wanted < 0 or (wanted and wanted not in found):
        raise Usage(f"error: unable to find specified revision {wanted} in history")
    if not wanted:
        earlier = [number for number in found if number and number != own]
        if not earlier:
            raise Usage(f'error: no rollout history found for deployment "{target.name}"' if doc["kind"] == "Deployment" else "error: no last revision to roll back to")
        wanted = max(earlier)
    if doc["spec"].get("paused"):
        raise Usage("error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again")
    source = found[wanted]
    labels = {key: value for key, value in ((source["spec"]["template"].get("metadata") or {}).get("labels") or {}).items() if key != HASH}
    template = {**source["spec"]["template"], "metadata": {**(source["spec"]["template"].get("metadata") or {}), "labels": labels}}
    if call.parsed.get("dry-run") == "client":
        call.say(f"{named(target.kind, target.name)}{'' if doc['kind'] == 'Deployment' else ' will roll back to'} {_template(source, with_cause=False)[:-1]}\n (dry run)")
        return
    if template == doc["spec"]["template"]:
        done(call, target.kind, doc, f"skipped rollback (current template already matches revision {wanted})")
        return
    kept = {key: value for key, value in (doc["metadata"].get("annotations") or {}).items() if key != CHANGE_CAUSE or doc["kind"] != "Deployment"}
    annotations = {key: value for key, value in (source["metadata"].get("annotations") or {}).items() if key == CHANGE_CAUSE and doc["kind"] == "Deployment"}
    body = {**doc, "metadata": {**doc["metadata"], "annotations": {**kept, **annotations}}, "spec": {**doc["spec"], "template": template}}
    call.request("update", target.kind, target.name, body={key: value for key, value in body.items() if key != "status"})
    done(call, target.kind, doc, "rolled back")


def _restart(call: Call, target: Target) -> None:
    if _deployment(call, target, "restart")["spec"].get("paused"):
        raise Usage(f'error: {target.kind.resource} "{target.name}" can\'t restart paused deployment (run rollout resume first)')
    body = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": call.ports.clock.timestamp()}}}}}
    call.request("patch", target.kind, target.name, body=body)
    done(call, target.kind, call.get(target.kind, target.name), "restarted")


def _pause(call: Call, target: Target) -> None:
    doc = _deployment(call, target, "pause")
    if doc["spec"].get("paused"):
        raise Usage(f'error: {target.kind.resource} "{target.name}" is already paused')
    call.request("patch", target.kind, target.name, body={"spec": {"paused": True}})
    done(call, target.kind, call.get(target.kind, target.name), "paused")


def _resume(call: Call, target: Target) -> None:
    doc = _deployment(call, target, "resume")
    if not doc["spec"].get("paused"):
        raise Usage(f'error: {target.kind.resource} "{target.name}" is not paused')
    call.request("patch", target.kind, target.name, body={"spec": {"paused": None}})
    done(call, target.kind, call.get(target.kind, target.name), "resumed")


