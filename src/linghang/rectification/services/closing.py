"""From handed in to closed: the reviews of the procedure, each by somebody else; and open again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.rectification import access, mapping, queries
from linghang.rectification.enums import SOLVED, ProblemState, Step, Term, Verb
from linghang.rectification.models import Problem, Review
from linghang.rectification.services.acting import (
    insist,
    insist_step,
    move,
    scope_of,
    take_problem,
)
from linghang.rectification.services.extending import let_wishes_lapse
from linghang.rectification.services.facts import write_problem_facts
from linghang.rectification.services.measures import withdraw_lonely_measures
from linghang.rectification.services.values import user_of, values_of
from linghang_core.periods import load_calendar


@transaction.atomic
def hand_in(
    *,
    problem: Problem,
    done_on: date,
    text: str,
    actor: Any,
    evidence: str = "",
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Hand a problem in for closure (申请销号); the first step of its procedure begins.

    Raises ValidationError with every reason why not: measures that are open, no measure or no result
    where the procedure wants one, nothing said about what was done, a day that has not come.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_edit(who, problem))
    insist_step(problem, ProblemState.HANDED_IN)
    way = mapping.find_way(problem)
    faults = list_obstacles(problem, way)
    if not evidence.strip():
        faults += _miss_evidence(problem, way)
    if not text.strip():
        faults.append(_("Say in a sentence what was done."))
    if done_on > clock.today():
        faults.append(_("The day on which it was done has not come yet."))
    began = queries.find_earliest_done_day(problem)
    if began is not None and done_on < began:
        faults.append(
            _(
                "It was not done before %(day)s: a measure was finished then, or it was opened again."
            )
            % {"day": began}
        )
    if faults:
        raise ValidationError(faults, code="not_ready")
    problem.done_on, problem.done_text = done_on, text.strip()[:400]
    problem.evidence = evidence.strip()[:400] or problem.evidence
    problem.handed_in_by = user_of(actor)
    problem.round += 1
    _begin(problem, *way.first())
    move(problem, ProblemState.HANDED_IN, Verb.HANDED_IN, actor=actor, reason=text)
    return problem


def list_obstacles(problem: Problem, way: mapping.Way | None = None) -> list[str]:
    """Return what still stands in the way of handing the problem in, as sentences."""
    way = way or mapping.find_way(problem)
    found = []
    left = queries.open_measures(problem).count()
    if left:
        found.append(
            ngettext(
                "%(count)d measure is not finished yet.",
                "%(count)d measures are not finished yet.",
                left,
            )
            % {"count": left}
        )
    if way.needs_measures and not problem.links.filter(item__withdrawn_on=None).exists():
        found.append(_("No measure was decided; this procedure wants one."))
    if way.needs_result and not problem.results.exists():
        found.append(_("No result was recorded; this procedure wants one."))
    return found


def _miss_evidence(problem: Problem, way: mapping.Way) -> list[str]:
    """Return the sentence on the evidence the procedure wants and nobody has left."""
    if not way.needs_evidence or queries.has_evidence(problem):
        return []
    return [_("This procedure wants evidence: a file, or a word on where it can be looked up.")]


def _begin(problem: Problem, step: Step, days: int) -> None:
    """Let a step begin today with its working days."""
    today = clock.today()
    problem.step, problem.step_since = step, today
    problem.step_due_on = load_calendar().add_working_days(today, days).date


@transaction.atomic
def review_problem(
    *,
    problem: Problem,
    passed: bool,
    actor: Any,
    reason: str = "",
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Take the step the problem waits for: pass it on, or return it with a reason.

    After the last step it is closed (销号), on the day it was done; one whose term is lasting is kept
    up (长期坚持) and looked back at after half a year. Raises ValidationError with the reason when the
    reader may not: nobody reviews what they handed in, nor two steps of one round.
    """
    problem = take_problem(problem, seen)
    if problem.state != ProblemState.HANDED_IN:
        insist_step(problem, ProblemState.CLOSED)  # says why it cannot be reviewed
        raise ValidationError(_("It is not handed in for closure yet."), code="state")
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_review(who, problem))
    if not passed and not reason.strip():
        raise ValidationError({"reason": _("Say what is missing.")}, code="reason")
    way = mapping.find_way(problem)
    if passed and (faults := [*list_obstacles(problem, way), *_miss_evidence(problem, way)]):
        raise ValidationError([*faults, _("Return it, and say so.")], code="not_ready")
    step = Step(problem.step)
    _write_review(problem, step, passed, reason, actor)
    if not passed:
        problem.step = ""
        problem.done_on = None
        move(problem, ProblemState.RETURNED, Verb.RETURNED, actor=actor, reason=reason)
        return problem
    following = way.after(step)
    if following is not None:
        _begin(problem, *following)
        move(problem, None, Verb.PASSED, actor=actor, reason=reason or str(step.label))
        return problem
    return _close(problem, actor, reason)


@dataclass(frozen=True)
class Passed:
    """What came of many reviews: the problems passed, and (problem, reason) of those that were not."""

    done: list[Problem]
    refused: list[tuple[Problem, str]]


def pass_reviews(
    *, problems: Sequence[Problem], actor: Any, seen: dict[int, str] | None = None
) -> Passed:
    """Pass the step each problem waits for; one that may not be passed stops none of the others."""
    found = Passed([], [])
    scope = scope_of(actor)
    for problem in problems:
        try:
            passed = review_problem(
                problem=problem,
                passed=True,
                actor=actor,
                seen=(seen or {}).get(problem.pk),
                scope=scope,
            )
        except ValidationError as refusal:
            found.refused.append((problem, " ".join(refusal.messages)))
        else:
            found.done.append(passed)
    return found


def _write_review(problem: Problem, step: Step, passed: bool, reason: str, actor: Any) -> None:
    Review.objects.create(
        problem=problem,
        round=problem.round,
        step=step,
        passed=passed,
        reason=reason.strip()[:400],
        since=problem.step_since or clock.today(),
        due_on=problem.step_due_on or clock.today(),
        on=clock.today(),
        by=user_of(actor),
    )


def _close(problem: Problem, actor: Any, reason: str) -> Problem:
    problem.step = ""
    problem.closed_on = problem.done_on or clock.today()
    let_wishes_lapse(problem, actor)
    lasting = problem.term == Term.LONG_TERM
    if lasting:
        problem.look_back_on = load_calendar().add_working_days(clock.today(), HALF_A_YEAR).date
    move(
        problem,
        ProblemState.LONG_TERM if lasting else ProblemState.CLOSED,
        Verb.LONG_TERM if lasting else Verb.CLOSED,
        actor=actor,
        reason=reason,
    )
    write_problem_facts(problems=[problem], actor=actor)
    return problem


HALF_A_YEAR = 125  # working days until a lasting problem is looked back at


@transaction.atomic
def look_back(
    *,
    problem: Problem,
    close: bool,
    word: str,
    actor: Any,
    next_on: date | None = None,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Look back (回头看) at a problem kept up: close it for good, or set the next look.

    Raises ValidationError without a word on what was seen, and without a next day that lies ahead.
    """
    problem = take_problem(problem, seen)
    if problem.state != ProblemState.LONG_TERM:
        raise ValidationError(_("Only what is kept up is looked back at."), code="state")
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_look_back(who, problem))
    if not word.strip():
        raise ValidationError({"word": _("Say what you saw.")}, code="word")
    if close:
        problem.look_back_on = None
        move(problem, ProblemState.CLOSED, Verb.CLOSED, actor=actor, reason=word)
        return problem
    if next_on is None or next_on <= clock.today():
        raise ValidationError({"next_on": _("Choose a day to come.")}, code="next_on")
    problem.look_back_on = next_on
    move(problem, None, Verb.LOOKED_BACK, actor=actor, reason=word)
    return problem


@transaction.atomic
def reopen_problem(
    *,
    problem: Problem,
    reason: str,
    due_on: date,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Open a closed problem again with a reason and a new day; reviews and results stay.

    Raises ValidationError without a reason, for a day that has passed, and for its own unit.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, problem))
    if problem.state not in SOLVED:
        raise ValidationError(_("Only a closed problem is opened again."), code="state")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if due_on < clock.today():
        raise ValidationError({"due_on": _("This day has passed.")}, code="past")
    old = values_of(problem)
    problem.closed_on = problem.done_on = problem.look_back_on = None
    problem.due_on = due_on
    problem.provisional = not load_calendar().is_announced(due_on)
    move(problem, ProblemState.OPEN, Verb.REOPENED, actor=actor, reason=reason, old=old)
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    return problem


@transaction.atomic
def withdraw_problem(
    *,
    problem: Problem,
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Withdraw a problem that is none, with a reason; its ledger line is withdrawn, its history stays.

    Measures that serve no other problem are withdrawn with it: nobody goes on working for nothing.

    Raises ValidationError without a reason, for a closed one, and for its own unit.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, problem))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    insist_step(problem, ProblemState.WITHDRAWN)
    problem.step = ""
    let_wishes_lapse(problem, actor)
    withdraw_lonely_measures(problem, reason, actor)
    move(problem, ProblemState.WITHDRAWN, Verb.WITHDRAWN, actor=actor, reason=reason)
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    return problem
