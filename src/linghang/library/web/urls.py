"""Addresses of the practice library."""

from django.urls import path

from linghang.library.web import views

app_name = "library"
urlpatterns = [
    path("", views.list_packs, name="list"),
    path("upload/", views.upload_pack, name="upload"),
    path("<slug:code>/", views.show_pack, name="pack"),
    path("<slug:code>/compare/", views.compare_versions, name="compare"),
    path("<slug:code>/install/", views.install_pack, name="install"),
]
