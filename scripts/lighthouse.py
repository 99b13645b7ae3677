"""Measure pages with Lighthouse (mobile, throttled as it does by itself) against `make serve`, and print a JSON line for each: scores and times. Then use a large sandbox in a browser (interaction.py).

Lighthouse comes from npm into var/lighthouse, once. A site of its own is served on a free port with a database of its own, so nothing else is touched. Lighthouse multiplies how long tasks
took by four, so what else the machine does is multiplied too: each look waits for a calm moment, for a bounded time, and the load during it is kept beside the figures.
Four is meant for a machine whose processor Lighthouse counts as at least 1000 (`index`; its docs/throttling.md). On a slower one the scores say less of the pages: that is printed, and `--slowdown` takes what
one gives instead. What is kept in docs/ says which multiplier and which index.
"""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOL = Path(os.environ.get("LEARNK8S_LIGHTHOUSE", ROOT / "var" / "lighthouse"))
LESSON = "/learn/kubernetes/self-healing/"
PAGES = {"home": "/en/", "home_ko": "/ko/", "timeline": "/en/timeline/", "timeline_ko": "/ko/timeline/", "lesson": f"/en{LESSON}", "lesson_ko": f"/ko{LESSON}", "era": "/en/era/vm/", "era_ko": "/ko/era/kubernetes/", "playground": "/en/playground/", "sandbox": ""}
PERFORMANCE_MIN = dict.fromkeys(PAGES, 100) | {"playground": 95, "sandbox": 95}
"""The other three scores are 100 everywhere but for a sandbox, which no search engine shall see."""
PAINT_MAX_MS = 1200
"""Of the largest paint."""
LOOK_S = 120
"""A look that takes longer hangs, and is taken again."""
CALM_S = 20
"""How long a look waits at most for the machine to be calm."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SLOWDOWN = 4.0
"""How many times slower than this machine's the processor of the telephone is: what Lighthouse takes by itself."""
INDEX_MIN = 1000
"""Lighthouse warns below this processor index (core/gather/driver/environment.js): the machine is too slow for its multiplier."""
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
    """Begin a sandbox whose clock stands (a page that asks again and again is never done loading), and return its path and the cookie that opens it."""
    import http.cookiejar
    import urllib.parse

    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/en/playground/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "the page has a form"

    def sent(path: str, **fields: str) -> str:
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        return urllib.parse.urlsplit(opener.open(urllib.request.Request(address + path, data, {"Referer": address})).url).path  # noqa: S310  # our own server

    path = sent("/en/playground/", scenario="kubernetes:self-healing")
    sent(f"{path}clock/", pause="1")
    return path, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def calm() -> float:
    """Wait until fewer tasks wait than there are processors, but not for ever; return how many there are."""
    for _second in range(CALM_S):
        if _running() < (os.cpu_count() or 1):
            break
        time.sleep(1)
    return os.getloadavg()[0]


def _running() -> int:
    """Return how many tasks of this machine run or wait for a processor at this moment, without this one. Where that is not told, the load counts."""
    try:
        return int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[0]) - 1
    except OSError:
        return int(os.getloadavg()[0])


def measured(program: Path, address: str, chromium: str, cookie: str = "", slowdown: float = SLOWDOWN) -> dict[str, Any]:
    """Return the scores and times of one look at a page. A trace that the browser spoiled, or that hangs, is taken again. Raises RuntimeError after three."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
    extra = [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    report = ROOT / "var" / "measuring" / "report.json"  # what goes through a pipe can end in its middle
    argv = [str(program), address, "--quiet", "--output=json", f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}", f"--throttling.cpuSlowdownMultiplier={slowdown:g}", f"--chrome-flags={flags}", *extra]
    said = ""
    for _try in range(3):
        load = calm()
        report.unlink(missing_ok=True)
        process = subprocess.Popen(argv, env={**os.environ, "CHROME_PATH": chromium}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        try:
            _output, errors = process.communicate(timeout=LOOK_S)
        except subprocess.TimeoutExpired:
            said = f"no answer within {LOOK_S} s"
            continue
        finally:
            if process.poll() is None:  # with the browser that it started
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        if process.returncode == 0 and (found := told(json.loads(report.read_text(encoding="utf-8")))):
            return {**found, "load": round(load, 1)}
        said = errors.decode()[-400:] or "a trace without a paint"
    raise RuntimeError(said)


def told(report: dict[str, Any]) -> dict[str, Any] | None:
    """Return what counts of a report, or None if the trace was spoiled: then it has no score of performance."""
    audits, categories = report["audits"], report["categories"]
    if categories["performance"]["score"] is None:
        return None
    found = {name: round((categories[name]["score"] or 0) * 100) for name in CATEGORIES}
    times = {key: round(audits[name].get("numericValue", 0)) for key, name in (("lcp_ms", "largest-contentful-paint"), ("fcp_ms", "first-contentful-paint"), ("tbt_ms", "total-blocking-time"))}
    lost = [name for category in CATEGORIES for ref in categories[category]["auditRefs"] if (audit := audits[name := ref["id"]]).get("score") is not None and audit["score"] < 0.9 and ref["weight"]]
    return {**found, **times, "index": round(report["environment"]["benchmarkIndex"]), "cls": round(audits["cumulative-layout-shift"].get("numericValue", 0), 4), "kb": round(audits["total-byte-weight"].get("numericValue", 0) / 1024, 1), "lost": lost}


def middle(looks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the look whose largest paint is the median: what else the machine does makes single looks slower, never quicker."""
    return sorted(looks, key=lambda row: row["lcp_ms"])[(len(looks) - 1) // 2]


def is_short(name: str, row: dict[str, Any]) -> bool:
    """Say whether a page is below what it should be."""
    others = min(row[category] for category in CATEGORIES[1:]) < (0 if name == "sandbox" else 100)
    return row["performance"] < PERFORMANCE_MIN[name] or row["lcp_ms"] > PAINT_MAX_MS or row["cls"] > 0.001 or others


def main() -> int:
    """Measure, print, keep; exit 1 if a page is below what it should be or could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"only these: {', '.join(PAGES)}, interaction")
    parser.add_argument("--looks", type=int, default=3, help="how often each page is looked at; the median counts")
    parser.add_argument("--slowdown", type=float, default=SLOWDOWN, help="how many times slower than this machine's the processor of the telephone is")
    arguments = parser.parse_args()
    sys.path.insert(0, str(ROOT / "scripts"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended, too
    from dev import browser
    from interaction import CHANGE_MAX_BYTES, PRESS_MAX_MS, interactions

    program, chromium = installed(), browser()
    server, address = served()
    rows, short = read(), False
    try:
        for name, path in PAGES.items():
            if arguments.names and name not in arguments.names:
                continue
            try:
                path, cookie = begun(address) if name == "sandbox" else (path, "")
                urllib.request.urlopen(urllib.request.Request(address + path, headers={"Cookie": cookie})).close()  # noqa: S310  # our own server; what a process does once is not what a visitor waits for
                rows[name] = middle([measured(program, address + path, chromium, cookie, arguments.slowdown) for _look in range(arguments.looks)])
            except (RuntimeError, OSError) as problem:
                print(f"learnk8s: {name} could not be measured: {problem}", file=sys.stderr, flush=True)
                short = True
                continue
            print(json.dumps({"name": f"lighthouse_{name}", **rows[name]}), flush=True)
            short = short or is_short(name, rows[name])
            write(rows, arguments.looks, arguments.slowdown)
        if not arguments.names or "interaction" in arguments.names:
            calm()
            rows["interaction"] = interactions(address, chromium)
            print(json.dumps({"name": "interaction", **rows["interaction"]}), flush=True)
            short = short or max(rows["interaction"]["press_ms"], rows["interaction"]["zoom_ms"]) > PRESS_MAX_MS or rows["interaction"]["change_bytes"] > CHANGE_MAX_BYTES
            write(rows, arguments.looks, arguments.slowdown)
    finally:
        server.terminate()
        server.wait()
    slow = [row["index"] for name, row in rows.items() if name in PAGES and row.get("index", INDEX_MIN) < INDEX_MIN]
    if slow and short:
        print(f"learnk8s: this machine has a processor index of {min(slow):.0f} to {max(slow):.0f}; Lighthouse's multiplier of 4 is meant for {INDEX_MIN} and more (see --slowdown)", file=sys.stderr, flush=True)
    return int(short)


COLUMNS = (*CATEGORIES, "lcp_ms", "fcp_ms", "tbt_ms", "cls", "kb", "load", "index")
INTERACTION = {"press_ms": "slowest press, to the next painted frame, ms", "press_median_ms": "median press, ms", "zoom_ms": "slowest press in the timeline, closer and further, with a processor four times slower, ms", "longest_task_ms": "longest task of the page, ms", "change_bytes": "largest change, bytes compressed", "changes": "changes"}


def write(rows: dict[str, dict[str, Any]], looks: int, slowdown: float) -> None:
    """Keep the figures with the day and the machine."""
    pages = [f"| {name} | {' | '.join(f'{rows[name][column]:g}' if column in rows[name] else '' for column in COLUMNS)} |" for name in PAGES if name in rows]
    lines = ["# Figures of pages", "", f"Measured by `make lighthouse` on {datetime.now(UTC):%Y-%m-%d}: Lighthouse 12, mobile, its own throttling{'' if slowdown == SLOWDOWN else f' but for a processor {slowdown:g} times slower instead of {SLOWDOWN:g}'}, a first visit, the median of {looks}; {os.cpu_count()} cores, {platform.machine()}. Times in milliseconds, sizes in KiB transferred; load is the machine's when the look began, index what Lighthouse counts its processor as (its multiplier is meant for {INDEX_MIN} and more).", "",
             f"| page | {' | '.join(COLUMNS)} |", "|---|" + "---:|" * len(COLUMNS), *pages, ""]
    if used := rows.get("interaction"):
        lines += ["A sandbox of 100 nodes and 1000 pods in a browser, used by hand: typing, a command, a hundred pods fewer, three looks into pods, a pause.", "", "| what | figure |", "|---|---:|", *(f"| {text} | {used[key]:g} |" for key, text in INTERACTION.items() if key in used), ""]
    FIGURES.write_text("\n".join(lines), encoding="utf-8")


def read() -> dict[str, dict[str, Any]]:
    """Return the figures that are kept, so that those not measured now stay."""
    found: dict[str, dict[str, Any]] = {}
    for line in FIGURES.read_text(encoding="utf-8").splitlines() if FIGURES.exists() else ():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in PAGES and len(cells) > len(CATEGORIES):
            found[cells[0]] = {column: float(cell) for column, cell in zip(COLUMNS, cells[1:], strict=False) if cell}
        for key, text in INTERACTION.items():
            if cells[0] == text:
                found.setdefault("interaction", {})[key] = float(cells[1])
    return found


if __name__ == "__main__":
    sys.exit(main())
