"""Procedures as values, and who listens to problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from linghang.platform.calendar import clock
from linghang.rectification.enums import ProblemState, Step
from linghang.rectification.models import Problem, Procedure
from linghang.worklists.enums import Timeliness, timeliness

ORDINARY = "ordinary"
DAYS_FOR_A_REVIEW = 5
Listener = Callable[[Problem, ProblemState | None, ProblemState], None]
_listeners: list[Listener] = []


@dataclass(frozen=True)
class Way:
    """The way from handed in to closed: the steps in order with their working days."""

    code: str
    steps: tuple[tuple[Step, int], ...]
    needs_result: bool = False
    needs_measures: bool = False
    needs_evidence: bool = False

    def first(self) -> tuple[Step, int]:
        """Return the first step and its working days."""
        return self.steps[0]

    def after(self, step: Step) -> tuple[Step, int] | None:
        """Return the step after this one, None after the last.

        A step the procedure no longer names leads to its first one: an upgrade skips no review.
        """
        names = [name for name, _days in self.steps]
        place = names.index(step) + 1 if step in names else 0
        return self.steps[place] if place < len(self.steps) else None


# Holds where no pack says otherwise: somebody else than the unit itself looks at it once.
USUAL = Way(ORDINARY, ((Step.FIRST_REVIEW, DAYS_FOR_A_REVIEW),))


def read_way(procedure: Procedure) -> Way:
    """Return a procedure as a value."""
    steps = tuple((Step(row["step"]), int(row["days"])) for row in procedure.steps)
    return Way(
        procedure.code,
        steps,
        procedure.needs_result,
        procedure.needs_measures,
        procedure.needs_evidence,
    )


def find_way(problem: Problem) -> Way:
    """Return the way of a problem: its own procedure, its book's, or the usual one; one query at most."""
    code = problem.procedure or (problem.book.procedure if problem.book else "") or ORDINARY
    found = Procedure.objects.filter(code=code).first()
    return read_way(found) if found else USUAL


def name_way(problem: Problem) -> str:
    """Return the name of the procedure that was chosen for the problem itself; "" for none."""
    found = Procedure.objects.filter(code=problem.procedure).first() if problem.procedure else None
    return str(found) if found else ""


# -- listeners -----------------------------------------------------------------------------------


def declare_state_listener(listener: Listener) -> None:
    """Have a function called with (problem, state before, state after), in the same transaction.

    An app above calls this in its AppConfig.ready(): a routed case is answered when its problem is
    closed. The state before is None for a problem just stated.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def tell(problem: Problem, was: ProblemState | None, became: ProblemState) -> None:
    """Tell every listener that a problem went from one state to another."""
    for listener in _listeners:
        listener(problem, was, became)


# -- how a problem stands today --------------------------------------------------------------------

SOON_DAYS = 7  # from T−7 on a problem is marked as due soon


def judge_problem(problem: Problem) -> Timeliness:
    """Return whether the problem is on time, late, open or overdue today."""
    done_on = (problem.done_on or problem.closed_on) if problem.closed_on else None
    return Timeliness(timeliness(problem.due_on, done_on, clock.today()))


def show_state(problem: Problem) -> ProblemState | Timeliness:
    """Return the state as a chip: overdue where the day has passed, otherwise where it stands."""
    if problem.closed_on is None and problem.state != ProblemState.WITHDRAWN:
        standing = judge_problem(problem)
        if standing is Timeliness.OVERDUE:
            return standing
    return ProblemState(problem.state)


def is_soon(problem: Problem) -> bool:
    """Return whether an unsolved problem falls due within seven days (T−7)."""
    left = (problem.due_on - clock.today()).days
    return problem.closed_on is None and 0 <= left <= SOON_DAYS


def is_review_late(problem: Problem) -> bool:
    """Return whether the step the problem waits for should have been taken by now."""
    return (
        problem.step_due_on is not None
        and bool(problem.step)
        and problem.step_due_on < clock.today()
    )


def describe(problem: Problem) -> Mapping[str, Any]:
    """Return the problem in the words an audit row keeps."""
    return {"text": problem.text, "state": problem.state, "due_on": problem.due_on.isoformat()}
