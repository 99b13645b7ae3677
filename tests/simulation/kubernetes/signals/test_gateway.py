"""The Gateway API, typed: who takes a Gateway, what its conditions say, and where a request goes."""

import pytest

from tests.simulation.kubernetes.signals.typing import applied, new_world, typed

GATEWAY = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: shop}\nspec:\n  gatewayClassName: nginx\n  listeners:\n  - {name: http, port: 80, protocol: HTTP, hostname: '*.example.com'}"
ROUTE = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\nspec:\n  parentRefs: [{name: shop}]\n  hostnames: [shop.example.com]\n  rules:\n"
BACK = "    backendRefs: [{name: %s, port: 80}]\n"


@pytest.fixture(scope="module")
def ready():
    world = new_world("networking")
    for name in ("one", "two"):
        typed(world, f"kubectl create deployment {name} --image=hashicorp/http-echo:1.0 --port=5678 -- /http-echo -text={name} -listen=:5678; kubectl expose deployment {name} --port=80 --target-port=5678")
    typed(world, "minikube addons enable gateway", wait_s=60)
    return world


@pytest.fixture
def world(ready):
    return ready.copied()


def asked(world, path="/", host="shop.example.com", more=""):
    address = typed(world, "kubectl get gateway shop -o jsonpath='{.status.addresses[0].value}'")
    return typed(world, f"curl -s {more} -H 'Host: {host}' http://{address}{path}").strip()


def condition(world, kind, path):
    return typed(world, f"kubectl get {kind} shop -o jsonpath='{{{path}}}'")


def test_the_add_on_brings_kinds_and_a_class_that_is_accepted(world):
    assert "httproutes" in typed(world, "kubectl api-resources --api-group=gateway.networking.k8s.io")
    assert typed(world, "kubectl get gatewayclass --no-headers").split()[:3] == ["nginx", "gateway.nginx.org/nginx-gateway-controller", "True"]
    assert "gateway: enabled" in typed(world, "minikube addons list")


def test_a_gateway_has_an_address_and_a_route_its_hosts(world):
    applied(world, GATEWAY)
    applied(world, ROUTE + "  -" + BACK[3:] % "one", wait_s=2)
    shown = typed(world, "kubectl get gateway,httproute").splitlines()
    assert shown[0].split() == ["NAME", "CLASS", "ADDRESS", "PROGRAMMED", "AGE"]
    assert shown[1].split()[:4] == ["gateway.gateway.networking.k8s.io/shop", "nginx", "192.168.49.240", "True"]
    assert shown[3].split() == ["NAME", "HOSTNAMES", "AGE"]
    assert '["shop.example.com"]' in shown[4]
    assert asked(world) == "one"
    assert "404 Not Found" in asked(world, host="other.example.com")
    assert condition(world, "gateway", ".status.listeners[0].attachedRoutes") == "1"


@pytest.mark.parametrize(("path", "more", "expected"), [
    pytest.param("/", "", "one", id="prefix"), pytest.param("/api/x", "", "two", id="longer prefix"), pytest.param("/exact", "", "two", id="exact"), pytest.param("/exact/x", "", "one", id="not exact"),
    pytest.param("/", "-H 'x-try: new'", "two", id="header"), pytest.param("/?try=new", "", "two", id="query"),
])
def test_a_route_matches_paths_headers_and_queries(world, path, more, expected):
    applied(world, GATEWAY)
    applied(world, ROUTE + "  - matches: [{path: {value: /}}]\n" + BACK % "one"
            + "  - matches: [{path: {value: /api}}, {path: {type: Exact, value: /exact}}, {headers: [{name: X-Try, value: new}]}, {queryParams: [{name: try, value: new}]}]\n" + BACK % "two", wait_s=2)
    assert asked(world, path, more=more) == expected


def test_weights_share_the_requests(world):
    applied(world, GATEWAY)
    applied(world, ROUTE + "  - backendRefs: [{name: one, port: 80, weight: 9}, {name: two, port: 80, weight: 1}]\n", wait_s=2)
    answers = [asked(world) for _ in range(60)]
    assert 40 <= answers.count("one") < 60
    assert answers.count("one") + answers.count("two") == 60


def test_a_redirect_is_answered_by_the_gateway(world):
    applied(world, GATEWAY)
    applied(world, ROUTE + "  - filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]\n", wait_s=2)
    assert asked(world, "/a", more="-o /dev/null -w '%{http_code}'") == "301"


@pytest.mark.parametrize(("gateway", "rule", "reason"), [
    pytest.param(GATEWAY, BACK % "nosuch", "ResolvedRefs=False BackendNotFound", id="no such Service"),
    pytest.param(GATEWAY, "    backendRefs: [{name: web, namespace: kube-system, port: 80}]\n", "ResolvedRefs=False RefNotPermitted", id="no ReferenceGrant"),
    pytest.param(GATEWAY.replace("*.example.com", "*.other.org"), BACK % "one", "Accepted=False NoMatchingListenerHostname", id="another host"),
    pytest.param(GATEWAY.replace("port: 80", "port: 81"), BACK % "one", "Accepted=False NoMatchingParent", id="a port that is not served"),
])
def test_a_route_that_leads_nowhere_says_why(world, gateway, rule, reason):
    applied(world, gateway)
    applied(world, ROUTE + "  -" + rule[3:], wait_s=2)
    assert reason in condition(world, "httproute", "range .status.parents[0].conditions[*]}{.type}={.status} {.reason}{\"\\n\"}{end")


def test_a_reference_grant_lets_a_route_into_another_namespace(world):
    typed(world, "kubectl create ns back; kubectl create deployment far -n back --image=hashicorp/http-echo:1.0 -- /http-echo -text=far -listen=:5678; kubectl expose deployment far -n back --port=80 --target-port=5678", wait_s=20)
    applied(world, GATEWAY)
    applied(world, ROUTE + "  - backendRefs: [{name: far, namespace: back, port: 80}]\n", wait_s=2)
    assert "500" in asked(world)
    applied(world, "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g, namespace: back}\nspec:\n  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}]\n  to: [{group: '', kind: Service}]", wait_s=2)
    assert asked(world) == "far"


def test_a_gateway_without_a_cloud_has_no_address():
    world = new_world()
    typed(world, "minikube addons enable gateway", wait_s=60)
    applied(world, GATEWAY, wait_s=2)
    assert typed(world, "kubectl get gateway --no-headers").split()[:3] == ["shop", "nginx", "False"]
    assert "AddressNotAssigned" in typed(world, "kubectl describe gateway shop")


def test_a_route_is_validated_as_its_definition_says(world):
    printed = applied(world, ROUTE + "  - matches: [{path: {type: Glob, value: /}}]\n")
    assert 'Unsupported value: "Glob": supported values: "Exact", "PathPrefix", "RegularExpression"' in printed
