"""Compile the .po files to .mo in plain Python, because msgfmt is missing on many machines.

Understands what our files use: msgid, msgid_plural, msgstr, msgstr[n], comments; fuzzy entries are left out.
"""

import ast
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def entries(text: str) -> dict[str, str]:
    """Return msgid -> msgstr; plurals as gettext stores them."""
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        key = ""
        if "#, fuzzy" in block:
            continue
        for line in block.split("\n"):
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith("msg"):
                key, _, line = line.partition(" ")
                parts[key] = ""
            parts[key] += ast.literal_eval(line.strip())
        if "msgid" not in parts:
            continue
        if "msgid_plural" in parts:
            texts = [parts[name] for name in sorted(parts) if name.startswith("msgstr[")]
            found[f"{parts['msgid']}\0{parts['msgid_plural']}"] = "\0".join(texts)
        elif parts.get("msgstr"):
            found[parts["msgid"]] = parts["msgstr"]
    return found


def compiled(found: dict[str, str]) -> bytes:
    """Return a .mo file. Format: GNU gettext manual, 10.3."""
    pairs = sorted((key.encode(), value.encode()) for key, value in found.items())
    start = 28 + 16 * len(pairs)
    keys, values, body = [], [], b""
    for index in (0, 1):
        for pair in pairs:
            (keys if index == 0 else values).append((len(pair[index]), start + len(body)))
            body += pair[index] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + b"".join(struct.pack("<2I", *item) for item in [*keys, *values]) + body


def main() -> None:
    """Compile every catalogue that is newer than its .mo file."""
    for source in (ROOT / "learnk8s").glob("*/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
            target.write_bytes(compiled(entries(source.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
