"""Type at a Linux world as a learner would."""

from tests.simulation import typing_on


def run(world, line, limit_ms=900_000):
    """Run a line to its end, or for so long, and return what it printed; what still runs then is interrupted."""
    printed = typing_on.run(world, line, limit_ms)
    if world.shell.running:
        world.interrupt()
    return printed
