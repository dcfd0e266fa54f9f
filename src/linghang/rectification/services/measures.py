"""Measures: items of the book's list, many to many with problems; and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.rectification import access
from linghang.rectification.enums import SOLVED, TO_DO, ProblemState, ResultKind, Verb
from linghang.rectification.models import Problem, ProblemBook, ProblemMeasure, Result
from linghang.rectification.services.acting import (
    insist,
    move,
    scope_of,
    take_problem,
    take_problems,
)
from linghang.rectification.services.facts import write_problem_facts, write_result_facts
from linghang.rectification.services.values import user_of
from linghang.worklists import api as worklists
from linghang.worklists.enums import Acceptance, ListKind, ListState, Owner
from linghang.worklists.models import Assignment, Item

DAILY_BOOK = "日常问题清单"  # the book of problems that stand in none
LIST_OF = "%s·整改任务清单"


@dataclass(frozen=True)
class MeasureDraft:
    """A measure to be taken: what, by which units, by when, to which standard."""

    text: str
    units: Sequence[Unit]
    due_on: date
    standard: str = ""
    needs_evidence: bool = True
    acceptance: str = Acceptance.ISSUER


@transaction.atomic
def add_measures(
    *,
    problems: Sequence[Problem],
    drafts: Sequence[MeasureDraft],
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> list[Item]:
    """Decide measures that serve all the problems; return them as items of the book's list.

    The list is issued with its first measures. A problem not begun is being rectified from now on.
    `seen` is what the person saw of the first problem. Raises ValidationError for problems of different books, for one closed or handed in, and for a
    measure without text, unit or day.
    """
    if not drafts:
        raise ValidationError(_("Say what is to be done."), code="empty")
    taken = take_problems(problems, seen)
    who = scope_of(actor, scope)
    for problem in taken:
        if who is not None and not access.can_edit(who, problem):
            insist(access.can_decide(who, problem))
        if problem.state not in TO_DO:
            raise ValidationError(
                _("“%(problem)s” takes no further measures: it is %(state)s.")
                % {"problem": problem.text, "state": ProblemState(problem.state).label},
                code="state",
            )
    book = _find_book(taken)
    items = _issue(book, drafts, actor)
    ProblemMeasure.objects.bulk_create(
        [ProblemMeasure(problem=problem, item=item) for problem in taken for item in items]
    )
    words = "；".join(draft.text for draft in drafts)
    for problem in taken:
        begun = ProblemState.OPEN if problem.state == ProblemState.NEW else None
        if not problem.measure:
            problem.measure = words[:400]
        move(problem, begun, Verb.MEASURES, actor=actor, reason=words)
    write_problem_facts(problems=taken, actor=actor)
    return items


def _find_book(problems: Sequence[Problem]) -> ProblemBook:
    books = {problem.book_id for problem in problems}
    roots = {problem.unit.root_path for problem in problems}
    if len(books) != 1 or len(roots) != 1:
        raise ValidationError(
            _("One measure serves problems of one list; choose problems of the same list."),
            code="books",
        )
    held = ProblemBook.objects.select_for_update(of=("self",))  # two at once make one list
    if problems[0].book is not None:
        return held.get(pk=problems[0].book.pk)
    root = Unit.objects.get(path=problems[0].unit.root_path)
    ProblemBook.objects.get_or_create(root=root, title=DAILY_BOOK)
    book = held.get(root=root, title=DAILY_BOOK)
    for problem in problems:
        problem.book = book
    return book


def _issue(book: ProblemBook, drafts: Sequence[MeasureDraft], actor: Any) -> list[Item]:
    items = [
        worklists.ItemDraft(
            text=draft.text,
            standard=draft.standard,
            owner=Owner.UNITS,
            units=tuple(draft.units),
            due_on=draft.due_on,
            needs_evidence=draft.needs_evidence,
            acceptance=draft.acceptance,
        )
        for draft in drafts
    ]
    why = _("Measures of problems.")
    if book.measures is not None:
        return worklists.add_items(
            worklist=book.measures, items=items, actor=actor, reason_over_cap=why
        )
    book.measures = worklists.issue_list(
        title=(LIST_OF % book.title)[:120],
        kind=ListKind.MEASURES,
        issuer=book.root,
        items=items,
        actor=actor,
        reason_over_cap=why,
    )
    book.save(update_fields=["measures"])
    return list(book.measures.items.order_by("number"))


@transaction.atomic
def link_measure(
    *, problem: Problem, item: Item, actor: Any, scope: Scope | None = None
) -> ProblemMeasure:
    """Say that a measure there is already serves this problem too.

    Raises ValidationError for a measure of another list, and when it serves the problem already.
    """
    problem = take_problem(problem)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_edit(who, problem))
    if problem.book is None or item.worklist_id != problem.book.measures_id:
        raise ValidationError(_("Choose a measure of the same list."), code="books")
    if item.withdrawn_on is not None:
        raise ValidationError(_("The measure was withdrawn."), code="withdrawn")
    if problem.state not in TO_DO:
        raise ValidationError(_("It takes no further measures."), code="state")
    link, made = ProblemMeasure.objects.get_or_create(problem=problem, item=item)
    if not made:
        raise ValidationError(_("The measure serves this problem already."), code="double")
    begun = ProblemState.OPEN if problem.state == ProblemState.NEW else None
    move(problem, begun, Verb.MEASURES, actor=actor, reason=item.text)
    return link


def withdraw_lonely_measures(problem: Problem, reason: str, actor: Any) -> None:
    """Withdraw the measures that serve this problem alone; what is done of them stays done."""
    items = Item.objects.filter(problem_links__problem=problem, withdrawn_on=None)
    others = ProblemMeasure.objects.exclude(problem=problem).exclude(
        problem__state=ProblemState.WITHDRAWN
    )
    lonely = items.filter(worklist__state=ListState.ISSUED).exclude(problem_links__in=others)
    for item in lonely:
        worklists.withdraw_item(item=item, reason=reason, actor=actor)


def refuse_reopening(tasks: Sequence[Assignment]) -> None:
    """Raise ValidationError when a finished task is a measure of a closed problem: it was closed upon
    it. Worklists asks before it opens one again; the problems are held meanwhile.
    """
    if not tasks:
        return
    upon = Problem.objects.filter(items__in=[task.item_id for task in tasks]).order_by("pk")
    keys = list(upon.values_list("pk", flat=True).distinct())
    for problem in Problem.objects.select_for_update().filter(pk__in=keys).order_by("pk"):
        if problem.state in SOLVED:
            raise ValidationError(
                _("Problem %(number)d, “%(text)s”, was closed upon it; open that again first.")
                % {"number": problem.number, "text": problem.text},
                code="closed_upon",
            )


@transaction.atomic
def record_result(
    *,
    problems: Sequence[Problem],
    kind: str,
    title: str,
    on: date,
    actor: Any,
    text: str = "",
    quantity: int | None = None,
    quantity_unit: str = "",
    document_number: str = "",
    seen: str | None = None,
    scope: Scope | None = None,
) -> Result:
    """Record what came of one or several problems; return it. Its ledger line goes with it.

    Raises ValidationError without a title, for a day that has not come, and for a problem withdrawn.
    """
    taken = take_problems(problems, seen)
    who = scope_of(actor, scope)
    if not title.strip():
        raise ValidationError({"title": _("Name the result.")}, code="title")
    if on > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")}, code="future")
    for problem in taken:
        if who is not None and not access.can_edit(who, problem):
            insist(access.can_decide(who, problem))
        if problem.state == ProblemState.WITHDRAWN:
            raise ValidationError(_("The problem was withdrawn."), code="state")
    result = Result.objects.create(
        unit=taken[0].unit,
        kind=ResultKind(kind),
        title=title.strip()[:120],
        text=text.strip()[:400],
        quantity=quantity,
        quantity_unit=quantity_unit.strip()[:20],
        document_number=document_number.strip()[:80],
        on=on,
        created_by=user_of(actor),
    )
    result.problems.set(taken)
    for problem in taken:
        move(problem, None, Verb.RESULT, actor=actor, reason=result.title)
    write_result_facts(result=result, actor=actor)
    return result
