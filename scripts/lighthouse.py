"""Measure pages with Lighthouse (mobile, throttled as it does by itself) against `make serve`, and print a JSON line for each: scores and times.

Lighthouse comes from npm into var/lighthouse, once. A site of its own is served on a free port with a database of its own, so nothing else is touched.
"""

import argparse
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = Path(os.environ.get("LEARNK8S_LIGHTHOUSE", ROOT / "var" / "lighthouse"))
PAGES = {"home": "/en/", "home_ko": "/ko/", "timeline": "/en/timeline/", "lesson": "/en/learn/kubernetes/self-healing/", "playground": "/en/playground/", "sandbox": ""}
LEAST = {"home": 100, "home_ko": 100, "timeline": 100, "lesson": 100, "playground": 100, "sandbox": 95}
"""The least score for performance; the other three are 100 everywhere but for a sandbox, which no search engine shall see."""
PAINT_MAX_MS = 1200
"""Of the largest paint."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FIGURES = ROOT / "docs" / "figures-pages.md"


def installed() -> Path:
    """Return the program, installed on demand."""
    program = TOOL / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        npm = shutil.which("npm") or sys.exit("learnk8s: Lighthouse needs Node.js with npm, which is not here")
        TOOL.mkdir(parents=True, exist_ok=True)
        subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(TOOL), "lighthouse@12"], check=True)
    return program


def served() -> tuple[subprocess.Popen[bytes], str]:
    """Serve as in production, and return the process with its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = ROOT / "var" / "measuring"
    shutil.rmtree(folder, ignore_errors=True)
    env = {**os.environ, "LEARNK8S_VAR": str(folder), "PORT": str(port), "LEARNK8S_DEBUG": "0"}
    server = subprocess.Popen([sys.executable, str(ROOT / "scripts" / "dev.py"), "serve"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _try in range(600):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1).close()  # noqa: S310  # our own server
            return server, address
        except OSError:
            time.sleep(0.2)
    server.kill()
    sys.exit("learnk8s: the site did not come up")


def begun(address: str) -> tuple[str, str]:
    """Begin a sandbox, and return its path and the cookie that opens it."""
    import http.cookiejar
    import urllib.parse

    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/en/playground/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "the page has a form"
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "scenario": "kubernetes:self-healing"}).encode()
    path = urllib.parse.urlsplit(opener.open(urllib.request.Request(f"{address}/en/playground/", data, {"Referer": address})).url).path  # noqa: S310  # our own server
    return path, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def measured(program: Path, address: str, chromium: str, cookie: str = "") -> dict[str, float]:
    """Return the scores and times of one look at a page. A trace that the browser spoiled is taken again."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    extra = [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    argv = [str(program), address, "--quiet", "--output=json", "--output-path=stdout", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}", *extra]
    for _try in range(3):
        done = subprocess.run(argv, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, check=False)
        if done.returncode == 0:
            break
    else:
        sys.exit(f"learnk8s: Lighthouse failed: {done.stderr.decode()[-400:]}")
    report = json.loads(done.stdout)
    audits = report["audits"]
    found = {name: round(report["categories"][name]["score"] * 100) for name in CATEGORIES}
    found |= {"lcp_ms": round(audits["largest-contentful-paint"]["numericValue"]), "fcp_ms": round(audits["first-contentful-paint"]["numericValue"]), "tbt_ms": round(audits["total-blocking-time"]["numericValue"]),
              "cls": round(audits["cumulative-layout-shift"]["numericValue"], 4), "kb": round(audits["total-byte-weight"]["numericValue"] / 1024, 1)}
    lost = [name for category in CATEGORIES for ref in report["categories"][category]["auditRefs"] if (audit := audits[name := ref["id"]]).get("score") is not None and audit["score"] < 0.9 and ref["weight"]]
    return {**found, "lost": lost}


def middle(looks: list[dict[str, float]]) -> dict[str, float]:
    """Return the look whose largest paint is the median: what else the machine does makes single looks slower, never quicker."""
    return sorted(looks, key=lambda row: row["lcp_ms"])[len(looks) // 2]


def main() -> int:
    """Measure, print, keep; exit 1 if a page is below what it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pages")
    parser.add_argument("--looks", type=int, default=3, help="how often each page is looked at; the median counts")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {FIGURES.relative_to(ROOT)}")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "scripts"))
    from dev import browser

    program, chromium = installed(), browser()
    server, address = served()
    rows, is_late = [], False
    try:
        for name, path in PAGES.items():
            if arguments.names and name not in arguments.names:
                continue
            path, cookie = begun(address) if name == "sandbox" else (path, "")
            row = middle([measured(program, address + path, chromium, cookie) for _look in range(arguments.looks)])
            print(json.dumps({"name": f"lighthouse_{name}", **row}), flush=True)
            rows.append((name, row))
            is_late = is_late or row["performance"] < LEAST[name] or row["lcp_ms"] > PAINT_MAX_MS or min(row[category] for category in CATEGORIES[1:]) < (0 if name == "sandbox" else 100)
    finally:
        server.terminate()
        server.wait()
    if arguments.write:
        write(rows, arguments.looks)
    return int(is_late)


def write(rows: list[tuple[str, dict[str, float]]], looks: int) -> None:
    """Keep the figures with the day and the machine."""
    columns = (*CATEGORIES, "lcp_ms", "fcp_ms", "tbt_ms", "cls", "kb")
    lines = ["# Figures of pages", "", f"Measured by `make lighthouse` on {datetime.now(UTC):%Y-%m-%d}: Lighthouse 12, mobile, its own throttling, a first visit, the median of {looks}; {os.cpu_count()} cores, {platform.machine()}. Times in milliseconds, sizes in KiB transferred.", "",
             f"| page | {' | '.join(columns)} |", "|---|" + "---:|" * len(columns), *(f"| {name} | {' | '.join(f'{row[column]:g}' for column in columns)} |" for name, row in rows), ""]
    FIGURES.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
