"""The manifests that lie in a scenario's folder, as a learner would write them: what repeats from file to file is written here once."""

from textwrap import indent


def deployment(name: str, image: str, *, replicas: int, container: str) -> str:
    """Return a Deployment of one container, whose further lines begin at no depth.

    >>> print(deployment("web", "nginx:1.27", replicas=1, container="tty: true"), end="")
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
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
            tty: true
    """
    head = f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: {name}\n"
    body = f"  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      containers:\n      - name: {name}\n        image: {image}\n"
    return head + body + _at(8, container)


def pod(name: str, *, before: str = "", container: str = "", after: str = "", image: str = "nginx:1.27") -> str:
    """Return a pod of one container, with lines of its spec before and after it and more lines of the container."""
    return (f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n{_at(2, before)}"
            f"  containers:\n  - name: {name}\n    image: {image}\n{_at(4, container)}{_at(2, after)}")


def job(name: str, container: str, *, spec: str, script: str) -> str:
    """Return a Job whose pods run a script once."""
    return (f"apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\nspec:\n{_at(2, spec)}  template:\n    spec:\n      restartPolicy: Never\n      containers:\n"
            f'      - name: {container}\n        image: busybox:1.36\n        command: [sh, -c, "{script}"]\n')


def _at(depth: int, lines: str) -> str:
    return indent(lines.strip("\n") + "\n", " " * depth) if lines else ""


WEB = deployment("web", "nginx:1.27", replicas=3, container="ports:\n- containerPort: 80")
"""Three web servers: the first file that a learner applies."""
