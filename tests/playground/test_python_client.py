"""The official Python client against a sandbox: it lists, watches, and waits."""

from collections.abc import Iterator
from typing import Any

import pytest
from kubernetes import client, watch

from learnk8s.playground import actions
from learnk8s.web.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 2
"""The server of the tests sends no chunks, so the client reads what it watched once the watch is over: then twenty times as long has passed in the sandbox."""
DEPLOYMENT: dict[str, Any] = {"metadata": {"name": "web"}, "spec": {"replicas": 3, "selector": {"matchLabels": {"app": "web"}}, "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}}


@pytest.fixture
def cluster(live_server: Any) -> Iterator[client.ApiClient]:
    sandbox = actions.set_clock(actions.open_api(actions.new_sandbox(visitor=Visitor(None, ""), scenario="bare/2/4/16Gi/110")), speed_milli=20_000)
    with client.ApiClient(client.Configuration(host=f"{live_server.url}/k8s/{sandbox.api_token}")) as made:
        yield made


def test_it_lists_with_selectors_and_in_pieces(cluster: client.ApiClient) -> None:
    core = client.CoreV1Api(cluster)
    for number in range(5):
        core.create_namespaced_config_map("default", {"metadata": {"name": f"map-{number}", "labels": {"odd": str(number % 2)}}, "data": {"n": str(number)}})
    assert [found.metadata.name for found in core.list_namespaced_config_map("default", label_selector="odd=1").items] == ["map-1", "map-3"]
    first = core.list_namespaced_config_map("default", limit=2)
    rest = core.list_namespaced_config_map("default", limit=20, _continue=first.metadata._continue)
    assert [len(first.items), len(rest.items)] == [2, 4]


def test_it_watches_until_a_deployment_is_ready(cluster: client.ApiClient) -> None:
    apps, watching = client.AppsV1Api(cluster), watch.Watch()
    apps.create_namespaced_deployment("default", DEPLOYMENT)
    seen = []
    for event in watching.stream(apps.list_namespaced_deployment, "default", timeout_seconds=WAIT_S):
        seen.append(event["type"])
        if event["object"].status.ready_replicas == 3:
            watching.stop()
    assert seen[0] == "ADDED"
    assert len(client.CoreV1Api(cluster).list_namespaced_pod("default", label_selector="app=web", field_selector="status.phase=Running").items) == 3


def test_it_waits_until_a_pod_is_gone(cluster: client.ApiClient) -> None:
    core, watching = client.CoreV1Api(cluster), watch.Watch()
    core.create_namespaced_pod("default", {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "c:1"}]}})
    version = core.list_namespaced_pod("default").metadata.resource_version
    core.delete_namespaced_pod("p", "default")
    for event in watching.stream(core.list_namespaced_pod, "default", field_selector="metadata.name=p", resource_version=version, timeout_seconds=WAIT_S):
        if event["type"] == "DELETED":
            watching.stop()
    with pytest.raises(client.ApiException) as refused:
        core.read_namespaced_pod("p", "default")
    assert refused.value.status == 404


def test_it_is_told_of_conflicts_and_of_old_versions(cluster: client.ApiClient) -> None:
    core = client.CoreV1Api(cluster)
    made = core.create_namespaced_config_map("default", {"metadata": {"name": "a"}})
    core.patch_namespaced_config_map("a", "default", {"data": {"k": "v"}})
    with pytest.raises(client.ApiException) as refused:
        core.replace_namespaced_config_map("a", "default", made)
    assert (refused.value.status, refused.value.reason) == (409, "Conflict")
