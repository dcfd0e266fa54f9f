"""Addresses of lists and tasks."""

from django.urls import path

from linghang.worklists.web import views

app_name = "worklists"
urlpatterns = [
    path("", views.list_tasks, name="tasks"),
    path("add/", views.add_tasks, name="add-tasks"),
    path("units/<int:pk>/", views.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", views.show_task, name="task"),
    path("<int:pk>/finish/", views.finish_task, name="finish-task"),
    path("<int:pk>/correct/", views.correct_task, name="correct-task"),
]
