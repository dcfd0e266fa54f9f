from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "linghang.platform.packs"
    label = "packs"
