from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "linghang.library"
    label = "library"
