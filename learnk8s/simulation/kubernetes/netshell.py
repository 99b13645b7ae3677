"""curl, wget, nslookup, dig, nc, ping and getent, as the terminal and the containers run them; their texts, exit codes and waiting times are those of the real ones."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from learnk8s.simulation.kubernetes.fetching import TCP_TIMEOUT_S, curl, wget
from learnk8s.simulation.kubernetes.network import names, policies
from learnk8s.simulation.kubernetes.network.network import Network, NetworkFailure
from learnk8s.simulation.kubernetes.network.origin import TERMINAL, Ask, Origin
from learnk8s.simulation.kubernetes.sending import DNS_TIMEOUT_S, Local, Sender, Timed, Web, Write, asked

PIPED = "\0"
"""Begins the word that holds what was piped into a command."""


class Waiting:
    """A foreground job that says `first` at once, if anything, and the rest when its time is out."""

    def __init__(self, text: str, status: int, until_ms: int, now_ms: Callable[[], int], first: str = "") -> None:
        self._text, self._status, self.wake_ms, self._now_ms, self._first = text, status, until_ms, now_ms, first

    def poll(self) -> tuple[str, int | None]:
        """Say how it ended once the time has come."""
        first, self._first = self._first, ""
        return (first + self._text, self._status) if self._now_ms() >= self.wake_ms else (first, None)

    def dump(self) -> dict[str, Any]:
        """Return what will be said, and when."""
        return {"text": self._text, "status": self._status, "until_ms": self.wake_ms, **({"first": self._first} if self._first else {})}


def network_command(argv: list[str], network: Network, *, origin: Origin = TERMINAL, localhost: Local | None = None, write: Write | None = None, web: Web | None = None) -> Timed:
    """Run one of the commands; `localhost` answers on the terminal's own machine, `write` puts what is downloaded into a file, `web` is what is known of the internet."""
    name = argv[0].rsplit("/", 1)[-1]
    return COMMANDS[name]([name, *argv[1:]], Sender(network, origin, localhost, write, web))


# Names


def _nslookup(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith(("-", "+", "@"))]
    kind = next((word.partition("=")[2].upper() for word in argv[1:] if word.startswith(("-type=", "-q=", "-query="))), "A")
    if not words:
        return Timed("", "usage: nslookup HOST\n", 1)
    found = names.lookup(sender.network, words[0], sender.origin)
    if found.status == "silent":
        return Timed(";; connection timed out; no servers could be reached\n\n", "", 1, DNS_TIMEOUT_S * 1000)
    server = found.server or sender.network.dns_ip
    if NEW_BUSYBOX in argv:
        return _busybox_nslookup(words[0], found, server, sender.network) if kind == "A" or names.ADDRESS.fullmatch(words[0]) else _answered(words[0], kind, found, f"Server:\t\t{server}\nAddress:\t{server}:53\n\n")
    if OLD_BUSYBOX in argv:
        return _old_nslookup(words[0], found.addresses, server, sender.network)
    head = f"Server:\t\t{server}\nAddress:\t{server}#53\n\n"
    if names.ADDRESS.fullmatch(words[0]):
        return Timed(_reverse(sender.network, words[0]), "", 0)
    return _answered(words[0], kind, found, head)


def _answered(asked_for: str, kind: str, found: names.Found, head: str) -> Timed:
    if found.status == "nxdomain" or (not found.addresses and not found.alias):
        return Timed(head + f"** server can't find {asked_for}: NXDOMAIN\n\n", "", 1)
    if kind == "SRV":
        return Timed(head + "".join(f"{found.name}\tservice = 0 {100 // max(len(found.services), 1)} {port} {target}.\n" for port, target in found.services) + "\n")
    alias = f"{found.name}\tcanonical name = {found.alias}.\n" if found.alias else ""
    return Timed(head + alias + "".join(f"Name:\t{found.alias or found.name}\nAddress: {address}\n" for address in found.addresses) + "\n")


OLD_BUSYBOX = "-old-busybox"
"""Marks a call of the nslookup of busybox before 1.29, which asks the C library and writes in its own way."""


NEW_BUSYBOX = "-busybox"
"""Marks a call of the nslookup of busybox from 1.29 on, which asks for both kinds of address and writes one answer after the other."""


def _busybox_nslookup(host: str, found: names.Found, server: str, network: Network) -> Timed:
    """Models networking/nslookup.c of busybox 1.36. Differs: a name without a dot is told of as far as it is found; the real one complains of every other domain of the search list too, and fails."""
    head = f"Server:\t\t{server}\nAddress:\t{server}:53\n\n"
    if names.ADDRESS.fullmatch(host):
        return Timed(head + _reverse(network, host), "", 0 if _name_of(network, host) else 1)
    if found.status == "nxdomain" or (not found.addresses and not found.alias):
        return Timed(head + f"** server can't find {host}: NXDOMAIN\n\n" * 2, "", 1)
    alias = f"{found.name}\tcanonical name = {found.alias}\n" if found.alias else ""
    return Timed(f"{head}{alias}" + "".join(f"Name:\t{found.alias or found.name}\nAddress: {address}\n" for address in found.addresses) + f"\n{alias}\n")


def _old_nslookup(host: str, addresses: Sequence[str], server: str, network: Network) -> Timed:
    head = f"Server:    {server}\nAddress 1: {server} {_name_of(network, server)}".rstrip() + "\n\n"
    if not addresses:
        return Timed(head, f"nslookup: can't resolve '{host}'\n", 1)
    return Timed(head + f"Name:      {host}\n" + "".join(f"Address {place}: {address} {_name_of(network, address)}".rstrip() + "\n" for place, address in enumerate(addresses, start=1)))


def _reverse(network: Network, address: str) -> str:
    dashed = _turned_round(address)
    target = _name_of(network, address)
    return f"{dashed}\tname = {target}.\n\n" if target else f"** server can't find {dashed}: NXDOMAIN\n\n"


def _turned_round(address: str) -> str:
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def _name_of(network: Network, address: str) -> str:
    """Return the name to which an address leads back, "" for none."""
    for service in network.store.list("services"):
        place = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc.{names.DOMAIN}"
        if service["spec"].get("clusterIP") == address:
            return place
        for entry in network.endpoints(service) if service["spec"].get("clusterIP") == "None" else ():
            if entry["addresses"][0] == address:
                return f"{entry.get('hostname') or address.replace('.', '-')}.{place}"
    return ""


RECORDS = ("A", "SRV", "AAAA", "CNAME", "ANY", "PTR")
SECTIONS = ("cmd", "comments", "question", "answer", "stats")


def _sections(argv: list[str]) -> set[str]:
    """Return the parts of its answer that dig is to show: +noall leaves out all that no later word asks for again."""
    shown = set(SECTIONS)
    for word in argv:
        name = word.removeprefix("+")
        if name in ("all", "noall"):
            shown = set(SECTIONS) if name == "all" else set()
        elif word.startswith("+no") and name[2:] in SECTIONS:
            shown.discard(name[2:])
        elif word.startswith("+") and name in SECTIONS:
            shown.add(name)
    return shown


def _records(sender: Sender, asked: str, kind: str, found: names.Found) -> list[str]:
    """Return the lines of an answer."""
    if kind == "PTR":
        parts = asked.lower().rstrip(".").removesuffix(".in-addr.arpa").split(".")
        target = _name_of(sender.network, ".".join(reversed(parts))) if len(parts) == 4 else ""
        return [f"{asked.rstrip('.')}.\t30\tIN\tPTR\t{target}."] if target else []
    if found.status != "ok":
        return []
    if kind == "SRV":
        return [f"{found.name}.\t\t30\tIN\tSRV\t0 {100 // max(len(found.services), 1)} {port} {target}." for port, target in found.services]
    return [*([f"{found.name}.\t\t30\tIN\tCNAME\t{found.alias}."] if found.alias else []), *(f"{found.alias or found.name}.\t\t30\tIN\tA\t{address}" for address in (found.addresses if kind in ("A", "ANY") else ()))]


def _dig(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith(("+", "@", "-"))]
    kind = next((word.upper() for word in words if word.upper() in RECORDS), "A")
    asked = next((word for word in words if word.upper() not in RECORDS), "")
    if "-x" in argv and names.ADDRESS.fullmatch(asked):
        kind, asked = "PTR", _turned_round(asked)
    if not asked:
        return Timed("", "", 0)
    whole = asked if "+search" in argv or asked.endswith(".") else f"{asked}."
    found = names.lookup(sender.network, whole, sender.origin)
    if found.status == "silent":
        line = f";; communications error to {found.server or sender.network.dns_ip}#53: timed out\n"
        return Timed(f"{line * 3}\n; <<>> DiG 9.18.39 <<>> {asked}\n;; global options: +cmd\n;; no servers could be reached\n", "", 9, 15_000)
    rows = _records(sender, asked, kind, found)
    if "+short" in argv:
        return Timed("".join(row.split("\t")[-1] + "\n" for row in rows))
    status, shown, server = "NOERROR" if rows or found.status == "ok" else "NXDOMAIN", _sections(argv), found.server or sender.network.dns_ip
    out = f"\n; <<>> DiG 9.18.39 <<>> {' '.join(argv[1:])}\n;; global options: +cmd\n" if "cmd" in shown else ""
    if "comments" in shown:
        out += f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 4711\n;; flags: qr aa rd; QUERY: 1, ANSWER: {len(rows)}, AUTHORITY: 0, ADDITIONAL: 1\n\n"
    if "question" in shown:
        out += (";; QUESTION SECTION:\n" if "comments" in shown else "") + f";{whole.rstrip('.')}.\t\tIN\t{kind}\n" + ("\n" if "comments" in shown else "")
    if "answer" in shown and rows:
        out += (";; ANSWER SECTION:\n" if "comments" in shown else "") + "".join(f"{row}\n" for row in rows) + ("\n" if "comments" in shown else "")
    return Timed(out + (f";; Query time: 1 msec\n;; SERVER: {server}#53({server}) (UDP)\n\n" if "stats" in shown else ""))


def _getent(argv: list[str], sender: Sender) -> Timed:
    if len(argv) < 3:
        return Timed("", "", 1)
    found = names.lookup(sender.network, argv[2], sender.origin)
    return Timed("".join(f"{address:<15} {found.alias or found.name}\n" for address in found.addresses), "", 0 if found.addresses else 2, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)


# Connections


def _nc(argv: list[str], sender: Sender) -> Timed:
    piped = next((word[1:] for word in argv if word.startswith(PIPED)), "")
    argv = [word for word in argv if not word.startswith(PIPED)]
    limit = next((value for word, value in zip(argv, argv[1:], strict=False) if re.fullmatch(r"-[a-z]*[wG]", word) and value.isdigit()), "")
    limit = limit or next((word[-1] for word in argv if re.fullmatch(r"-[a-z]*w\d", word)), "")
    words = [word for place, word in enumerate(argv) if place and not word.startswith("-") and not re.fullmatch(r"-[a-z]*[wG]", argv[place - 1])]
    if len(words) < 2 or not words[-1].isdigit():
        return Timed("", "nc: usage: nc [-zvw SECONDS] HOST PORT\n", 1)
    host, port = words[0], int(words[-1])
    found = names.lookup(sender.network, host, sender.origin)
    if found.status != "ok" or not found.addresses:
        return Timed("", f"nc: bad address '{host}'\n", 1, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)
    letters = "".join(word for word in argv if re.fullmatch(r"-[a-z]+\d?", word))
    if "u" in letters:
        return _datagram(sender, host, port, piped, found.addresses[0], letters, limit)
    answer = asked(sender, host, port, Ask("/", "GET", host))
    place = f"{host} ({found.addresses[0]}:{port})"
    if isinstance(answer, NetworkFailure):
        took_ms = (int(limit) if limit else TCP_TIMEOUT_S) * 1000 if answer.kind == "timeout" else 0
        return Timed("", f"nc: {place}: {'Connection refused' if answer.kind == 'refused' else 'Connection timed out'}\n", 1, took_ms)
    return Timed("", f"{place} open\n" if "v" in letters else "", 0)


def _datagram(sender: Sender, host: str, port: int, text: str, address: str, letters: str, limit: str) -> Timed:
    """Send a datagram and show what comes back: nothing tells whether it came, but that nobody listens on a machine that is there."""
    answer = asked(sender, host, port, Ask(f"/{text.strip()}", "UDP", host, body=text))
    if isinstance(answer, NetworkFailure) and answer.kind == "refused":
        return Timed("", f"nc: {host} ({address}:{port}): Connection refused\n" if "v" in letters else "", 1)
    said = f"{host} ({address}:{port}) open\n" if "v" in letters else ""
    if "z" in letters or isinstance(answer, NetworkFailure):
        return Timed("", said, 0, int(limit or 1) * 1000 if text else 0)
    return Timed(answer.body if answer.status == 200 else "", said, 0, int(limit or 1) * 1000)


IPUTILS = "-iputils"
"""Marks a call of the ping of iputils, as the images for looking into networks have it; busybox's writes in another form."""


def _ping(argv: list[str], sender: Sender) -> Timed:
    words = [word for word in argv[1:] if not word.startswith("-") and not word.isdigit()]
    count = next((int(number) for word, value in zip(argv, [*argv[1:], ""], strict=True) if word.startswith("-c") and (number := word[2:] or value).isdigit()), 4)
    if not words:
        return Timed("", "ping: usage error: Destination address required\n", 1)
    is_loopback = words[0] == "localhost" or words[0].startswith("127.")
    found = names.lookup(sender.network, "127.0.0.1" if words[0] == "localhost" else words[0], sender.origin)
    if found.status != "ok" or not found.addresses:
        return Timed("", f"ping: {words[0]}: Name or service not known\n" if IPUTILS in argv else f"ping: bad address '{words[0]}'\n", 2 if IPUTILS in argv else 1, DNS_TIMEOUT_S * 1000 if found.status == "silent" else 0)
    address, count = found.addresses[0], min(count, 20)
    pod = next((doc for doc in sender.network.store.list("pods") if doc.get("status", {}).get("podIP") == address and doc["status"].get("phase") == "Running"), None)
    answers = is_loopback or (pod is not None and sender.network.is_up(pod) and not policies.blocking(sender.network.store, sender.origin, pod, address, 0, "ICMP")) or any(entry["address"] == address for doc in sender.network.store.list("nodes") for entry in doc["status"]["addresses"])
    ttl, took = ("64", "0.050") if is_loopback or address == sender.origin.ip else ("62", "0.300")
    if IPUTILS in argv:
        return _iputils_ping(words[0], address, count, (ttl, took), answers=answers)
    head = f"PING {words[0]} ({address}): 56 data bytes\n"
    rows = "".join(f"64 bytes from {address}: seq={number} ttl={ttl} time={took} ms\n" for number in range(count)) if answers else ""
    lost, trip = (0, f"round-trip min/avg/max = {took}/{took}/{took} ms\n") if answers else (100, "")
    return Timed(f"{head}{rows}\n--- {words[0]} ping statistics ---\n{count} packets transmitted, {count if answers else 0} packets received, {lost}% packet loss\n{trip}", "", 0 if answers else 1, (count if answers else count + 9) * 1000)


def _iputils_ping(host: str, address: str, count: int, trip: tuple[str, str], *, answers: bool) -> Timed:
    """Models ping/ping_common.c of iputils 20240905."""
    ttl, took = trip
    rows = "".join(f"64 bytes from {address}: icmp_seq={number} ttl={ttl} time={took} ms\n" for number in range(1, count + 1)) if answers else ""
    passed_ms = (count if answers else count + 9) * 1000
    said = f"{count} packets transmitted, {count if answers else 0} received, {0 if answers else 100}% packet loss, time {max(count - 1, 0) * 1000}ms\n"
    ends = f"rtt min/avg/max/mdev = {took}/{took}/{took}/0.000 ms\n" if answers else "\n"
    return Timed(f"PING {host} ({address}) 56(84) bytes of data.\n{rows}\n--- {host} ping statistics ---\n{said}{ends}", "", 0 if answers else 1, passed_ms)


def _host(argv: list[str], sender: Sender) -> Timed:
    """`host`. Models bin/dig/host.c of BIND 9.18."""
    name = next((word for word in argv[1:] if not word.startswith(("-", "+"))), "")
    found = names.lookup(sender.network, name, sender.origin)
    if not name or found.status == "silent":
        return Timed(";; connection timed out; no servers could be reached\n" if name else "", "" if name else "Usage: host [-aCdilrTvVw] [-c class] [-N ndots] [-t type] [-W time]\n            [-R number] [-m flag] [-p port] hostname [server]\n", 1, DNS_TIMEOUT_S * 1000 if name else 0)
    if names.ADDRESS.fullmatch(name):
        target = _name_of(sender.network, name)
        return Timed(f"{_turned_round(name)} domain name pointer {target}.\n") if target else Timed(f"Host {_turned_round(name)} not found: 3(NXDOMAIN)\n", "", 1)
    if found.status == "nxdomain" or (not found.addresses and not found.alias):
        return Timed(f"Host {name} not found: 3(NXDOMAIN)\n", "", 1)
    return Timed((f"{found.name} is an alias for {found.alias}.\n" if found.alias else "") + "".join(f"{found.alias or found.name} has address {address}\n" for address in found.addresses))


COMMANDS: dict[str, Callable[[list[str], Sender], Timed]] = {"curl": curl, "wget": wget, "nslookup": _nslookup, "host": _host, "dig": _dig, "getent": _getent, "nc": _nc, "ping": _ping}
