"""Server-side apply: what a manager wants, merged into what is there. Models structured-merge-diff/v6/merge (1.36).

A field that another manager owns with another value is a conflict, unless the apply is forced. What the manager had applied before and applies no
longer is removed, if nobody else owns it.
"""

import json
from typing import Any

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, Cause
from learnk8s.simulation.kubernetes.apiserver.managed import fields
from learnk8s.simulation.kubernetes.apiserver.managed.fields import Path, Tree
from learnk8s.simulation.kubernetes.apiserver.managed.managers import APPLY, Manager
from learnk8s.simulation.kubernetes.objects.document import Doc


def applied(live: Doc, wanted: Doc, managers: list[Manager], *, name: str, subresource: str, time: str, force: bool) -> tuple[Doc, list[Manager]]:
    """Return the document and its managers after an apply. Raises ApiError 409 for conflicts."""
    mine = fields.owned(wanted, subresource=subresource, is_apply=True)
    me = Manager(name, APPLY, wanted["apiVersion"], subresource, time, mine)
    others = [manager for manager in managers if manager.key != me.key]
    before = next((manager for manager in managers if manager.key == me.key), None)
    conflicts = _conflicts(live, wanted, mine, others)
    left = conflicts if name != "kubectl" else _not_applied_before(live, conflicts)
    if left and not force:
        raise _refused(left)
    merged = put_over(live, {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")})
    if before is not None:
        held: Tree = mine
        for manager in others:
            held = fields.union(held, manager.fields)
        merged = _removed(merged, _not_held(fields.without(before.fields, held), held), ())
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


LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def with_last_applied(metadata: Doc, wanted: Doc) -> Doc:
    """Return metadata in which kubectl's note of what it applied, if there is one, tells what it applies now. Models lastAppliedUpdater."""
    annotations = metadata.get("annotations") or {}
    if LAST_APPLIED not in annotations:
        return metadata
    own = dict(wanted.get("metadata") or {})
    if "annotations" in own:
        own["annotations"] = {key: value for key, value in own["annotations"].items() if key != LAST_APPLIED}
    text = json.dumps({**wanted, "metadata": own}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return {**metadata, "annotations": {**annotations, LAST_APPLIED: f"{text}\n"}}


def _not_applied_before(live: Doc, conflicts: list[tuple[Manager, Path]]) -> list[tuple[Manager, Path]]:
    """Return the conflicts without those over fields that kubectl had applied from the client's side, and that still are as it applied them.

    Models lastAppliedManager of apimachinery/pkg/util/managedfields/internal (1.36).
    """
    text = (live.get("metadata", {}).get("annotations") or {}).get(LAST_APPLIED)
    try:
        before = json.loads(text) if text else None
    except ValueError:
        before = None
    if not isinstance(before, dict) or before.get("apiVersion") != live.get("apiVersion"):
        return conflicts
    owned = fields.owned(before, is_apply=True)
    different = fields.changed({"metadata": live.get("metadata", {}), **live}, _overlaid(live, before))
    return [(manager, path) for manager, path in conflicts if not fields.has(owned, path) or fields.has(different, path)]


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
    merged: Doc = put_over(live, {key: value for key, value in wanted.items() if key not in ("apiVersion", "kind")})
    return merged


def put_over(live: Any, wanted: Any, path: Path = ()) -> Any:
    """Return what is there with what is wanted put over it; lists with keys are merged item by item."""
    if isinstance(wanted, dict) and isinstance(live, dict) and not fields.is_atomic(path):
        return {**live, **{key: put_over(live.get(key), value, (*path, key)) for key, value in wanted.items()}}
    if isinstance(wanted, list) and isinstance(live, list) and path and fields.is_set(path):
        words, asked = ({json.dumps(item): item for item in items} for items in (live, wanted))
        return [asked.get(word, words.get(word)) for word in _ordered(list(words), list(asked))]
    if isinstance(wanted, list) and isinstance(live, list) and path and fields.list_keys(path) and fields.is_merged(wanted, path) and fields.is_merged(live, path):
        keys = fields.list_keys(path)
        words, asked = ({fields.item_word(item, keys): item for item in items} for items in (live, wanted))
        return [put_over(words.get(word), asked[word], (*path, "")) if word in asked else words[word] for word in _ordered(list(words), list(asked))]
    return wanted


def _ordered(live: list[str], wanted: list[str]) -> list[str]:
    """Return the items of both lists: those that are wanted in their order, the others where they stood among them. Models mergingWalker.visitListItems.

    >>> _ordered(["a", "b"], ["c", "b"])
    ['a', 'c', 'b']
    """
    shared = [word for word in wanted if word in live]
    found: list[str] = []
    place = 0
    for word in wanted:
        while place < len(live) and (live[place] not in wanted or (shared and live[place] != shared[0])):
            found += [] if live[place] in wanted else [live[place]]
            place += 1
        found.append(word)
        if shared and shared[0] == word:
            shared.pop(0)
            place += place < len(live) and live[place] == word
    return [*found, *(word for word in live[place:] if word not in wanted)]


def _not_held(gone: Tree, held: Tree) -> Tree:
    """Return what is to go without the maps and the items in which somebody holds something: of those only parts go. Models addBackOwnedItems of structured-merge-diff."""
    left: Tree = {}
    for word, inner in gone.items():
        other = held.get(word)
        rest = inner if other is None else _not_held({key: part for key, part in inner.items() if key != "."}, other)
        if rest or other is None:
            left[word] = rest
    return left


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
    if isinstance(value, list) and fields.is_set(path):
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
