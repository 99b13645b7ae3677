"""Defaults of policies, bindings and webhook configurations, and what is wrong with them. Models pkg/apis/admissionregistration (1.36)."""

import re
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.kernel.cel.syntax import CompileError
from learnk8s.simulation.kubernetes.apiserver.errors import Cause, bad_value, duplicate, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.field_rules import Updates, Validations, selector_rules
from learnk8s.simulation.kubernetes.apiserver.pod_defaults import filled
from learnk8s.simulation.kubernetes.apiserver.policies.attempt import GROUP
from learnk8s.simulation.kubernetes.apiserver.policies.expressions import compiled
from learnk8s.simulation.kubernetes.objects.document import Doc

Causes = Iterator[Cause]
OPERATIONS = ("*", "CREATE", "UPDATE", "DELETE", "CONNECT")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
QUALIFIED = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


# Defaults


def _matches(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    changed = filled(found, matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
    for key in ("resourceRules", "excludeResourceRules"):
        if changed.get(key):
            changed = {**changed, key: [filled(rule, scope="*") for rule in changed[key]]}
    return changed


def _policy(doc: Doc) -> Doc:
    spec = filled(doc.get("spec") or {}, failurePolicy="Fail")
    if "matchConstraints" in spec:
        spec = {**spec, "matchConstraints": _matches(spec["matchConstraints"])}
    return {**doc, "spec": spec}


def _binding(doc: Doc) -> Doc:
    spec = doc.get("spec") or {}
    if "matchResources" in spec:
        spec = {**spec, "matchResources": _matches(spec["matchResources"])}
    return {**doc, "spec": spec}


def _hook(hook: Doc, *, mutating: bool) -> Doc:
    found = filled(hook, failurePolicy="Fail", matchPolicy="Equivalent", namespaceSelector={}, objectSelector={}, timeoutSeconds=10, **({"reinvocationPolicy": "Never"} if mutating else {}))
    if found.get("rules"):
        found = {**found, "rules": [filled(rule, scope="*") for rule in found["rules"]]}
    client = found.get("clientConfig")
    if isinstance(client, dict) and isinstance(client.get("service"), dict):
        found = {**found, "clientConfig": {**client, "service": filled(client["service"], port=443)}}
    return found


def _hooks(*, mutating: bool) -> Any:
    return lambda doc: {**doc, "webhooks": [_hook(hook, mutating=mutating) for hook in doc["webhooks"]]} if doc.get("webhooks") else doc


DEFAULTS: Any = {f"validatingadmissionpolicies.{GROUP}": _policy, f"mutatingadmissionpolicies.{GROUP}": _policy, f"validatingadmissionpolicybindings.{GROUP}": _binding, f"mutatingadmissionpolicybindings.{GROUP}": _binding,
                 f"validatingwebhookconfigurations.{GROUP}": _hooks(mutating=False), f"mutatingwebhookconfigurations.{GROUP}": _hooks(mutating=True)}


# What is wrong


def _rule(rule: Doc, path: str, *, named: bool) -> Causes:
    for key, name in (("apiGroups", "apiGroups"), ("apiVersions", "apiVersions"), ("operations", "operations"), ("resources", "resources")):
        values = rule.get(key) or []
        if not values:
            yield required(f"{path}.{name}")
        elif "*" in values and len(values) > 1 and key != "resources":
            yield bad_value(f"{path}.{name}", values, "if '*' is present, must not specify other " + {"apiGroups": "API groups", "apiVersions": "API versions", "operations": "operations"}[key])
    for place, word in enumerate(rule.get("operations") or ()):
        if word not in OPERATIONS:
            yield unsupported(f"{path}.operations[{place}]", word, sorted(OPERATIONS))
    for place, word in enumerate(rule.get("apiVersions") or ()):
        if not word:
            yield required(f"{path}.apiVersions[{place}]")
    yield from _rule_resources(rule.get("resources") or [], f"{path}.resources")
    if rule.get("scope") not in (None, "*", "Cluster", "Namespaced"):
        yield unsupported(f"{path}.scope", rule["scope"], ["*", "Cluster", "Namespaced"])


def _rule_resources(words: list[str], path: str) -> Causes:
    """Models pkg/apis/admissionregistration/validation: validateResources."""
    whole: set[str] = set()
    parts: set[str] = set()
    for place, word in enumerate(words):
        if not word:
            yield required(f"{path}[{place}]")
        plural, slash, part = word.partition("/")
        if not slash:
            continue
        if plural in whole:
            yield bad_value(f"{path}[{place}]", word, f"if '{plural}/*' is present, must not specify {word}")
        if part in parts:
            yield bad_value(f"{path}[{place}]", word, f"if '*/{part}' is present, must not specify {word}")
        if part == "*":
            whole.add(plural)
        if plural == "*":
            parts.add(part)
    if len(words) > 1 and "*/*" in words:
        yield bad_value(path, words, "if '*/*' is present, must not specify other resources")
    if "*" in words and any("/" not in word and word != "*" for word in words):
        yield bad_value(path, words, "if '*' is present, must not specify other resources without subresources")


def _match_resources(found: Doc, path: str) -> Causes:
    if found.get("matchPolicy") not in (None, "Exact", "Equivalent"):
        yield unsupported(f"{path}.matchPolicy", found["matchPolicy"], ["Equivalent", "Exact"])
    for key in ("namespaceSelector", "objectSelector"):
        yield from selector_rules(f"{path}.{key}", found.get(key))
    for key in ("resourceRules", "excludeResourceRules"):
        for place, rule in enumerate(found.get(key) or ()):
            yield from _rule(rule, f"{path}.{key}[{place}]", named=True)


def _conditions(found: Any, path: str, *, params: bool) -> Causes:
    seen: set[str] = set()
    for place, condition in enumerate(found or ()):
        here, name = f"{path}[{place}]", condition.get("name", "")
        if not str(condition.get("expression") or "").strip():
            yield required(f"{here}.expression")
        else:
            yield from _expression(condition["expression"], f"{here}.expression", params=params, wanted="bool")
        if not name:
            yield required(f"{here}.name")
        elif name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
    if len(found or ()) > 64:
        yield Cause("FieldValueTooMany", f"Too many: {len(found)}: must have at most 64 items", path)


def _expression(text: str, path: str, *, params: bool, wanted: str = "", variables: Any = None, known: Any = None) -> Causes:
    try:
        found = compiled(text.strip(), params=params, variables=variables, known=known)
    except CompileError as error:
        yield bad_value(path, text, f"compilation failed: {error}")
        return
    allowed = wanted.split()
    if allowed and found not in (*allowed, "dyn"):
        yield bad_value(path, text, f"must evaluate to {allowed[0] if len(allowed) == 1 else f'one of [{wanted}]'} but got {_type_text(found)}")


def _type_text(found: Any) -> str:
    """Return a type as CEL names it: `list(int)`, `map(string, dyn)`."""
    return f"{found[0]}({', '.join(map(_type_text, found[1:]))})" if isinstance(found, tuple) else str(found) if isinstance(found, str) else "object"


def _variables(spec: Doc, path: str, *, params: bool) -> Iterator[Cause]:
    known: dict[str, Any] = {}
    for place, row in enumerate(spec.get("variables") or ()):
        here, name = f"{path}[{place}]", row.get("name", "")
        if not name:
            yield required(f"{here}.name", "name is not specified")
        elif not IDENTIFIER.fullmatch(name):
            yield bad_value(f"{here}.name", name, "name is not a valid CEL identifier")
        if not str(row.get("expression") or "").strip():
            yield required(f"{here}.expression", "expression is not specified")
        else:
            yield from _expression(row["expression"], f"{here}.expression", params=params, variables=known)
        known[name] = "dyn"


def _common(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    if spec.get("failurePolicy") not in (None, "Fail", "Ignore"):
        yield unsupported("spec.failurePolicy", spec["failurePolicy"], ["Fail", "Ignore"])
    kind = spec.get("paramKind")
    if kind is not None:
        for key in ("apiVersion", "kind"):
            if not kind.get(key):
                yield required(f"spec.paramKind.{key}")
    constraints = spec.get("matchConstraints")
    if constraints is None:
        yield required("spec.matchConstraints")
    else:
        if not constraints.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
        yield from _match_resources(constraints, "spec.matchConstraints")
    yield from _conditions(spec.get("matchConditions"), "spec.matchConditions", params=kind is not None)
    yield from _variables(spec, "spec.variables", params=kind is not None)


def validating_policy(doc: Doc) -> Causes:
    """Models ValidateValidatingAdmissionPolicy."""
    yield from _common(doc)
    spec = doc.get("spec") or {}
    params, known = spec.get("paramKind") is not None, {row.get("name", ""): "dyn" for row in spec.get("variables") or ()}
    if not spec.get("validations") and not spec.get("auditAnnotations"):
        yield required("spec.validations", "validations or auditAnnotations must contain at least one item")
        yield required("spec.auditAnnotations", "validations or auditAnnotations must contain at least one item")
    for place, validation in enumerate(spec.get("validations") or ()):
        here = f"spec.validations[{place}]"
        if not str(validation.get("expression") or "").strip():
            yield required(f"{here}.expression", "expression is not specified")
        else:
            yield from _expression(validation["expression"], f"{here}.expression", params=params, wanted="bool", variables=known)
        if validation.get("messageExpression"):
            yield from _expression(validation["messageExpression"], f"{here}.messageExpression", params=params, wanted="string", variables=known)
        if "message" in validation and ("\n" in validation["message"]):
            yield bad_value(f"{here}.message", validation["message"], "message must not contain line breaks")
        if validation.get("reason") not in (None, "Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"):
            yield unsupported(f"{here}.reason", validation["reason"], ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"])
    for place, note in enumerate(spec.get("auditAnnotations") or ()):
        here = f"spec.auditAnnotations[{place}]"
        if not note.get("key"):
            yield required(f"{here}.key", "key is not specified")
        if not str(note.get("valueExpression") or "").strip():
            yield required(f"{here}.valueExpression", "valueExpression is not specified")
        else:
            yield from _expression(note["valueExpression"], f"{here}.valueExpression", params=params, variables=known, wanted="string null_type")


def mutating_policy(doc: Doc) -> Causes:
    """Models ValidateMutatingAdmissionPolicy."""
    yield from _common(doc)
    spec = doc.get("spec") or {}
    params, known = spec.get("paramKind") is not None, {row.get("name", ""): "dyn" for row in spec.get("variables") or ()}
    if not spec.get("mutations"):
        yield required("spec.mutations", "mutations must contain at least one item")
    if spec.get("reinvocationPolicy") not in ("Never", "IfNeeded"):
        yield unsupported("spec.reinvocationPolicy", spec["reinvocationPolicy"], ["IfNeeded", "Never"]) if spec.get("reinvocationPolicy") else required("spec.reinvocationPolicy")
    for place, mutation in enumerate(spec.get("mutations") or ()):
        here, kind = f"spec.mutations[{place}]", mutation.get("patchType")
        key = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}.get(kind or "")
        if key is None:
            yield unsupported(f"{here}.patchType", kind, ["ApplyConfiguration", "JSONPatch"]) if kind else required(f"{here}.patchType")
            continue
        text = (mutation.get(key) or {}).get("expression", "")
        if not text.strip():
            yield required(f"{here}.{key}.expression" if mutation.get(key) else f"{here}.{key}")
        else:
            yield from _expression(text, f"{here}.{key}.expression", params=params, variables=known)


def _policy_binding(doc: Doc) -> Causes:
    spec = doc.get("spec") or {}
    if not spec.get("policyName"):
        yield required("spec.policyName")
    reference = spec.get("paramRef")
    if reference is not None:
        if reference.get("name") and reference.get("selector"):
            yield not_allowed("spec.paramRef.name", "name and selector are mutually exclusive")
        elif not reference.get("name") and reference.get("selector") is None:
            yield required("spec.paramRef", "one of name or selector must be specified")
        if reference.get("parameterNotFoundAction") not in ("Allow", "Deny"):
            yield unsupported("spec.paramRef.parameterNotFoundAction", reference["parameterNotFoundAction"], ["Deny", "Allow"]) if reference.get("parameterNotFoundAction") else required("spec.paramRef.parameterNotFoundAction")
    if spec.get("matchResources") is not None:
        yield from _match_resources(spec["matchResources"], "spec.matchResources")


def validating_binding(doc: Doc) -> Causes:
    """Models ValidateValidatingAdmissionPolicyBinding."""
    yield from _policy_binding(doc)
    actions = (doc.get("spec") or {}).get("validationActions") or []
    if not actions:
        yield required("spec.validationActions")
    for place, action in enumerate(actions):
        if action not in ("Deny", "Warn", "Audit"):
            yield unsupported(f"spec.validationActions[{place}]", action, ["Audit", "Deny", "Warn"])
        elif action in actions[:place]:
            yield duplicate(f"spec.validationActions[{place}]", action)
    if "Deny" in actions and "Warn" in actions:
        yield bad_value("spec.validationActions", actions, "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)")


def _webhook(hook: Doc, path: str) -> Causes:
    name = hook.get("name", "")
    if not name:
        yield required(f"{path}.name")
    elif not QUALIFIED.fullmatch(name) or name.count(".") < 2:
        yield bad_value(f"{path}.name", name, "should be a domain with at least three segments separated by dots")
    for place, rule in enumerate(hook.get("rules") or ()):
        yield from _rule(rule, f"{path}.rules[{place}]", named=False)
    for key, allowed in (("failurePolicy", ["Fail", "Ignore"]), ("matchPolicy", ["Equivalent", "Exact"]), ("reinvocationPolicy", ["IfNeeded", "Never"])):
        if hook.get(key) is not None and hook[key] not in allowed:
            yield unsupported(f"{path}.{key}", hook[key], allowed)
    if hook.get("sideEffects") not in ("None", "NoneOnDryRun"):
        yield unsupported(f"{path}.sideEffects", hook["sideEffects"], ["None", "NoneOnDryRun"]) if hook.get("sideEffects") else required(f"{path}.sideEffects", "must specify one of None, NoneOnDryRun")
    timeout = hook.get("timeoutSeconds", 10)
    if isinstance(timeout, int) and not 1 <= timeout <= 30:
        yield bad_value(f"{path}.timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds")
    for key in ("namespaceSelector", "objectSelector"):
        yield from selector_rules(f"{path}.{key}", hook.get(key))
    client = hook.get("clientConfig") or {}
    if bool(client.get("url")) == bool(client.get("service")):
        yield required(f"{path}.clientConfig", "exactly one of url or service is required")
    elif client.get("service"):
        for key in ("name", "namespace"):
            if not client["service"].get(key):
                yield required(f"{path}.clientConfig.service.{key}")
        if client["service"].get("path") and not str(client["service"]["path"]).startswith("/"):
            yield bad_value(f"{path}.clientConfig.service.path", client["service"]["path"], "must start with a '/'")
    elif not str(client["url"]).startswith("https://"):
        yield bad_value(f"{path}.clientConfig.url", client["url"], "'https' is the only allowed URL scheme; desired format: https://host[/path]")
    yield from _conditions(hook.get("matchConditions"), f"{path}.matchConditions", params=False)
    versions = hook.get("admissionReviewVersions") or []
    if not versions:
        yield required(f"{path}.admissionReviewVersions", "must specify one of v1, v1beta1")
    elif not any(version in ("v1", "v1beta1") for version in versions):
        yield bad_value(f"{path}.admissionReviewVersions", versions, "must include at least one of v1, v1beta1")


def webhook_configuration(doc: Doc) -> Causes:
    """Models ValidateValidatingWebhookConfiguration and ValidateMutatingWebhookConfiguration."""
    seen: set[str] = set()
    for place, hook in enumerate(doc.get("webhooks") or ()):
        yield from _webhook(hook, f"webhooks[{place}]")
        if hook.get("name") in seen:
            yield duplicate(f"webhooks[{place}].name", hook["name"])
        seen.add(hook.get("name", ""))


VALIDATIONS: Validations = {
    f"validatingadmissionpolicies.{GROUP}": validating_policy, f"mutatingadmissionpolicies.{GROUP}": mutating_policy, f"validatingadmissionpolicybindings.{GROUP}": validating_binding, f"mutatingadmissionpolicybindings.{GROUP}": _policy_binding,
    f"validatingwebhookconfigurations.{GROUP}": webhook_configuration, f"mutatingwebhookconfigurations.{GROUP}": webhook_configuration,
}
UPDATES: Updates = {}
