from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "linghang.org"
    label = "org"
