"""All sentences in which this era says why something happened, in English and Korean."""

from learnk8s.simulation.kernel.sentences import LINKS_MAX, Telling

__all__ = ["LINKS_MAX", "SENTENCES", "TOLD", "chain", "link"]
SENTENCES: dict[str, tuple[str, str]] = {
    "guest.defined": ("Guest {guest} was defined on {machine}: {vcpus} vCPUs, {memory} MiB.", "{guest} 게스트를 {machine}에 정의했다: vCPU {vcpus}개, {memory}MiB."),
    "guest.undefined": ("Guest {guest} was undefined.", "{guest} 게스트의 정의를 지웠다."),
    "guest.started": ("The hypervisor on {machine} switched {guest} on: from here a whole operating system boots.", "{machine}의 하이퍼바이저가 {guest} 게스트를 켰다. 이제 운영체제 하나가 통째로 부팅한다."),
    "guest.kernel": ("The firmware of {guest} handed over to its kernel.", "{guest}의 펌웨어가 커널에 제어를 넘겼다."),
    "guest.services": ("The kernel of {guest} is up; its services start.", "{guest}의 커널이 떴다. 이제 서비스가 뜬다."),
    "guest.install": ("cloud-init in {guest} installs {unit} from packages.", "{guest}의 cloud-init이 패키지로 {unit} 서비스를 설치한다."),
    "guest.ready": ("{guest} is up after {seconds} s.", "{guest} 게스트가 {seconds}초 만에 떴다."),
    "guest.unit-up": ("{unit} in {guest} answers, {seconds} s after the machine was asked for.", "{guest}의 {unit} 서비스가 답한다. 기계를 요청한 지 {seconds}초 뒤다."),
    "guest.unit-down": ("{unit} in {guest} stopped: {why}.", "{guest}의 {unit} 서비스가 멈췄다: {why}."),
    "guest.stopping": ("{guest} was asked by ACPI to shut down; its services stop first.", "ACPI로 {guest}에 종료를 요청했다. 서비스부터 멈춘다."),
    "guest.off": ("{guest} is off: {why}.", "{guest} 게스트가 꺼졌다: {why}."),
    "guest.paused": ("{guest} was paused: it keeps its memory and gets no CPU.", "{guest} 게스트를 멈춰 세웠다. 메모리는 그대로 쥐고 CPU만 받지 못한다."),
    "guest.resumed": ("{guest} goes on where it was.", "{guest} 게스트가 멈춘 자리에서 이어 간다."),
    "guest.panicked": ("The kernel of {guest} panicked. The other {others} guests on {machine} have kernels of their own and noticed nothing.", "{guest}의 커널이 패닉에 빠졌다. {machine}의 다른 게스트 {others}대는 저마다 자기 커널이 있어 아무것도 느끼지 못했다."),
    "guest.leaked": ("{unit} in {guest} leaks memory: it now holds {leaked} MiB too much.", "{guest}의 {unit} 서비스에서 메모리가 샌다. 벌써 {leaked}MiB를 더 쥐고 있다."),
    "guest.oom": ("The kernel inside {guest} killed {unit}: {used} MiB did not fit into {room} MiB. It happened inside one guest only.", "{guest} 안의 커널이 {unit} 서비스를 죽였다. {used}MiB가 {room}MiB에 들어가지 않았다. 이 일은 게스트 하나 안에서만 일어났다."),
    "guest.ballooned": ("The balloon in {guest} now leaves it {memory} MiB; the machine has the rest back.", "{guest} 안의 풍선이 이제 {memory}MiB만 남겨 두었다. 나머지는 기계가 돌려받았다."),
    "guest.vcpus": ("{guest} has {vcpus} vCPUs now.", "{guest}의 vCPU는 이제 {vcpus}개다."),
    "guest.snapshot": ("Snapshot {snapshot} of {guest} was taken: disk, and memory if it runs.", "{guest}의 {snapshot} 스냅숏을 찍었다. 디스크와, 켜져 있으면 메모리까지다."),
    "guest.reverted": ("{guest} went back to snapshot {snapshot}.", "{guest} 게스트가 {snapshot} 스냅숏으로 되돌아갔다."),
    "guest.snapshot-deleted": ("Snapshot {snapshot} of {guest} was deleted.", "{guest}의 {snapshot} 스냅숏을 지웠다."),
    "guest.upgraded": ("The packages in {guest} were upgraded. The new libssl does not suit {unit}.", "{guest}의 패키지를 올렸다. 새 libssl이 {unit} 서비스와 맞지 않는다."),
    "migration.began": ("Live migration of {guest} from {source} to {target} began: {memory} MiB to copy while it runs.", "{guest} 게스트를 {source}에서 {target} 기계로 라이브 마이그레이션하기 시작했다. 도는 채로 {memory}MiB를 복사한다."),
    "migration.round": ("Round {round}: {sent} MiB sent; meanwhile {guest} wrote to {left} MiB again.", "{round}번째 복사: {sent}MiB를 보냈다. 그 사이 {guest} 게스트가 {left}MiB를 다시 썼다."),
    "migration.done": ("{guest} runs on {target} now; it stood still for {downtime} ms.", "{guest} 게스트가 이제 {target}에서 돈다. 멈춰 있던 시간은 {downtime}ms다."),
    "migration.failed": ("The migration of {guest} was given up: {why}. It runs on where it was.", "{guest}의 마이그레이션을 그만두었다: {why}. 있던 곳에서 계속 돈다."),
    "machine.off": ("{machine} lost power. Guests that went off with it: {count}.", "{machine}의 전원이 나갔다. 함께 꺼진 게스트: {count}대."),
    "machine.booting": ("{machine} was switched on; a server's own checks take minutes.", "{machine}의 전원을 켰다. 서버의 자체 점검에는 몇 분이 걸린다."),
    "machine.on": ("{machine} and its hypervisor are up.", "{machine} 기계와 그 하이퍼바이저가 떴다."),
    "machine.swapping": ("{machine} promised more memory than it has: {used} of {room} MiB. It swaps, and everything on it is slow.", "{machine} 기계가 가진 것보다 많은 메모리를 약속했다: {room}MiB 중 {used}MiB. 스왑하느라 그 위의 모든 것이 느리다."),
    "machine.relieved": ("{machine} has enough memory again.", "{machine}의 메모리가 다시 넉넉하다."),
    "machine.oom": ("{machine} ran out of memory and swap; its kernel killed {guest}, the largest.", "{machine}의 메모리와 스왑이 모두 바닥났다. 커널이 가장 큰 {guest} 게스트를 죽였다."),
    "volume.cloned": ("The disk {volume} was copied from {source}.", "{source} 볼륨에서 {volume} 디스크를 복사했다."),
    "traffic.set": ("{unit} now gets {rate} requests a second.", "{unit} 서비스로 이제 초당 {rate}건이 온다."),
    "nova.accepted": ("Nova accepted the request for server {server} (flavor {flavor}).", "Nova가 {server} 서버 요청을 받았다(플레이버 {flavor})."),
    "nova.scheduled": ("The scheduler looked at {count} hosts and chose {machine}, with the most free memory of the {fit} that fit.", "스케줄러가 호스트 {count}대를 보고, 들어갈 수 있는 {fit}대 중 빈 메모리가 가장 많은 {machine} 기계를 골랐다."),
    "nova.no-host": ("The scheduler found no host for {server}: {why}.", "스케줄러가 {server} 서버를 둘 호스트를 찾지 못했다: {why}."),
    "nova.image": ("{machine} fetches the image {image} ({size} MiB).", "{machine} 기계가 {image} 이미지({size}MiB)를 받는다."),
    "nova.deleted": ("Server {server} was deleted.", "{server} 서버를 지웠다."),
    "nova.moving": ("Server {server} is being moved to {machine}.", "{server} 서버를 {machine} 기계로 옮기는 중이다."),
    "nova.resizing": ("Server {server} is stopped, copied and started as flavor {flavor}.", "{server} 서버를 멈추고 복사해 {flavor} 플레이버로 다시 켠다."),
    "nova.evacuated": ("Server {server} is started anew on {machine}: its machine is gone, its disk was shared.", "{server} 서버를 {machine}에서 새로 켠다. 원래 기계는 사라졌고 디스크는 공유되어 있었다."),
    "heat.began": ("Heat makes the resources of stack {stack}.", "Heat가 {stack} 스택의 자원을 만든다."),
    "heat.ended": ("Stack {stack} is {status}.", "{stack} 스택: {status}."),
}


WHYS_KO = {
    "it was stopped": "멈추라고 했다", "its process was killed": "프로세스가 죽었다", "its machine lost power": "기계의 전원이 나갔다", "the machine's kernel killed it for memory": "메모리가 모자라 기계의 커널이 죽였다",
    "it shut down in good order": "정상으로 종료했다", "its plug was pulled": "전원을 뽑았다", "Ctrl-C was pressed": "Ctrl-C를 눌렀다", "it was taken back": "취소했다", "the other machine is gone": "상대 기계가 사라졌다",
    "it writes to its memory faster than the network carries it away": "네트워크가 나르는 것보다 빠르게 메모리를 고쳐 쓴다", "ComputeFilter: the host is down": "ComputeFilter, 호스트가 꺼져 있다", "it is there already": "이미 거기에 있다",
    "another host was asked for": "다른 호스트를 지정했다", "not enough memory": "메모리가 모자라다", "not enough vCPUs": "vCPU가 모자라다", "not enough disk": "디스크가 모자라다",
}
"""Why, in Korean."""
TOLD = Telling(SENTENCES, WHYS_KO)
link, chain = TOLD.link, TOLD.chain
