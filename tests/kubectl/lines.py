"""Sessions of kubectl, typed in the terminal of one sandbox and sent by the real kubectl to another of the same seed."""

FILES = {
    "web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports: [{containerPort: 80}]
""",
    "more.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {c: d}\n",
    "svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n",
    "odd.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ncolour: red\n",
    "broken.yaml": "a: [1\nb: {\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: solo, labels: {tier: x}}\nspec:\n  containers:\n  - {name: a, image: 'a:1'}\n  - {name: b, image: 'b:1'}\n",
}
SESSIONS: dict[str, str] = {
    "basics": """
get nodes
get nodes -o wide
get pods
get pods -A
get all
create deployment web --image=nginx:1.27 --replicas=2
get deployments
get deploy web
get rs
get pods
get pods -o wide
get pods -o name
get pods --show-labels
get deploy,rs,pods
get pods -l app=web
get pods -l app=nothing
get pods -l 'app in (web,api)'
get pods --field-selector=status.phase=Running
get pods nothing
get deploy web nothing
get nonsense
get
get pods web-x -o yaml
get deploy web -o jsonpath={.spec.replicas}
get deploy web -o jsonpath='{.metadata.name}{"\\n"}'
get pods -o jsonpath='{range .items[*]}{.status.phase}{" "}{end}'
get pods -o jsonpath='{.items[*].spec.containers[0].image}'
get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image
get pods --no-headers
get pods --sort-by=.metadata.name
get deploy web -o go-template='{{.spec.replicas}}'
get pods -o go-template='{{range .items}}{{.metadata.name}} {{end}}'
get ns
get namespaces default
get svc
get svc kubernetes -o wide
get cm
get secrets
get sa
get endpointslices
get events
get componentstatus-x
get pods -o nonsense
get pods -w=x
get --raw /version
get --raw /healthz
get --raw /api/v1/namespaces/none/pods
""",
    "write": """
create deployment web --image=nginx:1.27 --replicas=3
create deployment web --image=nginx:1.27
create deployment
create deployment x
scale deployment web --replicas=5
scale deployment/web --replicas=2
scale deploy web
scale deploy nothing --replicas=1
scale deploy web --replicas=2 --current-replicas=9
expose deployment web --port=80
expose deployment web --port=80
expose deployment web
expose deployment nothing --port=80
get svc web
describe svc web
set image deployment/web nginx=nginx:1.28
set image deployment/web other=nginx:1.28
set image deployment/nothing nginx=x
set env deployment/web A=1 B=2
set env deployment/web --list
set resources deployment/web --requests=cpu=100m --limits=memory=64Mi
rollout status deployment/web
rollout history deployment/web
rollout history deployment/web --revision=2
rollout undo deployment/web
rollout undo deployment/web --to-revision=99
rollout pause deployment/web
rollout pause deployment/web
rollout resume deployment/web
rollout resume deployment/web
rollout restart deployment/web
rollout status deployment/nothing
rollout nonsense deployment/web
label deployment web tier=front
label deployment web tier=back
label deployment web tier=back --overwrite
label deployment web tier-
label deployment web nothing-
label pods --all colour=blue
annotate deployment web note=hello
annotate deployment web note-
patch deployment web -p '{"spec":{"replicas":1}}'
patch deployment web -p '{"spec":{"replicas":1}}'
patch deployment web --type=merge -p '{"spec":{"replicas":2}}'
patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":3}]'
patch deployment web --type=json -p '[{"op":"remove","path":"/spec/nothing"}]'
patch deployment web -p '{"spec":{"replicas":"x"}}'
patch deployment nothing -p '{}'
delete deployment web
delete deployment web
delete deployment web --ignore-not-found
delete svc web
delete pod nothing
delete
delete pods
""",
    "files": """
apply -f web.yaml
apply -f web.yaml
apply -f more.yaml
apply -f more.yaml -f svc.yaml
apply -f odd.yaml
apply -f odd.yaml --validate=warn
apply -f odd.yaml --validate=false
apply -f broken.yaml
apply -f nothing.yaml
apply
create -f more.yaml
create -f web.yaml
replace -f more.yaml
replace -f pod.yaml
delete -f more.yaml
delete -f more.yaml
delete -f more.yaml --ignore-not-found
apply -f pod.yaml
apply -f pod.yaml -o name
apply -f web.yaml --dry-run=client
apply -f web.yaml --dry-run=server
apply -f web.yaml --dry-run=client -o yaml
apply -f web.yaml --dry-run=nonsense
diff -f web.yaml
get -f web.yaml
get -f web.yaml -o name
describe -f svc.yaml
apply view-last-applied deployment web
delete -f web.yaml -f svc.yaml -f pod.yaml
apply -f web.yaml --server-side
apply -f web.yaml --server-side --field-manager=other
apply -f more.yaml --server-side
""",
    "create": """
create configmap one --from-literal=a=b --from-literal=c=d
create configmap two --from-file=web.yaml
create configmap one --from-literal=a=b
create configmap bad --from-literal=ab
create configmap three --from-literal=a=b --dry-run=client -o yaml
create configmap three --from-literal=a=b -o name
create secret generic s --from-literal=password=hunter2
create secret generic s2 --from-literal=a=b --dry-run=client -o yaml
create secret docker-registry reg --docker-server=x --docker-username=u --docker-password=p
create secret
get secrets
describe secret s
get secret s -o jsonpath={.data.password}
describe configmap one
get cm one -o yaml
create namespace team-a
create ns team-a
create ns Bad_Name
get ns
create deployment api --image=nginx:1.27 -n team-a
get pods -n team-a
get deploy -A
delete ns team-a
create service clusterip c --tcp=80:8080
create service nodeport n --tcp=80 --node-port=30111
create service externalname e --external-name=example.com
create service loadbalancer l --tcp=443
get svc
create serviceaccount robot
get sa
create job once --image=busybox -- true
create cronjob often --image=busybox --schedule='*/5 * * * *' -- date
create quota q --hard=pods=3
create role r --verb=get --resource=pods
create rolebinding rb --role=r --user=jane
create clusterrole cr --verb=get,list --resource=nodes
create clusterrolebinding crb --clusterrole=cr --user=jane
create ingress i --rule=example.com/path=svc:80
create poddisruptionbudget p --selector=app=web --min-available=1
create priorityclass pc --value=10
create nonsense
create deployment many --image=a --image=b
create deployment d --image=a:1 --port=80 --dry-run=client -o yaml
create deployment d --image=a:1 --dry-run=client -o json
""",
    "pods": """
run solo --image=nginx:1.27
run solo --image=nginx:1.27
run
run x
run other --image=busybox --labels=a=b,c=d --env=X=1 --port=80 --dry-run=client -o yaml
run once --image=busybox --restart=Never
run job --image=busybox --restart=OnFailure -- sleep 1
run Bad --image=x
get pods
get pod solo
get pod solo -o wide
get pod solo -o jsonpath={.status.phase}
get pod/solo
get pods/solo pods/once
describe pod solo
describe pods
describe pod nothing
describe node node-1
describe ns default
describe nonsense x
describe deploy
describe rs
logs solo
logs nothing
logs
exec solo
delete pod once
delete pod once solo
delete pods --all
delete pod -l a=b
get pods
cordon node-1
cordon node-1
uncordon node-1
uncordon node-1
cordon nothing
taint nodes node-1 a=b:NoSchedule
taint nodes node-1 a=b:NoSchedule
taint nodes node-1 a=c:NoSchedule --overwrite
taint nodes node-1 a-
taint nodes node-1 a-
taint nodes node-1 bad
drain node-2
drain node-2 --ignore-daemonsets
uncordon node-2
wait --for=condition=Ready node/node-1
wait --for=condition=Ready pod/nothing --timeout=1s
wait --for=delete pod/nothing --timeout=1s
wait pod/nothing
""",
    "explain": """
explain pod.spec.nothing
explain nonsense
explain
api-versions
api-resources --api-group=apps
api-resources --namespaced=false -o name
api-resources --verbs=list,get -o name
version
cluster-info
auth can-i get pods
auth can-i create deployments --namespace=default
auth can-i nonsense
config current-context
config view
config get-contexts
config set-context --current --namespace=kube-system
nonsense
get pods --nonsense
get pods -z
""",
}
