"""Progress and certificates in the admin."""

from django.contrib import admin

from learnk8s.lessons.models import Certificate, Progress

admin.site.register(Progress)
admin.site.register(Certificate)
