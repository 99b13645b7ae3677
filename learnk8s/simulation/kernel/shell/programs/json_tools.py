"""jq and yq: JSON and YAML through the same filters."""

import json
from typing import Any

from learnk8s.simulation.kernel import yaml
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome, Program
from learnk8s.simulation.kernel.shell.programs.jq_reading import BadFilter, read
from learnk8s.simulation.kernel.shell.programs.jq_running import JqError, Machine, brief, results, text_of
from learnk8s.simulation.kernel.limits import OUTPUT_BYTES_MAX

JQ_USAGE = "Usage:\tjq [OPTIONS] FILTER [FILES...]\n"
VALUES_MAX = 20_000


class _Options:
    """The options of one call."""

    def __init__(self, call: Invocation) -> None:
        self.letters, self.wrong = "", ""
        self.words: list[str] = []
        self.variables: dict[str, Any] = {"ENV": dict(call.variables)}
        rest = list(call.argv[1:])
        while rest:
            word = rest.pop(0)
            if word in ("--arg", "--argjson") and len(rest) > 1:
                name, text = rest.pop(0), rest.pop(0)
                self.variables[name] = text if word == "--arg" else self._parsed(text)
            elif word in ("--indent", "-P", "--prettyPrint"):
                if word == "--indent" and rest:
                    rest.pop(0)
            elif word in LONG:
                self.letters += LONG[word]
            elif word in ("-o", "-p", "--output-format", "--input-format") and rest and call.argv[0] == "yq":
                self.letters += "J" if rest.pop(0).startswith("j") and word in ("-o", "--output-format") else ""
            elif word.startswith(("-o=", "--output-format=")):
                self.letters += "J" if word.split("=")[1].startswith("j") else ""
            elif word.startswith("-") and len(word) > 1 and not word.startswith("--"):
                self.letters += word[1:]
            elif word.startswith("--"):
                self.wrong = f"{call.argv[0]}: Unknown option: {word}\n"
            else:
                self.words.append(word)

    def _parsed(self, text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            self.wrong = f"jq: Invalid JSON text passed to --argjson\n{JQ_USAGE}"
            return None


LONG = {"--raw-output": "r", "--compact-output": "c", "--slurp": "s", "--null-input": "n", "--exit-status": "e", "--sort-keys": "S", "--raw-input": "R", "--join-output": "j", "--color-output": "C", "--monochrome-output": "M", "--tab": "", "--inplace": "i", "--seq": ""}


def _jq(call: Invocation) -> Outcome:
    options = _Options(call)
    if options.wrong:
        return Outcome("", options.wrong, 2)
    if not options.words:
        if not call.stdin:
            return Outcome("", JQ_USAGE, 2)
        options.words.append(".")
    try:
        read(options.words[0])
    except BadFilter as bad:
        return Outcome("", f"jq: error: {bad}\njq: 1 compile error\n", 3)
    text = call.stdin if len(options.words) == 1 else ""
    for name in options.words[1:]:
        found = call.files.read(name)
        if found is None:
            return Outcome("", f"jq: error: Could not open {name}: No such file or directory\n", 2)
        text += found
    if call.memory is not None:
        text = call.memory.pop("unfinished", "") + text
        if call.is_open and "R" not in options.letters and _is_unfinished(text):
            call.memory["unfinished"] = text
            return Outcome()
    values, wrong = _inputs(text, options.letters)
    return _printed(options, values, wrong, "jq")


def _is_unfinished(text: str) -> bool:
    """Say whether a text breaks off in the middle of a value."""
    decoder, place = json.JSONDecoder(), 0
    while (place := len(text) - len(text[place:].lstrip())) < len(text):
        try:
            _value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as fault:
            return getattr(fault, "pos", 0) >= len(text.rstrip())
    return False


def _inputs(text: str, letters: str) -> tuple[list[Any], str]:
    if "n" in letters:
        return [None], ""
    if "R" in letters:
        return ([text] if "s" in letters else list(text.splitlines())), ""
    decoder, place, values = json.JSONDecoder(), 0, []
    wrong = ""
    while place < len(text):
        while place < len(text) and text[place] in " \t\r\n":
            place += 1
        if place >= len(text):
            break
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            line = text.count("\n", 0, place) + 1
            wrong = f"jq: parse error: Invalid numeric literal at line {line}, column {place - text.rfind(chr(10), 0, place)}\n"
            break
        values.append(value)
        if len(values) > VALUES_MAX:
            break
    return ([values] if "s" in letters and not wrong else values), wrong


def _printed(options: _Options, values: list[Any], wrong: str, name: str) -> Outcome:
    out: list[str] = []
    size, status, last = 0, 2 if wrong else 0, None
    for value in values:
        try:
            for found in results(options.words[0], value, options.variables):
                last = found
                out.append(_text(found, options.letters))
                size += len(out[-1])
                if size > OUTPUT_BYTES_MAX:
                    return Outcome("".join(out), f"{name}: the output is longer than this terminal shows\n", 5)
        except JqError as error:
            wrong, status = wrong + f"{name}: error (at <stdin>:0): {error}\n", 5
        except BadFilter as bad:
            return Outcome("", f"{name}: error: {bad}\n{name}: 1 compile error\n", 3)
    if "e" in options.letters and status == 0:
        status = 4 if not out else 1 if last in (None, False) else 0
    return Outcome("".join(out), wrong, status)


def _text(value: Any, letters: str) -> str:
    if isinstance(value, str) and ("r" in letters or "j" in letters):
        return value if "j" in letters else value + "\n"
    shown = int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e17 else value
    text = json.dumps(shown, ensure_ascii=False, sort_keys="S" in letters, **({"separators": (",", ":")} if "c" in letters else {"indent": 2}))  # type: ignore[arg-type]  # either of two
    return text + ("" if "j" in letters else "\n")


def _yq(call: Invocation) -> Outcome:
    """yq (mikefarah's) as far as its filters are jq's."""
    options = _Options(call)
    if options.wrong:
        return Outcome("", options.wrong, 1)
    if options.words[:1] in (["e"], ["eval"], ["r"]):
        options.words.pop(0)
    if options.words and call.files.read(options.words[0]) is not None:
        options.words.insert(0, ".")
    if not options.words:
        options.words.append(".")
    text, names = call.stdin, options.words[1:]
    if names:
        found = call.files.read(names[0])
        if found is None:
            return Outcome("", f"Error: open {names[0]}: no such file or directory\n", 1)
        text = found
    try:
        values = [None] if "n" in options.letters else [document.value for document in yaml.documents(text)]
    except yaml.YamlFault as fault:
        return Outcome("", f"Error: bad file: {fault}\n", 1)
    try:
        node = read(options.words[0])
        found_values = [found for value in values for found in Machine(options.variables).values(node, value)]
    except (BadFilter, JqError) as bad:
        return Outcome("", f"Error: {bad}\n", 1)
    except (TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return Outcome("", f"Error: {brief(values[0] if values else None)} does not fit this expression\n", 1)
    if "J" in options.letters or "j" in options.letters:
        return Outcome("".join(json.dumps(value, indent=2, ensure_ascii=False) + "\n" for value in found_values))
    out = "---\n".join(f"{text_of(value)}\n" if not isinstance(value, dict | list) else yaml.written(value) for value in found_values)
    if "i" in options.letters and names:
        call.files.write(names[0], out)
        return Outcome()
    return Outcome(out if all(isinstance(value, dict | list) for value in found_values) else out.replace("---\n", ""))


JSON_TOOLS: dict[str, Program] = {"jq": Program(_jq, summary="JSON through a filter"), "yq": Program(_yq, summary="YAML through a filter")}
