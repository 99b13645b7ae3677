"""How kubectl shows Ingress, IngressClass and NetworkPolicy. Models pkg/printers/internalversion/printers.go (1.36): printIngress, printIngressClass, printNetworkPolicy."""

from collections.abc import Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.cells import Tables, columns, created
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Store

HOSTS_SHOWN = 3


def _ingress(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    shown = ",".join(hosts[:HOSTS_SHOWN]) + (f" + {len(hosts) - HOSTS_SHOWN} more..." if len(hosts) > HOSTS_SHOWN else "")
    addresses = [entry.get("ip") or entry.get("hostname", "") for entry in ((doc.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()]
    return (doc["metadata"]["name"], spec.get("ingressClassName") or "<none>", shown or "*", ",".join(addresses), "80, 443" if spec.get("tls") else "80", created(doc, store))


def _ingress_class(doc: Doc, store: Store) -> Sequence[Any]:
    spec = doc.get("spec") or {}
    reference = spec.get("parameters")
    said = "<none>" if not reference else f"{reference.get('kind', '')}{'.' + reference['apiGroup'] if reference.get('apiGroup') else ''}/{reference.get('name', '')}"
    return (doc["metadata"]["name"], spec.get("controller", ""), said, created(doc, store))


def _policy(doc: Doc, store: Store) -> Sequence[Any]:
    selector = (doc.get("spec") or {}).get("podSelector") or {}
    words = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for entry in selector.get("matchExpressions") or ():
        operator, values = entry.get("operator"), ",".join(sorted(entry.get("values") or ()))
        words.append({"In": f"{entry['key']} in ({values})", "NotIn": f"{entry['key']} notin ({values})", "Exists": entry["key"], "DoesNotExist": f"!{entry['key']}"}.get(operator, entry["key"]))
    return (doc["metadata"]["name"], ",".join(words) or "<none>", created(doc, store))


TABLES: Tables = {
    "ingresses.networking.k8s.io": (columns("Name|Class|Hosts|Address|Ports|Age"), _ingress),
    "ingressclasses.networking.k8s.io": (columns("Name|Controller|Parameters|Age"), _ingress_class),
    "networkpolicies.networking.k8s.io": (columns("Name|Pod-Selector|Age"), _policy),
}
