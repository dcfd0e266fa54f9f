"""What the list of people can be narrowed to."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.org.api import in_force, visible_units
from linghang.org.enums import Line
from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.models import Appointment, Person, Post
from linghang.people.queries import search_people
from linghang.platform.access import Permission
from linghang.platform.calendar import clock


class PersonFilter(django_filters.FilterSet):
    """By name, branch, kind of member and post, as of today."""

    q = django_filters.CharFilter(label=_("Full name"), method="filter_text")
    unit = django_filters.ModelChoiceFilter(
        label=_("Unit"), queryset=Unit.objects.none(), method="filter_unit"
    )
    member_kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=MemberKind.choices, empty_label=_("Kind: all")
    )
    post = django_filters.ModelChoiceFilter(
        label=_("Post"), queryset=Post.objects.all(), method="filter_post"
    )

    class Meta:
        model = Person
        fields: list[str] = []  # declared above, in the order of the bar

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.request.scope  # type: ignore[union-attr]
        self.filters["unit"].field.queryset = visible_units(scope, Permission.VIEW_PEOPLE).filter(
            line=Line.PARTY, closed_on=None
        )

    def filter_text(self, people: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        """Keep whose name contains the text."""
        return search_people(people, value)

    def filter_unit(self, people: QuerySet[Person], _name: str, unit: Unit) -> QuerySet[Person]:
        """Keep who is in the unit or under it today."""
        return people.filter(Exists(_held().filter(unit__path__startswith=unit.path)))

    def filter_post(self, people: QuerySet[Person], _name: str, post: Post) -> QuerySet[Person]:
        """Keep who holds the post today."""
        return people.filter(Exists(_held().filter(post=post)))


def _held() -> QuerySet[Appointment]:
    return Appointment.objects.filter(in_force(clock.today()), person=OuterRef("pk"))
