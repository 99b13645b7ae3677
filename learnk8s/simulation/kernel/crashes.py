"""What happens when a part of a world fails in a way that its author did not foresee.

A real controller, scheduler or kubelet that panics is caught by its frame, written to its log and goes on with the next piece of work
(apimachinery/pkg/util/runtime, HandleCrash); the cluster stays usable. A world does the same, for a learner's sandbox that can never be opened again
is worse than one whose single pod hangs. Under test nothing is caught, so that failures are found.
"""

import logging

_log = logging.getLogger(__name__)
_is_caught = False


def catch(*, is_caught: bool) -> None:
    """Set for this process whether parts of worlds go on after a failure; at first they do not."""
    global _is_caught
    _is_caught = is_caught


def noted(part: str, work: str) -> bool:
    """Write the failure that is being handled into the server's log; say whether to go on. Call it in an `except` clause and raise again if it says no."""
    if _is_caught:
        _log.exception("%s failed at %s and goes on", part, work)
    return _is_caught
