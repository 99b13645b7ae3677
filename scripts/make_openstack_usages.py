"""Ask the real openstack client how each command that the hypervisor world knows is called: its usage and the spelling of its options.

Usage: python scripts/make_openstack_usages.py PATH_OF_OPENSTACK > learnk8s/simulation/hypervisor/openstack/usages.json
(a virtual environment with python-openstackclient and python-heatclient will do; no cloud is asked).
"""

import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from learnk8s.simulation.hypervisor.openstack.openstack import COMMANDS

WIDTH = "80"


def told(client: str, name: str) -> dict[str, object]:
    """Return the usage and the options of one command."""
    text = subprocess.run([client, *name.split(), "--help"], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin", "HOME": "/tmp", "COLUMNS": WIDTH, "LANG": "C.UTF-8"}).stdout
    usage, _, rest = text.partition("\n\n")
    return {"usage": usage, "options": [re.split(r"\s{2,}", line.strip())[0] for line in rest.splitlines() if re.match(r"  -", line)]}


if __name__ == "__main__":
    json.dump({name: told(sys.argv[1], name) for name in sorted(COMMANDS)}, sys.stdout, indent=1)
    print()
