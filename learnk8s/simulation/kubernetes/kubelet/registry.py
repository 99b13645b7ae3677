"""The image registry that the nodes pull from: names are made whole, tags are looked up, and it can be broken."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from learnk8s.simulation.kubernetes.kubelet.images.catalogue import IMAGES, Image
from learnk8s.simulation.kubernetes.kubelet.images.commands import clients_in
from learnk8s.simulation.kubernetes.kubelet.images.ensembles import SCRIPTS
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.images.script import Script, program_of_script, source_of
from learnk8s.simulation.kubernetes.kubelet.images.servers import plain_server, waiting_shell

_VERSION = re.compile(r"^v?\d{1,4}(\.\d{1,5}){0,3}(-[a-z0-9.]{1,30})?$")
_REFERENCE = re.compile(r"^[a-z0-9]+(?:[._\-/:][A-Za-z0-9]+|[._\-]{2}[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$")


@lru_cache(maxsize=512)
def parts(reference: str) -> tuple[str, str]:
    """Return the whole name and the tag of an image.

    >>> parts("nginx"), parts("docker.io/nginx:1"), parts("gcr.io/a/b:v1")
    (('docker.io/library/nginx', 'latest'), ('docker.io/library/nginx', '1'), ('gcr.io/a/b', 'v1'))
    """
    name, _, digest = reference.partition("@")
    head, _, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    name = f"{head}/{last}" if head else last
    first = name.split("/", 1)[0]
    if "/" not in name:
        name = f"docker.io/library/{name}"
    elif name.count("/") == 1 and first in ("docker.io", "index.docker.io"):
        name = f"docker.io/library/{last}"
    elif "." not in first and ":" not in first and first != "localhost":
        name = f"docker.io/{name}"
    return name, tag or ("latest" if not digest else digest)


@lru_cache(maxsize=512)
def _found(reference: str) -> Image | None:
    name, tag = parts(reference)
    name = name.replace("k8s.gcr.io/", "registry.k8s.io/", 1) if name.startswith("k8s.gcr.io/") else name
    for image in IMAGES:
        if image.name == name and (tag in image.tags or (image.versions and _VERSION.match(tag))):
            return image.tagged(tag)
    return None


class Registry:
    """Answers pulls."""

    def __init__(self) -> None:
        self.broken = False

    def find(self, reference: str) -> Image | None:
        """Return the image of a reference, whether or not the registry answers just now."""
        return _found(reference)

    def is_valid(self, reference: str) -> bool:
        """Say whether the reference can be an image's name at all."""
        return len(reference) < 512 and _REFERENCE.match(reference) is not None

    def refusal(self, reference: str, logins: Sequence[str] = ()) -> str | None:
        """Return why a pull fails, in the words of containerd behind the CRI, or None if it succeeds; `logins` are the registries for which the pod has a pull secret."""
        name, tag = parts(reference)
        whole = f"{name}:{tag}"
        host = name.split("/", 1)[0].replace("docker.io", "registry-1.docker.io")
        if self.broken:
            return (f'failed to pull and unpack image "{whole}": failed to resolve reference "{whole}": failed to do request: Head "https://{host}/v2/{name.split("/", 1)[1]}/manifests/{tag}": '
                    "dial tcp: i/o timeout")
        found = _found(reference)
        if found is not None and found.private and not any(host in login or login in host for login in logins):
            return (f'failed to pull and unpack image "{whole}": failed to resolve reference "{whole}": failed to authorize: failed to fetch anonymous token: unexpected status from GET request to '
                    f"https://{host}/token?scope=repository%3A{name.split('/', 1)[1].replace('/', '%2F')}%3Apull&service={host}: 401 Unauthorized")
        if found is not None:
            return None
        if any(image.name == name for image in IMAGES) or not name.startswith("docker.io/"):
            return f'rpc error: code = NotFound desc = failed to pull and unpack image "{whole}": failed to resolve reference "{whole}": {whole}: not found'
        return (f'failed to pull and unpack image "{whole}": failed to resolve reference "{whole}": pull access denied, repository does not exist or may require authorization: '
                "server message: insufficient_scope: authorization failed")

    def start(self, reference: str, arguments: list[str], environment: Mapping[str, str], script_of: Callable[[str, Image], Script]) -> Program:
        """Return the program that a container of this image runs."""
        image = _found(reference)
        assert image is not None, "a container starts only after its image was pulled"
        environment = {**dict(image.environment), **environment}
        own = image.start(arguments, environment) or (waiting_shell(arguments, environment) if arguments and image.has(arguments[0]) else None)
        if own is not None:
            return own
        script = source_of(arguments) if image.has(arguments[0]) or arguments[0] in clients_in(image.name) else None
        if script is None:
            return Program(arguments[0], missing=arguments[0])
        brought = SCRIPTS.get(image.name, "")
        found = program_of_script(script_of(brought + script, image), lambda argv: image.start(argv, environment) or plain_server(argv))
        return replace(found, processes=(" ".join(arguments), *found.processes[1:])) if brought else found
