"""The scenarios of one server: how each begins, what is asked, and one way to get there.

`setup` are lines that root has typed before the learner came. A goal misses at the start and holds after the solution; tests prove both.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """The start of a sandbox, with its title, story, goal and a solution."""

    name: str
    title_en: str
    title_ko: str
    story_en: str
    story_ko: str
    setup: tuple[str, ...] = ()
    settle_ms: int = 5_000
    percent: int = 0
    goal: dict[str, Any] = field(default_factory=dict)
    solution: tuple[str, ...] = ()
    first_lines: tuple[str, ...] = ("ps aux",)


SHOP_RUNS = "systemctl start shop-database shop-api shop-web"
BEGINNING = Scenario(
    "one-server", "One server, one shop", "서버 한 대, 가게 하나",
    "A small shop runs on one server: a web server, an API and a database. The server was restarted last night, and since then customers see errors. Find out what is missing and bring it back.",
    "작은 가게가 서버 한 대에서 돈다. 웹 서버와 API와 데이터베이스다. 지난밤 서버를 다시 켠 뒤로 손님에게 오류가 보인다. 무엇이 빠졌는지 찾아 되살려 보자.",
    setup=("systemctl enable --now shop-api shop-web",), percent=100,
    goal={"all": [{"alive": {"program": "database"}}, {"invariant": {"all_served_for_ms": 20_000}}]},
    solution=("systemctl list-units --all", "curl -s localhost:8080", "sudo systemctl start shop-database", "sleep 30", "curl -s localhost:8080"),
    first_lines=("curl localhost:8080", "systemctl status shop-web", "ps aux"),
)
PORT = Scenario(
    "port-conflict", "Two programs, one port", "프로그램 둘, 포트 하나",
    "Another team wants to run its blog on your server. Its program listens on port 8080 and nothing else; so does your web server. Let both run at the same time without changing either: give the blog a network of its own in which the host can reach it at 10.0.0.2.",
    "다른 팀이 같은 서버에 블로그를 올리려 한다. 블로그는 8080번 포트만 쓰는데, 웹 서버도 8080번이다. 둘 다 고치지 말고 함께 돌게 하자. 블로그에 따로 네트워크를 주고, 호스트에서 10.0.0.2 주소로 닿게 한다.",
    setup=(SHOP_RUNS,), percent=100,
    goal={"all": [{"reachable": {"host": "127.0.0.1", "port": 8080, "program": "web"}}, {"reachable": {"host": "10.0.0.2", "port": 8080, "program": "blog"}, "text_en": "The host cannot reach the blog at 10.0.0.2:8080.", "text_ko": "호스트에서 10.0.0.2:8080으로 블로그에 닿지 못한다."},
                  {"alive": {"program": "blog", "where": {"isolated": ["net"]}}}]},
    solution=("sudo systemctl start blog", "systemctl status blog", "sudo ip netns add blog", "sudo ip link add veth0 type veth peer name veth1 netns blog", "sudo ip addr add 10.0.0.1/24 dev veth0", "sudo ip link set veth0 up", "sudo ip -n blog addr add 10.0.0.2/24 dev veth1",
              "sudo ip -n blog link set veth1 up", "sudo ip -n blog link set lo up", "sudo ip netns exec blog sudo -u neighbour python3 /opt/neighbour/blog.py &", "sleep 2", "curl -s 10.0.0.2:8080"),
    first_lines=("sudo ss -ltnp", "sudo systemctl start blog", "systemctl status blog"),
)
LIBRARY = Scenario(
    "library-conflict", "Two versions of one library", "라이브러리 하나에 두 버전",
    "The batch was rewritten for version 2.0 of the pricing library; the API still needs 1.0. There is one file, /usr/lib/x86_64-linux-gnu/libpricing.so.1. Replace it and the API breaks at its next start. Give the batch a root folder of its own with the new library, and let it run beside the API.",
    "배치는 가격 라이브러리 2.0에 맞춰 새로 썼고, API는 아직 1.0이 필요하다. 파일은 /usr/lib/x86_64-linux-gnu/libpricing.so.1 하나뿐이다. 바꾸면 API가 다음번에 시작되지 않는다. 배치에 새 라이브러리가 든 루트 폴더를 따로 주고 API 곁에서 돌려 보자.",
    setup=(SHOP_RUNS,), percent=50,
    goal={"all": [{"alive": {"program": "batch"}}, {"field": {"ref": "Process/batch", "path": "root", "op": "!=", "value": "/"}, "text_en": "The batch does not run in a root folder of its own.", "text_ko": "배치가 아직 자기만의 루트 폴더에서 돌지 않는다."},
                  {"reachable": {"host": "127.0.0.1", "port": 8081, "program": "api"}}, {"field": {"ref": "File/usr/lib/x86_64-linux-gnu/libpricing.so.1", "path": "text", "op": "contains", "value": "PRICING_1.0"}, "text_en": "The host's own library was replaced.", "text_ko": "호스트의 라이브러리가 바뀌어 버렸다."}]},
    solution=("python3 /opt/shop/batch.py", "ldd /opt/shop/batch.py", "sudo cp -a /opt/rootfs /srv/batch", "sudo mkdir -p /srv/batch/opt/shop", "sudo cp /opt/shop/batch.py /srv/batch/opt/shop/", "sudo cp /opt/vendor/libpricing-2.0.so /srv/batch/usr/lib/x86_64-linux-gnu/libpricing.so.1",
              "sudo chroot /srv/batch ldd /opt/shop/batch.py", "sudo chroot /srv/batch python3 /opt/shop/batch.py &", "sleep 2"),
    first_lines=("python3 /opt/shop/batch.py", "ldd /opt/shop/batch.py", "ls -l /opt/vendor"),
)
LEAK = Scenario(
    "bad-neighbour", "The neighbour that leaks", "메모리가 새는 이웃",
    "A report of another team runs beside the shop and leaks memory. When the memory is full, the kernel kills the largest process, and that is your database, not the report. Put the report behind a limit, so that only it is killed, and keep the shop whole for five minutes.",
    "다른 팀의 보고서 프로그램이 가게 곁에서 돌며 메모리를 흘린다. 메모리가 가득 차면 커널은 가장 큰 프로세스를 죽인다. 보고서가 아니라 데이터베이스다. 보고서에 한도를 씌워 보고서만 죽게 하고, 가게를 5분 동안 온전히 지켜 보자.",
    setup=(SHOP_RUNS, "sudo -u neighbour python3 /opt/neighbour/report.py &"), percent=100,
    goal={"all": [{"invariant": {"all_served_for_ms": 300_000}}, {"invariant": {"oom_kills_at_most": 1}, "text_en": "More than one process was killed for memory; begin again.", "text_ko": "메모리 때문에 죽은 프로세스가 둘 이상이다. 처음부터 다시 해 보자."},
                  {"count": {"kind": "Cgroup", "path": "oom_kill", "value_at_path": 1, "op": ">=", "value": 1}, "text_en": "The report has not yet been killed by its own limit.", "text_ko": "보고서가 아직 자기 한도 때문에 죽지 않았다."}]},
    solution=("ps aux --sort=-rss | head -5", "sudo mkdir /sys/fs/cgroup/neighbour", "echo 200M | sudo tee /sys/fs/cgroup/neighbour/memory.max", "pgrep -f report.py | tail -1 | sudo tee /sys/fs/cgroup/neighbour/cgroup.procs", "cat /sys/fs/cgroup/neighbour/memory.current", "sleep 330", "sudo dmesg | tail -3",
              "cat /sys/fs/cgroup/neighbour/memory.events"),
    first_lines=("free -m", "ps aux --sort=-rss | head", "sudo dmesg | tail"),
)
NOISY = Scenario(
    "noisy-neighbour", "The batch by day", "낮에 도는 배치",
    "Somebody started the nightly batch by day, in the same session as the shop. It takes CPU and disk, and customers get errors. Do not kill it: it has to go on, but with less. Keep every request served for a minute while the batch runs.",
    "누군가 야간 배치를 낮에, 가게와 같은 세션에서 시작했다. 배치가 CPU와 디스크를 차지해 손님에게 오류가 난다. 죽이면 안 된다. 계속 돌되 덜 쓰게 하자. 배치가 도는 동안 1분간 모든 요청에 답하게 하자.",
    setup=("cp /opt/vendor/libpricing-1.0.so /tmp/old", "python3 /opt/shop/database.py > /dev/null &", "sleep 3", "python3 /opt/shop/api.py > /dev/null &", "sleep 1", "python3 /opt/shop/web.py > /dev/null &", "mkdir -p /opt/pricing2", "cp /opt/vendor/libpricing-2.0.so /opt/pricing2/libpricing.so.1",
           "python3 /opt/shop/batch.py --library-path /opt/pricing2 > /dev/null &"), percent=150,
    goal={"all": [{"alive": {"program": "batch"}}, {"invariant": {"all_served_for_ms": 60_000}}]},
    solution=("top -b -n1 | head -12", "sudo mkdir /sys/fs/cgroup/batch", "echo '40000 100000' | sudo tee /sys/fs/cgroup/batch/cpu.max", "echo '8:0 rbps=10485760' | sudo tee /sys/fs/cgroup/batch/io.max", "pgrep -f batch.py | tail -1 | sudo tee /sys/fs/cgroup/batch/cgroup.procs", "sleep 70"),
    first_lines=("top -b -n1 | head -12", "uptime", "ls /sys/fs/cgroup"),
)
ROOM = Scenario(
    "own-room", "A room of one's own, by hand", "손으로 만드는 방 하나",
    "Give the blog everything that a container gives: its own files, host name, processes, network and limits, and fewer rights. Each piece is a command of its own. Count how many you need for one service, and think of twenty services on five servers.",
    "컨테이너가 주는 것을 블로그에 손으로 모두 주어 보자. 따로 된 파일, 호스트 이름, 프로세스, 네트워크, 한도, 그리고 더 적은 권한이다. 조각마다 명령이 하나씩 든다. 서비스 하나에 명령이 몇 개 드는지 세고, 서버 다섯 대의 서비스 스무 개를 떠올려 보자.",
    setup=(SHOP_RUNS,), percent=100,
    goal={"all": [{"alive": {"program": "blog", "where": {"isolated": ["mnt", "uts", "ipc", "pid", "net"]}}}, {"field": {"ref": "Process/blog", "path": "hostname", "value": "blog"}, "text_en": "The blog's host is not called blog yet.", "text_ko": "블로그가 보는 호스트 이름이 아직 blog가 아니다."}, {"field": {"ref": "Process/blog", "path": "memory_max", "op": ">", "value": 0}, "text_en": "The blog's memory has no limit yet.", "text_ko": "블로그의 메모리에 아직 한도가 없다."},
                  {"field": {"ref": "Process/blog", "path": "root", "op": "!=", "value": "/"}, "text_en": "The blog still sees the host's files.", "text_ko": "블로그가 아직 호스트의 파일을 본다."}, {"field": {"ref": "Process/blog", "path": "capabilities", "op": "lacks", "value": "sys_admin"}, "text_en": "The blog still has root's right to administer the system (CAP_SYS_ADMIN).", "text_ko": "블로그에 아직 시스템을 관리하는 root의 권한(CAP_SYS_ADMIN)이 있다."}, {"reachable": {"host": "10.0.0.2", "port": 8080, "program": "blog"}}]},
    solution=("sudo mkdir -p /srv/blog/upper /srv/blog/work /srv/blog/root", "sudo mount -t overlay overlay -o lowerdir=/opt/rootfs,upperdir=/srv/blog/upper,workdir=/srv/blog/work /srv/blog/root", "sudo mkdir -p /srv/blog/root/opt/neighbour", "sudo cp /opt/neighbour/blog.py /srv/blog/root/opt/neighbour/",
              "sudo mkdir /sys/fs/cgroup/blog", "echo 200M | sudo tee /sys/fs/cgroup/blog/memory.max", "echo 64 | sudo tee /sys/fs/cgroup/blog/pids.max", "sudo ip netns add blog", "sudo ip link add veth0 type veth peer name veth1 netns blog", "sudo ip addr add 10.0.0.1/24 dev veth0", "sudo ip link set veth0 up",
              "sudo ip -n blog addr add 10.0.0.2/24 dev veth1", "sudo ip -n blog link set veth1 up", "sudo ip -n blog link set lo up", "sudo -i", "echo $$ > /sys/fs/cgroup/blog/cgroup.procs",
              "ip netns exec blog unshare -m -u -i -p -f bash -c 'hostname blog; mount -t proc proc /srv/blog/root/proc; exec chroot /srv/blog/root capsh --drop=cap_sys_admin,cap_net_admin,cap_sys_ptrace -- -c \"python3 /opt/neighbour/blog.py\"' &", "sleep 2", "curl -s 10.0.0.2:8080"),
    first_lines=("lsns", "unshare --help", "ls /opt/rootfs"),
)
FORKS = Scenario(
    "too-many-processes", "Ever more processes", "끝없이 늘어나는 프로세스",
    "A neighbour's program starts twenty processes each second. Soon nobody can start anything, not even you. Fence it in before that: limit how many processes it may have, and see that it is refused while the shop goes on.",
    "이웃의 프로그램이 1초에 프로세스를 스무 개씩 만든다. 곧 아무도, 심지어 나도 아무것도 시작할 수 없게 된다. 그 전에 울타리를 치자. 가질 수 있는 프로세스 수를 막고, 가게가 그대로 도는 동안 그것만 거절당하는지 보자.",
    setup=(SHOP_RUNS, "mkdir /sys/fs/cgroup/neighbour"), percent=100,
    goal={"all": [{"field": {"ref": "Cgroup/neighbour", "path": "pids_events", "op": ">=", "value": 1}, "text_en": "No fork was refused in the group neighbour yet.", "text_ko": "neighbour 그룹에서 아직 fork가 거절된 일이 없다."}, {"field": {"ref": "Machine/host", "path": "processes", "op": "<", "value": 120}, "text_en": "There are 120 processes or more on the server.", "text_ko": "서버의 프로세스가 120개를 넘는다."}, {"invariant": {"all_served_for_ms": 20_000}}]},
    solution=("echo 40 | sudo tee /sys/fs/cgroup/neighbour/pids.max", "sudo bash -c 'echo $$ > /sys/fs/cgroup/neighbour/cgroup.procs; exec sudo -u neighbour python3 /opt/neighbour/spawner.py > /dev/null &'", "sleep 30", "cat /sys/fs/cgroup/neighbour/pids.events"),
    first_lines=("ls /sys/fs/cgroup/neighbour", "cat /sys/fs/cgroup/neighbour/pids.max"),
)
SCENARIOS: dict[str, Scenario] = {scenario.name: scenario for scenario in (BEGINNING, PORT, LIBRARY, LEAK, NOISY, ROOM, FORKS)}
