"""Address of the home page."""

from django.urls import path

from learnk8s.web.home import views

urlpatterns = [path("", views.home, name="home")]
