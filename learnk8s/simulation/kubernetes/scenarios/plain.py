"""The plain objects with which scenarios begin."""

from learnk8s.simulation.kubernetes.objects.document import Doc


def deployment(name: str, image: str, *, replicas: int, port: int, cpu: str = "100m", memory: str = "128Mi") -> Doc:
    """Return a plain Deployment of one container."""
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                 "template": {"metadata": {"labels": {"app": name}},
                              "spec": {"containers": [{"name": name, "image": image, "ports": [{"containerPort": port}],
                                                       "resources": {"requests": {"cpu": cpu, "memory": memory}}}]}}},
    }


def service(name: str, *, port: int, target: int, type_: str = "ClusterIP") -> Doc:
    """Return a Service in front of the pods labelled with its name."""
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"},
            "spec": {"type": type_, "selector": {"app": name}, "ports": [{"port": port, "targetPort": target}]}}
