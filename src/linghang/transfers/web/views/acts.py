"""Opening a transfer or an absence, and every act on them: one page, the form of the act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.acts import ReasonMissingError
from linghang.platform.ui.forms import add_errors
from linghang.transfers import access
from linghang.transfers.enums import AwayDeed, Deed
from linghang.transfers.models import Away, Transfer
from linghang.transfers.queries import get_address
from linghang.transfers.web.forms import (
    CARE_FORMS,
    FORMS,
    AwayForm,
    LetterForm,
    LostForm,
    OutForm,
)
from linghang.transfers.web.views.pages import get_away, get_scope, get_transfer, list_crumbs


@require(Permission.EDIT_RECORDS)
def open_transfer(request: HttpRequest) -> HttpResponse:
    """Open a transfer of a member of the reader's branch."""
    form = OutForm(request.POST or None, scope=get_scope(request))
    return _begin(request, form, _("Open a transfer"), "transfers")


@require(Permission.EDIT_PEOPLE)
def register_letter(request: HttpRequest) -> HttpResponse:
    """Register a letter from outside."""
    form = LetterForm(request.POST or None, scope=get_scope(request))
    return _begin(request, form, _("Register a letter"), "transfers")


@require(Permission.EDIT_RECORDS)
def register_away(request: HttpRequest) -> HttpResponse:
    """Register a member as floating."""
    form = AwayForm(request.POST or None, scope=get_scope(request))
    return _begin(request, form, _("Register a floating member"), "away")


@require(Permission.EDIT_RECORDS)
def report_lost(request: HttpRequest) -> HttpResponse:
    """Report a member as out of touch."""
    form = LostForm(request.POST or None, scope=get_scope(request))
    return _begin(request, form, _("Report as out of touch"), "away")


def _begin(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    questions: list[str] = []
    if form.is_valid():
        made, questions = _try(form, request.user)
        if made is not None:
            messages.success(request, _("Recorded: %(deed)s.") % {"deed": title})
            return redirect(get_address(made))
    crumbs = list_crumbs(get_scope(request), back)
    return _show(request, form, title, "", crumbs, resolve_url(f"transfers:{back}"), questions)


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act on a transfer; what a rule forbids or asks stands on the form with its basis."""
    transfer = get_transfer(request, pk)
    if code not in Deed.values:
        raise Http404
    deed, user_id = Deed(code), getattr(request.user, "pk", None)
    if stale := _send_back(request, transfer):
        return stale
    insist(access.can_do(get_scope(request), transfer, deed, user_id))
    form = FORMS[deed](request.POST or None, record=transfer)
    return _do(request, form, transfer, deed, "transfers")


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def care(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Do one act about who is away or out of touch."""
    away = get_away(request, pk)
    if code not in AwayDeed.values:
        raise Http404
    deed, user_id = AwayDeed(code), getattr(request.user, "pk", None)
    if stale := _send_back(request, away):
        return stale
    insist(access.can_care(get_scope(request), away, deed, user_id))
    form = CARE_FORMS[deed](request.POST or None, record=away)
    return _do(request, form, away, deed, "away")


def _send_back(request: HttpRequest, record: Transfer | Away) -> HttpResponse | None:
    if request.POST.get("seen", "") in {"", record.seen}:
        return None
    messages.warning(request, _("Somebody was faster. Look at what was recorded."))
    return redirect(get_address(record))


def _do(
    request: HttpRequest, form: Any, record: Transfer | Away, deed: Deed | AwayDeed, back: str
) -> HttpResponse:
    questions: list[str] = []
    if form.is_valid():
        _made, questions = _try(form, request.user)
        if not form.errors:
            messages.success(request, _("Recorded: %(deed)s.") % {"deed": deed.label})
            return redirect(get_address(record))
    address = get_address(record)
    crumbs = [*list_crumbs(get_scope(request), back), (record.person.name, address)]
    sub = f"{record.person.name} · {record.unit.name}"
    return _show(request, form, str(deed.label), sub, crumbs, address, questions)


def _try(form: Any, actor: Any) -> tuple[Any, list[str]]:
    """Return what the form's act made, and what its rules question; refusals go to the form."""
    try:
        return form.act(actor), []
    except ReasonMissingError as refusal:
        form.add_error("reason", _("Say why."))
        return None, refusal.messages
    except ValidationError as refusal:
        add_errors(form, refusal)
        return None, []


def _show(
    request: HttpRequest,
    form: Any,
    title: str,
    sub: str,
    crumbs: Sequence[tuple[str, str]],
    back: str,
    questions: list[str],
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "sub": sub,
        "crumbs": crumbs,
        "cancel_url": back,
        "submit_label": title,
        "questions": questions,
    }
    status = 422 if form.is_bound else 200
    return render(request, "transfers/form.html", context, status=status)
