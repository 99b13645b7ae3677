"""Forms of authors."""

from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from learnk8s.accounts.models import User
from learnk8s.library.models import Kind, Role
from learnk8s.web.language import LANGUAGES, language_of_page
from learnk8s.web.time_zone import in_zone

FILE_BYTES_MAX = 200_000
"""One file of a lesson; the longest of the built-in course has about a tenth of it."""
NEW_KINDS = [(kind.value, kind.label) for kind in (Kind.LESSON, Kind.BANK, Kind.SCENARIO)]


class FileForm(forms.Form):
    """One file of a lesson, and the revision on which the edit began."""

    file = forms.CharField(max_length=120, widget=forms.HiddenInput)
    base = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), required=False, strip=False, max_length=FILE_BYTES_MAX, widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "true"}))
    note = forms.CharField(label=_("What did you change?"), required=False, max_length=200)

    def clean_text(self) -> str:
        """Return the text with plain line ends: browsers post CRLF."""
        text: Any = self.cleaned_data["text"]
        return plain(str(text))


def plain(text: str) -> str:
    """Return a text with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class NewForm(forms.Form):
    """A title in both languages, and an address."""

    title_ko = forms.CharField(label=_("Title in Korean"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    slug = forms.SlugField(label=_("Address (a-z, 0-9, -)"), max_length=50, required=False, help_text=_("Left empty, it is made from the English title."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the title in the language of the page first."""
        super().__init__(*args, **kwargs)
        self.order_fields(("kind", f"title_{language_of_page()}"))

    def clean(self) -> dict[str, Any]:
        """Make an address of the English title if there is none."""
        found: dict[str, Any] = super().clean() or {}
        self.is_made_up = not found.get("slug")
        if not found.get("slug") and "slug" not in self.errors:
            found["slug"] = slugify(found.get("title_en", ""))[:50]
            if not found["slug"]:
                self.add_error("slug", _("Write an address of Latin letters and digits."))
        return found

    @property
    def title(self) -> dict[str, str]:
        """Return the title of a valid form."""
        return {"ko": self.cleaned_data["title_ko"], "en": self.cleaned_data["title_en"]}


class NewItemForm(NewForm):
    """The same for what stands in a course."""

    kind = forms.ChoiceField(label=_("Kind"), choices=NEW_KINDS)


class MemberForm(forms.Form):
    """Who may do what in a course."""

    username = forms.CharField(label=_("Log-in name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.EDITOR)

    def clean_username(self) -> User:
        """Return the person."""
        found = User.objects.filter(username=self.cleaned_data["username"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this log-in name."))
        return found


class ScheduleForm(forms.Form):
    """A moment, in the time zone of the one who asks."""

    at = forms.DateTimeField(label=in_zone(_("Students see it from")), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))


class CopyForm(forms.Form):
    """The address of a copy."""

    slug = forms.SlugField(label=_("Address of the copy"), max_length=50)


class CourseCopyForm(CopyForm):
    """The address of a copy of a course, and its title; left empty, the title says that it is a copy."""

    copy_title_ko = forms.CharField(label=_("Title in Korean"), max_length=160, required=False)
    copy_title_en = forms.CharField(label=_("Title in English"), max_length=160, required=False)

    @property
    def title(self) -> dict[str, str]:
        """Return the title of a valid form."""
        return {language: self.cleaned_data[f"copy_title_{language}"] for language in LANGUAGES}


class PictureForm(forms.Form):
    """A picture, and what it shows, in words, in both languages."""

    picture = forms.FileField(label=_("Picture (PNG, JPEG, WebP or GIF; at most 4 MB)"))
    alt_ko = forms.CharField(label=_("What it shows, in Korean"), max_length=300)
    alt_en = forms.CharField(label=_("What it shows, in English"), max_length=300)
    line = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
