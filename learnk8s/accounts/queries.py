"""What the site keeps about a person."""

from django.apps import apps
from django.core import serializers
from django.db.models import Model

from learnk8s.accounts.models import User

PRIVATE_FIELDS = frozenset({"password"})


def export_of(user: User) -> dict[str, list[dict[str, object]]]:
    """Return every row that points at the user, by model; new models are found by themselves."""
    rows: dict[str, list[dict[str, object]]] = {"accounts.user": [plain(user)]}
    for model in apps.get_models():
        if not model.__module__.startswith("learnk8s."):
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is User:
                found = model._default_manager.filter(**{field.name: user}).order_by("pk")
                rows.setdefault(model._meta.label_lower, []).extend(plain(row) for row in found)
    return rows


def plain(row: Model) -> dict[str, object]:
    """Return a row's fields without secrets."""
    fields: dict[str, object] = serializers.serialize("python", [row])[0]["fields"]
    return {name: value for name, value in fields.items() if name not in PRIVATE_FIELDS}
