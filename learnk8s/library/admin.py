"""Courses in the admin."""

from django.contrib import admin

from learnk8s.library.models import Course, Lesson, Membership


class MembershipInline(admin.TabularInline):
    """Who may edit."""

    model = Membership
    extra = 0


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    """Courses by slug."""

    list_display = ("slug", "title_en")
    inlines = (MembershipInline,)


admin.site.register(Lesson)
