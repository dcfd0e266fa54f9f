"""Who may do what with a transfer or an absence; every refusal says who can."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.transfers.enums import AWAY_COMES, COMES, AwayDeed, Deed, Way
from linghang.transfers.models import Away, Transfer

Answer = Allowed | Denied
OFFICERS = {Deed.APPROVE, Deed.RECEIPT, Deed.RENEW, Deed.RECALL}


def can_open(scope: Scope) -> Answer:
    """Return whether the reader may open a transfer out or register who is away: the branch does."""
    return scope.can(Permission.EDIT_RECORDS)


def can_register(scope: Scope) -> Answer:
    """Return whether the reader may register a letter from outside: the officer of the bureau does."""
    if scope.can(Permission.EDIT_PEOPLE):
        return Allowed()
    return Denied(_("The Party-affairs officer registers letters from outside."))


def can_do(scope: Scope, transfer: Transfer, deed: Deed, user_id: int | None) -> Answer:
    """Return whether the reader may do the deed now: each branch its own, the officer the letter."""
    if transfer.standing.is_final:
        return Denied(_("This transfer has ended: nothing more is recorded."))
    if (transfer.way, transfer.stage) not in COMES[deed]:
        return Denied(
            _("“%(deed)s” does not come now; the transfer stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": transfer.standing.label}
        )
    within = transfer.way == Way.WITHIN
    if within and deed in {Deed.CONFIRM, Deed.RETURN} and transfer.to_unit:
        return _by_branch(scope, transfer.to_unit)
    refuses = deed == Deed.REFUSE and transfer.way != Way.IN
    returns = deed == Deed.RETURN  # a letter sent back by an organisation outside
    if deed in OFFICERS or refuses or returns:
        return _by_officer(scope, transfer, user_id)
    return _by_branch(scope, transfer.unit)


def can_care(scope: Scope, away: Away, deed: AwayDeed, user_id: int | None) -> Answer:
    """Return whether the reader may do the deed about who is away: the branch, or who decides."""
    if away.stage not in AWAY_COMES[deed]:
        return Denied(
            _("“%(deed)s” does not come now; it stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": away.standing.label}
        )
    if deed.is_superiors:
        return _by_officer(scope, away, user_id)
    return _by_branch(scope, away.unit)


def _by_branch(scope: Scope, unit: Unit) -> Answer:
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s records this.") % {"unit": unit.name})


def _by_officer(scope: Scope, moving: Transfer | Away, user_id: int | None) -> Answer:
    if not scope.can(Permission.EDIT_PEOPLE, moving.unit.path):
        return Denied(_("The superior decides this; its Party-affairs officer records it."))
    if user_id is not None and user_id == moving.sent_by_id:
        return Denied(_("Nobody decides on what they sent. Another Party-affairs officer does."))
    if scope.person_id is not None and scope.person_id == moving.person_id:
        return Denied(_("Nobody decides on their own membership. Another officer does."))
    return Allowed()


def can_see_reasons(scope: Scope, moving: Transfer | Away) -> Answer:
    """Return whether the reader sees reasons, dues and whereabouts: who records or decides them."""
    other = getattr(moving, "to_unit", None)
    if other is not None and scope.can(Permission.EDIT_RECORDS, other.path):
        return Allowed()
    if scope.can(Permission.EDIT_RECORDS, moving.unit.path):
        return Allowed()
    return Denied(
        _("The committee of %(unit)s and the Party-affairs officer see this.")
        % {"unit": moving.unit.name}
    )


def restrict(scope: Scope) -> Q:
    """Return the condition on transfers the reader sees: of people who are theirs, and one's own."""
    seen = scope.restrict(Permission.VIEW_PEOPLE, "unit__path")
    seen |= scope.restrict(Permission.VIEW_PEOPLE, "to_unit__path")
    return seen | Q(person_id=scope.person_id) if scope.person_id else seen
