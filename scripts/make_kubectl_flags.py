"""Write the table of kubectl's commands and flags (names, short names, defaults; no sentences) that the simulated kubectl reads its command lines with.

Usage: python scripts/make_kubectl_flags.py PATH_OF_KUBECTL > learnk8s/simulation/kubernetes/kubectl/flags.json
"""

import json
import re
import subprocess
import sys

FLAG = re.compile(r"^    (?:-(\w), )?--([\w-]+)=(.*):$")
COMMAND = re.compile(r"^  ([a-z][\w-]+)\s{2,}\S")


def help_of(kubectl: str, path: list[str]) -> str:
    """Return what kubectl says of a command."""
    return subprocess.run([kubectl, *path, "--help"], capture_output=True, text=True, check=False).stdout


def flags(text: str) -> list[list[str]]:
    """Return [name, short, default] for every flag of a help text."""
    return [[found[2], found[1] or "", found[3].strip("'")] for line in text.splitlines() if (found := FLAG.match(line))]


def commands(text: str) -> list[str]:
    """Return the names under the headings that list commands."""
    found, listing = [], False
    for line in text.splitlines():
        if line and not line.startswith(" "):
            listing = "ommands" in line and line.endswith(":")
        elif listing and (match := COMMAND.match(line)):
            found.append(match[1])
    return found


def main() -> None:
    """Walk through all commands."""
    kubectl = sys.argv[1]
    table: dict[str, list[list[str]]] = {"": flags(subprocess.run([kubectl, "options"], capture_output=True, text=True, check=False).stdout)}
    waiting = [[name] for name in commands(help_of(kubectl, [])) if name != "help"]
    while waiting:
        path = waiting.pop(0)
        text = help_of(kubectl, path)
        table[" ".join(path)] = flags(text)
        waiting = [[*path, name] for name in commands(text)] + waiting
    print("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(found, separators=(',', ':'))}" for name, found in sorted(table.items())) + "\n}")


if __name__ == "__main__":
    main()
