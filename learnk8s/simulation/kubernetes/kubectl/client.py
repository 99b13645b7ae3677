"""What every verb is given: the API server, the files of the terminal, the current namespace; and how objects are named on the command line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import ADMIN_GROUPS, Request, Response
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.kubectl.flags import Parsed, Usage
from learnk8s.simulation.kubernetes.network.network import Network
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import KINDS, Kind, by_kind, lookup


@dataclass(slots=True)
class Ports:
    """What kubectl needs of the cluster. `usage` says what a pod uses; `context` is the kubeconfig, part of the terminal's state."""

    api: ApiServer
    network: Network
    clock: Clock
    usage: Callable[[Doc], tuple[int, int]]
    context: dict[str, str] = field(default_factory=lambda: {"namespace": "default"})


MANAGERS = {"apply": "kubectl-client-side-apply", "scale": "kubectl"}
"""As whom a verb writes, where it is not simply `kubectl-VERB`."""


class Verb(Protocol):
    """One verb of kubectl."""

    def __call__(self, call: "Call") -> Any: ...


@dataclass(slots=True)
class Call:
    """One command line, parsed, with what it may use. `out` and `err` collect what is printed."""

    parsed: Parsed
    ports: Ports
    files: Files
    stdin: str
    command: str
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    status: int = 0
    shows_events: bool = True

    @property
    def who(self) -> tuple[str, tuple[str, ...]]:
        """Return the user and the groups as whom the command asks: the administrator, or whom `--as` names."""
        user = self.parsed.get("as")
        if not user:
            return "kubernetes-admin", ADMIN_GROUPS
        groups = tuple(self.parsed.all("as-group"))
        if user.startswith("system:serviceaccount:") and not groups:
            groups = ("system:serviceaccounts", f"system:serviceaccounts:{user.split(':')[2]}")
        everybody = "system:unauthenticated" if user == "system:anonymous" else "system:authenticated"
        return user, groups if everybody in groups else (*groups, everybody)

    @property
    def namespace(self) -> str:
        """Return the namespace that the command means."""
        return self.parsed.get("namespace") or self.ports.context.get("namespace", "default")

    def say(self, text: str) -> None:
        """Print a line."""
        self.out.append(text + "\n")

    def complain(self, text: str) -> None:
        """Print a line on standard error."""
        self.err.append(text + "\n")
        self.status = 1

    def request(self, verb: str, kind: Kind, name: str = "", *, namespace: str | None = None, subresource: str = "", body: Any = None, **options: Any) -> Response:
        """Send a request; warnings go to standard error. Raises ApiError."""
        where = (self.namespace if namespace is None else namespace) if kind.namespaced else ""
        given = {key: value for key, value in options.items() if value not in (None, "")}
        if verb in ("create", "update", "patch"):
            given.setdefault("fieldManager", self.parsed.get("field-manager") or MANAGERS.get(self.command, f"kubectl-{self.command}"))
        if self.parsed.get("dry-run") == "server":
            given["dryRun"] = "All"
        response = self.ports.api.handle(Request(verb, kind.resource, where, name, subresource, body, given, *self.who))
        for warning in response.warnings:
            self.err.append(f"Warning: {warning}\n")
        return response

    def get(self, kind: Kind, name: str, namespace: str | None = None) -> Doc:
        """Return one object. Raises ApiError 404."""
        return self.request("get", kind, name, namespace=namespace).doc

    def list(self, kind: Kind, *, namespace: str | None = None, **options: Any) -> list[Doc]:
        """Return the objects of a kind in a namespace, "" for all."""
        return self.request("list", kind, namespace=namespace, **options).doc["items"]  # type: ignore[no-any-return]  # foreign JSON

    @property
    def is_dry(self) -> bool:
        """Say whether nothing shall be stored."""
        return self.parsed.get("dry-run") in ("client", "server")


def kind_of(word: str) -> Kind:
    """Return the kind that a word names. Raises ApiError in kubectl's words."""
    kind = lookup(word)
    if kind is None:
        raise ApiError(404, "NotFound", f'the server doesn\'t have a resource type "{word}"')
    return kind


def named(kind: Kind, name: str = "") -> str:
    """Return `deployment.apps/web`, as kubectl names what it did."""
    return f"{kind.singular}.{kind.group}/{name}" if kind.group else f"{kind.singular}/{name}"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing on the command line: a kind, and a name or "" for all of the kind."""

    kind: Kind
    name: str = ""


def targets(words: list[str], *, command: str = "get") -> list[Target]:
    """Return what `pods web`, `pod/web deploy/web`, `pods,services`, `all` mean. Raises Usage, ApiError."""
    if not words:
        return []
    if any("/" in word for word in words):
        if not all("/" in word for word in words):
            raise Usage("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'")
        return [Target(kind_of(word.split("/")[0]), word.split("/", 1)[1]) for word in words]
    kinds: list[Kind] = []
    for part in words[0].split(","):
        kinds.extend(kind for kind in KINDS_IN_ALL if True) if part == "all" else kinds.append(kind_of(part))
    names = words[1:]
    return [Target(kind, name) for kind in kinds for name in names] if names else [Target(kind) for kind in kinds]


ALL_ORDER = ("pods", "replicationcontrollers", "services", "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps", "horizontalpodautoscalers.autoscaling", "cronjobs.batch", "jobs.batch")
KINDS_IN_ALL: tuple[Kind, ...] = tuple(sorted((kind for kind in KINDS if "all" in kind.categories), key=lambda kind: ALL_ORDER.index(kind.resource)))


def manifests(call: Call) -> Iterator[tuple[Kind, Doc]]:
    """Yield the objects in the files of `-f`. Raises Usage in kubectl's words."""
    for name in call.parsed.all("filename"):
        for source, text in _sources(call, name):
            try:
                found = yaml.documents(text)
            except yaml.YamlFault as fault:
                raise Usage(f"error: error parsing {source}: error converting YAML to JSON: {fault}") from None
            for document in found:
                yield from _objects(document.value, source)


def _sources(call: Call, name: str) -> list[tuple[str, str]]:
    if name == "-":
        return [("STDIN", call.stdin)]
    if name.startswith(("http://", "https://")):
        raise Usage(f"error: unable to read URL \"{name}\": this sandbox has no way to the internet; paste the file with cat > FILE <<EOF")
    if call.files.is_folder(name):
        return [(f"{name}/{entry}", call.files.read(f"{name}/{entry}") or "") for entry in call.files.listed(name) if entry.endswith((".yaml", ".yml", ".json"))]
    text = call.files.read(name)
    if text is None:
        raise Usage(f'error: the path "{name}" does not exist')
    return [(name, text)]


def _objects(value: Any, source: str) -> Iterator[tuple[Kind, Doc]]:
    if not isinstance(value, dict):
        raise Usage(f'error: error validating "{source}": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false')
    missing = [key for key in ("apiVersion", "kind") if not value.get(key)]
    if missing:
        raise Usage(f'error: error validating "{source}": error validating data: {"[" if len(missing) > 1 else ""}{", ".join(f"{key} not set" for key in missing)}{"]" if len(missing) > 1 else ""}; if you choose to ignore these errors, turn validation off with --validate=false')
    if value["kind"] == "List" and isinstance(value.get("items"), list):
        for item in value["items"]:
            yield from _objects(item, source)
        return
    kind = by_kind(str(value["apiVersion"]), str(value["kind"]))
    if kind is None:
        raise Usage(f'error: resource mapping not found for name: "{(value.get("metadata") or {}).get("name", "")}" namespace: "{(value.get("metadata") or {}).get("namespace", "")}" from "{source}": no matches for kind "{value["kind"]}" in version "{value["apiVersion"]}"\nensure CRDs are installed first')
    yield kind, {**value, "metadata": value.get("metadata") or {}}
