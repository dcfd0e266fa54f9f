from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "linghang.meetings"
    label = "meetings"

    def ready(self) -> None:
        from linghang.activities import api as activities  # models are loaded by now
        from linghang.activities.enums import Shape
        from linghang.ledger import api as ledger
        from linghang.meetings import enums, queries, services
        from linghang.org import api as org
        from linghang.platform.access import Permission
        from linghang.platform.files.api import register_owner
        from linghang.platform.ui import navigation

        ledger.declare_kinds(enums.RESOLUTION, enums.MAKE_UP)
        ledger.register_source("meetings.agendaitem", "meetings:item")
        ledger.register_source("meetings.makeup", "meetings:make_up_of")
        activities.declare_change_listener(services.follow_change)
        activities.register_record_panel(
            "agenda",
            _("Agenda"),
            "meetings:panel",
            visible=lambda _scope, activity: activity.kind.shape == Shape.ACTIVITY,
        )
        org.register_unit_panel(
            "meetings",
            _("Meeting book"),
            "meetings:unit_panel",
            order=45,
            visible=lambda scope, unit: bool(scope.can(Permission.VIEW_RECORDS, unit.path)),
        )
        register_owner(
            "activities.activity",
            visible=lambda scope, pk: queries.list_meetings(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: scope.can(
                Permission.EDIT_RECORDS, queries.list_meetings(scope).get(pk=pk).unit.path
            ),
            unit_path=queries.read_unit_path,
        )
        navigation.register(
            navigation.Entry(
                "resolutions",
                _("Resolutions"),
                "gavel",
                "meetings:resolutions",
                Permission.VIEW_RECORDS,
                order=33,
                section=navigation.LIFE,
            )
        )
