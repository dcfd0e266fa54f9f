"""What apps above plug into units: who follows when a unit ends, and which tabs a unit page has.

People stand above units in the order of imports, yet a merged branch takes its members along. So
the
app above declares a follower here, and the services of this app call it inside their transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.safestring import SafeString, mark_safe

from linghang.org.models import Unit


class Follower(Protocol):
    """Something tied to units that has to go somewhere when a unit ends or splits."""

    def count_open(self, unit_ids: Collection[int], on: date) -> int:
        """Return how many ties to these units hold on the day or later."""

    def list_movable(self, unit: Unit, on: date) -> Sequence[tuple[int, str]]:
        """Return (id, label) of what a split may take along from the unit."""

    def follow(
        self,
        *,
        moves: Mapping[int, int],
        only: Collection[int] | None,
        on: date,
        document_number: str,
        actor: Any,
    ) -> int:
        """Close the ties to each key of `moves` on the day and open them at its value; return how
        many.

        `only` narrows to the ids of `list_movable`. Runs inside the caller's transaction.
        """


@dataclass(frozen=True)
class Panel:
    """A tab of a unit or person page that another app fills; `url_name` takes the pk."""

    name: str
    label: Any  # a lazy translation
    url_name: str
    order: int = 100
    visible: Callable[[Any, Any], bool] | None = None  # (scope, object) -> shown?

    def shown_to(self, scope: Any, target: Any) -> bool:
        """Return whether the reader gets the tab on this object's page."""
        return _exists(self.url_name) and (self.visible is None or self.visible(scope, target))

    def render(self, request: HttpRequest, pk: int) -> SafeString:
        """Return what the panel's own view answers, to be put into the page: tabs work without script.

        Refusals of the view (403, 404) become the page's own.
        """
        match = resolve(reverse(self.url_name, args=[pk]))
        response = match.func(request, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response = response.render()
        return mark_safe(response.content.decode())  # noqa: S308  rendered by a template of ours


def _exists(url_name: str) -> bool:
    try:
        reverse(url_name, args=[1])
    except NoReverseMatch:
        return False
    return True


_followers: dict[str, Follower] = {}
_panels: dict[str, Panel] = {}


def declare_follower(name: str, follower: Follower) -> None:
    """Declare a follower; an app calls this in its AppConfig.ready()."""
    _followers[name] = follower


def list_followers() -> list[Follower]:
    """Return the declared followers in the order of their names."""
    return [_followers[name] for name in sorted(_followers)]


def register_unit_panel(
    name: str,
    label: Any,
    url_name: str,
    order: int = 100,
    visible: Callable[[Any, Any], bool] | None = None,
) -> None:
    """Add a tab to the unit page; the address takes the unit's pk and answers with a partial for
    htmx.

    `visible(scope, unit)` decides whether the reader gets the tab; the view behind it decides
    again.
    """
    _panels[name] = Panel(name, label, url_name, order, visible)


def list_unit_panels() -> list[Panel]:
    """Return the tabs apps have added, in their order."""
    return sorted(_panels.values(), key=lambda panel: (panel.order, panel.name))
