"""The words in drawings are Korean on a Korean page, and the prover notices those that nobody translated."""

from django.utils.translation import override

from learnk8s.lessons.labels import unknown
from learnk8s.lessons.pictures import in_words_of_the_page

DRAWING = "<svg><text>one kernel</text><text>Role</text><text>cpu.max 40000</text><text>kubelet</text></svg>"


def test_a_label_is_in_the_language_of_the_page():
    with override("ko"):
        assert in_words_of_the_page(DRAWING) == DRAWING.replace("one kernel", "커널 하나")
    with override("en"):
        assert in_words_of_the_page(DRAWING) == DRAWING


def test_a_label_without_korean_is_noticed():
    assert unknown(DRAWING) == []
    assert unknown("<text>two kernels</text>") == ["two kernels"]
