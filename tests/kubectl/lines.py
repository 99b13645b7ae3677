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
    "twice.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice, labels: {side: left}}\ndata: {a: b}\ndata: {c: d}\n",
    "odd.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\ncolour: red\n",
    "broken.yaml": "a: [1\nb: {\n",
    "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: solo, labels: {tier: x}}\nspec:\n  containers:\n  - {name: a, image: 'a:1'}\n  - {name: b, image: 'b:1'}\n",
    "rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader}\nrules:\n- {apiGroups: [''], resources: [pods], verbs: [get, list]}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: reader}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}\nsubjects:\n- {kind: ServiceAccount, name: robot, namespace: default}\n",
    "app/kustomization.yaml": "resources: [d.yaml, s.yaml]\nnamePrefix: dev-\nnamespace: default\nlabels:\n- pairs: {env: dev}\n  includeSelectors: true\ncommonAnnotations: {note: hi}\nimages:\n- {name: nginx, newTag: '1.28'}\nreplicas:\n- {name: web, count: 2}\nconfigMapGenerator:\n- name: conf\n  literals: [A=1, B=two]\nsecretGenerator:\n- name: sec\n  literals: [p=q]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: add\n      path: /spec/template/spec/containers/0/env\n      value: [{name: X, value: '1'}]\n",
    "app/d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'nginx:1.27', envFrom: [{configMapRef: {name: conf}}]}]}\n",
    "app/s.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n",
    "columns.txt": "NAME IMAGES\n.metadata.name .spec.template.spec.containers[*].image\n", "template.txt": "{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "env.txt": "A=1\n# no\nB=2\n",
    "patch.yaml": "spec:\n  replicas: 1\n", "sts.yaml": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec:\n  serviceName: db\n  replicas: 2\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: 'db:1'}]}\n",
    "ds.yaml": "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  selector: {matchLabels: {app: agent}}\n  template:\n    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: agent, image: 'agent:1'}]}\n",
    "bad-deploy.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad}\nspec:\n  selector: {matchLabels: {app: x}}\n  template:\n    metadata: {labels: {app: y}}\n    spec: {containers: [{name: Web_1, image: ''}]}\n",
    "stream.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "three"}, "data": {"a": "b"}}\n{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "four"}}\n',
    "maps.json": '{"apiVersion": "v1", "kind": "ConfigMapList", "items": [{"metadata": {"name": "five"}}, {"metadata": {"name": "six"}, "data": {"k": "v"}}]}\n',
    "unknown-list.yaml": "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: seven}}\n- {apiVersion: company.com/v1, kind: Foo, metadata: {name: a}}\n- {apiVersion: company.com/v1, kind: Bar, metadata: {name: b}}\n",
    "mixed.yaml": "apiVersion: company.com/v1\nkind: Foo\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: eight}\n",
    "recreate.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kept}\nspec:\n  strategy: {type: Recreate}\n  selector: {matchLabels: {app: kept}}\n  template:\n    metadata: {labels: {app: kept}}\n    spec:\n      volumes: [{name: v, emptyDir: {}}]\n      containers: [{name: a, image: 'a:1', ports: [{containerPort: 80}]}]\n",
    "rolling.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: kept}\nspec:\n  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}\n  selector: {matchLabels: {app: kept}}\n  template:\n    metadata: {labels: {app: kept}}\n    spec:\n      volumes: [{name: v, hostPath: {path: /tmp}}]\n      containers: [{name: a, image: 'a:1', ports: [{containerPort: 80}]}]\n",
    "stale.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web, resourceVersion: '1'}\nspec: {selector: {app: other}, ports: [{port: 81}]}\n",
    "plain-user.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: plain}\nspec:\n  securityContext: {runAsNonRoot: true, runAsUser: 1000}\n  containers: [{name: a, image: 'a:1', env: [{name: WHO, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]\n",
    "long.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n  plain: a text that is longer than the eighty columns after which kubectl goes on in the next line, and once more so\n  quoted: 'a text with a colon: it is longer than the eighty columns after which kubectl goes on in the next line'\n",
    "secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: hush}\nstringData: {a: one, b: two}\n",
    "custom.json": '{"env": [{"name": "X", "value": "1"}]}',
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
get --raw "/livez?verbose"
get --raw "/readyz?verbose"
get --raw /metrics
get pods --context=missing
get pods --cluster=missing
get pods --user=missing
get deploy -o go-template='{{range.items}}{{.metadata.name}}{{.metadata.no.such}}:{{else}}none{{end}}'
get deploy -o go-template='{{range.items}}{{if .spec.paused}}paused{{else if exists . "spec" "replicas"}}some{{else}}none{{end}}{{end}}'
cordon --selector=
auth can-i get /logs/ --subresource=log
auth can-i get nodes -A
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
set image deployment/web nginx=nginx:1.28 --record
label deployment web tier=front --record
rollout history deployment web
annotate deployment web a=b --record=false
scale deployment web --replicas=2 --record
get deployment web -o jsonpath={.metadata.annotations}
create clusterrole reader --verb=get --resource=pods
delete clusterrole reader -n default
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
explain pod.spec.containers.livenessProbe
explain deploy.spec.strategy
explain deploy.spec.strategy.type
explain pv.spec.hostPath --recursive
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
    "outputs": """
create deployment web --image=nginx:1.27 --replicas=2
create deployment api --image=api:1
create configmap conf --from-literal=a=1 --from-literal=b=x
get deploy -o custom-columns-file=columns.txt
get deploy -o go-template-file=template.txt
get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas,L:.metadata.labels
get deploy -o custom-columns=N
get deploy -o custom-columns
get deploy -o jsonpath
get deploy -o jsonpath='{.items[*].metadata.name}'
get deploy -o jsonpath='{.items[0].nothing}'
get deploy -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{.spec.replicas}{"\\n"}{end}'
get deploy -o jsonpath='{.items[?(@.spec.replicas>1)].metadata.name}'
get deploy -o jsonpath='{.items[?(@.metadata.name=="api")].spec.replicas}'
get deploy -o jsonpath='{.items[0:1].metadata.name}'
get deploy -o jsonpath='{.items[-1:].metadata.name}'
get deploy -o jsonpath='{..image}'
get deploy web -o jsonpath='{.metadata.labels}'
get deploy web -o jsonpath='{.spec.template.spec.containers}'
get deploy -o jsonpath='{.items['
get deploy -o jsonpath='{range .items[*]}{.metadata.name}'
get deploy -o jsonpath-as-json='{.items[*].metadata.name}'
get deploy web -o jsonpath='{.metadata.name} {.kind}'
get deploy -o go-template='{{range .items}}{{.metadata.name}}={{.spec.replicas}} {{end}}'
get deploy -o go-template='{{len .items}}'
get deploy web -o go-template='{{if gt .spec.replicas 1}}many{{else}}one{{end}}'
get deploy web -o go-template='{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}}{{end}}'
get deploy web -o go-template='{{.nothing}}'
get deploy web -o go-template='{{index .spec.template.spec.containers 0 "image"}}'
get deploy web -o go-template='{{printf "%s-%v" .metadata.name .spec.replicas}}'
get deploy web -o template --template='{{.kind}}'
get deploy web -o go-template
get deploy -o name
get deploy,cm -o name
get deploy web -o wide
get deploy --show-labels
get deploy -L app,tier
get deploy --sort-by=.spec.replicas
get deploy --sort-by='{.metadata.creationTimestamp}'
get deploy --sort-by=.nothing
get deploy --no-headers -o wide
get deploy --show-kind
get cm conf -o json
get cm conf -o yaml --show-managed-fields=false
get cm conf -o kyaml
get cm conf -o xml
get pods --field-selector=metadata.name=none
get pods --field-selector=spec.nodeName=node-1 -o name --ignore-not-found
get pods --field-selector=nonsense=1
get pods -l '='
get pods -l 'app notin (web)' -o custom-columns=A:.metadata.labels.app
get pods -l '!app'
get pods -l app=web,tier=x
get deploy web api
get deploy/web cm/conf
get deploy/web cm
get deploy web --all-namespaces
get deploy -A -o wide
get deploy -n nowhere
get all -n kube-system
get deploy --chunk-size=1
get deploy web --subresource=scale
get deploy web --subresource=status -o jsonpath={.kind}
get deploy web --subresource=nonsense
get deployments.v1.apps web -o name
get deployments.apps
get pods.v2
get po,svc
get nodes -o jsonpath='{.items[*].status.conditions[?(@.type=="Ready")].status}'
get node node-1 -o jsonpath='{.status.allocatable.cpu}'
get crd
get pv
get pvc
get storageclass
get ingress
get netpol
get hpa
get job
get cronjob
get ds
get sts
get quota
get limits
get role
get rolebinding
get clusterroles view
get clusterrolebindings cluster-admin
get priorityclasses
get lease -n kube-node-lease -o name
get csr
get ep
get endpoints kubernetes
get pdb
get rc
get --raw /api/v1/namespaces/default/configmaps/conf -f x
get --raw /nonsense
get deploy --as=jane
get deploy --as=system:serviceaccount:default:default
get deploy --watch=maybe
get deploy -o
get deploy --sort-by
get -f nothing.yaml
get -f web.yaml -f svc.yaml
""",
    "sets": """
apply -f web.yaml
apply -f pod.yaml
create sa robot
set
set nonsense
set image
set image deploy web
set image deploy/web web=nginx:1.28 --dry-run=client
set image deploy/web web=nginx:1.28 --dry-run=server
set image deploy/web web=nginx:1.28
set image deploy/web web=nginx:1.28
set image deploy web *=nginx:1.29
set image deploy --all web=nginx:1.30
set image pod/solo a=a:2 b=b:2
set image deploy/web web=nginx:1.31 -o name
set image deploy/web web=nginx:1.32 --local -o yaml
set image sa/robot x=y
set image deploy/nothing web=x
set env deploy/web
set env deploy/web A=1
set env deploy/web A=2 --overwrite=false
set env deploy/web A-
set env deploy/web B=2 -c nothing
set env deploy/web --list
set env pods --all --list
create configmap conf --from-literal=key-one=1 --from-literal=two=2
set env deploy/web --from=configmap/conf
set env deploy/web --from=configmap/conf --prefix=P_ --keys=two
set env deploy/web --list
set env deploy/web --list --resolve
set resources deploy/web
set resources deploy/web --limits=cpu=200m,memory=128Mi --requests=cpu=100m
set resources deploy/web --limits=cpu=200m,memory=128Mi --requests=cpu=100m
set resources deploy/web -c=nothing --limits=cpu=1
set resources deploy/web --limits=cpu=nonsense
set sa deploy/web robot
set serviceaccount deploy web robot --dry-run=client
set serviceaccount deploy web
set serviceaccount
create service clusterip s --tcp=80
set selector service s app=web,tier=x
set selector service s app=web --dry-run=client
set selector deploy web app=x
get svc s -o jsonpath={.spec.selector}
create role r --verb=get --resource=pods
create rolebinding rb --role=r --user=jane
set subject rolebinding rb --user=joe
set subject rolebinding rb --serviceaccount=default:robot
set subject rolebinding rb
set subject rolebinding rb --serviceaccount=bad
set subject deploy web --user=x
get rolebinding rb -o jsonpath={.subjects[*].name}
""",
    "rollouts": """
apply -f web.yaml
rollout
rollout status
rollout status deployment
rollout status deployment/web --watch=false
rollout status deployment/web --timeout=5s
rollout status deploy -l app=web
rollout status pod/x
rollout history deployment/web
rollout history deployment/web --revision=1
rollout history deployment/web --revision=9
rollout history deployment
rollout history deploy/web -o yaml --revision=1 --dry-run
set image deploy/web web=nginx:1.28
annotate deploy/web kubernetes.io/change-cause="second image"
rollout status deploy/web
rollout history deploy/web
rollout history deploy/web --revision=2
rollout undo deploy/web --dry-run=client
rollout undo deploy/web --dry-run=server
rollout undo deploy/web --to-revision=1
rollout undo deploy/web --to-revision=-1
rollout undo deploy/web --to-revision=7
rollout history deploy/web
rollout restart deploy
rollout restart deploy/web deploy/nothing
rollout restart deploy -l app=nothing
rollout restart pod/x
rollout pause deploy/web
rollout undo deploy/web
rollout restart deploy/web
rollout resume deploy/web
rollout resume deploy/nothing
rollout pause sts/x
apply -f sts.yaml
rollout status sts/db
rollout history sts/db
rollout history sts/db --revision=1
set image sts/db db=db:2
rollout status sts/db
rollout history sts/db
rollout undo sts/db
rollout restart sts/db
rollout pause sts/db
apply -f ds.yaml
rollout status ds/agent
rollout history ds/agent
set image ds/agent agent=agent:2
rollout status ds/agent
rollout undo ds/agent
rollout history ds/agent --revision=3
rollout restart ds/agent
rollout nonsense
""",
    "waiting": """
apply -f web.yaml
wait
wait deploy/web
wait --for=nonsense deploy/web
wait --for=condition=Available deploy/web
wait --for=condition=available=true deploy/web --timeout=5s
wait --for=condition=Available=false deploy/web --timeout=1s
wait --for=condition=Available deploy --all
wait --for=condition=Ready pod -l app=web
wait --for=condition=Ready pod -l app=none
wait --for=condition=Ready pod
wait --for=condition=Ready pod --all -n kube-system
wait --for=jsonpath='{.status.readyReplicas}'=3 deploy/web
wait --for=jsonpath='{.status.readyReplicas}'=4 deploy/web --timeout=1s
wait --for=jsonpath='{.status.readyReplicas}' deploy/web
wait --for=jsonpath='{.nothing}' deploy/web --timeout=1s
wait --for=jsonpath= deploy/web
wait --for=create deploy/web
wait --for=create deploy/none --timeout=1s
wait --for=delete deploy/none
wait --for=condition=Available deploy/web deploy/none
wait --for=condition=Available -f web.yaml
wait --for=condition=Available deploy/web -o name
wait --for=condition=Available deploy/web --timeout=x
wait --for=condition=Available svc/none
""",
    "checks": """
auth
auth nonsense
auth can-i
auth can-i get
auth can-i get pods
auth can-i get pods -q
auth can-i get pods --as=jane
auth can-i create deployments.apps --as=jane -n kube-system
auth can-i get pods/log
auth can-i get pods --subresource=log
auth can-i get /healthz
auth can-i get /healthz --as=jane
auth can-i get nodes
auth can-i get nodes -n default
auth can-i '*' '*'
auth can-i '*' '*' --as=jane
auth can-i get deploy/web
auth can-i nonsense pods
auth can-i get nonsense
auth can-i get pods --all-namespaces
auth can-i get pods --list
auth whoami --as=jane --as-group=devs
auth whoami -o json --as=jane
create sa robot
auth reconcile
auth can-i list pods --as=system:serviceaccount:default:robot
auth can-i delete pods --as=system:serviceaccount:default:robot
auth can-i --list --as=system:serviceaccount:default:robot
get pods --as=system:serviceaccount:default:robot
delete pod x --as=system:serviceaccount:default:robot
get nodes --as=system:serviceaccount:default:robot
get pods -A --as=system:serviceaccount:default:robot
create deployment d --image=x --as=system:serviceaccount:default:robot
create token nothing
create token
certificate
certificate approve
certificate approve none
certificate deny none
certificate nonsense
config current-context
config get-contexts -o name
config get-contexts nothing
config get-clusters
config get-users
config use-context nothing
config use-context learnk8s
config set-context --current --namespace=kube-system
config view --minify -o jsonpath='{..namespace}'
config set-context other --cluster=learnk8s --user=kubernetes-admin --namespace=default
config get-contexts
config use-context other
config current-context
config rename-context other third
config rename-context none x
config set-cluster c2 --server=https://example.com
config set-credentials u2 --token=abc
config view
config view --raw
config unset users.u2
config set contexts.third.namespace kube-public
config view -o jsonpath='{.contexts[*].context.namespace}'
config nonsense
completion
completion nonsense
plugin list
version --client
version -o json --client=nonsense
version -o nonsense
api-versions
api-resources --api-group=batch
api-resources -o name --namespaced=true
api-resources --no-headers --api-group=policy
api-resources --sort-by=kind --api-group=apps
api-resources --sort-by=nonsense
api-resources --categories=all -o name
api-resources -o wide --api-group=apps
api-resources extra
cluster-info --nonsense
explain pods.spec.nothing
explain pods --nonsense
explain nothing
top nonsense
top pods
top nodes
events
events --for=deploy/web
events --types=Nonsense
events --for=nothing
""",
    "applying": """
apply -f web.yaml
apply -f web.yaml -o yaml --dry-run=server
apply -f web.yaml -o json
apply -f bad-deploy.yaml
apply -f bad-deploy.yaml --dry-run=client
create -f bad-deploy.yaml
apply -f web.yaml -f more.yaml -n kube-system
apply -f web.yaml --namespace=nowhere
apply -f app
apply -R -f app
apply -k app
apply -k app --dry-run=server
apply -k nothing
apply -k app -f web.yaml
kustomize app
kustomize nothing
kustomize .
diff -k app
delete -k app
apply edit-last-applied
apply view-last-applied
apply view-last-applied deploy/web -o json
apply view-last-applied deploy/none
apply view-last-applied -f web.yaml
apply set-last-applied -f web.yaml
apply set-last-applied -f svc.yaml
apply --server-side -f web.yaml
apply --server-side -f web.yaml --force-conflicts
apply --server-side -f web.yaml --field-manager=me
apply --force-conflicts -f web.yaml
apply -f web.yaml --prune
apply -f more.yaml --prune -l a=b
apply -f odd.yaml --server-side
apply -f broken.yaml --server-side
scale deploy/web --replicas=1
diff -f more.yaml
diff
diff -f nothing.yaml
replace -f web.yaml
replace -f more.yaml
replace --force -f more.yaml
replace
replace -f nothing.yaml
create -f more.yaml --dry-run=client -o name
create -f more.yaml --save-config
create -f twice.yaml -l side=right
create -f twice.yaml -l side=left
get configmap twice -o jsonpath={.data}
exec configmap/twice -- date
create -f twice.yaml --validate=foo
get configmap twice -o jsonpath={.metadata.managedFields[*].manager}
set selector -f svc.yaml app=other
set selector service web app=third --resource-version=1
get service web -o jsonpath={.spec.selector}
create -f broken.yaml
create -f svc.yaml -o yaml --dry-run=client
create --dry-run=client -f web.yaml -o jsonpath={.kind}
patch deploy web --patch-file=patch.yaml
patch deploy web --patch-file=none.yaml
patch deploy web
patch deploy web -p
patch deploy web -p '{'
patch deploy web -p 'spec: {replicas: 2}'
patch deploy web --type=nonsense -p '{}'
patch deploy/web -p '{"spec":{"replicas":3}}' --dry-run=client
patch deploy/web -p '{"spec":{"replicas":3}}' --dry-run=server
patch deploy/web -p '{"spec":{"replicas":3}}' -o name
patch deploy/web -p '{"spec":{"nothing":3}}'
patch deploy/web --type=json -p '[{"op":"test","path":"/spec/replicas","value":9}]'
patch deploy/web --type=json -p '[{"op":"nonsense","path":"/x"}]'
patch deploy/web --type=json -p '{}'
patch deploy/web --type=merge -p '[]'
patch deploy/web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'
patch deploy/web --subresource=status --type=merge -p '{"status":{"replicas":9}}'
patch deploy/web -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'
patch node node-1 -p '{"spec":{"unschedulable":true}}'
patch svc none -p '{}'
KUBE_EDITOR='sed -i "s/replicas: 2/replicas: 4/"' edit deploy/web
KUBE_EDITOR='true' edit deploy/web
KUBE_EDITOR='false' edit deploy/web
KUBE_EDITOR='sed -i "s/replicas: 4/replicas: 5/"' edit deploy web -o yaml
edit
edit deploy/none
edit nonsense
""",
    "making": """
create
create deployment d --image=a:1 --port=80 --replicas=2 -o name
create deployment d2 --image=a:1 -- sleep 60
create deployment d3 --image=a:1,b:2 --dry-run=client -o yaml
create deployment d4 --image=a:1 --replicas=x
create deployment d4 --image=a:1 extra
create deployment BAD --image=a
create deployment d5 --image=a:1 --dry-run=server
create deployment d5 --image=a:1 --dry-run=nonsense
create deployment d5 --nonsense
create namespace n1 --dry-run=client -o yaml
create namespace
create namespace n1 n2
create configmap c1 --from-file=env.txt --from-file=x=patch.yaml
create configmap c2 --from-env-file=env.txt
create configmap c3 --from-file=nothing.txt
create configmap c4 --from-literal=a=1 --from-literal=a=2
create configmap c5 --from-literal=bad/key=1
create configmap c6 --from-literal=a=1 --append-hash --dry-run=client -o name
create configmap c7 --from-env-file=env.txt --from-literal=a=b
create configmap
create secret generic s1 --from-literal=a=1 --type=my/type -o yaml --dry-run=client
create secret generic s2 --from-env-file=env.txt
create secret generic
create secret tls t1 --cert=nothing --key=nothing
create secret tls t1
create secret docker-registry r1
create secret nonsense x
create service
create service nonsense x
create service clusterip
create service clusterip c1 --clusterip=None
create service clusterip c2 --tcp=80:http --dry-run=client -o yaml
create service clusterip c3 --tcp=abc
create service clusterip c4
create service nodeport n1 --tcp=80 --node-port=30100
create service nodeport n2 --tcp=80 --node-port=30100
create service nodeport n3 --tcp=80 --node-port=1
create service externalname e1
create service loadbalancer l1 --tcp=80:8080
create sa sa1
create sa sa1
create job j1 --image=a:1 -- date
create job j2
create job j3 --image=a --from=cronjob/x
create job j4 --from=cronjob/none
create job j4 --from=deploy/none
create cronjob cj1 --image=a:1 --schedule="*/1 * * * *" -- date
create cronjob cj2 --image=a:1 --schedule="nonsense"
create cronjob cj3 --image=a:1
create job j5 --from=cronjob/cj1 --dry-run=client -o name
create job j5 --from=cronjob/cj1
create quota q1 --hard=pods=2,cpu=1 -o yaml --dry-run=client
create quota q2 --hard=pods
create quota q3 --hard=pods=1 --scopes=BestEffort
create quota q4 --hard=pods=x
create role r1 --verb=get,list --resource=pods,deployments.apps --resource-name=x --dry-run=client -o yaml
create role r2
create role r3 --verb=get
create role r4 --verb=get --resource=nonsense
create role r5 --verb=nonsense --resource=pods
create role r6 --verb=get --resource=pods/log,pods/exec
create clusterrole cr1 --verb=get --non-resource-url=/logs/*
create clusterrole cr2 --aggregation-rule="a=b"
create clusterrole cr3 --verb=get --resource=nodes
create clusterrole cr4
create rolebinding b1 --clusterrole=view --user=jane --group=devs --serviceaccount=default:sa1 --dry-run=client -o yaml
create rolebinding b2
create rolebinding b3 --role=r1 --clusterrole=x
create rolebinding b4 --role=r1 --serviceaccount=x
create clusterrolebinding cb1 --clusterrole=view --group=system:authenticated
create clusterrolebinding cb2
create ingress i1 --rule="foo.com/bar*=svc1:80,tls=secret1" --dry-run=client -o yaml
create ingress i2 --default-backend=svc:http --class=nginx
create ingress i3
create ingress i4 --rule="bad"
create ingress i5 --rule="a.com/x=svc:80" --annotation a=b
create pdb p1 --selector=app=x --min-available=50%
create pdb p2 --selector=app=x
create pdb p3 --min-available=1
create pdb p4 --selector=app=x --min-available=1 --max-unavailable=1
create priorityclass pc1 --value=100 --description=hi --dry-run=client -o yaml
create priorityclass pc2 --value=x
create priorityclass pc3 --value=2000000001
create priorityclass pc4 --value=5 --preemption-policy=Never
run p1 --image=a:1 --dry-run=client -o yaml --env=A=1 --labels=x=y --port=8080
run p2 --image=a:1 --restart=Never --command -- sleep 10
run p3 --image=a:1 --restart=nonsense
run p4 --image=a:1 --overrides='{"spec":{"nodeName":"node-2"}}' --dry-run=client -o jsonpath={.spec.nodeName}
run p5 --image=a:1 --expose
run p6 --image=a:1 --expose --port=80
run p7 --image=a:1 --rm
run p8 --image='bad image'
run p9 --image=a:1 --annotations=a=b -o name
run p10 --image=a:1 --privileged --dry-run=client -o yaml
expose
expose deploy
expose deploy/d
expose deploy/d --name=d-svc --target-port=8080 --port=80 --type=NodePort --dry-run=client -o yaml
expose deploy/d --port=80 --protocol=UDP --name=udp
expose deploy/d --port=80 --type=nonsense --name=x1
expose pod p1 --port=80
expose pod p2 --port=80 --name=p2svc
expose svc p2svc --name=again --port=81
expose node node-1 --port=80
expose deploy/d --port=80 --selector=a=b --name=sel -o name
expose deploy/d --port=80 --cluster-ip=None --name=headless
expose cm/c1 --port=80
autoscale deploy/d
autoscale deploy/d --max=5
autoscale deploy/d --max=5 --min=9
autoscale deploy/none --max=5
autoscale deploy/d --max=3 --cpu-percent=50 --name=other
autoscale deploy/d --max=3 --cpu=70% --name=third --dry-run=client -o yaml
autoscale cm/c1 --max=2
scale deploy/d --replicas=3
scale deploy/d --replicas=-1
scale deploy/d d2 --replicas=1
scale deploy d d2 --replicas=2
scale --replicas=1 -f web.yaml
scale deploy --all --replicas=0
scale cm/c1 --replicas=1
scale deploy/d --replicas=1 --current-replicas=5
scale deploy/d --replicas=1 --dry-run=client
""",
    "cluster": """
apply -f web.yaml
apply -f pod.yaml
apply -f ds.yaml
label
label pod
label pod solo
label pod solo a=b c=d
label pod solo a=b
label pod solo a=x
label pod solo a=x --overwrite
label pod solo a- c- none-
label pod solo 'bad key=x'
label pod solo x='bad value!'
label pod solo --list
label pods --all z=1
label pods -l app=web y=2 -o name
label deploy/web pod/solo w=1
label pod none a=b
label pod solo a=b --dry-run=client
label pod solo a=b --dry-run=server
label pod solo a=b --resource-version=1
label -f pod.yaml k=v
label node node-1 disk=ssd
label ns default team=a
annotate pod solo note=one
annotate pod solo note=two
annotate pod solo note=two --overwrite
annotate pod solo note-
annotate pod solo
annotate pods --all x=y
annotate pod none a=b
cordon
cordon node-1 --dry-run=client
cordon node-1 node-2
uncordon node-1 node-2
uncordon -l disk=ssd
cordon none
taint
taint nodes
taint nodes node-1
taint nodes node-1 k=v:NoSchedule k2:NoExecute
taint nodes node-1 k=v2:NoSchedule
taint nodes node-1 k=v2:NoSchedule --overwrite
taint nodes node-1 k:NoSchedule- k2-
taint nodes node-1 none-
taint nodes node-1 k=v:Nonsense
taint nodes node-1 k
taint nodes none k=v:NoSchedule
taint nodes --all x=y:PreferNoSchedule
taint nodes -l disk=ssd x-
taint pods solo a=b:NoSchedule
drain
drain none
drain node-1
drain node-1 --ignore-daemonsets --force
drain node-1 --ignore-daemonsets --force --dry-run=client
uncordon node-1
describe node node-1 --show-events=false
describe pods -l app=web --show-events=false
describe deploy web
describe deploy web none
describe deploy/web svc/kubernetes
describe ds agent
describe svc kubernetes
describe sa default
describe
describe nonsense
describe pods -n nowhere
describe -f svc.yaml
delete
delete nonsense x
delete pod
delete pod none
delete pod none --ignore-not-found
delete pod solo --now
delete pods -l app=none
delete pods --all -n kube-public
delete deploy/web svc/none
delete deploy web
delete ds agent --cascade=nonsense
delete ds agent --cascade=orphan
delete ds agent
delete pods -l app=agent --force
delete pod x --grace-period=0
delete pod x --force --grace-period=5
delete -f pod.yaml
delete ns default
delete ns none
delete deploy --all --dry-run=client
delete all --all
delete svc kubernetes --dry-run=server
delete cm,secret --all
""",
    "describing": """
apply -f web.yaml -f svc.yaml -f sts.yaml
create sa robot
create ingress i --rule=a.com/x=web:80 --default-backend=web:80
create role r --verb=get,list --resource=pods,deployments.apps
create rolebinding rb --role=r --user=jane --serviceaccount=default:robot
create clusterrole cr --verb=get --resource=nodes --resource-name=n
create clusterrolebinding crb --clusterrole=cr --group=devs
create quota q --hard=pods=20,cpu=9
create pdb p --selector=app=web --min-available=1
create priorityclass pc --value=10 --description=hi
create cronjob cj --image=a:1 --schedule='0 0 1 1 *'
create job j --image=a:1 -- date
create secret generic s --from-literal=a=1
create configmap c --from-literal=a=1
autoscale deploy/web --max=3 --cpu=50%
describe ingress i
describe role r
describe rolebinding rb
describe clusterrole cr
describe clusterrolebinding crb
describe quota q
describe pdb p
describe pc pc
describe cj cj
describe secret s
describe cm c
describe sa robot
describe svc web
describe sts db
describe ns default
describe lease -n kube-node-lease node-1
""",
    "reaching": """
apply -f pod.yaml
logs
logs none
logs solo -c none
logs solo --tail=x
logs solo a b
logs -l tier=none
logs solo --since=x
logs solo --since=1h --since-time=2020-01-01T00:00:00Z
logs solo -c a --all-containers
logs deploy/none
logs solo -p
exec
exec solo
exec none -- date
exec solo date
exec solo -c none -- date
attach
attach none
port-forward
port-forward solo
port-forward none 80
port-forward solo x
cp
cp a b
cp none solo:
cp none none:/x
debug
debug solo
debug none --image=x
debug deploy/x --image=x
proxy --port=x
run x --image=y -it --rm --attach=false
explain pods.kind --output=plaintext-openapiv2
explain deploy.spec.strategy.nothing
nonsense --flag
get pods --request-timeout=x
get pods -v=x
gett
replace -f pod.yaml --grace-period=-2
options --nonsense
""",
    "templates": """
get svc kubernetes -o go-template={{.kind.x}}
get svc kubernetes -o go-template='{{index .spec.ports 5}}'
get svc kubernetes -o go-template='{{index .spec "a" "b"}}'
get svc kubernetes -o go-template='{{.kind}}{{len .nothing}}'
get svc kubernetes -o go-template='{{range .kind}}x{{end}}'
get svc kubernetes -o go-template='{{eq .kind 3}}'
get svc kubernetes -o go-template='{{foo}}'
get svc kubernetes -o go-template='{{.kind'
get svc kubernetes -o go-template='{{if .kind}}a{{else}}b{{else}}c{{end}}'
get svc kubernetes -o go-template='{{define "T"}}[{{.}}]{{end}}{{template "T" .kind}}{{$x := 1}}{{$x = 2}}{{$x}}{{printf "%05d|%-4s|%q" 7 "a" .kind}}'
get svc kubernetes --template={{.metadata.name}}
get svc kubernetes --allow-missing-template-keys=false -o go-template={{.missing}}
get svc kubernetes --allow-missing-template-keys=false -o jsonpath={.missing}
get svc kubernetes -o jsonpath='{.spec.ports[7].port}'
get svc kubernetes -o jsonpath='{.kind[0]}'
get svc kubernetes -o jsonpath='{.spec.ports[?(@.port>"x")].name}'
get svc kubernetes -o jsonpath='{.spec.ports[?(@.port==443)].name}'
get svc kubernetes -o jsonpath='{.metadata.managedFields[*].manager}'
create cm c1 --from-literal=a=b --template={{.metadata.name}}
create cm c2 --dry-run=client -o custom-columns=A:.kind
events -o json --for=node/node-1
events -o yaml --types=Warning
events -o jsonpath={.items[*].reason}
events -o name
events -o wide
events --for=a/b/c
events --for=nothing/x
explain pods
explain cm --recursive
explain svc.spec.ports.targetPort
explain pod.metadata.labels
explain deploy.spec.strategy
""",
    "mended": """
create role a --verb=get --resource=pods.badgroup
get foo.bar.example
get hpa.auto
list
create -f stream.json
create -f maps.json
get -f stream.json -f maps.json
apply -f unknown-list.yaml
apply -f mixed.yaml
apply -f long.yaml
get cm long -o yaml
apply -f rolling.yaml
apply -f recreate.yaml
get deploy kept -o jsonpath='{.spec.strategy}{.spec.template.spec.volumes}'
expose -f recreate.yaml --port=80 --dry-run=client -o yaml
expose -f recreate.yaml
autoscale -f recreate.yaml --max=3 --dry-run=client
autoscale -f recreate.yaml --max=3
rollout history -f recreate.yaml
rollout pause -f recreate.yaml
rollout resume -f recreate.yaml -o name
expose service kept --name=again
apply -f stale.yaml
create svc clusterip web --tcp=80
apply -f stale.yaml
apply -f stale.yaml --force
apply -f svc.yaml --prune -l a=b
apply -f more.yaml --prune --all --prune-allowlist=core/v1/Foo
apply -f more.yaml --prune --all --prune-allowlist=x
apply -f more.yaml
apply -f stream.json --prune --all --prune-allowlist=core/v1/ConfigMap
create -f more.yaml --save-config
get -f more.yaml -o jsonpath='{.items[*].metadata.annotations}'
create deploy saved --image=a --save-config
get deploy saved -o jsonpath={.metadata.annotations}
label --local -f pod.yaml x=y -o yaml
annotate --local -f pod.yaml x=y
label --local pod solo x=y
patch --local -f pod.yaml -p '{"spec":{"restartPolicy":"Never"}}' -o yaml
patch cm one -p '{"data":{"z":"1"}}' --dry-run=client -o yaml
patch cm one -p '{"data":{"a":"b"}}' --dry-run=client
label cm one x=y --dry-run=client -o yaml
replace --force -f more.yaml
delete pods --all -l a=b
taint node node-1 a=b:NoSchedule --dry-run=client
get pods none -n nowhere
diff -f secret.yaml
diff -f bad-deploy.yaml
apply -f plain-user.yaml
debug plain --image=busybox --attach=false -c d1
debug plain --image=busybox --profile=restricted --attach=false -c d2
debug plain --image=busybox --profile=sysadmin --attach=false -c d3 --custom=custom.json
debug plain --image=busybox --profile=nonsense --attach=false
debug plain --image=busybox --same-node
debug plain --copy-to=other --attach=false -c a -- sh
debug plain --copy-to=third --attach=false -- sh
debug none -n nowhere --image=busybox
debug deploy/kept --image=busybox
get pod plain -o jsonpath={.spec.ephemeralContainers}
create ns tight
label ns tight pod-security.kubernetes.io/enforce=restricted
debug node/node-1 --image=busybox --attach=false -n tight --profile=nonsense
run p --image=nginx -n tight
KUBE_EDITOR='true' create --edit -f more.yaml
KUBE_EDITOR='sed -i s/one/uno/' create --edit -f more.yaml
""",
    "refused": """
create deploy h1 --image=a:1
autoscale deploy h1 --max=3
autoscale deploy h1 --max=3
get all
rollout history deploy h1 -o name
set image deploy h1 x
set image deploy h1 a=
get pods,
get pods --as-group=x
get pods --output-watch-events
delete pods --all --field-selector=a=b
create deployment x --image=
create service clusterip x --tcp=80:80:80
create configmap x --from-env-file=nope
run a --image=c:1 --env=A
run a --image=c:1 --labels=a
run a --image=c:1 --port=x
run a --image=c:1 -it --dry-run=client
scale --replicas=1
set resources
autoscale deploy x --min=1
auth can-i get pods x y
api-versions x
wait --for=jsonpath={.status.phase pod/h1
""",
}
