"""Addresses of authoring."""

from django.urls import path

from learnk8s.library import views

app_name = "library"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:course>/<slug:lesson>/", views.edit, name="edit"),
    path("<slug:course>/<slug:lesson>/preview/", views.preview, name="preview"),
    path("<slug:course>/<slug:lesson>/history/", views.history, name="history"),
    path("<slug:course>/<slug:lesson>/publish/<int:number>/", views.publish, name="publish"),
    path("<slug:course>/<slug:lesson>/restore/<int:number>/", views.restore, name="restore"),
]
