"""What people are told of problems: at once what somebody did, day by day what falls due.

A notice goes to who has to act, never to a crowd, and leaves by itself when the problem moves on. What
the system does for another room is told by that room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.org.models import Unit
from linghang.people import api as people
from linghang.platform.access import Permission, Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.api import (
    DatedThing,
    NoticeDraft,
    NoticeKind,
    in_product_language,
    send_notices,
    settle_notices,
)
from linghang.rectification import access, queries
from linghang.rectification.enums import TO_DO, ProblemState, SourceKind, Step, Verb
from linghang.rectification.models import Problem, Review
from linghang.rectification.services.values import BATCH, user_of
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment

DAYS_BEFORE = 7
ONE_BY_ONE = 3  # newly stated problems told singly; more are one notice with their number
RELATED = ("unit__parent", "lead_unit__parent", "book__root", "responsible", "leader")

TOLD_DOERS = {
    Verb.RETURNED: NoticeKind.RETURNED,
    Verb.REOPENED: NoticeKind.RETURNED,
    Verb.HANDED_OVER: NoticeKind.ROUTED,
    Verb.ASSIGNED: NoticeKind.ASSIGNED,
    Verb.EXTENDED: NoticeKind.DECIDED,
    Verb.NOT_EXTENDED: NoticeKind.DECIDED,
    Verb.CLOSED: NoticeKind.DECIDED,
    Verb.LONG_TERM: NoticeKind.DECIDED,
}
SETTLED_BY = {
    Verb.HANDED_IN,
    Verb.PASSED,
    Verb.RETURNED,
    Verb.CLOSED,
    Verb.LONG_TERM,
    Verb.REOPENED,
    Verb.WITHDRAWN,
    Verb.HANDED_OVER,
    Verb.EXTENDED,
    Verb.NOT_EXTENDED,
}


def tell_act(problem: Problem, verb: Verb, *, actor: Any, reason: str) -> None:
    """Take away what was told of a problem that moves on, and tell who has to act now."""
    if verb in SETTLED_BY:
        settle_notices(about=[f"problem:{problem.pk}"])
    if user_of(actor) is None:
        return
    today = clock.today()
    if verb in TOLD_DOERS:
        users, kind = list_doers([problem], today)[problem.pk], TOLD_DOERS[verb]
    elif verb in {Verb.HANDED_IN, Verb.PASSED}:
        users, kind = list_reviewers([problem], today)[problem.pk], NoticeKind.REVIEW
    elif verb is Verb.EXTENSION_ASKED:
        users, kind = _list_deciders([problem], today)[problem.pk], NoticeKind.REVIEW
    else:
        return
    with in_product_language():
        body = " · ".join(str(part) for part in (verb.label, reason) if part)
        drafts = [_draft(problem, user, kind, f"v{problem.version}", body) for user in users]
    _send(drafts, actor)


def tell_stated(problems: Sequence[Problem], *, actor: Any) -> None:
    """Tell the units of new problems; a problem raised at the front is told by the room that routes it."""
    fresh = [p for p in problems if p.state in TO_DO and p.source_kind != SourceKind.FRONT]
    if user_of(actor) is None or not fresh:
        return
    by_user: dict[int, list[Problem]] = {}
    doers = list_doers(fresh, clock.today())
    for problem in fresh:
        for user in doers[problem.pk]:
            by_user.setdefault(user, []).append(problem)
    with in_product_language():
        drafts = [draft for user, some in by_user.items() for draft in _tell_new(user, some)]
    _send(drafts, actor)


def _tell_new(user: int, problems: Sequence[Problem]) -> list[NoticeDraft]:
    if len(problems) <= ONE_BY_ONE:
        return [_draft(p, user, NoticeKind.ASSIGNED, "stated") for p in problems]
    number = len(problems)
    title = ngettext("%(count)d new problem", "%(count)d new problems", number)
    return [
        NoticeDraft(
            recipient_id=user,
            key=f"problems-stated:{problems[0].pk}",
            kind=NoticeKind.ASSIGNED,
            title=title % {"count": number},
            url=reverse("rectification:problems"),
        )
    ]


def tell_measures_done(tasks: Sequence[Assignment], actor: Any) -> None:
    """Tell who may hand a problem in that its last measure was finished, and accepted where asked."""
    keys = [task.pk for task in tasks]
    for start in range(0, len(keys), BATCH):
        _tell_ready(keys[start : start + BATCH], actor)


def _tell_ready(task_ids: Sequence[int], actor: Any) -> None:
    left = Assignment.objects.filter(item__problem_links__problem=OuterRef("pk")).exclude(
        state__in=[TaskState.DONE, TaskState.WITHDRAWN]
    )
    ready = Problem.objects.filter(
        ~Exists(left), state__in=TO_DO, items__assignments__in=task_ids
    ).distinct()
    problems = list(ready.select_related(*RELATED))
    if not problems:
        return
    doers = list_doers(problems, clock.today())
    with in_product_language():
        body = _("Every measure is finished; the problem can be handed in for closure.")
        drafts = [
            _draft(problem, user, NoticeKind.OTHER, f"ready-{problem.round}", body)
            for problem in problems
            for user in doers[problem.pk]
        ]
    send_notices(drafts=drafts, actor=actor)


def _send(drafts: Iterable[NoticeDraft], actor: Any) -> None:
    own = getattr(actor, "pk", None)  # nobody is told what they just did themselves
    told = [draft for draft in drafts if draft.recipient_id != own]
    if told:
        send_notices(drafts=told, actor=actor)


def _draft(
    problem: Problem, user: int, kind: NoticeKind, occasion: str, body: str = ""
) -> NoticeDraft:
    due = _("due %(day)s") % {"day": problem.due_on.isoformat()}
    return NoticeDraft(
        recipient_id=user,
        key=f"problem:{problem.pk}:{occasion}",
        kind=kind,
        title=problem.text,
        body=body or f"{problem.unit.name} · {due}",
        url=reverse("rectification:problem", args=[problem.pk]),
        unit_path=problem.unit.path,
    )


# -- who has to act --------------------------------------------------------------------------------


def list_doers(problems: Sequence[Problem], on: date) -> dict[int, list[int]]:
    """Return the users who rectify each problem: who answers for it, else who heads its unit.

    Two queries for all, if `responsible` is selected with them.
    """
    heads = people.users_with(Permission.REVIEW_PROBLEMS, {p.unit_id for p in problems}, on)
    found = {}
    for problem in problems:
        own = problem.responsible.user_id if problem.responsible else None
        found[problem.pk] = [own] if own is not None else heads[problem.unit_id]
    return found


def list_reviewers(problems: Sequence[Problem], on: date) -> dict[int, list[int]]:
    """Return the users who may take the step each problem waits for; of a lead unit without anybody,
    those of the bureau. Seven queries for all, if RELATED is selected with them.
    """
    roots = _list_roots(problems)
    found: dict[int, list[int]] = {problem.pk: [] for problem in problems}
    done = set(
        Review.objects.filter(problem__in=list(found)).values_list("problem_id", "round", "by_id")
    )
    for step, permission in access.NEEDED.items():
        waiting = [problem for problem in problems if problem.step == step]
        if not waiting:
            continue
        reviewer = {p.pk: _find_unit(p, step, roots) for p in waiting}
        asked = {*reviewer.values(), *(roots[p.unit.root_path] for p in waiting)}
        users = people.users_with(permission, asked, on)
        for problem in waiting:
            some = users[reviewer[problem.pk]] or users[roots[problem.unit.root_path]]
            own = problem.leader.user_id if problem.leader else None
            if step is Step.SIGN_OFF and own in some:
                some = [own]
            found[problem.pk] = [
                user
                for user in some
                if user not in {problem.handed_in_by_id, _user_of_responsible(problem)}
                and (problem.pk, problem.round, user) not in done
            ]
    return found


def _user_of_responsible(problem: Problem) -> int | None:
    return problem.responsible.user_id if problem.responsible else None


def _list_deciders(problems: Sequence[Problem], on: date) -> dict[int, list[int]]:
    """Return the users who decide on later days and look back: those of the first review."""
    roots = _list_roots(problems)
    unit = {p.pk: _find_unit(p, Step.FIRST_REVIEW, roots) for p in problems}
    users = people.users_with(Permission.REVIEW_PROBLEMS, {*unit.values(), *roots.values()}, on)
    return {
        p.pk: [
            user
            for user in users[unit[p.pk]] or users[roots[p.unit.root_path]]
            if user != _user_of_responsible(p)
        ]
        for p in problems
    }


def _find_unit(problem: Problem, step: Step, roots: dict[str, int]) -> int:
    if step is Step.FIRST_REVIEW:
        return access.find_reviewer(problem, step).pk
    return roots[problem.unit.root_path]


def _list_roots(problems: Sequence[Problem]) -> dict[str, int]:
    paths = {problem.unit.root_path for problem in problems}
    return dict(Unit.objects.filter(path__in=paths).values_list("path", "pk"))


# -- every morning ---------------------------------------------------------------------------------


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield what is due within seven days, today, or late (once a week); what waits for a review, as one
    notice a week; and what is kept up and to be looked back at.
    """
    soon = today + timedelta(days=DAYS_BEFORE)
    for some in _read(Problem.objects.filter(state__in=TO_DO, due_on__lte=soon)):
        doers = list_doers(some, today)
        for problem in some:
            kind, occasion = _occasion(problem.due_on, today)
            for user in doers[problem.pk]:
                yield _draft(problem, user, kind, occasion)
    lasting = Problem.objects.filter(state=ProblemState.LONG_TERM, look_back_on__lte=soon)
    for some in _read(lasting):
        deciders = _list_deciders(some, today)
        for problem in some:
            body = _("Look back on %(day)s") % {"day": f"{problem.look_back_on:%Y-%m-%d}"}
            for user in deciders[problem.pk]:
                occasion = f"look-{problem.look_back_on:%Y%m%d}"
                yield _draft(problem, user, NoticeKind.REVIEW, occasion, body)
    yield from _list_to_review(today)


def _occasion(due_on: date, today: date) -> tuple[NoticeKind, str]:
    """Return as what and on which occasion a problem is spoken of; a later day begins it anew."""
    if due_on < today:
        year, week, _day = today.isocalendar()
        return NoticeKind.LATE, f"late-{year}w{week:02d}"
    if due_on == today:
        return NoticeKind.DUE_TODAY, f"due-{due_on:%Y%m%d}"
    return NoticeKind.DUE, f"soon-{due_on:%Y%m%d}"


def _list_to_review(today: date) -> Iterator[NoticeDraft]:
    numbers: dict[int, int] = {}
    for some in _read(Problem.objects.filter(state=ProblemState.HANDED_IN)):
        for users in list_reviewers(some, today).values():
            for user in users:
                numbers[user] = numbers.get(user, 0) + 1
    year, week, _day = today.isocalendar()
    for user, number in sorted(numbers.items()):
        title = ngettext(
            "%(count)d problem waits for your review",
            "%(count)d problems wait for your review",
            number,
        )
        yield NoticeDraft(
            recipient_id=user,
            key=f"problems-to-review:{year}w{week:02d}",
            kind=NoticeKind.REVIEW,
            title=title % {"count": number},
            url=reverse("rectification:problems") + "?state=review",
        )


def _read(rows: Any) -> Iterator[list[Problem]]:
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        found = Problem.objects.filter(pk__in=keys[start : start + BATCH])
        yield list(found.select_related(*RELATED))


# -- the calendar ----------------------------------------------------------------------------------


def list_dates(scope: Scope, start: date, end: date) -> Iterator[DatedThing]:
    """Yield when the reader's own problems are due, and when their reviews and looks back are.

    No text of a problem leaves the product: a calendar may be looked into by others.
    """
    days = {"gte": start, "lt": end}
    problems = queries.list_problems(scope)
    own = queries.filter_mine(problems, scope)
    for problem in own.filter(**{f"due_on__{name}": day for name, day in days.items()}):
        yield _date(problem, problem.due_on, "due", _("Problem %(number)d due"))
    waiting = queries.filter_reviewable(problems, scope)
    for problem in waiting.filter(**{f"step_due_on__{name}": day for name, day in days.items()}):
        assert problem.step_due_on is not None
        yield _date(problem, problem.step_due_on, "review", _("Review of problem %(number)d"))
    lasting = queries.filter_to_look_back(problems, scope, end).filter(look_back_on__lt=end)
    for problem in lasting.filter(look_back_on__gte=start):
        assert problem.look_back_on is not None
        yield _date(
            problem, problem.look_back_on, "look-back", _("Look back at problem %(number)d")
        )


def _date(problem: Problem, day: date, what: str, words: str) -> DatedThing:
    return DatedThing(
        uid=f"problem-{what}-{problem.pk}",
        day=day,
        title=words % {"number": problem.number},
        url=reverse("rectification:problem", args=[problem.pk]),
        note=problem.unit.name,
        unit_path=problem.unit.path,
    )
