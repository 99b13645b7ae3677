"""What a path of the API means. Models apiserver/pkg/endpoints/request/requestinfo.go (1.36)."""

from dataclasses import dataclass

VERBS_OF_METHOD = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get", "HEAD": "get"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: `/apis/apps/v1/namespaces/default/deployments/web/scale`. What is not in the path is ""."""

    group: str
    version: str
    plural: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""
    rest: str = ""
    is_watch: bool = False

    @property
    def resource(self) -> str:
        """Return the storage key."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def place_of(path: str) -> Place | None:
    """Return what a path names, or None if it names no resource.

    >>> place_of("/api/v1/namespaces/default/pods/web/log").subresource
    'log'
    >>> place_of("/apis/apps/v1/deployments").resource
    'deployments.apps'
    >>> place_of("/version") is None
    True
    """
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) >= 3:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) >= 4:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return None
    is_watch = rest[0] == "watch" and len(rest) > 1
    rest = rest[1:] if is_watch else rest
    namespace = ""
    if rest[0] == "namespaces" and len(rest) >= 3 and not (not group and rest[2] in ("status", "finalize")):
        namespace, rest = rest[1], rest[2:]
    plural, name, subresource, *more = [*rest, "", ""][: max(len(rest), 3)]
    return Place(group, version, plural, namespace, name, subresource, "/".join(more), is_watch)


def verb_of(method: str, place: Place, *, watch: bool) -> str:
    """Return the API's verb for a method at a place."""
    verb = VERBS_OF_METHOD.get(method, "")
    if verb == "get" and not place.name:
        return "watch" if watch or place.is_watch else "list"
    if verb == "get" and (watch or place.is_watch) and not place.subresource:
        return "watch"
    return "deletecollection" if verb == "delete" and not place.name else verb
