"""Record what the real virsh prints, for recorded_virsh.json. Run where libvirt-clients and libvirt's test driver are: `python -m tests.simulation.hypervisor.record_virsh`.

libvirt's test driver (`test:///default`) holds everything in the memory of one process, so each list of lines is one run of virsh that
reads them and repeats each after its prompt. The session begins without the driver's own guest, with the world's web.xml renamed to web-2; each refused line is a run of
its own, with the driver's guest `test`.
"""

import json
import re
import subprocess
from pathlib import Path

from learnk8s.simulation.hypervisor.scenarios import WEB_XML

KEPT = Path(__file__).parent / "recorded_virsh.json"
PROMPT = "virsh # "


def definition() -> str:
    """Return the world's web.xml as the test changes it."""
    return WEB_XML.replace("web-1", "web-2").replace("<vcpu>1", "<currentMemory unit='MiB'>1024</currentMemory>\n  <vcpu>2").replace("type='kvm'", "type='test'")


def recorded(lines: list[str], *, before: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return each line with what virsh prints, both streams as a terminal shows them."""
    folder = KEPT.parent / "recording"
    folder.mkdir()
    (folder / "web.xml").write_text(definition(), encoding="utf-8")
    try:
        done = subprocess.run(["virsh", "-c", "test:///default"], input="".join(f"{line}\n" for line in (*before, *lines)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd=folder, env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder)})
    finally:
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
    printed = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", done.stdout).split(PROMPT)[1 + len(before):]
    answers = [chunk.partition("\n") for chunk in printed]
    return [{"line": line, "output": answer} for line, _, answer in answers if line]


def main() -> None:
    """Record the known lines anew."""
    known = json.loads(KEPT.read_text(encoding="utf-8"))
    version = subprocess.run(["virsh", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    session = recorded([entry["line"] for entry in known["session"]], before=("destroy test", "undefine test"))
    refused = [recorded([entry["line"]])[0] for entry in known["refused"]]
    KEPT.write_text(json.dumps({"tool": f"virsh {version}, -c test:///default", "session": session, "refused": refused}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
