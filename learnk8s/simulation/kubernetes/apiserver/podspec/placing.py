"""Where a pod may go: affinities, tolerations, spreading, gates. Models validateAffinity and its like (1.36)."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value, duplicate, go_struct, not_allowed, required, unsupported
from learnk8s.simulation.kubernetes.apiserver.words import dns_label, label_value, qualified, subdomain_faults, value_faults
from learnk8s.simulation.kubernetes.objects.document import Doc

REQUIRED, PREFERRED = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
WEIGHT_RULE = "must be in the range 1-100"
NO_SELECTOR = "must not be specified when labelSelector is not set"


SET_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")


def _values(place: str, operator: str, values: Sequence[str]) -> Causes:
    """Whether an operator that looks at sets has the values that it needs, and no others."""
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif values:
        yield not_allowed(f"{place}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")


def selector(field: str, found: Any) -> Causes:
    """A label selector. Models ValidateLabelSelector."""
    if not isinstance(found, dict):
        return
    for key, value in (found.get("matchLabels") or {}).items():
        yield from qualified(f"{field}.matchLabels", key)
        yield from label_value(f"{field}.matchLabels", value)
    for index, entry in enumerate(found.get("matchExpressions") or ()):
        place, operator, values = f"{field}.matchExpressions[{index}]", entry.get("operator", ""), entry.get("values") or ()
        if operator in SET_OPERATORS:
            yield from _values(place, operator, values)
        else:
            yield bad_value(f"{place}.operator", operator, "not a valid selector operator")
        yield from qualified(f"{place}.key", entry.get("key", ""))
        for number, value in enumerate(values):
            yield from label_value(f"{place}.values[{number}]", value)


def affinity(field: str, found: Doc) -> Causes:
    """Affinity to nodes and to pods."""
    nodes = found.get("nodeAffinity") or {}
    if nodes.get(REQUIRED) is not None:
        yield from node_selector(f"{field}.nodeAffinity.{REQUIRED}", nodes[REQUIRED])
    for index, term in enumerate(nodes.get(PREFERRED) or ()):
        place = f"{field}.nodeAffinity.{PREFERRED}[{index}]"
        if not 1 <= term.get("weight", 0) <= 100:
            yield bad_value(f"{place}.weight", term.get("weight", 0), WEIGHT_RULE)
        yield from _node_term(f"{place}.preference", term.get("preference") or {}, lenient=True)
    for kind in ("podAffinity", "podAntiAffinity"):
        pods = found.get(kind) or {}
        for index, term in enumerate(pods.get(REQUIRED) or ()):
            yield from _pod_term(f"{field}.{kind}.{REQUIRED}[{index}]", term)
        for index, term in enumerate(pods.get(PREFERRED) or ()):
            place = f"{field}.{kind}.{PREFERRED}[{index}]"
            if not 1 <= term.get("weight", 0) <= 100:
                yield bad_value(f"{place}.weight", term.get("weight", 0), WEIGHT_RULE)
            yield from _pod_term(f"{place}.podAffinityTerm", term.get("podAffinityTerm") or {})


def node_selector(field: str, found: Doc) -> Causes:
    """Terms of which one must fit a node. Models ValidateNodeSelector."""
    terms = found.get("nodeSelectorTerms") or ()
    if not terms:
        yield required(f"{field}.nodeSelectorTerms", "must have at least one node selector term")
    for index, term in enumerate(terms):
        yield from _node_term(f"{field}.nodeSelectorTerms[{index}]", term, lenient=False)


def _node_term(field: str, term: Doc, *, lenient: bool) -> Causes:
    for index, entry in enumerate(term.get("matchExpressions") or ()):
        place, operator, values = f"{field}.matchExpressions[{index}]", entry.get("operator", ""), entry.get("values") or ()
        if operator in SET_OPERATORS:
            yield from _values(place, operator, values)
        elif operator in ("Gt", "Lt"):
            if len(values) != 1:
                yield required(f"{place}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
        else:
            yield bad_value(f"{place}.operator", operator, "not a valid selector operator")
        yield from qualified(f"{place}.key", entry.get("key", ""))
        for number, value in enumerate(() if lenient else values):
            yield from label_value(f"{place}.values[{number}]", value)
    for index, entry in enumerate(term.get("matchFields") or ()):
        yield from _field_term(f"{field}.matchFields[{index}]", entry)


def _field_term(field: str, entry: Doc) -> Causes:
    operator, values = entry.get("operator", ""), entry.get("values") or ()
    if operator not in ("In", "NotIn"):
        yield bad_value(f"{field}.operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        yield required(f"{field}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
    if entry.get("key") != "metadata.name":
        yield bad_value(f"{field}.key", entry.get("key", ""), "not a valid field selector key")
    else:
        for number, value in enumerate(values):
            yield from (bad_value(f"{field}.values[{number}]", value, fault) for fault in subdomain_faults(value))


def _pod_term(field: str, term: Doc) -> Causes:
    """Models validatePodAffinityTerm."""
    yield from selector(f"{field}.labelSelector", term.get("labelSelector"))
    yield from selector(f"{field}.namespaceSelector", term.get("namespaceSelector"))
    for name in term.get("namespaces") or ():
        yield from dns_label(f"{field}.namespace", name)
    for key in ("matchLabelKeys", "mismatchLabelKeys"):
        words = term.get(key) or ()
        if words and term.get("labelSelector") is None:
            yield not_allowed(f"{field}.{key}", NO_SELECTOR)
        else:
            for index, word in enumerate(words):
                yield from qualified(f"{field}.{key}[{index}]", word)
    yield from _twice(field, term)
    topology = term.get("topologyKey", "")
    if not topology:
        yield required(f"{field}.topologyKey", "can not be empty")
    yield from qualified(f"{field}.topologyKey", topology)


def _twice(field: str, term: Doc) -> Causes:
    keys, found = list(term.get("matchLabelKeys") or ()), term.get("labelSelector") or {}
    seen = set(found.get("matchLabels") or ())
    for entry in found.get("matchExpressions") or ():
        if entry.get("key") in keys and entry["key"] in seen:
            yield bad_value(f"{field}[{keys.index(entry['key'])}]", entry["key"], "exists in both matchLabelKeys and labelSelector")
        seen.add(entry.get("key", ""))
    for index, key in enumerate(keys):
        if key in (term.get("mismatchLabelKeys") or ()):
            yield bad_value(f"{field}.matchLabelKeys[{index}]", key, "exists in both matchLabelKeys and mismatchLabelKeys")


def effect(field: str, word: str, *, may_be_empty: bool) -> Causes:
    """A taint's effect. Models validateTaintEffect."""
    if not word and not may_be_empty:
        yield required(field)
    elif word not in EFFECTS:
        yield unsupported(field, word, EFFECTS)


def tolerations(field: str, found: Sequence[Doc]) -> Causes:
    """Models ValidateTolerations."""
    for index, entry in enumerate(found):
        place, operator, value = f"{field}[{index}]", entry.get("operator", ""), entry.get("value", "")
        if entry.get("key"):
            yield from qualified(f"{place}.key", entry["key"])
        elif operator != "Exists":
            yield bad_value(f"{place}.operator", operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')
        if entry.get("tolerationSeconds") is not None and entry.get("effect") != "NoExecute":
            yield bad_value(f"{place}.effect", entry.get("effect", ""), "effect must be 'NoExecute' when `tolerationSeconds` is set")
        if operator in ("Equal", ""):
            faults = value_faults(value)
            if faults:
                yield bad_value(f"{place}.operator", value, ";".join(faults))
        elif operator == "Exists":
            if value:
                yield bad_value(f"{place}.operator", value, "value must be empty when `operator` is 'Exists'")
        else:
            yield unsupported(f"{place}.operator", operator, ["Equal", "Exists"])
        if entry.get("effect"):
            yield from effect(f"{place}.effect", entry["effect"], may_be_empty=True)


def taints(field: str, found: Sequence[Doc]) -> Causes:
    """A node's taints. Models validateNodeTaints."""
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(found):
        place, pair = f"{field}[{index}]", (taint.get("key", ""), taint.get("effect", ""))
        yield from qualified(f"{place}.key", pair[0])
        faults = value_faults(taint.get("value", ""))
        if faults:
            yield bad_value(f"{place}.value", taint["value"], ";".join(faults))
        yield from effect(f"{place}.effect", pair[1], may_be_empty=False)
        if pair in seen:
            again = duplicate(place, go_struct({"Key": pair[0], "Value": taint.get("value", ""), "Effect": pair[1], "TimeAdded": taint.get("timeAdded")}))
            yield type(again)(again.kind, f"{again.message}: taints must be unique by key and effect pair", again.field)
        seen.add(pair)


def spreading(field: str, found: Sequence[Doc]) -> Causes:
    """Models validateTopologySpreadConstraints."""
    for index, entry in enumerate(found):
        place, action, key = f"{field}[{index}]", entry.get("whenUnsatisfiable", ""), entry.get("topologyKey", "")
        if entry.get("maxSkew", 0) <= 0:
            yield bad_value(f"{place}.maxSkew", entry.get("maxSkew", 0), "must be greater than zero")
        if not key:
            yield required(f"{place}.topologyKey", "can not be empty")
        if action not in ACTIONS:
            yield unsupported(f"{place}.whenUnsatisfiable", action, ACTIONS)
        if any((other.get("topologyKey", ""), other.get("whenUnsatisfiable", "")) == (key, action) for other in found[index + 1:]):
            yield duplicate(f"{place}.{{topologyKey, whenUnsatisfiable}}", f"{{{key}, {action}}}")
        domains = entry.get("minDomains")
        if domains is not None:
            if domains <= 0:
                yield bad_value(f"{place}.minDomains", domains, "must be greater than zero")
            if action != "DoNotSchedule":
                yield bad_value(f"{place}.minDomains", domains, f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}")
        for policy in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if entry.get(policy) not in (None, "Honor", "Ignore"):
                yield unsupported(f"{place}.{policy}", entry[policy], ["Honor", "Ignore"])
        yield from _spread_keys(place, entry)
        yield from selector(f"{place}.labelSelector", entry.get("labelSelector"))


def _spread_keys(field: str, entry: Doc) -> Causes:
    words, found = entry.get("matchLabelKeys") or (), entry.get("labelSelector")
    if words and found is None:
        yield not_allowed(f"{field}.matchLabelKeys", NO_SELECTOR)
    taken = set((found or {}).get("matchLabels") or ())
    for index, word in enumerate(words):
        yield from qualified(f"{field}.matchLabelKeys[{index}]", word)
        if word in taken:
            yield bad_value(f"{field}.matchLabelKeys[{index}]", word, "exists in both matchLabelKeys and labelSelector")


def gates(field: str, found: Sequence[Doc]) -> Causes:
    """Models validateSchedulingGates."""
    seen: set[str] = set()
    for index, gate in enumerate(found):
        name = gate.get("name", "")
        yield from qualified(f"{field}[{index}]", name)
        if name in seen:
            yield duplicate(f"{field}[{index}]", name)
        seen.add(name)

