"""Pictures that authors upload: decoded and encoded anew as PNG, so that nothing else rides along; the same picture always gives the same bytes."""

import warnings
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from learnk8s.accounts.models import User
from learnk8s.courseware.questions.pictures import POINTER
from learnk8s.library.models import Course, Picture

UPLOAD_BYTES_MAX = 4 * 2**20
PIXELS_MAX = 40_000_000
SIDE_MAX = 1_600
STORED_BYTES_MAX = 1_500_000
PICTURES_MAX = 500
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class NoPicture(Exception):
    """The bytes are no picture that we take; the message is a sentence for the author."""


def encoded(content: bytes) -> tuple[bytes, int, int]:
    """Return a picture as PNG with its width and height. Raises NoPicture. What was encoded here before comes out as it went in."""
    if len(content) > UPLOAD_BYTES_MAX:
        raise NoPicture(_("The picture is larger than %(size)d MB.") % {"size": UPLOAD_BYTES_MAX // 2**20})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=FORMATS) as found:
                if found.width * found.height > PIXELS_MAX:
                    raise NoPicture(_("The picture has too many pixels."))
                image: Any = found.convert("RGBA" if found.mode in ("RGBA", "LA", "P", "PA") or "transparency" in found.info else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NoPicture(_("This is no PNG, JPEG, WebP or GIF picture that can be read.")) from None
    image.thumbnail((SIDE_MAX, SIDE_MAX * 4))
    for _round in range(6):
        out = BytesIO()
        image.save(out, "PNG", optimize=True)
        if out.tell() <= STORED_BYTES_MAX:
            return out.getvalue(), image.width, image.height
        image = image.resize((max(image.width * 3 // 4, 1), max(image.height * 3 // 4, 1)))
    raise NoPicture(_("The picture is too large even when it is made smaller."))


def stored(*, course: Course, content: bytes, by: User | None) -> Picture:
    """Keep a picture of a course. Raises NoPicture."""
    encoded_bytes, width, height = encoded(content)
    digest = sha256(encoded_bytes).hexdigest()
    if course.pictures.count() >= PICTURES_MAX:
        raise NoPicture(_("A course holds at most %(count)d pictures.") % {"count": PICTURES_MAX})
    picture, _created = Picture.objects.get_or_create(course=course, digest=digest, defaults={"content": encoded_bytes, "width": width, "height": height, "created_by": by})
    return picture


def taken_in(*, course: Course, upload: Any, by: User) -> Picture:
    """Keep an uploaded picture. Raises NoPicture."""
    if upload.size > UPLOAD_BYTES_MAX:
        raise NoPicture(_("The picture is larger than %(size)d MB.") % {"size": UPLOAD_BYTES_MAX // 2**20})
    return stored(course=course, content=upload.read(), by=by)


def pointer(picture: Picture) -> str:
    """Return what stands in a lesson's files for a picture."""
    return f"picture {picture.digest} {picture.width}x{picture.height}\n"


def file_name(files: dict[str, str], picture: Picture, wished: str) -> str:
    """Return a name for the picture's file that is not taken by another one."""
    stem = slugify(wished.rpartition(".")[0])[:40] or f"picture-{picture.digest[:8]}"
    name, number = f"{stem}.png", 2
    while name in files and files[name] != pointer(picture):
        name, number = f"{stem}-{number}.png", number + 1
    return name


def of_files(course: Course, files: Mapping[str, str]) -> dict[str, tuple[str, bytes]]:
    """Return the pictures that files point to, by digest: the name of each and its bytes."""
    names = {found[1]: name for name, text in files.items() if name.endswith(".png") and (found := POINTER.fullmatch(text))}
    return {picture.digest: (names[picture.digest], bytes(picture.content)) for picture in course.pictures.filter(digest__in=names)} if names else {}
