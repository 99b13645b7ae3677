"""Type at a world as a learner would, whatever its era."""

from learnk8s.simulation.worlds import create


def finish(world, limit_ms=7_200_000):
    """Let time pass until the foreground job ends, or for so long, and return what it printed."""
    until = world.now_ms + limit_ms
    while world.shell.running and (due := world.next_due_ms()) is not None and due <= until:
        world.advance(due)
    return world.output_since(0)[0]


def run(world, line, limit_ms=7_200_000):
    """Run a line to its end, or for so long, and return what it printed."""
    answer = world.execute(line)
    return finish(world, limit_ms) if answer.running else answer.output


def wait(world, seconds):
    """Let time pass."""
    world.advance(world.now_ms + seconds * 1_000)


def maker(era, usual):
    """Return what makes a world of an era: its usual scenario, or the one that is named."""
    return lambda name=usual, seed=1: create(era, name, seed)
