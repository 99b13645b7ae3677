"""The shop on one server: everything side by side in one system."""

from collections.abc import Callable

from learnk8s.simulation.eramachine.era import Accident, Counts, Typed, Use
from learnk8s.simulation.linux import scoreboard
from learnk8s.simulation.linux.scenarios import Scenario
from learnk8s.simulation.linux.world import LinuxWorld
from learnk8s.simulation.workload import shop

LIBRARY = "/usr/lib/x86_64-linux-gnu/libpricing.so.1"
BEGINNING = Scenario("era-day", "", "", "", "", setup=("systemctl enable --now shop-database shop-api shop-web", "mkdir /opt/pricing2", "cp /opt/vendor/libpricing-2.0.so /opt/pricing2/libpricing.so.1", "sed -i 's|batch.py|batch.py --library-path /opt/pricing2|' /etc/systemd/system/shop-batch.service", "systemctl daemon-reload", "systemctl enable --now shop-batch.timer"), settle_ms=10_000)


class LinuxEra:
    """One server of two CPUs and two gibibytes. Who buys a second one has to set it up by hand; nobody does so within a day."""

    name = "linux"

    def begin(self, seed: int) -> LinuxWorld:
        """Return the server with the shop on it."""
        return LinuxWorld.begun(BEGINNING, seed)

    def customers(self, world: LinuxWorld, per_second: int) -> None:
        """Let so many requests a second come; the world counts in percent of its own day."""
        usual = shop.requests_per_second(world.now_ms)
        world.act({"kind": "set-traffic", "percent": -(-per_second * 100 // usual)})

    def counts(self, world: LinuxWorld) -> Counts:
        """Return what was served and what failed so far."""
        flow = world.machine.flow
        passed = world.now_ms - flow.settled_ms
        return Counts((flow.served + flow.served_rate * passed) // scoreboard.MICRO, (flow.failed + flow.failed_rate * passed) // scoreboard.MICRO)

    def use(self, world: LinuxWorld) -> Use:
        """Return what the server does now."""
        counted = world.scoreboard()
        return Use(counted["cpu_used_percent"], counted["memory_used_percent"], counted["cost_cents_per_hour"], 1)

    def happens(self, world: LinuxWorld, accident: Accident, dark_ms: int) -> Typed:
        """Let an accident happen."""
        match accident:
            case "leak":
                world.act({"kind": "start-leak"})
            case "dead-machine":
                world.act({"kind": "crash-machine", "dark_ms": dark_ms})
            case "bad-release":
                return (f"sudo cp /opt/vendor/libpricing-2.0.so {LIBRARY}", "sudo systemctl restart shop-api")
        return ()

    def power_returns(self, world: LinuxWorld) -> None:
        """Nothing is left to do: the server boots by itself once it has power."""

    def mends(self, world: LinuxWorld, accident: Accident) -> Typed:
        """Return what the person on call types."""
        match accident:
            case "leak":
                return ("sudo dmesg | tail", "sudo pkill -f report.py", "sudo systemctl start shop-database shop-api shop-web")
            case "dead-machine":
                return ()
            case "bad-release":
                return ("journalctl -u shop-api -n 5", f"sudo cp /opt/vendor/libpricing-1.0.so {LIBRARY}", "sudo systemctl reset-failed shop-api", "sudo systemctl restart shop-api")
        return ()

    def prepares(self, world: LinuxWorld, *, begins: bool) -> Typed:
        """Return nothing: there is one server, and it is full."""
        return ()

    def starts_one_more(self, world: LinuxWorld) -> tuple[Typed, Callable[[], bool]]:
        """Start the web server beside itself is impossible, the port is taken; so this is the time of the first one."""
        world.execute("sudo systemctl stop shop-web")
        return ("sudo systemctl start shop-web",), lambda: any(process.program == "web" and process.phase == "serving" for process in world.machine.processes.values())
