"""Give out uploaded pictures by the digest of their bytes: whoever knows it has seen the lesson; it never changes."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from learnk8s.library.models import Picture


@login_not_required
@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the bytes of a picture."""
    found = Picture.objects.filter(digest=digest).first() if len(digest) == 64 else None
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type="image/png", headers={"Cache-Control": "public, max-age=31536000, immutable"})
