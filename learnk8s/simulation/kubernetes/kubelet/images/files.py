"""The files that images bring, as far as somebody looks at them: those of a distribution, and those of one image beyond them."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from learnk8s.simulation.kubernetes.kubelet.distribution import Distribution
from learnk8s.simulation.kubernetes.kubelet.images.versions import ALPINE_PATCHES
from learnk8s.simulation.kubernetes.kubelet.tools.packages import APK_INSTALLED, DPKG_STATUS

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.kubelet.registry import Registry

BASE_FOLDERS = ("/", "/bin", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/share", "/var", "/var/cache", "/var/lib", "/var/log", "/var/run")
PROC = {"/proc/version": "Linux version 6.12.48+deb13-amd64 (debian-kernel@lists.debian.org)\n"}
ACCOUNTS = ("/etc/passwd", "/etc/group")
"""An image's own lines of these come after the distribution's."""


def _users(rows: str) -> str:
    """Return /etc/passwd from `name:number:group:home:shell` words."""
    return "".join(f"{name}:x:{number}:{group}:{name}:{home}:{shell}\n" for name, number, group, home, shell in (row.split(":") for row in rows.split()))


def _groups(rows: str) -> str:
    """Return /etc/group from `name:number:members` words."""
    return "".join(f"{name}:x:{number}:{members}\n" for name, number, members in (row.split(":") for row in rows.split()))


def _dpkg(rows: str) -> str:
    return "\n".join(f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n" for name, version in (row.split("=") for row in rows.split()))


_NOLOGIN, _FALSE = "/usr/sbin/nologin", "/bin/false"
_DEBIAN_USERS = _users(f"root:0:0:/root:/bin/bash daemon:1:1:/usr/sbin:{_NOLOGIN} bin:2:2:/bin:{_NOLOGIN} sys:3:3:/dev:{_NOLOGIN} sync:4:65534:/bin:/bin/sync games:5:60:/usr/games:{_NOLOGIN} man:6:12:/var/cache/man:{_NOLOGIN} lp:7:7:/var/spool/lpd:{_NOLOGIN} "
                       f"mail:8:8:/var/mail:{_NOLOGIN} www-data:33:33:/var/www:{_NOLOGIN} backup:34:34:/var/backups:{_NOLOGIN} _apt:42:65534:/nonexistent:{_NOLOGIN} nobody:65534:65534:/nonexistent:{_NOLOGIN}")
_DEBIAN_GROUPS = _groups("root:0: daemon:1: bin:2: sys:3: adm:4: tty:5: disk:6: lp:7: mail:8: man:12: floppy:25: www-data:33: backup:34: shadow:42: staff:50: games:60: users:100: nogroup:65534:")
_ALPINE_USERS = _users("root:0:0:/root:/bin/sh bin:1:1:/bin:/sbin/nologin daemon:2:2:/sbin:/sbin/nologin lp:4:7:/var/spool/lpd:/sbin/nologin sync:5:0:/sbin:/bin/sync mail:8:12:/var/mail:/sbin/nologin guest:405:100:/dev/null:/sbin/nologin nobody:65534:65534:/:/sbin/nologin")
_ALPINE_GROUPS = _groups("root:0:root bin:1:root,bin,daemon daemon:2:root,bin,daemon sys:3:root,bin adm:4:root,daemon tty:5: disk:6:root lp:7:lp mem:8: kmem:9: wheel:10:root floppy:11:root mail:12:mail dialout:20:root tape:26:root video:27:root users:100:games nogroup:65533: nobody:65534:")
_BUSYBOX_USERS = _users(f"root:0:0:/root:/bin/sh daemon:1:1:/usr/sbin:{_FALSE} bin:2:2:/bin:{_FALSE} sys:3:3:/dev:{_FALSE} sync:4:100:/bin:/bin/sync mail:8:8:/var/spool/mail:{_FALSE} www-data:33:33:/var/www:{_FALSE} operator:37:37:/var:{_FALSE} nobody:65534:65534:/home:{_FALSE}")
_BUSYBOX_GROUPS = _groups("root:0: daemon:1: bin:2: sys:3: adm:4: tty:5: disk:6: lp:7: mail:8: kmem:9: wheel:10:root cdrom:11: dialout:18: floppy:19: video:28: audio:29: tape:32: www-data:33: operator:37: utmp:43: plugdev:46: staff:50: lock:54: netdev:82: users:100: nobody:65534:")
_RELEASE = 'PRETTY_NAME="Debian GNU/Linux {number} ({name})"\nNAME="Debian GNU/Linux"\nVERSION_ID="{number}"\nVERSION="{number} ({name})"\nVERSION_CODENAME={name}\n{more}ID=debian\nHOME_URL="https://www.debian.org/"\nSUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n'
_DEBIAN_PACKAGES = _dpkg("apt=3.0.3 base-files=13.8+deb13u1 base-passwd=3.6.7 bash=5.2.37-2+b5 coreutils=9.7-3 dash=0.5.12-12 debconf=1.5.91 debian-archive-keyring=2025.1 debianutils=5.23.2 diffutils=1:3.10-4 dpkg=1.22.21 findutils=4.10.0-3 grep=3.11-4 gzip=1.13-1 hostname=3.25 libc6=2.41-12 "
                         "libc-bin=2.41-12 login=1:4.16.0-2+really2.41-5 mawk=1.3.4.20250131-1 mount=2.41-5 passwd=1:4.17.4-2 perl-base=5.40.1-6 sed=4.9-2 sysvinit-utils=3.14-4 tar=1.35+dfsg-3.1 tzdata=2025b-4+deb13u1 util-linux=2.41-5 zlib1g=1:1.3.dfsg+really1.3.1-1+b1")
_UBUNTU_PACKAGES = _dpkg("apt=2.8.3 base-files=13ubuntu10.3 base-passwd=3.6.3build1 bash=5.2.21-2ubuntu4 coreutils=9.4-3ubuntu6.1 dash=0.5.12-6ubuntu5 dpkg=1.22.6ubuntu6.5 findutils=4.9.0-5build1 grep=3.11-4build1 gzip=1.12-1ubuntu3.1 libc6=2.39-0ubuntu8.6 mawk=1.3.4.20240123-1build1 "
                         "perl-base=5.38.2-3.2ubuntu0.2 procps=2:4.0.4-4ubuntu3.2 sed=4.9-2build1 tar=1.35+dfsg-3build1 util-linux=2.39.3-9ubuntu6.3")
_ALPINE_PACKAGES = "".join(f"P:{name}\nV:{version}\n\n" for name, version in (row.split("=") for row in (
    "alpine-baselayout=3.7.1-r0 alpine-baselayout-data=3.7.1-r0 alpine-keys=2.5-r0 alpine-release=3.24.2-r0 apk-tools=2.14.9-r3 busybox=1.37.0-r20 busybox-binsh=1.37.0-r20 ca-certificates-bundle=20250911-r0 libapk2=2.14.9-r3 libcrypto3=3.5.4-r0 libssl3=3.5.4-r0 musl=1.2.5-r20 musl-utils=1.2.5-r20 scanelf=1.3.8-r1 ssl_client=1.37.0-r20 zlib=1.3.1-r2").split()))
_UBUNTU_RELEASE = 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nVERSION="24.04.3 LTS (Noble Numbat)"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\nHOME_URL="https://www.ubuntu.com/"\nSUPPORT_URL="https://help.ubuntu.com/"\nUBUNTU_CODENAME=noble\n'
_ALPINE_RELEASE = 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.24.2\nPRETTY_NAME="Alpine Linux v3.24"\nHOME_URL="https://alpinelinux.org/"\nBUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"\n'
_CENTOS_RELEASE = 'NAME="CentOS Stream"\nVERSION="9"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\nPLATFORM_ID="platform:el9"\nPRETTY_NAME="CentOS Stream 9"\n'
_DEBIAN = {"/etc/passwd": _DEBIAN_USERS, "/etc/group": _DEBIAN_GROUPS, DPKG_STATUS: _DEBIAN_PACKAGES, **PROC}
DISTRIBUTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("debian", "trixie"): {"/etc/os-release": _RELEASE.format(number=13, name="trixie", more="DEBIAN_VERSION_FULL=13.1\n"), "/etc/debian_version": "13.1\n", **_DEBIAN},
    ("debian", "bookworm"): {"/etc/os-release": _RELEASE.format(number=12, name="bookworm", more=""), "/etc/debian_version": "12.12\n", **_DEBIAN, DPKG_STATUS: _DEBIAN_PACKAGES.replace("Version: 3.0.3", "Version: 2.6.1").replace("deb13", "deb12")},
    ("ubuntu", "noble"): {"/etc/os-release": _UBUNTU_RELEASE, "/etc/debian_version": "trixie/sid\n", **_DEBIAN, "/etc/passwd": _DEBIAN_USERS + _users("ubuntu:1000:1000:/home/ubuntu:/bin/bash"), DPKG_STATUS: _UBUNTU_PACKAGES},
    ("alpine", "v3.24"): {"/etc/os-release": _ALPINE_RELEASE, "/etc/alpine-release": "3.24.2\n", "/etc/passwd": _ALPINE_USERS, "/etc/group": _ALPINE_GROUPS, APK_INSTALLED: _ALPINE_PACKAGES, "/etc/apk/repositories": "https://dl-cdn.alpinelinux.org/alpine/v3.24/main\nhttps://dl-cdn.alpinelinux.org/alpine/v3.24/community\n", **PROC},
    ("busybox", "1.37.0"): {"/etc/passwd": _BUSYBOX_USERS, "/etc/group": _BUSYBOX_GROUPS, **PROC},
    ("centos", "9"): {"/etc/os-release": _CENTOS_RELEASE, "/etc/redhat-release": "CentOS Stream release 9\n", "/etc/passwd": _DEBIAN_USERS, "/etc/group": _DEBIAN_GROUPS, **PROC},
}


def whole(distribution: Distribution, own: Mapping[str, str], extra: Collection[str] = ()) -> dict[str, str]:
    """Return the files of an image: its distribution's and its own; the packages of the commands that it has beyond those of its distribution are noted as installed."""
    base = DISTRIBUTIONS.get((distribution.name, distribution.release)) or _as_released(distribution)
    found = {**base, **own, **{path: base[path] + own[path] for path in ACCOUNTS if path in own}}
    for path, added in ((DPKG_STATUS, _DPKG_OF), (APK_INSTALLED, _APK_OF)):
        if path in found:
            found[path] += "".join(f"\n{text}" for name, text in added.items() if name in extra)
    return found


def _as_released(distribution: Distribution) -> dict[str, str]:
    """Return the files of an older release: those of the latest with other numbers and names."""
    found, changes = next((dict(files) for (name, _release), files in DISTRIBUTIONS.items() if name == distribution.name), dict[str, str]()), OLDER[distribution.release]
    for path in ("/etc/os-release", "/etc/alpine-release", "/etc/apk/repositories"):
        for before, after in changes.items():
            found |= {path: found[path].replace(before, after)} if path in found else {}
    return found


OLDER: Mapping[str, Mapping[str, str]] = {
    **{release: {"3.24.2": patch, "v3.24": release} for release, patch in ALPINE_PATCHES.items()},
    "jammy": {"24.04.3": "22.04.5", "24.04": "22.04", "Noble Numbat": "Jammy Jellyfish", "noble": "jammy"}, "focal": {"24.04.3": "20.04.6", "24.04": "20.04", "Noble Numbat": "Focal Fossa", "noble": "focal"},
}
"""What reads otherwise in older releases."""
_DPKG_OF = {"curl": _dpkg("curl=8.14.1-2"), "ps": _dpkg("procps=2:4.0.4-9"), "dig": _dpkg("bind9-dnsutils=1:9.20.11-4"), "wget": _dpkg("wget=1.25.0-2"), "ping": _dpkg("iputils-ping=3:20240905-3")}
_APK_OF = {"curl": "P:curl\nV:8.14.1-r2\n", "bash": "P:bash\nV:5.2.37-r0\n", "dig": "P:bind-tools\nV:9.20.13-r0\n"}
"""The packages from which commands come that an image has added."""


AGNHOST = {"/agnhost": "", "/agnhost-2": "", "/uploads/.keep": "", "/etc/passwd": _ALPINE_USERS + "user-defined-in-image:x:1000:1000::/home/user-defined-in-image:/bin/sh\n",
           "/etc/group": _ALPINE_GROUPS + "user-defined-in-image:x:1000:\ngroup-defined-in-image:x:50000:user-defined-in-image\n"}
NGINX_PAGE = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n<p>This is the simulated nginx of learnk8s: the real page says that the web server works.</p>\n</body>\n</html>\n"
NGINX_CONF = """\
server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
"""
NGINX = {"/etc/passwd": _users("nginx:101:101:/nonexistent:/bin/false"), "/etc/group": _groups("nginx:101:"), "/usr/share/nginx/html/index.html": NGINX_PAGE, "/usr/share/nginx/html/50x.html": "An error occurred.\n", "/etc/nginx/conf.d/default.conf": NGINX_CONF,
         "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections  1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
         "/etc/nginx/mime.types": "types {\n    text/html html htm shtml;\n}\n", "/docker-entrypoint.sh": "#!/bin/sh\nexec \"$@\"\n"}
HTTPD = {"/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n", "/usr/local/apache2/conf/httpd.conf": "ServerRoot \"/usr/local/apache2\"\nListen 80\n"}
BOOTCAMP_SOURCE = """\
// What this image runs, in short: an HTTP server that says on which host it runs.
var http = require('http');
var podname = process.env.HOSTNAME;
http.createServer(function (request, response) {
  response.end('Hello Kubernetes bootcamp! | Running on: ' + podname + ' | v=1\\n');
}).listen(8080);
"""
BOOTCAMP = {"/server.js": BOOTCAMP_SOURCE}
PHP = {"/var/www/html/index.php": "<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo \"OK!\";\n?>\n"}
REDIS = {"/etc/passwd": _users("redis:999:999:/home/redis:/bin/sh"), "/etc/group": _groups("redis:999:"), "/data/.keep": ""}


def image_files(reference: str, registry: "Registry") -> dict[str, str]:
    """Return the files of an image that is mounted as a volume."""
    found = registry.find(reference)
    return {path.lstrip("/"): text for path, text in (found.files if found else {}).items()}
