"""Each plugin's refusals and points, where the recorded cases do not show them."""

import pytest

from tests.simulation.kubernetes.scheduler.placing import HOST, ZONE, claim, first_sentence, node, placed, pod, storage_class, volume

A, B = node("a", zone="east"), node("b", zone="west")
NOT_FOUND = "0/2 nodes are available: {}. not found"
BOTH = "0/2 nodes are available: 2 {}."
CSI = {"driver": "disk.example.com", "volumeHandle": "one"}


def csi_node(name, count):
    return {"apiVersion": "storage.k8s.io/v1", "kind": "CSINode", "metadata": {"name": name}, "spec": {"drivers": [{"name": "disk.example.com", "nodeID": name, "allocatable": {"count": count}}]}}


VOLUME_REFUSALS = (
    pytest.param((), NOT_FOUND.format('persistentvolumeclaim "data" not found'), id="no such claim"),
    pytest.param((claim("data", storage_class="now"), storage_class("now", waits=False)), NOT_FOUND.format("pod has unbound immediate PersistentVolumeClaims"), id="immediate and unbound"),
    pytest.param((claim("data"),), NOT_FOUND.format("pod has unbound immediate PersistentVolumeClaims"), id="no class and unbound"),
    pytest.param((claim("data", bound="gone", phase="Lost"),), NOT_FOUND.format('persistentvolumeclaim "data" bound to non-existent persistentvolume "gone"'), id="lost"),
    pytest.param((claim("data", bound="one", deletionTimestamp="2026-01-01T00:00:00Z"), volume("one")), NOT_FOUND.format('persistentvolumeclaim "data" is being deleted'), id="being deleted"),
    pytest.param((claim("data", bound="gone"),), NOT_FOUND.format('persistentvolume "gone" not found'), id="bound to nothing"),
    pytest.param((claim("data", bound="one"), volume("one", zones=["north"])), BOTH.format("node(s) didn't match PersistentVolume's node affinity"), id="out of reach"),
    pytest.param((claim("data", bound="one"), volume("one", labels={ZONE: "north__south"})), BOTH.format("node(s) had no available volume zone"), id="other zone"),
    pytest.param((claim("data", storage_class="local"), storage_class("local", "kubernetes.io/no-provisioner")), BOTH.format("node(s) didn't find available persistent volumes to bind"), id="nothing to bind"),
    pytest.param((claim("data", storage_class="local", size="2Gi"), storage_class("local", "kubernetes.io/no-provisioner"), volume("one", on="a", storage_class="local")),
                 BOTH.format("node(s) didn't find available persistent volumes to bind"), id="too small"),
    pytest.param((claim("data", storage_class="disk"), storage_class("disk", allowedTopologies=[{"matchLabelExpressions": [{"key": ZONE, "values": ["north"]}]}])),
                 BOTH.format("node(s) didn't find available persistent volumes to bind"), id="topology not allowed"),
    pytest.param((claim("data", storage_class="disk"), storage_class("disk"), {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "disk.example.com"}, "spec": {"storageCapacity": True}}),
                 BOTH.format("node(s) did not have enough free storage"), id="no capacity published"),
    pytest.param((claim("data", bound="one"), volume("one", csi=CSI), csi_node("a", 0), csi_node("b", 0)), BOTH.format("node(s) exceed max volume count"), id="no volume can be attached"),
    pytest.param((claim("data", storage_class="disk"), storage_class("disk"), csi_node("a", 0), csi_node("b", 0)), BOTH.format("node(s) exceed max volume count"), id="not even a new one"),
)


@pytest.mark.parametrize(("objects", "message"), VOLUME_REFUSALS)
def test_volumes_refuse_with_their_reason(objects, message):
    assert first_sentence(placed(pod(claims=["data"]), [A, B], *objects)) == message


VOLUME_NODES = (
    pytest.param((claim("data", bound="one"), volume("one", zones=["east"])), ["a"], id="in reach of the volume"),
    pytest.param((claim("data", bound="one"), volume("one", labels={"failure-domain.beta.kubernetes.io/zone": "west"})), ["b"], id="old zone label"),
    pytest.param((claim("data", storage_class="local"), storage_class("local", "kubernetes.io/no-provisioner"), volume("one", on="b", storage_class="local")), ["b"], id="where a free volume is"),
    pytest.param((claim("data", storage_class="disk", annotations={"volume.kubernetes.io/selected-node": "b"}), storage_class("disk")), ["b"], id="where it is being made"),
    pytest.param((claim("data", storage_class="disk"), storage_class("disk", allowedTopologies=[{"matchLabelExpressions": [{"key": ZONE, "values": ["west"]}]}])), ["b"], id="in the allowed topology"),
    pytest.param((claim("data", storage_class="disk"), storage_class("disk"), {"apiVersion": "storage.k8s.io/v1", "kind": "CSIDriver", "metadata": {"name": "disk.example.com"}, "spec": {"storageCapacity": True}},
                  {"apiVersion": "storage.k8s.io/v1", "kind": "CSIStorageCapacity", "metadata": {"name": "east", "namespace": "default"}, "storageClassName": "disk", "capacity": "10Gi", "nodeTopology": {"matchLabels": {ZONE: "east"}}}),
                 ["a"], id="where capacity is published"),
    pytest.param((claim("data", bound="one"), volume("one", csi=CSI), csi_node("a", 0), csi_node("b", 1)), ["b"], id="where one more can be attached"),
)


@pytest.mark.parametrize(("objects", "nodes"), VOLUME_NODES)
def test_volumes_leave_the_nodes_that_can_have_them(objects, nodes):
    assert placed(pod(claims=["data"]), [A, B], *objects)["feasible"] == nodes


def test_a_claim_that_is_still_to_be_made_for_the_pod_is_waited_for():
    answer = placed(pod(volumes=[{"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}]), [A, B])
    assert first_sentence(answer) == NOT_FOUND.format('waiting for ephemeral volume controller to create the persistentvolumeclaim "new-scratch"')


def test_a_claim_for_one_pod_serves_one_pod():
    answer = placed(pod(claims=["data"]), [A, B], claim("data", bound="one", modes=["ReadWriteOncePod"]), volume("one"), running=[pod("old", on="a", claims=["data"])])
    assert first_sentence(answer) == BOTH.format("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode")
    assert answer["message"].endswith("2 No preemption victims found for incoming pod.")


def test_a_disk_is_mounted_on_one_node_once():
    disk = {"volumes": [{"name": "d", "gcePersistentDisk": {"pdName": "one"}}]}
    assert placed(pod(**disk), [A, B], running=[pod("old", on="a", **disk)])["feasible"] == ["b"]


def test_volumes_in_use_on_the_node_count_once():
    answer = placed(pod(claims=["data"]), [A], claim("data", bound="one"), volume("one", csi=CSI), csi_node("a", 1), running=[pod("old", on="a", claims=["data"])])
    assert answer["node"] == "a"


def spread(key=ZONE, *, skew=1, when="DoNotSchedule", selector=None, **more):
    return {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": when, "labelSelector": {"matchLabels": {"app": "web"}} if selector is None else selector, **more}


TAINTED = node("b", zone="west", taints=[{"key": "k", "effect": "NoSchedule"}])
SPREADS = (
    pytest.param([A, B], [spread()], ["b"], id="the emptier zone"),
    pytest.param([A, B], [spread(skew=2)], ["a", "b"], id="a skew of two"),
    pytest.param([A, B], [spread(skew=2, minDomains=3)], ["a", "b"], id="too few domains count from zero"),
    pytest.param([A, B], [spread(minDomains=3)], ["b"], id="too few domains, full one refused"),
    pytest.param([A, TAINTED], [spread()], [], id="a tainted domain counts by default"),
    pytest.param([A, TAINTED], [spread(nodeTaintsPolicy="Honor")], ["a"], id="unless taints are honoured"),
    pytest.param([A, B], [spread(selector={})], ["a", "b"], id="an empty selector counts nothing"),
    pytest.param([A, B], [spread(), spread(HOST)], ["b"], id="two constraints"),
)


@pytest.mark.parametrize(("nodes", "constraints", "feasible"), SPREADS)
def test_hard_spread(nodes, constraints, feasible):
    assert placed(pod(topologySpreadConstraints=constraints), nodes, running=[pod("old", on="a")])["feasible"] == feasible


def test_affinity_of_nodes_bounds_the_domains_unless_ignored():
    only_a = {"nodeSelector": {ZONE: "east"}}
    assert placed(pod(topologySpreadConstraints=[spread()], **only_a), [A, B], running=[pod("old", on="a")])["feasible"] == ["a"]
    assert placed(pod(topologySpreadConstraints=[spread(nodeAffinityPolicy="Ignore")], **only_a), [A, B], running=[pod("old", on="a")])["feasible"] == []


def test_terminating_pods_do_not_count_for_spreading():
    ending = pod("old", on="a")
    ending["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert placed(pod(topologySpreadConstraints=[spread()]), [A, B], running=[ending])["feasible"] == ["a", "b"]


def apart(**term):
    return {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": ZONE, "labelSelector": {"matchLabels": {"app": "web"}}, **term}]}}}


def test_running_pods_keep_others_away():
    answer = placed(pod(), [A], running=[pod("old", on="a", **apart())])
    assert first_sentence(answer) == "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules."


TERMS = (
    pytest.param({}, ["a", "b"], id="own namespace only"),
    pytest.param({"namespaces": ["team"]}, ["b"], id="named namespace"),
    pytest.param({"namespaceSelector": {}}, ["b"], id="all namespaces"),
    pytest.param({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "team"}}}, ["b"], id="selected namespace"),
    pytest.param({"namespaceSelector": {"matchLabels": {"no": "such"}}}, ["a", "b"], id="no namespace selected"),
    pytest.param({"namespaceSelector": {}, "matchLabelKeys": ["version"]}, ["a", "b"], id="same version only"),
    pytest.param({"namespaceSelector": {}, "mismatchLabelKeys": ["version"]}, ["b"], id="other versions only"),
)


@pytest.mark.parametrize(("term", "feasible"), TERMS)
def test_anti_affinity_looks_into_the_namespaces_it_names(term, feasible):
    team = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}
    new = pod(labels={"app": "web", "version": "2"}, **apart(**term))
    assert placed(new, [A, B], team, running=[pod("old", on="a", namespace="team", labels={"app": "web", "version": "1"})])["feasible"] == feasible


def test_features_that_the_kubelet_does_not_declare():
    needy = pod(container={"restartPolicy": "Never", "restartPolicyRules": [{"action": "RestartAllContainers", "exitCodes": {"operator": "In", "values": [42]}}]})
    assert placed(needy, [A, node("b", declaredFeatures=["RestartAllContainersOnContainerExits"])])["feasible"] == ["b"]
    assert first_sentence(placed(needy, [A])) == "0/1 nodes are available: 1 node(s) didn't match Pod's required features."


def test_without_nodes_there_is_nothing_to_say_of_them():
    assert placed(pod(), [])["message"] == "no nodes available to schedule pods"


ADMITTED = (
    pytest.param({"hostNetwork": True, "container": {"ports": [{"containerPort": 80}]}}, ["b"], id="host network takes the container's port"),
    pytest.param({"cpu": "", "resources": {"limits": {"cpu": "3"}}}, ["b"], id="limits of the pod are its requests"),
    pytest.param({"cpu": "3", "resources": {"requests": {"cpu": "1"}}}, ["a", "b"], id="requests of the pod overrule"),
)


@pytest.mark.parametrize(("new", "feasible"), ADMITTED)
def test_admission_fills_in_what_counts(new, feasible):
    running = [pod("old", on="a", cpu="2", container={"ports": [{"containerPort": 80, "hostPort": 80}]})]
    assert placed(pod(**new), [A, B], running=running)["feasible"] == feasible
