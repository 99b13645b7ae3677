"""Layers and images: content-addressed, so that the same content has the same name on every machine and is kept once.

A layer is a set of files and a size. Its diff id is a digest of its content; an image is a list of layers and a configuration, and its id is the digest of
both. A file that a layer deletes stands in it as a whiteout (None).
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

Files = dict[str, str | None]
KB, MB = 1_000, 1_000_000


def digest(*parts: Any) -> str:
    """Return `sha256:...` of a value that JSON can say.

    >>> digest("a") == digest("a"), digest("a") == digest("b")
    (True, False)
    """
    return "sha256:" + sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: what it adds, changes and deletes, and how large it is unpacked."""

    id: str
    size: int
    files: Files

    @property
    def compressed(self) -> int:
        """Return what travels over the network: about two fifths, as gzip makes of programs. An assumption."""
        return self.size * 2 // 5


def layer(size: int, files: Files, *salt: Any) -> Layer:
    """Return a layer whose name is the digest of its content; `salt` stands for the content that is not modelled."""
    return Layer(digest("layer", size, files, *salt), size, files)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an image's history."""

    created_by: str
    created_ms: int
    layer_id: str = ""
    comment: str = "buildkit.dockerfile.v0"


@dataclass(frozen=True, slots=True)
class Config:
    """How a container of an image starts unless told otherwise."""

    env: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    workdir: str = ""
    user: str = ""
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    health: tuple[tuple[str, Any], ...] = ()
    stop_signal: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """One image."""

    layers: tuple[str, ...]
    config: Config
    history: tuple[Step, ...]
    created_ms: int
    id: str = field(default="")

    @classmethod
    def made(cls, layers: tuple[str, ...], config: Config, history: tuple[Step, ...], created_ms: int) -> "Image":
        """Return an image with its id; the time of creation is part of it, as in a real configuration."""
        return cls(layers, config, history, created_ms, digest("image", layers, _plain(config), [(step.created_by, step.created_ms) for step in history], created_ms))

    @property
    def manifest_digest(self) -> str:
        """Return the digest by which a registry knows it."""
        return digest("manifest", self.id)

    def dump(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {"layers": list(self.layers), "config": _plain(self.config), "history": [[step.created_by, step.created_ms, step.layer_id, step.comment] for step in self.history], "created_ms": self.created_ms, "id": self.id}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Image":
        """Return the image that `dump` wrote down."""
        known: dict[str, Any] = {name: tuple(tuple(item) if isinstance(item, list) else item for item in value) if isinstance(value, list) else value for name, value in dumped["config"].items()}
        made = Config(**known)
        return cls(tuple(dumped["layers"]), made, tuple(Step(*step) for step in dumped["history"]), dumped["created_ms"], dumped["id"])


def _plain(config: Config) -> dict[str, Any]:
    return {name: [list(item) if isinstance(item, tuple) else item for item in value] if isinstance(value := getattr(config, name), tuple) else value for name in Config.__slots__}


def short(name: str) -> str:
    """Return the twelve digits by which people call it.

    >>> short("sha256:0123456789abcdef")
    '0123456789ab'
    """
    return name.removeprefix("sha256:")[:12]


class Store:
    """All layers that any host of this world has or could pull: by their digests, so the same content is here once."""

    def __init__(self) -> None:
        from learnk8s.simulation.docker.hub import LAYERS

        self._known, self._made = LAYERS, {}  # type: tuple[dict[str, Layer], dict[str, Layer]]

    def __getitem__(self, layer_id: str) -> Layer:
        return self._made.get(layer_id) or self._known[layer_id]

    def add(self, made: Layer) -> str:
        """Keep a layer and return its digest."""
        if made.id not in self._known:
            self._made[made.id] = made
        return made.id

    def forget(self, used: set[str]) -> None:
        """Drop the layers that nothing names any more."""
        self._made = {name: kept for name, kept in self._made.items() if name in used}

    def size(self, image: Image) -> int:
        """Return the size of an image unpacked."""
        return sum(self[name].size for name in image.layers)

    def dump(self) -> list[list[Any]]:
        """Return what was made in this world; the catalogue is the same in all."""
        return [[made.id, made.size, made.files] for _, made in sorted(self._made.items())]

    def restore(self, dumped: list[list[Any]]) -> None:
        """Take back what `dump` returned."""
        self._made = {name: Layer(name, size, files) for name, size, files in dumped}


_REFERENCE_NAME = "docker.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of an image: registry, repository, tag or digest."""

    registry: str
    repository: str
    tag: str
    digest: str = ""

    @property
    def familiar(self) -> str:
        """Return the name as people write it, without its tag."""
        plain = self.repository.removeprefix("library/") if self.registry == _REFERENCE_NAME else self.repository
        return plain if self.registry == _REFERENCE_NAME else f"{self.registry}/{plain}"

    @property
    def name(self) -> str:
        """Return the familiar name with its tag."""
        return f"{self.familiar}:{self.tag}" if not self.digest else f"{self.familiar}@{self.digest}"

    @property
    def canonical(self) -> str:
        """Return the whole name."""
        return f"{self.registry}/{self.repository}:{self.tag}" if not self.digest else f"{self.registry}/{self.repository}@{self.digest}"


def reference(text: str) -> Reference:
    """Return the parts of an image's name. Models distribution/reference (0.6). Raises ValueError.

    >>> reference("nginx").canonical, reference("localhost:5000/shop/web:2").registry
    ('docker.io/library/nginx:latest', 'localhost:5000')
    """
    import re

    rest, _, at = text.partition("@")
    first, slash, others = rest.partition("/")
    is_registry = bool(slash) and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, others) if is_registry else (_REFERENCE_NAME, rest)
    path, _, tag = path.partition(":")
    if re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    if path.lower() != path:
        raise ValueError(f"invalid reference format: repository name ({'library/' * (registry == _REFERENCE_NAME and '/' not in path)}{path}) must be lowercase")
    if not re.fullmatch(r"[a-z0-9]+(?:(?:[._]|__|-+|/)[a-z0-9]+)*", path) or tag and not re.fullmatch(r"\w[\w.-]{0,127}", tag) or at and not re.fullmatch(r"sha256:[0-9a-f]{64}", at) or rest.endswith(":"):
        raise ValueError("invalid reference format")
    if registry == _REFERENCE_NAME and "/" not in path:
        path = f"library/{path}"
    return Reference(registry, path, tag or "latest", at)
