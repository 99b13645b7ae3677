"""The terminal and the real kubectl say the same of the same lines, on two sandboxes of one seed."""

from pathlib import Path
from platform import machine, system
from typing import Any

import pytest

from tests.kubectl.compare import differences
from tests.kubectl.lines import SESSIONS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("kubectl"),
              pytest.mark.skipif((system(), machine()) != ("Linux", "x86_64"), reason="the packaged kubectl runs on Linux x86-64 only")]


@pytest.mark.parametrize("session", list(SESSIONS))
def test_the_terminal_answers_as_the_real_kubectl(session: str, live_server: Any, tmp_path: Path) -> None:
    assert differences(session, live_server.url, tmp_path) == []
