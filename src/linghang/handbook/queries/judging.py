"""How a branch stands with one standard in one span, from what is recorded; no query stands here.

`is_over` says whether the span is past and looked at whole: what is not met in a span that is not over is
not due yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.activities.enums import Shape
from linghang.dues.enums import MonthState
from linghang.elections.enums import Standing
from linghang.handbook.enums import Check, Leader, Verdict
from linghang.handbook.queries.records import Held, Records, Task
from linghang_core.periods import Period, PeriodKind

PROOFS_SHOWN = 12
HUNDRED = 100
NOT_OWING = {MonthState.NONE, MonthState.ELSEWHERE, MonthState.EXEMPT}
TO_PAY = {MonthState.OWED, MonthState.SHORT, MonthState.OPEN}


@dataclass(frozen=True)
class Proof:
    """A record that shows how a standard stands, or where to go on; `link` names its page.

    The address is made when it is shown: a matrix judges thousands of records and shows none of them.
    """

    title: str
    link: str = ""
    key: int | None = None
    more: tuple[int, ...] = ()
    query: str = ""

    @property
    def url(self) -> str:
        """Return the address, empty where there is none."""
        if not self.link:
            return ""
        keys = () if self.key is None else (self.key, *self.more)
        return f"{reverse(self.link, args=keys)}{self.query}"


@dataclass(frozen=True)
class Finding:
    """How a standard stands, in words, with the records that show it."""

    verdict: Verdict
    words: str = ""
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class Ask:
    """A standard's check with what it asks for, of one branch in one span from `first` to `on`.

    `on` is the last day of the span that is looked at.
    """

    unit_id: int
    params: dict[str, Any]
    span: Period
    first: date
    on: date
    is_over: bool
    records: Records

    @property
    def today(self) -> date:
        """Return the day on which it is asked."""
        return self.records.today

    def list_held(self) -> list[Held]:
        """Return what was held of the kind asked for in the span, up to the last day looked at."""
        first, last = self.first, self.on
        held = self.records.find_held(self.unit_id, self.params["kind"])
        return [one for one in held if first <= one.on <= last]

    def wait(self, words: str, proofs: Sequence[Proof] = ()) -> Finding:
        """Return not met once the span is over, not due before."""
        verdict = Verdict.UNMET if self.is_over else Verdict.NOT_DUE
        return Finding(verdict, words, tuple(proofs))


def judge(check: Check, ask: Ask) -> Finding:
    """Return how the branch stands."""
    return JUDGES[check](ask)


def _count(ask: Ask, proofs: list[Proof]) -> Finding:
    least = ask.params["least"]
    words = _("%(n)s of %(least)s") % {"n": len(proofs), "least": least}
    shown = proofs[-PROOFS_SHOWN:]
    if len(proofs) >= least:
        return Finding(Verdict.MET, words, tuple(shown))
    return ask.wait(words, shown)


def judge_meetings(ask: Ask) -> Finding:
    """Met when enough meetings of the kind were held."""
    return _count(ask, [prove_held(one) for one in ask.list_held()])


def judge_lecture(ask: Ask) -> Finding:
    """Met when enough were given by the secretary, or by a member of the committee, of that day."""
    return _count(ask, [prove_held(one) for one in ask.list_held() if _is_leaders(ask, one)])


def _is_leaders(ask: Ask, held: Held) -> bool:
    roster = ask.records.roster
    if ask.params["who"] == Leader.SECRETARY:
        secretary = roster.secretary(ask.unit_id, held.on)
        return secretary is not None and secretary.person_id == held.host_id
    seats = roster.committee(ask.unit_id, held.on)
    return any(span.person_id == held.host_id for span in seats)


def judge_attendance(ask: Ask) -> Finding:
    """Met when, of all who were due at what was held, enough were there."""
    counted = [one for one in ask.list_held() if one.due and one.present is not None]
    due = sum(one.due or 0 for one in counted)
    proofs = [prove_held(one) for one in counted][-PROOFS_SHOWN:]
    if not due:
        verdict = Verdict.UNKNOWN if ask.is_over else Verdict.NOT_DUE
        return Finding(verdict, _("no attendance is recorded"))
    present = sum(one.present or 0 for one in counted)
    words = _("%(n)s of %(all)s were there") % {"n": present, "all": due}
    if present * HUNDRED >= ask.params["share"] * due:
        return Finding(Verdict.MET, words, tuple(proofs))
    return ask.wait(words, proofs)


def judge_minutes(ask: Ask) -> Finding:
    """Met when each of what was held is recorded within the days; the last day counts."""
    late = timedelta(days=ask.params["days"])
    held = ask.list_held()
    return _judge_each(held, [one.recorded_on <= one.on + late for one in held])


def judge_agenda(ask: Ask) -> Finding:
    """Met when what each decided is written within the days; what still may be is not due."""
    late, held = timedelta(days=ask.params["days"]), ask.list_held()
    written = ask.records.written_on
    states: list[bool | None] = []
    for one in held:
        on, last = written.get(one.pk), one.on + late
        states.append(on <= last if on else (None if ask.today <= last else False))
    return _judge_each(held, states)


def _judge_each(held: Sequence[Held], states: Sequence[bool | None]) -> Finding:
    if not held:
        return Finding(Verdict.NOT_DUE, _("nothing was held"))
    bad = [prove_held(one) for one, good in zip(held, states, strict=True) if good is False]
    good = sum(state is True for state in states)
    words = _("%(n)s of %(all)s in time") % {"n": good, "all": len(held)}
    if bad:
        return Finding(Verdict.UNMET, words, tuple(bad[-PROOFS_SHOWN:]))
    proofs = tuple(prove_held(one) for one in held[-PROOFS_SHOWN:])
    return Finding(Verdict.NOT_DUE if None in states else Verdict.MET, words, proofs)


def judge_resolutions(ask: Ask) -> Finding:
    """Met when every task a resolution became and that fell due is done."""
    due = _list_due(ask, ask.records.resolutions.get(ask.unit_id, []))
    if not due:
        return Finding(Verdict.NOT_DUE, _("no resolution fell due"))
    late = [one for one in due if not one.done and one.due_on < ask.today]
    waiting = [one for one in due if not one.done and one.due_on >= ask.today]
    words = _("%(n)s of %(all)s carried out") % {"n": sum(one.done for one in due), "all": len(due)}
    shown = tuple(prove_task(one) for one in (late or due)[-PROOFS_SHOWN:])
    if late:
        return Finding(Verdict.UNMET, words, shown)
    return Finding(Verdict.NOT_DUE if waiting else Verdict.MET, words, shown)


def judge_tasks(ask: Ask) -> Finding:
    """Met when enough of the tasks that fell due were done by their day."""
    due = _list_due(ask, ask.records.tasks.get(ask.unit_id, []))
    if not due:
        return Finding(Verdict.NOT_DUE, _("no task fell due"))
    good = [one for one in due if one.done and one.finished_on and one.finished_on <= one.due_on]
    words = _("%(n)s of %(all)s in time") % {"n": len(good), "all": len(due)}
    late = [one for one in due if one not in good]
    shown = tuple(prove_task(one) for one in (late or due)[-PROOFS_SHOWN:])
    if len(good) * HUNDRED >= ask.params["share"] * len(due):
        return Finding(Verdict.MET, words, shown)
    return ask.wait(words, shown)


def _list_due(ask: Ask, tasks: Sequence[Task]) -> list[Task]:
    return [one for one in tasks if ask.first <= one.due_on <= ask.on]


def judge_term(ask: Ask) -> Finding:
    """Met while the committee's term runs; a term the superior let run longer counts as running."""
    line = ask.records.lines.get(ask.unit_id)
    if line is None or line.ends_on is None:
        return Finding(Verdict.UNKNOWN, _("no term is recorded"))
    begun = line.unit.term_from
    proof = Proof(_("Re-elections"), "elections:units")
    if line.election is not None:
        proof = Proof(_("Re-election"), "elections:election", line.election.pk)
    if begun is not None and ask.on < begun:
        return Finding(Verdict.UNKNOWN, _("the term before is not recorded"), (proof,))
    words = _("term until %(day)s") % {"day": line.ends_on}
    good = ask.on < line.ends_on or line.standing == Standing.EXTENDED
    return Finding(Verdict.MET if good else Verdict.UNMET, words, (proof,))


def judge_seats(ask: Ask) -> Finding:
    """Met with a secretary and enough members of the committee on the last day looked at."""
    roster = ask.records.roster
    seats = len(roster.committee(ask.unit_id, ask.on))
    words = _("%(n)s of %(least)s") % {"n": seats, "least": ask.params["least"]}
    proofs = (prove_unit(ask, "people", _("Roster")),)
    if roster.secretary(ask.unit_id, ask.on) is None:
        return Finding(Verdict.UNMET, _("no secretary"), proofs)
    return Finding(Verdict.MET if seats >= ask.params["least"] else Verdict.UNMET, words, proofs)


def judge_roster(ask: Ask) -> Finding:
    """Met when no member lacks a field; told only of the present, for the roster is kept as of today."""
    if ask.today not in ask.span:
        return Finding(Verdict.UNKNOWN, _("the roster is kept as it stands today"))
    lacking, members = ask.records.lacking.get(ask.unit_id, (0, 0))
    proofs = (prove_unit(ask, "people", _("Roster")),)
    if not members:
        return Finding(Verdict.UNKNOWN, _("no member stands in the roster"), proofs)
    words = _("%(n)s of %(all)s lack a field") % {"n": lacking, "all": members}
    return Finding(Verdict.UNMET if lacking else Verdict.MET, words, proofs)


def judge_dues(ask: Ask) -> Finding:
    """Met when everybody paid each month within the days after its end; only numbers are told."""
    found = [_judge_month(ask, month) for month in ask.span.parts(PeriodKind.MONTH)]
    worst = min((one.verdict for one in found), key=list(Verdict).index)
    months = [one for one in found if one.verdict is worst]
    return Finding(worst, months[0].words, tuple(p for one in months for p in one.proofs))


def _judge_month(ask: Ask, month: Period) -> Finding:
    last = month.last_day + timedelta(days=ask.params["days"])
    proof = Proof(str(month), "dues:year", ask.unit_id, (month.year,))
    if month.first_day > ask.today:
        return Finding(Verdict.NOT_DUE)
    cells = ask.records.months_paid.get((ask.unit_id, month.first_day), [])
    owing = [cell for cell in cells if cell.state not in NOT_OWING]
    if not owing:
        return Finding(Verdict.UNKNOWN, _("nobody owes dues here"), (proof,))
    paid = [
        cell
        for cell in owing
        if cell.payment and cell.state not in TO_PAY and cell.payment.paid_on <= last
    ]
    words = _("%(n)s of %(all)s in time") % {"n": len(paid), "all": len(owing)}
    if len(paid) == len(owing):
        return Finding(Verdict.MET, words, (proof,))
    if ask.today <= last:
        return Finding(Verdict.NOT_DUE, words, (proof,))
    unknown = all(cell in paid or cell.state is MonthState.UNKNOWN for cell in owing)
    return Finding(Verdict.UNKNOWN if unknown else Verdict.UNMET, words, (proof,))


def judge_hours(ask: Ask) -> Finding:
    """Met when enough members reached the hours of the year; only numbers are told."""
    reached, members = ask.records.learners.get(ask.unit_id, (0, 0))
    if not members:
        return Finding(Verdict.UNKNOWN, _("no member stands in the roster"))
    words = _("%(n)s of %(all)s reached them") % {"n": reached, "all": members}
    proofs = (Proof(_("Training hours"), "study:branch", ask.unit_id),)
    if reached * HUNDRED >= ask.params["share"] * members:
        return Finding(Verdict.MET, words, proofs)
    return ask.wait(words, proofs)


def judge_facts(ask: Ask) -> Finding:
    """Met when the ledger holds enough records of the kind."""
    rows = ask.records.find_noted(ask.unit_id, ask.params["fact"])
    noted = [one for one in rows if ask.first <= one.on <= ask.on]
    return _count(
        ask, [Proof(f"{one.on} {one.title}", "ledger:entry", one.entry_id) for one in noted]
    )


def judge_visit(_ask: Ask) -> Finding:
    """Never met from records: somebody has to look."""
    return Finding(Verdict.UNKNOWN, _("looked at on a visit"))


def prove_held(one: Held) -> Proof:
    """Return the record of what was held."""
    return Proof(f"{one.on} {one.topic}", "activities:activity", one.pk)


def prove_task(one: Task) -> Proof:
    """Return the task."""
    return Proof(f"{one.due_on} {one.text}", "worklists:task", one.pk)


def prove_unit(ask: Ask, tab: str, title: str) -> Proof:
    """Return a part of the branch's own page."""
    return Proof(title, "org:unit", ask.unit_id, query=f"?tab={tab}")


def find_next(check: Check, ask: Ask, finding: Finding) -> Proof | None:
    """Return what to do next, None where nothing is to be done."""
    if finding.verdict is Verdict.MET:
        return None
    shape, _dot, code = str(ask.params.get("fact", "")).partition(".")
    if check is Check.FACTS and shape not in {Shape.ACTIVITY, Shape.RECORD}:
        return None
    if check in {Check.MEETINGS, Check.LECTURE, Check.ATTENDANCE, Check.FACTS}:
        day = min(ask.span.last_day, ask.today)
        query = f"?unit={ask.unit_id}&kind={ask.params.get('kind') or code}&on={day}"
        return Proof(_("Record it"), "activities:record", query=query)
    if check in WORDS and finding.verdict in {Verdict.UNMET, Verdict.UNKNOWN}:
        words = WORDS[check]()
        return replace(finding.proofs[0], title=words) if finding.proofs else Proof(words)
    return None


WORDS: dict[Check, Callable[[], str]] = {
    Check.MINUTES: lambda: _("Record within the days next time; a late record stays late"),
    Check.AGENDA: lambda: _("Write down what was decided"),
    Check.RESOLUTIONS: lambda: _("Finish the tasks that are overdue"),
    Check.TERM: lambda: _("Begin the re-election"),
    Check.SEATS: lambda: _("Fill the committee"),
    Check.ROSTER: lambda: _("Fill what the roster lacks"),
    Check.DUES: lambda: _("Collect the dues and record them"),
    Check.HOURS: lambda: _("Arrange study for who lacks hours"),
    Check.TASKS: lambda: _("Finish the tasks that are overdue"),
    Check.VISIT: lambda: _("The contact person or officer looks at it on a visit"),
}

JUDGES: dict[Check, Callable[[Ask], Finding]] = {
    Check.MEETINGS: judge_meetings,
    Check.LECTURE: judge_lecture,
    Check.ATTENDANCE: judge_attendance,
    Check.MINUTES: judge_minutes,
    Check.AGENDA: judge_agenda,
    Check.RESOLUTIONS: judge_resolutions,
    Check.TERM: judge_term,
    Check.SEATS: judge_seats,
    Check.ROSTER: judge_roster,
    Check.DUES: judge_dues,
    Check.HOURS: judge_hours,
    Check.TASKS: judge_tasks,
    Check.FACTS: judge_facts,
    Check.VISIT: judge_visit,
}
