"""From what failed to graded problems, in one step: each finding becomes a problem exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.diagnosis import access, queries
from linghang.diagnosis.enums import Lead, RoundState, Verb
from linghang.diagnosis.models import Finding, Round
from linghang.diagnosis.queries import Failure
from linghang.diagnosis.services.acting import insist, note, scope_of, take_round
from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language
from linghang.rectification import api as rectification
from linghang.rectification.enums import Severity, SourceKind
from linghang.rectification.models import Problem

TEXT_LENGTH = 300


@dataclass(frozen=True)
class Choice:
    """A failure to be stated as a problem: its key, who leads, how serious ("" as offered)."""

    key: str
    lead: Lead
    severity: str = ""


@transaction.atomic
def state_problems(
    *,
    round: Round,  # noqa: A002
    choices: Sequence[Choice],
    due_on: date,
    actor: Any,
) -> list[Problem]:
    """State the chosen failures as problems of rectification; return the problems.

    Led by branches: one problem for each unit and standard. Led by the committee: one for each
    standard, of the committee, with the failing units cooperating. The origin is kept both ways.
    Raises ValidationError before the checks have ended, and for what was stated before.
    """
    round_ = take_round(round)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_lead(scope, round_.root))
    if round_.state != RoundState.RECTIFYING:
        raise ValidationError(
            _("Problems are stated once all checks have ended and both sides are compared."),
            code="state",
        )
    if due_on <= clock.today():
        raise ValidationError({"due_on": _("Choose a day to come.")}, code="past")
    known = {failure.key: failure for failure in queries.list_failures(round_)}
    _check(choices, known)
    chosen = [(known[choice.key], choice) for choice in choices]
    findings = Finding.objects.bulk_create(
        [
            Finding(
                sheet=failure.sheet,
                standard=failure.standard,
                verdict=failure.joint,
                severity=choice.severity or failure.severity,
                lead=choice.lead,
            )
            for failure, choice in chosen
        ],
        batch_size=500,
    )
    groups = _group(findings, [failure for failure, _choice in chosen])
    with in_product_language():  # a problem is read by others than whoever states it
        drafts = [_draft(round_, group, due_on) for group in groups]
    problems = rectification.create_problems(drafts=drafts, actor=actor)
    for problem, group in zip(problems, groups, strict=True):
        for finding, _failure in group:
            finding.problem = problem
    Finding.objects.bulk_update(findings, ["problem"], batch_size=500)
    led = [group[0][0].lead for group in groups]
    note(
        round_,
        Verb.PROBLEMS,
        actor=actor,
        reason=_("%(committee)d led by the committee, %(branch)d by branches")
        % {"committee": led.count(Lead.COMMITTEE), "branch": led.count(Lead.BRANCH)},
        new={"count": len(problems)},
    )
    return problems


def _check(choices: Sequence[Choice], known: dict[str, Failure]) -> None:
    if not choices:
        raise ValidationError(_("Choose at least one finding."), code="empty")
    if len({choice.key for choice in choices}) < len(choices) or any(
        choice.key not in known for choice in choices
    ):
        raise ValidationError(
            _("The findings have changed meanwhile; look at them again."), code="changed"
        )
    stated = [known[c.key] for c in choices if known[c.key].finding is not None]
    if stated:
        first = stated[0]
        raise ValidationError(
            _("Stated as a problem already: %(unit)s, %(number)s. Nothing was stated twice.")
            % {"unit": first.sheet.unit.name, "number": first.standard.number},
            code="stated",
        )


Group = list[tuple[Finding, Failure]]


def _group(findings: Sequence[Finding], failures: Sequence[Failure]) -> list[Group]:
    """Return which findings become one problem: those led by the committee, by standard."""
    groups: dict[tuple[Any, ...], Group] = {}
    for finding, failure in zip(findings, failures, strict=True):
        shared = finding.lead == Lead.COMMITTEE
        key = (finding.standard_id,) if shared else (finding.standard_id, finding.sheet_id)
        groups.setdefault((finding.lead, *key), []).append((finding, failure))
    return list(groups.values())


def _draft(round_: Round, group: Group, due_on: date) -> rectification.ProblemDraft:
    finding, failure = group[0]
    standard, unit = failure.standard, failure.sheet.unit
    shared = finding.lead == Lead.COMMITTEE
    if shared:
        text = _("%(standard)s: wanting in %(count)d units") % {
            "standard": standard.text,
            "count": len(group),
        }
    else:
        text = failure.note or _("Not met: %(standard)s") % {"standard": standard.text}
    admitted = all(each.was_admitted for _finding, each in group)
    return rectification.ProblemDraft(
        source=round_.title[:60],
        source_kind=SourceKind.SELF_CHECK if admitted else SourceKind.EXPERT_CHECK,
        source_page=standard.number,
        text=text[:TEXT_LENGTH],
        unit=round_.root if shared else unit,
        lead_unit=round_.root if shared else unit,
        cooperating=[each.sheet.unit for _finding, each in group] if shared else (),
        due_on=due_on,
        aspect=standard.field_zh,
        severity=max(
            (Severity(each.severity) for each, _failure in group), key=list(Severity).index
        ),
        book=_("Problems of %(round)s") % {"round": round_.title},
        origin=finding,
    )
