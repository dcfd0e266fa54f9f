"""Opening a re-election, the request to the superior and its answer, withdrawing before the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.elections import queries
from linghang.elections.enums import ENDED, Deed, Happened, Stage, Timing
from linghang.elections.models import Election
from linghang.elections.services.steps import (
    check_decider,
    lock_election,
    move_on,
    send,
)
from linghang.org.api import view_term
from linghang.org.models import Unit
from linghang.platform.acts import ReasonMissingError, ask_reason, explain
from linghang.platform.calendar import clock
from linghang_core.periods import add_months
from linghang_core.regulations import count_candidates_needed, load_rules


@dataclass(frozen=True)
class RequestDraft:
    """What is asked of the superior: the day, the seats; a reason where a rule asks for one."""

    planned_on: date
    committee_seats: int
    deputy_seats: int = 0
    reason: str = ""


@transaction.atomic
def open_election(*, unit: Unit, actor: Any) -> Election:
    """Open a re-election of the branch and return it; seats and day come with the request.

    Raises ValidationError for a unit that does not elect, and where one is under way.
    """
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if locked.kind not in queries.ELECTING or locked.closed_on:
        raise ValidationError(
            _("%(unit)s does not elect: only open branches do; a temporary one is appointed.")
            % {"unit": locked.name},
            code="not_electing",
        )
    if known := Election.objects.filter(unit=locked).exclude(stage__in=ENDED).first():
        raise ValidationError(
            _("An election of %(unit)s is under way: “%(stage)s”.")
            % {"unit": locked.name, "stage": known.standing.label},
            code="under_way",
        )
    today = clock.today()
    size = queries.read_size(locked, today)
    term = view_term(locked, today)
    last = Election.objects.filter(unit=locked).order_by("-pk").first()
    election = Election(
        unit=locked,
        committee_seats=size.proposed,
        term_ended_on=term.expires_on if term else None,
        repeats=last if last and last.stage == Stage.FAILED else None,
    )
    return move_on(election, Happened.OPENED, actor=actor)


@transaction.atomic
def send_request(
    *, election: Election, draft: RequestDraft, actor: Any, seen: str | None = None
) -> Election:
    """Send the request (请示) to the superior, and return the election.

    Raises ReasonMissingError for a day outside the term or a committee of an unusual size without a
    reason, ValidationError for a day that has passed and seats nobody could be elected to.
    """
    taken = lock_election(election, Deed.REQUEST, seen)
    today = clock.today()
    if draft.planned_on < today:
        raise ValidationError(
            {"planned_on": _("The superior is asked before the day.")}, code="past"
        )
    term = view_term(taken.unit, today)
    taken.term_ended_on = term.expires_on if term else None
    taken.planned_on = draft.planned_on
    taken.committee_seats, taken.deputy_seats = draft.committee_seats, draft.deputy_seats
    taken.timing = judge_timing(taken.term_ended_on, draft.planned_on)
    taken.reason = draft.reason.strip()
    _check_seats(taken)
    questions = [*_question_timing(taken), *_question_size(taken)]
    if questions and not taken.reason:
        raise ReasonMissingError(questions, code="no_reason")
    send(taken, actor)
    return move_on(taken, Happened.REQUESTED, actor=actor, stage=Stage.REQUESTED, note=taken.reason)


@transaction.atomic
def decide_request(
    *, election: Election, approve: bool, actor: Any, reason: str = "", seen: str | None = None
) -> Election:
    """Approve the request or return it with its reason; approving a shift of more than a year asks one.

    Raises ValidationError for who sent it, and for a return without a reason.
    """
    taken = lock_election(election, Deed.DECIDE_REQUEST, seen)
    check_decider(taken, actor)
    if not approve:
        note = ask_reason(reason)
        return move_on(
            taken, Happened.REQUEST_RETURNED, actor=actor, stage=Stage.PREPARING, note=note
        )
    if is_beyond_shift(taken) and not reason.strip():
        rule = load_rules().find("term.shift", clock.today())
        raise ReasonMissingError([explain(rule)], code="no_reason")
    return move_on(
        taken,
        Happened.REQUEST_APPROVED,
        actor=actor,
        stage=Stage.NOMINATING,
        note=reason.strip(),
    )


@transaction.atomic
def withdraw_election(
    *, election: Election, reason: str, actor: Any, seen: str | None = None
) -> Election:
    """Withdraw an election with its reason; ValidationError once a ballot was held."""
    taken = lock_election(election, Deed.WITHDRAW, seen)
    note = ask_reason(reason)
    if taken.ballots.exists():
        raise ValidationError(
            _("A ballot was held: the election goes on, or is declared failed."), code="held"
        )
    return move_on(taken, Happened.WITHDRAWN, actor=actor, stage=Stage.WITHDRAWN, note=note)


def judge_timing(ends_on: date | None, planned_on: date) -> Timing:
    """Return whether the day keeps the term: from the reminder to the end it does."""
    if ends_on is None:
        return Timing.ON_TIME
    months = load_rules().find("term.reminder").whole("months_before")
    if planned_on < add_months(ends_on, -months):
        return Timing.EARLY
    return Timing.LATE if planned_on > ends_on else Timing.ON_TIME


def is_beyond_shift(election: Election) -> bool:
    """Return whether the planned day is further from the end of the term than generally allowed."""
    if election.term_ended_on is None or election.planned_on is None:
        return False
    months = load_rules().find("term.shift").whole("months_at_most")
    ends_on = election.term_ended_on
    return not add_months(ends_on, -months) <= election.planned_on <= add_months(ends_on, months)


def _check_seats(election: Election) -> None:
    if min(election.committee_seats, election.deputy_seats) < 0:
        raise ValidationError(_("Seats are counted from 0."), code="seats")
    assert election.planned_on is not None
    may = len(queries.list_eligible(election.unit, election.planned_on))
    seats = election.committee_seats
    needed = count_candidates_needed(seats) if seats else 1 + election.deputy_seats
    if needed > may:
        raise ValidationError(
            _(
                "%(needed)s candidates would be needed, and %(may)s full members may be elected. %(rule)s"
            )
            % {
                "needed": needed,
                "may": may,
                "rule": explain(load_rules().find("vote.candidates", election.planned_on)),
            },
            code="too_few",
        )
    if seats and 1 + election.deputy_seats > seats:
        raise ValidationError(
            _("Secretary and deputies are elected from the committee: it has too few seats."),
            code="seats",
        )


def _question_timing(election: Election) -> list[str]:
    if election.timing == Timing.ON_TIME:
        return []
    return [
        _("The term ends on %(day)s. %(rule)s")
        % {
            "day": election.term_ended_on,
            "rule": explain(load_rules().find("term.shift", clock.today())),
        }
    ]


def _question_size(election: Election) -> list[str]:
    assert election.planned_on is not None
    size = queries.read_size(election.unit, election.planned_on)
    if size.low <= election.committee_seats <= size.most or size.rule is None:
        return []
    return [
        _("%(seats)s seats; usual are %(low)s to %(most)s. %(rule)s")
        % {
            "seats": election.committee_seats,
            "low": size.low,
            "most": size.most,
            "rule": explain(size.rule),
        }
    ]
