"""Addresses of answers."""

from django.urls import path

from learnk8s.quizzes import views

app_name = "quizzes"
urlpatterns = [path("<slug:course>/<slug:lesson>/<slug:question>/", views.answer, name="answer")]
