"""The provider: machines by the hour, pools of them, an autoscaler, upgrades, interruptions, outages, and a bill.

Theory. The provider is one more component of the cluster: it hears every change, plans tasks on the cluster's agenda, and changes nodes through the API server
as its cloud controllers do. A pool says how many machines there should be; everything else follows: what is missing is ordered, what is too much is drained.
"""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.cloud.fitting import fit_elsewhere, is_under_used, is_unschedulable, machines_needed, may_run_on, room_of
from learnk8s.simulation.cloud.messages import INCIDENT_REMEDIES_KO, INCIDENTS
from learnk8s.simulation.cloud.prices import BOOT_DISK_GIB, CONTROL_PLANE, DISK_GIB, DISK_TYPES, LOAD_BALANCER, MACHINE_TYPES, price_of
from learnk8s.simulation.kernel.quantities import whole
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.eviction import evicted
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.controllers.persistentvolume import PROVISIONER, SELECTED
from learnk8s.simulation.kubernetes.controllers.pods import condition
from learnk8s.simulation.kubernetes.kubelet.machine import RESERVED_MEMORY, new_node
from learnk8s.simulation.kubernetes.objects.document import Doc, controller_of
from learnk8s.simulation.kubernetes.store.store import Change

ZONES = ("zone-a", "zone-b", "zone-c")
POOL_LABEL, ZONE_LABEL, TYPE_LABEL, SPOT_LABEL = "cloud.learnk8s.example/pool", "topology.kubernetes.io/zone", "node.kubernetes.io/instance-type", "cloud.learnk8s.example/spot"
SCHEME_ANNOTATION = "cloud.learnk8s.example/load-balancer-scheme"
"""On a Service: `internal` asks for an address that only the provider's network reaches."""
DISK_ANNOTATION = "cloud.learnk8s.example/disk-type"
"""On a claim: which type of disk is made for it."""
VERSIONS = {"1.34": "v1.34.9", "1.35": "v1.35.6", "1.36": "v1.36.2"}
CREATE_MS, PLANE_UPGRADE_MS = 240_000, 300_000
"""A managed control plane takes minutes to make and to upgrade: assumptions."""
BOOT_MIN_MS, BOOT_MAX_MS = 45_000, 65_000
"""A cloud machine starts in 20-60 s (`lab-suggestion-boot`), and joins after some seconds more."""
SCAN_MS, UNDER_USED_MS, REPAIR_MS, NOTICE_MS, DRAIN_MS, BALANCER_MS = 10_000, 600_000, 600_000, 120_000, 35_000, 40_000
"""The autoscaler's scan interval and scale-down-unneeded-time; auto-repair; the notice before a spot machine goes; a pod's 30 s to end; a load balancer's birth."""
EVICT_AGAIN_MS, BUDGET_MS_MAX = 5_000, 3_600_000
"""How soon an eviction that a disruption budget refused is tried again, as `kubectl drain` does; how long GKE keeps to budgets in an upgrade before it deletes pods all the same."""
REFUSALS = (429, 500)
"""A budget has nothing left to give; a pod has more than one budget."""
NODES_MAX, POOLS_MAX, INCIDENTS_MAX = 100, 20, 200


class CloudError(Exception):
    """Something that the provider refuses; the message is its text."""


class Provider:
    """One customer's cluster at a provider, or on machines that the customer looks after himself (`managed` False)."""

    name = "cloud"

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.managed, self.status, self.version, self.cluster_name = True, "RUNNING", "1.36", "shop"
        self.pools: dict[str, dict[str, Any]] = {}
        self.machines: dict[str, dict[str, Any]] = {}
        self.incidents: list[dict[str, Any]] = []
        self.bill: dict[str, int] = {}
        self.down_zones: list[str] = []
        self.balancers: dict[str, str] = {}
        self.volumes: dict[str, dict[str, Any]] = {}
        """The disks that were made for claims: size in GiB, type, zone, claim."""
        self.settled_ms = self.next_number = 0
        self.planned: dict[str, int] = {}
        self.etcd_lost, self.certs_until_ms, self.snapshots = False, 0, {}  # type: ignore[var-annotated]  # by file name
        cluster.components[self.name] = self

    # Small tools

    @property
    def now_ms(self) -> int:
        """Return the virtual time."""
        return self.cluster.clock.now_ms

    def _note(self, ref: str, key: str, **words: object) -> int:
        flat = [part for name, value in words.items() for part in (name, str(value))]
        return self.cluster.causes.add(self.now_ms, "autoscaler" if key.startswith("cloud.scale") else "provider", key, "ref", ref, *flat)

    def later(self, delay_ms: int, task: str, *arguments: Any) -> None:
        """Plan a task; what it does will be because of what is being done now."""
        self.cluster.agenda.at(self.now_ms + delay_ms, self.name, task, *arguments, self.cluster.causes.current)

    def run(self, task: str, arguments: tuple[Any, ...]) -> None:
        """Do a planned task."""
        *words, cause = arguments
        self.settle()
        self.planned.pop(task, None)
        self.cluster.causes.current = cause
        getattr(self, f"_do_{task}")(*words)

    def incident(self, kind: str, ref: str) -> None:
        """Write down what went wrong and whose work it is."""
        if any(entry["kind"] == kind and entry["ref"] == ref and entry["ended_ms"] is None for entry in self.incidents):
            return
        who, title_en, title_ko, remedy = INCIDENTS[kind]
        self.incidents.append({"at_ms": self.now_ms, "ended_ms": None, "kind": kind, "ref": ref, "who": who, "title_en": title_en, "title_ko": title_ko, "remedy_en": remedy, "remedy_ko": INCIDENT_REMEDIES_KO[kind]})
        del self.incidents[:-INCIDENTS_MAX]

    def resolve(self, kind: str, ref: str) -> None:
        """Close an incident."""
        for entry in self.incidents:
            if entry["kind"] == kind and entry["ref"] == ref and entry["ended_ms"] is None:
                entry["ended_ms"] = self.now_ms

    def api_error(self) -> str:
        """Return what kubectl would say instead of an answer, or ""."""
        if self.status in ("ABSENT", "PROVISIONING"):
            return "The connection to the server localhost:8080 was refused - did you specify the right host or port?\n"
        if self.etcd_lost and not self.managed:
            return "The connection to the server 10.0.0.10:6443 was refused - did you specify the right host or port?\n"
        if not self.managed and self.now_ms >= self.certs_until_ms:
            self.incident("certs-expired", self.cluster_name)
            stamp = self.cluster.clock.timestamp
            return f"Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time {stamp()} is after {stamp(self.certs_until_ms)}\n"
        return ""

    # Money

    def prices(self) -> dict[str, int]:
        """Return what each item costs an hour now, in thousandths of a cent."""
        nodes = sum(price_of(self.pools[machine["pool"]]["machine_type"], spot=self.pools[machine["pool"]]["spot"]) for machine in self.machines.values() if machine["state"] != "provisioning")
        disks = sum(BOOT_DISK_GIB for machine in self.machines.values() if machine["state"] != "provisioning") * DISK_GIB
        disks += sum(volume["gib"] * DISK_GIB * DISK_TYPES[volume["type"]] for volume in self.volumes.values())
        found = {"control plane": CONTROL_PLANE if self.managed and self.status not in ("ABSENT", "PROVISIONING") else 0, "machines": nodes, "disks": disks, "load balancers": len(self.balancers) * LOAD_BALANCER}
        if not self.managed:
            found["own control plane machines"] = 3 * MACHINE_TYPES["standard-2"].price
        return found

    def settle(self) -> None:
        """Add what the time since the last look has cost (kept in thousandths of a cent times milliseconds)."""
        elapsed = self.now_ms - self.settled_ms
        if elapsed <= 0:
            return
        self.settled_ms = self.now_ms
        for item, price in self.prices().items():
            self.bill[item] = self.bill.get(item, 0) + price * elapsed

    def billed(self) -> dict[str, int]:
        """Return the bill by item, in thousandths of a cent."""
        elapsed, prices = self.now_ms - self.settled_ms, self.prices()
        return {item: (self.bill.get(item, 0) + prices.get(item, 0) * elapsed) // 3_600_000 for item in dict.fromkeys([*self.bill, *prices])}

    # Clusters

    def create_cluster(self, name: str, *, version: str, machine_type: str, count: int, zones: list[str]) -> None:
        """Order a control plane and a first pool. Raises CloudError."""
        if self.status != "ABSENT":
            raise CloudError(f"ERROR: (clusters.create) ALREADY_EXISTS: cluster '{self.cluster_name}' exists; this sandbox has room for one")
        self._check_pool("default", machine_type, count, zones)
        if version not in VERSIONS:
            raise CloudError(f"ERROR: (clusters.create) INVALID_ARGUMENT: version '{version}' is not offered; offered are {', '.join(VERSIONS)}")
        self.status, self.version, self.cluster_name = "PROVISIONING", version, name
        self.pools["default"] = _pool("default", machine_type, count, zones, version, spot=False)
        self._note(f"ManagedCluster//{name}", "cloud.cluster-create", cluster=name)
        self.later(CREATE_MS, "cluster_ready")

    def _do_cluster_ready(self) -> None:
        self.status = "RUNNING"
        self._note(f"ManagedCluster//{self.cluster_name}", "cloud.cluster-ready", cluster=self.cluster_name)
        for name in self.pools:
            self._fill(name)

    def upgrade_cluster(self, version: str) -> None:
        """Bring the control plane to the next version. Raises CloudError."""
        self._must_run()
        known = list(VERSIONS)
        if version not in known:
            raise CloudError(f"ERROR: (clusters.upgrade) INVALID_ARGUMENT: version '{version}' is not offered; offered are {', '.join(known)}")
        step = known.index(version) - known.index(self.version)
        if step <= 0:
            raise CloudError(f"ERROR: (clusters.upgrade) FAILED_PRECONDITION: the control plane runs {self.version} already; going back is not possible")
        if step > 1:
            raise CloudError(f"ERROR: (clusters.upgrade) FAILED_PRECONDITION: one minor version at a time: from {self.version} to {known[known.index(self.version) + 1]} first")
        self.status = "UPGRADING"
        self._note(f"ManagedCluster//{self.cluster_name}", "cloud.upgrade-plane", version=version)
        self.later(PLANE_UPGRADE_MS, "plane_upgraded", version)

    def _do_plane_upgraded(self, version: str) -> None:
        self.status, self.version = "RUNNING", version
        self._note(f"ManagedCluster//{self.cluster_name}", "cloud.upgraded-plane", version=version)

    def _must_run(self) -> None:
        if self.status == "ABSENT":
            raise CloudError("ERROR: NOT_FOUND: there is no cluster yet; `cloud clusters create NAME` makes one")
        if self.status != "RUNNING":
            raise CloudError(f"ERROR: FAILED_PRECONDITION: cluster '{self.cluster_name}' is {self.status}; wait until it is RUNNING")

    # Pools

    def pool(self, name: str) -> dict[str, Any]:
        """Return a pool. Raises CloudError."""
        if name not in self.pools:
            raise CloudError(f"ERROR: NOT_FOUND: node pool '{name}' not found in cluster '{self.cluster_name}'")
        return self.pools[name]

    def _check_pool(self, name: str, machine_type: str, count: int, zones: list[str]) -> None:
        if machine_type not in MACHINE_TYPES:
            raise CloudError(f"ERROR: (node-pools.create) INVALID_ARGUMENT: machine type '{machine_type}' is not offered; offered are {', '.join(MACHINE_TYPES)}")
        if unknown := [zone for zone in zones if zone not in ZONES]:
            raise CloudError(f"ERROR: (node-pools.create) INVALID_ARGUMENT: zone '{unknown[0]}' does not exist; zones are {', '.join(ZONES)}")
        if len(self.pools) >= POOLS_MAX or sum(pool["count"] for pool in self.pools.values()) + count > NODES_MAX:
            raise CloudError(f"ERROR: (node-pools.create) RESOURCE_EXHAUSTED: quota 'NODES' exceeded: limit {NODES_MAX}")

    def create_pool(self, name: str, *, machine_type: str, count: int, zones: list[str], spot: bool) -> None:
        """Add a pool of machines. Raises CloudError."""
        self._must_run()
        if name in self.pools:
            raise CloudError(f"ERROR: (node-pools.create) ALREADY_EXISTS: node pool '{name}' exists")
        self._check_pool(name, machine_type, count, zones)
        self.pools[name] = _pool(name, machine_type, count, zones, self.version, spot=spot)
        self._fill(name)

    def resize_pool(self, name: str, count: int) -> None:
        """Say how many machines a pool should have. Raises CloudError."""
        self._must_run()
        pool = self.pool(name)
        if sum(other["count"] for other in self.pools.values()) - pool["count"] + count > NODES_MAX:
            raise CloudError(f"ERROR: (node-pools.resize) RESOURCE_EXHAUSTED: quota 'NODES' exceeded: limit {NODES_MAX}")
        pool["count"] = count
        self._fill(name)

    def delete_pool(self, name: str) -> None:
        """Give all machines of a pool back. Raises CloudError."""
        self.resize_pool(name, 0)
        self.pool(name)["status"] = "STOPPING"

    def set_autoscaler(self, name: str, *, on: bool, least: int = 0, most: int = 0) -> None:
        """Let the autoscaler change a pool's size within bounds, or not. Raises CloudError."""
        self._must_run()
        pool = self.pool(name)
        if on and not 0 <= least <= most <= NODES_MAX:
            raise CloudError(f"ERROR: (autoscaler.on) INVALID_ARGUMENT: 0 <= min <= max <= {NODES_MAX} must hold, got min {least} and max {most}")
        pool["autoscale"], pool["min"], pool["max"] = on, least, most
        if on and not least <= pool["count"] <= most:
            pool["count"] = min(max(pool["count"], least), most)
            self._fill(name)
        self._plan_once("scan", SCAN_MS)
        self._plan_once("look", 1_000)

    def upgrade_pool(self, name: str, surge: int) -> None:
        """Replace a pool's machines by ones of the control plane's version. Raises CloudError."""
        self._must_run()
        pool = self.pool(name)
        if pool["upgrade"]:
            raise CloudError(f"ERROR: (node-pools.upgrade) FAILED_PRECONDITION: node pool '{name}' is being upgraded")
        if pool["version"] == self.version:
            raise CloudError(f"ERROR: (node-pools.upgrade) FAILED_PRECONDITION: node pool '{name}' runs {self.version} already; upgrade the control plane first")
        if not 1 <= surge <= 20:
            raise CloudError("ERROR: (node-pools.upgrade) INVALID_ARGUMENT: --surge must be from 1 to 20")
        old = [machine for machine in sorted(self.machines) if self.machines[machine]["pool"] == name and self.machines[machine]["state"] == "running"]
        pool["version"], pool["status"] = self.version, "UPGRADING"
        pool["upgrade"] = {"left": old, "pairs": {}, "surge": surge}
        self._note(f"Pool//{name}", "cloud.upgrade-pool", pool=name, version=self.version, surge=surge)
        self._upgrade_next(name)

    def _upgrade_next(self, name: str) -> None:
        pool = self.pools[name]
        work = pool["upgrade"]
        if not work:
            return
        work["left"] = [machine for machine in work["left"] if machine in self.machines]
        while work["left"] and len(work["pairs"]) < work["surge"]:
            old = work["left"].pop(0)
            new = self._order(name, zone=self.machines[old]["zone"])
            if new is None:
                work["left"].insert(0, old)
                return
            work["pairs"][new] = old
        if not work["left"] and not work["pairs"]:
            pool["upgrade"], pool["status"] = None, "RUNNING"
            self._note(f"Pool//{name}", "cloud.upgraded-pool", pool=name, version=pool["version"])

    # Machines

    def alive(self, pool: str) -> list[str]:
        """Return a pool's machines that are there or on their way."""
        return [name for name in sorted(self.machines) if self.machines[name]["pool"] == pool and self.machines[name]["state"] in ("provisioning", "running")]

    def _fill(self, name: str) -> None:
        """Order what is missing in a pool; drain what is too much, the youngest first."""
        pool = self.pools[name]
        if pool["upgrade"]:
            return
        there = self.alive(name)
        for _ in range(pool["count"] - len(there)):
            if self._order(name) is None:
                break
        extra = len(there) - pool["count"]
        for machine in sorted(there, key=lambda entry: -self.machines[entry]["number"])[: max(0, extra)]:
            self._drain(machine, "the pool became smaller")

    def _order(self, name: str, *, zone: str = "") -> str | None:
        pool = self.pools[name]
        zones = [entry for entry in pool["zones"] if entry not in self.down_zones]
        if not zones:
            self.incident("no-capacity", name)
            self._note(f"Pool//{name}", "cloud.no-zone", pool=name)
            return None
        if zone not in zones:
            zone = min(zones, key=lambda entry: (sum(machine["zone"] == entry and machine["pool"] == name for machine in self.machines.values()), entry))
        self.next_number += 1
        node = f"{name}-{self.next_number}"
        self.machines[node] = {"pool": name, "zone": zone, "state": "provisioning", "number": self.next_number, "ordered_ms": self.now_ms, "joined_ms": None, "under_since_ms": None}
        self._note(f"Machine//{node}", "cloud.machine-asked", pool=name, type=pool["machine_type"], zone=zone)
        self.later(self.cluster.dice.between(BOOT_MIN_MS, BOOT_MAX_MS, "boot", node), "joined", node)
        return node

    def labels(self, pool: Mapping[str, Any], zone: str) -> dict[str, str]:
        """Return the labels of a pool's machines."""
        return {POOL_LABEL: pool["name"], TYPE_LABEL: pool["machine_type"], ZONE_LABEL: zone, **({SPOT_LABEL: "true"} if pool["spot"] else {})}

    def _do_joined(self, node: str) -> None:
        machine = self.machines.get(node)
        if machine is None or machine["state"] != "provisioning":
            return
        pool = self.pools[machine["pool"]]
        if machine["zone"] in self.down_zones:
            del self.machines[node]
            self._fill(pool["name"])
            return
        kind = MACHINE_TYPES[pool["machine_type"]]
        number = max((record.number for record in self.cluster.kubelets.nodes.values()), default=-1) + 1
        self._note(f"Node//{node}", "cloud.machine-joined", node=node)
        for resource, doc in new_node(node, number, cpu=str(kind.cpus), memory=f"{kind.memory_gib}Gi", pods=110, labels=self.labels(pool, machine["zone"]), bare=False, timestamp=self.cluster.clock.timestamp()):
            self.cluster.api.create(resource, with_version(doc, pool["version"]) if resource == "nodes" else doc)
        machine["state"], machine["joined_ms"] = "running", self.now_ms
        self.resolve("no-capacity", pool["name"])
        work = pool["upgrade"]
        if work and node in work["pairs"]:
            old = work["pairs"][node]
            if old in self.machines:
                self._drain(old, f"{node} has taken its place")
            else:
                del work["pairs"][node]
                self._upgrade_next(pool["name"])
        self._plan_once("look", 1_000)

    def _drain(self, node: str, why: str) -> None:
        machine = self.machines[node]
        if machine["state"] == "provisioning":
            del self.machines[node]
            return
        if machine["state"] == "leaving":
            return
        machine["state"] = "leaving"
        self._note(f"Node//{node}", "cloud.machine-leaving", node=node, why=why)
        self._cordon(node)
        self._do_evict(node, self.now_ms + BUDGET_MS_MAX)

    def _cordon(self, node: str) -> None:
        doc = self.cluster.store.get("nodes", "", node)
        if doc is not None and not doc["spec"].get("unschedulable"):
            self.cluster.api.update("nodes", {**doc, "metadata": dict(doc["metadata"]), "spec": {**doc["spec"], "unschedulable": True}})

    def _do_evict(self, node: str, until_ms: int) -> None:
        """Ask a node's pods out; what budgets keep is asked again, and deleted when the time is up. The machine goes once nothing is kept."""
        if self.machines.get(node, {}).get("state") != "leaving":
            return
        kept = [pod for pod in self._pods(node) if not self._may_go(pod, dry=False)]
        if kept and self.now_ms < until_ms:
            self.incident("budget", node)
            self.later(EVICT_AGAIN_MS, "evict", node, until_ms)
            return
        self._delete(kept)
        self.resolve("budget", node)
        self.later(DRAIN_MS, "gone", node)

    def _may_go(self, pod: Doc, *, dry: bool) -> bool:
        """Evict a pod, or only ask whether it could be; say whether its disruption budget allows it."""
        named = {key: pod["metadata"][key] for key in ("namespace", "name")}
        current = self.cluster.store.get("pods", named["namespace"], named["name"])
        try:
            if current is not None and "deletionTimestamp" not in current["metadata"]:
                evicted(self.cluster.api, current, {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": named}, dry=dry)
        except ApiError as refusal:
            if refusal.code not in REFUSALS:
                raise
            return False
        return True

    def _delete(self, pods: list[Doc]) -> None:
        for pod in pods:
            self.cluster.api.delete("pods", pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _pods(self, node: str) -> list[Doc]:
        return [pod for pod in self.cluster.store.pods_on(node) if (controller_of(pod) or {}).get("kind") != "DaemonSet"]

    def _do_gone(self, node: str) -> None:
        machine = self.machines.pop(node, None)
        if machine is None:
            return
        self._note(f"Node//{node}", "cloud.machine-gone", node=node)
        self._forget(node)
        pool = self.pools[machine["pool"]]
        work = pool["upgrade"]
        if work:
            work["pairs"] = {new: old for new, old in work["pairs"].items() if old != node}
            self._upgrade_next(pool["name"])
        elif pool["status"] == "STOPPING" and not self.alive(pool["name"]):
            if not any(entry["pool"] == pool["name"] for entry in self.machines.values()):
                del self.pools[pool["name"]]
        else:
            self._fill(pool["name"])

    def _forget(self, node: str) -> None:
        """Take a machine's pods, lease and node out of the cluster."""
        self.cluster.network.settle()
        for pod in list(self.cluster.store.pods_on(node)):
            self.cluster.api.delete("pods", pod["metadata"]["namespace"], pod["metadata"]["name"], grace_s=0)
        for resource, namespace in (("leases.coordination.k8s.io", "kube-node-lease"), ("nodes", "")):
            if self.cluster.store.get(resource, namespace, node) is not None:
                self.cluster.api.delete(resource, namespace, node)

    # Noticing

    def changed(self, change: Change) -> None:
        """Note pods that wait, nodes that went silent, services that want a load balancer."""
        if change.resource == "pods":
            if any(pool["autoscale"] for pool in self.pools.values()):
                if change.type != "DELETED" and is_unschedulable(change.new):
                    self._plan_once("scan", SCAN_MS)
                self._plan_once("look", 1_000)
        elif change.resource == "nodes" and change.type != "DELETED":
            ready = condition(change.new, "Ready")
            name = change.new["metadata"]["name"]
            machine = self.machines.get(name)
            if machine is not None and ready is not None and machine["state"] == "running":
                if ready["status"] != "True" and "silent" not in machine:
                    machine["silent"] = True
                    self._plan_later("silent", name)
                elif ready["status"] == "True" and machine.pop("silent", False):
                    self.resolve("node-broken", name)
        elif change.resource == "services":
            self._service_changed(change)
        elif change.resource == "persistentvolumes":
            self._volume_changed(change)

    def _volume_changed(self, change: Change) -> None:
        """A volume that was made for a claim is a disk of the provider, of the type that the claim's annotation names; it is paid for until it is deleted."""
        name, spec = change.new["metadata"]["name"], change.new["spec"]
        if change.type == "DELETED":
            if name in self.volumes:
                self.settle()
                del self.volumes[name]
            return
        reference = spec.get("claimRef") or {}
        if name in self.volumes or not spec.get("csi"):
            return
        self.settle()
        claim = self.cluster.store.get("persistentvolumeclaims", reference.get("namespace", ""), reference.get("name", "")) or {"metadata": {}}
        notes = claim["metadata"].get("annotations") or {}
        asked = notes.get(DISK_ANNOTATION, "balanced")
        if asked not in DISK_TYPES:
            self.cluster.api.record(claim, "Warning", "UnknownDiskType", f"{DISK_ANNOTATION}: {asked} is none of {', '.join(DISK_TYPES)}; the disk is balanced", component=PROVISIONER)
        node = self.machines.get(notes.get(SELECTED, ""))
        zone = node["zone"] if node is not None else next((pool["zones"][0] for pool in self.pools.values()), ZONES[0])
        kind = asked if asked in DISK_TYPES else "balanced"
        self.volumes[name] = {"gib": -(-whole(spec["capacity"]["storage"]) // 2**30), "type": kind, "zone": zone, "claim": f"{reference.get('namespace', '')}/{reference.get('name', '')}"}
        self._note(f"PersistentVolume//{name}", "cloud.disk", volume=name, size=self.volumes[name]["gib"], type=kind, zone=zone)

    def _plan_later(self, task: str, *arguments: Any) -> None:
        self.later(1, task, *arguments)

    def _service_changed(self, change: Change) -> None:
        service = change.new
        key = f"{service['metadata']['namespace']}/{service['metadata']['name']}"
        wants = change.type != "DELETED" and service["spec"].get("type") == "LoadBalancer"
        if wants and key not in self.balancers and self.managed:
            self.settle()
            self.balancers[key] = ""
            self.later(BALANCER_MS, "balancer", key)
        elif not wants and key in self.balancers:
            self.settle()
            del self.balancers[key]

    def _do_balancer(self, key: str) -> None:
        namespace, _, name = key.partition("/")
        service = self.cluster.store.get("services", namespace, name)
        if service is None or key not in self.balancers:
            return
        is_internal = (service["metadata"].get("annotations") or {}).get(SCHEME_ANNOTATION) == "internal"
        address = f"{'10.128.0' if is_internal else '203.0.113'}.{self._free_host()}"
        self.balancers[key] = address
        self._note(f"Service/{key}", "cloud.load-balancer", service=name, address=address)
        self.cluster.api.update_status("services", service, {**service.get("status", {}), "loadBalancer": {"ingress": [{"ip": address, "ipMode": "VIP"}]}})
        self.cluster.api.record(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer", component="service-controller")

    def _free_host(self) -> int:
        """Return the lowest last part of an address that no load balancer has, from 10."""
        taken = {address.rpartition(".")[2] for address in self.balancers.values()}
        return next(number for number in range(10, 10 + len(taken) + 1) if str(number) not in taken)

    def _plan_once(self, task: str, delay_ms: int) -> None:
        """Plan a look that is not planned yet; the autoscaler looks at whole multiples of its interval."""
        if task in self.planned:
            return
        at_ms = (self.now_ms // delay_ms + 1) * delay_ms
        self.planned[task] = at_ms
        self.later(at_ms - self.now_ms, task)

    def _do_silent(self, node: str) -> None:
        machine = self.machines.get(node)
        if machine is None or not machine.get("silent"):
            return
        if self.managed and machine["zone"] not in self.down_zones:
            self.incident("node-broken", node)
            self.later(REPAIR_MS, "repair", node)

    def _do_repair(self, node: str) -> None:
        machine = self.machines.get(node)
        if machine is None or not machine.get("silent") or machine["zone"] in self.down_zones:
            return
        self._note(f"Node//{node}", "cloud.repair", node=node)
        self.resolve("node-broken", node)
        self._do_gone(node)

    # The cluster autoscaler

    def _do_scan(self) -> None:
        pods = sorted((pod for pod in self.cluster.store.list("pods") if is_unschedulable(pod)), key=lambda pod: (pod["metadata"]["namespace"], pod["metadata"]["name"]))
        for name, pool in sorted(self.pools.items(), key=lambda item: (price_of(item[1]["machine_type"], spot=item[1]["spot"]), item[0])):
            if not pods or not pool["autoscale"]:
                continue
            kind = MACHINE_TYPES[pool["machine_type"]]
            fitting = [pod for pod in pods if may_run_on(pod, self.labels(pool, pool["zones"][0]), ())]
            coming = sum(machine["state"] == "provisioning" for machine in self.machines.values() if machine["pool"] == name)
            need = machines_needed(fitting, cpu_m=kind.cpus * 1_000, memory=kind.memory_gib * 2**30 - RESERVED_MEMORY) - coming
            if need <= 0:
                pods = [pod for pod in pods if pod not in fitting] if coming else pods
                continue
            count = min(pool["count"] + need, pool["max"])
            if count <= pool["count"]:
                self.incident("quota", name)
                for pod in fitting:
                    self.cluster.api.record(pod, "Normal", "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", component="cluster-autoscaler")
                continue
            self._note(f"Pool//{name}", "cloud.scale-up", pods=len(fitting), pool=name, count=count - pool["count"])
            for pod in fitting:
                self.cluster.api.record(pod, "Normal", "TriggeredScaleUp", f"pod triggered scale-up: [{{{name} {pool['count']}->{count} (max: {pool['max']})}}]", component="cluster-autoscaler")
            pool["count"] = count
            self._fill(name)
            pods = [pod for pod in pods if pod not in fitting]

    def _do_look(self) -> None:
        """Notice which machines are hardly used; one that has been so for ten minutes goes."""
        store = self.cluster.store
        nodes = {name: node for name in sorted(self.machines) if self.machines[name]["state"] == "running" and (node := store.get("nodes", "", name)) is not None and not self.machines[name].get("silent")}
        for name, node in nodes.items():
            machine = self.machines[name]
            pool = self.pools[machine["pool"]]
            pods = self._pods(name)
            if not pool["autoscale"] or pool["upgrade"] or not is_under_used(node, pods):
                machine["under_since_ms"] = None
                continue
            if machine["under_since_ms"] is None:
                machine["under_since_ms"] = self.now_ms
                self.later(UNDER_USED_MS, "unneeded", name)

    def _do_unneeded(self, name: str) -> None:
        machine = self.machines.get(name)
        if machine is None or machine["state"] != "running" or machine["under_since_ms"] is None or self.now_ms - machine["under_since_ms"] < UNDER_USED_MS:
            return
        pool = self.pools[machine["pool"]]
        store = self.cluster.store
        others = [room_of(node, list(store.pods_on(other))) for other in sorted(self.machines) if other != name and self.machines[other]["state"] == "running" and (node := store.get("nodes", "", other)) is not None and not node["spec"].get("unschedulable")]
        if not pool["autoscale"] or pool["count"] <= pool["min"] or not fit_elsewhere(self._pods(name), others) or not all(self._may_go(pod, dry=True) for pod in self._pods(name)):
            machine["under_since_ms"] = None
            return
        self._note(f"Node//{name}", "cloud.scale-down", node=name)
        pool["count"] -= 1
        self.resolve("quota", machine["pool"])
        self._drain(name, "it was hardly used")

    # What goes wrong

    def interrupt_spot(self, node: str) -> None:
        """Give two minutes' notice for a spot machine. Raises CloudError."""
        machine = self.machines.get(node)
        if machine is None or machine["state"] != "running" or not self.pools[machine["pool"]]["spot"]:
            raise CloudError(f"{node} is no spot machine that runs")
        self.incident("spot-interruption", node)
        self._note(f"Node//{node}", "cloud.spot-notice", node=node)
        machine["state"] = "leaving"
        self._cordon(node)
        self._delete(self._pods(node))
        self.later(NOTICE_MS, "taken", node)

    def _do_taken(self, node: str) -> None:
        self._note(f"Node//{node}", "cloud.spot-taken", node=node)
        self.resolve("spot-interruption", node)
        self._do_gone(node)

    def fail_zone(self, zone: str) -> None:
        """Let a whole zone go dark. Raises CloudError."""
        if zone not in ZONES or zone in self.down_zones:
            raise CloudError(f"{zone} is no zone that runs; zones are {', '.join(ZONES)}")
        self.settle()
        self.down_zones = [*self.down_zones, zone]
        self.cluster.network.settle()
        lost = [name for name in sorted(self.machines) if self.machines[name]["zone"] == zone and self.machines[name]["state"] != "provisioning"]
        self.incident("zone-outage", zone)
        self._note(f"Zone//{zone}", "cloud.zone-outage", zone=zone, count=len(lost))
        for name in lost:
            if name in self.cluster.kubelets.nodes:
                self.cluster.kubelets.crash_node(name)
        self.cluster.network.refresh(force=True)
        self.cluster.heartbeats_changed(self.cluster.causes.current)

    def restore_zone(self, zone: str) -> None:
        """Bring a zone back. Raises CloudError."""
        if zone not in self.down_zones:
            raise CloudError(f"{zone} is not down")
        self.settle()
        self.down_zones = [entry for entry in self.down_zones if entry != zone]
        self.resolve("zone-outage", zone)
        self._note(f"Zone//{zone}", "cloud.zone-restored", zone=zone)
        for name in sorted(self.machines):
            if self.machines[name]["zone"] == zone and name in self.cluster.kubelets.nodes:
                self.cluster.kubelets.restore_node(name)
        for pool in sorted(self.pools):
            self._fill(pool)

    def lose_etcd(self) -> None:
        """Let etcd lose a disk: nothing happens to a managed cluster, everything to one's own."""
        self._note(f"ManagedCluster//{self.cluster_name}", "cloud.etcd-lost")
        if self.managed:
            self.incident("etcd-lost", self.cluster_name)
            self.later(180_000, "etcd_replaced")
        else:
            self.etcd_lost = True
            self.incident("etcd-lost-own", self.cluster_name)

    def _do_etcd_replaced(self) -> None:
        self.resolve("etcd-lost", self.cluster_name)
        self._note(f"ManagedCluster//{self.cluster_name}", "cloud.etcd-by-provider")

    # Writing down and reading back

    STATE = ("managed", "status", "version", "cluster_name", "pools", "machines", "incidents", "bill", "down_zones", "balancers", "settled_ms", "next_number", "planned", "etcd_lost", "certs_until_ms", "snapshots", "volumes")

    def dump(self) -> dict[str, Any]:
        """Return the state as JSON-able data."""
        return {name: getattr(self, name) for name in self.STATE}

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        for name in self.STATE:
            setattr(self, name, dumped.get(name, {}) if name == "volumes" else dumped[name])


def _pool(name: str, machine_type: str, count: int, zones: list[str], version: str, *, spot: bool) -> dict[str, Any]:
    return {"name": name, "machine_type": machine_type, "count": count, "zones": list(zones), "version": version, "spot": spot, "autoscale": False, "min": 0, "max": 0, "status": "RUNNING", "upgrade": None}


def with_version(node: Doc, version: str) -> Doc:
    """Return a node whose kubelet has a version."""
    return {**node, "status": {**node["status"], "nodeInfo": {**node["status"]["nodeInfo"], "kubeletVersion": VERSIONS[version]}}}
