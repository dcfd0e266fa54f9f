"""Kinds of units and of changes to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Line(models.TextChoices):
    """Which of the two trees a unit stands in."""

    PARTY = "party", _("Party units")
    BUSINESS = "business", _("business units")


class UnitKind(models.TextChoices):
    """What a unit is. The line follows from the kind."""

    COMMITTEE = "committee", _("party committee")
    GENERAL_BRANCH = "general_branch", _("general branch")
    BRANCH = "branch", _("branch")
    JOINT_BRANCH = "joint_branch", _("joint branch")
    TEMPORARY_BRANCH = "temporary_branch", _("temporary branch")
    GROUP = "group", _("group")
    COMPANY = "company", _("company")
    DEPARTMENT = "department", _("department")
    STATION = "station", _("power supply station")
    CREW = "crew", _("crew")

    @property
    def line(self) -> Line:
        """Return the tree this kind belongs to."""
        return Line.BUSINESS if self in BUSINESS_KINDS else Line.PARTY

    @property
    def is_branch(self) -> bool:
        """Return whether units of this kind hold members and are evaluated as branches."""
        return self in BRANCH_KINDS


BUSINESS_KINDS = frozenset({UnitKind.COMPANY, UnitKind.DEPARTMENT, UnitKind.STATION, UnitKind.CREW})
BRANCH_KINDS = frozenset({UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH})


class ChangeKind(models.TextChoices):
    """What happened to a unit."""

    CREATED = "created", _("founded")
    RENAMED = "renamed", _("renamed")
    MOVED = "moved", _("moved")
    MERGED = "merged", _("merged into another unit")
    SPLIT = "split", _("split")
    DISSOLVED = "dissolved", _("dissolved")
    CHANGED = "changed", _("details changed")


class HostSituation(models.TextChoices):
    """党组织所在单位情况, as the national collection of 2017 asks it."""

    SAME_AS_SUPERIOR = "same_as_superior", _("same as the superior unit")
    LEGAL_PERSON = "legal_person", _("a legal person")
    JOINT = "joint", _("joint branch of several units")


class TermStanding(models.TextChoices):
    """Where a committee's term stands on a day (届期状态)."""

    NORMAL = "normal", _("in term")
    REMIND = "remind", _("prepare the re-election")
    EXPIRED = "expired", _("term has run out")

    @property
    def tone(self) -> str:
        """Return the tone of the chip."""
        return {"normal": "ok", "remind": "warn", "expired": "danger"}[self.value]


# 上下级: what may stand directly under what; None is the top of a tree.
_BRANCHES = (UnitKind.BRANCH, UnitKind.JOINT_BRANCH, UnitKind.TEMPORARY_BRANCH)
SUPERIORS: dict[UnitKind, frozenset[UnitKind | None]] = {
    UnitKind.COMMITTEE: frozenset({None, UnitKind.COMMITTEE}),
    UnitKind.GENERAL_BRANCH: frozenset({None, UnitKind.COMMITTEE}),
    **dict.fromkeys(_BRANCHES, frozenset({None, UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH})),
    UnitKind.GROUP: frozenset(_BRANCHES),
    UnitKind.COMPANY: frozenset({None, UnitKind.COMPANY}),
    UnitKind.DEPARTMENT: frozenset({UnitKind.COMPANY, UnitKind.DEPARTMENT}),
    UnitKind.STATION: frozenset({UnitKind.COMPANY, UnitKind.DEPARTMENT}),
    UnitKind.CREW: frozenset({UnitKind.COMPANY, UnitKind.DEPARTMENT, UnitKind.STATION}),
}


def may_stand_under(kind: UnitKind | str, superior: UnitKind | str | None) -> bool:
    """Return whether a unit of the kind may stand directly under one of the other kind."""
    return (UnitKind(superior) if superior else None) in SUPERIORS[UnitKind(kind)]
