"""Hints: computed by rules as often as one likes, decided by people and by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.platform.notices.api import in_product_language
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.supervision import access
from linghang.supervision.enums import (
    NEXT_HINT,
    OPEN_HINTS,
    Detector,
    HintState,
    Subject,
    Verb,
)
from linghang.supervision.models import Hint, HintRule
from linghang.supervision.queries import DETECTORS, Sign
from linghang.supervision.services import telling
from linghang.supervision.services.acting import (
    insist,
    insist_seen,
    note,
    require_reason,
    scope_of,
    user_of,
)

VERBS = {
    HintState.REMINDED: Verb.REMINDED,
    HintState.PROBLEM: Verb.PROBLEM,
    HintState.DISMISSED: Verb.DISMISSED,
}


@transaction.atomic
def compute_hints(*, root: Unit, actor: Any) -> int:
    """Compute the hints of a bureau by every rule in force; return how many are new.

    Twice gives the same: an open hint gets the records counted now, a decided one stays, and only
    records nobody has decided on make a new one.
    """
    if (scope := scope_of(actor)) is not None:
        insist(access.can_edit(scope, root))
    Unit.objects.select_for_update().get(pk=root.pk)  # two at once would find the same hint twice
    today, new = clock.today(), []
    latest: dict[tuple[int, str], Hint] = {}
    for hint in Hint.objects.filter(root=root).order_by("turn"):
        latest[hint.rule_id, hint.key] = hint
    for rule in HintRule.objects.filter(retired=False):
        for sign in DETECTORS[Detector(rule.detector)](root, rule.params, today):
            made = _renew(latest.get((rule.pk, sign.key)), rule, sign, root, today)
            if made is not None:
                new.append(made)
    Hint.objects.bulk_create(new)
    note(Subject.HINT, new, Verb.FOUND, root=root, actor=actor)
    telling.tell_found(root, len(new), actor=actor)
    return len(new)


def _renew(known: Hint | None, rule: HintRule, sign: Sign, root: Unit, today: date) -> Hint | None:
    """Bring an open hint up to date, or return the one to be made; None when nothing is new."""
    counted = [list(record) for record in sign.counted]
    if known is not None and known.state in OPEN_HINTS:
        if known.counted != counted:
            known.counted = counted
            known.version += 1
            known.save(update_fields=["counted", "version"])
        return None
    if known is not None and _is_decided(known, counted):
        return None
    return Hint(
        root=root,
        rule=rule,
        key=sign.key,
        turn=known.turn + 1 if known is not None else 1,
        unit_id=sign.unit_id,
        person_id=sign.person_id,
        counted=counted,
        found_on=today,
    )


def _is_decided(known: Hint, counted: Sequence[list[Any]]) -> bool:
    """Return whether everything counted now was before those who decided."""
    before = {tuple(record) for record in known.counted}
    return all(tuple(record) in before for record in counted)


@transaction.atomic
def look_at_hint(*, hint: Hint, actor: Any) -> Hint:
    """Note that a supervisor has looked at a new hint; a second look changes nothing."""
    hint = _take(hint)
    scope = scope_of(actor)
    if hint.state != HintState.NEW or (scope is not None and not access.can_decide(scope, hint)):
        return hint
    hint.state = HintState.LOOKED_AT
    _save(hint, Verb.LOOKED_AT, actor)
    return hint


@transaction.atomic
def decide_hint(
    *,
    hint: Hint,
    to: HintState,
    reason: str,
    actor: Any,
    problem_text: str = "",
    due_on: date | None = None,
    seen: str = "",
) -> Hint:
    """Decide what becomes of a hint, with the reason; return it.

    Of a talk of reminding only that it took place is kept, never what was said. As a problem it goes to
    the unit in the supervisor's words. Raises ValidationError for one's own hint and a second decision.
    """
    hint = _take(hint)
    insist_seen(Subject.HINT, hint, seen)
    if (scope := scope_of(actor)) is not None:
        insist(access.can_decide(scope, hint))
    if to not in NEXT_HINT[hint.standing]:
        raise ValidationError(
            _("This is not possible while the hint is “%(state)s”.")
            % {"state": hint.standing.label},
            code="state",
        )
    said = require_reason(reason)
    if to is HintState.PROBLEM:
        hint.problem = _state_problem(hint, problem_text, due_on, actor)
    hint.state, hint.reason = to, said
    hint.decided_on, hint.decided_by = clock.today(), user_of(actor)
    _save(hint, VERBS[to], actor, said)
    return hint


def _state_problem(hint: Hint, text: str, due_on: date | None, actor: Any) -> Any:
    if not text.strip():
        raise ValidationError(
            {"problem_text": _("Say the problem as the unit is to read it.")}, code="text"
        )
    if due_on is None or due_on <= clock.today():
        raise ValidationError({"due_on": _("Choose a day to come.")}, code="past")
    with in_product_language():
        source = _("Supervision")
    return rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source=source,
                source_kind=SourceKind.SUPERVISION,
                text=text.strip()[:300],
                unit=hint.unit,
                due_on=due_on,
                origin=hint,
            )
        ],
        actor=actor,
    )[0]


def _take(hint: Hint) -> Hint:
    rows = Hint.objects.select_for_update(of=("self",)).select_related("root", "unit", "rule")
    taken: Hint = rows.get(pk=hint.pk)
    return taken


def _save(hint: Hint, verb: Verb, actor: Any, reason: str = "") -> None:
    hint.version += 1
    hint.save()
    note(Subject.HINT, [hint], verb, root=hint.root, actor=actor, reason=reason)
