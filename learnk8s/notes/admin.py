"""Notes are private: the admin shows that there are some, not what stands in them."""

from django.contrib import admin

from learnk8s.notes.models import Note


@admin.register(Note)
class NoteAdmin(admin.ModelAdmin):
    """Who has a note on which lesson."""

    list_display = ("lesson", "user", "is_bookmarked", "updated_at")
    exclude = ("text", "session_key")
