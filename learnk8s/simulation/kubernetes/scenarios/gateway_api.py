"""The Gateway API as an add-on: its definitions, a controller with its data plane, and a class. Models gateway-api (v1.4, standard channel) and NGINX Gateway Fabric (2.x), as far as the parts that are modelled go."""

from typing import Any

from learnk8s.simulation.kubernetes.control.gateways import CONTROLLER, GROUP, NAMESPACE, NAME
from learnk8s.simulation.kubernetes.objects.document import Doc

IMAGE = "ghcr.io/nginx/nginx-gateway-fabric:2.2.1"
LABELS = {"app.kubernetes.io/instance": "nginx-gateway", "app.kubernetes.io/name": "nginx-gateway"}
APPROVED = {"api-approved.kubernetes.io": "https://github.com/kubernetes-sigs/gateway-api/pull/3328", "gateway.networking.k8s.io/bundle-version": "v1.4.0", "gateway.networking.k8s.io/channel": "standard"}
AGE: Doc = {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}
HOST = r"^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
STATUS: Doc = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


def _text(**more: Any) -> Doc:
    return {"type": "string", **more}


def _number(least: int, most: int, **more: Any) -> Doc:
    return {"type": "integer", "format": "int32", "minimum": least, "maximum": most, **more}


def _object(required: tuple[str, ...] = (), /, **properties: Doc) -> Doc:
    """Return the schema of an object; a name that ends in _ stands for a word of Python."""
    return {"type": "object", **({"required": list(required)} if required else {}), "properties": {name.rstrip("_"): schema for name, schema in properties.items()}}


def _list(items: Doc, most: int = 64, **more: Any) -> Doc:
    return {"type": "array", "items": items, "maxItems": most, **more}


PORT = _number(1, 65535)
SELECTOR: Doc = _object(matchLabels={"type": "object", "additionalProperties": _text()}, matchExpressions=_list(_object(("key", "operator"), key=_text(), operator=_text(), values=_list(_text()))))
LISTENER = _object(
    ("name", "port", "protocol"), name=_text(minLength=1, maxLength=253), hostname=_text(pattern=HOST, maxLength=253), port=PORT, protocol=_text(minLength=1, maxLength=255),
    tls=_object(mode=_text(enum=["Terminate"], default="Terminate"), certificateRefs=_list(_object(("name",), group=_text(default=""), kind=_text(default="Secret"), name=_text(minLength=1), namespace=_text()))),
    allowedRoutes={**_object(namespaces={**_object(from_=_text(enum=["All", "Selector", "Same"], default="Same"), selector=SELECTOR), "default": {"from": "Same"}}), "default": {"namespaces": {"from": "Same"}}},
)
PARENT = _object(("name",), group=_text(default=GROUP), kind=_text(default="Gateway"), namespace=_text(), name=_text(minLength=1, maxLength=253), sectionName=_text(), port=PORT)
PAIR = _object(("name", "value"), type_=_text(enum=["Exact", "RegularExpression"], default="Exact"), name=_text(minLength=1, maxLength=256), value=_text(minLength=1, maxLength=4096))
PLAIN_PAIR = _object(("name", "value"), name=_text(minLength=1), value=_text(minLength=1))
PATH = {**_object(type_=_text(enum=["Exact", "PathPrefix", "RegularExpression"], default="PathPrefix"), value=_text(maxLength=1024, default="/")), "default": {"type": "PathPrefix", "value": "/"},
        "x-kubernetes-validations": [{"rule": "(self.type in ['Exact','PathPrefix']) ? self.value.startsWith('/') : true", "message": "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']"}]}
MATCH = _object(path=PATH, headers=_list(PAIR, 16), queryParams=_list(PAIR, 16), method=_text(enum=["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]))
CHANGED_PATH = _object(("type",), type_=_text(enum=["ReplaceFullPath", "ReplacePrefixMatch"]), replaceFullPath=_text(), replacePrefixMatch=_text())
FILTER = _object(
    ("type",), type_=_text(enum=["RequestHeaderModifier", "RequestRedirect", "URLRewrite"]), requestHeaderModifier=_object(set_=_list(PLAIN_PAIR, 16), add=_list(PLAIN_PAIR, 16), remove=_list(_text(), 16)),
    requestRedirect=_object(scheme=_text(enum=["http", "https"]), hostname=_text(), port=PORT, statusCode={"type": "integer", "enum": [301, 302, 303, 307, 308], "default": 302}, path=CHANGED_PATH), urlRewrite=_object(path=CHANGED_PATH),
)
BACKEND = _object(("name",), group=_text(default=""), kind=_text(default="Service"), namespace=_text(), name=_text(minLength=1, maxLength=253), port=PORT, weight=_number(0, 1_000_000, default=1))
RULE = _object(matches=_list(MATCH, 64, default=[{"path": {"type": "PathPrefix", "value": "/"}}]), filters=_list(FILTER, 16), backendRefs=_list(BACKEND, 16))


def _definition(kind: str, plural: str, short: list[str], version: str, spec: Doc, columns: list[Doc], *, namespaced: bool = True, has_status: bool = True) -> Doc:
    schema = {"type": "object", "required": ["spec"], "properties": {"apiVersion": _text(), "kind": _text(), "metadata": {"type": "object"}, "spec": spec, **({"status": STATUS} if has_status else {})}}
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}, "additionalPrinterColumns": columns, **({"subresources": {"status": {}}} if has_status else {})}
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": f"{plural}.{GROUP}", "annotations": APPROVED},
            "spec": {"group": GROUP, "scope": "Namespaced" if namespaced else "Cluster", "names": {"plural": plural, "singular": kind.lower(), "kind": kind, "listKind": f"{kind}List", "shortNames": short, "categories": ["gateway-api"]}, "versions": [served]}}


def _column(name: str, path: str, **more: Any) -> Doc:
    return {"name": name, "type": "string", "jsonPath": path, **more}


DEFINITIONS: tuple[Doc, ...] = (
    _definition("GatewayClass", "gatewayclasses", ["gc"], "v1", _object(("controllerName",), controllerName=_text(minLength=1, maxLength=253), description=_text(maxLength=64)),
                [_column("Controller", ".spec.controllerName"), _column("Accepted", '.status.conditions[?(@.type=="Accepted")].status'), AGE, _column("Description", ".spec.description", priority=1)], namespaced=False),
    _definition("Gateway", "gateways", ["gtw"], "v1", _object(("gatewayClassName", "listeners"), gatewayClassName=_text(minLength=1, maxLength=253), listeners=_list(LISTENER, 64, minItems=1, **{"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]})),
                [_column("Class", ".spec.gatewayClassName"), _column("Address", ".status.addresses[*].value"), _column("Programmed", '.status.conditions[?(@.type=="Programmed")].status'), AGE]),
    _definition("HTTPRoute", "httproutes", [], "v1", _object(parentRefs=_list(PARENT, 32), hostnames=_list(_text(pattern=HOST, maxLength=253), 16), rules=_list(RULE, 16, default=[{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}]}])),
                [_column("Hostnames", ".spec.hostnames"), AGE]),
    _definition("ReferenceGrant", "referencegrants", ["refgrant"], "v1beta1", _object(
        ("from", "to"), from_=_list(_object(("group", "kind", "namespace"), group=_text(), kind=_text(), namespace=_text()), 16, minItems=1), to=_list(_object(("group", "kind"), group=_text(), kind=_text(), name=_text()), 16, minItems=1)), [AGE], has_status=False),
)
GATEWAY: tuple[Doc, ...] = (
    *DEFINITIONS,
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}},
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": NAME, "namespace": NAMESPACE}},
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": LABELS}, "spec": {"replicas": 1, "selector": {"matchLabels": LABELS}, "template": {"metadata": {"labels": LABELS}, "spec": {
        "serviceAccountName": NAME, "containers": [{"name": "nginx-gateway", "image": IMAGE, "ports": [{"containerPort": 80, "name": "http"}, {"containerPort": 443, "name": "https"}],
                                                    "readinessProbe": {"httpGet": {"path": "/readyz", "port": 8081}, "initialDelaySeconds": 3}, "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}]}}}},
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": NAME, "namespace": NAMESPACE, "labels": LABELS},
     "spec": {"type": "LoadBalancer", "selector": LABELS, "ports": [{"name": "http", "port": 80, "targetPort": "http"}, {"name": "https", "port": 443, "targetPort": "https"}]}},
    {"apiVersion": f"{GROUP}/v1", "kind": "GatewayClass", "metadata": {"name": "nginx", "labels": LABELS}, "spec": {"controllerName": CONTROLLER}},
)
