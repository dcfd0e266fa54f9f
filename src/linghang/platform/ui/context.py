"""What the shell shows on every page, worked out only when a template asks for it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from linghang.platform.ui import navigation

THEMES = ("light", "dark")


class Shell:
    """The frame around a page: navigation, theme, product, reader.

    It makes no database query of its own: all it knows comes from the request, whose `scope` and
    `unread_notices` other apps have set (or set lazily).
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def scope(self) -> Any:
        """Return the reader's scope, or None for a stranger."""
        return getattr(self._request, "scope", None)

    @cached_property
    def links(self) -> list[navigation.Link]:
        """Return the navigation links this reader may follow."""
        return navigation.list_links(self.scope, self._request.resolver_match)

    @cached_property
    def groups(self) -> list[navigation.Group]:
        """Return the links under their headings, folded as the reader left them (the cookie)."""
        folded = self._request.COOKIES.get("folded", "").split(".")
        return navigation.group_links(self.links, folded)

    @cached_property
    def phone_links(self) -> list[navigation.Link]:
        """Return the links of the bottom tabs on a phone, at most five."""
        return [link for link in self.links if link.phone][: navigation.PHONE_LIMIT]

    @cached_property
    def theme(self) -> str:
        """Return "light" or "dark", from the cookie."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else THEMES[0]

    @property
    def product(self) -> str:
        """Return the name of the product in the reader's language."""
        return _("Linghang")

    @cached_property
    def units(self) -> list[tuple[str, str]]:
        """Return the reader's own units as (name, address); no address while units have no page."""
        units = getattr(self.scope, "home_units", None) or ()
        return [(name, navigation.resolve_unit(pk)) for pk, name, _path in units]

    @cached_property
    def person_name(self) -> str:
        """Return the name to greet the reader with; empty for a stranger."""
        return str(getattr(self.scope, "person_name", "") or "")

    @cached_property
    def unread(self) -> int:
        """Return how many notices wait unread, as far as the request knows."""
        return int(getattr(self._request, "unread_notices", 0) or 0)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Return the context of the frame: `shell` (see `Shell`)."""
    return {"shell": Shell(request)}
