"""What requests cost, and what autoscalers make of it."""

import pytest

from learnk8s.simulation.kubernetes.network.load import Cost, spread
from learnk8s.simulation.kubernetes.world import KubernetesWorld


@pytest.fixture
def shop() -> KubernetesWorld:
    return KubernetesWorld.create("shop", 1)


def replicas(world: KubernetesWorld, name: str) -> int:
    return world.cluster.find(f"Deployment/default/{name}")["spec"]["replicas"]


def test_a_request_goes_on_to_the_services_that_a_program_calls():
    behind = {"web": [(("default", "web-1"), Cost(1_000, ("api",))), (("default", "web-2"), Cost(1_000, ("api",)))], "api": [(("default", "api-1"), Cost(4_000))]}
    assert spread([(("default", "web"), 10)], lambda _namespace, name: behind[name]) == {("default", "web-1"): 5_000, ("default", "web-2"): 5_000, ("default", "api-1"): 40_000}


def test_more_traffic_makes_the_autoscalers_add_pods_and_less_takes_them_away_after_five_minutes(shop):
    shop.execute("traffic web 330")
    shop.advance(shop.now_ms + 120_000)
    assert replicas(shop, "web") > 2
    assert replicas(shop, "api") > 2
    shop.execute("traffic web 20")
    shop.advance(shop.now_ms + 240_000)
    assert replicas(shop, "web") > 2
    shop.advance(shop.now_ms + 240_000)
    assert replicas(shop, "web") == replicas(shop, "api") == 2


def test_a_steady_cluster_with_autoscalers_has_nothing_to_do(shop):
    shop.advance(shop.now_ms + 600_000)
    due = shop.next_due_ms()
    assert due is None or due > shop.now_ms + 3_600_000


def test_while_a_recommendation_holds_back_nobody_looks_every_fifteen_seconds(shop):
    shop.execute("traffic web 330")
    shop.advance(shop.now_ms + 600_000)
    shop.execute("traffic web 20")
    shop.advance(shop.now_ms + 30_000)
    moments = []
    while len(moments) < 20 and shop.next_due_ms() is not None and replicas(shop, "web") > 2:
        shop.advance(shop.next_due_ms())
        moments.append(shop.now_ms)
    assert len(moments) < 20, "every 15 s it would be twenty moments and more"


def test_an_autoscaler_that_may_only_go_slowly_goes_on_by_itself(shop):
    shop.execute("""kubectl patch hpa web -p '{"spec":{"behavior":{"scaleUp":{"policies":[{"type":"Pods","value":1,"periodSeconds":120}]}}}}'""")
    shop.advance(shop.now_ms + 60_000)
    shop.execute("traffic web 330")
    shop.advance(shop.now_ms + 60_000)
    assert replicas(shop, "web") == 3
    shop.advance(shop.now_ms + 120_000)
    assert replicas(shop, "web") == 4


def test_a_pod_at_its_cpu_limit_fails_what_it_cannot_answer(shop):
    shop.execute("kubectl delete hpa web api")
    shop.execute("kubectl set resources deployment web --limits=cpu=100m,memory=200Mi --requests=cpu=100m")
    shop.advance(shop.now_ms + 120_000)
    before = shop.scoreboard()
    shop.execute("traffic web 300")
    shop.advance(shop.now_ms + 100_000)
    after = shop.scoreboard()
    served, failed = after["requests_served"] - before["requests_served"], after["requests_failed"] - before["requests_failed"]
    assert served + failed == 30_000
    assert 0.5 < failed / 30_000 < 0.6
    flow = next(entry for entry in shop.scene()["services"] if entry["name"] == "web")["traffic"]
    assert "too little CPU" in flow["failures"][0]["text_en"]


def test_requests_fail_when_a_called_service_has_nobody_behind_it(shop):
    shop.execute("kubectl delete hpa api")
    shop.execute("kubectl scale deployment api --replicas=0")
    shop.advance(shop.now_ms + 60_000)
    before = shop.scoreboard()["requests_served"]
    shop.advance(shop.now_ms + 60_000)
    assert shop.scoreboard()["requests_served"] == before


def test_a_loaded_world_is_read_back_as_it_was_written(shop):
    shop.execute("traffic web 330")
    shop.advance(shop.now_ms + 20_000)
    again = KubernetesWorld.load(shop.dump())
    for world in (shop, again):
        world.advance(world.now_ms + 600_000)
    assert again.dump() == shop.dump()


def test_a_look_at_the_traffic_asks_each_pod_once(shop, monkeypatch):
    shop.execute("traffic web 100")
    shop.advance(shop.now_ms + 10_000)
    network, kubelets, asked = shop.cluster.network, shop.cluster.kubelets, []
    serve = kubelets.serve
    monkeypatch.setattr(kubelets, "serve", lambda *place, **more: asked.append(place[:2]) or serve(*place, **more))
    network.refresh(force=True)
    assert sorted(asked) == sorted(set(asked))
    assert {name.partition("-")[0] for _namespace, name in asked} == {"web", "api", "database"}


def test_totals_are_what_the_flows_say_and_change_nothing(shop):
    shop.execute("traffic web 330")
    shop.execute("kubectl scale deployment api --replicas=1")
    shop.advance(shop.now_ms + 12_345)
    before = shop.dump()
    flows = shop.cluster.network.traffic()
    assert shop.cluster.network.totals() == (sum(flow["served"] for flow in flows), sum(flow["failed"] for flow in flows))
    assert shop.dump() == before
