"""What authors type with straight marks is shown as it would be printed; what is code is shown as it is typed."""

import re

import pytest
from django.test import Client

TAGS = re.compile(r"<[^>]+>")
CODE = re.compile(r"<(code|pre|svg)\b.*?</\1>", re.DOTALL)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", ["learn/kubernetes/self-healing/", "learn/", "era/vm/", "challenges/", "playground/"])
def test_no_quotation_mark_of_a_text_is_straight(course, language, path):
    page = Client().get(f"/{language}/{path}").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    texts = [TAGS.sub("", text) for text in re.findall(r"<(?:p|li|h\d|dd)\b[^>]*>(.*?)</(?:p|li|h\d|dd)>", CODE.sub("", main), re.DOTALL)]
    assert texts
    assert [text for text in texts if re.search(r"[\"']|&quot;|&#x27;", text)] == []


def test_a_command_in_a_lesson_stays_as_it_is_typed(course):
    assert "jsonpath=&#x27;{.items[0].metadata.name}&#x27;" in Client().get("/en/learn/kubernetes/self-healing/").content.decode()
