"""What a learner may break, mend or turn by a button or by the commands `traffic`, `fault`, `kill` and `systemctl`."""

from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel import faults
from learnk8s.simulation.kernel.faults import Amount, BadAction, Fault
from learnk8s.simulation.linux import systemd
from learnk8s.simulation.linux.errors import OsError

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

PERCENT_MAX = 2_000
DARK_MS_MAX = 24 * 3_600_000


FAULTS: tuple[Fault, ...] = (
    Fault("set-traffic", "", "Set the traffic", "트래픽 조절하기", "So many percent of an ordinary day's customers come.", "보통 날 손님의 몇 퍼센트가 올지 정한다.", "traffic PERCENT"),
    Fault("start-leak", "", "A neighbour that leaks", "메모리가 새는 이웃", "Another team's report begins to run, and to leak memory.", "다른 팀의 보고서 프로그램이 돌기 시작하고 메모리가 샌다.", "fault start-leak"),
    Fault("start-spawner", "", "A neighbour that forks", "프로세스를 늘리는 이웃", "Another team's program starts ever more processes.", "다른 팀의 프로그램이 프로세스를 끝없이 만든다.", "fault start-spawner"),
    Fault("start-batch", "", "The nightly batch, by day", "낮에 도는 야간 배치", "The batch starts now, beside the customers.", "손님이 있는 지금 배치가 시작된다.", "fault start-batch"),
    Fault("crash-machine", "", "Pull the plug", "전원 뽑기", "The server loses its power and boots again; only what is enabled comes back.", "서버의 전원이 나갔다가 다시 켜진다. enable된 것만 돌아온다.", "fault crash-machine"),
    Fault("kill-process", "Process", "Kill it", "죽이기", "The process gets SIGKILL.", "프로세스가 SIGKILL을 받는다.", "sudo kill -9 PID"),
    Fault("stop-process", "Process", "Stop it for now", "잠시 세우기", "The process gets SIGSTOP; it keeps its memory and does nothing.", "프로세스가 SIGSTOP을 받는다. 메모리는 그대로 쥔 채 아무 일도 하지 않는다.", "sudo kill -STOP PID"),
    Fault("start-unit", "Unit", "Start it", "시작하기", "systemd starts the unit.", "systemd가 유닛을 시작한다.", "sudo systemctl start UNIT"),
    Fault("stop-unit", "Unit", "Stop it", "멈추기", "systemd stops the unit.", "systemd가 유닛을 멈춘다.", "sudo systemctl stop UNIT"),
)
BY_KIND = faults.by_kind(FAULTS)
STARTED = {"start-leak": ("/opt/neighbour/report.py", 1002), "start-spawner": ("/opt/neighbour/spawner.py", 1002), "start-batch": ("/opt/shop/batch.py", 1001)}


def faults_for(machine: "Machine", ref: str) -> list[dict[str, Any]]:
    """Return what can be done to one object now, or to the machine for ""."""
    kind, _, name = ref.partition("/")
    shown = []
    for fault in FAULTS:
        if fault.applies_to != ("" if kind == "Machine" else kind):
            continue
        unit = machine.units.get(name) if kind == "Unit" else None
        if kind == "Unit" and (unit is None or (fault.kind == "start-unit") == (unit.state == "active")):
            continue
        if kind == "Process" and (not name.isdigit() or int(name) not in machine.processes):
            continue
        shown.append(fault.button(ref, command_line(fault, name, {}), amount=Amount("percent", machine.flow.percent, PERCENT_MAX) if fault.kind == "set-traffic" else None))
    return shown


def command_line(fault: Fault, name: str, action: dict[str, Any]) -> str:
    """Return the command that does what a button does."""
    line = fault.usage.replace("PERCENT", str(action.get("percent", "PERCENT")))
    return line.replace("PID", name).replace("UNIT", name) if name else line


def apply_fault(machine: "Machine", action: dict[str, Any]) -> str:
    """Do what an action says and return the equivalent command line. Raises BadAction."""
    fault = faults.asked(BY_KIND, action)
    name = str(action.get("ref", "")).partition("/")[2]
    if fault.kind == "set-traffic":
        percent = faults.whole(action.get("percent"), PERCENT_MAX, f"traffic: the percentage must be a whole number from 0 to {PERCENT_MAX}")
        machine.flow.percent = percent
        machine.remember("Machine/host", "traffic.set", "percent", str(percent), actor="customers")
    elif fault.kind == "crash-machine":
        if machine.is_off:
            raise BadAction("the server is off already")
        machine.power_off(why="power failure", dark_ms=faults.whole(action.get("dark_ms", 0), DARK_MS_MAX, f"crash-machine: the power can stay away for 0 to {DARK_MS_MAX} ms"))
    elif machine.is_off:
        raise BadAction("the server is off; wait until it has booted")
    elif fault.kind in STARTED:
        _start(machine, *STARTED[fault.kind])
    elif fault.applies_to == "Process":
        pid = int(name) if name.isdigit() else 0
        if pid not in machine.processes or pid == 1:
            raise BadAction(f"there is no process {name} that could be killed")
        try:
            machine.kill(pid, 9 if fault.kind == "kill-process" else 19)
        except OsError as error:
            raise BadAction(str(error)) from error
    else:
        unit = machine.units.get(name)
        if unit is None:
            raise BadAction(f"Unit {name} not found.")
        if fault.kind == "start-unit":
            systemd.start(machine, unit)
        else:
            systemd.stop(machine, unit)
    machine.changed()
    return command_line(fault, name, action)


def _start(machine: "Machine", path: str, user: int) -> None:
    from learnk8s.simulation.linux.programs import launch_python

    try:
        process = machine.fork(machine.processes[1], ["/usr/bin/python3", path])
    except OsError as error:
        raise BadAction(f"the program cannot be started: {error}") from error
    process.uid = process.gid = user
    process.effective = process.permitted = 0
    process.comm, process.cwd, process.stdout = "python3", path.rpartition("/")[0], "null"
    process.cgroup = "/user.slice/user-1000.slice/session-1.scope"
    machine.remember(f"Process/{process.pid}", "process.started", "pid", str(process.pid), "command", f"python3 {path}", actor="neighbour")
    launch_python(machine, process, ["python3", path])
