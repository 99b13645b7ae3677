"""Addresses of notes."""

from django.urls import path

from learnk8s.notes import views

app_name = "notes"
urlpatterns = [path("", views.index, name="index"), path("<slug:course>/<slug:lesson>/", views.on_lesson, name="lesson")]
