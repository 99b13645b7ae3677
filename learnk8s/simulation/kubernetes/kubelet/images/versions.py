"""The releases of nginx and of the distributions that tags mean, which Debian each nginx is built on, and what the image's environment says of them.

Numbers are those of Docker Hub's tags; a minor version stands for its last patch. Other images have one version here, whatever the tag says.
"""

import re
from dataclasses import replace

from learnk8s.simulation.kubernetes.kubelet.distribution import BOOKWORM, DEBIAN, Distribution

NGINX, STABLE = "1.29.1", "1.28.0"
LAST_PATCH = {"1.7": "1.7.12", "1.9": "1.9.15", "1.13": "1.13.12", "1.14": "1.14.2", "1.15": "1.15.12", "1.16": "1.16.1", "1.17": "1.17.10", "1.18": "1.18.0", "1.19": "1.19.10", "1.20": "1.20.2", "1.21": "1.21.6", "1.22": "1.22.1",
              "1.23": "1.23.4", "1.24": "1.24.0", "1.25": "1.25.5", "1.26": "1.26.3", "1.27": "1.27.5", "1.28": STABLE, "1.29": NGINX}
ON_TRIXIE = 29
"""From this minor version on the images are built on trixie; those before are taken to be built on bookworm."""


def released(name: str, tag: str) -> str:
    """Return the version of nginx that an image has, "" for an image of something else.

    >>> released("docker.io/library/nginx", "1.14.2-alpine"), released("docker.io/library/nginx", "1.27"), released("docker.io/library/nginx", "alpine"), released("docker.io/library/redis", "7")
    ('1.14.2', '1.27.5', '1.29.1', '')
    """
    if name.rsplit("/", 1)[-1] not in ("nginx", "nginx-unprivileged", "nginx-slim"):
        return ""
    found = re.match(r"(1\.\d{1,2})(\.\d{1,3})?", tag)
    if found is None:
        return STABLE if tag.startswith("stable") else NGINX
    return found[0] if found[2] else LAST_PATCH.get(found[1], f"{found[1]}.0")


def built_on(version: str) -> Distribution:
    """Return the Debian of a release."""
    return DEBIAN if int(version.split(".")[1]) >= ON_TRIXIE else BOOKWORM


ALPINE_PATCHES = {"v3.18": "3.18.12", "v3.19": "3.19.9", "v3.20": "3.20.8", "v3.21": "3.21.5", "v3.22": "3.22.2", "v3.23": "3.23.0"}
UBUNTU_NAMES = {"22.04": "jammy", "jammy": "jammy", "20.04": "focal", "focal": "focal"}


def release_of(name: str, tag: str, before: Distribution) -> Distribution:
    """Return the distribution in the release that a tag of its own image means; those that are not known are the latest.

    >>> release_of("docker.io/library/debian", "12-slim", DEBIAN).release, release_of("docker.io/library/debian", "13", DEBIAN).release
    ('bookworm', 'trixie')
    """
    kind, plain = name.removeprefix("docker.io/library/"), tag.partition("-")[0]
    if kind == "alpine" and (found := re.match(r"3\.\d{1,2}", plain)) and f"v{found[0]}" in ALPINE_PATCHES:
        return _renamed(before, f"v{found[0]}")
    if kind == "ubuntu" and plain in UBUNTU_NAMES:
        return _renamed(before, UBUNTU_NAMES[plain])
    return BOOKWORM if kind == "debian" and plain.split(".")[0] in ("12", "bookworm") else before


def _renamed(before: Distribution, release: str) -> Distribution:
    return replace(before, release=release, sources=tuple((address.replace(before.release, release), suite.replace(before.release, release)) for address, suite in before.sources))


def variables(version: str, before: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return an image's environment with the version that it has."""
    own = {"NGINX_VERSION": version, "PKG_RELEASE": f"1~{built_on(version).release}"}
    return tuple((name, own.get(name, value)) for name, value in before)
