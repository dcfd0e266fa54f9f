"""Addresses of org."""

from django.urls import path

from linghang.org.web import views

app_name = "org"
urlpatterns = [
    path("", views.show_tree, name="tree"),
    path("add/", views.add_unit, name="add"),
    path("<int:pk>/", views.show_unit, name="unit"),
    path("<int:pk>/edit/", views.edit_unit, name="edit"),
    path("<int:pk>/coverage/", views.edit_coverage, name="coverage"),
    path("<int:pk>/rename/", views.act, {"name": "rename"}, name="rename"),
    path("<int:pk>/move/", views.act, {"name": "move"}, name="move"),
    path("<int:pk>/merge/", views.act, {"name": "merge"}, name="merge"),
    path("<int:pk>/split/", views.act, {"name": "split"}, name="split"),
    path("<int:pk>/dissolve/", views.act, {"name": "dissolve"}, name="dissolve"),
]
