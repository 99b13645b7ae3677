"""`kubectl create SUBCOMMAND`, `run` and `expose`: make objects from flags. Models kubectl/pkg/cmd/{create,run,expose} (1.36)."""

import json
import re
from base64 import b64encode
from typing import Any

from learnk8s.simulation.kubernetes.kubectl.client import Call, given
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch, merge_patch, strategic_merge
from learnk8s.simulation.kubernetes.kubectl.kustomize import name_hash
from learnk8s.simulation.kubernetes.kubectl.verbs import creators
from learnk8s.simulation.kubernetes.kubectl.verbs.attaching import ran
from learnk8s.simulation.kubernetes.kubectl.verbs.write import NOTHING_GIVEN, check_dry, create_from_files, create_object
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import BY_RESOURCE, Kind



def create(call: Call) -> Any:
    """Make an object by a subcommand, or objects from files."""
    words = call.parsed.words
    if not words or call.parsed.all("filename") or call.parsed.get("kustomize"):
        return create_from_files(call)
    what, *rest = words
    if what == "token":
        creators.token(call, rest)
        return None
    makers: dict[str, Any] = {"deployment": _deployment, "deploy": _deployment, "namespace": _namespace, "ns": _namespace, "configmap": _configmap, "cm": _configmap, "secret": _secret, "service": _service, "svc": _service,
                              "serviceaccount": _serviceaccount, "sa": _serviceaccount, **creators.MAKERS}
    maker = makers.get(what)
    if maker is None:
        raise Usage(f"error: Unexpected args: [{' '.join(words)}]\nSee 'kubectl create -h' for help and examples")
    check_dry(call)
    resource, doc = maker(call, rest, call.parsed.after_dashes or [])
    create_object(call, BY_RESOURCE[resource], doc, failure=FAILURES.get(resource, "").format(kind=doc.get("spec", {}).get("type", "")))
    return None


FAILURES = {**creators.FAILURES, "deployments.apps": "failed to create deployment: ", "configmaps": "failed to create configmap: ", "secrets": "failed to create secret ", "services": "failed to create {kind} service: ", "serviceaccounts": "failed to create serviceaccount: "}
"""How each subcommand begins what it says of a refusal; the others pass the server's words on."""


def _name(rest: list[str], command: str) -> str:
    if len(rest) != 1:
        raise Usage(f"error: exactly one NAME is required, got {len(rest)}\nSee 'kubectl create {command} -h' for help and examples")
    return rest[0]


def _deployment(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    images = [part for value in call.parsed.all("image") for part in value.split(",") if part]
    if not call.parsed.all("image"):
        raise Usage('error: required flag(s) "image" not set')
    name = _name(rest, "deployment")
    if len(images) > 1 and after:
        raise Usage("error: cannot specify multiple --image options and command")
    containers: list[Doc] = [{"image": image, "name": _container_name(image), "resources": {}} for image in images]
    if after and containers:
        containers[0]["command"] = after
    port = call.parsed.integer("port", None)
    if port is not None and containers:
        containers[0]["ports"] = [{"containerPort": port}]
    labels = {"app": name}
    return "deployments.apps", {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"labels": labels, "name": name},
                                "spec": {"replicas": call.parsed.integer("replicas", 1), "selector": {"matchLabels": labels}, "strategy": {}, "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}}}, "status": {}}


def _container_name(image: str) -> str:
    last = image.rsplit("/", 1)[-1]
    return last.split("@")[0].split(":")[0].replace("_", "-").replace(".", "-")


def _namespace(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    return "namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _name(rest, "namespace")}, "spec": {}, "status": {}}


def _serviceaccount(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    return "serviceaccounts", {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _name(rest, "serviceaccount")}}


def _data(call: Call) -> dict[str, str]:
    data: dict[str, str] = {}
    if call.parsed.all("from-env-file") and (call.parsed.all("from-literal") or call.parsed.all("from-file")):
        raise Usage("error: from-env-file cannot be combined with from-file or from-literal")
    for pair in call.parsed.all("from-literal"):
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise Usage(f"error: invalid literal source {pair}, expected key=value")
        _add(call, data, key, value.strip("'\"") if value[:1] in "'\"" and value[:1] == value[-1:] else value)
    for source in call.parsed.all("from-file"):
        key, equals, path = source.partition("=")
        path = path if equals else source
        names = [f"{path}/{entry}" for entry in call.files.listed(path)] if call.files.is_folder(path) else [path]
        for name in names:
            text = call.files.read(name)
            if text is None:
                raise Usage(f"error: error reading {name}: no such file or directory")
            _add(call, data, key if equals else name.rsplit("/", 1)[-1], text)
    for name in call.parsed.all("from-env-file"):
        text = call.files.read(name)
        if text is None:
            raise Usage(f"error: error reading {name}: no such file or directory")
        for line in text.splitlines():
            key, equals, value = line.strip().partition("=")
            if equals and not key.startswith("#"):
                _add(call, data, key, value)
    return data


def _add(call: Call, data: dict[str, str], key: str, value: str) -> None:
    kind = {"configmap": "ConfigMap", "cm": "ConfigMap"}.get(call.parsed.words[0], "Secret")
    if not re.fullmatch(r"[-._a-zA-Z0-9]{1,253}", key):
        raise Usage(f"error: \"{key}\" is not a valid key name for a {kind}: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name', or 'KEY_NAME', or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")
    if key in data:
        raise Usage(f'error: cannot add key "{key}", another key by that name already exists in Data for ConfigMap "{call.parsed.words[-1]}"' if kind == "ConfigMap" else f"error: cannot add key {key}, another key by that name already exists")
    data[key] = value


def _configmap(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    doc: Doc = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": _name(rest, "configmap")}}
    data = _data(call)
    return "configmaps", _with_hash(call, {**doc, "data": data} if data else doc)


def _with_hash(call: Call, doc: Doc) -> Doc:
    """Give the name a hash of the contents, with --append-hash."""
    name = doc["metadata"]["name"]
    return {**doc, "metadata": {**doc["metadata"], "name": f"{name}-{name_hash(doc, name=name)}"}} if call.parsed.has("append-hash") else doc


def _secret(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    makers: dict[str, Any] = {"generic": _generic, "docker-registry": _docker_registry, "tls": _tls}
    if not rest or rest[0] not in makers:
        raise Usage(SECRET_HELP if not rest else f"error: unknown command \"{' '.join(rest)}\"\nSee 'kubectl create secret -h' for help and examples")
    doc: Doc = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": _name(rest[1:], f"secret {rest[0]}")}}
    kind, data = makers[rest[0]](call)
    encoded = {key: b64encode(value.encode()).decode() for key, value in data.items()}
    return "secrets", _with_hash(call, {**doc, **({"data": encoded} if encoded else {}), **({"type": kind} if kind else {})})


SECRET_HELP = """\
Create a secret with specified type.

 A docker-registry type secret is for accessing a container registry.

 A generic type secret indicate an Opaque secret type.

 A tls type secret holds TLS certificate and its associated key.

Available Commands:
  docker-registry   Create a secret for use with a Docker registry
  generic           Create a secret from a local file, directory, or literal value
  tls               Create a TLS secret

Usage:
  kubectl create secret (docker-registry | generic | tls) [options]

Use "kubectl create secret <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands)."""


def _generic(call: Call) -> tuple[str, dict[str, str]]:
    return call.parsed.get("type"), _data(call)


def _docker_registry(call: Call) -> tuple[str, dict[str, str]]:
    parsed = call.parsed
    if parsed.all("from-file"):
        return "kubernetes.io/dockerconfigjson", _data(call)
    missing = [name for name in ("docker-username", "docker-password") if not parsed.get(name)]
    if missing:
        raise Usage("error: either --from-file or the combination of --docker-username, --docker-password and --docker-server is required")
    user, password = parsed.get("docker-username"), parsed.get("docker-password")
    entry = {"username": user, "password": password, **({"email": parsed.get("docker-email")} if parsed.get("docker-email") else {}), "auth": b64encode(f"{user}:{password}".encode()).decode()}
    text = json.dumps({"auths": {parsed.get("docker-server", "https://index.docker.io/v1/"): entry}}, separators=(",", ":"))
    return "kubernetes.io/dockerconfigjson", {".dockerconfigjson": text}


def _tls(call: Call) -> tuple[str, dict[str, str]]:
    found = {}
    for name, flag in (("tls.crt", "cert"), ("tls.key", "key")):
        path = call.parsed.get(flag)
        if not path:
            raise Usage("error: key and cert must be specified")
        text = call.files.read(path)
        if text is None:
            raise Usage(f"error: Cannot read file {path}, open {path}: no such file or directory")
        found[name] = text
    return "kubernetes.io/tls", found


SERVICE_HELP = """\
Create a service using a specified subcommand.

Aliases:
service, svc

Available Commands:
  clusterip      Create a ClusterIP service
  externalname   Create an ExternalName service
  loadbalancer   Create a LoadBalancer service
  nodeport       Create a NodePort service

Usage:
  kubectl create service [flags] [options]

Use "kubectl create service <command> --help" for more information about a given command.
Use "kubectl options" for a list of global command-line options (applies to all commands)."""
SERVICE_WORDS = {"clusterip": "ClusterIP", "nodeport": "NodePort", "loadbalancer": "LoadBalancer", "externalname": "ExternalName"}


def _service(call: Call, rest: list[str], after: list[str]) -> tuple[str, Doc]:
    kind = SERVICE_WORDS.get(rest[0]) if rest else None
    if kind is None:
        raise Usage(SERVICE_HELP if not rest else f"error: unknown command \"{' '.join(rest)}\"\nSee 'kubectl create service -h' for help and examples")
    name = _name(rest[1:], f"service {rest[0]}")
    spec: Doc = {"type": kind, "selector": {"app": name}, "ports": [_tcp(part) for value in call.parsed.all("tcp") for part in value.split(",")]}
    if kind == "ExternalName" and not call.parsed.get("external-name"):
        raise Usage('error: required flag(s) "external-name" not set')
    if kind == "ExternalName":
        spec["externalName"] = call.parsed.get("external-name")
    elif not spec["ports"] and call.parsed.get("clusterip") != "None":
        raise Usage("error: at least one tcp port specifier must be provided")
    if call.parsed.get("clusterip"):
        spec["clusterIP"] = call.parsed.get("clusterip")
    if kind == "NodePort" and call.parsed.integer("node-port", None):
        spec["ports"][0]["nodePort"] = call.parsed.integer("node-port", None)
    return "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "labels": {"app": name}}, "spec": {key: value for key, value in spec.items() if value}, "status": {"loadBalancer": {}}}


def _tcp(text: str) -> Doc:
    port, colon, rest = text.partition(":")
    target = rest.partition(":")[0]
    if not port.isdigit():
        raise Usage(f'error: strconv.ParseUint: parsing "{port}": invalid syntax')
    return {"name": text.replace(":", "-"), "port": int(port), "protocol": "TCP", "targetPort": (int(target) if target.isdigit() else target) if colon else int(port)}




def run(call: Call) -> Any:
    """`kubectl run`: one pod."""
    parsed = call.parsed
    if not parsed.get("image"):
        raise Usage('error: required flag(s) "image" not set')
    if not parsed.words:
        raise Usage("error: NAME is required for run\nSee 'kubectl run -h' for help and examples")
    name, arguments = parsed.words[0], [*parsed.words[1:], *(parsed.after_dashes or [])]
    if not re.fullmatch(r"[a-z0-9]+([._/:@-]+[a-zA-Z0-9]+)*", parsed.get("image")):
        raise Usage(f'error: Invalid image name "{parsed.get("image")}": invalid reference format')
    if call.is_dry and (parsed.has("attach") or parsed.has("stdin") or parsed.has("tty")):
        raise Usage("error: --dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)\nSee 'kubectl run -h' for help and examples")
    for pair in parsed.all("env"):
        if "=" not in pair or pair.startswith("="):
            raise Usage(f"error: invalid env: {pair}")
    for pair in filter(None, parsed.get("labels").split(",")):
        if "=" not in pair:
            raise Usage(f"error: unexpected label spec: {pair}")
    if parsed.get("port") and not re.fullmatch(r"[-+]?\d+", parsed.get("port")):
        raise Usage(f'error: strconv.Atoi: parsing "{parsed.get("port")}": invalid syntax')
    if parsed.has("rm") and (not parsed.has("stdin") or parsed.is_off("attach")) and not parsed.has("attach"):
        raise Usage("error: --rm should only be used for attached containers\nSee 'kubectl run -h' for help and examples")
    if parsed.has("expose") and not parsed.get("port"):
        raise Usage("error: --port must be set when exposing a service\nSee 'kubectl run -h' for help and examples")
    container: Doc = {"image": parsed.get("image"), "name": name, "resources": {}}
    if parsed.has("stdin"):
        container.update({"stdin": True, "stdinOnce": True})
    if parsed.has("tty"):
        container["tty"] = True
    if parsed.has("privileged"):
        container["securityContext"] = {"privileged": True}
    if arguments:
        container["command" if parsed.has("command") else "args"] = arguments
    if parsed.all("env"):
        container["env"] = [dict(zip(("name", "value"), pair.split("=", 1), strict=False)) for pair in parsed.all("env")]
    if parsed.integer("port", None):
        container["ports"] = [{"containerPort": parsed.integer("port", None)}]
    if parsed.get("image-pull-policy"):
        container["imagePullPolicy"] = parsed.get("image-pull-policy")
    labels = dict(pair.split("=", 1) for pair in parsed.get("labels").split(",") if "=" in pair) or {"run": name}
    restart = parsed.get("restart", "Always")
    if restart not in ("Always", "OnFailure", "Never"):
        raise Usage(f"error: invalid restart policy: {restart}\nSee 'kubectl run -h' for help and examples")
    notes = dict(pair.split("=", 1) for pair in parsed.all("annotations") if "=" in pair)
    doc: Doc = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": labels, "name": name, **({"annotations": notes} if notes else {})}, "spec": {"containers": [container], "dnsPolicy": "ClusterFirst", "restartPolicy": restart}, "status": {}}
    attaches = not call.is_dry and (parsed.has("attach") or (parsed.has("stdin") and not parsed.is_off("attach")))
    if parsed.get("overrides"):
        doc = overridden(doc, parsed.get("overrides"), parsed.get("override-type", "merge"))
    if attaches:
        made = call.request("create", BY_RESOURCE["pods"], namespace=doc["metadata"].get("namespace") or call.namespace, body=doc).doc
        return ran(call, made)
    create_object(call, BY_RESOURCE["pods"], doc)
    if parsed.has("expose"):
        spec = {"ports": [{"port": parsed.integer("port", 80), "protocol": "TCP", "targetPort": parsed.integer("port", 80)}], "selector": labels}
        create_object(call, BY_RESOURCE["services"], {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})
    return None




def expose(call: Call) -> None:
    """`kubectl expose`: a Service for what a workload selects."""
    parsed = call.parsed
    found = given(call, parsed.words)
    if not found:
        raise Usage(NOTHING_GIVEN)
    for kind, doc in found:
        _exposed(call, kind, doc)


EXPOSABLE = ("Deployment", "ReplicaSet", "ReplicationController", "Pod", "Service")


def _exposed(call: Call, kind: Kind, doc: Doc) -> None:
    parsed, own = call.parsed, doc["metadata"].get("name", "")
    if kind.kind not in EXPOSABLE:
        raise Usage(f"error: cannot expose a {kind.kind}")
    selector = _selector_of(call, doc)
    ports = _exposed_ports(call, doc)
    spec: Doc = {"ports": ports, "selector": selector}
    if parsed.get("type"):
        if parsed.get("type") not in SERVICE_WORDS.values():
            raise Usage(f'The Service "{parsed.get("name", own)}" is invalid: spec.type: Unsupported value: "{parsed.get("type")}": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"')
        spec["type"] = parsed.get("type")
    if parsed.get("cluster-ip"):
        spec["clusterIP"] = parsed.get("cluster-ip")
    if parsed.get("session-affinity"):
        spec["sessionAffinity"] = parsed.get("session-affinity")
    metadata: Doc = {"name": parsed.get("name", own[:63])}
    labels = dict(pair.split("=", 1) for pair in parsed.get("labels").split(",") if "=" in pair) or doc["metadata"].get("labels")
    if labels:
        metadata["labels"] = labels
    create_object(call, BY_RESOURCE["services"], {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}}}, word="exposed")


def overridden(doc: Doc, text: str, how: str) -> Doc:
    """Return an object changed by `--overrides`. Raises Usage."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Usage(f"error: Invalid JSON: {error}" if how == "json" else f"error: invalid character in --overrides: {error}") from None
    changed: Doc = json_patch(doc, value) if how == "json" else strategic_merge(doc, value) if how == "strategic" else merge_patch(doc, value)
    return changed


def _selector_of(call: Call, doc: Doc) -> dict[str, str]:
    if call.parsed.get("selector"):
        return dict(pair.split("=", 1) for pair in call.parsed.get("selector").split(",") if "=" in pair)
    if doc["kind"] == "Pod":
        found = doc["metadata"].get("labels") or {}
    else:
        found = doc["spec"].get("selector") or {}
        found = found.get("matchLabels", found) if doc["kind"] != "Service" else found
    if not found:
        why = "the pod has no labels and cannot be exposed" if doc["kind"] == "Pod" else f"invalid {doc['kind'].lower()}: no selectors, therefore cannot be exposed"
        raise Usage(f"error: couldn't retrieve selectors via --selector flag or introspection: {why}")
    return dict(found)


def _exposed_ports(call: Call, doc: Doc) -> list[Doc]:
    protocol, target = call.parsed.get("protocol", "TCP"), call.parsed.get("target-port")
    spec = doc["spec"] if doc["kind"] in ("Pod", "Service") else doc["spec"]["template"]["spec"]
    found = [(port.get("containerPort", port.get("port")), port.get("protocol", "TCP")) for holder in ([spec] if doc["kind"] == "Service" else spec.get("containers", ())) for port in holder.get("ports") or ()]
    protocols = {} if call.parsed.get("protocol") else dict(found)
    numbers = [int(part) for part in call.parsed.get("port").split(",") if part.isdigit()] or [number for number, _protocol in found]
    if not numbers:
        raise Usage("error: couldn't find port via --port flag or introspection")
    ports = []
    for index, number in enumerate(numbers):
        entry: Doc = {"port": number, "protocol": protocols.get(number, protocol), "targetPort": (int(target) if target.isdigit() else target) if target else number}
        if len(numbers) > 1:
            entry["name"] = f"port-{index + 1}"
        ports.append(entry)
    return ports


