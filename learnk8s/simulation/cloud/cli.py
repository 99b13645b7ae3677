"""`cloud`: a command line of no particular provider, with what they all have: clusters, node pools, the autoscaler, disks, load balancers, the bill, incidents."""

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from learnk8s.simulation.cloud.prices import BOOT_DISK_GIB, MACHINE_TYPES, dollars, price_of
from learnk8s.simulation.cloud.provider import VERSIONS, ZONES, CloudError, Provider
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.tables import table

USAGE = """Usage: cloud GROUP COMMAND [NAME] [FLAGS]

  clusters create NAME [--version V] [--machine-type T] [--nodes N] [--zones Z,Z] [--wait]
  clusters describe | list | upgrade --version V [--wait]
  node-pools create NAME [--machine-type T] [--count N] [--zones Z,Z] [--spot] [--wait]
  node-pools list | resize NAME --count N [--wait] | upgrade NAME [--surge N] [--wait] | delete NAME
  autoscaler on [POOL] --min N --max N | off [POOL] | status
  machines list        machine-types list        zones list
  disks list           load-balancers list       bill           incidents
"""


class Rest:
    """The words of a call: names in order, and flags."""

    def __init__(self, words: list[str], flags: tuple[str, ...], bare: tuple[str, ...] = ()) -> None:
        self.names: list[str] = []
        self.flags: dict[str, str] = {}
        rest = list(words)
        while rest:
            word = rest.pop(0)
            name, equals, value = word.partition("=")
            if not word.startswith("-"):
                self.names.append(word)
            elif word in bare:
                self.flags[word] = ""
            elif name in flags:
                if not equals and not rest:
                    raise CloudError(f"ERROR: argument {name}: expected one argument")
                self.flags[name] = value if equals else rest.pop(0)
            else:
                raise CloudError(f"ERROR: unrecognized arguments: {word}")

    def name(self, what: str = "NAME") -> str:
        """Return the first word. Raises CloudError."""
        if not self.names:
            raise CloudError(f"ERROR: argument {what}: Must be specified.")
        if not re.fullmatch(r"[a-z]([a-z0-9-]{0,38}[a-z0-9])?", self.names[0]):
            raise CloudError(f"ERROR: INVALID_ARGUMENT: '{self.names[0]}' is no name: lower-case letters, digits and hyphens, at most 40")
        return self.names[0]

    def number(self, flag: str, default: int | None = None) -> int:
        """Return a flag as a whole number. Raises CloudError."""
        word = self.flags.get(flag)
        if word is None:
            if default is None:
                raise CloudError(f"ERROR: argument {flag}: Must be specified.")
            return default
        if not word.isdigit() or len(word) > 4:
            raise CloudError(f"ERROR: argument {flag}: Bad value [{word}]: Value must be an integer")
        return int(word)

    def zones(self) -> list[str]:
        """Return the asked zones, without repetition."""
        return list(dict.fromkeys(self.flags.get("--zones", ZONES[0]).split(",")))


class Until:
    """A job that waits for the provider."""

    wake_ms: int | None = None

    def __init__(self, provider: Provider, state: dict[str, Any]) -> None:
        self._provider, self._state = provider, state

    def poll(self) -> tuple[str, int | None]:
        """Say first what has begun; be over when the cluster or the pool is as it should be."""
        provider, began = self._provider, self._state.pop("began", "")
        if self._state["what"] == "cluster":
            done = provider.status == "RUNNING" and (not self._state["pools"] or not _waits(provider, None))
        else:
            done = not _waits(provider, self._state["what"])
        return (began + self._state["text"], 0) if done else (began, None)

    def dump(self) -> dict[str, Any]:
        """Return the state from which it is made again."""
        return dict(self._state)


def _waits(provider: Provider, pool: str | None) -> bool:
    names = [pool] if pool else list(provider.pools)
    return any(provider.pools[name]["upgrade"] or sum(provider.machines[machine]["state"] == "running" for machine in provider.alive(name)) != provider.pools[name]["count"] or any(machine["state"] == "leaving" and machine["pool"] == name for machine in provider.machines.values())
               for name in names if name in provider.pools)


PLURALS = {"cluster": "clusters", "pool": "node-pools", "pools": "node-pools", "node-pool": "node-pools", "nodepools": "node-pools", "machine": "machines", "zone": "zones", "disk": "disks", "load-balancer": "load-balancers", "lb": "load-balancers", "incident": "incidents", "machine-type": "machine-types"}
"""What people type for a group."""


def program(provider: Provider) -> Program:
    """Return `cloud` in front of a provider."""
    return Program(lambda call: _run(provider, call), complete=lambda words: _completed(provider, words), resume=lambda state: Until(provider, state), summary="ask the provider")


def _run(provider: Provider, call: Invocation) -> "Outcome | Job":
    words = [*(PLURALS.get(word, word) for word in call.argv[1:2]), *call.argv[2:]]
    if {"-h", "--help"} & {*words}:
        return Outcome(USAGE)
    command = COMMANDS.get(" ".join(words[:2])) or COMMANDS.get(" ".join(words[:1]))
    if command is None:
        if not words or words[0] == "help":
            return Outcome(USAGE)
        near = get_close_matches(" ".join(words[:2]), COMMANDS, n=1)
        return Outcome("", f"ERROR: (cloud) Invalid choice: '{' '.join(words[:2])}'.{f' Maybe you meant: cloud {near[0]}' if near else ''}\n{'' if near else USAGE}", 2)
    rest = words[2:] if " ".join(words[:2]) in COMMANDS else words[1:]
    if not provider.managed and words[0] not in OPEN_TO_ALL:
        return Outcome("", "ERROR: this cluster is your own: no provider looks after it. You have kubectl, etcdctl, etcdutl and kubeadm.\n", 1)
    try:
        provider.settle()
        result = command(provider, rest)
    except CloudError as error:
        return Outcome("", f"{error}\n", 1)
    return Outcome(result) if isinstance(result, str) else result


OPEN_TO_ALL = ("bill", "incidents", "machines", "machine-types", "zones")


def _waited(provider: Provider, rest: Rest, what: str, began: str, done: str, *, pools: bool = False) -> "str | Until":
    return Until(provider, {"what": what, "began": began, "text": done, "pools": pools}) if "--wait" in rest.flags else began


def _create_cluster(provider: Provider, words: list[str]) -> "str | Until":
    rest = Rest(words, ("--version", "--machine-type", "--nodes", "--zones"), ("--wait",))
    provider.create_cluster(rest.name(), version=rest.flags.get("--version", "1.36"), machine_type=rest.flags.get("--machine-type", "standard-4"), count=rest.number("--nodes", 3), zones=rest.zones())
    return _waited(provider, rest, "cluster", f"Creating cluster {rest.name()} in {','.join(rest.zones())}...\n", f"Created. kubeconfig entry generated for {rest.name()}.\n", pools=True)


def _describe(provider: Provider, words: list[str]) -> str:
    Rest(words, ())
    if provider.status == "ABSENT":
        raise CloudError("ERROR: NOT_FOUND: there is no cluster yet; `cloud clusters create NAME` makes one")
    lines = [("name", provider.cluster_name), ("status", provider.status), ("version", VERSIONS[provider.version]), ("endpoint", "https://34.0.0.10"), ("controlPlane", "managed by the provider, 3 replicas in 3 zones"), ("nodes", str(len(provider.machines)))]
    pools = "".join(f"- name: {name}\n  machineType: {pool['machine_type']}\n  count: {pool['count']}\n  version: {VERSIONS[pool['version']]}\n  zones: [{', '.join(pool['zones'])}]\n  spot: {str(pool['spot']).lower()}\n  autoscaling: {str(pool['autoscale']).lower()}\n" for name, pool in provider.pools.items())
    return "".join(f"{key}: {value}\n" for key, value in lines) + "nodePools:\n" + pools


def _list_clusters(provider: Provider, words: list[str]) -> str:
    Rest(words, ())
    rows = [] if provider.status == "ABSENT" else [[provider.cluster_name, VERSIONS[provider.version], str(len(provider.machines)), provider.status]]
    return table([["NAME", "VERSION", "NODES", "STATUS"], *rows]) if rows else "Listed 0 items.\n"


def _upgrade_cluster(provider: Provider, words: list[str]) -> "str | Until":
    rest = Rest(words, ("--version",), ("--wait",))
    if "--version" not in rest.flags:
        raise CloudError("ERROR: argument --version: Must be specified.")
    before = provider.version
    provider.upgrade_cluster(rest.flags["--version"])
    return _waited(provider, rest, "cluster", f"Upgrading the control plane of {provider.cluster_name} from {before} to {rest.flags['--version']}...\n", "Done. The nodes keep their version until you upgrade their pools.\n")


def _create_pool(provider: Provider, words: list[str]) -> "str | Until":
    rest = Rest(words, ("--machine-type", "--count", "--zones"), ("--spot", "--wait"))
    provider.create_pool(rest.name(), machine_type=rest.flags.get("--machine-type", "standard-4"), count=rest.number("--count", 1), zones=rest.zones(), spot="--spot" in rest.flags)
    return _waited(provider, rest, rest.name(), f"Creating node pool {rest.name()}...\n", "Created.\n")


def _list_pools(provider: Provider, words: list[str]) -> str:
    Rest(words, ())
    rows = [[name, pool["machine_type"], f"{sum(provider.machines[machine]['state'] == 'running' for machine in provider.alive(name))}/{pool['count']}", f"{pool['min']}-{pool['max']}" if pool["autoscale"] else "off", "yes" if pool["spot"] else "no",
             ",".join(pool["zones"]), VERSIONS[pool["version"]], pool["status"]] for name, pool in provider.pools.items()]
    return table([["NAME", "MACHINE_TYPE", "NODES", "AUTOSCALING", "SPOT", "ZONES", "VERSION", "STATUS"], *rows])


def _resize(provider: Provider, words: list[str]) -> "str | Until":
    rest = Rest(words, ("--count",), ("--wait",))
    provider.resize_pool(rest.name(), rest.number("--count"))
    return _waited(provider, rest, rest.name(), f"Resizing node pool {rest.name()} to {rest.number('--count')}...\n", "Done.\n")


def _upgrade_pool(provider: Provider, words: list[str]) -> "str | Until":
    rest = Rest(words, ("--surge",), ("--wait",))
    provider.upgrade_pool(rest.name(), rest.number("--surge", 1))
    return _waited(provider, rest, rest.name(), f"Upgrading node pool {rest.name()} to {provider.version} with surge {rest.number('--surge', 1)}...\n", "Done.\n")


def _delete_pool(provider: Provider, words: list[str]) -> str:
    rest = Rest(words, (), ("--wait",))
    provider.delete_pool(rest.name())
    return f"Deleting node pool {rest.name()}...\n"


def _autoscaler_on(provider: Provider, words: list[str]) -> str:
    rest = Rest(words, ("--min", "--max"))
    pool = rest.names[0] if rest.names else "default"
    provider.set_autoscaler(pool, on=True, least=rest.number("--min"), most=rest.number("--max"))
    return f"Autoscaling of node pool {pool} is on: {rest.number('--min')} to {rest.number('--max')} nodes.\n"


def _autoscaler_off(provider: Provider, words: list[str]) -> str:
    rest = Rest(words, ())
    pool = rest.names[0] if rest.names else "default"
    provider.set_autoscaler(pool, on=False)
    return f"Autoscaling of node pool {pool} is off.\n"


def _autoscaler_status(provider: Provider, words: list[str]) -> str:
    return table([["POOL", "AUTOSCALING", "MIN", "MAX", "NODES"], *([name, "on" if pool["autoscale"] else "off", str(pool["min"]), str(pool["max"]), str(pool["count"])] for name, pool in provider.pools.items())])


def _machines(provider: Provider, words: list[str]) -> str:
    rows = [[name, machine["pool"], provider.pools[machine["pool"]]["machine_type"], machine["zone"], "yes" if provider.pools[machine["pool"]]["spot"] else "no", "DOWN" if machine["zone"] in provider.down_zones else machine["state"].upper()] for name, machine in sorted(provider.machines.items())]
    return table([["NAME", "POOL", "MACHINE_TYPE", "ZONE", "SPOT", "STATUS"], *rows])


def _types(provider: Provider, words: list[str]) -> str:
    return table([["NAME", "CPUS", "MEMORY_GB", "PER_HOUR", "SPOT_PER_HOUR"], *([kind.name, str(kind.cpus), str(kind.memory_gib), _cents(kind.price), _cents(price_of(kind.name, spot=True))] for kind in MACHINE_TYPES.values())])


def _cents(price: int) -> str:
    return f"${price // 100_000}.{price % 100_000 // 10:04d}"


def _zones(provider: Provider, words: list[str]) -> str:
    return table([["NAME", "STATUS", "MACHINES"], *([zone, "DOWN" if zone in provider.down_zones else "UP", str(sum(machine["zone"] == zone for machine in provider.machines.values()))] for zone in ZONES)])


def _disks(provider: Provider, words: list[str]) -> str:
    rows = [[f"boot-{name}", machine["zone"], str(BOOT_DISK_GIB), "balanced", "READY", name] for name, machine in sorted(provider.machines.items()) if machine["state"] != "provisioning"]
    rows += [[name, volume["zone"], str(volume["gib"]), volume["type"], "READY", volume["claim"]] for name, volume in sorted(provider.volumes.items())]
    return table([["NAME", "ZONE", "SIZE_GB", "TYPE", "STATUS", "USED_BY"], *rows])


def _balancers(provider: Provider, words: list[str]) -> str:
    rows = [[key.replace("/", "-"), address or "<pending>", key, "ACTIVE" if address else "PROVISIONING"] for key, address in sorted(provider.balancers.items())]
    return table([["NAME", "ADDRESS", "SERVICE", "STATUS"], *rows]) if rows else "Listed 0 items.\n"


def _bill(provider: Provider, words: list[str]) -> str:
    billed, prices = provider.billed(), provider.prices()
    rows = [[item, _cents(prices.get(item, 0)), dollars(billed.get(item, 0))] for item in dict.fromkeys([*prices, *billed])]
    return table([["ITEM", "PER_HOUR", "SO_FAR"], *rows, ["total", _cents(sum(prices.values())), dollars(sum(billed.values()))]])


def _incidents(provider: Provider, words: list[str]) -> str:
    rows = [[provider.cluster.clock.timestamp(entry["at_ms"])[11:19], entry["title_en"], entry["ref"], entry["who"], "open" if entry["ended_ms"] is None else "resolved", entry["remedy_en"]] for entry in provider.incidents]
    return table([["TIME", "INCIDENT", "OF", "WHO_FIXES_IT", "STATUS", "WHAT_TO_DO"], *rows]) if rows else "No incidents.\n"


COMMANDS: dict[str, Callable[[Provider, list[str]], "str | Until"]] = {
    "clusters create": _create_cluster, "clusters describe": _describe, "clusters list": _list_clusters, "clusters upgrade": _upgrade_cluster, "node-pools create": _create_pool, "node-pools list": _list_pools, "node-pools resize": _resize,
    "node-pools upgrade": _upgrade_pool, "node-pools delete": _delete_pool, "autoscaler on": _autoscaler_on, "autoscaler off": _autoscaler_off, "autoscaler status": _autoscaler_status, "machines list": _machines, "machine-types list": _types, "zones list": _zones,
    "disks list": _disks, "load-balancers list": _balancers, "bill": _bill, "incidents": _incidents,
}


def _completed(provider: Provider, words: list[str]) -> list[str]:
    before = words[1:-1]
    following = {name.split()[len(before)] for name in COMMANDS if name.split()[:len(before)] == before and len(name.split()) > len(before)}
    return sorted(following) or sorted([*provider.pools, *MACHINE_TYPES, "--count", "--machine-type", "--max", "--min", "--spot", "--surge", "--version", "--wait", "--zones"])
