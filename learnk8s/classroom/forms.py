"""Forms of classes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from learnk8s.accounts.models import User
from learnk8s.challenges.catalogue import challenges
from learnk8s.classroom import queries
from learnk8s.classroom.models import Assignment, Classroom, Role, Work
from learnk8s.library import queries as library
from learnk8s.web.time_zone import in_zone
from learnk8s.web.widgets import LongSelect
from learnk8s.web.language import language_of_page


class NewClassForm(forms.Form):
    """A title, and the course that the class goes through: one of the catalogue, or one's own."""

    title = forms.CharField(label=_("Title of the class"), max_length=120)
    course_slug = forms.ChoiceField(label=_("Course"), required=False)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [row.course for row in library.courses_of(user)] if user is not None else []
        courses = {course.slug: course.title for course in [*library.courses(), *own] if course.archived_at is None}
        titles = Counter(courses.values())
        field: Any = self.fields["course_slug"]
        field.choices = [(slug, title if titles[title] == 1 else f"{title} ({slug})") for slug, title in courses.items()]


PERCENT_MAX = 100


class LateForm(forms.ModelForm):
    """What becomes of late answers."""

    class Meta:
        model = Classroom
        fields = ("late", "late_percent")

    def clean_late_percent(self) -> int:
        """Return the percentage."""
        percent = int(self.cleaned_data["late_percent"])
        if percent > PERCENT_MAX:
            raise forms.ValidationError(_("At most 100 percent can be taken off."))
        return percent


DATE = {"input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], "widget": forms.DateTimeInput(attrs={"type": "datetime-local"})}


class AssignmentForm(forms.Form):
    """What is given to the class, and until when."""

    lesson_slug = forms.ChoiceField(label=_("Lesson, scenario or challenge"), widget=LongSelect)
    due_at = forms.DateTimeField(label=in_zone(_("Due")), **DATE)

    def __init__(self, *args: Any, lessons: Sequence[library.Shown], scenarios: Sequence[library.Shown], **kwargs: Any) -> None:
        """Offer what the course has, and the challenges of the site."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lesson_slug"]
        language = language_of_page()
        groups = [(_("Lessons"), [(lesson.slug, lesson.title) for lesson in lessons]), (_("Scenarios"), [(f"{Work.SCENARIO}:{row.slug}", row.title) for row in scenarios]), (_("Challenges"), [(f"{Work.CHALLENGE}:{slug}", variants[0].title[language]) for slug, variants in challenges().items()])]
        field.choices = [group for group in groups if group[1]]

    @property
    def work(self) -> tuple[str, str]:
        """Return kind and address of what a valid form names."""
        kind, colon, slug = str(self.cleaned_data["lesson_slug"]).rpartition(":")
        return (kind if colon else Work.LESSON), slug


class ExtensionForm(forms.Form):
    """More time for one student."""

    assignment = forms.ModelChoiceField(label=_("What has a date"), queryset=Assignment.objects.none(), widget=LongSelect)
    student = forms.ModelChoiceField(label=_("Student"), queryset=User.objects.none(), widget=LongSelect)
    until = forms.DateTimeField(label=in_zone(_("Until")), **DATE)

    def __init__(self, *args: Any, classroom: Classroom, dates: Sequence[queries.Dated] = (), students: Sequence[queries.Member] = (), **kwargs: Any) -> None:
        """Offer what is in the class: what the page has read already; what was sent is looked for in the database."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        if self.is_bound:
            fields["assignment"].queryset = classroom.assignments.all()
            fields["student"].queryset = User.objects.filter(seats__classroom=classroom, seats__role=Role.STUDENT).order_by(queries.called(), "username")
        else:
            fields["assignment"].choices = [("", "---------"), *((each.pk, str(each)) for each in dates)]
            fields["student"].choices = [("", "---------"), *((each.user_id, str(each)) for each in students)]


class TeacherForm(forms.Form):
    """Somebody who teaches as well."""

    username = forms.CharField(label=_("Log-in name"), max_length=150)

    def clean_username(self) -> User:
        """Return the person."""
        found = User.objects.filter(username=self.cleaned_data["username"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this log-in name."))
        return found


class AccountsForm(forms.Form):
    """Names, one a line; no e-mail addresses."""

    names = forms.CharField(label=_("Names, one a line"), max_length=6_000, widget=forms.Textarea(attrs={"rows": 6}))

    def clean_names(self) -> list[str]:
        """Return the names."""
        return [line.strip()[:80] for line in self.cleaned_data["names"].splitlines() if line.strip()]


class JoinForm(forms.Form):
    """The code that the teacher wrote on the board."""

    code = forms.CharField(label=_("Join code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}))

    def clean_code(self) -> Classroom:
        """Return the class that the code opens."""
        classroom = queries.open_class(self.cleaned_data["code"])
        if classroom is None:
            raise forms.ValidationError(_("No open class has this code. Ask your teacher for the current one."))
        return classroom

    def classroom(self) -> Classroom:
        """Return the class of a valid form."""
        found: Any = self.cleaned_data["code"]
        assert isinstance(found, Classroom)
        return found
