"""The OOM killer: whom it takes, and what it writes to the kernel's log. Models mm/oom_kill.c (6.12).

It takes the largest process, not the guilty one: badness is the memory it holds, moved by `oom_score_adj` thousandths of all memory.
"""

from typing import TYPE_CHECKING

from learnk8s.simulation.linux import cgroups
from learnk8s.simulation.linux.process import PAGE_BYTES, Process

if TYPE_CHECKING:
    from learnk8s.simulation.linux.machine import Machine

ROUNDS_MAX = 50
TASKS_SHOWN = 12


def relieve(machine: "Machine") -> bool:
    """Kill until every limit is kept; say whether anybody was killed."""
    killed = False
    for _ in range(ROUNDS_MAX):
        now = machine.clock.now_ms
        limited = [path for path, group in machine.cgroups.items() if group.memory_max != cgroups.NONE]
        over = next((path for path in sorted(limited, key=len, reverse=True) if cgroups.memory_of(machine, path, now) > machine.cgroups[path].memory_max), None)
        if over is not None:
            victims = cgroups.members(machine, over)
        elif machine.used_memory(now) > machine.memory_bytes:
            victims = list(machine.processes.values())
        else:
            return killed
        victim = _worst(machine, victims)
        if victim is None:
            return killed
        _kill(machine, victim, over)
        killed = True
    return killed


def badness(machine: "Machine", process: Process) -> int:
    """Return the points of a process in bytes; a process that must not be killed has less than none."""
    if process.pid == 1 or process.kernel or process.oom_adj == -1000:
        return -1
    return max(machine.memory_of(process, machine.clock.now_ms) + machine.memory_bytes // 1000 * process.oom_adj, 1)


def score(machine: "Machine", process: Process) -> int:
    """Return /proc/PID/oom_score."""
    points = badness(machine, process)
    return 0 if points < 0 else min(666 + points * 667 // machine.memory_bytes - (0 if process.oom_adj >= 0 else 0), 2000)


def _worst(machine: "Machine", processes: list[Process]) -> Process | None:
    ranked = [(badness(machine, process), -process.pid) for process in processes]
    best = max(ranked, default=(-1, 0))
    return machine.processes[-best[1]] if best[0] >= 0 else None


def _kill(machine: "Machine", victim: Process, group: str | None) -> None:
    trigger = next((process for process in machine.processes.values() if process.leak and (group is None or cgroups.is_within(process.cgroup, group))), victim)
    now = machine.clock.now_ms
    log = machine.kernel_says
    machine.because("kernel", "oom.group" if group else "oom.machine", "ref", f"Process/{victim.pid}", "program", victim.title, "pid", str(victim.pid), "trigger", trigger.title, "group", group or "/",
                    "mib", str(machine.memory_of(victim, now) // 1048576), parent=machine.history.get(f"Process/{trigger.pid}"))
    log(f"{trigger.comm} invoked oom-killer: gfp_mask=0x{'cc0(GFP_KERNEL)' if group else '140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP)'}, order=0, oom_score_adj={trigger.oom_adj}")
    if group:
        current, limit = cgroups.memory_of(machine, group, now), machine.cgroups[group].memory_max
        log(f"memory: usage {min(current, limit) // 1024}kB, limit {limit // 1024}kB, failcnt {machine.cgroups[group].max_events + 1}")
    log("Tasks state (memory values in pages):")
    log("[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name")
    shown = [process for process in machine.processes.values() if not process.kernel and (group is None or cgroups.is_within(process.cgroup, group))]
    for process in sorted(shown, key=lambda process: (-machine.memory_of(process, now), process.pid))[:TASKS_SHOWN]:
        pages = machine.memory_of(process, now) // PAGE_BYTES
        log(f"[{process.pid:>7}] {process.uid:>5} {process.pid:>5} {machine.virtual_of(process, now) // PAGE_BYTES:>8} {pages:>8} {pages * 9 // 10:>8} {pages - pages * 9 // 10:>8} {0:>9} {pages * 8 // 4096 * 4096 + 40960:>14} {0:>8} {process.oom_adj:>13} {process.comm}")
    constraint = f"CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg={group}" if group else "CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom"
    log(f"oom-kill:constraint={constraint},task_memcg={victim.cgroup},task={victim.comm},pid={victim.pid},uid={victim.uid}")
    kib = machine.memory_of(victim, now) // 1024
    log(f"{'Memory cgroup out of memory' if group else 'Out of memory'}: Killed process {victim.pid} ({victim.comm}) total-vm:{machine.virtual_of(victim, now) // 1024}kB, anon-rss:{kib * 9 // 10}kB, file-rss:{kib - kib * 9 // 10}kB, "
        f"shmem-rss:0kB, UID:{victim.uid} pgtables:{kib // 512 * 4 // 4 + 40}kB oom_score_adj:{victim.oom_adj}")
    if group:
        for step in cgroups.lineage(group):
            machine.cgroups[step].oom += int(step == group)
            machine.cgroups[step].max_events += int(step == group)
    for step in cgroups.lineage(victim.cgroup):
        machine.cgroups[step].oom_kill += 1
    machine.oom_kills += 1
    machine.end(victim.pid, signal=9, oom=True)
