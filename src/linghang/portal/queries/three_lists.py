"""What a unit works on, learns and is measured by (三张清单), read from the records themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linghang.activities import api as activities
from linghang.activities.api import CadenceTick
from linghang.evaluation import api as evaluation
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.portal.queries.due import Due, show_task
from linghang.worklists import api as worklists
from linghang.worklists.enums import FINISHED, WAITING, ListKind
from linghang.worklists.models import Assignment, Worklist

STUDY_LISTS = (ListKind.LEARNING, ListKind.READING)
# Duties of organisation life that are study: the codes of the packs study-cadence and organisation-life.
STUDY_KINDS = {
    "first_topic",
    "weekly_study",
    "monthly_topic",
    "quarterly_seminar",
    "party_lecture",
}
TASKS_SHOWN = 10
FINISHED_SHOWN = 4
LISTS_SHOWN = 6


@dataclass(frozen=True)
class Plan:
    """A study plan or reading list with how far the unit and its members are."""

    worklist: Worklist
    progress: worklists.Progress


@dataclass(frozen=True)
class ThreeLists:
    """The work list, the study plan and the index of one unit; `year` is what the sums are about."""

    unit: Unit
    year: int
    work: worklists.Progress
    tasks: tuple[Due, ...]
    finished: tuple[Due, ...]
    plans: tuple[Plan, ...]
    ticks: tuple[CadenceTick, ...]
    score: evaluation.LatestScore | None

    @property
    def more(self) -> int:
        """Return how many tasks wait beyond those shown."""
        return max(self.work.open + self.work.returned - len(self.tasks), 0)


def read_three_lists(scope: Scope, unit: Unit) -> ThreeLists:
    """Return the three lists of a unit as they stand now; nothing of them is kept anywhere else.

    The work list is what the unit itself owes, units under it included; the study plan counts its
    members' own tasks as far as the reader may see them. A fixed number of queries.
    """
    today = clock.today()
    tasks = worklists.list_tasks(scope).filter(unit__path__startswith=unit.path)
    this_year = Q(due_on__year=today.year) | Q(state__in=WAITING)
    work = worklists.filter_unit_tasks(tasks).exclude(worklist__kind__in=STUDY_LISTS)
    work = work.filter(this_year)
    waiting = worklists.returned_first(worklists.filter_waiting(work))[:TASKS_SHOWN]
    done = work.filter(state__in=FINISHED).order_by("-finished_on", "-pk")[:FINISHED_SHOWN]
    may_record = bool(scope.can(Permission.EDIT_RECORDS, unit.path))
    ticks = activities.cadence_row(unit, activities.this_month(), may_record=may_record)
    return ThreeLists(
        unit=unit,
        year=today.year,
        work=worklists.count_progress(work),
        tasks=tuple(show_task(task, today) for task in waiting),
        finished=tuple(show_task(task, today) for task in done),
        plans=tuple(_list_plans(tasks.filter(this_year))),
        ticks=tuple(tick for tick in ticks if tick.kind.code in STUDY_KINDS),
        score=evaluation.latest_scores(scope, [unit.pk]).get(unit.pk),
    )


def _list_plans(tasks: QuerySet[Assignment]) -> Sequence[Plan]:
    study = tasks.filter(worklist__kind__in=STUDY_LISTS)
    ids = set(study.order_by().values_list("worklist_id", flat=True).distinct())
    lists = Worklist.objects.filter(pk__in=ids).order_by("-pk")[:LISTS_SHOWN]
    found = worklists.progress_of_lists([each.pk for each in lists], study)
    return [Plan(each, found[each.pk]) for each in lists]
