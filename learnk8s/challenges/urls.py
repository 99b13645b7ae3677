"""Addresses of the challenges."""

from django.urls import path

from learnk8s.challenges import views

app_name = "challenges"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.challenge, name="challenge"),
    path("help/<str:sandbox_id>/", views.help_page, name="help"),
    path("help/<str:sandbox_id>/hint/", views.hint, name="hint"),
    path("help/<str:sandbox_id>/solution/", views.solution, name="solution"),
    path("help/<str:sandbox_id>/done/", views.done, name="done"),
]
