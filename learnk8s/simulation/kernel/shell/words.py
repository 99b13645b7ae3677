"""Read a script into statements, pipelines and words. Models the parts of bash that tutorials use.

Theory. A script is statements, a statement is a pipeline, a pipeline is commands; a command is either words with redirections or a compound (loop, choice, group, function ...)
with redirections. Bodies of compounds stay source text: they are read when they are run, so that whatever a shell holds can be written down as text.
Not understood, and said so: `select`, `coproc`, process substitution.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

OPERATORS = ("&&", "||", ";;", "<<<", "<<-", "<<", ">>", "2>&1", ">&2", "1>&2", "&>>", "&>", "2>>", "2>", "1>>", "1>", ">|", "|&", "|", ";", "&", ">", "<", "(", ")")
NUMBERED = ("2>&1", "1>&2", "2>>", "2>", "1>>", "1>")
"""Operators that begin with a digit: only at the beginning of a word."""
INTO = {">": ">", ">>": ">>", "1>": ">", "1>>": ">>", ">|": ">", "<": "<", "2>": "2>", "2>>": "2>", "&>": "&>", "&>>": "&>"}
RESERVED = ("if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}", "function")
ASSIGNED = re.compile(r"[A-Za-z_]\w*\+?=$")


class SyntaxFault(ValueError):
    """The script cannot be read; the message is bash's."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word (as its source, quotes and all), an operator, or a here-document, whose body ends at `through`."""

    kind: str
    text: str
    start: int
    end: int
    through: int = 0
    body: int = 0


@dataclass(frozen=True, slots=True)
class Redirection:
    """`kind` is >, >>, <, 2>, &>, << ; a here-document's body is in `target`, with `is_literal` if its mark was quoted, `is_word` if it is a here-string."""

    kind: str
    target: str
    is_literal: bool = False
    is_word: bool = False
    appends: bool = False


@dataclass(slots=True)
class Loop:
    """`for NAME in WORDS; do BODY; done` or `while CONDITION; do BODY; done`."""

    name: str
    words: list[str]
    condition: str
    body: str


@dataclass(slots=True)
class Count:
    """`for ((START; CONDITION; STEP)); do BODY; done`."""

    start: str
    condition: str
    step: str
    body: str


@dataclass(slots=True)
class Choice:
    """`if CONDITION; then BODY; else OTHER; fi`; `elif` is a choice in OTHER."""

    condition: str
    body: str
    other: str


@dataclass(slots=True)
class Case:
    """`case WORD in PATTERN | PATTERN) BODY ;; esac`."""

    word: str
    branches: list[tuple[list[str], str]]


@dataclass(slots=True)
class Group:
    """`{ BODY; }`, or `( BODY )` whose variables stay its own."""

    body: str
    is_subshell: bool


@dataclass(slots=True)
class Function:
    """`NAME() { BODY; }`."""

    name: str
    body: str


@dataclass(slots=True)
class Condition:
    """`[[ WORDS ]]`."""

    words: list[str]


@dataclass(slots=True)
class Arithmetic:
    """`(( TEXT ))`."""

    text: str


Compound = Loop | Count | Choice | Case | Group | Function | Condition | Arithmetic


@dataclass(slots=True)
class Simple:
    """One command: words as source or a compound, and where its input and output go."""

    words: list[str] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    merges_errors: bool = False
    is_error: bool = False
    compound: Compound | None = None


@dataclass(slots=True)
class Pipeline:
    """Commands whose output flows into the next one. `rest` is the source of all but the first."""

    commands: list[Simple]
    is_negated: bool = False
    rest: str = ""


@dataclass(slots=True)
class Statement:
    """A pipeline and how it hangs on the one before: `;`, `&&` or `||`. `end` is where the source after it begins, here-documents included."""

    link: str
    pipeline: Pipeline
    start: int
    end: int
    stop: int
    is_background: bool = False
    bodies: tuple[tuple[int, int], ...] = ()

    @property
    def body(self) -> "Pipeline | Compound":
        """Return the compound of a statement that is nothing else, or the pipeline."""
        command = self.pipeline.commands[0]
        is_bare = len(self.pipeline.commands) == 1 and not (self.pipeline.is_negated or command.redirections or command.merges_errors or command.is_error or self.is_background)
        return command.compound if is_bare and command.compound is not None else self.pipeline

    def rest_of(self, source: str) -> str:
        """Return the source after this statement, without the here-documents that belong to it."""
        rest, place = "", self.stop
        for start, end in self.bodies:
            rest, place = rest + source[place:start], end
        return rest + source[place:]


# Tokens


def tokens(source: str) -> list[Token]:
    """Return words and operators; a new line is the operator `;`. Raises SyntaxFault."""
    found: list[Token] = []
    pending: list[tuple[int, str, bool, bool]] = []
    place = 0
    while place < len(source):
        letter = source[place]
        if letter == "\n":
            found.append(Token("operator", ";", place, place + 1))
            place += 1
            for index, mark, dashes, literal in pending:
                start = place
                body, place = _here_document(source, place, mark, dashes=dashes)
                found[index] = Token("heredoc", ("'" if literal else " ") + body, found[index].start, found[index].end, place, start)
            pending = []
        elif letter in " \t\r" or source.startswith("\\\n", place):
            place += 2 if letter == "\\" else 1
        elif letter == "#" and (not found or found[-1].end < place or found[-1].kind == "operator"):
            place = source.find("\n", place) if "\n" in source[place:] else len(source)
        elif source.startswith("((", place) and (_begins_command(found) or found[-1].text == "for"):
            end = _double(source, place)
            found.append(Token("sum", source[place + 2 : end - 2], place, end))
            place = end
        else:
            place = _next(source, place, found, pending)
    if pending:
        raise SyntaxFault(f"here-document delimited by end-of-file (wanted `{pending[0][1]}')")
    return found


def _next(source: str, place: int, found: list[Token], pending: list[tuple[int, str, bool, bool]]) -> int:
    operator = next((word for word in OPERATORS if source.startswith(word, place)), None)
    if operator in NUMBERED and place and source[place - 1] not in " \t\n;|&(":
        operator = None
    if operator in ("<<", "<<-"):
        mark, end = _word(source, _skip(source, place + len(operator)))
        pending.append((len(found), _bare(mark), operator == "<<-", mark != _bare(mark)))
        found.append(Token("heredoc", " ", place, end))
        return end
    if operator in ("<", ">") and source.startswith("(", place + 1):
        raise SyntaxFault("process substitution is not modelled in this shell")
    if operator:
        found.append(Token("operator", operator, place, place + len(operator)))
        return place + len(operator)
    word, end = _word(source, place)
    if word == "[[" and _begins_command(found):
        return _condition(source, place, end, found)
    if ASSIGNED.match(word) and source.startswith("(", end):
        end = matching(source, end)
        word = source[place:end]
    found.append(Token("word", word, place, end))
    return end


def _begins_command(found: list[Token]) -> bool:
    return not found or found[-1].kind == "operator" and found[-1].text not in INTO or found[-1].kind == "word" and found[-1].text in ("if", "then", "elif", "else", "while", "until", "do", "{", "!")


def _condition(source: str, place: int, end: int, found: list[Token]) -> int:
    """Read `[[ ... ]]`, inside which only blanks part words."""
    words: list[str] = []
    start = place
    while True:
        end = _skip(source, end)
        if end >= len(source) or source[end] == "\n":
            raise SyntaxFault("syntax error in conditional expression")
        stop = end
        while stop < len(source) and source[stop] not in " \t\n":
            stop = _quoted(source, stop) if source[stop] in "'\"" else matching(source, stop + 1) if source.startswith("$(", stop) else stop + (2 if source[stop] == "\\" else 1)
        word = source[end:stop].removesuffix(";") if source[end:stop] == "]];" else source[end:stop]
        end += len(word)
        if word == "]]":
            found.append(Token("condition", "\0".join(words), start, end))
            return end
        words.append(word)


def _skip(source: str, place: int) -> int:
    while place < len(source) and source[place] in " \t":
        place += 1
    return place


def _bare(mark: str) -> str:
    return mark.replace("'", "").replace('"', "").replace("\\", "")


def _here_document(source: str, place: int, mark: str, *, dashes: bool) -> tuple[str, int]:
    lines: list[str] = []
    while place < len(source):
        end = source.find("\n", place)
        line, after = (source[place:end], end + 1) if end >= 0 else (source[place:], len(source))
        stripped = line.lstrip("\t") if dashes else line
        if stripped.rstrip("\r") == mark:
            return "".join(lines), after
        lines.append(stripped + "\n")
        place = after
    raise SyntaxFault(f"here-document delimited by end-of-file (wanted `{mark}')")


def _word(source: str, place: int) -> tuple[str, int]:
    start = place
    while place < len(source):
        letter = source[place]
        if letter == "\\":
            place += 2
        elif letter in "'\"":
            place = _quoted(source, place)
        elif source.startswith("$((", place):
            place = _double(source, place + 1)
        elif source.startswith("$(", place):
            place = matching(source, place + 1)
        elif source.startswith("${", place):
            place = _braces(source, place + 1)
        elif letter == "`":
            end = source.find("`", place + 1)
            if end < 0:
                raise SyntaxFault("unexpected EOF while looking for matching ``'")
            place = end + 1
        elif letter in " \t\r\n;|&<>()":
            break
        else:
            place += 1
    return source[start:place], min(place, len(source))


def _braces(source: str, place: int) -> int:
    depth = 0
    while place < len(source):
        letter = source[place]
        if letter == "\\":
            place += 1
        elif letter in "'\"":
            place = _quoted(source, place) - 1
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return place + 1
        place += 1
    raise SyntaxFault("unexpected EOF while looking for matching `}'")


def _double(source: str, place: int) -> int:
    """Return the place after the `))` that closes the `((` at `place`. Raises SyntaxFault."""
    end = matching(source, place)
    if source[end - 2 : end] != "))":
        raise SyntaxFault("unexpected EOF while looking for matching `))'")
    return end


def _quoted(source: str, place: int) -> int:
    quote, start = source[place], place
    place += 1
    while place < len(source) and source[place] != quote:
        if quote == '"' and source[place] == "\\":
            place += 1
        elif quote == '"' and source.startswith("$(", place):
            place = matching(source, place + 1) - 1
        place += 1
    if place >= len(source):
        raise SyntaxFault(f"unexpected EOF while looking for matching `{source[start]}'")
    return place + 1


def matching(source: str, place: int) -> int:
    """Return the place after the parenthesis that closes the one at `place`. Raises SyntaxFault."""
    depth = 0
    while place < len(source):
        letter = source[place]
        if letter == "\\":
            place += 1
        elif letter in "'\"":
            place = _quoted(source, place) - 1
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
            if depth == 0:
                return place + 1
        place += 1
    raise SyntaxFault("unexpected EOF while looking for matching `)'")


# Statements


@lru_cache(maxsize=256)
def _read(source: str) -> tuple[Statement, ...]:
    reader = _Reader(source, tokens(source))
    found = reader.statements(())
    if not reader.is_over:
        raise SyntaxFault(f"syntax error near unexpected token `{reader.token.text}'")
    return tuple(found)


def statements(source: str) -> list[Statement]:
    """Return the statements of a script. Raises SyntaxFault."""
    return list(_read(source))


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, source: str, found: list[Token]) -> None:
        self.source, self.found, self.place = source, found, 0

    @property
    def is_over(self) -> bool:
        return self.place >= len(self.found)

    @property
    def token(self) -> Token:
        return self.found[self.place]

    def _is(self, kind: str, *texts: str) -> bool:
        return not self.is_over and self.token.kind == kind and self.token.text in texts

    def statements(self, stops: tuple[str, ...]) -> list[Statement]:
        """Read until one of the words that end a body, or `)`, or `;;`."""
        parsed: list[Statement] = []
        link = ";"
        while not self.is_over:
            if self._is("operator", ";"):
                self.place, link = self.place + 1, ";" if link == ";" else link
                continue
            if self._is("operator", ")", ";;") or (self.token.kind == "word" and self.token.text in stops):
                break
            begin = self.place
            body = self._pipeline()
            part = self.found[begin : self.place]
            parsed.append(Statement(link, body, part[0].start, max(max(token.end, token.through) for token in part), part[-1].end, bodies=tuple((token.body, token.through) for token in self.found[: self.place] if token.kind == "heredoc" and token.body >= part[-1].end)))
            link = self._link(parsed)
        if link != ";":
            raise SyntaxFault("syntax error: unexpected end of file")
        return parsed

    def _link(self, parsed: list[Statement]) -> str:
        if self.is_over or not (self.token.kind == "operator" and self.token.text in (";", "&&", "||", "&")):
            return ";"
        link = self.token.text
        self.place += 1
        if link == "&":
            parsed[-1].is_background = True
            return ";"
        return link

    def _pipeline(self) -> Pipeline:
        negated = False
        while self._is("word", "!"):
            self.place, negated = self.place + 1, not negated
        commands, second = [self._command()], self.place + 1
        while self._is("operator", "|", "|&"):
            commands[-1].merges_errors = commands[-1].merges_errors or self.token.text == "|&"
            self.place += 1
            while self._is("operator", ";"):
                self.place += 1
            commands.append(self._command())
        return Pipeline(commands, negated, self.source[self.found[second].start : self.found[self.place - 1].end] if len(commands) > 1 else "")

    def _command(self) -> Simple:
        command = Simple()
        if not self.is_over:
            command.compound = self._compound()
        while not self.is_over:
            token = self.token
            if token.kind == "word" and command.compound is None:
                command.words.append(token.text)
            elif token.kind == "heredoc":
                command.redirections.append(Redirection("<<", token.text[1:], token.text[0] == "'"))
            elif token.kind == "operator" and token.text == "2>&1":
                command.merges_errors = True
            elif token.kind == "operator" and token.text in (">&2", "1>&2"):
                command.is_error = True
            elif token.kind == "operator" and (token.text in INTO or token.text == "<<<"):
                self.place += 1
                if self.is_over or self.token.kind != "word":
                    raise SyntaxFault("syntax error near unexpected token `newline'")
                target = self.token.text
                command.redirections.append(Redirection("<<", target, is_word=True) if token.text == "<<<" else Redirection(INTO[token.text], target, appends=token.text in ("2>>", "&>>")))
            else:
                break
            self.place += 1
        if not command.words and not command.redirections and command.compound is None:
            raise SyntaxFault("syntax error: unexpected end of file" if self.is_over else f"syntax error near unexpected token `{self.token.text}'")
        return command

    def _compound(self) -> Compound | None:
        token = self.token
        if token.kind == "condition":
            self.place += 1
            return Condition(token.text.split("\0"))
        if token.kind == "sum":
            self.place += 1
            return Arithmetic(token.text)
        if self._is("operator", "("):
            return self._subshell()
        if token.kind != "word":
            return None
        if token.text in ("then", "elif", "else", "fi", "do", "done", "esac", "}"):
            raise SyntaxFault(f"syntax error near unexpected token `{token.text}'")
        if token.text == "select":
            raise SyntaxFault("`select' is not modelled in this shell")
        named = self.found[self.place + 1 : self.place + 3]
        if [item.text for item in named] == ["(", ")"] and re.fullmatch(r"[A-Za-z_][\w-]*", token.text) and token.text not in RESERVED:
            self.place += 3
            return self._function(token.text)
        readers = {"if": self._choice, "for": self._for, "while": self._while, "until": self._while, "case": self._case, "{": self._group, "function": self._named_function}
        return readers[token.text]() if token.text in readers else None

    def _expect(self, *words: str) -> Token:
        while self._is("operator", ";") and words != (";",):
            self.place += 1
        if self.is_over:
            raise SyntaxFault("syntax error: unexpected end of file")
        token = self.token
        if token.text not in words:
            raise SyntaxFault(f"syntax error near unexpected token `{token.text}'")
        self.place += 1
        return token

    def _body(self, *stops: str) -> tuple[str, Token]:
        """Read statements up to one of the words; return their source and the word."""
        start = self.found[self.place - 1].end
        self.statements(stops)
        if self.is_over:
            raise SyntaxFault("syntax error: unexpected end of file")
        token = self.token
        if token.text not in stops:
            raise SyntaxFault(f"syntax error near unexpected token `{token.text}'")
        self.place += 1
        return self.source[start : token.start], token

    def _subshell(self) -> Group:
        self.place += 1
        start = self.found[self.place - 1].end
        self.statements(())
        if not self._is("operator", ")"):
            raise SyntaxFault("syntax error: unexpected end of file")
        self.place += 1
        return Group(self.source[start : self.found[self.place - 1].start], is_subshell=True)

    def _group(self) -> Group:
        self.place += 1
        return Group(self._body("}")[0], is_subshell=False)

    def _named_function(self) -> Function:
        self.place += 2
        name = self.found[self.place - 1].text
        if self._is("operator", "("):
            self.place += 2
        return self._function(name)

    def _function(self, name: str) -> Function:
        while self._is("operator", ";"):
            self.place += 1
        if self.is_over or self.token.text not in ("{", "("):
            raise SyntaxFault("syntax error: unexpected end of file" if self.is_over else f"syntax error near unexpected token `{self.token.text}'")
        group = self._group() if self.token.text == "{" else self._subshell()
        return Function(name, group.body)

    def _choice(self) -> Choice:
        self.place += 1
        condition, _then = self._body("then")
        body, end = self._body("elif", "else", "fi")
        if end.text == "fi":
            return Choice(condition, body, "")
        if end.text == "else":
            return Choice(condition, body, self._body("fi")[0])
        self.place -= 1
        start = end.start
        self._choice()
        return Choice(condition, body, "if" + self.source[start + 4 : self.found[self.place - 1].end])

    def _while(self) -> Loop:
        negated = self.token.text == "until"
        self.place += 1
        condition, _do = self._body("do")
        body, _done = self._body("done")
        return Loop("", [], ("! " if negated else "") + condition.strip(), body)

    def _for(self) -> Loop | Count:
        self.place += 1
        if self.is_over:
            raise SyntaxFault("syntax error: unexpected end of file")
        if self.token.kind == "sum":
            parts = [*self.token.text.split(";"), "", ""][:3]
            self.place += 1
            self._expect("do")
            return Count(parts[0].strip(), parts[1].strip(), parts[2].strip(), self._body("done")[0])
        name = self.token.text
        self.place += 1
        words = ['"$@"']
        while self._is("operator", ";"):
            self.place += 1
        if self._is("word", "in"):
            self.place += 1
            words = []
            while not self.is_over and self.token.kind == "word":
                words.append(self.token.text)
                self.place += 1
        self._expect("do")
        return Loop(name, words, "", self._body("done")[0])

    def _case(self) -> Case:
        word = self.found[self.place + 1].text if self.place + 1 < len(self.found) else ""
        self.place += 2
        self._expect("in")
        branches: list[tuple[list[str], str]] = []
        while True:
            while self._is("operator", ";", ";;"):
                self.place += 1
            if self._is("word", "esac"):
                self.place += 1
                return Case(word, branches)
            if self._is("operator", "("):
                self.place += 1
            patterns = []
            while not self.is_over and not self._is("operator", ")"):
                if self.token.kind == "word":
                    patterns.append(self.token.text)
                self.place += 1
            if self.is_over:
                raise SyntaxFault("syntax error: unexpected end of file")
            self.place += 1
            start = self.found[self.place - 1].end
            self.statements(("esac",))
            if self.is_over:
                raise SyntaxFault("syntax error: unexpected end of file")
            branches.append((patterns, self.source[start : self.token.start]))
