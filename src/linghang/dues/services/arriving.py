"""Somebody who comes from elsewhere: until when dues were paid there."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.dues import queries
from linghang.dues.models import Arrival
from linghang.dues.services.keeping import sign
from linghang.people.models import Appointment
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


@transaction.atomic
def record_arrival(*, membership: Appointment, paid_until: date, actor: Any) -> Arrival:
    """Record until which month dues were paid before the membership; the next one is owed here.

    Raises ValidationError for a month that has not come yet.
    """
    month = queries.first_of(paid_until)
    if month > queries.first_of(clock.today()):
        raise ValidationError({"paid_until": _("The month has not come yet.")}, code="future")
    arrival = Arrival.objects.create(membership=membership, paid_until=month, **sign(actor))
    audit.record(
        actor=actor,
        verb="dues.arrived",
        target=arrival,
        label=membership.person.name,
        unit_path=membership.unit.path,
        new={"month": f"{month:%Y-%m}"},
    )
    return arrival
