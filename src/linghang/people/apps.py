from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "linghang.people"
    label = "people"
