"""The board of a special action: everything it shows is counted from the rooms below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from linghang.campaigns.enums import Measure
from linghang.campaigns.models import Campaign, Goal
from linghang.ledger import api as ledger
from linghang.ledger.models import Entry, Fact
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.rectification import api as rectification
from linghang.rectification.enums import SOLVED, UNSOLVED, ProblemState
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

HUNDRED = 100


def list_campaigns(scope: Scope) -> QuerySet[Campaign]:
    """Return the special actions of the bureaus in which the reader may see records."""
    roots = {"/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.VIEW_RECORDS)}
    every = "//" in roots
    if every:
        return Campaign.objects.select_related("root")
    mine = Q(root__path__in=roots) | scope.restrict(Permission.VIEW_RECORDS, "root__path")
    return Campaign.objects.filter(mine).select_related("root")


# -- goals -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GoalStanding:
    """How far a goal is: hundredths of its days, and of as many days right before it began.

    `baseline` is None where the ledger has no fact of the kind from then: a gap, not a nought.
    `unit` says what is counted, as "records" or "hours".
    """

    title: str
    kind: str
    value: int
    target: int
    baseline: int | None
    at_most: bool = False
    unit: str = ""

    @property
    def percent(self) -> int:
        """Return the part reached in whole per cent, rounded down, at most 100; of a ceiling what
        is used up of it, and 100 where it is exceeded.
        """
        if not self.target:
            return 100 if self.value else 0
        return min(100, self.value * 100 // self.target)

    @property
    def is_met(self) -> bool:
        """Return whether the target is reached, or a ceiling not exceeded."""
        return self.value <= self.target if self.at_most else self.value >= self.target


def count_goals(campaign: Campaign) -> list[GoalStanding]:
    """Return how far each goal is: facts of its kind on the days and under the root; two queries."""
    goals = list(campaign.goals.all())
    whole = (campaign.ends_on - campaign.starts_on).days + 1
    before = campaign.starts_on - timedelta(days=whole)
    during = Q(occurred_on__gte=campaign.starts_on, occurred_on__lte=campaign.ends_on)
    earlier = Q(occurred_on__lt=campaign.starts_on)
    rows = (
        Fact.objects.filter(
            withdrawn_seq=None,
            unit__path__startswith=campaign.root.path,
            kind__in={goal.kind for goal in goals},
        )
        .order_by()
        .values("kind")
        .annotate(
            now_quantity=Sum("quantity", filter=during),
            then_quantity=Sum("quantity", filter=earlier & Q(occurred_on__gte=before)),
            now_times=Count("pk", filter=during) * HUNDRED,
            then_times=Count("pk", filter=earlier & Q(occurred_on__gte=before)) * HUNDRED,
            known=Min("occurred_on", filter=earlier),
        )
    )
    found: dict[str, dict[str, Any]] = {row["kind"]: dict(row) for row in rows}
    return [_stand(goal, found.get(goal.kind, {})) for goal in goals]


def _stand(goal: Goal, row: dict[str, Any]) -> GoalStanding:
    known = row.get("known") is not None
    return GoalStanding(
        title=goal.title,
        kind=goal.kind,
        value=row.get(f"now_{goal.measure}") or 0,
        target=goal.target,
        baseline=(row.get(f"then_{goal.measure}") or 0) if known else None,
        at_most=goal.at_most,
        unit=_name_unit(goal),
    )


def _name_unit(goal: Goal) -> str:
    if goal.measure == Measure.TIMES:
        return _("records counted")
    kind = ledger.list_kinds().get(goal.kind)
    return str(kind.quantity) if kind else ""


# -- what belongs --------------------------------------------------------------------------------------


def list_entries(campaign: Campaign, lines: QuerySet[Entry] | None = None) -> QuerySet[Entry]:
    """Return the ledger lines that belong: by kind and, where words are given, by words; each once.

    `lines` are those to choose from: what a reader may see (ledger.list_entries), by default all,
    of which a board tells only numbers.
    """
    found = (Entry.objects.all() if lines is None else lines).filter(
        withdrawn_at=None,
        unit__path__startswith=campaign.root.path,
        occurred_on__gte=campaign.starts_on,
        occurred_on__lte=campaign.ends_on,
        kind__in=campaign.kinds,
    )
    words = campaign.words.split()
    if words:
        condition = Q(pk__in=[])
        for word in words:
            condition |= Q(title__icontains=word)
        found = found.filter(condition)
    return found.select_related("unit")


def list_tasks(campaign: Campaign) -> QuerySet[Assignment]:
    """Return what the lists of the special action ask of the units under its root, each task once."""
    return Assignment.objects.filter(_under(campaign), worklist__in=campaign.lists.all())


def list_problems(campaign: Campaign) -> QuerySet[Problem]:
    """Return the problems of its books in the units under its root, each once."""
    return Problem.objects.filter(_under(campaign), book__in=campaign.books.all())


def _under(campaign: Campaign) -> Q:
    """Return the condition of a unit under the root; a bureau's own includes its business units."""
    root = campaign.root
    return Q() if root.parent_id is None else Q(unit__path__startswith=root.path)


# -- by unit -------------------------------------------------------------------------------------------


@dataclass
class UnitRow:
    """What a unit has of a special action together with everything under it, each record once."""

    unit: Unit
    depth: int  # below the root
    tasks: worklists.Progress = field(default_factory=worklists.Progress)
    problems: int = 0
    solved: int = 0
    late_problems: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """Return how many ledger lines belong; a line has one kind, so none counts twice."""
        return self.kinds.total()

    @property
    def is_bare(self) -> bool:
        """Return whether nothing at all is recorded or asked here: a gap."""
        return not (self.tasks.total or self.problems or self.records)


def read_matrix(campaign: Campaign, on: date) -> list[UnitRow]:
    """Return the units under the root in the order of the tree, rolled up; four queries.

    A record counts for its own unit and each one above, once; groups count with their branch.
    """
    root = campaign.root
    units = list(Unit.objects.filter(path__startswith=root.path, line="party").order_by("path"))
    paths = {unit.pk: unit.path for unit in units}
    rows = {
        unit.path: UnitRow(unit, unit.path.count("/") - root.path.count("/"))
        for unit in units
        if unit.kind != UnitKind.GROUP
        and (unit.closed_on is None or unit.closed_on >= campaign.starts_on)
    }
    lines = list_entries(campaign).order_by().values_list("unit", "kind")
    for unit, kind, count in lines.annotate(Count("pk")):
        for row in _rows_above(rows, paths.get(unit, root.path)):
            row.kinds[kind] += count
    for unit, progress in worklists.progress_by(list_tasks(campaign), "unit_id", on).items():
        for row in _rows_above(rows, paths.get(unit, root.path)):
            row.tasks += progress
    problems = list_problems(campaign).exclude(state=ProblemState.WITHDRAWN).order_by()
    counted = problems.values("unit").annotate(
        total=Count("pk"),
        solved=Count("pk", filter=Q(state__in=SOLVED)),
        late=Count("pk", filter=Q(state__in=UNSOLVED, due_on__lt=on)),
    )
    for each in counted:
        for row in _rows_above(rows, paths.get(each["unit"], root.path)):
            row.problems += each["total"]
            row.solved += each["solved"]
            row.late_problems += each["late"]
    return list(rows.values())


def _rows_above(rows: dict[str, UnitRow], path: str) -> Iterator[UnitRow]:
    """Yield the row of a path and of each one above it; what stands elsewhere counts for the root."""
    parts = path.strip("/").split("/")
    for length in range(1, len(parts) + 1):
        row = rows.get("/" + "/".join(parts[:length]) + "/")
        if row is not None:
            yield row


# -- the whole board -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Board:
    """Everything the board of a special action shows, counted from the records."""

    goals: tuple[GoalStanding, ...]
    tasks: worklists.Progress
    problems: rectification.Standing
    entries: tuple[tuple[str, int], ...]  # kind and number of lines
    days_left: int
    percent_of_time: int


def read_board(campaign: Campaign, on: date) -> Board:
    """Return the board on a day; a fixed number of queries."""
    lines = list_entries(campaign).order_by()
    by_kind = lines.values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    whole = (campaign.ends_on - campaign.starts_on).days + 1
    passed = min(max((on - campaign.starts_on).days + 1, 0), whole)
    return Board(
        goals=tuple(count_goals(campaign)),
        tasks=worklists.count_progress(list_tasks(campaign)),
        problems=rectification.count_problems(list_problems(campaign), on),
        entries=tuple(by_kind),
        days_left=max((campaign.ends_on - on).days, 0),
        percent_of_time=passed * 100 // whole,
    )


# -- a week --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Week:
    """What was recorded of a special action from a Monday to its Sunday, and what is due in the next."""

    monday: date
    sunday: date
    entries: tuple[tuple[str, int], ...]
    lines: tuple[Entry, ...]  # the latest of them, to be named
    silent: tuple[Unit, ...]  # branches of which nothing was recorded
    finished: int
    found: int
    solved: int
    due_next: int  # tasks still open that are due in the week after
    goals: tuple[tuple[str, int], ...]  # title and number of the week, hundredths


NAMED = 10  # lines a bulletin names


def week_before(on: date) -> date:
    """Return the Monday of the last whole week before the day."""
    return on - timedelta(days=on.weekday() + 7)


def read_week(campaign: Campaign, monday: date) -> Week:
    """Return what was recorded in the week that begins on the Monday; a fixed number of queries."""
    sunday = monday + timedelta(days=6)
    lines = list_entries(campaign).filter(occurred_on__range=(monday, sunday))
    by_kind = lines.order_by().values_list("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    branches = Unit.objects.filter(
        path__startswith=campaign.root.path,
        line="party",
        kind__in=(UnitKind.BRANCH, UnitKind.JOINT_BRANCH),
        closed_on=None,
    ).order_by("path")
    heard = set(lines.order_by().values_list("unit__path", flat=True).distinct())
    tasks = worklists.filter_owed(list_tasks(campaign)).order_by()
    counts = tasks.aggregate(
        finished=Count("pk", filter=Q(finished_on__range=(monday, sunday))),
        due=Count(
            "pk",
            filter=Q(
                finished_on=None,
                due_on__range=(sunday + timedelta(days=1), sunday + timedelta(days=7)),
            ),
        ),
    )
    problems = list_problems(campaign).exclude(state=ProblemState.WITHDRAWN).order_by()
    stated = problems.aggregate(
        found=Count("pk", filter=Q(stated_on__range=(monday, sunday))),
        solved=Count("pk", filter=Q(closed_on__range=(monday, sunday), state__in=SOLVED)),
    )
    return Week(
        monday=monday,
        sunday=sunday,
        entries=tuple(by_kind),
        lines=tuple(lines.order_by("occurred_on", "pk")[:NAMED]),
        silent=tuple(b for b in branches if not _is_heard(b, heard)),
        finished=counts["finished"],
        found=stated["found"],
        solved=stated["solved"],
        due_next=counts["due"],
        goals=tuple(_sum_goals(campaign, monday, sunday)),
    )


def _is_heard(unit: Unit, paths: Iterable[str]) -> bool:
    return any(path.startswith(unit.path) for path in paths)


def _sum_goals(campaign: Campaign, first: date, last: date) -> Sequence[tuple[str, int]]:
    goals = list(campaign.goals.all())
    rows = (
        Fact.objects.filter(
            withdrawn_seq=None,
            unit__path__startswith=campaign.root.path,
            kind__in={goal.kind for goal in goals},
            occurred_on__range=(max(first, campaign.starts_on), min(last, campaign.ends_on)),
        )
        .order_by()
        .values_list("kind")
        .annotate(Count("pk"), Sum("quantity"))
    )
    sums: dict[tuple[str, str], int] = {}
    for kind, count, total in rows:
        sums[kind, Measure.TIMES] = count * HUNDRED
        sums[kind, Measure.QUANTITY] = int(total or 0)
    return [(goal.title, sums.get((goal.kind, goal.measure), 0)) for goal in goals]
