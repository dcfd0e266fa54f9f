"""Raising a problem at the front: four things are asked, the rest is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.files import api as files
from linghang.platform.numbering import services as numbering
from linghang.routing.enums import TOTAL, Stage, Urgency
from linghang.routing.models import Case, Category
from linghang.routing.queries import clocks
from linghang.routing.services import telling
from linghang.routing.services.legs import begin_leg, user_of


@dataclass(frozen=True)
class CaseDraft:
    """A problem to be raised. `front` is the Party unit it arose in, `place` the business unit it is about."""

    text: str
    category: Category
    front: Unit
    urgency: str = Urgency.ORDINARY
    place: Unit | None = None
    person: Person | None = None
    files: Sequence[Any] = field(default=())


@transaction.atomic
def raise_case(*, draft: CaseDraft, actor: Any) -> Case:
    """Raise a problem and return it: both its clocks run from now on, in working hours.

    Raises ValidationError for an empty text, a retired category, and when no pack says how long the
    stages may take.
    """
    if not draft.text.strip():
        raise ValidationError(_("Say what the problem is."), code="text")
    if draft.category.retired:
        raise ValidationError(_("This category is no longer used. Choose another."), code="retired")
    now = clock.now().replace(microsecond=0)
    total = clocks.find_due(clocks.load_limits(draft.urgency), draft.urgency, TOTAL, now)
    year = clock.today().year
    (number,) = numbering.take(f"routing.case.{year}")
    case = Case(
        number=f"WT{year}-{number:04d}",
        text=draft.text.strip(),
        category=draft.category,
        urgency=draft.urgency,
        front=draft.front,
        place=draft.place,
        raised_by=user_of(actor),
        raised_person=draft.person,
        raised_at=now,
        stage=Stage.RAISED,
        stage_since=now,
        total_due_at=total.at,
        provisional=total.provisional,
    )
    case.save()
    begin_leg(case, at=now)
    case.save()
    if draft.files:
        files.store_files(owner=case, uploads=draft.files, actor=actor)
    audit.record(
        actor=actor,
        verb="case.raised",
        target=case,
        unit_path=draft.front.path,
        new={"number": case.number, "category": draft.category.code, "urgency": draft.urgency},
    )
    telling.tell_holders(case, actor=actor)
    return case
