"""`kubectl create SUBCOMMAND` for what is not a Deployment, Service, ConfigMap or Secret; and `kubectl autoscale`. Models kubectl/pkg/cmd/{create,autoscale} (1.36)."""

import re
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.kubectl.client import Call, given
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Usage
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import print_objects
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, check_dry, create_object
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind

RBAC = "rbac.authorization.k8s.io"
Made = tuple[str, Doc]


def one_name(rest: list[str], command: str) -> str:
    """Return the only word. Raises Usage."""
    if len(rest) != 1:
        raise Usage(f"error: exactly one NAME is required, got {len(rest)}\nSee 'kubectl create {command} -h' for help and examples")
    return rest[0]


def _required(call: Call, *names: str) -> None:
    missing = [name for name in names if not call.parsed.all(name)]
    if missing:
        raise Usage(f"error: required flag(s) {', '.join(chr(34) + name + chr(34) for name in missing)} not set")


def _words(call: Call, name: str) -> list[str]:
    return [word for value in call.parsed.all(name) for word in value.split(",") if word]


def _pod_template(name: str, image: str, command: list[str], restart: str) -> Doc:
    container: Doc = {"image": image, "name": name, "resources": {}, **({"command": command} if command else {})}
    return {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}


def job(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create job`, also from a CronJob."""
    source, image = call.parsed.get("from"), call.parsed.get("image")
    name = one_name(rest, "job")
    if bool(source) == bool(image):
        raise Usage("error: either --image or --from must be specified")
    if source:
        if after:
            raise Usage("error: cannot specify --from and command")
        word, slash, owner = source.partition("/")
        if not slash:
            raise Usage(f"error: invalid format for --from: {source}")
        found = call.get(call.ports.kind_named(word), owner)
        if found["kind"] != "CronJob":
            raise Usage("error: from must be an existing cronjob")
        marks = found["spec"]["jobTemplate"].get("metadata") or {}
        reference = {"apiVersion": "batch/v1", "kind": "CronJob", "name": owner, "uid": found["metadata"]["uid"], "controller": True}
        metadata: Doc = {"name": name, "annotations": {"cronjob.kubernetes.io/instantiate": "manual", **(marks.get("annotations") or {})}, "ownerReferences": [reference]}
        if marks.get("labels"):
            metadata["labels"] = marks["labels"]
        return "jobs.batch", {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": found["spec"]["jobTemplate"]["spec"]}
    return "jobs.batch", {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": _pod_template(name, image, after, "Never")}}


def cronjob(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create cronjob`."""
    _required(call, "image", "schedule")
    name = one_name(rest, "cronjob")
    template = _pod_template(name, call.parsed.get("image"), after, call.parsed.get("restart", "OnFailure"))
    return "cronjobs.batch", {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": name}, "spec": {"schedule": call.parsed.get("schedule"), "jobTemplate": {"metadata": {"name": name}, "spec": {"template": template}}}}


def quota(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create quota`."""
    name = one_name(rest, "quota")
    spec: Doc = {}
    if call.parsed.get("hard"):
        spec["hard"] = {}
        for pair in _words(call, "hard"):
            key, equals, value = pair.partition("=")
            if not equals:
                raise Usage(f"error: Invalid argument syntax {pair}, expected <resource>=<value>")
            if not re.fullmatch(r"[+-]?[0-9.]+([eEinumkKMGTP]*[-+]?[0-9]*)", value):
                raise Usage("error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
            spec["hard"][key] = value
    if _words(call, "scopes"):
        spec["scopes"] = _words(call, "scopes")
    return "resourcequotas", {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec, "status": {}}


STANDARD_VERBS = ("*", "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "redirect", "deletecollection", "use", "bind", "impersonate", "escalate", "sign", "approve", "attest")


def _rules(call: Call, *, cluster: bool) -> list[Doc]:
    verbs, urls = _words(call, "verb"), _words(call, "non-resource-url")
    if not verbs:
        raise Usage("error: at least one verb must be specified")
    call.err.extend(f"Warning: '{verb}' is not a standard resource verb\n" for verb in verbs if verb not in STANDARD_VERBS)
    groups: dict[str, list[str]] = {}
    for word in _words(call, "resource"):
        plain, _, sub = word.partition("/")
        kind = call.ports.lookup(plain)
        if kind is None and plain != "*":
            first, _, group = plain.partition(".")
            raise Bare(f'the server doesn\'t have a resource type "{first}"' + (f' in group "{group}"' if group else ""))
        group, name = (kind.group, kind.plural) if kind else ("*", "*")
        groups.setdefault(group, []).append(f"{name}/{sub}" if sub else name)
    if not groups and not (cluster and urls):
        raise Usage("error: at least one resource must be specified" if not cluster else "error: one of resource or nonResourceURL must be specified")
    names = _words(call, "resource-name")
    rules: list[Doc] = [{"apiGroups": [group], "resources": found, **({"resourceNames": names} if names else {}), "verbs": verbs} for group, found in groups.items()]
    return [*rules, *([{"nonResourceURLs": urls, "verbs": verbs}] if urls else [])]


def role(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create role`."""
    name = one_name(rest, "role")
    return f"roles.{RBAC}", {"apiVersion": f"{RBAC}/v1", "kind": "Role", "metadata": {"name": name}, "rules": _rules(call, cluster=False)}


def clusterrole(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create clusterrole`."""
    name = one_name(rest, "clusterrole")
    doc: Doc = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}}
    if call.parsed.get("aggregation-rule"):
        labels = dict(pair.split("=", 1) for pair in _words(call, "aggregation-rule") if "=" in pair)
        return f"clusterroles.{RBAC}", {**doc, "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": labels}]}, "rules": None}
    return f"clusterroles.{RBAC}", {**doc, "rules": _rules(call, cluster=True)}


def _subjects(call: Call) -> list[Doc]:
    found: list[Doc] = [{"apiGroup": RBAC, "kind": "User", "name": name} for name in _words(call, "user")]
    found += [{"apiGroup": RBAC, "kind": "Group", "name": name} for name in _words(call, "group")]
    for pair in _words(call, "serviceaccount"):
        namespace, colon, name = pair.partition(":")
        if not colon or not namespace or not name:
            raise Usage("error: serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "name": name, "namespace": namespace})
    return found


def rolebinding(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create rolebinding`."""
    name = one_name(rest, "rolebinding")
    plain, wide = call.parsed.get("role"), call.parsed.get("clusterrole")
    if bool(plain) == bool(wide):
        raise Usage("error: exactly one of clusterrole or role must be specified")
    reference = {"apiGroup": RBAC, "kind": "Role" if plain else "ClusterRole", "name": plain or wide}
    return f"rolebindings.{RBAC}", {"apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": name}, "roleRef": reference, "subjects": _subjects(call)}


def clusterrolebinding(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create clusterrolebinding`."""
    _required(call, "clusterrole")
    name = one_name(rest, "clusterrolebinding")
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": call.parsed.get("clusterrole")}
    return f"clusterrolebindings.{RBAC}", {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}, "roleRef": reference, "subjects": _subjects(call)}


def _backend(text: str) -> Doc:
    service, _, port = text.partition(":")
    return {"service": {"name": service, "port": {"number": int(port)} if port.isdigit() else {"name": port}}}


def ingress(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create ingress`."""
    name = one_name(rest, "ingress")
    spec: Doc = {}
    if call.parsed.get("class"):
        spec["ingressClassName"] = call.parsed.get("class")
    if call.parsed.get("default-backend"):
        spec["defaultBackend"] = _backend(call.parsed.get("default-backend"))
    hosts: dict[str, list[Doc]] = {}
    secrets: dict[str, list[str]] = {}
    for rule in call.parsed.all("rule"):
        where, equals, rest_ = rule.partition("=")
        target, *extra = rest_.split(",")
        if not equals or ":" not in target:
            raise Usage(f"error: rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]")
        host, slash, path = where.partition("/")
        prefix = path.endswith("*")
        hosts.setdefault(host, []).append({"path": f"/{path.removesuffix('*')}", "pathType": "Prefix" if prefix else "Exact", "backend": _backend(target)})
        for word in extra:
            if word == "tls" or word.startswith("tls="):
                secrets.setdefault(word.partition("=")[2], []).append(host)
    if not hosts and "defaultBackend" not in spec:
        raise Usage("error: not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)")
    if secrets:
        spec["tls"] = [{**({"hosts": [host for host in found if host]} if any(found) else {}), **({"secretName": secret} if secret else {})} for secret, found in secrets.items()]
    if hosts:
        spec["rules"] = [{**({"host": host} if host else {}), "http": {"paths": paths}} for host, paths in hosts.items()]
    metadata: Doc = {"name": name}
    notes = dict(pair.split("=", 1) for pair in call.parsed.all("annotation") if "=" in pair)
    return "ingresses.networking.k8s.io", {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {**metadata, **({"annotations": notes} if notes else {})}, "spec": spec, "status": {"loadBalancer": {}}}


def budget(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create poddisruptionbudget`."""
    name = one_name(rest, "poddisruptionbudget")
    if not call.parsed.get("selector"):
        raise Usage("error: a selector must be specified")
    least, most = call.parsed.get("min-available"), call.parsed.get("max-unavailable")
    if bool(least) == bool(most):
        raise Usage("error: one of min-available or max-unavailable must be specified" if not least else "error: min-available and max-unavailable cannot be both specified")
    labels = dict(pair.split("=", 1) for pair in call.parsed.get("selector").split(",") if "=" in pair)
    key, value = ("minAvailable", least) if least else ("maxUnavailable", most)
    return "poddisruptionbudgets.policy", {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": {key: int(value) if value.isdigit() else value, "selector": {"matchLabels": labels}}}


def priorityclass(call: Call, rest: list[str], after: list[str]) -> Made:
    """`kubectl create priorityclass`."""
    name = one_name(rest, "priorityclass")
    doc: Doc = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name}, "value": call.parsed.integer("value", 0), **({"globalDefault": True} if call.parsed.has("global-default") else {}), "preemptionPolicy": call.parsed.get("preemption-policy", "PreemptLowerPriority")}
    return "priorityclasses.scheduling.k8s.io", {**doc, **({"description": call.parsed.get("description")} if call.parsed.get("description") else {})}


def token(call: Call, rest: list[str]) -> None:
    """`kubectl create token`: a token for a service account, from the server."""
    name = one_name(rest, "token")
    parsed = call.parsed
    seconds = duration_ms(parsed.get("duration")) if parsed.get("duration") else None
    if parsed.get("bound-object-kind") not in ("", "Pod", "Secret", "Node"):
        raise Usage("error: supported --bound-object-kind values are Node, Pod, Secret")
    spec: Doc = {**({"audiences": parsed.all("audience")} if parsed.all("audience") else {}), **({"expirationSeconds": seconds // 1000} if seconds else {})}
    if parsed.get("bound-object-kind"):
        spec["boundObjectRef"] = {"kind": parsed.get("bound-object-kind"), "apiVersion": "v1", "name": parsed.get("bound-object-name"), **({"uid": parsed.get("bound-object-uid")} if parsed.get("bound-object-uid") else {})}
    try:
        made = call.request("create", BY_RESOURCE["serviceaccounts"], name, subresource="token", body={"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {}, "spec": spec}).doc
    except ApiError as error:
        raise Usage(f"error: failed to create token: {error.message}") from None
    if parsed.get("output"):
        print_objects(call, [made], parsed.get("output"), single=True)
    else:
        call.say(made["status"]["token"])


MAKERS: dict[str, Callable[[Call, list[str], list[str]], Made]] = {
    "job": job, "cronjob": cronjob, "cj": cronjob, "quota": quota, "resourcequota": quota, "role": role, "clusterrole": clusterrole, "rolebinding": rolebinding, "clusterrolebinding": clusterrolebinding, "ingress": ingress, "ing": ingress,
    "poddisruptionbudget": budget, "pdb": budget, "priorityclass": priorityclass, "pc": priorityclass,
}
FAILURES = {"jobs.batch": "failed to create job: ", "cronjobs.batch": "failed to create cronjob: ", "resourcequotas": "failed to create quota: ", f"rolebindings.{RBAC}": "failed to create rolebinding: ", f"clusterrolebindings.{RBAC}": "failed to create clusterrolebinding: ",
            "ingresses.networking.k8s.io": "failed to create ingress: ", "poddisruptionbudgets.policy": "failed to create poddisruptionbudgets: ", "priorityclasses.scheduling.k8s.io": "failed to create priorityclass: "}



def autoscale(call: Call) -> None:
    """`kubectl autoscale`: a HorizontalPodAutoscaler for a workload."""
    parsed = call.parsed
    check_dry(call)
    most, least = parsed.integer("max", None), parsed.integer("min", -1)
    if most is None:
        raise Usage('error: required flag(s) "max" not set')
    if most < 1:
        raise Usage(f"error: --max=MAXPODS is required and must be at least 1, max: {most}")
    if least is not None and most < least:
        raise Usage(f"error: --max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    found = given(call, parsed.words)
    if not found:
        raise Usage(NOTHING_GIVEN)
    if parsed.get("cpu-percent"):
        call.err.append("Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).\n")
    for kind, doc in found:
        _autoscaled(call, kind, doc, most, least)


def _autoscaled(call: Call, kind: Kind, doc: Doc, most: int, least: int | None) -> None:
    parsed, own = call.parsed, doc["metadata"].get("name", "")
    if "scale" not in kind.subresources:
        raise Usage(f"error: cannot autoscale a {kind.kind}: could not find scale subresource for {kind.group}/{kind.version}, Resource={kind.plural} in discovery information")
    metrics = [_metric(name, value) for name, value in (("cpu", f"{parsed.get('cpu-percent')}%" if parsed.get("cpu-percent") else parsed.get("cpu")), ("memory", parsed.get("memory"))) if value]
    spec: Doc = {"scaleTargetRef": {"apiVersion": doc["apiVersion"], "kind": doc["kind"], "name": own}, "maxReplicas": most, **({"minReplicas": least} if least is not None and least > 0 else {}), **({"metrics": metrics} if metrics else {})}
    body: dict[str, Any] = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": parsed.get("name") or own}, "spec": spec, "status": {"currentMetrics": None, "desiredReplicas": 0}}
    failure = "" if metrics else "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: empty input"
    create_object(call, BY_RESOURCE["horizontalpodautoscalers.autoscaling"], body, whole=failure, word="created" if parsed.get("dry-run") == "client" else "autoscaled")


def _metric(name: str, value: str) -> Doc:
    if value.endswith("%"):
        return {"type": "Resource", "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": int(value[:-1])}}}
    return {"type": "Resource", "resource": {"name": name, "target": {"type": "AverageValue", "averageValue": value}}}
