"""Addresses of one's own account."""

from django.urls import path

from learnk8s.accounts import views

app_name = "accounts"
urlpatterns = [path("", views.profile, name="profile"), path("password/", views.change_password, name="password"), path("export/", views.export, name="export"), path("delete/", views.delete, name="delete")]
