"""Reading special actions and commitments. Everything a board shows is counted from the rooms below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from django.db.models import Count, Q, QuerySet, Sum

from linghang.campaigns.enums import CommitmentState, Mark
from linghang.campaigns.models import Campaign, Commitment, Feedback
from linghang.ledger.models import Entry, Fact
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment

FEWEST_ANSWERS = 10  # below it only the number of answers is told
Z = 1.959963984540054  # 95 %


def list_campaigns(scope: Scope) -> QuerySet[Campaign]:
    """Return the special actions of the bureaus in which the reader may see records."""
    roots = {"/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.VIEW_RECORDS)}
    every = "//" in roots
    if every:
        return Campaign.objects.select_related("root")
    mine = Q(root__path__in=roots) | scope.restrict(Permission.VIEW_RECORDS, "root__path")
    return Campaign.objects.filter(mine).select_related("root")


def list_commitments(scope: Scope) -> QuerySet[Commitment]:
    """Return the commitments of the reader's bureaus: a promise is for everybody to see."""
    roots = ["/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.VIEW_RECORDS)]
    condition = Q(pk__in=[])
    for root in roots:
        condition |= ~Q(pk__in=[]) if root == "//" else Q(unit__path__startswith=root)
    found = Commitment.objects.filter(condition)
    return found.select_related("unit", "leader").annotate(
        n_answers=Count("feedback", distinct=True)
    )


def count_people(commitment: Commitment) -> int:
    """Return how many people the steps reached; those named as the same people are not added."""
    found = commitment.steps.filter(same_people=False).aggregate(sum=Sum("people"))
    return int(found["sum"] or 0)


# -- what people say -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Satisfaction:
    """Share of answers that are satisfied or mostly satisfied, with its 95 % interval (Wilson).

    Below ten answers only their number is told: `share`, `low` and `high` are None.
    """

    answers: int
    share: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def rate(answers: int, good: int) -> Satisfaction:
    """Return the share with its Wilson score interval (Wilson 1927); shares are 0 to 1."""
    if answers < FEWEST_ANSWERS:
        return Satisfaction(answers)
    share = good / answers
    scale = 1 + Z * Z / answers
    middle = (share + Z * Z / (2 * answers)) / scale
    half = Z * sqrt(share * (1 - share) / answers + Z * Z / (4 * answers * answers)) / scale
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Satisfaction(answers, *(Decimal(str(round(v, 4))) for v in (share, low, high)))


def rate_commitment(commitment: Commitment) -> Satisfaction:
    """Return what people say of a commitment; one query."""
    counts = commitment.feedback.aggregate(
        answers=Count("pk"), good=Count("pk", filter=Q(mark__gte=Mark.PARTLY))
    )
    return rate(counts["answers"], counts["good"])


def list_low_marks(commitment: Commitment) -> QuerySet[Feedback]:
    """Return the answers that are not satisfied and were not raised as a problem yet."""
    return commitment.feedback.filter(mark=Mark.NOT, problem_id=None)


def filter_overdue(commitments: QuerySet[Commitment], on: date) -> QuerySet[Commitment]:
    """Keep the open commitments whose day has passed."""
    return commitments.filter(state=CommitmentState.OPEN, due_on__lt=on)


# -- the board of a special action -------------------------------------------------------------------


@dataclass(frozen=True)
class GoalStanding:
    """How far a goal is: sum and target in hundredths, and the part reached, 0 to 100."""

    title: str
    kind: str
    value: int
    target: int
    baseline: int | None

    @property
    def percent(self) -> int:
        """Return the part reached in whole per cent, rounded down, at most 100."""
        return min(100, self.value * 100 // self.target) if self.target else 0


def count_goals(campaign: Campaign) -> list[GoalStanding]:
    """Return how far each goal is: facts of its kind on the days and under the root; one query."""
    goals = list(campaign.goals.all())
    rows = (
        _facts(campaign)
        .filter(kind__in={goal.kind for goal in goals})
        .values_list("kind")
        .annotate(Sum("quantity"))
    )
    sums = {kind: int(total or 0) for kind, total in rows}
    return [GoalStanding(g.title, g.kind, sums.get(g.kind, 0), g.target, g.baseline) for g in goals]


def _facts(campaign: Campaign) -> QuerySet[Fact]:
    return Fact.objects.filter(
        withdrawn_seq=None,
        unit__path__startswith=campaign.root.path,
        occurred_on__gte=campaign.starts_on,
        occurred_on__lte=campaign.ends_on,
    ).order_by()


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
    """Return what the lists of the special action ask, each task once."""
    return Assignment.objects.filter(worklist__in=campaign.lists.all())


def list_problems(campaign: Campaign) -> QuerySet[Problem]:
    """Return the problems of its books, each once."""
    return Problem.objects.filter(book__in=campaign.books.all())


@dataclass(frozen=True)
class Board:
    """Everything the board of a special action shows, counted from the records."""

    goals: tuple[GoalStanding, ...]
    tasks: worklists.Progress
    problems: rectification.Standing
    entries: tuple[tuple[str, int], ...]  # kind and number of lines
    units: tuple[tuple[Unit, int], ...]  # unit and number of lines, those with most first
    days_left: int
    percent_of_time: int


def read_board(campaign: Campaign, on: date) -> Board:
    """Return the board on a day; a fixed number of queries."""
    lines = list_entries(campaign).order_by()
    by_kind = lines.values_list("kind").annotate(n=Count("pk")).order_by("-n")
    by_unit = lines.values_list("unit").annotate(n=Count("pk")).order_by("-n")[:12]
    counted = list(by_unit)
    units = Unit.objects.in_bulk([pk for pk, _n in counted])
    whole = (campaign.ends_on - campaign.starts_on).days + 1
    passed = min(max((on - campaign.starts_on).days + 1, 0), whole)
    return Board(
        goals=tuple(count_goals(campaign)),
        tasks=worklists.count_progress(list_tasks(campaign)),
        problems=rectification.count_problems(list_problems(campaign), on),
        entries=tuple(by_kind),
        units=tuple((units[pk], n) for pk, n in counted),
        days_left=max((campaign.ends_on - on).days, 0),
        percent_of_time=passed * 100 // whole,
    )


def compare_years(commitments: Iterable[Commitment]) -> dict[int, tuple[int, int]]:
    """Return by year of the due day how many commitments there were and how many were kept."""
    found: dict[int, tuple[int, int]] = {}
    for each in commitments:
        total, kept = found.get(each.due_on.year, (0, 0))
        found[each.due_on.year] = (total + 1, kept + (each.state == CommitmentState.KEPT))
    return dict(sorted(found.items()))


def week_of(on: date) -> tuple[date, date]:
    """Return Monday and Sunday of the week before the day's: what a weekly bulletin tells."""
    monday = on - timedelta(days=on.weekday() + 7)
    return monday, monday + timedelta(days=6)
