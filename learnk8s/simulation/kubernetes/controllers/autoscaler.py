"""HorizontalPodAutoscaler: as many pods as keep a measure near its target. Models pkg/controller/podautoscaler/horizontal.go and replica_calculator.go (1.36).

Every 15 s the ratio of measured to wanted is taken; within a tenth of one nothing is done. Before scaling down, the highest recommendation of the last 300 s counts.
The real one looks every 15 s whatever happens. So does ours, at the same moments, but for looks that could find nothing new: once a look at a steady measure
changes nothing, the next one is at the first such moment after a pod, the traffic or the autoscaler has changed, or when an older recommendation counts no more, and the
looks left out are remembered as having said the same.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Any

from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.quantities import canonical, millis, whole
from learnk8s.simulation.kubernetes.control.intents import Intent, Later, Note, Record, Update, UpdateStatus
from learnk8s.simulation.kubernetes.control.loop import View
from learnk8s.simulation.kubernetes.control.watches import asked_when
from learnk8s.simulation.kubernetes.controllers.pods import condition, is_terminating, matches
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.store.store import Change, Key, Store

RESOURCE = "horizontalpodautoscalers.autoscaling"
TARGETS = {"Deployment": "deployments.apps", "ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps", "ReplicationController": "replicationcontrollers"}
SYNC_MS = 15_000
TOLERANCE = 0.1
DOWN_WINDOW_S = 300
UP_POLICIES: tuple[Doc, ...] = ({"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15})
DOWN_POLICIES: tuple[Doc, ...] = ({"type": "Percent", "value": 100, "periodSeconds": 15},)
"""facts/numbers.yaml: hpa-sync, hpa-tolerance, hpa-downscale."""
Usage = Callable[[Doc], tuple[int, int]]


class NoMetrics(Exception):
    """A metric cannot be had; the message is the controller's."""


def _changed(change: Change, _store: Store) -> Iterable[Key]:
    return (change.key,) if change.old is None or change.old.get("spec") != change.new.get("spec") or change.type == "DELETED" else ()


@asked_when(beside=RESOURCE)
def _beside(change: Change, store: Store) -> Iterable[Key]:
    """Have the autoscalers look that scale what the pod belongs to, or of which it is not known what they scale."""
    namespace = change.key[0]
    return [(namespace, autoscaler["metadata"]["name"]) for autoscaler in store.list(RESOURCE, namespace) if _concerns(autoscaler, change.new, store)]


def _concerns(autoscaler: Doc, pod: Doc, store: Store) -> bool:
    target = autoscaler["spec"]["scaleTargetRef"]
    resource = TARGETS.get(target["kind"])
    scaled = store.get(resource, autoscaler["metadata"]["namespace"], target["name"]) if resource else None
    return scaled is None or matches(_selector(scaled), pod["metadata"].get("labels"))


class AutoscalerController:
    """Scales what autoscalers name."""

    name = "horizontal-pod-autoscaler"
    watches = {RESOURCE: _changed, "pods": _beside}

    def __init__(self, usage: Usage | None) -> None:
        self._usage = usage
        self.memory: dict[str, Any] = {}
        """By uid: recommendations as [ms, replicas], changes as [ms, difference], and when to look next, 0 for when something changes, or at `wake_ms` if nothing does."""

    def reconcile(self, key: Key, view: View) -> Sequence[Intent]:
        """Return a new scale, the status, and the next look."""
        hpa = view.store.get(RESOURCE, *key)
        if hpa is None or is_terminating(hpa):
            self.memory = {uid: rest for uid, rest in self.memory.items() if view.store.by_uid(uid)}
            return ()
        first_ms = Clock.since_epoch_ms(hpa["metadata"]["creationTimestamp"]) + SYNC_MS
        if view.now_ms < first_ms:
            return [Later(first_ms)]
        memory = self.memory.setdefault(hpa["metadata"]["uid"], {"seen": [], "done": [], "next_ms": first_ms})
        if not memory["next_ms"]:
            wake_ms = memory.pop("wake_ms", 0)
            memory["next_ms"] = wake_ms if wake_ms and view.now_ms >= wake_ms else (view.now_ms // SYNC_MS + 1) * SYNC_MS
            memory["seen"].append([memory["next_ms"] - SYNC_MS, memory["seen"][-1][1]])
        if view.now_ms < memory["next_ms"]:
            return [Later(memory["next_ms"])]
        return _Sync(hpa, view, self._usage, memory).intents()


class _Sync:
    """One look at one autoscaler."""

    def __init__(self, hpa: Doc, view: View, usage: Usage | None, memory: dict[str, Any]) -> None:
        self.hpa, self.view, self.usage, self.memory = hpa, view, usage, memory
        self.spec, self.before = hpa["spec"], hpa.get("status", {})
        self.namespace, self.name = hpa["metadata"]["namespace"], hpa["metadata"]["name"]
        self.conditions: list[Doc] = list(self.before.get("conditions") or ())
        self.out: list[Intent] = []
        self.found: list[Doc] = []
        self.is_held_back = False
        """Whether only the rules on how fast it may go keep it from going further: these change with time."""

    def because(self, what: str, *words: str) -> tuple[str, ...]:
        return (f"horizontal-pod-autoscaler.{what}", "ref", f"HorizontalPodAutoscaler/{self.namespace}/{self.name}", *words)

    def say(self, type_: str, status: str, reason: str, message: str) -> None:
        before = next((entry for entry in self.conditions if entry["type"] == type_), None)
        since = before["lastTransitionTime"] if before and before["status"] == status else self.view.timestamp()
        entry = {"type": type_, "status": status, "lastTransitionTime": since, "reason": reason, "message": message}
        self.conditions = [entry if other["type"] == type_ else other for other in self.conditions] if before else [*self.conditions, entry]

    def warn(self, reason: str, message: str) -> None:
        self.out.append(Record(Note(self.hpa, reason, message, "Warning")))

    def intents(self) -> list[Intent]:
        target = self.spec["scaleTargetRef"]
        resource = TARGETS.get(target["kind"])
        scaled = self.view.store.get(resource, self.namespace, target["name"]) if resource else None
        if scaled is None or resource is None:
            shown = f"{resource or target['kind'].lower() + 's'} \"{target['name']}\" not found"
            self.say("AbleToScale", "False", "FailedGetScale", f"the HPA controller was unable to get the target's current scale: {shown}")
            self.warn("FailedGetScale", shown)
            return self._written(self.before.get("currentReplicas", 0), self.before.get("desiredReplicas", 0))
        self.say("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        current = scaled["spec"].get("replicas", 1)
        least, most = self.spec.get("minReplicas", 1), self.spec["maxReplicas"]
        if current == 0:
            self.say("ScalingActive", "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
            return self._written(current, 0)
        if current > most:
            wanted, why = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            wanted, why = least, "Current number of replicas below Spec.MinReplicas"
        else:
            try:
                wanted, why = self._wanted(scaled, current)
            except NoMetrics:
                return self._written(current, self.before.get("desiredReplicas", 0))
            wanted = self._settled(current, wanted)
        if wanted != current:
            self.out.append(Update(resource, {**scaled, "spec": {**scaled["spec"], "replicas": wanted}}, self.because("scaled", "before", str(current), "after", str(wanted)), Note(self.hpa, "SuccessfulRescale", f"New size: {wanted}; reason: {why}")))
            self.say("AbleToScale", "True", "SucceededRescale", f"the HPA controller was able to update the target scale to {wanted}")
            self.memory["done"].append([self.view.now_ms, wanted - current])
        return self._written(current, wanted, rescaled=wanted != current)

    # Measuring

    def _wanted(self, scaled: Doc, current: int) -> tuple[int, str]:
        best, why, failures = 0, "", []
        selector = _selector(scaled)
        store, labels = self.view.store, selector.get("matchLabels")
        pods = [pod for pod in (store.pods_labelled(self.namespace, labels) if labels else store.list("pods", self.namespace)) if matches(selector, pod["metadata"].get("labels"))]
        for metric in self.spec.get("metrics") or ():
            try:
                count, said = self._by_metric(metric, pods, current)
            except NoMetrics as missing:
                failures.append(str(missing))
                continue
            if count > best:
                best, why = count, said
        if failures and (not best or best < current):
            reason = "FailedGetResourceMetric" if not failures[0].startswith("invalid") else "InvalidMetricSourceType"
            self.say("ScalingActive", "False", reason, f"the HPA was unable to compute the replica count: {failures[0]}")
            self.warn(reason, failures[0])
            self.warn("FailedComputeMetricsReplicas", f"invalid metrics ({len(failures)} invalid out of {len(self.spec['metrics'])}), first error is: {failures[0]}")
            raise NoMetrics
        return best, f"{why} {'above' if best > current else 'below'} target" if best != current else why

    def _by_metric(self, metric: Doc, pods: list[Doc], current: int) -> tuple[int, str]:
        part = metric.get("resource") or metric.get("containerResource")
        if part is None:
            raise NoMetrics(f"invalid metric source type {metric.get('type')}: only Resource and ContainerResource are modelled in this sandbox")
        name, target = part["name"], part["target"]
        if self.usage is None:
            raise NoMetrics(f"failed to get {name} utilization: unable to get metrics for resource {name}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)")
        counted = [pod for pod in pods if self._counts(pod)]
        measured = [(pod, self.usage(pod)[name != "cpu"]) for pod in counted]
        unready = [] if len(counted) == len(pods) else [pod for pod in pods if not self._counts(pod) and not is_terminating(pod) and pod.get("status", {}).get("phase") in ("Pending", "Running")]
        if not measured:
            raise NoMetrics(f"failed to get {name} utilization: did not receive metrics for targeted pods (pods might be unready)" if pods else f"failed to get {name} utilization: unable to get metrics for resource {name}: no metrics returned from resource metrics API")
        used = sum(amount for _pod, amount in measured)
        unit = millis if name == "cpu" else whole
        if target.get("averageUtilization") is not None:
            asked = sum(self._asked(pod, name, unit) for pod, _amount in measured)
            percent = used * 100 // asked  # whole, as upstream compares it
            ratio, shown = percent / target["averageUtilization"], {"averageUtilization": percent, "averageValue": _quantity(name, used // len(measured))}
            missing = sum(self._asked(pod, name, unit) for pod in unready)
            base = asked + missing
            down = used * 100 // base / target["averageUtilization"] if base else ratio
            said = f"{name} resource utilization (percentage of request)"
        else:
            wanted = unit(target["averageValue"])
            ratio, shown = used / len(measured) / wanted, {"averageValue": _quantity(name, used // len(measured))}
            down = used / (len(measured) + len(unready)) / wanted
            said = f"{name} resource"
        kind = "resource" if metric.get("resource") else "containerResource"
        self.found.append({"type": metric["type"], kind: {**({"container": part["container"]} if "container" in part else {}), "name": name, "current": shown}})
        self.say("ScalingActive", "True", "ValidMetricFound", f"the HPA was able to successfully calculate a replica count from {name} resource utilization (percentage of request)" if "averageUtilization" in shown else f"the HPA was able to successfully calculate a replica count from {name} resource")
        if 1 - self._tolerance("scaleDown") <= ratio <= 1 + self._tolerance("scaleUp"):
            return current, said
        if unready and ratio > 1:
            if down <= 1 + self._tolerance("scaleUp"):
                return current, said
            return max(ceil(down * (len(measured) + len(unready))), current), said
        return max(ceil(ratio * len(measured)), 1), said

    def _tolerance(self, direction: str) -> float:
        """Return how far the measure may be from the target before replicas change, as a share of it."""
        own = ((self.spec.get("behavior") or {}).get(direction) or {}).get("tolerance")
        return TOLERANCE if own is None else millis(own) / 1000

    def _asked(self, pod: Doc, name: str, unit: Callable[[Any], int]) -> int:
        total = 0
        for container in pod["spec"]["containers"]:
            amount = ((container.get("resources") or {}).get("requests") or {}).get(name)
            if amount is None:
                raise NoMetrics(f"failed to get {name} utilization: missing request for {name} in container {container['name']} of Pod {pod['metadata']['name']}")
            total += unit(amount)
        return max(total, 1)

    def _counts(self, pod: Doc) -> bool:
        """Say whether a pod's measure counts: it runs, is not going, and is ready."""
        ready = condition(pod, "Ready")
        return pod.get("status", {}).get("phase") == "Running" and not is_terminating(pod) and ready is not None and ready["status"] == "True"

    # Settling

    def _settled(self, current: int, wanted: int) -> int:
        """Hold back what goes down too soon or changes too fast, and keep the bounds."""
        now, rules = self.view.now_ms, self.spec.get("behavior") or {}
        up, down = rules.get("scaleUp") or {}, rules.get("scaleDown") or {}
        up_s, down_s = up.get("stabilizationWindowSeconds") or 0, down.get("stabilizationWindowSeconds", DOWN_WINDOW_S)
        seen = [entry for entry in self.memory["seen"] if entry[0] > now - max(up_s, down_s, 1) * 1000]
        seen.append([now, wanted])
        self.memory["seen"] = seen
        self.memory["done"] = [entry for entry in self.memory["done"] if entry[0] > now - 1_800_000]
        low = min([wanted, *(count for at_ms, count in seen if at_ms > now - up_s * 1000)])
        high = max([wanted, *(count for at_ms, count in seen if at_ms > now - down_s * 1000)])
        settled = min(max(current, low), high)
        if settled != wanted:
            self.say("AbleToScale", "True", "ScaleDownStabilized" if wanted < settled else "ScaleUpStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation" if wanted < settled else "recent recommendations were lower than current one, applying the lowest recent recommendation")
        else:
            self.say("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
        least, most = self.spec.get("minReplicas", 1), self.spec["maxReplicas"]
        aim = settled
        if settled > current:
            settled = min(settled, self._limit(current, up, UP_POLICIES, grow=True))
        elif settled < current:
            settled = max(settled, self._limit(current, down, DOWN_POLICIES, grow=False))
        self.is_held_back = settled != aim
        if settled > most:
            self.say("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more than the maximum replica count")
        elif settled < least:
            self.say("ScalingLimited", "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count")
        else:
            self.say("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range")
        return min(max(settled, least), most)

    def _limit(self, current: int, rules: Doc, policies: tuple[Doc, ...], *, grow: bool) -> int:
        choose = rules.get("selectPolicy", "Max")
        if choose == "Disabled":
            return current
        bounds = []
        for policy in rules.get("policies") or policies:
            since = self.view.now_ms - policy["periodSeconds"] * 1000
            moved = sum(change for at_ms, change in self.memory["done"] if at_ms > since and (change > 0) == grow)
            start = current - moved
            step = policy["value"] if policy["type"] == "Pods" else start * policy["value"] / 100
            bounds.append(ceil(start + step) if grow else ceil(start - step))
        widest = (choose == "Max") == grow
        return max(bounds) if widest else min(bounds)

    def _written(self, current: int, wanted: int, *, rescaled: bool = False) -> list[Intent]:
        status: Doc = {**({"currentReplicas": current} if current else {}), "desiredReplicas": wanted, "currentMetrics": self.found or None, "conditions": self.conditions}
        if rescaled:
            status["lastScaleTime"] = self.view.timestamp()
        elif "lastScaleTime" in self.before:
            status["lastScaleTime"] = self.before["lastScaleTime"]
        if status != self.before:
            self.out.append(UpdateStatus(RESOURCE, self.hpa, status, self.because("looked", "current", str(current), "wanted", str(wanted))))
        if self._is_steady() and all(isinstance(intent, UpdateStatus) for intent in self.out):
            self.memory["next_ms"] = 0
            wake_ms = self._forgets_at_ms()
            if wake_ms is None:
                return self.out
            self.memory["wake_ms"] = max(wake_ms, (self.view.now_ms // SYNC_MS + 1) * SYNC_MS)
            return [*self.out, Later(self.memory["wake_ms"])]
        self.memory["next_ms"] = (self.view.now_ms // SYNC_MS + 1) * SYNC_MS
        return [*self.out, Later(self.memory["next_ms"])]

    def _is_steady(self) -> bool:
        """Say whether looking again would find the same: CPU is measured, which changes with pods and traffic only, and no rule about speed waits for its time."""
        by_cpu = all((metric.get("resource") or metric.get("containerResource") or {}).get("name") == "cpu" for metric in self.spec.get("metrics") or ())
        return by_cpu and not self.is_held_back and bool(self.memory["seen"])

    def _forgets_at_ms(self) -> int | None:
        """Return the look at which the highest recommendation that holds back going down, or the lowest for going up, counts no more; None if the newest is it."""
        now, seen, rules = self.view.now_ms, self.memory["seen"], self.spec.get("behavior") or {}
        windows = ((rules.get("scaleUp") or {}).get("stabilizationWindowSeconds") or 0, min), ((rules.get("scaleDown") or {}).get("stabilizationWindowSeconds", DOWN_WINDOW_S), max)
        ends = []
        for window_s, extreme in windows:
            counted = [(count, at_ms) for at_ms, count in seen if at_ms > now - window_s * 1000]
            bound = extreme((count for count, _at_ms in counted), default=seen[-1][1])
            if bound != seen[-1][1]:
                ends.append(max(at_ms for count, at_ms in counted if count == bound) + window_s * 1000)
        return min(ends) // SYNC_MS * SYNC_MS if ends else None


def _selector(scaled: Doc) -> Doc:
    selector = scaled["spec"].get("selector") or {}
    return {"matchLabels": selector} if scaled["kind"] == "ReplicationController" else selector


def _quantity(name: str, amount: int) -> str:
    return canonical(f"{amount}m") if name == "cpu" else str(amount)

