from django.apps import AppConfig


class DiagnosisConfig(AppConfig):
    name = "linghang.diagnosis"
    label = "diagnosis"
