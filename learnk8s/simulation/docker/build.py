"""Building an image as BuildKit does: stages that are needed, a cache by content, a layer for each step that changes files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from learnk8s.simulation.docker import inside
from learnk8s.simulation.docker.container import Container
from learnk8s.simulation.docker.dockerfile import BadDockerfile, Dockerfile, Instruction, Stage, filled, parsed
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.files import of_image
from learnk8s.simulation.docker.layers import Config, Image, Layer, Step, digest, layer, reference
from learnk8s.simulation.docker.packages import LISTS, LISTS_SIZE, duration_ms
from learnk8s.simulation.docker.registry import travel_ms
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.programs.small import duration_ms as time_ms

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine

WIDTH = 78
STEPS_MAX = 120


@dataclass(slots=True)
class Done:
    """One line of progress: how long it took, whether the cache had it, what it printed."""

    name: str
    ms: int = 0
    is_cached: bool = False
    log: str = ""
    parts: list[tuple[str, int]] = field(default_factory=list)
    failed: bool = False


@dataclass(slots=True)
class Built:
    """What became of a build."""

    steps: list[Done]
    image: Image | None = None
    layers: list[Layer] = field(default_factory=list)
    cache: dict[str, str] = field(default_factory=dict)
    error: str = ""
    where: tuple[int, int] = (0, 0)

    @property
    def total_ms(self) -> int:
        """Return how long all of it takes."""
        return sum(step.ms for step in self.steps)


class Failed(Exception):
    """A step of a build failed; the message is what follows `failed to solve: `."""

    def __init__(self, message: str, instruction: Instruction | None = None) -> None:
        super().__init__(message)
        self.instruction = instruction


class Builder:
    """One build of one context, as of the moment at which it began: the same files built again for that moment give the same image."""

    def __init__(self, engine: "Engine", files: Files, context: str, *, file: str = "", build_args: Mapping[str, str] = {}, target: str = "", use_cache: bool = True, labels: Mapping[str, str] = {}, begun_ms: int = -1) -> None:
        self._engine, self._files, self._context = engine, files, files.path(context)
        self._begun_ms = engine.site.now_ms if begun_ms < 0 else begun_ms
        self._file = files.path(file) if file else f"{self._context}/Dockerfile"
        self._args, self._target, self._use_cache, self._labels = dict(build_args), target, use_cache, dict(labels)
        self._built = Built([])
        self._made: dict[str, Image] = {}
        self._keys: dict[str, str] = {}
        self._ignored: list[str] = []

    def build(self) -> Built:
        """Return what the build makes; nothing is kept yet."""
        built = self._built
        name = self._file.rpartition("/")[2]
        try:
            text = self._files.texts.get(self._file)
            if text is None:
                built.steps.append(Done(f"[internal] load build definition from {name}", 10, parts=[("transferring dockerfile: 2B", 0)]))
                raise Failed(f"failed to read dockerfile: open {name}: no such file or directory")
            built.steps.append(Done(f"[internal] load build definition from {name}", 20, parts=[(f"transferring dockerfile: {len(text)}B", 0)]))
            file = parsed(text, self._args)
            self._stages(file)
        except BadDockerfile as bad:
            built.error, built.where = str(bad), (bad.line, bad.line)
        except Failed as failed:
            built.error = str(failed)
            if failed.instruction is not None:
                built.where = failed.instruction.line, failed.instruction.last_line
        except DockerError as error:
            built.error = str(error)
        return built

    def _stages(self, file: Dockerfile) -> None:
        names = {stage.name: stage for stage in file.stages if stage.name} | {str(stage.number): stage for stage in file.stages}
        last = names.get(self._target.lower()) if self._target else file.stages[-1]
        if last is None:
            raise Failed(f'target stage "{self._target}" could not be found')
        needed: list[Stage] = []
        self._collect(last, names, needed)
        bases: list[str] = []
        for stage in sorted(needed, key=lambda stage: stage.number):
            if stage.base.lower() not in names and stage.base not in ("scratch", *bases):
                bases.append(stage.base)
        found = {base: self._base(base, file, needed) for base in bases}
        ignore = self._files.texts.get(f"{self._context}/.dockerignore")
        self._ignored = [line.strip() for line in (ignore or "").splitlines() if line.strip() and not line.startswith("#")]
        self._built.steps.append(Done("[internal] load .dockerignore", 10, parts=[(f"transferring context: {len(ignore) if ignore else 2}B", 0)]))
        context = self._context_files()
        if any(step.word in ("COPY", "ADD") and "from" not in step.flags for stage in needed for step in stage.steps):
            size = sum(len(text) for text in context.values())
            self._built.steps.append(Done("[internal] load build context", 20, parts=[(f"transferring context: {_size(size)}", 0)]))
        single = len(needed) == 1
        for stage in sorted(needed, key=lambda stage: stage.number):
            self._stage(stage, file, found, context, names, prefix="" if single else f"{stage.name or f'stage-{stage.number}'} ")
        image = self._made[str(last.number)]
        if self._labels:
            image = Image.made(image.layers, replace(image.config, labels=(*image.config.labels, *sorted(self._labels.items()))), image.history, image.created_ms)
        self._built.image = image

    def _collect(self, stage: Stage, names: Mapping[str, Stage], needed: list[Stage]) -> None:
        if stage in needed:
            return
        needed.append(stage)
        for word in [stage.base.lower(), *(step.flags["from"].lower() for step in stage.steps if "from" in step.flags)]:
            other = names.get(word)
            if other is not None and other.number < stage.number:
                self._collect(other, names, needed)

    def _base(self, base: str, file: Dockerfile, needed: list[Stage]) -> Image:
        try:
            ref = reference(base)
        except ValueError as error:
            stage = next(stage for stage in needed if stage.base == base)
            raise Failed(f'failed to parse stage name "{base}": {error}', Instruction("FROM", base, {}, stage.line, stage.line)) from None
        local = self._engine.shelf.find(base)
        if local is not None:
            self._built.steps.append(Done(f"[internal] load metadata for {ref.canonical}", 0))
            return local
        self._built.steps.append(Done(f"[internal] load metadata for {ref.canonical}", 900))
        try:
            return self._engine.site.registry.find(ref, local=self._engine.registries())
        except DockerError as error:
            stage = next(stage for stage in needed if stage.base == base)
            why = "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed" if "pull access denied" in str(error) else f"failed to do request: {error}" if str(error).startswith("Get ") else f"{ref.canonical}: not found"
            raise Failed(f"{base}: failed to resolve source metadata for {ref.canonical}: {why}", Instruction("FROM", base, {}, stage.line, stage.line)) from None

    def _context_files(self) -> dict[str, str]:
        base = self._context.rstrip("/") + "/"
        found = {path[len(base):]: text for path, text in self._files.texts.items() if path.startswith(base)}
        return {path: text for path, text in found.items() if not self._is_ignored(path)}

    def _is_ignored(self, path: str) -> bool:
        ignored = False
        for pattern in self._ignored:
            plain = pattern.lstrip("!").strip("/").removeprefix("**/")
            parts = ["/".join(path.split("/")[: length + 1]) for length in range(path.count("/") + 1)]
            if any(fnmatchcase(part, plain) or pattern.lstrip("!").startswith("**/") and fnmatchcase(part.rpartition("/")[2], plain) for part in parts):
                ignored = not pattern.startswith("!")
        return ignored

    # One stage

    def _stage(self, stage: Stage, file: Dockerfile, bases: Mapping[str, Image], context: Mapping[str, str], names: Mapping[str, Stage], *, prefix: str) -> None:
        working = [step for step in stage.steps if step.word in ("RUN", "COPY", "ADD", "WORKDIR")]
        total, now_ms = len(working) + (stage.base != "scratch"), self._begun_ms
        inner = names.get(stage.base.lower())
        if stage.base == "scratch":
            image = Image.made((), Config(), (), now_ms)
            key = digest("scratch")
        elif inner is not None and inner.number < stage.number:
            image, key = self._made[str(inner.number)], self._keys[str(inner.number)]
            total -= 1
        else:
            image = bases[stage.base]
            key = digest("from", image.id)
            held = self._engine.shelf.layers() | {entry["layer"] for entry in self._engine.cache.values()}
            missing = [name for name in image.layers if name not in held]
            ref = reference(stage.base)
            self._built.steps.append(Done(f"[{prefix}1/{total}] FROM {ref.canonical}" + ("" if self._engine.shelf.find(stage.base) else f"@{image.manifest_digest}"), sum(travel_ms(self._engine.site.store[name]) for name in missing), is_cached=not missing and not self._engine.shelf.find(stage.base)))
            for name in image.layers:
                self._built.cache[digest("base", name)] = name
        number = int(stage.base != "scratch" and inner is None)
        variables: dict[str, str] = {}
        for step in stage.steps[:STEPS_MAX]:
            environment = {name: value for name, _, value in (entry.partition("=") for entry in image.config.env)}
            text = filled(step.text, {**variables, **environment}) if step.word not in ("RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK") else step.text
            if step.word == "ARG":
                for word in text.split():
                    name, _, default = word.partition("=")
                    value = self._args.get(name, default.strip("\"'") or file.arguments.get(name, ""))
                    variables[name] = value
                key = digest(key, "ARG", sorted(variables.items()))
                image = _noted(image, f"ARG {text}", now_ms)
            elif step.word in ("RUN", "COPY", "ADD", "WORKDIR"):
                number += 1
                image, key = self._step(step, text, image, key, f"[{prefix}{number}/{total}] ", context, names, variables)
            else:
                image = _configured(image, step, text, now_ms)
                key = digest(key, step.word, text)
        self._made[str(stage.number)], self._keys[str(stage.number)] = image, key
        if stage.name:
            self._made[stage.name], self._keys[stage.name] = image, key

    def _step(self, step: Instruction, text: str, image: Image, key: str, head: str, context: Mapping[str, str], names: Mapping[str, Stage], variables: Mapping[str, str]) -> tuple[Image, str]:
        copied = self._copied(step, text, image, context, names) if step.word in ("COPY", "ADD") else {}
        key = digest(key, step.word, text, sorted(step.flags.items()), sorted(copied.items()), sorted(variables.items()) if step.word == "RUN" else [])
        entry = self._engine.cache.get(key) if self._use_cache else None
        done = Done(f"{head}{step.shown if step.word != 'RUN' else f'RUN {step.text}'}".replace("\n", " "))
        self._built.steps.append(done)
        now_ms = self._begun_ms
        if entry is not None:
            done.is_cached = True
            made = self._engine.site.store[entry["layer"]]
        elif step.word == "RUN":
            made = self._run(step, image, done, variables)
            self._built.layers.append(made)
        else:
            done.ms = 40
            files: dict[str, str | None] = dict(copied) if step.word != "WORKDIR" else {f"{_joined(image.config.workdir or '/', text).rstrip('/')}/": ""}
            from_image = self._sizes_from(step, copied, names)
            made = layer(from_image or sum(len(value or "") for value in files.values()), files, key)
            self._built.layers.append(made)
        self._built.cache[key] = made.id
        config = replace(image.config, workdir=_joined(image.config.workdir or "/", text)) if step.word == "WORKDIR" else image.config
        said = f"RUN /bin/sh -c {step.text} # buildkit" if step.word == "RUN" else f"{step.word} {text}" + (" # buildkit" if step.word != "WORKDIR" else "")
        return Image.made((*image.layers, made.id), config, (*image.history, Step(said, now_ms, made.id)), now_ms), key

    def _sizes_from(self, step: Instruction, copied: Mapping[str, str], names: Mapping[str, Stage]) -> int:
        """A program copied from another stage brings its size along."""
        return 8_000_000 if "from" in step.flags and any(text.startswith("server ") for text in copied.values()) else 0

    def _run(self, step: Instruction, image: Image, done: Done, variables: Mapping[str, str]) -> Layer:
        engine = self._engine
        words = step.exec_form
        script = " ".join("'" + word.replace("'", "'\\''") + "'" for word in words) if words else step.text
        container = Container("build", "build", "", "", ["/bin/sh", "-c", script], engine.site.now_ms, env=list(image.config.env), workdir=image.config.workdir or "/", user=image.config.user, hostname="buildkitsandbox")
        engine.building = self._with_new_layers(image)
        shown = script if words is None else " ".join(words)
        if not words and "/bin/sh" not in of_image(engine.site.store, engine.building):
            engine.building = None
            done.failed = True
            raise Failed('process "/bin/sh -c ' + shown + '" did not complete successfully: exit code: 127', step)
        try:
            outcome = inside.run(engine, container, script, variables=dict(variables))
        finally:
            engine.building = None
        done.ms, done.log = duration_ms(script), outcome.stdout + outcome.stderr
        if outcome.status:
            done.failed = True
            raise Failed(f'process "{"/bin/sh -c " if not words else ""}{shown}" did not complete successfully: exit code: {outcome.status}', step)
        size = container.extra_bytes + sum(len(text) for text in container.files.values() if text)
        if re.search(r"\bapt(-get)?\s+(-\S+\s+)*update\b", script) and not any(path.startswith(LISTS) for path in container.files):
            size = max(0, size - LISTS_SIZE)
        return layer(size, dict(container.files), step.text, image.id)

    def _with_new_layers(self, image: Image) -> Image:
        for made in self._built.layers:
            self._engine.site.store.add(made)
        return image

    def _copied(self, step: Instruction, text: str, image: Image, context: Mapping[str, str], names: Mapping[str, Stage]) -> dict[str, str]:
        words = step.exec_form or text.split()
        if len(words) < 2:
            raise Failed(f"dockerfile parse error on line {step.line}: {step.word} requires at least two arguments, but only one was provided. Destination could not be determined", step)
        *sources, target = words
        if "from" in step.flags:
            files = self._files_from(step, names)
        else:
            files = {f"/{path}": content for path, content in context.items()}
        if any(re.match(r"https?://", source) for source in sources):
            raise Failed("learnk8s: ADD of a web address is not modelled", step)
        place = _joined(image.config.workdir or "/", target)
        is_folder = target.endswith("/") or target in (".", "./") or len(sources) > 1 or place == (image.config.workdir or "/").rstrip("/")
        below = of_image(self._engine.site.store, self._with_new_layers(image))
        is_folder = is_folder or any(path.startswith(place.rstrip("/") + "/") for path in below)
        copied: dict[str, str] = {}
        for source in sources:
            copied.update(self._one_source(source, files, place, step, is_folder=is_folder))
        return copied

    def _one_source(self, source: str, files: Mapping[str, str], place: str, step: Instruction, *, is_folder: bool) -> dict[str, str]:
        path = "/" + source.removeprefix("./").strip("/") if source not in (".", "./", "/") else "/"
        if path in files:
            return {f"{place.rstrip('/')}/{path.rpartition('/')[2]}" if is_folder else place: files[path]}
        if any(mark in path for mark in "*?["):
            found = {name: text for name, text in files.items() if fnmatchcase(name, path) and name.count("/") == path.count("/")}
            if found:
                return {f"{place.rstrip('/')}/{name.rpartition('/')[2]}": text for name, text in found.items()}
        base = path.rstrip("/") + "/"
        inside_folder = {name[len(base):]: text for name, text in files.items() if name.startswith(base)}
        if not inside_folder and path != "/":
            raise Failed(f'failed to compute cache key: failed to calculate checksum of ref {digest("ref", self._context)[7:32]}::{digest("ref", place)[7:32]}: "{path}": not found', step)
        return {f"{place.rstrip('/')}/{name}": text for name, text in inside_folder.items()}

    def _files_from(self, step: Instruction, names: Mapping[str, Stage]) -> dict[str, str]:
        source = step.flags["from"]
        stage = names.get(source.lower())
        if stage is not None and str(stage.number) in self._made:
            return of_image(self._engine.site.store, self._with_new_layers(self._made[str(stage.number)]))
        try:
            ref = reference(source)
            image = self._engine.shelf.find(source) or self._engine.site.registry.find(ref, local=self._engine.registries())
        except (ValueError, DockerError):
            raise Failed(f"{source}: failed to resolve source metadata for docker.io/library/{source}:latest: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", step) from None
        return of_image(self._engine.site.store, image)


def _joined(base: str, word: str) -> str:
    plain = word.strip("\"'")
    path = plain if plain.startswith("/") else f"{base.rstrip('/')}/{plain}"
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts[-1:] = []
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def _noted(image: Image, text: str, now_ms: int) -> Image:
    return Image.made(image.layers, image.config, (*image.history, Step(text, now_ms)), now_ms)


def _configured(image: Image, step: Instruction, text: str, now_ms: int) -> Image:
    """Carry an instruction out that changes only the configuration."""
    config, words = image.config, step.exec_form
    shell = ("/bin/sh", "-c")
    match step.word:
        case "CMD":
            config = replace(config, cmd=tuple(words) if words is not None else (*shell, text))
        case "ENTRYPOINT":
            config = replace(config, entrypoint=tuple(words) if words is not None else (*shell, text), cmd=())
        case "ENV" | "LABEL":
            pairs = re.findall(r"([\w.-]+)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|\S*)", text) or [(text.split()[0], text.partition(" ")[2])]
            clean = [(name, value.strip("\"'")) for name, value in pairs]
            if step.word == "ENV":
                names = {name for name, _ in clean}
                config = replace(config, env=(*(entry for entry in config.env if entry.partition("=")[0] not in names), *(f"{name}={value}" for name, value in clean)))
            else:
                config = replace(config, labels=tuple(sorted({**dict(config.labels), **dict(clean)}.items())))
        case "EXPOSE":
            config = replace(config, ports=tuple(dict.fromkeys([*config.ports, *(word if "/" in word else f"{word}/tcp" for word in text.split())])))
        case "USER":
            config = replace(config, user=text.strip())
        case "VOLUME":
            config = replace(config, volumes=tuple(dict.fromkeys([*config.volumes, *(words or text.split())])))
        case "STOPSIGNAL":
            config = replace(config, stop_signal=text.strip())
        case "HEALTHCHECK":
            config = replace(config, health=_health(step, text))
        case "ONBUILD" | "MAINTAINER" | "SHELL":
            pass
    shown = f"{step.word} [{' '.join(chr(34) + word + chr(34) for word in words)}]" if words is not None else f"{step.word} {text}"
    return Image.made(image.layers, config, (*image.history, Step(shown if step.word not in ("CMD", "ENTRYPOINT") or words is not None else f'{step.word} ["/bin/sh" "-c" "{text}"]', now_ms)), now_ms)


def _health(step: Instruction, text: str) -> tuple[tuple[str, object], ...]:
    if text.strip().upper() == "NONE":
        return ()
    command = re.sub(r"^CMD\s+", "", text)
    words = replace(step, text=command).exec_form
    return (("test", ("CMD", *words) if words else ("CMD-SHELL", command)), ("interval_ms", time_ms(step.flags.get("interval", "30s")) or 30_000), ("timeout_ms", time_ms(step.flags.get("timeout", "30s")) or 30_000), ("retries", int(step.flags["retries"]) if step.flags.get("retries", "").isdigit() else 3))


def _size(count: int) -> str:
    return f"{count}B" if count < 1_000 else f"{count / 1_000:.2f}kB"


def told(built: Built, names: list[str], lines: list[str], file: str, *, plain: bool = False) -> list[tuple[int, str]]:
    """Return the progress as lines, each with the milliseconds after the beginning at which it shows. Models buildx's tty printer; the header, which it keeps up to date, stands there with the end already known."""
    return _plain(built, names) if plain else _tty(built, names, lines, file)


def _row(left: str, right: str) -> str:
    return f"{left[: WIDTH - len(right) - 1]:<{WIDTH - len(right)}}{right}\n"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f}s"


def _tty(built: Built, names: list[str], lines: list[str], file: str) -> list[tuple[int, str]]:
    done = sum(not step.failed for step in built.steps) + (not built.error)
    total = len(built.steps) + (not built.error)
    said = [(0, _row(f"[+] Building {_seconds(built.total_ms + 150)} ({done}/{total})" + (" FINISHED" if not built.error else ""), "docker:default"))]
    at_ms = 0
    for step in built.steps:
        at_ms += step.ms
        mark = " => CACHED " if step.is_cached else " => ERROR " if step.failed else " => "
        said.append((at_ms, _row(mark + step.name, _seconds(step.ms))))
        said += [(at_ms, _row(f" => => {part}", _seconds(ms))) for part, ms in step.parts]
    if built.image is not None:
        said += [(at_ms + 150, _row(" => exporting to image", "0.1s")), (at_ms + 150, _row(" => => exporting layers", "0.1s")), (at_ms + 150, _row(f" => => writing image {built.image.id}", "0.0s"))]
        said += [(at_ms + 150, _row(f" => => naming to {reference(name).canonical}", "0.0s")) for name in names]
        return said
    return [*said, (at_ms, failure(built, lines, file))]


def _plain(built: Built, names: list[str]) -> list[tuple[int, str]]:
    said, at_ms = [], 0
    for number, step in enumerate(built.steps, start=1):
        said.append((at_ms, f"#{number} {step.name}\n"))
        at_ms += step.ms
        said += [(at_ms, f"#{number} {step.ms / 1000:.3f} {line}\n") for line in step.log.splitlines()[:40]]
        said.append((at_ms, f"#{number} CACHED\n\n" if step.is_cached else f"#{number} ERROR\n\n" if step.failed else f"#{number} DONE {_seconds(step.ms)}\n\n"))
    if built.image is not None:
        number = len(built.steps) + 1
        said.append((at_ms + 150, f"#{number} exporting to image\n#{number} writing image {built.image.id} done\n" + "".join(f"#{number} naming to {reference(name).canonical} done\n" for name in names) + f"#{number} DONE 0.1s\n"))
        return said
    return [*said, (at_ms, f"ERROR: failed to build: failed to solve: {built.error}\n")]


def failure(built: Built, lines: list[str], file: str) -> str:
    """Return how a failed build ends: the step's output, the place in the Dockerfile, the error."""
    out = ""
    failed = next((step for step in built.steps if step.failed), None)
    if failed is not None:
        out += f"------\n > {failed.name}:\n" + "".join(f"{failed.ms / 1000:.3f} {line}\n" for line in failed.log.splitlines()[-10:]) + "------\n"
    first, last = built.where
    if first:
        out += f"{file}:{first}\n--------------------\n"
        for number in range(max(1, first - 2), min(len(lines), last + 2) + 1):
            out += f"{number:>4} | {'>>>' if first <= number <= last else '   '} {lines[number - 1]}\n"
        out += "--------------------\n"
    return f"{out}ERROR: failed to build: failed to solve: {built.error}\n"
