"""What a look ahead found, in one sentence for those who listen; the page shows the same as numbers and a table."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAMES_MAX = 3


def ahead(found: dict[str, Any]) -> str:
    """Return what would happen: pods and objects that come and go, requests that fail, what is worse meanwhile and at the end, and when all has come to rest."""
    if found["refused"]:
        return _("Nothing would change. The answer would be: %(answer)s") % {"answer": found["output"].strip().partition("\n")[0]}
    if found["is_calm"]:
        return _("Nothing would change.")
    counted = [
        ngettext("%(count)s pod would start", "%(count)s pods would start", found["started_count"]) % {"count": found["started_count"]} if found["started_count"] else "",
        ngettext("%(count)s pod would be killed", "%(count)s pods would be killed", found["killed_count"]) % {"count": found["killed_count"]} if found["killed_count"] else "",
        ngettext("%(count)s request would fail", "%(count)s requests would fail", found["failed"]) % {"count": found["failed"]} if found["failed"] else "",
    ]
    named = [text % {"names": names} for change, text in (("added", _("%(names)s would be new")), ("removed", _("%(names)s would be gone")), ("changed", _("%(names)s would be changed"))) if (names := _objects(found["differences"], change))]
    worse = [_("%(name)s would have fewer than %(of)s ready pods for %(time)s; at worst %(least)s.").removesuffix(".") % row for row in found["reduced"][:NAMES_MAX]]
    unready = [_("Not as it should be at the end:") + " " + ", ".join(found["unready"][:NAMES_MAX])] if found["unready"] else []
    rest = _("After %(time)s all would have come to rest.") % {"time": found["took"]}
    return "; ".join(part for part in (*counted, *named, *worse, *unready) if part) + ". " + rest


def _objects(differences: list[dict[str, Any]], change: str) -> str:
    """Return the names of the objects that differ so; pods are counted elsewhere."""
    names = [" ".join(row["ref"].split("/")[::2]) for row in differences if row["change"] == change and not row["ref"].startswith("Pod/")]
    shown = ", ".join(names[:NAMES_MAX])
    return shown if len(names) <= NAMES_MAX else _("%(names)s and %(count)s more") % {"names": shown, "count": len(names) - NAMES_MAX}
