"""The declared list of raised problems, and what a board's card shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linghang.platform.calendar import clock
from linghang.platform.ui.tables import Column, Empty, Table
from linghang.routing import access
from linghang.routing.enums import Holder, Lateness, Stage, Urgency
from linghang.routing.models import Case, Leg
from linghang.routing.queries import clocks


@dataclass(frozen=True)
class Card:
    """A case on the board: who has it now, how long, and how its two clocks stand."""

    case: Case
    urgency: Urgency
    holder: str
    age: str
    lateness: Lateness
    total: Lateness
    is_escalated: bool

    @property
    def worst(self) -> Lateness:
        """Return the worse of both clocks, for the colour of the card."""
        worse = [Lateness.RUNNING, Lateness.SOON, Lateness.LATE]
        return max((self.lateness, self.total), key=worse.index)


def make_card(case: Case, now: datetime) -> Card:
    """Return what the board shows of a case; no query."""
    return Card(
        case=case,
        urgency=Urgency(case.urgency),
        holder=name_holder(case),
        age=clocks.describe_seconds(clocks.seconds_between(case.stage_since, now)),
        lateness=clocks.find_lateness(case.stage_due_at, None, now),
        total=clocks.find_lateness(case.total_due_at, None, now),
        is_escalated=access.is_escalated(case),
    )


def name_holder(case: Case) -> str:
    """Return who has to act now, by name where one is known."""
    holder = case.standing.holder
    if holder is Holder.UNIT and case.unit is not None:
        return f"{case.unit.name} · {case.person.name}" if case.person else case.unit.name
    if holder is Holder.FRONT:
        return case.raiser
    return "" if holder is Holder.NOBODY else str(holder.label)


def find_case_lateness(case: Case) -> Lateness:
    """Return how the clock of the whole way stands; it stops with the answer that was confirmed."""
    ended = case.answered_at if case.stage == Stage.CONFIRMED else case.ended_at
    return clocks.find_lateness(case.total_due_at, ended, clock.now())


def find_stage_lateness(case: Case) -> Lateness | None:
    """Return how the clock of the present stage stands, None once there is none."""
    if case.stage_due_at is None:
        return None
    return clocks.find_lateness(case.stage_due_at, None, clock.now())


def describe_leg(leg: Leg, now: datetime) -> dict[str, Any]:
    """Return a leg as the time line shows it."""
    seconds = leg.spent
    if seconds is None:
        seconds = clocks.seconds_between(leg.started_at, now)
    return {
        "leg": leg,
        "stage": Stage(leg.stage),
        "spent": clocks.describe_seconds(seconds),
        "lateness": clocks.find_lateness(leg.due_at, leg.ended_at, now),
    }


CASES = Table(
    caption=gettext_lazy("Raised problems"),
    columns=(
        Column(
            "text",
            gettext_lazy("Problem"),
            link=lambda case: reverse("routing:case", args=[case.pk]),
            sort=("text", "pk"),
        ),
        Column("number", gettext_lazy("Number"), sort=("number",)),
        Column("category", gettext_lazy("Category"), render=lambda case: str(case.category)),
        Column("urgency", gettext_lazy("Urgency"), states=Urgency, sort=("urgency", "pk")),
        Column("stage", gettext_lazy("Stage"), states=Stage, sort=("stage", "pk")),
        Column("holder", gettext_lazy("Now with"), render=name_holder),
        Column("clock", gettext_lazy("Stage clock"), render=find_stage_lateness),
        Column("total", gettext_lazy("Whole way"), render=find_case_lateness),
        Column(
            "raised_at",
            gettext_lazy("Raised"),
            sort=("raised_at", "pk"),
            export=lambda case: case.raised_at.date(),
        ),
    ),
    default_sort="-raised_at",
    empty=Empty(
        gettext_lazy("No problem has been raised yet"),
        gettext_lazy(
            "Whoever meets one raises it in four answers; the way to who solves it is found."
        ),
        "message-report",
    ),
)


def list_export_columns() -> list[tuple[str, Any]]:
    """Return the headings of the exported list, each with what it reads of a case."""
    return [
        (_("Number"), lambda c: c.number),
        (_("Problem"), lambda c: c.text),
        (_("Category"), lambda c: str(c.category)),
        (_("Urgency"), lambda c: str(Urgency(c.urgency).label)),
        (_("Raised in"), lambda c: c.front.name),
        (_("Raised by"), lambda c: c.raiser),
        (_("Raised"), lambda c: _local(c.raised_at)),
        (_("Place"), lambda c: c.place.name if c.place else ""),
        (_("Stage"), lambda c: str(c.standing.label)),
        (_("Now with"), name_holder),
        (_("Solving unit"), lambda c: c.unit.name if c.unit else ""),
        (_("Stage due"), lambda c: _local(c.stage_due_at)),
        (_("Whole way due"), lambda c: _local(c.total_due_at)),
        (_("Whole way"), lambda c: str(find_case_lateness(c).label)),
        (_("Hand-overs"), lambda c: c.handovers),
        (pgettext("case", "Not solved"), lambda c: c.not_solved),
        (_("Answer"), lambda c: c.answer),
        (_("Ended"), lambda c: _local(c.ended_at)),
    ]


def _local(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
