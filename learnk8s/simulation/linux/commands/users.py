"""Who one is, and becoming another: id, whoami, groups, su, sudo, useradd, getent, env, nohup, and the shells themselves."""

from learnk8s.simulation.kernel.shell.program import Outcome
from learnk8s.simulation.linux.commands.call import Call, Result, leading, options
from learnk8s.simulation.linux.commands.filework import names_of, outer_id
from learnk8s.simulation.linux.errors import OsError
from learnk8s.simulation.linux.namespaces import FIRST_IDS, USER, inside_id
from learnk8s.simulation.linux.privileges import become
from learnk8s.simulation.linux.process import Process


def reworded(result: Result, text: str) -> Result:
    """Return a result; where the program could not be run, say it in the words of the one who tried."""
    if isinstance(result, Outcome) and result.status in (126, 127) and result.stderr.startswith("bash: "):
        reason = result.stderr.strip().rpartition(": ")[2]
        reason = "No such file or directory" if reason in ("command not found", "required file not found") else reason
        return Outcome("", text.replace("{reason}", reason) + "\n", result.status)
    return result


def groups_of(call: Call, uid: int, gid: int) -> list[int]:
    """Return the groups of a user: the own one, and those of /etc/group that list the name."""
    name = names_of(call.files).get(uid, "")
    found = [gid]
    for line in (call.files.read("/etc/group") or "").splitlines():
        parts = line.split(":")
        if len(parts) == 4 and name and name in parts[3].split(",") and parts[2].isdigit():
            found.append(int(parts[2]))
    return found


def _id(call: Call) -> Outcome:
    chosen, names = options(call.argv[1:])
    users, groups = names_of(call.files), names_of(call.files, "/etc/group")
    if names:
        uid = next((number for number, name in users.items() if name == names[0]), None)
        if uid is None:
            return Outcome("", f"id: ‘{names[0]}’: no such user\n", 1)
        gid = next(int(line.split(":")[3]) for line in (call.files.read("/etc/passwd") or "").splitlines() if line.split(":")[0] == names[0])
    else:
        space = call.process.namespaces[USER]
        uid, gid = inside_id(call.machine, space, call.process.uid), inside_id(call.machine, space, call.process.gid, "gid_map")
    belongs = groups_of(call, uid, gid)
    if "u" in chosen:
        return Outcome((users.get(uid, str(uid)) if "n" in chosen else str(uid)) + "\n")
    if "g" in chosen:
        return Outcome((groups.get(gid, str(gid)) if "n" in chosen else str(gid)) + "\n")

    def named(number: int, table: dict[int, str]) -> str:
        return f"{number}({table[number]})" if number in table else str(number)

    return Outcome(f"uid={named(uid, users)} gid={named(gid, groups)} groups={','.join(named(number, groups) for number in belongs)}\n")


def _whoami(call: Call) -> Outcome:
    uid = inside_id(call.machine, call.process.namespaces[USER], call.process.uid)
    name = names_of(call.files).get(uid)
    return Outcome(name + "\n") if name else Outcome("", f"whoami: cannot find name for user ID {uid}: No such file or directory\n", 1)


def _groups(call: Call) -> Outcome:
    space = call.process.namespaces[USER]
    uid, gid = inside_id(call.machine, space, call.process.uid), inside_id(call.machine, space, call.process.gid, "gid_map")
    table = names_of(call.files, "/etc/group")
    return Outcome(" ".join(table.get(number, str(number)) for number in groups_of(call, uid, gid)) + "\n")


def account(call: Call, name: str) -> tuple[int, int, str] | None:
    """Return user, group and home of a name of /etc/passwd."""
    for line in (call.files.read("/etc/passwd") or "").splitlines():
        parts = line.split(":")
        if len(parts) >= 7 and name in (parts[0], f"#{parts[2]}"):
            return int(parts[2]), int(parts[3]), parts[5]
    return None


def _switch(call: Call, process: Process, uid: int, gid: int) -> None:
    outer, outer_group = outer_id(call, uid), outer_id(call, gid, "gid_map")
    if outer is None or outer_group is None:
        raise OsError("EINVAL")
    process.uid, process.gid = outer, outer_group
    become(call.machine, process)


def _sudo(call: Call) -> Result:
    chosen, words = leading(call.argv[1:], valued="ugD", long_valued=("user", "group", "chdir"))
    process = call.process
    if process.no_new_privileges and process.uid:
        return Outcome("", "sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.\n", 1)
    if process.namespaces[USER] != FIRST_IDS[USER] and process.uid:
        return Outcome("", "sudo: /etc/sudo.conf is owned by uid 65534, should be 0\nsudo: error in /etc/sudo.conf, line 0 while loading plugin \"sudoers_policy\"\nsudo: fatal error, unable to load plugins\n", 1)
    me = names_of(call.files).get(process.uid, "")
    if process.uid and 27 not in groups_of(call, process.uid, process.gid):
        return Outcome("", f"{me} is not in the sudoers file.\nThis incident has been reported to the administrator.\n", 1)
    name = chosen.get("u", chosen.get("user", "root"))
    who = account(call, name)
    if who is None:
        return Outcome("", f"sudo: unknown user {name}\nsudo: error initializing audit plugin sudoers_audit\n", 1)
    settings = dict(call.variables) if "E" in chosen else {key: value for key, value in call.variables.items() if key in ("PATH", "TERM", "LANG", "HOSTNAME", "SHELL", "PWD")}
    settings.update({"HOME": who[2], "USER": name, "LOGNAME": name, "SUDO_USER": me})
    while words and "=" in words[0] and words[0].split("=")[0].isidentifier():
        key, _, settings[key] = words.pop(0).partition("=")
    if "l" in chosen and not words:
        return Outcome(f"User {me} may run the following commands on shop:\n    (ALL : ALL) NOPASSWD: ALL\n")
    login = "i" in chosen
    if not words and not (login or "s" in chosen):
        return Outcome("", "usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\nusage: sudo [-ABbEHkNnPS] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n", 1)
    process.uid = process.gid = 0
    become(call.machine, process)
    call.variables = settings
    command = (["-bash", "-c", " ".join(words)] if words else ["-bash"]) if login else words or ["/bin/bash"]

    def change(child: Process) -> None:
        _switch(call, child, who[0], who[1])
        if login and call.files.is_folder(who[2]):
            child.cwd = call.files.resolve(who[2]).path

    if command[0] == "-bash":
        command[0] = "/bin/bash"
    return reworded(call.spawn(command, change), f"sudo: {command[0]}: {'command not found' if '/' not in command[0] else 'command not found'}")


def _su(call: Call) -> Result:
    login = any(word in ("-", "-l", "--login") for word in call.argv[1:])
    chosen, words = options([word for word in call.argv[1:] if word not in ("-", "-l", "--login")], valued="cs", long_valued=("command",))
    name = words[0] if words else "root"
    who = account(call, name)
    if who is None:
        return Outcome("", f"su: user {name} does not exist or the user entry does not contain all the required fields\n", 1)
    if inside_id(call.machine, call.process.namespaces[USER], call.process.uid) != 0:
        return Outcome("", "su: Authentication failure\n", 1)
    call.variables = {**call.variables, "HOME": who[2], "USER": name, "LOGNAME": name}
    command = chosen.get("c", chosen.get("command"))

    def change(child: Process) -> None:
        _switch(call, child, who[0], who[1])
        if login and call.files.is_folder(who[2]):
            child.cwd = call.files.resolve(who[2]).path

    return reworded(call.spawn(["/bin/bash", "-c", command] if command is not None else ["/bin/bash"], change), "su: failed to execute /bin/bash: {reason}")


def _useradd(call: Call) -> Outcome:
    chosen, words = options(call.argv[1:], valued="usdcgG", long_valued=("uid", "shell", "home-dir"))
    if len(words) != 1:
        return Outcome("", "Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]\n", 2)
    if call.process.uid:
        return Outcome("", "useradd: Permission denied.\nuseradd: cannot lock /etc/passwd; try again later.\n", 1)
    name, users = words[0], names_of(call.files)
    if name in users.values():
        return Outcome("", f"useradd: user '{name}' already exists\n", 9)
    if not name.replace("-", "a").replace("_", "a").isalnum() or not name[0].isalpha():
        return Outcome("", f"useradd: invalid user name '{name}': use --badname to ignore\n", 3)
    word = chosen.get("u", chosen.get("uid", ""))
    number = int(word) if word.isdigit() else max([number for number in users if 1000 <= number < 60000], default=999) + 1
    home = chosen.get("d", chosen.get("home-dir", f"/home/{name}"))
    call.files.write("/etc/passwd", f"{name}:x:{number}:{number}::{home}:{chosen.get('s', '/bin/sh')}\n", append=True)
    call.files.write("/etc/group", f"{name}:x:{number}:\n", append=True)
    if "m" in chosen:
        call.files.make_folder(home, 0o700)
        call.files.alter(home, uid=number, gid=number)
    return Outcome()


def _getent(call: Call) -> Outcome:
    tables = {"passwd": "/etc/passwd", "group": "/etc/group", "hosts": "/etc/hosts"}
    if len(call.argv) < 2 or call.argv[1] not in tables:
        return Outcome("", f"Unknown database: {call.argv[1] if len(call.argv) > 1 else ''}\nTry `getent --help' or `getent --usage' for more information.\n", 1)
    lines = (call.files.read(tables[call.argv[1]]) or "").splitlines()
    found = [line for line in lines if len(call.argv) < 3 or call.argv[2] in line.replace("\t", ":").replace(" ", ":").split(":")[:3]]
    return Outcome("".join(f"{line}\n" for line in found), "", 0 if found else 2)


def _bash(call: Call) -> Result:
    words = call.argv[1:]
    while words and words[0] in ("-i", "-l", "--login", "--norc", "--noprofile", "-e", "-x", "-u"):
        words.pop(0)
    if words[:1] == ["-c"] or words[:1] and words[0].startswith("-") and words[0].endswith("c"):
        if len(words) < 2:
            return Outcome("", "bash: -c: option requires an argument\n", 2)
        return call.terminal.run_script(call, words[1])
    if words:
        try:
            text = call.files.text(words[0])
        except OsError as error:
            return Outcome("", f"bash: {words[0]}: {error}\n", 127)
        settings = {**call.variables, **{str(index): word for index, word in enumerate(words)}}
        return call.terminal.script(call.process, text, settings)
    if call.stdin or not call.has_terminal:
        return call.terminal.script(call.process, call.stdin, call.variables)
    return call.terminal.enter(call.process, call.variables)


def _env(call: Call) -> Result:
    words, settings = call.argv[1:], dict(call.variables)
    if words[:1] in (["-i"], ["-"]):
        words, settings = words[1:], {"PATH": call.variables.get("PATH", "")}
    while words and "=" in words[0]:
        key, _, settings[key] = words.pop(0).partition("=")
    call.variables = settings
    if not words:
        return Outcome("".join(f"{key}={value}\n" for key, value in settings.items()))
    return reworded(call.execute(words), f"env: ‘{words[0]}’: {{reason}}")


def _nohup(call: Call) -> Result:
    if len(call.argv) < 2:
        return Outcome("", "nohup: missing operand\nTry 'nohup --help' for more information.\n", 125)
    if call.process.stdout == "tty":
        call.process.stdout = f"file:{call.files.path('nohup.out')}"
        call.files.write("nohup.out", "", append=True)
    return reworded(call.execute(call.argv[1:]), f"nohup: failed to run command '{call.argv[1]}': {{reason}}")


COMMANDS = {"id": _id, "whoami": _whoami, "groups": _groups, "sudo": _sudo, "su": _su, "useradd": _useradd, "getent": _getent, "bash": _bash, "sh": _bash, "env": _env, "nohup": _nohup}
