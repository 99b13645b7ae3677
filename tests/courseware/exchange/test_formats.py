"""GIFT, Moodle XML and QTI: each form of answer that their documents describe, round trips, and hostile files."""

import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.courseware.exchange import gift, moodle, qti
from learnk8s.courseware.exchange.variants import TOP, spread
from learnk8s.courseware.questions import graded
from learnk8s.courseware.questions.reading import read_questions
from learnk8s.courseware.questions.writing import replaced
from learnk8s.courseware.reading import Reader

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
TEXT = (Path(__file__).parents[1] / "every_type.yaml").read_text(encoding="utf-8")


def asked(found):
    """Read what a format gave by our own reader; there is no problem with it."""
    assert found.troubles == []
    text = "questions: []\n"
    for question in found.questions:
        text = replaced(text, None, question)
    reader = Reader.of("quiz.yaml", text)
    questions = read_questions(reader, reader.value["questions"], files=dict.fromkeys(found.pictures, f"picture {'0' * 64} 8x8"))
    assert reader.problems == []
    return list(questions.values())


@pytest.mark.parametrize(("text", "kind", "right", "wrong"), [
    pytest.param("Who starts containers?{=kubelet ~scheduler ~etcd}", "single", ["a"], ["b"], id="one right"),
    pytest.param("::t:: Which run on a node? {\n  ~%50%kubelet\n  ~%50%kube-proxy # right\n  ~%-100%etcd\n}", "multiple", ["a", "b"], ["c"], id="several right by weight"),
    pytest.param("A pod has {=one =1} address.", "short", ["one"], ["two"], id="missing word, short"),
    pytest.param("Grant {~shrinks =grows ~sleeps} at night.", "single", ["b"], ["a"], id="missing word, choice"),
    pytest.param("Etcd keeps state.{TRUE#No####Always}", "truefalse", ["true"], ["false"], id="true or false"),
    pytest.param("Pick each.{ =cat -> miaow =dog -> woof = -> moo }", "matching", ["a=a", "b=b"], ["a=b", "b=a"], id="matching with an extra"),
    pytest.param("Seconds?{#40:2}", "numeric", ["41"], ["43"], id="number with tolerance"),
    pytest.param("Pi?{#3.141..3.142}", "numeric", ["3.1415"], ["3.2"], id="range"),
    pytest.param("Year?{#=2014:0 =%50%2014:2}", "numeric", ["2014"], ["2020"], id="numbers with weights"),
    pytest.param("Half? {~no ~%50%nearly =yes}", "single", ["c"], ["b"], id="weight of a wrong one"),
    pytest.param("Which [two]?{=kubectl get (pods|po)? #Yes}", "short", ["kubectl get (pods|po)?"], ["kubectl get po"], id="marks of ours are letters there"),
    pytest.param(r"What is 1 \= 1?{=true\~ish ~fal\=se}", "single", ["a"], ["b"], id="escapes"),
    pytest.param("[html]<p>Is <b>this</b> bold?</p>{T}", "truefalse", ["true"], ["false"], id="html"),
])
def test_gift_forms(text, kind, right, wrong):
    (question,) = asked(gift.read(text))
    assert question.type == kind
    assert graded(question, right).percent == 100
    assert graded(question, wrong).percent < 100


def test_comments_categories_and_blank_lines_in_gift():
    found = gift.read("// one\n$CATEGORY: top/x\n\n::a::A?{T}\n\n\n::a::B?{F}\n// end")
    assert [(question["id"], question["tags"]) for question in found.questions] == [("a", ["x"]), ("a-2", ["x"])]


HERE = Path(__file__).parent
FEATURES = {
    "features.gift": (gift.read, {
        "which-program-starts-containers-on-a-node": ("single", ["c"]), "a-service-a-set-of-pods": ("single", ["b"]), "which-object-has-the-smallest-unit-that-is-s": ("short", ["A pod"]), "one-plus-two-equals": ("short", ["3"]),
        "pods-come-back-under-their-old-name": ("truefalse", ["false"]), "match-each-part-with-its-work": ("matching", ["a=a", "b=b", "c=c"]), "how-long-does-the-kubelet-wait-before-sigkil": ("numeric", ["30.4"]), "between-which-bounds-is-a-priority-class-of": ("numeric", ["999"]),
        "when-was-kubernetes-1-0-released": ("numeric", ["2015"]), "else": ("numeric", ["2"]), "names-and-lines": ("short", ["kubectl logs"]), "parts": ("matching", ["a=a", "b=b", "c=c", "d=d"]), "is-3-5-5-3": ("truefalse", ["true"]),
        "a-container-was-killed-for-memory-which-exit": ("single", ["c"]), "half-right": ("single", ["d"]), "spelled": ("short", ["helm"]), "which-two-run-on-every-node": ("multiple", ["b", "c"]), "which-two-store-data": ("multiple", ["b", "c"]), "uneven": ("multiple", ["a", "b"]),
        "which-line-selects-by-label": ("single", ["b"]), "marks": ("single", ["f"]), "where-does-a-pod-s-log-go": ("single", ["a"]), "general": ("truefalse", ["true"]), "q-17": ("short", ["undo"]), "stars": ("short", ["*"])}),
    "features.xml": (moodle.read_moodle, {
        "starts-1": ("single", ["a"]), "every-node": ("multiple", ["b", "c"]), "names": ("truefalse", ["false"]), "in-another-language": ("truefalse", ["true"]), "state": ("short", ["crashing"]), "minutes": ("numeric", ["303 s"]), "an-old-one": ("numeric", ["3"]),
        "parts": ("matching", ["a=a", "b=b"]), "gaps": ("cloze", ["get", "31", "0", "0"]), "rollout": ("ordering", ["a", "b", "c"]), "words": ("cloze", ["0", "0"]), "dragged": ("cloze", ["0"])}),
    "qti": (lambda text: qti.read_qti(text), {
        "choice": ("single", ["a"]), "choicemultiple": ("multiple", ["a", "b"]), "order": ("ordering", ["a", "b", "c"]), "match": ("matching", ["a=a", "b=b", "c=b"]), "textentry": ("cloze", ["restart"]), "numberentry": ("cloze", ["305"]), "inlinechoice": ("cloze", ["0"]), "gapmatch": ("cloze", ["0", "0"])}),
}


@pytest.fixture(scope="module")
def taken_over():
    """Return every question of the files with features, by file and id."""
    files = {"qti": sorted((HERE / "qti").glob("*.xml"))}
    return {name: {question.id: question for path in files.get(name, [HERE / name]) for question in asked(read(path.read_text(encoding="utf-8")))} for name, (read, _expected) in FEATURES.items()}


@pytest.mark.parametrize(("name", "one", "kind", "right"), [pytest.param(name, one, kind, right, id=f"{name}:{one[:20]}") for name, (_read, rows) in FEATURES.items() for one, (kind, right) in rows.items()])
def test_every_feature_of_the_formats(taken_over, name, one, kind, right):
    question = taken_over[name][one]
    assert (question.type, graded(question, right).percent) == (kind, 100)
    assert graded(question, []).percent == 0


def test_weights_feedback_tags_and_formats_of_gift(taken_over):
    found = taken_over["features.gift"]
    percents = [graded(found[name], [answer]).percent for name, answer in (("half-right", "b"), ("half-right", "c"), ("a-container-was-killed-for-memory-which-exit", "b"), ("spelled", "helmm"), ("when-was-kubernetes-1-0-released", "2016"), ("uneven", "a"))]
    assert percents == [25, 50, 50, 75, 50, 70]
    assert graded(found["uneven"], ["a", "b", "c"]).percent == 0
    assert graded(found["which-two-run-on-every-node"], ["a", "b", "c", "d"]).percent == 0, "choosing everything earns nothing"
    assert graded(found["when-was-kubernetes-1-0-released"], ["2016"]).said[0]["en"] == "Near. Its first commit was in 2014."
    assert [graded(found["else"], [answer]).said for answer in ("2", "7")] == [(), ({"ko": "Count once more.", "en": "Count once more."},)]
    assert found["half-right"].text["en"] == "The scheduler looks at _____."
    assert [option.text["en"] for option in found["parts"].options] == ["*Answers* all requests.", "Compares what is with what shall be.", "Looks 5 < 6 at nodes.", "Keeps *everything*."]
    assert [option.chosen["en"] for option in found["general"].options] == ["You know it.", "They do."]
    assert found["general"].explanation["en"] == "See the *lesson* on Deployments."
    assert found["q-17"].tags == ("node-parts", "rolling-update", "a-b")
    assert (graded(found["stars"], ["anything"]).percent, graded(found["stars"], ["(star)?"]).percent) == (0, 100)


def test_what_the_formats_say_beside_is_told_at_its_line():
    found = moodle.read_moodle((HERE / "features.xml").read_text(encoding="utf-8"))
    assert [(note.key, note.what) for note in found.notes] == [("feedback", "Every node"), ("case", "State"), ("units", "Minutes")]
    notes = [*found.notes, *gift.read((HERE / "features.gift").read_text(encoding="utf-8")).notes, *qti.read_qti((HERE / "qti" / "text_entry.xml").read_text(encoding="utf-8")).notes]
    assert {note.key for note in notes} == {"feedback", "case", "units", "costs-nothing", "rule"}
    assert all(note.line > 1 and note.text(language) and note.cure(language) for note in notes for language in ("ko", "en"))


UNREADABLE = [
    (gift.read, "\n::d::Read the lesson first.", [(2, "description")]), (gift.read, "How are you?{}", [(1, "essay")]), (gift.read, "A?{T}\n\nB?{=x ~y\n\nC?{F}", [(3, "open-brace")]), (gift.read, "A?{~a ~b}", [(1, "no-answer")]), (gift.read, "A?{~%50%a}", [(1, "too-few")]),
    (gift.read, "A?{#many}", [(1, "no-number")]), (gift.read, "A?{=a -> b =c}", [(1, "no-arrow")]), (gift.read, "A?{=a -> b}", [(1, "too-few")]), (gift.read, "A?{=%50%a}", [(1, "no-answer")]), (gift.read, "// nothing", [(0, "empty")]), (gift.read, "A?}", [(1, "open-brace")]),
    *((moodle.read_moodle, f"<quiz>\n<question type='{kind}'><name><text>a</text></name><questiontext><text>q</text></questiontext></question></quiz>", [(2, key)]) for kind, key in (("essay", "essay"), ("description", "description"), ("calculated", "formula"), ("ddmarker", "on-picture"), ("ddimageortext", "on-picture"), ("random", "no-such-type"), ("", "no-such-type"), ("matching", "too-few"), ("truefalse", "no-answer"))),
    *((moodle.read_moodle, f"<quiz>\n<question type='cloze'><name><text>a</text></name><questiontext><text>Choose {gap}</text></questiontext></question></quiz>", [(2, "gap")]) for gap in ("one.", "{1:MULTICHOICE}", "{1:MULTICHOICE:=Apple#Yes}", "{1:MULTICHOICE:Pear~%50%Apple}", "{3:NUMERICAL:=zero}", "{1:NOSUCH:=a}")),
    (moodle.read_moodle, "<quiz>\n<question type='numerical'><name><text>a</text></name>\n<answer fraction='100'><text>ten</text></answer></question></quiz>", [(3, "no-number")]),
    (qti.read_qti, "<assessmentTest/>", [(1, "empty")]), (qti.read_qti, "<assessmentItem title='a'>\n<itemBody><p>Read.</p></itemBody></assessmentItem>", [(1, "description")]),
    *((qti.read_qti, f"<assessmentItem title='a'>\n<itemBody>\n<{kind} responseIdentifier='R'/></itemBody></assessmentItem>", [(line, key)]) for kind, line, key in (("extendedTextInteraction", 3, "essay"), ("hotspotInteraction", 3, "on-picture"), ("uploadInteraction", 3, "no-such-type"), ("choiceInteraction", 1, "no-answer"), ("textEntryInteraction", 1, "no-answer"))),
]


@pytest.mark.parametrize(("read", "text", "expected"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_taken_over_is_told_with_line_and_remedy(read, text, expected):
    found = read(text)
    found.settle(takes_texts=True)
    assert [(trouble.line, trouble.key) for trouble in found.troubles] == expected
    assert all(trouble.text(language).strip() and trouble.cure(language).strip() and "{what}" not in trouble.text(language) for trouble in found.troubles for language in ("ko", "en"))


MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
  <question type="category"><category><text>$course$/top</text></category></question>
  <question type="multichoice"><name><text>Starts</text></name><questiontext format="html"><text><![CDATA[<p>Who starts <b>containers</b>?</p>]]></text></questiontext>
    <generalfeedback format="html"><text>On its node.</text></generalfeedback><penalty>0.25</penalty><hint format="html"><text>It runs everywhere.</text></hint><single>true</single><shuffleanswers>1</shuffleanswers>
    <answer fraction="100"><text>kubelet</text><feedback><text>Yes.</text></feedback></answer><answer fraction="0"><text>etcd</text><feedback><text>It stores.</text></feedback></answer><tags><tag><text>Nodes</text></tag></tags></question>
  <question type="truefalse"><name><text>Back</text></name><questiontext format="html"><text>Pods revive.</text></questiontext><answer fraction="0"><text>true</text><feedback><text>No.</text></feedback></answer><answer fraction="100"><text>false</text></answer></question>
  <question type="shortanswer"><name><text>Word</text></name><questiontext format="html"><text>STATUS?</text></questiontext><usecase>0</usecase><answer fraction="100"><text>Crash*</text></answer><answer fraction="30"><text>Error</text><feedback><text>Nearly.</text></feedback></answer></question>
  <question type="numerical"><name><text>Time</text></name><questiontext format="html"><text>Seconds?</text></questiontext><answer fraction="100"><text>300</text><tolerance>5</tolerance></answer><units><unit><multiplier>1</multiplier><unit_name>s</unit_name></unit></units></question>
  <question type="matching"><name><text>Pairs</text></name><questiontext format="html"><text>Match.</text></questiontext><subquestion format="html"><text>Pod</text><answer><text>runs</text></answer></subquestion><subquestion format="html"><text>Service</text><answer><text>names</text></answer></subquestion><subquestion><text></text><answer><text>stores</text></answer></subquestion></question>
  <question type="cloze"><name><text>Gaps</text></name><questiontext format="html"><text>Use {1:SHORTANSWER:=get~%50%list} in {2:NUMERICAL:=30:1} s by {1:MULTICHOICE:~etcd~=kubelet}.</text></questiontext></question>
  <question type="ordering"><name><text>Order</text></name><questiontext format="html"><text>Order.</text></questiontext><answer fraction="2"><text>b</text></answer><answer fraction="1"><text>a</text></answer></question>
</quiz>"""


def test_moodle_forms():
    questions = {question.id: question for question in asked(moodle.read_moodle(MOODLE))}
    assert {name: question.type for name, question in questions.items()} == {"starts": "single", "back": "truefalse", "word": "short", "time": "numeric", "pairs": "matching", "gaps": "cloze", "order": "ordering"}
    assert questions["starts"].text["en"] == "Who starts **containers**?"
    assert questions["starts"].hints[0].penalty == 25
    assert questions["starts"].tags == ("nodes",)
    for name, answer in (("starts", ["a"]), ("back", ["false"]), ("word", ["crashing"]), ("time", ["303 s"]), ("pairs", ["a=a", "b=b"]), ("gaps", ["get", "30", "0"]), ("order", ["a", "b"])):
        assert graded(questions[name], answer).percent == 100, name
    assert graded(questions["word"], ["error"]).percent == 30


@pytest.mark.parametrize("form", ["gift", "moodle"])
def test_out_and_in_again_keeps_what_is_right(form):
    reader = Reader.of("quiz.yaml", TEXT)
    questions = read_questions(reader, reader.value["questions"])
    out, left_out = (gift if form == "gift" else moodle).written(questions.values(), "en")
    again = {question.id: question for question in asked(gift.read(out) if form == "gift" else moodle.read_moodle(out))}
    assert set(again) | set(left_out) == set(questions)
    answers = {"one": ["a"], "many": ["a", "b"], "yes-no": ["false"], "amount": [str(2**30)], "word": ["crashloop"], "pairs": ["a=a", "b=b"], "gaps": ["get", "30", "0"], "sequence": ["a", "b", "c"]}
    for name, question in again.items():
        assert graded(question, answers[name]).percent == 100, name
    assert set(left_out) >= {"yaml", "task", "guess"}


def worded(text):
    """Return a text whose pictures are their words: GIFT has no place for them."""
    return {language: re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", said) for language, said in text.items()}


@pytest.mark.parametrize("form", ["gift", "moodle"])
@pytest.mark.parametrize("name", list(FEATURES))
def test_what_came_in_goes_out_and_comes_in_the_same(taken_over, form, name):
    before = taken_over[name]
    pictures = {"0" * 64: ("node-6b7fa434.png", b64decode(PNG))}
    out, left_out = gift.written(before.values(), "en") if form == "gift" else moodle.written(before.values(), "en", pictures)
    again = {question.id: question for question in asked((gift.read if form == "gift" else moodle.read_moodle)(out))}
    before = {question.id: replace(question, tags=tuple(dict.fromkeys((*([category.rpartition("/")[2]] if category != TOP else []), *question.tags)))) for category, question in spread(before.values())}
    assert set(again) == set(before) - set(left_out)
    for one, question in again.items():
        old = before[one]
        if one == "numberentry":
            continue  # a tolerance in percent becomes a number there
        details = [{key: value for key, value in each.detail.items() if form != "gift" or key != "unit"} for each in (question, old)]
        assert details[0] == details[1], one
        assert (question.type, question.text, question.options, question.tags, question.praise, question.explanation) == (old.type, worded(old.text) if form == "gift" else old.text, old.options, old.tags, old.praise, old.explanation), one
        assert [(known.forms, known.percent, known.says) for known in question.known] == [(known.forms, known.percent, known.says) for known in old.known], one
        assert form == "gift" or question.hints == old.hints


@pytest.mark.parametrize("form", ["gift", "moodle"])
def test_every_variant_goes_out_in_a_category_of_its_question(form):
    reader = Reader.of("quiz.yaml", TEXT + "  - id: many-pods\n    type: numeric\n    answer: \"{n}\"\n    text: {ko: \"{n}개는 몇 개인가?\", en: \"How many are {n}?\"}\n    explanation: {ko: 그만큼, en: So many}\n    tags: [count]\n    variants: [{n: 2}, {n: 4}]\n  - id: last\n    type: truefalse\n    answer: true\n    text: {ko: 끝, en: End}\n    explanation: {ko: 끝, en: End}\n")
    questions = read_questions(reader, reader.value["questions"])
    assert reader.problems == []
    out, _left_out = (gift if form == "gift" else moodle).written(questions.values(), "en")
    again = {question.id: question for question in asked((gift.read if form == "gift" else moodle.read_moodle)(out))}
    assert [(again[f"many-pods-{number}"].text["en"], graded(again[f"many-pods-{number}"], [str(2 * number)]).percent, again[f"many-pods-{number}"].tags) for number in (1, 2)] == [("How many are 2?", 100, ("many-pods", "count")), ("How many are 4?", 100, ("many-pods", "count"))]
    assert again["last"].tags == (), "what follows stands in the common category again"
    assert "at random: " in out
    assert "many-pods" in out.split("at random: ")[1].split("\n")[0]


def item(body, response):
    return f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i" title="An item">{response}<itemBody>{body}</itemBody></assessmentItem>'


def correct(name, *values, cardinality="single"):
    return f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" baseType="identifier"><correctResponse>{"".join(f"<value>{value}</value>" for value in values)}</correctResponse></responseDeclaration>'


CHOICES = '<simpleChoice identifier="A">kubelet</simpleChoice><simpleChoice identifier="B">etcd<feedbackInline outcomeIdentifier="F" identifier="B">It stores.</feedbackInline></simpleChoice>'


@pytest.mark.parametrize(("text", "kind", "right"), [
    (item(f'<p>Think.</p><choiceInteraction responseIdentifier="R" shuffle="true" maxChoices="1"><prompt>Who?</prompt>{CHOICES}</choiceInteraction>', correct("R", "A")), "single", ["a"]),
    (item(f'<choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>Who?</prompt>{CHOICES}</choiceInteraction>', correct("R", "A", "B", cardinality="multiple")), "multiple", ["a", "b"]),
    (item(f'<orderInteraction responseIdentifier="R"><prompt>Order?</prompt>{CHOICES}</orderInteraction>', correct("R", "B", "A", cardinality="ordered")), "ordering", ["a", "b"]),
    (item('<p>Use <textEntryInteraction responseIdentifier="R"/> by <inlineChoiceInteraction responseIdentifier="S"><inlineChoice identifier="X">etcd</inlineChoice><inlineChoice identifier="Y">kubelet</inlineChoice></inlineChoiceInteraction>.</p>', correct("R", "get") + correct("S", "Y")), "cloze", ["get", "0"]),
    (item('<matchInteraction responseIdentifier="R"><prompt>Match</prompt><simpleMatchSet><simpleAssociableChoice identifier="P" matchMax="1">Pod</simpleAssociableChoice><simpleAssociableChoice identifier="Q" matchMax="1">Service</simpleAssociableChoice></simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="U" matchMax="1">runs</simpleAssociableChoice><simpleAssociableChoice identifier="V" matchMax="1">names</simpleAssociableChoice><simpleAssociableChoice identifier="W" matchMax="1">stores</simpleAssociableChoice></simpleMatchSet></matchInteraction>', correct("R", "P U", "Q V", cardinality="multiple")), "matching", ["a=a", "b=b"]),
])
def test_qti_items(text, kind, right):
    (question,) = asked(qti.read_qti(text))
    assert (question.type, graded(question, right).percent) == (kind, 100)


BOMB = '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><quiz>&b;</quiz>'
HOSTILE = [BOMB, '<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "<quiz>" * 5_000, "<quiz", "", "\0", "<a/>", "[" * 100_000, "{" * 100_000, "a{" + "=x" * 50_000 + "}", "a{=" + "\\" * 100_001 + "}", "::" * 50_000, "x" * 6_000_000, "<quiz>" + "<question type='cloze'><questiontext><text>{1:SA:=" + "~" * 5_000 + "}</text></questiontext></question></quiz>"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("read", [gift.read, moodle.read_moodle, qti.read_qti], ids=["gift", "moodle", "qti"])
def test_hostile_files_give_troubles_and_take_no_time(read, text):
    found = read(text)
    found.settle(takes_texts=False)
    assert found.troubles or found.questions


@settings(max_examples=150, deadline=None)
@given(text=st.text(alphabet="{}=~#%:\\->TF 12ab\n$/[]<>", max_size=80))
def test_no_gift_raises(text):
    gift.read(text)


def test_yaml_bombs_are_problems():
    bomb = "a: &a [x]\n" + "\n".join(f"{chr(98 + number)}: &{chr(98 + number)} [" + ", ".join([f"*{chr(97 + number)}"] * 9) + "]" for number in range(12))
    for text in (bomb, "[" * 100_000, "{" * 100_000, "a: b: c", "\0", "questions: " + "[" * 90 + "]" * 90, "- &x [*x]"):
        assert Reader.of("quiz.yaml", text).problems or read_questions(Reader.of("quiz.yaml", text), Reader.of("quiz.yaml", text).value) == {}


CALCULATED = """<quiz><question type="calculated"><name><text>Sum</text></name><questiontext format="html"><text><![CDATA[<p>What is {a} * {b}? Half of it is {={a}*{b}/2}.</p>]]></text></questiontext>
<answer fraction="100"><text>{a}*{b}</text><tolerance>0.01</tolerance><tolerancetype>1</tolerancetype><correctanswerformat>1</correctanswerformat><correctanswerlength>2</correctanswerlength><feedback format="html"><text>Yes</text></feedback></answer>
<dataset_definitions>%s</dataset_definitions></question></quiz>"""
VALUES = "".join(f"<dataset_definition><status><text>private</text></status><name><text>{name}</text></name><type>calculated</type><itemcount>3</itemcount><dataset_items>" + "".join(f"<dataset_item><number>{number}</number><value>{number + more}.5</value></dataset_item>" for number in range(1, 4)) + "</dataset_items></dataset_definition>" for name, more in (("a", 0), ("b", 2)))


def test_calculated_questions_become_variants():
    (question,) = asked(moodle.read_moodle(CALCULATED % VALUES))
    assert [variant.text["en"] for variant in question.variants] == ["What is 1.5 \\* 3.5? Half of it is 2.625.", "What is 2.5 \\* 4.5? Half of it is 5.625.", "What is 3.5 \\* 5.5? Half of it is 9.625."]
    assert [[graded(variant, [given]).percent for given in ("5.25", "11.3", "19.25")] for variant in question.variants] == [[100, 0, 0], [0, 100, 0], [0, 0, 100]]
    for formula in ("{a}", "{c}+1", "__import__('os')", "9**9**9**9", "().__class__", "1/0"):
        assert [trouble.key for trouble in moodle.read_moodle((CALCULATED % (VALUES if formula != "{a}" else "")).replace("<text>{a}*{b}</text>", f"<text>{formula}</text>")).troubles] == ["formula"]


def test_descriptions_become_text_beside_questions_only():
    text = "<quiz><question type='description'><name><text>Read</text></name><questiontext format='html'><text>&lt;p&gt;Read &lt;b&gt;this&lt;/b&gt;.&lt;/p&gt;</text></questiontext></question>%s</quiz>"
    with_question = text % "<question type='truefalse'><name><text>a</text></name><questiontext><text>b</text></questiontext><answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer></question>"
    for source, takes, notes, troubles in ((text % "", True, [], ["description"]), (with_question, True, ["beside"], []), (with_question, False, [], ["description"])):
        found = moodle.read_moodle(source)
        assert [said for _line, _title, said in found.texts] == ["Read **this**."]
        found.settle(takes_texts=takes)
        assert ([note.key for note in found.notes], [trouble.key for trouble in found.troubles]) == (notes, troubles)
