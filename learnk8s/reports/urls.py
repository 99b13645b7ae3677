"""Address of the form."""

from django.urls import path

from learnk8s.reports import views

app_name = "reports"
urlpatterns = [path("", views.report, name="report")]
