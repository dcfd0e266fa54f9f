"""What other apps may ask of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.people.access import scope_of
from linghang.people.mapping import find_list_tabs, register_list_tab, register_person_panel
from linghang.people.models import Appointment, Person
from linghang.people.queries import (
    Roster,
    Span,
    appointments_as_of,
    can_view_person,
    committee_of,
    describe_people,
    list_waiting_requests,
    load_roster,
    members_of,
    search_people,
    users_with,
    visible_people,
)
from linghang.people.services import (
    MASKS,
    AppointmentDraft,
    PersonDraft,
    appoint_people,
    correct_people,
    correct_person,
    create_logins,
    decide_request,
    details_of,
    end_appointment,
    link_login,
    register_people,
    request_correction,
    transfer_member,
)
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Tab

__all__ = [
    "MASKS",
    "AppointmentDraft",
    "PersonDraft",
    "Roster",
    "Span",
    "appoint_people",
    "appointments_as_of",
    "can_view_person",
    "committee_on",
    "compute_scope",
    "correct_people",
    "correct_person",
    "create_logins",
    "decide_request",
    "describe_people",
    "details_of",
    "end_appointment",
    "find_by_name_in_unit",
    "get_visible_person",
    "link_login",
    "list_members",
    "list_tabs",
    "list_waiting_requests",
    "load_roster",
    "member_on",
    "members_of",
    "register_list_tab",
    "register_people",
    "register_person_panel",
    "request_correction",
    "search_people",
    "secretary_on",
    "transfer_member",
    "users_with",
    "visible_people",
]


def compute_scope(user: Any) -> Scope:
    """Return what the user may see and do today."""
    return scope_of(user, clock.today())


def list_members(unit_ids: Iterable[int], on: date) -> dict[int, list[Person]]:
    """Return the members of each unit itself on the day, by unit id (every id is there); one
    query.
    """
    found: dict[int, list[Person]] = {pk: [] for pk in unit_ids}
    rows = Appointment.objects.filter(unit_id__in=list(found), post_id="member", valid_from__lte=on)
    rows = rows.exclude(valid_to__lte=on).select_related("person").order_by("person__code")
    for row in rows:
        found[row.unit_id].append(row.person)
    return found


def list_tabs(scope: Scope, current: str) -> list[Tab]:
    """Return the list of people and the lists about people beside it, one being current."""
    tabs = []
    if scope.can(Permission.VIEW_PEOPLE):
        tabs.append(Tab(_("People"), reverse("people:list"), current=current == "people"))
    tabs += [
        Tab(tab.label, reverse(tab.url_name), current=current == tab.name)
        for tab in find_list_tabs(scope)
    ]
    return tabs if len(tabs) > 1 else []


def member_on(unit_id: int, person_id: int, on: date) -> bool:
    """Return whether the person was a member of the unit on the day."""
    rows = Appointment.objects.filter(
        unit_id=unit_id, person_id=person_id, post_id="member", valid_from__lte=on
    )
    return rows.exclude(valid_to__lte=on).exists()


def committee_on(unit_id: int, on: date) -> list[Person]:
    """Return the committee of the unit on the day, secretary first, each person once."""
    found = {row.person_id: row.person for row in committee_of([unit_id], on)}
    return list(found.values())


def secretary_on(unit_id: int, on: date) -> Person | None:
    """Return the secretary of the unit on the day."""
    rows = committee_of([unit_id], on).filter(post_id__in=["secretary", "committee_secretary"])
    row = rows.first()
    return row.person if row else None


def find_by_name_in_unit(unit_id: int, names: Iterable[str], on: date) -> dict[str, Person | None]:
    """Return the person each name means in the unit: a member on the day, else one who ever was
    there.

    None for a name nobody there ever bore. One query. Two persons of one name: the one holding a
    post
    on the day comes first, then by code.
    """
    wanted = {name: "".join(name.split()) for name in names}
    rows = (
        Appointment.objects.filter(unit_id=unit_id, person__name__in=set(wanted.values()))
        .select_related("person")
        .order_by("person__code")
    )
    found: dict[str, tuple[bool, Person]] = {}
    for row in rows:
        holds = row.valid_from <= on and (row.valid_to is None or on < row.valid_to)
        known = found.get(row.person.name)
        if known is None or (holds and not known[0]):
            found[row.person.name] = (holds, row.person)
    return {name: found[plain][1] if plain in found else None for name, plain in wanted.items()}


def get_visible_person(
    scope: Scope, pk: int, permission: Permission = Permission.VIEW_PEOPLE
) -> Person:
    """Return the person if the permission covers them or it is the reader; raises Http404
    otherwise.
    """
    person = visible_people(scope, permission).filter(pk=pk).first()
    if person is None:
        raise Http404
    return person
