"""The programs that every terminal has, by name."""

from learnk8s.simulation.kernel.shell.program import Program
from learnk8s.simulation.kernel.shell.programs.folders import FOLDERS
from learnk8s.simulation.kernel.shell.programs.json_tools import JSON_TOOLS
from learnk8s.simulation.kernel.shell.programs.small import SMALL
from learnk8s.simulation.kernel.shell.programs.text import TEXT

STANDARD: dict[str, Program] = {**SMALL, **FOLDERS, **TEXT, **JSON_TOOLS}
