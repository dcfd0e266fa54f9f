"""Persons, posts and appointments; from appointments comes the scope of each reader."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "linghang.people"
    label = "people"

    def ready(self) -> None:
        # Models are there only now.
        from linghang.org.api import declare_follower, register_unit_panel
        from linghang.people.services import AppointmentsFollow
        from linghang.platform.access import Permission
        from linghang.platform.ui import navigation

        declare_follower("appointments", AppointmentsFollow())
        register_unit_panel(
            "people",
            _("People and posts"),
            "people:unit-panel",
            order=10,
            visible=lambda scope, unit: (
                unit.line == "party" and bool(scope.can(Permission.VIEW_PEOPLE, unit.path))
            ),
        )
        navigation.register(
            navigation.Entry(
                "people",
                _("People"),
                "users",
                "people:list",
                Permission.VIEW_PEOPLE,
                64,
                section=navigation.BASICS,
            )
        )
