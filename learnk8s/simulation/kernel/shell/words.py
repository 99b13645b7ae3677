"""Read a script into statements, pipelines and words. Models the parts of bash that tutorials use.

Not understood, and said so: functions, arrays, case, background jobs, arithmetic beyond `$((a + b))`.
"""

from dataclasses import dataclass, field

OPERATORS = ("&&", "||", ";;", "<<-", "<<", ">>", "2>&1", "&>", "2>", "|", ";", "&", ">", "<", "(", ")")


class SyntaxFault(ValueError):
    """The script cannot be read; the message is bash's."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word (as its source, quotes and all) or an operator."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Redirection:
    """`kind` is >, >>, <, 2>, &>, << ; a here-document's body is in `target`, with `is_literal` if its mark was quoted."""

    kind: str
    target: str
    is_literal: bool = False


@dataclass(slots=True)
class Simple:
    """One command: words as source, and where its input and output go."""

    words: list[str] = field(default_factory=list)
    redirections: list[Redirection] = field(default_factory=list)
    merges_errors: bool = False


@dataclass(slots=True)
class Pipeline:
    """Commands whose output flows into the next one."""

    commands: list[Simple]
    is_negated: bool = False


@dataclass(slots=True)
class Statement:
    """A pipeline and how it hangs on the one before: `;`, `&&` or `||`. `end` is where the rest of the source begins."""

    link: str
    body: "Pipeline | Loop | Choice"
    end: int


@dataclass(slots=True)
class Loop:
    """`for NAME in WORDS; do BODY; done` or `while CONDITION; do BODY; done`."""

    name: str
    words: list[str]
    condition: str
    body: str


@dataclass(slots=True)
class Choice:
    """`if CONDITION; then BODY; else OTHER; fi`."""

    condition: str
    body: str
    other: str


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
                body, place = _here_document(source, place, mark, dashes=dashes)
                found[index] = Token("heredoc", ("'" if literal else " ") + body, found[index].start, place)
            pending = []
        elif letter in " \t" or source.startswith("\\\n", place):
            place += 2 if letter == "\\" else 1
        elif letter == "#" and (not found or found[-1].end < place or found[-1].kind == "operator"):
            place = source.find("\n", place) if "\n" in source[place:] else len(source)
        else:
            operator = next((word for word in OPERATORS if source.startswith(word, place)), None)
            if operator in ("2>", "2>&1") and place and source[place - 1] not in " \t\n;|&":
                operator = None
            if operator in ("<<", "<<-"):
                mark, end = _word(source, _skip(source, place + len(operator)))
                pending.append((len(found), _bare(mark), operator == "<<-", mark != _bare(mark)))
                found.append(Token("heredoc", " ", place, end))
                place = end
            elif operator:
                found.append(Token("operator", operator, place, place + len(operator)))
                place += len(operator)
            else:
                word, end = _word(source, place)
                found.append(Token("word", word, place, end))
                place = end
    if pending:
        raise SyntaxFault(f"here-document delimited by end-of-file (wanted `{pending[0][1]}')")
    return found


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
        if stripped == mark:
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
        elif source.startswith("$(", place):
            place = matching(source, place + 1)
        elif source.startswith("${", place):
            end = source.find("}", place)
            if end < 0:
                raise SyntaxFault("unexpected EOF while looking for matching `}'")
            place = end + 1
        elif letter == "`":
            end = source.find("`", place + 1)
            if end < 0:
                raise SyntaxFault("unexpected EOF while looking for matching ``'")
            place = end + 1
        elif letter in " \t\n;|&<>()" :
            break
        else:
            place += 1
    return source[start:place], min(place, len(source))


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


def statements(source: str) -> list[Statement]:
    """Return the statements of a script. Raises SyntaxFault."""
    found = tokens(source)
    parsed: list[Statement] = []
    place, link = 0, ";"
    while place < len(found):
        token = found[place]
        if token.kind == "operator" and token.text == ";":
            place, link = place + 1, ";"
            continue
        body, place = _body(source, found, place)
        end = found[place - 1].end if place else 0
        parsed.append(Statement(link, body, end))
        if place < len(found):
            link = found[place].text
            if link == "&":
                raise SyntaxFault("background jobs are not modelled in this shell")
            if link not in (";", "&&", "||"):
                raise SyntaxFault(f"syntax error near unexpected token `{link}'")
            place += 1
            if link != ";" and place >= len(found):
                raise SyntaxFault("syntax error: unexpected end of file")
    return parsed


def _body(source: str, found: list[Token], place: int) -> tuple["Pipeline | Loop | Choice", int]:
    word = found[place].text if found[place].kind == "word" else ""
    if word in ("for", "while", "until"):
        return _loop(source, found, place)
    if word == "if":
        return _choice(source, found, place)
    if word in ("case", "function", "select") or (found[place].kind == "operator" and found[place].text == "("):
        raise SyntaxFault(f"`{word or '('}' is not modelled in this shell")
    return _pipeline(found, place)


def _until(found: list[Token], place: int, *, opening: tuple[str, ...], closing: str) -> int:
    depth = 0
    for index in range(place, len(found)):
        token = found[index]
        first = token.kind == "word" and (index == 0 or found[index - 1].kind == "operator" or found[index - 1].text in ("do", "then", "else"))
        if first and token.text in opening:
            depth += 1
        elif first and token.text == closing:
            if depth == 0:
                return index
            depth -= 1
    raise SyntaxFault("syntax error: unexpected end of file")


def _loop(source: str, found: list[Token], place: int) -> tuple[Loop, int]:
    kind = found[place].text
    do = _until(found, place + 1, opening=(), closing="do")
    done = _until(found, do + 1, opening=("for", "while", "until"), closing="done")
    body = source[found[do].end : found[done].start]
    if kind == "for":
        name = found[place + 1].text
        words = [token.text for token in found[place + 3 : do] if token.kind == "word"]
        return Loop(name, words, "", body), done + 1
    condition = source[found[place].end : found[do].start]
    return Loop("", [], ("! " if kind == "until" else "") + condition, body), done + 1


def _choice(source: str, found: list[Token], place: int) -> tuple[Choice, int]:
    then = _until(found, place + 1, opening=("if",), closing="then")
    end = _until(found, then + 1, opening=("if",), closing="fi")
    other = None
    depth = 0
    for index in range(then + 1, end):
        text = found[index].text if found[index].kind == "word" else ""
        depth += (text == "if") - (text == "fi")
        if text == "else" and depth == 0:
            other = index
    stop = found[other].start if other is not None else found[end].start
    return Choice(source[found[place].end : found[then].start], source[found[then].end : stop], source[found[other].end : found[end].start] if other is not None else ""), end + 1


def _pipeline(found: list[Token], place: int) -> tuple[Pipeline, int]:
    commands: list[Simple] = []
    command, negated = Simple(), False
    while place < len(found):
        token = found[place]
        if token.kind == "word":
            if token.text == "!" and not command.words and not commands:
                negated = True
            else:
                command.words.append(token.text)
        elif token.kind == "heredoc":
            command.redirections.append(Redirection("<<", token.text[1:], token.text[0] == "'"))
        elif token.text == "2>&1":
            command.merges_errors = True
        elif token.text in (">", ">>", "<", "2>", "&>"):
            place += 1
            if place >= len(found) or found[place].kind != "word":
                raise SyntaxFault("syntax error near unexpected token `newline'")
            command.redirections.append(Redirection(token.text, found[place].text))
        elif token.text == "|":
            if not command.words and not command.redirections:
                raise SyntaxFault("syntax error near unexpected token `|'")
            commands.append(command)
            command = Simple()
        else:
            break
        place += 1
    if not command.words and not command.redirections:
        raise SyntaxFault(f"syntax error near unexpected token `{found[place].text}'" if place < len(found) else "syntax error: unexpected end of file")
    return Pipeline([*commands, command], negated), place
