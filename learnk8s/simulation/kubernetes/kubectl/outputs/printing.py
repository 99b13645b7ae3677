"""`kubectl get` and all verbs with `-o`: choose the form and print objects in it."""

import json
import re
from typing import Any

from learnk8s.simulation.kernel import gotemplate, yaml
from learnk8s.simulation.kernel.tables import table
from learnk8s.simulation.kubernetes.apiserver.managed import managers
from learnk8s.simulation.kubernetes.apiserver.patches import go_text
from learnk8s.simulation.kubernetes.kubectl.client import Call, named
from learnk8s.simulation.kubernetes.kubectl.flags import Usage
from learnk8s.simulation.kubernetes.kubectl.outputs import jsonpath
from learnk8s.simulation.kubernetes.kubectl.outputs.struct_order import in_struct_order
from learnk8s.simulation.kubernetes.objects.document import Doc
from learnk8s.simulation.kubernetes.objects.kinds import Kind

FORMATS = ("custom-columns", "custom-columns-file", "go-template", "go-template-file", "json", "jsonpath", "jsonpath-as-json", "jsonpath-file", "kyaml", "name", "template", "templatefile", "wide", "yaml")
OF_GET = ("custom-columns", "custom-columns-file", "wide")
"""The forms that only `get` has. Models kubectl/pkg/cmd/get/get_flags.go (1.36)."""


def without_managers(doc: Doc) -> Doc:
    """Return a document as `get -o yaml` shows it: without managed fields."""
    metadata = {key: value for key, value in doc.get("metadata", {}).items() if key != "managedFields"}
    return {**doc, "metadata": metadata}


def print_objects(call: Call, docs: list[Doc], output: str, *, single: bool) -> None:
    """Print objects in a form other than a table. Raises Usage."""
    whole: Doc = docs[0] if single and len(docs) == 1 else {"apiVersion": "v1", "items": docs, "kind": "List", "metadata": {"resourceVersion": ""}}
    form, _, detail = output.partition("=")
    if form not in ("json", "yaml", "kyaml", "name") or call.parsed.has("show-managed-fields"):
        docs = [_as_served(call, doc) for doc in docs]
        whole = docs[0] if single and len(docs) == 1 else {**whole, "items": docs}
    if form in OF_GET and form != "wide" and call.command == "get":
        call.out.append(table(custom_columns(call, docs, output)))
    elif form == "name":
        for doc in docs:
            kind = call.ports.by_kind(doc["apiVersion"], doc["kind"])
            call.say(named(kind, doc["metadata"]["name"]) if kind else doc["metadata"]["name"])
    else:
        print_whole(call, whole, output, is_typed=call.parsed.get("dry-run") == "client")


def _as_served(call: Call, doc: Doc) -> Doc:
    """Return an object with the entries of the cluster's own components among its managers, if the server has stored it."""
    kind = call.ports.by_kind(doc["apiVersion"], doc["kind"]) if doc["metadata"].get("uid") else None
    return doc if kind is None else managers.seen(kind, doc)


def print_whole(call: Call, whole: Doc, output: str, *, is_typed: bool) -> None:
    """Print one document; `is_typed` if kubectl holds it as a Go struct, whose fields have an order. Raises Usage."""
    form, _, detail = output.partition("=")
    if form in ("go-template", "template") and not detail:
        detail = call.parsed.get("template")
    shown = whole if call.parsed.has("show-managed-fields") else {**without_managers(whole), **({"items": [without_managers(doc) for doc in whole["items"]]} if isinstance(whole.get("items"), list) else {})}
    match form:
        case "json":
            call.out.append(json.dumps(in_struct_order(shown) if is_typed else shown, indent=4, sort_keys=not is_typed, ensure_ascii=False) + "\n")
        case "yaml":
            call.out.append(yaml.written(shown, folds=True))
        case "kyaml":
            call.out.append(f"---\n{kyaml(shown)}\n")
        case "jsonpath" | "jsonpath-as-json" | "jsonpath-file":
            _jsonpath(call, whole, form, detail)
        case "go-template" | "go-template-file" | "template" | "templatefile":
            _gotemplate(call, in_struct_order(whole) if is_typed else whole, form, detail, is_sorted=not is_typed)
        case _:
            raise unknown_form(call, output)


def unknown_form(call: Call, output: str) -> Usage:
    """Return the refusal of a form that the command has not."""
    return Usage(f'error: unable to match a printer suitable for the output format "{output}", allowed formats are: {",".join(form for form in FORMATS if call.command == "get" or form not in OF_GET)}')


def kyaml(value: Any, depth: int = 0) -> str:
    """Return a value as KYAML: YAML in braces, strings in quotes, a comma after every entry."""
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, dict) and value:
        return "{\n" + "".join(f"{inner}{key if re.fullmatch(r'[A-Za-z_][A-Za-z0-9_.-]*', key) and key.lower() not in YAML_WORDS else json.dumps(key)}: {kyaml(item, depth + 1)},\n" for key, item in sorted(value.items())) + f"{outer}}}"
    if isinstance(value, list) and value:
        if all(isinstance(item, dict) for item in value):
            return "[" + ", ".join(kyaml(item, depth) for item in value) + "]"
        return "[\n" + "".join(f"{inner}{kyaml(item, depth + 1)},\n" for item in value) + f"{outer}]"
    return json.dumps(value, ensure_ascii=False)


YAML_WORDS = ("y", "n", "yes", "no", "true", "false", "on", "off", "null")


def template_file(call: Call, name: str) -> str:
    """Return the text of a template's file. Raises Usage."""
    text = call.files.read(name)
    if text is None:
        raise Usage(f"error: error reading --template {name}, open {name}: no such file or directory\n")
    return text


def _jsonpath(call: Call, whole: Doc, form: str, detail: str) -> None:
    if not detail:
        raise Usage("error: template format specified but no template given")
    template = template_file(call, detail) if form == "jsonpath-file" else detail
    is_strict = call.parsed.is_off("allow-missing-template-keys")
    try:
        if form == "jsonpath-as-json":
            found = jsonpath.values(template.strip("{}"), whole, whole, is_strict=is_strict)
            call.out.append(json.dumps(found, indent=4, sort_keys=True) + "\n")
        else:
            call.out.append(jsonpath.rendered(template, whole, is_strict=is_strict))
    except jsonpath.Unfit as unfit:
        raise Usage(f"error: error executing jsonpath {json.dumps(template, ensure_ascii=False)}: Error executing template: {unfit}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n\t\t{_go_syntax(whole)}\n\n\n") from None
    except gotemplate.BadTemplate as bad:
        raise Usage(f"error: error parsing jsonpath {template}, {bad}") from None


def _go_syntax(value: Any) -> str:
    """Return a value as Go source, as `%#v` writes it.

    >>> _go_syntax({"a": [1, None]})
    'map[string]interface {}{"a":[]interface {}{1, interface {}(nil)}}'
    """
    if isinstance(value, dict):
        return "map[string]interface {}{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}:{_go_syntax(item)}" for key, item in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[]interface {}{" + ", ".join(map(_go_syntax, value)) + "}"
    return "interface {}(nil)" if value is None else json.dumps(value, ensure_ascii=False)


def _gotemplate(call: Call, whole: Doc, form: str, detail: str, *, is_sorted: bool) -> None:
    """Fill a template; what it printed before it failed is printed, and what it was given. Models cli-runtime/pkg/printers/template.go (1.36)."""
    if not detail:
        raise Usage("error: template format specified but no template given")
    template = template_file(call, detail) if form in ("go-template-file", "templatefile") else detail
    try:
        call.out.append(gotemplate.rendered(template, whole, is_strict=call.parsed.is_off("allow-missing-template-keys")))
    except gotemplate.BadTemplate as bad:
        why = bad.worded("output")
        if not bad.context:
            raise Usage(f"error: error parsing template {template}, {why}") from None
        given = json.dumps(whole, separators=(",", ":"), sort_keys=is_sorted, ensure_ascii=False)
        call.out.append(f"{bad.output}Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{template}\n\traw data was:\n\t\t{given}\n\tobject given to template engine was:\n\t\t{gotemplate.printed(whole)}\n\n")
        raise Usage(f"error: error executing template {json.dumps(template, ensure_ascii=False)}: {why}") from None


def custom_columns(call: Call, docs: list[Doc], output: str) -> list[list[str]]:
    """Return the cells of a table whose columns the user has named, with the heads unless they are not wanted. Raises Usage."""
    form, _, detail = output.partition("=")
    if form == "custom-columns-file":
        heads, paths = (line.split() for line in template_file(call, detail).splitlines()[:2])
        columns = list(zip(heads, paths, strict=False))
    else:
        if not detail:
            raise Usage("error: custom-columns format specified but no custom columns given")
        columns = []
        for part in detail.split(","):
            head, colon, path = part.partition(":")
            if not colon:
                raise Usage(f"error: unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
            columns.append((head, path))
    rows = [[_cell(doc, path) for _head, path in columns] for doc in docs]
    heads_row = [] if call.parsed.has("no-headers") else [[head for head, _path in columns]]
    return [*heads_row, *rows]


def _cell(doc: Doc, path: str) -> str:
    path = path.strip("{}")
    try:
        found = jsonpath.values(path if path.startswith((".", "[")) else f".{path}", doc, doc)
    except gotemplate.BadTemplate as bad:
        raise Usage(f"error: {bad}") from None
    return ",".join(go_text(value) for value in found) or "<none>"


def table_text(call: Call, kind: Kind, docs: list[Doc], *, wide: bool, prefixed: bool, with_namespace: bool) -> str:
    """Return objects as kubectl's table."""
    return table(table_cells(call, kind, docs, wide=wide, prefixed=prefixed, with_namespace=with_namespace))


def table_cells(call: Call, kind: Kind, docs: list[Doc], *, wide: bool, prefixed: bool, with_namespace: bool) -> list[list[str]]:
    """Return the cells of kubectl's table, with the heads unless they are not wanted."""
    made = call.ports.api.table(kind.resource, docs, wide=wide)
    heads = [column["name"].upper() for column in made["columnDefinitions"]]
    rows = [[_text(cell) for cell in row["cells"]] for row in made["rows"]]
    for extra in [name for part in call.parsed.all("label-columns") for name in part.split(",")]:
        heads.append(extra.rpartition("/")[2].upper())
        for row, doc in zip(rows, docs, strict=True):
            row.append((doc["metadata"].get("labels") or {}).get(extra, ""))
    if call.parsed.has("show-labels"):
        heads.append("LABELS")
        for row, doc in zip(rows, docs, strict=True):
            row.append(",".join(f"{key}={value}" for key, value in sorted((doc["metadata"].get("labels") or {}).items())) or "<none>")
    if prefixed:
        name_at = heads.index("NAME") if "NAME" in heads else 0
        for row in rows:
            row[name_at] = named(kind, row[name_at])
    if with_namespace:
        heads.insert(0, "NAMESPACE")
        for row, doc in zip(rows, docs, strict=True):
            row.insert(0, doc["metadata"].get("namespace", ""))
    return rows if call.parsed.has("no-headers") else [heads, *rows]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
