"""Addresses of scenarios that authors made."""

from django.urls import path

from learnk8s.library import scenes

app_name = "scenarios"
urlpatterns = [path("<slug:course>/<slug:lesson>/", scenes.scene, name="scene")]
