"""What a learner may break and mend by a button or by the commands `fault` and `traffic`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.hub import BAD_RELEASE
from learnk8s.simulation.docker.layers import MB, Image, Step, layer, reference
from learnk8s.simulation.kernel import faults
from learnk8s.simulation.kernel.faults import Amount, BadAction, Fault, command_line

if TYPE_CHECKING:
    from learnk8s.simulation.docker.container import Container
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.site import Site

LEAK_BYTES_PER_MS = 2_000
LEFT_FREE = 60 * MB
NIGHTLY_SIZE = 640 * MB


FAULTS = (
    Fault("kill", "Container", "Kill its process", "프로세스 죽이기", "The container's process gets SIGKILL from the host.", "호스트에서 컨테이너의 프로세스에 SIGKILL을 보낸다.", "fault kill CONTAINER"),
    Fault("hang", "Container", "Let its program hang", "프로그램 멈추게 하기", "The program runs on and answers nobody.", "프로그램이 살아 있지만 아무에게도 답하지 않는다.", "fault hang CONTAINER"),
    Fault("leak", "Container", "Let it leak memory", "메모리 새게 하기", "The program takes 2 MB more every second.", "프로그램이 1초마다 2MB씩 더 쥔다.", "fault leak CONTAINER"),
    Fault("power-off", "Machine", "Pull the plug", "전원 뽑기", "The host and every container on it are off at once.", "호스트와 그 위의 모든 컨테이너가 바로 꺼진다.", "fault power-off HOST"),
    Fault("power-on", "Machine", "Switch it on", "전원 켜기", "The host boots: a minute and a half.", "호스트가 부팅한다. 1분 30초가 걸린다.", "fault power-on HOST"),
    Fault("fill-disk", "Machine", "Fill its disk with layers", "디스크를 레이어로 채우기", "A week of nightly builds that nobody cleans up.", "아무도 치우지 않은 일주일 치 야간 빌드가 쌓인다.", "fault fill-disk HOST"),
    Fault("registry-down", "", "Cut the registries off", "레지스트리 끊기", "Nothing can be pulled or pushed.", "이미지를 받지도 올리지도 못한다.", "fault registry-down"),
    Fault("registry-up", "", "Bring the registries back", "레지스트리 되살리기", "Pulling and pushing work again.", "이미지를 다시 받고 올릴 수 있다.", "fault registry-up"),
    Fault("bad-release", "", "Push a bad release", "나쁜 릴리스 올리기", "Under shop/api:1.3 stands a program that does not start.", "시작되지 않는 프로그램이 shop/api:1.3으로 올라온다.", "fault bad-release"),
    Fault("set-traffic", "Traffic", "Set the traffic", "트래픽 조절하기", "So many requests a second come.", "초당 이만큼의 요청이 온다.", "traffic PORT REQUESTS_PER_SECOND"),
)
BY_KIND = faults.by_kind(FAULTS)


def faults_for(site: "Site", ref: str) -> list[dict[str, Any]]:
    """Return the faults that can be applied to a thing now; for "" those of the whole world."""
    kind, _, name = _parts(ref)
    if not ref:
        rates = [BY_KIND["set-traffic"].button(f"Traffic//{flow}", command_line("set-traffic", flow, {}), amount=Amount("per_second", rate, faults.RATE_MAX)) for flow, rate in sorted(site.requests.rates.items())]
        return [*rates, *(fault.button("", command_line(fault.kind, "", {})) for fault in FAULTS if not fault.applies_to and refusal(site, fault, "") == "")]
    return [fault.button(ref, command_line(fault.kind, name, {})) for fault in FAULTS if fault.applies_to == kind and refusal(site, fault, name) == ""]


def _parts(ref: str) -> tuple[str, str, str]:
    kind, _, rest = ref.partition("/")
    host, _, name = rest.partition("/")
    return kind, host, f"{host}/{name}" if host and kind == "Container" and name else name or host


def container_of(site: "Site", name: str) -> "tuple[Engine, Container] | None":
    """Return a container by `host/name` or, if only one host has it, by its name."""
    host, slash, plain = name.rpartition("/")
    found = [(engine, container) for engine in site.hosts.values() if not slash or engine.name == host for container in engine.containers.values() if container.name == plain]
    return found[0] if len(found) == 1 else None


def refusal(site: "Site", fault: Fault, name: str) -> str:
    """Return why a fault cannot be applied, or nothing."""
    if fault.applies_to == "Container":
        found = container_of(site, name)
        if found is None:
            return f"there is no container {name}"
        return "" if found[1].state == "running" else f"{name} does not run"
    if fault.applies_to == "Machine":
        engine = site.hosts.get(name)
        if engine is None:
            return f"there is no host {name}"
        if fault.kind == "fill-disk":
            return "" if engine.power == "on" and engine.disk_free() > 2 * LEFT_FREE else "its disk is full already or it is off"
        return "" if (engine.power == "off") == (fault.kind == "power-on") and engine.power != "booting" else f"{name} is {engine.power} already"
    if fault.kind in ("registry-down", "registry-up"):
        return "" if site.registry.is_down == (fault.kind == "registry-up") else "the registries are like that already"
    if fault.kind == "bad-release":
        return "" if "shop/api:1.3" not in site.registry.pushed.get("docker.io", {}) else "it is there already"
    return ""


def apply_fault(site: "Site", action: Mapping[str, Any]) -> str:
    """Do what an action says and return the equivalent command line. Raises BadAction."""
    fault = faults.asked(BY_KIND, action)
    ref = str(action.get("ref", ""))
    name = ref.partition("//")[2] if "//" in ref else _parts(ref)[2]
    if wrong := refusal(site, fault, name):
        raise BadAction(wrong)
    if fault.applies_to == "Container":
        _hurt(site, fault.kind, name)
    elif fault.applies_to == "Machine":
        _power(site, fault.kind, name)
    elif fault.kind == "set-traffic":
        _rate(site, name, faults.rate(action))
    else:
        _world(site, fault.kind)
    site.changed()
    return command_line(fault.kind, name, action)


def _hurt(site: "Site", kind: str, name: str) -> None:
    found = container_of(site, name)
    assert found is not None, "refusal has looked"
    engine, container = found
    site.blast_radius = 1
    match kind:
        case "kill":
            engine.exit(container, 137)
        case "hang":
            container.is_hung = True
            site.note("accident", "container.hung", engine.ref(container), "container", container.name)
        case "leak":
            container.leaked, container.leak_since_ms = container.leaked_at(site.now_ms), site.now_ms
            container.leak_bytes_per_ms += LEAK_BYTES_PER_MS
            site.note("accident", "container.leaks", engine.ref(container), "container", container.name)


def _power(site: "Site", kind: str, name: str) -> None:
    engine = site.hosts[name]
    if kind == "power-off":
        engine.power_off()
    elif kind == "power-on":
        engine.power_on()
    else:
        fill_disk(engine)


def fill_disk(engine: "Engine") -> None:
    """Leave images of nightly builds until hardly any room is free."""
    base = engine.site.registry.find(reference("debian:trixie-slim"), local={})
    number = len(engine.shelf.images)
    while engine.disk_free() > LEFT_FREE:
        size = min(NIGHTLY_SIZE, engine.disk_free() - LEFT_FREE // 2 - (0 if base.layers[0] in engine.shelf.layers() else engine.site.store[base.layers[0]].size))
        if size <= MB:
            break
        number += 1
        made = layer(size, {f"/srv/nightly-{number}": ""}, "nightly", engine.name, number)
        engine.site.store.add(made)
        image = Image.made((*base.layers, made.id), base.config, (*base.history, Step("COPY . /srv # buildkit", engine.site.now_ms - number * 86_400_000, made.id)), engine.site.now_ms - number * 86_400_000)
        engine.shelf.add(image, reference(f"shop/nightly:{number}") if number % 3 == 0 else None)
    engine.site.note("accident", "host.filled", f"Machine//{engine.name}", "host", engine.name)


def _rate(site: "Site", name: str, rate: int) -> None:
    if not name or len(name) > 60 or len(site.requests.rates) >= 40 and name not in site.requests.rates:
        raise BadAction("there is no such flow")
    site.requests.set_rate(name, rate)
    site.note("customers", "traffic.set", f"Traffic//{name}", "flow", name, "rate", str(rate))


def _world(site: "Site", kind: str) -> None:
    if kind == "bad-release":
        site.registry.pushed.setdefault("docker.io", {})["shop/api:1.3"] = BAD_RELEASE
        site.note("team", "image.released", "Image//shop/api:1.3", "image", "shop/api:1.3")
        return
    site.registry.is_down = kind == "registry-down"
    site.note("accident", "registry.down" if site.registry.is_down else "registry.up", "Registry//docker.io")
