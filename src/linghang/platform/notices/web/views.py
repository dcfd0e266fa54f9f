"""Pages of notices: what was received, one's own wishes, the operator's channels, the calendar file."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag, url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.notices import calendaring, channels, hours, queries, services
from linghang.platform.notices.models import Feed
from linghang.platform.notices.web.filters import DeliveryFilter, NoticeFilter
from linghang.platform.notices.web.forms import TestForm, WishesForm
from linghang.platform.notices.web.tables import DELIVERIES, NOTICES
from linghang.platform.ui.tables import render_list

KEEP_STAMP_SECONDS = 400 * 24 * 3600


@require()
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """List every notice of the reader, unread first."""
    rows = queries.order_unread_first(queries.visible_notices(_scope(request)))
    found = NoticeFilter(request.GET, queryset=rows)
    return render_list(
        request,
        NOTICES.bind(found.qs, request.GET),
        title=_("Notices received"),
        sub=_("What is done leaves the unread ones by itself."),
        filterset=found,
        template="notices/received.html",
        crumbs=_waiting(),
    )


@require()
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about, and mark it as read."""
    notice = get_object_or_404(queries.visible_notices(_scope(request)), pk=pk)
    services.read_notice(notice=notice, actor=request.user)
    if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("notices:list")


@require()
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices of the reader as read and go back to what waits."""
    number = services.read_all_notices(actor=request.user)
    messages.success(
        request,
        ngettext("%(n)d notice is marked as read.", "%(n)d notices are marked as read.", number)
        % {"n": number},
    )
    return redirect("portal:notices")


@require()
def edit_wishes(request: HttpRequest) -> HttpResponse:
    """Let a person say by which channels and when to be told, and manage the calendar address."""
    form = WishesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        services.save_wishes(
            timing=form.cleaned_data["timing"], addresses=form.read_wishes(), actor=request.user
        )
        messages.success(request, _("Your wishes are kept."))
        return redirect("notices:wishes")
    return _show_wishes(request, form)


@require()
@require_POST
@never_cache
def make_feed(request: HttpRequest) -> HttpResponse:
    """Make a new calendar address and show it, this once."""
    token = services.make_feed(actor=request.user)
    address = request.build_absolute_uri(reverse("notices:calendar", args=[token]))
    return _show_wishes(request, WishesForm(user=request.user), feed_address=address)


@require()
@require_POST
def revoke_feed(request: HttpRequest) -> HttpResponse:
    """Void the calendar address."""
    if services.revoke_feed(actor=request.user):
        messages.success(request, _("The calendar address no longer works."))
    return redirect("notices:wishes")


@require(Permission.SEND_NOTICES)
@require_GET
def list_deliveries(request: HttpRequest) -> HttpResponse:
    """List what was sent outside: when, by which channel, whether it was taken, after how many tries."""
    found = DeliveryFilter(request.GET, queryset=queries.visible_deliveries(_scope(request)))
    first, last = hours.working_hours()
    return render_list(
        request,
        DELIVERIES.bind(found.qs, request.GET),
        title=_("Channels of notices"),
        sub=_("Sent on working days from %(first)s to %(last)s; the texts are not kept.")
        % {"first": f"{first:%H:%M}", "last": f"{last:%H:%M}"},
        filterset=found,
        template="notices/deliveries.html",
        channels=channels.list_channels(),
    )


@require(Permission.SEND_NOTICES)
def order_test(request: HttpRequest) -> HttpResponse:
    """Send a test message by one channel."""
    form = TestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        delivery = services.order_test(**form.cleaned_data, actor=request.user)
        if delivery.next_attempt_at > clock.now():
            messages.info(
                request, _("The test is sent when working hours begin: nothing leaves before.")
            )
        else:
            messages.success(request, _("The test is on its way; the list below says how it went."))
        return redirect("notices:deliveries")
    context = {
        "form": form,
        "title": _("Send a test"),
        "crumbs": [(_("Channels of notices"), reverse("notices:deliveries"))],
        "submit_label": _("Send a test"),
        "has_channels": bool(channels.list_channels()),
    }
    return render(
        request, "notices/test.html", context, status=422 if request.method == "POST" else 200
    )


@require_safe
def show_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Send a person's calendar to who holds its address; 404 for an unknown or revoked one."""
    feed = queries.find_feed(token)
    if feed is None:
        raise Http404
    content = calendaring.write_calendar(
        feed.user, today=clock.today(), absolute=request.build_absolute_uri
    )
    etag = quote_etag(hashlib.sha256(content).hexdigest()[:32])
    modified = _changed_at(feed, etag)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="linghang.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    return get_conditional_response(request, etag, modified, response) or response


def _changed_at(feed: Feed, etag: str) -> int:
    """Return when the calendar was first seen with these contents, in seconds."""
    place = f"calendar-{feed.pk}"
    known = cache.get(place)
    if known is None or known[0] != etag:
        known = (etag, int(clock.now().timestamp()))
        cache.set(place, known, KEEP_STAMP_SECONDS)
    return int(known[1])


def _show_wishes(request: HttpRequest, form: WishesForm, feed_address: str = "") -> HttpResponse:
    context = {
        "form": form,
        "title": _("How I am told"),
        "crumbs": _waiting(),
        "feed": getattr(request.user, "calendar_feed", None),
        "feed_address": feed_address,
        "has_channels": bool(channels.list_personal()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "notices/wishes.html", context, status=status)


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]


def _waiting() -> list[tuple[str, str]]:
    return [(_("What waits for me"), reverse("portal:notices"))]
