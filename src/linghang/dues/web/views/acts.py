"""Entering bases and payments for a whole branch, granting relief, correcting and taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.dues import access, queries, services
from linghang.dues.enums import MonthState
from linghang.dues.models import Book, Extra, Payment, Relief, make_seen, to_yuan
from linghang.dues.web.forms import (
    BasesForm,
    CorrectForm,
    ExtraForm,
    MonthForm,
    ReliefForm,
    WhyForm,
    to_cents,
)
from linghang.dues.web.views.pages import FIRST_YEAR, crumbs, get_branch, get_scope
from linghang.org.models import Unit
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.ui.forms import add_errors

TO_PAY = {MonthState.OWED, MonthState.OPEN}


@require(Permission.EDIT_RECORDS)
def set_bases(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the members of a branch pay on; looking at it is recorded."""
    unit = _get_kept(request, pk)
    today = clock.today()
    members = queries.list_payers(unit, queries.first_of(today), today)
    terms = queries.Terms([person.pk for person in members])
    form = BasesForm(request.POST or None, people=members, terms=terms)
    if form.is_valid():
        try:
            made = services.set_bases(
                unit=unit,
                month=form.cleaned_data["month"],
                drafts=form.drafts(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            said = ngettext("%(n)d base entered.", "%(n)d bases entered.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect("dues:year", pk=unit.pk, year=today.year)
    if request.method == "GET":
        with transaction.atomic():
            audit.record(
                actor=request.user,
                verb="dues.bases_viewed",
                target=unit,
                label=unit.name,
                unit_path=unit.path,
            )
    context = {"form": form, "title": _("What members pay on"), **_frame(request, unit)}
    return render(request, "dues/bases.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS)
def record_month(request: HttpRequest, pk: int, year: int, month: int) -> HttpResponse:
    """Show what is due for a month, and record who paid."""
    unit = _get_kept(request, pk)
    first, today = _read_month(year, month), clock.today()
    lines = queries.read_lines([unit.pk], first, first, today)
    book = Book.objects.filter(unit=unit, month=first).first()
    seen = book.seen if book else make_seen(first, 0)
    open_lines = [line for line in lines if line.cells[0].state in TO_PAY]
    form = MonthForm(
        request.POST or None, request.FILES or None, lines=open_lines, initial={"seen": seen}
    )
    if request.POST.get("seen", "") not in {"", seen}:
        messages.warning(request, _("Somebody was faster. Look at what was recorded."))
        return redirect("dues:month", pk=unit.pk, year=year, month=month)
    if form.is_valid():
        try:
            made = services.record_month(
                unit=unit,
                month=first,
                paid=form.drafts(),
                actor=request.user,
                seen=form.cleaned_data["seen"],
                files=form.cleaned_data["proof"],
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            said = ngettext("%(n)d payment recorded.", "%(n)d payments recorded.", len(made))
            messages.success(request, said % {"n": len(made)})
            return redirect("dues:month", pk=unit.pk, year=year, month=month)
    context = {
        "form": form,
        "title": _("Dues of %(month)s") % {"month": f"{first:%Y-%m}"},
        "book": book,
        "lines": [line for line in lines if line.cells[0].state not in TO_PAY],
        "open_lines": open_lines,
        "due": to_yuan(sum(line.due_cents for line in lines)),
        "paid": to_yuan(sum(line.paid_cents for line in lines)),
        "earlier": queries.shift_month(first, -1),
        "later": queries.next_month(first) if queries.next_month(first) <= today else None,
        "month": first,
        "withdrawn": list(
            Payment.objects.filter(book__unit=unit, month=first)
            .exclude(withdrawn_at=None)
            .select_related("person", "withdrawn_by")
        ),
        **_frame(request, unit),
    }
    return render(request, "dues/month.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS)
def correct_payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a payment right, or take it back."""
    payment = _find(request, Payment.objects.select_related("book__unit", "person"), pk, "book__")
    seen = payment.book.seen
    unit = payment.book.unit
    form = CorrectForm(request.POST or None, payment=payment, initial={"seen": seen})

    def act() -> None:
        values = form.cleaned_data
        common = {
            "payment": payment,
            "reason": values["reason"],
            "actor": request.user,
            "seen": values["seen"],
        }
        if values["amount"] is None:
            services.withdraw_payment(**common)
        else:
            services.correct_payment(
                cents=to_cents(values["amount"]),
                paid_on=values["paid_on"],
                note=values["note"],
                **common,
            )

    back = resolve_url("dues:month", unit.pk, payment.month.year, payment.month.month)
    sub = f"{payment.person.name} · {payment.month:%Y-%m}"
    return _act(request, form, act, _("Correct a payment"), sub, unit, back)


@require(Permission.EDIT_RECORDS)
def grant_relief(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a member in hardship pays less or nothing for a time."""
    unit = _get_kept(request, pk)
    form = ReliefForm(request.POST or None, unit=unit)

    def act() -> None:
        services.grant_relief(unit=unit, draft=form.draft(), actor=request.user)

    return _act(request, form, act, _("Relief in hardship"), unit.name, unit)


@require(Permission.EDIT_RECORDS)
def record_extra(request: HttpRequest, pk: int) -> HttpResponse:
    """Record special or large dues."""
    unit = _get_kept(request, pk)
    form = ExtraForm(request.POST or None, unit=unit, initial={"paid_on": clock.today()})

    def act() -> None:
        services.record_extra(unit=unit, draft=form.draft(), actor=request.user)

    return _act(request, form, act, _("Special or large dues"), unit.name, unit)


@require(Permission.EDIT_RECORDS)
def withdraw_relief(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a relief back."""
    relief: Relief = _find(request, Relief.objects.select_related("unit", "person"), pk)
    form = WhyForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        services.withdraw_relief(relief=relief, reason=reason, actor=request.user)

    return _act(request, form, act, _("Take a relief back"), relief.person.name, relief.unit)


@require(Permission.EDIT_RECORDS)
def withdraw_extra(request: HttpRequest, pk: int) -> HttpResponse:
    """Take special or large dues back."""
    extra: Extra = _find(request, Extra.objects.select_related("unit", "person"), pk)
    form = WhyForm(request.POST or None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        services.withdraw_extra(extra=extra, reason=reason, actor=request.user)

    return _act(
        request, form, act, _("Take special or large dues back"), extra.person.name, extra.unit
    )


def _get_kept(request: HttpRequest, pk: int) -> Unit:
    unit = get_branch(request, pk)
    insist(access.can_keep(get_scope(request), unit))
    return unit


def _find(request: HttpRequest, rows: QuerySet[Any], pk: int, path: str = "") -> Any:
    """Return a standing row of a branch whose statement the reader reads, if the reader keeps it."""
    branches = queries.list_branches(get_scope(request))
    row = get_object_or_404(rows, **{f"{path}unit__in": branches, "withdrawn_at": None}, pk=pk)
    insist(access.can_keep(get_scope(request), row.book.unit if path else row.unit))
    return row


def _act(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], None],
    title: str,
    sub: str,
    unit: Unit,
    back: str = "",
) -> HttpResponse:
    """Do the act a valid form asks for and go back; show the form otherwise."""
    back = back or resolve_url("dues:year", unit.pk, clock.today().year)
    if form.is_valid():
        try:
            act()
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Recorded."))
            return redirect(back)
    context = {
        "form": form,
        "title": title,
        "sub": sub,
        "crumbs": _frame(request, unit)["crumbs"],
        "cancel_url": back,
        "submit_label": title,
    }
    return render(request, "ui/form.html", context, status=422 if form.is_bound else 200)


def _frame(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    year = clock.today().year
    return {
        "unit": unit,
        "year": year,
        "crumbs": [
            *crumbs(get_scope(request)),
            (unit.name, resolve_url("dues:year", unit.pk, year)),
        ],
    }


def _read_month(year: int, month: int) -> date:
    if not FIRST_YEAR <= year <= clock.today().year or not 1 <= month <= 12:
        raise Http404
    first = date(year, month, 1)
    if first > clock.today():
        raise Http404
    return first
