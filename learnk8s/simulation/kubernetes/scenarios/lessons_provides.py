"""Scenarios of the lessons on what Kubernetes provides, one for each of its items."""

from learnk8s.simulation.kubernetes.scenarios import manifests
from learnk8s.simulation.kubernetes.scenarios.plain import deployment, service
from learnk8s.simulation.kubernetes.scenarios.scenario import Node, Scenario

DATABASE = """\
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 2
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: db
        image: learnk8s/shop-db:1
        ports:
        - containerPort: 5432
        volumeMounts:
        - name: data
          mountPath: /data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 1Gi
"""
BIG = manifests.pod("big", container="resources:\n  requests:\n    cpu: \"3\"")
SHOP_WITH_SECRET = manifests.deployment("shop", "busybox:1.36", replicas=2, container="""
command: [sh, -c, "echo the shop logs in with $PASSWORD; sleep 36000"]
env:
- name: PASSWORD
  valueFrom:
    secretKeyRef:
      name: db
      key: password
""")
PAGES = manifests.job("pages", "page", spec="completions: 6\nparallelism: 2", script="echo one page printed; sleep 10")
FLAKY = manifests.job("flaky", "flaky", spec="backoffLimit: 2", script="echo the printer is out of paper; exit 1")
BOTH = """\
apiVersion: v1
kind: Service
metadata:
  name: both
spec:
  ipFamilyPolicy: RequireDualStack
  selector:
    app: web
  ports:
  - port: 80
    targetPort: 80
"""
DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shops.example.com
spec:
  group: example.com
  scope: Namespaced
  names:
    plural: shops
    singular: shop
    kind: Shop
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns:
    - name: Size
      type: integer
      jsonPath: .spec.size
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size:
                type: integer
                minimum: 1
                maximum: 9
"""
CORNER_SHOP = """\
apiVersion: example.com/v1
kind: Shop
metadata:
  name: corner
spec:
  size: 3
"""
TOO_LARGE = CORNER_SHOP.replace("corner", "mall").replace("size: 3", "size: 99")
STATEFUL = Scenario(
    "stateful", "A database that keeps its disk", "디스크를 지키는 데이터베이스",
    "Two copies of a database, each with a disk of its own. Take a pod away, close its node, and watch which disk the next one gets.",
    "데이터베이스 두 벌이 저마다 디스크를 갖는다. 파드를 치우고 노드를 막은 뒤, 다음 파드가 어느 디스크를 받는지 지켜보자.",
    files=(("db.yaml", DATABASE),), first_lines=("cat db.yaml", "kubectl get storageclass"),
)
ROLLOUT = Scenario(
    "rollout", "A release, and a bad one", "새 버전, 그리고 나쁜 버전",
    "Four copies of the shop's web server serve twenty requests a second. Version 2 is good, version 3 is not.",
    "가게의 웹 서버 네 벌이 초당 스무 건에 답한다. 2는 좋은 버전이고 3은 그렇지 않다.",
    objects=(deployment("web", "learnk8s/shop-web:1", replicas=4, port=8080, cpu="100m"), service("web", port=80, target=8080)), settle_ms=30_000, traffic=(("web", 20),),
    first_lines=("kubectl get deployment web", "kubectl rollout history deployment/web"),
)
PACKING = Scenario(
    "packing", "Room enough, but not in one piece", "자리는 충분한데 한곳에 없다",
    "Six web pods request one CPU each and use next to none. A pod that wants three CPUs does not fit, though six are free.",
    "웹 파드 여섯 개가 CPU를 하나씩 요청하고 거의 쓰지 않는다. CPU 여섯 개가 비어 있는데도 셋을 바라는 파드는 들어갈 곳이 없다.",
    objects=(deployment("web", "nginx:1.27", replicas=6, port=80, cpu="1"),), files=(("big.yaml", BIG),), settle_ms=20_000, first_lines=("kubectl get pods -o wide", "cat big.yaml"),
)
SECRETS = Scenario(
    "secrets", "A password that nobody should see", "아무도 보면 안 되는 비밀번호",
    "A shop that reads its database password from a Secret when it starts. The Secret is not there yet.",
    "시작할 때 시크릿에서 데이터베이스 비밀번호를 읽는 가게가 있다. 그 시크릿은 아직 없다.",
    files=(("shop.yaml", SHOP_WITH_SECRET),), first_lines=("cat shop.yaml",),
)
BATCH = Scenario(
    "batch", "Work that ends", "끝이 있는 일",
    "Six pages to print, two at a time; a printer without paper; and a report that is due every minute.",
    "둘씩 인쇄할 여섯 쪽, 종이가 떨어진 인쇄기, 1분마다 내야 하는 보고서가 있다.",
    files=(("pages.yaml", PAGES), ("flaky.yaml", FLAKY)), first_lines=("cat pages.yaml",),
)
SCALING = Scenario(
    "scaling", "More customers by the minute", "분마다 늘어나는 손님",
    "One pod computes for each request. Five requests a second are easy; sixty are not.",
    "파드 하나가 요청마다 계산을 한다. 초당 다섯 건은 쉽지만 예순 건은 벅차다.",
    nodes=tuple(Node(f"node-{number}") for number in (1, 2, 3)),
    objects=(deployment("calc", "registry.k8s.io/hpa-example:latest", replicas=1, port=80, cpu="200m"), service("calc", port=80, target=80)), settle_ms=60_000, traffic=(("calc", 5),),
    first_lines=("kubectl get deployment calc", "kubectl top pods"),
)
EXTENSION = Scenario(
    "extension", "A kind of your own", "나만의 종류",
    "Teach the API a kind that it does not know, make one object of it, and see what that does, and what it does not.",
    "API가 모르는 종류를 하나 가르치고, 그 종류의 오브젝트를 만들어, 무엇이 되고 무엇이 되지 않는지 보자.",
    files=(("definition.yaml", DEFINITION), ("corner.yaml", CORNER_SHOP), ("mall.yaml", TOO_LARGE)), first_lines=("cat definition.yaml", "kubectl get shops"),
)
DUAL_STACK = Scenario(
    "dual-stack", "Two families of addresses", "두 가지 주소",
    "Nodes and pods have an IPv6 address beside the IPv4 one. Give a Service both, and see what each policy does.",
    "노드와 파드에 IPv4 주소와 IPv6 주소가 함께 있다. 서비스에 둘 다 주고, 정책마다 무엇이 되는지 보자.",
    objects=(deployment("web", "nginx:1.27", replicas=2, port=80, cpu="100m"), service("web", port=80, target=80)), files=(("both.yaml", BOTH),), settle_ms=20_000, is_dual_stack=True, first_lines=("kubectl get pods -o wide", "kubectl get service web -o yaml"),
)
SCENARIOS = (STATEFUL, ROLLOUT, PACKING, SECRETS, BATCH, SCALING, DUAL_STACK, EXTENSION)
