"""Registries: the public one, those that a learner pushes to, and how long a layer takes to come."""

from collections.abc import Mapping
from typing import Any

from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.hub import CATALOGUE
from learnk8s.simulation.docker.layers import Image, Layer, Reference

BYTES_PER_MS = 12_000
"""What a host gets from a registry: 12 MB a second, an assumption of a plausible size."""
UNPACKED_BYTES_PER_MS = 90_000
PUBLIC = "docker.io"
PRIVATE = "registry.shop.example"


def travel_ms(layer: Layer) -> int:
    """Return how long a layer takes to come and to be unpacked."""
    return 120 + layer.compressed // BYTES_PER_MS + layer.size // UNPACKED_BYTES_PER_MS


class Registry:
    """What can be pulled, by registry and `repository:tag`; what was pushed in this world lies over the public catalogue."""

    def __init__(self) -> None:
        self.pushed: dict[str, dict[str, Image]] = {}
        self.is_down = False

    def find(self, ref: Reference, *, local: Mapping[str, str]) -> Image:
        """Return an image. `local` says which registries are served by containers here. Raises DockerError in the daemon's words."""
        self._check(ref, local)
        shelf = self._shelf(ref, local)
        name = f"{ref.repository}:{ref.tag}"
        found = next((image for image in shelf.values() if image.manifest_digest == ref.digest), None) if ref.digest else shelf.get(name)
        if found is None:
            if any(known.startswith(f"{ref.repository}:") for known in shelf):
                raise DockerError(f"manifest for {ref.name} not found: manifest unknown: manifest unknown")
            if ref.registry == PUBLIC:
                raise DockerError(f"pull access denied for {ref.familiar}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied")
            raise DockerError(f"failed to resolve reference \"{ref.canonical}\": {ref.canonical}: not found")
        return found

    def push(self, ref: Reference, image: Image, *, local: Mapping[str, str]) -> None:
        """Keep an image under a name. Raises DockerError."""
        self._check(ref, local)
        if ref.registry == PUBLIC:
            raise DockerError("push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", from_client=True)
        self.pushed.setdefault(self._key(ref, local), {})[f"{ref.repository}:{ref.tag}"] = image

    def has_layer(self, ref: Reference, layer_id: str, *, local: Mapping[str, str]) -> bool:
        """Say whether a registry has a layer already."""
        return any(layer_id in image.layers for image in self.pushed.get(self._key(ref, local), {}).values())

    def _check(self, ref: Reference, local: Mapping[str, str]) -> None:
        if self.is_down and ref.registry in (PUBLIC, PRIVATE):
            host = "registry-1.docker.io" if ref.registry == PUBLIC else ref.registry
            raise DockerError(f"Get \"https://{host}/v2/\": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)")
        if ref.registry not in (PUBLIC, PRIVATE) and ref.registry not in local:
            port = ref.registry.partition(":")[2]
            if ref.registry.startswith(("localhost", "127.0.0.1")):
                raise DockerError(f"Get \"http://{ref.registry}/v2/\": dial tcp 127.0.0.1:{port or 80}: connect: connection refused")
            raise DockerError(f"Get \"https://{ref.registry}/v2/\": dial tcp: lookup {ref.registry.partition(':')[0]}: no such host")

    def _key(self, ref: Reference, local: Mapping[str, str]) -> str:
        return local.get(ref.registry, ref.registry)

    def _shelf(self, ref: Reference, local: Mapping[str, str]) -> Mapping[str, Image]:
        pushed = self.pushed.get(self._key(ref, local), {})
        return {**CATALOGUE, **pushed} if ref.registry in (PUBLIC, PRIVATE) else pushed

    def used_layers(self) -> set[str]:
        """Return the layers that pushed images name."""
        return {name for shelf in self.pushed.values() for image in shelf.values() for name in image.layers}

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"pushed": {host: {name: image.dump() for name, image in shelf.items()} for host, shelf in self.pushed.items()}, "down": self.is_down}

    def restore(self, dumped: Mapping[str, Any]) -> None:
        """Take back what `dump` returned."""
        self.pushed = {host: {name: Image.load(image) for name, image in shelf.items()} for host, shelf in dumped["pushed"].items()}
        self.is_down = dumped["down"]
