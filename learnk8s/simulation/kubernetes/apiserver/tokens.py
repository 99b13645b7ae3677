"""Tokens of service accounts: made on request, and looked at again. Models pkg/serviceaccount and pkg/registry/core/serviceaccount/storage/token.go (1.36)."""

import json
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

from learnk8s.simulation.kernel import rsa
from learnk8s.simulation.kernel.agenda import EPOCH
from learnk8s.simulation.kubernetes.apiserver import errors
from learnk8s.simulation.kubernetes.objects.document import Doc, dig
from learnk8s.simulation.kubernetes.store.store import Store

if TYPE_CHECKING:
    from learnk8s.simulation.kubernetes.apiserver.server import ApiServer

ISSUER = "https://kubernetes.default.svc.cluster.local"
OLD_ISSUER = "kubernetes/serviceaccount"
SECRET_TYPE, ACCOUNT, ACCOUNT_UID = "kubernetes.io/service-account-token", "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"
SHORTEST_S, USUAL_S, LONGEST_S = 600, 3_600, 2**32
BOUND = {"Pod": "pods", "Secret": "secrets", "Node": "nodes"}
DISCOVERY: Doc = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/openid/v1/jwks", "response_types_supported": ["id_token"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"]}


def _now_s(store: Store) -> int:
    return int(EPOCH.timestamp()) + store.clock.now_ms // 1000


def requested(server: "ApiServer", account: Doc, body: Any) -> Doc:
    """Return the TokenRequest with the token in its status. Raises ApiError."""
    spec = body.get("spec") if isinstance(body, dict) else None
    spec = spec if isinstance(spec, dict) else {}
    asked = spec.get("expirationSeconds")
    seconds = asked if isinstance(asked, int) and not isinstance(asked, bool) else USUAL_S
    if seconds < SHORTEST_S or seconds > LONGEST_S:
        why = "may not specify a duration less than 10 minutes" if seconds < SHORTEST_S else "may not specify a duration larger than 2^32 seconds"
        raise errors.invalid("TokenRequest", "authentication.k8s.io", "", [errors.bad_value("spec.expirationSeconds", seconds, why)])
    audiences = [str(word) for word in spec.get("audiences") or [ISSUER]]
    now = _now_s(server.store)
    claims = {"aud": audiences, "exp": now + seconds, "iat": now, "iss": ISSUER, "jti": server.store.dice.uid("token"), "nbf": now, "sub": subject(account),
              "kubernetes.io": {"namespace": account["metadata"]["namespace"], "serviceaccount": _reference(account), **_bound(server.store, account, spec.get("boundObjectRef"))}}
    status = {"token": signed(claims), "expirationTimestamp": server.store.clock.timestamp(server.store.clock.now_ms + seconds * 1000)}
    whole = {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": spec.get("boundObjectRef")}
    return {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": {"name": account["metadata"]["name"], "namespace": account["metadata"]["namespace"], "creationTimestamp": server.store.clock.timestamp()}, "spec": whole, "status": status}


def _reference(doc: Doc) -> Doc:
    return {"name": doc["metadata"]["name"], "uid": doc["metadata"]["uid"]}


def _bound(store: Store, account: Doc, reference: Any) -> Doc:
    if not isinstance(reference, dict):
        return {}
    kind, name = str(reference.get("kind", "")), str(reference.get("name", ""))
    resource = BOUND.get(kind)
    if resource is None:
        raise errors.bad_request(f"cannot bind token for serviceaccount {account['metadata']['name']} to object type {kind}, apiVersion {reference.get('apiVersion', '')}")
    found = store.get(resource, "" if kind == "Node" else account["metadata"]["namespace"], name)
    if found is None:
        raise errors.not_found(resource, name)
    uid = found["metadata"]["uid"]
    if reference.get("uid") not in (None, "", uid):
        raise errors.conflict(kind, name, f"the UID in the bound object reference ({reference['uid']}) does not match the UID in record. The object might have been deleted and then recreated")
    if kind == "Pod" and found["spec"].get("serviceAccountName") != account["metadata"]["name"]:
        raise errors.bad_request(f'cannot bind token for serviceaccount "{account["metadata"]["name"]}" to pod running with different serviceaccount name.')
    return {kind.lower(): _reference(found)}


def subject(account: Doc) -> str:
    """Return the name under which a service account acts."""
    return f"system:serviceaccount:{account['metadata']['namespace']}:{account['metadata']['name']}"


def signed(claims: Doc) -> str:
    """Return claims as a signed JSON web token."""
    head = rsa.plain64(json.dumps({"alg": "RS256", "kid": rsa.KEY_ID}, separators=(",", ":")).encode())
    body = rsa.plain64(json.dumps(claims, separators=(",", ":")).encode())
    return f"{head}.{body}.{rsa.plain64(rsa.signature(f'{head}.{body}'.encode()))}"


def of_secret(account: Doc, secret: Doc) -> str:
    """Return the token that a secret of this account holds: it never ends. Models pkg/serviceaccount/legacy.go: LegacyClaims."""
    prefix = "kubernetes.io/serviceaccount"
    return signed({"iss": OLD_ISSUER, f"{prefix}/namespace": account["metadata"]["namespace"], f"{prefix}/secret.name": secret["metadata"]["name"], f"{prefix}/service-account.name": account["metadata"]["name"],
                   f"{prefix}/service-account.uid": account["metadata"]["uid"], "sub": subject(account)})


def _of_old(store: Store, token: str, claims: Doc) -> Doc:
    """Return whose token a secret holds: as long as the secret and the account are there. Models pkg/serviceaccount/legacy.go: Validate."""
    namespace, name, account, uid = (str(claims.get(f"kubernetes.io/serviceaccount/{key}", "")) for key in ("namespace", "secret.name", "service-account.name", "service-account.uid"))
    secret, found = store.get("secrets", namespace, name), store.get("serviceaccounts", namespace, account)
    if secret is None or found is None or found["metadata"]["uid"] != uid or _bytes((secret.get("data") or {}).get("token", "")) != token.encode():
        return {"user": {}, "error": "[invalid bearer token, service account token has been invalidated]"}
    return {"authenticated": True, "user": {"username": subject(found), "uid": uid, "groups": _groups(namespace)}, "audiences": [ISSUER]}


def _groups(namespace: str) -> list[str]:
    return ["system:serviceaccounts", f"system:serviceaccounts:{namespace}", "system:authenticated"]


def claims_of(token: str) -> Doc | None:
    """Return the claims of a token that is signed with the cluster's key."""
    parts = token.split(".")
    try:
        if len(parts) != 3 or not rsa.is_signed(f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2])):
            return None
        claims = json.loads(_bytes(parts[1]))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def who_is(store: Store, token: str, audiences: list[str] | None = None) -> Doc:
    """Return the status of a TokenReview: who the token stands for, or why it stands for nobody."""
    claims = claims_of(token)
    if claims is None:
        return {"user": {}, "error": "[invalid bearer token, Token has been invalidated]" if token else "[invalid bearer token]"}
    if claims.get("iss") == OLD_ISSUER:
        return _of_old(store, token, claims)
    private = claims.get("kubernetes.io") or {}
    namespace, account = str(private.get("namespace", "")), private.get("serviceaccount") or {}
    found = store.get("serviceaccounts", namespace, str(account.get("name", "")))
    wanted = audiences or [ISSUER]
    shared = [word for word in claims.get("aud") or () if word in wanted]
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= _now_s(store):
        return {"user": {}, "error": "[invalid bearer token, service account token has expired]"}
    if not shared:
        return {"user": {}, "error": f"[invalid bearer token, token audiences {json.dumps(claims.get('aud'))} is invalid for the target audiences {json.dumps(wanted)}]"}
    if found is None or found["metadata"]["uid"] != account.get("uid"):
        return {"user": {}, "error": "[invalid bearer token, service account token has been invalidated]"}
    extra: dict[str, list[str]] = {"authentication.kubernetes.io/credential-id": [f"JTI={claims.get('jti', '')}"]}
    for kind, resource in BOUND.items():
        reference = private.get(kind.lower())
        if reference:
            bound = store.get(resource, "" if kind == "Node" else namespace, reference["name"])
            if bound is None or bound["metadata"]["uid"] != reference["uid"]:
                return {"user": {}, "error": "[invalid bearer token, service account token has been invalidated]"}
            if kind != "Secret":
                extra |= {f"authentication.kubernetes.io/{kind.lower()}-name": [reference["name"]], f"authentication.kubernetes.io/{kind.lower()}-uid": [reference["uid"]]}
    return {"authenticated": True, "user": {"username": subject(found), "uid": found["metadata"]["uid"], "groups": _groups(namespace), "extra": extra}, "audiences": shared}


def user_of(store: Store, token: str) -> tuple[str, tuple[str, ...]] | None:
    """Return name and groups of a bearer token's user, or None."""
    status = who_is(store, token)
    user = dig(status, "user", "username")
    return (user, tuple(status["user"]["groups"])) if user else None
