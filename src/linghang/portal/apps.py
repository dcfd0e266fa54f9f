from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "linghang.portal"
    label = "portal"
