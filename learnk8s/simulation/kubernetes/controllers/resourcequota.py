"""ResourceQuota: keep the status true to what is used. Models pkg/controller/resourcequota (1.36)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.apiserver import quota
from learnk8s.simulation.kubernetes.control.intents import Intent, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import OTHERS, asked_when, own_key
from learnk8s.simulation.kubernetes.controllers.pods import matches
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store


@asked_when(beside=quota.RESOURCE)
def _of_namespace(change: Change, store: Store) -> Iterable[Key]:
    if change.type == "MODIFIED" and change.resource != "pods":
        return ()
    namespace = change.new["metadata"].get("namespace", "")
    return tuple((namespace, found["metadata"]["name"]) for found in store.list(quota.RESOURCE, namespace))


class ResourceQuotaController:
    """Counts again whenever something in the namespace comes or goes."""

    name = "resourcequota-controller"
    watches: Mapping[str, Any] = {**{kind.resource: _of_namespace for kind in KINDS if kind.namespaced and kind.resource != "events"}, OTHERS: _of_namespace, quota.RESOURCE: own_key}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the new status."""
        found = view.store.get(quota.RESOURCE, *key)
        if found is None:
            return ()
        hard = dict(quota.hard_of(found))
        status: Doc = {"hard": hard, "used": {name: quota.text_of(name, amount) for name, amount in sorted(quota.used(view.store, found).items())}}
        if status == found.get("status"):
            return ()
        return [UpdateStatus(quota.RESOURCE, found, status, ("resourcequota-controller.counted", "ref", f"ResourceQuota/{key[0]}/{key[1]}"))]


class ClusterRoleAggregationController:
    """Gathers the rules of ClusterRoles by label. Models pkg/controller/clusterroleaggregation (1.36)."""

    name = "clusterrole-aggregation-controller"
    watches: Mapping[str, Any] = {"clusterroles.rbac.authorization.k8s.io": lambda change, store: tuple(("", doc["metadata"]["name"]) for doc in store.list("clusterroles.rbac.authorization.k8s.io") if doc.get("aggregationRule"))}

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return the role with its gathered rules."""
        role = view.store.get("clusterroles.rbac.authorization.k8s.io", *key)
        if role is None or not role.get("aggregationRule"):
            return ()
        rules: list[Doc] = []
        for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
            for other in view.store.list("clusterroles.rbac.authorization.k8s.io"):
                if other["metadata"]["name"] != key[1] and matches(selector, other["metadata"].get("labels")):
                    rules.extend(rule for rule in other.get("rules") or () if rule not in rules)
        if rules == (role.get("rules") or []):
            return ()
        return [Update("clusterroles.rbac.authorization.k8s.io", {**role, "rules": rules}, ("clusterrole-aggregation-controller.gathered", "ref", f"ClusterRole//{key[1]}"))]
