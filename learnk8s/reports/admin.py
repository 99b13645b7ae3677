"""Reports in the admin, open ones first."""

from django.contrib import admin

from learnk8s.reports.models import Report


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """Where something is wrong, and a tick when it is mended."""

    list_display = ("path", "text", "created_at", "is_done")
    list_editable = ("is_done",)
    list_filter = ("is_done",)
    readonly_fields = ("user", "path", "text")
