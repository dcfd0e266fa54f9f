"""What the rooms above have to say: before a list goes down, before a finished task is opened again,
and when tasks are done. They register here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linghang.org.models import Unit
from linghang.worklists.mapping.drafts import ItemDraft

if TYPE_CHECKING:
    from linghang.worklists.models import Assignment
    from linghang.worklists.queries.preview import Reach


@dataclass(frozen=True)
class IssueWarning:
    """A sentence on why a list asks too much; whoever issues it all the same gives a reason."""

    text: str
    code: str = ""


IssueCheck = Callable[[Unit, Sequence[ItemDraft], "Reach"], Sequence[IssueWarning]]
_checks: list[IssueCheck] = []


def register_issue_check(check: IssueCheck) -> None:
    """Have a function asked before any list is issued; an app calls this in its AppConfig.ready()."""
    if check not in _checks:
        _checks.append(check)


def check_issue(issuer: Unit, drafts: Sequence[ItemDraft], reach: Reach) -> list[IssueWarning]:
    """Return what the registered checks say about a list that is about to be issued."""
    return [warning for check in _checks for warning in check(issuer, drafts, reach)]


ReopeningCheck = Callable[[Sequence["Assignment"]], None]
_reopening_checks: list[ReopeningCheck] = []


def register_reopening_check(check: ReopeningCheck) -> None:
    """Have a function asked before finished tasks are opened again or returned.

    It raises ValidationError with the reason where something was settled upon them.
    """
    if check not in _reopening_checks:
        _reopening_checks.append(check)


def check_reopening(tasks: Sequence[Assignment]) -> None:
    """Raise ValidationError where a registered check does not let a finished task be opened again."""
    for check in _reopening_checks:
        check(tasks)


DoneListener = Callable[[Sequence["Assignment"], Any], None]
_done_listeners: list[DoneListener] = []


def register_done_listener(listener: DoneListener) -> None:
    """Have a function called with (tasks, actor) when tasks are done, in the same transaction."""
    if listener not in _done_listeners:
        _done_listeners.append(listener)


def tell_done(tasks: Sequence[Assignment], actor: Any) -> None:
    """Tell every listener that tasks are done: finished where nobody accepts them, accepted otherwise."""
    for listener in _done_listeners:
        listener(tasks, actor)
