"""Dockerfiles: from text to stages of instructions. Models moby/buildkit frontend/dockerfile/parser and instructions (0.25)."""

import json
import re
from dataclasses import dataclass, field
from difflib import get_close_matches

INSTRUCTIONS = ("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR")
LINES_MAX = 500


class BadDockerfile(ValueError):
    """The text cannot be built from; the message is BuildKit's."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word, its flags and the rest of it as written."""

    word: str
    text: str
    flags: dict[str, str]
    line: int
    last_line: int

    @property
    def exec_form(self) -> list[str] | None:
        """Return the words of the JSON form, or None for the shell form."""
        try:
            value = json.loads(self.text)
        except ValueError:
            return None
        return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None

    @property
    def shown(self) -> str:
        """Return the instruction as progress shows it."""
        flags = "".join(f"--{name}={value} " for name, value in self.flags.items())
        return f"{self.word} {flags}{self.text}"


@dataclass(slots=True)
class Stage:
    """One stage: what it begins from and what it does."""

    base: str
    name: str
    number: int
    line: int
    steps: list[Instruction] = field(default_factory=list)


@dataclass(slots=True)
class Dockerfile:
    """The stages of a file, and the arguments that stand before the first."""

    stages: list[Stage]
    arguments: dict[str, str]
    lines: list[str]


def parsed(text: str, build_args: dict[str, str]) -> Dockerfile:
    """Return the stages of a Dockerfile. Raises BadDockerfile."""
    lines = text.splitlines()
    if len(lines) > LINES_MAX:
        raise BadDockerfile(f"learnk8s: a Dockerfile has at most {LINES_MAX} lines here")
    found = _instructions(lines)
    if not found:
        raise BadDockerfile("failed to read dockerfile: the Dockerfile cannot be empty" if not text.strip() else "file with no instructions")
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for instruction in found:
        if instruction.word == "FROM":
            stages.append(_stage(instruction, len(stages), {**arguments, **build_args}))
        elif instruction.word == "ARG" and not stages:
            name, _, value = instruction.text.partition("=")
            arguments[name.strip()] = build_args.get(name.strip(), value.strip().strip("\"'"))
        elif not stages:
            raise BadDockerfile(f"dockerfile parse error on line {instruction.line}: no build stage in current context", instruction.line)
        else:
            stages[-1].steps.append(instruction)
    if not stages:
        raise BadDockerfile("no build stage in current context")
    return Dockerfile(stages, {**arguments, **{name: value for name, value in build_args.items() if name in arguments}}, lines)


def _instructions(lines: list[str]) -> list[Instruction]:
    found, number = [], 0
    while number < len(lines):
        first, text = number + 1, lines[number].strip()
        number += 1
        if not text or text.startswith("#"):
            continue
        while text.endswith("\\") and number < len(lines):
            following = lines[number].strip()
            number += 1
            if not following.startswith("#"):
                text = text[:-1].rstrip() + " " + following
        word, _, rest = text.partition(" ")
        if (mark := re.search(r"<<-?[\"']?(\w+)[\"']?$", rest)) is not None:
            body = []
            while number < len(lines) and lines[number].strip() != mark[1]:
                body.append(lines[number])
                number += 1
            number += 1
            rest = "\n".join(body)
        if word.upper() not in INSTRUCTIONS:
            near = get_close_matches(word.upper(), INSTRUCTIONS, n=1)
            raise BadDockerfile(f"dockerfile parse error on line {first}: unknown instruction: {word}" + (f" (did you mean {near[0]}?)" if near else ""), first)
        flags = {}
        while (flag := re.match(r"\s*--([\w-]+)(?:=(\S*))?\s*", rest)) is not None and word.upper() in ("FROM", "COPY", "ADD", "RUN", "HEALTHCHECK"):
            flags[flag[1]] = flag[2] or ""
            rest = rest[flag.end():]
        if not rest.strip():
            raise BadDockerfile(f"dockerfile parse error on line {first}: {word.upper()} requires at least one argument" if word.upper() != "FROM" else f"dockerfile parse error on line {first}: FROM requires either one or three arguments", first)
        found.append(Instruction(word.upper(), rest.strip(), flags, first, number))
    return found


def _stage(instruction: Instruction, number: int, arguments: dict[str, str]) -> Stage:
    words = filled(instruction.text, arguments).split()
    if len(words) not in (1, 3) or len(words) == 3 and words[1].lower() != "as":
        raise BadDockerfile(f"dockerfile parse error on line {instruction.line}: FROM requires either one or three arguments", instruction.line)
    return Stage(words[0], words[2].lower() if len(words) == 3 else "", number, instruction.line)


def filled(text: str, variables: dict[str, str]) -> str:
    """Return a text with $NAME, ${NAME} and ${NAME:-default} filled in.

    >>> filled("python:${V:-3.13}-$KIND", {"KIND": "slim"})
    'python:3.13-slim'
    """
    def value(found: re.Match[str]) -> str:
        name, default = found[1] or found[2], found[3]
        known = variables.get(name, "")
        return known or (default or "")

    return re.sub(r"(?<!\\)\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})", value, text)
