from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "linghang.platform.sheets"
    label = "sheets"
