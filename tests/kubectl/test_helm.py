"""The real helm looks after a release in a sandbox: its own example chart is installed, changed, taken back, tested and removed."""

import json
from pathlib import Path
from platform import machine, system
from typing import Any

import pytest

from learnk8s.playground import actions, kubeconfig
from learnk8s.web.visitor import Visitor
from tests.kubectl import real

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("kubectl"),
              pytest.mark.skipif((system(), machine()) != ("Linux", "x86_64"), reason="the packaged helm runs on Linux x86-64 only")]


def test_helm_looks_after_a_release(live_server: Any, tmp_path: Path) -> None:
    sandbox = actions.set_clock(actions.open_api(actions.new_sandbox(visitor=Visitor(None, ""))), speed_milli=10_000)
    place = tmp_path / "kubeconfig"
    place.write_text(kubeconfig.text(sandbox, live_server.url))

    def told(line: str, program: str = "helm") -> str:
        code, out, err = real.answer(line.split(), kubeconfig=place, folder=tmp_path, program=program)
        assert code == 0, f"{line}: {err}"
        return out

    told("create web")
    assert "STATUS: deployed" in told("install front ./web --wait --timeout 50s")
    told("upgrade front ./web --set replicaCount=3 --wait --timeout 50s")
    assert told("get deployment front-web -o jsonpath={.status.readyReplicas}", "kubectl") == "3"
    told("rollback front 1 --wait --timeout 50s")
    assert [entry["status"] for entry in json.loads(told("history front -o json"))] == ["superseded", "superseded", "deployed"]
    assert told("get deployment front-web -o jsonpath={.spec.replicas}", "kubectl") == "1"
    assert "Phase:          Succeeded" in told("test front --timeout 50s")
    told("uninstall front --wait --timeout 50s")
    assert told("get deployments,services,serviceaccounts,secrets -l app.kubernetes.io/instance=front -o name", "kubectl") == ""
