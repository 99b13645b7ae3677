"""Addresses of answers, tests and review."""

from django.urls import path

from learnk8s.quizzes import reviewing, testing, views

app_name = "quizzes"
urlpatterns = [
    path("review/", reviewing.page, name="review"),
    path("<slug:course>/<slug:lesson>/test/", testing.test, name="test"),
    path("<slug:course>/<slug:lesson>/test/begin/", testing.begin, name="begin"),
    path("<slug:course>/<slug:lesson>/test/save/", testing.save, name="save"),
    path("<slug:course>/<slug:lesson>/test/finish/", testing.finish, name="finish"),
    path("<slug:course>/<slug:lesson>/<slug:question>/timed/", testing.test, name="timed"),
    path("<slug:course>/<slug:lesson>/<slug:question>/timed/begin/", testing.begin, name="begin-timed"),
    path("<slug:course>/<slug:lesson>/<slug:question>/timed/save/", testing.save, name="save-timed"),
    path("<slug:course>/<slug:lesson>/<slug:question>/timed/finish/", testing.finish, name="finish-timed"),
    path("<slug:course>/<slug:lesson>/<slug:question>/", views.answer, name="answer"),
]
