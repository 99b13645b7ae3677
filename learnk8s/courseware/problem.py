"""What an author did that cannot be published: where it is, what it is, and what to do."""

from dataclasses import dataclass

TEXTS: dict[str, tuple[str, str, str, str]] = {
    "missing-file": ("The file {name} is missing.", "{name} 파일이 없다.", "Add it; every lesson has lesson.yaml, ko.md, en.md, quiz.yaml, labs.yaml and sources.yaml.", "파일을 더하자. 레슨에는 lesson.yaml, ko.md, en.md, quiz.yaml, labs.yaml, sources.yaml 모두가 있어야 한다."),
    "bad-yaml": ("This is no YAML: {what}", "YAML로 읽을 수 없다: {what}", "Mend the line; check indentation and colons.", "그 줄을 고치자. 들여쓰기와 쌍점을 살펴보자."),
    "unknown-key": ("The key {name} is not known here.", "여기서 쓸 수 없는 키다: {name}", "Remove it, or correct its spelling. Known are: {known}.", "지우거나 철자를 고치자. 쓸 수 있는 키: {known}."),
    "missing-key": ("The key {name} is missing.", "{name} 키가 없다.", "Add it.", "더해 넣자."),
    "wrong-type": ("{name} must be {what}.", "{name} 값은 {what} 형식이어야 한다.", "Change its value.", "값을 바꾸자."),
    "missing-language": ("{name} lacks the text in {what}.", "{name}: {what} 문장이 없다.", "Write it in both languages.", "두 언어로 모두 쓰자."),
    "torn-text": ("A text was torn at a comma; this part of it stands alone: {name}", "쉼표에서 글이 끊겼다. 홀로 남은 부분: {name}", "Put the whole text in quotes.", "글 전체를 따옴표로 묶자."),
    "unknown-block": ("There is no block called {name}.", "{name} 블록은 없다.", "Use one of: {known}.", "쓸 수 있는 블록: {known}."),
    "unknown-id": ("The {what} {name} does not exist.", "찾을 수 없는 {what}: {name}", "Correct the name, or add it to its file.", "이름을 고치거나 해당 파일에 더하자."),
    "unknown-line": ("No line to run reads like this, or none after the one before: {name}", "실행할 줄에 없거나 앞의 것보다 먼저 나온다: {name}", "Write the line as it stands in the text; keep the order of the text.", "글에 적힌 그대로 쓰고, 글의 순서를 따르자."),
    "different-structure": ("ko.md and en.md do not have the same blocks: {what}.", "ko.md와 en.md의 블록이 서로 다르다: {what}.", "Give both the same blocks in the same order.", "두 글에 같은 블록을 같은 순서로 두자."),
    "no-right-answer": ("Nothing is marked as right.", "정답이 없다.", "Mark at least one option as right.", "적어도 하나를 정답으로 표시하자."),
    "no-accepted": ("There is no right answer.", "정답이 없다.", "Write at least one accepted form.", "정답으로 받을 답을 적어도 하나 쓰자."),
    "several-right": ("Several options are marked as right, and one can be chosen.", "하나만 고르는 문항인데 정답이 여럿이다.", "Mark one of them, or make it a multiple choice.", "하나만 정답으로 표시하거나, 여럿을 고르는 문항으로 바꾸자."),
    "few-options": ("There are fewer than two options to choose from.", "고를 선택지가 둘이 되지 않는다.", "Write at least two.", "적어도 둘을 쓰자."),
    "few-lines": ("There are fewer than two lines to bring into order.", "순서를 맞출 줄이 둘이 되지 않는다.", "Write at least two.", "적어도 둘을 쓰자."),
    "few-pairs": ("There are fewer than two pairs to match.", "짝지을 쌍이 둘이 되지 않는다.", "Write at least two.", "적어도 둘을 쓰자."),
    "same-lines": ("Two lines say the same: {what}", "똑같은 줄이 둘 있다: {what}", "Only one order is right, so that each line must be another one.", "맞는 순서는 하나뿐이니 줄마다 다르게 쓰자."),
    "no-gaps": ("There is no gap in it.", "빈칸이 없다.", "Write each gap as [[name]] in both texts, and say what fills it.", "두 글에 빈칸을 [[이름]]으로 쓰고, 무엇이 들어가는지 적자."),
    "gap-empty": ("Nothing fills the gap {name}.", "빈칸 {name}에 들어갈 답이 없다.", "Give it accepted forms, a number, or a list.", "받아들일 답이나 수, 목록 가운데 하나를 적자."),
    "bad-pattern": ("A bracket is without the other one: {what}", "짝이 없는 괄호가 있다: {what}", "Write both, or a backslash before one that stands for itself.", "괄호를 짝지어 쓰거나, 글자 그대로의 괄호라면 앞에 \\를 쓰자."),
    "right-and-wrong": ("This stands among the right answers and among the wrong ones: {what}", "정답에도 오답에도 있는 답이다: {what}", "Take it out of one of them.", "한쪽에서 지우자."),
    "too-few-questions": ("{what} questions are drawn, and there are only {name}.", "{what}문항을 뽑는데 {name}문항뿐이다.", "Draw fewer, or write more of them.", "뽑는 수를 줄이거나 문항을 더 쓰자."),
    "twice": ("The name {name} is used twice.", "이름이 두 번 쓰였다: {name}", "Give each its own name.", "저마다 다른 이름을 붙이자."),
    "gaps-differ": ("The gaps in the {what} text are not those that are listed.", "{what} 글의 빈칸이 빈칸 목록과 다르다.", "Write each gap as [[name]] in both texts, and list each name once.", "빈칸은 두 글에 모두 [[이름]]으로 쓰고, 목록에 이름을 하나씩 적자."),
    "goal-at-start": ("Its goal is reached before anything was done.", "아무것도 하지 않았는데 목표에 이미 이르러 있다.", "Add a check that is not true at the start.", "시작할 때 참이 아닌 검사를 더하자."),
    "solution-fails": ("Its solution does not reach the goal. {what}", "풀이가 목표에 이르지 못한다. {what}", "Correct the solution, the goal, or the time to wait.", "풀이나 목표, 기다리는 시간을 고치자."),
    "command-fails": ("The last command failed: {what}", "마지막 명령이 실패했다: {what}", "Correct the command, or the manifest that it applies.", "명령이나, 그 명령이 적용하는 매니페스트를 고치자."),
    "not-one-true": ("After the run these options are true: {what}.", "실행해 보니 참인 선택지: {what}.", "Write goals so that exactly one option comes true.", "선택지 하나만 참이 되도록 목표를 쓰자."),
    "wrong-key": ("The world says that {what} is right, not the marked option.", "표시된 정답과 달리 실제로는 {what} 선택지가 맞다.", "Remove the mark; the world computes the key.", "표시를 지우자. 정답은 세계가 계산한다."),
    "too-large": ("{name} is too large.", "{name}, 너무 크다.", "Keep it under {what}.", "{what} 아래로 줄이자."),
    "no-words": ("The picture {name} has no words for whoever cannot see it.", "그림 {name}, 보지 못하는 사람을 위한 설명이 없다.", "Write what it shows between the square brackets, in both languages.", "대괄호 사이에 무엇을 보여 주는지 두 언어로 쓰자."),
    "raw-html": ("HTML is shown as text, not carried out.", "HTML은 실행되지 않고 글자로 보인다.", "Use Markdown.", "마크다운으로 쓰자."),
}
LANGUAGES_IN: dict[str, dict[str, str]] = {"ko": {"ko": "한국어", "en": "Korean"}, "en": {"ko": "영어", "en": "English"}}
THINGS: dict[str, dict[str, str]] = {
    "source": {"ko": "출처", "en": "source"}, "quiz": {"ko": "문항", "en": "question"}, "task": {"ko": "과제", "en": "task"}, "predict": {"ko": "예상", "en": "prediction"}, "figure": {"ko": "그림", "en": "picture"}, "picture": {"ko": "그림", "en": "picture"},
    "scenario": {"ko": "시나리오", "en": "scenario"}, "challenge": {"ko": "도전 과제", "en": "challenge"},
}
"""What a text can refer to, as it is called in each language."""
NAMES = {**{(key, word): names for key in ("missing-language", "gaps-differ") for word, names in LANGUAGES_IN.items()}, **{("unknown-id", word): names for word, names in THINGS.items()}}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at a line of a file (0: the file as a whole)."""

    file: str
    line: int
    key: str
    words: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """Return what is wrong, and with which question if a question is wrong as a whole."""
        said, name = self.said(language), dict(self.words).get("question", "")
        return said if not name else f"문항 {name}: {said}" if language == "ko" else f"Question {name}: {said[:1].lower()}{said[1:]}"

    def said(self, language: str) -> str:
        """Return what is wrong, for a page that shows with what."""
        return self._filled(TEXTS[self.key][1 if language == "ko" else 0], language)

    def cure(self, language: str) -> str:
        """Return what to do."""
        return self._filled(TEXTS[self.key][3 if language == "ko" else 2], language)

    def _filled(self, text: str, language: str) -> str:
        """Return a text with its words: what has an own one in the language (`what_ko`) with that, and what has a name in it by that."""
        words = dict(self.words)
        for word, value in words.items():
            text = text.replace("{" + word + "}", words.get(f"{word}_{language}", NAMES.get((self.key, value), {}).get(language, value)))
        return text


def problem(file: str, line: int, key: str, **words: str) -> Problem:
    """Return a problem."""
    return Problem(file, line, key, tuple(words.items()))
