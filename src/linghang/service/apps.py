from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "linghang.service"
    label = "service"
