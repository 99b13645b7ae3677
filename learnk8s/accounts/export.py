"""All rows about one person, as JSON-able data: everything that points to them, found by the models themselves."""

from typing import Any

from django.core.serializers.python import Serializer

from learnk8s.accounts.models import User

HIDDEN = ("password", "token")


def everything_about(user: User) -> dict[str, Any]:
    """Return the person's own row and every row that belongs to them."""
    found: dict[str, Any] = {"account": _plain([user])}
    for relation in User._meta.related_objects:
        name = relation.get_accessor_name()
        if name and relation.one_to_many:
            found[relation.related_model._meta.label_lower] = _plain(getattr(user, name).all())
    return found


def _plain(rows: Any) -> list[dict[str, Any]]:
    plain = []
    for row in Serializer().serialize(rows):
        plain.append({key: str(value) if isinstance(value, bytes) else value for key, value in row["fields"].items() if key not in HIDDEN})
    return plain
