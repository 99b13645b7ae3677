"""Addresses of the era machine."""

from django.urls import path

from learnk8s.eramachine import views

app_name = "eramachine"
urlpatterns = [path("", views.index, name="index")]
