"""Training hours of a year, computed from attendance, make-up study and confirmed claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.urls import reverse

from linghang.activities.enums import AttendanceState
from linghang.activities.models import Activity, Attendance
from linghang.meetings.models import MakeUp
from linghang.org.enums import BRANCH_KINDS
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.platform.access import Permission, Scope
from linghang.study.enums import ClaimState, HoursState
from linghang.study.models import HUNDRED, Claim
from linghang_core.regulations import (
    Target,
    compute_target,
    count_day_hours,
    judge_training,
    list_counted_kinds,
    load_rules,
)


@dataclass(frozen=True)
class HoursLine:
    """One thing somebody learnt in or missed: the day, what, its hours, whether they count."""

    on: date
    title: str
    hours: int
    how: str  # present, leave, absent, made_up, claimed, confirmed, refused
    url: str = ""

    @property
    def counts(self) -> bool:
        """Return whether its hours count."""
        return self.how in {AttendanceState.PRESENT, "made_up", ClaimState.CONFIRMED}


@dataclass(frozen=True)
class Hours:
    """The hours of a year, in hundredths, and how often it was concentrated training."""

    hours: int = 0
    concentrated: int = 0


@dataclass(frozen=True)
class PersonHours:
    """How somebody's year stands on a day."""

    person: Person
    unit_id: int
    leader: bool
    hours: int
    concentrated: int
    target: Target
    state: HoursState

    @property
    def shown(self) -> Decimal:
        """Return the hours as people read them."""
        return Decimal(self.hours) / HUNDRED

    @property
    def asked(self) -> Decimal:
        """Return the hours asked for."""
        return Decimal(self.target.hours) / HUNDRED

    @property
    def missing_hundredths(self) -> int:
        """Return the hours still missing, in hundredths."""
        return max(0, self.target.hours - self.hours)

    @property
    def missing(self) -> Decimal:
        """Return the hours still missing."""
        return Decimal(self.missing_hundredths) / HUNDRED

    @property
    def lacks_class(self) -> bool:
        """Return whether concentrated training is asked for and missing."""
        return self.concentrated < self.target.concentrated


@dataclass(frozen=True)
class BranchHours:
    """How the members of a branch stand: numbers, no ranks."""

    unit: Unit
    members: int
    enough: int
    on_way: int
    behind: int
    hours: int

    @property
    def mean(self) -> Decimal | None:
        """Return the hours of a member on average; None for a branch without members."""
        if not self.members:
            return None
        return (Decimal(self.hours) / HUNDRED / self.members).quantize(Decimal("0.1"))


def _counted(year: int, on: date) -> Q:
    """Return the condition on activities whose hours count, of the year and up to the day."""
    kinds, _rule = list_counted_kinds(on)
    counts = Q(kind__code__in=kinds)
    for code in kinds:
        counts |= Q(also__icontains=f'"{code}"')
    span = Q(occurred_on__gte=date(year, 1, 1), occurred_on__lte=min(date(year, 12, 31), on))
    return counts & span & Q(withdrawn_on=None)


def read_hours(person_ids: Collection[int], year: int, on: date) -> dict[int, Hours]:
    """Return the hours of each person in a year up to a day; five queries for any number.

    An activity of several kinds has one attendance and counts once; study made up for counts only
    while the record says that somebody was not there; a claim counts by its days in the year.
    """
    ids = list(person_ids)
    activities = Activity.objects.filter(_counted(year, on)).values("pk")
    present = Attendance.objects.filter(
        person_id__in=ids, state=AttendanceState.PRESENT, activity_id__in=activities
    )
    made_up = _standing_make_ups(
        MakeUp.objects.filter(person_id__in=ids, on__lte=on, withdrawn_on=None)
    ).filter(activity_id__in=activities)
    hours: dict[int, int] = defaultdict(int)
    classes: dict[tuple[int, int], int] = defaultdict(int)
    for rows in (present, made_up):
        for person_id, amount in (
            rows.order_by().values_list("person_id").annotate(sum=Sum("activity__hours"))
        ):
            hours[person_id] += amount
        in_class = rows.filter(activity__study_session__isnull=False).order_by()
        for person_id, class_id, amount in in_class.values_list(
            "person_id", "activity__study_session__study_class_id"
        ).annotate(sum=Sum("activity__hours")):
            classes[person_id, class_id] += amount
    least = load_rules().find("training.concentrated", on).whole("hours") * HUNDRED
    times: dict[int, int] = defaultdict(int)
    for (person_id, _class_id), amount in classes.items():
        times[person_id] += amount >= least
    for claim in _confirmed(ids, year, on):
        amount = count_claim(claim, year)
        hours[claim.person_id] += amount
        times[claim.person_id] += amount >= least
    return {pk: Hours(hours[pk], times[pk]) for pk in ids}


def _standing_make_ups(rows: QuerySet[MakeUp]) -> QuerySet[MakeUp]:
    away = Attendance.objects.filter(
        activity=OuterRef("activity"), person=OuterRef("person")
    ).exclude(state=AttendanceState.PRESENT)
    return rows.filter(Exists(away))


def _confirmed(ids: Iterable[int], year: int, on: date) -> QuerySet[Claim]:
    return Claim.objects.filter(
        person_id__in=list(ids),
        state=ClaimState.CONFIRMED,
        record__withdrawn_on=None,
        first_on__lte=min(date(year, 12, 31), on),
        last_on__gte=date(year, 1, 1),
    )


def list_lines(person_id: int, year: int, on: date, scope: Scope) -> list[HoursLine]:
    """Return what the year of one person consists of, the latest first; five queries."""
    rows = (
        Attendance.objects.filter(
            person_id=person_id,
            activity_id__in=Activity.objects.filter(_counted(year, on)).values("pk"),
        )
        .select_related("activity__unit")
        .order_by()
    )
    made_up = set(
        MakeUp.objects.filter(person_id=person_id, on__lte=on, withdrawn_on=None).values_list(
            "activity_id", flat=True
        )
    )
    lines = []
    for row in rows:
        how = str(row.state)
        if row.state != AttendanceState.PRESENT and row.activity_id in made_up:
            how = "made_up"
        seen = scope.can(Permission.VIEW_RECORDS, row.activity.unit.path)
        url = reverse("activities:activity", args=[row.activity_id]) if seen else ""
        lines.append(
            HoursLine(row.activity.occurred_on, row.activity.topic, row.activity.hours, how, url)
        )
    claims = Claim.objects.filter(
        person_id=person_id, first_on__lte=date(year, 12, 31), last_on__gte=date(year, 1, 1)
    )
    lines += [_claim_line(claim, year) for claim in claims.select_related("record")]
    return sorted(lines, key=lambda line: (line.on, line.title), reverse=True)


def count_claim(claim: Claim, year: int | None = None) -> int:
    """Return the hours of a claim by the rule, in hundredths; of one year where one is given."""
    return count_day_hours(claim.count_days(year), half=claim.half_days, on=claim.first_on)


def _claim_line(claim: Claim, year: int) -> HoursLine:
    amount = count_claim(claim, year)
    withdrawn = claim.record is not None and claim.record.withdrawn_on is not None
    how = ClaimState.REFUSED.value if withdrawn else claim.state
    url = reverse("study:claim", args=[claim.pk])
    return HoursLine(max(claim.first_on, date(year, 1, 1)), claim.title, amount, how, url)


# -- people and branches -------------------------------------------------------------------------


def list_branches(scope: Scope) -> QuerySet[Unit]:
    """Return the branches whose members' hours the reader sees."""
    seen = scope.restrict(Permission.VIEW_PEOPLE)
    return Unit.objects.filter(seen, kind__in=BRANCH_KINDS, closed_on=None).order_by("path")


def list_units_of(person_id: int, on: date) -> list[Unit]:
    """Return the branches a person is a member of on a day."""
    rows = Appointment.objects.filter(
        person_id=person_id, post_id=MEMBER_POST, valid_from__lte=on
    ).exclude(valid_to__lte=on)
    return [row.unit for row in rows.select_related("unit")]


def find_target(person_id: int, on: date) -> Target:
    """Return what the year asks of a person, by the posts held on the day."""
    return compute_target(leader=bool(_leaders([person_id], on)), on=on)


def _leaders(person_ids: Collection[int], on: date) -> set[int]:
    rows = Appointment.objects.filter(
        person_id__in=person_ids, post__is_committee=True, valid_from__lte=on
    ).exclude(valid_to__lte=on)
    return set(rows.values_list("person_id", flat=True))


def read_people(unit_ids: Iterable[int], year: int, on: date) -> list[PersonHours]:
    """Return how each member of the branches on the day stands, in the order of the roster.

    Seven queries for any number of branches.
    """
    rows = list(
        Appointment.objects.filter(
            unit_id__in=list(unit_ids), post_id=MEMBER_POST, valid_from__lte=on
        )
        .exclude(valid_to__lte=on)
        .select_related("person")
        .order_by("unit__path", "person__code")
    )
    ids = {row.person_id for row in rows}
    hours, leaders = read_hours(ids, year, on), _leaders(ids, on)
    targets = {leader: compute_target(leader=leader, on=on) for leader in (True, False)}
    return [
        judge_person(row.person, row.unit_id, row.person_id in leaders, hours, targets, on)
        for row in rows
    ]


def judge_person(
    person: Person,
    unit_id: int,
    leader: bool,
    hours: dict[int, Hours],
    targets: dict[bool, Target],
    on: date,
) -> PersonHours:
    """Return how one person stands."""
    own = hours[person.pk]
    state = judge_training(own.hours, own.concentrated, targets[leader], on)
    return PersonHours(
        person, unit_id, leader, own.hours, own.concentrated, targets[leader], HoursState(state)
    )


def read_branches(units: Sequence[Unit], year: int, on: date) -> list[BranchHours]:
    """Return how many of each branch stand where, in the order of the units."""
    lines: dict[int, list[PersonHours]] = defaultdict(list)
    for line in read_people([unit.pk for unit in units], year, on):
        lines[line.unit_id].append(line)
    return [_sum_up(unit, lines[unit.pk]) for unit in units]


def _sum_up(unit: Unit, lines: list[PersonHours]) -> BranchHours:
    states = [line.state for line in lines]
    return BranchHours(
        unit,
        len(lines),
        states.count(HoursState.ENOUGH),
        states.count(HoursState.ON_WAY),
        states.count(HoursState.BEHIND),
        sum(line.hours for line in lines),
    )


# -- claims --------------------------------------------------------------------------------------


def list_claims(scope: Scope) -> QuerySet[Claim]:
    """Return the claims the reader sees: the own ones, and those of units they record for."""
    seen = scope.restrict(Permission.EDIT_RECORDS, "unit__path")
    if scope.person_id is not None:
        seen |= Q(person_id=scope.person_id)
    return Claim.objects.filter(seen).select_related("person", "unit", "decided_by", "record")


def list_waiting_claims(scope: Scope) -> QuerySet[Claim]:
    """Return the claims the reader can confirm."""
    mine = list_claims(scope).filter(
        scope.restrict(Permission.EDIT_RECORDS, "unit__path"), state=ClaimState.CLAIMED
    )
    return mine.exclude(person_id=scope.person_id) if scope.person_id else mine
