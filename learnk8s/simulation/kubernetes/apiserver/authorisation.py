"""May this user do this? Role-based access control. Models plugin/pkg/auth/authorizer/rbac and pkg/registry/rbac/escalation_check.go (1.36)."""

import json
from collections.abc import Iterator, Sequence

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

GROUP = "rbac.authorization.k8s.io"
MASTERS = "system:masters"
ALL = (MASTERS,)


def check(store: Store, request: Request) -> None:
    """Refuse what a user may not do. Raises ApiError 403."""
    if not allowed(store, request):
        raise _refused(request)


def check_path(store: Store, user: str, groups: Sequence[str], verb: str, path: str) -> None:
    """Refuse a path that is no resource. Raises ApiError 403."""
    if MASTERS in groups or any("nonResourceURLs" in rule and _has(rule["verbs"], verb) and any(_path_fits(pattern, path) for pattern in rule["nonResourceURLs"]) for rule in rules_of(store, user, groups, "")):
        return
    raise ApiError(403, "Forbidden", f'forbidden: User "{user}" cannot {verb} path "{path}"')


def allowed(store: Store, request: Request) -> bool:
    """Say whether a request is allowed by any role that its user holds."""
    if MASTERS in request.groups:
        return True
    return any(covers(rule, request) for rule in rules_of(store, request.user, request.groups, request.namespace))


def covers(rule: Doc, request: Request) -> bool:
    """Say whether a rule allows a request. Models RuleAllows."""
    plural, _, group = request.resource.partition(".")
    whole = f"{plural}/{request.subresource}" if request.subresource else plural
    names = rule.get("resourceNames") or ()
    return (_has(rule.get("verbs") or (), request.verb) and _has(rule.get("apiGroups") or (), group) and _resource_fits(rule.get("resources") or (), whole, request.subresource)
            and (not names or (bool(request.name) and request.name in names)))


def _has(words: Sequence[str], word: str) -> bool:
    return "*" in words or word in words


def _resource_fits(resources: Sequence[str], whole: str, subresource: str) -> bool:
    return _has(resources, whole) or (bool(subresource) and f"*/{subresource}" in resources)


def _path_fits(pattern: str, path: str) -> bool:
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern[:-1]))


def reason(store: Store, request: Request) -> str:
    """Return by which binding a request is allowed, as `RBAC: allowed by …`, or "" for whom no rule is asked."""
    if MASTERS in request.groups:
        return ""
    for binding, subject, rules in _bound(store, request.user, request.groups, request.namespace):
        if any(covers(rule, request) for rule in rules):
            role, namespace = binding["roleRef"], binding["metadata"].get("namespace", "")
            name = binding["metadata"]["name"] + (f"/{namespace}" if namespace else "")
            who = f'{subject["kind"]} "{subject["name"]}' + (f'/{subject.get("namespace") or namespace}"' if subject["kind"] == "ServiceAccount" else '"')
            return f'RBAC: allowed by {binding["kind"]} "{name}" of {role["kind"]} "{role["name"]}" to {who}'
    return ""


def rules_of(store: Store, user: str, groups: Sequence[str], namespace: str) -> Iterator[Doc]:
    """Yield the rules of all roles that a user holds in a namespace, cluster-wide ones first."""
    for _binding, _subject, rules in _bound(store, user, groups, namespace):
        yield from rules


def _bound(store: Store, user: str, groups: Sequence[str], namespace: str) -> Iterator[tuple[Doc, Doc, Sequence[Doc]]]:
    """Yield the bindings that name a user, with the subject that does and the role's rules."""
    bindings = store.list(f"clusterrolebindings.{GROUP}")
    if namespace:
        bindings = [*bindings, *store.list(f"rolebindings.{GROUP}", namespace)]
    for binding in bindings:
        found = next((subject for subject in binding.get("subjects") or () if _is_subject(subject, user, groups, binding["metadata"].get("namespace", ""))), None)
        if found is not None:
            reference = binding["roleRef"]
            resource = "clusterroles" if reference["kind"] == "ClusterRole" else "roles"
            role = store.get(f"{resource}.{GROUP}", "" if resource == "clusterroles" else namespace, reference["name"])
            yield binding, found, (role.get("rules") or ()) if role else ()


def _is_subject(subject: Doc, user: str, groups: Sequence[str], namespace: str) -> bool:
    match subject.get("kind"):
        case "User":
            return bool(subject["name"] == user)
        case "Group":
            return subject["name"] in groups
        case "ServiceAccount":
            return user == f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}"
    return False


def _refused(request: Request) -> ApiError:
    plural, _, group = request.resource.partition(".")
    whole = f"{plural}/{request.subresource}" if request.subresource else plural
    head = f'{request.resource} "{request.name}"' if request.name and request.verb != "create" or request.subresource and request.name else request.resource
    where = f'in the namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    message = f'{head} is forbidden: User "{request.user}" cannot {request.verb} resource "{whole}" in API group "{group}" {where}'
    details = {key: value for key, value in (("name", request.name), ("group", group), ("kind", plural)) if value}
    return ApiError(403, "Forbidden", message, details=details)


def check_grant(store: Store, request: Request, doc: Doc) -> None:
    """Refuse to give away rights that one does not hold: in roles, and by bindings. Raises ApiError 403."""
    kind = doc["kind"]
    if MASTERS in request.groups or kind not in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
        return
    if kind in ("Role", "ClusterRole"):
        rules, verb, place = doc.get("rules") or [], "escalate", request
    else:
        reference = doc["roleRef"]
        resource = "clusterroles" if reference["kind"] == "ClusterRole" else "roles"
        role = store.get(f"{resource}.{GROUP}", "" if resource == "clusterroles" else request.namespace, reference["name"])
        rules, verb = (role.get("rules") or []) if role else [], "bind"
        place = Request("bind", f"{resource}.{GROUP}", request.namespace, reference["name"], user=request.user, groups=request.groups)
    if allowed(store, Request(verb, place.resource, place.namespace, place.name or doc["metadata"].get("name", ""), user=request.user, groups=request.groups)):
        return
    missing = [rule for rule in rules if not _is_held(store, request, rule)]
    if missing:
        lines = "\n".join(_shown(rule) for rule in missing)
        name = doc["metadata"].get("name", "")
        groups = json.dumps(list(request.groups)).replace(", ", " ")
        raise ApiError(403, "Forbidden", f'{request.resource} "{name}" is forbidden: user "{request.user}" (groups={groups}) is attempting to grant RBAC permissions not currently held:\n{lines}')


def _is_held(store: Store, request: Request, rule: Doc) -> bool:
    held = list(rules_of(store, request.user, request.groups, request.namespace))
    for verb in rule.get("verbs") or ():
        for path in rule.get("nonResourceURLs") or ():
            if not any(_has(mine.get("verbs") or (), verb) and any(_path_fits(pattern, path) for pattern in mine.get("nonResourceURLs") or ()) for mine in held):
                return False
        for group in rule.get("apiGroups") or ():
            for whole in rule.get("resources") or ():
                for name in rule.get("resourceNames") or [""]:
                    plural, _, sub = whole.partition("/")
                    asked = Request(verb, f"{plural}.{group}" if group else plural, request.namespace, name, sub)
                    if not any(covers(mine, asked) for mine in held):
                        return False
    return True


def _shown(rule: Doc) -> str:
    parts = [f"{title}:{json.dumps(rule[key], separators=(' ', ':'))}" for title, key in (("APIGroups", "apiGroups"), ("Resources", "resources"), ("ResourceNames", "resourceNames"), ("NonResourceURLs", "nonResourceURLs"), ("Verbs", "verbs")) if rule.get(key)]
    return "{" + ", ".join(parts).replace('" "', '" "') + "}"
