"""Addresses of the burden meter."""

from django.urls import path

from linghang.burden.web import views

app_name = "burden"
urlpatterns = [
    path("", views.show_meter, name="meter"),
    path("export/", views.export, name="export"),
    path("units/<int:pk>/", views.show_unit, name="unit"),
]
