"""The hash in the name of a ReplicaSet.

Models pkg/controller/controller_utils.go: ComputeHash, and apimachinery/pkg/util/rand: SafeEncodeString (1.36). Differs: hashes canonical JSON, not Go's
dump of the struct, so the letters are other ones; equal templates give equal names all the same.
"""

import json
from typing import Any

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
FNV_OFFSET, FNV_PRIME = 0x811C9DC5, 0x01000193


def template_hash(template: dict[str, Any], collisions: int | None = None) -> str:
    """Return eight to ten letters that depend on the template and on how often its name was taken."""
    text = json.dumps(template, sort_keys=True, separators=(",", ":")) + (str(collisions) if collisions is not None else "")
    value = FNV_OFFSET
    for byte in text.encode():
        value = ((value ^ byte) * FNV_PRIME) & 0xFFFFFFFF
    return "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(value))
