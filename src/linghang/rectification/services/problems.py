"""Stating, closing and correcting problems; the facts go with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.rectification.enums import ProblemState
from linghang.rectification.models import Problem, Revision
from linghang.rectification.services.values import BATCH, ONE, user_of, values_of
from linghang.worklists.enums import timeliness


@dataclass(frozen=True)
class ProblemDraft:
    """A problem to be stated."""

    source: str
    text: str
    unit: Unit
    due_on: date
    responsible: Person | None = None
    responsible_name: str = ""
    measure: str = ""
    closed_on: date | None = None

    @property
    def key(self) -> tuple[str, str, int, str, date]:
        """Return what makes the problem the same problem when it is brought in again."""
        return (self.source, self.text, self.unit.pk, self.responsible_name, self.due_on)


@transaction.atomic
def save_problems(
    *, drafts: Sequence[ProblemDraft], actor: Any, reason: str = ""
) -> tuple[int, int, int]:
    """State the problems or bring them up to date; return (new, changed, unchanged).

    The same problem of the same person and due date standing twice in a file is two problems: the
    second is matched with the second one known.
    """
    known: dict[tuple[Any, ...], list[Problem]] = {}
    for problem in _problems_of({draft.unit.pk for draft in drafts}):
        known.setdefault(natural_key(problem), []).append(problem)
    new: list[ProblemDraft] = []
    changed: list[tuple[Problem, ProblemDraft]] = []
    for draft in drafts:
        waiting = known.get(draft.key)
        if not waiting:
            new.append(draft)
            continue
        problem = waiting.pop(0)
        if _differs(problem, draft):
            changed.append((problem, draft))
    create_problems(drafts=new, actor=actor)
    update_problems(updates=changed, reason=reason, actor=actor)
    return len(new), len(changed), len(drafts) - len(new) - len(changed)


def natural_key(problem: Problem) -> tuple[str, str, int, str, date]:
    """Return what makes the problem the same one when it is brought in again; see ProblemDraft.key."""
    return (
        problem.source,
        problem.text,
        problem.unit_id,
        problem.responsible_name,
        problem.due_on,
    )


@transaction.atomic
def create_problems(*, drafts: Sequence[ProblemDraft], actor: Any) -> list[Problem]:
    """State new problems with their facts; return them in order."""
    if not drafts:
        return []
    problems = []
    for draft in drafts:
        problem = Problem(
            source=draft.source,
            text=draft.text,
            unit=draft.unit,
            due_on=draft.due_on,
            responsible_name=draft.responsible_name,
            created_by=user_of(actor),
        )
        _fill(problem, draft)
        problems.append(problem)
    Problem.objects.bulk_create(problems, batch_size=BATCH)
    write_problem_facts(problems=problems, actor=actor)
    audit.record(
        actor=actor, verb="create_problems", label=_("problems"), new={"count": len(problems)}
    )
    return problems


@transaction.atomic
def update_problems(
    *, updates: Sequence[tuple[Problem, ProblemDraft]], reason: str, actor: Any
) -> None:
    """Bring problems up to date from a file; what a closed one said before is kept with the reason."""
    if not updates:
        return
    Revision.objects.bulk_create(
        [
            Revision(problem=problem, actor=user_of(actor), reason=reason, old=values_of(problem))
            for problem, _draft in updates
            if problem.state == ProblemState.CLOSED
        ],
        batch_size=BATCH,
    )
    for problem, draft in updates:
        _fill(problem, draft)
    problems = [problem for problem, _draft in updates]
    Problem.objects.bulk_update(
        problems, ["responsible", "measure", "closed_on", "state"], batch_size=BATCH
    )
    write_problem_facts(problems=problems, actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="update_problems",
        label=_("problems"),
        new={"count": len(problems)},
        reason=reason,
    )


def _problems_of(unit_ids: set[int]) -> Iterator[Problem]:
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), BATCH):
        found = Problem.objects.filter(unit_id__in=wanted[start : start + BATCH])
        yield from found.order_by("pk")


@transaction.atomic
def close_problem(*, problem: Problem, closed_on: date, measure: str, actor: Any) -> Problem:
    """Close a problem once.

    Raises ValidationError for a day that has not come, and for a problem that is closed already:
    that one is corrected with a reason.
    """
    if closed_on > clock.today():
        raise ValidationError(_("This day has not come yet."), code="future")
    if problem.state == ProblemState.CLOSED:
        raise ValidationError(_("The problem is closed already; correct it."), code="done")
    old = values_of(problem)
    problem.closed_on, problem.state = closed_on, ProblemState.CLOSED
    problem.measure = measure or problem.measure
    problem.save()
    write_problem_facts(problems=[problem], actor=actor)
    audit.record(
        actor=actor,
        verb="close_problem",
        target=problem,
        unit_path=problem.unit.path,
        old=old,
        new=values_of(problem),
    )
    return problem


@transaction.atomic
def correct_problem(
    *, problem: Problem, values: dict[str, Any], reason: str, actor: Any
) -> Problem:
    """Correct a problem with a reason; what it said before is kept and its facts follow.

    Raises ValidationError without a reason.
    """
    if not reason.strip():
        raise ValidationError(_("Say why."), code="reason")
    old = values_of(problem)
    Revision.objects.create(problem=problem, actor=user_of(actor), reason=reason, old=old)
    for name in ("due_on", "closed_on", "measure", "text"):
        if name in values:
            setattr(problem, name, values[name])
    problem.state = ProblemState.CLOSED if problem.closed_on else ProblemState.OPEN
    problem.save()
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="correct_problem",
        target=problem,
        unit_path=problem.unit.path,
        old=old,
        new=values_of(problem),
        reason=reason,
    )
    return problem


def write_problem_facts(*, problems: Iterable[Problem], actor: Any, reason: str = "") -> None:
    """Write the ledger lines of problems as they stand today."""
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
                        status=timeliness(problem.due_on, problem.closed_on, today),
                    )
                ],
            )
            for problem in problems
        ],
        actor=actor,
        reason=reason,
    )


def _fill(problem: Problem, draft: ProblemDraft) -> None:
    problem.responsible, problem.measure = draft.responsible, draft.measure
    problem.closed_on = draft.closed_on
    problem.state = ProblemState.CLOSED if draft.closed_on else ProblemState.OPEN


def _differs(problem: Problem, draft: ProblemDraft) -> bool:
    responsible = draft.responsible.pk if draft.responsible else None
    return (problem.responsible_id, problem.measure, problem.closed_on) != (
        responsible,
        draft.measure,
        draft.closed_on,
    )
