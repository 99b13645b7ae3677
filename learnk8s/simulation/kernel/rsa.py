"""RSA signatures (PKCS #1 v1.5 with SHA-256) with plain numbers, for tokens and certificates that look and check as real ones.

The key is the same in every sandbox and everybody may know it: it protects nothing. What a token is worth is decided by the object that it names.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256

P = int("e77e1f6627612b8af27008749340054102d45761212810b034da0e800ba2e36a88eb9c3202cfc79ec61a5755f9604657971589af636f6a1ff082a53288a863f5", 16)
Q = int("deb90f9ec45a0dbbeef96f264c65835f6cde45e5c94b3edc9517c8adc61a3a1e0a7d38c93632e8318bf23d5aa0fdbb6ced383f72cb25d015de9a515b7b572e6d", 16)
N, E = P * Q, 65537
D = pow(E, -1, (P - 1) * (Q - 1))
SIZE = (N.bit_length() + 7) // 8
_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def _padded(message: bytes) -> int:
    tail = _PREFIX + sha256(message).digest()
    return int.from_bytes(b"\x00\x01" + b"\xff" * (SIZE - len(tail) - 3) + b"\x00" + tail, "big")


def signature(message: bytes) -> bytes:
    """Return the signature of a message.

    >>> is_signed(b"x", signature(b"x")), is_signed(b"y", signature(b"x"))
    (True, False)
    """
    return pow(_padded(message), D, N).to_bytes(SIZE, "big")


def is_signed(message: bytes, signed: bytes) -> bool:
    """Say whether a signature is that of a message."""
    return len(signed) == SIZE and pow(int.from_bytes(signed, "big"), E, N) == _padded(message)


def plain64(data: bytes) -> str:
    """Return bytes in the alphabet of tokens, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


KEY_ID = plain64(sha256(N.to_bytes(SIZE, "big")).digest())


def public_key() -> dict[str, str]:
    """Return the public half as a JSON web key."""
    return {"use": "sig", "kty": "RSA", "kid": KEY_ID, "alg": "RS256", "n": plain64(N.to_bytes(SIZE, "big")), "e": plain64(E.to_bytes(3, "big"))}
