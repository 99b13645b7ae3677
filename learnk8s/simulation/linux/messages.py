"""The sentences in which the server says why something happened."""

from learnk8s.simulation.kernel.sentences import Telling

MESSAGES: dict[str, tuple[str, str]] = {
    "process.started": ("Process {pid} began: {command}", "프로세스 {pid}번이 시작되었다: {command}"),
    "process.ended": ("{program} (process {pid}) ended: {how}.", "{program}(프로세스 {pid}번)이 끝났다: {how}."),
    "program.serves": ("{program} listens on port {port}.", "{program} 프로그램이 {port}번 포트에서 요청을 받는다."),
    "program.works": ("{program} has begun its work.", "{program} 프로그램이 일을 시작했다."),
    "program.done": ("{program} has done all its work.", "{program} 프로그램이 일을 모두 마쳤다."),
    "program.failed": ("{program} could not start: {message}", "{program} 프로그램이 시작되지 못했다: {message}"),
    "program.refused_fork": ("{program} may start no more processes: the limit of {group} or of the machine is reached.", "{program} 프로그램은 더 이상 프로세스를 만들 수 없다. {group} 그룹이나 기계의 한도에 이르렀다."),
    "oom.machine": ("The machine's memory was full because of {trigger}. The kernel killed the largest process, {program} ({pid}), which held {mib} MiB; it does not ask who is guilty.",
                    "{trigger} 때문에 기계의 메모리가 가득 찼다. 커널은 가장 큰 프로세스인 {program}({pid}번, {mib}MiB)을 죽였다. 누구 탓인지는 묻지 않는다."),
    "oom.group": ("The group {group} reached its memory.max. The kernel killed {program} ({pid}) in it, which held {mib} MiB; nobody outside was touched.",
                  "{group} 그룹이 memory.max에 이르렀다. 커널은 그 안의 {program}({pid}번, {mib}MiB)을 죽였다. 밖의 프로세스는 건드리지 않았다."),
    "unit.started": ("systemd started {unit} as process {pid}.", "systemd가 {unit} 유닛을 프로세스 {pid}번으로 시작했다."),
    "unit.timer": ("{unit} waits for its hour.", "{unit} 유닛이 정해진 시각을 기다린다."),
    "machine.off": ("The machine went down: {why}. What was not on the disk is lost.", "기계가 꺼졌다: {why}. 디스크에 없던 것은 사라졌다."),
    "machine.up": ("The machine is up again; systemd starts what is enabled.", "기계가 다시 켜졌다. systemd는 enable된 유닛만 시작한다."),
    "unit.stopped": ("systemd stopped {unit}.", "systemd가 {unit} 유닛을 멈췄다."),
    "unit.ended": ("systemd saw {unit} end with the result {result}.", "{unit} 유닛이 {result} 결과로 끝난 것을 systemd가 보았다."),
    "cgroup.made": ("The control group {cgroup} was made.", "{cgroup} cgroup이 만들어졌다."),
    "cgroup.set": ("{file} of the control group {cgroup} was set to {value}.", "{cgroup} cgroup의 {file} 값이 정해졌다: {value}."),
    "cgroup.moved": ("{program} was moved into the control group {cgroup}.", "{program} 프로세스가 {cgroup} cgroup으로 옮겨졌다."),
    "namespace.made": ("A new {kind} namespace was made.", "새 {kind} 네임스페이스가 만들어졌다."),
    "traffic.set": ("Traffic is now {percent} percent of an ordinary day.", "이제 트래픽은 보통 날의 {percent}%다."),
    "traffic.changed": ("The hour has turned: other numbers of customers come.", "시각이 바뀌어 찾아오는 손님 수가 달라졌다."),
}
REASONS: dict[str, tuple[str, str]] = {
    "refused.web": ("Nobody answers at port 8080 of the server.", "서버의 8080번 포트에서 아무도 답하지 않는다."),
    "refused.api": ("The web server cannot reach the API.", "웹 서버가 API에 닿지 못한다."),
    "refused.database": ("The API cannot reach the database.", "API가 데이터베이스에 닿지 못한다."),
    "machine.off": ("The server is off or boots.", "서버가 꺼져 있거나 켜지는 중이다."),
    "stranger.web": ("Somebody else answers at the web server's port.", "웹 서버의 포트에서 다른 프로그램이 답한다."),
    "stranger.api": ("Somebody else answers at the API's port.", "API의 포트에서 다른 프로그램이 답한다."),
    "stranger.database": ("Somebody else answers at the database's port.", "데이터베이스의 포트에서 다른 프로그램이 답한다."),
    "slow.web": ("The web server gets too little CPU.", "웹 서버가 CPU를 충분히 받지 못한다."),
    "slow.api": ("The API gets too little CPU.", "API가 CPU를 충분히 받지 못한다."),
    "slow.database": ("The database gets too little CPU or disk.", "데이터베이스가 CPU나 디스크를 충분히 받지 못한다."),
}


WHYS_KO = {"killed by the OOM killer": "OOM 킬러가 죽임", r"signal (\d+) \((\w+)\)": r"시그널 \1(\2)", r"status (\d+)": r"종료 상태 \1", "power failure": "정전", "reboot": "재부팅"}
"""How and why, in Korean."""
TOLD = Telling(MESSAGES, WHYS_KO)
