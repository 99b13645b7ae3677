"""Paths inside of volumes: no way out of them. Models validateLocalDescendingPath and its like (1.36)."""

from learnk8s.simulation.kubernetes.apiserver.errors import Causes, bad_value

MODE_RULE = "must be a number between 0 and 0777 (octal), both inclusive"


def no_backsteps(field: str, path: str) -> Causes:
    """A path without `..` among its parts."""
    if ".." in path.split("/"):
        yield bad_value(field, path, "must not contain '..'")


def descending(field: str, path: str) -> Causes:
    """A relative path that does not lead up."""
    if path.startswith("/"):
        yield bad_value(field, path, "must be a relative path")
    yield from no_backsteps(field, path)


def unreserved(field: str, path: str) -> Causes:
    """A relative path whose first part does not begin with two dots, as the kubelet's own do."""
    yield from descending(field, path)
    if path.startswith("..") and not path.startswith("../") and ".." not in path.split("/"):
        yield bad_value(field, path, "must not start with '..'")


def mode(field: str, found: int | None) -> Causes:
    """A file's mode."""
    if found is not None and not 0 <= found <= 0o777:
        yield bad_value(field, found, MODE_RULE)
