"""Addresses of frames."""

from django.urls import path

from learnk8s.framing import views

app_name = "framing"
urlpatterns = [path("of/<slug:sandbox_id>/", views.offer, name="offer"), path("<str:signed>/", views.frame, name="frame")]
