"""Every page, in both languages, for everybody who may come."""

import re
from pathlib import Path

import pytest
from django.test import Client

from learnk8s.web.bundles import COMMENTS, ROOMS

ROOT = Path(__file__).resolve().parents[2]
OPEN = ["", "timeline/", "timeline/?q=docker&era=container", "era/isolation/", "era/vm/", "era/container/", "era/orchestrator/", "era/kubernetes/", "era/cloud/", "learn/", "learn/kubernetes/self-healing/", "playground/", "login/", "signup/"]
CLOSED = ["library/", "library/kubernetes/self-healing/", "library/kubernetes/self-healing/history/", "classes/", "account/", "account/export/"]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("path", OPEN)
def test_open_pages_answer_everybody(course, language, path):
    page = Client().get(f"/{language}/{path}")
    text = page.content.decode()
    assert page.status_code == 200
    assert f'<html lang="{language}"' in text
    assert len(re.findall(r"<h1[ >]", text)) == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), [name for name in ids if ids.count(name) > 1]


@pytest.mark.parametrize("path", CLOSED)
def test_closed_pages_lead_to_the_log_in(teacher, as_, path):
    assert Client().get(f"/en/{path}").status_code == 302
    assert as_(teacher).get(f"/ko/{path}").status_code == 200


def test_the_first_address_leads_to_the_browsers_language(db):
    assert Client().get("/", headers={"accept-language": "ko"}).headers["Location"] == "/ko/"
    assert Client().get("/", headers={"accept-language": "de"}).headers["Location"] == "/en/"


def test_the_policy_allows_only_our_own_files(db):
    policy = Client().get("/en/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_templates_have_nothing_inline():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        found = re.search(r'\sstyle="|\son[a-z]+="|hx-on|<style|javascript:|<script(?![^>]*\ssrc=)', text)
        assert found is None, f"{path.name}: {found and found[0]}"


def test_an_arrow_of_a_link_never_stands_alone_on_a_line():
    found = [path.name for path in (ROOT / "templates").rglob("*.html") if re.search(r">[←→] |[ ][←→]</a>", path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_text_of_a_template_is_there_in_korean():
    from scripts.translate import entries

    known = set()
    for path in (ROOT / "learnk8s").glob("*/locale/ko/LC_MESSAGES/django.po"):
        known |= {key.split("\0")[0] for key in entries(path.read_text(encoding="utf-8"))}
    missing = set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        missing |= {double or single for double, single in re.findall(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""", text)} - known
        for body in re.findall(r"{%\s*blocktranslate[^%]*%}(.*?)(?:{%\s*plural|{%\s*endblocktranslate)", text, re.DOTALL):
            name = re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body.replace("%", "%%"))
            missing |= {name} - known
    assert not missing


def test_one_text_has_one_translation_whichever_app_it_stands_in():
    """Django merges the catalogues of all apps: of two translations it shows the one of the first app everywhere."""
    from scripts.translate import entries

    known: dict[str, set[str]] = {}
    for path in (ROOT / "learnk8s").glob("*/locale/ko/LC_MESSAGES/django.po"):
        for text, korean in entries(path.read_text(encoding="utf-8")).items():
            known.setdefault(text, set()).add(korean)
    assert {text: korean for text, korean in known.items() if text and len(korean) > 1} == {}


def test_what_django_says_of_a_form_is_said_as_this_site_speaks(db):
    page = Client().post("/ko/login/", {"login": "nobody", "username": "nobody", "password": "wrong-one"}).content.decode()
    assert "로그인 이름이나 비밀번호가 맞지 않는다." in page
    again = Client().post("/ko/signup/", {"username": "a new one", "password1": "kurz", "password2": "anders"}).content.decode()
    assert "십시오" not in page + again and "습니다" not in page + again


def test_the_theme_is_kept_in_a_cookie(db):
    client = Client()
    client.post("/theme/", {"theme": "dark", "next": "/ko/"})
    assert client.cookies["theme"].value == "dark"


def test_health(db):
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("room", ROOMS)
def test_no_class_is_described_by_two_stylesheets_of_a_room(room):
    """A second one, written for another page, changes the first one's page without a word: six strips once lay on top of each other."""
    found: dict[str, list[str]] = {}
    for name in ROOMS[room].split():
        for own in described(COMMENTS.sub("", (ROOT / f"static/css/pages/{name}.css").read_text(encoding="utf-8"))):
            found.setdefault(own, []).append(name)
    assert {own: names for own, names in found.items() if len(names) > 1} == {}


def described(css):
    """Return the classes that have a rule of their own: `.card { … }` directly in the layer."""
    found, depth, head = set(), 0, ""
    for letter in css:
        if letter == "{":
            if depth == 1:
                found |= {part.strip()[1:] for part in head.split(",") if re.fullmatch(r"\.[a-z][\w-]*", part.strip())}
            depth, head = depth + 1, ""
        elif letter in "};":
            depth, head = depth - (letter == "}"), ""
        else:
            head += letter
    return found


NOT_OURS = {"errorlist", "htmx-request"}
"""Classes that Django and htmx give."""


def test_no_stylesheet_describes_a_class_that_no_page_has():
    """What nobody shows any more is still sent to everybody."""
    rules = COMMENTS.sub("", "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static/css").rglob("*.css")))
    names = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules))) - NOT_OURS
    sources = [path for folder, kinds in (("templates", "html svg"), ("learnk8s", "py html md yaml svg"), ("static/js", "js")) for kind in kinds.split() for path in (ROOT / folder).rglob(f"*.{kind}")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    composed = set(re.findall(r"([a-z][\w-]*(?:--|__))\{[{%]", text))
    assert {name for name in names if name not in text and not any(name.startswith(begin) for begin in composed)} == set()


def test_the_page_of_components_shows_each_of_them(db):
    page = Client().get("/en/design/").content.decode()
    given = {name for names in re.findall(r'class="([^"]+)"', page) for name in names.split()}
    for path in (ROOT / "static/css/components").glob("*.css"):
        own = described(COMMENTS.sub("", path.read_text(encoding="utf-8")))
        assert own & given, f"{path.name}: {own}"


def test_what_is_not_printed_is_hidden_whatever_else_it_is():
    rules = (ROOT / "static/css/utilities.css").read_text(encoding="utf-8")
    assert rules.index("@media print { .no-print { display: none; } }") > rules.rindex("display: flex")


def test_a_page_and_its_part_are_kept_apart_by_browsers(client):
    assert "HX-Request" in client.get("/en/timeline/?era=cloud").headers["Vary"]
    assert "HX-Request" in client.get("/en/timeline/?era=cloud", headers={"hx-request": "true"}).headers["Vary"]
