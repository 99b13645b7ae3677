"""The verbs that look without changing: logs, exec, version, cluster-info, api-resources, api-versions, explain, top, auth, config, wait.

Models kubectl/pkg/cmd (1.36).
"""

import json
from typing import Any

from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, kind_of, named, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Flag, Usage, switch
from learnk8s.simulation.kubernetes.kubectl.watching import LogJob, UntilJob, WaitJob
from learnk8s.simulation.kubernetes.objects import schema
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, KINDS, lookup

PODS = BY_RESOURCE["pods"]
VERSION = "v1.36.2"
LOG_FLAGS = (switch("follow", "f"), switch("previous", "p"), Flag("tail"), Flag("since"), Flag("container", "c"), switch("all-containers"), switch("timestamps"), switch("prefix"), Flag("selector", "l"), Flag("limit-bytes"),
             Flag("max-log-requests"), switch("ignore-errors"), switch("all-pods"), Flag("since-time"), Flag("pod-running-timeout"))


def _pods_behind(call: Call, word: str) -> list[Doc]:
    """Return the pods that `web`, `pod/web`, `deploy/web` or `svc/web` mean. Raises ApiError."""
    if "/" not in word:
        return [call.get(PODS, word)]
    target = targets([word])[0]
    doc = call.get(target.kind, target.name)
    if target.kind.kind == "Pod":
        return [doc]
    selector = doc["spec"].get("selector") or {}
    labels = selector.get("matchLabels", selector if target.kind.kind == "Service" else {})
    found = call.list(PODS, labelSelector=",".join(f"{key}={value}" for key, value in labels.items()))
    if not found:
        raise Usage("error: timed out waiting for the condition")
    return sorted(found, key=lambda pod: (pod.get("status", {}).get("phase") != "Running", pod["metadata"]["name"]))


def _logged(call: Call, word: str) -> list[Doc]:
    """Return the pods whose logs are asked for; kubectl logs says in its own way that there are none. Raises Usage, ApiError."""
    try:
        return _pods_behind(call, word)
    except ApiError as error:
        if error.code != 404:
            raise
        raise Usage(f'error: error from server (NotFound): {error.message} in namespace "{call.namespace}"') from None


def logs(call: Call) -> Any:
    """`kubectl logs`."""
    parsed = call.parsed
    if parsed.get("selector"):
        pods = call.list(PODS, labelSelector=parsed.get("selector"))
        if not pods:
            call.err.append(f"No resources found in {call.namespace} namespace.\n")
            return None
    elif not parsed.words:
        raise Usage("error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples")
    else:
        pods = _logged(call, parsed.words[0])
        if len(pods) > 1 and not parsed.has("all-pods"):
            call.err.append(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}\n")
            pods = pods[:1]
    container = parsed.words[1] if len(parsed.words) > 1 else parsed.get("container")
    tail = parsed.integer("tail", 10 if parsed.get("selector") else None)
    options: dict[str, Any] = {"previous": parsed.has("previous"), "tailLines": tail, "sinceSeconds": _since_s(parsed.get("since")), "timestamps": parsed.has("timestamps"), "limitBytes": parsed.integer("limit-bytes", None)}
    if parsed.has("follow") and len(pods) == 1 and not parsed.has("all-containers"):
        pod = pods[0]
        options["container"] = container or _container(call, pod)
        call.request("get", PODS, pod["metadata"]["name"], subresource="log", **options)
        plain = {key: value for key, value in options.items() if key in ("container", "timestamps")}
        state = {"namespace": call.namespace, "name": pod["metadata"]["name"], "options": plain, "seen": _skipped(call, pod, plain, tail)}
        return LogJob(state, call.ports)
    for pod in pods:
        names = [item["name"] for item in pod["spec"]["containers"]] if parsed.has("all-containers") else [container or _container(call, pod)]
        for name in names:
            text = call.request("get", PODS, pod["metadata"]["name"], subresource="log", container=name, **options).doc["text"]
            prefix = f"[pod/{pod['metadata']['name']}/{name}] " if parsed.has("prefix") else ""
            call.out.append("".join(prefix + line for line in text.splitlines(keepends=True)))
    return None


def _container(call: Call, pod: Doc) -> str:
    names = [item["name"] for item in pod["spec"]["containers"]]
    if len(names) > 1:
        call.err.append(f"Defaulted container \"{names[0]}\" out of: {', '.join(names)}\n")
    return str(names[0])


def _skipped(call: Call, pod: Doc, options: dict[str, Any], tail: int | None) -> int:
    if tail is None or tail < 0:
        return 0
    text = call.request("get", PODS, pod["metadata"]["name"], subresource="log", **options).doc["text"]
    return max(len(text.splitlines()) - tail, 0)


def _since_s(text: str) -> int | None:
    if not text:
        return None
    from learnk8s.simulation.kernel.shell.programs.small import duration_ms

    found = duration_ms(text)
    if found is None:
        raise Usage(f'error: invalid argument "{text}" for "--since" flag: time: invalid duration "{text}"')
    return found // 1000


EXEC_FLAGS = (Flag("container", "c"), switch("stdin", "i"), switch("tty", "t"), switch("quiet", "q"), Flag("filename", "f"), Flag("pod-running-timeout"))
INTERACTIVE = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")


def exec_(call: Call) -> Any:
    """`kubectl exec`: one command in a container."""
    parsed = call.parsed
    if not parsed.words:
        raise Usage("error: pod, type/name or --filename must be specified")
    argv = parsed.after_dashes or []
    if not argv:
        if len(parsed.words) > 1:
            raise Usage("error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples")
        raise Usage("error: you must specify at least one command for the container")
    pod = _pods_behind(call, parsed.words[0])[0]
    container = parsed.get("container") or _container(call, pod)
    if argv[0] in INTERACTIVE and len(argv) == 1:
        return Enter(pod["metadata"]["namespace"], pod["metadata"]["name"], container)
    found = run_inside(call, pod, container, argv)
    if found.get("took_ms"):
        return WaitJob({"text": found["stdout"] + found["stderr"], "status": found["status"], "until_ms": call.ports.clock.now_ms + found["took_ms"]}, call.ports)
    call.out.append(found["stdout"])
    call.err.append(found["stderr"])
    call.status = found["status"]
    return None


def run_inside(call: Call, pod: Doc, container: str, argv: list[str]) -> Doc:
    """Run one command in a container."""
    return call.request("create", PODS, pod["metadata"]["name"], namespace=pod["metadata"]["namespace"], subresource="exec", container=container, command=argv, stdin=call.stdin).doc


class Enter:
    """The command asks for an interactive shell in a container: the terminal goes inside until `exit`."""

    def __init__(self, namespace: str, pod: str, container: str) -> None:
        self.namespace, self.pod, self.container = namespace, pod, container


def version(call: Call) -> None:
    """`kubectl version`."""
    output = call.parsed.get("output")
    if output in ("json", "yaml"):
        info = {"buildDate": "2026-06-11T00:00:00Z", "compiler": "gc", "gitCommit": "simulated", "gitTreeState": "clean", "gitVersion": VERSION, "goVersion": "go1.26.0", "major": "1", "minor": "36", "platform": "linux/amd64"}
        doc: Doc = {"clientVersion": info, "kustomizeVersion": "v5.8.1"}
        if not call.parsed.has("client"):
            doc["serverVersion"] = info
        call.out.append(json.dumps(doc, indent=2) + "\n" if output == "json" else print_yaml(doc))
        return
    if output:
        raise Usage("error: --output must be 'yaml' or 'json'")
    call.say(f"Client Version: {VERSION}")
    call.say("Kustomize Version: v5.8.1")
    if not call.parsed.has("client"):
        call.say(f"Server Version: {VERSION}")


def print_yaml(doc: Doc) -> str:
    """Return a document as YAML."""
    from learnk8s.simulation.kernel import yaml

    return yaml.written(doc)


def cluster_info(call: Call) -> None:
    """`kubectl cluster-info`."""
    call.say("Kubernetes control plane is running at https://192.168.49.2:8443")
    call.say("")
    call.say("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")


def api_resources(call: Call) -> None:
    """`kubectl api-resources`."""
    namespaced = call.parsed.get("namespaced")
    kinds = [kind for kind in KINDS if not namespaced or kind.namespaced == (namespaced == "true")]
    if call.parsed.get("api-group") or "api-group" in call.parsed.flags:
        kinds = [kind for kind in kinds if kind.group == call.parsed.get("api-group")]
    wanted = {verb for value in call.parsed.all("verbs") for verb in value.split(",") if verb}
    kinds = sorted((kind for kind in kinds if wanted <= set(kind.verbs)), key=lambda kind: (kind.group != "", kind.group, kind.plural))
    if call.parsed.get("output") == "name":
        call.out.append("".join(f"{kind.resource}\n" for kind in kinds))
        return
    rows = [[kind.plural, ",".join(kind.short_names), kind.api_version, str(kind.namespaced).lower(), kind.kind] for kind in kinds]
    wide = call.parsed.get("output") == "wide"
    if wide:
        rows = [[*row, ",".join(kind.verbs), ",".join(kind.categories)] for row, kind in zip(rows, kinds, strict=True)]
    heads = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", *(["VERBS", "CATEGORIES"] if wide else [])]
    call.out.append(table(rows if call.parsed.has("no-headers") else [heads, *rows]))


def api_versions(call: Call) -> None:
    """`kubectl api-versions`."""
    call.out.append("".join(f"{name}\n" for name in sorted({kind.api_version for kind in call.ports.api.kinds()})))


def explain(call: Call) -> None:
    """`kubectl explain`: the fields of a kind. The descriptions of the real documentation are not shipped with this sandbox."""
    if not call.parsed.words:
        raise Usage("error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.")
    word, *path = call.parsed.words[0].split(".")
    kind = lookup(word)
    if kind is None:
        raise Bare(f"the server doesn't have a resource type \"{word}\"")
    type_name = schema.root_type(kind) or ""
    for part in path:
        found = schema.fields(type_name).get(part)
        if found is None:
            call.say(f"GROUP:      {kind.group}\nKIND:       {kind.kind}\nVERSION:    {kind.version}\n" if kind.group else f"KIND:       {kind.kind}\nVERSION:    {kind.version}\n")
            raise Usage(f'error: field "{part}" does not exist')
        type_name = found[0].rstrip("[]{}")
    call.say(f"GROUP:      {kind.group}\nKIND:       {kind.kind}\nVERSION:    {kind.version}\n" if kind.group else f"KIND:       {kind.kind}\nVERSION:    {kind.version}\n")
    if path:
        call.say(f"FIELD: {path[-1]} <{type_name.split('.')[-1]}>\n")
    call.say("FIELDS:")
    _fields(call, type_name, 1, recursive=call.parsed.has("recursive"), seen=())


def _fields(call: Call, type_name: str, depth: int, *, recursive: bool, seen: tuple[str, ...]) -> None:
    for name, (kind, required) in schema.fields(type_name).items():
        plain = kind.rstrip("[]{}")
        shown = plain.split(".")[-1].replace("int-or-string", "IntOrString").replace("str", "string") if "." not in plain else plain.split(".")[-1]
        shown = {"int": "integer", "bool": "boolean", "float": "number", "any": "Object", "time": "string", "quantity": "Quantity"}.get(shown, shown)
        shown = f"[]{shown}" if kind.endswith("[]") else f"map[string]{shown}" if kind.endswith("{}") else shown
        call.say(f"{'  ' * depth}{name}\t<{shown}>{' -required-' if required else ''}")
        if recursive and plain not in seen and len(seen) < 12 and len(call.out) < 4_000:
            _fields(call, plain, depth + 1, recursive=True, seen=(*seen, plain))


def top(call: Call) -> None:
    """`kubectl top nodes|pods`: what the simulated processes use."""
    if not call.parsed.words:
        raise Usage("Display resource (CPU/memory) usage.\n\nAvailable Commands:\n  node          Display resource (CPU/memory) usage of nodes\n  pod           Display resource (CPU/memory) usage of pods")
    kind = kind_of(call.parsed.words[0])
    everywhere = call.parsed.has("all-namespaces")
    pods = call.list(PODS, namespace="" if everywhere or kind.kind == "Node" else None, labelSelector=call.parsed.get("selector") if kind.kind == "Pod" else "")
    used = [(pod, *call.ports.usage(pod)) for pod in pods if pod.get("status", {}).get("phase") == "Running"]
    if kind.kind == "Pod":
        rows = [[*([pod["metadata"]["namespace"]] if everywhere else []), pod["metadata"]["name"], f"{cpu}m", f"{memory // 2**20}Mi"] for pod, cpu, memory in used if len(call.parsed.words) < 2 or pod["metadata"]["name"] == call.parsed.words[1]]
        call.out.append(table([[*(["NAMESPACE"] if everywhere else []), "NAME", "CPU(cores)", "MEMORY(bytes)"], *rows]))
        return
    if kind.kind != "Node":
        raise Usage(f"error: unknown command \"{call.parsed.words[0]}\" for \"kubectl top\"")
    from learnk8s.simulation.kernel.quantities import millis, whole

    rows = []
    for node in call.list(kind):
        mine = [(cpu, memory) for pod, cpu, memory in used if pod["spec"].get("nodeName") == node["metadata"]["name"]]
        cpu, memory = sum(item[0] for item in mine) + 40, sum(item[1] for item in mine) + 300 * 2**20
        allocatable = node["status"]["allocatable"]
        rows.append([node["metadata"]["name"], f"{cpu}m", f"{cpu * 100 // millis(allocatable['cpu'])}%", f"{memory // 2**20}Mi", f"{memory * 100 // whole(allocatable['memory'])}%"])
    call.out.append(table([["NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"], *rows]))


def auth(call: Call) -> None:
    """`kubectl auth can-i`, `whoami`."""
    words = call.parsed.words
    if words[:1] == ["whoami"]:
        found = call.request("create", BY_RESOURCE["selfsubjectreviews.authentication.k8s.io"], body={}).doc["status"]["userInfo"]
        call.out.append(table([["ATTRIBUTE", "VALUE"], ["Username", found["username"]], ["Groups", f"[{' '.join(found['groups'])}]"]]))
    elif words[:1] == ["can-i"] and call.parsed.has("list"):
        _allowed_things(call)
    elif words[:1] == ["can-i"]:
        _can_i(call, words[1:])
    else:
        raise Usage("error: only `kubectl auth can-i` and `kubectl auth whoami` are modelled in this sandbox")


def _in_group(group: str) -> str:
    return f" in group '{group}'" if group else ""


def _can_i(call: Call, words: list[str]) -> None:
    if len(words) < 2:
        raise Usage("error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.")
    verb, what, *rest = words
    if what.startswith("/"):
        spec: Doc = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        plain, _, name = what.partition("/")
        kind = lookup(plain)
        if kind is None and plain != "*":
            call.err.append(f"Warning: the server doesn't have a resource type '{plain}'\n")
        elif kind is not None and not kind.namespaced:
            call.err.append(f"Warning: resource '{kind.plural}' is not namespace scoped{_in_group(kind.group)}\n")
        namespace = "" if call.parsed.has("all-namespaces") or (kind is not None and not kind.namespaced) else call.namespace
        spec = {"resourceAttributes": {"verb": verb, "group": kind.group if kind else "", "resource": kind.plural if kind else plain, "subresource": call.parsed.get("subresource"), "name": name or (rest[0] if rest else ""), "namespace": namespace}}
    status = call.request("create", BY_RESOURCE["selfsubjectaccessreviews.authorization.k8s.io"], body={"spec": spec}).doc["status"]
    if not call.parsed.has("quiet"):
        call.say("yes" if status["allowed"] else "no")
    call.status = 0 if status["allowed"] else 1


def _allowed_things(call: Call) -> None:
    status = call.request("create", BY_RESOURCE["selfsubjectrulesreviews.authorization.k8s.io"], body={"spec": {"namespace": call.namespace}}).doc["status"]
    rows = []
    for rule in status["resourceRules"]:
        for group in rule.get("apiGroups") or [""]:
            for name in rule["resources"]:
                plural, slash, sub = name.partition("/")
                rows.append([f"{plural}.{group}{slash}{sub}" if group else name, "[]", f"[{' '.join(rule.get('resourceNames') or ())}]", f"[{' '.join(rule['verbs'])}]"])
    rows += [["", f"[{url}]", "[]", f"[{' '.join(rule['verbs'])}]"] for rule in status["nonResourceRules"] for url in rule["nonResourceURLs"]]
    call.out.append(table([["Resources", "Non-Resource URLs", "Resource Names", "Verbs"], *rows]))


def config(call: Call) -> None:
    """`kubectl config`: one context, whose namespace can be set."""
    words, context = call.parsed.words, call.ports.context
    match words[:1]:
        case ["current-context"]:
            call.say("learnk8s")
        case ["get-contexts"]:
            call.out.append(table([["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], ["*", "learnk8s", "learnk8s", "kubernetes-admin", context.get("namespace", "")]]))
        case ["set-context"]:
            context["namespace"] = call.parsed.get("namespace") or context.get("namespace", "default")
            call.say('Context "learnk8s" modified.')
        case ["use-context"] if words[1:] == ["learnk8s"]:
            call.say('Switched to context "learnk8s".')
        case ["use-context"]:
            raise Usage(f'error: no context exists with the name: "{(words + [""])[1]}"')
        case ["view"]:
            body = {"namespace": context.get("namespace", "default"), "cluster": "learnk8s", "user": "kubernetes-admin"}
            call.out.append(print_yaml({"apiVersion": "v1", "kind": "Config", "clusters": [{"cluster": {"server": "https://192.168.49.2:8443"}, "name": "learnk8s"}], "contexts": [{"context": body, "name": "learnk8s"}], "current-context": "learnk8s", "users": [{"name": "kubernetes-admin", "user": {}}]}))
        case _:
            raise Usage("error: only view, current-context, get-contexts, use-context and set-context --current --namespace are modelled in this sandbox")


WAIT_FLAGS = (Flag("for"), Flag("timeout"), Flag("selector", "l"), switch("all"), switch("all-namespaces", "A"), Flag("filename", "f"), Flag("output", "o"), Flag("field-selector"))


def wait(call: Call) -> Any:
    """`kubectl wait --for=…`."""
    goal = call.parsed.get("for")
    if not goal:
        raise Usage("error: unrecognized condition: []")
    if not (goal in ("delete", "create") or goal.startswith(("condition=", "jsonpath="))):
        raise Usage(f'error: unrecognized condition: "{goal}"')
    found: list[Target] = []
    for target in targets(call.parsed.words):
        if target.name:
            found.append(target)
            continue
        docs = call.list(target.kind, labelSelector=call.parsed.get("selector"))
        found.extend(Target(target.kind, doc["metadata"]["name"]) for doc in docs)
    if not found:
        raise Usage("error: no matching resources found")
    left = []
    for target in found:
        namespace = call.namespace if target.kind.namespaced else ""
        if goal not in ("create", "delete"):
            call.get(target.kind, target.name)
        shown = named(target.kind, target.name)
        left.append({"resource": target.kind.resource, "namespace": namespace, "name": target.name, "goal": "gone" if goal == "delete" else goal, "shown": f"{target.kind.plural}/{target.name}",
                     "line": f"{shown} {'deleted' if goal == 'delete' else 'condition met'}\n"})
        if goal == "delete" and call.ports.api.store.get(target.kind.resource, namespace, target.name) is None:
            left.pop()
    timeout = _since_s(call.parsed.get("timeout", "30s")) or 0
    return UntilJob({"left": left, "until_ms": call.ports.clock.now_ms + timeout * 1000 if timeout >= 0 else None}, call.ports)


