"""Tabs that apps above add to the person page, and to the list of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from linghang.org.api import Panel
from linghang.platform.access import Permission, Scope

_panels: dict[str, Panel] = {}


def register_person_panel(
    name: str,
    label: Any,
    url_name: str,
    order: int = 100,
    visible: Callable[[Any, Any], bool] | None = None,
) -> None:
    """Add a tab to the person page; the address takes the person's pk and answers with a partial.

    `visible(scope, person)` decides whether the reader gets the tab; the view behind it decides
    again.
    """
    _panels[name] = Panel(name, label, url_name, order, visible)


def list_person_panels() -> list[Panel]:
    """Return the tabs apps have added, in their order."""
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))


@dataclass(frozen=True)
class ListTab:
    """A list about people that stands beside the list of people."""

    name: str
    label: Any
    url_name: str
    permission: Permission


_list_tabs: dict[str, ListTab] = {}


def register_list_tab(name: str, label: Any, url_name: str, permission: Permission) -> None:
    """Set a list beside the list of people, for who holds the permission somewhere."""
    _list_tabs[name] = ListTab(name, label, url_name, permission)


def find_list_tabs(scope: Scope) -> list[ListTab]:
    """Return the lists beside the list of people that the reader may open, as registered."""
    return [tab for tab in _list_tabs.values() if scope.can(tab.permission)]
