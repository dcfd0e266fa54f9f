"""What people are told of tasks: at once what somebody did, day by day what falls due.

A notice goes to who is to do something, never to a crowd, and leaves by itself when it is done. Nothing
here reaches anybody at night or on a rest day: platform.notices sees to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.platform.notices.api import (
    DatedThing,
    NoticeDraft,
    NoticeKind,
    in_product_language,
    send_notices,
    settle_notices,
)
from linghang.worklists.enums import FINISHED, WAITING, TaskState
from linghang.worklists.models import Assignment, Extension
from linghang.worklists.queries.recipients import list_deciders, list_doers
from linghang.worklists.queries.tasks import filter_mine, list_tasks
from linghang.worklists.services.acting import TASK_RELATED

DAYS_BEFORE = 7
AT_ONCE = 2000


def tell_doers(
    tasks: Sequence[Assignment], kind: NoticeKind, occasion: str, *, actor: Any, body: str = ""
) -> int:
    """Tell who is to do the tasks what was done to them; return how many notices went out.

    `occasion` makes the notice go out once: "urged-2026-11-21". Nobody is told what they did themselves.
    """
    doers = list_doers(tasks, clock.today())
    own = getattr(actor, "pk", None)
    with in_product_language():
        drafts = [
            _draft(task, user, kind, occasion, body)
            for task in tasks
            for user in doers[task.pk]
            if user != own
        ]
    return send_notices(drafts=drafts, actor=actor) if drafts else 0


def tell_deciders(extension: Extension, *, actor: Any) -> int:
    """Tell who decides on a later day that it was asked for."""
    task = extension.assignment
    own = getattr(actor, "pk", None)
    with in_product_language():
        body = _("Asked for %(day)s: %(reason)s") % {
            "day": extension.new_due_on.isoformat(),
            "reason": extension.reason,
        }
        drafts = [
            _draft(task, user, NoticeKind.REVIEW, f"asked-{extension.pk}", body)
            for user in list_deciders([task], clock.today())[task.pk]
            if user != own
        ]
    return send_notices(drafts=drafts, actor=actor) if drafts else 0


def settle_tasks(tasks: Iterable[Assignment]) -> int:
    """Let the notices of tasks go that are done or asked no more."""
    return settle_notices(about=[f"task:{task.pk}" for task in tasks])


def _draft(
    task: Assignment, user: int, kind: NoticeKind, occasion: str, body: str = ""
) -> NoticeDraft:
    return NoticeDraft(
        recipient_id=user,
        key=f"task:{task.pk}:{occasion}",
        kind=kind,
        title=task.item.text,
        body=body
        or _("%(list)s, due %(day)s")
        % {"list": task.worklist.title, "day": task.due_on.isoformat()},
        url=reverse("worklists:task", args=[task.pk]),
        unit_path=task.unit.path,
    )


# -- every morning ---------------------------------------------------------------------------------


def list_reminders(today: date) -> Iterator[NoticeDraft]:
    """Yield what is due within seven days, today, or late (once a week), and what waits to be accepted."""
    due = Assignment.objects.filter(
        state__in=WAITING, item__required=True, due_on__lte=today + timedelta(days=DAYS_BEFORE)
    ).select_related("item", "worklist", "unit", "person")
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        tasks = list(due.filter(pk__in=keys[start : start + AT_ONCE]))
        doers = list_doers(tasks, today)
        for task in tasks:
            kind, occasion = _occasion(task, today)
            for user in doers[task.pk]:
                yield _draft(task, user, kind, occasion)
    yield from _list_to_accept(today)


def _occasion(task: Assignment, today: date) -> tuple[NoticeKind, str]:
    """Return as what and on which occasion a task is spoken of; a later day begins it anew."""
    if task.due_on < today:
        year, week, _day = today.isocalendar()
        return NoticeKind.LATE, f"late-{year}w{week:02d}"
    if task.due_on == today:
        return NoticeKind.DUE_TODAY, f"due-{task.due_on:%Y%m%d}"
    return NoticeKind.DUE, f"soon-{task.due_on:%Y%m%d}"


def _list_to_accept(today: date) -> Iterator[NoticeDraft]:
    """Yield one notice a week to each who accepts, with the number of tasks that wait."""
    waiting = Assignment.objects.filter(state=TaskState.HANDED_IN).select_related(*TASK_RELATED)
    tasks = list(waiting[:AT_ONCE])
    numbers: dict[int, int] = {}
    for users in list_deciders(tasks, today).values():
        for user in users:
            numbers[user] = numbers.get(user, 0) + 1
    year, week, _day = today.isocalendar()
    for user, number in sorted(numbers.items()):
        yield NoticeDraft(
            recipient_id=user,
            key=f"tasks-to-accept:{year}w{week:02d}",
            kind=NoticeKind.REVIEW,
            title=ngettext(
                "%(count)d task waits for acceptance",
                "%(count)d tasks wait for acceptance",
                number,
            )
            % {"count": number},
            url=reverse("worklists:tasks") + "?state=accept",
        )


# -- the calendar ----------------------------------------------------------------------------------


def list_dates(scope: Scope, start: date, end: date) -> Iterator[DatedThing]:
    """Yield the due days of the reader's own tasks and those of the units the reader records for."""
    mine = filter_mine(list_tasks(scope), scope).exclude(state=TaskState.WITHDRAWN)
    found = mine.filter(due_on__gte=start, due_on__lt=end, item__required=True)
    for task in found.order_by("due_on", "pk"):
        yield DatedThing(
            uid=f"task-{task.pk}",
            day=task.due_on,
            title=task.item.text,
            url=reverse("worklists:task", args=[task.pk]),
            note=task.worklist.title,
            done=task.state in FINISHED,
            unit_path=task.unit.path,
        )
