"""Who may change lists and tasks."""

from __future__ import annotations

from linghang.platform.access import Allowed, Denied, Permission, Scope
from linghang.worklists.models import Assignment, Worklist


def can_edit(scope: Scope, record: Assignment) -> Allowed | Denied:
    """Return whether the reader may finish or correct the record: EDIT_RECORDS over its unit."""
    return scope.can(Permission.EDIT_RECORDS, record.unit.path)


def can_change_list(scope: Scope, worklist: Worklist) -> Allowed | Denied:
    """Return whether the reader may add, change and withdraw items: ISSUE_LISTS over its issuer."""
    return scope.can(Permission.ISSUE_LISTS, (worklist.issuer or worklist.root).path)


def can_accept_in_list(scope: Scope, worklist: Worklist) -> Allowed | Denied:
    """Return whether the reader may urge and accept in the list: ACCEPT_TASKS over its issuer."""
    return scope.can(Permission.ACCEPT_TASKS, (worklist.issuer or worklist.root).path)
