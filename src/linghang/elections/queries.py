"""Reads of terms and re-elections: what is due, who may vote, what was elected and what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.elections.enums import BY_ROSTER, ENDED, Absence, Office, Stage, Standing
from linghang.elections.models import Ballot, Candidate, Election, LeftOut, Vote
from linghang.org.api import open_units, subtree, view_term, visible_units
from linghang.org.enums import TermStanding, UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MemberKind
from linghang.people.enums import Standing as PersonStanding
from linghang.people.models import Person
from linghang.platform.access import Permission, Scope
from linghang.platform.notices.enums import NoticeKind
from linghang.platform.notices.registry import DatedThing, NoticeDraft
from linghang_core.periods import add_months
from linghang_core.regulations import Rule, count_candidates_needed, load_rules

ELECTING = frozenset({UnitKind.GENERAL_BRANCH, UnitKind.BRANCH, UnitKind.JOINT_BRANCH})
"""The kinds whose members elect; a temporary branch is appointed, a Party committee by a congress."""


@dataclass(frozen=True)
class Line:
    """A branch with its term on a day and the election under way."""

    unit: Unit
    ends_on: date | None
    months_left: int | None
    standing: Standing
    election: Election | None
    url: str = ""  # where the reader goes on, if anywhere

    @property
    def pk(self) -> int:
        """Return the id of the unit."""
        return self.unit.pk


@dataclass(frozen=True)
class Roll:
    """Who is due to attend and vote on a day, and who is left out, with the reason."""

    entitled: tuple[Person, ...]
    left_out: tuple[tuple[Person, Absence], ...]


@dataclass(frozen=True)
class Tally:
    """What an office's ballots have decided so far."""

    office: Office
    seats: int
    elected: tuple[Person, ...]
    tied: tuple[Person, ...]
    rounds: int

    @property
    def open_seats(self) -> int:
        """Return how many are still to be elected."""
        return self.seats - len(self.elected)


@dataclass(frozen=True)
class Size:
    """How large the rules make a branch's committee; all 0 where it has none."""

    low: int = 0
    high: int = 0
    most: int = 0
    proposed: int = 0
    rule: Rule | None = field(default=None, compare=False)


# -- terms ---------------------------------------------------------------------------------------


def list_units(scope: Scope) -> QuerySet[Unit]:
    """Return the open branches and general branches whose elections the reader sees."""
    return visible_units(scope, Permission.VIEW_RECORDS).filter(
        kind__in=ELECTING, closed_on__isnull=True
    )


def list_lines(units: QuerySet[Unit], on: date) -> list[Line]:
    """Return the branches with their terms, the first end first; two queries."""
    running = Election.objects.exclude(stage__in=ENDED).select_related("unit")
    found = units.prefetch_related(Prefetch("elections", queryset=running, to_attr="running"))
    lines = [_read_line(unit, on) for unit in found.order_by("path")]
    return sorted(lines, key=lambda line: line.ends_on or date.max)


def _read_line(unit: Unit, on: date) -> Line:
    running: list[Election] = unit.running  # type: ignore[attr-defined]
    election = running[0] if running else None
    term = view_term(unit, on)
    if term is None:
        return Line(unit, None, None, Standing.UNKNOWN, election)
    standing = {
        TermStanding.NORMAL: Standing.NORMAL,
        TermStanding.REMIND: Standing.REMIND,
        TermStanding.EXPIRED: Standing.OVERDUE,
    }[term.standing]
    if standing == Standing.OVERDUE and election and _is_extended(election, on):
        standing = Standing.EXTENDED
    return Line(unit, term.expires_on, count_months(on, term.expires_on), standing, election)


def _is_extended(election: Election, on: date) -> bool:
    """Return whether the superior let the election be late and the planned day has not passed."""
    approved = election.stage not in {Stage.PREPARING, Stage.REQUESTED}
    return approved and election.planned_on is not None and on <= election.planned_on


def count_months(start: date, end: date) -> int:
    """Return the whole months from one day to another; negative once the end has passed."""
    if end < start:
        return -count_months(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (add_months(start, months) > end)


# -- elections -----------------------------------------------------------------------------------


def list_elections(scope: Scope) -> QuerySet[Election]:
    """Return the elections the reader sees: of units whose records are theirs to see."""
    return Election.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "unit__parent")


def read_size(unit: Unit, on: date) -> Size:
    """Return the committee's size by the rule: none below the full members that ask for one."""
    rule = load_rules().find(f"organisation.{unit.kind}", on)
    full = len(list_eligible(unit, on))
    if full < rule.value.get("committee_full_from", 0):  # a general branch always has one
        return Size(rule=rule)
    low, high, most = (
        rule.whole(name) for name in ("committee_from", "committee_to", "committee_most")
    )
    now = len(people.committee_on(unit.pk, on))
    return Size(low, high, most, min(max(now, low), high), rule)


def list_eligible(unit: Unit, on: date) -> list[Person]:
    """Return who may be elected on the day: full members of good standing, in the roster's order."""
    return [person for person, reason in _judge_roster(unit, on) if reason is None]


def read_roll(election: Election, on: date) -> Roll:
    """Return who is due to vote on the day, from the roster and what was recorded of persons."""
    recorded = {
        row.person_id: Absence(row.reason)
        for row in LeftOut.objects.filter(election=election, ballot=None)
    }
    judged = [
        (person, reason or recorded.get(person.pk))
        for person, reason in _judge_roster(election.unit, on)
    ]
    return Roll(
        tuple(person for person, reason in judged if reason is None),
        tuple((person, reason) for person, reason in judged if reason is not None),
    )


def _judge_roster(unit: Unit, on: date) -> Iterator[tuple[Person, Absence | None]]:
    """Yield the members of the unit and of all below it: a general branch votes as one meeting."""
    below = subtree(Unit.objects.all(), unit.path).order_by("pk").values_list("pk", flat=True)
    rolls = people.list_members(below, on)
    everybody = {person.pk: person for persons in rolls.values() for person in persons}
    for person in sorted(everybody.values(), key=lambda one: one.code):
        if person.standing != PersonStanding.NORMAL:
            yield person, Absence.SUSPENDED
        elif person.member_kind != MemberKind.FULL or (person.full_on and person.full_on > on):
            yield person, Absence.PROBATION
        else:
            yield person, None


def count_needed(election: Election, office: str) -> int:
    """Return the least number of candidates: surplus for the committee, equal number for the rest."""
    seats = election.count_seats(office)
    if office == Office.COMMITTEE:
        return count_candidates_needed(seats, on=election.planned_on)
    return seats


def read_ballots(election: Election) -> list[Ballot]:
    """Return the ballots in their order, with votes and who was left out; three queries."""
    votes = Prefetch("votes", queryset=Vote.objects.select_related("person"))
    out = Prefetch("left_out", queryset=LeftOut.objects.select_related("person"))
    return list(election.ballots.prefetch_related(votes, out).order_by("pk"))


def read_tallies(election: Election, ballots: Sequence[Ballot] | None = None) -> list[Tally]:
    """Return for each office what its ballots decided, in the order of voting."""
    held = read_ballots(election) if ballots is None else ballots
    return [_tally(election, office, held) for office in election.offices]


def _tally(election: Election, office: Office, held: Sequence[Ballot]) -> Tally:
    own = [ballot for ballot in held if ballot.office == office]
    counted = [ballot for ballot in own if ballot.counts]
    elected = [vote.person for ballot in counted for vote in ballot.votes.all() if vote.elected]
    last = list(counted[-1].votes.all()) if counted else []
    tied = tuple(vote.person for vote in last if vote.tied)
    return Tally(office, election.count_seats(office), tuple(elected), tied, len(own))


def find_open(tallies: Iterable[Tally]) -> Tally | None:
    """Return the office to be voted on next, None when every seat is filled."""
    return next((tally for tally in tallies if tally.open_seats > 0), None)


def is_of_committee(election: Election, office: str) -> bool:
    """Return whether the new committee votes, not the members."""
    return election.has_committee and office != Office.COMMITTEE


def list_standing(election: Election, tally: Tally, tallies: Sequence[Tally]) -> list[Person]:
    """Return who stands in the next ballot of the office: after a tie only those who tied."""
    if tally.tied and tally.open_seats:
        return list(tally.tied)
    rows = Candidate.objects.filter(election=election, office=tally.office)
    may = {person.pk for person in list_choosable(election, tally, tallies)}
    return [row.person for row in rows.select_related("person") if row.person_id in may]


def list_choosable(election: Election, tally: Tally, tallies: Sequence[Tally]) -> list[Person]:
    """Return who may get votes: not yet elected, and of the committee where the committee votes."""
    taken = {
        person.pk for one in tallies if one.office != Office.COMMITTEE for person in one.elected
    }
    if is_of_committee(election, tally.office):
        committee = next(one for one in tallies if one.office == Office.COMMITTEE)
        return [person for person in committee.elected if person.pk not in taken]
    taken |= {person.pk for person in tally.elected}
    on = election.held_on or election.planned_on
    return [p for p in list_eligible(election.unit, on) if p.pk not in taken] if on else []


def waits_for_superior(election: Election) -> bool:
    """Return whether the superior acts next."""
    return election.stage in {Stage.REQUESTED, Stage.SUBMITTED, Stage.REPORTED}


# -- reminders -----------------------------------------------------------------------------------


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield a reminder for each branch whose election is to be prepared, to branch and superior."""
    units = open_units(Unit.objects.filter(kind__in=ELECTING), today)
    due = [line for line in list_lines(units, today) if is_due(line)]
    ids = {line.pk for line in due}
    roots = {unit.path: unit.pk for unit in Unit.objects.filter(parent=None)}
    branch = people.users_with(Permission.EDIT_RECORDS, ids, today)
    superior = people.users_with(Permission.EDIT_PEOPLE, roots.values(), today)
    for line in due:
        readers = [
            *branch.get(line.pk, ()),
            *superior.get(roots.get(line.unit.root_path, 0), ()),
        ]
        for user_id in dict.fromkeys(readers):
            yield _draft_reminder(line, user_id)


def is_due(line: Line) -> bool:
    """Return whether an election should be under way and is not."""
    return line.election is None and line.standing in {Standing.REMIND, Standing.OVERDUE}


def _draft_reminder(line: Line, user_id: int) -> NoticeDraft:
    late = line.standing == Standing.OVERDUE
    return NoticeDraft(
        recipient_id=user_id,
        key=f"elections:{line.pk}:{line.ends_on}:{'late' if late else 'due'}",
        kind=NoticeKind.LATE if late else NoticeKind.DUE,
        title=_("Prepare the re-election of %(unit)s: its term ends on %(day)s")
        % {"unit": line.unit.name, "day": line.ends_on},
        url=reverse("elections:units"),
        unit_path=line.unit.path,
    )


def list_dates(scope: Scope, start: date, end: date) -> Iterable[DatedThing]:
    """Yield the ends of terms and the planned days of elections in [start, end)."""
    for line in list_lines(list_units(scope), start):
        address = reverse("elections:units")
        if line.ends_on and start <= line.ends_on < end:
            title = _("Term of %(unit)s ends") % {"unit": line.unit.name}
            yield DatedThing(
                uid=f"term-{line.pk}", day=line.ends_on, title=title, url=address,
                unit_path=line.unit.path,
            )  # fmt: skip
        planned = line.election and line.election.planned_on
        if line.election and planned and start <= planned < end and not line.election.held_on:
            yield DatedThing(
                uid=f"election-{line.election.pk}",
                day=planned,
                title=_("Re-election of %(unit)s") % {"unit": line.unit.name},
                url=reverse("elections:election", args=[line.election.pk]),
                unit_path=line.unit.path,
            )


def list_reasons() -> list[tuple[str, str]]:
    """Return the reasons somebody may be left out for that the roster does not know."""
    return [(one.value, str(one.label)) for one in Absence if one not in BY_ROSTER]
