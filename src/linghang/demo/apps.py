from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "linghang.demo"
    label = "demo"
