"""Commands that go on: each kind of waiting is a function from the racks and the job's own data to what is new on the screen."""

from collections.abc import Callable
from typing import Any

from learnk8s.simulation.hypervisor.datacentre import Datacentre

State = dict[str, Any]
Poll = Callable[[Datacentre, State], tuple[str, int | None]]


class Waiting:
    """A foreground job; `state["kind"]` names its function, `state["wake_ms"]` when to look even if nothing happens."""

    def __init__(self, racks: Datacentre, state: State) -> None:
        self._racks, self.state = racks, state

    @property
    def wake_ms(self) -> int | None:
        """Return when to look again."""
        return self.state.get("wake_ms")

    @wake_ms.setter
    def wake_ms(self, value: int | None) -> None:
        self.state["wake_ms"] = value

    def poll(self) -> tuple[str, int | None]:
        """Return what is new, and the status once it is over."""
        return POLLS[self.state["kind"]](self._racks, self.state)

    def dump(self) -> State:
        """Return the state from which it is made again."""
        return dict(self.state)


def _migration(racks: Datacentre, state: State) -> tuple[str, int | None]:
    guest = racks.guests.get(state["guest"])
    if guest is not None and guest.migration is not None:
        return "", None
    if guest is not None and guest.machine == state["target"]:
        return ("Migration: [100.00 %]\n\n" if state["verbose"] else "\n"), 0
    why = "domain is no longer running" if guest is None or not guest.is_on else "migration out job: canceled by client"
    return f"error: operation {'failed' if 'no longer' in why else 'aborted'}: {why}\n\n", 1


def _console(racks: Datacentre, state: State) -> tuple[str, int | None]:
    guest = racks.guests.get(state["guest"])
    if guest is None or not guest.is_on:
        return "\n", 0
    fresh = [line for at_ms, line in guest.console if at_ms > state["seen_ms"]]
    state["seen_ms"] = racks.clock.now_ms
    return "".join(f"{line}\n" for line in fresh), None


def _until(racks: Datacentre, state: State) -> tuple[str, int | None]:
    return (state["text"], 0) if racks.clock.now_ms >= state["wake_ms"] else ("", None)


def _clone(racks: Datacentre, state: State) -> tuple[str, int | None]:
    if racks.clock.now_ms < state["wake_ms"]:
        return "", None
    racks.add_volume(state["path"], state["image"], state["gib"])
    racks.note("Pool//default", "hypervisor", "volume.cloned", volume=state["path"].rpartition("/")[2], source=state["source"])
    return state["text"], 0


POLLS: dict[str, Poll] = {"migration": _migration, "console": _console, "until": _until, "clone": _clone}
