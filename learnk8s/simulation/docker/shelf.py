"""The images of one host: which are there, under which names, and how much room they take together."""

from typing import Any

from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.layers import Image, Reference, Store, reference, short


class Shelf:
    """Images by id, and names that point at them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.images: dict[str, Image] = {}
        self.names: dict[str, str] = {}
        self.pulled: dict[str, str] = {}
        self.tagged_ms: dict[str, int] = {}

    def find(self, text: str) -> Image | None:
        """Return an image by name, id or the beginning of an id."""
        plain = text.removeprefix("sha256:")
        try:
            ref = reference(text)
        except ValueError:
            ref = None
        if ref is not None:
            named = self.names.get(ref.name) or (next((held for name, held in self.pulled.items() if name == f"{ref.familiar}@{ref.digest}"), None) if ref.digest else None)
            if named:
                return self.images[named]
        if len(plain) >= 4 and all(letter in "0123456789abcdef" for letter in plain):
            found = [image for name, image in self.images.items() if name.removeprefix("sha256:").startswith(plain)]
            return found[0] if len(found) == 1 else None
        return None

    def get(self, text: str) -> Image:
        """Return an image. Raises DockerError."""
        found = self.find(text)
        if found is None:
            try:
                name = reference(text).name
            except ValueError:
                name = text
            raise DockerError(f"No such image: {name}")
        return found

    def add(self, image: Image, ref: Reference | None = None, *, pulled: bool = False) -> None:
        """Keep an image, under a name if it has one; the image that had the name before stays without it."""
        self.images[image.id] = image
        if ref is not None:
            if not ref.digest:
                self.names[ref.name] = image.id
            if pulled:
                self.pulled[f"{ref.familiar}@{image.manifest_digest}"] = image.id

    def names_of(self, image: Image) -> list[str]:
        """Return the names of an image."""
        return sorted(name for name, held in self.names.items() if held == image.id)

    def digests_of(self, image: Image) -> list[str]:
        """Return the names by digest under which it was pulled or pushed."""
        return sorted(name for name, held in self.pulled.items() if held == image.id)

    def drop(self, image: Image) -> list[str]:
        """Remove an image with all its names and return the ids of layers that nobody else needs."""
        self.images.pop(image.id, None)
        self.names = {name: held for name, held in self.names.items() if held != image.id}
        self.pulled = {name: held for name, held in self.pulled.items() if held != image.id}
        held = self.layers()
        return [name for name in image.layers if name not in held]

    def layers(self) -> set[str]:
        """Return the layers that are on this host."""
        return {name for image in self.images.values() for name in image.layers}

    def size(self) -> int:
        """Return the bytes of all layers, each once."""
        return sum(self.store[name].size for name in self.layers())

    def shared_size(self, image: Image) -> int:
        """Return the bytes of an image's layers that another image has too."""
        others = {name for other in self.images.values() if other.id != image.id for name in other.layers}
        return sum(self.store[name].size for name in image.layers if name in others)

    def is_dangling(self, image: Image) -> bool:
        """Say whether an image has no name left."""
        return not self.names_of(image)

    def completed(self) -> list[str]:
        """Return the names that Tab offers."""
        return sorted({*self.names, *(short(name) for name in self.images)})

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data; images of the catalogue by name only."""
        from learnk8s.simulation.docker.hub import CATALOGUE

        known = {image.id: name for name, image in CATALOGUE.items()}
        return {"images": [known.get(name) or image.dump() for name, image in self.images.items()], "names": self.names, "pulled": self.pulled, "tagged": self.tagged_ms}

    def restore(self, dumped: dict[str, Any]) -> None:
        """Take back what `dump` returned."""
        from learnk8s.simulation.docker.hub import CATALOGUE

        images = [CATALOGUE[entry] if isinstance(entry, str) else Image.load(entry) for entry in dumped["images"]]
        self.images = {image.id: image for image in images}
        self.names, self.pulled, self.tagged_ms = dict(dumped["names"]), dict(dumped["pulled"]), dict(dumped["tagged"])
