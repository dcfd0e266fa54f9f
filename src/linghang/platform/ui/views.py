"""Views of the user interface itself: theme, web manifest, style page, error pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from linghang.platform.ui import context, showcase, tables

YEAR = 365 * 24 * 3600


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back to the page it was chosen on."""
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(asked if safe else "/")
    theme = request.POST.get("theme", "")
    if theme in context.THEMES:
        # Read by the server only, so that the first paint already has the right colours.
        response.set_cookie(
            "theme",
            theme,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


@require_GET
def show_manifest(request: HttpRequest) -> HttpResponse:
    """Return the web manifest, by which a phone keeps the application on its home screen."""
    name = _("Linghang")
    manifest = {
        "name": name,
        "short_name": name,
        "lang": request.LANGUAGE_CODE if hasattr(request, "LANGUAGE_CODE") else "zh-Hans",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#9b1c1f",
        "icons": [{"src": static("lh/img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")


def show_style(request: HttpRequest) -> HttpResponse:
    """Show every component on one page, to developers and system administrators."""
    user = getattr(request, "user", None)
    if not (settings.DEBUG or getattr(user, "is_system_administrator", False)):
        raise Http404
    status = 422 if request.method == "POST" else 200
    template = "ui/results.html" if tables.wants_results(request) else "ui/style.html"
    return render(request, template, showcase.build(request), status=status)


def bad_request(request: HttpRequest, *_given: object, **_more: object) -> HttpResponse:
    """Answer a request that cannot be understood (400)."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a forbidden act with its reason (403): the text of the `PermissionDenied`."""
    return render(request, "403.html", {"reason": _reason(exception)}, status=403)


def not_found(request: HttpRequest, *_given: object, **_more: object) -> HttpResponse:
    """Answer with "not found" (404), for what is not there and for what is not shown alike."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours (500), without asking the database, which may be the fault."""
    theme = request.COOKIES.get("theme", "")
    shown = theme if theme in context.THEMES else context.THEMES[0]
    frame: dict[str, Any] = {"shell": {"theme": shown, "product": _("Linghang")}}
    return HttpResponse(render_to_string("500.html", frame), status=500)


def csrf_failure(request: HttpRequest, **_given: object) -> HttpResponse:
    """Answer a form whose protection token is missing or old (403)."""
    text = pgettext(
        "form token",
        "This form was open for too long, or in a window opened before you signed in. "
        "Go back, reload the page and send it again.",
    )
    return render(request, "403.html", {"reason": text}, status=403)


def _reason(exception: Exception | None) -> str:
    return str(exception.args[0]) if exception and exception.args else ""
