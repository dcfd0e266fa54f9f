from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    name = "linghang.activities"
    label = "activities"
