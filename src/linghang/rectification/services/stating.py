"""Stating problems, bringing them in from files, and correcting them; the facts go with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang.rectification import access, mapping, queries
from linghang.rectification.enums import (
    SOLVED,
    ProblemState,
    Severity,
    SourceKind,
    Term,
    Verb,
)
from linghang.rectification.models import Act, Problem, ProblemBook
from linghang.rectification.services import notifying
from linghang.rectification.services.acting import (
    insist,
    insist_step,
    move,
    scope_of,
    take_problem,
)
from linghang.rectification.services.facts import write_problem_facts
from linghang.rectification.services.values import BATCH, user_of, values_of
from linghang_core.periods import load_calendar

DAYS_AT_ONCE = 5  # working days of a problem to be solved at once (立行立改)
SERIES = "rectification.problem.%s"
IMPORTED = (
    "responsible",
    "responsible_name",
    "measure",
    "closed_on",
    "done_on",
    "state",
    "version",
)


@dataclass(frozen=True)
class ProblemDraft:
    """A problem to be stated. Without `due_on` one to be solved at once is due in five working days."""

    source: str
    text: str
    unit: Unit
    due_on: date | None = None
    source_kind: str = SourceKind.OTHER
    source_page: str = ""
    aspect: str = ""
    severity: str = Severity.GENERAL
    term: str = Term.TIME_LIMITED
    procedure: str = ""
    book: str = ""
    lead_unit: Unit | None = None
    cooperating: Sequence[Unit] = ()
    leader: Person | None = None
    responsible: Person | None = None
    responsible_name: str = ""
    measure: str = ""
    cause: str = ""
    origin: models.Model | None = None
    repeats: Problem | None = None
    closed_on: date | None = None

    @property
    def key(self) -> tuple[str, str, int, str, date | None]:
        """Return what makes the problem the same problem when it is brought in again."""
        return (self.source, self.text, self.unit.pk, self.responsible_name, self.due_on)


@transaction.atomic
def create_problems(
    *, drafts: Sequence[ProblemDraft], actor: Any, tell: bool = True
) -> list[Problem]:
    """State new problems with their facts, tell their units unless `tell` is False; return them in order.

    A problem with a measure is being rectified already, one with `closed_on` is closed (brought in
    from a file). Raises ValidationError for a problem with neither a day nor to be solved at once.
    """
    if not drafts:
        return []
    today = clock.today()
    books = _open_books(drafts)
    numbers = _take_numbers(drafts)
    problems = [_make(draft, books, numbers, actor, today) for draft in drafts]
    Problem.objects.bulk_create(problems, batch_size=BATCH)
    through = Problem.cooperating.through
    through.objects.bulk_create(
        [
            through(problem_id=problem.pk, unit_id=unit.pk)
            for problem, draft in zip(problems, drafts, strict=True)
            for unit in draft.cooperating
        ],
        batch_size=BATCH,
    )
    _note(problems, Verb.STATED, actor)
    write_problem_facts(problems=problems, actor=actor)
    audit.record(
        actor=actor, verb="create_problems", label=_("problems"), new={"count": len(problems)}
    )
    for problem in problems:
        mapping.tell(problem, None, ProblemState(problem.state))
    if tell:
        notifying.tell_stated(problems, actor=actor)
    return problems


def _make(
    draft: ProblemDraft,
    books: dict[tuple[str, str], ProblemBook],
    numbers: dict[str, Iterator[int]],
    actor: Any,
    today: date,
) -> Problem:
    due_on, provisional = _find_due_day(draft, today)
    problem = Problem(
        number=next(numbers[draft.unit.root_path]),
        book=books.get((draft.unit.root_path, draft.book)),
        first_due_on=due_on,
        due_on=due_on,
        provisional=provisional,
        stated_on=today,
        created_by=user_of(actor),
        state=ProblemState.OPEN if draft.measure else ProblemState.NEW,
    )
    for name in (
        "source", "text", "unit", "source_kind", "source_page", "aspect", "severity", "term",
        "procedure", "lead_unit", "leader", "responsible", "responsible_name", "measure", "cause",
        "repeats",
    ):  # fmt: skip
        setattr(problem, name, getattr(draft, name))
    if draft.responsible is not None and not draft.responsible_name:
        problem.responsible_name = draft.responsible.name
    if draft.origin is not None:
        problem.origin_type = draft.origin._meta.label_lower  # noqa: SLF001  public by use
        problem.origin_id = draft.origin.pk
    if draft.closed_on is not None:
        problem.state = ProblemState.CLOSED
        problem.closed_on = problem.done_on = draft.closed_on
    return problem


def _find_due_day(draft: ProblemDraft, today: date) -> tuple[date, bool]:
    days = load_calendar()
    if draft.due_on is not None:
        return draft.due_on, not days.is_announced(draft.due_on)
    if draft.term != Term.IMMEDIATE:
        raise ValidationError({"due_on": _("Say by when it is to be solved.")}, code="due_on")
    deadline = days.add_working_days(today, DAYS_AT_ONCE)
    return deadline.date, deadline.provisional


def _open_books(drafts: Sequence[ProblemDraft]) -> dict[tuple[str, str], ProblemBook]:
    """Return the books the drafts name, made where they are new, by bureau and title."""
    wanted = {(d.unit.root_path, d.book): d.procedure for d in drafts if d.book}
    roots = {u.path: u for u in Unit.objects.filter(path__in={path for path, _title in wanted})}
    found = {}
    for (path, title), procedure in sorted(wanted.items()):
        book, _made = ProblemBook.objects.get_or_create(
            root=roots[path], title=title, defaults={"procedure": procedure}
        )
        found[(path, title)] = book
    return found


def _take_numbers(drafts: Sequence[ProblemDraft]) -> dict[str, Iterator[int]]:
    counts: dict[str, int] = {}
    for draft in drafts:
        counts[draft.unit.root_path] = counts.get(draft.unit.root_path, 0) + 1
    return {
        path: iter(numbering.take(SERIES % path.strip("/"), count))
        for path, count in sorted(counts.items())
    }


# -- files ---------------------------------------------------------------------------------------


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
    create_problems(drafts=new, actor=actor, tell=False)
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
def update_problems(
    *, updates: Sequence[tuple[Problem, ProblemDraft]], reason: str, actor: Any
) -> None:
    """Bring problems up to date from a file; what each said before is kept with the reason.

    What is rectified here, with measures or reviews, is closed and opened here: of it a file changes
    nothing but the words.
    """
    if not updates:
        return
    problems = [problem for problem, _draft in updates]
    old = {problem.pk: values_of(problem) for problem in problems}
    before = {problem.pk: ProblemState(problem.state) for problem in problems}
    kept = queries.list_rectified_here(old)
    for problem, draft in updates:
        _fill(problem, replace(draft, closed_on=None) if problem.pk in kept else draft)
        problem.version += 1
    Problem.objects.bulk_update(problems, [*IMPORTED, "step", "step_since"], batch_size=BATCH)
    _note(problems, Verb.CORRECTED, actor, reason, old, before)
    write_problem_facts(problems=problems, actor=actor, reason=reason)
    audit.record(
        actor=actor,
        verb="update_problems",
        label=_("problems"),
        new={"count": len(problems)},
        reason=reason,
    )
    for problem in problems:
        if before[problem.pk] != problem.state:
            mapping.tell(problem, before[problem.pk], ProblemState(problem.state))


def _problems_of(unit_ids: set[int]) -> Iterator[Problem]:
    wanted = sorted(unit_ids)
    for start in range(0, len(wanted), BATCH):
        found = Problem.objects.filter(unit_id__in=wanted[start : start + BATCH])
        yield from found.exclude(state=ProblemState.WITHDRAWN).order_by("pk")


def _fill(problem: Problem, draft: ProblemDraft) -> None:
    problem.responsible, problem.measure = draft.responsible, draft.measure
    if draft.closed_on is not None:
        problem.state, problem.step = ProblemState.CLOSED, ""
        problem.closed_on = problem.done_on = draft.closed_on
    elif problem.state in SOLVED and problem.round == 0:
        problem.state = ProblemState.OPEN
        problem.closed_on = problem.done_on = None
    elif problem.state == ProblemState.NEW and draft.measure:
        problem.state = ProblemState.OPEN


def _differs(problem: Problem, draft: ProblemDraft) -> bool:
    responsible = draft.responsible.pk if draft.responsible else None
    return (problem.responsible_id, problem.measure, problem.closed_on) != (
        responsible,
        draft.measure,
        draft.closed_on,
    )


def _note(
    problems: Sequence[Problem],
    verb: Verb,
    actor: Any,
    reason: str = "",
    old: dict[int, dict[str, Any]] | None = None,
    before: dict[int, ProblemState] | None = None,
) -> None:
    now, user = clock.now(), user_of(actor)
    Act.objects.bulk_create(
        [
            Act(
                problem=problem,
                verb=verb,
                was=(before or {}).get(problem.pk, ""),
                became=problem.state,
                reason=reason[:400],
                old=(old or {}).get(problem.pk, {}),
                at=now,
                actor=user,
            )
            for problem in problems
        ],
        batch_size=BATCH,
    )


# -- correcting ----------------------------------------------------------------------------------

CORRECTED = ("text", "aspect", "cause", "severity", "measure", "done_text", "done_on")


@transaction.atomic
def correct_problem(
    *,
    problem: Problem,
    values: dict[str, Any],
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Problem:
    """Correct what a problem says, with a reason; what it said before is kept and its facts follow.

    Due day, closure and state are not corrected but decided: extend, reopen, withdraw. Raises
    ValidationError without a reason, without words, for a withdrawn one and for a day that has not come.
    """
    problem = take_problem(problem, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_correct(who, problem))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")}, code="reason")
    if problem.state == ProblemState.WITHDRAWN:
        insist_step(problem, ProblemState.OPEN)  # says why
    if not values.get("text", problem.text).strip():
        raise ValidationError({"text": _("Say what is to be mended.")}, code="text")
    done_on = values.get("done_on")
    if done_on and done_on > clock.today():
        raise ValidationError({"done_on": _("This day has not come yet.")}, code="future")
    old = values_of(problem)
    for name in CORRECTED:
        if name in values:
            setattr(problem, name, values[name])
    move(problem, None, Verb.CORRECTED, actor=actor, reason=reason, old=old)
    write_problem_facts(problems=[problem], actor=actor, reason=reason)
    return problem


@transaction.atomic
def link_repeat(
    *, problem: Problem, earlier: Problem, actor: Any, scope: Scope | None = None
) -> Problem:
    """Say that a problem is an earlier one found again (屡查屡犯).

    Raises ValidationError for another bureau's, for one stated later, and for a ring.
    """
    problem = take_problem(problem)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_state(who, problem.unit))
    if earlier.unit.root_path != problem.unit.root_path or earlier.pk >= problem.pk:
        raise ValidationError(
            _("Choose a problem of this bureau that was stated earlier."), code="earlier"
        )
    problem.repeats = earlier
    move(problem, None, Verb.LINKED, actor=actor, reason=earlier.text)
    return problem
