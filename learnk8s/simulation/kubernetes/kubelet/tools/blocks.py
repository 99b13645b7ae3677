"""Files as bytes: dd, fallocate, hexdump, md5sum."""

import re
from hashlib import md5
from typing import Literal

from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.kubelet.tools.folders import files_of, no_such, split

LITTLE: Literal["little"] = "little"


def dd(call: Invocation) -> Outcome:
    """`dd`; of a device that never ends only the size is kept."""
    words = dict(word.partition("=")[::2] for word in call.argv[1:] if "=" in word)
    block, count = _bytes(words.get("bs", "512")), words.get("count", "")
    files, source, target = files_of(call), words.get("if", ""), words.get("of", "")
    if block is None or not block or (count and not count.isdigit()):
        return Outcome("", f"dd: invalid number '{words.get('bs') if not block else count}'\n", 1)
    if source and files.read(source) is None:
        return no_such("dd", source)
    endless = source in ("/dev/zero", "/dev/urandom", "/dev/random")
    if endless and not count:
        return Outcome("", "learnk8s: dd from a device that never ends needs count=N\n", 1)
    text = call.stdin if not source else files.read(source) or ""
    blocks = int(count) if endless else min(-(-len(text.encode()) // block), int(count) if count else 2**40)
    size = min(blocks * block, 2**44) if endless else min(len(text.encode()), blocks * block)
    if target and not files.parent_exists(target):
        return no_such("dd", target)
    if target and endless:
        files.write_large(target, size)
    elif target:
        files.write(target, text[:size])
    report = f"{blocks}+0 records in\n{blocks}+0 records out\n{size} bytes ({size / 2**20:.1f}MB) copied, 0.012 seconds, 1.6GB/s\n"
    return Outcome("" if target or endless else text[:size], report)


def fallocate(call: Invocation) -> Outcome:
    """`fallocate -l SIZE FILE`."""
    words = [word for word in call.argv[1:] if word not in ("-l", "-o", "0")]
    length = next((call.argv[index + 1] for index, word in enumerate(call.argv[:-1]) if word == "-l"), "")
    size = _bytes(length)
    if size is None:
        return Outcome("", f"fallocate: invalid number '{length}'\n", 1)
    name = next((word for word in words if word != length), "")
    if not name or not files_of(call).parent_exists(name):
        return no_such("fallocate", name)
    files_of(call).write_large(name, size)
    return Outcome()


def _bytes(word: str) -> int | None:
    """Return a size as dd and fallocate read it.

    >>> _bytes("1M"), _bytes("20MiB"), _bytes("x")
    (1048576, 20971520, None)
    """
    found = re.fullmatch(r"(\d{1,9})([kKmMgG]?)(?:i?B)?", word)
    return None if found is None else int(found[1]) * {"": 1, "k": 2**10, "m": 2**20, "g": 2**30}[found[2].lower()]


def hexdump(call: Invocation) -> Outcome:
    """`hexdump -C` and `xxd`; without -C, two bytes a word."""
    names = split(call.argv)[1]
    text = files_of(call).read(names[0]) if names else call.stdin
    if text is None:
        return no_such(call.argv[0], names[0])
    data, out = text.encode(errors="surrogateescape"), ""
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        if "C" in split(call.argv)[0]:
            shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
            out += f"{start:08x}  {' '.join(f'{byte:02x}' for byte in row[:8]):<23}  {' '.join(f'{byte:02x}' for byte in row[8:]):<23}  |{shown}|\n"
        else:
            out += f"{start:07x} {' '.join(f'{int.from_bytes(row[place : place + 2], LITTLE):04x}' for place in range(0, len(row), 2))}\n"
    return Outcome(out + (f"{len(data):08x}\n" if "C" in split(call.argv)[0] else f"{len(data):07x}\n"))


def md5sum(call: Invocation) -> Outcome:
    """`md5sum FILE...`, or of what is piped in."""
    out = wrong = ""
    for name in split(call.argv)[1] or ["-"]:
        text = call.stdin if name == "-" else call.files.read(name)
        if text is None:
            wrong += no_such("md5sum", name).stderr
        else:
            out += f"{md5(text.encode(), usedforsecurity=False).hexdigest()}  {name}\n"
    return Outcome(out, wrong, 1 if wrong else 0)
