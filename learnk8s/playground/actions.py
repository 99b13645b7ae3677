"""Writes of sandboxes. Each input is appended under the row's lock at the virtual time that is measured there; a refused input leaves nothing behind."""

import json
import lzma
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from learnk8s.accounts.models import User
from learnk8s.playground import live, streams
from learnk8s.playground.editing import apply_line
from learnk8s.playground.models import Checkpoint, Entry, Kind, Sandbox, new_token
from learnk8s.simulation import worlds
from learnk8s.simulation.fleet.world import FleetWorld
from learnk8s.simulation.kernel.limits import COMMAND_BYTES_MAX, LimitExceeded
from learnk8s.simulation.kernel.shell.screen import CLEARED, on_screen
from learnk8s.simulation.kernel.shell.shell import TURNED_AWAY
from learnk8s.simulation.kernel.world import Answer, World
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call, Reply
from learnk8s.simulation.kubernetes.world import FROM_THE_PAGE
from learnk8s.web.typesetting import JOINER
from learnk8s.web.visitor import Visitor

SANDBOXES_MAX = 30
ENTRIES_MAX = 1_000
REQUESTS_MAX = 50_000
"""Writes of API clients; a test suite makes many thousands."""
INPUT_BYTES_MAX = 64 * 2**20
REQUESTS_PER_CHECKPOINT = 500
OUTPUT_KEPT_MAX = 4_000
"""Letters of an output that are kept: two screens of a terminal. What is cut out is an ellipsis."""
BEGINNING_KEPT_MAX = 1_000
"""So many of them are its beginning, the others its end, where a command that goes on says what is new."""
PROMPT_KEPT_MAX = 80
ENDS_AFTER_S = (5, 10, 20, 40, 80, 160, 320)
"""How a command is given time to end, step by step: a cluster is rented in some minutes."""
OUTPUTS_KEPT_MAX = 20
"""Outputs kept for the page's terminal when it is opened again; older ones are dropped, the inputs never."""
ONCE_LETTERS_MAX, SENT_AGAIN_WITHIN = 24, 50
"""How many of the last inputs are looked through for one that a page sends again."""
API_LIFE = timedelta(days=7)
LEASE = timedelta(seconds=25)
"""How long the clock runs on after the last look."""
LEASE_RENEWED_BELOW = timedelta(seconds=15)
API_LEASE, API_LEASE_RENEWED_BELOW = timedelta(minutes=10), timedelta(minutes=8)
"""The same for clients of the API, which look less often: what they wait for has to go on meanwhile. Of a clock that runs faster, only so much virtual time."""
CHECKPOINT_EVERY = 25
CHECKPOINT_BYTES_MAX = 20_000
"""All checkpoints of one sandbox together; the oldest go first. A larger one is not kept: the world is then made from an earlier one and more inputs."""
PACKED_AT_BEST = 25
"""By how much a dump shrinks at the very best: what is larger than that need not be tried."""
SPEEDS = (100, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000)
"""Thousandths, from 0.1x to 100x: those that the page offers."""


class Refused(Exception):
    """A quota or rule forbids it; the message is a sentence for the visitor."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A world at the moment of a look or after an input."""

    sandbox: Sandbox
    world: World
    entry: Entry | None = None
    before: tuple[str, int] = ("", 0)
    """What the terminal had printed of the last line until then, and the offset behind it: a command that went on may have said more since somebody looked."""
    said: str = ""
    """All that the input was answered; its entry keeps a part of it."""


# Making and removing


@transaction.atomic
def new_sandbox(*, visitor: Visitor, scenario: str = "basics", world: str = "kubernetes", title: str = "", lesson_key: str = "", seed: int = 1) -> Sandbox:
    """Make a sandbox. Raises Refused over the quota (a lesson's own sandbox is outside of it: there is one for each lesson) and for an unknown scenario."""
    if worlds.card(world, scenario) is None:
        raise Refused(_("There is no scenario of this name."))
    if not lesson_key and Sandbox.objects.filter(visitor.owned(), lesson_key="").count() >= SANDBOXES_MAX:
        raise Refused(_("You have %(count)d sandboxes already; delete one first.") % {"count": SANDBOXES_MAX})
    now = timezone.now()
    started = worlds.create(world, scenario, seed).now_ms
    return Sandbox.objects.create(world=world, scenario=scenario, seed=seed, title=title, lesson_key=lesson_key, engine_version=worlds.ENGINE_VERSION, anchor_ms=started, anchor_at=now, lease_until=now + LEASE, **visitor.ownership())


def sandbox_for_lesson(visitor: Visitor, lesson_key: str, scenario: str, *, world: str = "kubernetes", seed: int = 1) -> Sandbox:
    """Return the visitor's sandbox of a lesson, made if it is not there yet."""
    found = Sandbox.objects.filter(visitor.owned(), lesson_key=lesson_key, world=world, scenario=scenario).first()
    return found or new_sandbox(visitor=visitor, scenario=scenario, world=world, lesson_key=lesson_key, seed=seed)


@transaction.atomic
def begin_with(sandbox: Sandbox, inputs: Sequence[tuple[int, str, str]], *, at_ms: int) -> Sandbox:
    """Let a new sandbox begin after inputs (virtual time, kind, text) that somebody else gave, at a virtual time."""
    assert sandbox.head == 0, "only a new sandbox is begun"
    Entry.objects.bulk_create([Entry(sandbox=sandbox, ordinal=number, at_ms=at, kind=kind, input=text) for number, (at, kind, text) in enumerate(inputs, 1)])
    sandbox.head = sandbox.given = len(inputs)
    sandbox.input_bytes = sum(len(text) for _at, _kind, text in inputs)
    sandbox.anchor(max(at_ms, sandbox.anchor_ms), timezone.now())
    sandbox.given_ms = sandbox.anchor_ms
    sandbox.save(update_fields=["head", "given", "given_ms", "input_bytes", "anchor_ms", "anchor_at"])
    return sandbox


def adopt(user: User, session_key: str) -> None:
    """Give an anonymous session's sandboxes to a person."""
    Sandbox.objects.filter(user=None, session_key=session_key).update(user=user, session_key="")


def delete(*, sandbox: Sandbox) -> None:
    """Delete a sandbox with everything of it."""
    live.forget(sandbox.id)
    sandbox.delete()


def rename(*, sandbox: Sandbox, title: str) -> None:
    """Give a sandbox a title."""
    sandbox.title = title[:80]
    sandbox.save(update_fields=["title"])


# Looking


def look(sandbox: Sandbox) -> Seen:
    """Let the clock run on, and return the world as it is now. Writes only when the lease is about to run out."""
    now = timezone.now()
    sandbox = _kept_running(sandbox, LEASE, LEASE_RENEWED_BELOW)
    with live.live_world(sandbox, sandbox.virtual_ms(now)) as world:
        return Seen(sandbox, world)


def looked_at(sandbox: Sandbox) -> Sandbox:
    """Let the clock run on for a client of the API. Writes only when the lease is about to run out."""
    fast = max(sandbox.speed_milli, 1000)
    return _kept_running(sandbox, API_LEASE * 1000 // fast, API_LEASE_RENEWED_BELOW * 1000 // fast)


def _kept_running(sandbox: Sandbox, lease: timedelta, renewed_below: timedelta) -> Sandbox:
    now = timezone.now()
    if sandbox.lease_until - now >= renewed_below:
        return sandbox
    with transaction.atomic():
        sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
        if sandbox.lease_until < now:
            sandbox.anchor(sandbox.virtual_ms(now), now)
        sandbox.lease_until, sandbox.used_at = max(sandbox.lease_until, now + lease), now
        sandbox.save(update_fields=["anchor_ms", "anchor_at", "lease_until", "used_at"])
    return sandbox


# Inputs


def type_line(sandbox: Sandbox, line: str, *, once: str = "") -> Seen:
    """Run a line in the terminal; one that a page has sent before (`once`) is not run again. What was copied from a page is freed of the joints that hold its names together. Raises Refused; the sandbox is as before then."""
    line = line.replace(JOINER, "")
    if len(line.encode()) > COMMAND_BYTES_MAX:
        raise Refused(_("The input is larger than %(size)d KiB; nothing was run.") % {"size": COMMAND_BYTES_MAX // 1024})
    if "\0" in line:
        raise Refused(_("The input contains bytes that are no text; nothing was run."))
    return _enter(sandbox, Kind.LINE, line, once=once[:ONCE_LETTERS_MAX])


def press(sandbox: Sandbox, action: dict[str, Any]) -> Seen:
    """Press a button of the world. Raises Refused."""
    return _enter(sandbox, Kind.ACTION, json.dumps(action, sort_keys=True))


def interrupt(sandbox: Sandbox) -> Seen:
    """Press Ctrl-C. Raises Refused."""
    return _enter(sandbox, Kind.INTERRUPT, "")


def request(sandbox: Sandbox, call: Call) -> Reply:
    """Carry out a write of an HTTP client; it is an input like a typed line. Raises Refused."""
    replies: list[Reply] = []

    def put(world: World, entry: Entry) -> Answer:
        replies.append(world.request(call.as_input()))  # type: ignore[attr-defined]  # only worlds with an API come here
        return Answer("", replies[-1].code)

    _enter(sandbox, Kind.REQUEST, json.dumps(call.as_input(), ensure_ascii=False, separators=(",", ":")), put)
    return replies[-1]


def _check_room(sandbox: Sandbox, kind: Kind, text: str) -> None:
    inputs_max = REQUESTS_MAX if kind == Kind.REQUEST else ENTRIES_MAX
    count = sandbox.head
    if kind != Kind.REQUEST and count >= inputs_max:
        count = sandbox.entries.exclude(kind=Kind.REQUEST).count()
    if count >= inputs_max:
        raise Refused(_("This sandbox has taken %(count)d inputs, which is all that it may. Reset it, or fork it from an earlier moment.") % {"count": inputs_max})
    if sandbox.input_bytes + len(text) > INPUT_BYTES_MAX:
        raise Refused(_("The inputs of this sandbox are larger than %(size)d MiB together. Reset it, or fork it from an earlier moment.") % {"size": INPUT_BYTES_MAX // 2**20})


def _set_right(sandbox: Sandbox, world_ms: int) -> None:
    """Fix the clock anew after an input, but only if it stood still or the world is ahead of it: fixed at every input, it would gain what each had to wait."""
    now = timezone.now()
    if sandbox.is_paused or now > sandbox.lease_until or world_ms > sandbox.virtual_ms(now):
        sandbox.anchor(world_ms, now)


def _enter(sandbox: Sandbox, kind: Kind, text: str, put: Callable[[World, Entry], Answer] = live.put_in, *, once: str = "") -> Seen:
    with live.turn(sandbox), transaction.atomic():
        return _entered(sandbox, kind, text, put, once)


def _entered(sandbox: Sandbox, kind: Kind, text: str, put: Callable[[World, Entry], Answer], once: str) -> Seen:
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    now = timezone.now()
    known = sandbox.entries.filter(ordinal__gt=sandbox.head - SENT_AGAIN_WITHIN, once=once).first() if once else None
    if known is not None:
        with live.live_world(sandbox, sandbox.virtual_ms(now)) as world:
            return Seen(sandbox, world, known)
    _check_room(sandbox, kind, text)
    try:
        with live.live_world(sandbox, sandbox.virtual_ms(now)) as world:
            entry = Entry(sandbox=sandbox, ordinal=sandbox.head + 1, at_ms=world.now_ms, kind=kind, input=text, once=once)
            before = ("", 0)
            if is_typed(entry):
                entry.prompt, before = prompt_of(world)[:PROMPT_KEPT_MAX], world.output_since(0)
                _keep_printed(sandbox, before[0])
            answer = put(world, entry)
            entry.output, entry.status = kept(answer.output), answer.status
            entry.save(force_insert=True)
            if kind != Kind.REQUEST:
                sandbox.entries.filter(ordinal=entry.ordinal - OUTPUTS_KEPT_MAX).update(output="")
            sandbox.head, sandbox.input_bytes = entry.ordinal, sandbox.input_bytes + len(text)
            _set_right(sandbox, world.now_ms)
            sandbox.lease_until, sandbox.used_at = max(sandbox.lease_until, now + LEASE), now
            sandbox.save(update_fields=["head", "input_bytes", "anchor_ms", "anchor_at", "lease_until", "used_at"])
            if entry.ordinal % (REQUESTS_PER_CHECKPOINT if kind == Kind.REQUEST else CHECKPOINT_EVERY) == 0:
                _keep_checkpoint(sandbox, entry, world)
            live.entered(sandbox.id)
            streams.poke(sandbox.id)
            return Seen(sandbox, world, entry, before, answer.output)
    except LimitExceeded as limit:
        raise Refused(said(limit)) from limit


def said(limit: LimitExceeded) -> str:
    """Return what a world says at a bound, in the language of the page."""
    sentence = _(limit.sentence)
    return sentence % limit.numbers if limit.numbers else sentence


def _keep_printed(sandbox: Sandbox, text: str) -> None:
    """Keep what the last line has printed since it was entered: after the next one its world does not know it any more."""
    line = speaking(sandbox.entries.filter(ordinal__gt=sandbox.head - OUTPUTS_KEPT_MAX).exclude(kind=Kind.REQUEST).order_by("-ordinal"))
    if line is not None and line.output != (output := kept(text)):
        line.output = output
        line.save(update_fields=["output"])


def is_turned_away(entry: Entry) -> bool:
    """Say whether a line was not run since another command goes on."""
    return entry.output in TURNED_AWAY


def is_typed(entry: Entry) -> bool:
    """Say whether an input was one of the terminal: buttons, clients of the API and the page's own texts print elsewhere."""
    return entry.kind in (Kind.LINE, Kind.INTERRUPT) and not entry.input.startswith(FROM_THE_PAGE)


def was_typed_between(sandbox: Sandbox, first: int, last: int) -> bool:
    """Say whether anything was typed between two inputs."""
    return last - first > 1 and any(map(is_typed, sandbox.entries.filter(ordinal__gt=first, ordinal__lt=last).exclude(kind=Kind.REQUEST)))


def speaking(latest: Iterable[Entry]) -> Entry | None:
    """Return the line whose output the world's terminal holds, of inputs with the latest first; None after Ctrl-C, whose sign has been kept by itself."""
    last = next((entry for entry in latest if is_typed(entry) and not is_turned_away(entry)), None)
    return last if last is not None and last.kind == Kind.LINE else None


def prompt_of(world: World) -> str:
    """Return the prompt of the world's terminal, with the space that stands behind it; none while a command reads what is typed."""
    shell = getattr(world, "shell", None)
    if (getattr(shell, "editing", None) or {}).get("is_input"):
        return ""
    prompt = getattr(shell, "prompt", "$ ")
    return f"{(prompt() if callable(prompt) else prompt).rstrip()} "


def kept(output: str) -> str:
    r"""Return what is kept of an output as the screen shows it: whole lines of its beginning and more of its end, with a sign that there was more between.

    >>> kept("a\n" * 3000).splitlines()[499:502], len(kept("a" * 9000)), kept("\vfirst\n\vsecond\n")
    (['a', '…', 'a'], 4003, 'second\n')
    """
    seen = CLEARED * (CLEARED in output) + on_screen(output)
    if len(seen) <= OUTPUT_KEPT_MAX:
        return seen
    begun, end = seen[:BEGINNING_KEPT_MAX], seen[BEGINNING_KEPT_MAX - OUTPUT_KEPT_MAX :]
    return (begun.rpartition("\n")[0] or begun) + "\n…\n" + (end.partition("\n")[2] or end)


def _keep_checkpoint(sandbox: Sandbox, entry: Entry, world: World) -> None:
    plain = world.dump()
    if len(plain) > CHECKPOINT_BYTES_MAX * PACKED_AT_BEST:
        return
    dump = lzma.compress(plain, preset=6)
    if len(dump) > CHECKPOINT_BYTES_MAX:
        return
    Checkpoint.objects.create(sandbox=sandbox, ordinal=entry.ordinal, at_ms=world.now_ms, dump=dump)
    total = 0
    for checkpoint in sandbox.checkpoints.order_by("-ordinal"):
        total += len(checkpoint.dump)
        if total > CHECKPOINT_BYTES_MAX and checkpoint.ordinal != entry.ordinal:
            checkpoint.delete()


# The API for real clients


@transaction.atomic
def open_api(sandbox: Sandbox) -> Sandbox:
    """Give the sandbox a new token for its API; the old one stops working. It lasts for API_LIFE."""
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    sandbox.api_token, sandbox.api_until = new_token(), timezone.now() + API_LIFE
    sandbox.save(update_fields=["api_token", "api_until"])
    return sandbox


@transaction.atomic
def close_api(sandbox: Sandbox) -> None:
    """Take the token away."""
    Sandbox.objects.filter(pk=sandbox.pk).update(api_token=None, api_until=None)


@transaction.atomic
def claim(sandbox: Sandbox, visitor: Visitor) -> Sandbox:
    """Give a sandbox that nobody owns to a visitor. Raises Refused for one that somebody owns."""
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    if sandbox.user is not None or sandbox.session_key:
        raise Refused(_("This sandbox belongs to somebody already."))
    sandbox.user, sandbox.session_key = visitor.user, "" if visitor.user else visitor.session_key
    sandbox.save(update_fields=["user", "session_key"])
    return sandbox


# The clock


@transaction.atomic
def set_clock(sandbox: Sandbox, *, speed_milli: int | None = None, paused: bool | None = None) -> Sandbox:
    """Change speed, or pause and go on. Raises Refused for a speed that there is not."""
    if speed_milli is not None and not SPEEDS[0] <= speed_milli <= SPEEDS[-1]:
        raise Refused(_("The clock runs at speeds from 0.1x to 100x."))
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    now = timezone.now()
    sandbox.anchor(sandbox.virtual_ms(now), now)
    sandbox.speed_milli = sandbox.speed_milli if speed_milli is None else speed_milli
    sandbox.is_paused = sandbox.is_paused if paused is None else paused
    sandbox.lease_until = now + LEASE
    sandbox.save()
    return sandbox


def step(sandbox: Sandbox) -> Sandbox:
    """Pause, and go to just when the next thing happens."""
    with live.turn(sandbox), transaction.atomic():
        return _stepped(sandbox)


def _stepped(sandbox: Sandbox) -> Sandbox:
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    now = timezone.now()
    with live.live_world(sandbox, sandbox.virtual_ms(now)) as world:
        due = world.next_due_ms()
        sandbox.anchor(due if due is not None else world.now_ms, now)
    sandbox.is_paused = True
    sandbox.save()
    return sandbox


def jump(sandbox: Sandbox, seconds: float) -> Sandbox:
    """Let many virtual seconds pass at once. Raises Refused."""
    if not 0 < seconds <= 6 * 3600:
        raise Refused(_("One jump is at most six hours."))
    with live.turn(sandbox), transaction.atomic():
        return _jumped(sandbox, seconds)


def let_end(sandbox: Sandbox) -> bool:
    """Let time pass until the command that goes on has ended; say whether it has within some ten minutes. Raises Refused."""
    for step in ENDS_AFTER_S:
        with live.turn(sandbox), live.live_world(sandbox, sandbox.virtual_ms(timezone.now())) as world:
            if not world.shell.running:  # type: ignore[attr-defined]  # every world has a shell
                return True
        sandbox = jump(sandbox, step)
    return False


def _jumped(sandbox: Sandbox, seconds: float) -> Sandbox:
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    now = timezone.now()
    until = sandbox.virtual_ms(now) + round(seconds * 1000)
    try:
        with live.live_world(sandbox, until):
            pass
    except LimitExceeded as limit:
        raise Refused(said(limit)) from limit
    sandbox.anchor(until, now)
    sandbox.lease_until = now + LEASE
    sandbox.save()
    return sandbox


# Time travel


@transaction.atomic
def go_back(sandbox: Sandbox, at_ms: int) -> Sandbox:
    """Take back everything after a moment, and stand there with the clock paused."""
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    now = timezone.now()
    at_ms = max(_start_ms(sandbox), min(at_ms, sandbox.virtual_ms(now)))
    sandbox.entries.filter(at_ms__gt=at_ms, ordinal__gt=sandbox.given).delete()
    sandbox.head = sandbox.entries.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    sandbox.checkpoints.exclude(ordinal__lte=sandbox.head, at_ms__lte=at_ms).delete()
    last = live.rebuilt(sandbox, until_ms=at_ms).now_ms
    sandbox.anchor(max(at_ms, last), now)
    sandbox.is_paused = True
    sandbox.save()
    live.go_back(sandbox, ordinal=sandbox.head, at_ms=sandbox.anchor_ms)
    return sandbox


@transaction.atomic
def undo(sandbox: Sandbox) -> Sandbox:
    """Take the last input back: the world is as it was just before it."""
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    last = sandbox.entries.order_by("-ordinal").first()
    if last is None or last.ordinal <= sandbox.given:
        raise Refused(_("There is nothing to take back."))
    sandbox.head, now = last.ordinal - 1, timezone.now()
    sandbox.anchor(last.at_ms, now)
    last.delete()
    sandbox.checkpoints.filter(ordinal__gt=sandbox.head).delete()
    sandbox.checkpoints.filter(at_ms__gt=sandbox.anchor_ms).delete()
    sandbox.lease_until = now + LEASE
    sandbox.save()
    live.go_back(sandbox, ordinal=sandbox.head, at_ms=sandbox.anchor_ms)
    return sandbox


@transaction.atomic
def reset(sandbox: Sandbox) -> Sandbox:
    """Begin the scenario anew, with the engine of today; what its author set up stays."""
    sandbox = Sandbox.objects.select_for_update().get(pk=sandbox.pk)
    sandbox.entries.filter(ordinal__gt=sandbox.given).delete()
    sandbox.checkpoints.all().delete()
    now = timezone.now()
    sandbox.head, sandbox.engine_version, sandbox.is_paused = sandbox.given, worlds.ENGINE_VERSION, False
    sandbox.anchor(_start_ms(sandbox), now)
    sandbox.lease_until = now + LEASE
    sandbox.save()
    live.forget(sandbox.id)
    return sandbox


def _start_ms(sandbox: Sandbox) -> int:
    return max(sandbox.given_ms, worlds.create(sandbox.world, sandbox.scenario, sandbox.seed).now_ms)


@transaction.atomic
def fork(sandbox: Sandbox, *, visitor: Visitor, at_ms: int) -> Sandbox:
    """Make a sandbox of the visitor's own that is like this one at a moment. Raises Refused."""
    copy = new_sandbox(visitor=visitor, scenario=sandbox.scenario, world=sandbox.world, title=(_("Fork of %(title)s") % {"title": sandbox.title or sandbox.id})[:80])
    at_ms = min(at_ms, sandbox.virtual_ms(timezone.now()))
    entries = list(sandbox.entries.filter(at_ms__lte=at_ms))
    Entry.objects.bulk_create([Entry(sandbox=copy, ordinal=entry.ordinal, at_ms=entry.at_ms, kind=entry.kind, input=entry.input, prompt=entry.prompt, output=entry.output, status=entry.status) for entry in entries])
    copy.seed, copy.head, copy.engine_version = sandbox.seed, entries[-1].ordinal if entries else 0, sandbox.engine_version
    copy.given, copy.given_ms = min(sandbox.given, copy.head), min(sandbox.given_ms, at_ms)
    copy.anchor(max(at_ms, live.rebuilt(copy, until_ms=at_ms).now_ms), timezone.now())
    copy.is_paused = True
    copy.save()
    return copy


# From one era to the next


def hand_over(*, visitor: Visitor, sandbox: Sandbox) -> Sandbox:
    """Write a fleet down as manifests and return a new Kubernetes sandbox in which they are applied. Raises Refused."""
    if sandbox.world != "fleet":
        raise Refused(_("Only a fleet can be handed over to Kubernetes."))
    world = press(sandbox, {"kind": "hand-over", "ref": ""}).world
    assert isinstance(world, FleetWorld), "the sandbox is a fleet"
    if not world.wanted():
        raise Refused(_("Nothing runs on this fleet that could be handed over."))
    made = new_sandbox(visitor=visitor, world="kubernetes", scenario="handed-over")
    type_line(made, apply_line(world.manifests()))
    rate = world.site.requests.rates.get("web", 0)
    type_line(Sandbox.objects.get(pk=made.pk), f"traffic web {rate}")
    return Sandbox.objects.get(pk=made.pk)
