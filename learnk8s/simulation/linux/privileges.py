"""What a process may do after execve(2): the capabilities that its user and its bounding set give it. Models cap_bprm_creds_from_file in security/commoncap.c (6.12).

Differs: securebits and file capabilities are not modelled; sudo, su, mount and umount stand for the set-user-ID programs.
"""

from typing import TYPE_CHECKING

from learnk8s.simulation.linux.namespaces import USER, inside_id
from learnk8s.simulation.linux.process import Process

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine


def become(machine: "Machine", process: Process) -> None:
    """Set the capabilities of a process that runs a new program: root of its user namespace has all of its bounding set, others what is ambient."""
    is_root = inside_id(machine, process.namespaces[USER], process.uid) == 0 and bool(machine.namespaces[process.namespaces[USER]].data["uid_map"])
    process.permitted = process.effective = process.bounding if is_root else process.ambient & process.bounding
