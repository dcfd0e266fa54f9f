"""The ledger lines and facts of problems and their results."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from linghang.ledger.api import EntryDraft, FactDraft, withdraw_entries, write_entries
from linghang.platform.calendar import clock
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem, Result
from linghang.rectification.services.values import ONE
from linghang.worklists.enums import timeliness


def write_problem_facts(*, problems: Iterable[Problem], actor: Any, reason: str = "") -> None:
    """Write the ledger lines of problems as they stand today; a withdrawn problem has none."""
    rows = list(problems)
    gone = [row for row in rows if row.state == ProblemState.WITHDRAWN]
    if gone:
        withdraw_entries(gone, reason=reason)
    today = clock.today()
    write_entries(
        [
            EntryDraft(
                source=problem,
                kind="problem",
                unit_id=problem.unit_id,
                title=problem.text,
                occurred_on=problem.closed_on or problem.due_on,
                recorded_on=problem.closed_on or today,
                judge_lateness=False,
                detail={
                    "source": problem.source,
                    "measure": problem.measure,
                    "due_on": problem.due_on.isoformat(),
                },
                facts=[
                    FactDraft(
                        kind="problem",
                        quantity=ONE,
                        unit_id=problem.unit_id,
                        person_id=problem.responsible_id,
                        occurred_on=problem.closed_on or problem.due_on,
                        due_on=problem.due_on,
                        status=timeliness(
                            problem.due_on, problem.done_on or problem.closed_on, today
                        )
                        if problem.closed_on
                        else timeliness(problem.due_on, None, today),
                    )
                ],
            )
            for problem in rows
            if problem.state != ProblemState.WITHDRAWN
        ],
        actor=actor,
        reason=reason,
    )


def write_result_facts(*, result: Result, actor: Any, reason: str = "") -> None:
    """Write the ledger line of a result."""
    write_entries(
        [
            EntryDraft(
                source=result,
                kind="problem_result",
                unit_id=result.unit_id,
                title=result.title,
                occurred_on=result.on,
                detail={"kind": result.kind, "document_number": result.document_number},
                facts=[
                    FactDraft(
                        kind="problem_result",
                        quantity=ONE,
                        unit_id=result.unit_id,
                        occurred_on=result.on,
                        status=result.kind,
                    )
                ],
            )
        ],
        actor=actor,
        reason=reason,
    )
