"""The cloud world: the Kubernetes world with a provider behind it (or without one), and its command line beside kubectl."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from learnk8s.simulation.cloud import cli, self_hosted
from learnk8s.simulation.cloud.messages import MESSAGES, WHYS_KO
from learnk8s.simulation.cloud.provider import VERSIONS, ZONES, CloudError, Provider, with_version
from learnk8s.simulation.cloud.scenarios import SCENARIOS, CloudScenario
from learnk8s.simulation.cloud.scene import boxes_of, links_of
from learnk8s.simulation.kernel.causes import Cause
from learnk8s.simulation.kernel.faults import Fault, by_kind, command_line
from learnk8s.simulation.kernel.shell.program import Invocation, Job, Outcome, Program
from learnk8s.simulation.kernel.world import Answer
from learnk8s.simulation.kubernetes import inspection
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.inspection import Sentences
from learnk8s.simulation.kubernetes.messages import SENTENCES
from learnk8s.simulation.kubernetes.world import DONE_MAX, LIT_MS, LOG_LINKS, KubernetesWorld

FAULTS = (
    Fault("spot-interruption", "Node", "Take the spot machine back", "스팟 기계 회수하기", "The provider wants its machine back: two minutes' notice.", "제공자가 기계를 돌려받으려 한다. 2분 전에 알려 준다.", "fault spot-interruption NODE"),
    Fault("zone-outage", "Zone", "Let the zone fail", "존 멈추기", "All machines of a zone go dark at once.", "존의 모든 기계가 한꺼번에 꺼진다.", "fault zone-outage ZONE"),
    Fault("zone-restore", "Zone", "Bring the zone back", "존 되살리기", "The zone's machines boot again.", "존의 기계가 다시 부팅한다.", "fault zone-restore ZONE"),
    Fault("etcd-lost", "ManagedCluster", "Lose etcd's disk", "etcd 디스크 잃기", "The disk under etcd breaks. Whose problem is that?", "etcd 밑의 디스크가 고장 난다. 누구의 문제일까?", "fault etcd-lost"),
)
BY_KIND = by_kind(FAULTS)


class _Sentences(Sentences):
    """The provider's sentences, and those of the cluster below."""

    def link(self, cause: Cause) -> dict[str, Any]:
        return super().link(cause) if cause.key in MESSAGES else SENTENCES.link(cause)


TOLD = _Sentences(MESSAGES, reasons=WHYS_KO)


class CloudWorld(KubernetesWorld):
    """One sandbox of the era of the managed cloud."""

    world_name: ClassVar[str] = "cloud"

    def __init__(self, cluster: Cluster, scenario: str) -> None:
        super().__init__(cluster, scenario)
        self.provider = Provider(cluster)
        before = dict(self.shell.programs)
        guarded = _guarded(before["kubectl"], self.provider)
        fault = before["fault"]
        own = {"cloud": cli.program(self.provider), "kubectl": guarded, "k": guarded, **self_hosted.programs(self.provider),
               "fault": Program(lambda call: self._fault(call, fault), complete=lambda words: [*BY_KIND, *fault.complete(words), *ZONES])}
        self.shell.programs = {**before, **own}

    @classmethod
    def create(cls, scenario: str, seed: int) -> "CloudWorld":
        """Return a new world at the start of one of the built-in scenarios."""
        return cls.begun_as(SCENARIOS[scenario], seed)

    @classmethod
    def begun_as(cls, plan: CloudScenario, seed: int) -> "CloudWorld":
        """Return a new world as a scenario describes it."""
        world = cls.begun(plan.cluster(), seed)
        assert isinstance(world, CloudWorld), "begun makes worlds of its own class"
        world._adopt(plan)
        return world

    def _adopt(self, plan: CloudScenario) -> None:
        """Tell the provider of the machines that are there from the start."""
        provider = self.provider
        provider.managed, provider.version, provider.status = plan.managed, plan.version, "RUNNING" if plan.pools else "ABSENT"
        provider.settled_ms, provider.certs_until_ms = self.now_ms, self.now_ms + plan.certs_left_ms
        for pool in plan.pools:
            provider.pools[pool.name] = {"name": pool.name, "machine_type": pool.machine_type, "count": pool.count, "zones": list(pool.zones), "version": plan.version, "spot": pool.spot, "autoscale": False, "min": 0, "max": 0, "status": "RUNNING", "upgrade": None}
        for number, (name, pool, zone) in enumerate(plan.machines(), start=1):
            provider.machines[name] = {"pool": pool.name, "zone": zone, "state": "running", "number": number, "ordered_ms": 0, "joined_ms": 0, "under_since_ms": None}
            provider.next_number = number
            node = self.cluster.store.get("nodes", "", name)
            if node is not None and plan.version != "1.36":
                self.cluster.api.update_status("nodes", node, with_version(node, plan.version)["status"])
        if not plan.managed and plan.certs_left_ms < 60_000:
            self.cluster.advance(self.now_ms + plan.certs_left_ms)
            provider.api_error()

    # Buttons and faults

    def _fault(self, call: Invocation, below: Program) -> "Outcome | Job":
        found = BY_KIND.get(call.argv[1]) if len(call.argv) > 1 else None
        if found is None:
            outcome = below.run(call)
            if isinstance(outcome, Outcome) and outcome.status == 2:
                return Outcome(outcome.stdout, outcome.stderr + "".join(f"  {entry.usage}\n" for entry in FAULTS), 2)
            return outcome
        name = call.argv[2] if len(call.argv) > 2 else self.provider.cluster_name
        try:
            self._apply({"kind": found.kind, "ref": f"{found.applies_to}//{name}"})
        except CloudError as error:
            return Outcome("", f"learnk8s: {error}\n", 1)
        return Outcome(f"{found.text_en}\n")

    def _apply(self, action: dict[str, Any]) -> str:
        found = BY_KIND.get(str(action.get("kind", "")))
        if found is None:
            return super()._apply(action)
        self.provider.settle()
        name = str(action.get("ref", "")).rpartition("/")[2]
        match found.kind:
            case "spot-interruption":
                self.provider.interrupt_spot(name)
            case "zone-outage":
                self.provider.fail_zone(name)
            case "zone-restore":
                self.provider.restore_zone(name)
            case "etcd-lost":
                self.provider.lose_etcd()
        if len(self._done) < DONE_MAX:
            self._done.append({**action, "at_ms": self.now_ms})
        return _line(found, name)

    def act(self, action: Mapping[str, Any]) -> Answer:
        """Press a button; the answer begins with the command line that would have done the same."""
        try:
            return super().act(action)
        except CloudError as error:
            return Answer(f"{error}\n", 1)

    def actions(self, ref: str = "") -> list[dict[str, Any]]:
        """List the buttons, for one object or for the whole world."""
        kind, _, name = ref.partition("//")
        shown = super().actions(ref)
        for fault in FAULTS:
            if fault.applies_to == kind and self._fits(fault.kind, name):
                shown.append(fault.button(ref, _line(fault, name)))
        return shown

    def _fits(self, kind: str, name: str) -> bool:
        """Say whether a fault can happen to a thing now."""
        provider = self.provider
        match kind:
            case "spot-interruption":
                machine = provider.machines.get(name)
                return machine is not None and machine["state"] == "running" and bool(provider.pools[machine["pool"]]["spot"])
            case "zone-outage" | "zone-restore":
                return (name in provider.down_zones) == (kind == "zone-restore")
        return not provider.etcd_lost

    # Looking

    def scene(self, *, with_system: bool = False) -> dict[str, Any]:
        """Describe everything that the picture and its text twin show."""
        below = self._scenes.scene(with_system=with_system)
        log = self._log()
        return {"world": self.world_name, "at_ms": self.now_ms, "time": self.cluster.clock.timestamp(), "boxes": boxes_of(self.provider, below), "links": links_of(below), "log": log, "lit": sorted({link["actor"] for link in log if self.now_ms - link["at_ms"] <= LIT_MS}),
                "scoreboard": self._counted(below), "is_empty": not self.provider.machines, "services": below["services"], "incidents": self.provider.incidents}

    def _log(self) -> list[dict[str, Any]]:
        links = [TOLD.link(cause) for cause in self.cluster.causes.latest(LOG_LINKS * 2) if not cause.key.endswith((".counted", ".timer"))]
        return links[:LOG_LINKS]

    def _counted(self, scene: dict[str, Any]) -> dict[str, Any]:
        provider = self.provider
        billed = provider.billed()
        return {**super()._counted(scene), "cost_cents_per_hour": sum(provider.prices().values()) // 1_000, "bill_cents": sum(billed.values()) // 1_000, "machines": len(provider.machines),
                "incidents_of_provider": sum(entry["who"] == "provider" for entry in provider.incidents), "incidents_of_yours": sum(entry["who"] == "you" for entry in provider.incidents)}

    def find(self, ref: str) -> Any:
        """Return an object of the cluster, or `Pool//x`, `Machine//x`, `Zone//x`, `ManagedCluster//x`, `LoadBalancer//x`, `Pending//`, `Bill`, `Scoreboard`."""
        provider = self.provider
        kind, _, name = ref.partition("//")
        match kind:
            case "ManagedCluster":
                known = name == provider.cluster_name and provider.status != "ABSENT"
                return {"status": provider.status, "version": provider.version, "managed": provider.managed, "etcd_lost": provider.etcd_lost, "certs_valid": provider.managed or self.now_ms < provider.certs_until_ms} if known else None
            case "Pool" if name in provider.pools:
                nodes = [node for machine in provider.machines if provider.machines[machine]["pool"] == name and (node := self.cluster.store.get("nodes", "", machine)) is not None]
                running = sorted({node["status"]["nodeInfo"]["kubeletVersion"] for node in nodes})
                return {**provider.pools[name], "running_versions": [short for short, full in VERSIONS.items() if full in running], "cordoned": sum(bool(node["spec"].get("unschedulable")) for node in nodes)}
            case "Machine":
                return provider.machines.get(name)
            case "Zone" if name in ZONES:
                return {"down": name in provider.down_zones}
            case "LoadBalancer" if name in provider.balancers:
                return {"service": name, "address": provider.balancers[name] or "<pending>"}
            case "Pending":
                waiting = [f"{pod['metadata']['namespace']}/{pod['metadata']['name']}" for pod in self.cluster.store.list("pods") if not pod["spec"].get("nodeName") and pod["status"].get("phase") == "Pending"]
                return {"pods": len(waiting), "names": waiting}
            case "Bill":
                return {**provider.prices(), "so_far": sum(provider.billed().values())}
            case "Scoreboard":
                return self.scoreboard()
        return super().find(ref)

    def refs(self) -> list[str]:
        """Return the references of what the provider has and a goal may be about; the cluster's own objects are not among them."""
        provider = self.provider
        return [f"ManagedCluster//{provider.cluster_name}", *(f"Pool//{name}" for name in provider.pools), *(f"Zone//{name}" for name in ZONES), "Bill"]

    def inspect(self, ref: str) -> dict[str, Any] | None:
        """Describe one object; a machine that has not joined the cluster yet is described as its provider sees it."""
        kind, _, name = ref.partition("//")
        if kind == "Node" and name in self.provider.machines and super().find(ref) is None:
            return self.inspect(f"Machine//{name}")
        if kind in ("ManagedCluster", "Pool", "Machine", "Zone", "LoadBalancer", "Pending"):
            doc = self.find(ref)
            if doc is None:
                return None
            return {"ref": ref, "kind": kind, "name": name, "namespace": "", "summary": [{"name": key.upper(), "value": str(value)} for key, value in doc.items()], "yaml": json.dumps(doc, indent=2) + "\n", "events": [], "why": self.why(ref), "verdicts": []}
        return super().inspect(ref)

    def why(self, ref: str, path: str = "") -> list[dict[str, Any]]:
        """Return the chain of causes of an object, newest first."""
        causes = self.cluster.causes
        if ref.partition("//")[0] in ("ManagedCluster", "Pool", "Machine", "Zone", "LoadBalancer", "Pending"):
            noted = ref.replace("Machine//", "Node//")  # what happens to a machine is noted of its node
            link = next((cause for cause in causes.latest(2_000) if cause.named().get("ref") == noted), None)
            return [] if link is None else [TOLD.link(link), *inspection.chain(causes, TOLD, link.parent)]
        doc = super().find(ref)
        entry = inspection.last_change(self.cluster.store, doc["metadata"]["uid"], path) if doc else None
        return inspection.chain(causes, TOLD, entry.cause) if entry else []

    # Reading back

    def copied(self) -> "CloudWorld":
        """Return a world of its own in the same state."""
        world = super().copied()
        assert isinstance(world, CloudWorld), "copies are of the world's own class"
        world.provider.load(json.loads(json.dumps(self.provider.dump())))
        return world

    @classmethod
    def load(cls, dump: bytes) -> "CloudWorld":
        """Return the world that `dump` wrote down."""
        world = super().load(dump)
        assert isinstance(world, CloudWorld), "load makes worlds of its own class"
        world.provider.load(json.loads(dump)["cluster"]["components"]["cloud"])
        return world


def _line(fault: Fault, name: str) -> str:
    return fault.usage if fault.kind == "etcd-lost" else command_line(fault.kind, name, {})


def _guarded(below: Program, provider: Provider) -> Program:
    """Return kubectl as it is when the API server may not answer."""

    def run(call: Invocation) -> "Outcome | Job":
        error = provider.api_error() if call.argv[1:2] not in ([], ["help"], ["completion"]) else ""
        if error:
            return Outcome("", error, 1)
        outcome = below.run(call)
        if call.argv[1:2] == ["version"] and isinstance(outcome, Outcome):
            return Outcome(outcome.stdout.replace("Server Version: v1.36.2", f"Server Version: {VERSIONS[provider.version]}"), outcome.stderr, outcome.status)
        return outcome

    return Program(run, complete=below.complete, resume=below.resume, summary=below.summary)


