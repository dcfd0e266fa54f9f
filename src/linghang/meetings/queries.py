"""Agendas, who counts in a vote, resolutions with what became of them, and the book of meetings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from linghang.activities.api import visible_activities
from linghang.activities.enums import AttendanceRule, AttendanceState, Shape
from linghang.activities.models import Activity, Attendance
from linghang.meetings.enums import BY_ROSTER, LeftOut, Outcome, Standing, VoteKind
from linghang.meetings.models import AgendaItem, ItemRevision, MakeUp
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.enums import MemberKind
from linghang.people.enums import Standing as PersonStanding
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.languages import spoken
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment
from linghang_core.regulations import Rule, VoteResult, judge_vote, load_rules


@dataclass(frozen=True)
class Base:
    """Who counts in a vote of a meeting: due to attend with a vote, come, and left out with why."""

    kind: VoteKind
    entitled: tuple[Person, ...]
    present: tuple[Person, ...]
    left_out: tuple[tuple[Person, LeftOut], ...]


# -- meetings ------------------------------------------------------------------------------------


def list_meetings(scope: Scope) -> QuerySet[Activity]:
    """Return the meetings the reader sees, withdrawn ones too, the latest first."""
    return (
        visible_activities(scope).filter(kind__shape=Shape.ACTIVITY).select_related("kind", "unit")
    )


def read_unit_path(pk: int) -> str:
    """Return the path of the unit a record belongs to."""
    return str(Activity.objects.values_list("unit__path", flat=True).get(pk=pk))


def list_held(unit: Unit, first: date, last: date) -> QuerySet[Activity]:
    """Return the standing meetings of a unit and its groups from the first to the last day."""
    groups = Q(unit__parent=unit, unit__kind=UnitKind.GROUP)
    return (
        Activity.objects.filter(
            Q(unit=unit) | groups,
            kind__shape=Shape.ACTIVITY,
            withdrawn_on=None,
            occurred_on__gte=first,
            occurred_on__lte=last,
        )
        .select_related("kind", "unit", "host", "created_by")
        .order_by("occurred_on", "pk")
    )


def annotate_book(meetings: QuerySet[Activity]) -> QuerySet[Activity]:
    """Add how many items stand on the agenda, and how many absent have not made up yet."""
    made_up = MakeUp.objects.filter(
        activity=OuterRef("activity"), person=OuterRef("person"), withdrawn_on=None
    )
    missing = Attendance.objects.filter(~Q(state=AttendanceState.PRESENT), person__isnull=False)
    missing = missing.filter(~Exists(made_up))
    return meetings.annotate(
        items=Count("agenda", filter=Q(agenda__withdrawn_on=None), distinct=True),
        missing=Count("attendance", filter=Q(attendance__in=missing), distinct=True),
    )


# -- the vote ------------------------------------------------------------------------------------


def find_vote_kind(activity: Activity) -> VoteKind | None:
    """Return whose vote a meeting can take: the members', the committee's, or nobody's."""
    return {
        AttendanceRule.ALL_MEMBERS: VoteKind.MEMBERS,
        AttendanceRule.COMMITTEE: VoteKind.COMMITTEE,
    }.get(AttendanceRule(activity.kind.attendance))


def read_base(activity: Activity, left_out: Mapping[int, str]) -> Base | None:
    """Return who counts in a vote of the meeting; None where nobody votes.

    Expected is who stands on its attendance list, made from the roster when it was recorded: whoever
    is entered later for that day changes no count. Of them the probationary and those whose
    membership is suspended are left out; `left_out` (person id → reason) names the others the rules
    let be left out.
    """
    kind = find_vote_kind(activity)
    if kind is None:
        return None
    seats = activity.attendance.filter(person__isnull=False).select_related("person")
    entitled, present, out = [], [], []
    for seat in seats.order_by("person__code"):
        person = seat.person
        if person is None:
            continue
        reason = _judge(person, activity.occurred_on, left_out)
        if reason is not None:
            out.append((person, reason))
            continue
        entitled.append(person)
        if seat.state == AttendanceState.PRESENT:
            present.append(person)
    return Base(kind, tuple(entitled), tuple(present), tuple(out))


def _judge(person: Person, on: date, left_out: Mapping[int, str]) -> LeftOut | None:
    if person.standing != PersonStanding.NORMAL:
        return LeftOut.SUSPENDED
    if person.member_kind != MemberKind.FULL or (person.full_on and person.full_on > on):
        return LeftOut.PROBATION
    reason = left_out.get(person.pk)
    return LeftOut(reason) if reason and reason not in BY_ROSTER else None


def judge(base: Base, in_favour: int, on: date) -> VoteResult:
    """Return what the rule of the day makes of the counts."""
    return judge_vote(
        base.kind.value,
        entitled=len(base.entitled),
        present=len(base.present),
        in_favour=in_favour,
        on=on,
    )


def describe_rule(kind: VoteKind, on: date) -> str:
    """Return what the rule of a vote says in the reader's language, with its basis."""
    rule: Rule = load_rules().find(f"vote.{kind.value}", on)
    return f"{rule.note.of(spoken())}（{rule.basis}）"


# -- the agenda ----------------------------------------------------------------------------------


def list_items(scope: Scope) -> QuerySet[AgendaItem]:
    """Return the items of the agendas the reader sees."""
    return AgendaItem.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "activity__unit__path")
    ).select_related("activity__kind", "activity__unit", "task", "follows__activity")


def read_agendas(activities: Iterable[Activity]) -> dict[int, list[AgendaItem]]:
    """Return the standing items of meetings by meeting, in their order."""
    found: dict[int, list[AgendaItem]] = {activity.pk: [] for activity in activities}
    rows = AgendaItem.objects.filter(activity_id__in=list(found), withdrawn_on=None)
    rows = rows.select_related("task", "follows__activity")
    for row in rows.order_by("number"):
        found[row.activity_id].append(row)
    return found


def read_seats(activities: Iterable[Activity]) -> dict[int, list[Attendance]]:
    """Return the attendance lists of meetings, by name; every meeting is there."""
    found: dict[int, list[Attendance]] = {activity.pk: [] for activity in activities}
    rows = Attendance.objects.filter(activity_id__in=list(found)).select_related("person")
    for row in rows.order_by("person__name", "name", "pk"):
        found[row.activity_id].append(row)
    return found


def list_absent(activity: Activity) -> list[Attendance]:
    """Return the known persons who were expected and did not come, by name."""
    away = activity.attendance.exclude(state=AttendanceState.PRESENT).filter(person__isnull=False)
    return list(away.select_related("person").order_by("person__name", "pk"))


def read_make_ups(activities: Iterable[Activity]) -> dict[int, dict[int, MakeUp]]:
    """Return who made up for which meeting: meeting → person → how."""
    found: dict[int, dict[int, MakeUp]] = defaultdict(dict)
    ids = [activity.pk for activity in activities]
    for row in MakeUp.objects.filter(activity_id__in=ids, withdrawn_on=None):
        found[row.activity_id][row.person_id] = row
    return found


# -- resolutions ---------------------------------------------------------------------------------


def list_resolutions(scope: Scope) -> QuerySet[AgendaItem]:
    """Return the items the reader sees that became a task, the latest meeting first."""
    return (
        list_items(scope)
        .filter(task__isnull=False, withdrawn_on=None)
        .order_by("-activity__occurred_on", "-pk")
    )


def search_resolutions(items: QuerySet[AgendaItem], text: str) -> QuerySet[AgendaItem]:
    """Keep the items whose topic, decision or unit holds the text."""
    return items.filter(
        Q(topic__icontains=text)
        | Q(decided__icontains=text)
        | Q(activity__unit__name__icontains=text)
    )


def filter_standing(
    items: QuerySet[AgendaItem], standing: Standing, on: date
) -> QuerySet[AgendaItem]:
    """Keep the resolutions that stand so on a day."""
    report = AgendaItem.objects.filter(follows=OuterRef("pk"), withdrawn_on=None)
    tasks = Assignment.objects.filter(item=OuterRef("task"))
    done, dropped = Q(state=TaskState.DONE), Q(state=TaskState.WITHDRAWN)
    reported, gone = Exists(report), Exists(tasks.filter(dropped))
    over = Exists(tasks.filter(done))
    late = Exists(tasks.exclude(done | dropped).filter(due_on__lt=on))
    if standing == Standing.REPORTED:
        return items.filter(reported, over)
    if standing == Standing.DONE:
        return items.filter(~reported, over)
    if standing == Standing.DROPPED:
        return items.filter(gone)
    open_items = items.filter(~over, ~gone)
    return open_items.filter(late) if standing == Standing.LATE else open_items.filter(~late)


def annotate_resolutions(items: QuerySet[AgendaItem]) -> QuerySet[AgendaItem]:
    """Add to each item the state, day and holder of its task, and when it was last reported on."""
    task = Assignment.objects.filter(item=OuterRef("task")).order_by("pk")
    report = AgendaItem.objects.filter(follows=OuterRef("pk"), withdrawn_on=None)
    last = report.order_by("-activity__occurred_on", "-pk")
    return items.annotate(
        task_state=Subquery(task.values("state")[:1]),
        task_pk=Subquery(task.values("pk")[:1]),
        due_on=Subquery(task.values("due_on")[:1]),
        holder=Subquery(task.values("person__name")[:1]),
        reported_on=Subquery(last.values("activity__occurred_on")[:1]),
    )


def judge_standing(item: AgendaItem, on: date) -> Standing:
    """Return where a resolution stands on a day; of an item of `annotate_resolutions`."""
    state, due_on = item.task_state, item.due_on  # type: ignore[attr-defined]
    if state in (None, TaskState.WITHDRAWN):
        return Standing.DROPPED
    if state == TaskState.DONE:
        return Standing.REPORTED if item.reported_on else Standing.DONE  # type: ignore[attr-defined]
    return Standing.LATE if due_on < on else Standing.UNDER_WAY


def read_standings(meeting: Activity, on: date) -> list[tuple[AgendaItem, Standing | None]]:
    """Return the standing items of a meeting with where their tasks stand, None without a task."""
    rows = AgendaItem.objects.filter(activity=meeting, withdrawn_on=None)
    found = annotate_resolutions(rows.select_related("task", "follows__activity"))
    revisions = Prefetch("revisions", queryset=ItemRevision.objects.select_related("actor"))
    items = found.prefetch_related(revisions).order_by("number")
    return [(item, judge_standing(item, on) if item.task_id else None) for item in items]


def list_unreported(activity: Activity, on: date) -> list[AgendaItem]:
    """Return what earlier meetings of the unit resolved and no later one has heard the end of."""
    items = AgendaItem.objects.filter(
        activity__unit_id=activity.unit_id,
        activity__occurred_on__lte=activity.occurred_on,
        task__isnull=False,
        withdrawn_on=None,
    ).exclude(activity=activity)
    found = annotate_resolutions(items.select_related("activity__kind", "activity__unit", "task"))
    closed = {Standing.REPORTED, Standing.DROPPED}
    ordered = found.order_by("activity__occurred_on", "pk")
    return [item for item in ordered if judge_standing(item, on) not in closed]


def is_decision(item: AgendaItem) -> bool:
    """Return whether an item decided something."""
    return item.outcome in {Outcome.AGREED, Outcome.PASSED, Outcome.FAILED}
