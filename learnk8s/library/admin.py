"""Courses in the admin."""

from django.contrib import admin

from learnk8s.library.models import Course, Lesson, Membership


class MembershipInline(admin.TabularInline):
    """Who may edit."""

    model = Membership
    extra = 0


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin):
    """Courses by slug; here an administrator lists one in the public catalogue."""

    list_display = ("slug", "title_en", "is_listed", "is_shared", "archived_at")
    list_editable = ("is_listed",)
    search_fields = ("slug", "title_en", "title_ko")
    inlines = (MembershipInline,)


admin.site.register(Lesson)
