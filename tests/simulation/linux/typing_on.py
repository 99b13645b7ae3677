"""Type at a Linux world as a learner would."""


def run(world, line, limit_ms=900_000):
    """Run a line to its end, or for so long, and return what it printed."""
    world.execute(line)
    until = world.now_ms + limit_ms
    while world.shell.running and (due := world.next_due_ms()) is not None and due <= until:
        world.advance(due)
    printed = world.output_since(0)[0]
    if world.shell.running:
        world.interrupt()
    return printed
