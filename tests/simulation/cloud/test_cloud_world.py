"""The era of the managed cloud from outside: lines in, text and states out."""

import ast
from pathlib import Path

import pytest

from learnk8s.simulation.cloud.fitting import machines_needed
from learnk8s.simulation.cloud.messages import INCIDENT_REMEDIES_KO, INCIDENTS
from learnk8s.simulation.worlds import load
from tests.simulation.typing_on import maker, run, wait

ROOT = Path(__file__).resolve().parents[3] / "learnk8s" / "simulation"


make = maker("cloud", "autoscaler")


@pytest.fixture
def shop():
    return make()


OUTPUTS = [
    pytest.param("cloud clusters describe | head -3", "name: shop\nstatus: RUNNING\nversion: v1.36.2\n", id="clusters describe"),
    pytest.param("cloud clusters list", "NAME   VERSION   NODES   STATUS\nshop   v1.36.2   3       RUNNING\n", id="clusters list"),
    pytest.param("cloud node-pools list", "NAME      MACHINE_TYPE   NODES   AUTOSCALING   SPOT   ZONES    VERSION   STATUS\ndefault   standard-4     3/3     off           no     zone-a   v1.36.2   RUNNING\n", id="node-pools list"),
    pytest.param("cloud autoscaler on default --min 3 --max 6", "Autoscaling of node pool default is on: 3 to 6 nodes.\n", id="autoscaler on"),
    pytest.param("cloud autoscaler off", "Autoscaling of node pool default is off.\n", id="autoscaler off"),
    pytest.param("cloud autoscaler status", "POOL      AUTOSCALING   MIN   MAX   NODES\ndefault   off           0     0     3\n", id="autoscaler status"),
    pytest.param("cloud machine-types list | head -2", "NAME         CPUS   MEMORY_GB   PER_HOUR   SPOT_PER_HOUR\nstandard-2   2      8           $0.0800    $0.0240\n", id="machine-types list"),
    pytest.param("cloud zones list", "NAME     STATUS   MACHINES\nzone-a   UP       3\nzone-b   UP       0\nzone-c   UP       0\n", id="zones list"),
    pytest.param("cloud machines list | tail -1", "default-3   default   standard-4     zone-a   no     RUNNING\n", id="machines list"),
    pytest.param("cloud disks list | head -2", "NAME             ZONE     SIZE_GB   TYPE       STATUS   USED_BY\nboot-default-1   zone-a   50        balanced   READY    default-1\n", id="disks list"),
    pytest.param("cloud load-balancers list", "Listed 0 items.\n", id="load-balancers list"),
    pytest.param("cloud incidents", "No incidents.\n", id="incidents"),
    pytest.param("cloud bill | tail -1", "total            $0.6010    $0.00\n", id="bill"),
    pytest.param("cloud node-pools resize nope --count 2", "ERROR: NOT_FOUND: node pool 'nope' not found in cluster 'shop'\n", id="no such pool"),
    pytest.param("cloud node-pools resize default", "ERROR: argument --count: Must be specified.\n", id="missing flag"),
    pytest.param("cloud node-pools resize default --count x", "ERROR: argument --count: Bad value [x]: Value must be an integer\n", id="no number"),
    pytest.param("cloud node-pools create big --machine-type huge", "ERROR: (node-pools.create) INVALID_ARGUMENT: machine type 'huge' is not offered; offered are standard-2, standard-4, standard-8, highmem-4\n", id="no such machine type"),
    pytest.param("cloud node-pools create many --count 98", "ERROR: (node-pools.create) RESOURCE_EXHAUSTED: quota 'NODES' exceeded: limit 100\n", id="quota"),
    pytest.param("cloud clusters create shop", "ERROR: (clusters.create) ALREADY_EXISTS: cluster 'shop' exists; this sandbox has room for one\n", id="cluster exists"),
    pytest.param("cloud clusters upgrade --version 1.36", "ERROR: (clusters.upgrade) FAILED_PRECONDITION: the control plane runs 1.36 already; going back is not possible\n", id="no upgrade to the same"),
    pytest.param("cloud node-pools upgrade default", "ERROR: (node-pools.upgrade) FAILED_PRECONDITION: node pool 'default' runs 1.36 already; upgrade the control plane first\n", id="pool is new enough"),
    pytest.param("cloud autoscaler on default --min 5 --max 2", "ERROR: (autoscaler.on) INVALID_ARGUMENT: 0 <= min <= max <= 100 must hold, got min 5 and max 2\n", id="bad bounds"),
    pytest.param("etcdctl snapshot save x", "learnk8s: the control plane of this cluster is the provider's; nobody logs in there\n", id="no etcd for you"),
    pytest.param("kubectl get nodes --no-headers | wc -l", "3\n", id="kubectl is the real world's"),
    pytest.param("kubectl get nodes -L topology.kubernetes.io/zone --no-headers | awk '{print $6}' | uniq", "zone-a\n", id="zone labels"),
    pytest.param("fault spot-interruption default-1", "learnk8s: default-1 is no spot machine that runs\n", id="not a spot machine"),
]


@pytest.mark.parametrize(("line", "expected"), OUTPUTS)
def test_the_clouds_command_line(shop, line, expected):
    assert run(shop, line) == expected


def test_a_sandbox_without_a_cluster_says_so():
    world = make("managed")
    assert "localhost:8080 was refused" in run(world, "kubectl get nodes")
    assert "there is no cluster yet" in run(world, "cloud clusters describe")
    assert world.scene()["is_empty"]


def test_the_autoscaler_adds_a_machine_after_scan_and_boot(shop):
    run(shop, "cloud autoscaler on default --min 3 --max 6; kubectl scale deployment web --replicas=16")
    began = shop.now_ms
    wait(shop, 15)
    assert "TriggeredScaleUp" in run(shop, "kubectl get events")
    assert "pod triggered scale-up: [{default 3->" in run(shop, "kubectl get events")
    while shop.find("Deployment/default/web")["status"].get("readyReplicas", 0) < 16:
        shop.advance(shop.next_due_ms())
    assert 45_000 <= shop.now_ms - began <= 100_000


def test_the_autoscaler_stops_at_its_maximum_and_says_whose_problem_that_is(shop):
    run(shop, "cloud autoscaler on default --min 3 --max 4; kubectl scale deployment web --replicas=40")
    wait(shop, 200)
    assert shop.find("Pool//default")["count"] == 4
    assert "NotTriggerScaleUp" in run(shop, "kubectl get events") or "The pool is at its maximum" in run(shop, "cloud incidents")
    assert "you" in run(shop, "cloud incidents")


def test_machines_that_are_hardly_used_go_after_ten_minutes_but_not_below_the_minimum(shop):
    run(shop, "cloud autoscaler on default --min 2 --max 6; kubectl scale deployment web --replicas=2")
    wait(shop, 580)
    assert shop.find("Pool//default")["count"] == 3
    wait(shop, 3_000)
    assert shop.find("Pool//default")["count"] == 2
    assert shop.find("Deployment/default/web")["status"]["readyReplicas"] == 2
    assert shop.next_due_ms() is None


def test_a_spot_machine_goes_two_minutes_after_its_notice_and_is_replaced():
    world = make("spot")
    run(world, "cloud node-pools create cheap --count 2 --spot --wait; fault spot-interruption cheap-4")
    wait(world, 119)
    assert "cheap-4" in run(world, "kubectl get nodes")
    wait(world, 2)
    assert "cheap-4" not in run(world, "kubectl get nodes")
    wait(world, 90)
    assert "cheap-6" in run(world, "kubectl get nodes")
    assert "resolved" in run(world, "cloud incidents")


def test_a_broken_machine_is_replaced_by_the_provider(shop):
    run(shop, "fault crash-node default-1")
    wait(shop, 120)
    assert [(entry["kind"], entry["who"]) for entry in shop.provider.incidents] == [("node-broken", "provider")]
    wait(shop, 700)
    nodes = run(shop, "kubectl get nodes")
    assert "default-1" not in nodes
    assert nodes.count(" Ready") == 3


def test_a_zone_outage_takes_all_its_machines_and_a_pool_there_cannot_grow():
    world = make("zone-outage")
    run(world, "fault zone-outage zone-a; cloud node-pools resize default --count 4")
    wait(world, 90)
    assert run(world, "kubectl get nodes").count("NotReady") == 3
    assert {"zone-outage", "no-capacity"} == {entry["kind"] for entry in world.provider.incidents}
    run(world, "fault zone-restore zone-a")
    wait(world, 200)
    assert run(world, "kubectl get nodes").count(" Ready") == 4


def test_an_upgrade_with_surge_never_has_fewer_machines_and_loses_no_request():
    world = make("upgrade")
    run(world, "cloud clusters upgrade --version 1.36 --wait")
    assert "v1.35.6" in run(world, "kubectl get nodes")
    world.execute("cloud node-pools upgrade default --surge 1 --wait")
    least = 9
    while world.shell.running:
        world.advance(world.next_due_ms())
        least = min(least, sum(not node["unschedulable"] for node in world._scenes.scene()["nodes"]))
    assert least == 3
    assert world.find("Pool//default")["running_versions"] == ["1.36"]
    assert world.scoreboard()["requests_failed"] == 0


def test_an_upgrade_keeps_to_a_disruption_budget_for_an_hour_and_says_so():
    world = make("upgrade")
    run(world, "kubectl create poddisruptionbudget web --selector=app=web --min-available=100%; cloud clusters upgrade --version 1.36 --wait; cloud node-pools upgrade default --surge 3")
    wait(world, 600)
    assert run(world, "cloud machines list | grep -c LEAVING") == "3\n" and run(world, "cloud incidents | grep -c PodDisruptionBudget") == "3\n"
    wait(world, 3_600)
    assert world.find("Pool//default")["running_versions"] == ["1.36"] and "open" not in run(world, "cloud incidents")


def test_a_machine_whose_pods_a_budget_keeps_is_not_taken_away(shop):
    run(shop, "kubectl create poddisruptionbudget web --selector=app=web --min-available=100%; cloud autoscaler on default --min 2 --max 6")
    wait(shop, 1_500)
    assert shop.find("Pool//default")["count"] == 3


def test_a_load_balancer_gets_an_address_and_costs_money(shop):
    before = shop.scoreboard()["cost_cents_per_hour"]
    run(shop, "kubectl patch service web -p '{\"spec\":{\"type\":\"LoadBalancer\"}}'")
    assert "<pending>" in run(shop, "kubectl get service web")
    wait(shop, 60)
    assert "203.0.113.10" in run(shop, "kubectl get service web")
    assert "203.0.113.10" in run(shop, "cloud load-balancers list")
    assert shop.scoreboard()["cost_cents_per_hour"] > before
    run(shop, "kubectl delete service web")
    assert shop.scoreboard()["cost_cents_per_hour"] == before


def test_an_annotation_asks_for_an_address_inside(shop):
    run(shop, "kubectl annotate service web cloud.learnk8s.example/load-balancer-scheme=internal; kubectl patch service web -p '{\"spec\":{\"type\":\"LoadBalancer\"}}'")
    run(shop, "kubectl expose deployment web --name=front --port=80 --type=LoadBalancer")
    wait(shop, 60)
    addresses = {shop.find(f"Service/default/{name}")["status"]["loadBalancer"]["ingress"][0]["ip"] for name in ("web", "front")}
    assert addresses == {"10.128.0.10", "203.0.113.11"}


CLAIM = """kubectl apply -f - <<END
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: %s, annotations: {cloud.learnk8s.example/disk-type: %s}}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Gi}}}
END"""
USER = "kubectl run user-%s --image=nginx:1.27 --overrides='{\"spec\":{\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"%s\"}}]}}'"


def disk_prices(world):
    return world.provider.prices()["disks"]


@pytest.mark.parametrize(("asked", "made", "price"), [("balanced", "balanced", 1_400), ("ssd", "ssd", 2_800), ("golden", "balanced", 1_400)])
def test_a_claims_disk_is_of_the_type_that_its_annotation_names_and_is_billed(shop, asked, made, price):
    before = disk_prices(shop)
    run(shop, CLAIM % ("records", asked))
    run(shop, USER % ("records", "records"))
    wait(shop, 60)
    volume = next(iter(shop.provider.volumes.values()))
    pod = shop.find("Pod/default/user-records")
    assert (volume["type"], volume["gib"], volume["claim"]) == (made, 100, "default/records")
    assert volume["zone"] == shop.provider.machines[pod["spec"]["nodeName"]]["zone"]
    assert disk_prices(shop) - before == price
    assert ("UnknownDiskType" in run(shop, "kubectl get events")) == (asked == "golden")


def test_a_disk_is_billed_until_its_claim_is_deleted(shop):
    before = disk_prices(shop)
    run(shop, CLAIM % ("records", "ssd"))
    run(shop, USER % ("records", "records"))
    wait(shop, 60)
    restored = load("cloud", shop.dump())
    assert restored.provider.volumes == shop.provider.volumes
    run(shop, "kubectl delete pod user-records; kubectl delete pvc records")
    wait(shop, 60)
    assert shop.provider.volumes == {}
    assert disk_prices(shop) == before


def test_the_bill_is_price_times_time(shop):
    wait(shop, 7_200)
    billed = shop.provider.billed()
    assert billed["machines"] == pytest.approx(3 * 16_000 * 2, rel=0.01)
    assert billed["control plane"] == pytest.approx(10_000 * 2, rel=0.01)


def test_losing_etcd_is_the_providers_work_or_yours(shop):
    run(shop, "fault etcd-lost")
    assert "default-1" in run(shop, "kubectl get nodes")
    own = make("own-etcd")
    run(own, "fault etcd-lost")
    assert "was refused" in run(own, "kubectl get nodes")
    assert [shop.provider.incidents[0]["who"], own.provider.incidents[0]["who"]] == ["provider", "you"]
    assert "stat backup.db: no such file or directory" in run(own, "etcdutl snapshot restore backup.db")


def test_what_came_after_the_snapshot_is_lost():
    world = make("own-etcd")
    run(world, "etcdctl snapshot save backup.db; kubectl create deployment later --image=nginx:1.27; kubectl scale deployment web --replicas=5; sleep 20; fault etcd-lost; etcdutl snapshot restore backup.db; sleep 60")
    assert world.find("Deployment/default/later") is None
    assert world.find("Deployment/default/web")["status"]["replicas"] == 3
    assert run(world, "kubectl get pods --no-headers | wc -l") == "3\n"


def test_kubeadm_goes_one_minor_version_at_a_time():
    world = make("own-upgrade")
    world.provider.version = "1.34"
    assert "only 1 minor version at a time" in run(world, "kubeadm upgrade apply v1.36.2")
    assert "you need" not in run(world, "kubeadm upgrade apply v1.35.6")


def test_why_a_pool_grew_ends_at_what_was_typed(shop):
    run(shop, "cloud autoscaler on default --min 3 --max 6")
    run(shop, "kubectl scale deployment web --replicas=16")
    wait(shop, 30)
    chain = shop.why("Pool//default")
    assert chain[0]["key"] == "cloud.scale-up"
    assert chain[-1]["key"] == "input.line"
    assert shop.inspect("Pool//default")["why"]


def test_buttons_do_what_their_command_lines_say():
    world = make("zone-outage")
    button = next(entry for entry in world.actions("Zone//zone-a") if entry["kind"] == "zone-outage")
    assert world.act(button).output == button["command"] + "\n" == "fault zone-outage zone-a\n"
    assert [entry["kind"] for entry in world.actions("Zone//zone-a")] == ["zone-restore"]
    assert world.act(button).status == 1
    assert any(entry["kind"] == "crash-node" for entry in make().actions("Node//default-1"))


def test_first_fit_counts_machines():
    def pod(cpu):
        return {"spec": {"containers": [{"resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}]}}

    assert machines_needed([pod("3"), pod("2"), pod("1"), pod("2")], cpu_m=4_000, memory=16 * 2**30) == 2
    assert machines_needed([pod("9")], cpu_m=4_000, memory=16 * 2**30) == 0


def test_every_incident_says_in_both_languages_who_fixes_it():
    assert set(INCIDENTS) == set(INCIDENT_REMEDIES_KO)
    assert {entry[0] for entry in INCIDENTS.values()} == {"you", "provider"}


@pytest.mark.parametrize(("era", "allowed"), [("hypervisor", ("hypervisor", "kernel", "workload")), ("cloud", ("cloud", "kubernetes", "kernel", "workload"))])
def test_an_era_imports_only_what_it_may(era, allowed):
    for path in sorted((ROOT / era).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            if name.startswith("learnk8s."):
                assert name.split(".")[1] == "simulation" and name.split(".")[2] in allowed, f"{path.name}: {name}"


@pytest.mark.parametrize(("line", "printed"), [
    pytest.param("etcdctl --endpoints=https://127.0.0.1:2379 --cacert /x snapshot save /backup/b.db && etcdutl snapshot restore /backup/b.db --data-dir /var/lib/etcd-new 2>&1 | grep -c etcd-new", "Snapshot saved at /backup/b.db\nServer version 3.6.0\n1\n", id="flags of the real ones"),
    pytest.param("etcdctl member list", "8e9e05c52164694d, started, control-plane, https://127.0.0.1:2380, https://127.0.0.1:2379, false\n", id="members"), pytest.param("etcdctl endpoint status -w table | wc -l", "5\n", id="a table"),
    pytest.param("etcdctl get /registry/deployments --prefix --keys-only", "/registry/deployments/default/web\n\n", id="keys"), pytest.param("etcdctl snapshot status x", 'Error: unknown command "status" for "etcdctl snapshot"; since etcd 3.6 it is `etcdutl snapshot status`\n', id="what moved"),
])
def test_etcd_is_asked_as_its_documentation_says(line, printed):
    assert run(make("own-etcd"), line) == printed


def test_cloud_understands_what_people_type():
    world = make("upgrade")
    assert run(world, "cloud cluster list") == run(world, "cloud clusters list")
    assert run(world, "cloud pools list") == run(world, "cloud node-pools list")
    assert run(world, "cloud node-pools lst").endswith("Maybe you meant: cloud node-pools list\n")
    assert run(world, "cloud node-pools --help").startswith("Usage: cloud GROUP COMMAND")


def test_a_command_that_waits_says_at_once_what_has_begun():
    world = make("managed")
    answer = world.execute("cloud clusters create prod --nodes 3 --wait")
    assert answer.output == "Creating cluster prod in zone-a...\n" and answer.running
    other = load("cloud", world.dump())
    for one in (world, other):
        one.advance(one.now_ms + 600_000)
        assert one.output_since(0)[0] == "Creating cluster prod in zone-a...\nCreated. kubeconfig entry generated for prod.\n"
