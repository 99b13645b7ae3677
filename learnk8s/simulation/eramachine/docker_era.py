"""The shop in containers on one host: each with its own files and limits, all on one kernel."""

from collections.abc import Callable

from learnk8s.simulation.docker.scenarios import HOST, Scenario
from learnk8s.simulation.docker.world import DockerWorld
from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use

FLOW = "8080"
API = "docker run -d --name {name} --network shop --network-alias api --restart unless-stopped {image}"
WEB = "docker run -d --name web --network shop -p 8080:8080 --restart unless-stopped shop/web:1.0"
BEGINNING = Scenario(
    "era-day", "", "", "", "", goal={}, solution=(), memory_mib=4_096, cpus=4,
    setup=(*(f"docker pull -q shop/{name}:1.0" for name in ("web", "api", "database", "report", "batch")), "docker network create shop", "docker run -d --name database --network shop --restart unless-stopped shop/database:1.0", API.format(name="api", image="shop/api:1.0"), WEB),
)


class DockerEra:
    """One host of four CPUs and four gibibytes. A container has as much of it as it likes, and where there is one host, a dead one takes everything along."""

    name = "docker"

    def begin(self, seed: int) -> DockerWorld:
        """Return the host with the shop's containers up."""
        return DockerWorld.begun(BEGINNING, seed)

    def customers(self, world: DockerWorld, per_second: int) -> None:
        """Let so many requests a second come to the published port."""
        world.act({"kind": "set-traffic", "ref": f"Traffic//{FLOW}", "per_second": per_second})

    def counts(self, world: DockerWorld) -> Counts:
        """Return what was served and what failed so far."""
        world.site.requests.settle(world.now_ms)
        counts = world.site.requests.counts
        served = sum(flow["served"] for flow in counts.values())
        return Counts(served // 1_000_000, (sum(sum(flow.values()) - flow["down_ms"] for flow in counts.values()) - served) // 1_000_000)

    def use(self, world: DockerWorld) -> Use:
        """Return what the host does now; it is paid for when it is off, too."""
        counted, engines = world.scoreboard(), world.site.hosts.values()
        return Use(counted["cpu_used_percent"], counted["memory_used_percent"], sum(engine.cpus for engine in engines) * 4, len(engines))

    def happens(self, world: DockerWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                return ("docker run -d --name report -m 256m --restart unless-stopped shop/report:1.0",)
            case "dead-machine":
                world.act({"kind": "power-off", "ref": f"Machine//{HOST}"})
            case "bad-release":
                world.act({"kind": "bad-release"})
                return ("docker pull -q shop/api:1.3", "docker rm -f api", API.format(name="api", image="shop/api:1.3"))
        return ()

    def power_returns(self, world: DockerWorld) -> None:
        """Give the host its power back; what is to be restarted comes up by itself."""
        world.act({"kind": "power-on", "ref": f"Machine//{HOST}"})

    def mends(self, world: DockerWorld, accident: Accident) -> Typed:
        """Return what the person on call types: an image is never changed, so going back is running the old one."""
        match accident:
            case "leak":
                return ("docker stats --no-stream", "docker rm -f report")
            case "bad-release":
                return ("docker logs api", "docker rm -f api", API.format(name="api", image="shop/api:1.0"))
        return ()

    def prepares(self, world: DockerWorld, *, begins: bool) -> Typed:
        """Return how more copies are started, and taken away again. They help as far as the one host goes."""
        return (API.format(name="api-2", image="shop/api:1.0"),) if begins else ("docker rm -f api-2",)

    def starts_one_more(self, world: DockerWorld) -> tuple[Typed, Callable[[], bool]]:
        """Return one more container of the web's image."""
        def serves() -> bool:
            return any(container.name == "web-more" and container.is_ready(world.now_ms) for container in world.site.hosts[HOST].containers.values())

        return ("docker run -d --name web-more --network shop shop/web:1.0",), serves
