"""What this era says beside the sentences of Docker, in English and Korean."""

from learnk8s.simulation.docker.messages import SENTENCES as DOCKER
from learnk8s.simulation.kernel.sentences import Telling

SENTENCES: dict[str, tuple[str, str]] = {
    **DOCKER,
    "server.down": ("The balancer's checks failed three times: it sends no more requests to {server}. It starts nothing anywhere else.", "로드 밸런서의 검사가 세 번 실패해 {server} 서버로는 더 보내지 않는다. 다른 곳에 무언가를 띄워 주지는 않는다."),
    "server.up": ("The balancer's checks pass again: requests go to {server}.", "로드 밸런서의 검사가 다시 통과해 {server} 서버로 요청을 보낸다."),
    "balancer.reloaded": ("You reloaded the balancer; it knows {count} servers.", "로드 밸런서를 다시 읽게 했다. 이제 서버 {count}개를 안다."),
    "page.sent": ("{time}: the pager rings. {service} does not answer, and somebody has to do something: you.", "{time}: 호출기가 울린다. {service} 서비스가 답하지 않는다. 누군가 나서야 하고, 그 누군가가 바로 나다."),
    "page.night": ("{time}: the pager wakes you. {service} does not answer, and nobody else will do anything.", "{time}: 호출기가 잠을 깨운다. {service} 서비스가 답하지 않는데, 나 말고는 아무도 손쓰지 않는다."),
    "page.over": ("{service} answers again; the page is over.", "{service} 서비스가 다시 답한다. 호출이 끝났다."),
    "night.falls": ("At night a power supply in {host} gave out.", "한밤에 {host} 호스트의 전원 장치가 고장 났다."),
    "fleet.handed-over": ("The fleet was written down as manifests: {services} services, {copies} copies. Where they run is no longer your business.", "플릿을 매니페스트로 적었다. 서비스 {services}개, 복제본 {copies}개다. 어디에서 돌지는 이제 내 일이 아니다."),
}
TOLD = Telling(SENTENCES)
