"""Urging: a word to who has not finished, at most once a day for each task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import NoticeKind
from linghang.worklists import access
from linghang.worklists.enums import WAITING, Verb
from linghang.worklists.models import Act, Assignment
from linghang.worklists.services import notifying
from linghang.worklists.services.acting import scope_of, take_tasks
from linghang.worklists.services.values import BATCH, user_of


@transaction.atomic
def urge_tasks(
    *, tasks: Iterable[Assignment], actor: Any, word: str = "", scope: Scope | None = None
) -> int:
    """Urge those of the tasks that wait; return how many that were.

    What was urged today already, is finished, or is optional is passed over. An urging changes nothing
    of the task, so that whoever is just filling in its form is not disturbed. Raises ValidationError
    when the actor may urge none of them.
    """
    rows = list(take_tasks(task.pk for task in tasks))
    who = scope_of(actor, scope)
    answers = {task.pk: access.can_urge(who, task) for task in rows} if who is not None else {}
    allowed = [task for task in rows if answers.get(task.pk, True)]
    if rows and not allowed:
        reasons = dict.fromkeys(answer.reason for answer in answers.values() if not answer)
        raise ValidationError([ValidationError(reason, code="denied") for reason in reasons])
    today, now, user = clock.today(), clock.now(), user_of(actor)
    told = set(
        Act.objects.filter(
            assignment__in=[task.pk for task in allowed], verb=Verb.URGED, at__date=today
        ).values_list("assignment_id", flat=True)
    )
    urged = [
        task
        for task in allowed
        if task.pk not in told and task.state in WAITING and task.item.required
    ]
    Act.objects.bulk_create(
        [
            Act(
                worklist_id=task.worklist_id,
                item_id=task.item_id,
                assignment=task,
                verb=Verb.URGED,
                was=task.state,
                became=task.state,
                reason=word.strip()[:400],
                at=now,
                actor=user,
            )
            for task in urged
        ],
        batch_size=BATCH,
    )
    if urged:
        notifying.tell_doers(
            urged, NoticeKind.URGED, f"urged-{today:%Y%m%d}", actor=actor, body=word.strip()
        )
        audit.record(
            actor=actor,
            verb="urge_tasks",
            label=_("tasks"),
            unit_path=urged[0].worklist.root.path,
            new={"count": len(urged)},
            reason=word,
        )
    return len(urged)
