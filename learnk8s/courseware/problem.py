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
    "unknown-id": ("{what} {name} does not exist.", "{what} {name}, 찾을 수 없다.", "Correct the name, or add it to its file.", "이름을 고치거나 해당 파일에 더하자."),
    "unknown-line": ("No line to run reads like this, or none after the one before: {name}", "실행할 줄에 없거나 앞의 것보다 먼저 나온다: {name}", "Write the line as it stands in the text; keep the order of the text.", "글에 적힌 그대로 쓰고, 글의 순서를 따르자."),
    "different-structure": ("ko.md and en.md do not have the same blocks: {what}.", "ko.md와 en.md의 블록이 서로 다르다: {what}.", "Give both the same blocks in the same order.", "두 글에 같은 블록을 같은 순서로 두자."),
    "no-right-answer": ("Question {name} has no right answer.", "{name} 문항에 정답이 없다.", "Mark at least one option as right.", "적어도 하나를 정답으로 표시하자."),
    "twice": ("The name {name} is used twice.", "이름이 두 번 쓰였다: {name}", "Give each its own name.", "저마다 다른 이름을 붙이자."),
    "gaps-differ": ("Question {name}: the gaps in the {what} text are not those under gaps.", "{name} 문항: {what} 글의 빈칸이 gaps에 적힌 것과 다르다.", "Write each gap as [[id]] in both texts, and list each id once under gaps.", "빈칸은 두 글 모두에 [[id]]로 쓰고, gaps에 id를 하나씩 적자."),
    "goal-at-start": ("Question {name}: its goal is reached before anything was done.", "{name} 문항: 아무것도 하지 않았는데 목표에 이미 이르러 있다.", "Add a check that is not true at the start.", "시작할 때 참이 아닌 검사를 더하자."),
    "solution-fails": ("Question {name}: its solution does not reach the goal. {what}", "{name} 문항: 풀이가 목표에 이르지 못한다. {what}", "Correct the solution, the goal, or the time to wait.", "풀이나 목표, 기다리는 시간을 고치자."),
    "not-one-true": ("Question {name}: after the run these options are true: {what}.", "{name} 문항: 실행해 보니 참인 선택지: {what}.", "Write goals so that exactly one option comes true.", "선택지 하나만 참이 되도록 goal을 쓰자."),
    "wrong-key": ("Question {name}: the world says that {what} is right, not the marked option.", "{name} 문항: 표시된 정답과 달리 실제로는 {what} 선택지가 맞다.", "Remove the mark; the world computes the key.", "표시를 지우자. 정답은 세계가 계산한다."),
    "too-large": ("{name} is too large.", "{name}, 너무 크다.", "Keep it under {what}.", "{what} 아래로 줄이자."),
    "no-words": ("The picture {name} has no words for whoever cannot see it.", "그림 {name}, 보지 못하는 사람을 위한 설명이 없다.", "Write what it shows between the square brackets, in both languages.", "대괄호 사이에 무엇을 보여 주는지 두 언어로 쓰자."),
    "raw-html": ("HTML is shown as text, not carried out.", "HTML은 실행되지 않고 글자로 보인다.", "Use Markdown.", "마크다운으로 쓰자."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at a line of a file (0: the file as a whole)."""

    file: str
    line: int
    key: str
    words: tuple[tuple[str, str], ...] = ()

    def text(self, language: str) -> str:
        """Return what is wrong."""
        return self._filled(TEXTS[self.key][1 if language == "ko" else 0])

    def cure(self, language: str) -> str:
        """Return what to do."""
        return self._filled(TEXTS[self.key][3 if language == "ko" else 2])

    def _filled(self, text: str) -> str:
        for word, value in self.words:
            text = text.replace("{" + word + "}", value)
        return text


def problem(file: str, line: int, key: str, **words: str) -> Problem:
    """Return a problem."""
    return Problem(file, line, key, tuple(words.items()))
