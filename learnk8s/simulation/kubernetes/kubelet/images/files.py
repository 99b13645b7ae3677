"""The files that images bring, as far as somebody looks at them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.kubelet.registry import Registry

BASE_FOLDERS = ("/", "/bin", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/share", "/var", "/var/cache", "/var/lib", "/var/log", "/var/run")
PASSWD = "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"
PROC = {"/proc/version": "Linux version 6.12.48+deb13-amd64 (debian-kernel@lists.debian.org)\n", "/proc/cpuinfo": "processor\t: 0\nmodel name\t: simulated\n", "/proc/uptime": "86400.00 172800.00\n"}
DEBIAN = {"/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\nID=debian\n', "/etc/debian_version": "13.1\n", "/etc/passwd": PASSWD, **PROC}
ALPINE = {"/etc/os-release": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.24.2\nPRETTY_NAME="Alpine Linux v3.24"\n', "/etc/alpine-release": "3.24.2\n", "/etc/passwd": PASSWD, **PROC}
AGNHOST = {**ALPINE, "/agnhost": "", "/agnhost-2": "", "/uploads/.keep": ""}
BUSYBOX = {"/etc/passwd": PASSWD, "/etc/group": "root:x:0:\nnogroup:x:65534:\n", **PROC}
UBUNTU = {"/etc/os-release": 'PRETTY_NAME="Ubuntu 24.04.3 LTS"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\n', "/etc/passwd": PASSWD, **PROC}
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
NGINX = {**DEBIAN, "/usr/share/nginx/html/index.html": NGINX_PAGE, "/usr/share/nginx/html/50x.html": "An error occurred.\n", "/etc/nginx/conf.d/default.conf": NGINX_CONF,
         "/etc/nginx/nginx.conf": "user  nginx;\nworker_processes  auto;\n\nevents {\n    worker_connections  1024;\n}\n\nhttp {\n    include       /etc/nginx/mime.types;\n    include /etc/nginx/conf.d/*.conf;\n}\n",
         "/etc/nginx/mime.types": "types {\n    text/html html htm shtml;\n}\n", "/docker-entrypoint.sh": "#!/bin/sh\nexec \"$@\"\n"}
HTTPD = {**DEBIAN, "/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n", "/usr/local/apache2/conf/httpd.conf": "ServerRoot \"/usr/local/apache2\"\nListen 80\n"}
BOOTCAMP_SOURCE = """\
// What this image runs, in short: an HTTP server that says on which host it runs.
var http = require('http');
var podname = process.env.HOSTNAME;
http.createServer(function (request, response) {
  response.end('Hello Kubernetes bootcamp! | Running on: ' + podname + ' | v=1\\n');
}).listen(8080);
"""
BOOTCAMP = {**DEBIAN, "/server.js": BOOTCAMP_SOURCE}
PHP = {**DEBIAN, "/var/www/html/index.php": "<?php\n  $x = 0.0001;\n  for ($i = 0; $i <= 1000000; $i++) {\n    $x += sqrt($x);\n  }\n  echo \"OK!\";\n?>\n"}
REDIS = {**DEBIAN, "/data/.keep": ""}


def image_files(reference: str, registry: "Registry") -> dict[str, str]:
    """Return the files of an image that is mounted as a volume."""
    found = registry.find(reference)
    return {path.lstrip("/"): text for path, text in (found.files if found else {}).items()}
