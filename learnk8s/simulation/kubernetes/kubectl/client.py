"""What every verb is given: the API server, the files of the terminal, the current namespace; and how objects are named on the command line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.agenda import Clock
from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.request import ADMIN_GROUPS, Request, Response
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.kubectl import kustomize, web
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Parsed, Usage
from learnk8s.simulation.kubernetes.kubectl.kubeconfig import KEPT, SERVER, entry, load, token_user, user_of
from learnk8s.simulation.kubernetes.network.network import Network
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, KINDS, Kind, by_kind, lookup


@dataclass(slots=True)
class Ports:
    """What kubectl needs of the cluster. `usage` says what a pod uses; `context` is the kubeconfig, part of the terminal's state."""

    api: ApiServer
    network: Network
    clock: Clock
    usage: Callable[[Doc], tuple[int, int]]
    context: dict[str, str] = field(default_factory=lambda: {"namespace": "default"})
    enter: Callable[[Any], str] = field(default=lambda place: "")
    """Goes into a container: the next lines are run there. Returns what is printed."""
    serving: Callable[[], list[Any]] = field(default=list)
    """The jobs of the terminal that serve a local port."""

    def lookup(self, word: str) -> Kind | None:
        """Return the kind that people call so, custom kinds among them."""
        found = lookup(word)
        if found is not None:
            return found
        plain, _, rest = word.lower().partition(".")
        for kind in self.api.kinds()[len(KINDS) :]:
            if plain in (kind.plural, kind.singular, kind.kind.lower(), *kind.short_names) and rest in ("", kind.group, f"{kind.version}.{kind.group}"):
                return kind
        return None

    def by_kind(self, api_version: str, kind: str) -> Kind | None:
        """Return the kind that a document names."""
        found = by_kind(api_version, kind)
        return found or next((item for item in self.api.kinds()[len(KINDS) :] if (item.api_version, item.kind) == (api_version, kind)), None)

    def kind_named(self, word: str) -> Kind:
        """Return the kind that a word names. Raises ApiError in kubectl's words."""
        kind = self.lookup(word)
        if kind is None:
            raise ApiError(404, "NotFound", f'the server doesn\'t have a resource type "{word.partition(".")[0]}"')
        return kind

    def kind_of_doc(self, doc: Doc) -> Kind:
        """Return the kind of a document that the server gave."""
        kind = self.by_kind(doc["apiVersion"], doc["kind"])
        assert kind is not None, "the server serves its own kinds"
        return kind


MANAGERS = {"apply": "kubectl-client-side-apply", "scale": "kubectl"}
"""As whom a verb writes, where it is not simply `kubectl-VERB`."""


class Verb(Protocol):
    """One verb of kubectl."""

    def __call__(self, call: "Call") -> Any: ...


class Stream(list[str]):
    """What a command prints on one of its streams, noted in a list of both."""

    def __init__(self, printed: list[str]) -> None:
        super().__init__()
        self._printed = printed

    def append(self, text: str) -> None:
        """Print a text."""
        super().append(text)
        self._printed.append(text)

    def extend(self, texts: Iterable[str]) -> None:
        """Print several texts."""
        for text in texts:
            self.append(text)


@dataclass(slots=True)
class Call:
    """One command line, parsed, with what it may use. `out` and `err` collect what is printed."""

    parsed: Parsed
    ports: Ports
    files: Files
    stdin: str
    command: str
    variables: Mapping[str, str] = field(default_factory=dict)
    run: Callable[[str], Any] = field(default=lambda line: None)
    out: list[str] = field(init=False)
    err: list[str] = field(init=False)
    printed: list[str] = field(default_factory=list)
    """What was printed on both, in its order."""
    gathered: list[str] = field(default_factory=list)
    """Complaints: kubectl gathers errors and prints them at the end."""
    status: int = 0
    shows_events: bool = True
    missing: list[str] = field(default_factory=list)
    late: list[Usage] = field(default_factory=list)
    """What could not be read among the files; it is said at the end."""

    def __post_init__(self) -> None:
        self.out, self.err = Stream(self.printed), Stream(self.printed)

    @property
    def who(self) -> tuple[str, tuple[str, ...]]:
        """Return the user and the groups as whom the command asks: the administrator, or whom `--as` names."""
        user = self.parsed.get("as")
        if not user:
            if self.parsed.get("token"):
                return token_user(self.parsed.get("token"))
            return user_of(self.ports.context, self.parsed.get("user"), read=self.files.read, now_ms=self.ports.clock.now_ms) or ("kubernetes-admin", ADMIN_GROUPS)
        groups = tuple(self.parsed.all("as-group"))
        if user.startswith("system:serviceaccount:") and not groups:
            groups = ("system:serviceaccounts", f"system:serviceaccounts:{user.split(':')[2]}")
        everybody = "system:unauthenticated" if user == "system:anonymous" else "system:authenticated"
        return user, groups if everybody in groups else (*groups, everybody)

    @property
    def namespace(self) -> str:
        """Return the namespace that the command means."""
        if self.parsed.get("namespace"):
            return self.parsed.get("namespace")
        if self.parsed.get("context") and KEPT in self.ports.context:
            found = entry(load(self.ports.context), "contexts", self.parsed.get("context"))
            return str((found or {"context": {}})["context"].get("namespace") or "default")
        return self.ports.context.get("namespace", "default")

    @property
    def cause(self) -> str:
        """Return the command line as `--record` writes it down: words first, then flags with their whole names. Models cli-runtime/pkg/genericclioptions/record_flags.go (1.36)."""
        flags = [f"--{name}={value}" for name, values in self.parsed.flags.items() for value in values]
        return " ".join(["kubectl", self.command, *self.parsed.words, *(self.parsed.after_dashes or ()), *flags])

    def recorded(self, doc: Doc) -> Doc:
        """Return an object, or what is to be merged into one, with the command that changes it, if that was asked for."""
        if not self.parsed.has("record"):
            return doc
        metadata = doc.get("metadata") or {}
        return {**doc, "metadata": {**metadata, "annotations": {**(metadata.get("annotations") or {}), CHANGE_CAUSE: self.cause}}}

    def say(self, text: str) -> None:
        """Print a line."""
        self.out.append(text + "\n")

    def complain(self, text: str) -> None:
        """Print a line on standard error."""
        list.append(self.err, text + "\n")
        self.gathered.append(text + "\n")
        self.status = 1

    def request(self, verb: str, kind: Kind, name: str = "", *, namespace: str | None = None, subresource: str = "", body: Any = None, **options: Any) -> Response:
        """Send a request; warnings go to standard error. Raises ApiError."""
        where = (self.namespace if namespace is None else namespace) if kind.namespaced else ""
        given = {key: value for key, value in options.items() if value not in (None, "")}
        if verb in ("create", "update", "patch"):
            given.setdefault("fieldManager", self.parsed.get("field-manager") or MANAGERS.get(self.command, f"kubectl-{self.command}"))
            body = self.recorded(body) if isinstance(body, dict) and not subresource else body
        if self.parsed.get("dry-run") == "server":
            given["dryRun"] = "All"
        try:
            response = self.ports.api.handle(Request(verb, kind.resource, where, name, subresource, body, given, *self.who, version="" if BY_RESOURCE.get(kind.resource) is kind else kind.version))
        except ApiError as error:
            self._traced(verb, kind, where, name, subresource, error.code)
            if error.code == 404 and verb == "get" and where not in ("", "default"):
                self.ports.api.handle(Request("get", "namespaces", "", where, user=self.who[0], groups=self.who[1]))  # kubectl asks why: resource.Info.Get
            raise
        self._traced(verb, kind, where, name, subresource, response.code)
        for warning in response.warnings:
            if f"Warning: {warning}\n" not in self.err:
                self.err.append(f"Warning: {warning}\n")
        return response

    def _traced(self, verb: str, kind: Kind, namespace: str, name: str, subresource: str, code: int) -> None:
        """Print the request as --v=6 does."""
        if int(self.parsed.get("v", "0") or 0) < 6:
            return
        path = f"/api/{kind.version}" if not kind.group else f"/apis/{kind.group}/{kind.version}"
        path += (f"/namespaces/{namespace}" if namespace else "") + f"/{kind.plural}" + (f"/{name}" if name and verb != "create" else "") + (f"/{subresource}" if subresource else "")
        method = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}.get(verb, "GET")
        moment = self.ports.clock.moment().strftime("I%m%d %H:%M:%S.%f")
        self.err.append(f'{moment}    4711 round_trippers.go:632] "Response" verb="{method}" url="{SERVER}{path}" status="{code} {STATUS_WORDS.get(code, "OK")}" milliseconds=1\n')

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


CHANGE_CAUSE = "kubernetes.io/change-cause"
STATUS_WORDS = {201: "Created", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict", 422: "Unprocessable Entity"}


def named(kind: Kind, name: str = "") -> str:
    """Return `deployment.apps/web`, as kubectl names what it did."""
    return f"{kind.singular}.{kind.group}/{name}" if kind.group else f"{kind.singular}/{name}"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing on the command line: a kind, and a name or "" for all of the kind."""

    kind: Kind
    name: str = ""


def targets(words: list[str], ports: Ports) -> list[Target]:
    """Return what `pods web`, `pod/web deploy/web`, `pods,services`, `all` mean. Raises Usage, ApiError."""
    if not words:
        return []
    if any("/" in word for word in words):
        if not all("/" in word for word in words):
            raise Usage("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'")
        return [_slashed(word, ports) for word in words]
    kinds: list[Kind] = []
    for part in words[0].split(","):
        if part == "all":
            kinds.extend([*KINDS_IN_ALL, *(kind for kind in ports.api.kinds()[len(KINDS) :] if "all" in kind.categories and getattr(kind, "is_custom", False))])
        else:
            kinds.append(ports.kind_named(part))
    names = words[1:]
    return [Target(kind, name) for kind in kinds for name in names] if names else [Target(kind) for kind in kinds]


def _slashed(word: str, ports: Ports) -> Target:
    kind, _slash, name = word.partition("/")
    if not kind or not name or "/" in name:
        raise Usage("error: arguments in resource/name form may not have more than one slash" if "/" in name else "error: arguments in resource/name form must have a single resource and name")
    return Target(ports.kind_named(kind), name)


ALL_ORDER = ("pods", "replicationcontrollers", "services", "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps", "horizontalpodautoscalers.autoscaling", "cronjobs.batch", "jobs.batch")
KINDS_IN_ALL: tuple[Kind, ...] = tuple(sorted((kind for kind in KINDS if "all" in kind.categories), key=lambda kind: ALL_ORDER.index(kind.resource)))


class Unreadable(Usage):
    """One of the files cannot be read; what stands before it still counts."""


class Unmapped(Unreadable):
    """The server has not the kind of an object; what follows it in the file still counts."""


class Unrecognized(Unreadable, Bare):
    """Some objects of a list are of kinds that the server has not."""


def manifests(call: Call) -> Iterator[tuple[Kind, Doc]]:
    """Yield the objects in the files of `-f`. Raises Usage in kubectl's words."""
    given = 0
    call.late.clear()
    if call.parsed.get("kustomize"):
        if call.parsed.all("filename"):
            raise Usage("error: only one of -f or -k can be specified")
        for doc in kustomize.built(call.files, call.parsed.get("kustomize")):
            given += 1
            yield from _objects(call, doc, call.parsed.get("kustomize"))
    for name in [part for value in call.parsed.all("filename") for part in value.split(",")]:
        for source, text in _sources(call, name):
            try:
                for pair in _read(call, source, text):
                    given += 1
                    yield pair
            except Unreadable as unreadable:
                call.late.append(unreadable)
    if call.late and not given:
        raise call.late.pop()


def _read(call: Call, source: str, text: str) -> Iterator[tuple[Kind, Doc]]:
    try:
        values = _stream(text) or [document.value for document in yaml.documents(text, doubles=[])]
    except yaml.YamlFault as fault:
        raise Unreadable(f"error: error parsing {source}: error converting YAML to JSON: {fault}") from None
    for value in values:
        try:
            yield from _objects(call, value, source)
        except Unmapped as unmapped:
            call.late.append(unmapped)


def _stream(text: str) -> list[Any]:
    """Return the objects of JSON that follow each other, or nothing if it is no such text. Models util/yaml.YAMLOrJSONDecoder (1.36).

    >>> _stream('{"a": 1} {"b": 2}'), _stream("a: 1")
    ([{'a': 1}, {'b': 2}], [])
    """
    found: list[Any] = []
    rest = text.strip()
    while rest.startswith("{"):
        try:
            value, end = JSON.raw_decode(rest)
        except ValueError:
            return []
        found.append(value)
        rest = rest[end:].strip()
    return found if len(found) > 1 and not rest else []


JSON = json.JSONDecoder()


def _sources(call: Call, name: str) -> list[tuple[str, str]]:
    if name == "-":
        return [("STDIN", call.stdin)]
    if name.startswith(("http://", "https://")):
        known = web.text_at(name)
        if known is not None:
            return [(name, known)]
        raise Usage(f"error: unable to read URL \"{name}\": this sandbox has no way to the internet; paste the file with cat > FILE <<EOF")
    if call.files.is_folder(name):
        found = _folder(call, name.rstrip("/") or "/")
        if not found:
            raise Usage(f"error: error reading [{name}]: recognized file extensions are [.json .yaml .yml]")
        return found
    if "*" in name or "?" in name:
        matching = call.files.globbed(name)
        if not matching:
            raise Usage(f'error: the path "{name}" does not exist')
        return [pair for item in matching for pair in _sources(call, item)]
    text = call.files.read(name)
    if text is None:
        raise Usage(f'error: the path "{name}" does not exist')
    return [(name, text)]


def _folder(call: Call, name: str) -> list[tuple[str, str]]:
    found = []
    for item in call.files.listed(name):
        path = f"{name}/{item}"
        if call.files.is_folder(path):
            found.extend(_folder(call, path) if call.parsed.has("recursive") else [])
        elif item.endswith((".yaml", ".yml", ".json")):
            found.append((path, call.files.read(path) or ""))
    return found


def _objects(call: Call, value: Any, source: str) -> Iterator[tuple[Kind, Doc]]:
    if not isinstance(value, dict):
        raise Usage(f'error: error validating "{source}": error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false')
    missing = [key for key in ("apiVersion", "kind") if not value.get(key)]
    if missing:
        raise Unreadable(f'error: error validating "{source}": error validating data: {"[" if len(missing) > 1 else ""}{", ".join(f"{key} not set" for key in missing)}{"]" if len(missing) > 1 else ""}; if you choose to ignore these errors, turn validation off with --validate=false')
    kind = call.ports.by_kind(str(value["apiVersion"]), str(value["kind"]))
    if kind is None and isinstance(value.get("items"), list):
        yield from _listed(call, value, source)
        return
    if kind is None:
        raise Unmapped(f'error: resource mapping not found for name: "{(value.get("metadata") or {}).get("name", "")}" namespace: "{(value.get("metadata") or {}).get("namespace", "")}" from "{source}": no matches for kind "{value["kind"]}" in version "{value["apiVersion"]}"\nensure CRDs are installed first')
    yield kind, call.recorded({**value, "metadata": value.get("metadata") or {}})


def _listed(call: Call, value: Doc, source: str) -> Iterator[tuple[Kind, Doc]]:
    """Yield the objects of a list; those of `ServiceList` need not say what they are. Models resource.FlattenListVisitor (1.36)."""
    own = {} if value["kind"] == "List" else {"apiVersion": value["apiVersion"], "kind": str(value["kind"]).removesuffix("List")}
    unknown = []
    for item in value["items"]:
        doc = {**own, **item} if isinstance(item, dict) else item
        if isinstance(doc, dict) and doc.get("apiVersion") and doc.get("kind") and "items" not in doc and call.ports.by_kind(str(doc["apiVersion"]), str(doc["kind"])) is None:
            unknown.append(f'unable to recognize no matches for kind "{doc["kind"]}" in version "{doc["apiVersion"]}"')
        else:
            yield from _objects(call, doc, source)
    if unknown:
        raise Unrecognized("\n".join(unknown))


def given(call: Call, words: list[str]) -> list[tuple[Kind, Doc]]:
    """Return the objects that a command line names: those of the server, or as they stand in the files. Raises Usage, ApiError."""
    found = targets(words, call.ports)
    if found and not found[0].name:
        raise Usage("error: resource(s) were provided, but no name was specified")
    return [(target.kind, call.get(target.kind, target.name)) for target in found] if found else list(manifests(call))


def meant(call: Call, words: list[str]) -> list[Target]:
    """Return what a command line names, by words or by files; the files' namespace becomes the command's. Raises Usage, ApiError."""
    found = targets(words, call.ports)
    if found or not (call.parsed.all("filename") or call.parsed.get("kustomize")):
        return found
    for kind, doc in manifests(call):
        if kind.namespaced and doc["metadata"].get("namespace") and not call.parsed.get("namespace"):
            call.parsed.flags["namespace"] = [str(doc["metadata"]["namespace"])]
        found.append(Target(kind, doc["metadata"].get("name", "")))
    return found
