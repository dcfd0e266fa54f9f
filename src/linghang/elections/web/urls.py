"""Addresses of elections."""

from django.urls import path

from linghang.elections.web import views

app_name = "elections"
urlpatterns = [
    path("", views.list_units, name="units"),
    path("export/", views.export_units, name="export"),
    path("open/<int:unit_pk>/", views.open_election, name="open"),
    path("<int:pk>/", views.show_election, name="election"),
    path("<int:pk>/papers/<slug:paper>/", views.send_paper, name="paper"),
    path("<int:pk>/<slug:code>/", views.act, name="act"),
]
