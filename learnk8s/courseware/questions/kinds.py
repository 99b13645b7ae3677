"""All question types, one file each, in one table."""

from learnk8s.courseware.questions.cloze import CLOZE
from learnk8s.courseware.questions.manifest import MANIFEST
from learnk8s.courseware.questions.matching import MATCHING
from learnk8s.courseware.questions.multiple import MULTIPLE
from learnk8s.courseware.questions.numeric import NUMERIC
from learnk8s.courseware.questions.ordering import ORDERING
from learnk8s.courseware.questions.predict import PREDICT
from learnk8s.courseware.questions.question import QuestionType
from learnk8s.courseware.questions.short import SHORT
from learnk8s.courseware.questions.single import SINGLE
from learnk8s.courseware.questions.truefalse import TRUEFALSE
from learnk8s.courseware.questions.world import WORLD

TYPES: dict[str, QuestionType] = {
    "single": SINGLE, "multiple": MULTIPLE, "truefalse": TRUEFALSE, "numeric": NUMERIC, "short": SHORT, "ordering": ORDERING, "matching": MATCHING, "cloze": CLOZE, "manifest": MANIFEST, "world": WORLD, "predict": PREDICT,
}
