"""Tutorials name manifests by their address and talk to clients in containers: both work in a terminal without a way to the internet."""

import re

import pytest

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kubernetes.kubectl.web import FOLDER, text_at
from learnk8s.simulation.kubernetes.kubelet.registry import Registry, _found
from learnk8s.simulation.kubernetes.world import KubernetesWorld

PATHS = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml"))


@pytest.fixture
def world() -> KubernetesWorld:
    return KubernetesWorld.create("basics", 1)


def typed(world: KubernetesWorld, line: str, seconds: int = 0) -> str:
    """Return what a line prints in so many seconds."""
    world.execute(line)
    if seconds:
        world.advance(world.now_ms + seconds * 1000)
    return world.output_since(0)[0]


PLACEHOLDERS = {"<your-private-image>", "example-image", "non-existing-repo/non-existing-image:example"}
"""Images that there are not: the reader is to fill one in, or the page is about one that cannot be pulled."""


def test_every_image_of_a_manifest_exists() -> None:
    images = {image.strip("' ") for path in PATHS for image in re.findall(r"(?:image|reference): ('[^']+'|[^,}\s\"{]+)", text_at(f"https://k8s.io/examples/{path}") or "")}
    assert Registry() and {image for image in images if _found(image) is None} == PLACEHOLDERS


def test_an_address_is_read_by_kubectl_and_curl_alike(world: KubernetesWorld) -> None:
    address = "https://raw.githubusercontent.com/kubernetes/website/main/content/en/examples/application/deployment.yaml"
    assert typed(world, f"kubectl apply -f {address}") == "deployment.apps/nginx-deployment created\n"
    assert typed(world, f"curl -sLO {address} && kubectl apply -f deployment.yaml") == "deployment.apps/nginx-deployment unchanged\n"
    assert yaml.documents(typed(world, f"curl -s {address}"))[0].value["kind"] == "Deployment"
    assert "no way to the internet" in typed(world, "kubectl apply -f https://k8s.io/examples/no/such.yaml")


def test_a_client_in_a_container_asks_for_lines(world: KubernetesWorld) -> None:
    typed(world, "kubectl run store --image=redis:7", 20)
    typed(world, "kubectl exec -it store -- redis-cli")
    assert world.shell.prompt == "127.0.0.1:6379> "
    again = KubernetesWorld.load(world.dump())
    assert typed(again, 'SET greeting "good day"') + typed(again, "GET greeting") == 'OK\n"good day"\n'
    typed(again, "exit")
    assert again.shell.prompt == "$ " and typed(again, "kubectl exec -it store -- redis-cli CONFIG GET maxmemory") == '1) "maxmemory"\n2) "0"\n'


def test_events_are_followed(world: KubernetesWorld) -> None:
    typed(world, "kubectl create deployment web --image=nginx", 20)
    world.execute("kubectl events -w --types=Normal --for deploy/web")
    assert world.shell.running
    again = KubernetesWorld.load(world.dump())
    again.interrupt()
    said = typed(again, "kubectl events -w -o jsonpath='{.reason} ' --for deploy/web")
    assert said == "ScalingReplicaSet "


def test_a_user_is_made_by_a_certificate(world: KubernetesWorld) -> None:
    typed(world, 'openssl genrsa -out jane.key 2048; openssl req -new -key jane.key -out jane.csr -subj "/CN=jane/O=devs"')
    world.execute("kubectl apply -f - <<EOF\napiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: jane}\nspec:\n  request: $(base64 jane.csr | tr -d '\\n')\n  signerName: kubernetes.io/kube-apiserver-client\n  usages: [client auth]\nEOF")
    typed(world, "kubectl certificate approve jane", 2)
    typed(world, "kubectl get csr jane -o jsonpath='{.status.certificate}' | base64 -d > jane.crt")
    assert typed(world, "openssl x509 -in jane.crt -noout -subject -issuer") == "subject=CN=jane, O=devs\nissuer=CN=kubernetes\n"
    typed(world, "kubectl create role r --verb=list --resource=pods; kubectl create rolebinding r --role=r --group=devs; kubectl config set-credentials jane --client-key=jane.key --client-certificate=jane.crt --embed-certs")
    assert typed(world, "kubectl get pods --user=jane") == "No resources found in default namespace.\n"
    assert 'User "jane" cannot list resource "nodes"' in typed(world, "kubectl get nodes --user=jane")
    typed(world, "openssl req -x509 -newkey rsa:2048 -nodes -keyout own.key -out own.crt -subj /CN=kubernetes-admin && kubectl config set-credentials fake --client-certificate=own.crt")
    assert "system:anonymous" in typed(world, "kubectl get pods --user=fake")


@pytest.mark.parametrize(("line", "said"), [
    ("openssl req -new -key none -subj /CN=a", "Could not open file or uri for loading private key from none: No such file or directory\n"),
    ("openssl req -x509 -newkey rsa:2048 -nodes -subj jane", "req: subject name is expected to be in the format"),
    ("openssl x509 -noout -subject < /dev/null", "Unable to load the file"), ("echo nonsense | openssl x509 -text", "Unable to load the file"), ("openssl s_client", "openssl: this sandbox knows"), ("echo hi | openssl base64", "aGkK\n"),
])
def test_openssl_refuses(world: KubernetesWorld, line: str, said: str) -> None:
    assert typed(world, line).startswith(said)


def test_both_streams_stand_in_the_order_of_time(world: KubernetesWorld) -> None:
    typed(world, "kubectl create configmap a --from-literal=a=b")
    world.shell.files.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert re.fullmatch(r"Warning: resource configmaps/a is missing .*\nconfigmap/a configured\n", typed(world, "kubectl apply -f a.yaml"))
    assert typed(world, "for name in none a; do kubectl get cm $name -o name; done; cat nothing; echo end") == 'Error from server (NotFound): configmaps "none" not found\nconfigmap/a\ncat: nothing: No such file or directory\nend\n'
    assert typed(world, "kubectl get cm none a --no-headers 2>&1 | cut -c1-9").splitlines() == ["a     1  ", "Error fro"]
    assert typed(world, "A=1 B=2 printenv A B C; echo $?") == "1\n2\n1\n"


def test_a_client_asks_the_server_of_another_pod(world: KubernetesWorld) -> None:
    for path in ("mysql/mysql-pv.yaml", "mysql/mysql-deployment.yaml", "job/redis/redis-pod.yaml", "job/redis/redis-service.yaml"):
        world.execute(f"kubectl apply -f https://k8s.io/examples/application/{path}")
    world.advance(world.now_ms + 30_000)
    typed(world, "kubectl run -it --rm --image=mysql:9 --restart=Never client -- mysql -h mysql -ppassword", 10)
    assert world.shell.prompt == "mysql> " and "| information_schema |" in typed(world, "show databases;")
    assert typed(world, "exit") == 'pod "client" deleted from default namespace\n'
    typed(world, "kubectl run temp --image=redis", 10)
    typed(world, "kubectl exec -it temp -- sh")
    typed(world, "redis-cli -h redis")
    assert world.shell.prompt == "redis:6379> " and typed(world, 'rpush job2 "apple"') == "(integer) 1\n"
    typed(world, "exit")
    assert world.shell.prompt == "/ # " and "Name or service not known" in typed(world, "redis-cli -h nowhere")
    typed(world, "exit")
    assert typed(world, "kubectl exec redis-master -- redis-cli lrange job2 0 -1") == "apple\n"


def test_all_names_every_kind_once(world: KubernetesWorld) -> None:
    typed(world, "kubectl create deployment web --image=nginx && kubectl autoscale deployment web --max=2")
    assert typed(world, "kubectl get all -o name").count("horizontalpodautoscaler.autoscaling/web") == 1


def test_a_front_end_answers_what_its_back_end_says(world: KubernetesWorld) -> None:
    for path in ("backend-deployment", "backend-service", "frontend-deployment", "frontend-service"):
        typed(world, f"kubectl apply -f https://k8s.io/examples/service/access/{path}.yaml")
    typed(world, "kubectl run shell --image=curlimages/curl --command -- sleep 1d", 40)
    assert typed(world, "kubectl exec shell -- curl -s http://frontend", 1) == '{"message":"Hello"}\n'
    typed(world, "kubectl scale deploy backend --replicas=0", 40)
    assert "502 Bad Gateway" in typed(world, "kubectl exec shell -- curl -s http://frontend", 1)


def test_a_kind_of_ones_own_is_selected_by_its_fields(world: KubernetesWorld) -> None:
    typed(world, "kubectl apply -f https://k8s.io/examples/customresourcedefinition/shirt-resource-definition.yaml", 3)
    typed(world, "kubectl apply -f https://k8s.io/examples/customresourcedefinition/shirt-resources.yaml")
    assert typed(world, "kubectl get shirts --field-selector spec.color=blue,spec.size=M --no-headers").split() == ["example2", "blue", "M"]


def test_a_client_asks_the_server_of_the_namespace_that_it_names(world: KubernetesWorld) -> None:
    for namespace in ("first", "second"):
        for line in (f"kubectl create namespace {namespace}", f"kubectl run redis --image=redis -n {namespace}", f"kubectl expose pod redis --port=6379 -n {namespace}"):
            world.execute(line)
    typed(world, "kubectl run client --image=redis", 10)
    assert typed(world, "kubectl exec client -- redis-cli -h redis.second set said here") == "OK\n"
    assert [typed(world, f"kubectl exec redis -n {namespace} -- redis-cli get said") for namespace in ("first", "second")] == ["\n", "here\n"]
