"""Address of the glossary."""

from django.urls import path

from learnk8s.glossary import views

app_name = "glossary"
urlpatterns = [path("", views.index, name="index"), path("<slug:term>/", views.term, name="term")]
