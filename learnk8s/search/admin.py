"""The index in the admin."""

from django.contrib import admin

from learnk8s.search.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """Entries by kind and language."""

    list_display = ("title", "kind", "language", "path")
    list_filter = ("kind", "language")
    search_fields = ("title",)
