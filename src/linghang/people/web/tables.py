"""The list of people."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linghang.people.enums import MEMBER_POST, RequestState
from linghang.people.models import Person
from linghang.platform.ui.tables import Column, Empty, Table


def _branch(person: Any) -> str:
    return next((a.unit.name for a in person.present if a.post_id == MEMBER_POST), "")


def _posts(person: Any) -> str:
    return "、".join(
        f"{a.post}（{a.unit.name}）" if a.unit.name != _branch(person) else str(a.post)
        for a in person.present
        if a.post_id != MEMBER_POST
    )


def _address(person: Person) -> str:
    return reverse("people:person", args=[person.pk])


PEOPLE = Table(
    caption=_("People"),
    columns=(
        Column("name", _("Full name"), link=_address, sort=("name", "pk")),
        Column("branch", _("Branch"), render=_branch, sort=("branch_path", "name", "pk")),
        Column("member_kind", _("Kind"), sort=("member_kind", "pk")),
        Column("posts", _("Posts"), render=_posts),
        Column("job", _("Job"), sort=("job", "pk")),
        Column("joined_on", _("Joined on"), sort=("joined_on", "pk")),
    ),
    default_sort="branch",
    empty=Empty(
        _("Nobody found"),
        _("Change the filters, or import the roster."),
        icon="users",
    ),
)

REQUESTS = Table(
    caption=_("Corrections asked for"),
    columns=(
        Column(
            "person",
            _("Full name"),
            render=lambda one: one.person.name,
            link=lambda one: reverse("people:request", args=[one.pk]),
            sort=("person__name", "pk"),
        ),
        Column("field", _("To be corrected"), render=lambda one: one.label),
        Column("reason", _("Reason")),
        Column("sent_at", _("Sent"), sort=("sent_at", "pk")),
        Column("state", _("State"), states=RequestState, sort=("closed", "sent_at", "pk")),
    ),
    default_sort="state",
    empty=Empty(
        _("Nobody asks for a correction"),
        _("A member asks on the own page; it waits here until the branch has answered."),
        icon="circle-check",
    ),
)
