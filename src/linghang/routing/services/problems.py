"""A case and the problem it becomes: the unit that is to solve it answers for it there too.

The problem is stated when a unit gets the case, not when it is raised: whoever raised it must not be
the one whose ledger shows it overdue. Handing the case over moves the problem with it; answering hands
it in, confirming is its review. What rectification does by itself is heard in the same transaction
(`hear`). What is done there in step with a case is done by the system: who did it stands in the case,
and in the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.enums import SOLVED, TO_DO, UNSOLVED, ProblemState, SourceKind
from linghang.rectification.models import Problem
from linghang.routing.enums import Stage
from linghang.routing.models import Case
from linghang.routing.queries import clocks

SOURCE = "信息共享和问题管控"  # a value kept in the customer's own language, as files bring it
PROCEDURE = "front-confirmation"
_in_step: ContextVar[bool] = ContextVar("routing_in_step", default=False)


@contextmanager
def in_step() -> Iterator[None]:
    """Let what is done to problems inside not be heard: the case knows it already."""
    token = _in_step.set(True)
    try:
        yield
    finally:
        _in_step.reset(token)


def is_in_step() -> bool:
    """Return whether a case is doing this to its problem itself."""
    return _in_step.get()


def give_problem(case: Case, *, reason: str, actor: Any) -> None:
    """State the problem of an assigned case, or move it to the unit that has the case now."""
    assert case.unit is not None
    problem = case.problem
    with in_step():
        if problem is None:
            draft = rectification.ProblemDraft(
                source=SOURCE,
                text=case.text,
                unit=case.unit,
                due_on=find_due_day(case),
                source_kind=SourceKind.FRONT,
                aspect=case.category.title_zh,
                procedure=PROCEDURE,
                origin=case,
            )
            (case.problem,) = rectification.create_problems(drafts=[draft], actor=actor)
            case.save(update_fields=["problem"])
        elif problem.unit_id != case.unit_id and problem.state in UNSOLVED:
            rectification.hand_over(
                problem=problem, unit=case.unit, reason=_tell(case, reason), actor=None
            )


def find_due_day(case: Case) -> date:
    """Return when the problem is due: with the whole way, and never before the unit's own clock."""
    limits = clocks.load_limits(case.urgency)
    own = clocks.find_due(limits, case.urgency, Stage.SOLVING, case.stage_due_at or clock.now())
    return max(timezone.localdate(case.total_due_at), timezone.localdate(own.at))


def hand_in_problem(case: Case) -> None:
    """Hand the problem of an answered case in: it waits for whoever raised it."""
    problem = _fresh(case)
    if problem is not None and problem.state in TO_DO:
        with in_step():
            rectification.hand_in(
                problem=problem, done_on=clock.today(), text=case.answer, actor=None
            )


def return_problem(case: Case, *, reason: str, actor: Any) -> None:
    """Bring the problem back to its unit when the answer was refused."""
    problem = _fresh(case)
    if problem is None:
        return
    if problem.state == ProblemState.HANDED_IN:
        with in_step():
            rectification.review_problem(
                problem=problem, passed=False, reason=_tell(case, reason, actor), actor=None
            )
    elif problem.state in SOLVED:
        reopen_problem(case, reason=reason, actor=actor)


def close_problem(case: Case, *, actor: Any) -> None:
    """Close the problem of a confirmed case with what the unit answered."""
    hand_in_problem(case)
    problem = _fresh(case)
    with in_step():
        while problem is not None and problem.state == ProblemState.HANDED_IN:
            rectification.review_problem(
                problem=problem, passed=True, reason=_tell(case, "", actor), actor=None
            )
            problem = _fresh(case)


def reopen_problem(case: Case, *, reason: str, actor: Any) -> None:
    """Open the problem of a reopened case again."""
    problem = _fresh(case)
    if problem is not None and problem.state in SOLVED:
        due = timezone.localdate(case.stage_due_at) if case.stage_due_at else clock.today()
        with in_step():
            rectification.reopen_problem(
                problem=problem,
                reason=_tell(case, reason, actor),
                due_on=max(due, clock.today() + timedelta(days=1)),
                actor=None,
            )


def drop_problem(case: Case) -> None:
    """Withdraw the problem of a merged case: the other case goes on for both."""
    problem = _fresh(case)
    if problem is not None and problem.state in UNSOLVED and case.merged_into is not None:
        with in_step():
            rectification.withdraw_problem(
                problem=problem,
                reason=_("%(number)s, goes on as %(other)s")
                % {"number": case.number, "other": case.merged_into.number},
                actor=None,
            )


def _fresh(case: Case) -> Problem | None:
    return Problem.objects.filter(pk=case.problem_id).first() if case.problem_id else None


def _tell(case: Case, reason: str, actor: Any = None) -> str:
    """Return the reason with the number of the case and who acted in it."""
    return " · ".join(str(part) for part in (case.number, actor, reason) if part)
