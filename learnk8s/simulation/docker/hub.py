"""What the public registry offers: the images that tutorials use, and those of the shop. Sizes are of the size of the real ones in 2026 (docs/eras/docker.md); contents are a few typical files."""

from learnk8s.simulation.docker.layers import KB, MB, Config, Files, Image, Layer, Step, layer
from learnk8s.simulation.workload.fleet import PROGRAMS

DAY_MS = 86_400_000
LAYERS: dict[str, Layer] = {}
CATALOGUE: dict[str, Image] = {}
"""Images by `repository:tag`."""
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SMALL = ("sh ls cat cp mv rm mkdir touch echo printf env date sleep seq test true false pwd id whoami hostname uname ps kill head tail grep sed awk sort uniq wc cut tr tee xargs df free top du find wget nslookup ping ip vi chmod chown ln "
         "base64 adduser addgroup mount netstat")
BIG = "sh bash ls cat cp mv rm mkdir touch echo printf env date sleep seq test true false pwd id whoami hostname uname head tail grep sed awk sort uniq wc cut tr tee xargs df du find chmod chown ln base64 useradd groupadd apt-get apt dpkg getent"
INDEX = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
"""
NGINX_CONF = """server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
"""


def binaries(names: str, folder: str = "/bin") -> Files:
    """Return the files of programs."""
    return {f"{folder}/{name}": "" for name in names.split()}


def _os(name: str, version: str, title: str) -> Files:
    return {"/etc/os-release": f'PRETTY_NAME="{title}"\nNAME="{name}"\nVERSION_ID="{version}"\nID={name.split()[0].lower()}\n', "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
            "/etc/hosts": "127.0.0.1\tlocalhost\n", "/tmp/": "", "/root/": "", "/var/log/": "", "/home/": "", "/usr/local/bin/": ""}


def _image(repository: str, tags: str, parent: Image | None, steps: tuple[tuple[str, int, Files], ...], *, age_days: int, **config: object) -> Image:
    """Add an image to the catalogue: what its parent has, and a layer for each step with a size."""
    layers, history = list(parent.layers) if parent else [], list(parent.history) if parent else []
    made_ms = -age_days * DAY_MS
    for created_by, size, files in steps:
        if size:
            made = layer(size, files, repository, created_by)
            LAYERS[made.id] = made
            layers.append(made.id)
        history.append(Step(created_by, made_ms, layers[-1] if size else ""))
    base = parent.config if parent else Config()
    values = {name: getattr(base, name) for name in Config.__slots__}
    values.update(config)
    image = Image.made(tuple(layers), Config(**values), tuple(history), made_ms)
    for tag in tags.split():
        CATALOGUE[f"{repository}:{tag}"] = image
    return image


def _base(repository: str, tags: str, size: int, files: Files, *, age_days: int, cmd: tuple[str, ...], comment: str) -> Image:
    return _image(repository, tags, None, ((comment, size, files), (f'CMD ["{cmd[0]}"]', 0, {})), age_days=age_days, cmd=cmd)


ALPINE = _base("library/alpine", "latest 3 3.22 3.21 3.20", 8_310 * KB, {**binaries(f"{SMALL} apk"), **_os("Alpine Linux", "3.22.1", "Alpine Linux v3.22")}, age_days=40, cmd=("/bin/sh",), comment="ADD alpine-minirootfs-3.22.1-x86_64.tar.gz / # buildkit")
BUSYBOX = _base("library/busybox", "latest 1.37 1.36 stable", 4_430 * KB, {**binaries(SMALL), **_os("BusyBox", "1.37", "BusyBox 1.37.0")}, age_days=200, cmd=("sh",), comment="BusyBox 1.37.0 (glibc), Debian 12")
SLIM = _base("library/debian", "trixie-slim 13-slim bookworm-slim stable-slim", 78_600 * KB, {**binaries(BIG), **_os("Debian GNU/Linux", "13", "Debian GNU/Linux 13 (trixie)")}, age_days=20, cmd=("bash",), comment="# debian.sh --arch 'amd64' out/ 'trixie' '@1757289600'")
DEBIAN = _base("library/debian", "latest trixie 13 bookworm 12", 120_400 * KB, {**binaries(f"{BIG} ps top free"), **_os("Debian GNU/Linux", "13", "Debian GNU/Linux 13 (trixie)")}, age_days=20, cmd=("bash",), comment="# debian.sh --arch 'amd64' out/ 'trixie' '@1757289601'")
UBUNTU = _base("library/ubuntu", "latest 24.04 noble 22.04", 78_100 * KB, {**binaries(f"{BIG} ps top free"), **_os("Ubuntu", "24.04", "Ubuntu 24.04.3 LTS")}, age_days=25, cmd=("/bin/bash",), comment="/bin/sh -c #(nop) ADD file:6089c6bede9eca8ec4b1bbb6e1f2f0a2")
HELLO = _image("library/hello-world", "latest", None, (("COPY hello / # buildkit", 10_070, {"/hello": "hello"}),), age_days=90, cmd=("/hello",))
_NGINX_FILES: Files = {**binaries("nginx", "/usr/sbin"), **binaries("curl", "/usr/bin"), "/usr/share/nginx/html/index.html": INDEX, "/usr/share/nginx/html/50x.html": "<h1>An error occurred.</h1>\n", "/etc/nginx/nginx.conf": "worker_processes  auto;\n", "/etc/nginx/conf.d/default.conf": NGINX_CONF}
_ENTRY: Files = {"/docker-entrypoint.sh": "#!/bin/sh\n", "/docker-entrypoint.d/": ""}
_NGINX = {"entrypoint": ("/docker-entrypoint.sh",), "cmd": ("nginx", "-g", "daemon off;"), "ports": ("80/tcp",), "stop_signal": "SIGQUIT"}
for _tags, _version in (("latest 1 1.29 1.29.1", "1.29.1"), ("1.28 1.28.0 stable", "1.28.0"), ("1.27 1.27.5", "1.27.5"), ("1.26", "1.26.3"), ("1.25", "1.25.5")):
    _image("library/nginx", _tags, SLIM, ((f"ENV NGINX_VERSION={_version}", 0, {}), ("RUN /bin/sh -c set -x && groupadd --system --gid 101 nginx # buildkit", 113_700 * KB, {**_NGINX_FILES, "/etc/nginx/version": f"{_version}\n"}), ("COPY docker-entrypoint.sh / # buildkit", 9_120, _ENTRY),
           ('ENTRYPOINT ["/docker-entrypoint.sh"]', 0, {}), ("EXPOSE map[80/tcp:{}]", 0, {}), ("STOPSIGNAL SIGQUIT", 0, {}), ('CMD ["nginx" "-g" "daemon off;"]', 0, {})), age_days=14, env=(PATH, f"NGINX_VERSION={_version}"), **_NGINX)
_image("library/nginx", "alpine 1-alpine 1.29-alpine 1.28-alpine 1.27-alpine", ALPINE, (("ENV NGINX_VERSION=1.29.1", 0, {}), ("RUN /bin/sh -c set -x && addgroup -g 101 -S nginx # buildkit", 44_100 * KB, {**_NGINX_FILES, "/etc/nginx/version": "1.29.1\n"}), ("COPY docker-entrypoint.sh / # buildkit", 9_120, _ENTRY),
       ('CMD ["nginx" "-g" "daemon off;"]', 0, {})), age_days=14, env=(PATH, "NGINX_VERSION=1.29.1"), **_NGINX)
_image("library/httpd", "latest 2.4", SLIM, (("RUN /bin/sh -c set -eux; savedAptMark # buildkit", 69_200 * KB, {**binaries("httpd httpd-foreground", "/usr/local/apache2/bin"), "/usr/local/bin/httpd-foreground": "#!/bin/sh\n", "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n"}),
       ("EXPOSE map[80/tcp:{}]", 0, {}), ('CMD ["httpd-foreground"]', 0, {})), age_days=21, cmd=("httpd-foreground",), ports=("80/tcp",), workdir="/usr/local/apache2", stop_signal="SIGWINCH")
for _tags, _parent, _size in (("latest 8 8.2 7 7.4", SLIM, 58_800 * KB), ("alpine 8-alpine 7-alpine", ALPINE, 52_100 * KB)):
    _image("library/redis", _tags, _parent, (("RUN /bin/sh -c set -eux; apk add --no-cache tzdata # buildkit", _size, {**binaries("redis-server redis-cli", "/usr/local/bin"), "/usr/local/bin/docker-entrypoint.sh": "#!/bin/sh\n", "/data/": ""}), ("VOLUME [/data]", 0, {}), ("WORKDIR /data", 0, {}),
           ('ENTRYPOINT ["docker-entrypoint.sh"]', 0, {}), ("EXPOSE map[6379/tcp:{}]", 0, {}), ('CMD ["redis-server"]', 0, {})), age_days=18, entrypoint=("docker-entrypoint.sh",), cmd=("redis-server",), ports=("6379/tcp",), workdir="/data", volumes=("/data",))
for _tags, _parent, _size in (("latest 18 17 17.6 16 15", SLIM, 359_400 * KB), ("alpine 18-alpine 17-alpine 16-alpine", ALPINE, 268_200 * KB)):
    _image("library/postgres", _tags, _parent, (("RUN /bin/sh -c set -ex; apt-get install -y postgresql-17 # buildkit", _size, {**binaries("postgres psql pg_isready createdb", "/usr/local/bin"), "/usr/local/bin/docker-entrypoint.sh": "#!/bin/sh\n", "/var/lib/postgresql/data/": ""}), ("VOLUME [/var/lib/postgresql/data]", 0, {}),
           ('ENTRYPOINT ["docker-entrypoint.sh"]', 0, {}), ("EXPOSE map[5432/tcp:{}]", 0, {}), ('CMD ["postgres"]', 0, {})), age_days=16, entrypoint=("docker-entrypoint.sh",), cmd=("postgres",), ports=("5432/tcp",), volumes=("/var/lib/postgresql/data",), stop_signal="SIGINT", env=(PATH, "PGDATA=/var/lib/postgresql/data", "PG_MAJOR=17"))
_image("library/mysql", "latest 9 8.4 8 8.0", SLIM, (("RUN /bin/sh -c set -eux; microdnf install -y mysql-community-server # buildkit", 702_000 * KB, {**binaries("mysqld mysql mysqladmin", "/usr/local/bin"), "/usr/local/bin/docker-entrypoint.sh": "#!/bin/sh\n", "/var/lib/mysql/": ""}), ("VOLUME [/var/lib/mysql]", 0, {}),
       ('CMD ["mysqld"]', 0, {})), age_days=30, entrypoint=("docker-entrypoint.sh",), cmd=("mysqld",), ports=("3306/tcp", "33060/tcp"), volumes=("/var/lib/mysql",))
for _name, _programs, _tags, _parent, _size, _command in (
        ("python", "python python3 pip pip3", "latest 3 3.13 3.12", DEBIAN, 901 * MB, "python3"), ("python", "python python3 pip pip3", "slim 3-slim 3.13-slim 3.12-slim", SLIM, 42_600 * KB, "python3"), ("python", "python python3 pip pip3", "alpine 3-alpine 3.13-alpine 3.12-alpine", ALPINE, 38_400 * KB, "python3"),
        ("node", "node npm npx yarn", "latest lts 22 24 20", DEBIAN, 1_012 * MB, "node"), ("node", "node npm npx yarn", "slim 22-slim 20-slim lts-slim", SLIM, 148 * MB, "node"), ("node", "node npm npx yarn", "alpine lts-alpine 22-alpine 24-alpine 20-alpine", ALPINE, 153 * MB, "node"),
        ("golang", "go gofmt git make", "latest 1 1.25 1.24", DEBIAN, 742 * MB, "bash"), ("golang", "go gofmt", "alpine 1.25-alpine 1.24-alpine", ALPINE, 252 * MB, "sh")):
    _image(f"library/{_name}", _tags, _parent, ((f"RUN /bin/sh -c set -eux; install {_name} # buildkit", _size, binaries(_programs, "/usr/local/bin")), (f'CMD ["{_command}"]', 0, {})), age_days=22, cmd=(_command,), workdir="/go" if _name == "golang" else "")
_image("library/registry", "latest 2 3", ALPINE, (("COPY ./registry /bin/registry # buildkit", 17_100 * KB, binaries("registry")), ("VOLUME [/var/lib/registry]", 0, {})), age_days=120, entrypoint=("/entrypoint.sh",), cmd=("/etc/distribution/config.yml",), ports=("5000/tcp",), volumes=("/var/lib/registry",))
_image("library/traefik", "latest v3", ALPINE, (("COPY traefik /usr/local/bin/ # buildkit", 180 * MB, binaries("traefik", "/usr/local/bin")),), age_days=15, entrypoint=("/entrypoint.sh",), cmd=("traefik",), ports=("80/tcp",))

SHOP_SIZES = {"web": 31_200 * KB, "api": 64_800 * KB, "database": 214 * MB, "batch": 88_300 * KB, "blog": 27_400 * KB, "report": 12_600 * KB}
NEEDS = {"api": "PRICING_1.0"}


def shop_image(name: str, version: str, *, needs: str = "", has: str = "PRICING_1.0", latest: bool = False) -> Image:
    """Add an image of a program of the shop."""
    program = PROGRAMS[name]
    volumes = ("/data",) if name == "database" else ()
    return _image(f"shop/{name}", f"{version} latest" if latest else version, SLIM, ((f"COPY runtime / # buildkit ({name})", SHOP_SIZES[name], {"/usr/lib/libpricing.so.1": has}), (f"COPY shop-{name} /usr/local/bin/ # buildkit", 4_200 * KB + len(version), {f"/usr/local/bin/shop-{name}": f"program {name} {version} {needs}".strip()}),
                  *((("VOLUME [/data]", 0, {}),) if volumes else ()), (f'CMD ["shop-{name}"]', 0, {})), age_days=6 if version == "1.0" else 1, cmd=(f"shop-{name}",), ports=(f"{program.port}/tcp",) if program.port else (), volumes=volumes, env=(PATH, f"SHOP_VERSION={version}"))


for _name in SHOP_SIZES:
    shop_image(_name, "1.0", needs=NEEDS.get(_name, ""), latest=_name != "api")
for _name in sorted(set(PROGRAMS) - {*SHOP_SIZES, "spawner"}):
    SHOP_SIZES[_name] = 24 * MB + len(_name) * 1_900 * KB
    shop_image(_name, "1.0", latest=_name != "cart")
shop_image("cart", "1.1", needs="PRICING_9.0", latest=True)
shop_image("web", "1.1")
shop_image("api", "1.1", needs="PRICING_2.0", latest=True)
shop_image("api", "1.2", needs="PRICING_2.0", has="PRICING_2.0")
BAD_RELEASE = shop_image("api", "1.3", needs="PRICING_3.0", has="PRICING_2.0")
"""What the team pushes on a bad day; until then the registry does not have it."""
del CATALOGUE["shop/api:1.3"]
