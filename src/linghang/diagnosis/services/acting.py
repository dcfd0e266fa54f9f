"""What every act in a round has in common: the row taken, what was seen compared, the act written down."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.diagnosis.enums import NEXT_ROUND, NEXT_SHEET, RoundState, SheetState, Verb
from linghang.diagnosis.models import Act, Round, Sheet
from linghang.people.api import compute_scope
from linghang.platform.access import Allowed, Denied, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock


def user_of(actor: Any) -> Any:
    """Return the actor as a user, None for the system."""
    return actor if getattr(actor, "pk", None) else None


def scope_of(actor: Any) -> Scope | None:
    """Return the scope of the actor today; None for the system, which may do everything."""
    return compute_scope(actor) if user_of(actor) is not None else None


def insist(answer: Allowed | Denied) -> None:
    """Raise ValidationError with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise ValidationError(answer.reason, code="denied")


def take_round(round_: Round, seen: str = "") -> Round:
    """Return the round with its row taken; raises ValidationError when it is not as it was seen."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("root", "standard_set")
    taken: Round = rows.get(pk=round_.pk)
    if seen and seen != taken.seen:
        raise ValidationError(_tell(taken.acts.filter(sheet=None).first()), code="changed")
    return taken


def take_sheet(sheet: Sheet, seen: str = "") -> Sheet:
    """Return the sheet with its row taken; raises ValidationError when it is not as it was seen."""
    rows = Sheet.objects.select_for_update(of=("self",))
    taken: Sheet = rows.select_related("unit", "round__root", "round__standard_set").get(
        pk=sheet.pk
    )
    if seen and seen != taken.seen:
        raise ValidationError(_tell(taken.acts.first()), code="changed")
    return taken


def _tell(act: Act | None) -> str:
    if act is None:
        return _("It was changed meanwhile. Nothing you sent was saved; look at it again.")
    return _(
        "Meanwhile (%(time)s) %(who)s: %(act)s. Nothing you sent was saved; look at it again."
    ) % {
        "time": f"{timezone.localtime(act.at):%H:%M}",
        "who": act.actor or _("the system"),
        "act": Verb(act.verb).label,
    }


def move_sheet(sheet: Sheet, became: SheetState, verb: Verb, *, actor: Any) -> None:
    """Set the state of a taken sheet, save it and write the act; refuses what the diagram has not."""
    was = SheetState(sheet.state)
    if became not in NEXT_SHEET[was]:
        raise ValidationError(
            _("This is not possible while the check of the unit is “%(state)s”.")
            % {"state": was.label},
            code="state",
        )
    sheet.state = became
    sheet.version += 1
    sheet.save()
    note(sheet.round, verb, actor=actor, sheet=sheet, was=was, became=became)


def move(round_: Round, became: RoundState, verb: Verb, *, actor: Any, reason: str) -> None:
    """Set the state of a taken round, save it and write the act; refuses what the diagram has not."""
    was = RoundState(round_.state)
    if became not in NEXT_ROUND[was]:
        raise ValidationError(
            _("This is not possible while the round is “%(state)s”.") % {"state": was.label},
            code="state",
        )
    round_.state = became
    round_.version += 1
    round_.save()
    note(round_, verb, actor=actor, was=was, became=became, reason=reason)


def note(
    round_: Round,
    verb: Verb,
    *,
    actor: Any,
    sheet: Sheet | None = None,
    was: str = "",
    became: str = "",
    reason: str = "",
    new: dict[str, Any] | None = None,
) -> Act:
    """Write the act and its audit row."""
    audit.record(
        actor=actor,
        verb=f"diagnosis.{verb.value}",
        target=sheet or round_,
        unit_path=(sheet.unit if sheet is not None else round_.root).path,
        old={"state": was} if was else {},
        new=(new or {}) | ({"state": became} if became else {}),
        reason=reason,
    )
    act: Act = Act.objects.create(
        round=round_,
        sheet=sheet,
        verb=verb,
        was=was,
        became=became,
        reason=reason.strip()[:400],
        at=clock.now(),
        actor=user_of(actor),
    )
    return act
