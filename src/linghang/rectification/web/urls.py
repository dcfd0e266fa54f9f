"""Addresses of problems."""

from django.urls import path

from linghang.rectification.web import views

app_name = "rectification"
urlpatterns = [
    path("", views.list_problems, name="problems"),
    path("add/", views.add_problem, name="add-problem"),
    path("units/<int:pk>/", views.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", views.show_problem, name="problem"),
    path("<int:pk>/close/", views.close_problem, name="close-problem"),
    path("<int:pk>/correct/", views.correct_problem, name="correct-problem"),
]
