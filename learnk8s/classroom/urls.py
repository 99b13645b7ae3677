"""Addresses of classes."""

from django.urls import path

from learnk8s.classroom import views

app_name = "classroom"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("join/", views.join, name="join"),
    path("<int:classroom_id>/", views.detail, name="detail"),
    path("<int:classroom_id>/code/", views.rotate, name="rotate"),
    path("<int:classroom_id>/open/", views.toggle, name="toggle"),
]
