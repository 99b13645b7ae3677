"""Server-side apply: what a manager wants, merged into what is there. Models structured-merge-diff/v6/merge (1.36).

A field that another manager owns with another value is a conflict, unless the apply is forced. What the manager had applied before and applies no
longer is removed, if nobody else owns it.
"""

from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, Cause
from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.managed.fields import Path, Tree
from learnk8s.simulation.kubernetes.apiserver.managed.managers import APPLY, Manager
from learnk8s.simulation.kubernetes.objects.document import Doc


def applied(live: Doc, wanted: Doc, managers: list[Manager], *, name: str, subresource: str, time: str, force: bool) -> tuple[Doc, list[Manager]]:
    """Return the document and its managers after an apply. Raises ApiError 409 for conflicts."""
    mine = fields.owned(wanted, subresource=subresource)
    me = Manager(name, APPLY, wanted["apiVersion"], subresource, time, mine)
    others = [manager for manager in managers if manager.key != me.key]
    before = next((manager for manager in managers if manager.key == me.key), None)
    conflicts = _conflicts(live, wanted, mine, others)
    if conflicts and not force:
        raise _refused(conflicts)
    merged = _merged(live, {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")})
    if before is not None:
        held: Tree = mine
        for manager in others:
            held = fields.union(held, manager.fields)
        merged = _removed(merged, fields.without(before.fields, held), ())
    taken = {path for _manager, path in conflicts}
    kept = [manager for manager in (_losing(manager, taken) for manager in others) if manager.fields]
    same = before is not None and before.fields == mine
    return merged, [*kept, before if same and before is not None else me]


def _conflicts(live: Doc, wanted: Doc, mine: Tree, others: list[Manager]) -> list[tuple[Manager, Path]]:
    different = fields.changed({"metadata": live.get("metadata", {}), **live}, _overlaid(live, wanted))
    found = []
    for manager in sorted(others, key=lambda manager: manager.name):
        for path in fields.leaves(mine):
            if path and fields.has(manager.fields, path) and _is_leaf(manager.fields, path) and fields.has(different, path) and not _inner(mine, path):
                found.append((manager, path))
    return found


def _inner(found: Tree, path: Path) -> bool:
    here = found
    for word in path:
        here = here[word]
    return any(word != "." for word in here)


def _is_leaf(found: Tree, path: Path) -> bool:
    here = found
    for word in path:
        here = here[word]
    return not here or set(here) == {"."}


def _overlaid(live: Doc, wanted: Doc) -> Doc:
    merged: Doc = _merged(live, {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")})
    return merged


def _merged(live: Any, wanted: Any, path: Path = ()) -> Any:
    """Return what is there with what is wanted put over it; lists with keys are merged item by item."""
    if isinstance(wanted, dict) and isinstance(live, dict) and not (path and path[-1] in fields.ATOMIC):
        return {**live, **{key: _merged(live.get(key), value, (*path, key)) for key, value in wanted.items()}}
    if isinstance(wanted, list) and isinstance(live, list) and path and path[-1] in fields.SETS:
        return [*live, *(item for item in wanted if item not in live)]
    if isinstance(wanted, list) and isinstance(live, list) and fields.list_keys(path) and fields.is_merged(wanted, path) and fields.is_merged(live, path):
        keys = fields.list_keys(path)
        words = {fields.item_word(item, keys): item for item in live}
        asked = {fields.item_word(item, keys): item for item in wanted}
        changed = [_merged(words.get(word), item, (*path, "")) for word, item in asked.items()]
        return [*changed, *(item for word, item in words.items() if word not in asked)] if set(asked) - set(words) else [
            _merged(item, asked[word], (*path, "")) if word in asked else item for word, item in words.items()]
    return wanted


def _removed(value: Any, gone: Tree, path: Path) -> Any:
    """Return a value without the fields of a set."""
    if not gone:
        return value
    if isinstance(value, dict):
        kept = {}
        for key, item in value.items():
            inner = gone.get(f"f:{key}")
            if inner is None:
                kept[key] = item
            elif any(word != "." for word in inner):
                rest = _removed(item, inner, (*path, key))
                if rest or "." not in inner:
                    kept[key] = rest
        return kept
    if isinstance(value, list) and path and path[-1] in fields.SETS:
        import json

        return [item for item in value if f"v:{json.dumps(item)}" not in gone]
    if isinstance(value, list) and path and fields.is_merged(value, path):
        keys, left = fields.list_keys(path), []
        for item in value:
            inner = gone.get(fields.item_word(item, keys))
            if inner is None:
                left.append(item)
            elif "." not in inner:
                left.append(_removed(item, inner, (*path, "")))
        return left
    return value


def _losing(manager: Manager, taken: set[Path]) -> Manager:
    from dataclasses import replace

    lost: Tree = {}
    for path in taken:
        if fields.has(manager.fields, path):
            branch: Tree = {}
            for word in reversed(path):
                branch = {word: branch}
            lost = fields.union(lost, branch)
    return replace(manager, fields=fields.without(manager.fields, lost)) if lost else manager


def _refused(conflicts: list[tuple[Manager, Path]]) -> ApiError:
    causes = [Cause("FieldManagerConflict", f"conflict with {manager.text()}", fields.shown(path)) for manager, path in conflicts]
    if len(conflicts) == 1:
        text = f"Apply failed with 1 conflict: conflict with {conflicts[0][0].text()}: {fields.shown(conflicts[0][1])}"
    else:
        lines = []
        for said in sorted({manager.text() for manager, _path in conflicts}):
            lines.append(f"conflicts with {said}:")
            lines.extend(f"- {fields.shown(path)}" for manager, path in conflicts if manager.text() == said)
        text = f"Apply failed with {len(conflicts)} conflicts: " + "\n".join(lines)
    return ApiError(409, "Conflict", text, details={"causes": [cause.document() for cause in causes]})
