"""Units side by side: duties done, tasks in time, open problems, latest index; the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q

from linghang.activities import api as activities
from linghang.activities.enums import ObligationState
from linghang.evaluation import api as evaluation
from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.portal.queries.due import Waiting, count_by_unit
from linghang.portal.queries.posts import within
from linghang.worklists import api as worklists
from linghang.worklists.enums import FINISHED

NOTHING = Waiting()
UNRATED = Decimal(1000)


@dataclass(frozen=True)
class Duties:
    """How far a unit is with this month's duties: kinds done, owed, and missed."""

    done: int = 0
    owed: int = 0
    missed: int = 0

    @property
    def share(self) -> Decimal | None:
        """Return the part done in per cent, None where nothing is owed."""
        return Decimal(self.done * 100) / self.owed if self.owed else None


@dataclass(frozen=True)
class Punctual:
    """Tasks that fell due in a stretch of time, and how many were finished in time."""

    due: int = 0
    on_time: int = 0

    @property
    def share(self) -> Decimal | None:
        """Return the part finished in time in per cent, None where nothing fell due."""
        return Decimal(self.on_time * 100) / self.due if self.due else None


@dataclass(frozen=True)
class Row:
    """One branch in the matrix."""

    unit: Unit
    duties: Duties
    tasks: Waiting
    punctual: Punctual
    problems: Waiting
    total: evaluation.UnitTotal | None

    @property
    def late(self) -> int:
        """Return how many things are late or missed: what decides the order."""
        return self.duties.missed + self.tasks.late + self.problems.late

    @property
    def rank(self) -> tuple[int, Decimal, str]:
        """Return the sorting key: the most late things first, then the lowest index."""
        known = self.total.total if self.total and self.total.total is not None else UNRATED
        return (-self.late, known, self.unit.path)


def list_rows(scope: Scope, units: Sequence[Unit], start: date) -> list[Row]:
    """Return the rows of the units, the worst first; six queries however many units.

    `start` is the first day from which tasks count that fell due before today.
    """
    paths = [unit.path for unit in units]
    states = activities.cadence_states(units, activities.this_month())
    tasks, problems = count_by_unit(scope, _tops(paths))
    punctual = count_punctual(scope, _tops(paths), start)
    totals = evaluation.list_totals(
        scope, str(activities.this_month()), unit_ids=[unit.pk for unit in units]
    )
    rows = [
        Row(
            unit=unit,
            duties=judge_duties(states[unit.pk]),
            tasks=tasks.get(unit.pk, NOTHING),
            punctual=punctual.get(unit.pk, Punctual()),
            problems=problems.get(unit.pk, NOTHING),
            total=totals.get(unit.pk),
        )
        for unit in units
    ]
    return sorted(rows, key=lambda row: row.rank)


def judge_duties(states: Sequence[ObligationState]) -> Duties:
    """Return how many of a unit's duties are done, owed and missed; waived ones are not owed."""
    owed = [state for state in states if state != ObligationState.WAIVED]
    return Duties(owed.count(ObligationState.MET), len(owed), owed.count(ObligationState.MISSED))


def count_punctual(scope: Scope, paths: Sequence[str], start: date) -> dict[int, Punctual]:
    """Return, by unit, tasks due from a day until yesterday and those finished in time; one query."""
    rows = (
        worklists.filter_unit_tasks(worklists.list_tasks(scope))
        .filter(within(paths, "unit__path"), due_on__gte=start, due_on__lt=clock.today())
        .order_by()
        .values_list("unit_id")
        .annotate(
            due=Count("pk"),
            done=Count("pk", filter=Q(state__in=FINISHED, finished_on__lte=F("due_on"))),
        )
    )
    return {unit_id: Punctual(due, on_time) for unit_id, due, on_time in rows}


def _tops(paths: Sequence[str]) -> list[str]:
    """Return the roots of the trees the paths stand in: one short condition instead of hundreds."""
    return sorted({"/" + path.split("/")[1] + "/" for path in paths})
