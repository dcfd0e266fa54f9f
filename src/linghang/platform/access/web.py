"""The door of a view: signed in, and with the permission; where a request comes from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from linghang.platform.access.scope import Allowed, Denied, Permission

View = Callable[..., HttpResponse]


def require(*permissions: Permission) -> Callable[[View], View]:
    """Return a decorator that lets in whoever holds one of the permissions somewhere.

    Without any permission named, being signed in is enough. The view itself narrows to units.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if permissions:
                answers = [request.scope.can(p) for p in permissions]  # type: ignore[attr-defined]
                if not any(answers):
                    insist(answers[0])
            return view(request, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def insist(answer: Allowed | Denied) -> None:
    """Raise PermissionDenied with the reason when the answer is no."""
    if isinstance(answer, Denied):
        raise PermissionDenied(answer.reason)


def find_address(request: HttpRequest) -> str:
    """Return the network address of the reader, as far as it can be trusted.

    Each of the `PROXY_COUNT` proxies in front appends to X-Forwarded-For whom it heard: with n of
    them the n-th from the right is the reader. What stands further left the reader may have written,
    and without proxies, or with fewer entries than proxies, the header is not believed at all.
    """
    near: str = request.META.get("REMOTE_ADDR", "")
    chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    count = settings.PROXY_COUNT
    if count < 1 or len(chain) < count:
        return near
    return chain[-count] or near
