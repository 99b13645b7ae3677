"""Use a sandbox of 100 nodes and 1000 pods in a real browser as a learner does, and measure what it costs: from each press to the next painted frame, and the bytes of each change.

An interaction is what browsers call one (INP): a key or a click, from the moment at which it was made to the first frame that shows its consequence. The command's answer comes from the
server later, as a change of its own; that one is counted as bytes and as the longest task that putting it in place takes. Then go closer and further in the timeline with a processor
that is four times slower, as a phone's is. Run through `make lighthouse`.
"""

from typing import Any

from playwright.sync_api import Page, sync_playwright

START = "kubernetes:hundred-nodes"
PODS = 1000
SLOWER = 4
PRESS_MAX_MS, CHANGE_MAX_BYTES = 100, 15_000
WATCH = """() => {
  window.seen = { presses: [], tasks: [] };
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (entry.interactionId) window.seen.presses.push(entry.duration); }).observe({ type: "event", durationThreshold: 16 });
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.seen.tasks.push(entry.duration); }).observe({ type: "longtask" });
}"""


def interactions(address: str, chromium: str) -> dict[str, float]:
    """Return the figures of one look. Raises TimeoutError when the page does not do what it should within a minute."""
    with sync_playwright() as play:
        browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **({} if chromium == "playwright" else {"executable_path": chromium}))
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            return {**_used(context.new_page(), address), "zoom_ms": _zoomed(context.new_page(), address)}
        finally:
            browser.close()


def _used(page: Page, address: str) -> dict[str, float]:
    page.set_default_timeout(60_000)
    page.goto(f"{address}/en/playground/")
    page.locator(f"button[value='{START}'], button[value='{START.partition(':')[2]}']").first.click()
    _until(page, f"document.querySelectorAll('.dot').length === {PODS} && Boolean(customElements.get('lk-terminal'))")
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(_body_size(request)) if "/look/" in request.url or "/run/" in request.url else None)
    page.evaluate(WATCH)
    page.locator("#line").click()
    page.keyboard.type("kubectl get nodes", delay=60)
    page.keyboard.press("Enter")
    _until(page, "document.querySelector('.terminal__screen').textContent.includes('node-100')")
    page.locator("#line").fill("kubectl scale deployment web --replicas=900")
    page.keyboard.press("Enter")
    _until(page, "document.querySelectorAll('.dot').length <= 950")
    for number in (3, 50, 97):
        page.locator(f"#node-node-{number} .dot").first.click()
        page.wait_for_timeout(700)
    page.locator("button[name=pause]").first.click()
    page.wait_for_timeout(700)
    found = page.evaluate("window.seen")
    presses = sorted(found["presses"]) or [16]
    return {"press_ms": presses[-1], "press_median_ms": presses[len(presses) // 2], "longest_task_ms": round(max(found["tasks"], default=50)), "change_bytes": max(sizes), "changes": len(sizes)}


def _zoomed(page: Page, address: str) -> float:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{address}/ko/timeline/")
    _until(page, "Boolean(customElements.get('lk-timeline') && window.htmx)")
    page.wait_for_timeout(1000)
    page.evaluate(WATCH)
    for step in ("closer", "closer", "closer", "earlier", "later", "further", "further", "further"):
        page.locator(f"#zoom-{step}").click()
        page.wait_for_timeout(800)
    return max(page.evaluate("window.seen.presses"), default=16)


def _body_size(request: Any) -> int:
    return request.sizes()["responseBodySize"]


def _until(page: Page, condition: str) -> None:
    """Wait for a condition. The page's policy forbids the function that playwright would wait with."""
    for _turn in range(600):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(condition)
