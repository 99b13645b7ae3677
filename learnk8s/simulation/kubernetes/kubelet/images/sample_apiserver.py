"""The sample API server, which serves the group wardle.example.com. Models k8s.io/sample-apiserver (1.36), which Kubernetes' own conformance suite deploys.

What it says of itself is answered here; its objects the aggregator keeps (`apiserver/aggregation`). Simplified: it does not look for its etcd, and asks no bans of flunders.
"""

import json
from collections.abc import Mapping

from learnk8s.simulation.kubernetes.kubelet.images.program import Answer, Facts, Happening, Program
from learnk8s.simulation.kubernetes.objects.document import Doc

GROUP, PORT = "wardle.example.com", 443
VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
OBJECT: Doc = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
SPECS: dict[str, Doc] = {
    "v1alpha1": {"reference": {"type": "string", "description": "The name of another flunder or of a fischer; empty for none."}, "referenceType": {"type": "string", "enum": ["", "Flunder", "Fischer"], "description": "Which kind the reference names."}},
    "v1beta1": {"flunderReference": {"type": "string", "description": "The name of another flunder."}, "fischerReference": {"type": "string", "description": "The name of a fischer."}, "referenceType": {"type": "string", "enum": ["", "Flunder", "Fischer"], "description": "Which kind is meant."}},
}
FISCHER: Doc = {"disallowedFlunders": {"type": "array", "items": {"type": "string"}, "description": "Names that no flunder may have."}}
STARTS_AFTER_MS = 1_500
MEMORY_BYTES = 40 * 2**20


def start(arguments: list[str], environment: Mapping[str, str]) -> Program | None:
    """The server: it listens with TLS once it has read its certificates."""
    words = arguments[1:] if arguments and arguments[0].rsplit("/", 1)[-1] in ("kube-sample-apiserver", "sample-apiserver") else arguments
    if words and not words[0].startswith("-"):
        return None
    port = next((int(word.partition("=")[2]) for word in words if word.startswith("--secure-port=") and word.partition("=")[2].isdigit()), PORT)
    return Program("kube-sample-apiserver", ports=(port,), listens_after_ms=STARTS_AFTER_MS, memory_bytes=MEMORY_BYTES, cpu_millicores=4, answer=_answer, processes=(f"/kube-sample-apiserver {' '.join(words)}".rstrip(),),
                   happenings=(Happening(STARTS_AFTER_MS, "log", f"I0504 09:00:00.000000       1 secure_serving.go:213] Serving securely on [::]:{port}"),))


def _answer(_facts: Facts, path: str, method: str) -> Answer:
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] in ("healthz", "livez", "readyz"):
        return 200, "ok"
    if parts == ["apis", GROUP]:
        versions = [{"groupVersion": f"{GROUP}/{version}", "version": version} for version in SPECS]
        return 200, json.dumps({"kind": "APIGroup", "apiVersion": "v1", "name": GROUP, "versions": versions, "preferredVersion": versions[0]})
    version = parts[-1] if parts[-1] in SPECS else ""
    if version and parts[:-1] == ["apis", GROUP]:
        return 200, json.dumps({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": f"{GROUP}/{version}", "resources": list(_resources(version))})
    if version and parts[:-1] == ["openapi", "v3", "apis", GROUP]:
        return 200, json.dumps({"openapi": "3.0.0", "components": {"schemas": _schemas(version)}})
    return 403, json.dumps({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": f'forbidden: User "system:anonymous" cannot {method.lower()} path "{path}"', "reason": "Forbidden", "details": {}, "code": 403})


def _resources(version: str) -> tuple[Doc, ...]:
    flunders: Doc = {"name": "flunders", "singularName": "flunder", "namespaced": True, "kind": "Flunder", "verbs": VERBS}
    fischers: Doc = {"name": "fischers", "singularName": "fischer", "namespaced": False, "kind": "Fischer", "verbs": VERBS}
    return (fischers, flunders) if version == "v1alpha1" else (flunders,)


def _schemas(version: str) -> Doc:
    base = f"com.example.wardle.{version}"
    spec: Doc = {"type": "object", "properties": SPECS[version]}
    found: Doc = {f"{base}.Flunder": {"type": "object", "properties": {**OBJECT, "spec": spec, "status": {"type": "object"}}, "x-kubernetes-group-version-kind": [{"group": GROUP, "version": version, "kind": "Flunder"}]}}
    if version == "v1alpha1":
        found[f"{base}.Fischer"] = {"type": "object", "properties": {**OBJECT, **FISCHER}, "x-kubernetes-group-version-kind": [{"group": GROUP, "version": version, "kind": "Fischer"}]}
    return found
