"""Tabs that apps above add to the person page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linghang.org.api import Panel

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
