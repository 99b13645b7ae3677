"""Form fields that cost little to draw."""

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString


@lru_cache(maxsize=4096, typed=True)
def _option(key: str, label: str, *, chosen: bool) -> SafeString:
    """Return one choice; the same ones stand in many lists of a page."""
    return format_html('<option value="{}"{}>{}</option>', key, SafeString(" selected") if chosen else "", label)


class LongSelect(forms.Select):
    """A list of many choices: Django's own draws each of them with a template of its own."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """Return the element with its options, in groups where there are some."""
        chosen = {str(each) for each in self.format_value(value)}
        groups = [(group, rows) if isinstance(rows, (list, tuple)) else ("", [(group, rows)]) for group, rows in self.choices]
        inside = SafeString("".join(self._group(group, rows, chosen) for group, rows in groups))
        return format_html("<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), inside)

    def _group(self, group: Any, rows: Any, chosen: set[str]) -> SafeString:
        options = SafeString("".join(_option(str(key), str(label), chosen=str(key) in chosen) for key, label in rows))
        return format_html('<optgroup label="{}">{}</optgroup>', group, options) if group else options
