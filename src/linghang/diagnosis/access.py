"""Who may do what in a round. Experts are blind, and check no unit they belong to."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from linghang.diagnosis.enums import CHECKING, RoundState, SheetState
from linghang.diagnosis.models import Expert, Round, Sheet, Standard
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_lead(scope: Scope, root: Unit) -> Answer:
    """Return whether the reader may open and lead rounds of the bureau."""
    if scope.can(Permission.ISSUE_LISTS, root.path):
        return Allowed()
    return Denied(
        _("Rounds are led by the Party-affairs officer of %(unit)s.") % {"unit": root.name}
    )


def keeps_records_of(scope: Scope, unit: Unit) -> bool:
    """Return whether a post in this very unit lets the reader enter its records."""
    return any(
        grant.permission is Permission.EDIT_RECORDS and grant.prefix == unit.path
        for grant in scope.grants
    )


def can_answer(scope: Scope, sheet: Sheet) -> Answer:
    """Return whether the reader may answer the self-check: a post in the unit itself, in time.

    An officer holds the records of all units and still checks none of them in their place.
    """
    if not keeps_records_of(scope, sheet.unit):
        return Denied(
            _("%(unit)s checks itself: its secretary or a committee member answers.")
            % {"unit": sheet.unit.name}
        )
    if sheet.state in {SheetState.CHECKING, SheetState.CHECKED}:
        return Denied(
            _(
                "The expert has begun: the self-check stands as it is. Tell the expert what is wrong."
            )
        )
    if sheet.round.state not in CHECKING:
        return Denied(_("The checks of this round have ended."))
    return Allowed()


def can_check(scope: Scope, sheet: Sheet, expert: Expert | None) -> Answer:
    """Return whether the reader may answer as an expert for this unit now."""
    if expert is None or not scope.can(Permission.CHECK_AS_EXPERT, sheet.unit.path):
        return Denied(
            _("The experts of this round check. The Party-affairs officer may add you to them.")
        )
    if belongs_to(scope.home_units, sheet.unit):
        return Denied(
            _("You belong to %(unit)s yourself; another expert checks it.")
            % {"unit": sheet.unit.name}
        )
    if sheet.round.state != RoundState.EXPERT_CHECK:
        return Denied(
            _("The expert check has not begun.")
            if sheet.round.state == RoundState.SELF_CHECK
            else _("The checks of this round have ended.")
        )
    return Allowed()


def belongs_to(homes: Iterable[tuple[int, str, str]], unit: Unit) -> bool:
    """Return whether somebody with these homes (id, name, path) belongs to the unit or answers for it.

    The bureau itself is no home in this sense: everybody is of the bureau.
    """
    return any(
        path.startswith(unit.path) or (unit.path.startswith(path) and path != unit.root_path)
        for _pk, _name, path in homes
    )


def is_blind(sheet: Sheet, expert: Expert | None) -> bool:
    """Return whether the reader must not see the self-check: an expert of a round still checked.

    The self-check to a standard opens with the own answer to it (see queries.sheets).
    """
    return expert is not None and sheet.round.state in CHECKING


def can_compare(scope: Scope, round_: Round, expert: Expert | None) -> Answer:
    """Return whether the reader may see both sides of all units: not an expert who still checks."""
    if not scope.can(Permission.VIEW_RECORDS, round_.root.path):
        return Denied(
            _("The comparison of all units is for the bureau; you see that of your own unit.")
        )
    if expert is not None and round_.state in CHECKING:
        return Denied(
            _("You check in this round: you see the self-checks when all checks have ended.")
        )
    return Allowed()


def checks_standard(expert: Expert, standard: Standard) -> bool:
    """Return whether the standard is of a field the expert was asked for."""
    return not expert.fields or standard.field_zh in expert.fields
