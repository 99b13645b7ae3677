"""The shop in virtual machines on three bare ones, with OpenStack over them."""

from collections.abc import Callable

from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use
from learnk8s.simulation.hypervisor.scenarios import SHOP_STACK, Scenario
from learnk8s.simulation.hypervisor.world import HypervisorWorld

SERVICES = ("shop-web", "shop-api", "shop-db")
BEGINNING = Scenario(
    "era-day", "", "", "", "", tuple((f"compute-{number}", 4, 12_288, "type-1") for number in (1, 2, 3)), goal={}, solution=(), quota=(("instances", 20), ("cores", 24), ("ram", 65_536)),
    servers=(("api-1", "m1.small", "shop-api"), ("api-2", "m1.small", "shop-api"), ("db-1", "m1.medium", "shop-db"), ("report-1", "m1.tiny", "shop-batch")), stack=("web", "web.yaml"), files=(("web.yaml", SHOP_STACK),),
)


class HypervisorEra:
    """Three machines of four CPUs and twelve gibibytes, for every guest has a system of its own to feed; each service in guests of its own, and a guest for the neighbour."""

    name = "hypervisor"

    def begin(self, seed: int) -> HypervisorWorld:
        """Return the racks with the shop's guests up."""
        return HypervisorWorld.begun(BEGINNING, seed)

    def customers(self, world: HypervisorWorld, per_second: int) -> None:
        """Let so many requests a second come; every one needs all three services."""
        for service in SERVICES:
            world.act({"kind": "set-traffic", "ref": f"Traffic//{service}", "per_second": per_second})

    def counts(self, world: HypervisorWorld) -> Counts:
        """Return what was served and what failed so far: a request fails where the weakest service fails."""
        world.racks.settle()
        counts = world.racks.traffic.counts
        failed = max((counts[name]["nobody"] + counts[name]["slow"] for name in SERVICES if name in counts), default=0)
        total = max((sum(counts[name][key] for key in ("served", "nobody", "slow")) for name in SERVICES if name in counts), default=0)
        return Counts((total - failed) // 1_000_000, failed // 1_000_000)

    def use(self, world: HypervisorWorld) -> Use:
        """Return what the machines do now."""
        counted = world.scoreboard()
        return Use(counted["cpu_used_percent"], counted["memory_used_percent"], counted["cost_cents_per_hour"], counted["machines_on"])

    def happens(self, world: HypervisorWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                world.act({"kind": "leak", "ref": "Guest//report-1"})
            case "dead-machine":
                world.act({"kind": "power-off", "ref": f"Machine//{world.racks.guests['db-1'].machine}"})
            case "bad-release":
                return ("ssh api-1 apt-get -y upgrade",)
        return ()

    def power_returns(self, world: HypervisorWorld) -> None:
        """Switch the dark machine on again."""
        for name, machine in sorted(world.racks.machines.items()):
            if machine.power == "off":
                world.act({"kind": "power-on", "ref": f"Machine//{name}"})

    def mends(self, world: HypervisorWorld, accident: Accident) -> Typed:
        """Return what the person on call types."""
        match accident:
            case "leak":
                return ("ssh report-1 systemctl status shop-batch", "openstack server reboot --hard report-1")
            case "dead-machine":
                dark = [name for name, machine in sorted(world.racks.machines.items()) if machine.power == "off"]
                lost = [guest.name for _, guest in sorted(world.racks.guests.items()) if guest.machine in dark]
                return ("openstack hypervisor list", *(f"openstack server evacuate {name}" for name in lost))
            case "bad-release":
                return ("ssh api-1 systemctl status shop-api", "openstack server delete api-1", "openstack server create --flavor m1.small --image shop-api --wait api-1")
        return ()

    def prepares(self, world: HypervisorWorld, *, begins: bool) -> Typed:
        """Return how the stack is made larger for the sale, and small again."""
        before, after = (2, 4) if begins else (4, 2)
        return (f"sed -i 's/count: {before}/count: {after}/' web.yaml", "openstack stack update --wait -t web.yaml web")

    def starts_one_more(self, world: HypervisorWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more server of the same image."""
        return ("openstack server create --flavor m1.small --image shop-web web-more",), lambda: (guest := world.racks.guests.get("web-more")) is not None and guest.serves
