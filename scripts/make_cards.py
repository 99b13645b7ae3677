"""Draw the pictures that other sites show with a link (static/img/cards) and the icons of the app (static/img/icons). Needs what make test installs.

They are kept in the tree, because fonts differ from machine to machine: run it when the drawing of the eras or their names change.
"""

import io
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learnk8s.settings")
os.environ.setdefault("LEARNK8S_DEBUG", "1")

PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><style>{sheets}
@layer pages {{ body {{ inline-size: 1200px; block-size: 630px; overflow: hidden; display: block; }} .band {{ block-size: 18px; background: var(--band); }} .card-page {{ padding: 34px 60px; }}
.card-page h1 {{ font-size: 68px; line-height: 1.12; }} .card-page p {{ font: 400 27px/1.4 var(--text); color: var(--ink-2); margin-block-start: 10px; max-inline-size: 62rem; }} .brand {{ position: absolute; inset-block-end: 26px; inset-inline-start: 60px; font: 700 26px/1 var(--sans); }}
.walls__drawing {{ position: absolute; inset-block-end: 74px; inset-inline: 60px; }} .walls__drawing svg {{ block-size: 310px; inline-size: 1080px; }} }}</style>
<body data-era="{era}"><div class="band"></div><main class="card-page"><h1>{title}</h1><p>{text}</p><div class="walls walls--{drawn}" {accent}><div class="walls__drawing">{drawing}</div></div></main><div class="brand">learnk8s</div></body></html>"""
ICON = """<!doctype html><meta charset="utf-8"><style>body {{ margin: 0; background: {paper}; }} svg {{ position: absolute; inset: {inset}px; inline-size: {size}px; block-size: {size}px; color: #16202e; }}</style>{mark}"""


def sheets() -> str:
    """Return the styles that the drawing needs."""
    names = ("layers", "reset", "tokens", "base", "pages/walls")
    return "\n".join((ROOT / f"static/css/{name}.css").read_text(encoding="utf-8") for name in names)


def pages() -> list[tuple[str, str]]:
    """Return file names with the HTML of their pictures."""
    import django

    django.setup()
    from django.template.loader import render_to_string
    from django.utils.translation import override

    from learnk8s.timeline.eras import TEXTS
    from learnk8s.timeline.walls import DRAWING

    found = []
    for language in ("ko", "en"):
        with override(language):
            drawing = render_to_string("timeline/_walls_drawing.html", {**DRAWING, "language": language})
        heading = {"ko": ("쿠버네티스는 왜 있는가", "같은 작은 가게를 여섯 가지 방법으로 돌려 왔다. 읽고, 직접 몰아 보자."), "en": ("Why does Kubernetes exist?", "The same small shop, run in six ways. Read the story, or drive it.")}[language]
        cards = [("all", "", "kubernetes", *heading), *((era.slug, era.slug, era.slug, era.name[language], era.question[language]) for era in TEXTS)]
        for name, era, drawn, title, text in cards:
            found.append((f"static/img/cards/{language}-{name}.png", PAGE.format(language=language, sheets=sheets(), era=era, title=title, text=text, drawn=drawn, drawing=drawing, accent='data-era="kubernetes"' if name == "all" else "")))
    return found


def main() -> None:
    """Draw them all."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    path = os.environ.get("LEARNK8S_CHROMIUM", "/usr/bin/chromium")
    drawings = pages()
    with sync_playwright() as play:
        browser = play.chromium.launch(args=["--no-sandbox", "--disable-gpu"], **({} if path == "playwright" else {"executable_path": path}))
        page = browser.new_page(viewport={"width": 1200, "height": 630}, color_scheme="light")
        for name, html in drawings:
            page.set_content(html)
            keep(Image.open(io.BytesIO(page.screenshot())), name)
        mark = (ROOT / "static/img/favicon.svg").read_text(encoding="utf-8")
        for name, size, share in (("icon-192", 192, 0.72), ("icon-512", 512, 0.72), ("maskable-512", 512, 0.5)):
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(ICON.format(paper="#fdfcf8", inset=round(size * (1 - share) / 2), size=round(size * share), mark=mark))
            keep(Image.open(io.BytesIO(page.screenshot())), f"static/img/icons/{name}.png")
        browser.close()


def keep(picture, name: str) -> None:
    """Save a picture small: a drawing has few colours."""
    target = ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.convert("RGB").quantize(64).save(target, optimize=True)
    print(f"{name} {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
