"""Open watches: one ticker per watched sandbox moves its clock, and wakes the streams when something changed.

A stream is a thread that sleeps on the hub's condition; a hundred idle ones cost nothing, because only the ticker looks at the clock. It sleeps
until the world's next event is due, but at most TICK_MAX_S, so that inputs which another process took are seen too. A watch whose world was made
again (undo, going back, eviction from memory) is told 410 and ends; its client lists again.
"""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Event, Lock, Thread, current_thread
from time import monotonic
from typing import Any

from django.db import OperationalError, close_old_connections, connection, connections

from learnk8s.playground import live
from learnk8s.playground.models import Sandbox
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.wire.call import Following, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.watch import Watcher, expired

STREAMS_MAX = 180
"""Each holds a thread; the production server has 200."""
STREAMS_PER_SANDBOX_MAX = 150
"""A client may hold a hundred watches at once, and those that it has just left are not noticed at once."""
LIFE_S = 1_800
TICK_MAX_S, TICK_MIN_S = 1.0, 0.02
BOOKMARK_S = 60
CLIENT_LOOK_S = 5
HEADERS_NOW = b""
"""Has the server send the answer's headers before there is anything to tell: client-go's `Watch` returns only when it has them."""
END_S = 5
"""How long the end of a ticker is waited for: it looks at the database in between, which may be busy."""


class TooManyStreams(Exception):
    """The server or the sandbox has as many open streams as it may."""


class Hub:
    """What the streams of one sandbox share."""

    def __init__(self, sandbox_id: str) -> None:
        self.sandbox_id = sandbox_id
        self.changed = Condition()
        self.count = 0
        self.seen = -1
        self.poked = Event()
        self.over = False
        self.ticker = Thread(target=self.tick_until_alone, name=f"ticker-{sandbox_id}", daemon=True)

    def tick_until_alone(self) -> None:
        """Move the sandbox's clock as long as anybody watches; a database that is busy now is asked again."""
        try:
            while self.count and not self.over:
                close_old_connections()
                try:
                    wait_s = self._tick()
                except OperationalError:
                    wait_s = TICK_MAX_S
                self.poked.wait(wait_s)
                self.poked.clear()
        finally:
            connections.close_all()

    def end(self) -> None:
        """Have the ticker stop, and wait until it has: nobody may look at a database behind another one's back."""
        self.over = True
        self.poked.set()
        with self.changed:
            self.changed.notify_all()
        if self.ticker.is_alive() and current_thread() is not self.ticker:
            self.ticker.join(END_S)

    def _tick(self) -> float:
        from learnk8s.playground import actions

        sandbox = Sandbox.objects.filter(pk=self.sandbox_id).first()
        if sandbox is None:
            self._tell(-2)
            return TICK_MAX_S
        world: Any = actions.look(sandbox).world
        log = world.cluster.api.log
        self._tell(-3 if log is None else log.last)
        due = world.next_due_ms()
        if due is None or sandbox.is_paused:
            return TICK_MAX_S
        return min(max((due - world.now_ms) / sandbox.speed_milli, TICK_MIN_S), TICK_MAX_S)

    def _tell(self, seen: int) -> None:
        if seen != self.seen:
            self.seen = seen
            with self.changed:
                self.changed.notify_all()


_hubs: dict[str, Hub] = {}
_hubs_lock = Lock()


@contextmanager
def joined(sandbox_id: str) -> Iterator[Hub]:
    """Take part in a sandbox's hub. Raises TooManyStreams."""
    with _hubs_lock:
        hub = _hubs.get(sandbox_id)
        if sum(other.count for other in _hubs.values()) >= STREAMS_MAX or (hub is not None and hub.count >= STREAMS_PER_SANDBOX_MAX):
            raise TooManyStreams
        if hub is None:
            hub = _hubs[sandbox_id] = Hub(sandbox_id)
        hub.count += 1
        if hub.count == 1:
            hub.ticker.start()
    try:
        yield hub
    finally:
        with _hubs_lock:
            hub.count -= 1
            alone = not hub.count
            if alone and _hubs.get(sandbox_id) is hub:
                del _hubs[sandbox_id]
        if alone:
            hub.end()


def end_all() -> None:
    """End every stream and ticker of this process, and wait for the tickers."""
    with _hubs_lock:
        hubs = list(_hubs.values())
        _hubs.clear()
    for hub in hubs:
        hub.end()


def poke(sandbox_id: str) -> None:
    """Have a sandbox's ticker look at once: something was put in."""
    hub = _hubs.get(sandbox_id)
    if hub is not None:
        hub.poked.set()


def is_full(sandbox_id: str) -> bool:
    """Say whether no more streams may be opened."""
    hub = _hubs.get(sandbox_id)
    return sum(other.count for other in _hubs.values()) >= STREAMS_MAX or (hub is not None and hub.count >= STREAMS_PER_SANDBOX_MAX)


def watch(sandbox_id: str, watcher: Watcher, watching: Watching, client: socket.socket | None) -> Iterator[bytes]:
    """Yield what a watcher is told, until its time is over or its client has gone."""
    connection.close()
    yield HEADERS_NOW
    asked = watching.options.get("timeoutSeconds", "")
    ends = monotonic() + min(int(asked) if asked.isdigit() and int(asked) else LIFE_S, LIFE_S)
    bookmarks = watching.options.get("allowWatchBookmarks") in ("true", "1")
    marked = monotonic()
    try:
        with joined(sandbox_id) as hub:
            while monotonic() < ends and not hub.over:
                with live.held(sandbox_id) as world:
                    lines, alive = _taken(world, watcher)
                if lines:
                    yield b"".join(lines)
                if not alive or _is_gone(client):
                    return
                if bookmarks and monotonic() - marked > BOOKMARK_S:
                    marked = monotonic()
                    yield watcher.bookmark()
                with hub.changed:
                    if hub.seen in (-1, watcher.revision) or watcher.log.last <= watcher.revision:
                        hub.changed.wait(min(CLIENT_LOOK_S, max(ends - monotonic(), 0.01)))
            if bookmarks:
                yield watcher.bookmark()
    except TooManyStreams:
        yield b""


def _taken(world: Any, watcher: Watcher) -> tuple[list[bytes], bool]:
    if world is None or world.cluster.api.log is not watcher.log:
        return [watcher.error(expired(watcher.revision, watcher.revision + 1))], False
    return watcher.take(), True


def follow(sandbox_id: str, following: Following, client: socket.socket | None) -> Iterator[bytes]:
    """Yield a container's log as it grows, until the container has ended."""
    connection.close()
    yield HEADERS_NOW
    ends, seen = monotonic() + LIFE_S, 0
    options = {key: following.options.get(key) for key in ("container", "timestamps")}
    first = 0 if following.options.get("fresh") else following.options.get("tailLines")
    with joined(sandbox_id) as hub:
        while monotonic() < ends and not hub.over:
            with live.held(sandbox_id) as world:
                if world is None:
                    return
                text, over = _log(world, following, options)
            lines = text.splitlines(keepends=True)
            if first is not None:
                seen, first = max(len(lines) - int(first), 0), None
            if len(lines) > seen:
                yield "".join(lines[seen:]).encode()
                seen = len(lines)
            if over or _is_gone(client):
                return
            if following.options.get("is_polled"):
                yield b""
            with hub.changed:
                hub.changed.wait(0.5)


def _log(world: Any, following: Following, options: dict[str, Any]) -> tuple[str, bool]:
    api = world.cluster.api
    try:
        text = api.nodes.logs(following.namespace, following.name, options["container"] or "", timestamps=bool(options["timestamps"]))
    except ApiError:
        return "", True
    pod = api.store.get("pods", following.namespace, following.name)
    return text, pod is None or pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def _is_gone(client: socket.socket | None) -> bool:
    """Say whether the client has closed its side; without a socket to look at, nobody is ever gone."""
    if client is None:
        return False
    try:
        readable, _, _ = select.select([client], [], [], 0)
        return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""
    except (OSError, ValueError):
        return True
