"""A later day: asked for with a reason, granted or refused by who accepts the work, and kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import NoticeKind, in_product_language
from linghang.worklists import access
from linghang.worklists.enums import WAITING, ExtensionState, TaskState, Verb
from linghang.worklists.models import Assignment, Extension
from linghang.worklists.services import notifying
from linghang.worklists.services.acting import insist, move_tasks, refusal, scope_of, take_task
from linghang.worklists.services.facts import follow_task_facts
from linghang.worklists.services.values import user_of
from linghang_core.periods import load_calendar


@transaction.atomic
def ask_extension(
    *,
    task: Assignment,
    new_due_on: date,
    reason: str,
    actor: Any,
    seen: str | None = None,
    scope: Scope | None = None,
) -> Extension:
    """Ask for a later day with a reason, before or after the due day; return the wish.

    Raises ValidationError when the task is not open, while another wish waits, and for a day that is
    not later than the due day or has passed.
    """
    task = take_task(task, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_edit(who, task))
    if task.state not in WAITING:
        raise ValidationError(
            _("Only for what is still to be done a later day can be asked for."), code="state"
        )
    if not reason.strip():
        raise refusal(_("Say why."), "reason", "reason")
    if new_due_on <= task.due_on:
        raise refusal(_("Choose a day after the due day."), "not_later", "new_due_on")
    if new_due_on < clock.today():
        raise refusal(_("This day has passed."), "past", "new_due_on")
    if task.extensions.filter(state=ExtensionState.ASKED).exists():
        raise ValidationError(
            _("A later day was asked for already; it is not decided yet."), code="waiting"
        )
    found = Extension.objects.create(
        assignment=task,
        old_due_on=task.due_on,
        new_due_on=new_due_on,
        reason=reason.strip()[:400],
        asked_by=user_of(actor),
    )
    old = {"due_on": task.due_on.isoformat(), "asked_for": new_due_on.isoformat()}
    move_tasks([task], None, Verb.EXTENSION_ASKED, actor=actor, reason=reason, old={task.pk: old})
    notifying.tell_deciders(found, actor=actor)
    _audit("ask_extension", task, actor, reason, old, {})
    return found


@transaction.atomic
def decide_extension(
    *,
    extension: Extension,
    grant: bool,
    actor: Any,
    note: str = "",
    scope: Scope | None = None,
) -> Extension:
    """Grant or refuse a later day; return the decided wish. Granted, the due day and the facts follow.

    `first_due_on` stays for ever. Raises ValidationError when it is decided already, for a refusal
    without a word, and for who decides on their own wish.
    """
    task = take_task(extension.assignment)
    extension = Extension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
    if extension.state != ExtensionState.ASKED:
        raise ValidationError(_describe_decision(extension), code="decided")
    if task.state == TaskState.WITHDRAWN:
        raise ValidationError(
            _("It is asked no more; there is nothing to decide."), code="withdrawn"
        )
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_decide(who, task))
    if user_of(actor) is not None and extension.asked_by_id == actor.pk:
        raise ValidationError(
            _("You asked for it yourself; somebody else of %(unit)s decides.")
            % {"unit": access.find_accepter(task).name},
            code="own",
        )
    if not grant and not note.strip():
        raise refusal(_("Say why not."), "note", "note")
    extension.state = ExtensionState.GRANTED if grant else ExtensionState.REFUSED
    extension.decided_at, extension.decided_by = clock.now(), user_of(actor)
    extension.note = note.strip()[:400]
    extension.save()
    old = {"due_on": task.due_on.isoformat()}
    if grant:
        task.due_on = extension.new_due_on
        task.provisional = not load_calendar().is_announced(task.due_on)
    verb = Verb.EXTENDED if grant else Verb.EXTENSION_REFUSED
    move_tasks([task], None, verb, actor=actor, reason=note, old={task.pk: old})
    if grant:
        follow_task_facts(tasks=[task], actor=actor, reason=extension.reason)
    notifying.settle_tasks([task])
    notifying.tell_doers(
        [task],
        NoticeKind.DECIDED,
        f"decided-{extension.pk}",
        actor=actor,
        body=_describe(extension),
    )
    _audit("decide_extension", task, actor, note, old, {"due_on": task.due_on.isoformat()})
    return extension


def _describe(extension: Extension) -> str:
    """Return the decision in the words of a notice."""
    with in_product_language():
        if extension.state == ExtensionState.GRANTED:
            said = _("A later day was granted: %(day)s") % {"day": extension.new_due_on.isoformat()}
        else:
            said = _("A later day was refused; it stays due %(day)s") % {
                "day": extension.old_due_on.isoformat()
            }
    return f"{said} {extension.note}".strip()


def _describe_decision(extension: Extension) -> str:
    who = extension.decided_by or _("the system")
    if extension.state == ExtensionState.GRANTED:
        return _("%(who)s has granted it already.") % {"who": who}
    return _("%(who)s has refused it already.") % {"who": who}


def _audit(
    verb: str,
    task: Assignment,
    actor: Any,
    reason: str,
    old: dict[str, Any],
    new: dict[str, Any],
) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=task,
        unit_path=task.unit.path,
        old=old,
        new=new,
        reason=reason,
    )
