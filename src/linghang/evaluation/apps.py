from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "linghang.evaluation"
    label = "evaluation"
