from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linghang.people"
    label = "people"

    def ready(self) -> None:
        # Models are there only now.
        from linghang.org.api import declare_follower
        from linghang.people.services import AppointmentsFollow

        declare_follower("appointments", AppointmentsFollow())
