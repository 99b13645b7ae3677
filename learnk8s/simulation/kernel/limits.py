"""Every bound of the simulation, by name: no loop, queue, input or log is without one.

A world that would go over a bound raises `LimitExceeded`; the caller reports its sentence and the world
stays as it was before the input.
"""

from typing import Final

COMMAND_BYTES_MAX: Final = 256 * 1024
"""One input: a line or a pasted script with its heredocs."""
OUTPUT_BYTES_MAX: Final = 512 * 1024
"""What one command may print; the rest is cut with a note."""
STEPS_PER_ADVANCE_MAX: Final = 400_000
"""Agenda tasks in one call of `advance`: a guard against a world that never comes to rest."""
VIRTUAL_MS_PER_INPUT_MAX: Final = 6 * 3_600_000
"""How far one input may move the clock."""
WORLD_AGE_MS_MAX: Final = 60 * 24 * 3_600_000
"""A world's whole life: sixty virtual days."""
OBJECTS_MAX: Final = 20_000
"""Stored objects of one cluster, events not counted."""
PODS_MAX: Final = 6_000
OBJECT_BYTES_MAX: Final = 1_572_864
"""One object as JSON: etcd's default request limit of 1.5 MiB."""
EVENTS_MAX: Final = 5_000
"""Events kept; the oldest go first, as they do after an hour on a real cluster."""
CAUSES_MAX: Final = 200_000
HISTORY_PER_OBJECT_MAX: Final = 60
"""Changes remembered of one object for its *why*."""
HISTORY_OF_GONE_MAX: Final = 300
"""Deleted objects whose changes are still remembered."""
STEPS_TRIED_MAX: Final = 15_000
"""Agenda tasks that one question may cost which is answered by trying things out in copies: one to two seconds of work."""
PODS_TRIED_MAX: Final = 1_500
REMEDIES_MAX: Final = 24
WATCH_LOG_MAX: Final = 2_000
YAML_BYTES_MAX: Final = 1_048_576
YAML_DEPTH_MAX: Final = 100
YAML_NODES_MAX: Final = 50_000
YAML_DOCUMENTS_MAX: Final = 1_000
YAML_ALIASES_MAX: Final = 100
FILES_MAX: Final = 200
"""Files in the learner's home folder."""
FILE_BYTES_MAX: Final = 1_048_576
LOG_LINES_MAX: Final = 500
"""Lines kept of one container's log."""


class LimitExceeded(Exception):
    """A named bound was reached; the message is a sentence for the learner. Its numbers stand apart where the site, which knows more languages than a terminal, says it too.

    >>> str(LimitExceeded("at most %(most)d files", most=3))
    'at most 3 files'
    """

    def __init__(self, sentence: str, **numbers: int) -> None:
        self.sentence, self.numbers = sentence, numbers
        super().__init__(sentence % numbers if numbers else sentence)
