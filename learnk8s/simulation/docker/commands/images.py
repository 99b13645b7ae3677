"""docker images, pull, push, tag, rmi, history, save, load, search, image prune, and building."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.docker.build import Builder, told
from learnk8s.simulation.docker.commands.command import Call, Command, Result, each
from learnk8s.simulation.docker.commands.flags import FORMAT_TABLE, Usage, flags
from learnk8s.simulation.docker.errors import DockerError
from learnk8s.simulation.docker.formatting import columns, kept, lasted, listed, nano, sized
from learnk8s.simulation.docker.hub import CATALOGUE
from learnk8s.simulation.docker.jobs import WORK, Step, StepsJob, Told
from learnk8s.simulation.docker.layers import Image, Reference, reference, short
from learnk8s.simulation.docker.registry import BYTES_PER_MS, PUBLIC, UNPACKED_BYTES_PER_MS
from learnk8s.simulation.kernel.shell.program import Outcome

if TYPE_CHECKING:
    from learnk8s.simulation.docker.engine import Engine
    from learnk8s.simulation.docker.terminal import Terminal

HEADERS = {"Repository": "REPOSITORY", "Tag": "TAG", "Digest": "DIGEST", "ID": "IMAGE ID", "CreatedSince": "CREATED", "CreatedAt": "CREATED AT", "Size": "SIZE", "Containers": "CONTAINERS", "SharedSize": "SHARED SIZE", "UniqueSize": "UNIQUE SIZE", "VirtualSize": "SIZE"}


def referenced(text: str) -> Reference:
    """Return the parts of a name. Raises DockerError."""
    try:
        return reference(text)
    except ValueError as error:
        raise DockerError(str(error), 1, from_client=str(error).endswith("must be lowercase")) from None


def rows_of(engine: "Engine", *, every: bool = False, digests: bool = False, whole: bool = False) -> list[dict[str, str]]:
    """Return the images of a host as rows, newest first."""
    rows = []
    for image in sorted(engine.shelf.images.values(), key=lambda image: (-image.created_ms, image.id)):
        names = [name.rpartition(":")[::2] for name in engine.shelf.names_of(image)]
        digest = next((name.partition("@")[2] for name in engine.shelf.digests_of(image)), "<none>")
        repositories = engine.shelf.digests_of(image)
        for repository, tag in names or [(repositories[0].partition("@")[0] if repositories else "<none>", "<none>")]:
            age = engine.site.now_ms - image.created_ms
            rows.append({"Repository": repository, "Tag": tag, "Digest": digest, "ID": image.id if whole else short(image.id), "CreatedSince": f"{lasted(age)} ago", "CreatedAt": nano(engine.site.clock, image.created_ms)[:19].replace("T", " ") + " +0000 UTC", "Size": sized(engine.shelf.store.size(image)),
                         "Containers": "N/A", "SharedSize": sized(engine.shelf.shared_size(image)), "UniqueSize": sized(engine.shelf.store.size(image) - engine.shelf.shared_size(image)), "VirtualSize": sized(engine.shelf.store.size(image))})
    return rows


def images(call: Call) -> Outcome:
    """List images."""
    from fnmatch import fnmatchcase

    rows = rows_of(call.engine, whole=call.on("no-trunc"))
    if call.args:
        name, _, tag = call.args[0].partition(":")
        rows = [row for row in rows if fnmatchcase(row["Repository"], name) and (not tag or fnmatchcase(row["Tag"], tag))]
    rows = kept(rows, call.many("filter"), {"dangling": lambda row, value: (row["Tag"] == "<none>") == (value in ("true", "1")), "reference": lambda row, value: fnmatchcase(row["Repository"], value.partition(":")[0]) and fnmatchcase(row["Tag"], value.partition(":")[2] or "*"),
                                            "label": lambda row, value: value.partition("=")[0] in dict(call.engine.shelf.get(row["ID"]).config.labels), "before": lambda row, value: call.engine.shelf.get(row["ID"]).created_ms < call.engine.shelf.get(value).created_ms,
                                            "since": lambda row, value: call.engine.shelf.get(row["ID"]).created_ms > call.engine.shelf.get(value).created_ms})  # type: ignore[assignment]  # rows are read only
    if call.on("quiet"):
        return Outcome("".join(f"{row['ID']}\n" for row in rows))
    shown = ["Repository", "Tag", *(["Digest"] if call.on("digests") else []), "ID", "CreatedSince", "Size"]
    return Outcome(listed(rows, shown, HEADERS, form=call.text("format"), kind="*formatter.imageContext"))


# Pulling and pushing


def pull_steps(engine: "Engine", name: str, *, quiet: bool = False, missing: bool = False) -> list[Step]:
    """Return what a pull does: lines at their moments, then the image is here. Raises DockerError."""
    ref = referenced(name)
    head = f"Unable to find image '{ref.name}' locally\n" if missing else ""
    if not missing and not quiet and ":" not in name.rpartition("/")[2] and not ref.digest:
        head = "Using default tag: latest\n"
    now_ms = engine.site.now_ms
    lead: list[Step] = [["say", now_ms, head]] if head and not quiet else []
    try:
        image = engine.site.registry.find(ref, local=engine.registries())
    except DockerError as error:
        wait = 15_000 if "Client.Timeout" in str(error) else 700
        return [*lead, ["say", now_ms + wait, ""], ["do", "refuse", f"{'docker: ' if missing else ''}{error.told}\n" + ("\nRun 'docker run --help' for more information\n" if missing else ""), 125 if missing else 1]]
    steps = [*lead]
    source = f"{ref.repository}" if ref.registry == PUBLIC else f"{ref.registry}/{ref.repository}".removeprefix(f"{ref.registry}/")
    if not quiet:
        steps.append(["say", now_ms + 400, f"{ref.tag if not ref.digest else ref.digest}: Pulling from {source}\n"])
    held, at_ms, done_ms = engine.shelf.layers(), now_ms + 400, now_ms + 400
    waiting: list[Step] = []
    for layer_id in image.layers:
        layer = engine.site.store[layer_id]
        if layer_id in held:
            waiting.append(["say", at_ms, f"{short(layer_id)}: Already exists\n"])
            continue
        at_ms += layer.compressed // BYTES_PER_MS
        done_ms = max(done_ms, at_ms) + 120 + layer.size // UNPACKED_BYTES_PER_MS
        waiting.append(["say", done_ms, f"{short(layer_id)}: Pull complete\n"])
    steps += waiting if not quiet else [["say", done_ms, ""]]
    steps.append(["do", "pulled", name, missing, quiet])
    return steps


def _pulled(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Put a pulled image on the shelf."""
    ref = referenced(step[2])
    image = engine.site.registry.find(ref, local=engine.registries())
    new = [name for name in image.layers if name not in engine.shelf.layers()]
    size = sum(engine.site.store[name].size for name in new)
    if size > engine.disk_free():
        return Told("failed to register layer: write /usr/lib/x86_64-linux-gnu/libc.so.6: no space left on device\n" if not step[3] else "docker: failed to register layer: write /usr/lib/x86_64-linux-gnu/libc.so.6: no space left on device\n\nRun 'docker run --help' for more information\n", 125 if step[3] else 1)
    status = "Image is up to date" if engine.shelf.names.get(ref.name) == image.id else "Downloaded newer image"
    engine.shelf.add(image, ref, pulled=True)
    engine.event("image", "pull", ref.name, name=ref.familiar)
    engine.site.note("docker", "image.pulled", f"Image/{engine.name}/{ref.name}", "image", ref.name, "new", str(len(new)), "all", str(len(image.layers)), "size", sized(size))
    engine.site.changed(engine)
    if step[4]:
        return Told(f"{ref.canonical}\n" if not step[3] else "")
    return Told(f"Digest: {image.manifest_digest}\nStatus: {status} for {ref.name}\n" + ("" if step[3] else f"{ref.canonical}\n"))


def _refuse(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    return Told(step[2], step[3])


def pull(call: Call) -> Result:
    """Pull an image."""
    return StepsJob(call.terminal, call.engine.name, pull_steps(call.engine, call.args[0], quiet=call.on("quiet")))


def push(call: Call) -> Result:
    """Push an image, layers that the registry has already left out."""
    ref = referenced(call.args[0])
    image = call.engine.shelf.find(ref.name)
    engine, now_ms = call.engine, call.now_ms
    begun = ("" if ":" in call.args[0].rpartition("/")[2] else "Using default tag: latest\n") + f"The push refers to repository [{ref.registry}/{ref.repository}]\n"
    if image is None:
        return Outcome(begun, f"An image does not exist locally with the tag: {ref.familiar.removesuffix(f':{ref.tag}')}\n", 1)
    steps: list[Step] = [["say", now_ms, begun]]
    local = engine.registries()
    try:
        engine.site.registry._check(ref, local)
    except DockerError as error:
        return StepsJob(call.terminal, engine.name, [*steps, ["say", now_ms + 15_000, ""], ["do", "refuse", f"{error}\n", 1]])
    at_ms = now_ms
    for layer_id in reversed(image.layers):
        layer = engine.site.store[layer_id]
        if ref.registry == PUBLIC:
            steps.append(["say", now_ms + 300, f"{short(layer_id)}: Waiting\n"])
        elif engine.site.registry.has_layer(ref, layer_id, local=local):
            steps.append(["say", at_ms, f"{short(layer_id)}: Layer already exists\n"])
        else:
            at_ms += 150 + layer.compressed // BYTES_PER_MS
            steps.append(["say", at_ms, f"{short(layer_id)}: Pushed\n"])
    return StepsJob(call.terminal, engine.name, [*steps, ["do", "pushed", ref.name]])


def _pushed(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    ref = referenced(step[2])
    image = engine.shelf.get(step[2])
    engine.site.registry.push(ref, image, local=engine.registries())
    engine.shelf.pulled[f"{ref.familiar}@{image.manifest_digest}"] = image.id
    engine.site.note("docker", "image.pushed", f"Image/{engine.name}/{ref.name}", "image", ref.name)
    return Told(f"{ref.tag}: digest: {image.manifest_digest} size: {400 + 210 * len(image.layers)}\n")


# Names and removal


def tag(call: Call) -> Outcome:
    """Give an image another name."""
    try:
        ref = reference(call.args[1])
    except ValueError as error:
        raise DockerError(f'Error parsing reference: "{call.args[1]}" is not a valid repository/tag: {error}', from_client=True) from None
    image = call.engine.shelf.get(call.args[0])
    call.engine.shelf.add(image, ref)
    call.engine.event("image", "tag", image.id, name=ref.name)
    call.engine.site.note("docker", "image.tagged", f"Image/{call.engine.name}/{ref.name}", "image", ref.name, "id", short(image.id))
    return Outcome()


def remove(call: Call) -> Outcome:
    """Remove names, and images that have none left."""
    return each(call, lambda word: untagged(call.engine, word, force=call.on("force")))


def untagged(engine: "Engine", word: str, *, force: bool = False) -> str:
    """Remove an image or one of its names and say what went. Raises DockerError."""
    shelf = engine.shelf
    image = shelf.get(word)
    names = shelf.names_of(image)
    try:
        named = reference(word).name if reference(word).name in shelf.names else ""
    except ValueError:
        named = ""
    if named and len(names) > 1:
        del shelf.names[named]
        engine.event("image", "untag", image.id, name=named)
        return f"Untagged: {named}\n"
    if not named and len(names) > 1 and not force:
        raise DockerError(f"conflict: unable to delete {short(image.id)} (must be forced) - image is referenced in multiple repositories")
    users = [container for container in engine.containers.values() if container.image == image.id]
    running = next((container for container in users if container.is_up), None)
    if running is not None and (not force or not named):
        raise DockerError(f"conflict: unable to delete {named or short(image.id)} ({'cannot be forced' if not named or force else 'must be forced'}) - {'image' if not named else 'container'} {'is being used by running container' if not named else ''} {short(running.id)}{' is using its referenced image ' + short(image.id) if named else ''}".replace("  ", " "))
    if users and not force:
        raise DockerError(f"conflict: unable to delete {named or short(image.id)} (must be forced) - {'container' if named else 'image is being used by stopped container'} {short(users[0].id)}{' is using its referenced image ' + short(image.id) if named else ''}")
    out = "".join(f"Untagged: {name}\n" for name in [*names, *shelf.digests_of(image)])
    if users:
        for name in names:
            shelf.names.pop(name, None)
        return out
    gone = shelf.drop(image)
    engine.event("image", "delete", image.id)
    engine.drop_unused_layers()
    return out + f"Deleted: {image.id}\n" + "".join(f"Deleted: {name}\n" for name in reversed(gone))


def prune(call: Call) -> Outcome:
    """Remove images without a name, or with -a all that no container uses."""
    if not call.on("force"):
        what = "all images without at least one container associated to them" if call.on("all") else "all dangling images"
        return Outcome(f"WARNING! This will remove {what}.\nAre you sure you want to continue? [y/N] \n# learnk8s: this terminal does not ask; say -f.\n", "", 1)
    text, freed = pruned(call.engine, every=call.on("all"))
    return Outcome((f"Deleted Images:\n{text}\n" if text else "") + f"Total reclaimed space: {sized(freed, 4)}\n")


def pruned(engine: "Engine", *, every: bool) -> tuple[str, int]:
    """Remove unused images; return what was said and how much room it gave."""
    used = {container.image for container in engine.containers.values()}
    before, text = engine.disk_used(), ""
    for image in list(engine.shelf.images.values()):
        if image.id not in used and (every or engine.shelf.is_dangling(image)):
            text += "".join(f"untagged: {name}\n" for name in engine.shelf.names_of(image))
            text += "".join(f"deleted: {name}\n" for name in [image.id, *engine.shelf.drop(image)])
    engine.drop_unused_layers()
    if text:
        engine.site.note("docker", "image.pruned", f"Machine//{engine.name}", "host", engine.name, "size", sized(before - engine.disk_used()))
    return text, before - engine.disk_used()


# Looking


def history(call: Call) -> Outcome:
    """Show the layers of an image, the newest first."""
    image = call.engine.shelf.get(call.args[0])
    rows = []
    for number, step in enumerate(reversed(image.history)):
        size = call.engine.site.store[step.layer_id].size if step.layer_id else 0
        text = step.created_by if call.on("no-trunc") or len(step.created_by) <= 45 else step.created_by[:44] + "…"
        rows.append({"ID": short(image.id) if number == 0 else "<missing>", "CreatedSince": f"{lasted(call.now_ms - step.created_ms)} ago", "CreatedBy": text, "Size": sized(size) if not call.values.get("human") is False else str(size), "Comment": step.comment})
    headers = {"ID": "IMAGE", "CreatedSince": "CREATED", "CreatedBy": "CREATED BY", "Size": "SIZE", "Comment": "COMMENT"}
    if call.on("quiet"):
        return Outcome("".join(f"{row['ID']}\n" for row in rows))
    return Outcome(listed(rows, list(headers), headers, form=call.text("format"), kind="*formatter.historyContext"))


def document(engine: "Engine", image: Image) -> dict[str, Any]:
    """Return an image as `inspect` shows it."""
    config = image.config
    return {
        "Id": image.id, "RepoTags": engine.shelf.names_of(image), "RepoDigests": engine.shelf.digests_of(image), "Parent": "", "Comment": "buildkit.dockerfile.v0", "Created": nano(engine.site.clock, image.created_ms), "DockerVersion": "", "Author": "",
        "Config": {"User": config.user, "ExposedPorts": {port: {} for port in config.ports}, "Env": list(config.env), "Cmd": list(config.cmd) or None, "Volumes": {path: {} for path in config.volumes} or None, "WorkingDir": config.workdir, "Entrypoint": list(config.entrypoint) or None, "Labels": dict(config.labels) or None,
                   **({"StopSignal": config.stop_signal} if config.stop_signal else {})},
        "Architecture": "amd64", "Os": "linux", "Size": engine.shelf.store.size(image), "GraphDriver": {"Data": {"MergedDir": f"/var/lib/docker/overlay2/{image.id[7:71]}/merged"}, "Name": "overlay2"}, "RootFS": {"Type": "layers", "Layers": list(image.layers)},
        "Metadata": {"LastTagTime": nano(engine.site.clock, max(image.created_ms, 0))},
    }


def search(call: Call) -> Outcome:
    """Search the public registry."""
    words = {"nginx": "Official build of Nginx.", "alpine": "A minimal Docker image based on Alpine Linux.", "redis": "Redis is the world's fastest data platform.", "postgres": "The PostgreSQL object-relational database.", "python": "Python is an interpreted language.", "node": "Node.js is a JavaScript platform.", "busybox": "Busybox base image."}
    found = sorted({name.rpartition(":")[0] for name in CATALOGUE if call.args[0] in name})
    rows = [["NAME", "DESCRIPTION", "STARS", "OFFICIAL"], *[[name.removeprefix("library/"), words.get(name.removeprefix("library/"), ""), str(20_000 - 700 * number if name.startswith("library/") else 3), "[OK]" if name.startswith("library/") else ""] for number, name in enumerate(found)]]
    return Outcome(columns(rows))


def save(call: Call) -> Outcome:
    """Write images into one file; what the file here holds is their names."""
    found = [call.engine.shelf.get(word) for word in call.args]
    if not call.text("output"):
        return Outcome("", "cowardly refusing to save to a terminal. Use the -o flag or redirect\n", 1)
    call.files.write(call.text("output"), "docker-archive\n" + "".join(f"{name} {image.id}\n" for image, name in zip(found, call.args, strict=True)))
    call.terminal.archives.update({image.id: image.dump() for image in found if image.id not in {known.id for known in CATALOGUE.values()}})
    return Outcome()


def load(call: Call) -> Outcome:
    """Read images from such a file."""
    text = call.files.read(call.text("input")) if call.text("input") else call.stdin
    if text is None:
        return Outcome("", f"open {call.text('input')}: no such file or directory\n", 1)
    if not text.startswith("docker-archive"):
        return Outcome("", "unrecognized image format\n", 1)
    out = ""
    for line in text.splitlines()[1:]:
        name, _, number = line.partition(" ")
        image = next((image for image in CATALOGUE.values() if image.id == number), None) or (Image.load(call.terminal.archives[number]) if number in call.terminal.archives else None)
        if image is not None:
            ref = referenced(name)
            call.engine.shelf.add(image, ref)
            out += f"Loaded image: {ref.name}\n"
    return Outcome(out)


# Building


def builder(call: Call, begun_ms: int = -1) -> Builder:
    """Return the builder that the flags ask for. Raises Usage."""
    args = dict(entry.partition("=")[::2] for entry in call.many("build-arg"))
    if not call.files.is_folder(call.args[0]):
        raise Usage(f"ERROR: unable to prepare context: path \"{call.args[0]}\" not found")
    return Builder(call.engine, call.files, call.args[0], file=call.text("file"), build_args=args, target=call.text("target"), use_cache=not call.on("no-cache"), labels=dict(entry.partition("=")[::2] for entry in call.many("label")), begun_ms=begun_ms)


def build(call: Call) -> Result:
    """Build an image from a Dockerfile."""
    names = [referenced(name).name for name in call.many("tag")]
    built = builder(call).build()
    file = (call.text("file") or "Dockerfile").rpartition("/")[2]
    lines = (call.files.texts.get(call.files.path(call.text("file")) if call.text("file") else f"{call.files.path(call.args[0])}/Dockerfile") or "").splitlines()
    said = told(built, names, lines, file, plain=call.text("progress") == "plain")
    if call.on("quiet"):
        said = [said[-1]] if built.error else [(built.total_ms, "")]
    steps: list[Step] = [["say", call.now_ms + at_ms, text] for at_ms, text in said]
    if built.error:
        return StepsJob(call.terminal, call.engine.name, [*steps, ["do", "refuse", "", 1]])
    return StepsJob(call.terminal, call.engine.name, [*steps, ["do", "built", call.argv[1:], call.files.cwd, call.now_ms]])


def _built(terminal: "Terminal", engine: "Engine", step: Step) -> Told:
    """Build again, now keeping what comes of it: the same files give the same image."""
    call = terminal.docker_call(engine, BUILD, list(step[2]))
    folder, files = terminal.files.cwd, terminal.files
    files.cwd = step[3]
    built = builder(call, step[4]).build()
    files.cwd = folder
    if built.image is None:
        return Told(f"ERROR: failed to build: failed to solve: {built.error}\n", 1)
    size = sum(made.size for made in built.layers)
    if size > engine.disk_free():
        return Told("ERROR: failed to build: failed to solve: failed to copy files: copy file range failed: no space left on device\n", 1)
    keep(engine, built, [referenced(name) for name in call.many("tag")])
    return Told(f"{built.image.id}\n" if call.on("quiet") else "")


def keep(engine: "Engine", built: Any, names: list[Reference]) -> None:
    """Keep what a build made: layers, cache, image and names."""
    for made in built.layers:
        engine.site.store.add(made)
    for key, layer_id in built.cache.items():
        engine.cache[key] = {"layer": layer_id, "at": engine.site.now_ms}
    while len(engine.cache) > 300:
        del engine.cache[next(iter(engine.cache))]
    if not names:
        engine.shelf.add(built.image)
    for name in names:
        engine.shelf.add(built.image, name)
        engine.site.note("docker", "image.built", f"Image/{engine.name}/{name.name}", "image", name.name, "cached", str(sum(step.is_cached for step in built.steps)), "new", str(len(built.layers)))
    engine.event("image", "build", built.image.id)
    engine.drop_unused_layers()


def commit(call: Call) -> Outcome:
    """Make an image of a container's own layer."""
    from learnk8s.simulation.docker.layers import Step as HistoryStep
    from learnk8s.simulation.docker.layers import layer

    container = call.engine.find(call.args[0])
    below = call.engine.shelf.images[container.image]
    made = layer(container.extra_bytes + sum(len(text) for text in container.files.values() if text), dict(container.files), container.id, call.now_ms)
    call.engine.site.store.add(made)
    image = Image.made((*below.layers, made.id), below.config, (*below.history, HistoryStep(" ".join(container.argv), call.now_ms, made.id, call.text("message"))), call.now_ms)
    call.engine.shelf.add(image, referenced(call.args[1]) if len(call.args) > 1 else None)
    call.engine.site.note("docker", "image.committed", f"Image/{call.engine.name}/{call.args[1] if len(call.args) > 1 else short(image.id)}", "container", container.name)
    return Outcome(f"{image.id}\n")


WORK.update({"pulled": _pulled, "pushed": _pushed, "built": _built, "refuse": _refuse})
BUILD = Command("build", "[OPTIONS] PATH | URL | -", "Start a build", build, flags("""
build-arg - list Set build-time variables
file f string Name of the Dockerfile (default: "PATH/Dockerfile")
label - list Set metadata for an image
load - bool Shorthand for "--output=type=docker"
no-cache - bool Do not use cache when building the image
platform - list Set target platform for build
progress - string Set type of progress output ("auto", "plain", "tty", "rawjson") (default "auto")
pull - bool Always attempt to pull all referenced images
quiet q bool Suppress the build output and print image ID on success
tag t list Name and optionally a tag (format: "name:tag")
target - string Set the target build stage to build
"""), 1, 1, also=("image build", "buildx build", "builder build"), takes="folder")
COMMANDS = (
    BUILD,
    Command("images", "[OPTIONS] [REPOSITORY[:TAG]]", "List images", images, flags(f"""
all a bool Show all images (default hides intermediate images)
digests - bool Show digests
filter f filter Filter output based on conditions provided
format - string {FORMAT_TABLE}
no-trunc - bool Don't truncate output
quiet q bool Only show image IDs
"""), 0, 1, also=("image ls", "image list"), takes="image"),
    Command("pull", "[OPTIONS] NAME[:TAG|@DIGEST]", "Download an image from a registry", pull, flags("""
all-tags a bool Download all tagged images in the repository
platform - string Set platform if server is multi-platform capable
quiet q bool Suppress verbose output
"""), 1, 1, also=("image pull",), takes="remote"),
    Command("push", "[OPTIONS] NAME[:TAG]", "Upload an image to a registry", push, flags("all-tags a bool Push all tags of an image to the repository\nquiet q bool Suppress verbose output"), 1, 1, also=("image push",), takes="image"),
    Command("tag", "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]", "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE", tag, (), 2, 2, also=("image tag",), takes="image"),
    Command("rmi", "[OPTIONS] IMAGE [IMAGE...]", "Remove one or more images", remove, flags("force f bool Force removal of the image\nno-prune - bool Do not delete untagged parents"), 1, also=("image rm", "image remove"), takes="image"),
    Command("image prune", "[OPTIONS]", "Remove unused images", prune, flags("all a bool Remove all unused images, not just dangling ones\nfilter - filter Provide filter values (e.g. \"until=<timestamp>\")\nforce f bool Do not prompt for confirmation"), 0, 0),
    Command("history", "[OPTIONS] IMAGE", "Show the history of an image", history, flags(f"format - string {FORMAT_TABLE}\nhuman H bool Print sizes and dates in human readable format (default true)\nno-trunc - bool Don't truncate output\nquiet q bool Only show image IDs"), 1, 1, also=("image history",), takes="image"),
    Command("search", "[OPTIONS] TERM", "Search Docker Hub for images", search, flags("filter f filter Filter output based on conditions provided\nlimit - int Max number of search results"), 1, 1),
    Command("save", "[OPTIONS] IMAGE [IMAGE...]", "Save one or more images to a tar archive (streamed to STDOUT by default)", save, flags("output o string Write to a file, instead of STDOUT"), 1, also=("image save",), takes="image"),
    Command("load", "[OPTIONS]", "Load an image from a tar archive or STDIN", load, flags("input i string Read from tar archive file, instead of STDIN\nquiet q bool Suppress the load output"), 0, 0, also=("image load",)),
    Command("commit", "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]", "Create a new image from a container's changes", commit, flags("author a string Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")\nchange c list Apply Dockerfile instruction to the created image\nmessage m string Commit message\npause p bool Pause container during commit (default true)"), 1, 2, also=("container commit",), takes="container"),
)
