"""Reading records, rosters and duties."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from linghang.activities.enums import ObligationState, Shape
from linghang.activities.models import Activity, ActivityKind, CadenceRule, Obligation
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.enums import MEMBER_POST, MemberKind
from linghang.people.models import Appointment
from linghang.platform.access import Permission, Scope
from linghang_core.periods import Period, PeriodKind

CHUNK = 500


# -- kinds and records ---------------------------------------------------------------------------


def list_offered_kinds(shape: Shape | None = None) -> QuerySet[ActivityKind]:
    """Return the kinds a reader may choose from, in their order."""
    kinds = ActivityKind.objects.filter(retired=False)
    return kinds if shape is None else kinds.filter(shape=shape)


def visible_activities(
    scope: Scope, permission: Permission = Permission.VIEW_RECORDS
) -> QuerySet[Activity]:
    """Return the records the reader may see, withdrawn ones included.

    Sensitive kinds (discipline) are seen by whoever may see the scores of the unit's members, and
    by the person concerned.
    """
    seen = Activity.objects.filter(scope.restrict(permission, "unit__path"))
    private = scope.restrict(Permission.VIEW_MEMBER_SCORES, "unit__path")
    own = Q(person_id=scope.person_id) if scope.person_id else Q(pk__in=[])
    return seen.filter(Q(kind__sensitive=False) | private | own)


def filter_standing(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """Keep the records that were not withdrawn."""
    return activities.filter(withdrawn_on=None)


# -- who belongs to a branch on a day ------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """One appointment as the roster needs it: half-open span of days."""

    person_id: int
    name: str
    since: date
    until: date | None
    full: bool

    def on(self, day: date) -> bool:
        """Return whether it was held on the day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass
class Roster:
    """Members, committees and groups of some branches on any day, read in three queries."""

    members: dict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    committees: dict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    others: dict[int, list[Held]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[int, list[Unit]] = field(default_factory=lambda: defaultdict(list))

    def list_members(self, unit_id: int, on: date) -> list[Held]:
        """Return the members of a branch on a day, by name."""
        return self._distinct(self.members[unit_id], on)

    def list_committee(self, unit_id: int, on: date) -> list[Held]:
        """Return the committee of a branch in office on a day."""
        return self._distinct(self.committees[unit_id], on)

    def list_group(self, unit_id: int, on: date) -> list[Held]:
        """Return who is appointed to a group on a day, in whatever post."""
        return self._distinct(
            self.members[unit_id] + self.committees[unit_id] + self.others[unit_id], on
        )

    def has_committee(self, unit_id: int, on: date) -> bool:
        """Return whether a branch has a committee: posts of one, or seven full members and more.

        A branch with a secretary and a deputy alone has none (支部工作条例: below seven full
        members a secretary is elected, and a deputy where needed).
        """
        full = sum(held.full for held in self.list_members(unit_id, on))
        seats = len(self.list_committee(unit_id, on))
        return full >= FULL_MEMBERS_FOR_COMMITTEE or seats >= SMALLEST_COMMITTEE

    def has_groups(self, unit_id: int, on: date) -> bool:
        """Return whether a branch is divided into groups on a day."""
        return any(stands_on(group, on) for group in self.groups[unit_id])

    def _distinct(self, held: Iterable[Held], on: date) -> list[Held]:
        by_person = {one.person_id: one for one in held if one.on(on)}
        return sorted(by_person.values(), key=lambda one: (one.name, one.person_id))


FULL_MEMBERS_FOR_COMMITTEE = 7
SMALLEST_COMMITTEE = 3


def load_roster(unit_ids: Iterable[int]) -> Roster:
    """Return the roster of branches (and groups) for all days."""
    wanted = sorted(set(unit_ids))
    roster = Roster()
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        for group in Unit.objects.filter(parent_id__in=chunk, kind=UnitKind.GROUP):
            roster.groups[group.parent_id or 0].append(group)
        rows = Appointment.objects.filter(unit_id__in=chunk).values_list(
            "unit_id",
            "post_id",
            "post__is_committee",
            "person_id",
            "person__name",
            "valid_from",
            "valid_to",
            "person__member_kind",
        )
        for unit_id, post, committee, person_id, name, since, until, kind in rows:
            held = Held(person_id, name, since, until, kind == MemberKind.FULL)
            place = roster.committees if committee else roster.others
            (roster.members if post == MEMBER_POST else place)[unit_id].append(held)
    return roster


def stands_on(unit: Unit, on: date) -> bool:
    """Return whether a unit was founded by the day and not closed yet."""
    return (unit.established_on is None or unit.established_on <= on) and (
        unit.closed_on is None or unit.closed_on > on
    )


def branch_id_of(unit: Unit) -> int:
    """Return the branch a unit's members belong to: a group's superior, otherwise itself."""
    return (unit.parent_id or unit.pk) if unit.kind == UnitKind.GROUP else unit.pk


# -- duties --------------------------------------------------------------------------------------


def visible_obligations(
    scope: Scope, permission: Permission = Permission.VIEW_RECORDS
) -> QuerySet[Obligation]:
    """Return the duties of the units whose records the reader may see."""
    return Obligation.objects.filter(scope.restrict(permission, "unit__path")).select_related(
        "rule__kind", "unit"
    )


def filter_overlapping(obligations: QuerySet[Obligation], period: Period) -> QuerySet[Obligation]:
    """Keep the duties of the weeks, months, quarters and years that share a day with `period`."""
    return obligations.filter(period__in=[str(p) for p in list_overlapping(period)])


def list_overlapping(period: Period) -> list[Period]:
    """Return every period of every kind that shares a day with `period`, shorter ones first."""
    found = []
    for kind in (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.YEAR):
        one = Period.containing(period.first_day, kind)
        while one.first_day < period.end:
            found.append(one)
            one = one.next()
    return found


def list_rules_in_force(on: date) -> QuerySet[CadenceRule]:
    """Return the cadences in force on a day, with their kinds."""
    return (
        CadenceRule.objects.filter(in_force_from__lte=on, kind__retired=False)
        .filter(Q(in_force_to=None) | Q(in_force_to__gt=on))
        .select_related("kind")
    )


class Doings:
    """When units did activities of each kind: counts inside any period without further queries."""

    def __init__(self, days: dict[tuple[int, str], list[date]]) -> None:
        self.days = {key: sorted(found) for key, found in days.items()}

    def count(self, unit_id: int, kind: str, period: Period) -> int:
        """Return how many activities of a kind a branch (with its groups) had in a period."""
        days = self.days.get((unit_id, kind), [])
        return bisect_left(days, period.end) - bisect_left(days, period.first_day)


def load_doings(unit_ids: Sequence[int], first: date, end: date) -> Doings:
    """Return what branches did from `first` up to, not including, `end`; groups count to theirs.

    One event of several kinds (`also`) counts once for each of them.
    """
    days: dict[tuple[int, str], list[date]] = defaultdict(list)
    for start in range(0, len(unit_ids), CHUNK):
        chunk = unit_ids[start : start + CHUNK]
        rows = (
            filter_standing(Activity.objects.filter(occurred_on__gte=first, occurred_on__lt=end))
            .filter(Q(unit_id__in=chunk) | Q(unit__parent_id__in=chunk, unit__kind=UnitKind.GROUP))
            .values_list(
                "unit_id", "unit__kind", "unit__parent_id", "kind__code", "also", "occurred_on"
            )
            .order_by()
        )
        for unit_id, unit_kind, parent_id, kind, also, day in rows:
            branch = parent_id or unit_id if unit_kind == UnitKind.GROUP else unit_id
            for code in {kind, *also}:
                days[branch, code].append(day)
    return Doings(days)


@dataclass(frozen=True)
class Tick:
    """How a unit stands with one kind of duty in a period; of weeks the worst state and the sums."""

    kind: ActivityKind
    state: ObligationState
    done: int
    required: int
    due_on: date
    duties: tuple[Obligation, ...]


SEVERITY = (
    ObligationState.MISSED,
    ObligationState.OPEN,
    ObligationState.WAIVED,
    ObligationState.MET,
)


def judge_standing(duty: Obligation, on: date) -> ObligationState:
    """Return how a duty stands on a day, also before the day's job has marked what was missed."""
    if duty.state == ObligationState.OPEN and duty.due_on < on:
        return ObligationState.MISSED
    return ObligationState(duty.state)


def list_ticks(
    duties: QuerySet[Obligation], period: Period, on: date
) -> dict[int, dict[str, Tick]]:
    """Return unit id → kind code → tick, of the duties of a period; one query.

    Of weeks those count that end in the period, so that none stands in two months.
    """
    grouped: dict[tuple[int, str], list[Obligation]] = defaultdict(list)
    for duty in filter_overlapping(duties, period).order_by("rule__kind__order", "due_on", "pk"):
        if "W" not in duty.period or duty.due_on in period:
            grouped[duty.unit_id, duty.rule.kind.code].append(duty)
    ticks: dict[int, dict[str, Tick]] = defaultdict(dict)
    for (unit_id, code), same in grouped.items():
        states = [judge_standing(duty, on) for duty in same]
        worst = min(states, key=SEVERITY.index)
        waiting = [d.due_on for d, s in zip(same, states, strict=True) if s == worst]
        ticks[unit_id][code] = Tick(
            kind=same[0].rule.kind,
            state=worst,
            done=sum(min(duty.done, duty.required) for duty in same),
            required=sum(duty.required for duty in same),
            due_on=min(waiting),
            duties=tuple(same),
        )
    return ticks


def list_standings(
    duties: QuerySet[Obligation], period: Period, on: date
) -> dict[int, list[ObligationState]]:
    """Return unit id → how it stands with each kind of duty of a period, the worst of its weeks.

    The states of `list_ticks` without the rest: for hundreds of units side by side; one query.
    """
    rows = (
        filter_overlapping(duties, period)
        .order_by()
        .values_list("unit_id", "rule__kind_id", "state", "due_on", "period")
    )
    worst: dict[tuple[int, int], ObligationState] = {}
    for unit_id, kind_id, stored, due_on, code in rows:
        if "W" in code and due_on not in period:
            continue
        missed = stored == ObligationState.OPEN and due_on < on
        state = ObligationState.MISSED if missed else ObligationState(stored)
        key = (unit_id, kind_id)
        worst[key] = min(worst.get(key, ObligationState.MET), state, key=SEVERITY.index)
    found: dict[int, list[ObligationState]] = defaultdict(list)
    for (unit_id, _kind_id), state in worst.items():
        found[unit_id].append(state)
    return found


def list_counted(unit_ids: Iterable[int], kind: str, first: date, end: date) -> QuerySet[Activity]:
    """Return the standing records of branches (their groups included) that count for a kind."""
    wanted = list(unit_ids)
    return (
        filter_standing(Activity.objects.filter(occurred_on__gte=first, occurred_on__lt=end))
        .filter(Q(unit_id__in=wanted) | Q(unit__parent_id__in=wanted, unit__kind=UnitKind.GROUP))
        .filter(Q(kind__code=kind) | Q(also__icontains=f'"{kind}"'))
        .select_related("kind", "unit")
        .order_by("occurred_on", "pk")
    )


def filter_missed(duties: QuerySet[Obligation], on: date) -> QuerySet[Obligation]:
    """Keep the duties that are missed on a day, marked as such yet or not."""
    passed = Q(state=ObligationState.OPEN, due_on__lt=on)
    return duties.filter(passed | Q(state=ObligationState.MISSED))


def filter_open(duties: QuerySet[Obligation], on: date) -> QuerySet[Obligation]:
    """Keep the duties that can still be done in time."""
    return duties.filter(state=ObligationState.OPEN, due_on__gte=on)
