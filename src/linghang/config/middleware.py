"""Middleware that needs to see several apps: language, idle time-out, and the reader's scope."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from linghang.people import api as people

Handler = Callable[[HttpRequest], HttpResponse]


class ChineseFirst:
    """Answer in the language of the reader's own choice (a cookie), in Chinese without one.

    The browser's language list is not asked: half the offices run an English browser.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class IdleTimeout:
    """Sign a reader out after `IDLE_MINUTES` without a request (GB/T 22239-2019, 8.1.4.1 b)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get("seen")
            if seen is not None and now - seen > settings.IDLE_MINUTES * 60:
                logout(request)
            elif seen is None or now - seen > 60:  # one write a minute, not one a request
                request.session["seen"] = now
        return self.get_response(request)


class ReaderScope:
    """Put `request.scope` on each request: what this reader may see and do, computed once, lazily."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = SimpleLazyObject(lambda: people.compute_scope(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)
