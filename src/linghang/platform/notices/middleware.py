"""The number on the bell: asked only where a page shows it, one query a minute at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from linghang.platform.notices import queries


class UnreadNotices:
    """Put `request.unread_notices` on each request: a number that is counted when it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.unread_notices = Unread(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class Unread:
    """How many notices the reader has not read, none for a stranger."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def number(self) -> int:
        """Return the number."""
        user = self._request.user
        return queries.count_unread(user.pk) if user.pk is not None else 0

    def __int__(self) -> int:
        return self.number

    def __bool__(self) -> bool:
        return self.number > 0
