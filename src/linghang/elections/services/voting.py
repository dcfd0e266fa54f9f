"""The roll of a ballot, the ballot itself, seats left open, and an election declared failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.elections import queries
from linghang.elections.enums import BY_ROSTER, Absence, Deed, Happened, Office, Stage
from linghang.elections.models import Ballot, Election, LeftOut, Vote
from linghang.elections.queries import Tally
from linghang.elections.services.steps import (
    lock_election,
    move_on,
    refuse_strangers,
)
from linghang.people.models import Person
from linghang.platform.acts import ask_reason, explain, name_basis
from linghang.platform.calendar import clock
from linghang_core.regulations import ElectionResult, judge_election, load_rules


@dataclass(frozen=True)
class BallotDraft:
    """Counts of one ballot; `votes` by person, `written_in` for those who did not stand."""

    on: date
    present: int
    sent_out: int = 0
    returned: int = 0
    valid: int = 0
    votes: Mapping[Person, int] = field(default_factory=dict)
    written_in: Mapping[Person, int] = field(default_factory=dict)


@transaction.atomic
def leave_out(
    *,
    election: Election,
    person: Person,
    reason: str,
    actor: Any,
    out: bool = True,
    seen: str | None = None,
) -> Election:
    """Leave a member out of the roll of the next ballots for a lawful reason, or count them again.

    Raises ValidationError for a reason the rules do not know, and for who is not on the roll.
    """
    taken = lock_election(election, Deed.LEAVE_OUT, seen)
    if not out:
        taken.left_out.filter(ballot=None, person=person).delete()
        return move_on(taken, Happened.LEFT_OUT, actor=actor, note=_("counted again"))
    if reason not in set(Absence.values) - set(BY_ROSTER):
        raise ValidationError({"reason": _("The rules do not know this reason.")}, code="reason")
    refuse_strangers(
        [person],
        queries.read_roll(taken, clock.today()).entitled,
        _("Not on the roll: %(names)s."),
    )
    LeftOut.objects.create(election=taken, person=person, reason=reason)
    return move_on(taken, Happened.LEFT_OUT, actor=actor)


@transaction.atomic
def record_ballot(
    *, election: Election, draft: BallotDraft, actor: Any, seen: str | None = None
) -> Ballot:
    """Record the next ballot, judge it by the rules of its day, and return it.

    A ballot without a quorum, or with more papers back than were sent out, is kept and counts for
    nothing. Raises ValidationError for counts that do not add up and votes for who may not get any.
    """
    taken = lock_election(election, Deed.BALLOT, seen)
    ballots = queries.read_ballots(taken)
    tallies = queries.read_tallies(taken, ballots)
    tally = queries.find_open(tallies)
    assert tally is not None  # else the stage had moved on
    _check_day(taken, ballots, draft.on)
    of_members = not queries.is_of_committee(taken, tally.office)
    if of_members:
        taken.held_on = draft.on
    left_out: Sequence[tuple[Person, Absence]] = ()
    if of_members:
        roll = queries.read_roll(taken, draft.on)
        entitled, left_out = len(roll.entitled), roll.left_out
    else:
        entitled = len(tallies[0].elected)
    _check_counts(draft, entitled)
    standing = queries.list_standing(taken, tally, tallies)
    votes = _check_votes(taken, tally, tallies, standing, draft)
    counts = draft.returned <= draft.sent_out
    result = _judge(tally, entitled, draft, votes if counts else {}, of_members=of_members)
    counts = counts and result.valid
    ballot = Ballot.objects.create(
        election=taken,
        office=tally.office,
        on=draft.on,
        seats=tally.open_seats,
        entitled=entitled,
        present=draft.present,
        sent_out=draft.sent_out,
        returned=draft.returned,
        valid=draft.valid,
        counts=counts,
        present_needed=result.present_needed,
        votes_needed=result.votes_needed,
        basis=result.rule.basis,
    )
    LeftOut.objects.bulk_create(
        LeftOut(election=taken, ballot=ballot, person=person, reason=reason)
        for person, reason in left_out
    )
    if counts:
        _write_votes(ballot, votes, standing, result)
    _finish(taken, actor, _name_result(tally, result, counts=counts))
    return ballot


@transaction.atomic
def leave_seats_open(
    *, election: Election, reason: str, actor: Any, seen: str | None = None
) -> Election:
    """Let the committee have fewer seats after a ballot, if most voters agree and the rule's least is met."""
    taken = lock_election(election, Deed.FEWER, seen)
    note = ask_reason(reason)
    tally = queries.read_tallies(taken)[0]
    low = queries.read_size(taken.unit, taken.held_on or clock.today())
    if tally.office != Office.COMMITTEE or not tally.rounds or not tally.open_seats:
        raise ValidationError(
            _("Only seats of the committee can stay open, after a ballot."), code="not_committee"
        )
    if tally.tied:
        raise ValidationError(
            _("Those who tied for the last seat are voted on again."), code="tied"
        )
    least = max(low.low, 1 + taken.deputy_seats)
    if len(tally.elected) < least:
        words = explain(low.rule) if low.rule else ""
        raise ValidationError(
            _("%(n)s are elected, at least %(least)s are needed. %(rule)s")
            % {"n": len(tally.elected), "least": least, "rule": words},
            code="too_few",
        )
    taken.committee_seats = len(tally.elected)
    return move_on(taken, Happened.FEWER, actor=actor, note=note)


@transaction.atomic
def fail_election(
    *, election: Election, reason: str, actor: Any, seen: str | None = None
) -> Election:
    """Declare the election failed after a ballot; it is kept, and repeated as a new one."""
    taken = lock_election(election, Deed.FAIL, seen)
    note = ask_reason(reason)
    if not taken.ballots.exists():
        raise ValidationError(
            _("No ballot was held: the election can be withdrawn."), code="not_held"
        )
    return move_on(taken, Happened.FAILED, actor=actor, stage=Stage.FAILED, note=note)


def _check_day(election: Election, ballots: Sequence[Ballot], on: date) -> None:
    if on > clock.today():
        raise ValidationError({"on": _("The day lies in the future.")}, code="future")
    approved = election.acts.filter(kind=Happened.CANDIDATES_APPROVED).latest("pk")
    first = timezone.localdate(approved.at)
    if on < first:
        raise ValidationError(
            {"on": _("The candidates were approved on %(day)s; nobody votes before.") % {"day": first}},
            code="before_approval",
        )  # fmt: skip
    if ballots and on < ballots[-1].on:
        raise ValidationError(
            {"on": _("The last ballot was held on %(day)s.") % {"day": ballots[-1].on}},
            code="before_last",
        )


def _check_counts(draft: BallotDraft, entitled: int) -> None:
    """Refuse counts that do not add up."""
    if min(draft.present, draft.sent_out, draft.returned, draft.valid) < 0 or entitled < 1:
        raise ValidationError(_("Nobody is entitled to vote, or a count is negative."), code="roll")
    if draft.present > entitled:
        raise ValidationError(
            {"present": _("%(n)s are entitled by the roster; more cannot have come.") % {"n": entitled}},
            code="present",
        )  # fmt: skip
    if draft.sent_out > draft.present:
        raise ValidationError(
            {"sent_out": _("More ballots were sent out than voters came.")}, code="sent_out"
        )
    if draft.valid > draft.returned:
        raise ValidationError({"valid": _("More ballots are valid than came back.")}, code="valid")


def _check_votes(
    election: Election,
    tally: Tally,
    tallies: Sequence[Tally],
    standing: Sequence[Person],
    draft: BallotDraft,
) -> dict[Person, int]:
    written = {person: count for person, count in draft.written_in.items() if count}
    refuse_strangers(list(draft.votes), standing, _("Does not stand in this ballot: %(names)s."))
    may = standing if tally.tied else queries.list_choosable(election, tally, tallies)
    refuse_strangers(list(written), may, _("May not be elected here: %(names)s."))
    votes = {person: draft.votes.get(person, 0) for person in standing} | written
    valid = min(draft.valid, draft.returned)
    over = [person.name for person, count in votes.items() if not 0 <= count <= valid]
    if over:
        raise ValidationError(
            _("More votes than valid ballots: %(names)s.") % {"names": "、".join(over)},
            code="more_votes",
        )
    if sum(votes.values()) > valid * tally.open_seats:
        raise ValidationError(
            _(
                "%(votes)s votes are more than %(valid)s valid ballots for %(seats)s seats can hold: "
                "a ballot that chooses more than there are seats is not valid."
            )
            % {"votes": sum(votes.values()), "valid": valid, "seats": tally.open_seats},
            code="too_many_votes",
        )
    return votes


def _judge(
    tally: Tally, entitled: int, draft: BallotDraft, votes: Mapping[Person, int], *, of_members: bool
) -> ElectionResult:  # fmt: skip
    return judge_election(
        seats=tally.open_seats,
        entitled=entitled,
        present=draft.present,
        votes={str(person.pk): count for person, count in votes.items()},
        kind="election" if of_members else "secretary",
        on=draft.on,
    )


def _write_votes(
    ballot: Ballot, votes: Mapping[Person, int], standing: Sequence[Person], result: ElectionResult
) -> None:
    stood = {person.pk for person in standing}
    Vote.objects.bulk_create(
        Vote(
            ballot=ballot,
            person=person,
            number=count,
            written_in=person.pk not in stood,
            elected=str(person.pk) in result.elected,
            tied=str(person.pk) in result.tied,
        )
        for person, count in votes.items()
    )


def _finish(election: Election, actor: Any, note: str) -> None:
    """Move on to the next office, or to the report when every seat is filled."""
    is_open = queries.find_open(queries.read_tallies(election)) is not None
    move_on(
        election,
        Happened.VOTED,
        actor=actor,
        stage=Stage.VOTING if is_open else Stage.ELECTED,
        note=note,
    )


def _name_result(tally: Tally, result: ElectionResult, *, counts: bool) -> str:
    if not counts and not result.valid:
        return _("%(office)s: no quorum, %(n)s had to be present. %(basis)s") % {
            "office": tally.office.label,
            "n": result.present_needed,
            "basis": name_basis(result.rule),
        }
    if not counts:
        return _("%(office)s: more ballots came back than were sent out; the ballot is void.") % {
            "office": tally.office.label
        }
    return _("%(office)s: %(n)s elected, %(open)s open") % {
        "office": tally.office.label,
        "n": len(result.elected),
        "open": result.open_seats,
    }


def describe_rule() -> str:
    """Return what the rule on electing says, for the form of a ballot."""
    return explain(load_rules().find("vote.election", clock.today()))
