"""Reads of appraisals: branches and their year, who takes part, slips, counts and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count as CountOf
from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.appraisal.enums import RUNNING, Grade, Group, Stage, Timing
from linghang.appraisal.models import (
    Appraisal,
    Count,
    FollowUp,
    Objection,
    Paper,
    Participant,
    Register,
)
from linghang.ledger.api import list_kinds
from linghang.ledger.enums import Level
from linghang.ledger.models import Fact
from linghang.org.api import visible_units
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import Standing
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang_core.regulations import BallotLine, count_excellent_at_most

APPRAISING = frozenset({UnitKind.BRANCH, UnitKind.JOINT_BRANCH})
"""The kinds that appraise; members of a temporary branch are appraised where they belong."""
LISTED_FROM = 5
"""How many voters a list must have at least; below only sums are shown."""
MEASURE_DAYS = 14  # how long before its end a measure is reminded of
TOLD_DAYS = 30  # how long members are reminded of what they were told


@dataclass(frozen=True)
class Line:
    """A branch and its appraisal of a year, if it has one."""

    unit: Unit
    year: int
    appraisal: Appraisal | None
    url: str = ""  # where the reader goes on, if anywhere

    @property
    def pk(self) -> int:
        """Return the id of the unit."""
        return self.unit.pk


@dataclass(frozen=True)
class Turnout:
    """Who may vote, who has, by register; never what."""

    voters: int
    voted: int
    on_paper: int
    missing: tuple[Participant, ...] = field(default=())


@dataclass(frozen=True)
class OwnRecord:
    """What the ledger holds of a person in a year, one kind: how much, how often."""

    title: str
    unit: str
    total: float
    times: int


# -- branches and appraisals ---------------------------------------------------------------------


def list_units(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches whose appraisals the reader sees."""
    return visible_units(scope, Permission.VIEW_RECORDS).filter(
        kind__in=APPRAISING, closed_on__isnull=True
    )


def list_lines(units: QuerySet[Unit], year: int) -> list[Line]:
    """Return the branches with their appraisal of the year; two queries."""
    held = Appraisal.objects.filter(year=year).exclude(stage=Stage.WITHDRAWN)
    held = held.select_related("unit")
    found = units.prefetch_related(Prefetch("appraisals", queryset=held, to_attr="of_year"))
    return [
        Line(unit, year, next(iter(unit.of_year), None))  # type: ignore[attr-defined]
        for unit in found.order_by("path")
    ]


def list_appraisals(scope: Scope) -> QuerySet[Appraisal]:
    """Return the appraisals the reader sees: of units whose records they see, and their own."""
    seen = scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    if scope.person_id is not None:
        mine = Participant.objects.filter(person_id=scope.person_id).values("appraisal")
        seen |= Q(pk__in=mine)
    return Appraisal.objects.filter(seen).select_related("unit", "unit__parent")


def list_roster(unit: Unit, on: date) -> list[Person]:
    """Return the members of good standing of the branch on the day."""
    members = people.list_members([unit.pk], on)[unit.pk]
    return [person for person in members if person.standing == Standing.NORMAL]


def list_participants(appraisal: Appraisal) -> list[Participant]:
    """Return everybody of the appraisal in the roster's order, the excused too; one query."""
    return list(appraisal.participants.select_related("person").order_by("person__code"))


def find_own(appraisal: Appraisal, person_id: int | None) -> Participant | None:
    """Return the person's part in the appraisal."""
    if person_id is None:
        return None
    return appraisal.participants.select_related("person").filter(person_id=person_id).first()


def list_graded(participants: Iterable[Participant]) -> list[Participant]:
    """Return those slips and grades are for."""
    return [one for one in participants if one.is_graded]


def count_cap(participants: Iterable[Participant], on: date) -> int:
    """Return how many may be excellent: a share of those who take part, by the rule of the day."""
    return count_excellent_at_most(sum(not one.excused for one in participants), on=on)


def read_turnout(appraisal: Appraisal) -> Turnout:
    """Return how many have voted and who has not yet; one query."""
    rows = list(
        Register.objects.filter(participant__appraisal=appraisal)
        .select_related("participant__person")
        .order_by("participant__person__code")
    )
    missing = tuple(r.participant for r in rows if not r.on_paper and r.voted_on is None)
    on_paper = sum(row.on_paper for row in rows)
    return Turnout(len(rows), len(rows) - on_paper - len(missing), on_paper, missing)


def list_paper_voters(appraisal: Appraisal) -> set[int]:
    """Return the participants who vote on paper; one query."""
    rows = Register.objects.filter(participant__appraisal=appraisal, on_paper=True)
    return set(rows.values_list("pk", flat=True))


def read_own_records(person_id: int, year: int) -> list[OwnRecord]:
    """Return what the ledger holds of the person in the year, by kind; one query.

    Sensitive kinds are left out: this stands beside what others read.
    """
    rows = (
        Fact.objects.filter(
            person_id=person_id,
            withdrawn_seq__isnull=True,
            counts_on__gte=date(year, 1, 1),
            counts_on__lte=date(year, 12, 31),
        )
        .values("kind")
        .annotate(total=Sum("quantity"), times=CountOf("pk"))
        .order_by("kind")
    )
    kinds = list_kinds()
    known = [(kinds[row["kind"]], row) for row in rows if row["kind"] in kinds]
    return [
        OwnRecord(str(kind.title), str(kind.quantity), row["total"] / 100, row["times"])
        for kind, row in known
        if kind.level == Level.PERSON and not kind.sensitive
    ]


# -- slips and counts ----------------------------------------------------------------------------

MARKS = dict(zip(Grade.values, "1234", strict=True))
"""A grade in one mark, so that the length of the sealed urn says nothing of grades."""


def open_slips(sealed: str) -> list[tuple[int, str, str]]:
    """Return (participant, code, grade) of each slip."""
    grades = {mark: grade for grade, mark in MARKS.items()}
    rows = (line.split(":") for line in sealed.splitlines())
    return [(int(pk), code, grades[mark]) for pk, code, mark in rows]


def seal_slips(slips: Iterable[tuple[int, str, str]]) -> str:
    """Return the slips as text ordered by person and random code, never by when they came."""
    return "\n".join(f"{pk}:{code}:{MARKS[grade]}" for pk, code, grade in sorted(slips))


def is_listed(voters: Mapping[str, int]) -> bool:
    """Return whether a list of slips may be published: no group has a few voters alone.

    One small group would be read off as the difference to the sum of all.
    """
    return any(voters.values()) and all(
        number == 0 or number >= LISTED_FROM for number in voters.values()
    )


def make_list(
    graded: Iterable[Participant],
    slips: Iterable[tuple[int, str, str]],
    papers: Iterable[Paper],
    *,
    listed: bool,
) -> list[BallotLine]:
    """Return what is published: slips by code and sums of papers, or sums of everything alone."""
    slips, papers = list(slips), list(papers)
    lines = []
    for number, one in enumerate(graded, 1):
        name, own = one.person.name, [slip for slip in slips if slip[0] == one.pk]
        sums = {
            paper.group: {g: paper.counts.get(str(one.pk), {}).get(g, 0) for g in Grade.values}
            for paper in papers
        }
        if listed:
            lines += [
                BallotLine(number, name, GROUPS_ZH[Group.MEMBERS], GRADES_ZH[grade], 1, code)
                for _pk, code, grade in sorted(own, key=lambda slip: slip[1])
            ]
            lines += [
                BallotLine(number, name, GROUPS_ZH[Group(group)], GRADES_ZH[grade], votes)
                for group, counts in sums.items()
                for grade, votes in counts.items()
                if votes
            ]
            continue
        for grade in Grade.values:
            votes = sum(slip[2] == grade for slip in own) + sum(c[grade] for c in sums.values())
            lines.append(BallotLine(number, name, "合计", GRADES_ZH[grade], votes))
    return lines


GRADES_ZH = {
    Grade.EXCELLENT.value: "优秀",
    Grade.QUALIFIED.value: "合格",
    Grade.BASIC.value: "基本合格",
    Grade.UNQUALIFIED.value: "不合格",
}
"""The list is a record of the branch and stays Chinese, as official documents do."""
GROUPS_ZH = {Group.MEMBERS: "党员票", Group.PAPER: "党员纸质票", Group.MASS: "群众代表纸质票"}


def read_counts(appraisal: Appraisal) -> dict[int, dict[str, int]]:
    """Return votes by participant and grade as they were counted; one query."""
    found: dict[int, dict[str, int]] = {}
    for row in Count.objects.filter(participant__appraisal=appraisal):
        found.setdefault(row.participant_id, dict.fromkeys(Grade.values, 0))[row.grade] = row.number
    return found


def list_objections(appraisal: Appraisal) -> list[Objection]:
    """Return the objections, the open ones first."""
    rows = Objection.objects.filter(participant__appraisal=appraisal)
    rows = rows.select_related("participant__person")
    return list(rows.order_by(F("decided_on").desc(nulls_first=True), "participant__person__code"))


def judge_timing(appraisal: Appraisal, told_on: date) -> Timing:
    """Return whether the members were told within the year appraised."""
    return Timing.ON_TIME if told_on <= date(appraisal.year, 12, 31) else Timing.LATE


# -- what waits ----------------------------------------------------------------------------------


def list_waiting(scope: Scope) -> list[Appraisal]:
    """Return the appraisals in which the reader has to do something now; one query.

    A member: the own words, the own ballot. The branch: the next step. The superior: the reply.
    """
    waits = Q(pk__in=[])
    if scope.person_id is not None:
        own = Participant.objects.filter(person_id=scope.person_id, excused=False)
        waits |= Q(stage=Stage.SELF, pk__in=own.filter(self_on=None).values("appraisal"))
        voting = own.filter(register__voted_on=None, register__on_paper=False)
        waits |= Q(stage=Stage.BALLOT, pk__in=voting.values("appraisal"))
    decides = scope.restrict(Permission.EDIT_PEOPLE, "unit__path")
    open_ones = Objection.objects.filter(decided_on=None).values("participant__appraisal")
    waits |= decides & (Q(stage=Stage.REPORTED) | Q(stage=Stage.TOLD, pk__in=open_ones))
    if not scope.prefixes(Permission.EDIT_PEOPLE):  # the officer is not told the branch's own steps
        branch = scope.restrict(Permission.EDIT_RECORDS, "unit__path")
        today = scope.on or date.max
        waits |= branch & (
            Q(stage__in=[Stage.COUNTED, Stage.CONFIRMED])
            | Q(stage=Stage.SELF, self_until__lt=today)
            | Q(stage=Stage.BALLOT, ballot_until__lt=today)
        )
    return list(Appraisal.objects.filter(waits).select_related("unit"))


def list_open_measures(parts: Iterable[Participant]) -> list[Participant]:
    """Return those of the participants whose measure has not been done yet; one query."""
    wanted = [one for one in parts if one.measure]
    done = set(
        FollowUp.objects.filter(participant__in=wanted, done=True).values_list(
            "participant_id", flat=True
        )
    )
    return [one for one in wanted if one.pk not in done]


def list_due_measures(today: date) -> Iterator[NoticeDraft]:
    """Yield to who keeps a branch's records that measures end soon or have ended; no names, no grades."""
    last = today + timedelta(days=MEASURE_DAYS)
    parts = Participant.objects.filter(
        appraisal__stage=Stage.TOLD, measure_until__isnull=False, measure_until__lte=last
    ).select_related("appraisal__unit")
    found = list_open_measures(parts)
    units = {one.appraisal.unit_id for one in found}
    readers = people.users_with(Permission.EDIT_RECORDS, units, today)
    for one in found:
        appraisal, day = one.appraisal, one.measure_until
        late = day is not None and day < today
        for user_id in readers.get(appraisal.unit_id, ()):
            yield NoticeDraft(
                recipient_id=user_id,
                key=f"appraisal-measure:{one.pk}:{day}:{'late' if late else 'due'}",
                kind=NoticeKind.LATE if late else NoticeKind.DUE,
                title=_(
                    "A measure of the appraisal of %(year)s ends on %(day)s: record what came of it"
                )
                % {"year": appraisal.year, "day": day},
                url=reverse("appraisal:appraisal", args=[appraisal.pk]),
                unit_path=appraisal.unit.path,
            )


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield what is asked of each member, and that the own grade can be read; never the grade."""
    running = Appraisal.objects.filter(stage__in=[Stage.SELF, Stage.BALLOT, Stage.TOLD])
    parts = (
        Participant.objects.filter(appraisal__in=running, excused=False, person__user__isnull=False)
        .select_related("appraisal__unit", "person")
        .order_by("pk")
    )
    voted = set(
        Register.objects.filter(participant__appraisal__in=running)
        .filter(Q(on_paper=True) | Q(voted_on__isnull=False))
        .values_list("pk", flat=True)
    )
    for part in parts:
        if (draft := _remind(part, part.pk in voted, today)) is not None:
            yield draft
    yield from list_due_measures(today)


def _remind(part: Participant, voted: bool, today: date) -> NoticeDraft | None:
    appraisal = part.appraisal
    if appraisal.stage == Stage.SELF and part.self_on is None:
        title = _("Write your self-appraisal of %(year)s by %(day)s")
        day, name = appraisal.self_until, "appraisal:self"
    elif appraisal.stage == Stage.BALLOT and not voted:
        title = _("Give your ballot in the appraisal of %(year)s by %(day)s")
        day, name = appraisal.ballot_until, "appraisal:vote"
    elif appraisal.told_on and (today - appraisal.told_on).days <= TOLD_DAYS:
        title = _("Your appraisal of %(year)s can be read since %(day)s")
        day, name = appraisal.told_on, "appraisal:mine"
    else:
        return None
    late = appraisal.stage != Stage.TOLD and day < today
    return NoticeDraft(
        recipient_id=part.person.user_id or 0,
        key=f"appraisal:{part.pk}:{appraisal.stage}:{'late' if late else 'due'}",
        kind=NoticeKind.LATE if late else NoticeKind.DUE,
        title=title % {"year": appraisal.year, "day": day},
        url=reverse(name, args=[appraisal.pk]),
        unit_path=appraisal.unit.path,
    )


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the last days of self-appraisals and ballots in [start, end)."""
    for appraisal in list_appraisals(scope).filter(stage__in=RUNNING):
        for name, day, title in (
            ("self", appraisal.self_until, _("Self-appraisals of %(unit)s end")),
            ("ballot", appraisal.ballot_until, _("Ballot of %(unit)s ends")),
        ):
            if start <= day < end:
                yield DatedThing(
                    uid=f"appraisal-{name}-{appraisal.pk}",
                    day=day,
                    title=title % {"unit": appraisal.unit.name},
                    url=reverse("appraisal:appraisal", args=[appraisal.pk]),
                    unit_path=appraisal.unit.path,
                )
