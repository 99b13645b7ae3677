"""What a pod does on a bare cluster, where nothing runs inside containers: annotations of the pod say it.

The annotations are those with which the recordings in tests/parity were made: `fake/exit-code`, `fake/run-time`, `fake/start-delay`, `fake/ready-delay`,
`fake/delete-delay`, `fake/sigterm-exit-code` and `fake/pull-error`. Without any, a pod of a Job ends well after a second and every other one runs for ever.
"""

from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.objects.document import Doc

DELETE_MS = 300
RUN_MS = 1_000
NAMES_THAT_ARE_NOT_THERE = ("nosuch", "doesnotexist", "nonexistent")
PULL_BACKOFF_MS = 10_000
NEVER = "never"
FOREVER = "none"
WORD = "fake"


def _annotation(pod: Doc, name: str) -> str:
    return str((pod["metadata"].get("annotations") or {}).get(f"fake/{name}", ""))


def _delay_ms(pod: Doc, name: str, default_ms: int) -> int:
    found = duration_ms(_annotation(pod, name)) if _annotation(pod, name) else None
    return default_ms if found is None else found


def start_delay_ms(pod: Doc) -> int:
    """Return the time from bound to Running."""
    return _delay_ms(pod, "start-delay", 0)


def ready_delay_ms(pod: Doc, container: Doc) -> int | None:
    """Return the time from Running to Ready, or None for never."""
    if _annotation(pod, "ready-delay") == NEVER:
        return None
    initial_s = (container.get("readinessProbe") or {}).get("initialDelaySeconds") or 0
    return max(_delay_ms(pod, "ready-delay", 0), initial_s * 1000)


def pull_refusal(pod: Doc, image: str) -> str:
    """Return why an image cannot be pulled, or ""."""
    if _annotation(pod, "pull-error") or any(word in image for word in NAMES_THAT_ARE_NOT_THERE):
        return f'failed to pull and unpack image "{image}": not found'
    return ""


def arguments(pod: Doc, restarts: int, place: int, *, is_init: bool) -> tuple[str, ...]:
    """Return what a container does, as the words that its record keeps: exit code or `none`, run time, time to stop, code when stopped.

    `place` is the pod's place among the pods of its owner.
    """
    codes = [word.strip() for word in _annotation(pod, "exit-code").split(",") if word.strip()]
    is_job = any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences") or ())
    code = codes[min(restarts + place, len(codes) - 1)] if codes and not is_init else "0" if is_job or is_init else FOREVER
    run_ms = 1 if is_init else _delay_ms(pod, "run-time", RUN_MS)
    return (WORD, code, str(run_ms), str(_delay_ms(pod, "delete-delay", DELETE_MS)), _annotation(pod, "sigterm-exit-code") or "0")


def program(words: tuple[str, ...] | list[str]) -> Program:
    """Return the program that `arguments` described."""
    _word, code, run_ms, delete_ms, stop_code = words
    ends_ms = None if code == FOREVER else int(run_ms)
    return Program(WORD, ends_after_ms=ends_ms, exit_code=0 if code == FOREVER else int(code), stops_after_ms=int(delete_ms), stop_code=int(stop_code))


def made_ready(condition: Doc) -> Doc:
    """Return a condition as the recordings have it after a delayed readiness: its status alone was changed."""
    if condition["type"] in ("Ready", "ContainersReady") and condition["status"] == "True":
        return {**condition, "reason": "ContainersNotReady"}
    return condition
