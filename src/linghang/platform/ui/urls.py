"""Addresses of the user interface itself."""

from django.urls import path

from linghang.platform.ui import views

app_name = "ui"

urlpatterns = [
    path("theme/", views.choose_theme, name="theme"),
    path("manifest.webmanifest", views.show_manifest, name="manifest"),
    path("style/", views.show_style, name="style"),
]
