"""Reading signing requests, and signing them. Models pkg/apis/certificates/helpers.go and pkg/controller/certificates/{signer,approver} (1.36)."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from learnk8s.simulation.kernel import rsa
from learnk8s.simulation.kernel.agenda import EPOCH
from learnk8s.simulation.kubernetes.apiserver.certificates import der
from learnk8s.simulation.kubernetes.objects.document import Doc

CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY = "kubernetes.io/kube-apiserver-client", "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving", "kubernetes.io/legacy-unknown"
SIGNERS = (CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY)
YEAR_S = 365 * 24 * 3600
COMMON_NAME, ORGANISATION = bytes.fromhex("550403"), bytes.fromhex("55040a")
USAGES = {"signing": 0, "digital signature": 0, "content commitment": 1, "key encipherment": 2, "data encipherment": 3, "key agreement": 4, "cert sign": 5, "crl sign": 6, "encipher only": 7, "decipher only": 8}
EXTENDED = {"any": "2.5.29.37.0", "server auth": "1.3.6.1.5.5.7.3.1", "client auth": "1.3.6.1.5.5.7.3.2", "code signing": "1.3.6.1.5.5.7.3.3", "email protection": "1.3.6.1.5.5.7.3.4", "s/mime": "1.3.6.1.5.5.7.3.4", "ipsec end system": "1.3.6.1.5.5.7.3.5",
            "ipsec tunnel": "1.3.6.1.5.5.7.3.6", "ipsec user": "1.3.6.1.5.5.7.3.7", "timestamping": "1.3.6.1.5.5.7.3.8", "ocsp signing": "1.3.6.1.5.5.7.3.9", "microsoft sgc": "1.3.6.1.4.1.311.10.3.3", "netscape sgc": "2.16.840.1.113730.4.1"}


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """What a PKCS #10 request asks for."""

    common_name: str
    organisations: tuple[str, ...]
    subject: bytes
    public_key: bytes


def read(request: Any) -> SigningRequest:
    """Return what the base64 of `spec.request` holds. Raises BadDer."""
    try:
        text = b64decode(str(request or ""), validate=True).decode("ascii", "replace")
        whole = next(der.values(der.from_pem(text, "CERTIFICATE REQUEST")), None)
        if whole is None:
            raise der.BadDer("asn1: syntax error: data truncated")
        info = whole.parts()[0].parts()
        subject, key = info[1], info[2]
        names = [attribute.parts() for part in subject.parts() for attribute in part.parts()]
        words = [(kind.content, value.content.decode("utf-8", "replace")) for kind, value in names]
    except der.BadDer:
        raise
    except (ValueError, IndexError):
        raise der.BadDer("asn1: structure error: the request cannot be read") from None
    return SigningRequest(next((word for kind, word in words if kind == COMMON_NAME), ""), tuple(word for kind, word in words if kind == ORGANISATION), subject.raw, key.raw)


def name(common_name: str) -> bytes:
    """Return a distinguished name with nothing but a common name."""
    return der.made(der.SEQUENCE, der.made(der.SET, der.made(der.SEQUENCE, der.identifier("2.5.4.3"), der.made(der.UTF8, common_name.encode()))))


ALGORITHM = der.made(der.SEQUENCE, der.identifier("1.2.840.113549.1.1.11"), der.made(der.NULL))
ISSUER = name("kubernetes")
OWN_KEY = der.made(der.SEQUENCE, der.made(der.SEQUENCE, der.identifier("1.2.840.113549.1.1.1"), der.made(der.NULL)),
                   der.made(der.BITS, b"\x00", der.made(der.SEQUENCE, der.integer(rsa.N), der.integer(rsa.E))))


def _moment(at_ms: int) -> bytes:
    return der.made(der.UTC_TIME, (EPOCH + timedelta(milliseconds=at_ms)).strftime("%y%m%d%H%M%SZ").encode())


def extension(number: str, content: bytes, *, critical: bool) -> bytes:
    """Return one extension of a certificate."""
    return der.made(der.SEQUENCE, der.identifier(number), der.made(der.BOOLEAN, b"\xff") if critical else b"", der.made(der.OCTETS, content))


def _extensions(usages: list[str], more: tuple[bytes, ...], *, is_ca: bool) -> bytes:
    bits = 0
    for usage in usages:
        if usage in USAGES:
            bits |= 1 << (15 - USAGES[usage])
    high = bits >> 8
    unused = (high & -high).bit_length() - 1
    found = [extension("2.5.29.15", der.made(der.BITS, bytes([unused, high])), critical=True)] if high else []
    extended = [der.identifier(EXTENDED[usage]) for usage in usages if usage in EXTENDED]
    if extended:
        found.append(extension("2.5.29.37", der.made(der.SEQUENCE, *extended), critical=False))
    found.append(extension("2.5.29.19", der.made(der.SEQUENCE, der.made(der.BOOLEAN, b"\xff") if is_ca else b""), critical=True))
    return der.made(0xA3, der.made(der.SEQUENCE, *found, *more))


def certificate(subject: bytes, public_key: bytes, usages: list[str], *, from_ms: int, to_ms: int, serial: int, is_ca: bool = False, issuer: bytes = ISSUER, more: tuple[bytes, ...] = ()) -> str:
    """Return a certificate as PEM, signed by the cluster's authority or by another with its key; `more` are further extensions."""
    body = der.made(der.SEQUENCE, der.made(0xA0, der.integer(2)), der.integer(serial), ALGORITHM, issuer, der.made(der.SEQUENCE, _moment(from_ms), _moment(to_ms)), subject, public_key, _extensions(usages, more, is_ca=is_ca))
    return der.pem("CERTIFICATE", der.made(der.SEQUENCE, body, ALGORITHM, der.made(der.BITS, b"\x00", rsa.signature(body))))


def holder(text: str, now_ms: int) -> tuple[str, tuple[str, ...]] | None:
    """Return the user and the groups that a client certificate stands for, or None if the cluster's authority did not sign it or its time is over. Models x509.CommonNameUserConversion of apiserver/pkg/authentication."""
    try:
        body, _algorithm, signed = next(der.values(der.from_pem(text, "CERTIFICATE"))).parts()
        parts = body.parts()
        until = parts[4].parts()[1].content
        names = [attribute.parts() for part in parts[5].parts() for attribute in part.parts()]
        words = [(kind.content, value.content.decode("utf-8", "replace")) for kind, value in names]
    except (der.BadDer, ValueError, IndexError, StopIteration):
        return None
    if parts[3].raw != ISSUER or not rsa.is_signed(body.raw, signed.content[1:]) or until <= (EPOCH + timedelta(milliseconds=now_ms)).strftime("%y%m%d%H%M%SZ").encode():
        return None
    return next((word for kind, word in words if kind == COMMON_NAME), ""), tuple(word for kind, word in words if kind == ORGANISATION)


def issued(doc: Doc, now_ms: int) -> str:
    """Return the certificate for an approved request, in base64 of PEM. Raises BadDer."""
    wanted, spec = read(doc["spec"].get("request")), doc["spec"]
    seconds = min(int(spec.get("expirationSeconds") or YEAR_S), YEAR_S)
    serial = int.from_bytes(sha256(doc["metadata"]["uid"].encode()).digest()[:15], "big")
    found = certificate(wanted.subject, wanted.public_key, list(spec.get("usages") or ()), from_ms=now_ms - 300_000, to_ms=now_ms + seconds * 1000, serial=serial)
    return b64encode(found.encode()).decode()


def refusal(doc: Doc) -> str:
    """Return why a signer would not sign a request, or "". Models csrHandlers of the signers."""
    signer, usages = doc["spec"].get("signerName"), set(doc["spec"].get("usages") or ())
    try:
        wanted = read(doc["spec"].get("request"))
    except der.BadDer as error:
        return str(error)
    if signer == CLIENT:
        return "" if usages <= {"digital signature", "key encipherment", "client auth"} and "client auth" in usages else 'usages did not match ["client auth" "digital signature" "key encipherment"]' if "client auth" in usages else "usages did not include client auth"
    if signer in (KUBELET_CLIENT, KUBELET_SERVING):
        if wanted.organisations != ("system:nodes",):
            return 'subject organization is not system:nodes'
        if not wanted.common_name.startswith("system:node:"):
            return "subject common name does not begin with system:node:"
        needed = "client auth" if signer == KUBELET_CLIENT else "server auth"
        if needed not in usages or not usages <= {"digital signature", "key encipherment", needed}:
            return f"usages did not match [{needed} digital signature key encipherment]"
    return ""


def root_certificate() -> str:
    """Return the certificate of the cluster's authority."""
    return certificate(ISSUER, OWN_KEY, ["digital signature", "key encipherment", "cert sign"], from_ms=0, to_ms=10 * YEAR_S * 1000, serial=0, is_ca=True)
