"""From findings to problems and measures: one finding may give several problems, several findings one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Scope
from linghang.platform.audit import services as audit
from linghang.rectification import api as rectification
from linghang.rectification.enums import Severity, SourceKind, Term
from linghang.rectification.models import Problem
from linghang.research import access
from linghang.research.enums import BOOK, Nature
from linghang.research.models import Finding, FindingProblem, Topic
from linghang.research.services.acting import insist, scope_of, take_topic
from linghang.worklists.models import Item

SOURCE = "调研"


@transaction.atomic
def mark_finding(
    *, finding: Finding, nature: str, actor: Any, scope: Scope | None = None
) -> Finding:
    """Say what a finding is; its words stay as they were typed."""
    topic = take_topic(finding.visit.topic)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_state(who, topic))
    finding.nature = Nature(nature)
    finding.save(update_fields=["nature"])
    audit.record(
        actor=actor,
        verb="research.finding_marked",
        target=finding,
        unit_path=finding.visit.branch.path,
        new={"nature": finding.nature},
    )
    return finding


@transaction.atomic
def state_problem(
    *,
    findings: Sequence[Finding],
    text: str,
    unit: Unit,
    due_on: date,
    actor: Any,
    lead_unit: Unit | None = None,
    severity: str = Severity.GENERAL,
    term: str = Term.TIME_LIMITED,
    measures: Sequence[str] = (),
    scope: Scope | None = None,
) -> Problem:
    """State the problem the findings lead to, with its measures if they are known; return it.

    It stands in the year's list of research problems (调研问题清单), its aspect is the topic. Raises
    ValidationError without findings, and for findings of different topics.
    """
    topic = _take_common(findings)
    who = scope_of(actor, scope)
    if who is not None:
        insist(access.can_state(who, topic))
    if not text.strip():
        raise ValidationError({"text": _("Say what the problem is.")}, code="text")
    draft = rectification.ProblemDraft(
        source=SOURCE,
        source_kind=SourceKind.RESEARCH,
        text=text.strip()[:300],
        unit=unit,
        due_on=due_on,
        aspect=topic.title[:60],
        severity=severity,
        term=term,
        book=BOOK % topic.year,
        lead_unit=lead_unit,
        leader=topic.leader,
        origin=findings[0],
    )
    (problem,) = rectification.create_problems(drafts=[draft], actor=actor)
    _link(findings, problem)
    wanted = [measure.strip() for measure in measures if measure.strip()]
    if wanted:
        state_measures(
            topic=topic,
            problems=[problem],
            texts=wanted,
            units=[unit],
            due_on=due_on,
            actor=actor,
            scope=who,
        )
        problem.refresh_from_db()
    return problem


@transaction.atomic
def link_findings(
    *, findings: Sequence[Finding], problem: Problem, actor: Any, scope: Scope | None = None
) -> int:
    """Say that findings led to a problem of the topic that is stated already; return how many were new."""
    topic = _take_common(findings)
    if (who := scope_of(actor, scope)) is not None:
        insist(access.can_state(who, topic))
    known = FindingProblem.objects.filter(problem=problem, finding__visit__topic=topic)
    if not known.exists():
        raise ValidationError(_("Choose a problem of this topic."), code="topic")
    made = _link(findings, problem)
    audit.record(
        actor=actor,
        verb="research.findings_linked",
        target=problem,
        unit_path=problem.unit.path,
        new={"count": made},
    )
    return made


@transaction.atomic
def state_measures(
    *,
    topic: Topic,
    problems: Sequence[Problem],
    texts: Sequence[str],
    units: Sequence[Unit],
    due_on: date,
    actor: Any,
    scope: Scope | None = None,
) -> list[Item]:
    """Decide measures that serve problems of the topic; return them as items of the year's list.

    Raises ValidationError for a problem of another topic.
    """
    topic = take_topic(topic)
    who = scope_of(actor, scope)
    if who is not None:
        insist(access.can_state(who, topic))
    own = FindingProblem.objects.filter(
        problem__in=problems, finding__visit__topic=topic
    ).values_list("problem", flat=True)
    if not problems or {problem.pk for problem in problems} - set(own):
        raise ValidationError(_("Choose problems of this topic."), code="topic")
    drafts = [
        rectification.MeasureDraft(text=text.strip()[:200], units=units, due_on=due_on)
        for text in texts
        if text.strip()
    ]
    if not drafts:
        raise ValidationError({"texts": _("Say what is to be done.")}, code="text")
    return rectification.add_measures(
        problems=problems,
        drafts=drafts,
        actor=actor,
        scope=access.lend_measures(who, topic) if who is not None else None,
    )


def _take_common(findings: Sequence[Finding]) -> Topic:
    """Return the topic of the findings, held; raises ValidationError when it is not one."""
    topics = {finding.visit.topic_id: finding.visit.topic for finding in findings}
    if len(topics) != 1:
        raise ValidationError(_("Choose findings of one topic."), code="topics")
    return take_topic(next(iter(topics.values())))


def _link(findings: Sequence[Finding], problem: Problem) -> int:
    known = set(
        FindingProblem.objects.filter(problem=problem, finding__in=findings).values_list(
            "finding", flat=True
        )
    )
    new = [
        FindingProblem(finding=each, problem=problem) for each in findings if each.pk not in known
    ]
    FindingProblem.objects.bulk_create(new)
    for finding in findings:
        if finding.nature == Nature.SITUATION:
            finding.nature = Nature.PROBLEM
            finding.save(update_fields=["nature"])
    return len(new)
