"""The register of integrity risk points: the level is computed, reviews come by the rule table."""

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
from linghang.platform.numbering import services as numbering
from linghang.supervision import access
from linghang.supervision.enums import Grade, RiskLevel, Subject, Verb
from linghang.supervision.models import RiskPoint, RiskRule, RiskTemplate
from linghang.supervision.services.acting import (
    insist,
    insist_seen,
    note,
    require_reason,
    scope_of,
)
from linghang_core.periods import add_months

SERIES = "supervision.risk.%s"


@dataclass(frozen=True)
class RiskDraft:
    """A risk point to be entered; its level and next review follow from the rule table."""

    root: Unit
    unit: Unit
    process: str
    post: str
    text: str
    controls: str
    likelihood: int = Grade.MIDDLE
    consequence: int = Grade.MIDDLE


def find_rule(likelihood: int, consequence: int) -> tuple[RiskLevel, int]:
    """Return level and months between reviews; raises ValidationError without a rule."""
    rule = RiskRule.objects.filter(likelihood=likelihood, consequence=consequence).first()
    if rule is None:
        raise ValidationError(
            _("No rule says which level this is. Install a pack with a risk table."), code="rule"
        )
    return RiskLevel(rule.level), rule.review_months


@transaction.atomic
def add_risks(*, drafts: Sequence[RiskDraft], actor: Any) -> list[RiskPoint]:
    """Enter risk points of one bureau; return them in order."""
    if not drafts:
        return []
    root, today = drafts[0].root, clock.today()
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, root))
    rules = {(r.likelihood, r.consequence): r for r in RiskRule.objects.all()}
    numbers = numbering.take(SERIES % root.path.strip("/"), len(drafts))
    points = []
    for draft, number in zip(drafts, numbers, strict=True):
        if draft.root != root or not draft.unit.path.startswith(root.path):
            raise ValidationError({"unit": _("Choose a unit of this bureau.")}, code="foreign")
        if not draft.text.strip() or not draft.controls.strip():
            raise ValidationError(
                {"controls": _("A risk point needs its risk and its controls.")}, code="controls"
            )
        rule = rules.get((draft.likelihood, draft.consequence))
        if rule is None:
            find_rule(draft.likelihood, draft.consequence)  # says what is missing
            continue
        points.append(
            RiskPoint(
                root=root,
                number=number,
                unit=draft.unit,
                process=draft.process.strip(),
                post=draft.post.strip(),
                text=draft.text.strip(),
                controls=draft.controls.strip(),
                likelihood=draft.likelihood,
                consequence=draft.consequence,
                level=rule.level,
                review_on=add_months(today, rule.review_months),
            )
        )
    RiskPoint.objects.bulk_create(points)
    note(Subject.RISK, points, Verb.ADDED, root=root, actor=actor)
    return points


@transaction.atomic
def adopt_templates(
    *, root: Unit, unit: Unit, templates: Sequence[RiskTemplate], actor: Any
) -> list[RiskPoint]:
    """Take risk points of a pack into the register of the bureau; return the new ones.

    One that stands there for the same unit, post and process is not taken twice.
    """
    Unit.objects.select_for_update().get(pk=root.pk)  # two at once would take the same ones twice
    known = set(
        RiskPoint.objects.filter(root=root, unit=unit, retired=False).values_list("process", "post")
    )
    return add_risks(
        drafts=[
            RiskDraft(
                root=root,
                unit=unit,
                process=each.process,
                post=each.post,
                text=each.text,
                controls=each.controls,
                likelihood=each.likelihood,
                consequence=each.consequence,
            )
            for each in templates
            if (each.process, each.post) not in known
        ],
        actor=actor,
    )


@transaction.atomic
def change_risk(
    *, risk: RiskPoint, values: dict[str, Any], reason: str, actor: Any, seen: str = ""
) -> RiskPoint:
    """Change a risk point with a reason; its level follows the rule table."""
    risk = _take(risk, actor, seen)
    said = require_reason(reason)
    was = risk.level
    for name in ("unit", "process", "post", "text", "controls", "likelihood", "consequence"):
        if name in values:
            setattr(risk, name, values[name])
    if not risk.unit.path.startswith(risk.root.path):
        raise ValidationError({"unit": _("Choose a unit of this bureau.")}, code="foreign")
    level, months = find_rule(risk.likelihood, risk.consequence)
    risk.level = level
    risk.review_on = min(risk.review_on, add_months(clock.today(), months))
    _save(risk, Verb.CHANGED, actor, f"{was} → {level}: {said}" if was != level else said)
    return risk


@transaction.atomic
def review_risk(
    *, risk: RiskPoint, found: str, actor: Any, on: date | None = None, seen: str = ""
) -> RiskPoint:
    """Record that the controls were looked at and what was found; the next review is set by the rule."""
    risk = _take(risk, actor, seen)
    if not found.strip():
        raise ValidationError(
            {"found": _("Say in a sentence what you looked at and found.")}, code="found"
        )
    day = on or clock.today()
    if day > clock.today():
        raise ValidationError({"on": _("This day has not come yet.")}, code="future")
    level, months = find_rule(risk.likelihood, risk.consequence)
    risk.level, risk.reviewed_on, risk.review_on = level, day, add_months(day, months)
    _save(risk, Verb.REVIEWED, actor, found.strip())
    return risk


@transaction.atomic
def retire_risk(*, risk: RiskPoint, reason: str, actor: Any, seen: str = "") -> RiskPoint:
    """Take a risk point out of the register with a reason; its history stays."""
    risk = _take(risk, actor, seen)
    risk.retired = True
    _save(risk, Verb.RETIRED, actor, require_reason(reason))
    return risk


def _take(risk: RiskPoint, actor: Any, seen: str) -> RiskPoint:
    rows = RiskPoint.objects.select_for_update(of=("self",)).select_related("root", "unit")
    taken: RiskPoint = rows.get(pk=risk.pk)
    insist_seen(Subject.RISK, taken, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, taken.root))
    if taken.retired:
        raise ValidationError(_("It was taken out of the register."), code="retired")
    return taken


def _save(risk: RiskPoint, verb: Verb, actor: Any, reason: str) -> None:
    risk.version += 1
    risk.save()
    note(Subject.RISK, [risk], verb, root=risk.root, actor=actor, reason=reason)
