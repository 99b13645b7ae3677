"""Descriptions of roles, bindings, quotas, limits, priorities. Models kubectl/pkg/describe (1.36)."""

from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer, events, head
from learnk8s.simulation.kubernetes.objects.document import Doc


def _marks(doc: Doc) -> list[str]:
    return [f"Name:\t{doc['metadata']['name']}", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc)]


def role(call: Call, doc: Doc) -> list[str]:
    """Models describeRole: one line for each resource, rules with equal places joined."""
    joined: dict[tuple[str, str, str], list[str]] = {}
    for rule in doc.get("rules") or ():
        names = f"[{' '.join(rule.get('resourceNames') or ())}]"
        for group in rule.get("apiGroups") or ([] if rule.get("nonResourceURLs") else [""]):
            for resource in rule.get("resources") or ():
                plural, slash, sub = resource.partition("/")
                shown = f"{plural}.{group}{slash}{sub}" if group else resource
                _join(joined, (shown, "[]", names), rule["verbs"])
        for url in rule.get("nonResourceURLs") or ():
            _join(joined, ("", f"[{url}]", names), rule["verbs"])
    lines = [*_marks(doc), "PolicyRule:", "  Resources\tNon-Resource URLs\tResource Names\tVerbs", "  ---------\t-----------------\t--------------\t-----"]
    return [*lines, *(f"  {shown}\t{url}\t{names}\t[{' '.join(verbs)}]" for (shown, url, names), verbs in sorted(joined.items(), key=lambda entry: entry[0]))]


def _join(joined: dict[tuple[str, str, str], list[str]], place: tuple[str, str, str], verbs: list[str]) -> None:
    found = joined.setdefault(place, [])
    found.extend(verb for verb in verbs if verb not in found)


def binding(call: Call, doc: Doc) -> list[str]:
    """Models describeRoleBinding."""
    lines = [*_marks(doc), "Role:", f"  Kind:\t{doc['roleRef']['kind']}", f"  Name:\t{doc['roleRef']['name']}", "Subjects:", "  Kind\tName\tNamespace", "  ----\t----\t---------"]
    return [*lines, *(f"  {subject['kind']}\t{subject['name']}\t{subject.get('namespace', '')}" for subject in doc.get("subjects") or ())]


def quota(call: Call, doc: Doc) -> list[str]:
    """Models describeQuota."""
    status = doc.get("status", {})
    lines = head(doc)
    scopes = (doc.get("spec") or {}).get("scopes") or ()
    if scopes:
        lines.append(f"Scopes:\t{', '.join(sorted(scopes))}")
    return [*lines, "Resource\tUsed\tHard", "--------\t----\t----", *_amounts(status, "")]


def _amounts(status: Doc, indent: str) -> list[str]:
    hard, used = status.get("hard") or {}, status.get("used") or {}
    return [f"{indent}{name}\t{used.get(name, '0')}\t{hard[name]}" for name in sorted(hard)]


def quotas_of(found: list[Doc]) -> list[str]:
    """Return the quotas of a namespace as its description shows them."""
    if not found:
        return ["No resource quota."]
    lines = ["Resource Quotas"]
    for doc in found:
        lines += [f"  Name:\t{doc['metadata']['name']}", "  Resource\tUsed\tHard", "  --------\t---\t---", *_amounts(doc.get("status", {}), "  ")]
    return lines


LIMIT_HEAD = ("Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio", "----\t--------\t---\t---\t---------------\t-------------\t-----------------------")


def _limit_rows(doc: Doc, indent: str) -> list[str]:
    rows = []
    for item in (doc.get("spec") or {}).get("limits") or ():
        names = sorted({name for table in ("min", "max", "default", "defaultRequest", "maxLimitRequestRatio") for name in item.get(table) or {}})
        rows += [f"{indent}{item['type']}\t{name}\t" + "\t".join(str((item.get(table) or {}).get(name, "-")) for table in ("min", "max", "defaultRequest", "default", "maxLimitRequestRatio")) for name in names]
    return rows


def limits(call: Call, doc: Doc) -> list[str]:
    """Models describeLimitRange."""
    return [*head(doc), *LIMIT_HEAD, *_limit_rows(doc, "")]


def limits_of(found: list[Doc]) -> list[str]:
    """Return the limit ranges of a namespace as its description shows them."""
    if not found:
        return ["No LimitRange resource."]
    lines = ["Resource Limits", *(f" {line}" for line in LIMIT_HEAD)]
    for doc in found:
        lines += _limit_rows(doc, " ")
    return lines


def priority(call: Call, doc: Doc) -> list[str]:
    """Models describePriorityClass."""
    notes = ",".join(f"{key}={value}" for key, value in sorted((doc["metadata"].get("annotations") or {}).items())) or "<none>"
    return [f"Name:\t{doc['metadata']['name']}", f"Value:\t{doc.get('value', 0)}", f"GlobalDefault:\t{str(bool(doc.get('globalDefault'))).lower()}", f"PreemptionPolicy:\t{doc.get('preemptionPolicy')}", f"Description:\t{doc.get('description', '')}",
            f"Annotations:\t{notes}", *events(call, doc)]


DESCRIBERS: dict[str, Describer] = {"Role": role, "ClusterRole": role, "RoleBinding": binding, "ClusterRoleBinding": binding, "ResourceQuota": quota, "LimitRange": limits, "PriorityClass": priority}
