"""What the terminal's kubectl does over several lines: editing, forwarded ports, containers, kustomizations, kubeconfigs."""

import json
import re

from learnk8s.simulation.kubernetes.world import KubernetesWorld


def told(world: KubernetesWorld, line: str, seconds: int = 30) -> str:
    """Return what a line prints, time passing while it goes on."""
    world.execute(line)
    for _ in range(seconds):
        if not world.shell.running or world.shell.editing:
            break
        world.advance(world.now_ms + 1_000)
    return world.output_since(0)[0]


def cluster() -> KubernetesWorld:
    """Return a world with a Deployment of two pods that answer."""
    world = KubernetesWorld.create("basics", 1)
    told(world, "kubectl create deployment web --image=nginx:1.27 --replicas=2 && kubectl expose deployment web --port=80 && kubectl rollout status deployment/web")
    return world


def test_edit_opens_the_object_and_sends_what_was_saved() -> None:
    world = cluster()
    world.execute("kubectl edit deployment web")
    editing = world.shell.editing
    assert editing is not None and editing["name"] == "deployment.apps/web" and editing["text"].startswith("# Please edit the object below.")
    assert told(world, ":wq\n" + editing["text"].replace("replicas: 2", "replicas: 3", 1)) == "deployment.apps/web edited\n"
    assert told(world, "kubectl get deploy web -o jsonpath={.spec.replicas}") == "3"


def test_a_refused_edit_opens_again_with_the_reason() -> None:
    world = cluster()
    world.execute("kubectl edit deployment web")
    text = world.shell.editing["text"]  # type: ignore[index]
    assert "is invalid" in told(world, ":wq\n" + text.replace("replicas: 2", "replicas: -2", 1))
    assert world.shell.editing is not None and '# deployments.apps "web" was not valid:' in world.shell.editing["text"].replace("deployment.apps", "deployments.apps")
    assert "Edit cancelled" in told(world, ":q!")
    assert not world.shell.running


def test_an_editor_command_edits_without_a_panel() -> None:
    world = cluster()
    assert told(world, "KUBE_EDITOR='sed -i s/1.27/1.28/' kubectl edit deploy/web") == "deployment.apps/web edited\n"
    assert told(world, "EDITOR=true kubectl edit deploy/web") == "Edit cancelled, no changes made.\n"


def test_a_forwarded_port_serves_behind_the_next_lines() -> None:
    world = cluster()
    assert "Forwarding from 127.0.0.1:8080 -> 80\n" in told(world, "kubectl port-forward svc/web 8080:80 &")
    assert "Welcome to nginx!" in told(world, "curl -s localhost:8080")
    assert "port-forward" in told(world, "jobs")
    told(world, "kill %1")
    assert "Failed to connect" in told(world, "curl localhost:8080")


def test_a_forwarded_port_in_the_foreground_steps_aside_for_the_next_line() -> None:
    world = cluster()
    world.execute("kubectl port-forward deploy/web 9090:80")
    assert world.shell.running
    assert "Welcome to nginx!" in told(world, "curl -s 127.0.0.1:9090")
    assert "bind: address already in use" in told(world, "kubectl port-forward deploy/web 9090:80")


def test_the_proxy_serves_the_api() -> None:
    world = cluster()
    told(world, "kubectl proxy --port=8001 &")
    assert told(world, "curl -s localhost:8001/api/v1/namespaces/default/pods | jq -r '.items | length'") == "2\n"


def test_forwarded_ports_survive_being_written_down() -> None:
    world = cluster()
    told(world, "kubectl port-forward svc/web 8080:80 &")
    again = KubernetesWorld.load(world.dump())
    assert "Welcome to nginx!" in told(again, "curl -s localhost:8080")
    assert again.dump() == (told(world, "curl -s localhost:8080") and world.dump())


def test_kustomizations_are_built_and_applied() -> None:
    world = KubernetesWorld.create("bare", 1)
    world.execute("mkdir -p app; cat > app/d.yaml <<EOF\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'nginx:1.27', envFrom: [{configMapRef: {name: conf}}]}]}\nEOF")
    world.execute("cat > app/kustomization.yaml <<EOF\nresources: [d.yaml]\nnamePrefix: dev-\nimages: [{name: nginx, newTag: '1.28'}]\nreplicas: [{name: web, count: 2}]\nconfigMapGenerator: [{name: conf, literals: [A=1, B=two]}]\nEOF")
    text = told(world, "kubectl kustomize app")
    assert "name: dev-conf-6b56fdfggc" in text or "name: dev-conf-" in text
    assert "image: nginx:1.28" in text and "replicas: 2" in text
    assert told(world, "kubectl apply -k app").splitlines()[1] == "deployment.apps/dev-web created"
    assert "deployment.apps/dev-web unchanged" in told(world, "kubectl apply -k app")
    assert "dev-web" in told(world, "kubectl delete -k app")


def test_contexts_remember_their_namespace() -> None:
    world = KubernetesWorld.create("bare", 1)
    assert told(world, "kubectl config set-context dev --namespace=kube-system --cluster=learnk8s --user=kubernetes-admin") == 'Context "dev" created.\n'
    assert told(world, "kubectl config use-context dev") == 'Switched to context "dev".\n'
    assert "kube-system" in told(world, "kubectl get pods")
    assert told(world, "kubectl config delete-context learnk8s").startswith("deleted context learnk8s from")
    assert told(world, "kubectl config rename-context dev prod") == 'Context "dev" renamed to "prod".\n'
    assert told(world, "kubectl config current-context") == "prod\n"


def test_watch_and_loops_run_on_in_virtual_time() -> None:
    world = cluster()
    world.execute("for i in 1 2 3; do kubectl get deploy web --no-headers; sleep 2; done; echo over")
    assert world.shell.running
    world.advance(world.now_ms + 10_000)
    assert world.output_since(0)[0].count("web ") == 3 and world.output_since(0)[0].endswith("over\n")


def test_a_command_in_a_container_prints_when_it_does() -> None:
    world = cluster()
    world.execute("kubectl exec deploy/web -- sh -c 'echo a; sleep 4; echo b; sleep 4; exit 3'")
    world.advance(world.now_ms + 1_000)
    assert world.output_since(0)[0] == "a\n"
    world.advance(world.now_ms + 4_000)
    assert world.output_since(0)[0] == "a\nb\n"
    world.advance(world.now_ms + 4_000)
    assert world.output_since(0)[0] == "a\nb\ncommand terminated with exit code 3\n"
    assert not world.shell.running


def test_every_verb_answers_help_without_a_traceback() -> None:
    from learnk8s.simulation.kubernetes.kubectl.kubectl import VERBS

    world = KubernetesWorld.create("bare", 1)
    for verb in VERBS:
        assert "Usage:" in told(world, f"kubectl {verb.name} --help"), verb.name


def test_json_goes_through_jq() -> None:
    world = cluster()
    assert json.loads(told(world, "kubectl get deploy web -o json | jq '.spec.template.spec.containers[0]'"))["image"] == "nginx:1.27"


def test_a_shell_that_the_image_does_not_have_is_not_entered() -> None:
    world = cluster()
    told(world, "kubectl run box --image=busybox:1.36 -- sleep 1d; kubectl run pause --image=registry.k8s.io/pause:3.10; kubectl wait --for=condition=Ready pod/box pod/pause")
    for pod, shell in (("box", "bash"), ("pause", "sh")):
        assert f'exec: "{shell}": executable file not found in $PATH' in told(world, f"kubectl exec -it {pod} -- {shell}")
        assert told(world, "kubectl get pods -o name | wc -l") == "4\n", "the terminal is where it was"
    assert told(world, "kubectl exec -it box -- sh") == ""
    assert told(world, "kubectl") == "sh: kubectl: not found\n"


def test_a_pod_that_was_run_for_a_shell_is_gone_when_that_ends() -> None:
    world = cluster()
    line = "kubectl run -i --tty --image gcr.io/google-containers/busybox dns-test --restart=Never --rm"
    for _once_more in range(2):
        assert "If you don't see a command prompt" in told(world, line)
        assert told(world, "exit") == 'pod "dns-test" deleted from default namespace\n'
        world.advance(world.now_ms + 2_000)
    assert "dns-test" not in told(world, "kubectl get pods")


def test_the_first_pages_of_the_documentation_find_their_images() -> None:
    world = cluster()
    told(world, "kubectl create deployment hello --image=gcr.io/google-samples/node-hello:1.0 --port=8080 && kubectl expose deployment hello && kubectl rollout status deployment/hello")
    assert "Hello Kubernetes!" in told(world, "kubectl run c --rm -i --image=curlimages/curl --restart=Never -- curl -s hello:8080")


def test_a_command_that_is_not_there_is_named_with_its_process() -> None:
    world = cluster()
    found = re.search(r'failed to start exec "([0-9a-f]{64})": OCI runtime exec failed: .* exec: "fish": executable file not found', told(world, "kubectl exec deploy/web -- fish"))
    assert found is not None
    assert found[1] not in told(world, "sleep 1; kubectl exec deploy/web -- fish"), "each process has a name of its own"


def test_attach_shows_only_what_is_printed_from_now_on() -> None:
    world = cluster()
    told(world, "kubectl run ticks --image=busybox:1.36 -- sh -c 'i=0; while true; do echo tick $i; i=$((i+1)); sleep 2; done'; kubectl wait --for=condition=Ready pod/ticks; sleep 7")
    before = told(world, "kubectl logs ticks").splitlines()
    assert len(before) > 2
    seen = told(world, "kubectl attach ticks", 5).splitlines()
    assert seen and not set(seen) & set(before) and seen[0] == f"tick {len(before)}"


def test_run_shows_all_that_its_container_prints() -> None:
    world = cluster()
    assert told(world, "kubectl run once --image=busybox:1.36 --restart=Never --attach -- sh -c 'echo one; sleep 1; echo two'").startswith("one\ntwo\n")


def test_the_roles_of_dns_are_there_as_kubeadm_makes_them() -> None:
    world = cluster()
    assert "endpointslices.discovery.k8s.io  []                 []              [list watch]" in told(world, "kubectl describe clusterrole system:coredns")
    assert told(world, "kubectl auth can-i list services --as system:serviceaccount:kube-system:coredns") == "yes\n"
    assert told(world, "kubectl auth can-i delete services --as system:serviceaccount:kube-system:coredns") == "no\n"


def test_a_dump_of_the_cluster_tells_nodes_and_two_namespaces() -> None:
    world = cluster()
    told(world, "kubectl cluster-info dump > all.json")
    assert re.findall(r'^    "kind": "(\w+)List"', told(world, "cat all.json"), re.MULTILINE) == ["Node", *2 * ["Event", "ReplicationController", "Service", "DaemonSet", "Deployment", "ReplicaSet", "Pod"]]
    pod = told(world, "kubectl get pods -o name").splitlines()[0].removeprefix("pod/")
    assert f"==== START logs for container nginx of pod default/{pod} ====\n/docker-entrypoint.sh" in told(world, "cat all.json")
    assert f"==== END logs for container nginx of pod default/{pod} ====\n" in told(world, "cat all.json")


def test_a_dump_of_the_cluster_fills_a_folder() -> None:
    world = cluster()
    assert told(world, "kubectl cluster-info dump --output-directory=/tmp/d") == "Cluster info dumped to /tmp/d\n"
    assert told(world, "ls /tmp/d") == "default\nkube-system\nnodes.json\n"
    assert [item["metadata"]["name"] for item in json.loads(told(world, "cat /tmp/d/nodes.json"))["items"]] == ["node-1", "node-2", "node-3"]
    assert told(world, "jq -r '.items[].metadata.name' /tmp/d/default/deployments.json") == "web\n"
    pod = told(world, "kubectl get pods -o name").splitlines()[0].removeprefix("pod/")
    assert "start worker processes" in told(world, f"cat /tmp/d/default/{pod}/logs.txt")
    told(world, "kubectl cluster-info dump --output-directory=y -o yaml --namespaces=default")
    assert told(world, "ls y; head -1 y/nodes.yaml; head -2 y/default/pods.yaml") == "default\nnodes.yaml\napiVersion: v1\n---\napiVersion: v1\n"


# Shells in containers


def shells() -> KubernetesWorld:
    """Return a world with a pod of nginx, one of busybox and one of Ubuntu."""
    world = cluster()
    told(world, "kubectl run box --image=busybox:1.36 -- sleep 1d; kubectl run ub --image=ubuntu:24.04 -- sleep 1d; kubectl wait --for=condition=Ready pod/box pod/ub")
    return world


def test_bash_reads_the_lines_where_bash_was_called() -> None:
    world = shells()
    pod = told(world, "kubectl get pods -l app=web -o name").splitlines()[0].removeprefix("pod/")
    told(world, f"kubectl exec -it {pod} -- bash")
    assert world.shell.prompt == f"root@{pod}:/# "
    assert told(world, "foo") == "bash: foo: command not found\n"
    assert told(world, "cd /nox; cat < x") == "bash: cd: /nox: No such file or directory\nbash: x: No such file or directory\n"
    assert told(world, "ls x; echo hi") == "ls: cannot access 'x': No such file or directory\nhi\n", "a terminal shows both streams in their order"
    assert told(world, "cd /usr/share/nginx/html") == "" and world.shell.prompt == f"root@{pod}:/usr/share/nginx/html# "
    assert KubernetesWorld.load(world.dump()).shell.prompt == world.shell.prompt
    told(world, "exit")
    assert world.shell.prompt == "$ "


def test_dash_counts_the_lines_that_are_typed_and_ash_does_not() -> None:
    world = shells()
    told(world, "kubectl exec -it ub -- /bin/sh")
    assert [told(world, line) for line in ("foo", "true", "foo")] == ["/bin/sh: 1: foo: not found\n", "", "/bin/sh: 3: foo: not found\n"]
    told(world, "exit")
    told(world, "kubectl exec -it box -- sh")
    assert [told(world, line) for line in ("foo", "foo")] == ["sh: foo: not found\n"] * 2
    assert told(world, "cd /tmp") == "" and world.shell.prompt == "/tmp # "


def test_ps_lists_the_shell_that_one_types_into() -> None:
    world = shells()
    told(world, "kubectl exec -it box -- sh")
    assert told(world, "ps") == "PID   USER     TIME  COMMAND\n    1 root      0:00 sleep 1d\n    7 root      0:00 sh\n   13 root      0:00 ps\n"
    told(world, "exit")
    told(world, "kubectl exec -it ub -- bash")
    assert told(world, "ps") == "    PID TTY          TIME CMD\n      7 pts/0    00:00:00 bash\n     13 pts/0    00:00:00 ps\n"


def test_wget_of_busybox_saves_what_it_gets_and_tells_of_it() -> None:
    world = shells()
    address = told(world, "kubectl get svc web -o jsonpath={.spec.clusterIP}")
    told(world, "kubectl exec -it box -- sh")
    assert told(world, "cd /tmp; wget web") == f"Connecting to web ({address}:80)\nsaving to 'index.html'\nindex.html           100% |********************************|   215  0:00:00 ETA\n'index.html' saved\n"
    assert "Welcome to nginx!" in told(world, "cat index.html")
    assert told(world, "wget web") == f"Connecting to web ({address}:80)\nwget: can't open 'index.html': File exists\n"
    assert told(world, "wget -qO- web").startswith("<!DOCTYPE html>")
    assert told(world, "wget web/nope") == f"Connecting to web ({address}:80)\nwget: server returned error: HTTP/1.1 404 Not Found\n"


def test_names_are_looked_up_in_the_form_of_the_tool() -> None:
    world = shells()
    told(world, "kubectl run old --image=busybox:1.28 -- sleep 1d; kubectl run bind --image=registry.k8s.io/e2e-test-images/jessie-dnsutils:1.3 -- sleep 1d; kubectl wait --for=condition=Ready pod/old pod/bind")
    address = told(world, "kubectl get svc web -o jsonpath={.spec.clusterIP}")
    name = "web.default.svc.cluster.local"
    assert told(world, f"kubectl exec box -- nslookup {name}") == f"Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nName:\t{name}\nAddress: {address}\n\n\n"
    assert told(world, f"kubectl exec bind -- nslookup {name}") == f"Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\t{name}\nAddress: {address}\n\n"
    assert told(world, f"kubectl exec old -- nslookup {name}") == f"Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\nName:      {name}\nAddress 1: {address} {name}\n"


def test_curl_shows_the_head_that_nginx_writes() -> None:
    world = cluster()
    assert re.fullmatch("HTTP/1.1 200 OK\nServer: nginx/1.27.5\nDate: [A-Z][a-z]{2}, .* GMT\nContent-Type: text/html\nContent-Length: 215\nLast-Modified: .* GMT\nConnection: keep-alive\nETag: \"[0-9a-f]+-d7\"\nAccept-Ranges: bytes\n\n", told(world, "curl -sI web"))
    talk = told(world, "curl -v web")
    address = told(world, "kubectl get svc web -o jsonpath={.spec.clusterIP}")
    assert talk.startswith(f"* Host web:80 was resolved.\n* IPv6: (none)\n* IPv4: {address}\n*   Trying {address}:80...\n* Connected to web ({address}) port 80\n") and "> \n* Request completely sent off\n< HTTP/1.1 200 OK\n< Server: nginx/1.27.5\n" in talk
    assert talk.index("< HTTP/1.1") < talk.index("<!DOCTYPE") < talk.index("* Connection #0 to host web left intact")
    assert "Server: nginx/1.27.5" in told(world, "curl -sI web/nope").splitlines() and "ETag" not in told(world, "curl -sI web/nope")


def test_a_new_release_of_nginx_says_so() -> None:
    world = cluster()
    told(world, "kubectl set image deployment/web nginx=nginx:1.14.2 && kubectl rollout status deployment/web", seconds=90)
    assert "Server: nginx/1.14.2" in told(world, "curl -sI web")


def test_the_echo_servers_of_the_tutorials_answer() -> None:
    world = cluster()
    told(world, "kubectl create deployment hello-minikube --image=kicbase/echo-server:1.0; kubectl create deployment hello-node --image=registry.k8s.io/echoserver:1.10")
    told(world, "kubectl expose deployment hello-minikube --port=8080; kubectl expose deployment hello-node --port=8080; kubectl rollout status deployment/hello-minikube; kubectl rollout status deployment/hello-node", seconds=90)
    assert re.match(r"Request served by hello-minikube-\w+-\w+\n\nGET /x HTTP/1.1\n\nHost: hello-minikube:8080\n", told(world, "curl -s hello-minikube:8080/x"))
    assert "\nServer values:\n\tserver_version=nginx: 1.13.3 - lua: 10008\n" in told(world, "curl -s hello-node:8080")
    assert told(world, "kubectl logs deploy/hello-minikube") == "Echo server listening on port 8080.\n"


def test_a_shell_that_is_called_in_a_shell_is_left_first() -> None:
    world = shells()
    pod = told(world, "kubectl get pods -l app=web -o name").splitlines()[0].removeprefix("pod/")
    told(world, f"kubectl exec -it {pod} -- sh")
    assert told(world, "bash") == "" and world.shell.prompt == f"root@{pod}:/# " and told(world, "foo") == "bash: foo: command not found\n"
    assert told(world, "exit") == "" and told(world, "foo") == "sh: 2: foo: not found\n"
    told(world, "exit")
    assert world.shell.prompt == "$ "
    told(world, "kubectl exec -it box -- sh")
    assert told(world, "bash") == "sh: bash: not found\n" and world.shell.prompt == "/ # "


def test_a_node_is_debugged_in_its_own_files() -> None:
    world = shells()
    assert "Creating debugging pod node-debugger-node-1-" in told(world, "kubectl debug node/node-1 -it --image=busybox:1.36")
    assert "etc\n" in told(world, "ls /host")
    assert told(world, "chroot /host hostname") == "node-1\n"
    assert told(world, "chroot /host") == "" and world.shell.prompt == "root@node-1:/# "
    assert "active (running)" in told(world, "systemctl status kubelet")
    assert told(world, "exit") == "" and world.shell.prompt == "/ # "
    assert told(KubernetesWorld.load(world.dump()), "ls /host") == told(world, "ls /host")


def test_ping_and_host_are_those_of_the_image() -> None:
    world = shells()
    told(world, "kubectl run net --image=nicolaka/netshoot -- sleep 1d; kubectl wait --for=condition=Ready pod/net")
    address = told(world, "kubectl get pod net -o jsonpath={.status.podIP}")
    assert told(world, f"kubectl exec net -- ping -c1 {address}").startswith(f"PING {address} ({address}) 56(84) bytes of data.\n64 bytes from {address}: icmp_seq=1 ttl=64 ")
    assert told(world, f"kubectl exec box -- ping -c1 {address}").startswith(f"PING {address} ({address}): 56 data bytes\n64 bytes from {address}: seq=0 ttl=62 ")
    assert told(world, "kubectl exec net -- host web.default.svc.cluster.local").startswith("web.default.svc.cluster.local has address 10.")
    assert "Host nosuch not found: 3(NXDOMAIN)\n" in told(world, "kubectl exec net -- host nosuch")
