"""Who is looking: a signed-in person, or a browser session that has no name yet."""

from dataclasses import dataclass
from hashlib import blake2b

from django.db.models import Q
from django.http import HttpRequest

from learnk8s.accounts.models import User


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person or an anonymous session; rows of either are found by `owned`."""

    user: User | None
    session_key: str

    @property
    def is_new(self) -> bool:
        """Say whether this is somebody of whom nothing can have been kept: there is neither a name nor a session, so no row need be looked for."""
        return self.user is None and not self.session_key

    def owned(self) -> Q:
        """Return the condition under which a row with `user` and `session_key` is this visitor's; one that no row meets asks the database nothing."""
        if self.user is not None:
            return Q(user=self.user)
        return Q(user=None, session_key=self.session_key) if self.session_key else Q(pk__in=())

    def ownership(self) -> dict[str, object]:
        """Return the fields of a new row of this visitor."""
        return {"user": self.user, "session_key": "" if self.user else self.session_key}


def visitor_of(request: HttpRequest, *, ensure: bool = False) -> Visitor:
    """Return who is looking; `ensure` makes a session for an anonymous one, which only a POST may do."""
    if isinstance(request.user, User):
        return Visitor(request.user, request.session.session_key or "")
    if ensure and not request.session.session_key:
        request.session.create()
    return Visitor(None, request.session.session_key or "")


def page_of(request: HttpRequest) -> str:
    """Return a sign of the page from which a form comes, "" if it does not say: each page has a token of its own, since CSRF masks it anew each time."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    return blake2b(token.encode(), digest_size=8).hexdigest() if token else ""
