"""Commands that belong to one image: the clients and checks that come with a server, run by `kubectl exec`."""

import json
import re
from collections.abc import Callable, Mapping

from learnk8s.simulation.kernel.shell.files import Files
from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.kubernetes.kubelet import ensembles, tables
from learnk8s.simulation.kubernetes.kubelet.images.clients import CLIENTS

Own = Callable[[list[str], Files, Mapping[str, str]], Outcome]
STORE = "/data/.keys"


def _nginx(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    if "-v" in argv:
        return Outcome("", f"nginx version: nginx/{variables.get('NGINX_VERSION', '1.29.1')}\n", 0)
    if "-t" in argv:
        return Outcome("", "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n", 0)
    if "-s" in argv:
        return Outcome("", "2026/05/04 09:00:00 [notice] 20#20: signal process started\n", 0)
    return Outcome("", "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n", 1)


def _redis_cli(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    words, quotes = [word for word in argv[1:]], "--no-raw" in argv
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in ("-h", "-p", "-a", "-n") else words[1:]
    table = dict(line.partition("=")[::2] for line in (files.read(STORE) or "").splitlines())
    match [words[0].upper() if words else "", *words[1:]]:
        case ["PING"]:
            return Outcome("PONG\n")
        case ["SET", key, value, *_]:
            table[key] = value
            files.write(STORE, "".join(f"{name}={text}\n" for name, text in table.items()))
            return Outcome("OK\n")
        case ["GET", key]:
            return Outcome(f"{_quoted(table[key], quotes=quotes)}\n" if key in table else "(nil)\n" if quotes else "\n")
        case ["INCR", key]:
            table[key] = str(int(table.get(key, "0") or 0) + 1) if table.get(key, "0").isdigit() else "1"
            files.write(STORE, "".join(f"{name}={text}\n" for name, text in table.items()))
            return Outcome(f"(integer) {table[key]}\n" if quotes else f"{table[key]}\n")
        case ["RPUSH" | "LPUSH" as word, key, *new] if new:
            old = json.loads(table.get(key, "[]"))
            table[key] = json.dumps([*old, *new] if word == "RPUSH" else [*reversed(new), *old])
            files.write(STORE, "".join(f"{name}={text}\n" for name, text in table.items()))
            return Outcome(f"{'(integer) ' if quotes else ''}{len(old) + len(new)}\n")
        case ["LRANGE", key, first, last] if re.fullmatch(r"-?\d{1,9}", first) and re.fullmatch(r"-?\d{1,9}", last):
            items = json.loads(table.get(key, "[]"))
            start, end = (int(place) + (len(items) if int(place) < 0 else 0) for place in (first, last))
            return Outcome(_listed(items[max(start, 0) : end + 1], quotes=quotes))
        case ["LLEN", key]:
            return Outcome(f"{'(integer) ' if quotes else ''}{len(json.loads(table.get(key, '[]')))}\n")
        case ["LPOP" | "RPOP" as word, key]:
            items = json.loads(table.get(key, "[]"))
            if not items:
                return Outcome("(nil)\n" if quotes else "\n")
            taken = items.pop(0 if word == "LPOP" else -1)
            table[key] = json.dumps(items)
            files.write(STORE, "".join(f"{name}={text}\n" for name, text in table.items()))
            return Outcome(f"{_quoted(taken, quotes=quotes)}\n")
        case ["DEL", *keys] if keys:
            gone = [key for key in keys if table.pop(key, None) is not None]
            files.write(STORE, "".join(f"{name}={text}\n" for name, text in table.items()))
            return Outcome(f"{'(integer) ' if quotes else ''}{len(gone)}\n")
        case ["KEYS", _]:
            return Outcome(_listed(sorted(table), quotes=quotes))
        case ["CONFIG", get, name] if get.upper() == "GET":
            value = {"maxmemory": "0", "maxmemory-policy": "noeviction"}.get(name, "")
            for path in ("/redis-master/redis.conf", "/usr/local/etc/redis/redis.conf", "/etc/redis/redis.conf"):
                for line in (files.read(path) or "").splitlines():
                    if line.split()[:1] == [name]:
                        value = line.split()[1]
            sizes = {"mb": 2**20, "gb": 2**30, "kb": 2**10}
            if name == "maxmemory" and value[-2:].lower() in sizes:
                value = str(int(value[:-2]) * sizes[value[-2:].lower()])
            return Outcome(_listed([name, value], quotes=quotes))
        case [""]:
            return Outcome("127.0.0.1:6379> \n")
    return Outcome(f"(error) ERR unknown command '{words[0]}', with args beginning with: \n")


def _quoted(text: str, *, quotes: bool) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' if quotes else text


def _listed(texts: list[str], *, quotes: bool) -> str:
    """Return several replies: numbered for a terminal."""
    return "".join(f"{place}) {_quoted(text, quotes=True)}\n" if quotes else f"{text}\n" for place, text in enumerate(texts, start=1)) or ("(empty array)\n" if quotes else "\n")


def _mysql(argv: list[str], files: Files, variables: Mapping[str, str]) -> Outcome:
    given = next((word[2:] for word in argv if word.startswith("-p") and len(word) > 2), next((word.partition("=")[2] for word in argv if word.startswith("--password=")), ""))
    right = variables.get("MYSQL_ROOT_PASSWORD") or variables.get("MARIADB_ROOT_PASSWORD") or ""
    note = "mysql: [Warning] Using a password on the command line interface can be insecure.\n" if given else ""
    if given != right:
        return Outcome("", f"{note}ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: {'YES' if given else 'NO'})\n", 1)
    found = tables.queried(argv, files, variables)
    return Outcome(found.stdout, note + found.stderr, found.status)


def _says(text: str) -> Own:
    return lambda argv, files, variables: Outcome(text)


COMMANDS: dict[str, dict[str, Own]] = {
    "nginx": {"nginx": _nginx}, "nginx-unprivileged": {"nginx": _nginx}, "redis": {"redis-cli": _redis_cli},
    "mysql": {"mysql": _mysql, "mysqladmin": _says("mysqld is alive\n")}, "mariadb": {"mariadb": _mysql, "mysql": _mysql, "mariadb-admin": _says("mysqld is alive\n")},
    "postgres": {"pg_isready": _says("/var/run/postgresql:5432 - accepting connections\n"), "psql": _says(" ?column? \n----------\n        1\n(1 row)\n\n")},
    "mongo": {"mongosh": _says("{ ok: 1 }\n"), "mongo": _says("{ \"ok\" : 1 }\n")},
    "httpd": {"httpd": _says("Server version: Apache/2.4.65 (Unix)\n")}, "node": {"node": _says("v22.20.0\n")}, "kubernetes-bootcamp": {"node": _says("v6.3.1\n")},
    "kubernetes-zookeeper": {"zookeeper-ready": ensembles.zookeeper_ready, "zkCli.sh": ensembles.zk_cli, "pkill": _says("")}, "cassandra": {"nodetool": ensembles.nodetool, "ready-probe.sh": ensembles.ready_probe},
    "python": {"python3": _says("Python 3.13.7\n"), "python": _says("Python 3.13.7\n")},
}


def clients_in(image: str) -> frozenset[str]:
    """Return the clients that an image has, which a script in it may call.

    >>> sorted(clients_in("docker.io/library/mysql")), clients_in("nginx")
    (['mysql'], frozenset())
    """
    return frozenset(name for name in COMMANDS.get(image.rsplit("/", 1)[-1], {}) if name in CLIENTS)


def has_own(name: str, image: str) -> bool:
    """Say whether a command is an image's own."""
    return name in COMMANDS.get(image.rsplit("/", 1)[-1], {})


def own_command(name: str, argv: list[str], files: Files, variables: Mapping[str, str], image: str) -> Outcome | None:
    """Return what an image's own command prints, or None if it is not one."""
    found = COMMANDS.get(image.rsplit("/", 1)[-1], {}).get(name)
    return found(argv, files, variables) if found else None
