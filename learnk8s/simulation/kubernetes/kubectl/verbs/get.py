"""`kubectl get`. Models kubectl/pkg/cmd/get/get.go (1.36)."""

import json
import re
from functools import cmp_to_key
from typing import Any
from urllib.parse import parse_qsl

from learnk8s.simulation.kernel.quantities import BadQuantity, amount
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kernel.gotemplate import BadTemplate
from learnk8s.simulation.kubernetes.apiserver.cells import age
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, from_server
from learnk8s.simulation.kubernetes.apiserver.wire.call import Call as HttpCall
from learnk8s.simulation.kubernetes.apiserver.wire.call import Reply
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.kubectl.client import Call, Target, manifests, targets
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.outputs import jsonpath
from learnk8s.simulation.kubernetes.kubectl.outputs.printing import print_objects, table_text
from learnk8s.simulation.kubernetes.kubectl.watched import begun
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

HEAD = ("You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of supported resources.\n\nerror: Required resource not specified.\n"
        "Use \"kubectl explain <resource>\" for a detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples")


def run(call: Call) -> Any:
    """Print objects; with `-w` go on as they change."""
    parsed = call.parsed
    if parsed.get("raw"):
        return _raw(call, parsed.get("raw"))
    wanted = targets(parsed.words, call.ports) if parsed.words else [Target(kind, doc["metadata"].get("name", "")) for kind, doc in manifests(call)]
    if not wanted:
        raise Usage(HEAD)
    if parsed.has("output-watch-events") and not parsed.has("watch") and not parsed.has("watch-only"):
        raise Usage("error: --output-watch-events option can only be used with --watch or --watch-only")
    everywhere = parsed.has("all-namespaces")
    if everywhere and any(target.name for target in wanted):
        raise Usage("error: a resource cannot be retrieved by name across all namespaces")
    if parsed.get("selector") and any(target.name for target in wanted):
        raise Usage("error: name cannot be provided when a selector is specified")
    if parsed.has("watch") or parsed.has("watch-only"):
        return _watched(call, wanted)
    groups = _collected(call, wanted, everywhere=everywhere)
    _print(call, groups, single=len(wanted) == 1 and bool(wanted[0].name), everywhere=everywhere)
    return None


def _raw(call: Call, path: str) -> None:
    """Print what the server answers to a plain GET."""
    place, _, query = path.partition("?")
    reply = answered(call.ports.api, HttpCall("GET", place, dict(parse_qsl(query, keep_blank_values=True)), user=call.who[0], groups=call.who[1]))
    if not isinstance(reply, Reply):
        raise Usage("error: a watch by --raw is not modelled in this sandbox; use kubectl get -w")
    if reply.code >= 400:
        raise ApiError(reply.code, (reply.doc or {}).get("reason", "NotFound"), (reply.doc or {}).get("message", "the server could not find the requested resource"))
    call.out.append(reply.text if reply.doc is None else json.dumps(reply.doc, ensure_ascii=False, separators=(",", ":")) + "\n")


def _collected(call: Call, wanted: list[Target], *, everywhere: bool) -> list[tuple[Kind, list[Doc]]]:
    """Return kinds with their objects in the order asked for; what is not found is complained about."""
    groups: dict[str, tuple[Kind, list[Doc]]] = {}
    selectors = {"labelSelector": call.parsed.get("selector"), "fieldSelector": call.parsed.get("field-selector")}
    for target in wanted:
        group = groups.setdefault(target.kind.resource, (target.kind, []))
        try:
            if target.name:
                group[1].append(_one(call, target))
            else:
                group[1].extend(call.list(target.kind, namespace="" if everywhere else None, **selectors))
        except ApiError as error:
            if error.code == 404 and call.parsed.has("ignore-not-found"):
                continue
            if error.code == 400 and not target.name and any(selectors.values()):
                call.complain(f'Error from server (BadRequest): Unable to find "{target.kind.group}/{target.kind.version}, Resource={target.kind.plural}" that match label selector "{selectors["labelSelector"]}", field selector "{selectors["fieldSelector"]}": {error.message}')
                continue
            call.complain(server_text(error))
    return list(groups.values())


def _one(call: Call, target: Target) -> Doc:
    part = call.parsed.get("subresource")
    if part and part not in target.kind.subresources:
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    return call.request("get", target.kind, target.name, subresource=part).doc


def server_text(error: ApiError) -> str:
    """Return an error of the server as kubectl prints it."""
    if error.reason == "Invalid":
        return error.message if error.message.startswith("The ") else "The " + error.message.replace(".apps", "", 1) if False else f"The {_kind_words(error)}"
    if error.reason == "NotFound" and error.message.startswith("the server doesn't have"):
        return f"error: {error.message}"
    return from_server(error)


def _kind_words(error: ApiError) -> str:
    details = error.details or {}
    kind, name = details.get("kind", ""), details.get("name", "")
    causes = details.get("causes", ())
    if not kind:
        whole = ", ".join(f"{cause.get('field', '')}: {cause['message']}" for cause in causes) or error.message
        return f"request is invalid: {whole}"
    head = f'{kind} "{name}" is invalid: '
    if len(causes) == 1:
        return f"{head}{causes[0].get('field', '')}: {causes[0]['message']}"
    return head + "\n" + "\n".join(f"* {cause.get('field', '')}: {cause['message']}" for cause in causes)


def _sorted(call: Call, docs: list[Doc]) -> list[Doc]:
    path = call.parsed.get("sort-by").strip("{}")
    if not path:
        return docs
    path = path if path.startswith((".", "[")) else f".{path}"
    try:
        keyed = [(found[0] if (found := jsonpath.values(path, doc, doc)) else None, doc) for doc in docs]
    except BadTemplate as bad:
        raise Usage(f"error: {bad}") from None
    if docs and all(key is None for key, _doc in keyed):
        if call.parsed.get("output") in ("", "wide"):
            return []
        raise Usage(f"error: {path[1:]} is not found")
    def order(one: tuple[Any, Doc], other: tuple[Any, Doc]) -> int:
        return compared(one[0], other[0])

    return [doc for key, doc in keyed if key is None] + [doc for _key, doc in sorted((pair for pair in keyed if pair[0] is not None), key=cmp_to_key(order))]


def compared(one: Any, other: Any) -> int:
    """Say which of two values stands first: quantities by what they amount to, other words with the numbers in them counted. Models pkg/cmd/get/sorter.go (1.36).

    >>> compared("99", "100"), compared("500m", "1"), compared("web-10", "web-9"), compared(3, 2)
    (-1, -1, 1, 1)
    """
    if isinstance(one, str) and isinstance(other, str):
        try:
            one, other = amount(one), amount(other)
        except BadQuantity:
            one, other = ([int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", word)] for word in (one, other))
    elif isinstance(one, str) or isinstance(other, str):
        return int(isinstance(one, str)) - int(isinstance(other, str))
    return (one > other) - (one < other)


def _print(call: Call, groups: list[tuple[Kind, list[Doc]]], *, single: bool, everywhere: bool) -> None:
    output = call.parsed.get("output")
    if output and output != "wide":
        docs = _sorted(call, [doc for _kind, found in groups for doc in found])
        if docs or (not single and call.status == 0):
            print_objects(call, docs, output, single=single)
        return
    full = [(kind, found) for kind, docs in groups if docs and (found := _sorted(call, docs))]
    if not full and call.status == 0:
        if call.parsed.has("ignore-not-found"):
            return
        where = "" if everywhere or not any(kind.namespaced for kind, _docs in groups) else f" in {call.namespace} namespace"
        call.err.append(f"No resources found{where}.\n" if where else "No resources found\n")
        return
    if call.parsed.get("subresource") == "scale":
        call.out.append(table([["NAME", "AGE"], *([doc["metadata"]["name"], age(call.ports.api.store, doc["metadata"]["creationTimestamp"])] for _kind, docs in full for doc in docs)]))
        return
    prefixed = len(full) > 1 or call.parsed.has("show-kind") or _several_types(call.parsed.words)
    texts = [table_text(call, kind, docs, wide=output == "wide", prefixed=prefixed, with_namespace=everywhere and kind.namespaced) for kind, docs in full]
    call.out.append("\n".join(texts))


def _several_types(words: list[str]) -> bool:
    """Say whether the words name more than one type. Models resource.MultipleTypesRequested."""
    if not words:
        return False
    if any("/" in word for word in words):
        return len({word.partition("/")[0] for word in words}) > 1
    return words[0] == "all" or "," in words[0]


def _watched(call: Call, wanted: list[Target]) -> Any:
    if len(wanted) != 1:
        raise Usage("error: you may only specify a single resource type")
    target, parsed = wanted[0], call.parsed
    everywhere = parsed.has("all-namespaces") or not target.kind.namespaced
    selectors = {"labelSelector": parsed.get("selector"), "fieldSelector": parsed.get("field-selector")}
    docs = [call.get(target.kind, target.name)] if target.name else call.list(target.kind, namespace="" if everywhere else None, **selectors)
    return begun(call, target.kind, [] if parsed.has("watch-only") else docs, namespace="" if everywhere else call.namespace, name=target.name)
