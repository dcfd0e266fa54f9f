"""Recording what service teams did; the facts go with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.service.models import Participation, ServiceTeam, ServiceVisit, VisitRevision

BATCH = 500


@dataclass(frozen=True)
class VisitDraft:
    """A service activity to be recorded. `hours` is in hundredths."""

    team: str
    unit: Unit
    occurred_on: date
    content: str
    hours: int
    people: tuple[Person, ...]
    place: str = ""
    people_served: int = 0
    partner: str = ""

    @property
    def key(self) -> tuple[str, int, date, str, str]:
        """Return what makes the activity the same one when it is brought in again."""
        return (self.team, self.unit.pk, self.occurred_on, self.content, self.place)


@transaction.atomic
def save_visits(*, drafts: Sequence[VisitDraft], actor: Any) -> tuple[int, int, int]:
    """Record the activities or bring them up to date; return (new, changed, unchanged)."""
    teams = _open_teams(drafts)
    known: dict[tuple[Any, ...], list[ServiceVisit]] = {}
    for visit in (
        ServiceVisit.objects.filter(team__in=teams.values(), withdrawn_at=None)
        .select_related("team")
        .prefetch_related("participations")
        .order_by("pk")
    ):
        key = (visit.team.name, visit.team.unit_id, visit.occurred_on, visit.content, visit.place)
        known.setdefault(key, []).append(visit)
    new, changed, unchanged = [], [], []
    for draft in drafts:
        waiting = known.get(draft.key)
        if not waiting:
            visit = ServiceVisit(
                team=teams[(draft.unit.pk, draft.team)],
                occurred_on=draft.occurred_on,
                content=draft.content,
                place=draft.place,
                created_by=_user(actor),
            )
            _fill(visit, draft)
            new.append((visit, draft))
            continue
        visit = waiting.pop(0)
        if _differs(visit, draft):
            _fill(visit, draft)
            changed.append((visit, draft))
        else:
            unchanged.append(visit)
    ServiceVisit.objects.bulk_create([visit for visit, _d in new], batch_size=BATCH)
    ServiceVisit.objects.bulk_update(
        [visit for visit, _d in changed], ["hours", "people_served", "partner"], batch_size=BATCH
    )
    Participation.objects.filter(visit__in=[visit for visit, _d in changed]).delete()
    Participation.objects.bulk_create(
        [
            Participation(visit=visit, person=person)
            for visit, draft in [*new, *changed]
            for person in dict.fromkeys(draft.people)
        ],
        batch_size=BATCH,
    )
    _write_facts(
        [(visit, [p.pk for p in dict.fromkeys(draft.people)]) for visit, draft in [*new, *changed]],
        actor=actor,
    )
    if new or changed:
        audit.record(
            actor=actor,
            verb="save_visits",
            label=_("service activities"),
            new={"new": len(new), "changed": len(changed)},
        )
    return len(new), len(changed), len(unchanged)


@transaction.atomic
def correct_visit(
    *, visit: ServiceVisit, draft: VisitDraft, reason: str, actor: Any
) -> ServiceVisit:
    """Correct an activity with a reason; what it said before is kept and its facts follow."""
    old = _values(visit)
    VisitRevision.objects.create(visit=visit, actor=_user(actor), reason=reason, old=old)
    visit.occurred_on, visit.content, visit.place = draft.occurred_on, draft.content, draft.place
    _fill(visit, draft)
    visit.save()
    visit.participations.all().delete()
    Participation.objects.bulk_create(
        [Participation(visit=visit, person=person) for person in dict.fromkeys(draft.people)]
    )
    _write_facts([(visit, [p.pk for p in dict.fromkeys(draft.people)])], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="correct_visit",
        target=visit,
        unit_path=visit.team.unit.path,
        old=old,
        new=_values(visit),
        reason=reason,
    )
    return visit


@transaction.atomic
def withdraw_visit(*, visit: ServiceVisit, reason: str, actor: Any) -> None:
    """Take back an activity that did not happen; the row and its history stay."""
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    VisitRevision.objects.create(visit=visit, actor=_user(actor), reason=reason, old=_values(visit))
    visit.withdrawn_at = clock.now()
    visit.save(update_fields=["withdrawn_at"])
    withdraw_entries([visit], reason=reason)
    audit.record(
        actor=actor,
        verb="withdraw_visit",
        target=visit,
        unit_path=visit.team.unit.path,
        reason=reason,
    )


def _open_teams(drafts: Sequence[VisitDraft]) -> dict[tuple[int, str], ServiceTeam]:
    wanted = {(draft.unit.pk, draft.team) for draft in drafts}
    teams = {
        (team.unit_id, team.name): team
        for team in ServiceTeam.objects.filter(unit_id__in={unit for unit, _name in wanted})
    }
    missing = [ServiceTeam(unit_id=unit, name=name) for unit, name in sorted(wanted - teams.keys())]
    for team in ServiceTeam.objects.bulk_create(missing):
        teams[(team.unit_id, team.name)] = team
    return teams


def _write_facts(
    visits: Iterable[tuple[ServiceVisit, list[int]]], *, actor: Any, reason: str = ""
) -> None:
    write_entries(
        [
            EntryDraft(
                source=visit,
                kind="service.visit",
                unit_id=visit.team.unit_id,
                title=visit.content,
                occurred_on=visit.occurred_on,
                judge_lateness=False,
                detail={"team": visit.team.name, "place": visit.place, "partner": visit.partner},
                facts=[
                    FactDraft(
                        kind="service.visit",
                        quantity=visit.people_served * 100,
                        unit_id=visit.team.unit_id,
                        occurred_on=visit.occurred_on,
                    ),
                    *(
                        FactDraft(
                            kind="service.hours",
                            quantity=visit.hours,
                            unit_id=visit.team.unit_id,
                            person_id=person_id,
                            occurred_on=visit.occurred_on,
                        )
                        for person_id in people
                    ),
                ],
            )
            for visit, people in visits
        ],
        actor=actor,
        reason=reason,
    )


def _fill(visit: ServiceVisit, draft: VisitDraft) -> None:
    visit.hours, visit.people_served, visit.partner = (
        draft.hours,
        draft.people_served,
        draft.partner,
    )


def _differs(visit: ServiceVisit, draft: VisitDraft) -> bool:
    people = sorted(p.person_id for p in visit.participations.all())
    return (visit.hours, visit.people_served, visit.partner, people) != (
        draft.hours,
        draft.people_served,
        draft.partner,
        sorted({person.pk for person in draft.people}),
    )


def _values(visit: ServiceVisit) -> dict[str, Any]:
    return {
        "occurred_on": visit.occurred_on.isoformat(),
        "content": visit.content,
        "place": visit.place,
        "hours": visit.hours,
        "people_served": visit.people_served,
        "partner": visit.partner,
        "people": [p.person.name for p in visit.participations.select_related("person")],
    }


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
