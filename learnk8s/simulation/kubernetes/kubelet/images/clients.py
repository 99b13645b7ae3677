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
    port: int = 0
    unknown: str = ""
    """What it says of a host that there is not; `refused` of one that does not answer. Both name host and port."""
    refused: str = ""


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


_MYSQL = Client("mysql> ", lambda line: ["-e", line], ("-e", "--execute"), ("-h", "-u", "-P", "-D"), ("-t",), 3306, "ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)", "ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' (111)")
CLIENTS = {"redis-cli": Client("127.0.0.1:6379> ", _words, valued=("-h", "-p", "-a", "-n"), on_terminal=("--no-raw",), port=6379,
                               unknown="Could not connect to Redis at {host}:{port}: Name or service not known", refused="Could not connect to Redis at {host}:{port}: Connection refused"), "mysql": _MYSQL, "mariadb": _MYSQL, "psql": Client("postgres=# ", lambda line: ["-c", line], ("-c", "--command", "-l", "-f"), ("-h", "-U", "-p", "-d"), port=5432, unknown='psql: error: could not translate host name "{host}" to address: Name or service not known', refused='psql: error: connection to server at "{host}", port {port} failed: Connection refused')}
WRITING = frozenset("SET DEL INCR RPUSH LPUSH RPOP LPOP CREATE INSERT UPDATE DELETE DROP ALTER TRUNCATE".split())


def only_reads(argv: Sequence[str]) -> bool:
    """Say whether a client's question changes nothing.

    >>> only_reads(["mysql", "-e", "select 1"]), only_reads(["redis-cli", "incr", "hits"])
    (True, False)
    """
    return not WRITING & set(" ".join(argv).upper().split())


LEAVING = ("exit", "quit", "exit;", "quit;", "\\q", "\x04")


def on_terminal(argv: Sequence[str]) -> list[str]:
    """Return a command as it runs with a terminal.

    >>> on_terminal(["redis-cli", "PING"]), on_terminal(["date"])
    (['redis-cli', '--no-raw', 'PING'], ['date'])
    """
    client = CLIENTS.get(argv[0].rsplit("/", 1)[-1])
    return [argv[0], *(client.on_terminal if client else ()), *argv[1:]]


def server_of(argv: Sequence[str]) -> tuple[str, int]:
    """Return the host and the port that a client is to ask, "" for its own machine.

    >>> server_of(["mysql", "-h", "db", "-psecret"]), server_of(["redis-cli", "-h", "cache", "-p", "7000"]), server_of(["redis-cli", "PING"])
    (('db', 3306), ('cache', 7000), ('', 6379))
    """
    client, words = CLIENTS[argv[0].rsplit("/", 1)[-1]], list(argv[1:])
    host, port = "", client.port
    while words:
        word = words.pop(0)
        if word in ("-h", "--host") and words:
            host = words.pop(0)
        elif word.startswith("--host="):
            host = word.partition("=")[2]
        elif word == ("-P" if client.port == 3306 else "-p") and words and words[0].isdigit():
            port = int(words.pop(0))
    return ("" if host in ("localhost", "127.0.0.1") else host), port


def prompt_of(argv: Sequence[str]) -> str:
    """Return what a client shows before a line.

    >>> prompt_of(["redis-cli", "-h", "cache"]), prompt_of(["mysql"])
    ('cache:6379> ', 'mysql> ')
    """
    client = CLIENTS[argv[0].rsplit("/", 1)[-1]]
    host, port = server_of(argv)
    return f"{host or '127.0.0.1'}:{port}> " if client.port == 6379 else client.prompt


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
