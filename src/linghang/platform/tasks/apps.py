from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class TasksConfig(AppConfig):
    name = "linghang.platform.tasks"
    label = "jobs"

    def ready(self) -> None:
        # Each app's tasks.py registers its handlers.
        autodiscover_modules("tasks")
