"""Who may do what in a re-election; every refusal says who can."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.elections.enums import STAGES_OF, Deed
from linghang.elections.models import Election
from linghang.org.models import Unit
from linghang.platform.access import Allowed, Denied, Permission, Scope

Answer = Allowed | Denied


def can_open(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader may open a re-election of the branch: who records its life."""
    if scope.can(Permission.EDIT_RECORDS, unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s opens its re-election.") % {"unit": unit.name})


def can_do(scope: Scope, election: Election, deed: Deed, user_id: int | None) -> Answer:
    """Return whether the reader may do the deed now: the branch its own, the superior theirs.

    Nobody decides on what they sent themselves, nor on themselves.
    """
    if election.standing.is_final:
        return Denied(_("This election has ended: nothing more is recorded."))
    if election.stage not in STAGES_OF[deed]:
        return Denied(
            _("“%(deed)s” does not come now; the election stands at “%(stage)s”.")
            % {"deed": deed.label, "stage": election.standing.label}
        )
    if deed.is_superiors:
        return _can_decide(scope, election, user_id)
    if scope.can(Permission.EDIT_RECORDS, election.unit.path):
        return Allowed()
    return Denied(_("The committee of %(unit)s records this.") % {"unit": election.unit.name})


def _can_decide(scope: Scope, election: Election, user_id: int | None) -> Answer:
    if not scope.can(Permission.EDIT_PEOPLE, election.unit.path):
        return Denied(_("The superior decides this; its Party-affairs officer records it."))
    if user_id is not None and user_id == election.requested_by_id:
        return Denied(_("Nobody decides on what they sent. Another Party-affairs officer does."))
    if scope.person_id is not None and any(
        one.person_id == scope.person_id for one in election.candidates.all()
    ):
        return Denied(_("Nobody decides on their own candidacy. Another officer does."))
    return Allowed()


def can_see_votes(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader sees how many voted for whom: who may see the branch's people."""
    return scope.can(Permission.VIEW_PEOPLE, unit.path)


def can_see_reasons(scope: Scope, unit: Unit) -> Answer:
    """Return whether the reader sees who is left out and why: who records or decides it."""
    return scope.can(Permission.EDIT_RECORDS, unit.path)
