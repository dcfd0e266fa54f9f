"""Appointments follow their unit when it is merged, split or dissolved."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST, SECRETARY_POST
from linghang.people.models import Appointment
from linghang.platform.audit import services as audit


class AppointmentsFollow:
    """The follower declared to `org`: closes the appointments of a unit and opens them at
    another.
    """

    def count_open(self, unit_ids: Collection[int], on: date) -> int:
        """Return how many appointments in the units hold on the day or later."""
        return _tied(unit_ids, on).count()

    def list_movable(self, unit: Unit, on: date) -> Sequence[tuple[int, str]]:
        """Return the members of the unit as (person id, name)."""
        rows = _tied([unit.pk], on).filter(post_id=MEMBER_POST).select_related("person")
        return [(row.person_id, row.person.name) for row in rows.order_by("person__code")]

    def follow(
        self,
        *,
        moves: Mapping[int, int],
        only: Collection[int] | None,
        on: date,
        document_number: str,
        actor: Any,
    ) -> int:
        """Move appointments as `moves` says; `only` narrows to persons. Return how many were moved.

        Where the other unit has a secretary, that of the unit merged into it ceases to be one; a
        post
        the person holds there already is not opened twice.
        """
        rows = _tied(moves, on)
        if only is not None:
            rows = rows.filter(person_id__in=only)
        held = list(rows.select_related("person").order_by("post__order", "pk"))
        later = [row for row in held if row.valid_from > on]
        if later:
            raise ValidationError(
                _("%(name)s was appointed only on %(day)s; choose that day or a later one.")
                % {
                    "name": later[0].person.name,
                    "day": max(row.valid_from for row in later).isoformat(),
                },
                code="appointed_later",
            )
        there = set(
            Appointment.objects.filter(unit_id__in=set(moves.values()), valid_to=None).values_list(
                "person_id", "unit_id", "post_id"
            )
        )
        led = {unit for _person, unit, post in there if post == SECRETARY_POST}
        _close(held, on)
        opened = []
        for row in held:
            unit_id = moves[row.unit_id]
            if (row.person_id, unit_id, row.post_id) in there:
                continue
            if row.post_id == SECRETARY_POST and (unit_id in led or only is not None):
                continue
            opened.append(_copy(row, unit_id, on, document_number))
            if row.post_id == SECRETARY_POST:
                led.add(unit_id)
        Appointment.objects.bulk_create(opened, batch_size=500)
        if held:
            audit.record(
                actor=actor,
                verb="appointments_follow",
                label=", ".join(f"{old}→{new}" for old, new in moves.items()),
                new={"closed": len(held), "opened": len(opened), "on": on.isoformat()},
            )
        return len(opened)


def _tied(unit_ids: Collection[int] | Mapping[int, int], on: date) -> Any:
    return Appointment.objects.filter(unit_id__in=list(unit_ids)).filter(
        Q(valid_to=None) | Q(valid_to__gt=on)
    )


def _close(rows: Sequence[Appointment], on: date) -> None:
    empty = [row.pk for row in rows if row.valid_from == on]
    Appointment.objects.filter(pk__in=empty).delete()
    Appointment.objects.filter(pk__in=[row.pk for row in rows if row.valid_from < on]).update(
        valid_to=on
    )


def _copy(row: Appointment, unit_id: int, on: date, document_number: str) -> Appointment:
    return Appointment(
        person_id=row.person_id,
        unit_id=unit_id,
        post_id=row.post_id,
        valid_from=on,
        valid_to=row.valid_to,
        basis=row.basis,
        document_number=document_number or row.document_number,
    )
