from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CampaignsConfig(AppConfig):
    name = "linghang.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        from linghang.campaigns import access, enums, packs, queries  # models are loaded by now
        from linghang.campaigns.models import Commitment
        from linghang.ledger import api as ledger
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation

        packs.register_sections()
        ledger.declare_kinds(enums.COMMITMENT)
        ledger.register_source("campaigns.commitment", "campaigns:commitment")
        register_owner(
            "campaigns.commitment",
            visible=lambda scope, pk: queries.list_commitments(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: access.can_report(
                scope, Commitment.objects.select_related("unit").get(pk=pk)
            ),
            unit_path=lambda pk: Commitment.objects.values_list("unit__path", flat=True).get(pk=pk),
        )
        notices.register_dates("campaigns", queries.list_dates)
        navigation.register(
            navigation.Entry(
                "campaigns",
                _("Special actions"),
                "flag",
                "campaigns:campaigns",
                Permission.VIEW_RECORDS,
                36,
                section=navigation.SERVICE,
            )
        )
