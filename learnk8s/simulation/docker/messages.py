"""All sentences in which this era says why something happened, in English and Korean."""

from learnk8s.simulation.kernel.sentences import Telling

SENTENCES: dict[str, tuple[str, str]] = {
    "container.created": ("Docker made container {container} from image {image}: a thin writable layer on top of the image's layers.", "Docker가 {image} 이미지로 {container} 컨테이너를 만들었다. 이미지 레이어 위에 얇은 쓰기 레이어 하나를 얹었다."),
    "container.started": ("Docker started {container} on {host}: namespaces, a cgroup and one process. No system boots.", "Docker가 {host}에서 {container} 컨테이너를 시작했다. 네임스페이스와 cgroup, 프로세스 하나면 된다. 운영체제를 부팅하지 않는다."),
    "container.ready": ("{container} answers, {ms} ms after it was asked for.", "{container} 컨테이너가 답한다. 요청한 지 {ms}ms 뒤다."),
    "container.exited": ("The process of {container} ended with code {code}.", "{container} 컨테이너의 프로세스가 코드 {code}번으로 끝났다."),
    "container.oom": ("The kernel killed {container}: it reached its memory limit, or the host had no more (exit code 137).", "커널이 {container} 컨테이너를 죽였다. 메모리 한도에 닿았거나 호스트의 메모리가 바닥났다(종료 코드 137)."),
    "container.restarting": ("Its restart policy starts {container} again in {delay} ms; this is time number {count}.", "재시작 정책에 따라 {delay}ms 뒤 {container} 컨테이너를 다시 시작한다. {count}번째다."),
    "container.removed": ("{container} was removed, and its writable layer with it.", "{container} 컨테이너를 지웠다. 쓰기 레이어도 함께 사라졌다."),
    "container.paused": ("{container} is frozen: it keeps its memory and gets no CPU.", "{container} 컨테이너를 멈춰 세웠다. 메모리는 그대로 쥐고 CPU만 받지 못한다."),
    "container.unpaused": ("{container} goes on where it was.", "{container} 컨테이너가 멈춘 자리에서 이어 간다."),
    "container.healthy": ("The health check of {container} passes.", "{container} 컨테이너의 헬스 체크가 통과한다."),
    "container.unhealthy": ("The health check of {container} failed several times in a row. Docker only marks it; it does not restart it.", "{container} 컨테이너의 헬스 체크가 거듭 실패했다. Docker는 표시만 할 뿐 다시 시작하지 않는다."),
    "container.hung": ("The program in {container} hangs: it runs and answers nobody.", "{container} 컨테이너의 프로그램이 멈췄다. 살아 있지만 아무에게도 답하지 않는다."),
    "container.leaks": ("The program in {container} began to leak memory.", "{container} 컨테이너의 프로그램에서 메모리가 새기 시작했다."),
    "network.created": ("The network {network} was made; on it, containers find each other by name.", "{network} 네트워크를 만들었다. 이 안에서는 컨테이너가 서로를 이름으로 찾는다."),
    "network.connected": ("{container} joined the network {network}.", "{container} 컨테이너가 {network} 네트워크에 들어갔다."),
    "image.pulled": ("{image} is here: {new} of its {all} layers had to come ({size}); the rest was here already.", "{image} 이미지를 받았다. 레이어 {all}개 중 {new}개({size})만 새로 왔고 나머지는 이미 있었다."),
    "image.pushed": ("{image} was pushed; the registry took only the layers that it did not have.", "{image} 이미지를 올렸다. 레지스트리는 없던 레이어만 받았다."),
    "image.built": ("{image} was built: {cached} steps came from the cache, {new} new layers were made.", "{image} 이미지를 빌드했다. {cached}단계는 캐시에서 왔고 새 레이어 {new}개를 만들었다."),
    "image.tagged": ("The name {image} now points at {id}.", "이제 {image} 이름이 {id} 이미지를 가리킨다."),
    "image.committed": ("The writable layer of {container} became an image.", "{container} 컨테이너의 쓰기 레이어가 이미지가 되었다."),
    "image.pruned": ("Images that nobody uses were removed on {host}: {size} came free.", "{host}에서 아무도 쓰지 않는 이미지를 지워 {size}를 되찾았다."),
    "image.released": ("A new release was pushed under the name {image}.", "{image} 이름으로 새 릴리스가 올라왔다."),
    "host.off": ("{host} lost power, and {count} containers with it.", "{host} 호스트의 전원이 나갔다. 그 위의 컨테이너 {count}개도 함께 멈췄다."),
    "host.booting": ("{host} was switched on.", "{host} 호스트의 전원을 켰다."),
    "host.on": ("{host} and its Docker daemon are up; containers with a restart policy start again.", "{host} 호스트와 Docker 데몬이 떴다. 재시작 정책이 있는 컨테이너는 다시 시작한다."),
    "host.oom": ("{host} ran out of memory. It has one kernel for all, and that killed the largest: {container}.", "{host} 호스트의 메모리가 바닥났다. 모두가 함께 쓰는 커널이 가장 큰 {container} 컨테이너를 죽였다."),
    "host.filled": ("Nightly builds filled the disk of {host} with layers.", "밤마다 도는 빌드가 {host} 호스트의 디스크를 레이어로 가득 채웠다."),
    "registry.down": ("The registries cannot be reached. What runs goes on; nothing new can be pulled.", "레지스트리에 닿지 않는다. 돌던 것은 계속 돌지만 새로 받아 올 수 없다."),
    "registry.up": ("The registries answer again.", "레지스트리가 다시 답한다."),
    "traffic.set": ("{flow} now gets {rate} requests a second.", "이제 {flow}에 초당 {rate}건이 온다."),
}
TOLD = Telling(SENTENCES)
