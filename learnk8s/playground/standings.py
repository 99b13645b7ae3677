"""How the things of a drawn world stand, in a few words each: what a sentence for those who listen is made from.

A standing is plain data and small: it is kept with every version of a page (`changing.py`), so that the next look can tell what is different.
What the cluster itself runs is not in a drawn scene, and so not in here.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

Scene = dict[str, Any]
SAME_WORD = {"ErrImagePull": "ImagePullBackOff", "Error": "CrashLoopBackOff", "OOMKilled": "CrashLoopBackOff"}
"""A pod of a workload that keeps failing goes from one word to the other and back; that is one state."""


class Thing(NamedTuple):
    """A node, a pod of its own, a Job, or a part of a world of machines: what it is called, its state as drawn, and whether that soon becomes another."""

    label: str
    word: str
    is_passing: bool = False
    inside: str = ""
    """The part of the picture in which it lies: if that changes, no more is said of what is in it."""


class Workload(NamedTuple):
    """A Deployment or a set: its ready pods, and what is wrong with the others."""

    label: str
    ready: int
    of: int
    revision: str
    is_rolling: bool
    bad: tuple[str, ...]
    words: tuple[str, ...]
    """The words of pods that fail, and of all that are not ready, but for those that run and are not ready."""


class Flow(NamedTuple):
    """The requests to a Service, or of a whole world of machines (without a label)."""

    label: str
    has_ready: bool
    failed: int
    last_ms: int | None = None
    """When one failed last; None where it is not known."""
    why: str = ""


class Standing(NamedTuple):
    """How everything stands, by what each is known by."""

    nodes: dict[str, Thing]
    flows: dict[str, Flow]
    workloads: dict[str, Workload]
    things: dict[str, Thing]


def standing_of(scene: Scene) -> Standing:
    """Return how the things of a drawn scene stand. What it costs grows with the nodes and pods, not with time."""
    if scene.get("is_drawn_as_boxes"):
        return Standing({}, {"": Flow("", True, scene["scoreboard"].get("requests_failed", 0))}, {}, _parts(scene["boxes"]))
    timetables = [owner for owner in scene["owners"] if owner["kind"] == "CronJob"]
    jobs = [*(owner for owner in scene["owners"] if owner["kind"] == "Job"), *(job for timetable in timetables for job in timetable["children"])]
    return Standing(
        {node["name"]: Thing(node["name"], node["word"]) for node in scene["nodes"]},
        {service["ref"]: _flow(service) for service in scene["services"]},
        {owner["ref"]: _workload(owner) for owner in scene["owners"] if owner["kind"] not in ("Job", "CronJob")},
        {**{job["ref"]: _job(job) for job in jobs}, **{pod["ref"]: _pod(pod) for pods in (*(node["pods"] for node in scene["nodes"]), scene["unplaced"]) for pod in pods if not pod["owner"]}},
    )


def _called(thing: Scene) -> str:
    return str(thing["name"]) if thing["namespace"] == "default" else f"{thing['namespace']}/{thing['name']}"


def _flow(service: Scene) -> Flow:
    traffic = service["traffic"]
    last: Scene = max(traffic["failures"], key=lambda failure: failure["last_ms"], default={"last_ms": 0, "text": ""})
    return Flow(_called(service), service["ready"] > 0, traffic["failed"], last["last_ms"], last["text"])


def _workload(owner: Scene) -> Workload:
    """Return how a workload stands. It is rolling while an older revision is to have pods."""
    leaves = list(_leaves(owner))
    bad, words = (tuple(sorted({SAME_WORD.get(word, word) for word, health, _count in leaves if health in healths and word != "Running"})) for healths in (("bad",), ("bad", "wait")))
    is_rolling = any(child["kind"] == "ReplicaSet" and child["revision"] != owner["revision"] and (child["desired"] or child["ready"]) for child in owner["children"])
    return Workload(_called(owner), owner["ready"], owner["desired"], owner["revision"], bool(is_rolling), bad, words)


def _leaves(owner: Scene) -> Iterator[tuple[str, str, int]]:
    """Yield the pods below an owner by word and health, with how many they are."""
    for row in owner.get("counted", ()):
        yield row["word"], row["health"], row["count"]
    for child in owner["children"]:
        if child["kind"] == "Pod":
            yield child["word"], child["health"], 1
        else:
            yield from _leaves(child)


def _job(job: Scene) -> Thing:
    leaves = list(_leaves(job))
    return Thing(_called(job), ", ".join(sorted({SAME_WORD.get(word, word) for word, _health, _count in leaves})), not leaves or any(_passes(word, health) for word, health, _count in leaves))


def _pod(pod: Scene) -> Thing:
    return Thing(_called(pod), SAME_WORD.get(pod["word"], str(pod["word"])), _passes(pod["word"], pod["health"]))


def _passes(word: str, health: str) -> bool:
    return health == "wait" or word == "Terminating"


def _parts(boxes: list[Scene], inside: Scene | None = None, *, are_many: bool = False) -> dict[str, Thing]:
    """Return the parts of a world of machines; where several machines have parts, each says on which it is."""
    found: dict[str, Thing] = {}
    many = are_many or sum(bool(box["children"]) for box in boxes) > 1
    outer = str(inside["ref"]) if inside else ""
    for box in boxes:
        found[box["ref"]] = Thing(f"{box['title']} ({inside['title']})" if inside and many else box["title"], box["word"], box["health"] == "wait", outer)
        found.update(_parts(box["children"], box, are_many=many))
    return found
