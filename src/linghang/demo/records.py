"""The year of a bureau on record: what was held, noted, served, asked and found, with what was due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.demo import world, year
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.rectification import api as rectification
from linghang.service import api as service
from linghang.worklists import api as worklists
from linghang_core.periods import Period

WORKLIST = "年度党建重点任务一览表"


def build(
    *,
    bureau: world.Bureau,
    units: dict[str, Unit],
    persons: dict[str, Person],
    months: Sequence[Period],
    today: date,
) -> None:
    """Record what the year brings: activities, visits, tasks and problems, then what was due."""
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    records, visits, tasks, problems = [], [], [], []
    taken: set[tuple[str, str, date, str]] = set()
    for event in year.invent_year(bureau, list(months), today):
        unit = units[event.branch.name]
        if isinstance(event, year.Held):
            place = units[event.unit] if event.unit else unit
            if _is_new(taken, place.name, event.kind, event.on, event.topic):
                records.append(_held(event, kinds[event.kind], place, persons, today))
        elif isinstance(event, year.Noted):
            who = event.person.name if event.person else ""
            if _is_new(taken, unit.name, event.kind, event.on, event.title + who):
                records.append(_noted(event, kinds[event.kind], unit, persons))
        elif isinstance(event, year.Served):
            visits.append(_served(event, unit, persons))
        elif isinstance(event, year.Asked):
            tasks.append(
                worklists.TaskDraft(
                    worklist=WORKLIST,
                    item=event.item,
                    unit=unit,
                    due_on=event.due_on,
                    finished_on=event.done_on,
                    result="已完成" if event.done_on else "",
                )
            )
        else:
            problems.append(
                rectification.ProblemDraft(
                    source=event.source,
                    text=event.text,
                    unit=unit,
                    due_on=event.due_on,
                    responsible=persons[event.responsible.name],
                    responsible_name=event.responsible.name,
                    measure=event.measure,
                    closed_on=event.closed_on,
                )
            )
    activities.record_activities(drafts=records, actor=None)
    service.save_visits(drafts=visits, actor=None)
    worklists.save_tasks(drafts=tasks, actor=None)
    rectification.save_problems(drafts=problems, actor=None)
    own = [unit for unit in units.values() if unit.line == "party"]
    activities.ensure_obligations(units=own, periods=[*months, months[-1].next()])
    activities.refresh_obligations(unit_ids=[unit.pk for unit in own])


def _is_new(
    taken: set[tuple[str, str, date, str]], unit: str, kind: str, on: date, topic: str
) -> bool:
    """Return whether no record of this kind, day and topic was made before, and remember it."""
    key = (unit, kind, on, topic)
    if key in taken:
        return False
    taken.add(key)
    return True


def _held(
    event: year.Held, kind: ActivityKind, unit: Unit, persons: dict[str, Person], today: date
) -> activities.ActivityDraft:
    return activities.ActivityDraft(
        kind=kind,
        unit=unit,
        occurred_on=event.on,
        topic=event.topic,
        host_id=persons[event.host.name].pk,
        host_name=event.host.name,
        hours=event.hours,
        also=event.also,
        absences=[
            activities.Absence(
                name=member.name,
                person_id=persons[member.name].pk,
                reason=reason,
                state="leave" if reason else "absent",
            )
            for member, reason in event.absent
        ],
        recorded_on=min(event.recorded_on, today),
    )


def _noted(
    event: year.Noted, kind: ActivityKind, unit: Unit, persons: dict[str, Person]
) -> activities.ActivityDraft:
    return activities.ActivityDraft(
        kind=kind,
        unit=unit,
        occurred_on=event.on,
        topic=event.title,
        person_id=persons[event.person.name].pk if event.person else None,
        quantity=event.quantity,
        status=event.status,
        verified=event.verified,
        recorded_on=event.on,
    )


def _served(event: year.Served, unit: Unit, persons: dict[str, Person]) -> service.VisitDraft:
    return service.VisitDraft(
        team=event.branch.team,
        unit=unit,
        occurred_on=event.on,
        content=event.content,
        place=event.place,
        partner=event.partner,
        hours=event.hours,
        people=tuple(persons[member.name] for member in event.people),
        people_served=event.served,
    )
