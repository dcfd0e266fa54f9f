from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "linghang.platform.acts"
    label = "acts"
