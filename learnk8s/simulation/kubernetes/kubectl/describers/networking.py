"""Descriptions of Ingress, NetworkPolicy, EndpointSlice, Endpoints, ServiceAccount. Models kubectl/pkg/describe (1.36)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.describers.lines import annotations, table_of_words
from learnk8s.simulation.kubernetes.kubectl.describers.parts import Describer, events, head
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE

SLICES, SERVICES = BY_RESOURCE["endpointslices.discovery.k8s.io"], BY_RESOURCE["services"]


def ready_addresses(call: Call, namespace: str, service: str, port: Doc) -> str:
    """Return the first ready endpoints of one port of a Service."""
    found: list[str] = []
    pieces = call.list(SLICES, namespace=namespace, labelSelector=f"kubernetes.io/service-name={service}")
    for piece in pieces:
        number = next((entry["port"] for entry in piece.get("ports") or () if entry.get("name", "") == port.get("name", "")), None)
        found.extend(f"{entry['addresses'][0]}:{number}" for entry in piece.get("endpoints") or () if entry["conditions"].get("ready") and number is not None)
    if not pieces:
        return "<none>"
    return ",".join(found[:3]) + (f" + {len(found) - 3} more..." if len(found) > 3 else "")


def _backend(call: Call, doc: Doc, backend: Doc) -> str:
    if backend.get("resource"):
        resource = backend["resource"]
        return f"APIGroup: {resource.get('apiGroup', '')}, Kind: {resource.get('kind', '')}, Name: {resource.get('name', '')}"
    service = backend.get("service") or {}
    port = service.get("port") or {}
    shown = f"{service.get('name')}:{port.get('number') or port.get('name', '')}"
    found = call.ports.api.store.get("services", doc["metadata"]["namespace"], service.get("name", ""))
    if found is None:
        return f'{shown} (<error: services "{service.get("name")}" not found>)'
    entry: Doc = next((item for item in found["spec"].get("ports") or () if item["port"] == port.get("number") or item.get("name") == port.get("name", "\0")), {})
    return f"{shown} ({ready_addresses(call, doc['metadata']['namespace'], service['name'], entry)})"


def ingress(call: Call, doc: Doc) -> list[str]:
    """Models describeIngressV1."""
    spec = doc.get("spec") or {}
    addresses = [entry.get("ip") or entry.get("hostname", "") for entry in ((doc.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()]
    lines = [f"Name:\t{doc['metadata']['name']}", *table_of_words("Labels", doc["metadata"].get("labels")), f"Namespace:\t{doc['metadata'].get('namespace', '')}", f"Address:\t{','.join(addresses)}", f"Ingress Class:\t{spec.get('ingressClassName') or '<none>'}",
             f"Default backend:\t{_backend(call, doc, spec['defaultBackend']) if spec.get('defaultBackend') else '<default>'}"]
    if spec.get("tls"):
        lines.append("TLS:")
        lines.extend(f"  {entry['secretName']} terminates {','.join(entry.get('hosts') or ())}" if entry.get("secretName") else f"  SNI routes {','.join(entry.get('hosts') or ())}" for entry in spec["tls"])
    lines += ["Rules:", "  Host\tPath\tBackends", "  ----\t----\t--------"]
    count = 0
    for rule in spec.get("rules") or ():
        if rule.get("http") is None:
            continue
        count += 1
        lines.append(f"  {rule.get('host') or '*'}\t")
        lines.extend(f"    \t{path.get('path', '')} \t{_backend(call, doc, path['backend'])}" for path in rule["http"].get("paths") or ())
    if not count:
        lines.append(f"  *\t*\t{_backend(call, doc, spec['defaultBackend']) if spec.get('defaultBackend') else '<default>'}")
    return [*lines, *annotations(doc), *events(call, doc)]


def _selector(value: Doc | None) -> str:
    value = value or {}
    parts = [f"{key}={item}" for key, item in sorted((value.get("matchLabels") or {}).items())]
    for rule in value.get("matchExpressions") or ():
        values = f" ({','.join(sorted(rule.get('values') or ()))})" if rule.get("values") else ""
        parts.append({"In": f"{rule['key']} in{values}", "NotIn": f"{rule['key']} notin{values}", "Exists": rule["key"], "DoesNotExist": f"!{rule['key']}"}.get(rule["operator"], rule["key"]))
    return ",".join(parts)


def _peers(rules: list[Doc], part: str, word: str) -> Iterator[str]:
    if not rules:
        yield f"    <none> (Selected pods are isolated for {'ingress' if word == 'From' else 'egress'} connectivity)"
    for number, rule in enumerate(rules):
        if number:
            yield "    ----------"
        if not rule.get("ports"):
            yield "    To Port: <any> (traffic allowed to all ports)"
        for port in rule.get("ports") or ():
            yield f"    To Port: {port.get('port', '')}/{port.get('protocol', 'TCP')}"
        if not rule.get(part):
            yield f"    {word}: <any> (traffic not restricted by {'source' if word == 'From' else 'destination'})"
        for peer in rule.get(part) or ():
            yield f"    {word}:"
            if peer.get("ipBlock"):
                yield "      IPBlock:"
                yield f"        CIDR: {peer['ipBlock']['cidr']}"
                yield f"        Except: {', '.join(peer['ipBlock'].get('except') or ())}"
                continue
            if "namespaceSelector" in peer:
                yield f"      NamespaceSelector: {_selector(peer['namespaceSelector']) or '<none>'}"
            if "podSelector" in peer:
                yield f"      PodSelector: {_selector(peer['podSelector']) or '<none>'}"


def network_policy(call: Call, doc: Doc) -> list[str]:
    """Models describeNetworkPolicy."""
    spec = doc.get("spec") or {}
    types = spec.get("policyTypes") or []
    made = datetime.fromtimestamp(Clock.since_epoch_ms(doc["metadata"]["creationTimestamp"]) / 1000 + Clock(0).moment().timestamp(), UTC)
    lines = [*head(doc), f"Created on:\t{made.strftime('%Y-%m-%d %H:%M:%S')} +0000 UTC", *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), "Spec:", f"  PodSelector:\t{_selector(spec.get('podSelector')) or '<none> (Allowing the specific traffic to all pods in this namespace)'}"]
    for kind, part, word in (("Ingress", "from", "From"), ("Egress", "to", "To")):
        if kind in types:
            lines += [f"  Allowing {kind.lower()} traffic:", *_peers(spec.get(kind.lower()) or [], part, word)]
        else:
            lines.append(f"  Not affecting {kind.lower()} traffic")
    return [*lines, f"  Policy Types: {', '.join(types)}"]


def slices(call: Call, doc: Doc) -> list[str]:
    """Models describeEndpointSliceV1."""
    lines = [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"AddressType:\t{doc['addressType']}"]
    if not doc.get("ports"):
        lines.append("Ports: <unset>")
    else:
        lines += ["Ports:", "  Name\tPort\tProtocol", "  ----\t----\t--------", *(f"  {port.get('name') or '<unset>'}\t{port.get('port', '<unset>')}\t{port.get('protocol', 'TCP')}" for port in doc["ports"])]
    if not doc.get("endpoints"):
        return [*lines, "Endpoints: <none>", *events(call, doc)]
    lines.append("Endpoints:")
    for entry in doc.get("endpoints") or ():
        target = entry.get("targetRef") or {}
        lines += [f"  - Addresses:\t{','.join(entry['addresses'])}", "    Conditions:", f"      Ready:\t{str(entry['conditions'].get('ready')).lower() if 'ready' in entry['conditions'] else '<unset>'}", f"    Hostname:\t{entry.get('hostname') or '<unset>'}"]
        lines += [f"    TargetRef:\t{target['kind']}/{target['name']}"] if target else []
        lines += [f"    NodeName:\t{entry.get('nodeName') or '<unset>'}", f"    Zone:\t{entry.get('zone') or '<unset>'}"]
    return [*lines, *events(call, doc)]


def endpoints(call: Call, doc: Doc) -> list[str]:
    """Models describeEndpoints."""
    lines = [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), "Subsets:"]
    for subset in doc.get("subsets") or ():
        for part, word in (("addresses", "Addresses"), ("notReadyAddresses", "NotReadyAddresses")):
            lines.append(f"  {word}:\t{','.join(item['ip'] for item in subset.get(part) or ()) or '<none>'}")
        if subset.get("ports"):
            lines += ["  Ports:", "    Name\tPort\tProtocol", "    ----\t----\t--------", *(f"    {port.get('name') or '<unset>'}\t{port['port']}\t{port.get('protocol', 'TCP')}" for port in subset["ports"])]
        lines.append("")
    return [*lines, *events(call, doc)]


def service_account(call: Call, doc: Doc) -> list[str]:
    """Models describeServiceAccount."""
    secrets = [entry["name"] for entry in doc.get("imagePullSecrets") or ()] or ["<none>"]
    return [*head(doc), *table_of_words("Labels", doc["metadata"].get("labels")), *annotations(doc), f"Image pull secrets:\t{secrets[0]}", *(f"\t{name}" for name in secrets[1:]), *events(call, doc)]


DESCRIBERS: dict[str, Describer] = {"Ingress": ingress, "NetworkPolicy": network_policy, "EndpointSlice": slices, "Endpoints": endpoints, "ServiceAccount": service_account}
