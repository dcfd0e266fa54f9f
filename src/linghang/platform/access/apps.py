from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "linghang.platform.access"
    label = "access"
