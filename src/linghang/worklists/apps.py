from django.apps import AppConfig


class WorklistsConfig(AppConfig):
    name = "linghang.worklists"
    label = "worklists"
