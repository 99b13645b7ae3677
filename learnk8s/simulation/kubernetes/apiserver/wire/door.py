"""The door for HTTP clients: from a request to a reply, or to a watch that goes on. Models apiserver/pkg/endpoints/installer.go (1.36)."""

from dataclasses import replace
from json import loads
from typing import Any

from learnk8s.simulation.kernel.limits import LimitExceeded
from learnk8s.simulation.kernel.rsa import public_key
from learnk8s.simulation.kubernetes.apiserver import words
from learnk8s.simulation.kubernetes.apiserver.authorisation import check, check_path
from learnk8s.simulation.kubernetes.apiserver.chunking import watch_faults
from learnk8s.simulation.kubernetes.apiserver.errors import Acts, ApiError, Causes, bad_request, bad_value, invalid, too_long, unsupported
from learnk8s.simulation.kubernetes.apiserver.request import Request
from learnk8s.simulation.kubernetes.apiserver.reviews import REVIEWS
from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.tokens import DISCOVERY, user_of
from learnk8s.simulation.kubernetes.apiserver.wire import bodies, discovery, exposition, metrics, openapi, shapes
from learnk8s.simulation.kubernetes.apiserver.wire.call import EXEC, Acting, Call, Following, Reply, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.proxying import proxied
from learnk8s.simulation.kubernetes.apiserver.wire.paths import Place, place_of, verb_of
from learnk8s.simulation.kubernetes.apiserver.wire.watch import watch_log
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

BODY_BYTES_MAX = 3 * 2**20
"""Models apiserver/pkg/server/config.go: MaxRequestBodyBytes."""
NUMBERS = ("gracePeriodSeconds", "tailLines", "sinceSeconds", "limitBytes", "timeoutSeconds")
UNAVAILABLE = Reply(503, text="service unavailable\n", content_type="text/plain; charset=utf-8")
"""What comes back while nothing stands behind an APIService. Models kube-aggregator/pkg/apiserver/handler_proxy.go (1.36)."""
FLAGS = ("previous", "timestamps", "follow", "force", "orphanDependents")


def answered(api: ApiServer, call: Call) -> Reply | Watching | Following | Acting:
    """Carry out a request; what is refused comes back as a Status."""
    try:
        return _answered(api, call)
    except ApiError as error:
        return Reply(error.code, error.status)
    except Acts:
        return Acting()
    except LimitExceeded as limit:
        return Reply(403, ApiError(403, "Forbidden", str(limit)).status)


def _answered(api: ApiServer, call: Call) -> Reply | Watching | Following:
    watch_log(api)
    if call.token:
        call = _authenticated(api, call)
    kinds = api.kinds()
    place = place_of(call.path)
    if place is None:
        return _of_the_server(api, call, kinds)
    if place.group == "metrics.k8s.io":
        return Reply(200, metrics.answer(api, place, call.query))
    if (place.group, place.version) in api.extensions.unavailable():
        check(api.store, Request(verb_of(call.method, place, watch="watch" in call.query), place.resource, place.namespace, place.name, user=call.user, groups=call.groups))
        return UNAVAILABLE
    kind = api.kind_of(place.resource, place.version)
    if kind is None:
        return Reply(404, text="404 page not found\n", content_type="text/plain; charset=utf-8")
    if place.subresource == "proxy" and kind.resource in ("pods", "services"):
        return proxied(api, call, place)
    verb = verb_of(call.method, place, watch=call.query.get("watch") in ("true", "1"))
    if verb == "watch":
        check(api.store, Request("watch", kind.resource, place.namespace, place.name, user=call.user, groups=call.groups))
        faults = [*watch_faults(call.query)]
        if faults:
            raise invalid("ListOptions", "meta.k8s.io", "", faults)
        return Watching(kind, place.namespace if kind.namespaced else "", place.name, dict(call.query), call.accept)
    return _of_a_resource(api, call, kind, place, verb)


def _authenticated(api: ApiServer, call: Call) -> Call:
    """Have a request be that of its bearer token's service account. Raises ApiError 401."""
    found = user_of(api.store, call.token)
    if found is None:
        raise ApiError(401, "Unauthorized", "Unauthorized")
    return replace(call, user=found[0], groups=found[1])


def _of_a_resource(api: ApiServer, call: Call, kind: Kind, place: Place, verb: str) -> Reply | Following:
    shapes.check_accepted(call.accept, has_table=kind.resource not in REVIEWS)
    options = _options(call)
    if place.subresource in STREAMED:
        return _joined(api, call, kind, place, options)
    body = _body(call, options, kind) if call.method in ("POST", "PUT", "PATCH", "DELETE") and call.body else None
    if verb in ("delete", "deletecollection") and isinstance(body, dict):
        options |= {key: body[key] for key in ("gracePeriodSeconds", "propagationPolicy", "preconditions", "dryRun", "orphanDependents") if body.get(key) is not None}
    if options.get("orphanDependents") is not None and "propagationPolicy" not in options:
        options["propagationPolicy"] = "Orphan" if options["orphanDependents"] else "Background"
    if place.subresource == "log" and options.get("follow"):
        return Following(place.namespace, place.name, options)
    if call.method in ("POST", "PUT") and body is None and place.subresource != "proxy":
        raise bad_request(f'Object \'Kind\' is missing in \'{call.body[:60]}\'')
    response = api.handle(Request(verb, kind.resource, place.namespace if kind.namespaced or place.plural == "namespaces" else "", place.name, place.subresource, body, options, call.user, call.groups, call.uid, call.extra, place.version))
    if response.doc.get("kind") == "Log":
        return Reply(200, text=response.doc["text"], content_type="text/plain", warnings=response.warnings)
    if verb in ("list", "deletecollection"):
        return Reply(response.code, shapes.many(api, kind, response.doc, call.accept, call.query), warnings=response.warnings)
    if verb == "delete" and not place.subresource and response.doc.get("kind") == kind.kind and _is_gone(api, kind, response.doc):
        return Reply(200, _deleted(kind, response.doc), warnings=response.warnings)
    return Reply(response.code, shapes.one(api, kind, response.doc, call.accept, call.query), warnings=response.warnings)


STREAMED = ("exec", "attach", "portforward")


def _joined(api: ApiServer, call: Call, kind: Kind, place: Place, options: dict[str, Any]) -> Reply:
    """Run a command in a container, or say that there is a process to join. Only connections that changed their protocol may; everybody else is told so, if admission has nothing against it."""
    asked = loads(call.body) if call.content_type == EXEC and call.body else {}
    options |= {"command": list(call.commands), "stdin": asked.get("stdin", ""), "session": asked.get("session"), "is_upgraded": call.content_type == EXEC, "is_question": not asked}
    return Reply(200, api.handle(Request("create", kind.resource, place.namespace, place.name, place.subresource, None, options, call.user, call.groups, call.uid, call.extra, place.version)).doc)


def _is_gone(api: ApiServer, kind: Kind, doc: Doc) -> bool:
    if kind.resource in ("events", "events.events.k8s.io"):
        return True
    found = api.store.get(kind.resource, doc["metadata"].get("namespace", ""), doc["metadata"]["name"])
    return found is None or found["metadata"]["uid"] != doc["metadata"]["uid"]


def _deleted(kind: Kind, doc: Doc) -> Doc:
    details = {"name": doc["metadata"]["name"], "group": kind.group, "kind": kind.plural, "uid": doc["metadata"]["uid"]}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": {key: value for key, value in details.items() if value}}


WRITES = {"POST": "CreateOptions", "PUT": "UpdateOptions", "PATCH": "PatchOptions", "DELETE": "DeleteOptions"}
MANAGER_MAX = 128


def _faults(options: dict[str, Any], *, names: bool) -> Causes:
    """What a writer may not ask. Models apimachinery/pkg/apis/meta/v1/validation (1.36)."""
    name = str(options.get("fieldManager") or "")
    if names and len(name) > MANAGER_MAX:
        yield too_long("fieldManager", MANAGER_MAX)
    if names and not name.isprintable():
        yield bad_value("fieldManager", name, "should only contain printable characters")
    if options.get("dryRun") not in (None, "", "All"):
        yield unsupported("dryRun", options["dryRun"], ["All"])
    if names and options.get("fieldValidation") not in (None, "", "Ignore", "Warn", "Strict"):
        yield unsupported("fieldValidation", options["fieldValidation"], ["", "Ignore", "Strict", "Warn"])


def _options(call: Call) -> dict[str, Any]:
    options: dict[str, Any] = dict(call.query)
    for name in NUMBERS:
        if name in options:
            text = str(options[name])
            if not text.lstrip("-").isdigit() or len(text) > 12:
                raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
            options[name] = int(text)
    for name in FLAGS:
        if name in options:
            options[name] = options[name] in ("true", "1", "")
    if call.method == "PATCH":
        options["patchType"] = call.content_type.partition(";")[0].strip()
    faults = [*_faults(options, names=call.method != "DELETE")]
    if faults and call.method in WRITES:
        raise invalid(WRITES[call.method], "meta.k8s.io", "", faults)
    return options


def _body(call: Call, options: dict[str, Any], of: Kind) -> Any:
    if len(call.body) > BODY_BYTES_MAX:
        raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {BODY_BYTES_MAX}")
    kind = call.content_type.partition(";")[0].strip()
    if "protobuf" in kind or (kind and not any(word in kind for word in ("json", "yaml", "text/plain", "*/*"))):
        raise ApiError(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml")
    if "yaml" in kind and not call.body.lstrip().startswith("{"):
        return bodies.from_yaml(call.body, options)
    try:
        return bodies.from_json(call.body, options)
    except (ValueError, RecursionError) as error:
        if call.method == "PATCH":
            raise bad_request(words.go_json_error(error)) from None
        raise bad_request(f"the object provided is unrecognized (must be of type {of.kind}): couldn't get version/kind; json parse error: {words.go_json_error(error)} ({_summary(call.body)})") from None


def _summary(text: str) -> str:
    """Return the beginning of a body that is no JSON. Models summarizeData of endpoints/handlers (1.36)."""
    data = text.encode()
    if text.startswith("{"):
        return text if len(data) <= SUMMARY_BYTES else f"{data[:SUMMARY_BYTES].decode(errors='replace')} ..."
    return data.hex() if len(data) <= SUMMARY_BYTES else f"{data[:SUMMARY_BYTES].hex()} ..."


SUMMARY_BYTES = 30


# What is no resource


def _of_the_server(api: ApiServer, call: Call, kinds: tuple[Kind, ...]) -> Reply:
    path = call.path.rstrip("/") or "/"
    check_path(api.store, call.user, call.groups, "get" if call.method in ("GET", "HEAD") else call.method.lower(), path)
    if call.method not in ("GET", "HEAD"):
        raise ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
    if path == "/version":
        return Reply(200, discovery.VERSION)
    if path == "/.well-known/openid-configuration":
        return Reply(200, DISCOVERY)
    if path == "/openid/v1/jwks":
        return Reply(200, {"keys": [public_key()]}, content_type="application/jwk-set+json")
    if path.startswith(exposition.HEALTH):
        return exposition.health(path, call.query)
    if path == exposition.METRICS:
        return exposition.metrics(api, kinds)
    kinds = (*kinds, *metrics.KINDS) if api.usage else kinds
    silent = api.extensions.unavailable()
    if path in ("/api", "/apis"):
        if "apidiscovery.k8s.io" in call.accept:
            return Reply(200, discovery.aggregated(kinds, core=path == "/api", silent=silent), content_type="application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
        return Reply(200, discovery.core_versions("10.0.0.1:6443") if path == "/api" else discovery.group_list(kinds, silent))
    if path == "/":
        return Reply(200, {"paths": list(discovery.paths(kinds))})
    if path == "/openapi/v2":
        return _openapi_v2(call, kinds)
    if path == "/openapi/v3":
        return Reply(200, openapi.index(kinds))
    parts = path.strip("/").split("/")
    if parts[:2] == ["openapi", "v3"]:
        found = openapi.document(kinds, parts[3] if parts[2:3] == ["apis"] and len(parts) == 5 else "", parts[-1])
        if found:
            return Reply(200, found)
    elif parts[0] == "api" and len(parts) == 2 and parts[1] == "v1":
        return Reply(200, discovery.resource_list(kinds, "", "v1"))
    elif parts[0] == "apis" and len(parts) in (2, 3):
        if tuple(parts[1:]) in silent:
            return UNAVAILABLE
        versions = discovery.groups(kinds, silent).get(parts[1])
        if versions and len(parts) == 2:
            return Reply(200, discovery.group_doc(parts[1], versions))
        if versions and parts[2] in versions:
            return Reply(200, discovery.resource_list(kinds, parts[1], parts[2]))
    return Reply(404, text="404 page not found\n", content_type="text/plain; charset=utf-8")




def _openapi_v2(call: Call, kinds: tuple[Kind, ...]) -> Reply:
    """Return the v2 document. As protobuf it has no definitions: old clients ask for it before they check fields, and leave the checking to the server then."""
    if "proto" in call.accept:
        return Reply(200, text=openapi.V2_PROTOBUF, content_type="application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
    return Reply(200, openapi.document_v2(kinds))
