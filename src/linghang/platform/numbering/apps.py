from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "linghang.platform.numbering"
    label = "numbering"
