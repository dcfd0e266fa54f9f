from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "linghang.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        """Let packs bring schemes."""
        from linghang.evaluation import packs  # models are loaded only now

        packs.register()
