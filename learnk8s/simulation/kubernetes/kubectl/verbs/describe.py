"""`kubectl describe`. Models kubectl/pkg/cmd/describe (1.36)."""

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, manifests, targets
from learnk8s.simulation.kubernetes.kubectl.describers.kinds import described
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.verbs.get import server_text



def describe(call: Call) -> None:
    """Describe objects, two empty lines between them. Events are shown of a single object only, unless they are asked for."""
    parsed = call.parsed
    wanted = targets(parsed.words, call.ports) if parsed.words else [Target(kind, doc["metadata"].get("name", "")) for kind, doc in manifests(call)]
    if not wanted:
        raise Usage("error: You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.")
    docs = []
    for target in wanted:
        if not target.name:
            docs.extend(call.list(target.kind, namespace="" if parsed.has("all-namespaces") else None, labelSelector=parsed.get("selector")))
            continue
        try:
            docs.append(call.get(target.kind, target.name))
        except ApiError as error:
            matching = [doc for doc in call.list(target.kind) if doc["metadata"]["name"].startswith(target.name)]
            if not matching:
                call.complain(server_text(error))
            docs.extend(matching)
    if not docs and not call.status:
        call.err.append(f"No resources found in {call.namespace} namespace.\n" if wanted[0].kind.namespaced and not parsed.has("all-namespaces") else "No resources found\n")
    call.shows_events = parsed.has("show-events") if parsed.get("show-events") else len(docs) < 2 and len(wanted) < 2
    call.out.append("\n\n".join(described(call, doc) for doc in docs))
