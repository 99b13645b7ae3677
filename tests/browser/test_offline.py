"""A lesson that was opened can be read without a network, as a stranger sees it."""

import pytest

from tests.browser.test_basics import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
LESSON = "/ko/learn/kubernetes/self-healing/"


def test_an_opened_lesson_is_there_without_a_network_and_holds_nothing_private(course, learner, as_, browser, live_server, settings):
    settings.OFFLINE_LESSONS = True
    client = as_(learner)
    client.post("/ko/notes/kubernetes/self-healing/", {"text": "나만 보는 메모"})
    context = browser.new_context()
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value, "url": live_server.url}])
    page = context.new_page()
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(live_server.url + "/ko/")
    until(page, "navigator.serviceWorker.controller")
    page.goto(live_server.url + LESSON)
    assert "나만 보는 메모" in page.content()
    for _look in range(100):
        if page.evaluate("caches.match(location.pathname, { ignoreVary: true }).then(Boolean)"):
            break
        page.wait_for_timeout(50)
    assert errors == []
    context.set_offline(True)
    page.goto(live_server.url + LESSON)
    assert page.locator("h1").inner_text() == "의도한 상태와 자동화된 복구"
    assert "나만 보는 메모" not in page.content()
    page.goto(live_server.url + "/ko/playground/")
    assert page.locator("h1").inner_text() == "네트워크 없음"
    page.locator("lk-kept a").first.wait_for()
    context.close()
