"""Handing in a report: its file is kept as it was."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.access import Scope
from linghang.platform.calendar import clock
from linghang.research import access, mapping
from linghang.research.enums import TopicState, TopicVerb
from linghang.research.models import Report, Topic
from linghang.research.services.acting import (
    insist,
    insist_step,
    move,
    scope_of,
    take_topic,
    user_of,
)
from linghang_core.documents import write_docx


@transaction.atomic
def submit_report(
    *, topic: Topic, actor: Any, seen: str = "", scope: Scope | None = None
) -> Report:
    """Hand in the report as it can be drafted from the records today; return it.

    What was not recorded stands in it as a gap. Raises ValidationError without a visit or a finding, and
    while the leader's conclusions are missing: there would be nothing to hand in.
    """
    topic = take_topic(topic, seen)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_lead(who, topic))
    insist_step(topic, TopicState.REPORTED)
    drafted = mapping.draft_report(topic, clock.today())
    faults = []
    if not drafted.visits:
        faults.append(_("No visit is recorded; a report is drafted only from records."))
    elif not drafted.findings:
        faults.append(_("No finding is recorded; a report is drafted only from records."))
    if not topic.conclusions.strip():
        faults.append(_("The conclusions are the leader's own words; write them first."))
    if faults:
        raise ValidationError(faults, code="not_ready")
    data = write_docx(drafted.document)
    report = Report.objects.create(
        topic=topic,
        title=drafted.document.title,
        dated=clock.today(),
        gaps=list(drafted.gaps),
        file=data,
        digest=hashlib.sha256(data).hexdigest(),
        created_by=user_of(actor),
    )
    topic.reported_on = clock.today()
    move(topic, TopicState.REPORTED, TopicVerb.REPORTED, actor=actor)
    return report
