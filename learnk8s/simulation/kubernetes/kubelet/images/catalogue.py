"""The simulated registry's table: names, tags, sizes, what each image starts, and what stands in it.

Tags that are not listed do not exist, which is how the tutorial's v10 fails. Sizes are those of the real images, roughly, compressed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from learnk8s.simulation.kubernetes.kubelet import distribution as distributions
from learnk8s.simulation.kubernetes.kubelet.distribution import Distribution
from learnk8s.simulation.kubernetes.kubelet.images import echoing, ensembles, files, nginx, sample_apiserver, servers, versions
from learnk8s.simulation.kubernetes.kubelet.images.program import Program
from learnk8s.simulation.kubernetes.kubelet.images.servers import MEBIBYTE, Start
from learnk8s.simulation.kubernetes.kubelet.images.toolsets import EVERYTHING, NO_SHELL, ONLY_IN_SHELLS, PROCPS, TOOLS
from learnk8s.simulation.workload import fleet, shop

BINARY_FOLDERS = ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin")


@dataclass(frozen=True, slots=True)
class Image:
    """One image: its canonical name without a tag, its tags, its size and what it starts."""

    name: str
    tags: tuple[str, ...]
    size_bytes: int
    start: Start
    versions: bool = False
    """True: any tag that looks like a version number exists."""
    distribution: Distribution = distributions.DEBIAN
    extra: frozenset[str] = frozenset()
    """Commands that it has beyond those of its distribution."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Files that it has beyond those of its distribution."""
    has_nothing: bool = False
    """True: there is a program and nothing besides, no shell and no files."""
    on_alpine: frozenset[str] = frozenset()
    """Commands that its variant for Alpine has beyond Alpine's."""
    user: str = ""
    """The user that the image sets, "" for root."""
    folder: str = "/"
    environment: tuple[tuple[str, str], ...] = ()
    writes: tuple[str, ...] = ()
    """Folders in which its program must be able to write, or it ends at once."""
    needs_root: bool = False
    """Its program cannot start as another user than root."""
    private: bool = False
    """Can be pulled only with a pull secret."""
    entrypoint: tuple[str, ...] = ()
    """What a container's arguments are given to, and what those are by default: only of images for which that can be seen."""
    arguments: tuple[str, ...] = ()
    servers: frozenset[str] = frozenset()
    """Commands that a shell script can start in the foreground."""
    tools: frozenset[str] = field(init=False)
    """Commands that are in it, those of its distribution among them; `files` likewise."""
    files: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Put together what the distribution and the image itself bring."""
        object.__setattr__(self, "tools", NO_SHELL if self.has_nothing else TOOLS[self.distribution.name] | self.extra)
        object.__setattr__(self, "files", dict(self.own) if self.has_nothing else files.whole(self.distribution, self.own, self.extra))

    def tagged(self, tag: str) -> "Image":
        """Return the image as it is under a tag: the variants for Alpine have its tools, and a release names its version.

        >>> next(image for image in IMAGES if image.name.endswith("/nginx")).tagged("1.27-alpine").distribution.name
        'alpine'
        """
        version = versions.released(self.name, tag)
        found = replace(self, environment=versions.variables(version, self.environment), distribution=versions.built_on(version)) if version else replace(self, distribution=versions.release_of(self.name, tag, self.distribution))
        if "alpine" in tag and not self.distribution.is_busybox:
            return replace(found, distribution=distributions.ALPINE, extra=self.on_alpine if "slim" not in tag else NO_SHELL)
        return replace(found, extra=NO_SHELL) if "slim" in tag else found

    def binaries(self, folder: str) -> list[str]:
        """Return the names of the programs in a folder. Models the merged /usr of Debian: /bin is /usr/bin."""
        wanted = f"/usr{folder}" if folder in ("/bin", "/sbin") and not self.distribution.is_busybox else folder
        return [name for name in (*self.tools, *self.distribution.unmodelled) if name not in ONLY_IN_SHELLS and self.distribution.place(name) == f"{wanted}/{name}"] if self.tools and wanted in BINARY_FOLDERS else []

    def groups_of(self, user: int) -> list[int]:
        """Return the groups into which its /etc/group puts a user."""
        names = {words[0] for line in self.files.get("/etc/passwd", "").splitlines() if (words := line.split(":"))[2] == str(user)}
        return [int(words[2]) for line in self.files.get("/etc/group", "").splitlines() if names & {*(words := line.split(":"))[3].split(",")}]

    def has(self, name: str) -> bool:
        """Say whether a command is in the image."""
        return name.rsplit("/", 1)[-1] in self.tools or name.rsplit("/", 1)[-1] in self.servers or name in self.files


CURL = frozenset(("curl",))
NGINX_TRAITS = {"versions": True, "own": files.NGINX, "extra": CURL, "on_alpine": CURL, "servers": frozenset(("nginx",)), "environment": (("NGINX_VERSION", versions.NGINX), ("PKG_RELEASE", "1~trixie")), "writes": ("/var/cache/nginx", "/run"), "needs_root": True}
DATABASE = {"versions": True}
HELLO = {"distribution": distributions.ALPINE}
BUSY = {"versions": True, "distribution": distributions.BUSYBOX}
FULL = {"versions": True, "extra": CURL | PROCPS}
BOOTCAMP = {"own": files.BOOTCAMP, "extra": CURL | PROCPS | {"wget"}, "environment": (("NPM_CONFIG_LOGLEVEL", "info"), ("NODE_VERSION", "6.3.1"))}
AGNHOST = {"versions": True, "own": files.AGNHOST, "distribution": distributions.ALPINE, "entrypoint": ("/agnhost",), "arguments": ("pause",)}
APACHE = {"versions": True, "own": files.HTTPD, "folder": "/usr/local/apache2", "servers": frozenset(("httpd-foreground",)), "writes": ("/usr/local/apache2/logs",)}
E2E = "registry.k8s.io/e2e-test-images"
NOTHING = {"has_nothing": True}


def _image(name: str, tags: tuple[str, ...], size_bytes: int, start: Start, traits: Mapping[str, object] | None = None, **more: object) -> Image:
    return Image(name, tags, size_bytes, start, **{**(traits or {}), **more})  # type: ignore[arg-type]  # traits are fields of Image by name


IMAGES: tuple[Image, ...] = (
    *(_image(name, tags, 80 * MEBIBYTE, servers.bootcamp(version), BOOTCAMP) for name in ("gcr.io/google-samples/kubernetes-bootcamp", "docker.io/jocatalin/kubernetes-bootcamp", "gcr.io/k8s-minikube/kubernetes-bootcamp")
      for tags, version in ((("v1", "latest"), "1"), (("v2",), "2"))),
    _image("docker.io/library/nginx", ("latest", "stable", "alpine", "mainline", "perl", "stable-alpine", "alpine-slim", "stable-alpine-slim"), 72_099_398, nginx.nginx, NGINX_TRAITS),
    _image("docker.io/nginxinc/nginx-unprivileged", ("latest", "alpine", "stable"), 72_099_398, nginx.unprivileged, NGINX_TRAITS, user="101", needs_root=False, writes=("/tmp",)),
    _image("docker.io/library/httpd", ("latest", "alpine"), 58 * MEBIBYTE, servers.httpd, APACHE),
    _image("docker.io/library/redis", ("latest", "alpine"), 44 * MEBIBYTE, servers.redis, DATABASE, own=files.REDIS, folder="/data", servers=frozenset(("redis-server",))),
    _image("docker.io/library/mysql", ("latest", "lts"), 230 * MEBIBYTE, servers.mysql, DATABASE, servers=frozenset(("mysqld",))),
    _image("docker.io/library/mariadb", ("latest", "lts"), 120 * MEBIBYTE, servers.mysql, DATABASE),
    _image("docker.io/library/postgres", ("latest", "alpine"), 150 * MEBIBYTE, servers.postgres, DATABASE, on_alpine=frozenset(("bash",)), servers=frozenset(("postgres",))),
    _image("docker.io/library/mongo", ("latest",), 260 * MEBIBYTE, servers.mongo, DATABASE, servers=frozenset(("mongod",))),
    _image("docker.io/library/memcached", ("latest", "alpine"), 30 * MEBIBYTE, servers.server("memcached", 11211, lambda facts, path, method: (400, "ERROR\r\n"), memory=4 * MEBIBYTE), DATABASE, user="memcache"),
    _image("docker.io/library/rabbitmq", ("latest", "management", "alpine"), 110 * MEBIBYTE, servers.server("rabbitmq-server", 5672, lambda facts, path, method: (400, ""), memory=120 * MEBIBYTE, listens_after_ms=8_000), DATABASE),
    _image("docker.io/library/busybox", ("latest", "stable", "musl", "glibc"), 2_211_000, servers.shell, BUSY),
    _image("docker.io/library/alpine", ("latest", "edge"), 3_800_000, servers.shell, versions=True, distribution=distributions.ALPINE),
    _image("docker.io/library/ubuntu", ("latest", "noble", "jammy"), 29_800_000, servers.shell, versions=True, distribution=distributions.UBUNTU, extra=PROCPS),
    _image("docker.io/library/debian", ("latest", "stable", "bookworm", "trixie"), 48_000_000, servers.shell, versions=True),
    _image("docker.io/library/centos", ("latest",), 80_000_000, servers.shell, versions=True, distribution=distributions.CENTOS),
    _image("docker.io/library/bash", ("latest",), 6_000_000, servers.shell, versions=True, distribution=distributions.ALPINE, extra=frozenset(("bash",))),
    _image("docker.io/curlimages/curl", ("latest",), 8 * MEBIBYTE, servers.entry("curl"), versions=True, distribution=distributions.ALPINE, extra=CURL, user="curl_user", environment=(("CURL_CA_BUNDLE", "/cacert.pem"),)),
    _image("docker.io/radial/busyboxplus", ("curl", "latest"), 4 * MEBIBYTE, servers.shell, distribution=distributions.BUSYBOX, extra=CURL),
    _image("docker.io/nicolaka/netshoot", ("latest",), 170 * MEBIBYTE, servers.shell, versions=True, distribution=distributions.ALPINE, extra=EVERYTHING | {"bash"}),
    _image("docker.io/praqma/network-multitool", ("latest",), 30 * MEBIBYTE, nginx.nginx, distribution=distributions.ALPINE, extra=EVERYTHING | {"bash"}, own=files.NGINX),
    _image("registry.k8s.io/e2e-test-images/jessie-dnsutils", ("1.3", "1.7"), 90 * MEBIBYTE, servers.shell, versions=True, extra=frozenset(("nslookup", "dig", "host", "ping"))),
    _image("registry.k8s.io/pause", ("latest",), 310_000, servers.pause, NOTHING, versions=True, user="65535:65535"),
    _image("registry.k8s.io/e2e-test-images/agnhost", (), 50 * MEBIBYTE, servers.agnhost, AGNHOST, extra=CURL | {"dig", "bash", "agnhost", "agnhost-2"}),
    _image(f"{E2E}/busybox", (), 2_223_000, servers.shell, BUSY),
    _image(f"{E2E}/nginx", (), 50 * MEBIBYTE, nginx.nginx, NGINX_TRAITS),
    _image(f"{E2E}/httpd", (), 58 * MEBIBYTE, servers.httpd, APACHE),
    _image(f"{E2E}/redis", (), 12 * MEBIBYTE, servers.redis, DATABASE, own=files.REDIS, folder="/data", servers=frozenset(("redis-server",))),
    _image(f"{E2E}/perl", (), 330 * MEBIBYTE, servers.perl, versions=True),
    *(_image(f"{E2E}/{name}", (), 45 * MEBIBYTE, servers.update_demo(name), versions=True, own={"/data.json": f'{{\n  "image": "{name}.jpg"\n}}\n', f"/{name}.jpg": "JFIF"}, distribution=distributions.ALPINE) for name in ("nautilus", "kitten")),
    _image(f"{E2E}/nonewprivs", (), 4 * MEBIBYTE, servers.set_uid, versions=True, distribution=distributions.ALPINE),
    _image(f"{E2E}/nonroot", (), 20 * MEBIBYTE, servers.shell, versions=True, user="1234"),
    _image(f"{E2E}/ipc-utils", (), 6 * MEBIBYTE, servers.shell, versions=True, distribution=distributions.ALPINE),
    *(_image(name, tags, 50 * MEBIBYTE, servers.agnhost, AGNHOST, extra=frozenset(("agnhost",)), arguments=arguments) for name, tags, arguments in (("registry.k8s.io/liveness", ("latest",), ("liveness",)), ("registry.k8s.io/serve_hostname", ("latest",), ("serve-hostname",)))),
    _image("registry.k8s.io/echoserver", ("latest",), 46 * MEBIBYTE, echoing.echoserver, versions=True, extra=CURL),
    _image("docker.io/kicbase/echo-server", ("latest", "1.0"), 5 * MEBIBYTE, echoing.echo_server, NOTHING, versions=True), _image("docker.io/jmalloc/echo-server", ("latest",), 5 * MEBIBYTE, echoing.echo_server, NOTHING, versions=True),
    *(_image(name, ("latest",), 2 * MEBIBYTE, servers.test_webserver, NOTHING, versions=True) for name in ("registry.k8s.io/test-webserver", "gcr.io/google_containers/test-webserver")),
    _image("registry.k8s.io/hpa-example", ("latest",), 170 * MEBIBYTE, servers.server("apache2", 80, lambda facts, path, method: (200, "OK!"), memory=12 * MEBIBYTE, process="apache2 -DFOREGROUND", names=("apache2-foreground",), cpu_us_per_request=8_000), own=files.PHP, extra=CURL),
    *(_image(name, ("latest",), 2_211_000, servers.shell, BUSY) for name in ("registry.k8s.io/busybox", "gcr.io/google-containers/busybox", "gcr.io/google_containers/busybox")),
    _image("registry.k8s.io/nginx-slim", (), 80 * MEBIBYTE, nginx.nginx, NGINX_TRAITS),
    _image("registry.k8s.io/coredns/coredns", (), 21 * MEBIBYTE, servers.coredns, NOTHING, versions=True),
    _image(f"{E2E}/sample-apiserver", (), 25 * MEBIBYTE, sample_apiserver.start, NOTHING, versions=True),
    _image("registry.k8s.io/etcd", (), 23 * MEBIBYTE, servers.cluster_part("etcd", 2379, memory=48 * MEBIBYTE, cpu_millicores=18, says='{"level":"info","msg":"ready to serve client requests"}'), NOTHING, versions=True),
    _image("registry.k8s.io/kube-apiserver", (), 27 * MEBIBYTE, servers.cluster_part("kube-apiserver", 6443, memory=260 * MEBIBYTE, cpu_millicores=40, says="I0504 09:00:00.000000       1 server.go:155] Version: v1.36.2"), NOTHING, versions=True),
    _image("registry.k8s.io/kube-controller-manager", (), 23 * MEBIBYTE, servers.cluster_part("kube-controller-manager", 10257, memory=52 * MEBIBYTE, cpu_millicores=14, says="I0504 09:00:00.000000       1 controllermanager.go:192] \"Starting\" version=\"v1.36.2\""), NOTHING, versions=True),
    _image("registry.k8s.io/kube-scheduler", (), 17 * MEBIBYTE, servers.cluster_part("kube-scheduler", 10259, memory=24 * MEBIBYTE, cpu_millicores=4, says="I0504 09:00:00.000000       1 server.go:178] \"Starting Kubernetes Scheduler\" version=\"v1.36.2\""), NOTHING, versions=True),
    _image("registry.k8s.io/kube-proxy", (), 26 * MEBIBYTE, servers.cluster_part("kube-proxy", 10256, memory=20 * MEBIBYTE, cpu_millicores=1, says="I0504 09:00:00.000000       1 server_linux.go:53] \"Using iptables proxy\""), NOTHING, versions=True),
    _image("registry.k8s.io/ingress-nginx/controller", (), 110 * MEBIBYTE, servers.ingress_nginx, versions=True, distribution=distributions.ALPINE, extra=CURL, user="www-data"),
    _image("ghcr.io/nginx/nginx-gateway-fabric", (), 60 * MEBIBYTE, servers.nginx_gateway, NOTHING, versions=True, user="101"),
    _image("docker.io/hashicorp/http-echo", ("latest",), 4 * MEBIBYTE, servers.http_echo, NOTHING, versions=True, user="65532"),
    *(_image(name, (tag,), 12 * MEBIBYTE, servers.hello_app(f"{tag}.0"), HELLO) for name in ("us-docker.pkg.dev/google-samples/containers/gke/hello-app", "gcr.io/google-samples/hello-app") for tag in ("1.0", "2.0")),
    _image("gcr.io/google-samples/node-hello", ("1.0",), 240 * MEBIBYTE, servers.node_hello),
    _image("gcr.io/google-samples/hello-go-gke", ("1.0",), 8 * MEBIBYTE, servers.hello_backend, NOTHING),
    _image("gcr.io/google-samples/hello-frontend", ("1.0",), 44 * MEBIBYTE, nginx.hello_frontend, NGINX_TRAITS),
    _image("docker.io/polinux/stress", ("latest",), 4 * MEBIBYTE, servers.stress, versions=True, distribution=distributions.ALPINE, extra=frozenset(("bash",)), servers=frozenset(("stress",))),
    _image("docker.io/progrium/stress", ("latest",), 90 * MEBIBYTE, servers.stress, servers=frozenset(("stress",))),
    _image("docker.io/vish/stress", ("latest",), 2 * MEBIBYTE, servers.stress, NOTHING),
    _image("docker.io/library/node", ("latest", "lts", "alpine", "slim"), 380 * MEBIBYTE, servers.node, FULL, servers=frozenset(("node", "npm"))),
    _image("docker.io/library/python", ("latest", "slim", "alpine"), 370 * MEBIBYTE, servers.python, FULL, servers=frozenset(("python", "python3"))),
    _image("docker.io/library/perl", ("latest", "slim"), 330 * MEBIBYTE, servers.perl, versions=True),
    _image("docker.io/library/golang", ("latest", "alpine"), 300 * MEBIBYTE, servers.shell, versions=True),
    _image("docker.io/library/openjdk", ("latest",), 240 * MEBIBYTE, servers.shell, versions=True),
    _image("us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower", ("v1", "v2"), 44 * MEBIBYTE, servers.redis, DATABASE, own=files.REDIS, folder="/data", servers=frozenset(("redis-server",))),
    *(_image(name, (), 220 * MEBIBYTE, servers.guestbook, versions=True, extra=CURL) for name in ("us-docker.pkg.dev/google-samples/containers/gke/gb-frontend", "gcr.io/google_samples/gb-frontend")),
    _image("quay.io/fluentd_elasticsearch/fluentd", ("latest",), 90 * MEBIBYTE, servers.server("fluentd", 24231, lambda facts, path, method: (200, ""), memory=70 * MEBIBYTE, log=("starting fluentd-1.16.5 pid=1 ruby=\"3.1.4\"", "fluentd worker is now running worker=0"), names=("/entrypoint.sh",)), versions=True, extra=PROCPS),
    _image("docker.io/bprashanth/nginxhttps", (), 60 * MEBIBYTE, nginx.https, NGINX_TRAITS),
    _image("registry.k8s.io/goproxy", (), 6 * MEBIBYTE, servers.server("goproxy", 8080, lambda facts, path, method: (404, "404 page not found\n"), memory=6 * MEBIBYTE), NOTHING, versions=True),
    _image("docker.io/library/wordpress", ("latest", "apache"), 240 * MEBIBYTE, servers.server("apache2", 80, lambda facts, path, method: (200, "<html><body>WordPress</body></html>\n"), memory=60 * MEBIBYTE, names=("apache2-foreground", "docker-entrypoint.sh")), versions=True),
    _image("docker.io/library/traefik", ("latest",), 60 * MEBIBYTE, servers.server("traefik", 80, lambda facts, path, method: (404, "404 page not found\n"), memory=40 * MEBIBYTE), versions=True, distribution=distributions.ALPINE),
    _image("docker.io/traefik/whoami", ("latest",), 3 * MEBIBYTE, echoing.whoami, NOTHING, versions=True),
    _image("docker.io/containous/whoami", ("latest",), 3 * MEBIBYTE, echoing.whoami, NOTHING, versions=True),
    _image("docker.io/kennethreitz/httpbin", ("latest",), 190 * MEBIBYTE, echoing.httpbin),
    _image("docker.io/library/hello-world", ("latest", "linux"), 10_000, lambda arguments, environment: Program("hello", ends_after_ms=20, happenings=servers.log_lines("", "Hello from Docker!", "This message shows that your installation appears to be working correctly."), processes=("/hello",)), NOTHING),
    _image("docker.io/learnk8s/shop-web", ("1", "2", "latest"), 40 * MEBIBYTE, servers.shop_program(shop.WEB, "the shop")),
    _image("docker.io/learnk8s/shop-web", ("3",), 40 * MEBIBYTE, servers.broken),
    _image("docker.io/learnk8s/shop-api", ("1", "latest"), 60 * MEBIBYTE, servers.shop_program(shop.API, "{\"ok\": true}")),
    _image("docker.io/learnk8s/shop-api", ("3",), 60 * MEBIBYTE, servers.wrong_library),
    _image("docker.io/learnk8s/shop-api", ("leak",), 60 * MEBIBYTE, servers.leaking),
    _image("docker.io/learnk8s/shop-api", ("slow",), 60 * MEBIBYTE, servers.slow),
    _image("docker.io/learnk8s/shop-db", ("1", "latest"), 150 * MEBIBYTE, servers.shop_program(shop.DATABASE, "rows")),
    _image("docker.io/learnk8s/shop-batch", ("1", "latest"), 30 * MEBIBYTE, servers.batch),
    *(_image(f"docker.io/shop/{name}", fleet.TAGS.get(name, ("1.0",)), 40 * MEBIBYTE, servers.shop_program(service.program, f"{name} 1.0")) for name, service in fleet.BY_NAME.items()),
    _image("docker.io/shop/api", ("1.1",), 60 * MEBIBYTE, servers.wrong_library), _image("docker.io/shop/cart", ("1.1",), 40 * MEBIBYTE, servers.wrong_library),
    _image("registry.example.com/team/private-app", ("1.0", "latest"), 40 * MEBIBYTE, servers.server("private", 8080, lambda facts, path, method: (200, f"the private app from {facts.pod}\n"), memory=20 * MEBIBYTE), private=True),
    *(_image(name, tags, size_bytes, start, **more) for name, tags, size_bytes, start, more in ensembles.IMAGES),
)
