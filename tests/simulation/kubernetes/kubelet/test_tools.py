"""Which tools an image has, and in whose words they and its shells complain: busybox's, or those of a distribution with GNU tools."""

import pytest

from learnk8s.simulation.kubernetes.kubelet.registry import Registry
from tests.simulation.kubernetes.driving import new_cluster, reloaded, run_pod, wait

DEBIAN, ALPINE, BUSYBOX, UBUNTU = "nginx:1.29", "nginx:1.29-alpine", "busybox:1.36", "ubuntu:24.04"


@pytest.fixture(scope="module")
def cluster():
    """Return a cluster with a pod of each image, named after its place in the list."""
    made = new_cluster()
    for name, image in (("debian", DEBIAN), ("nginx-alpine", ALPINE), ("busybox", BUSYBOX), ("ubuntu", UBUNTU), ("alpine", "alpine:3.20")):
        serves = image in (DEBIAN, ALPINE)
        run_pod(made, {"name": name, "image": image, **({} if serves else {"command": ["sleep", "3600"]})}, name=name)
    run_pod(made, {"name": "web", "image": BUSYBOX, "command": ["sh", "-c", "sleep 3600"], "securityContext": {"readOnlyRootFilesystem": True}}, name="frozen")
    run_pod(made, {"name": "web", "image": BUSYBOX, "args": ["sleep", "3600"]}, name="learner", securityContext={"runAsUser": 1000, "runAsGroup": 3000, "fsGroup": 2000, "supplementalGroups": [4000]})
    wait(made, 30_000)
    return made


def said(cluster, pod, line):
    """Return what a line in a shell prints, and its status."""
    found = cluster.inside.exec("default", pod, "", ["sh", "-c", line])
    return found.stdout + found.stderr.replace(f"command terminated with exit code {found.status}\n", ""), found.status


@pytest.mark.parametrize(
    ("line", "busybox", "debian"),
    [
        ("cat x", ("cat: can't open 'x': {}", 1), ("cat: x: {}", 1)), ("ls x", ("ls: x: {}", 1), ("ls: cannot access 'x': {}", 2)), ("head x", ("head: x: {}", 1), ("head: cannot open 'x' for reading: {}", 1)),
        ("tail x", ("tail: can't open 'x': {}\ntail: no files", 1), ("tail: cannot open 'x' for reading: {}", 1)), ("grep a x", ("grep: x: {}", 2), ("grep: x: {}", 2)), ("sed p x", ("sed: x: {}", 1), ("sed: can't read x: {}", 2)),
        ("rm x", ("rm: can't remove 'x': {}", 1), ("rm: cannot remove 'x': {}", 1)), ("cp x y", ("cp: can't stat 'x': {}", 1), ("cp: cannot stat 'x': {}", 1)), ("mv x y", ("mv: can't rename 'x': {}", 1), ("mv: cannot stat 'x': {}", 1)),
        ("touch x/y", ("touch: x/y: {}", 1), ("touch: cannot touch 'x/y': {}", 1)), ("mkdir x/y", ("mkdir: can't create directory 'x/y': {}", 1), ("mkdir: cannot create directory 'x/y': {}", 1)), ("stat x", ("stat: can't stat 'x': {}", 1), ("stat: cannot statx 'x': {}", 1)),
        ("find x", ("find: x: {}", 1), ("find: 'x': {}", 1)), ("chmod 600 x", ("chmod: x: {}", 1), ("chmod: cannot access 'x': {}", 1)), ("md5sum x", ("md5sum: can't open 'x': {}", 1), ("md5sum: x: {}", 1)),
    ],
)
def test_a_missing_file_is_told_in_the_words_of_the_family(cluster, line, busybox, debian):
    for pod, (text, status) in (("busybox", busybox), ("alpine", busybox), ("nginx-alpine", busybox), ("debian", debian), ("ubuntu", debian)):
        assert said(cluster, pod, line) == (text.format("No such file or directory") + "\n", status), pod


@pytest.mark.parametrize(
    ("line", "ash", "dash"),
    [
        ("foo", ("sh: foo: not found", 127), ("sh: 1: foo: not found", 127)), ("true\nfoo", ("sh: foo: not found", 127), ("sh: 2: foo: not found", 127)), ("cat < x", ("sh: can't open x: no such file", 1), ("sh: 1: cannot open x: No such file", 2)),
        ("echo > /x/y", ("sh: can't create /x/y: nonexistent directory", 1), ("sh: 1: cannot create /x/y: Directory nonexistent", 2)), ("cd /x", ("sh: cd: can't cd to /x: No such file or directory", 2), ("sh: 1: cd: can't cd to /x", 2)),
        ("[ a -eq 1 ]", ("sh: a: bad number", 2), ("sh: 1: [: Illegal number: a", 2)), ("x=$(foo); echo [$x]", ("[]\nsh: foo: not found", 0), ("[]\nsh: 1: foo: not found", 0)), ("if x; fi", ('sh: syntax error: unexpected "fi"', 2), ('sh: 1: Syntax error: "fi" unexpected', 2)),
    ],
)
def test_a_shell_speaks_as_its_image_has_it(cluster, line, ash, dash):
    for pod, (text, status) in (("busybox", ash), ("alpine", ash), ("debian", dash), ("ubuntu", dash)):
        assert said(cluster, pod, line) == (text + "\n", status), pod


def test_bash_tells_the_line_of_a_script_and_is_called_as_it_was(cluster):
    found = cluster.inside.exec("default", "debian", "", ["/bin/bash", "-c", "true\nfoo"])
    assert found.stderr.startswith("/bin/bash: line 2: foo: command not found\n") and found.status == 127
    assert said(cluster, "debian", "bash -c 'cat < x'; foo") == ("bash: line 1: x: No such file or directory\nsh: 1: foo: not found\n", 127)


def test_what_a_script_cannot_find_stands_in_the_log_in_the_same_words():
    made = new_cluster()
    for name, image in (("busybox", BUSYBOX), ("debian", DEBIAN)):
        run_pod(made, {"name": "web", "image": image, "command": ["sh", "-c", "nope\ncat x; wget -q -O- localhost"]}, name=name, restartPolicy="Never")
    wait(made, 20_000)
    assert made.inside.logs("default", "busybox") == "sh: nope: not found\ncat: can't open 'x': No such file or directory\nwget: can't connect to remote host (127.0.0.1): Connection refused\n"
    assert made.inside.logs("default", "debian") == "sh: 1: nope: not found\ncat: x: No such file or directory\nsh: 2: wget: not found\n"


@pytest.mark.parametrize(
    ("image", "has", "lacks"),
    [
        pytest.param(DEBIAN, "bash curl apt apt-get dpkg getent which", "ps ping wget vi vim less nslookup ip nc apk dig", id="nginx"), pytest.param(ALPINE, "curl wget ps nslookup ping nc apk vi", "bash apt dpkg dash", id="nginx on Alpine"),
        pytest.param("nginx:alpine-slim", "wget ps apk", "bash curl", id="slim on Alpine"), pytest.param(BUSYBOX, "wget nslookup ping ps nc", "curl bash apt apk dash", id="busybox"), pytest.param("redis:7", "bash apt", "curl ps wget", id="redis"), pytest.param("redis:7-alpine", "wget ps apk", "bash curl apt", id="redis on Alpine"),
        pytest.param("python:3.12", "curl ps bash", "apk nslookup", id="python"), pytest.param("python:3.12-slim", "bash apt", "curl ps", id="python, slim"), pytest.param("postgres:16-alpine", "bash apk", "curl apt", id="postgres on Alpine"), pytest.param(UBUNTU, "bash ps apt", "curl ping ip", id="ubuntu"), pytest.param("registry.k8s.io/pause:3.10", "", "sh ls cat", id="pause"),
    ],
)
def test_an_image_has_the_tools_of_the_real_one(image, has, lacks):
    found = Registry().find(image)
    assert found is not None and [name for name in has.split() if not found.has(name) and name not in found.distribution.unmodelled] == [] and [name for name in lacks.split() if found.has(name) or name in found.distribution.unmodelled & {"vim", "bash"}] == []


def test_a_tool_that_only_the_real_image_has_is_not_said_to_be_missing(cluster):
    assert said(cluster, "busybox", "vi x") == ("learnk8s: vi: not modelled in this sandbox\n", 127)
    assert said(cluster, "debian", "perl -v") == ("learnk8s: perl: not modelled in this sandbox\n", 127)
    assert said(cluster, "debian", "vi x") == ("sh: 1: vi: not found\n", 127)


def test_programs_are_where_the_distribution_has_them(cluster):
    assert said(cluster, "debian", "which ls; command -v curl; type cd; which ps") == ("/usr/bin/ls\n/usr/bin/curl\ncd is a shell builtin\n", 1)
    assert said(cluster, "alpine", "which ls wget") == ("/bin/ls\n/usr/bin/wget\n", 0)


def test_folders_of_programs_list_what_the_image_has(cluster):
    for pod, folder, has, lacks in (("debian", "/bin", "bash", "ps"), ("debian", "/usr/bin", "curl", "cd"), ("busybox", "/bin", "wget", "bash"), ("alpine", "/usr/bin", "wget", "curl")):
        names = said(cluster, pod, f"ls {folder}")[0].split()
        assert has in names and lacks not in names, pod
    assert said(cluster, "debian", "test -x /usr/bin/curl && ls -l /bin/sh")[0].startswith("-rwxr-xr-x 1 root root ")
    assert said(cluster, "debian", "test -e /usr/bin/wget")[1] == 1


def test_processes_are_listed_in_the_form_of_the_tool(cluster):
    assert said(cluster, "busybox", "ps") == ("PID   USER     TIME  COMMAND\n    1 root      0:00 sleep 3600\n    7 root      0:00 ps\n", 0)
    assert said(cluster, "nginx-alpine", "ps")[0].splitlines()[1:3] == ["    1 root      0:00 nginx: master process nginx -g daemon off;", "    2 root      0:00 nginx: worker process"]
    assert said(cluster, "ubuntu", "ps") == ("    PID TTY          TIME CMD\n      1 ?        00:00:00 sleep\n      7 ?        00:00:00 ps\n", 0)
    assert said(cluster, "ubuntu", "ps -ef")[0].splitlines()[0] == "UID          PID    PPID  C STIME TTY          TIME CMD"
    assert said(cluster, "ubuntu", "ps aux")[0].startswith("USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1 ")
    assert said(cluster, "frozen", "ps")[0].splitlines()[1] == "    1 root      0:00 sleep 3600", "a shell becomes the one command that it was given"


def test_who_one_is_follows_the_security_context_and_the_images_groups(cluster):
    assert said(cluster, "busybox", "id; whoami") == ("uid=0(root) gid=0(root) groups=0(root),10(wheel)\nroot\n", 0)
    assert said(cluster, "debian", "id")[0] == "uid=0(root) gid=0(root) groups=0(root)\n"
    assert said(cluster, "alpine", "id -Gn")[0] == "root bin daemon sys adm disk wheel floppy dialout tape video\n"
    assert said(cluster, "learner", "id; whoami") == ("uid=1000 gid=3000 groups=2000,3000,4000\nwhoami: unknown uid 1000\n", 1)


def test_where_nothing_may_be_written_the_program_says_so(cluster):
    assert said(cluster, "frozen", "touch /x; mkdir /d; echo > /y") == ("touch: /x: Read-only file system\nmkdir: can't create directory '/d': Read-only file system\nsh: can't create /y: Read-only file system\n", 1)
    assert said(cluster, "learner", "touch /x") == ("touch: /x: Permission denied\n", 1)


def test_long_rows_have_the_form_of_the_family(cluster):
    assert said(cluster, "debian", "ls -l /etc/hostname")[0] == "-rw-r--r-- 1 root root 7 May  4 09:00 /etc/hostname\n"
    assert said(cluster, "busybox", "ls -l /etc/hostname")[0] == "-rw-r--r--    1 root     root             8 May  4 09:00 /etc/hostname\n"
    assert said(cluster, "debian", "ls -a /root")[0] == ".\n..\n"


# Without an internet


def test_apt_cannot_resolve_its_sources_and_knows_no_package(cluster):
    told, status = said(cluster, "debian", "apt-get update")
    assert "Err:1 http://deb.debian.org/debian trixie InRelease\n  Temporary failure resolving 'deb.debian.org'\n" in told and status == 0
    assert told.endswith("W: Some index files failed to download. They have been ignored, or old ones used instead.\n")
    told, status = said(cluster, "debian", "apt-get install -y vim")
    assert told.endswith("E: Unable to locate package vim\n") and status == 100
    assert "WARNING: apt does not have a stable CLI interface." in said(cluster, "debian", "apt update")[0]
    assert "curl is already the newest version (8.14.1-2)." in said(cluster, "debian", "apt-get install curl")[0]
    assert "http://archive.ubuntu.com/ubuntu noble InRelease" in said(cluster, "ubuntu", "apt-get update")[0]


def test_apt_takes_the_time_of_the_resolver(cluster):
    assert cluster.inside.exec("default", "debian", "", ["apt-get", "update"]).took_ms > 5_000


def test_apk_cannot_fetch_its_indexes(cluster):
    told, status = said(cluster, "alpine", "apk add --no-cache curl")
    assert status == 1 and told == (
        "fetch https://dl-cdn.alpinelinux.org/alpine/v3.20/main/x86_64/APKINDEX.tar.gz\nfetch https://dl-cdn.alpinelinux.org/alpine/v3.20/community/x86_64/APKINDEX.tar.gz\n"
        "WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/main: temporary error (try again later)\nWARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.20/community: temporary error (try again later)\n"
        "ERROR: unable to select packages:\n  curl (no such package):\n    required by: world[curl]\n")
    assert said(cluster, "alpine", "apk update")[1] != 0


def test_dpkg_tells_what_is_installed(cluster):
    assert "\nii  bash   " in said(cluster, "debian", "dpkg -l")[0] and said(cluster, "debian", "dpkg -s curl")[0].startswith("Package: curl\nStatus: install ok installed\n")
    assert said(cluster, "debian", "dpkg -s vim")[1] == 1


# What the kernel tells


def test_the_kernel_tells_of_the_first_process(cluster):
    assert said(cluster, "busybox", "cat /proc/1/cmdline | tr '\\0' ' '") == ("sleep 3600 ", 0)
    assert said(cluster, "debian", "cat /proc/1/cmdline")[0] == "nginx: master process nginx -g daemon off;\0"
    assert said(cluster, "debian", "tr '\\0' '\\n' < /proc/1/environ | grep NGINX_VERSION")[0] == "NGINX_VERSION=1.29.1\n"
    assert said(cluster, "debian", "cat /proc/self/cgroup; grep CapEff /proc/1/status") == ("0::/\nCapEff:\t00000000a80425fb\n", 0)
    assert said(cluster, "learner", "grep -E '^(Uid|Gid|CapPrm)' /proc/1/status")[0] == f"Uid:\t{chr(9).join(['1000'] * 4)}\nGid:\t{chr(9).join(['3000'] * 4)}\nCapPrm:\t0000000000000000\n"


def test_added_capabilities_show_as_in_the_documentation():
    made = new_cluster()
    run_pod(made, {"name": "web", "image": "gcr.io/google-samples/hello-app:2.0", "securityContext": {"capabilities": {"add": ["NET_ADMIN", "SYS_TIME"]}}}, for_ms=20_000)
    assert "CapPrm:\t00000000aa0435fb\n" in said(made, "web", "cat /proc/1/status")[0]


def test_the_kernel_tells_of_the_mounts_and_the_machine(cluster):
    assert said(cluster, "debian", "grep serviceaccount /proc/mounts")[0] == "tmpfs /var/run/secrets/kubernetes.io/serviceaccount tmpfs ro,relatime 0 0\n"
    assert said(cluster, "debian", "grep -c ^processor /proc/cpuinfo; nproc; grep MemTotal /proc/meminfo")[0] == "4\n4\nMemTotal:        8388608 kB\n"


def test_a_release_is_that_of_the_tag(cluster):
    assert said(cluster, "debian", "grep PRETTY /etc/os-release; echo $NGINX_VERSION; nginx -v")[0] == 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n1.29.1\nnginx version: nginx/1.29.1\n'
    assert said(cluster, "nginx-alpine", "grep ^ID /etc/os-release")[0] == "ID=alpine\n"
    for image, path, text in (("alpine:3.20", "/etc/alpine-release", "3.20.8\n"), ("ubuntu:22.04", "/etc/os-release", "Jammy Jellyfish"), ("debian:12", "/etc/os-release", "bookworm"), ("debian", "/etc/os-release", "trixie"), ("alpine", "/etc/alpine-release", "3.24.2\n")):
        assert text in Registry().find(image).files[path], image
    assert "1.14.2" in dict(Registry().find("nginx:1.14.2").environment).values()


def test_a_container_is_the_same_after_it_was_written_down(cluster):
    again = reloaded(cluster)
    for line in ("ps; id; cat /proc/1/cmdline", "cat /proc/mounts /etc/passwd"):
        assert said(again, "nginx-alpine", line) == said(cluster, "nginx-alpine", line)
