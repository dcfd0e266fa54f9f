"""Who may do what with special actions and commitments."""

from __future__ import annotations

from linghang.campaigns.models import Campaign, Commitment
from linghang.platform.access import Allowed, Denied, Permission, Scope


def can_manage(scope: Scope, campaign: Campaign) -> Allowed | Denied:
    """Return whether the reader may change a special action: ISSUE_LISTS over its bureau."""
    return scope.can(Permission.ISSUE_LISTS, campaign.root.path)


def can_report(scope: Scope, commitment: Commitment) -> Allowed | Denied:
    """Return whether the reader may report on a commitment: the records of its unit, or its leader."""
    if commitment.leader_id is not None and commitment.leader_id == scope.person_id:
        return Allowed()
    return scope.can(Permission.EDIT_RECORDS, commitment.unit.path)


def can_withdraw(scope: Scope, commitment: Commitment) -> Allowed | Denied:
    """Return whether the reader may withdraw a commitment or carry it over: the records of its unit.

    Its leader alone may not: who promised cannot take the promise back without the unit.
    """
    return scope.can(Permission.EDIT_RECORDS, commitment.unit.path)
