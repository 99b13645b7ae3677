"""Every lesson holds what it says; the prover notices when one does not."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from learnk8s.courseware.lesson import parse_lesson
from learnk8s.courseware.proof import Proof
from learnk8s.courseware.proving import lesson_findings
from learnk8s.courseware.proving.claims import claim_faults, unshown_steps
from learnk8s.courseware.proving.driving import new_world
from learnk8s.lessons.proving import COURSES, course_findings, course_slugs, fact_findings, findings_of, unused_words
from learnk8s.lessons.terms import terms

FOLDER = COURSES / "kubernetes" / "self-healing"
FILES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}


@pytest.mark.parametrize("slug", course_slugs())
def test_a_lesson_holds(slug):
    assert [str(entry) for entry in findings_of(slug)] == []


def test_every_fact_has_a_source_and_both_languages():
    assert [str(entry) for entry in fact_findings()] == []


def test_the_course_names_lessons_and_questions_that_exist():
    assert [str(entry) for entry in course_findings()] == []


def found(name, old, new):
    assert old in FILES[name]
    return " | ".join(map(str, lesson_findings({**FILES, name: FILES[name].replace(old, new)}, terms=frozenset(terms()))[1]))


@pytest.mark.parametrize(("name", "old", "new", "text"), [
    pytest.param("labs.yaml", "solution: [fault crash-node node-1, ", "solution: [", "the solution does not reach", id="a solution that falls short"),
    pytest.param("labs.yaml", 'lines: ["kubectl delete pods -l app=web --wait=false", ', 'lines: ["fault crash-node node-1", ', "wrong way 1 reaches the goal", id="a wrong way that is right"),
    pytest.param("labs.yaml", "{action: crash-node}", "{action: crash-nodes}", "the solution does not reach", id="a goal that nothing reaches"),
    pytest.param("labs.yaml", "op: \"==\", value: 3}}", "op: \"==\", value: 2}}", "the key does not follow", id="a prediction that does not come true"),
    pytest.param("ko.md", "fault crash-node node-1", "fault crash-node node-9", "ends with status 1", id="a command that fails"),
    pytest.param("labs.yaml", 'shows: "3/3"', 'shows: "2/3"', "'kubectl get deployment web' does not print '2/3'", id="a line that prints something else"),
    pytest.param("labs.yaml", 'line: "kubectl get deployment web", ', 'line: "kubectl get deployments", ', "No line to run reads like this", id="a line that is not there"),
    pytest.param("en.md", "kubectl get deployment web", "kubectl get deployments web", "not those of ko.md", id="other commands in one language"),
    pytest.param("en.md", "waits 10 s, then 20 s", "waits 10 s, then 25 s", "numbers differ", id="other numbers in one language"),
    pytest.param("en.md", "## Pull the plug", "### Pull the plug", "sections", id="other headings in one language"),
    pytest.param("en.md", " of 2015 that describes Borg speaks of tens of thousands of machines in one cell [@borg-paper]", " of 2015", "borg-paper is cited nowhere", id="a source that is not cited"),
    pytest.param("ko.md", "그 시스템을 아는 조 베다", "\n\n1998년이었다.\n\n조 베다", "a year without a source", id="a year without a source"),
    pytest.param("lesson.yaml", "terms: [desired-state", "terms: [wished-state", "does not stand in terms.yaml", id="an unknown term"),
    pytest.param("lesson.yaml", "minutes: 16", "minutes: 40", "is written", id="a reading time that is not honest"),
    pytest.param("loop.svg", "fill=\"currentColor\"", "fill=\"#ff0000\"", "a colour of its own", id="a picture with its own colours"),
    pytest.param("quiz.yaml", ', shows: "NotReady"', ', shows: "3/3"', "was not printed after the steps before it", id="an order that the world does not keep"),
    pytest.param("quiz.yaml", ", misconception: kubelet-creates-pods, chosen: {ko: kubelet은 자기 노드에 바인딩된 파드를 돌릴 뿐 새로 만들지 않는다., en: \"The kubelet runs the pods bound to its node; it makes none.\"}", "", "says nothing to somebody who chose it", id="an option without an answer"),
])
def test_the_prover_notices(name, old, new, text):
    assert text in found(name, old, new)


def test_a_word_that_is_listed_and_not_used_is_noticed():
    lesson = parse_lesson({**FILES, "lesson.yaml": FILES["lesson.yaml"].replace("terms: [", "terms: [dockershim, ")}).lesson
    assert [finding.text for finding in unused_words(lesson)] == [f"terms: dockershim ({word}) stands nowhere in {language}.md" for language, word in (("ko", "도커심"), ("en", "Dockershim"))]


def test_an_option_may_have_a_world_of_its_own():
    option = parse_lesson(FILES).lesson.questions["who-counts"].options[0]
    world = new_world("kubernetes", "self-healing")
    told = [list(claim_faults("q", world, Proof(), (replace(option, is_right=True, run=("kubectl get deployments",), shows=shows, world="kubernetes", scenario=scenario),))) for shows, scenario in (("web", ""), ("web", "bare"), ("web", "nope"))]
    assert [len(found) for found in told] == [0, 1, 1] and "there is no scenario" in told[2][0]


def test_a_step_of_an_order_that_nothing_shows_is_noticed():
    question = parse_lesson({**FILES, "quiz.yaml": FILES["quiz.yaml"].replace(', shows: "NotReady"', "")}).lesson.questions["order-of-events"]
    assert [(place, str(text)) for place, text in unshown_steps(question)] == [(1, "question order-of-events: nothing shows when step notready comes (shows)")]


def test_a_task_without_a_wrong_way_is_noticed():
    text = FILES["labs.yaml"]
    assert "no wrong way is declared" in found("labs.yaml", text[text.index("    wrong:") :], "")


def test_a_key_that_does_not_follow_from_its_world_is_noticed():
    proof = '{run: ["kubectl run x --image=busybox:1.36 -- false", "sleep 30", "kubectl get pods"]}'
    assert "'2/3' was not printed" in found("quiz.yaml", proof, '{run: [kubectl get deployment web], output: ["2/3"]}')


WHO = (COURSES / "kubernetes" / "not-mere-orchestration")
PAIRS = {path.name: path.read_text(encoding="utf-8") for path in WHO.iterdir()}


@pytest.mark.parametrize(("old", "new", "text"), [
    pytest.param('shows: "replicaset-controller"', 'shows: "job-controller"', "is not so, though it is marked right", id="a pair that its lines do not show"),
    pytest.param("reason=SuccessfulCreate -o", "reason=Scheduled -o", "which belongs to pair b", id="lines that show another pair"),
    pytest.param("unproved: history", "unproved: laziness", "unproved must be history / definition / judgement / outside", id="a reason that is none"),
    pytest.param("    unproved: history\n", "", "nothing proves its key, and nothing says why", id="a key without proof or reason"),
    pytest.param("type: matching", "type: matching\n    unproved: outside", "its key is proved, and unproved says that it is not", id="a key with both"),
])
def test_the_prover_notices_keys_that_stand_on_nothing(old, new, text):
    assert old in PAIRS["quiz.yaml"]
    assert text in " | ".join(map(str, lesson_findings({**PAIRS, "quiz.yaml": PAIRS["quiz.yaml"].replace(old, new, 1)}, terms=frozenset(terms()))[1]))


def test_a_written_answer_without_a_foreseen_wrong_one_is_noticed():
    text = FILES["quiz.yaml"]
    assert "no wrong answer is foreseen" in found("quiz.yaml", text[text.index("    wrong:") : text.index("    explanation:", text.index("    wrong:"))], "")


@pytest.mark.parametrize(("old", "new", "text"), [
    pytest.param('accepted: [', 'accepted: ["*", ', "an accepted form takes any answer", id="everything is right"),
    pytest.param('forms: ["ImagePullBackOff"', 'forms: ["crash loop back off"', "'crash loop back off' is not told what is written for it", id="a wrong answer that is right"),
])
def test_the_prover_tries_written_answers(old, new, text):
    assert text in found("quiz.yaml", old, new)


def test_the_command_fails_for_a_lesson_that_does_not_exist():
    with pytest.raises(CommandError):
        call_command("prove_content", "nope")


def test_the_command_says_that_a_lesson_holds(capsys):
    call_command("prove_content", "self-healing")
    out = capsys.readouterr().out
    assert "7 keys: 7 proved by running a world; declared: none" in out
    assert "1 hold: 1 lessons" in out
