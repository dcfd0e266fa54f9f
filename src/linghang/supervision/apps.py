from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "linghang.supervision"
    label = "supervision"
