"""`kubectl config`: look at and change the kubeconfig. Models kubectl/pkg/cmd/config (1.36)."""

from base64 import b64encode
import json
from collections.abc import Callable
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kernel.gotemplate import BadTemplate
from learnk8s.simulation.kubernetes.kubectl import kubeconfig
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.help import listing
from learnk8s.simulation.kubernetes.kubectl.outputs import jsonpath

FILE = "/home/learner/.kube/config"
HIDDEN = {"token": "REDACTED", "password": "REDACTED", "client-key-data": "DATA+OMITTED", "client-certificate-data": "DATA+OMITTED", "certificate-authority-data": "DATA+OMITTED"}


def config(call: Call) -> None:
    """Carry out a sub-command."""
    if not call.parsed.words:
        raise listing("config")
    name, *rest = call.parsed.words
    run = COMMANDS.get({"use": "use-context"}.get(name, name))
    if run is None:
        raise Usage(f"error: unknown command \"{name}\"\nSee 'kubectl config -h' for help and examples")
    run(call, rest)


def _one(call: Call, rest: list[str], what: str) -> str:
    if len(rest) != 1:
        raise Usage(f"error: unexpected args: [{' '.join(rest)}]" if len(rest) > 1 else f"error: {what}")
    return rest[0]


def _view(call: Call, rest: list[str]) -> None:
    found = kubeconfig.load(call.ports.context)
    if call.parsed.has("minify"):
        name = call.parsed.get("context") or found.get("current-context", "")
        context = kubeconfig.entry(found, "contexts", name)
        if context is None:
            raise Usage(f'error: cannot locate context {name}')
        inner = context["context"]
        found = {**found, "contexts": [context], "clusters": [item for item in found["clusters"] if item["name"] == inner.get("cluster")], "users": [item for item in found["users"] if item["name"] == inner.get("user")], "current-context": name}
    if not call.parsed.has("raw"):
        found = {**found, "users": [{**item, "user": {key: HIDDEN.get(key, value) for key, value in (item.get("user") or {}).items()}} for item in found.get("users") or ()]}
    output, _, detail = call.parsed.get("output", "yaml").partition("=")
    match output:
        case "yaml":
            call.out.append(yaml.written(found, folds=True))
        case "json":
            call.out.append(json.dumps({"kind": "Config", "apiVersion": "v1", "preferences": {}, **{key: found[key] for key in ("clusters", "users", "contexts", "current-context")}}, indent=4) + "\n")
        case "jsonpath":
            try:
                call.out.append(jsonpath.rendered(detail, found))
            except BadTemplate as bad:
                raise Usage(f"error: error parsing jsonpath {detail}, {bad}") from None
        case _:
            raise Usage(f'error: unable to match a printer suitable for the output format "{output}", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml')


def _current(call: Call, rest: list[str]) -> None:
    name = kubeconfig.load(call.ports.context).get("current-context")
    if not name:
        raise Usage("error: current-context is not set")
    call.say(name)


def _contexts(call: Call, rest: list[str]) -> None:
    found = kubeconfig.load(call.ports.context)
    missing = [name for name in rest if kubeconfig.entry(found, "contexts", name) is None]
    shown = [item for item in found["contexts"] if not rest or item["name"] in rest]
    if call.parsed.get("output") == "name":
        call.out.append("".join(f"{item['name']}\n" for item in shown))
    else:
        rows = [["*" if item["name"] == found.get("current-context") else "", item["name"], item["context"].get("cluster", ""), item["context"].get("user", ""), item["context"].get("namespace", "")] for item in shown]
        call.out.append(table(rows if call.parsed.has("no-headers") else [["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], *rows]))
    for name in missing:
        call.complain(f"error: context {name} not found")


def _names(part: str, plural: str) -> Callable[[Call, list[str]], None]:
    def run(call: Call, rest: list[str]) -> None:
        found = kubeconfig.load(call.ports.context)
        call.out.append("".join(f"{name}\n" for name in ["NAME", *sorted(item["name"] for item in found.get(part) or ())]))

    return run


def _use(call: Call, rest: list[str]) -> None:
    name = _one(call, rest, "unexpected args: []")
    found = kubeconfig.load(call.ports.context)
    if kubeconfig.entry(found, "contexts", name) is None:
        raise Usage(f'error: no context exists with the name: "{name}"')
    found["current-context"] = name
    kubeconfig.save(call.ports.context, found)
    call.say(f'Switched to context "{name}".')


def _put(found: dict[str, Any], part: str, key: str, name: str, changes: dict[str, Any]) -> bool:
    """Change an entry, or add it; say whether it was there."""
    entry = kubeconfig.entry(found, part, name)
    if entry is None:
        found[part] = sorted([*(found.get(part) or ()), {key: changes, "name": name}], key=lambda item: item["name"])
        return False
    entry[key] = {**(entry.get(key) or {}), **changes}
    return True


def _set_context(call: Call, rest: list[str]) -> None:
    found = kubeconfig.load(call.ports.context)
    if call.parsed.has("current"):
        if rest:
            raise Usage(f"error: unexpected args: [{' '.join(rest)}]")
        name = str(found.get("current-context", ""))
        if not name:
            raise Usage("error: no current context is set")
    else:
        name = _one(call, rest, "you must specify a non-empty context name or --current")
    changes = {key: call.parsed.get(key) for key in ("cluster", "user", "namespace") if call.parsed.get(key)}
    was = _put(found, "contexts", "context", name, changes)
    kubeconfig.save(call.ports.context, found)
    call.say(f'Context "{name}" {"modified" if was else "created"}.')


def _set_cluster(call: Call, rest: list[str]) -> None:
    name = _one(call, rest, "Unexpected args: []")
    found = kubeconfig.load(call.ports.context)
    changes: dict[str, Any] = {key: call.parsed.get(key) for key in ("server", "certificate-authority", "tls-server-name", "proxy-url") if call.parsed.get(key)}
    if call.parsed.has("insecure-skip-tls-verify"):
        changes["insecure-skip-tls-verify"] = True
    _put(found, "clusters", "cluster", name, changes)
    kubeconfig.save(call.ports.context, found)
    call.say(f'Cluster "{name}" set.')


def _set_credentials(call: Call, rest: list[str]) -> None:
    name = _one(call, rest, "Unexpected args: []")
    found = kubeconfig.load(call.ports.context)
    changes = {key: call.parsed.get(key) for key in ("token", "username", "password", "client-certificate", "client-key") if call.parsed.get(key)}
    for key in [key for key in ("client-certificate", "client-key") if key in changes]:
        path = changes[key]
        if not call.parsed.has("embed-certs"):
            changes[key] = call.files.path(path)
            continue
        text = call.files.read(path)
        if text is None:
            raise Usage(f"error: could not read {key} data from {path}: open {path}: no such file or directory")
        del changes[key]
        changes[f"{key}-data"] = b64encode(text.encode()).decode()
    _put(found, "users", "user", name, changes)
    kubeconfig.save(call.ports.context, found)
    call.say(f'User "{name}" set.')


def _delete(part: str, word: str) -> Callable[[Call, list[str]], None]:
    def run(call: Call, rest: list[str]) -> None:
        name = _one(call, rest, "unexpected args: []")
        found = kubeconfig.load(call.ports.context)
        if kubeconfig.entry(found, part, name) is None:
            raise Usage(f"error: cannot delete {word} {name}, not in {FILE}")
        if part == "contexts" and found.get("current-context") == name:
            call.err.append("warning: this removed your active context, use \"kubectl config use-context\" to select a different one\n")
        found[part] = [item for item in found[part] if item["name"] != name]
        kubeconfig.save(call.ports.context, found)
        call.say(f"deleted {word} {name} from {FILE}")

    return run


def _rename(call: Call, rest: list[str]) -> None:
    if len(rest) != 2:
        raise Usage(f"error: unexpected args: [{' '.join(rest)}]")
    old, new = rest
    found = kubeconfig.load(call.ports.context)
    entry = kubeconfig.entry(found, "contexts", old)
    if entry is None:
        raise Usage(f'error: cannot rename the context "{old}", it\'s not in {FILE}')
    if kubeconfig.entry(found, "contexts", new) is not None:
        raise Usage(f'error: cannot rename the context "{old}", the context "{new}" already exists in {FILE}')
    entry["name"] = new
    if found.get("current-context") == old:
        found["current-context"] = new
    kubeconfig.save(call.ports.context, found)
    call.say(f'Context "{old}" renamed to "{new}".')


def _walked(found: dict[str, Any], path: str, *, make: bool) -> tuple[dict[str, Any], str] | None:
    """Return the mapping and the key that a dotted path ends at: `contexts.learnk8s.namespace`."""
    parts = path.split(".")
    here: Any = found
    for place, part in enumerate(parts[:-1]):
        if isinstance(here.get(part) if isinstance(here, dict) else None, list):
            name = parts[place + 1]
            entry = next((item for item in here[part] if item["name"] == name), None)
            key = {"contexts": "context", "clusters": "cluster", "users": "user"}.get(part, part)
            if entry is None:
                if not make:
                    return None
                entry = {"name": name, key: {}}
                here[part].append(entry)
            if place + 2 == len(parts):
                return here, part
            return entry.setdefault(key, {}), ".".join(parts[place + 2 :])
        if not isinstance(here, dict) or part not in here:
            return None
        here = here[part]
    return here, parts[-1]


def _set(call: Call, rest: list[str]) -> None:
    if len(rest) != 2:
        raise Usage(f"error: unexpected args: [{' '.join(rest)}]")
    found = kubeconfig.load(call.ports.context)
    place = _walked(found, rest[0], make=True)
    if place is None:
        raise Usage(f"error: unable to locate path under {rest[0]}")
    place[0][place[1]] = rest[1]
    kubeconfig.save(call.ports.context, found)
    call.say(f'Property "{rest[0]}" set.')


def _unset(call: Call, rest: list[str]) -> None:
    if len(rest) != 1:
        raise Usage(f"error: unexpected args: [{' '.join(rest)}]")
    found = kubeconfig.load(call.ports.context)
    place = _walked(found, rest[0], make=False)
    if place is not None:
        inner, key = place
        if isinstance(inner.get(key), list):
            inner[key] = [item for item in inner[key] if item["name"] != rest[0].split(".")[1]] if "." in rest[0] else []
        else:
            inner.pop(key, None)
    kubeconfig.save(call.ports.context, found)
    call.say(f'Property "{rest[0]}" unset.')


COMMANDS: dict[str, Callable[[Call, list[str]], None]] = {
    "view": _view, "current-context": _current, "get-contexts": _contexts, "get-clusters": _names("clusters", "clusters"), "get-users": _names("users", "users"), "use-context": _use, "set-context": _set_context, "set-cluster": _set_cluster,
    "set-credentials": _set_credentials, "delete-context": _delete("contexts", "context"), "delete-cluster": _delete("clusters", "cluster"), "delete-user": _delete("users", "user"), "rename-context": _rename, "set": _set, "unset": _unset,
}
