"""Talks: only those one took part in can be read, whoever one is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from linghang.org.api import in_force
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.research.models import Talk, TalkScene, TalkTheme

ROOM = 2000  # of a list to choose a partner from


def list_talks(scope: Scope) -> QuerySet[Talk]:
    """Return the talks the reader took part in. No permission opens any other."""
    if scope.person_id is None:
        return Talk.objects.none()
    mine = Q(talker=scope.person_id) | Q(partner=scope.person_id)
    return Talk.objects.filter(mine, withdrawn_at=None).select_related("talker", "partner")


def get_talk(scope: Scope, pk: int) -> Talk | None:
    """Return one of the reader's own talks, None for any other."""
    return list_talks(scope).filter(pk=pk).first()


def list_partners(scope: Scope, on: date) -> QuerySet[Person]:
    """Return whom the reader may talk with: the own branch, and whoever they may see as people."""
    if scope.person_id is None:
        return Person.objects.none()
    homes = [pk for pk, _name, _path in scope.home_units]
    held = Appointment.objects.filter(in_force(on), person=OuterRef("pk"))
    near = held.filter(Q(unit__in=homes) | scope.restrict(Permission.VIEW_PEOPLE, "unit__path"))
    return Person.objects.filter(Exists(near)).exclude(pk=scope.person_id).order_by("name", "code")


def list_waiting(unit_ids: Iterable[int], on: date) -> dict[Unit, tuple[list[Person], int]]:
    """Return of each branch whom nobody has talked with this year, and how many members there are.

    It says who has not had a talk, never with whom or when the others had theirs. Two queries.
    """
    ids = list(unit_ids)
    members = Appointment.objects.filter(in_force(on), unit_id__in=ids, post_id=MEMBER_POST)
    rows = members.select_related("unit", "person").order_by("unit__path", "person__code")
    had: set[int] = set()
    this_year = Talk.objects.filter(on__year=on.year, withdrawn_at=None)
    of_them = Q(talker__in=members.values("person")) | Q(partner__in=members.values("person"))
    for pair in this_year.filter(of_them).values_list("talker", "partner"):
        had.update(pair)
    found: dict[Unit, tuple[list[Person], int]] = {}
    for row in rows:
        waiting, total = found.get(row.unit, ([], 0))
        if row.person_id not in had:
            waiting.append(row.person)
        found[row.unit] = (waiting, total + 1)
    return found


def name_scenes() -> dict[str, str]:
    """Return the occasions of talks by code, retired ones included."""
    return {row.code: str(row) for row in TalkScene.objects.all()}


def name_themes() -> dict[str, str]:
    """Return the themes of talks by code, retired ones included."""
    return {row.code: str(row) for row in TalkTheme.objects.all()}
