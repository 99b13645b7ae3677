"""The door for real clients: tokens, statuses, streams, the commands that make sandboxes."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from learnk8s.playground.models import Entry, Sandbox

pytestmark = pytest.mark.django_db
MAPS = "api/v1/namespaces/default/configmaps"
CONFIGMAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}


@pytest.fixture
def made(settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.VAR = tmp_path
    out = StringIO()
    call_command("create_sandbox", "--scenario", "bare", "--nodes", "2", "--speed", "20", "--json", stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def api(made: dict[str, str]) -> str:
    return f"/k8s/{made['api'].rpartition('/')[2]}/"


def test_the_command_makes_a_cluster_of_the_asked_size(client: Client, made: dict[str, str], api: str) -> None:
    assert len(client.get(f"{api}api/v1/nodes").json()["items"]) == 2
    assert made["api"] in Path(made["kubeconfig"]).read_text()
    assert Path(made["kubeconfig"]).stat().st_mode & 0o077 == 0


def test_a_write_is_an_input_of_the_journal(client: Client, made: dict[str, str], api: str) -> None:
    assert client.post(api + MAPS, CONFIGMAP, content_type="application/json").status_code == 201
    assert Entry.objects.filter(sandbox_id=made["id"], kind="request").count() == 1
    assert client.get(f"{api}{MAPS}/a").json()["data"] == {"k": "v"}


@pytest.mark.parametrize("path", ["api/v1/pods", "version", "", "openapi/v3", "apis/apps/v1/deployments?watch=true"])
def test_a_foreign_token_is_unauthorised(client: Client, made: dict[str, str], path: str) -> None:
    answer = client.get(f"/k8s/{'x' * 24}/{path}")
    assert (answer.status_code, answer.json()["reason"]) == (401, "Unauthorized")


def test_an_expired_or_changed_token_is_unauthorised(client: Client, made: dict[str, str], api: str) -> None:
    Sandbox.objects.update(api_until=timezone.now())
    assert client.get(f"{api}version").status_code == 401


def test_a_huge_body_is_refused_in_json(client: Client, api: str) -> None:
    answer = client.post(api + MAPS, "x" * (10 * 2**20), content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (413, "Status")


@pytest.mark.parametrize("path", ["api/v1/namespaces/../../../../etc/passwd", "apis/%2e%2e/x", "api/v1/nonsense", "apis//v1/pods", "k8s/other", "api/v2/pods"])
def test_a_strange_path_is_not_found(client: Client, api: str, path: str) -> None:
    assert client.get(api + path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_watch_begins_with_what_is_there(client: Client, api: str) -> None:
    client.post(api + MAPS, CONFIGMAP, content_type="application/json")
    answer = client.get(f"{api}{MAPS}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Da")
    headers, first, *_ = answer  # type: ignore[misc]
    assert headers == b"", "the headers of a watch must not wait for its first event"
    assert json.loads(first)["object"]["metadata"]["name"] == "a"
    answer.close()


def test_warnings_stand_in_a_header(client: Client, api: str) -> None:
    answer = client.post(f"{api}{MAPS}?fieldValidation=Warn", {**CONFIGMAP, "colour": "red"}, content_type="application/json")
    assert answer.headers["Warning"] == '299 - "unknown field \\"colour\\""'


def test_a_sandbox_of_a_tool_is_taken_once(client: Client, made: dict[str, str]) -> None:
    page = made["page"].partition("8000")[2] or made["page"].partition("//")[2].partition("/")[2]
    page = page if page.startswith("/") else f"/{page}"
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    assert client.get(page).status_code == 302
    assert Client().post(page).status_code == 409


def test_the_owner_opens_and_closes_the_api(client: Client) -> None:
    client.post("/en/playground/", {"scenario": "basics"})
    sandbox = Sandbox.objects.get()
    assert client.get(f"/en/playground/{sandbox.id}/kubeconfig/").status_code == 404
    client.post(f"/en/playground/{sandbox.id}/api/")
    token = Sandbox.objects.get().api_token
    assert f"/k8s/{token}" in client.get(f"/en/playground/{sandbox.id}/kubeconfig/").content.decode()
    assert Client().get(f"/en/playground/{sandbox.id}/kubeconfig/").status_code == 404
    client.post(f"/en/playground/{sandbox.id}/api/", {"close": "1"})
    assert client.get(f"/k8s/{token}/version").status_code == 401


def test_a_node_goes_down_and_time_passes(client: Client, made: dict[str, str], api: str) -> None:
    call_command("sandbox_fault", made["id"], "node-down", "node-1", stdout=StringIO())
    call_command("advance_sandbox", made["kubeconfig"], "60")
    ready = next(entry for entry in client.get(f"{api}api/v1/nodes/node-1").json()["status"]["conditions"] if entry["type"] == "Ready")
    assert ready["status"] == "Unknown"
    call_command("sandbox_fault", made["id"], "node-up", "node-1", stdout=StringIO())
    call_command("advance_sandbox", made["id"], "60")
    ready = next(entry for entry in client.get(f"{api}api/v1/nodes/node-1").json()["status"]["conditions"] if entry["type"] == "Ready")
    assert ready["status"] == "True"
    with pytest.raises(CommandError):
        call_command("sandbox_fault", made["id"], "node-down", "node-9", stdout=StringIO())


def test_a_deleted_sandbox_is_gone(client: Client, made: dict[str, str], api: str) -> None:
    call_command("delete_sandbox", made["kubeconfig"])
    assert client.get(f"{api}version").status_code == 401
    assert not Path(made["kubeconfig"]).exists()


def test_a_reader_whose_row_is_one_input_behind_takes_the_world_as_it_is(client: Client, made: dict[str, str], api: str) -> None:
    from learnk8s.playground import live

    client.post(api + MAPS, CONFIGMAP, content_type="application/json")
    with live.held(made["id"]) as before:
        pass
    Sandbox.objects.filter(pk=made["id"]).update(head=0)
    behind = Sandbox.objects.get(pk=made["id"])
    with live.live_world(behind, 0) as world:
        assert world is before


TRICKS = ("//", "%2e%2e/%2e%2e/admin", "api/v1/namespaces//pods", "api/v1/pods%00", "api/v1/namespaces/default/pods/..", "api/v1/pods?limit=-1", "api/v1/pods?continue=%00", "api/v1/pods?labelSelector=%25%25", "api/v1/pods?watch=true&resourceVersion=abc",
          "api/v1/pods?watch=true&resourceVersion=99999999999999999999", "openapi/v3/apis/x/y", "api/v1/nodes/x/proxy/y", "api/v1/namespaces/default/pods/x/log?tailLines=a")
BODIES = (b"", b"{", b"[]", b"1", b"null", b"\xff\xfe", b"[" * 100_000, b'{"metadata":{"name":1}}', b'{"metadata":[]}', b'{"metadata":{"name":"a","ownerReferences":[{}]}}', b'{"metadata":{"name":"a","finalizers":[1]}}', b'{"metadata":{"name":"a","managedFields":[1]}}',
          b'{"metadata":{"name":"a\\u0000b"}}', b'{"metadata":{"name":"a"},"data":{"k":NaN}}', b"k8s\x00\x01\x02", b"x" * 10_500_000)
TYPES = ("application/json", "application/yaml", "application/xml", "", "application/vnd.kubernetes.protobuf", "application/apply-patch+yaml", "application/json-patch+json")


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
def test_tricks_with_paths_get_an_answer_and_nothing_more(client: Client, api: str, method: str) -> None:
    for path in TRICKS:
        answer = getattr(client, method)(api + path)
        assert answer.status_code < 500, (method, path, answer.content[:200])


@pytest.mark.parametrize("content_type", TYPES)
def test_bodies_that_are_no_objects_get_a_status(client: Client, made: dict[str, str], api: str, content_type: str) -> None:
    for body in BODIES:
        for method, path in (("post", MAPS), ("put", f"{MAPS}/a"), ("patch", f"{MAPS}/a"), ("post", "api/v1/namespaces/default/serviceaccounts/default/token"), ("post", "api/v1/namespaces/default/pods/x/eviction")):
            answer = getattr(client, method)(api + path, body, content_type=content_type)
            assert answer.status_code < 500, (method, path, body[:60], answer.content[:200])
            assert answer.json()["kind"] in ("Status", "ConfigMap", "TokenRequest"), answer.content[:200]


def test_a_rotated_token_opens_nothing_any_more(client: Client, made: dict[str, str], api: str) -> None:
    from learnk8s.playground import actions

    fresh = actions.open_api(Sandbox.objects.get(pk=made["id"]))
    assert client.get(f"{api}api/v1/pods").status_code == (200 if fresh.api_token in api else 401)
    Sandbox.objects.filter(pk=made["id"]).update(api_token="y" * 24)
    assert client.get(f"{api}api/v1/pods").status_code == 401


def test_an_extra_of_an_impersonated_user_reaches_the_objects(client: Client, api: str) -> None:
    me = client.post(f"{api}apis/authentication.k8s.io/v1/selfsubjectreviews", {}, content_type="application/json", HTTP_IMPERSONATE_USER="ada", HTTP_IMPERSONATE_UID="7", HTTP_IMPERSONATE_EXTRA_TEAM="blue").json()
    assert me["status"]["userInfo"] == {"username": "ada", "uid": "7", "groups": ["system:authenticated"], "extra": {"team": ["blue"]}}


def test_a_group_may_begin_with_commas(client: Client, api: str) -> None:
    me = client.post(f"{api}apis/authentication.k8s.io/v1/selfsubjectreviews", {}, content_type="application/json", HTTP_IMPERSONATE_USER="ada", HTTP_IMPERSONATE_GROUP="b,a,,,,chameleon").json()
    assert me["status"]["userInfo"]["groups"] == ["b", "a", ",,,chameleon", "system:authenticated"]


@pytest.mark.parametrize(("flags", "nodes", "cpu", "pods"), [(("--cpu", "2"), 3, "2", "110"), (("--nodes", "0"), 0, "", ""), (("--nodes", "1", "--cpu", "500m", "--memory", "1Gi", "--pods", "5"), 1, "500m", "5"), ((), 3, "4", "110")])
def test_the_flags_say_what_the_nodes_are_like(client: Client, settings: Any, tmp_path: Path, flags: tuple[str, ...], nodes: int, cpu: str, pods: str) -> None:
    settings.VAR = tmp_path
    out = StringIO()
    call_command("create_sandbox", "--scenario", "bare", *flags, "--json", stdout=out)
    found = client.get(f"/k8s/{json.loads(out.getvalue())['api'].rpartition('/')[2]}/api/v1/nodes").json()["items"]
    assert len(found) == nodes
    assert all((node["status"]["capacity"]["cpu"], node["status"]["capacity"]["pods"]) == (cpu, pods) for node in found)


@pytest.mark.parametrize("flags", [("--nodes", "-1"), ("--nodes", "1001"), ("--pods", "-3"), ("--cpu", "many"), ("--memory", "lots"), ("--speed", "0"), ("--speed", "1000"), ("--scenario", "none")])
def test_flags_out_of_bounds_are_refused(settings: Any, tmp_path: Path, flags: tuple[str, ...]) -> None:
    settings.VAR = tmp_path
    with pytest.raises(CommandError):
        call_command("create_sandbox", "--scenario", "bare", *flags)


@pytest.mark.parametrize(("query", "agent", "is_pretty"), [("", "curl/8.5", True), ("", "kubectl/v1.36.2", False), ("?pretty=true", "kubectl/v1.36.2", True), ("?pretty=false", "curl/8.5", False)])
def test_people_read_json_with_line_breaks(client: Client, api: str, query: str, agent: str, is_pretty: bool) -> None:
    answer = client.get(f"{api}api/v1/nodes{query}", headers={"User-Agent": agent}).content
    assert (b'{\n  "kind": "NodeList"' in answer) is is_pretty
