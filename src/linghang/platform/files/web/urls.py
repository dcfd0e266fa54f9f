"""Addresses of files."""

from django.urls import path

from linghang.platform.files.web import views

app_name = "files"
urlpatterns = [
    path("add/", views.add_files, name="add"),
    path("<int:pk>/", views.send_file, name="file"),
    path("<int:pk>/withdraw/", views.withdraw_file, name="withdraw"),
]
