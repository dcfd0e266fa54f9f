"""Permissions, grants and the scope made of them. Pure values: nothing here asks the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Permission(StrEnum):
    """One thing a reader may do. An unknown name fails when roles are loaded."""

    VIEW_UNITS = "view_units"
    EDIT_UNITS = "edit_units"
    VIEW_PEOPLE = "view_people"
    EDIT_PEOPLE = "edit_people"
    VIEW_IDENTITY = "view_identity"
    IMPORT = "import"
    VIEW_RECORDS = "view_records"
    EDIT_RECORDS = "edit_records"
    RAISE_PROBLEMS = "raise_problems"
    ISSUE_LISTS = "issue_lists"
    ACCEPT_TASKS = "accept_tasks"
    REVIEW_PROBLEMS = "review_problems"
    REVIEW_AGAIN = "review_again"
    SIGN_OFF = "sign_off"
    ROUTE_PROBLEMS = "route_problems"
    CHECK_AS_EXPERT = "check_as_expert"
    VIEW_SUPERVISION = "view_supervision"
    EDIT_SUPERVISION = "edit_supervision"
    SEND_NOTICES = "send_notices"
    VIEW_PUBLISHED = "view_published"
    VIEW_SCORES = "view_scores"
    VIEW_MEMBER_SCORES = "view_member_scores"
    RUN_EVALUATION = "run_evaluation"
    PUBLISH_EVALUATION = "publish_evaluation"
    DECIDE_OBJECTIONS = "decide_objections"
    ADOPT_SCHEMES = "adopt_schemes"
    EXPORT = "export"
    MANAGE_USERS = "manage_users"
    MANAGE_PACKS = "manage_packs"
    VIEW_JOBS = "view_jobs"
    VIEW_AUDIT = "view_audit"

    @property
    def label(self) -> str:
        """Return what the permission allows, in the reader's language."""
        return str(LABELS[self])


LABELS = {
    Permission.VIEW_UNITS: gettext_lazy("see units"),
    Permission.EDIT_UNITS: gettext_lazy("change units"),
    Permission.VIEW_PEOPLE: gettext_lazy("see people"),
    Permission.EDIT_PEOPLE: gettext_lazy("change people and posts"),
    Permission.VIEW_IDENTITY: gettext_lazy("see identity numbers, telephone numbers and addresses"),
    Permission.IMPORT: gettext_lazy("import workbooks"),
    Permission.VIEW_RECORDS: gettext_lazy("see records"),
    Permission.EDIT_RECORDS: gettext_lazy("enter and correct records"),
    Permission.RAISE_PROBLEMS: gettext_lazy("raise a problem"),
    Permission.ISSUE_LISTS: gettext_lazy("issue and change lists"),
    Permission.ACCEPT_TASKS: gettext_lazy(
        "accept or return what was done, decide extensions, urge"
    ),
    Permission.REVIEW_PROBLEMS: gettext_lazy("review a closure first, as the lead unit"),
    Permission.REVIEW_AGAIN: gettext_lazy("review a closure a second time"),
    Permission.SIGN_OFF: gettext_lazy("sign off a closure"),
    Permission.ROUTE_PROBLEMS: gettext_lazy(
        "route raised problems to the unit that can solve them"
    ),
    Permission.CHECK_AS_EXPERT: gettext_lazy("check units as an expert"),
    Permission.VIEW_SUPERVISION: gettext_lazy("see common findings, risk points and hints"),
    Permission.EDIT_SUPERVISION: gettext_lazy("keep common findings, risk points and hints"),
    Permission.SEND_NOTICES: gettext_lazy("look after the channels of notices"),
    Permission.VIEW_PUBLISHED: gettext_lazy("see published results"),
    Permission.VIEW_SCORES: gettext_lazy("see scores of units"),
    Permission.VIEW_MEMBER_SCORES: gettext_lazy("see scores of members"),
    Permission.RUN_EVALUATION: gettext_lazy("run an evaluation"),
    Permission.PUBLISH_EVALUATION: gettext_lazy("publish an evaluation"),
    Permission.DECIDE_OBJECTIONS: gettext_lazy("decide objections"),
    Permission.ADOPT_SCHEMES: gettext_lazy("adopt evaluation schemes for the committee"),
    Permission.EXPORT: gettext_lazy("export tables and documents"),
    Permission.MANAGE_USERS: gettext_lazy("manage log-ins"),
    Permission.MANAGE_PACKS: gettext_lazy("install practice packs"),
    Permission.VIEW_JOBS: gettext_lazy("see background jobs"),
    Permission.VIEW_AUDIT: gettext_lazy("see the audit trail"),
}


class Reach(StrEnum):
    """How far a role's permission goes from the unit of the appointment."""

    UNIT = "unit"  # the unit and everything under it
    BUREAU = "bureau"  # the whole tree the unit stands in
    SYSTEM = "system"  # every unit of the installation


@dataclass(frozen=True)
class Allowed:
    """The act may be done."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True)
class Denied:
    """The act may not be done; `reason` tells the person why and who can."""

    reason: str

    def __bool__(self) -> Literal[False]:
        return False


@dataclass(frozen=True)
class Grant:
    """One permission over the units whose path starts with `prefix`; `until` is exclusive."""

    permission: Permission
    prefix: str
    until: date | None = None


@dataclass(frozen=True)
class Scope:
    """What a reader may see and do on one day: grants over unit-path prefixes, and who the reader is.

    Paths look like "/1/5/12/" and every unit of a tree starts with the path of its ancestors, so a
    prefix is a subtree. A prefix of "/" is the whole installation. The party tree carries the grants;
    business units are reached through `business_prefixes`.
    """

    user_id: int | None = None
    person_id: int | None = None
    person_name: str = ""
    grants: tuple[Grant, ...] = ()
    roles: tuple[str, ...] = ()
    home_units: tuple[tuple[int, str, str], ...] = ()  # id, name, path
    on: date | None = None
    extra: dict[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def prefixes(self, permission: Permission | str) -> tuple[str, ...]:
        """Return the path prefixes the permission is held over, shortest first, without nesting."""
        wanted = Permission(permission)
        found = sorted(
            {
                g.prefix
                for g in self.grants
                if g.permission is wanted
                and (g.until is None or self.on is None or self.on < g.until)
            },
            key=len,
        )
        kept: list[str] = []
        for prefix in found:
            if not any(prefix.startswith(shorter) for shorter in kept):
                kept.append(prefix)
        return tuple(kept)

    def can(self, permission: Permission | str, path: str | None = None) -> Allowed | Denied:
        """Return whether the permission is held at all, or over the unit with this path."""
        wanted = Permission(permission)
        prefixes = self.prefixes(wanted)
        if prefixes and (path is None or any(path.startswith(p) for p in prefixes)):
            return Allowed()
        if prefixes:
            return Denied(
                _("You may %(act)s, but not for this unit. Ask its Party-affairs officer.")
                % {"act": wanted.label}
            )
        return Denied(
            _("Your posts do not allow you to %(act)s. Ask your Party-affairs officer.")
            % {"act": wanted.label}
        )

    def restrict(self, permission: Permission | str, path_field: str = "path") -> Q:
        """Return the condition that keeps the rows whose unit path the permission covers.

        `path_field` names the path from the row, for example "unit__path". Nothing is kept when the
        permission is not held.
        """
        condition = Q(pk__in=[])
        for prefix in self.prefixes(permission):
            if prefix == "/":
                return ~Q(
                    pk__in=[]
                )  # not Q(): an empty condition vanishes when it is joined by "or"
            condition |= Q(**{f"{path_field}__startswith": prefix})
        return condition


EMPTY = Scope()
