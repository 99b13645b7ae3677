"""What comes of the documentation's manifests: after some minutes the cluster shows what their pages say."""

import re
from typing import NamedTuple

import pytest

from learnk8s.simulation.kubernetes.cluster import as_bytes
from learnk8s.simulation.kubernetes.kubectl.web import FOLDER
from learnk8s.simulation.kubernetes.world import KubernetesWorld

REPLICA_LIMIT = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: replicalimits.rules.example.com}
spec:
  group: rules.example.com
  scope: Namespaced
  names: {plural: replicalimits, singular: replicalimit, kind: ReplicaLimit}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {maxReplicas: {type: integer}}}}}
"""
TO_FILL_IN = ("application/job/job-tmpl.yaml",)
"""What a reader changes before it can be applied: $ITEM."""
PARTIAL = ("application/ssa/nginx-deployment-replicas-only.yaml",)
"""What is only a part of an object that is there."""
PODS, ALL = "kubectl get pods --no-headers", "kubectl get pods,pvc --no-headers"
ZONES = "; ".join(f"kubectl label node node-{number} zone=zone{letter} node=node-{number}" for number, letter in enumerate("ABC", start=1)) + "; kubectl run a --image=nginx -l foo=bar; kubectl run b --image=nginx -l foo=bar"


class Row(NamedTuple):
    """Files that are applied one after the other, how long one waits, what one types then, and the patterns of the lines that come."""

    paths: str
    said: tuple[str, ...]
    asked: str = PODS
    seconds: int = 60
    before: str = ""
    scenario: str = "basics"


def running(name: str, count: int = 1, ready: str = "1/1") -> tuple[str, ...]:
    """Return the patterns of so many pods that run and were never started again."""
    return (rf"{name} {ready} Running 0 \S+",) * count


ROWS = (
    # Tutorials and tasks on stateful applications
    Row("application/zookeeper/zookeeper", (r"zk-0 1/1 Running 0 \S+", r"zk-1 1/1 Running 0 \S+", r"zk-2 1/1 Running 0 \S+"), seconds=120),
    Row("application/zookeeper/zookeeper", ("1", "zk-1.zk-hs.default.svc.cluster.local", "server.3=zk-2.zk-hs.default.svc.cluster.local:2888:3888"), "kubectl exec zk-0 -- cat /var/lib/zookeeper/data/myid; kubectl exec zk-1 -- hostname -f; kubectl exec zk-2 -- cat /opt/zookeeper/conf/zoo.cfg | tail -1", seconds=120),
    Row("application/mysql/mysql-configmap application/mysql/mysql-services application/mysql/mysql-statefulset", (r"mysql-0 2/2 Running 0 \S+", r"mysql-1 2/2 Running 0 \S+", r"mysql-2 2/2 Running 0 \S+"), seconds=180),
    Row("application/mysql/mysql-configmap application/mysql/mysql-services application/mysql/mysql-statefulset", ("server-id=102", "replica.cnf", "server-id.cnf"), "kubectl exec mysql-2 -c mysql -- tail -1 /etc/mysql/conf.d/server-id.cnf; kubectl exec mysql-2 -c mysql -- ls /etc/mysql/conf.d", seconds=180),
    Row("application/cassandra/cassandra-service application/cassandra/cassandra-statefulset", (r"cassandra-0 1/1 Running 0 \S+", r"cassandra-1 1/1 Running 0 \S+", r"cassandra-2 1/1 Running 0 \S+"), seconds=240),
    Row("application/cassandra/cassandra-service application/cassandra/cassandra-statefulset", ("Datacenter: DC1-K8Demo", "3"), "kubectl exec cassandra-0 -- nodetool status > ring; head -1 ring; grep -c ^UN ring", seconds=240),
    Row("application/mongodb/mongo-deployment application/mongodb/mongo-service", running(r"mongo-\S+")),
    Row("controllers/statefulset", (r"web-0 0/1 Pending 0 \S+",)),
    # Deployments and their kin
    Row("application/deployment-patch", running(r"patch-demo-\S+", 2)),
    Row("application/deployment-retainkeys", (".*spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'", "deployment.apps/retainkeys-demo patched"),
        """kubectl patch deployment retainkeys-demo --type strategic -p '{"spec":{"strategy":{"type":"Recreate"}}}'; kubectl patch deployment retainkeys-demo --type strategic -p '{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}'"""),
    Row("application/deployment-subresource", running(r"subresource-demo-\S+", 2)),
    Row("application/nginx-with-request", running(r"nginx-deployment-\S+", 2)),
    Row("application/nginx/nginx-deployment application/nginx/nginx-svc", (*running(r"my-nginx-\S+", 3), r"my-nginx-svc LoadBalancer \S+ <pending> 80:\d+/TCP \S+"), f"{PODS}; kubectl get svc my-nginx-svc --no-headers"),
    Row("application/ssa/nginx-deployment", running(r"nginx-deployment-\S+", 3)),
    Row("application/ssa/nginx-deployment-no-replicas", running(r"nginx-deployment-\S+")),
    Row("application/basic-daemonset", running(r"example-daemonset-\S+", 3)),
    Row("controllers/daemonset-label-selector", ("ssd-driver 2 2 0 2 0 ssd=true 60s",), "kubectl get daemonset --no-headers", before="kubectl label nodes node-1 node-2 ssd=true"),
    Row("controllers/replicaset", running(r"my-repset-\S+", 3)),
    Row("controllers/frontend pods/pod-rs", ("3",), f"{PODS} | grep -c Running", before="kubectl apply -f https://k8s.io/examples/pods/pod-rs.yaml"),
    Row("admin/snowflake-deployment", running(r"snowflake-\S+", 2)),
    Row("priorityclass/low-priority-class deployments/deployment-with-capacity-reservation", (*running(r"capacity-reservation-\S+"), "-1000"), f"{PODS}; kubectl get pods -o jsonpath='{{.items[0].spec.priority}}'"),
    Row("deployments/deployment-with-configmap-two-containers", (".* My preferred color is red",), "kubectl exec deploy/configmap-two-containers -c nginx -- curl -s localhost", before="kubectl create configmap color --from-literal=color=red"),
    Row("deployments/deployment-with-configmap-and-sidecar-container", (*running(r"configmap-sidecar-container-\S+", 3, "2/2"), ".* My preferred color is red"), f"{PODS}; kubectl exec deploy/configmap-sidecar-container -c nginx -- curl -s localhost", before="kubectl create configmap color --from-literal=color=red"),
    # Jobs
    Row("application/job/indexed-job-vol", (r"indexed-job Complete 5/5 \S+ \S+", "3"), "kubectl get jobs --no-headers; kubectl logs -l batch.kubernetes.io/job-completion-index=3"),
    Row("controllers/job-pod-failure-policy-config-issue", (r"\S+ 0/1 (ErrImagePull|ImagePullBackOff) 0 \S+",) * 2),
    Row("controllers/job-pod-failure-policy-example", ("PodFailurePolicy", "3"), "kubectl get job job-pod-failure-policy-example -o jsonpath='{.status.conditions[1].reason}{\"\\n\"}{.status.failed}'"),
    Row("controllers/job-pod-failure-policy-ignore", (r"job-pod-failure-policy-ignore Complete 4/4 \S+ \S+",), "kubectl get jobs --no-headers", seconds=240),
    Row("controllers/job-backoff-limit-per-index-failindex", ("0,1", "2,3"), "kubectl get job job-backoff-limit-per-index-failindex -o jsonpath='{.status.failedIndexes}{\"\\n\"}{.status.completedIndexes}'", seconds=90),
    # Pods: probes, volumes, variables, several containers
    Row("pods/probe/grpc-liveness", running("etcd-with-grpc"), seconds=120),
    Row("pods/probe/pod-with-http-healthcheck", (r"pod-with-http-healthcheck 1/1 Running [12] .*",), seconds=120),
    Row("pods/probe/pod-with-tcp-socket-healthcheck", running("pod-with-tcp-socket-healthcheck"), seconds=120),
    Row("pods/pod-rs", (*running("pod1"), *running("pod2"))),
    Row("pods/image-volumes", ("1", "2"), "kubectl exec image-volume -- cat /volume/dir/file /volume/file"),
    Row("pods/image-volumes-subpath", ("1",), "kubectl exec image-volume -- cat /volume/file"),
    Row("pods/user-namespaces-stateless", (*running("userns"), r"0 [1-9]\d+ 65536", "0 0 4294967295"), f"{PODS}; kubectl exec userns -- cat /proc/self/uid_map; kubectl run plain --image=debian -- sleep 1d > /dev/null; kubectl wait --for=condition=Ready pod/plain > /dev/null; kubectl exec plain -- cat /proc/self/uid_map"),
    Row("pods/private-reg-pod", (r"private-reg 0/1 InvalidImageName 0 \S+",)),
    Row("pods/pod-projected-svc-token", ("vault-token",), "kubectl exec nginx -- ls /var/run/secrets/tokens", before="kubectl create serviceaccount build-robot"),
    Row("pods/inject/dapi-volume-resources", ("250", "64"), "kubectl exec kubernetes-downwardapi-volume-example-2 -- cat /etc/podinfo/cpu_limit; echo; kubectl exec kubernetes-downwardapi-volume-example-2 -- cat /etc/podinfo/mem_limit"),
    Row("pods/storage/projected-secret-downwardapi-configmap", ("my-config", "my-username"), "kubectl exec volume-test -- ls /projected-volume/my-group", before="kubectl create secret generic mysecret --from-literal=username=admin; kubectl create configmap myconfigmap --from-literal=config=x"),
    Row("pods/storage/projected-secret-downwardapi-configmap", (r"volume-test 0/1 ContainerCreating 0 \S+",)),
    Row("pods/storage/projected-secrets-nondefault-permission-mode", ("777", "644"), "kubectl exec volume-test -- stat -c %a /projected-volume/my-group/my-password /projected-volume/my-group/my-username", before="kubectl create secret generic mysecret --from-literal=username=admin; kubectl create secret generic mysecret2 --from-literal=password=x"),
    Row("pods/storage/projected-service-account-token", ("token",), "kubectl exec sa-token-test -- ls /service-account"),
    Row("pods/storage/expandable-pvc pods/storage/expandable-pvc-pod", (r"pod/expandable-pvc-pod 1/1 Running 0 \S+", r"persistentvolumeclaim/expandable-pvc Bound \S+ 1Gi RWO standard <unset> \S+"), ALL),
    Row("pods/storage/pv-volume pods/storage/pv-claim storage/storageclass/pod-volume-binding", (r"pod/task-pv-pod 0/1 Pending 0 \S+", r"persistentvolumeclaim/task-pv-claim Bound .*"), ALL),
    Row("pods/multi-container/ambassador", running("ambassador-sidecar-example", ready="2/2")),
    Row("pods/multi-container/localhost", (*running("localhost-example", ready="2/2"), "<title>Welcome to nginx!</title>"), f"{PODS}; kubectl logs localhost-example -c client --tail=1"),
    Row("pods/multi-container/resources", (r"default resources-example 350m \(8%\) 0 \(0%\) 192Mi \(2%\) 192Mi \(2%\) \S+",), "kubectl describe nodes | grep resources-example"),
    Row("pods/multi-container/shared-volume", ("Hello from the init container",), "kubectl exec shared-volume-example -- curl -s localhost"),
    Row("pods/multi-container/startup-coordination", (*running("startup-coordination-example", ready="2/2"), "greeting=hello"), f"{PODS}; kubectl logs startup-coordination-example -c main-app"),
    Row("configmap/configure-pod", ("3", "game.properties", "user-interface.properties"), "kubectl exec configmap-demo-pod -- printenv PLAYER_INITIAL_LIVES; kubectl exec configmap-demo-pod -- ls /config",
        before="kubectl create configmap game-demo --from-literal=player_initial_lives=3 --from-literal=ui_properties_file_name=u --from-literal=game.properties=a --from-literal=user-interface.properties=b"),
    Row("configmap/env-configmap", ("username=k8s-admin",), "kubectl logs env-configmap | grep username", before="kubectl create configmap myconfigmap --from-literal=username=k8s-admin"),
    Row("secret/dotfile-secret", ("total 0",), "kubectl logs secret-dotfiles-pod"),
    Row("secret/optional-secret", running("mypod")),
    Row("admin/logging/two-files-counter-pod", (r"\d+: .* UTC .*", r".* INFO \d+"), "kubectl exec counter -- tail -1 /var/log/1.log; kubectl exec counter -- tail -1 /var/log/2.log"),
    Row("admin/logging/two-files-counter-pod-streaming-sidecar", (r"\d+: .* UTC .*", r".* INFO \d+"), "kubectl logs counter count-log-1 --tail=1; kubectl logs counter count-log-2 --tail=1"),
    Row("admin/logging/fluentd-sidecar-config admin/logging/two-files-counter-pod-agent-sidecar", running("counter", ready="2/2")),
    Row("debug/counter-pod-err", (r"\d+: .* UTC .*", r"\d+: err"), "kubectl logs counter-err --tail=2"),
    Row("debug/node-problem-detector", running(r"node-problem-detector-v0.1-\S+", 3), "kubectl get pods -n kube-system --no-headers -l k8s-app=node-problem-detector"),
    Row("debug/node-problem-detector-configmap", running(r"node-problem-detector-v0.1-\S+", 3), "kubectl get pods -n kube-system --no-headers -l k8s-app=node-problem-detector", before="kubectl create configmap node-problem-detector-config -n kube-system --from-literal=kernel-monitor.json={}"),
    # Where pods go, and what they may use
    Row("pods/pod-with-affinity-preferred-weight", ("node-3",), "kubectl get pods -o jsonpath='{.items[0].spec.nodeName}'", before="kubectl label node node-3 label-2=key-2; kubectl label node node-1 label-1=key-1"),
    Row("pods/topology-spread-constraints/one-constraint-with-nodeaffinity", ("zone[AB]",), "kubectl get node $(kubectl get pod mypod -o jsonpath='{.spec.nodeName}') -o jsonpath='{.metadata.labels.zone}'", before=ZONES),
    Row("pods/topology-spread-constraints/two-constraints", ("3",), "kubectl get pods -o jsonpath='{range .items[*]}{.spec.nodeName}{\"\\n\"}{end}' | sort -u | wc -l", before=ZONES),
    Row("pods/topology-spread-constraints/two-constraints", (r"mypod 0/1 Pending 0 \S+", r".*3 node\(s\) didn't match pod topology spread constraints \(missing required label\).*"), f"{PODS}; kubectl describe pod mypod | tail -1"),
    Row("pods/resource/extended-resource-pod pods/resource/extended-resource-pod-2", (*running("extended-resource-demo"), r"extended-resource-demo-2 0/1 Pending 0 \S+", ".* 3 Insufficient example.com/dongle.*"), f"{PODS}; kubectl describe pod extended-resource-demo-2 | tail -1",
        before="""kubectl patch node node-1 --subresource=status --type=json -p '[{"op":"add","path":"/status/capacity/example.com~1dongle","value":"4"}]'"""),
    Row("pods/resource/pod-level-cpu-request-limit", (r"cpu-demo 1000m \S+",), "kubectl top pod cpu-demo -n pod-resources-example --no-headers", seconds=90, before="kubectl create namespace pod-resources-example"),
    Row("pods/resource/pod-level-resources", running("pod-resources-demo", ready="2/2"), f"{PODS} -n pod-resources-example", before="kubectl create namespace pod-resources-example"),
    Row("pods/qos/qos-pod-5", ("Guaranteed",), "kubectl get pod qos-demo-5 -n qos-example -o jsonpath='{.status.qosClass}'", before="kubectl create namespace qos-example"),
    Row("admin/sched/pod1 admin/sched/pod2 admin/sched/pod3", (*running("annotation-default-scheduler"), r"annotation-second-scheduler 0/1 Pending 0 \S+", *running("no-annotation"))),
    Row("policy/quota policy/high-priority-pod", ("cpu 500m 1k", "memory 10Gi 200Gi", "pods 1 10"), "kubectl describe quota pods-high | tail -3", 10, "kubectl create priorityclass high --value=1000"),
    Row("policy/priority-class-resourcequota", ("pods-cluster-services",), "kubectl get quota -o jsonpath='{.items[0].metadata.name}'", 5),
    Row("policy/zookeeper-pod-disruption-budget-maxunavailable", ("zk-pdb N/A 1 0 5s",), "kubectl get pdb --no-headers", 5),
    Row("admin/resource/limit-mem-cpu-container admin/resource/limit-range-pod-1", running("busybox1", ready="4/4")),
    # Services, Ingresses, policies
    Row("service/pod-with-graceful-termination service/explore-graceful-termination-nginx", (r"nginx-deployment-\S+ 1/1 Terminating 0 \S+", "false true true"),
        f"{PODS}; kubectl get endpointslices -l kubernetes.io/service-name=nginx-service -o jsonpath='{{range .items[*].endpoints[*].conditions}}{{.ready}} {{.serving}} {{.terminating}}{{end}}'"),
    Row("service/nginx-service service/simple-service", (r"my-service ClusterIP \S+ <none> 80/TCP 2s", r"nginx-service ClusterIP \S+ <none> 8000/TCP 2s"), "kubectl get svc --no-headers | grep -v kubernetes", 2),
    Row("service/networking/dual-stack-default-svc", (r'SingleStack \["IPv4"\]',), "kubectl get svc my-service -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 2, scenario="dual-stack"),
    Row("service/networking/dual-stack-ipfamilies-ipv6", (r'SingleStack \["IPv6"\]',), "kubectl get svc my-service -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 2, scenario="dual-stack"),
    Row("service/networking/dual-stack-preferred-svc", (r'PreferDualStack \["IPv4","IPv6"\]',), "kubectl get svc my-service -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 2, scenario="dual-stack"),
    Row("service/networking/dual-stack-preferred-ipfamilies-svc", (r'PreferDualStack \["IPv6","IPv4"\]',), "kubectl get svc my-service -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 2, scenario="dual-stack"),
    Row("service/networking/dual-stack-prefer-ipv6-lb-svc", (r'PreferDualStack \["IPv6","IPv4"\]',), "kubectl get svc my-service -o jsonpath='{.spec.ipFamilyPolicy} {.spec.ipFamilies}'", 2, scenario="dual-stack"),
    Row("service/networking/default-ingressclass service/networking/external-lb service/networking/test-ingress", ("example-class k8s.io/example-class <none> 2s", "external-lb example.com/ingress-controller IngressParameters.k8s.example.com/external-lb 2s", r"test-ingress example-class \* 80 2s"), "kubectl get ingressclasses --no-headers; kubectl get ingress --no-headers", 2),
    Row("service/networking/namespaced-params", ("Namespace",), "kubectl get ingressclass external-lb -o jsonpath='{.spec.parameters.scope}'", 2),
    Row("service/networking/ingress-resource-backend", ("Default backend: APIGroup: k8s.example.com, Kind: StorageBucket, Name: static-assets", "/icons APIGroup: k8s.example.com, Kind: StorageBucket, Name: icon-assets"), "kubectl describe ingress ingress-resource-backend | grep StorageBucket", 2),
    Row("service/networking/simple-fanout-example service/networking/minimal-ingress service/networking/ingress-wildcard-host service/networking/tls-example-ingress service/networking/name-virtual-host-ingress service/networking/name-virtual-host-ingress-no-third-host",
        (r"ingress-wildcard-host <none> foo.bar.com,\*.foo.com 80 2s", r"minimal-ingress nginx-example \* 80 2s", "name-virtual-host-ingress <none> foo.bar.com,bar.foo.com 80 2s", "name-virtual-host-ingress-no-third-host <none> first.bar.com,second.bar.com 80 2s", "simple-fanout-example <none> foo.bar.com 80 2s", "tls-example-ingress <none> https-example.foo.com 80, 443 2s"), "kubectl get ingress --no-headers", 2),
    Row("service/networking/networkpolicy service/networking/networkpolicy-multiport-egress", ("To Port: 6379/TCP", "To Port: 5978/TCP", "Policy Types: Ingress, Egress"), "kubectl describe networkpolicy test-network-policy | grep -e 'To Port' -e Types", 2),
    *(Row(f"service/networking/network-policy-{name}", (said,), "kubectl exec client -- curl -s -m 2 -o /dev/null -w '%{http_code}' $(kubectl get pod web -o jsonpath='{.status.podIP}') || echo", before="kubectl run web --image=nginx; kubectl run client --image=nginx; kubectl wait --for=condition=Ready pod/web pod/client")
      for name, said in (("default-deny-ingress", "000.*"), ("allow-all-ingress", "200"), ("default-deny-egress", "000.*"), ("allow-all-egress", "200"), ("default-deny-all", "000.*"))),
    Row("service/networking/vap-servicecidr-deny", ('The servicecidrs "more" is invalid: : ValidatingAdmissionPolicy .*',), "kubectl apply -f - <<EOF\napiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: more}\nspec: {cidrs: [10.97.0.0/24]}\nEOF", 5),
    Row("service/networking/vap-servicecidr-default", ('The servicecidrs "more" is invalid: : ValidatingAdmissionPolicy .*',), "kubectl apply -f - <<EOF\napiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: more}\nspec: {cidrs: [10.97.0.0/24]}\nEOF", 5),
    Row("storage/storageclass-low-latency storage/storageclass/storageclass-local storage/storageclass/storageclass-nfs storage/storageclass/storageclass-aws-ebs storage/storageclass/storageclass-aws-efs storage/storageclass/storageclass-azure-file", ("6",), "kubectl get storageclass -o name | grep -vc standard", 2),
    Row("priority-and-fairness/health-for-strangers priority-and-fairness/list-events-default-service-account", ("health-for-strangers exempt 1000 <none> .*", "list-events-default-service-account catch-all 8000 ByUser .*"), "kubectl get flowschemas health-for-strangers list-events-default-service-account --no-headers", 2),
    # Who may do what
    Row("access/simple-role access/simple-rolebinding-with-role access/simple-clusterrole access/simple-rolebinding-with-clusterrole access/simple-clusterrolebinding tls/role tls/rolebinding", ("yes", "yes", "no", "yes", "yes"),
        "kubectl auth can-i list pods --as=jane; kubectl auth can-i list secrets --as=dave -n development; kubectl auth can-i list secrets --as=dave; kubectl auth can-i list secrets --as=eve --as-group=manager; kubectl auth can-i delete pods --as=myuser", 5, "kubectl create namespace development"),
    Row("access/endpoints-aggregated", ("yes",), "kubectl create rolebinding eve --clusterrole=edit --user=eve > /dev/null; kubectl auth can-i create endpoints --as=eve", 5),
    Row("access/certificate-signing-request/clusterrole-create access/certificate-signing-request/clusterrole-approve access/certificate-signing-request/clusterrole-sign", ("yes",), "kubectl create clusterrolebinding eve --clusterrole=csr-approver --user=eve > /dev/null; kubectl auth can-i update certificatesigningrequests --subresource=approval --as=eve 2> /dev/null", 5),
    Row("security/podsecurity-privileged security/podsecurity-baseline security/podsecurity-restricted", ("pod/nginx created", "pod/nginx created", '.*pods "nginx" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false .*'),
        "for kind in privileged baseline restricted; do kubectl apply -n my-$kind-namespace -f https://k8s.io/examples/security/example-baseline-pod.yaml; done", 5),
    Row("pods/security/seccomp/ga/default-pod", running("default-pod")),
    Row("pods/security/security-context-5", (r"uid=1000\S* gid=3000 groups=3000,4000,50000\S*",), "kubectl exec security-context-demo -- id"),
    Row("pods/security/security-context-6", (r"uid=1000\S* gid=3000 groups=3000,4000",), "kubectl exec security-context-demo -- id"),
    Row("validatingadmissionpolicy/basic-example-policy validatingadmissionpolicy/basic-example-binding", (".* denied request: failed expression: object.spec.replicas <= 5", "deployment.apps/more created"), "kubectl create deployment many --image=nginx --replicas=6 -n test; kubectl create deployment more --image=nginx --replicas=6", 5, "kubectl create namespace test; kubectl label namespace test environment=test"),
    Row("validatingadmissionpolicy/policy-with-param validatingadmissionpolicy/binding-with-param validatingadmissionpolicy/binding-with-param-prod validatingadmissionpolicy/replicalimit-param validatingadmissionpolicy/replicalimit-param-prod",
        (".*'replicalimit-binding-test.example.com' denied request: failed expression: object.spec.replicas <= params.maxReplicas", ".*'replicalimit-binding-nontest' denied request: .*", "deployment.apps/more created"), "kubectl create deployment many --image=nginx --replicas=4 -n test; kubectl create deployment many --image=nginx --replicas=101; kubectl create deployment more --image=nginx --replicas=100", 5,
        "kubectl create namespace test; kubectl label namespace test environment=test; kubectl apply -f replicalimit.yaml; kubectl wait --for=condition=Established crd/replicalimits.rules.example.com"),
    Row("validatingadmissionpolicy/typechecking validatingadmissionpolicy/typechecking-multiple-match", ("apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'",) * 2 + ("apps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'",), "kubectl get validatingadmissionpolicies -o yaml | grep ERROR", 5),
    Row("access/deployment-replicas-policy access/validating-admission-policy-audit-annotation access/image-matches-namespace-environment.policy", ("demo-policy.example.com 1 <unset> 5s", "deploy-replica-policy.example.com 1 rules.example.com/v1/ReplicaLimit 5s", "image-matches-namespace-environment.policy.example.com 1 <unset> 5s"), "kubectl get validatingadmissionpolicies --no-headers", 5),
    Row("access/validating-admission-policy-match-conditions", ("demo-policy.example.com 1 <unset> 5s",), "kubectl get validatingadmissionpolicies --no-headers", 5),
    *(Row(f"mutatingadmissionpolicy/{name}-example", ("sidecar-policy.example.com 1 mutations.example.com/v1/Sidecar 2s",), "kubectl get mutatingadmissionpolicies --no-headers", 2) for name in ("applyconfiguration", "json-patch")),
    Row("secret/basicauth-secret secret/bootstrap-token-secret-literal secret/dockercfg-secret secret/serviceaccount-token-secret secret/serviceaccount/mysecretname secret/ssh-auth-secret",
        ("default mysecretname kubernetes.io/service-account-token 3 5s", "default secret-basic-auth kubernetes.io/basic-auth 2 5s", "default secret-dockercfg kubernetes.io/dockercfg 1 5s", "default secret-sa-sample kubernetes.io/service-account-token 4 5s", "default secret-ssh-auth kubernetes.io/ssh-auth 1 5s", "kube-system bootstrap-token-5emitj bootstrap.kubernetes.io/token 6 5s"),
        "kubectl get secrets -A --no-headers", 5, "kubectl create serviceaccount sa-name; kubectl create serviceaccount myserviceaccount"),
    Row("secret/bootstrap-token-secret-base64", ("5emitj",), "kubectl get secret bootstrap-token-5emitj -n kube-system -o jsonpath='{.data.token-id}' | base64 -d", 5),
)
DENIED = (
    ("concepts/policy/limit-range/problematic-limit-range", "concepts/policy/limit-range/example-conflict-with-limitrange-cpu", 'Pod "example-conflict-with-limitrange-cpu" is invalid: spec.containers[0].resources.requests: Invalid value: "700m": must be less than or equal to cpu limit'),
    ("concepts/policy/limit-range/problematic-limit-range", "concepts/policy/limit-range/example-no-conflict-with-limitrange-cpu", "pod/example-no-conflict-with-limitrange-cpu created"),
    ("admin/resource/limit-mem-cpu-pod admin/resource/limit-mem-cpu-container", "admin/resource/limit-range-pod-2", 'pods "busybox2" is forbidden: [maximum cpu usage per Pod is 2, but limit is 2400m, maximum memory usage per Pod is 2Gi, but limit is 2306867200]'),
    ("admin/resource/limit-memory-ratio-pod", "admin/resource/limit-range-pod-3", 'pods "busybox3" is forbidden: memory max limit to request ratio per Pod is 2, but provided ratio is 3.000000'),
    ("admin/resource/storagelimits", "admin/resource/pvc-limit-lower", 'persistentvolumeclaims "pvc-limit-lower" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi'),
    ("admin/resource/storagelimits", "admin/resource/pvc-limit-greater", 'persistentvolumeclaims "pvc-limit-greater" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi'),
)


def typed(world: KubernetesWorld, line: str, seconds: int = 0) -> str:
    """Return what a line prints, which may take its time."""
    world.execute(line)
    for _step in range(100):
        if not world.shell.running:
            break
        world.advance(world.now_ms + 1000)
    world.advance(world.now_ms + seconds * 1000)
    return world.output_since(0)[0]


def applied(world: KubernetesWorld, path: str, *options: str) -> str:
    """Return what comes of applying one of the files."""
    return typed(world, " ".join(("kubectl apply", *options, f"-f https://k8s.io/examples/{path.removesuffix('.yaml')}.yaml")))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.paths.split()[0] if row.paths.count(" ") == 0 else f"{row.paths.split()[0]} and {row.paths.count(' ')} more")
def test_a_manifest_becomes_what_its_page_says(row: Row) -> None:
    world = KubernetesWorld.create(row.scenario, 1)
    world.shell.files.write("replicalimit.yaml", REPLICA_LIMIT)
    typed(world, row.before, 1)
    for path in row.paths.split():
        said = applied(world, path)
        assert re.search(r"\b(created|configured|unchanged)\b", said) and not re.search(r"^(error|Error|The )", said), f"{path}: {said}"
    world.advance(world.now_ms + row.seconds * 1000)
    if "graceful" in row.paths:
        typed(world, "kubectl delete pods -l app=nginx --wait=false; kubectl scale deployment nginx-deployment --replicas=0", 5)
    lines = [" ".join(line.split()) for line in typed(world, row.asked).splitlines() if line.strip()]
    assert len(lines) == len(row.said) and all(re.fullmatch(pattern, line) for pattern, line in zip(row.said, lines, strict=True)), "\n".join(lines)


@pytest.mark.parametrize(("before", "path", "said"), DENIED)
def test_a_manifest_is_judged_as_its_page_says(before: str, path: str, said: str) -> None:
    world = KubernetesWorld.create("basics", 1)
    for first in before.split():
        assert applied(world, first).endswith("created\n")
    assert said in applied(world, path)


def test_every_file_can_be_applied() -> None:
    world = KubernetesWorld.create("dual-stack", 1)
    for namespace in ("mem-example", "cpu-example", "qos-example", "pod-resources-example", "development"):
        typed(world, f"kubectl create namespace {namespace}")
    world.shell.files.write("replicalimit.yaml", REPLICA_LIMIT)
    typed(world, "kubectl create serviceaccount build-robot; kubectl create priorityclass high --value=1000; kubectl apply -f replicalimit.yaml -f https://k8s.io/examples/customresourcedefinition/shirt-resource-definition.yaml", 3)
    for path in sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml")):
        if path not in (*TO_FILL_IN, *PARTIAL):
            said = applied(world, path, "--dry-run=server", "-o name")
            assert said and not re.search(r"^(error|Error|The )", said, re.MULTILINE), f"{path}: {said}"
    applied(world, "application/ssa/nginx-deployment", "--server-side")
    assert "deployment.apps/nginx-deployment" in applied(world, PARTIAL[0], "--server-side", "--dry-run=server", "--field-manager=handover-to-hpa", "--validate=false", "-o name")


def test_zookeeper_keeps_what_it_was_told() -> None:
    world = KubernetesWorld.create("basics", 1)
    applied(world, "application/zookeeper/zookeeper")
    world.advance(world.now_ms + 120_000)
    assert "Created /hello" in typed(world, "kubectl exec zk-0 -- zkCli.sh create /hello world")
    assert "\nworld\ncZxid = 0x100000001\n" in typed(world, "kubectl exec zk-1 -- zkCli.sh get /hello")
    assert "Node already exists: /hello" in typed(world, "kubectl exec zk-2 -- zkCli.sh create /hello again") and "[hello, zookeeper]" in typed(world, "kubectl exec zk-2 -- zkCli.sh ls /")
    typed(world, "kubectl exec zk-2 -- zkCli.sh set /hello moon; kubectl delete statefulset zk", 60)
    world = KubernetesWorld.load(world.dump())
    applied(world, "application/zookeeper/zookeeper")
    world.advance(world.now_ms + 10_000)
    assert "ConnectionLoss" in typed(world, "kubectl exec zk-0 -- zkCli.sh get /hello")
    world.advance(world.now_ms + 120_000)
    assert "\nmoon\n" in typed(world, "kubectl exec zk-0 -- zkCli.sh get /hello") and "dataVersion = 1" in typed(world, "kubectl exec zk-1 -- zkCli.sh stat /hello")
    assert "Node does not exist: /none" in typed(world, "kubectl exec zk-0 -- zkCli.sh get /none") and "ZooKeeper -server host:port" in typed(world, "kubectl exec zk-0 -- zkCli.sh")
    typed(world, "kubectl exec zk-1 -- zkCli.sh delete /hello; kubectl exec zk-1 -- rm /opt/zookeeper/bin/zookeeper-ready", 60)
    assert re.search(r"zk-1\s+\d/1\s+\S+\s+[1-9]", typed(world, "kubectl get pods --no-headers"))
    assert "[zookeeper]" in typed(world, "kubectl exec zk-0 -- zkCli.sh ls /")
    typed(world, "kubectl exec zk-0 -- pkill java", 30)
    assert re.search(r"zk-0\s+1/1\s+Running\s+1 ", typed(world, "kubectl get pods --no-headers"))


def test_cassandra_joins_its_ring_one_after_the_other() -> None:
    world = KubernetesWorld.create("basics", 1)
    applied(world, "application/cassandra/cassandra-service")
    applied(world, "application/cassandra/cassandra-statefulset")
    world.advance(world.now_ms + 20_000)
    assert "ConnectException" in typed(world, "kubectl exec cassandra-0 -- nodetool status") and "cassandra-0   0/1" in typed(world, "kubectl get pods --no-headers")
    world.advance(world.now_ms + 40_000)
    assert typed(world, "kubectl exec cassandra-0 -- nodetool status | grep -c ^UN") == "1\n"
    assert "k8s.io/minikube-hostpath" in typed(world, "kubectl get pv -o jsonpath='{.items[0].metadata.annotations}'") and typed(world, "kubectl get pv -o jsonpath='{.items[0].spec.hostPath.path}'").startswith("/tmp/hostpath-provisioner/default/")


def test_mysql_is_written_to_by_the_first_and_read_from_all() -> None:
    world = KubernetesWorld.create("basics", 1)
    for name in ("configmap", "services", "statefulset"):
        applied(world, f"application/mysql/mysql-{name}")
    world.advance(world.now_ms + 120_000)
    said = typed(world, "kubectl run mysql-client --image=mysql:5.7 -i --rm --restart=Never -- mysql -h mysql-0.mysql <<EOF\nCREATE DATABASE test;\nCREATE TABLE test.messages (message VARCHAR(250), n INT);\nINSERT INTO test.messages VALUES ('hello', 1), ('bye', 2);\nEOF")
    assert said.endswith('pod "mysql-client" deleted from default namespace\n') and "ERROR" not in said
    assert "| hello   | 1 |\n| bye     | 2 |\n" in typed(world, 'kubectl run mysql-client --image=mysql:5.7 -i -t --rm --restart=Never -- mysql -h mysql-read -e "SELECT * FROM test.messages"')
    world = KubernetesWorld.load(world.dump())
    ask = "kubectl exec mysql-2 -c mysql -- mysql -e"
    assert typed(world, f"{ask} 'SELECT * FROM test.messages LIMIT 1; SELECT COUNT(*) FROM test.messages; SELECT @@server_id, 7; SHOW TABLES FROM test'") == "message\tn\nhello\t1\ncount(*)\n2\n@@server_id\t7\n102\t7\nTables_in_test\nmessages\n"
    for statement, said in (("INSERT INTO test.messages VALUES (1)", "ERROR 1290"), ("SELECT * FROM test.none", "ERROR 1146"), ("SELECT * FROM none.none", "ERROR 1049"), ("SHOW TABLES", "ERROR 1046"), ("USE test; SHOW TABLES", "messages"), ("SHOW DATABASES", "\ntest\n"), ("SELECT 1 + 1", "")):
        assert said in typed(world, f"{ask} '{statement}'"), statement
    first = "kubectl exec mysql-0 -c mysql -- mysql -e"
    assert "ERROR 1007" in typed(world, f"{first} 'CREATE DATABASE test'")
    assert typed(world, f"{first} 'DELETE FROM test.messages; SELECT * FROM test.messages; DROP TABLE test.messages; DROP DATABASE test; SHOW DATABASES'") == "Database\ninformation_schema\nmysql\nperformance_schema\nsys\n"
    world.execute("kubectl run loop --image=mysql:5.7 -- bash -ic \"while sleep 1; do mysql -h mysql-read -e 'SELECT @@server_id,NOW()'; done\"")
    world.advance(world.now_ms + 30_000)
    assert re.fullmatch(r"(10[012]\n)+", typed(world, "kubectl logs loop | grep -o ^10."))
    before = as_bytes(world.cluster.state())
    world.cluster.inside.logs("default", "loop")
    assert as_bytes(world.cluster.state()) == before  # who looks changes nothing
