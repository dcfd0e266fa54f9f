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
from linghang.service import queries
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


def natural_key(visit: ServiceVisit) -> tuple[str, int, date, str, str]:
    """Return what makes the activity the same one when it is brought in again; see VisitDraft.key."""
    return (visit.team.name, visit.team.unit_id, visit.occurred_on, visit.content, visit.place)


@transaction.atomic
def save_visits(
    *, drafts: Sequence[VisitDraft], actor: Any, reason: str = ""
) -> tuple[int, int, int]:
    """Record the activities or bring them up to date; return (new, changed, unchanged).

    An activity that stands twice among the drafts is two: the second is matched with the second one
    known.
    """
    known: dict[tuple[Any, ...], list[ServiceVisit]] = {}
    for visit in queries.list_standing({draft.unit.pk for draft in drafts}):
        known.setdefault(natural_key(visit), []).append(visit)
    new: list[VisitDraft] = []
    changed: list[tuple[ServiceVisit, VisitDraft]] = []
    for draft in drafts:
        waiting = known.get(draft.key)
        if not waiting:
            new.append(draft)
            continue
        visit = waiting.pop(0)
        if _differs(visit, draft):
            changed.append((visit, draft))
    create_visits(drafts=new, actor=actor)
    update_visits(updates=changed, reason=reason, actor=actor)
    return len(new), len(changed), len(drafts) - len(new) - len(changed)


@transaction.atomic
def create_visits(*, drafts: Sequence[VisitDraft], actor: Any) -> list[ServiceVisit]:
    """Record new activities with their people and facts, opening the teams; return them in order."""
    if not drafts:
        return []
    teams = _open_teams(drafts)
    visits = []
    for draft in drafts:
        visit = ServiceVisit(
            team=teams[(draft.unit.pk, draft.team)],
            occurred_on=draft.occurred_on,
            content=draft.content,
            place=draft.place,
            created_by=_user(actor),
        )
        _fill(visit, draft)
        visits.append(visit)
    ServiceVisit.objects.bulk_create(visits, batch_size=BATCH)
    pairs = list(zip(visits, drafts, strict=True))
    _write_people(pairs)
    _write_facts([(visit, _ids(draft)) for visit, draft in pairs], actor=actor)
    _note("create_visits", visits, actor)
    return visits


@transaction.atomic
def update_visits(
    *, updates: Sequence[tuple[ServiceVisit, VisitDraft]], reason: str, actor: Any
) -> None:
    """Bring activities up to date from a file; what they said before is kept with the reason."""
    if not updates:
        return
    visits = [visit for visit, _draft in updates]
    VisitRevision.objects.bulk_create(
        [
            VisitRevision(visit=visit, actor=_user(actor), reason=reason, old=values_of(visit))
            for visit in visits
        ],
        batch_size=BATCH,
    )
    for visit, draft in updates:
        _fill(visit, draft)
    ServiceVisit.objects.bulk_update(
        visits, ["hours", "people_served", "partner"], batch_size=BATCH
    )
    _write_people(updates)
    facts = [(visit, _ids(draft)) for visit, draft in updates]
    _write_facts(facts, actor=actor, reason=reason)
    _note("update_visits", visits, actor, reason)


@transaction.atomic
def correct_visit(
    *, visit: ServiceVisit, draft: VisitDraft, reason: str, actor: Any
) -> ServiceVisit:
    """Correct an activity with a reason; what it said before is kept and its facts follow."""
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    old = values_of(visit)
    VisitRevision.objects.create(visit=visit, actor=_user(actor), reason=reason, old=old)
    visit.occurred_on, visit.content, visit.place = draft.occurred_on, draft.content, draft.place
    _fill(visit, draft)
    visit.save()
    _write_people([(visit, draft)])
    _write_facts([(visit, _ids(draft))], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="correct_visit",
        target=visit,
        unit_path=visit.team.unit.path,
        old=old,
        new=values_of(visit),
        reason=reason,
    )
    return visit


@transaction.atomic
def withdraw_visit(*, visit: ServiceVisit, reason: str, actor: Any) -> None:
    """Take back an activity that did not happen; the row and its history stay."""
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    VisitRevision.objects.create(
        visit=visit, actor=_user(actor), reason=reason, old=values_of(visit)
    )
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


def _ids(draft: VisitDraft) -> list[int]:
    return [person.pk for person in dict.fromkeys(draft.people)]


def _write_people(pairs: Sequence[tuple[ServiceVisit, VisitDraft]]) -> None:
    ids = [visit.pk for visit, _draft in pairs]
    for start in range(0, len(ids), BATCH):
        Participation.objects.filter(visit__in=ids[start : start + BATCH]).delete()
    Participation.objects.bulk_create(
        [Participation(visit=visit, person_id=pk) for visit, draft in pairs for pk in _ids(draft)],
        batch_size=BATCH,
    )
    for visit, _draft in pairs:
        vars(visit).pop("_prefetched_objects_cache", None)  # who took part was read before


def _note(verb: str, visits: Sequence[ServiceVisit], actor: Any, reason: str = "") -> None:
    """Leave one audit row for many records; one record is named."""
    if len(visits) == 1:
        audit.record(
            actor=actor,
            verb=verb,
            target=visits[0],
            unit_path=visits[0].team.unit.path,
            new=values_of(visits[0]),
            reason=reason,
        )
        return
    audit.record(
        actor=actor,
        verb=verb,
        label=_("service activities"),
        new={"count": len(visits)},
        reason=reason,
    )


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


def values_of(visit: ServiceVisit) -> dict[str, Any]:
    """Return what the activity says, for its history and the audit trail."""
    return {
        "occurred_on": visit.occurred_on.isoformat(),
        "content": visit.content,
        "place": visit.place,
        "hours": visit.hours,
        "people_served": visit.people_served,
        "partner": visit.partner,
        "people": [p.person.name for p in visit.participations.all()],
    }


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
