"""Reads of committee members' own projects: their measures, progress and the report's contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from linghang.org.api import visible_units
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.pioneers.models import Project
from linghang.platform.access import Permission, Scope
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment


@dataclass(frozen=True)
class ProjectLine:
    """A project with how far its measures have come."""

    project: Project
    progress: worklists.Progress

    @property
    def pk(self) -> int:
        """Return the id of the project."""
        return self.project.pk


def list_projects(scope: Scope) -> QuerySet[Project]:
    """Return the projects the reader sees: of their units, their own, and those that ask their units."""
    asked = Assignment.objects.filter(worklist=OuterRef("worklist")).filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    )
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path") | Q(Exists(asked))
    if scope.person_id:
        seen |= Q(owner_id=scope.person_id)
    return Project.objects.filter(seen).select_related("unit", "owner", "worklist")


def list_of_unit(projects: QuerySet[Project], unit: Unit) -> QuerySet[Project]:
    """Keep the projects of the unit, and those with a measure it has to do."""
    asked = Assignment.objects.filter(worklist=OuterRef("worklist"), unit=unit)
    return projects.filter(Q(unit=unit) | Q(Exists(asked)))


def read_lines(projects: QuerySet[Project]) -> list[ProjectLine]:
    """Return the projects with their progress; two queries."""
    rows = list(projects)
    found = worklists.progress_of_lists([row.worklist_id for row in rows])
    return [ProjectLine(row, found[row.worklist_id]) for row in rows]


def list_tasks(project: Project) -> QuerySet[Assignment]:
    """Return what the project asks of whom, in the order of its measures."""
    found = Assignment.objects.filter(worklist_id=project.worklist_id)
    return found.select_related("item", "unit").order_by("item__number", "unit__path", "pk")


def list_committees(scope: Scope) -> QuerySet[Unit]:
    """Return the committees whose members' projects the reader sees."""
    found = visible_units(scope, Permission.VIEW_RECORDS)
    return found.filter(kind=UnitKind.COMMITTEE, closed_on=None)


def list_sitting(unit: Unit, on: date) -> list[Person]:
    """Return the members of the committee on the day."""
    return people.committee_on(unit.pk, on)


def list_doing(unit: Unit) -> QuerySet[Unit]:
    """Return the units that may be asked to do a measure: the Party units under the committee."""
    found = Unit.objects.filter(path__startswith=unit.path, closed_on=None)
    return found.exclude(kind=UnitKind.GROUP).order_by("path")
