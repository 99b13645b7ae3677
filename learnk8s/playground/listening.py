"""What is told to those who do not see the picture: one sentence of what is different now.

Theory. A version of a page (`changing.py`) keeps what its listener has heard. A look compares that with how things stand and tells of those that came to
rest or fell: a workload whose pods are all ready again, or no longer; a node; a Service that lost its last ready endpoint; requests that began to fail.
What is on its way is kept back (the listener has still heard the state before it) until it has come to rest or has taken long, so that a rollout is
told when it has ended. If nothing of this kind changed, the newest sentence of the log is told, but for those of mere steps on a way.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from learnk8s.playground.standings import Flow, Standing, Thing, Workload, standing_of
from learnk8s.simulation.kubernetes.scene import SYSTEM_NAMESPACES

HELD_S = 10
"""For so long by the wall's clock what is on its way is kept back."""
JUMPS = 3
"""A look that comes after so many times that span is one after a jump; what is on its way then is told at once."""
NAMES_MAX, PARTS_MAX = 3, 5

TYPED = "input."
"""What somebody typed or pressed is in the terminal already; it is not told once more."""
STEPS = (
    "endpointslice-controller.", "replicaset-controller.", "deployment-controller.", "statefulset-controller.", "daemonset-controller.", "job-controller.", "node-lifecycle-controller.", "garbage-collector.", "clusterrole-aggregation-controller.", "serviceaccount-controller.",
    "scheduler.bound", "kubelet.accepted", "kubelet.started", "kubelet.exited", "kubelet.backoff", "kubelet.probed", "kubelet.stopping", "kubelet.removed", "kubelet.pull-failed",
)
"""What only leads to a state that is told, or follows from one."""
NEWS = ("replicaset-controller.could-not",)
State = TypeVar("State", Thing, Workload, Flow)
Phrase = str | tuple[str, str]
"""A part of a sentence in which the names are filled in; two if it is another one for several."""


class Heard(NamedTuple):
    """What a listener knows: how things stood when they were told, whose requests fail (the count when looked last, and when it grew), the newest of the log, and since when something is kept back."""

    standing: Standing
    failing: dict[str, tuple[int, int]]
    news: str
    looked_ms: int
    held_ms: int | None


def told(context: dict[str, Any], heard: Heard | None) -> tuple[str, Heard]:
    """Return the sentence for a listener who has heard this ("" if there is nothing to tell), and what they have heard then.

    To one who has just come nothing is told: the page itself is being read.
    """
    standing, news, now_ms = standing_of(context["scene"]), _news(context), context["clock"]["now_ms"]
    if heard is None or now_ms < heard.looked_ms:
        return "", Heard(standing, {}, news, now_ms, None)
    hold_ms = HELD_S * int(context["clock"]["speed_milli"])
    is_due = now_ms - heard.looked_ms >= JUMPS * hold_ms or (heard.held_ms is not None and now_ms - heard.held_ms >= hold_ms)
    telling = _Telling(is_due=is_due)
    nodes = telling.compared(heard.standing.nodes, standing.nodes, _node)
    workloads = telling.compared(heard.standing.workloads, standing.workloads, _workload)
    things = telling.compared(heard.standing.things, standing.things, _thing)
    flows = telling.compared(heard.standing.flows, standing.flows, _flow)
    failing = telling.requests(heard, flows, standing.flows, now_ms=now_ms, hold_ms=hold_ms)
    text = _sentence(telling.parts) if telling.parts else "" if news == heard.news or context.get("is_challenge") else news
    held_ms = None if not telling.is_holding else now_ms if is_due or heard.held_ms is None else heard.held_ms
    return text, Heard(Standing(nodes, flows, workloads, things), failing, news or heard.news, now_ms, held_ms)


class _Telling:
    """A sentence in the making: its parts, whether what is on its way is due by now, and whether something is kept back."""

    def __init__(self, *, is_due: bool) -> None:
        self.is_due, self.is_holding = is_due, False
        self.parts: list[str] = []

    def compared(self, before: dict[str, State], now: dict[str, State], news: Callable[[State | None, State, bool], Phrase | None]) -> dict[str, State]:
        """Add what is different, the same of several things as one part, and return what is known then. `news` returns a phrase, "" for what is not worth one, None for what is on its way."""
        if now == before:
            return before
        phrases: dict[Phrase, list[str]] = {}
        known = dict(now)
        for key, state in now.items():
            was = before.get(key)
            phrase = "" if was == state else news(was, state, self.is_due)
            if phrase is None:
                self.is_holding = True
                known.pop(key)
                known.update({key: was} if was is not None else {})
            elif phrase and not _is_inside_of_news(state, before, now):
                phrases.setdefault(phrase, []).append(state.label)
        gone = [state.label for key, state in before.items() if key not in now and not _is_inside_of_news(state, before, now)]
        self.parts.extend((phrase if isinstance(phrase, str) else phrase[len(labels) > 1]) % {"names": _names(labels)} for phrase, labels in phrases.items())
        self.parts.extend([(_("Service %(names)s: gone") if news is _flow else _("%(names)s: gone")) % {"names": _names(gone)}] if gone else [])
        return known

    def requests(self, heard: Heard, flows: dict[str, Flow], now: dict[str, Flow], *, now_ms: int, hold_ms: int) -> dict[str, tuple[int, int]]:
        """Add whose requests began to fail, and whose are answered again; return whose fail. `flows` keep the count from before they failed."""
        failing: dict[str, tuple[int, int]] = {}
        for ref, flow in now.items():
            known = heard.standing.flows.get(ref, flow).failed
            count = flow.failed - known
            if count <= 0:
                continue
            seen, grew_ms = heard.failing.get(ref, (known, now_ms))
            last_ms = flow.last_ms if flow.last_ms is not None else now_ms if flow.failed > seen else grew_ms
            is_over = last_ms <= now_ms - hold_ms
            if ref not in heard.failing:
                self.parts.append(_failed(flow, count))
            elif is_over:
                self.parts.append(_answered(flow, count))
            if not is_over:
                failing[ref] = flow.failed, last_ms
                flows[ref] = flows.get(ref, flow)._replace(failed=known)
        return failing


def _is_inside_of_news(state: Any, before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Say whether a thing lies in another one that itself came, went or has another state."""
    outer = getattr(state, "inside", "")
    words = [found.word if (found := things.get(outer)) else None for things in (before, now)]
    return bool(outer) and words[0] != words[1]


def _node(was: Thing | None, node: Thing, is_due: bool) -> Phrase | None:
    if was is None and node.word != "Ready" and not is_due:
        return None
    return {
        "Ready": (_("%(names)s is ready"), _("%(names)s are ready")),
        "NotReady": (_("%(names)s is not ready"), _("%(names)s are not ready")),
        "Ready,SchedulingDisabled": (_("%(names)s is ready, but takes no new pods"), _("%(names)s are ready, but take no new pods")),
        "NotReady,SchedulingDisabled": (_("%(names)s is not ready, and takes no new pods"), _("%(names)s are not ready, and take no new pods")),
    }.get(node.word, f"%(names)s: {node.word}")


def _workload(was: Workload | None, now: Workload, is_due: bool) -> Phrase | None:
    """Say how many pods are ready once all are, or when the first are no longer or fail in a new way; what else is on its way only if it is due."""
    is_whole = not now.is_rolling and now.ready == now.of
    is_new_trouble = bool(set(now.bad) - set(was.bad if was else ()))
    has_fallen = was is not None and now.ready < was.ready and (not now.ready or (was.ready == was.of == now.of and not now.is_rolling))
    if not (is_whole or is_new_trouble or has_fallen or is_due) or now.ready > now.of:
        return None
    is_new_revision = was is not None and (was.revision != now.revision or was.is_rolling)
    if is_whole and was is not None and not is_new_revision and (was.ready, was.of) == (now.ready, now.of):
        return ""
    if now.is_rolling:
        text = _("%(names)s: {ready} of {of} ready, revision {revision} is on its way")
    elif is_new_revision:
        text = _("%(names)s: revision {revision} is out, {ready} of {of} ready")
    else:
        text = _("%(names)s: {ready} of {of} ready")
    return text.format(ready=now.ready, of=now.of, revision=now.revision) + ("" if is_whole or not now.words else f" ({', '.join(now.words)})")


def _thing(was: Thing | None, thing: Thing, is_due: bool) -> Phrase | None:
    if thing.is_passing and not is_due:
        return None
    return "" if was and was.word == thing.word else "%(names)s: " + thing.word.replace("%", "%%")


def _flow(was: Flow | None, flow: Flow, is_due: bool) -> Phrase | None:
    """Say whether a Service gained its first ready endpoint or lost its last."""
    if was is None and not flow.has_ready and not is_due:
        return None
    if was is not None and was.has_ready == flow.has_ready:
        return ""
    if flow.has_ready:
        return _("Service %(names)s has ready endpoints"), _("Services %(names)s have ready endpoints")
    return _("Service %(names)s has no ready endpoint"), _("Services %(names)s have no ready endpoint")


def _failed(flow: Flow, count: int) -> str:
    if not flow.label:
        return ngettext("%(count)s request failed", "%(count)s requests failed", count) % {"count": count}
    text = ngettext("%(count)s request to Service %(name)s failed", "%(count)s requests to Service %(name)s failed", count) % {"count": count, "name": flow.label}
    return f"{text} ({flow.why.removesuffix('.')})" if flow.has_ready and flow.why else text


def _answered(flow: Flow, count: int) -> str:
    if not flow.label:
        return _("requests are answered again, %(count)s failed") % {"count": count}
    return _("requests to Service %(name)s are answered again, %(count)s failed") % {"name": flow.label, "count": count}


def _names(labels: list[str]) -> str:
    shown = ", ".join(labels[:NAMES_MAX])
    return shown if len(labels) <= NAMES_MAX else _("%(names)s and %(count)s more") % {"names": shown, "count": len(labels) - NAMES_MAX}


def _sentence(parts: list[str]) -> str:
    more = len(parts) - PARTS_MAX
    rest = [ngettext("%(count)s more change", "%(count)s more changes", more) % {"count": more}] if more > 0 else []
    return "; ".join([*parts[:PARTS_MAX], *rest]) + "."


def _news(context: dict[str, Any]) -> str:
    """Return the newest sentence of the log that is no mere step, nor of what the cluster itself runs; "" if somebody typed since."""
    for link in context["scene"]["log"]:
        key, ref = str(link.get("key")), str(link.get("ref")).split("/")
        if (not key.startswith(STEPS) or key in NEWS) and not (len(ref) == 3 and ref[1] in SYSTEM_NAMESPACES):
            return "" if key.startswith(TYPED) else str(link["text"])
    return ""
