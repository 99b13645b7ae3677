"""`kubectl explain`: the fields of a kind, from the OpenAPI document of its group, written as kubectl's plaintext template does.

Models kubectl/pkg/explain/v2 with templates/plaintext.tmpl (1.36). The descriptions are our own (`objects/descriptions.txt`).
"""

from textwrap import wrap
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.wire.call import Call as HttpCall
from learnk8s.simulation.kubernetes.apiserver.wire.call import Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.kubectl.client import Call
from learnk8s.simulation.kubernetes.kubectl.flags import Bare, Usage
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

LINES_MAX = 6_000
VALUES_MAX = 4


def explain(call: Call) -> None:
    """Write what a kind or one of its fields holds. Raises Usage."""
    if not call.parsed.words:
        raise Usage("error: You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list of supported resources.")
    if len(call.parsed.words) > 1:
        raise Usage("error: We accept only this format: explain RESOURCE")
    word, *path = call.parsed.words[0].rstrip(".").split(".")
    kind = call.ports.lookup(word)
    if call.parsed.get("output") == "plaintext-openapiv2":
        raise Usage(f'error: couldn\'t find resource for "{kind.group if kind else ""}/{kind.version if kind else ""}, Kind={kind.kind if kind else word}"')
    if kind is None:
        raise Bare(f"the server doesn't have a resource type \"{word}\"")
    wanted = call.parsed.get("api-version")
    version = wanted.rpartition("/")[2] or kind.version
    book = _Book(call, wanted or kind.api_version)
    schema = book.root(kind, version)
    if schema is None:
        raise Usage(f"error: couldn't find resource for \"{wanted.rpartition('/')[0]}/{version}, Resource={kind.plural}\"")
    call.out.append((f"GROUP:      {kind.group}\n" if kind.group else "") + f"KIND:       {kind.kind}\nVERSION:    {version}\n\n")
    for place, part in enumerate(path):
        inner = book.resolved(schema).get("properties", {}).get(part)
        if inner is None:
            raise Usage(f'error: field "{part}" does not exist')
        schema = inner
        if place == len(path) - 1:
            call.out.append(f"FIELD: {part} <{book.type_of(schema)}>\n" + (_enum(book.resolved(schema)) or "\n") + "\n")
    _written(call, book, schema)


def _enum(schema: Doc) -> str:
    return "ENUM:\n" + "".join(f"    {_value(value)}\n" for value in schema["enum"]) if schema.get("enum") else ""


def _value(value: Any) -> str:
    return '""' if value == "" else str(value)


def _values(values: list[Any]) -> str:
    """Return the first values of a set in a line."""
    return ", ".join([*map(_value, values[:VALUES_MAX]), *(["...."] if len(values) > VALUES_MAX else [])])


def _written(call: Call, book: "_Book", schema: Doc) -> None:
    resolved = book.resolved(schema)
    said = [text for text in (schema.get("description"), resolved.get("description") if resolved is not schema else None) if text]
    call.out.append("DESCRIPTION:\n" + ("".join(_paragraph(text, 76, 4) for text in said) + "    \n" if said else "    <empty>\n"))
    if not resolved.get("properties"):
        call.out.append("\n")
        return
    call.out.append("FIELDS:\n")
    _fields(call, book, resolved, 1, (str(resolved.get("title", id(resolved))),), recursive=call.parsed.has("recursive"))
    call.out.append("\n")


def _fields(call: Call, book: "_Book", schema: Doc, level: int, above: tuple[str, ...], *, recursive: bool) -> None:
    """Write a row for each field; with `recursive` the fields in them instead of what is said of them."""
    pad = "  " * level
    for name, field in sorted(schema["properties"].items()):
        if len(call.out) > LINES_MAX:
            return
        inner = book.resolved(field)
        call.out.append(f"{pad}{name}\t<{book.type_of(field)}>{' -required-' if name in schema.get('required', ()) else ''}\n" + (f"{pad}enum: {_values(inner['enum'])}\n" if inner.get("enum") else ""))
        if not recursive:
            call.out.append(_paragraph(field.get("description") or inner.get("description") or "<no description>", 78 - 2 * level, 2 * level + 2) + "\n")
        elif inner.get("properties") and book.reference(field) not in above:
            _fields(call, book, inner, level + 1, (*above, book.reference(field)), recursive=True)


def _paragraph(text: str, width: int, indent: int) -> str:
    """Return a text in lines of a width, moved in."""
    return "".join(f"{' ' * indent}{line}\n" for part in text.split("\n") for line in wrap(part, width, break_long_words=False, break_on_hyphens=False) or [""])


class _Book:
    """The OpenAPI document of one group and version."""

    def __init__(self, call: Call, api_version: str) -> None:
        reply = answered(call.ports.api, HttpCall("GET", f"/openapi/v3/{'apis/' if '/' in api_version else 'api/'}{api_version}", {}, user=call.who[0], groups=call.who[1]))
        found = reply.doc if isinstance(reply, Reply) and reply.code < 400 else None
        self._schemas: dict[str, Any] = (found or {}).get("components", {}).get("schemas", {})

    def root(self, kind: Kind, version: str) -> Doc | None:
        """Return the schema of a kind, or None."""
        wanted = {"group": kind.group, "kind": kind.kind, "version": version}
        return next((schema for schema in self._schemas.values() if wanted in schema.get("x-kubernetes-group-version-kind", ())), None)

    def reference(self, schema: Doc) -> str:
        """Return the name of the schema that another leads to, or ""."""
        for part in ("items", "additionalProperties"):
            if isinstance(schema.get(part), dict):
                return self.reference(schema[part])
        if len(schema.get("allOf") or ()) == 1:
            return self.reference(schema["allOf"][0])
        return str(schema.get("$ref", "")).rpartition("/")[2]

    def resolved(self, schema: Doc) -> Doc:
        """Return the schema that tells the fields: of the entries of a list or a map, of what a reference names."""
        for part in ("items", "additionalProperties"):
            if isinstance(schema.get(part), dict) and not schema.get("properties"):
                return self.resolved(schema[part])
        if len(schema.get("allOf") or ()) == 1 and not schema.get("properties"):
            return self.resolved(schema["allOf"][0])
        name = str(schema.get("$ref", "")).rpartition("/")[2]
        return self.resolved(self._schemas[name]) if name in self._schemas else schema

    def type_of(self, schema: Doc) -> str:
        """Return a type as the template guesses it: `[]Container`, `map[string]string`, `Object`."""
        if isinstance(schema.get("items"), dict):
            return f"[]{self.type_of(schema['items'])}"
        if isinstance(schema.get("additionalProperties"), dict) and not schema.get("properties"):
            return f"map[string]{self.type_of(schema['additionalProperties'])}"
        if len(schema.get("allOf") or ()) == 1 and not schema.get("properties"):
            return self.type_of(schema["allOf"][0])
        if "$ref" in schema:
            plain = self.resolved(schema).get("type", "object")
            return str(schema["$ref"]).rpartition(".")[2] if plain == "object" else str(plain)
        return "Object" if schema.get("properties") or schema.get("type", "object") == "object" else str(schema["type"])
