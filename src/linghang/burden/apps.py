from django.apps import AppConfig


class BurdenConfig(AppConfig):
    name = "linghang.burden"
    label = "burden"
