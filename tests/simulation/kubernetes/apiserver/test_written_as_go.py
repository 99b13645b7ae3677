"""What is stored and said has the shape that Go gives it: zeros, empty parts, the names of types, the owners of maps."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.wire import openapi
from learnk8s.simulation.kubernetes.cluster import Cluster
from learnk8s.simulation.kubernetes.apiserver.server import SERVED
from learnk8s.simulation.kubernetes.objects.schema import root_type
from learnk8s.simulation.kubernetes.world import KubernetesWorld
from tests.simulation.kubernetes.apiserver.asking import APPLY, MERGE, STRATEGIC, ask, said

MAPS = "/api/v1/namespaces/default/configmaps"


@pytest.fixture
def cluster() -> Cluster:
    return KubernetesWorld.create("bare", 1).cluster


def made(cluster: Cluster, path: str, kind: str, name: str = "it", **parts: Any) -> dict[str, Any]:
    version = "v1" if path.startswith("/api/") else path.split("/")[2] + "/v1"
    found = ask(cluster, "POST", path, {"apiVersion": version, "kind": kind, "metadata": {"name": name}, **parts})
    assert found.doc is not None, said(found)
    return found.doc


def test_zeros_that_go_keeps_by_value_are_left_out_and_those_behind_pointers_stay(cluster: Cluster) -> None:
    container = {"name": "c", "image": "c:1", "workingDir": "", "stdin": False, "env": [{"name": "A", "value": ""}], "ports": [{"containerPort": 80, "hostPort": 0, "name": ""}], "securityContext": {"runAsUser": 0, "privileged": False}}
    spec = made(cluster, "/api/v1/namespaces/default/pods", "Pod", spec={"hostNetwork": False, "shareProcessNamespace": False, "hostname": "", "containers": [container]})["spec"]
    first = spec["containers"][0]
    assert not {"hostNetwork", "hostname"} & spec.keys() and spec["shareProcessNamespace"] is False
    assert not {"workingDir", "stdin"} & first.keys() and first["env"] == [{"name": "A"}] and first["ports"] == [{"containerPort": 80, "protocol": "TCP"}]
    assert first["securityContext"] == {"runAsUser": 0, "privileged": False}


def test_every_quantity_stands_in_its_canonical_form(cluster: Cluster) -> None:
    volume = {"name": "v", "emptyDir": {"sizeLimit": 1024}}
    spec = made(cluster, "/api/v1/namespaces/default/pods", "Pod", spec={"resources": {"requests": {"cpu": 1}, "limits": {"cpu": "2000m"}}, "volumes": [volume], "containers": [{"name": "c", "image": "c:1"}]})["spec"]
    assert spec["resources"] == {"requests": {"cpu": "1"}, "limits": {"cpu": "2"}} and spec["volumes"][0]["emptyDir"] == {"sizeLimit": "1024"}


@pytest.mark.parametrize(
    ("path", "kind", "spec", "why"),
    [
        pytest.param("/api/v1/namespaces/default/pods", "Pod", {"restartPolicy": 5}, "number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy", id="a word of a closed set"),
        pytest.param("/api/v1/namespaces/default/persistentvolumeclaims", "PersistentVolumeClaim", {"accessModes": "x"}, "string into Go struct field PersistentVolumeClaimSpec.spec.accessModes of type []v1.PersistentVolumeAccessMode", id="a list of such words"),
        pytest.param("/api/v1/namespaces/default/pods", "Pod", {"hostname": 5}, "number into Go struct field PodSpec.spec.hostname of type string", id="a plain word"),
        pytest.param("/api/v1/namespaces/default/services", "Service", {"ports": [{"port": 1, "targetPort": 1.5}]}, "number 1.5 into Go struct field ServicePort.spec.ports.targetPort of type int32", id="half a port"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_the_type(cluster: Cluster, path: str, kind: str, spec: dict[str, Any], why: str) -> None:
    refused = ask(cluster, "POST", path, {"apiVersion": "v1", "kind": kind, "metadata": {"name": "it"}, "spec": spec})
    assert said(refused) == (400, f'{kind} in version "v1" cannot be handled as a {kind}: json: cannot unmarshal {why}')


def test_who_made_a_map_still_owns_it_when_others_took_what_is_in_it(cluster: Cluster) -> None:
    made(cluster, MAPS, "ConfigMap", data={"a": "1"})
    after = ask(cluster, "PATCH", f"{MAPS}/it", {"data": {"a": "2"}}, content_type=MERGE, fieldManager="other").doc
    owners = {entry["manager"]: entry["fieldsV1"] for entry in (after or {})["metadata"]["managedFields"]}
    assert owners == {"test": {"f:data": {".": {}}}, "other": {"f:data": {"f:a": {}}}}


def test_an_apply_leaves_no_empty_list_behind(cluster: Cluster) -> None:
    def applied(*env: dict[str, str]) -> dict[str, Any]:
        template = {"metadata": {"labels": {"app": "it"}}, "spec": {"containers": [{"name": "c", "image": "c:1", **({"env": list(env)} if env else {})}]}}
        body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "it"}, "spec": {"selector": {"matchLabels": {"app": "it"}}, "template": template}}
        found = ask(cluster, "PATCH", "/apis/apps/v1/namespaces/default/deployments/it", body, content_type=APPLY)
        assert found.doc is not None
        container: dict[str, Any] = found.doc["spec"]["template"]["spec"]["containers"][0]
        return container

    assert "env" in applied({"name": "A", "value": "b"})
    assert "env" not in applied()


def test_a_patch_cannot_make_another_kind_of_an_object(cluster: Cluster) -> None:
    made(cluster, MAPS, "ConfigMap")
    assert (ask(cluster, "PATCH", f"{MAPS}/it", {"kind": "Secret"}, content_type=STRATEGIC).doc or {})["kind"] == "ConfigMap"
    code, why = said(ask(cluster, "PATCH", f"{MAPS}/it", {"kind": "Secret"}, content_type=MERGE))
    assert code == 422 and why.endswith("converting (v1.Secret) to (core.ConfigMap): unknown conversion")


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        pytest.param({"name": "other"}, "the name of the object (other) does not match the name on the URL (it)", id="another name"),
        pytest.param({}, "the name of the object (it based on URL) was undeterminable: name must be provided", id="no name"),
        pytest.param({"name": "it", "namespace": "kube-system"}, "the namespace of the object (kube-system) does not match the namespace on the request (default)", id="another namespace"),
    ],
)
def test_an_object_is_replaced_only_by_one_of_its_name(cluster: Cluster, metadata: dict[str, Any], why: str) -> None:
    made(cluster, MAPS, "ConfigMap")
    assert said(ask(cluster, "PUT", f"{MAPS}/it", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})) == (400, why)


def test_labels_that_name_no_pod_security_standard_are_refused(cluster: Cluster) -> None:
    label = "pod-security.kubernetes.io/enforce"
    code, why = said(ask(cluster, "PATCH", "/api/v1/namespaces/default", {"metadata": {"labels": {label: "odd", f"{label}-version": "1.36"}}}, content_type=MERGE))
    assert code == 422
    assert why == f'Namespace "default" is invalid: [metadata.labels[{label}]: Invalid value: "odd": must be one of privileged, baseline, restricted, metadata.labels[{label}-version]: Invalid value: "1.36": must be "latest" or "v1.x"]'


def test_every_published_field_has_a_type_so_that_explain_can_go_down_to_it() -> None:
    found = openapi.schemas((name, kind) for kind in SERVED if (name := root_type(kind)))
    assert not [f"{name}.{field}" for name, schema in found.items() for field, shape in schema.get("properties", {}).items() if not shape]
