"""What is written as protobuf reads back as the same document."""

from learnk8s.simulation.kubernetes.objects.protobuf import document_of
from learnk8s.simulation.kubernetes.objects.protobuf_writing import body_of
from tests.simulation.typing_on import maker


def test_every_object_of_a_cluster_reads_back_as_it_was_written():
    store = maker("kubernetes", "self-healing")().cluster.store
    docs = [doc for resource in store.resources() for doc in store.list(resource)]
    assert len(docs) > 20
    for doc in docs:
        assert _plain(document_of(body_of(doc))) == _plain(doc)


def _plain(value):
    """Leave out what is empty: Go does not tell it from what is not there."""
    if isinstance(value, dict):
        return {key: kept for key, item in value.items() if (kept := _plain(item)) not in (None, {}, [], "", 0, False)}
    return [_plain(item) for item in value] if isinstance(value, list) else value
