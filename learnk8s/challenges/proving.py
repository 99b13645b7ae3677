"""The challenges under proof."""

from django.conf import settings

from learnk8s.challenges.catalogue import FOLDER, begin, texts
from learnk8s.courseware.proving import Finding
from learnk8s.courseware.proving.challenge import challenge_findings
from learnk8s.lessons.terms import terms


def findings_of(slug: str) -> list[Finding]:
    """Return everything that does not hold in a challenge; its file is named from the project's root."""
    base = FOLDER.relative_to(settings.BASE_DIR)
    return [Finding(str(base / entry.file), entry.line, entry.text) for entry in challenge_findings(slug, texts()[slug], begin, terms=frozenset(terms()))]
