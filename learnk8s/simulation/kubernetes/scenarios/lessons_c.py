"""Scenarios of the lessons on a request's way, configuration and storage: an empty cluster with files at hand."""

from learnk8s.simulation.kubernetes.scenarios.scenario import Scenario

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports:
        - containerPort: 80
"""
LOST = """\
apiVersion: v1
kind: Pod
metadata:
  name: lost
spec:
  nodeSelector:
    disk: gold
  containers:
  - name: lost
    image: nginx:1.27
"""
DIRECT = """\
apiVersion: v1
kind: Pod
metadata:
  name: direct
spec:
  nodeName: node-1
  containers:
  - name: direct
    image: nginx:1.27
"""
GREETER = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: greeter
spec:
  replicas: 1
  selector:
    matchLabels:
      app: greeter
  template:
    metadata:
      labels:
        app: greeter
    spec:
      containers:
      - name: greeter
        image: busybox:1.36
        command: [sh, -c, "echo greeting is $GREETING; sleep 36000"]
        env:
        - name: GREETING
          valueFrom:
            configMapKeyRef:
              name: shop
              key: greeting
"""
CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
"""
BOX = """\
apiVersion: v1
kind: Pod
metadata:
  name: box
spec:
  containers:
  - name: box
    image: nginx:1.27
    volumeMounts:
    - name: disk
      mountPath: /data
  volumes:
  - name: disk
    persistentVolumeClaim:
      claimName: data
"""
ONE_REQUEST = Scenario(
    "one-request", "Three files and an empty cluster", "파일 셋과 빈 클러스터",
    "Hand in a Deployment, a pod that fits nowhere and a pod that skips the scheduler, and follow who acts on each.",
    "디플로이먼트 하나, 갈 곳 없는 파드 하나, 스케줄러를 건너뛰는 파드 하나를 내고 누가 움직이는지 따라가 보자.",
    files=(("web.yaml", WEB), ("lost.yaml", LOST), ("direct.yaml", DIRECT)), first_lines=("ls", "cat web.yaml"),
)
CONFIGURATION = Scenario(
    "configuration", "A greeting that is set from outside", "바깥에서 정하는 인사말",
    "A program that reads its greeting once, when it starts. The ConfigMap that it wants is not there yet.",
    "시작할 때 인사말을 한 번 읽는 프로그램이 있다. 그 프로그램이 찾는 컨피그맵은 아직 없다.",
    files=(("greeter.yaml", GREETER),), first_lines=("cat greeter.yaml",),
)
WORKING_STORAGE = Scenario(
    "working-storage", "A claim and a pod", "클레임 하나와 파드 하나",
    "Ask for a disk, let a pod use it, take the pod away, and see what stays.",
    "디스크를 청하고, 파드가 쓰게 하고, 파드를 치운 뒤, 무엇이 남는지 보자.",
    files=(("claim.yaml", CLAIM), ("box.yaml", BOX)), first_lines=("cat claim.yaml", "kubectl get storageclass"),
)
SCENARIOS = (ONE_REQUEST, CONFIGURATION, WORKING_STORAGE)
