"""The shop among twenty services on five hosts, with a balancer's file and a person who moves things."""

from collections.abc import Callable

from learnk8s.simulation.docker.scoreboard import CENTS_PER_CPU_HOUR, used_percent
from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use
from learnk8s.simulation.fleet.scenarios import Scenario
from learnk8s.simulation.fleet.world import FleetWorld

BEGINNING = Scenario("era-day", "", "", "", "", goal={}, solution=(), traffic=0)
RELOAD = "ssh lb systemctl reload haproxy"
API = "docker run -d --cpus 0.5 --restart unless-stopped -e DATABASE_HOST=lb:5432"


def edit(script: str) -> str:
    """Return the line that edits the balancer's file."""
    return f"ssh lb \"sed -i '{script}' /etc/haproxy/haproxy.cfg\""


class FleetEra:
    """Five hosts of two CPUs and two gibibytes; seventeen other services share them."""

    name = "fleet"

    def begin(self, seed: int) -> FleetWorld:
        """Return the fleet with all its services up."""
        return FleetWorld.begun(BEGINNING, seed)

    def customers(self, world: FleetWorld, per_second: int) -> None:
        """Let so many requests a second come to the balancer."""
        world.act({"kind": "set-traffic", "ref": "Traffic//web", "per_second": per_second})

    def counts(self, world: FleetWorld) -> Counts:
        """Return what was served and what failed so far."""
        world.site.requests.settle(world.now_ms)
        return Counts(*world.site.requests.totals())

    def use(self, world: FleetWorld) -> Use:
        """Return what the hosts do now; one that is off is paid for all the same."""
        hosts = world.site.hosts.values()
        return Use(*used_percent(world.site), sum(engine.cpus for engine in hosts) * CENTS_PER_CPU_HOUR, sum(engine.power != "off" for engine in hosts))

    def happens(self, world: FleetWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen; a release goes out copy by copy, and here the first one shows that it is bad."""
        match accident:
            case "leak":
                return ("ssh host-2 docker run -d --name report -m 256m --restart unless-stopped shop/report:1.0",)
            case "dead-machine":
                world.act({"kind": "power-off", "ref": "Machine//host-5"})
            case "bad-release":
                return ("ssh host-1 docker pull -q shop/api:1.1", "ssh host-1 docker rm -f api", f"ssh host-1 {API} --name api -p 8081:8081 shop/api:1.1")
        return ()

    def power_returns(self, world: FleetWorld) -> None:
        """Switch the dark host on again."""
        for name, engine in world.site.hosts.items():
            if engine.power == "off":
                world.act({"kind": "power-on", "ref": f"Machine//{name}"})

    def mends(self, world: FleetWorld, accident: Accident) -> Typed:
        """Return what the person on call types. No host has room for the database as it is: something smaller has to make way first."""
        match accident:
            case "leak":
                return ("ssh host-2 docker stats --no-stream", "ssh host-2 docker rm -f report")
            case "dead-machine":
                return ("checks", "ssh host-4 docker run -d --name events --restart unless-stopped -p 8114:8114 shop/events:1.0", "ssh host-2 docker rm -f events", "ssh host-2 docker run -d --name database --restart unless-stopped -p 5432:5432 shop/database:1.0",
                        edit("/server database/s/host-5/host-2/; /server events/s/host-2/host-4/"), RELOAD, "sed -i '/^database/s/host-5/host-2/; /^events/s/host-2/host-4/' inventory")
            case "bad-release":
                return ("ssh host-1 docker logs --tail 3 api", "ssh host-1 docker rm -f api", f"ssh host-1 {API} --name api -p 8081:8081 shop/api:1.0")
        return ()

    def prepares(self, world: FleetWorld, *, begins: bool) -> Typed:
        """Return how one more copy of the API is added for the sale, and taken away again."""
        if begins:
            return (f"ssh host-1 {API} --name api-2 -p 8181:8081 shop/api:1.0", edit("s/^backend api$/backend api\\n    server api-4 host-1:8181 check/"), RELOAD)
        return (edit("/server api-4/d"), RELOAD, "ssh host-1 docker rm -f api-2")

    def starts_one_more(self, world: FleetWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more copy of the web on a host that has none, and the line that tells the balancer."""
        lines = ("ssh host-4 docker run -d --cpus 0.25 --name web -p 8080:8080 -e API_HOST=lb:8081 shop/web:1.0", edit("s/^backend web$/backend web\\n    server web-4 host-4:8080 check/"), RELOAD)
        return lines, lambda: any(server.name == "web-4" and world.site.balancer.answers(server) is not None for server in world.site.balancer.config.backends["web"])
