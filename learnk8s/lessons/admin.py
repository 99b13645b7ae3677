"""Progress in the admin."""

from django.contrib import admin

from learnk8s.lessons.models import Progress

admin.site.register(Progress)
