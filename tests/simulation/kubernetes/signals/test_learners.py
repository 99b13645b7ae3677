"""What a learner meets when something is broken, and the words in which it is printed: what the other files here leave out of the list."""

import pytest

from tests.simulation.kubernetes.signals.typing import new_world, put, typed, wait

WEB = "kubectl create deployment web --image=nginx:1.27 --replicas=2"
HUNGRY = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: nginx:1.27, resources: {requests: {%s}}}]
"""
PLACED = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  %s
  containers: [{name: web, image: nginx:1.27}]
"""
PROBED = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  containers: [{name: web, image: nginx:1.27, ports: [{containerPort: 80}], %s: {httpGet: {path: /nope, port: 80}, periodSeconds: 5}}]
"""
FROM = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: nginx:1.27, env: [{name: A, valueFrom: {%s}}]}]
"""
INIT = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: first, image: busybox:1.36, command: [sh, -c, "%s"]}]
  containers: [{name: web, image: nginx:1.27}]
"""
CLAIMING = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: nosuch, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
  containers: [{name: web, image: nginx:1.27}]
"""
SPREAD = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: nosuch, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}]"
HEADLESS = """
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: nginx:1.27}]}
"""
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: nginx:1.27}]}
"""
CRASHING = "kubectl run web --image=busybox:1.36 --command -- sh -c 'echo boom; exit 3'"
SELECTOR = f"{WEB}; kubectl expose deployment web --port=80; kubectl set selector service web app=nosuch"
BAD_IMAGE = f"{WEB}; sleep 20; kubectl set image deployment/web nginx=nginx:nosuchtag"
BUSY = "kubectl run tool --image=busybox:1.36 --command -- sleep 1000; sleep 20"
ALONE = "kubectl run web --image=nginx:1.27 --overrides='{\"spec\": {\"nodeName\": \"node-1\"}}'; sleep 20"
SCRATCH = put(PLACED % "nodeName: node-1\n  volumes: [{name: tmp, emptyDir: {}}]")


@pytest.mark.parametrize(("begin", "wait_s", "look", "expected"), [
    pytest.param(put(PROBED % "readinessProbe"), 30, "kubectl get pod web --no-headers | tr -s ' '", "web 0/1 Running 0", id="readiness: 0/1"),
    pytest.param(put(PROBED % "readinessProbe"), 30, "kubectl describe pod web", "Readiness probe failed: HTTP probe failed with statuscode: 404", id="readiness: Unhealthy"),
    pytest.param(f"{put(PROBED % 'readinessProbe')}\nkubectl expose pod web --port=80", 30, "kubectl get endpointslices -o jsonpath='{.items[?(@.metadata.labels.kubernetes\\.io/service-name==\"web\")].endpoints[0].conditions.ready}'", "false", id="readiness: endpoint not ready"),
    pytest.param(put(PROBED % "livenessProbe"), 60, "kubectl describe pod web", "Container web failed liveness probe, will be restarted", id="liveness: Killing"),
    pytest.param(put(PROBED % "livenessProbe"), 200, "kubectl get pod web --no-headers", "CrashLoopBackOff", id="liveness: restart loop"),
    pytest.param(BAD_IMAGE, 60, "kubectl get pods --no-headers", "ImagePullBackOff", id="bad rollout"),
    pytest.param(BAD_IMAGE, 30, "kubectl rollout undo deployment/web", "deployment.apps/web rolled back", id="undo"),
    pytest.param(f"{BAD_IMAGE}; sleep 30; kubectl rollout undo deployment/web", 20, "kubectl rollout status deployment/web", 'deployment "web" successfully rolled out', id="undo: as before"),
    pytest.param(BAD_IMAGE, 60, "kubectl describe pods --show-events=true", 'Failed to pull image "nginx:nosuchtag"', id="ImagePullBackOff: why"),
    pytest.param(BAD_IMAGE, 60, "kubectl describe pods --show-events=true", "Error: ErrImagePull", id="ImagePullBackOff: ErrImagePull first"),
    pytest.param(SELECTOR, 20, "kubectl get endpoints web --no-headers | tr -s ' '", "web <none>", id="selector mismatch: Endpoints <none>"),
    pytest.param(SELECTOR, 20, "kubectl describe service web | grep Endpoints", "Endpoints:", id="selector mismatch: describe"),
    pytest.param(put(PLACED % "nodeSelector: {disk: ssd}"), 5, "kubectl describe pod web", "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", id="Pending: nodeSelector"),
    pytest.param(f"kubectl taint nodes --all gpu=true:NoSchedule\n{put(PLACED % 'nodeSelector: {}')}", 5, "kubectl describe pod web", "0/3 nodes are available: 3 node(s) had untolerated taint(s).", id="Pending: taint"),
    pytest.param(put(HUNGRY % "cpu: '64'"), 5, "kubectl describe pod web", "0/3 nodes are available: 3 Insufficient cpu.", id="Pending: cpu"),
    pytest.param(put(HUNGRY % "memory: 900Gi"), 5, "kubectl describe pod web", "0/3 nodes are available: 3 Insufficient memory.", id="Pending: memory"),
    pytest.param(put(CLAIMING), 5, "kubectl describe pod web", "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", id="Pending: unbound PVC"),
    pytest.param(put(CLAIMING), 5, "kubectl describe pvc data", 'storageclass.storage.k8s.io "nosuch" not found', id="unbound PVC: why"),
    pytest.param(put(PLACED % SPREAD), 5, "kubectl describe pod web", "3 node(s) didn't match pod topology spread constraints (missing required label).", id="Pending: topology spread"),
    pytest.param(CRASHING, 60, "kubectl logs web --previous", "boom", id="CrashLoopBackOff: logs --previous"),
    pytest.param(put(INIT % "sleep 1000"), 20, "kubectl get pod web --no-headers | tr -s ' '", "web 0/1 Init:0/1 0", id="Init:0/1"),
    pytest.param(put(INIT % "exit 1"), 60, "kubectl get pod web --no-headers | tr -s ' '", "web 0/1 Init:CrashLoopBackOff", id="Init:CrashLoopBackOff"),
    pytest.param(put(FROM % "configMapKeyRef: {name: nosuch, key: a}"), 20, "kubectl describe pod web", 'Error: configmap "nosuch" not found', id="CreateContainerConfigError: ConfigMap"),
    pytest.param(put(FROM % "configMapKeyRef: {name: nosuch, key: a}"), 20, "kubectl get pod web --no-headers", "CreateContainerConfigError", id="CreateContainerConfigError"),
    pytest.param(put(FROM % "secretKeyRef: {name: nosuch, key: a}"), 20, "kubectl describe pod web", 'Error: secret "nosuch" not found', id="CreateContainerConfigError: Secret"),
    pytest.param(f"kubectl create secret generic s --from-literal=b=1\n{put(FROM % 'secretKeyRef: {name: s, key: a}')}", 20, "kubectl describe pod web", "Error: couldn't find key a in Secret default/s", id="CreateContainerConfigError: key"),
    pytest.param(f"{WEB}; kubectl expose deployment web --port=80; {BUSY}", 0, "kubectl exec tool -- cat /etc/resolv.conf", "search default.svc.cluster.local svc.cluster.local cluster.local", id="DNS: search path"),
    pytest.param(f"kubectl create namespace other; {WEB}; kubectl expose deployment web --port=80; kubectl run tool -n other --image=busybox:1.36 --command -- sleep 1000; sleep 20", 0, "kubectl exec -n other tool -- nslookup web", "NXDOMAIN", id="DNS: another namespace"),
    pytest.param(f"{put(HEADLESS)}\n{BUSY}", 20, "kubectl exec tool -- nslookup db-1.db.default.svc.cluster.local", "Name:\tdb-1.db.default.svc.cluster.local", id="StatefulSet: headless DNS"),
    pytest.param("kubectl cordon node-1", 0, "kubectl get node node-1 --no-headers", "Ready,SchedulingDisabled", id="cordon"),
    pytest.param(ALONE, 0, "kubectl drain node-1 --ignore-daemonsets", "cannot delete Pods that declare no controller (use --force to override): default/web", id="drain: no controller"),
    pytest.param(SCRATCH, 20, "kubectl drain node-1 --ignore-daemonsets --force", "cannot delete Pods with local storage (use --delete-emptydir-data to override): default/web", id="drain: local storage"),
    pytest.param(put(AGENT), 20, "kubectl drain node-1", "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", id="drain: DaemonSets"),
])
def test_a_signal_is_printed_as_on_a_real_cluster(begin, wait_s, look, expected):
    world = new_world()
    typed(world, begin)
    wait(world, wait_s)
    assert expected in typed(world, look)


def test_a_pod_with_a_finalizer_stays_until_it_is_taken_off_and_shows_how_it_ended():
    world = new_world()
    typed(world, "kubectl run web --image=nginx:1.27")
    typed(world, """kubectl patch pod web -p '{"metadata": {"finalizers": ["example.com/hold"]}}'""")
    wait(world, 20)
    typed(world, "kubectl delete pod web --wait=false")
    wait(world, 120)
    assert "Completed" in typed(world, "kubectl get pod web --no-headers")
    typed(world, """kubectl patch pod web -p '{"metadata": {"finalizers": null}}' --type=merge""")
    assert "NotFound" in typed(world, "kubectl get pod web")


def test_between_two_commands_of_one_line_the_cluster_goes_on():
    world = new_world()
    typed(world, "kubectl create deployment web --image=nginx:1.27 --replicas=2", wait_s=30)
    before = world.now_ms
    assert typed(world, "kubectl scale deploy web --replicas=0; kubectl scale deploy web --replicas=2") == "deployment.apps/web scaled\n" * 2
    assert world.now_ms == before + 50
    wait(world, 5)
    assert "from 2 to 0" in typed(world, "kubectl get events --field-selector involvedObject.name=web")
    now_ms = world.now_ms
    assert typed(world, "kubectl label deploy web a=b; kubectl get deploy -L a").endswith("b\n") and world.now_ms == now_ms, "what only reads sees what there is at once"
