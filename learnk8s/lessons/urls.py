"""Addresses of the lessons."""

from django.urls import path

from learnk8s.lessons import course_views, views

app_name = "lessons"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:course>/", course_views.overview, name="course"),
    path("<slug:course>/placement/", course_views.placement, name="placement"),
    path("<slug:course>/certificate/", course_views.certificate, name="certificate"),
    path("<slug:course>/<slug:lesson>/", views.lesson, name="lesson"),
    path("<slug:course>/<slug:lesson>/start/", views.start, name="start"),
    path("<slug:course>/<slug:lesson>/check/<slug:task>/", views.check, name="check"),
    path("<slug:course>/<slug:lesson>/predict/<slug:prediction>/", views.predict, name="predict"),
]
