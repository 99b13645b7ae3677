"""What one asks a server that stands together with others: ZooKeeper's client and Cassandra's nodetool, run by `kubectl exec` and by probes.

Every server keeps the ensemble's data on its own disk; a write goes to all that run, and one that was away takes what the others have when it is asked next.
"""

import json
import re
from collections.abc import Mapping
from zlib import crc32

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.kubelet.contents import Contents
from learnk8s.simulation.kubernetes.kubelet.images.ensembles import CASSANDRA_UP_MS, CONFIGURATION
from learnk8s.simulation.kubernetes.kubelet.layered import LayeredFiles

CONNECTED = "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n"
READY = "/opt/zookeeper/bin/zookeeper-ready"
SERVES_AFTER_MS = 3_000


def _place(files: Files) -> Contents:
    assert isinstance(files, LayeredFiles) and isinstance(files.base, Contents), "a command of an image runs in a container"
    return files.base


def zookeeper_ready(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    """Say whether the server answers `ruok`."""
    if files.read(READY) is None:
        return Outcome("", f"sh: 1: {argv[0]}: not found\n", 127)
    return Outcome(status=0 if _place(files).age_ms >= SERVES_AFTER_MS else 1)


def _setting(text: str, name: str) -> str:
    return next((line.partition("=")[2] for line in text.splitlines() if line.startswith(f"{name}=")), "")


def zk_cli(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    """Ask the ensemble for one of its nodes, or change one."""
    own = _place(files)
    configuration = files.read(CONFIGURATION) or ""
    members = [found for found in own.alike() if found.age_ms >= SERVES_AFTER_MS]
    if 2 * len(members) <= len(re.findall(r"^server\.", configuration, re.MULTILINE)):
        return Outcome("", 'Exception in thread "main" org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss\n', 1)
    path = f"{_setting(configuration, 'dataDir') or '/var/lib/zookeeper/data'}/version-2/snapshot"
    trees = [json.loads(member.read(path, files_now(files)) or '{"zxid": 0, "nodes": {}}') for member in members]
    tree = max(trees, key=lambda found: int(found["zxid"]))
    said, changed = _answer(argv[1:], tree["nodes"], f"0x{0x100000000 + tree['zxid'] + 1:x}", _moment(own))
    if changed is not None:
        text = json.dumps({"zxid": tree["zxid"] + 1, "nodes": changed}, sort_keys=True)
        for member in members:
            member.keep(path, text, files_now(files))
    return Outcome(CONNECTED + said)


def files_now(files: Files) -> int:
    """Return the moment at which files are looked at."""
    assert isinstance(files, LayeredFiles), "programs in containers see a container's files"
    return files.now_ms


def _moment(own: Contents) -> str:
    return own.moment().strftime("%a %b %d %H:%M:%S UTC %Y")


def _answer(words: list[str], nodes: dict[str, list[str]], zxid: str, now: str) -> tuple[str, dict[str, list[str]] | None]:
    """Return what the client prints, and the nodes if they are others now: text, when it was made, by which transaction, and the same of the last change."""
    words = words[2:] if words[:1] == ["-server"] else words
    match words:
        case ["create", path, text, *_]:
            return (f"Node already exists: {path}\n", None) if path in nodes else (f"Created {path}\n", {**nodes, path: [text, now, zxid, now, zxid, "0"]})
        case ["get" | "stat" as word, path] if path in nodes:
            return (f"{nodes[path][0]}\n" if word == "get" else "") + _stat(nodes, path), None
        case ["set", path, text, *_] if path in nodes:
            old = nodes[path]
            changed = {**nodes, path: [text, old[1], old[2], now, zxid, str(int(old[5]) + 1)]}
            return _stat(changed, path), changed
        case ["delete" | "rmr", path] if path in nodes:
            return "", {name: node for name, node in nodes.items() if name != path and not name.startswith(f"{path}/")}
        case ["ls", path] if path == "/" or path in nodes:
            return f"[{', '.join(_children(nodes, path))}]\n", None
        case ["get" | "stat" | "set" | "delete" | "rmr" | "ls", path, *_]:
            return f"Node does not exist: {path}\n", None
    return "ZooKeeper -server host:port cmd args\n\tcreate path data\n\tget path\n\tset path data\n\tls path\n\tstat path\n\tdelete path\n", None


def _children(nodes: Mapping[str, list[str]], path: str) -> list[str]:
    start = path.rstrip("/") + "/"
    return sorted({*({"zookeeper"} if path == "/" else ()), *(name[len(start) :] for name in nodes if name.startswith(start) and "/" not in name[len(start) :])})


def _stat(nodes: Mapping[str, list[str]], path: str) -> str:
    text, made, made_by, changed, changed_by, version = nodes[path]
    return (f"cZxid = {made_by}\nctime = {made}\nmZxid = {changed_by}\nmtime = {changed}\npZxid = {made_by}\ncversion = 0\ndataVersion = {version}\naclVersion = 0\nephemeralOwner = 0x0\n"
            f"dataLength = {len(text)}\nnumChildren = {len(_children(nodes, path))}\n")


def nodetool(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    """Tell of the ring; of the rest it only does `drain`, which is seen in nothing."""
    own = _place(files)
    if own.age_ms < CASSANDRA_UP_MS:
        return Outcome("", "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.\n", 1)
    if argv[1:2] != ["status"]:
        return Outcome()
    ring = [found for found in own.alike() if found.age_ms >= CASSANDRA_UP_MS]
    center, rack = variables.get("CASSANDRA_DC", "datacenter1"), variables.get("CASSANDRA_RACK", "rack1")
    rows = [f"UN  {found.ip:<12}  {80 + crc32(found.pod_name.encode()) % 400 / 10:.2f} KiB  32           {100 * min(2, len(ring)) / len(ring):.1f}%             {_host_id(found.pod_name)}  {rack}\n" for found in ring]
    title = f"Datacenter: {center}"
    return Outcome(f"{title}\n{'=' * len(title)}\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n--  Address       Load       Tokens       Owns (effective)  Host ID                               Rack\n{''.join(rows)}\n")


def _host_id(name: str) -> str:
    digits = "".join(f"{crc32(f'{name}/{part}'.encode()):08x}" for part in range(4))
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"


def ready_probe(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    """Say whether this node is up and normal in its own ring."""
    return Outcome(status=0 if _place(files).age_ms >= CASSANDRA_UP_MS else 1)
