"""Clients that, called without a question, ask for lines until one takes leave: redis-cli, mysql, psql. Each line is a call of the client with that question."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Client:
    """What a client shows before a line, how a line is asked without it, and the flags that carry a question."""

    prompt: str
    asked: Callable[[str], list[str]]
    asking: tuple[str, ...] = ()
    valued: tuple[str, ...] = ()
    on_terminal: tuple[str, ...] = ()
    """Flags for the form in which it answers a terminal."""


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


_MYSQL = Client("mysql> ", lambda line: ["-e", line], ("-e", "--execute"), ("-h", "-u", "-P", "-D"), ("-t",))
CLIENTS = {"redis-cli": Client("127.0.0.1:6379> ", _words, valued=("-h", "-p", "-a", "-n"), on_terminal=("--no-raw",)), "mysql": _MYSQL, "mariadb": _MYSQL, "psql": Client("postgres=# ", lambda line: ["-c", line], ("-c", "--command", "-l", "-f"), ("-h", "-U", "-p", "-d"))}
LEAVING = ("exit", "quit", "exit;", "quit;", "\\q", "\x04")


def on_terminal(argv: Sequence[str]) -> list[str]:
    """Return a command as it runs with a terminal.

    >>> on_terminal(["redis-cli", "PING"]), on_terminal(["date"])
    (['redis-cli', '--no-raw', 'PING'], ['date'])
    """
    client = CLIENTS.get(argv[0].rsplit("/", 1)[-1])
    return [argv[0], *(client.on_terminal if client else ()), *argv[1:]]


def client_of(argv: Sequence[str]) -> Client | None:
    """Return the client that a command starts for lines, or None if it is none or carries its question itself.

    >>> client_of(["redis-cli", "-p", "6379"]).prompt, client_of(["redis-cli", "PING"]), client_of(["mysql", "-psecret", "-e", "select 1"])
    ('127.0.0.1:6379> ', None, None)
    """
    client = CLIENTS.get(argv[0].rsplit("/", 1)[-1]) if argv else None
    if client is None:
        return None
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word.partition("=")[0] in client.asking or (argv[0].endswith("redis-cli") and not word.startswith("-")):
            return None
        if word in client.valued and words:
            words.pop(0)
    return client
