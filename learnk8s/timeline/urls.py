"""Addresses of the story."""

from django.urls import path

from learnk8s.timeline import views

app_name = "timeline"
urlpatterns = [path("timeline/", views.index, name="index"), path("timeline/<slug:name>/", views.milestone, name="milestone"), path("era/<slug:slug>/", views.era, name="era")]
