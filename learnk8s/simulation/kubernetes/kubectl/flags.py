"""Flags as kubectl reads them (Go's pflag): `--name value`, `--name=value`, `-n value`, `-nvalue`, joined short switches, `--` ends them."""

from dataclasses import dataclass, field


class Usage(Exception):
    """The command line cannot be read; the message is kubectl's, the exit status 1."""


class Bare(Usage):
    """The command is refused in words that kubectl prints as they are, without `error:`."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag: its names, whether it takes a value, and the value it has when given without one."""

    name: str
    short: str = ""
    is_switch: bool = False
    bare: str | None = None


def switch(name: str, short: str = "") -> Flag:
    """Return a flag without a value."""
    return Flag(name, short, is_switch=True, bare="true")


COMMON: tuple[Flag, ...] = (
    Flag("namespace", "n"), Flag("as"), Flag("as-group"), Flag("context"), Flag("kubeconfig"), Flag("request-timeout"), Flag("v", "v"), Flag("server", "s"), Flag("user"), Flag("cluster"), Flag("token"),
    Flag("warnings-as-errors", is_switch=True, bare="true"), switch("help", "h"), switch("insecure-skip-tls-verify"),
)


@dataclass(slots=True)
class Parsed:
    """Words and flags of one command line; every flag keeps all its values."""

    words: list[str]
    flags: dict[str, list[str]] = field(default_factory=dict)
    after_dashes: list[str] | None = None

    def get(self, name: str, default: str = "") -> str:
        """Return a flag's last value."""
        return self.flags[name][-1] if name in self.flags else default

    def has(self, name: str) -> bool:
        """Say whether a flag was given, and not as `=false`."""
        return name in self.flags and self.flags[name][-1] != "false"

    def all(self, name: str) -> list[str]:
        """Return all values of a flag."""
        return self.flags.get(name, [])

    def integer(self, name: str, default: int | None = None) -> int | None:
        """Return a flag's value as a whole number. Raises Usage."""
        if name not in self.flags:
            return default
        text = self.get(name)
        if not text.lstrip("-").isdigit() or len(text) > 12:
            raise Usage(f'invalid argument "{text}" for "--{name}" flag: strconv.ParseInt: parsing "{text}": invalid syntax')
        return int(text)


def parse(argv: list[str], flags: tuple[Flag, ...], command: str) -> Parsed:
    """Return the words and flags of a command line. Raises Usage."""
    known = {flag.name: flag for flag in (*COMMON, *flags)}
    shorts = {flag.short: flag for flag in (*COMMON, *flags) if flag.short}
    parsed = Parsed([])
    rest = list(argv)
    while rest:
        word = rest.pop(0)
        if word == "--":
            parsed.after_dashes = rest
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            flag = known.get(name)
            if flag is None:
                raise Usage(f"unknown flag: --{name}\nSee 'kubectl {command} --help' for usage.")
            _give(parsed, flag, value if equals else None, rest, f"--{name}")
        elif word.startswith("-") and len(word) > 1:
            _short(parsed, word, shorts, rest, command)
        else:
            parsed.words.append(word)
    return parsed


def _give(parsed: Parsed, flag: Flag, value: str | None, rest: list[str], shown: str) -> None:
    if value is None:
        if flag.bare is not None:
            value = flag.bare
        elif rest:
            value = rest.pop(0)
        else:
            raise Usage(f"flag needs an argument: {shown}")
    if flag.is_switch and value not in ("true", "false"):
        raise Usage(f'invalid argument "{value}" for "{shown}" flag: strconv.ParseBool: parsing "{value}": invalid syntax')
    parsed.flags.setdefault(flag.name, []).append(value)


def _short(parsed: Parsed, word: str, shorts: dict[str, Flag], rest: list[str], command: str) -> None:
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = shorts.get(letter)
        if flag is None:
            raise Usage(f"unknown shorthand flag: '{letter}' in {word}\nSee 'kubectl {command} --help' for usage.")
        if flag.is_switch and not letters.startswith("="):
            parsed.flags.setdefault(flag.name, []).append("true")
            continue
        if flag.is_switch and letters[1:] not in ("true", "false"):
            raise Usage(f'invalid argument "{letters[1:]}" for "-{letter}, --{flag.name}" flag: strconv.ParseBool: parsing "{letters[1:]}": invalid syntax\nSee \'kubectl {command} --help\' for usage.')
        value = letters.removeprefix("=") if letters else None
        if value is None:
            if not rest:
                raise Usage(f"flag needs an argument: '{letter}' in {word}")
            value = rest.pop(0)
        parsed.flags.setdefault(flag.name, []).append(value)
        break
