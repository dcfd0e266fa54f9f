"""Assigning and finishing tasks, stating and closing problems; the facts go with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from linghang.ledger.api import EntryDraft, FactDraft, write_entries
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists.enums import ProblemState, TaskState, timeliness
from linghang.worklists.models import Assignment, Problem, Revision, Worklist

BATCH = 500
ONE = 100  # a quantity of one, in hundredths


@dataclass(frozen=True)
class TaskDraft:
    """A task to be assigned, or brought in as already finished."""

    worklist: str
    item: str
    unit: Unit
    due_on: date
    finished_on: date | None = None
    result: str = ""
    evidence: str = ""

    @property
    def key(self) -> tuple[str, str, int, date]:
        """Return what makes the task the same task when it is brought in again."""
        return (self.worklist, self.item, self.unit.pk, self.due_on)


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
def save_tasks(*, drafts: Sequence[TaskDraft], actor: Any) -> tuple[int, int, int]:
    """Assign the tasks or bring them up to date; return (new, changed, unchanged)."""
    lists = _open_lists(drafts)
    known = {
        (task.worklist.title, task.item, task.unit_id, task.due_on): task
        for task in Assignment.objects.filter(
            unit_id__in={draft.unit.pk for draft in drafts}
        ).select_related("worklist")
    }
    new, changed, unchanged = [], [], []
    for draft in drafts:
        task = known.get(draft.key)
        if task is None:
            task = Assignment(
                worklist=lists[(draft.unit.root_path, draft.worklist)],
                item=draft.item,
                unit=draft.unit,
                due_on=draft.due_on,
                created_by=_user(actor),
            )
            _fill_task(task, draft)
            new.append(task)
        elif _task_differs(task, draft):
            _fill_task(task, draft)
            changed.append(task)
        else:
            unchanged.append(task)
    Assignment.objects.bulk_create(new, batch_size=BATCH)
    Assignment.objects.bulk_update(
        changed, ["finished_on", "state", "result", "evidence"], batch_size=BATCH
    )
    write_task_facts(tasks=[*new, *changed], actor=actor)
    if new or changed:
        audit.record(
            actor=actor,
            verb="save_tasks",
            label=_("tasks"),
            new={"new": len(new), "changed": len(changed)},
        )
    return len(new), len(changed), len(unchanged)


@transaction.atomic
def finish_task(
    *, task: Assignment, finished_on: date, result: str, evidence: str, actor: Any
) -> Assignment:
    """Record the result of a task once; raises ValidationError for a day that has not come."""
    if finished_on > clock.today():
        raise ValidationError(_("This day has not come yet."), code="future")
    old = _values(task)
    task.finished_on, task.state = finished_on, TaskState.DONE
    task.result, task.evidence = result, evidence
    task.save()
    write_task_facts(tasks=[task], actor=actor)
    audit.record(
        actor=actor,
        verb="finish_task",
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=_values(task),
    )
    return task


@transaction.atomic
def correct_task(
    *, task: Assignment, values: dict[str, Any], reason: str, actor: Any
) -> Assignment:
    """Correct a task with a reason; what it said before is kept and its facts follow."""
    old = _values(task)
    Revision.objects.create(assignment=task, actor=_user(actor), reason=reason, old=old)
    for name in ("due_on", "finished_on", "result", "evidence"):
        if name in values:
            setattr(task, name, values[name])
    task.state = TaskState.DONE if task.finished_on else TaskState.OPEN
    task.save()
    write_task_facts(tasks=[task], actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="correct_task",
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=_values(task),
        reason=reason,
    )
    return task


def write_task_facts(*, tasks: Iterable[Assignment], actor: Any, reason: str = "") -> None:
    """Write the ledger lines of tasks as they stand today."""
    today = clock.today()
    write_entries(
        [
            EntryDraft(
                source=task,
                kind="task",
                unit_id=task.unit_id,
                title=task.item,
                occurred_on=task.finished_on or task.due_on,
                recorded_on=task.finished_on or today,
                judge_lateness=False,
                detail={"list": task.worklist.title, "due_on": task.due_on.isoformat()},
                facts=[
                    FactDraft(
                        kind="task",
                        quantity=ONE,
                        unit_id=task.unit_id,
                        occurred_on=task.finished_on or task.due_on,
                        due_on=task.due_on,
                        status=timeliness(task.due_on, task.finished_on, today),
                    )
                ],
            )
            for task in tasks
        ],
        actor=actor,
        reason=reason,
    )


@transaction.atomic
def save_problems(*, drafts: Sequence[ProblemDraft], actor: Any) -> tuple[int, int, int]:
    """State the problems or bring them up to date; return (new, changed, unchanged).

    The same problem of the same person and due date standing twice in a file is two problems: the
    second is matched with the second one known.
    """
    known: dict[tuple[Any, ...], list[Problem]] = {}
    for problem in Problem.objects.filter(unit_id__in={draft.unit.pk for draft in drafts}).order_by(
        "pk"
    ):
        key = (
            problem.source,
            problem.text,
            problem.unit_id,
            problem.responsible_name,
            problem.due_on,
        )
        known.setdefault(key, []).append(problem)
    new, changed, unchanged = [], [], []
    for draft in drafts:
        waiting = known.get(draft.key)
        if not waiting:
            problem = Problem(
                source=draft.source,
                text=draft.text,
                unit=draft.unit,
                due_on=draft.due_on,
                responsible_name=draft.responsible_name,
                created_by=_user(actor),
            )
            _fill_problem(problem, draft)
            new.append(problem)
            continue
        problem = waiting.pop(0)
        if _problem_differs(problem, draft):
            _fill_problem(problem, draft)
            changed.append(problem)
        else:
            unchanged.append(problem)
    Problem.objects.bulk_create(new, batch_size=BATCH)
    Problem.objects.bulk_update(
        changed, ["responsible", "measure", "closed_on", "state"], batch_size=BATCH
    )
    write_problem_facts(problems=[*new, *changed], actor=actor)
    if new or changed:
        audit.record(
            actor=actor,
            verb="save_problems",
            label=_("problems"),
            new={"new": len(new), "changed": len(changed)},
        )
    return len(new), len(changed), len(unchanged)


@transaction.atomic
def close_problem(*, problem: Problem, closed_on: date, measure: str, actor: Any) -> Problem:
    """Close a problem; raises ValidationError for a day that has not come."""
    if closed_on > clock.today():
        raise ValidationError(_("This day has not come yet."), code="future")
    old = _values(problem)
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
        new=_values(problem),
    )
    return problem


@transaction.atomic
def correct_problem(
    *, problem: Problem, values: dict[str, Any], reason: str, actor: Any
) -> Problem:
    """Correct a problem with a reason; what it said before is kept and its facts follow."""
    old = _values(problem)
    Revision.objects.create(problem=problem, actor=_user(actor), reason=reason, old=old)
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
        new=_values(problem),
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


@transaction.atomic
def refresh_overdue(*, actor: Any = None) -> int:
    """Rewrite the facts of what fell overdue since the last look; return how many were looked at."""
    today = clock.today()
    tasks = list(
        Assignment.objects.filter(state=TaskState.OPEN, due_on__lt=today).select_related("worklist")
    )
    problems = list(Problem.objects.filter(state=ProblemState.OPEN, due_on__lt=today))
    write_task_facts(tasks=tasks, actor=actor, reason="overdue")
    write_problem_facts(problems=problems, actor=actor, reason="overdue")
    return len(tasks) + len(problems)


def _open_lists(drafts: Sequence[TaskDraft]) -> dict[tuple[str, str], Worklist]:
    wanted = {(draft.unit.root_path, draft.worklist) for draft in drafts}
    roots = {
        unit.path: unit for unit in Unit.objects.filter(path__in={path for path, _t in wanted})
    }
    return {
        (path, title): Worklist.objects.get_or_create(root=roots[path], title=title)[0]
        for path, title in sorted(wanted)
    }


def _fill_task(task: Assignment, draft: TaskDraft) -> None:
    task.finished_on = draft.finished_on
    task.state = TaskState.DONE if draft.finished_on else TaskState.OPEN
    task.result, task.evidence = draft.result, draft.evidence


def _task_differs(task: Assignment, draft: TaskDraft) -> bool:
    return (task.finished_on, task.result, task.evidence) != (
        draft.finished_on,
        draft.result,
        draft.evidence,
    )


def _fill_problem(problem: Problem, draft: ProblemDraft) -> None:
    problem.responsible, problem.measure = draft.responsible, draft.measure
    problem.closed_on = draft.closed_on
    problem.state = ProblemState.CLOSED if draft.closed_on else ProblemState.OPEN


def _problem_differs(problem: Problem, draft: ProblemDraft) -> bool:
    responsible = draft.responsible.pk if draft.responsible else None
    return (problem.responsible_id, problem.measure, problem.closed_on) != (
        responsible,
        draft.measure,
        draft.closed_on,
    )


def _values(record: Assignment | Problem) -> dict[str, Any]:
    return {name: str(value) for name, value in model_to_dict(record).items() if value is not None}


def _user(actor: Any) -> Any:
    return actor if getattr(actor, "pk", None) else None
