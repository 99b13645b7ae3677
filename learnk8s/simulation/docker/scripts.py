"""What a container's shell commands do: a small shell over the container's own files, and scripts that go on with pauses."""

import re
from typing import TYPE_CHECKING

from learnk8s.simulation.docker import inside
from learnk8s.simulation.docker.container import Container, as_data
from learnk8s.simulation.docker.programs import Plan, plan
from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kernel.shell.programs.small import duration_ms
from learnk8s.simulation.kernel.shell.words import Loop, Pipeline, SyntaxFault, statements

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine

ROUNDS_MAX = 60
"""Statements that a script may do in one moment; one that does more without a pause is taken to spin."""
HELLO = """
Hello from Docker!
This message shows that your installation appears to be working correctly.

To generate this message, Docker took the following steps:
 1. The Docker client contacted the Docker daemon.
 2. The Docker daemon pulled the "hello-world" image from the Docker Hub.
    (amd64)
 3. The Docker daemon created a new container from that image which runs the
    executable that produces the output you are currently reading.
 4. The Docker daemon streamed that output to the Docker client, which sent it
    to your terminal.

"""


def go_on(engine: "Engine", container: Container) -> None:
    """Go on with a container's script until it pauses, becomes a server or ends."""
    now_ms = engine.site.now_ms
    container.ready_ms = now_ms if container.ready_ms < 0 else container.ready_ms
    if container.does.kind == "script" and container.does.title == "hello" and container.script == "hello":
        container.say(now_ms, HELLO)
        engine.exit(container, 0)
        return
    if not container.script.strip():
        if container.stdin and (container.tty or container.detached):
            return
        engine.exit(container, container.exit_code)
        return
    for _ in range(ROUNDS_MAX):
        if not container.script.strip():
            engine.exit(container, container.exit_code)
            return
        if not _step(engine, container):
            return
    _become(container, Plan("spins", container.does.title, ignores_term=True))


def _step(engine: "Engine", container: Container) -> bool:
    """Do the first statement of a script; False if the script pauses or has become something else."""
    source = container.script
    try:
        parsed = statements(source)
    except SyntaxFault as fault:
        container.say(engine.site.now_ms, f"sh: syntax error: {fault}", "stderr")
        engine.exit(container, 2)
        return False
    if not parsed:
        container.script = ""
        return True
    first = parsed[0]
    rest = source[first.end:].lstrip(" \t\n;") if len(parsed) > 1 else ""
    linked = rest.startswith("&&"), rest.startswith("||")
    if isinstance(first.body, Loop):
        container.script = _unrolled(engine, container, first.body, source, rest)
        return container.is_up
    words = list(first.body.commands[0].words) if isinstance(first.body, Pipeline) and len(first.body.commands) == 1 else []
    words = words[1:] if words[:1] == ["exec"] else words
    match words:
        case ["sleep", time, *_] if (pause := duration_ms(time.strip("\"'"))) is not None:
            container.script = _after(rest, linked, 0)
            engine.site.at(min(pause, 10**9), "docker", "script", engine.name, container.id, container.generation)
            return False
        case ["exit", *code]:
            engine.exit(container, int(code[0]) % 256 if code and code[0].isdigit() else container.exit_code)
            return False
    if words and not any(letter in word for word in words for letter in "$`"):
        does = plan([word.strip("\"'") for word in words], container.variables, engine.layered(container).read, container.workdir)
        if does.kind != "script":
            _become(container, does)
            engine._plan_run(container)
            return False
    outcome = _ran(engine, container, source[: first.end] if rest else source)
    container.say(engine.site.now_ms, outcome.stdout)
    container.say(engine.site.now_ms, outcome.stderr, "stderr")
    container.exit_code = outcome.status
    container.script = _after(rest, linked, outcome.status)
    return container.id in engine.containers and container.is_up


def _after(rest: str, linked: tuple[bool, bool], status: int) -> str:
    """Return what is left of a script after a statement that ended with a status."""
    if linked[0] and status or linked[1] and not status:
        return re.sub(r"^(&&|\|\|)[^;&|\n]*[;\n]?", "", rest).lstrip()
    return rest[2:].lstrip() if any(linked) else rest


def _unrolled(engine: "Engine", container: Container, loop: Loop, source: str, rest: str) -> str:
    """Return a script in which the next round of its first loop stands in front."""
    if loop.name:
        values = [word.strip("\"'") for word in loop.words][:200]
        if len(values) == 1 and (found := re.fullmatch(r"\$\(seq (\d{1,3})\)|\{1\.\.(\d{1,3})\}", values[0])):
            values = [str(number) for number in range(1, int(found[1] or found[2]) + 1)]
        return "\n".join([f"{loop.name}='{value}'\n{loop.body}" for value in values] + [rest])
    condition = loop.condition.strip(" ;\n\t")
    negated = condition.startswith("! ")
    again = condition in ("true", ":") or (_ran(engine, container, condition.removeprefix("! ")).status == 0) != negated
    return f"{loop.body}\n{source}" if again else rest


def _ran(engine: "Engine", container: Container, line: str) -> Outcome:
    try:
        return inside.run(engine, container, line, variables=container.shell)
    except LimitExceeded as limit:
        return Outcome("", f"sh: {limit}\n", 2)


def _become(container: Container, does: Plan) -> None:
    container.plan = as_data(does)
    container.script = ""


def check(engine: "Engine", container: Container, test: list[str]) -> bool:
    """Say whether a health check passes."""
    line = " ".join(test[1:]) if test[:1] == ["CMD-SHELL"] else " ".join("'" + word.replace("'", "'\\''") + "'" for word in test[1:])
    return _ran(engine, container, line).status == 0
