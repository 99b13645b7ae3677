"""Make a tree of a template's text. Models text/template/parse/parse.go (1.25)."""

import re
from typing import Any, NoReturn

from learnk8s.simulation.kernel.gotemplate.nodes import Action, BadTemplate, Branch, Chain, Command, Field, Function, Inclusion, Jump, Literal, Node, Pipe, Text
from learnk8s.simulation.kernel.gotemplate.words import Word, line_of, words_of

ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "\\": "\\", '"': '"', "'": "'"}
DEPTH_MAX = 60
Body = tuple[Any, ...]


class Written(int):
    """A whole number that stands in the template: Go calls it int, one of the data int64."""


def parsed(template: str, functions: frozenset[str]) -> dict[str, Body]:
    """Return the templates of a text by name; the text itself has none. Raises BadTemplate."""
    reader = _Reader(template, functions)
    body, end = reader.body()
    if end.kind != "end of text":
        reader.fail("unexpected {{" + end.text + "}}")
    return {**reader.defined, "": body}


def unquoted(text: str) -> str:
    """Return what a quoted string means.

    >>> unquoted('"a\\\\n"'), unquoted("`a\\\\n`")
    ('a\\n', 'a\\\\n')
    """
    if text[0] == "`":
        return text[1:-1]
    return re.sub(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", lambda found: chr(int(found[1][1:], 16)) if len(found[1]) > 1 else ESCAPES.get(found[1], found[1]), text[1:-1])


class _Reader:
    def __init__(self, template: str, functions: frozenset[str]) -> None:
        self._template, self._functions, self._words, self._at = template, functions, words_of(template), 0
        self.defined: dict[str, Body] = {}
        self._variables, self._ranges, self._depth = ["$"], 0, 0

    def fail(self, message: str) -> NoReturn:
        place = self._words[max(self._at - 1, 0)].place
        raise BadTemplate(message, line=line_of(self._template, place))

    def _peek(self) -> Word:
        return self._words[min(self._at, len(self._words) - 1)]

    def _next(self) -> Word:
        word = self._peek()
        self._at += 1
        return word

    def _past_space(self) -> Word:
        if self._peek().kind == "space":
            self._at += 1
        return self._peek()

    def _next_word(self) -> Word:
        self._past_space()
        return self._next()

    def _unexpected(self, word: Word, context: str) -> NoReturn:
        self.fail(word.text if word.kind == "fault" else f"unexpected {word} in {context}")

    # Bodies

    def body(self) -> tuple[Body, Word]:
        """Return what stands until `end`, `else` or the end of the text, and which it was."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            self.fail("the template is nested too deeply")
        found: list[Node] = []
        while True:
            word = self._next()
            if word.kind == "text":
                found.append(Text(word.place, word.text))
            elif word.kind == "{{":
                inner = self._past_space()
                if inner.kind == "keyword" and inner.text in ("end", "else"):
                    self._at += 1
                    if inner.text == "end" or self._past_space().text not in ("if", "with"):
                        self._close(inner.text)
                    self._depth -= 1
                    return tuple(found), inner
                found.extend(self._action())
            elif word.kind == "end of text":
                self._depth -= 1
                return tuple(found), word
            else:
                self._unexpected(word, "input")

    def _close(self, context: str) -> None:
        word = self._next_word()
        if word.kind != "}}":
            self._unexpected(word, context)

    def _action(self) -> list[Node]:
        word = self._peek()
        if word.kind != "keyword":
            kept = len(self._variables)
            shown = self._pipe("command", "}}")
            del self._variables[kept if not shown.variables else len(self._variables) :]
            return [Action(word.place, shown)]
        self._at += 1
        if word.text in ("if", "range", "with"):
            return [self._branch(word)]
        if word.text in ("break", "continue"):
            self._close("{{" + word.text + "}}")
            if not self._ranges:
                self.fail("{{" + word.text + "}} outside {{range}}")
            return [Jump(word.place, word.text)]
        name = self._next_word()
        if name.kind != "string":
            self._unexpected(name, f"{word.text} clause")
        pipe: Pipe | None = None
        if word.text in ("template", "block"):
            if word.text == "block" or self._past_space().kind != "}}":
                pipe = self._pipe(f"{word.text} clause", "}}")
            else:
                self._at += 1
        else:
            self._close("define clause")
        if word.text != "template":
            self.defined[unquoted(name.text)] = self._whole()
        return [] if word.text == "define" else [Inclusion(name.place, unquoted(name.text), name.text, pipe)]

    def _whole(self) -> Body:
        outer, self._variables = self._variables, ["$"]
        body, end = self.body()
        self._variables = outer
        if end.text != "end":
            self.fail("unexpected EOF" if end.kind == "end of text" else f"unexpected {{{{{end.text}}}}} in define clause")
        return body

    def _branch(self, word: Word) -> Branch:
        kept = len(self._variables)
        pipe = self._pipe(word.text, "}}")
        self._ranges += word.text == "range"
        body, end = self.body()
        self._ranges -= word.text == "range"
        other: Body = ()
        if end.text == "else":
            again = self._peek()
            if again.kind == "keyword" and again.text == word.text != "range":
                self._at += 1
                other, end = (self._branch(again),), Word("keyword", "end", again.place)
            elif again.kind == "keyword" and self._words[self._at - 1].kind == "space":
                self._unexpected(again, "else")
            else:
                other, end = self.body()
        if end.kind == "end of text":
            self.fail("unexpected EOF")
        if end.text == "else":
            self.fail("expected end; found {{else}}")
        del self._variables[kept:]
        return Branch(word.place, word.text, pipe, body, other)

    # Pipelines

    def _pipe(self, context: str, end: str) -> Pipe:
        place = self._past_space().place
        variables, is_new = self._kept(context)
        commands: list[Command] = []
        while True:
            word = self._next_word()
            if word.kind == end or (word.kind, word.text) == ("mark", end):
                break
            if word.kind not in ("literal", "letter", "dot", "field", "name", "number", "string", "variable") and (word.kind, word.text) != ("mark", "("):
                self._unexpected(word, context)
            self._at -= 1
            commands.append(self._command())
        if not commands:
            self.fail(f"missing value for {context}")
        for stage, command in enumerate(commands[1:], start=2):
            if isinstance(command.words[0], Literal):
                self.fail(f"non executable command in pipeline stage {stage}")
        return Pipe(place, tuple(commands), tuple(variables), is_new)

    def _kept(self, context: str) -> tuple[list[str], bool]:
        """Return the variables that the pipeline is kept in, and whether they are new."""
        variables: list[str] = []
        while self._past_space().kind == "variable":
            start = self._at
            name = self._next().text
            mark = self._past_space()
            if mark.kind == "mark" and mark.text in (":=", "="):
                self._at += 1
                if mark.text == ":=":
                    self._variables.append(name)
                return [*variables, name], mark.text == ":="
            if (mark.kind, mark.text) != ("mark", ","):
                self._at = start
                return variables, True
            self._at += 1
            variables.append(name)
            self._variables.append(name)
            if context != "range" or len(variables) > 1:
                self.fail(f"too many declarations in {context}")
            if self._past_space().kind != "variable":
                self.fail("range can only initialize variables")
        return variables, True

    def _command(self) -> Command:
        place = self._past_space().place
        words: list[Any] = []
        while True:
            self._past_space()
            operand = self._operand()
            if operand is not None:
                words.append(operand)
            word = self._next()
            if word.kind == "space":
                continue
            if word.kind == "}}" or (word.kind, word.text) == ("mark", ")"):
                self._at -= 1
            elif (word.kind, word.text) != ("mark", "|"):
                self._unexpected(word, "operand")
            break
        if not words:
            self.fail("empty command")
        return Command(place, tuple(words))

    def _operand(self) -> Any:
        node = self._term()
        if node is None or self._peek().kind != "field":
            return node
        place, names = self._peek().place, []
        while self._peek().kind == "field":
            names.append(self._next().text[1:])
        if isinstance(node, Field):
            return Field(place, (*node.names, *names), node.variable)
        if isinstance(node, Literal):
            self.fail(f'unexpected . after term "{node}"')
        return Chain(place, node, tuple(names))

    def _term(self) -> Any:
        word = self._next()
        match word.kind:
            case "name":
                if word.text not in self._functions:
                    self.fail(f'function "{word.text}" not defined')
                return Function(word.place, word.text)
            case "field":
                return Field(word.place, (word.text[1:],))
            case "variable":
                if word.text not in self._variables:
                    self.fail(f'undefined variable "{word.text}"')
                return Field(word.place, (), word.text)
            case "dot":
                return Literal(word.place, ".")
            case "literal":
                return Literal(word.place, word.text, {"true": True, "false": False, "nil": None}[word.text])
            case "number":
                return Literal(word.place, word.text, float(word.text) if re.search(r"[.eE]", word.text) and "x" not in word.text.lower() else Written(int(word.text, 0 if not re.fullmatch(r"[+-]?0\d+", word.text) else 8)))
            case "letter":
                return Literal(word.place, word.text, Written(ord(unquoted(word.text)[:1] or "\0")))
            case "string":
                return Literal(word.place, word.text, unquoted(word.text))
        if (word.kind, word.text) == ("mark", "("):
            return self._pipe("parenthesized pipeline", ")")
        self._at -= 1
        return None
