"""Settings under test: those of a developer's machine, so that `pytest` by hand needs no environment of its own."""

import os

os.environ.setdefault("LEARNK8S_DEBUG", "1")
from learnk8s.settings import *  # noqa: E402, F403  # after the flag
