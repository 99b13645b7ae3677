"""Laws of the three kinds of patch."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnk8s.simulation.kubernetes.apiserver.errors import ApiError
from learnk8s.simulation.kubernetes.apiserver.patches import json_patch, merge_patch, strategic_merge

WORD = st.sampled_from("abcd")
CONTAINERS = st.lists(st.fixed_dictionaries({"name": WORD, "image": WORD}), unique_by=lambda item: item["name"], max_size=4)
SPECS = st.fixed_dictionaries({"containers": CONTAINERS, "args": st.lists(WORD, max_size=3), "labels": st.dictionaries(WORD, WORD, max_size=3)})
LAWS = settings(max_examples=100, deadline=None, derandomize=True)


@LAWS
@given(SPECS, SPECS)
def test_a_strategic_merge_done_twice_changes_nothing_more(doc: dict[str, Any], patch: dict[str, Any]) -> None:
    once = strategic_merge(doc, patch)
    assert strategic_merge(once, patch) == once


@LAWS
@given(SPECS, SPECS)
def test_a_strategic_merge_keeps_every_container_of_both(doc: dict[str, Any], patch: dict[str, Any]) -> None:
    names = [item["name"] for item in strategic_merge(doc, patch)["containers"]]
    assert sorted(names) == sorted({item["name"] for item in (*doc["containers"], *patch["containers"])})


@LAWS
@given(SPECS, SPECS)
def test_no_patch_changes_the_document_it_is_given(doc: dict[str, Any], patch: dict[str, Any]) -> None:
    before = repr(doc)
    strategic_merge(doc, patch)
    merge_patch(doc, patch)
    json_patch(doc, [{"op": "add", "path": "/containers/0", "value": patch}])
    assert repr(doc) == before


@LAWS
@given(SPECS, SPECS)
def test_a_merge_patch_replaces_lists(doc: dict[str, Any], patch: dict[str, Any]) -> None:
    assert merge_patch(doc, patch)["containers"] == patch["containers"]


TWO = {"containers": [{"name": "a", "image": "x"}, {"name": "b", "image": "y"}], "finalizers": ["f", "g"], "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}


@pytest.mark.parametrize(("patch", "part", "expected"), [
    pytest.param({"containers": [{"name": "a", "$patch": "delete"}]}, "containers", [{"name": "b", "image": "y"}], id="delete one element"),
    pytest.param({"containers": [{"$patch": "replace"}, {"name": "c"}]}, "containers", [{"name": "c"}], id="replace the list"),
    pytest.param({"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}, "containers", [{"name": "b", "image": "y"}, {"name": "a", "image": "x"}], id="order"),
    pytest.param({"$deleteFromPrimitiveList/finalizers": ["f"]}, "finalizers", ["g"], id="delete from a list of words"),
    pytest.param({"finalizers": ["h"]}, "finalizers", ["f", "g", "h"], id="lists of words that merge"),
    pytest.param({"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}, "strategy", {"type": "Recreate"}, id="retain keys"),
    pytest.param({"strategy": {"$patch": "replace", "type": "Recreate"}}, "strategy", {"type": "Recreate"}, id="replace a map"),
    pytest.param({"strategy": {"rollingUpdate": None}}, "strategy", {"type": "RollingUpdate"}, id="null takes away"),
])
def test_directives_of_strategic_patches(patch: dict[str, Any], part: str, expected: Any) -> None:
    assert strategic_merge(TWO, patch)[part] == expected


@pytest.mark.parametrize("operation", [
    {"op": "remove", "path": "/none"}, {"op": "replace", "path": "/none/x", "value": 1}, {"op": "add", "path": "/containers/9", "value": 1}, {"op": "remove", "path": "/containers/9"},
    {"op": "test", "path": "/finalizers/0", "value": "no"}, {"op": "move", "from": "/none", "path": "/x"}, {"op": "fly", "path": "/x"}, {"path": "/x"}, {"op": "add"}, "no operation",
])
def test_a_json_patch_that_does_not_fit_is_refused(operation: Any) -> None:
    with pytest.raises(ApiError):
        json_patch(TWO, [operation])


@pytest.mark.parametrize(("patch", "code", "said"), [
    pytest.param(lambda: strategic_merge(TWO, {"containers": [{"image": "x"}]}), 500, "map: map[image:x] does not contain declared merge key: name", id="no key"),
    pytest.param(lambda: json_patch(TWO, {"op": "remove"}), 400, "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp", id="no list"),
])
def test_a_patch_that_cannot_be_read_is_refused(patch: Any, code: int, said: str) -> None:
    with pytest.raises(ApiError) as caught:
        patch()
    assert (caught.value.code, caught.value.message) == (code, said)
