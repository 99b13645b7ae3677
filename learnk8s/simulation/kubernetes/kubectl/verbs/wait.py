"""`kubectl wait`. Models kubectl/pkg/cmd/wait (1.36)."""

from typing import Any

from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, manifests, named, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.watching import UntilJob

WEEK_MS = 7 * 24 * 3_600_000


def wait(call: Call) -> Any:
    """Wait for a condition, a value, or that something is there or gone."""
    parsed = call.parsed
    goals = parsed.all("for")
    goal = goals[-1] if goals else ""
    if not goal:
        raise Usage("error: unrecognized condition: []")
    word = goal.lower() if goal.lower() in ("delete", "create") else goal
    if not (word in ("delete", "create") or word.startswith(("condition=", "jsonpath="))):
        raise Usage(f'error: unrecognized condition: "{goal}"')
    if word.startswith("jsonpath="):
        word = f"jsonpath={_json_condition(word.removeprefix('jsonpath='))}"
    timeout = duration_ms(parsed.get("timeout", "30s").replace("1m0s", "60s").lstrip("-"))
    timeout = WEEK_MS if parsed.get("timeout").startswith("-") else timeout or 0
    found = _found(call, word)
    if found is None:
        return None
    left = []
    for target, namespace in found:
        shown = named(target.kind, target.name)
        if word == "delete" and call.ports.api.store.get(target.kind.resource, namespace, target.name) is None:
            continue
        left.append({"resource": target.kind.resource, "namespace": namespace, "name": target.name, "goal": "gone" if word == "delete" else word, "shown": f"{target.kind.plural}/{target.name}", "line": f"{shown} {'deleted' if word == 'delete' else 'condition met'}\n"})
    if parsed.get("output") == "name":
        left = [{**entry, "line": entry["line"].split(" ")[0] + "\n"} for entry in left]
    after = "".join(f"Error from server (NotFound): {message}\n" for message in call.missing)
    return UntilJob({"left": left, "until_ms": call.ports.clock.now_ms + timeout, "status": call.status, "after": after}, call.ports)


def _json_condition(text: str) -> str:
    """Return the path and the wanted value of `{.status.phase}=Running`. Raises Usage."""
    text = text.strip("'\"")
    if text.startswith("{"):
        path, brace, rest = text.partition("}")
        if not brace:
            raise Usage("error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
        if rest and not rest.startswith("="):
            raise Usage("error: jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'")
        if rest == "=":
            raise Usage("error: jsonpath wait value cannot be empty")
        return path.lstrip("{") + rest
    if not text:
        raise Usage("error: jsonpath expression cannot be empty")
    return text


def _found(call: Call, goal: str) -> list[tuple[Target, str]] | None:
    parsed = call.parsed
    found: list[tuple[Target, str]] = []
    for kind, doc in manifests(call) if not parsed.words else ():
        found.append((Target(kind, doc["metadata"]["name"]), (doc["metadata"].get("namespace") or call.namespace) if kind.namespaced else ""))
    wanted = targets(parsed.words, call.ports)
    if not wanted and not found:
        raise Usage("error: You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'")
    for target in wanted:
        namespace = call.namespace if target.kind.namespaced else ""
        if target.name:
            found.append((target, namespace))
        elif parsed.get("selector") or parsed.has("all") or parsed.get("field-selector"):
            docs = call.list(target.kind, namespace="" if parsed.has("all-namespaces") else None, labelSelector=parsed.get("selector"), fieldSelector=parsed.get("field-selector"))
            found.extend((Target(target.kind, doc["metadata"]["name"]), doc["metadata"].get("namespace", "")) for doc in docs)
        else:
            raise Usage("error: resource(s) were provided, but no name was specified")
    if not found:
        if goal == "delete":
            return None
        raise Usage("error: no matching resources found")
    missing: list[ApiError] = []
    for target, namespace in found if goal not in ("create", "delete") else ():
        try:
            call.get(target.kind, target.name, namespace)
        except ApiError as error:
            missing.append(error)
    call.missing = [error.message for error in missing]
    if missing and len(missing) == len(found):
        raise missing[0]
    if missing:
        call.status = 1
        found = [pair for pair in found if not any(f'"{pair[0].name}" not found' in error.message for error in missing)]
    return found
