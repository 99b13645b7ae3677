"""Small verbs: kustomize, certificate, completion, plugin, options, cluster-info dump. Models kubectl/pkg/cmd (1.36)."""

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.kubectl import kustomize as kustomizing
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Usage, flags_of
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.verbs.write import chosen, done
from learnk8s.simulation.kubernetes.objects.document import Doc

SHELLS = ("bash", "zsh", "fish", "powershell")


def kustomize(call: Call) -> None:
    """`kubectl kustomize DIR`."""
    words = call.parsed.words
    if len(words) > 1:
        raise Usage("error: specify one path to kustomization.yaml")
    docs = kustomizing.built(call.files, words[0] if words else ".")
    text = "---\n".join(yaml.written(doc, folds=True) for doc in docs)
    if call.parsed.get("output"):
        call.files.write(call.parsed.get("output"), text)
        return
    call.out.append(text)


def certificate(call: Call) -> None:
    """`kubectl certificate approve|deny CSR…`."""
    words = call.parsed.words
    if not words:
        raise listing("certificate")
    if words[0] not in ("approve", "deny"):
        raise listing("certificate")
    if len(words) < 2 and not call.parsed.all("filename"):
        raise Usage("error: one or more CSRs must be specified as <name> or -f <filename>")
    kind = call.ports.kind_named("certificatesigningrequests")
    found = [target.name for target in chosen(call, [])] if call.parsed.all("filename") else [word.partition("/")[2] or word for word in words[1:]]
    for name in found:
        doc = call.get(kind, name)
        condition = {"approve": ("Approved", "KubectlApprove", "This CSR was approved by kubectl certificate approve."), "deny": ("Denied", "KubectlDeny", "This CSR was denied by kubectl certificate deny.")}[words[0]]
        done(call, kind, _decided(call, doc, *condition), "approved" if words[0] == "approve" else "denied")


def _decided(call: Call, doc: Doc, kind: str, reason: str, message: str) -> Doc:
    """Return the request with a decision. Raises ApiError."""
    before = (doc.get("status") or {}).get("conditions") or []
    if any(entry["type"] == kind for entry in before) and not call.parsed.has("force"):
        return doc
    now = call.ports.clock.timestamp()
    condition = {"type": kind, "status": "True", "reason": reason, "message": message, "lastUpdateTime": now, "lastTransitionTime": now}
    body = {**doc, "status": {**(doc.get("status") or {}), "conditions": [*(entry for entry in before if entry["type"] != kind), condition]}}
    return call.request("update", call.ports.kind_named("certificatesigningrequests"), doc["metadata"]["name"], subresource="approval", body=body).doc


def completion(call: Call) -> None:
    """`kubectl completion SHELL`: a script that says what is so here; Tab completes already."""
    words = call.parsed.words
    if not words:
        raise Usage("error: Shell not specified.\nSee 'kubectl completion -h' for help and examples")
    if len(words) > 1:
        raise Usage("error: Too many arguments. Expected only the shell type.\nSee 'kubectl completion -h' for help and examples")
    if words[0] not in SHELLS:
        raise Usage(f"error: Unsupported shell type \"{words[0]}\".\nSee 'kubectl completion -h' for help and examples")
    call.say(f"# In this terminal Tab completes kubectl already; the completion script of the real kubectl for {words[0]} has nothing to add.")


def plugin(call: Call) -> None:
    """`kubectl plugin list`: there are none here."""
    if not call.parsed.words:
        raise listing("plugin")
    raise Bare("error: unable to find any kubectl plugins in your PATH")


def options(call: Call) -> None:
    """`kubectl options`: the flags of all commands."""
    call.say("The following options can be passed to any command:\n")
    for flag in flags_of(""):
        if flag.name != "help":
            call.say(f"    {flag.shown}{'' if flag.is_switch else '='}")


def alpha(call: Call) -> None:
    """`kubectl alpha`: commands that may change; none is modelled."""
    raise Usage("error: kubectl alpha is not modelled in this sandbox; none of its commands is")


def kuberc(call: Call) -> None:
    """`kubectl kuberc`: preferences of the user; there are none here."""
    raise Usage("error: kubectl kuberc is not modelled in this sandbox; use `alias` for your own short forms")

