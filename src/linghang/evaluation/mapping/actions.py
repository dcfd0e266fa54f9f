"""What other apps offer to do with a result: buttons on the pages of runs and publications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linghang.platform.access import Scope


@dataclass(frozen=True)
class PublicationAction:
    """A button; its address takes the pk of the run. `permission` is asked over the bureau."""

    name: str
    label: Any  # a lazy translation
    url_name: str
    permission: Any
    icon: str = "file-text"
    posts: bool = True


_actions: dict[str, PublicationAction] = {}


def register_publication_action(
    name: str,
    label: Any,
    url_name: str,
    permission: Any,
    icon: str = "file-text",
    *,
    posts: bool = True,
) -> None:
    """Add a button to the pages of runs and publications, in the order of registering.

    The address takes the pk of the run; the view behind it decides again.
    """
    _actions[name] = PublicationAction(name, label, url_name, permission, icon, posts)


def list_publication_actions(scope: Scope, path: str) -> list[PublicationAction]:
    """Return the buttons a reader gets for a result of the bureau with this path."""
    return [action for action in _actions.values() if scope.can(action.permission, path)]
