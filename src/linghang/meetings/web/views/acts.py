"""Writing, changing and withdrawing items of an agenda; recording make-up study."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from linghang.activities.models import Activity
from linghang.meetings import access, queries, services
from linghang.meetings.web.forms import ItemForm, MakeUpForm, ReasonForm
from linghang.meetings.web.views.pages import (
    find_make_up,
    get_item,
    get_meeting,
    get_scope,
    page_of,
)
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.ui.forms import add_errors


@require(Permission.EDIT_RECORDS)
def add_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what was talked about and decided, write it and show it on the meeting's page."""
    meeting = get_meeting(request, pk)
    insist(access.can_write(get_scope(request), meeting))
    asked = request.GET.get("follows", "")
    form = ItemForm(
        request.POST or None,
        activity=meeting,
        follows=int(asked) if asked.isdecimal() else None,
    )
    if form.is_valid():
        try:
            item = services.add_item(activity=meeting, draft=form.draft(), actor=request.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("On the agenda: %(topic)s.") % {"topic": item.topic})
            return redirect(page_of(meeting, item))
    return _show(request, form, meeting, _("Add to the agenda"))


@require(Permission.EDIT_RECORDS)
def change_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the item in its form, ask for the reason, and write the change."""
    item = get_item(request, pk)
    insist(access.can_write(get_scope(request), item.activity))
    if item.withdrawn_on is not None:
        messages.warning(request, _("The item was withdrawn and cannot be changed."))
        return redirect(page_of(item.activity))
    form = ItemForm(request.POST or None, activity=item.activity, item=item)
    if form.is_valid():
        try:
            services.change_item(
                item=item,
                draft=form.draft(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
                seen=request.POST.get("seen", ""),
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Changed. What it said before is kept."))
            return redirect(page_of(item.activity, item))
    return _show(request, form, item.activity, _("Change the item"), seen=item.seen)


@require(Permission.EDIT_RECORDS)
def withdraw_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and take the item off the agenda."""
    item = get_item(request, pk)
    insist(access.can_write(get_scope(request), item.activity))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        try:
            services.withdraw_item(
                item=item,
                reason=form.cleaned_data["reason"],
                actor=request.user,
                seen=request.POST.get("seen", ""),
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Withdrawn. It no longer counts, and stays readable."))
            return redirect(page_of(item.activity))
    title = _("Withdraw: %(topic)s") % {"topic": item.topic}
    return _show(request, form, item.activity, title, seen=item.seen)


@require(Permission.EDIT_RECORDS)
def make_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who made up when and how, everybody in one go."""
    meeting = get_meeting(request, pk)
    insist(access.can_write(get_scope(request), meeting))
    form = MakeUpForm(request.POST or None, activity=meeting)
    if form.is_valid():
        try:
            made = services.make_up(
                activity=meeting,
                people=form.list_people(),
                on=form.cleaned_data["on"],
                way=form.cleaned_data["way"],
                actor=request.user,
            )
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, _("Made up: %(n)s.") % {"n": len(made)})
            return redirect(page_of(meeting))
    return _show(request, form, meeting, _("Make-up study"))


@require(Permission.EDIT_RECORDS)
def withdraw_make_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and take a make-up back that was not."""
    row = find_make_up(request, pk)
    insist(access.can_write(get_scope(request), row.activity))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        services.withdraw_make_up(row=row, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Withdrawn. It no longer counts, and stays readable."))
        return redirect(page_of(row.activity))
    return _show(request, form, row.activity, _("Take the make-up back"))


def _show(
    request: HttpRequest, form: forms.Form, meeting: Activity, title: str, seen: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "sub": f"{meeting.unit.name} · {meeting.kind} · {meeting.occurred_on:%Y-%m-%d}",
        "crumbs": [(meeting.topic, page_of(meeting))],
        "cancel_url": page_of(meeting),
        "seen": seen,
    }
    template = "ui/form.html"
    if isinstance(form, ItemForm):
        template = "meetings/item_form.html"
        context["base"] = form.base
        context["rule"] = (
            queries.describe_rule(form.base.kind, meeting.occurred_on) if form.base else ""
        )
    elif seen:
        template = "meetings/reason_form.html"
    return render(request, template, context, status=422 if form.errors else 200)
