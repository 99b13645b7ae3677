"""The Kubernetes world from outside: lines in, text and states out."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kubernetes.world import FROM_THE_PAGE
from learnk8s.simulation.worlds import create, load
from tests.simulation.typing_on import run


@pytest.fixture
def basics():
    return create("kubernetes", "basics", 1)


@pytest.fixture
def shop():
    return create("kubernetes", "self-healing", 1)


def names(world):
    return run(world, "kubectl get pods -o name").split()


BASICS = (
    ("kubectl version", "Server Version: v1.36.2"),
    ("kubectl cluster-info", "Kubernetes control plane is running"),
    ("kubectl get nodes", "node-1   Ready    <none>"),
    ("kubectl create deployment kubernetes-bootcamp --image=gcr.io/google-samples/kubernetes-bootcamp:v1", "deployment.apps/kubernetes-bootcamp created"),
    ("kubectl rollout status deployment/kubernetes-bootcamp", "successfully rolled out"),
    ("kubectl get deployments", "kubernetes-bootcamp   1/1     1            1"),
    ("""export POD_NAME="$(kubectl get pods -o go-template --template '{{range .items}}{{.metadata.name}}{{"\\n"}}{{end}}')"; echo Name of the Pod: $POD_NAME""", "Name of the Pod: kubernetes-bootcamp-"),
    ("kubectl describe pods", "Successfully assigned default/kubernetes-bootcamp-"),
    ('kubectl logs "$POD_NAME"', "Kubernetes Bootcamp App Started"),
    ('kubectl exec "$POD_NAME" -- env', "HOSTNAME=kubernetes-bootcamp-"),
    ('kubectl exec -ti "$POD_NAME" -- curl http://localhost:8080', "Hello Kubernetes bootcamp!"),
    ('kubectl expose deployment/kubernetes-bootcamp --type="NodePort" --port 8080', "service/kubernetes-bootcamp exposed"),
    ("kubectl describe services/kubernetes-bootcamp", "NodePort:"),
    ("sleep 1; export NODE_PORT=\"$(kubectl get services/kubernetes-bootcamp -o go-template='{{(index .spec.ports 0).nodePort}}')\"; curl http://\"$(minikube ip):$NODE_PORT\"", "v=1"),
    ('kubectl label pods "$POD_NAME" version=v1', "labeled"),
    ("kubectl get pods -l version=v1", "Running"),
    ("kubectl scale deployments/kubernetes-bootcamp --replicas=4", "scaled"),
    ("kubectl rollout status deployments/kubernetes-bootcamp", "successfully rolled out"),
    ("kubectl get rs", "4         4         4"),
    ("kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=docker.io/jocatalin/kubernetes-bootcamp:v2", "image updated"),
    ("kubectl rollout status deployments/kubernetes-bootcamp", "successfully rolled out"),
    ("curl http://\"$(minikube ip):$NODE_PORT\"", "v=2"),
    ("kubectl set image deployments/kubernetes-bootcamp kubernetes-bootcamp=gcr.io/google-samples/kubernetes-bootcamp:v10", "image updated"),
    ("sleep 30; kubectl get pods", "ImagePull"),
    ("kubectl describe pods --show-events", "Failed to pull image"),
    ("kubectl rollout undo deployments/kubernetes-bootcamp", "rolled back"),
    ("sleep 40; kubectl get pods", "Running"),
    ("kubectl delete service -l app=kubernetes-bootcamp", 'service "kubernetes-bootcamp" deleted'),
    ("curl http://\"$(minikube ip):$NODE_PORT\"", "Could not connect"),
)


def test_the_basics_tutorial_runs_from_first_to_last_command(basics):
    for line, expected in BASICS:
        assert expected in run(basics, line), line


def test_a_deleted_pod_is_replaced_under_a_new_name(shop):
    before = names(shop)
    run(shop, f"kubectl delete {before[0]} --wait=false")
    shop.advance(shop.now_ms + 10_000)
    after = names(shop)
    assert len(after) == 3
    assert before[0] not in after
    assert len(set(before) & set(after)) == 2


def test_a_killed_process_is_restarted_in_the_same_pod(shop):
    pod = names(shop)[0]
    run(shop, f"fault kill-process {pod}")
    shop.advance(shop.now_ms + 5_000)
    assert shop.find(f"Pod/default/{pod.removeprefix('pod/')}")["status"]["containerStatuses"][0]["restartCount"] == 1


def test_a_lost_node_is_not_ready_after_the_grace_period_and_its_pods_move_after_300_s(shop):
    run(shop, "fault crash-node node-1")
    start = shop.now_ms
    shop.advance(start + 44_000)
    assert "node-1   Ready " in run(shop, "kubectl get nodes")
    shop.advance(start + 58_000)
    assert "node-1   NotReady" in run(shop, "kubectl get nodes")
    shop.advance(start + 370_000)
    pods = [line.split() for line in run(shop, "kubectl get pods -o wide --no-headers").splitlines()]
    assert sum(row[2] == "Running" and row[-3] != "node-1" for row in pods) == 3
    run(shop, "fault restore-node node-1")
    shop.advance(shop.now_ms + 60_000)
    assert "node-1   Ready" in run(shop, "kubectl get nodes")
    assert len(names(shop)) == 3


def test_every_failed_request_has_a_cause_and_none_is_lost(shop):
    run(shop, "traffic web 100")
    shop.advance(shop.now_ms + 10_000)
    run(shop, "fault crash-node node-2")
    shop.advance(shop.now_ms + 100_000)
    flow = shop.scene()["services"][0]["traffic"]
    assert flow["served"] + flow["failed"] == pytest.approx(100 * 110, abs=2)
    assert flow["failed"] == sum(failure["count"] for failure in flow["failures"]) > 0
    assert all(failure["text_ko"] and failure["text_en"] for failure in flow["failures"])


def test_why_leads_back_to_what_was_typed(shop):
    before = names(shop)
    line = f"kubectl delete {before[0]} --wait=false"
    run(shop, line)
    shop.advance(shop.now_ms + 10_000)
    new = next(name for name in names(shop) if name not in before)
    chain = shop.why(f"Pod/default/{new.removeprefix('pod/')}")
    assert chain[-1]["key"] == "input.line"
    assert line in chain[-1]["text_en"]


def test_a_pod_that_fits_nowhere_says_so_for_every_node(basics):
    run(basics, "kubectl create deployment big --image=nginx:1.27; kubectl set resources deployment big --requests=cpu=64")
    basics.advance(basics.now_ms + 5_000)
    pods = [pod for pod in basics.scene()["unplaced"]]
    assert pods
    assert "0/3 nodes are available: 3 Insufficient cpu." in run(basics, "kubectl describe pods --show-events")
    assert len(basics.inspect(pods[0]["ref"])["verdicts"]) == 3


def test_an_idle_cluster_has_nothing_due(basics):
    basics.advance(basics.now_ms + 120_000)
    assert basics.next_due_ms() is None


def test_dump_and_load_give_the_same_bytes_even_with_a_running_command(basics):
    basics.execute("kubectl create deployment web --image=nginx:1.27 --replicas=3; kubectl get pods -w")
    basics.advance(basics.now_ms + 700)
    dumped = basics.dump()
    again = load("kubernetes", dumped)
    assert again.dump() == dumped
    for world in (basics, again):
        world.advance(world.now_ms + 5_000)
        world.interrupt()
    assert again.dump() == basics.dump()
    assert "Running" in again.output_since(0)[0]


@pytest.mark.parametrize("option", ["-w", "--watch-only"])
def test_a_watch_that_begins_before_there_is_anything_heads_its_first_row(basics, option):
    started = basics.execute(f"kubectl create deployment web --image=nginx:1.27; kubectl get pods {option}")
    basics.advance(basics.now_ms + 30_000)
    shown = (started.output + basics.output_since(len(started.output))[0]).splitlines()
    assert shown[0] == "deployment.apps/web created"
    assert [line.split()[:3] for line in shown[1:3]] == [["NAME", "READY", "STATUS"], [shown[2].split()[0], "0/1", "Pending"]]
    assert sum("NAME" in line for line in shown) == 1


def test_what_is_watched_streams_through_a_pipe(basics):
    basics.execute("kubectl create deployment web --image=nginx:1.27; kubectl create deployment api --image=nginx:1.27")
    before = basics.now_ms
    assert basics.execute("kubectl get pods -w --no-headers | grep --line-buffered ^web | awk '{print NR, $3}'").running
    assert basics.now_ms == before, "no time passes at once"
    assert basics.output_since(0)[0] == "1 Pending\n"
    basics.advance(basics.now_ms + 700)
    again = load("kubernetes", basics.dump())
    assert again.dump() == basics.dump()
    for world in (basics, again):
        world.advance(world.now_ms + 5_000)
        assert re.search(r"^\d Running$", world.output_since(0)[0], re.MULTILINE)
        assert world.execute("echo next").output.startswith("learnk8s: a command is still running")
        assert world.interrupt().status == 130
    assert again.dump() == basics.dump()
    assert run(basics, "echo next") == "next\n"


@pytest.mark.parametrize(("line", "printed"), [
    pytest.param("kubectl get nodes -w | head -1; echo over", "NAME +STATUS +ROLES +AGE +VERSION\nover\n", id="what there is already is enough"),
    pytest.param("kubectl get pods -w | grep -m1 Running", "web-.* +1/1 +Running .*\n", id="until it runs"),
    pytest.param("kubectl get pods -w | grep -q Running && kubectl get pods | grep -c Running", "1\n", id="a condition"),
    pytest.param("kubectl get events -w | head -3 | wc -l", "3\n", id="events"),
    pytest.param("kubectl get pods -w --no-headers | while read name ready status rest; do echo $status; [ $status = Running ] && break; done", "(.*\n)+Running\n", id="a loop"),
    pytest.param("kubectl rollout status deployment web | tail -1", "deployment \"web\" successfully rolled out\n", id="the end of what ends by itself"),
    pytest.param("kubectl run once --image=busybox --restart=Never -- sh -c 'for i in 1 2 3; do echo line $i; sleep 1; done'; kubectl wait pod once --for=condition=Ready; kubectl logs -f once | sort -r | head -2", "pod/once created\npod/once condition met\nline 3\nline 2\n", id="a log that ends"),
])
def test_a_pipeline_with_an_end_comes_to_it(basics, line, printed):
    basics.execute("kubectl create deployment web --image=nginx:1.27")
    basics.execute(line)
    basics.advance(basics.now_ms + 60_000)
    assert not basics.shell.running
    assert re.fullmatch(printed, basics.output_since(0)[0])


def test_a_followed_log_streams_through_a_pipe(basics):
    basics.execute("kubectl run loop --image=busybox -- sh -c 'i=0; while true; do i=$((i+1)); echo line $i; sleep 1; done'")
    basics.advance(basics.now_ms + 10_000)
    basics.execute("kubectl logs -f loop --tail=1 | sed -n 's/line/seen/p' | grep -v 0")
    begun = basics.output_since(0)[0]
    basics.advance(basics.now_ms + 5_000)
    assert begun and 4 <= basics.output_since(0)[0].removeprefix(begun).count("seen") <= 5


def test_equal_inputs_give_equal_bytes():
    def lived():
        world = create("kubernetes", "self-healing", 9)
        for line in ("traffic web 20", "kubectl scale deployment web --replicas=5", "fault crash-node node-1", "kubectl get events"):
            world.execute(line)
            world.advance(world.now_ms + 61_000)
        return world.dump()

    assert lived() == lived()


@pytest.mark.parametrize(("line", "expected"), [
    pytest.param("kubectl get nonsense", 'error: the server doesn\'t have a resource type "nonsense"', id="unknown kind"),
    pytest.param("kubectl get pods --foo", "error: unknown flag: --foo", id="unknown flag"),
    pytest.param("kubectl gte pods", 'error: unknown command "gte" for "kubectl"', id="unknown verb"),
    pytest.param("kubectl get pod nope", 'Error from server (NotFound): pods "nope" not found', id="no such pod"),
    pytest.param("kubectl scale deployment web", 'required flag(s) "replicas" not set', id="missing flag"),
    pytest.param("kubectl create deployment Web --image=nginx", 'error: failed to create deployment: Deployment.apps "Web" is invalid', id="bad name"),
    pytest.param("foo bar", "bash: foo: command not found", id="unknown program"),
    pytest.param("echo 'a", "unexpected EOF while looking for matching", id="open quote"),
    pytest.param("kubectl apply -f nothing.yaml", 'error: the path "nothing.yaml" does not exist', id="no such file"),
    pytest.param("kubectl apply -f - <<EOF\nkind: [\nEOF", "error converting YAML to JSON: yaml: line", id="broken yaml"),
    pytest.param("kubectl apply -f - <<EOF\na: &a [1]\nb: [*a,*a]\na: 2\nEOF", "apiVersion not set", id="duplicate key"),
    pytest.param("kubectl apply -f - <<EOF\nkind: Foo\napiVersion: v1\nmetadata: {name: x}\nEOF", 'no matches for kind "Foo" in version "v1"', id="unknown kind in a file"),
    pytest.param("kubectl apply -f - <<EOF\n" + "[" * 500 + "\nEOF", "nested more than 100 levels", id="deep nesting"),
    pytest.param("kubectl delete namespace default", "this namespace may not be deleted", id="protected namespace"),
    pytest.param("docker run x", "not modelled in this sandbox", id="not modelled"),
])
def test_bad_input_is_answered_in_the_real_words(basics, line, expected):
    revision = basics.cluster.store.revision
    assert expected in run(basics, line)
    assert basics.cluster.store.revision == revision


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(["kubectl", "get", "pods", "-o", "jsonpath={.items[*]}", "|", "grep", "&&", "$(", ")", "'", '"', "<<EOF", "\n", "EOF", ">", "f", "-w", "delete", "all", "--all", "for", "i", "in", "do", "done", ";", "watch", "web"]), max_size=10).map(" ".join)))
def test_no_line_breaks_the_world(shop, line):
    shop.execute(line)
    shop.interrupt()
    load("kubernetes", shop.dump())


SHELL = [
    pytest.param("echo a b | wc -w", "2\n", id="pipe"),
    pytest.param("X=1; Y=${X:-2}${Z:-3}; echo $Y", "13\n", id="defaults"),
    pytest.param("for i in 1 2 3; do echo n$i; done", "n1\nn2\nn3\n", id="for"),
    pytest.param("cat > f <<'EOF'\n$HOME\nEOF\ncat f", "$HOME\n", id="literal here-document"),
    pytest.param("echo hi > f; cat f >> g; cat f g | sort | uniq -c", "      2 hi\n", id="files"),
    pytest.param("false && echo no || echo yes", "yes\n", id="and or"),
    pytest.param("if [ -f web.yaml ]; then echo there; else echo not; fi", "there\n", id="if"),
    pytest.param("kubectl get nodes --no-headers | awk '{print $1}' | tail -1", "node-3\n", id="awk"),
    pytest.param("kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name}{\"\\n\"}{end}' | sed 's/node/n/' | head -1", "n-1\n", id="jsonpath and sed"),
    pytest.param("echo aGk= | base64 -d", "hi", id="base64"),
    pytest.param("echo $((3 + 4))", "7\n", id="sum"),
]


@pytest.mark.parametrize(("line", "expected"), SHELL)
def test_the_shell_does_what_bash_does(basics, line, expected):
    assert run(basics, line) == expected


def test_apply_is_a_three_way_merge(basics):
    run(basics, "kubectl apply -f web.yaml")
    run(basics, "kubectl label deployment web mine=yes")
    assert "unchanged" in run(basics, "kubectl apply -f web.yaml")
    assert "configured" in run(basics, "sed -i 's/replicas: 3/replicas: 5/' web.yaml; kubectl apply -f web.yaml")
    web = basics.find("Deployment/default/web")
    assert web["spec"]["replicas"] == 5
    assert web["metadata"]["labels"]["mine"] == "yes"


def test_a_crashing_program_backs_off(basics):
    run(basics, "kubectl create deployment bad --image=learnk8s/shop-web:3")
    basics.advance(basics.now_ms + 45_000)
    assert "CrashLoopBackOff" in run(basics, "kubectl get pods")
    assert "SHOP_MODE is not set" in run(basics, "kubectl logs deploy/bad --previous")


def test_readiness_keeps_a_slow_pod_out_of_its_service(basics):
    run(basics, """kubectl apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: slow, labels: {app: slow}}
spec:
  containers:
  - name: api
    image: learnk8s/shop-api:slow
    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}
EOF
kubectl expose pod slow --port=8080""")
    basics.advance(basics.now_ms + 15_000)
    assert "0/1     Running" in run(basics, "kubectl get pods")
    assert "connection refused" in run(basics, "kubectl describe pod slow")
    basics.advance(basics.now_ms + 60_000)
    assert "1/1     Running" in run(basics, "kubectl get pods")
    assert run(basics, "curl -s slow:8080") == "ok\n"


def test_a_commands_own_flag_is_not_a_name_of_the_configuration():
    world = create("kubernetes", "basics", 1)
    assert world.execute("kubectl create clusterrolebinding dana --clusterrole=view --user=dana").status == 0
    refused = world.execute("kubectl get pods --user=dana")
    assert (refused.status, refused.output) == (1, 'error: auth info "dana" does not exist\n')


def test_objects_of_added_kinds_are_named_with_their_kind():
    world = create("kubernetes", "extension", 1)
    run(world, "kubectl apply -f definition.yaml; sleep 3; kubectl apply -f corner.yaml")
    assert run(world, "kubectl get shops -o name") == "shop.example.com/corner\n"


def test_a_text_of_the_page_is_applied_beside_the_terminal() -> None:
    """It neither disturbs what goes on there nor is it run in the container that one has gone into."""
    world = create("kubernetes", "self-healing", 1)
    world.execute("kubectl exec -it deployment/web -- sh")
    assert world.execute("cd /tmp").status == 0
    answer = world.execute(f"{FROM_THE_PAGE}kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: beside\nLEARNK8S_EOF")
    assert (answer.output, answer.status) == ("configmap/beside created\n", 0)
    assert world.execute("pwd").output == "/tmp\n"
    world.execute("exit")
    world.execute("kubectl get configmaps -w")
    assert world.execute(f"{FROM_THE_PAGE}kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: watched\nLEARNK8S_EOF").status == 0
    world.advance(world.now_ms + 1_000)
    assert world.shell.running and "watched" in world.output_since(0)[0]


def test_a_watch_tells_at_once_what_a_button_did(shop):
    shop.execute("kubectl get pods -w")
    pod = shop.output_since(0)[0].splitlines()[1].split()[0]
    begun = shop.output_since(0)[1]
    shop.act({"kind": "delete-pod", "ref": f"Pod/default/{pod}"})
    assert f"{pod}" in shop.output_since(begun)[0] and "Terminating" in shop.output_since(begun)[0]
