"""The scene: the learner with the pager, the balancer, five hosts in a row with their containers, and the record of the others."""

from typing import Any

from learnk8s.simulation.docker.scene import container_box, host_box
from learnk8s.simulation.fleet.records import RECORDS
from learnk8s.simulation.fleet.site import FleetSite

WORDS_KO = {"all is quiet": "조용함", "paged": "호출됨", "woken": "잠에서 깸", "running": "실행 중", "servers down": "죽은 서버 있음", "on paper": "기록", "UP": "살아 있음", "DOWN": "죽음"}


def boxes_of(site: FleetSite, place: str) -> list[dict[str, Any]]:
    """Return a box for the learner, the balancer, each host and the record."""
    load = site.requests.load()
    hosts = [{**host_box(engine, load), "children": [container_box(engine, container, load) for container in sorted(engine.containers.values(), key=lambda container: container.name)]} for engine in site.hosts.values()]
    return [_learner(site, place), _balancer(site), *hosts, _records()]


def _learner(site: FleetSite, place: str) -> dict[str, Any]:
    pages = site.open_pages()
    word = "all is quiet" if not pages else "woken" if any(page["night"] for page in pages) else "paged"
    facts = [["Here", "지금 있는 곳", *([place] if place else ("desk", "내 자리"))], ["Open pages", "열린 호출", ", ".join(page["service"] for page in pages) or "0"], ["Pages so far", "지금까지 호출", str(site.paged)], ["Of these at night", "그중 한밤에", str(site.paged_at_night)], ["Inventory is wrong in", "장부와 다른 줄", str(len(site.inventory_differences()))]]
    return {"ref": "Operator//you", "kind": "operator", "title": "you", "title_ko": "나", "word": word, "word_ko": WORDS_KO[word], "health": "bad" if pages else "good", "facts": facts, "children": []}


def _balancer(site: FleetSite) -> dict[str, Any]:
    balancer = site.balancer
    down = sorted(key for key, dead in balancer.down.items() if dead)
    word = "servers down" if down else "running"
    facts = [["Frontends", "프런트엔드", str(len(balancer.config.frontends))], ["Servers", "서버", str(sum(map(len, balancer.config.backends.values())))], ["Down", "죽은 서버", ", ".join(down) or "0"], ["Reloads", "다시 읽은 횟수", str(balancer.reloads)]]
    return {"ref": "Balancer//lb", "kind": "balancer", "title": "lb", "word": word, "word_ko": WORDS_KO[word], "health": "bad" if down else "good", "facts": facts, "children": []}


def _records() -> dict[str, Any]:
    children = [{"ref": f"Record//{record.name}", "kind": "record", "title": record.title, "word": record.since, "word_ko": record.since, "health": "good", "facts": [["File", "파일", f"others/{record.file}"]], "children": []} for record in RECORDS]
    return {"ref": "Record//all", "kind": "images", "title": "how others said it", "title_ko": "남들은 이렇게 말했다", "word": "on paper", "word_ko": WORDS_KO["on paper"], "health": "good", "facts": [], "children": children}
