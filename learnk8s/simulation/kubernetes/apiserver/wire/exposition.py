"""What the server says of itself in plain text: its metrics and its health. Models component-base/metrics and apiserver/pkg/server/healthz (1.36).

Differs: of the metrics there are the build, and how many objects of each kind are stored; rates and durations would be those of the site, not of the cluster.
"""

from collections.abc import Mapping

from learnk8s.simulation.kubernetes.apiserver.server import ApiServer
from learnk8s.simulation.kubernetes.apiserver.wire.call import Reply
from learnk8s.simulation.kubernetes.apiserver.wire.discovery import VERSION
from learnk8s.simulation.kubernetes.objects.kinds import Kind

METRICS = "/metrics"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
BUILD = ("buildDate", "compiler", "gitCommit", "gitTreeState", "gitVersion", "goVersion", "major", "minor", "platform")
HEALTH = ("/healthz", "/livez", "/readyz")
CHECKS: tuple[str, ...] = (
    *"ping log etcd etcd-readiness informer-sync".split(),
    *(f"poststarthook/{name}" for name in (
        "start-apiserver-admission-initializer generic-apiserver-start-informers priority-and-fairness-config-consumer priority-and-fairness-filter storage-object-count-tracker-hook start-apiextensions-informers "
        "start-apiextensions-controllers crd-informer-synced start-system-namespaces-controller peer-endpoint-reconciler-controller start-cluster-authentication-info-controller start-kube-apiserver-identity-lease-controller "
        "start-kube-apiserver-identity-lease-garbage-collector storage-readiness start-legacy-token-tracking-controller start-service-ip-repair-controllers rbac/bootstrap-roles scheduling/bootstrap-system-priority-classes "
        "priority-and-fairness-config-producer bootstrap-controller start-kubernetes-service-cidr-controller aggregator-reload-proxy-client-cert start-kube-aggregator-informers apiservice-status-local-available-controller "
        "apiservice-status-remote-available-controller apiservice-registration-controller apiservice-discovery-controller kube-apiserver-autoregistration").split()),
    "autoregister-completion", "poststarthook/apiservice-openapi-controller", "poststarthook/apiservice-openapiv3-controller", "shutdown",
)
"""What an API server of a kubeadm cluster says of itself, in its order."""
ONLY_READY = frozenset({"etcd-readiness", "informer-sync", "shutdown"})
"""What a server is asked before it gets requests, but not whether it lives."""


def metrics(api: ApiServer, kinds: tuple[Kind, ...]) -> Reply:
    """Return the metrics as Prometheus reads them."""
    stored = sorted((kind.group, kind.plural, api.store.count(kind.resource)) for kind in kinds if "list" in kind.verbs)
    lines = [*_head("apiserver_resource_objects", "ALPHA", "Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1."),
             *(f'apiserver_resource_objects{{group="{group}",resource="{plural}"}} {count}' for group, plural, count in stored),
             *_head("kubernetes_build_info", "ALPHA", "A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running."),
             "kubernetes_build_info{" + ",".join(f'{_snake(name)}="{VERSION[name]}"' for name in BUILD) + "} 1"]
    return Reply(200, text="\n".join(lines) + "\n", content_type=METRICS_TYPE)


def _head(name: str, stability: str, text: str) -> tuple[str, str]:
    return f"# HELP {name} [{stability}] {text}", f"# TYPE {name} gauge"


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def health(path: str, query: Mapping[str, str]) -> Reply:
    """Return `ok`, or with `verbose` each check; a path below is one check. 404 where there is none of that name."""
    whole = next(start for start in HEALTH if path.startswith(start))
    checks = tuple(check for check in CHECKS if whole != "/livez" or check not in ONLY_READY)
    one = path.removeprefix(whole).strip("/")
    if one and one not in checks:
        return Reply(404, text="404 page not found\n", content_type="text/plain; charset=utf-8")
    if one or "verbose" not in query:
        return Reply(200, text="ok", content_type="text/plain; charset=utf-8")
    left = query.get("exclude", "")
    shown = [f"[+]{check} {'excluded: ok' if check == left else 'ok'}" for check in checks]
    shown += [f'warn: some health checks cannot be excluded: no matches for "{left}"'] if left and left not in checks else []
    return Reply(200, text="\n".join([*shown, f"{whole.strip('/')} check passed"]) + "\n", content_type="text/plain; charset=utf-8")
