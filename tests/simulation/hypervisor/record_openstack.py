"""Record how the real openstack client refuses, for recorded_openstack.json: `python -m tests.simulation.hypervisor.record_openstack PATH_OF_OPENSTACK`.

A virtual environment with python-openstackclient and python-heatclient will do: nothing is asked of a cloud, since each line is refused before. The lines stand in the file itself.
"""

import json
import subprocess
import sys
from pathlib import Path

KEPT = Path(__file__).parent / "recorded_openstack.json"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "COLUMNS": "80", "LANG": "C.UTF-8", "OS_AUTH_TYPE": "none", "OS_ENDPOINT": "http://127.0.0.1:9"}


def main() -> None:
    """Write the file anew."""
    known = json.loads(KEPT.read_text(encoding="utf-8"))
    refused = []
    for entry in known["refused"]:
        done = subprocess.run([sys.argv[1], *entry["line"].split()[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=ENVIRONMENT)
        refused.append({"line": entry["line"], "output": done.stdout, "status": done.returncode})
    version = subprocess.run([sys.argv[1], "--version"], capture_output=True, text=True, check=True).stdout.strip()
    KEPT.write_text(json.dumps({"tool": version, "refused": refused}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
