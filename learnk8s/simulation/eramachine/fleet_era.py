"""The shop on five Docker hosts that people look after: the learner is the orchestrator."""

from collections.abc import Callable

from learnk8s.simulation.docker.engine import Engine
from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use
from learnk8s.simulation.fleet.scenarios import Scenario
from learnk8s.simulation.fleet.world import FleetWorld

CONFIG = "/etc/haproxy/haproxy.cfg"
RELOAD = "ssh lb systemctl reload haproxy"
RUN_API = "docker run -d --name api --cpus 0.5 --restart unless-stopped -p 8081:8081 -e DATABASE_HOST=lb:5432"
DATABASE_HOST, SPARE_HOST = "host-5", "host-2"
"""No host has room for a second database. host-2 has, once its copy of api is gone; two other copies of that are left."""
BEGINNING = Scenario("era-day", "", "", "", "", goal={}, solution=(), traffic=0)


class FleetEra:
    """Five hosts of two CPUs and two gibibytes, twenty services, a balancer. The database stands on host-5; nobody moves it before somebody has seen that it is gone."""

    name = "fleet"

    def begin(self, seed: int) -> FleetWorld:
        """Return the fleet with everything up."""
        return FleetWorld.begun(BEGINNING, seed)

    def customers(self, world: FleetWorld, per_second: int) -> None:
        """Let so many requests a second come to the balancer."""
        world.act({"kind": "set-traffic", "ref": "Traffic//web", "per_second": per_second})

    def counts(self, world: FleetWorld) -> Counts:
        """Return what was served and what failed so far."""
        world.site.requests.settle(world.now_ms)
        flow = world.site.requests.counts.get("web")
        return Counts(flow["served"] // 1_000_000, (sum(flow.values()) - flow["served"] - flow["down_ms"]) // 1_000_000) if flow else Counts(0, 0)

    def use(self, world: FleetWorld) -> Use:
        """Return what the hosts do now; they are paid for when they are off, too."""
        counted, engines = world.scoreboard(), world.site.hosts.values()
        return Use(counted["cpu_used_percent"], counted["memory_used_percent"], sum(engine.cpus for engine in engines) * 4, len(engines))

    def happens(self, world: FleetWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                return ("ssh host-4 docker run -d --name report -m 256m --restart unless-stopped shop/report:1.0",)
            case "dead-machine":
                world.act({"kind": "power-off", "ref": f"Machine//{DATABASE_HOST}"})
            case "bad-release":
                world.act({"kind": "bad-release"})
                return ("ssh host-1 docker rm -f api", f"ssh host-1 {RUN_API} shop/api:1.3")
        return ()

    def power_returns(self, world: FleetWorld) -> None:
        """Give the dark host its power back."""
        world.act({"kind": "power-on", "ref": f"Machine//{DATABASE_HOST}"})

    def mends(self, world: FleetWorld, accident: Accident) -> Typed:
        """Return what the person on call types; a service whose only copy is gone is started elsewhere, the balancer is told, and it is written down."""
        match accident:
            case "leak":
                return ("ssh host-4 docker stats --no-stream", "ssh host-4 docker rm -f report")
            case "dead-machine":
                return ("checks", f"ssh {SPARE_HOST} docker rm -f api", f"ssh {SPARE_HOST} docker run -d --name database --restart unless-stopped -p 5432:5432 shop/database:1.0", f"ssh lb \"sed -i '/server database/s/{DATABASE_HOST}/{SPARE_HOST}/' {CONFIG}\"", RELOAD, f"sed -i '/^database/s/{DATABASE_HOST}/{SPARE_HOST}/; /^api.*{SPARE_HOST}/d' inventory")
            case "bad-release":
                return ("checks", "ssh host-1 docker logs api", "ssh host-1 docker rm -f api", f"ssh host-1 {RUN_API} shop/api:1.0")
        return ()

    def prepares(self, world: FleetWorld, *, begins: bool) -> Typed:
        """Return how copies are added host by host, each told to the balancer, and taken away again."""
        more = RUN_API.replace("--name api", "--name api-2").replace("8081:8081", "8181:8081") + " shop/api:1.0"
        if begins:
            return (f"ssh host-1 {more}", f"ssh host-4 {more}", f"ssh lb \"sed -i 's/^backend api$/backend api\\n    server api-4 host-1:8181 check\\n    server api-5 host-4:8181 check/' {CONFIG}\"", RELOAD)
        return (f"ssh lb \"sed -i '/:8181/d' {CONFIG}\"", RELOAD, "ssh host-1 docker rm -f api-2", "ssh host-4 docker rm -f api-2")

    def starts_one_more(self, world: FleetWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more copy of web on a host that has none."""
        engine: Engine = world.site.hosts["host-4"]

        def serves() -> bool:
            return any(container.name == "web-more" and container.is_ready(world.now_ms) for container in engine.containers.values())

        return ("ssh host-4 docker run -d --name web-more -p 8180:8080 -e API_HOST=lb:8081 shop/web:1.0",), serves
