"""Addresses of lists and tasks."""

from django.urls import path

from linghang.worklists.web.views import tasks

app_name = "worklists"
urlpatterns = [
    # tasks
    path("", tasks.list_tasks, name="tasks"),
    path("add/", tasks.add_tasks, name="add-tasks"),
    path("units/<int:pk>/", tasks.show_unit_panel, name="unit-panel"),
    path("<int:pk>/", tasks.show_task, name="task"),
    path("<int:pk>/finish/", tasks.finish_task, name="finish-task"),
    path("<int:pk>/correct/", tasks.correct_task, name="correct-task"),
]
