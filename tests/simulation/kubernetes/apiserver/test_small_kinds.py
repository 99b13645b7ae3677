"""Kinds with few rules, and templates as Go's structs."""

from typing import Any

import pytest

from learnk8s.simulation.kubernetes.apiserver.go_structs import template_text

from ..driving import new_cluster
from .asking import ask, said


@pytest.mark.parametrize(("path", "body", "complaint"), [
    ("apis/coordination.k8s.io/v1/namespaces/default/leases", {"spec": {"leaseDurationSeconds": 0}}, "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
    ("apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {"addressType": "IPv9"}, 'addressType: Unsupported value: "IPv9": supported values: "FQDN", "IPv4", "IPv6"'),
    ("apis/discovery.k8s.io/v1/namespaces/default/endpointslices", {"addressType": "IPv4", "endpoints": [{}]}, "endpoints[0].addresses: Required value: must contain at least 1 address"),
    ("apis/flowcontrol.apiserver.k8s.io/v1/flowschemas", {"spec": {"matchingPrecedence": -1, "priorityLevelConfiguration": {"name": "x"}}}, "spec.matchingPrecedence: Invalid value: -1: must be a positive value"),
    ("apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", {"spec": {"type": "Limited"}}, "spec.limited: Required value: must not be empty when type is Limited"),
    ("apis/storage.k8s.io/v1/volumeattachments", {"spec": {"attacher": "x", "source": {"persistentVolumeName": "v"}}}, "spec.nodeName: Required value"),
    ("apis/apps/v1/namespaces/default/controllerrevisions", {"revision": 1}, "data: Required value: data is mandatory"),
    ("api/v1/namespaces/default/configmaps", {"metadata": {"name": "a", "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "x"}]}}, 'metadata.ownerReferences.uid: Invalid value: "": must not be empty'),
])
def test_a_small_kind_that_is_wrong_is_refused(path: str, body: dict[str, Any], complaint: str) -> None:
    code, message = said(ask(new_cluster(), "POST", f"/{path}", {"metadata": {"name": "a"}, **body}))
    assert (code, complaint in message) == (422, True), message


def test_a_template_is_quoted_as_gos_struct() -> None:
    text = template_text({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "web", "image": "nginx", "ports": [{"containerPort": 80}]}], "hostNetwork": True}})
    assert text.startswith('{"labels":{"a":"b"},"Spec":{"Volumes":null,"InitContainers":null,"Containers":[{"Name":"web","Image":"nginx","Command":null')
    assert '"Ports":[{"Name":"","HostPort":0,"ContainerPort":80,"Protocol":"","HostIP":""}]' in text
    assert '"SecurityContext":{"HostNetwork":true,"HostPID":false' in text
