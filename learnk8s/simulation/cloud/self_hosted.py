"""What one does oneself on one's own control plane: etcd snapshots, certificates, kubeadm upgrades. Models etcdctl and etcdutl 3.6, kubeadm 1.36, in small.

Differs: a snapshot keeps the objects that people make (KEPT), not every key. While etcd is lost or the certificates are out of date only clients are refused; the cluster's own
parts are not stopped. Nothing is encrypted before it is stored, as is so unless an EncryptionConfiguration says otherwise.
"""

import json
from collections.abc import Iterator
from typing import Any

from learnk8s.simulation.cloud.provider import VERSIONS, CloudError, Provider, with_version
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.protobuf import BadProtobuf
from learnk8s.simulation.kubernetes.objects.protobuf_writing import body_of

KEPT = ("namespaces", "configmaps", "secrets", "services", "deployments.apps")
YEAR_MS = 365 * 24 * 3_600_000
CERTIFICATES = ("admin.conf", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "controller-manager.conf", "etcd-healthcheck-client", "etcd-peer", "etcd-server", "front-proxy-client", "scheduler.conf", "super-admin.conf")
ENDPOINT = "https://127.0.0.1:2379"
PEER, MEMBER = "https://127.0.0.1:2380", "8e9e05c52164694d"
SNAPSHOTS_MAX = 3
SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
NOT_YOURS = "learnk8s: the control plane of this cluster is the provider's; nobody logs in there\n"


def programs(provider: Provider) -> dict[str, Program]:
    """Return etcdctl, etcdutl and kubeadm."""
    return {"etcdctl": Program(lambda call: _etcd(provider, call)), "etcdutl": Program(lambda call: _etcd(provider, call)), "kubeadm": Program(lambda call: _kubeadm(provider, call))}


def _words(call: Invocation) -> tuple[list[str], dict[str, str]]:
    words, flags = [], {}
    for word in call.argv[1:]:
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            flags[name] = value
        else:
            words.append(word)
    return words, flags


VALUED = ("--data-dir", "--endpoints", "--cacert", "--cert", "--key", "--write-out", "-w", "--name", "--initial-cluster", "--initial-cluster-token", "--initial-advertise-peer-urls", "--command-timeout", "--dial-timeout")
KEYS_MAX = 200


def _etcd_words(call: Invocation) -> tuple[list[str], dict[str, str]]:
    words, flags, rest = [], {}, list(call.argv[1:])
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if not name.startswith("-"):
            words.append(name + equals + value)
        else:
            flags["--write-out" if name == "-w" else name] = value if equals or name not in VALUED or not rest else rest.pop(0)
    return words, flags


def _etcd(provider: Provider, call: Invocation) -> Outcome:
    if provider.managed:
        return Outcome("", NOT_YOURS, 1)
    words, flags = _etcd_words(call)
    try:
        match call.argv[0].rpartition("/")[2], words:
            case "etcdctl", ["snapshot", "save", name]:
                return Outcome(_save(provider, call.files, name))
            case "etcdutl", ["snapshot", "status", name]:
                return Outcome(_status(provider, name))
            case "etcdutl", ["snapshot", "restore", name]:
                return Outcome("", _restore(provider, name, flags.get("--data-dir", "default.etcd")))
            case "etcdctl" | "etcdutl" as name, ["version"]:
                return Outcome(f"{name} version: 3.6.0\nAPI version: 3.6\n")
            case "etcdctl", ["member", "list"] | ["endpoint", "status"] | ["get", _] if provider.etcd_lost:
                raise CloudError("context deadline exceeded")
            case "etcdctl", ["member", "list"]:
                return Outcome(_shown(flags, ("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"), (MEMBER, "started", "control-plane", PEER, ENDPOINT, "false")))
            case "etcdctl", ["endpoint", "status"]:
                revision = str(provider.cluster.store.revision)
                return Outcome(_shown(flags, ("ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX"), (ENDPOINT, MEMBER, "3.6.0", f"{sum(1 for _ in _kept(provider)) * 3} kB", "true", "false", "2", revision)))
            case "etcdctl", ["get", prefix]:
                found = {key: doc for key, doc in _kept(provider) if key.startswith(prefix) and ("--prefix" in flags or key == prefix)}
                return Outcome("".join(_pair(key, doc, flags) for key, doc in sorted(found.items())[:KEYS_MAX]))
            case "etcdctl", ["endpoint", "health"]:
                if provider.etcd_lost:
                    return Outcome("", f"{ENDPOINT} is unhealthy: failed to commit proposal: context deadline exceeded\nError: unhealthy cluster\n", 1)
                return Outcome(f"{ENDPOINT} is healthy: successfully committed proposal: took = 9.2ms\n")
            case "etcdctl", ["snapshot", "restore" | "status" as verb, *_]:
                return Outcome("", f'Error: unknown command "{verb}" for "etcdctl snapshot"; since etcd 3.6 it is `etcdutl snapshot {verb}`\n', 1)
    except CloudError as error:
        return Outcome("", f"Error: {error}\n", 1)
    return Outcome("", "learnk8s: etcdctl snapshot save FILE, etcdctl endpoint health, etcdctl endpoint status, etcdctl member list, etcdctl get KEY [--prefix] [--keys-only|--print-value-only], etcdutl snapshot status FILE, etcdutl snapshot restore FILE are modelled\n", 1)


def _shown(flags: dict[str, str], header: tuple[str, ...], row: tuple[str, ...]) -> str:
    """Return one row as etcdctl writes it: words with commas, or a table with lines around."""
    if flags.get("--write-out") != "table":
        return ", ".join(row) + "\n"
    widths = [max(len(head), len(cell)) for head, cell in zip(header, row, strict=True)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    lines = ["|" + "|".join(f" {cell:^{width}} " for cell, width in zip(cells, widths, strict=True)) + "|\n" for cells in (header, row)]
    return rule + lines[0] + rule + lines[1] + rule


def _kept(provider: Provider) -> Iterator[tuple[str, Doc]]:
    """Return all objects with the keys under which the API server keeps them. Models the storage prefixes of kube-apiserver, in the main."""
    store = provider.cluster.store
    for resource in store.resources():
        plural = resource.partition(".")[0]
        place = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions"}.get(plural, plural)
        yield from (("/".join(part for part in ("/registry", place, doc["metadata"].get("namespace", ""), doc["metadata"]["name"]) if part), doc) for doc in store.list(resource))


def _pair(key: str, doc: Doc, flags: dict[str, str]) -> str:
    """Return a key and its value, each on a line, or one of them only; of the bytes that are no letters a terminal shows nothing."""
    if "--keys-only" in flags:
        return f"{key}\n\n"
    try:
        body = body_of(doc)
    except BadProtobuf:
        body = json.dumps(doc, separators=(",", ":")).encode()
    value = "".join(letter for letter in body.decode(errors="ignore") if letter.isprintable() or letter in "\n\t")
    return f"{value}\n" if "--print-value-only" in flags else f"{key}\n{value}\n"


def _save(provider: Provider, files: Files, name: str) -> str:
    if provider.etcd_lost:
        raise CloudError("context deadline exceeded")
    if len(provider.snapshots) >= SNAPSHOTS_MAX and name not in provider.snapshots:
        raise CloudError(f"learnk8s: at most {SNAPSHOTS_MAX} snapshots are kept")
    store = provider.cluster.store
    docs = {resource: [doc for doc in store.list(resource) if doc["metadata"].get("namespace", doc["metadata"]["name"]) not in SYSTEM] for resource in KEPT}
    provider.snapshots[name] = {"at_ms": provider.now_ms, "revision": store.revision, "docs": docs}
    count = sum(map(len, docs.values()))
    provider._note(f"ManagedCluster//{provider.cluster_name}", "cloud.etcd-saved", count=count)
    files.write(name, f"etcd snapshot of {provider.cluster.clock.timestamp()}: {count} objects\n")
    return f"Snapshot saved at {name}\nServer version 3.6.0\n"


def _found(provider: Provider, name: str) -> dict[str, Any]:
    if name not in provider.snapshots:
        raise CloudError(f"stat {name}: no such file or directory")
    return provider.snapshots[name]  # type: ignore[no-any-return]  # JSON


def _status(provider: Provider, name: str) -> str:
    snapshot = _found(provider, name)
    count = sum(map(len, snapshot["docs"].values()))
    return f"{provider.cluster.dice.draw('snapshot', name) & 0xffffffff:x}, {snapshot['revision']}, {count}, {count * 3} kB, 3.6.0\n"


def _restore(provider: Provider, name: str, folder: str) -> str:
    snapshot = _found(provider, name)
    api, store = provider.cluster.api, provider.cluster.store
    provider.cluster.network.settle()
    for resource in KEPT:
        wanted = {(doc["metadata"].get("namespace", ""), doc["metadata"]["name"]): doc for doc in snapshot["docs"][resource]}
        there = {(doc["metadata"].get("namespace", ""), doc["metadata"]["name"]): doc for doc in store.list(resource) if doc["metadata"].get("namespace", doc["metadata"]["name"]) not in SYSTEM}
        for place in there:
            if place not in wanted:
                api.delete(resource, *place)
        for place, doc in wanted.items():
            if place not in there:
                api.create(resource, {key: value for key, value in doc.items() if key != "status"})
            elif there[place].get("spec") != doc.get("spec") or there[place].get("data") != doc.get("data"):
                api.update(resource, {**doc, "metadata": {key: value for key, value in doc["metadata"].items() if key != "resourceVersion"}})
    provider.etcd_lost = False
    provider.resolve("etcd-lost-own", provider.cluster_name)
    stamp = provider.cluster.clock.timestamp
    provider._note(f"ManagedCluster//{provider.cluster_name}", "cloud.etcd-restored", when=stamp(snapshot["at_ms"]))
    return f"{stamp()}\tinfo\tsnapshot/v3_snapshot.go:305\trestoring snapshot\t{{\"path\": \"{name}\", \"data-dir\": \"{folder}\"}}\n{stamp()}\tinfo\tsnapshot/v3_snapshot.go:333\trestored snapshot\t{{\"path\": \"{name}\"}}\n"


def _kubeadm(provider: Provider, call: Invocation) -> Outcome:
    if provider.managed:
        return Outcome("", NOT_YOURS, 1)
    words, flags = _words(call)
    match words:
        case ["certs", "check-expiration"]:
            return Outcome(_expiration(provider))
        case ["certs", "renew", what] if what in ("all", *CERTIFICATES):
            return _renew(provider, what)
        case ["version"]:
            return Outcome(f"kubeadm version: &version.Info{{Major:\"1\", Minor:\"36\", GitVersion:\"{VERSIONS['1.36']}\"}}\n")
        case ["upgrade", "plan"]:
            return _plan(provider)
        case ["upgrade", "apply", version]:
            return _apply(provider, version)
        case ["upgrade", "node"]:
            return _node(provider)
    return Outcome("", "learnk8s: kubeadm certs check-expiration | renew all, upgrade plan | apply VERSION | node, version are modelled\n", 1)


def _expiration(provider: Provider) -> str:
    left_ms = provider.certs_until_ms - provider.now_ms
    when = provider.cluster.clock.moment(provider.certs_until_ms).strftime("%b %d, %Y %H:%M UTC")
    left = "<invalid>" if left_ms <= 0 else f"{left_ms // 86_400_000}d" if left_ms >= 86_400_000 else f"{left_ms // 3_600_000}h" if left_ms >= 3_600_000 else f"{left_ms // 60_000}m"
    rows = [f"{name:<26} {when:<24} {left:<15} {'ca' if 'etcd' not in name else 'etcd-ca':<23} no      " for name in CERTIFICATES]
    return "CERTIFICATE                EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED\n" + "\n".join(rows) + "\n"


def _renew(provider: Provider, what: str) -> Outcome:
    if what != "all":
        return Outcome("", "learnk8s: only `kubeadm certs renew all` is modelled\n", 1)
    provider.certs_until_ms = provider.now_ms + YEAR_MS
    provider.resolve("certs-expired", provider.cluster_name)
    provider._note(f"ManagedCluster//{provider.cluster_name}", "cloud.certs-renewed")
    lines = "".join(f"certificate {'embedded in the kubeconfig file for the ' if name.endswith('.conf') else 'for '}{name} renewed\n" for name in CERTIFICATES)
    return Outcome(f"{lines}\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n# learnk8s: here they restart by themselves.\n")


def _plan(provider: Provider) -> Outcome:
    if error := provider.api_error():
        return Outcome("", error, 1)
    known = list(VERSIONS)
    place = known.index(provider.version)
    if place + 1 >= len(known):
        return Outcome(f"[upgrade/versions] Cluster version: {VERSIONS[provider.version]}\n[upgrade/versions] Target version: {VERSIONS[provider.version]}\nAwesome, you're up-to-date! Enjoy!\n")
    new = VERSIONS[known[place + 1]]
    rows = "".join(f"{name:<26} {VERSIONS[provider.version]}   {new}\n" for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"))
    return Outcome(f"[upgrade/versions] Cluster version: {VERSIONS[provider.version]}\n[upgrade/versions] kubeadm version: {new}\n\nUpgrade to the latest stable version:\n\nCOMPONENT                  CURRENT   TARGET\n{rows}\nYou can now apply the upgrade by executing the following command:\n\n\tkubeadm upgrade apply {new}\n\n")


def _apply(provider: Provider, version: str) -> Outcome:
    if error := provider.api_error():
        return Outcome("", error, 1)
    minor = next((name for name, full in VERSIONS.items() if version in (full, full.removeprefix("v"), name)), None)
    known = list(VERSIONS)
    if minor is None:
        return Outcome("", f'couldn\'t parse version/version "{version}": it is not one of {", ".join(VERSIONS.values())}\n', 1)
    step = known.index(minor) - known.index(provider.version)
    if step > 1:
        return Outcome("", f'[upgrade/version] FATAL: the --version argument is invalid due to these fatal errors:\n\n\t- Specified version to upgrade to "{VERSIONS[minor]}" is too high; kubeadm can upgrade only 1 minor version at a time\n\nPlease fix the misalignments highlighted above and try upgrading again\n', 1)
    if step <= 0:
        return Outcome("", f'[upgrade/version] FATAL: the --version argument is invalid: the cluster runs {VERSIONS[provider.version]}\n', 1)
    provider.settle()
    provider.version = minor
    provider._note(f"ManagedCluster//{provider.cluster_name}", "cloud.upgraded-plane", version=minor)
    return Outcome(f'[upgrade/preflight] Running preflight checks\n[upgrade/prepull] Pulling images required for setting up a Kubernetes cluster\n[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "{VERSIONS[minor]}"\n'
                   f'[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "{VERSIONS[minor]}".\n[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.\n')


def _node(provider: Provider) -> Outcome:
    """Upgrade the kubelets of all cordoned nodes; kubeadm does it on the node where it runs, here on all that were drained."""
    done = []
    for node in provider.cluster.store.list("nodes"):
        if node["spec"].get("unschedulable") and node["status"]["nodeInfo"]["kubeletVersion"] != VERSIONS[provider.version]:
            provider.cluster.api.update_status("nodes", node, with_version(node, provider.version)["status"])
            done.append(node["metadata"]["name"])
    if not done:
        return Outcome("", "learnk8s: no drained node needs it; first: kubectl drain NODE\n", 1)
    return Outcome("".join(f"# on {name}:\n[upgrade/preflight] Running preflight checks\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n" for name in done))
