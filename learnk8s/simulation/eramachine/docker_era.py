"""The shop in containers on one host: quick to start, well kept apart, and all of it gone with that host."""

from collections.abc import Callable

from learnk8s.simulation.docker.scenarios import HOST, SHOP_NETWORK, Scenario
from learnk8s.simulation.docker.world import DockerWorld
from learnk8s.simulation.docker.scoreboard import CENTS_PER_CPU_HOUR, used_percent
from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use

RUN = "docker run -d --restart unless-stopped --network shop"
BEGINNING = Scenario("era-day", "", "", "", "", goal={}, solution=(), cpus=2, setup=(*SHOP_NETWORK, "docker pull -q shop/report:1.0", f"{RUN} --name database shop/database:1.0", f"{RUN} --name api shop/api:1.0", f"{RUN} --name web -p 8080:8080 shop/web:1.0"))


class DockerEra:
    """One host of two CPUs and four gibibytes."""

    name = "docker"

    def begin(self, seed: int) -> DockerWorld:
        """Return the host with the shop's containers up."""
        return DockerWorld.begun(BEGINNING, seed)

    def customers(self, world: DockerWorld, per_second: int) -> None:
        """Let so many requests a second come to the published port."""
        world.act({"kind": "set-traffic", "ref": "Traffic//8080", "per_second": per_second})

    def counts(self, world: DockerWorld) -> Counts:
        """Return what was served and what failed so far."""
        world.site.requests.settle(world.now_ms)
        return Counts(*world.site.requests.totals())

    def use(self, world: DockerWorld) -> Use:
        """Return what the host does now; one that is off is paid for all the same."""
        hosts = world.site.hosts.values()
        return Use(*used_percent(world.site), sum(engine.cpus for engine in hosts) * CENTS_PER_CPU_HOUR, sum(engine.power != "off" for engine in hosts))

    def happens(self, world: DockerWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                return ("docker run -d --name report -m 256m --restart unless-stopped shop/report:1.0",)
            case "dead-machine":
                world.act({"kind": "power-off", "ref": f"Machine//{HOST}"})
            case "bad-release":
                return ("docker pull -q shop/api:1.1", "docker rm -f api", f"{RUN} --name api shop/api:1.1")
        return ()

    def power_returns(self, world: DockerWorld) -> None:
        """Switch the host on again; its containers have a restart policy."""
        world.act({"kind": "power-on", "ref": f"Machine//{HOST}"})

    def mends(self, world: DockerWorld, accident: Accident) -> Typed:
        """Return what the person on call types; a dead host is mended by its power only, for there is no other."""
        match accident:
            case "leak":
                return ("docker stats --no-stream", "docker rm -f report")
            case "bad-release":
                return ("docker logs --tail 3 api", "docker rm -f api", f"{RUN} --name api shop/api:1.0")
        return ()

    def prepares(self, world: DockerWorld, *, begins: bool) -> Typed:
        """Return nothing: more copies on the same host would share the same CPUs."""
        return ()

    def starts_one_more(self, world: DockerWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more container of the same image."""
        return (f"{RUN} --name web-more shop/web:1.0",), lambda: any(container.name == "web-more" and container.is_ready(world.now_ms) for container in world.terminal.engine.containers.values())
