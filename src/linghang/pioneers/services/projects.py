"""A committee member's own project: opened with its measures, added to, closed with its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers.enums import ProjectState
from linghang.pioneers.models import Project
from linghang.platform.acts import fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.enums import ListKind, TaskState
from linghang.worklists.models import Assignment


@dataclass(frozen=True)
class MeasureDraft:
    """What is to be done, by which units, by when."""

    text: str
    units: Sequence[Unit]
    due_on: date
    standard: str = ""


@dataclass(frozen=True)
class ProjectDraft:
    """A committee member's project of a committee."""

    unit: Unit
    owner: Person
    title: str
    goal: str
    begins_on: date
    ends_on: date


@transaction.atomic
def open_project(
    *, draft: ProjectDraft, measures: Sequence[MeasureDraft], actor: Any, reason: str = ""
) -> Project:
    """Open the project; its measures are issued as a list, so whoever does them is asked at once.

    Raises ValidationError for an owner who is no member of the committee, a span that is empty, a measure due
    outside it, and what the list refuses.
    """
    today = clock.today()
    sitting = {person.pk for person in people.committee_on(draft.unit.pk, today)}
    if draft.owner.pk not in sitting:
        raise fault(
            "owner",
            _("%(name)s is no member of the committee.") % {"name": draft.owner.name},
            "owner",
        )
    if not draft.title.strip() or not draft.goal.strip():
        raise ValidationError(_("Name the project and what it is to reach."), code="title")
    if draft.ends_on < draft.begins_on:
        raise fault("ends_on", _("The last day lies before the first."), "order")
    _check_measures(measures, draft.begins_on, draft.ends_on)
    worklist = worklists.issue_list(
        title=f"{draft.title.strip()}（{draft.owner.name}）",
        kind=ListKind.TASKS,
        issuer=draft.unit,
        items=[_make_item(one) for one in measures],
        actor=actor,
        basis="党委委员项目",
        valid_from=draft.begins_on,
        valid_to=draft.ends_on,
        reason_over_cap=reason,
    )
    project = Project.objects.create(
        unit=draft.unit,
        owner=draft.owner,
        title=draft.title.strip(),
        goal=draft.goal.strip(),
        begins_on=draft.begins_on,
        ends_on=draft.ends_on,
        worklist=worklist,
        opened_by=known(actor),
    )
    _record(project, "project.opened", actor)
    return project


@transaction.atomic
def add_measures(
    *,
    project: Project,
    measures: Sequence[MeasureDraft],
    actor: Any,
    reason: str = "",
    seen: str | None = None,
) -> Project:
    """Add measures to the project; whoever does them is asked at once."""
    taken = _lock(project, seen)
    _check_measures(measures, taken.begins_on, taken.ends_on)
    worklists.add_items(
        worklist=taken.worklist,
        items=[_make_item(one) for one in measures],
        actor=actor,
        reason_over_cap=reason,
    )
    _move_on(taken)
    _record(taken, "project.measure_added", actor)
    return taken


@transaction.atomic
def close_project(
    *, project: Project, outcome: str, actor: Any, seen: str | None = None
) -> Project:
    """Close the project with its outcome. Raises ValidationError while a measure is unfinished."""
    taken = _lock(project, seen)
    if not outcome.strip():
        raise fault("outcome", _("Say what was reached."), "outcome")
    tasks = Assignment.objects.filter(worklist=taken.worklist)
    left = tasks.exclude(state__in=[TaskState.DONE, TaskState.WITHDRAWN]).count()
    if left:
        raise ValidationError(
            _("%(n)s measures are not finished: finish or withdraw them first.") % {"n": left},
            code="open",
        )
    worklists.close_list(worklist=taken.worklist, actor=actor)
    taken.state, taken.outcome = ProjectState.CLOSED, outcome.strip()
    taken.closed_on = clock.today()
    _move_on(taken)
    _record(taken, "project.closed", actor)
    return taken


def _check_measures(measures: Sequence[MeasureDraft], first: date, last: date) -> None:
    if not measures:
        raise ValidationError(_("A project has at least one measure."), code="measures")
    for one in measures:
        if not one.units:
            raise fault("units", _("Choose who does the measure."), "units")
        if not first <= one.due_on <= last:
            raise fault("due_on", _("The measure is due within the project’s days."), "outside")


def _make_item(draft: MeasureDraft) -> worklists.ItemDraft:
    return worklists.ItemDraft(
        text=draft.text.strip(),
        standard=draft.standard.strip(),
        units=tuple(draft.units),
        due_on=draft.due_on,
    )


def _lock(project: Project, seen: str | None) -> Project:
    found = Project.objects.select_for_update(of=("self",)).select_related(
        "unit", "owner", "worklist"
    )
    taken = found.get(pk=project.pk)
    if seen and seen != taken.seen:
        raise ValidationError(
            _("Somebody changed the project in the meantime. Look at it again."), code="moved"
        )
    if taken.state != ProjectState.RUNNING:
        raise ValidationError(_("This project is closed: nothing more is recorded."), code="closed")
    return taken


def _move_on(project: Project) -> None:
    project.version += 1
    project.save()


def _record(project: Project, verb: str, actor: Any) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=project,
        label=project.title,
        unit_path=project.unit.path,
        new={"state": str(project.state)},
    )
