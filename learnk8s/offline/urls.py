"""Address of the page that is shown without a network."""

from django.urls import path

from learnk8s.offline import views

app_name = "offline"
urlpatterns = [path("", views.page, name="page")]
