"""Take the pictures of README and docs from the real pages, as a reader would see them, and keep them in docs/pictures."""

import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
FOLDER = ROOT / "docs" / "pictures"
SHOTS = (("home", "/en/", 1280, "light"), ("timeline", "/en/timeline/", 1280, "light"), ("era", "/ko/era/vm/", 1280, "light"), ("lesson", "/ko/learn/kubernetes/self-healing/", 1280, "light"), ("search-dark", "/ko/search/?q=파드", 1280, "dark"), ("era-machine", "/en/era-machine/", 1280, "light"), ("home-phone", "/ko/", 360, "light"), ("lesson-phone", "/ko/learn/kubernetes/self-healing/", 360, "dark"))
WORLDS = (("playground", "self-healing", "kubectl get pods -o wide", "light"), ("world-linux", "linux:one-server", "ps aux", "light"), ("world-vm", "hypervisor:overcommit", "virsh list", "light"), ("world-docker", "docker:disk-full", "docker images", "dark"), ("world-fleet", "fleet:inventory", "cat inventory", "light"))
"""Sandboxes: the picture's name, the scenario, what is typed there, the theme."""


def main() -> None:
    """Serve the site, look at it, and save what is seen."""
    from lighthouse import served
    from playwright.sync_api import sync_playwright

    server, address = served()
    path = os.environ.get("LEARNK8S_CHROMIUM", "/usr/bin/chromium")
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **({} if path == "playwright" else {"executable_path": path}))
            for name, place, width, theme in SHOTS:
                page = browser.new_context(viewport={"width": width, "height": 860 if width > 500 else 740}, color_scheme=theme, reduced_motion="reduce").new_page()
                page.goto(address + place)
                page.evaluate("customElements.whenDefined('theme-switch').then(() => null)")
                keep(page.screenshot(), name)
            for name, scenario, line, theme in WORLDS:
                page = browser.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=theme, reduced_motion="reduce").new_page()
                page.goto(f"{address}/en/playground/")
                page.locator(f"button[value='{scenario}'], button[value='kubernetes:{scenario}']").first.click()
                page.evaluate("customElements.whenDefined('lk-terminal').then(() => null)")  # before that, Enter makes a new line
                page.locator("#line").fill(line)
                page.locator("#line").press("Enter")
                page.locator(".terminal__output").last.wait_for()
                keep(page.screenshot(), name)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def keep(shot: bytes, name: str) -> None:
    """Save a picture small."""
    from PIL import Image

    FOLDER.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(96).save(FOLDER / f"{name}.png", optimize=True)
    print(f"docs/pictures/{name}.png {(FOLDER / f'{name}.png').stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
