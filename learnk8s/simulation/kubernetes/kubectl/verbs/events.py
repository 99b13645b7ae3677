"""`kubectl events`. Models kubectl/pkg/cmd/events (1.36)."""

from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.cells import age
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE



def events(call: Call) -> None:
    """List events, oldest first."""
    parsed = call.parsed
    if parsed.has("watch") or parsed.get("output"):
        raise Usage("error: kubectl events with -w or -o is not modelled in this sandbox; use kubectl get events")
    everywhere = parsed.has("all-namespaces")
    found = call.list(BY_RESOURCE["events"], namespace="" if everywhere else None)
    if parsed.get("types") and any(word.lower() not in ("normal", "warning") for word in parsed.get("types").split(",")):
        raise Usage("error: valid --types are Normal or Warning")
    if parsed.get("for") and "/" not in parsed.get("for"):
        raise Usage("error: --for must be in resource/name form")
    if parsed.get("for"):
        word, _, name = parsed.get("for").partition("/")
        kind = call.ports.kind_named(word).kind
        found = [doc for doc in found if (doc["involvedObject"].get("kind"), doc["involvedObject"].get("name")) == (kind, name)]
    if parsed.get("types"):
        wanted = parsed.get("types").lower().split(",")
        found = [doc for doc in found if doc.get("type", "").lower() in wanted]
    if not found:
        call.err.append("No events found.\n" if everywhere else f"No events found in {call.namespace} namespace.\n")
        return
    store = call.ports.api.store
    rows = []
    for doc in sorted(found, key=lambda doc: (doc["lastTimestamp"], int(doc["metadata"]["resourceVersion"]))):
        first, last = age(store, doc["firstTimestamp"]), age(store, doc["lastTimestamp"])
        seen = f"{last} (x{doc['count']} over {first})" if doc["count"] > 1 else first
        rows.append([*([doc["metadata"]["namespace"]] if everywhere else []), seen, doc["type"], doc["reason"], f"{doc['involvedObject']['kind']}/{doc['involvedObject']['name']}", doc["message"].strip()])
    heads = [*(["NAMESPACE"] if everywhere else []), "LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    call.out.append(table(rows if parsed.has("no-headers") else [heads, *rows]))
