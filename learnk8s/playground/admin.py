"""Sandboxes in the admin: to see and to delete."""

from django.contrib import admin

from learnk8s.playground.models import Sandbox


@admin.register(Sandbox)
class SandboxAdmin(admin.ModelAdmin):
    """Sandboxes by last use."""

    list_display = ("id", "scenario", "user", "head", "used_at")
    list_filter = ("scenario",)
    readonly_fields = ("token", "session_key")
