"""The network, in the words of iproute2 6.15, curl 8.14 and iptables 1.8.11: ip addr|link|route|netns, ss, curl, ping, sysctl, iptables (DNAT only)."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Any

from learnk8s.simulation.kernel.shell.curl import Unread
from learnk8s.simulation.kernel.shell.curl import read as read_curl
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux import network
from learnk8s.simulation.linux.commands.call import Call, Result, options
from learnk8s.simulation.linux.commands.users import reworded
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.files.node import Node
from learnk8s.simulation.linux.namespaces import MNT, NET, PID, collect, drop_peer, made, moved
from learnk8s.simulation.workload.shop import PROGRAMS

LINKS_MAX = 60
OTHER_KINDS = ("bond", "geneve", "gre", "ifb", "ipip", "ipvlan", "macvlan", "macvtap", "netdevsim", "sit", "team", "tun", "vlan", "vrf", "vxlan", "wireguard")
"""Kinds of links that the kernel has and this world has not."""


class _Stop(Exception):
    """A sub-command ends with these words on stderr."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


def ip(call: Call) -> Result:
    """Show and change links, addresses, routes and named network namespaces."""
    words, space, brief, numbered, only_v4 = call.argv[1:], call.process.namespaces[NET], False, None, False
    while words and words[0].startswith("-"):
        word = words.pop(0)
        if word in ("-n", "-netns", "--netns") and words:
            name = words.pop(0)
            numbered = call.machine.named_network(name)
            if numbered is None:
                return Outcome("", f'Cannot open network namespace "{name}": No such file or directory\n', 1)
            if not call.machine.capable(call.process, "sys_admin"):
                return Outcome("", f'setting the network namespace "{name}" failed: Operation not permitted\n', 255)
            space = numbered
        elif word in ("-br", "-brief"):
            brief = True
        elif word == "-4":
            only_v4 = True
        elif word not in ("-c", "-color", "-d"):
            return Outcome("", f'Option "{word}" is unknown, try "ip -help".\n', 255)
    thing = words[0] if words else "help"
    chosen = next((run for name, run in (("address", _addr), ("link", _link), ("route", _route), ("netns", _netns)) if name.startswith(thing) and thing), None)
    if chosen is None:
        return Outcome("", f'Object "{thing}" is unknown, try "ip help".\n', 1)
    try:
        result = _addr(call, words[1:], space, brief=brief, only_v4=True) if chosen is _addr and only_v4 else chosen(call, words[1:], space, brief=brief)
    except _Stop as stop:
        return Outcome("", f"{stop}\n", stop.status)
    call.machine.changed()
    return result


def _may(call: Call, space: int) -> None:
    if not call.machine.capable(call.process, "net_admin", call.machine.namespaces[space].owner):
        raise _Stop("RTNETLINK answers: Operation not permitted", 2)


def _found(call: Call, space: int, name: str) -> dict[str, Any]:
    link = network.link_named(call.machine, space, name)
    if link is None:
        raise _Stop(f'Cannot find device "{name}"')
    return link


def _verb(thing: str, words: list[str], names: tuple[str, ...]) -> tuple[str, list[str]]:
    if not words:
        return "show", []
    verb = next((name for name in names if name.startswith(words[0])), None)
    if verb is None:
        raise _Stop(f'Command "{words[0]}" is unknown, try "ip {thing} help".', 255)
    return verb, words[1:]


def _flags(call: Call, link: dict[str, Any]) -> tuple[str, str]:
    """Return the flags in brackets and the state word."""
    up, lo, carrier = link["up"], link["kind"] == "loopback", network.carries(call.machine, link)
    flags = ["LOOPBACK"] if lo else ["BROADCAST", "MULTICAST"]
    if up and not carrier:
        flags = ["NO-CARRIER", *flags]
    flags += (["UP"] if up else []) + (["LOWER_UP"] if up and carrier else [])
    if link["peer"] and not up and not carrier and link["peer"][0] in call.machine.namespaces:
        far = network.link_named(call.machine, *link["peer"])
        flags += ["M-DOWN"] if far is not None and not far["up"] and far["peer"][0] == link["peer"][0] else []
    state = "DOWN" if not up else "UNKNOWN" if lo else "UP" if carrier else "LOWERLAYERDOWN" if link["peer"] else "DOWN"
    return ",".join(flags), state


def _label(call: Call, space: int, link: dict[str, Any]) -> str:
    if not link["peer"]:
        return str(link["name"])
    far_space, far_name = link["peer"]
    if far_space == space:
        return f"{link['name']}@{far_name}"
    far = network.link_named(call.machine, far_space, far_name)
    return f"{link['name']}@if{far['index'] if far else 0}"


def _head(call: Call, space: int, link: dict[str, Any], *, mode: bool) -> str:
    flags, state = _flags(call, link)
    queue = "noop" if not link["up"] else "noqueue" if link["kind"] in ("loopback", "veth", "bridge") else "fq_codel"
    master = f"master {link['master']} " if link["master"] else ""
    mac = f"    link/{'loopback' if link['kind'] == 'loopback' else 'ether'} {link['mac']} brd {'00:00:00:00:00:00' if link['kind'] == 'loopback' else 'ff:ff:ff:ff:ff:ff'}"
    far = ""
    if link["peer"] and link["peer"][0] != space and link["peer"][0] in call.machine.namespaces:
        name = next((held[6:] for held in call.machine.namespaces[link["peer"][0]].held if held.startswith("netns:")), "")
        far = f" link-netns {name}" if name else " link-netnsid 0"
    return f"{link['index']}: {_label(call, space, link)}: <{flags}> mtu {link['mtu']} qdisc {queue} {master}state {state} {'mode DEFAULT ' if mode else ''}group default qlen 1000\n{mac}{far}\n"


def _chosen_links(call: Call, space: int, words: list[str]) -> list[dict[str, Any]]:
    words = [word for word in words if word not in ("dev", "show")]
    if "type" in words:
        kind = words[words.index("type") + 1] if words.index("type") + 1 < len(words) else ""
        return [link for link in network.links(call.machine, space) if link["kind"] == kind]
    if words and words[0] not in ("up",):
        link = network.link_named(call.machine, space, words[0])
        if link is None:
            raise _Stop(f'Device "{words[0]}" does not exist.')
        return [link]
    return [link for link in network.links(call.machine, space) if "up" not in words or link["up"]]


def _addr(call: Call, words: list[str], space: int, *, brief: bool, only_v4: bool = False) -> Outcome:
    verb, words = _verb("address", words, ("show", "list", "add", "delete", "flush"))
    if verb in ("show", "list"):
        out = ""
        for link in _chosen_links(call, space, words):
            if only_v4 and not link["addresses"]:
                continue
            _flag, state = _flags(call, link)
            if brief:
                out += f"{_label(call, space, link):<16} {state:<14} " + "".join(f"{address}/{prefix} " for address, prefix in link["addresses"]) + "\n"
                continue
            head = _head(call, space, link, mode=False)
            out += head.partition("\n")[0] + "\n" if only_v4 else head
            for address, prefix in link["addresses"]:
                broadcast = f"brd {network.subnet(address, prefix).broadcast_address} " if link["name"] == "eth0" else ""
                out += f"    inet {address}/{prefix} {broadcast}scope {'host' if link['name'] == 'lo' else 'global'} {link['name']}\n       valid_lft forever preferred_lft forever\n"
        return Outcome(out)
    if "dev" not in words or words.index("dev") + 1 >= len(words):
        raise _Stop("Not enough information: \"dev\" argument is required.", 255)
    _may(call, space)
    link = _found(call, space, words[words.index("dev") + 1])
    if verb == "flush":
        link["addresses"] = []
        return Outcome()
    address, _, prefix = words[0].partition("/")
    if not network.is_address(address) or (prefix and not (prefix.isdigit() and 1 <= int(prefix) <= 32)):
        raise _Stop(f'Error: any valid prefix is expected rather than "{words[0]}".')
    entry = [address, int(prefix or 32)]
    if verb == "add":
        if entry in link["addresses"]:
            raise _Stop("Error: ipv4: Address already assigned.", 2)
        link["addresses"].append(entry)
    else:
        if entry not in link["addresses"]:
            raise _Stop("Error: ipv4: Address not found.", 2)
        link["addresses"].remove(entry)
    return Outcome()


def _link(call: Call, words: list[str], space: int, *, brief: bool) -> Outcome:
    verb, words = _verb("link", words, ("show", "list", "add", "delete", "set"))
    if verb in ("show", "list"):
        links = _chosen_links(call, space, words)
        if brief:
            return Outcome("".join(f"{_label(call, space, link):<16} {_flags(call, link)[1]:<14} {link['mac']} <{_flags(call, link)[0]}> \n" for link in links))
        return Outcome("".join(_head(call, space, link, mode=True) for link in links))
    _may(call, space)
    words = words[1:] if words[:1] == ["dev"] else words
    if not words:
        raise _Stop('Not enough of information: "dev" argument is required.', 255)
    if verb == "delete":
        _remove(call, space, _found(call, space, words[0]))
    elif verb == "set":
        _set(call, words, space)
    else:
        _add(call, words, space)
    return Outcome()


def _remove(call: Call, space: int, link: dict[str, Any]) -> None:
    if link["name"] in ("lo", "eth0") and not link["peer"]:
        raise _Stop("RTNETLINK answers: Operation not supported", 2)
    drop_peer(call.machine, link)
    data = call.machine.namespaces[space].data
    data["links"] = [other for other in data["links"] if other is not link]
    data["routes"] = [route for route in data["routes"] if route[2] != link["name"]]
    for other in data["links"]:
        other["master"] = "" if other["master"] == link["name"] else other["master"]


def _add(call: Call, words: list[str], space: int) -> None:
    words = [word for word in words if word != "name"] if "peer" not in words else words[:words.index("peer")] + [word for word in words[words.index("peer"):]]
    name = words[1] if words[0] == "name" else words[0]
    kind = words[words.index("type") + 1] if "type" in words and words.index("type") + 1 < len(words) else ""
    if kind in OTHER_KINDS:
        raise _Stop(f"learnk8s: only veth, bridge and dummy links are modelled, {kind} is not", 255)
    if kind not in ("veth", "bridge", "dummy"):
        raise _Stop('Not enough information: "type" argument is required' if not kind else "Error: Unknown device type.", 255 if not kind else 2)
    if len(name) > 15:
        raise _Stop(f'Error: argument "{name}" is wrong: "name" not a valid ifname', 255)
    if network.link_named(call.machine, space, name):
        raise _Stop("RTNETLINK answers: File exists", 2)
    if sum(len(entry.data["links"]) for entry in call.machine.namespaces.values() if entry.kind == NET) >= LINKS_MAX:
        raise _Stop("RTNETLINK answers: Cannot allocate memory", 2)
    if kind != "veth":
        _made(call, space, name, kind)
        return
    rest = words[words.index("peer") + 1:] if "peer" in words else []
    rest = rest[1:] if rest[:1] == ["name"] else rest
    far_name = rest[0] if rest else f"veth{len(network.links(call.machine, space)) - 1}"
    far_space = space
    if "netns" in rest:
        far_space = _space_named(call, rest[rest.index("netns") + 1] if rest.index("netns") + 1 < len(rest) else "")
    if network.link_named(call.machine, far_space, far_name) or (far_space, far_name) == (space, name):
        raise _Stop("RTNETLINK answers: File exists", 2)
    far = _made(call, far_space, far_name, kind)
    link = _made(call, space, name, kind)
    link["peer"], far["peer"] = [far_space, far_name], [space, name]


def _made(call: Call, space: int, name: str, kind: str) -> dict[str, Any]:
    data = call.machine.namespaces[space].data
    number = call.machine.dice.draw("mac", name, space)
    link = {"index": data["next"], "name": name, "kind": kind, "mac": ":".join(f"{byte:02x}" for byte in (0x02 | number & 0xFC, *((number >> 8 * place) & 255 for place in range(1, 6)))), "up": False, "mtu": 1500, "addresses": [], "peer": None, "master": ""}
    data["next"] += 1
    data["links"].append(link)
    return link


def _space_named(call: Call, word: str) -> int:
    """Return a network namespace by its name or by a pid in it."""
    number = call.machine.named_network(word)
    if number is None and word.isdigit():
        process = call.machine.by_number(int(word), call.process.namespaces[PID])
        number = process.namespaces[NET] if process else None
    if number is None:
        raise _Stop(f'Error: argument "{word}" is wrong: Invalid "netns" value\n', 255)
    return number


def _set(call: Call, words: list[str], space: int) -> None:
    link = _found(call, space, words[0])
    rest = words[1:]
    while rest:
        word = rest.pop(0)
        if word in ("up", "down"):
            link["up"] = word == "up"
            if link["name"] == "lo":
                link["addresses"] = [["127.0.0.1", 8]] if link["up"] else []
        elif word == "nomaster":
            link["master"] = ""
        elif word in ("netns", "master", "name", "mtu", "address") and rest:
            value = rest.pop(0)
            if word == "netns":
                _send(call, space, link, _space_named(call, value))
                space = _space_named(call, value)
            elif word == "master":
                if network.link_named(call.machine, space, value) is None:
                    raise _Stop(f'Error: argument "{value}" is wrong: Device does not exist\n', 255)
                if _found(call, space, value)["kind"] != "bridge":
                    raise _Stop("RTNETLINK answers: Operation not supported", 2)
                link["master"] = value
            elif word == "mtu":
                link["mtu"] = int(value) if value.isdigit() else link["mtu"]
            elif word == "address":
                link["mac"] = value
            elif network.link_named(call.machine, space, value):
                raise _Stop("RTNETLINK answers: File exists", 2)
            else:
                if link["peer"]:
                    far = network.link_named(call.machine, *link["peer"])
                    if far is not None:
                        far["peer"] = [space, value]
                link["name"] = value
        else:
            raise _Stop(f'Error: either "dev" is duplicate, or "{word}" is a garbage.', 255)


def _send(call: Call, space: int, link: dict[str, Any], goal: int) -> None:
    """Move a link into another network namespace; it arrives down and without addresses."""
    if link["name"] == "lo" or link["kind"] == "bridge":
        raise _Stop("RTNETLINK answers: Invalid argument", 2)
    if network.link_named(call.machine, goal, link["name"]):
        raise _Stop("RTNETLINK answers: File exists", 2)
    data, other = call.machine.namespaces[space].data, call.machine.namespaces[goal].data
    data["links"] = [entry for entry in data["links"] if entry is not link]
    data["routes"] = [route for route in data["routes"] if route[2] != link["name"]]
    link["up"], link["addresses"], link["master"] = False, [], ""
    if any(entry["index"] == link["index"] for entry in other["links"]):
        link["index"] = other["next"]
    other["next"] = max(other["next"], link["index"]) + 1
    other["links"].append(link)
    if link["peer"]:
        far = network.link_named(call.machine, *link["peer"])
        if far is not None:
            far["peer"] = [goal, link["name"]]


def _way(call: Call, host: str, space: int) -> Outcome:
    """Say by which link and gateway a packet to an address would go, and from which of the own addresses."""
    if not network.is_address(host):
        raise _Stop(f'Error: any valid prefix is expected rather than "{host}".')
    data = call.machine.namespaces[space].data
    if network.owns(call.machine, space, host):
        return Outcome(f"local {host} dev lo src {host} uid {call.process.uid} \n    cache <local> \n")
    for link in data["links"]:
        for address, prefix in link["addresses"]:
            if link["up"] and link["name"] != "lo" and network.is_inside(host, address, prefix):
                return Outcome(f"{host} dev {link['name']} src {address} uid {call.process.uid} \n    cache \n")
    for target, gateway, device in data["routes"]:
        out = network.link_named(call.machine, space, device)
        if out is not None and out["up"] and (target == "default" or IPv4Address(host) in IPv4Network(target)):
            source = next((address for address, _prefix in out["addresses"]), host)
            return Outcome(f"{host} {f'via {gateway} ' if gateway else ''}dev {device} src {source} uid {call.process.uid} \n    cache \n")
    raise _Stop("RTNETLINK answers: Network is unreachable", 2)


def _route(call: Call, words: list[str], space: int, *, brief: bool) -> Outcome:
    verb, words = _verb("route", words, ("show", "list", "add", "delete", "get"))
    data = call.machine.namespaces[space].data
    if verb in ("show", "list"):
        out = "".join(f"{target} via {gateway} dev {device} \n" if gateway else f"{target} dev {device} scope link \n" for target, gateway, device in data["routes"])
        for link in data["links"]:
            out += "".join(f"{network.subnet(address, prefix)} dev {link['name']} proto kernel scope link src {address} {'' if network.carries(call.machine, link) else 'linkdown '}\n" for address, prefix in link["addresses"] if link["up"] and link["name"] != "lo" and prefix < 32)
        return Outcome(out)
    if verb == "get":
        return _way(call, words[0] if words else "", space)
    _may(call, space)
    target = words[0] if words else ""
    target = "default" if target in ("default", "0.0.0.0/0") else target
    try:
        if target != "default":
            target = str(IPv4Network(target))
    except (AddressValueError, NetmaskValueError, ValueError):
        raise _Stop(f'Error: any valid prefix is expected rather than "{target}".') from None
    gateway = words[words.index("via") + 1] if "via" in words[:-1] else ""
    device = words[words.index("dev") + 1] if "dev" in words[:-1] else ""
    if verb == "delete":
        kept = [route for route in data["routes"] if route[0] != target]
        if len(kept) == len(data["routes"]):
            raise _Stop("RTNETLINK answers: No such process", 2)
        data["routes"] = kept
        return Outcome()
    if gateway:
        near = next((link["name"] for link in data["links"] if link["up"] for address, prefix in link["addresses"] if network.is_address(gateway) and IPv4Address(gateway) in network.subnet(address, prefix)), None)
        if near is None:
            raise _Stop("Error: Nexthop has invalid gateway.", 2)
        device = device or near
    if not device:
        raise _Stop("RTNETLINK answers: No such device", 2)
    if not _found(call, space, device)["up"]:
        raise _Stop("Error: Device for nexthop is not up.", 2)
    if any(route[0] == target for route in data["routes"]):
        raise _Stop("RTNETLINK answers: File exists", 2)
    data["routes"].append([target, gateway, device])
    return Outcome()


def _netns(call: Call, words: list[str], space: int, *, brief: bool) -> Result:
    verb = words[0] if words else "list"
    machine = call.machine
    named = {held[6:]: entry for entry in machine.namespaces.values() for held in entry.held if held.startswith("netns:")}
    if verb in ("list", "show", "ls"):
        return Outcome("".join(f"{name}\n" for name in reversed(list(named))))
    if verb == "identify":
        word = words[1] if len(words) > 1 else "self"
        process = machine.by_number(int(word), call.process.namespaces[PID]) if word.isdigit() else call.process
        if process is None:
            raise _Stop(f"Stat of netns for pid {word} failed: No such file or directory")
        return Outcome("".join(f"{name}\n" for name, entry in named.items() if entry.id == process.namespaces[NET]))
    if len(words) < 2:
        raise _Stop(f'Command "{verb}" is unknown, try "ip netns help".' if verb not in ("add", "del", "delete", "exec", "pids") else "No netns name specified")
    name = words[1]
    if verb == "add":
        if name in named:
            raise _Stop(f'Cannot create namespace file "/run/netns/{name}": File exists')
        if not machine.capable(call.process, "sys_admin"):
            raise _Stop("mkdir /run/netns failed: Permission denied" if call.process.uid else "unshare failed: Operation not permitted")
        entry = made(machine, call.process, NET)
        entry.held.append(f"netns:{name}")
        call.files.put(f"/run/netns/{name}", Node("file", 0o444))
        machine.remember(f"Namespace/{entry.id}", "namespace.made", "kind", "net", "id", str(entry.id))
        return Outcome()
    if name not in named:
        raise _Stop({"exec": f'Cannot open network namespace "{name}": No such file or directory', "pids": f'Cannot open network namespace "{name}": No such file or directory'}.get(verb, f'Cannot remove namespace file "/run/netns/{name}": No such file or directory'))
    if verb in ("del", "delete"):
        if not machine.capable(call.process, "sys_admin"):
            raise _Stop(f'Cannot remove namespace file "/run/netns/{name}": Permission denied')
        named[name].held.remove(f"netns:{name}")
        try:
            call.files.drop(f"/run/netns/{name}")
        except OsError:
            pass
        collect(machine)
        return Outcome()
    if verb == "pids":
        return Outcome("".join(f"{process.number_in(call.process.namespaces[PID])}\n" for process in machine.processes.values() if process.namespaces[NET] == named[name].id))
    if verb != "exec":
        raise _Stop(f'Command "{verb}" is unknown, try "ip netns help".', 255)
    if not machine.capable(call.process, "sys_admin"):
        raise _Stop(f'setting the network namespace "{name}" failed: Operation not permitted', 255)
    if len(words) < 3:
        raise _Stop("No command specified", 255)
    moved(call.process, NET, named[name].id)
    fresh = made(machine, call.process, MNT)
    moved(call.process, MNT, fresh.id)
    return reworded(call.execute(words[2:]), f'exec of "{words[2]}" failed: {{reason}}')


def ss(call: Call) -> Outcome:
    """List listening sockets of the network namespace; only -l is modelled, with -t, -n and -p."""
    chosen, _words = options(call.argv[1:])
    if "l" not in chosen:
        return Outcome("", "learnk8s: ss: only listening sockets are modelled; use ss -ltn or ss -ltnp\n", 1)
    rows = []
    machine = call.machine
    names = {22: "ssh", 8080: "http-alt", 5432: "postgresql", 80: "http"} if "n" not in chosen else {}
    for process in sorted(machine.processes.values(), key=lambda process: (process.port, process.pid)):
        if process.port and process.phase == "serving" and process.namespaces[NET] == call.process.namespaces[NET]:
            seen = process.number_in(call.process.namespaces[PID])
            may = "p" in chosen and seen and (machine.capable(call.process, "sys_ptrace", process.namespaces[5]) or process.uid == call.process.uid)
            rows.append((process.address, names.get(process.port, str(process.port)), f'users:(("{process.comm}",pid={seen},fd=3))' if may else ""))
    local, port = max([13, *(len(row[0]) for row in rows)]), max([4, *(len(row[1]) for row in rows)])
    last = max([7 if "p" in chosen else 0, *(len(row[2]) for row in rows)])
    out = f"State  Recv-Q Send-Q {'Local Address':>{local}}:{'Port':<{port}} {'Peer Address':>12}:{'Port':<4}{'Process' if 'p' in chosen else '':<{last}}\n"
    return Outcome(out + "".join(f"LISTEN 0      {128 if row[1] in ('22', 'ssh') else 5:<6} {row[0]:>{local}}:{row[1]:<{port}} {'0.0.0.0':>12}:{'*':<4}{row[2]:<{last}}\n" for row in rows))


def curl(call: Call) -> Outcome:
    """Ask a server by HTTP."""
    try:
        request = read_curl(call.argv)
    except Unread as unread:
        return unread.outcome
    known = {name: parts[0] for line in (call.files.read("/etc/hosts") or "").splitlines() if (parts := line.split()) for name in parts[1:]}
    answer = network.connect(call.machine, call.process.namespaces[NET], known.get(request.host, request.host), request.port)
    match answer:
        case "unresolved":
            return request.failed(6, f"Could not resolve host: {request.host}")
        case "timeout":
            return request.failed(28, f"Failed to connect to {request.host} port {request.port} after {request.limit_ms} ms: Could not connect to server")
        case "no-route":
            return request.refused(3072)
        case str():
            return request.refused()
    if request.scheme == "https":
        return request.failed(35, "TLS connect error: error:0A00010B:SSL routines::wrong version number")
    if not answer.program:
        return request.failed(1, "Received HTTP/0.9 when not allowed")
    return request.answered(*respond(call.machine, answer), {"Server": answer.program}, write=call.files.write)


def respond(machine: Any, process: Any) -> tuple[int, str]:
    """Return status and body of a program's answer; it asks the program that it needs, and that one the next."""
    if process.program == "http.server":
        return 200, "<!DOCTYPE HTML>\n<html lang=\"en\">\n<title>Directory listing for /</title>\n</html>\n"
    callee = PROGRAMS[process.program].calls
    if callee:
        host, _, port = process.options.get(callee[0], f"127.0.0.1:{PROGRAMS[callee[0]].port}").rpartition(":")
        other = network.connect(machine, process.namespaces[NET], host, int(port) if port.isdigit() else 0)
        if isinstance(other, str) or other.program != callee[0]:
            why = {"refused": "Connection refused", "unreachable": "Network is unreachable", "timeout": "Connection timed out", "no-route": "No route to host"}.get(other, "no such host") if isinstance(other, str) else "a stranger answered"
            return 502, f"{process.program}: {callee[0]} at {host}:{port}: {why}\n"
        status, body = respond(machine, other)
        if status != 200:
            return 502, f"{process.program}: {body}"
    hostname = machine.namespaces[process.namespaces[1]].data["hostname"]
    return 200, f"{process.program}: ok from {hostname}\n"


def ping(call: Call) -> Outcome:
    """Send echo requests; a count is asked for."""
    chosen, words = options(call.argv[1:], valued="ciW")
    if not words:
        return Outcome("", "ping: usage error: Destination address required\n", 1)
    if not chosen.get("c", "").isdigit():
        return Outcome("", "learnk8s: ping: say how often, as in ping -c 3 ADDRESS\n", 1)
    host, count = {"localhost": "127.0.0.1"}.get(words[0], words[0]), max(1, min(int(chosen["c"]), 20))
    if not network.is_address(host):
        return Outcome("", f"ping: {words[0]}: Temporary failure in name resolution\n", 2)
    found = network.connect(call.machine, call.process.namespaces[NET], host, 0)
    if found == "unreachable":
        return Outcome("", "ping: connect: Network is unreachable\n", 2)
    head = f"PING {words[0]} ({host}) 56(84) bytes of data.\n"
    arrived = count if found == "refused" else 0
    lines = "".join(f"64 bytes from {host}: icmp_seq={number} ttl=64 time=0.0{41 + number % 7} ms\n" for number in range(1, arrived + 1))
    rate = "0.041/0.044/0.047/0.002"
    out = f"{head}{lines}\n--- {words[0]} ping statistics ---\n{count} packets transmitted, {arrived} received, {0 if arrived else 100}% packet loss, time {(count - 1) * 1023}ms\n"
    return Outcome(out + (f"rtt min/avg/max/mdev = {rate} ms\n" if arrived else "\n"), "", 0 if arrived else 1)


def sysctl(call: Call) -> Outcome:
    """Read or set a setting of the kernel."""
    out, is_bare = "", "-n" in call.argv
    for word in [word for word in call.argv[1:] if word not in ("-w", "-n")]:
        name, equals, value = word.partition("=")
        path = "/proc/sys/" + name.replace(".", "/")
        try:
            if equals:
                call.files.write(path, value)
                out += f"{value}\n" if is_bare else f"{name} = {value}\n"
            else:
                out += call.files.text(path) if is_bare else f"{name} = {call.files.text(path)}"
        except OsError as error:
            reason = f"cannot stat {path}: No such file or directory" if error.code == "ENOENT" else f"permission denied on key \"{name}\"" if error.code == "EACCES" else f"setting key \"{name}\": {error}"
            return Outcome(out, f"sysctl: {reason}\n", 1 if error.code != "ENOENT" else 255)
    return Outcome(out)


def iptables(call: Call) -> Outcome:
    """Forward a port: the DNAT target in the chains PREROUTING and OUTPUT of the nat table."""
    words = call.argv[1:]
    space = call.process.namespaces[NET]
    data = call.machine.namespaces[space].data
    if not call.machine.capable(call.process, "net_admin", call.machine.namespaces[space].owner):
        return Outcome("", "iptables v1.8.11 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n", 4)
    joined = " ".join(word for word in words if word != "-n")
    if joined in ("-t nat -S", "-t nat -L"):
        if joined.endswith("-S"):
            out = "".join(f"-P {chain} ACCEPT\n" for chain in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"))
            return Outcome(out + "".join(f"-A {rule['chain']} {'-d ' + rule['host'] + '/32 ' if rule['host'] else ''}-p tcp -m tcp --dport {rule['port']} -j DNAT --to-destination {rule['to']}\n" for rule in data["nat"]))
        out = ""
        for chain in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"):
            rules = "".join(f"{'DNAT':<10} {'tcp':<4} {'--':<4} {'0.0.0.0/0':<20} {rule['host'] or '0.0.0.0/0':<20} tcp dpt:{rule['port']} to:{rule['to']}\n" for rule in data["nat"] if rule["chain"] == chain)
            out += f"Chain {chain} (policy ACCEPT)\ntarget     prot opt source               destination         \n{rules}\n"
        return Outcome(out.removesuffix("\n"))
    if joined == "-t nat -F":
        data["nat"] = []
        call.machine.changed()
        return Outcome()
    found = re.fullmatch(r"-t nat (-A|-D) (PREROUTING|OUTPUT)(?: -d ([\d.]+)(?:/32)?)?(?: -i \S+)? -p tcp(?: -m tcp)?(?: -d ([\d.]+)(?:/32)?)? --dport (\d{1,5}) -j DNAT --to-destination ([\d.]+(?::\d{1,5})?)", joined)
    if found is None:
        return Outcome("", "learnk8s: iptables: modelled are: -t nat -A|-D PREROUTING|OUTPUT [-d ADDRESS] -p tcp --dport PORT -j DNAT --to-destination ADDRESS:PORT, -L, -S and -F\n", 2)
    rule = {"chain": found[2], "host": found[3] or found[4] or "", "port": int(found[5]), "to": found[6]}
    if found[1] == "-A":
        data["nat"] = [*data["nat"], rule][-50:]
    elif rule in data["nat"]:
        data["nat"] = [other for other in data["nat"] if other != rule]
    else:
        return Outcome("", "iptables: Bad rule (does a matching rule exist in that chain?).\n", 1)
    call.machine.changed()
    return Outcome()


COMMANDS = {"ip": ip, "ss": ss, "curl": curl, "ping": ping, "sysctl": sysctl, "iptables": iptables}
