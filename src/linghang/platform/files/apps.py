from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "linghang.platform.files"
    label = "files"

    def ready(self) -> None:
        # Models are not ready before this method runs.
        from linghang.platform.files import jobs
        from linghang.platform.tasks.services import run_daily

        run_daily(jobs.CLEAN)
