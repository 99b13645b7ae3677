"""openstack: find the command of several words, run it, answer as the client does."""

from collections.abc import Mapping
from difflib import get_close_matches

from learnk8s.simulation.hypervisor.datacentre import Datacentre, VirtError
from learnk8s.simulation.hypervisor.jobs import Waiting
from learnk8s.simulation.hypervisor.nova import Nova, NovaError
from learnk8s.simulation.hypervisor.openstack import catalogues, servers, stacks
from learnk8s.simulation.hypervisor.openstack.command import Call, Command, Usage
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program

COMMANDS: Mapping[str, Command] = {command.name: command for command in (*servers.COMMANDS, *catalogues.COMMANDS, *stacks.COMMANDS)}


def program(racks: Datacentre, nova: Nova) -> Program:
    """Return the client in front of these racks."""
    return Program(lambda call: _run(racks, nova, call), complete=lambda words: _completed(nova, words), resume=lambda state: Waiting(racks, state), summary="ask for servers")


def _run(racks: Datacentre, nova: Nova, call: Invocation) -> "Outcome | Job":
    words = call.argv[1:]
    if words == ["--version"]:
        return Outcome("openstack 7.4.0\n")
    if not nova.is_on:
        return Outcome("", "Missing value auth-url required for auth plugin password\n# learnk8s: nobody has put OpenStack on these racks; use virsh.\n", 1)
    if words[:1] == ["help"] and len(words) > 1:
        words = [*words[1:], "--help"]
    if not words or words[0] in ("help", "--help", "-h"):
        return Outcome("usage: openstack [--version] <command> ...\n\nCommands:\n" + "".join(f"  {command.name:<26} {command.summary}\n" for command in sorted(COMMANDS.values(), key=lambda command: command.name)))
    command = next((found for length in (3, 2) if (found := COMMANDS.get(" ".join(words[:length]))) is not None), None)
    if command is None:
        return Outcome("", _unknown(words), 2)
    if {"-h", "--help"} & {*words}:
        return Outcome(command.help())
    try:
        asked = Call(racks, nova, call.files)
        command.read(asked, words[len(command.name.split()):])
        result = command.run(asked)
    except Usage as fault:
        return Outcome("", str(fault), 2)
    except (NovaError, VirtError) as error:
        return Outcome("", f"{error}\n", 1)
    return result if isinstance(result, Waiting) else Outcome(result)


LEFT_OUT = frozenset(
    "address aggregate availability backup cached catalog compute configuration consistency container credential default domain ec2 endpoint event extension federation floating group host identity ip keypair limits loadbalancer local mapping module object "
    "orchestration policy port project protocol region registered request resource role router security service share snapshot software subnet token trust usage user volume zone".split()
)
"""First words of commands of openstack 7 of which none is modelled."""
ALSO_LEFT_OUT = {
    "server": "add backup dump event group image lock pause rebuild remove rescue restore resume set shelve ssh suspend unlock unpause unrescue unset unshelve volume", "flavor": "delete set unset", "image": "add create delete import member remove save set show stage unset", "hypervisor": "show", "console": "url connection",
    "network": "agent auto create delete flavor log meter qos rbac segment service set show trunk unset", "quota": "delete list", "stack": "abandon adopt cancel check environment event export failures file hook output resume snapshot suspend template",
}
"""Second words of those of which some are."""


def _unknown(words: list[str]) -> str:
    plain = " ".join(words[: next((place for place, word in enumerate(words) if place and word.startswith("-")), len(words))])
    if len(words) > 1 and (words[0] in LEFT_OUT or words[1] in ALSO_LEFT_OUT.get(words[0], "").split()):
        return f"learnk8s: openstack {plain}: not modelled in this sandbox; openstack --help lists what is\n"
    first = get_close_matches(words[0], {name.split()[0] for name in COMMANDS}, n=1)
    near = [name for name in sorted(COMMANDS) if name.split()[0] in first]
    return f"openstack: '{plain}' is not an openstack command. See 'openstack --help'.\n" + ("Did you mean one of these?\n" + "".join(f"  {name}\n" for name in near) if near else "")


def _completed(nova: Nova, words: list[str]) -> list[str]:
    before = words[1:-1]
    following = {name.split()[len(before)] for name in COMMANDS if name.split()[:len(before)] == before and len(name.split()) > len(before)}
    return sorted(following) or sorted([*nova.servers, *nova.flavors, *nova.stacks])
