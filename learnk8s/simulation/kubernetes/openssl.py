"""openssl, as far as tutorials on certificates use it: genrsa, req, x509, rand, base64, version. Models openssl 3.5.

Differs: every key is the one that the whole sandbox has (`kernel/rsa.py`), so making one takes no time and hides nothing; no question is asked, a subject must be given.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NoReturn

from learnk8s.simulation.kernel import rsa
from learnk8s.simulation.kernel.shell.program import Invocation, Outcome
from learnk8s.simulation.kubernetes.apiserver.certificates import der, signing

NAMES = {"CN": "2.5.4.3", "O": "2.5.4.10", "OU": "2.5.4.11", "C": "2.5.4.6", "ST": "2.5.4.8", "L": "2.5.4.7", "emailAddress": "1.2.840.113549.1.9.1"}
BY_NUMBER = {der.identifier(number): word for word, number in NAMES.items()}
DAY_MS = 86_400_000
SWITCHES = frozenset(("new", "x509", "nodes", "noenc", "noout", "text", "req", "CAcreateserial", "subject", "issuer", "dates", "enddate", "startdate", "serial", "fingerprint", "hex", "base64", "d", "e", "a", "A", "verify", "sha256", "batch", "pubkey", "modulus", "traditional"))
ALT_NAMES = "2.5.29.17"
USAGE = "openssl: this sandbox knows genrsa, genpkey, rsa, req, x509, rand, base64 and version\n"


class _Refused(Exception):
    """openssl ends with a complaint."""


@dataclass(frozen=True, slots=True)
class _Certificate:
    """The parts of a certificate that are shown."""

    serial: int
    issuer: bytes
    since: str
    until: str
    subject: bytes
    key: bytes
    alt_names: tuple[str, ...]


def openssl(call: Invocation) -> Outcome:
    """Run one command."""
    verbs = {"genrsa": _key, "genpkey": _key, "rsa": _key, "req": _request, "x509": _x509, "rand": _random, "base64": _base64, "enc": _base64}
    if call.argv[1:2] == ["version"]:
        return Outcome("OpenSSL 3.5.1 1 Jul 2025 (Library: OpenSSL 3.5.1 1 Jul 2025)\n")
    if len(call.argv) < 2 or call.argv[1] not in verbs:
        return Outcome("", USAGE, 1)
    try:
        return verbs[call.argv[1]](call, _options(call.argv[2:]))
    except _Refused as refused:
        return Outcome("", f"{refused}\n", 1)
    except der.BadDer as bad:
        return Outcome("", f"Unable to load the file: {bad}\n", 1)


def _options(words: list[str]) -> dict[str, str]:
    """Return options by name; a word without a dash stands under ""."""
    found: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name = word.lstrip("-")
        if not word.startswith("-"):
            found[""] = word
        elif name in SWITCHES or name in ("aes256", "des3") or not rest:
            found[name] = ""
        else:
            value = rest.pop(0)
            found[name] = f"{found[name]}\n{value}" if name == "addext" and name in found else value
    return found


def _read(call: Invocation, options: dict[str, str], name: str, what: str) -> str:
    path = options.get(name, "")
    text = call.files.read(path) if path else call.stdin
    if text is None:
        raise _Refused(f"Could not open file or uri for loading {what} from {path}: No such file or directory")
    return text


def _written(call: Invocation, options: dict[str, str], text: str, said: str = "") -> Outcome:
    if not options.get("out"):
        return Outcome(text, said)
    call.files.write(options["out"], text)
    return Outcome("", said)


def _private_key() -> str:
    inner = der.made(der.SEQUENCE, *map(der.integer, (0, rsa.N, rsa.E, rsa.D, rsa.P, rsa.Q, rsa.D % (rsa.P - 1), rsa.D % (rsa.Q - 1), pow(rsa.Q, -1, rsa.P))))
    algorithm = der.made(der.SEQUENCE, der.identifier("1.2.840.113549.1.1.1"), der.made(der.NULL))
    return der.pem("PRIVATE KEY", der.made(der.SEQUENCE, der.integer(0), algorithm, der.made(der.OCTETS, inner)))


def _key(call: Invocation, options: dict[str, str]) -> Outcome:
    """`genrsa` and `genpkey` make the key; `rsa` writes one again."""
    if options.get("in"):
        der.from_pem(_read(call, options, "in", "private key"), "PRIVATE KEY")
    return _written(call, options, _private_key(), "writing RSA key\n" if call.argv[1] == "rsa" else "")


# Names


def _name(subject: str) -> bytes:
    """Return a distinguished name: `/CN=jane/O=devs`. Raises _Refused."""
    if not subject.startswith("/"):
        raise _Refused(f"req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '{subject}'")
    parts = []
    for word in re.split(r"(?<!\\)/", subject[1:]):
        key, equals, value = word.partition("=")
        if word and (not equals or key not in NAMES):
            raise _Refused(f"req: Skipping unknown subject name attribute \"{key}\"")
        if word:
            parts.append(der.made(der.SET, der.made(der.SEQUENCE, der.identifier(NAMES[key]), der.made(der.PRINTABLE if key == "C" else der.UTF8, value.replace("\\/", "/").encode()))))
    return der.made(der.SEQUENCE, *parts)


def _shown(name: bytes) -> str:
    """Return a distinguished name as openssl shows it: `CN=jane, O=devs`."""
    attributes = [attribute.parts() for part in next(der.values(name)).parts() for attribute in part.parts()]
    return ", ".join(f"{BY_NUMBER.get(kind.raw, 'UNDEF')}={value.content.decode('utf-8', 'replace')}" for kind, value in attributes)


def _alt_names(options: dict[str, str]) -> tuple[bytes, ...]:
    """Return the extension of other names: `-addext subjectAltName=DNS:a,IP:1.2.3.4`."""
    found = []
    for line in options.get("addext", "").split("\n"):
        if line.startswith("subjectAltName"):
            for entry in line.partition("=")[2].split(","):
                kind, _, value = entry.strip().partition(":")
                found.append(der.made(0x87, bytes(int(part) for part in value.split("."))) if kind == "IP" and re.fullmatch(r"\d{1,3}(\.\d{1,3}){3}", value) else der.made(0x82, value.encode()))
    return (signing.extension(ALT_NAMES, der.made(der.SEQUENCE, *found), critical=False),) if found else ()


# Requests and certificates


def _request(call: Invocation, options: dict[str, str]) -> Outcome:
    """`req`: a signing request, with `-x509` a certificate that signs itself; or what a request holds."""
    if options.get("in") and "x509" not in options:
        found = signing.read(b64encode(_read(call, options, "in", "certificate request").encode()).decode())
        text = f"Certificate Request:\n    Data:\n        Version: 1 (0x0)\n        Subject: {_shown(found.subject)}\n" if "text" in options else ""
        return Outcome(text + (f"subject={_shown(found.subject)}\n" if "subject" in options else ""), "Certificate request self-signature verify OK\n" if "verify" in options else "")
    said = ""
    if "newkey" in options:
        call.files.write(options.get("keyout") or "privkey.pem", _private_key())
        said = "-----\n"
    else:
        der.from_pem(_read(call, options, "key", "private key"), "PRIVATE KEY")
    if "subj" not in options:
        raise _Refused("learnk8s: nobody asks for the parts of the name here; give it as -subj /CN=NAME")
    subject = _name(options["subj"])
    if "x509" in options:
        days = int(options["days"]) if options.get("days", "").isdigit() else 30
        return _written(call, options, signing.certificate(subject, signing.OWN_KEY, [], from_ms=call.now_ms, to_ms=call.now_ms + days * DAY_MS, serial=_serial(options["subj"], call.now_ms), is_ca=True, issuer=subject, more=_alt_names(options)), said)
    info = der.made(der.SEQUENCE, der.integer(0), subject, signing.OWN_KEY, der.made(0xA0))
    return _written(call, options, der.pem("CERTIFICATE REQUEST", der.made(der.SEQUENCE, info, signing.ALGORITHM, der.made(der.BITS, b"\x00", rsa.signature(info)))), said)


def _serial(word: str, now_ms: int) -> int:
    return int.from_bytes(sha256(f"{word} {now_ms}".encode()).digest()[:15], "big")


def _x509(call: Invocation, options: dict[str, str]) -> Outcome:
    """`x509`: sign a request, or show a certificate."""
    if "req" in options:
        wanted = signing.read(b64encode(_read(call, options, "in", "certificate request").encode()).decode())
        own = _certificate(_read(call, options, "CA", "CA certificate")) if "CA" in options else None
        if own is not None:
            der.from_pem(_read(call, options, "CAkey", "CA private key"), "PRIVATE KEY")
        days = int(options["days"]) if options.get("days", "").isdigit() else 30
        made = signing.certificate(wanted.subject, wanted.public_key, [], from_ms=call.now_ms, to_ms=call.now_ms + days * DAY_MS, serial=_serial(str(wanted.subject), call.now_ms), issuer=own.subject if own is not None else wanted.subject)
        return _written(call, options, made, f"Certificate request self-signature ok\nsubject={_shown(wanted.subject)}\n")
    text = _read(call, options, "in", "certificate")
    found = _certificate(text)
    shown = "".join(_told(found, word) for word in options)
    return _written(call, options, shown + ("" if "noout" in options else text[text.find("-----BEGIN") :]))


def _certificate(text: str) -> _Certificate:
    """Return what a certificate says. Raises BadDer, _Refused."""
    parts = next(der.values(der.from_pem(text, "CERTIFICATE"))).parts()[0].parts()
    if len(parts) < 7:
        _unreadable()
    times = [moment.content.decode("ascii", "replace") for moment in parts[4].parts()]
    names = [value for extension in _extensions(parts) if extension[0].raw == der.identifier(ALT_NAMES) for value in next(der.values(extension[-1].content)).parts()]
    return _Certificate(int.from_bytes(parts[1].content, "big"), parts[3].raw, _moment(times[0]), _moment(times[1]), parts[5].raw, parts[6].raw,
                        tuple("IP Address:" + ".".join(map(str, value.content)) if value.tag == 0x87 else f"DNS:{value.content.decode('utf-8', 'replace')}" for value in names))


def _extensions(parts: list[der.Value]) -> Iterator[list[der.Value]]:
    for part in parts[7:]:
        if part.tag == 0xA3:
            yield from (extension.parts() for extension in part.parts()[0].parts())


def _unreadable() -> NoReturn:
    raise _Refused("Could not find certificate")


def _moment(text: str) -> str:
    moment = datetime.strptime(text, "%y%m%d%H%M%SZ")
    return f"{moment:%b} {moment.day:2} {moment:%H:%M:%S %Y} GMT"


def _told(found: _Certificate, word: str) -> str:
    match word:
        case "subject" | "issuer":
            return f"{word}={_shown(found.subject if word == 'subject' else found.issuer)}\n"
        case "dates":
            return f"notBefore={found.since}\nnotAfter={found.until}\n"
        case "startdate":
            return f"notBefore={found.since}\n"
        case "enddate":
            return f"notAfter={found.until}\n"
        case "serial":
            return f"serial={found.serial:X}\n"
        case "text":
            names = f"            X509v3 Subject Alternative Name: \n                {', '.join(found.alt_names)}\n" if found.alt_names else ""
            return (f"Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number: {found.serial} ({found.serial:#x})\n        Signature Algorithm: sha256WithRSAEncryption\n        Issuer: {_shown(found.issuer)}\n        Validity\n            Not Before: {found.since}\n"
                    f"            Not After : {found.until}\n        Subject: {_shown(found.subject)}\n        Subject Public Key Info:\n            Public Key Algorithm: rsaEncryption\n                Public-Key: ({rsa.N.bit_length()} bit)\n{names}")
    return ""


# Small ones


def _random(call: Invocation, options: dict[str, str]) -> Outcome:
    """`rand`: bytes that are the same whenever the same is asked at the same moment."""
    count = min(int(options.get("", "32")) if options.get("", "32").isdigit() else 32, 4096)
    data = b"".join(sha256(f"{call.now_ms} {part}".encode()).digest() for part in range(count // 32 + 1))[:count]
    return _written(call, options, (data.hex() if "hex" in options else b64encode(data).decode()) + "\n")


def _base64(call: Invocation, options: dict[str, str]) -> Outcome:
    """`base64` and `enc -base64`: 64 letters a line, or one line with -A."""
    text = _read(call, options, "in", "input")
    if "d" in options:
        try:
            return _written(call, options, b64decode("".join(text.split())).decode(errors="replace"))
        except ValueError:
            raise _Refused("error reading input file") from None
    encoded = b64encode(text.encode()).decode()
    return _written(call, options, encoded if "A" in options else "".join(encoded[place : place + 64] + "\n" for place in range(0, len(encoded), 64)))
