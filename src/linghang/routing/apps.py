from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "linghang.routing"
    label = "routing"
