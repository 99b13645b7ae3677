"""Addresses of classes."""

from django.urls import path

from learnk8s.classroom import live, teaching, views

app_name = "classroom"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.create, name="create"),
    path("join/", views.join, name="join"),
    path("<int:classroom_id>/", views.detail, name="detail"),
    path("<int:classroom_id>/code/", views.rotate, name="rotate"),
    path("<int:classroom_id>/open/", views.toggle, name="toggle"),
    path("<int:classroom_id>/grades/", teaching.gradebook, name="gradebook"),
    path("<int:classroom_id>/now/", live.live, name="live"),
    path("<int:classroom_id>/dates/", teaching.dates, name="dates"),
    path("<int:classroom_id>/people/", teaching.people, name="people"),
    path("<int:classroom_id>/leave/", teaching.leave, name="leave"),
    path("<int:classroom_id>/delete/", teaching.delete, name="delete"),
]
