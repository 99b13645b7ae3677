"""Classes in the admin."""

from django.contrib import admin

from learnk8s.classroom.models import Classroom, Seat


class SeatInline(admin.TabularInline):
    """The seats of a class."""

    model = Seat
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Classroom)
class ClassroomAdmin(admin.ModelAdmin):
    """Classes by title."""

    list_display = ("title", "course_slug", "is_open", "created_at")
    search_fields = ("title",)
    inlines = (SeatInline,)
