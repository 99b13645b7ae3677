"""Korean particles stay on the line of the word that they belong to.

Browsers keep Korean words together (`word-break: keep-all`), but may break a line between a bracket or a percent sign and a particle.
"""

import re

JOINER = "\N{WORD JOINER}"
_SEAM = re.compile(r"(?<=[)%])((?:</[a-z]+>)*)(?=[가-힣])")


def together(text: str) -> str:
    """Return a text, or HTML, with nothing to break before a particle.

    >>> together("재단(<em>CNCF)</em>은 25%다").count(JOINER), together("f(x) is 5%")
    (2, 'f(x) is 5%')
    """
    return _SEAM.sub(rf"\1{JOINER}", text)
