"""What rectification does to the problem of a case by itself, the case follows in the same transaction."""

from __future__ import annotations

from linghang.rectification.enums import SOLVED, ProblemState
from linghang.rectification.models import Problem
from linghang.routing.enums import NEXT, Outcome, Stage
from linghang.routing.models import Case
from linghang.routing.services import problems
from linghang.routing.services.answering import answer_case, reject_answer, reopen_case
from linghang.routing.services.routing import take_up_case


def hear(problem: Problem, was: ProblemState | None, became: ProblemState) -> None:
    """Move the case of a problem on: handed in is answered, returned is not solved, opened is reopened.

    A problem closed there still waits here for whoever raised it: solved is what they say is solved.
    """
    if was is None or problems.is_in_step():
        return
    case = Case.objects.filter(problem_id=problem.pk).first()
    if case is None:
        return
    last = problem.acts.select_related("actor").first()
    actor = last.actor if last is not None else None
    reason = (last.reason if last is not None else "") or problem.number
    with problems.in_step():
        if became == ProblemState.HANDED_IN or became in SOLVED:
            _answer(case, problem.done_text or problem.measure or str(reason), actor)
        elif became == ProblemState.RETURNED and case.stage == Stage.ANSWERED:
            reject_answer(case=case, reason=str(reason), actor=actor)
        elif became == ProblemState.OPEN and case.stage == Stage.CONFIRMED:
            reopen_case(case=case, reason=str(reason), actor=actor)


def _answer(case: Case, text: str, actor: object) -> None:
    if case.stage == Stage.ASSIGNED:
        case = take_up_case(case=case, actor=actor)
    if Outcome.ANSWERED in NEXT[case.standing]:
        answer_case(case=case, answer=text, actor=actor)
