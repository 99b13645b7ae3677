"""Record what the real docker prints, for recorded_docker.json: `DOCKER_HOST=unix:///... python -m tests.simulation.docker.record_docker`.

It needs an empty daemon that can run containers (`dockerd --storage-driver vfs --iptables=false --bridge=none` will do) with one image, `busybox:latest`. The lines stand in
the file itself and are one session, typed in order. What differs from run to run (numbers of containers, ages) is replaced by the words that the test puts there, too. The
recorded client is 28.2 and its daemon 20.10, the newest that Debian 12 packages; the world models 28.5, so a line whose words are known to have changed since is left out.
"""

import json
import re
import subprocess
import tempfile
from pathlib import Path

KEPT = Path(__file__).parent / "recorded_docker.json"


def told(text: str) -> str:
    """Return an output without what differs from run to run; runs of spaces count as one, since a number's width moves the columns."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "ID64", text.replace("\r", ""))
    text = re.sub(r"\b[0-9a-f]{12}\b", "ID12", text)
    text = re.sub(r"(Less than a second|About a minute|\d+ (?:seconds?|minutes?|days|weeks|months|years))", "AGE", text)
    return re.sub(r" +", " ", text).rstrip()


def main() -> None:
    """Write the file anew."""
    known = json.loads(KEPT.read_text(encoding="utf-8"))
    version = subprocess.run(["docker", "version", "--format", "client {{.Client.Version}}, daemon {{.Server.Version}}"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        session = [{"line": entry["line"], "output": told(subprocess.run(["bash", "-c", entry["line"]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=folder, stdin=subprocess.DEVNULL).stdout)} for entry in known["session"]]
    KEPT.write_text(json.dumps({"tool": f"docker: {version}", "session": session}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
