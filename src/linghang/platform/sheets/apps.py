from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SheetsConfig(AppConfig):
    name = "linghang.platform.sheets"
    label = "sheets"

    def ready(self) -> None:
        # Models are not ready before this method runs.
        from linghang.platform.access import Permission
        from linghang.platform.sheets import jobs, services
        from linghang.platform.tasks.services import run_daily
        from linghang.platform.ui import navigation

        assert jobs
        # Each app's sheets.py registers its plans.
        autodiscover_modules("sheets")
        run_daily(services.PURGE)
        navigation.register(
            navigation.Entry(
                "import",
                _("Import"),
                "upload",
                "sheets:upload",
                Permission.IMPORT,
                70,
                section=navigation.BASICS,
            )
        )
