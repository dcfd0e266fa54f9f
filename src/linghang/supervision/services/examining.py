"""The supervisor's side of a self-examination: opening, urging, other days, returning, ending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.supervision import access
from linghang.supervision.enums import (
    NEXT_REPLY,
    TO_ANSWER,
    ExaminationState,
    ReplyState,
    Subject,
    Verb,
)
from linghang.supervision.models import CommonFinding, Examination, Reply
from linghang.supervision.services import telling
from linghang.supervision.services.acting import (
    insist,
    insist_seen,
    note,
    require_reason,
    scope_of,
    user_of,
)
from linghang_core.periods import load_calendar

DAYS = 10  # working days to answer, unless said otherwise


@dataclass(frozen=True)
class ExaminationDraft:
    """A self-examination to be opened; without `due_on` ten working days are given."""

    title: str
    root: Unit
    findings: Sequence[CommonFinding]
    units: Sequence[Unit]
    due_on: date | None = None


@transaction.atomic
def open_examination(*, draft: ExaminationDraft, actor: Any) -> Examination:
    """Open a self-examination; the units are told at once. Raises ValidationError for gaps."""
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, draft.root))
    Unit.objects.select_for_update().get(pk=draft.root.pk)  # two of one title at the same moment
    today, days = clock.today(), load_calendar()
    _check(draft, today)
    due_on = draft.due_on or days.add_working_days(today, DAYS).date
    examination: Examination = Examination.objects.create(
        title=draft.title.strip(),
        root=draft.root,
        opened_on=today,
        due_on=due_on,
        provisional=not days.is_announced(due_on),
        created_by=user_of(actor),
    )
    examination.findings.set(draft.findings)
    replies = Reply.objects.bulk_create(
        [Reply(examination=examination, unit=unit, due_on=due_on) for unit in draft.units],
        batch_size=500,
    )
    note(Subject.EXAMINATION, [examination], Verb.OPENED, root=draft.root, actor=actor)
    telling.tell_asked(replies, actor=actor)
    return examination


def _check(draft: ExaminationDraft, today: date) -> None:
    if not draft.title.strip():
        raise ValidationError({"title": _("Give it a title.")}, code="title")
    if Examination.objects.filter(root=draft.root, title=draft.title.strip()).exists():
        raise ValidationError(
            {"title": _("There is one of this title already; say the year or the number.")},
            code="title",
        )
    if not draft.findings:
        raise ValidationError({"findings": _("Choose at least one finding.")}, code="findings")
    if not draft.units:
        raise ValidationError({"units": _("Choose at least one unit.")}, code="units")
    if any(not unit.path.startswith(draft.root.path) for unit in draft.units):
        raise ValidationError({"units": _("Choose units of this bureau.")}, code="foreign")
    if draft.due_on is not None and draft.due_on <= today:
        raise ValidationError({"due_on": _("Choose a day to come.")}, code="past")


def take_reply(reply: Reply, seen: str = "") -> Reply:
    """Return the reply with its row taken; raises ValidationError when it is not as it was seen."""
    rows = Reply.objects.select_for_update(of=("self",)).select_related("unit", "examination__root")
    taken: Reply = rows.get(pk=reply.pk)
    insist_seen(Subject.REPLY, taken, seen)
    return taken


def move_reply(
    reply: Reply, became: ReplyState, verb: Verb, *, actor: Any, reason: str = ""
) -> None:
    """Set the state of a taken reply and write the act; refuses what the diagram has not."""
    if became not in NEXT_REPLY[reply.standing]:
        raise ValidationError(
            _("This is not possible while the answers are “%(state)s”.")
            % {"state": reply.standing.label},
            code="state",
        )
    reply.state = became
    reply.version += 1
    reply.save()
    root = reply.examination.root
    note(Subject.REPLY, [reply], verb, root=root, actor=actor, reason=reason)


@transaction.atomic
def urge_replies(*, replies: Sequence[Reply], actor: Any) -> int:
    """Urge the units that have not answered, each once a day; return how many were urged."""
    today = clock.today()
    waiting = list(
        Reply.objects.filter(
            pk__in=[reply.pk for reply in replies],
            state__in=TO_ANSWER,
            examination__state=ExaminationState.OPEN,
        )
        .exclude(urged_on=today)
        .select_related("unit", "examination__root")
    )
    if (scope := scope_of(actor)) is not None:
        for root in {reply.examination.root for reply in waiting}:
            insist(access.can_edit(scope, root))
    Reply.objects.filter(pk__in=[reply.pk for reply in waiting]).update(urged_on=today)
    if waiting:
        root = waiting[0].examination.root
        note(Subject.REPLY, waiting, Verb.URGED, root=root, actor=actor)
        telling.tell_urged(waiting, actor=actor)
    return len(waiting)


@transaction.atomic
def change_due(*, reply: Reply, due_on: date, reason: str, actor: Any, seen: str = "") -> Reply:
    """Give a unit another last day, with the reason; the day before stays in the history."""
    reply = take_reply(reply, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, reply.examination.root))
    said = require_reason(reason)
    if reply.state not in TO_ANSWER or reply.examination.state != ExaminationState.OPEN:
        raise ValidationError(
            _("The unit has answered, or nothing is asked any more."), code="state"
        )
    if due_on < clock.today():
        raise ValidationError({"due_on": _("This day has passed.")}, code="past")
    was, reply.due_on = reply.due_on, due_on
    reply.version += 1
    reply.save()
    note(
        Subject.REPLY,
        [reply],
        Verb.DUE_CHANGED,
        root=reply.examination.root,
        actor=actor,
        reason=f"{was} → {due_on}: {said}",
    )
    telling.tell_due(reply, actor=actor)
    return reply


@transaction.atomic
def return_reply(*, reply: Reply, reason: str, actor: Any, seen: str = "") -> Reply:
    """Give the answers back to the unit with a reason; what became a problem stays one."""
    reply = take_reply(reply, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, reply.examination.root))
    if reply.examination.state != ExaminationState.OPEN:
        raise ValidationError(_("The self-examination has ended."), code="state")
    if reply.handed_in_by_id is not None and reply.handed_in_by_id == getattr(actor, "pk", None):
        raise ValidationError(_("You handed it in yourself; somebody else judges it."), code="own")
    move_reply(
        reply, ReplyState.RETURNED, Verb.RETURNED, actor=actor, reason=require_reason(reason)
    )
    telling.tell_returned(reply, actor=actor)
    return reply


@transaction.atomic
def close_examination(
    *, examination: Examination, actor: Any, reason: str = "", seen: str = ""
) -> Examination:
    """End a self-examination; while units have not answered only with a reason."""
    rows = Examination.objects.select_for_update(of=("self",)).select_related("root")
    taken: Examination = rows.get(pk=examination.pk)
    insist_seen(Subject.EXAMINATION, taken, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, taken.root))
    if taken.state == ExaminationState.CLOSED:
        raise ValidationError(_("The self-examination has ended."), code="state")
    left = taken.replies.filter(state__in=TO_ANSWER).count()
    if left and not reason.strip():
        raise ValidationError(
            {
                "reason": _("%(count)d units have not answered. Say why it ends all the same.")
                % {"count": left}
            },
            code="reason",
        )
    taken.state = ExaminationState.CLOSED
    taken.version += 1
    taken.save()
    note(
        Subject.EXAMINATION,
        [taken],
        Verb.CLOSED,
        root=taken.root,
        actor=actor,
        reason=reason.strip(),
    )
    telling.settle([reply.pk for reply in taken.replies.all()])
    return taken
