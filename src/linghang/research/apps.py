from django.apps import AppConfig


class ResearchConfig(AppConfig):
    name = "linghang.research"
    label = "research"
