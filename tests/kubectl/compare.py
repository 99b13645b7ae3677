"""Run a session of lines on both, the terminal and the real kubectl, and say where they differ."""

import re
import shlex
from pathlib import Path
from typing import Any

from learnk8s.playground import actions, kubeconfig
from learnk8s.playground.models import Sandbox
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from learnk8s.web.visitor import Visitor
from tests.kubectl import real
from tests.kubectl.lines import FILES, SESSIONS

SETTLE_S = 40
MASKS = ((re.compile(r"\b([a-z]+)-[a-z0-9]{8,10}(?=-[a-z0-9]{5}\b)"), r"\1-<hash>"),
         (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<uid>"),
         (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "<time>"), (re.compile(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000"), "<time>"),
         (re.compile(r"(?m)(?<=\s)(\d+[ydhms]){1,2}(?=\s|$)"), "<age>"), (re.compile(r'(resourceVersion: )"\d+"'), r'\1"<rv>"'), (re.compile(r'("resourceVersion": ?)"\d+"'), r'\1"<rv>"'),
         (re.compile(r"https?://[\w.:-]+(/k8s/[\w-]+)?"), "<server>"), (re.compile(r"v1\.36\.\d+"), "v1.36"), (re.compile(r"\b10\.(9\d|1\d\d|244)\.\d+\.\d+\b"), "<ip>"), (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "<jwt>"),
         (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000"), "<time>"), (re.compile(r"/(home/learner|tmp/tmp\w+|tmp/pytest[\w/.-]*?/test\w+)(?=[/':]|$)"), "<home>"), (re.compile(r"kubectl-edit(-\d+)?\.yaml"), "<edited>"), (re.compile(r"<home>/(\.kube/config|kubeconfig)"), "<kubeconfig>"), (re.compile(r"/tmp/(LIVE|MERGED)-\d+"), r"\1"), (re.compile(r"See '[^']*' for help and examples\.?"), "<help>"))


def masked(text: str) -> str:
    """Return a text without what differs between two runs; widths of columns follow from ages, so runs of spaces are one."""
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return re.sub(r"[ \t]+", " ", re.sub(r"[ \t]+\n", "\n", text)).strip()


class Pair:
    """A terminal and a real kubectl, each in front of its own sandbox of the same seed."""

    def __init__(self, server: str, folder: Path) -> None:
        self.world = KubernetesWorld.create("bare", 1)
        sandbox = actions.set_clock(actions.open_api(actions.new_sandbox(visitor=Visitor(None, ""), scenario="bare")), speed_milli=10_000)
        self.sandbox_id, self.folder = sandbox.id, folder
        for name, text in FILES.items():
            self.world.shell.files.write(name, text)
            self.world.shell.files.folders.update(dict.fromkeys(self.world.shell.files.path(str(parent)) for parent in Path(name).parents))
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        self.kubeconfig = folder / "kubeconfig"
        self.kubeconfig.write_text(kubeconfig.text(sandbox, server))

    def both(self, line: str) -> tuple[tuple[int, str], tuple[int, str]]:
        """Return exit code and masked output of the terminal and of kubectl."""
        world = self.world
        setting = re.match(r"KUBE_EDITOR='([^']*)' ", line)
        line, editor = (line[setting.end() :], setting[1]) if setting else (line, "true")
        first = world.execute(f"KUBE_EDITOR='{editor}' kubectl {line}")
        output, offset = (first.output, 0) if not first.running else world.output_since(0)
        if first.running:
            world.advance(world.now_ms + SETTLE_S * 1000)
            output, offset = world.output_since(0)
            if world.shell.running:
                world.interrupt()
        status = world.shell.last_status
        world.advance(world.now_ms + SETTLE_S * 1000)
        code, out, err = real.answer(shlex.split(line), kubeconfig=self.kubeconfig, folder=self.folder, editor=editor)
        actions.jump(Sandbox.objects.get(pk=self.sandbox_id), SETTLE_S)
        return (status, masked(output)), (code, masked(out + err))


def lines_of(session: str) -> list[str]:
    """Return the lines of a session."""
    return [line for line in SESSIONS[session].strip().split("\n") if line]


def same(ours: tuple[int, str], theirs: tuple[int, str]) -> bool:
    """Say whether two answers are equal; where lines of errors stand among those of output is not said by two streams."""
    return ours[0] == theirs[0] and sorted(ours[1].split("\n")) == sorted(theirs[1].split("\n"))


def differences(session: str, server: str, folder: Path) -> list[dict[str, Any]]:
    """Return the lines whose answers differ."""
    pair, found = Pair(server, folder), []
    for line in lines_of(session):
        ours, theirs = pair.both(line)
        if not same(ours, theirs):
            found.append({"line": line, "ours": ours, "theirs": theirs})
    return found
