"""Reading commitments: whom they reached, what people say of them, and how years compare."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from django.db.models import Count, Q, QuerySet, Sum

from linghang.campaigns.enums import CommitmentState, Mark
from linghang.campaigns.models import Commitment, Feedback, Step
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock

FEWEST_ANSWERS = 10  # below it only the number of answers is told
SOON = 14  # days before its day a commitment waits on the home page
WAITING = 50  # at most so many are listed
Z = 1.959963984540054  # 95 %


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


def waiting_for(scope: Scope) -> list[Commitment]:
    """Return what waits for the reader, the first due first: what is due within two weeks or late,
    and low marks nobody made a problem yet (`n_low` counts them); for home pages.

    Of the commitments of the reader's own unit, and of those the reader answers for.
    """
    low = Count("feedback", filter=Q(feedback__mark=Mark.NOT, feedback__problem_id=None))
    soon = clock.today() + timedelta(days=SOON)
    found = (
        Commitment.objects.filter(own_commitments(scope))
        .exclude(state=CommitmentState.WITHDRAWN)
        .annotate(n_low=low)
        .filter(Q(state=CommitmentState.OPEN, due_on__lte=soon) | Q(n_low__gt=0))
    )
    return list(found.select_related("unit", "leader").order_by("due_on", "pk")[:WAITING])


def own_commitments(scope: Scope) -> Q:
    """Return the condition of a commitment of the reader's own unit, or one the reader answers for."""
    own = [g.prefix for g in scope.grants if g.permission is Permission.EDIT_RECORDS]
    mine = Q(unit__path__in=own)
    return mine if scope.person_id is None else mine | Q(leader=scope.person_id)


def filter_overdue(commitments: QuerySet[Commitment], on: date) -> QuerySet[Commitment]:
    """Keep the open commitments whose day has passed."""
    return commitments.filter(state=CommitmentState.OPEN, due_on__lt=on)


# -- year on year --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """The commitments of one year; `reached` counts people of steps, those named the same once."""

    year: int
    total: int
    kept: int
    late: int  # of the kept, those after their day
    withdrawn: int
    reached: int
    rating: Satisfaction


def compare_years(commitments: QuerySet[Commitment]) -> list[Year]:
    """Return the years of the due days, the latest first; withdrawn ones are owed no more and stand
    outside the total. Three queries, however many commitments.
    """
    rows = list(
        commitments.order_by().values_list("pk", "due_on__year", "state", "kept_on", "due_on")
    )
    years = {pk: year for pk, year, *_rest in rows}
    reached: Counter[int] = Counter()
    steps = Step.objects.filter(commitment__in=list(years), same_people=False).order_by()
    for pk, people in steps.values_list("commitment").annotate(Sum("people")):
        reached[years[pk]] += people
    answers: Counter[int] = Counter()
    good: Counter[int] = Counter()
    marks = Feedback.objects.filter(commitment__in=list(years)).order_by()
    for pk, mark, count in marks.values_list("commitment", "mark").annotate(Count("pk")):
        answers[years[pk]] += count
        good[years[pk]] += count if mark >= Mark.PARTLY else 0
    found = []
    for year in sorted(set(years.values()), reverse=True):
        own = [row for row in rows if row[1] == year]
        kept = [row for row in own if row[2] == CommitmentState.KEPT]
        withdrawn = sum(row[2] == CommitmentState.WITHDRAWN for row in own)
        found.append(
            Year(
                year=year,
                total=len(own) - withdrawn,
                kept=len(kept),
                late=sum(row[3] is not None and row[3] > row[4] for row in kept),
                withdrawn=withdrawn,
                reached=reached[year],
                rating=rate(answers[year], good[year]),
            )
        )
    return found


def list_line(commitment: Commitment) -> list[Commitment]:
    """Return the same promise through the years, the earliest first, this one among them."""
    line = [commitment]
    while line[0].carried_from_id is not None:
        line.insert(0, Commitment.objects.get(pk=line[0].carried_from_id))
    while following := Commitment.objects.filter(carried_from=line[-1]).first():
        line.append(following)
    return line
