"""Taking in an application, taking its steps, taking the last one back, ending it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _

from linghang.membership import access, queries, services
from linghang.membership.models import Application
from linghang.membership.web.forms import ApplicantForm, EndForm, MoveForm, StepForm, WhyForm
from linghang.membership.web.views.pages import get_application, get_scope
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.acts import ReasonMissingError
from linghang.platform.ui.forms import add_errors


@require(Permission.EDIT_RECORDS)
def open_application(request: HttpRequest) -> HttpResponse:
    """Take in an application for membership."""
    form = ApplicantForm(request.POST or None, scope=get_scope(request))
    if form.is_valid():
        try:
            application = services.open_application(draft=form.draft(), actor=request.user)
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(
                request,
                _("Taken in. The branch talks with the applicant within a month."),
            )
            return redirect("membership:application", pk=application.pk)
    context = {
        "form": form,
        "title": _("Take in an application"),
        "crumbs": [(_("New members"), resolve_url("membership:applications"))],
        "cancel_url": resolve_url("membership:applications"),
        "submit_label": _("Take in"),
    }
    return render(request, "membership/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def take_step(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Record one of the steps that may come next; a general rule not kept asks for its reason."""
    application = get_application(request, pk)
    try:
        step = queries.find_step(code)
    except KeyError as unknown:
        raise Http404 from unknown
    insist(access.can_take(get_scope(request), application, step))
    file = queries.read_file(application)
    asked = "reason" in request.POST

    def make(*, ask_reason: bool) -> StepForm:
        return StepForm(
            request.POST or None,
            request.FILES or None,
            application=application,
            step=step,
            ask_reason=ask_reason,
            initial={"seen": application.seen},
        )

    form = make(ask_reason=asked)
    questions: list[str] = []
    if _is_stale(request, application):
        messages.warning(request, _("Somebody was faster. Look at what was recorded."))
        return redirect("membership:application", pk=application.pk)
    if form.is_valid():
        try:
            services.take_step(
                application=application,
                draft=form.draft(),
                actor=request.user,
                seen=form.cleaned_data["seen"],
            )
        except ReasonMissingError as refusal:
            questions = refusal.messages
            form = make(ask_reason=True)
            form.errors.clear()
        except ValidationError as refusal:
            if getattr(refusal, "code", "") in {"moved", "ended"}:
                messages.warning(request, refusal.messages[0])
                return redirect("membership:application", pk=application.pk)
            add_errors(form, refusal)
        else:
            messages.success(request, _("Recorded: %(step)s.") % {"step": queries.name_step(step)})
            return redirect("membership:application", pk=application.pk)
    back = resolve_url("membership:application", application.pk)
    context = {
        "form": form,
        "title": queries.name_step(step),
        "sub": _("Step %(number)s of 25 · %(name)s · %(unit)s")
        % {
            "number": step.number,
            "name": application.person.name,
            "unit": application.unit.name,
        },
        "crumbs": [
            (_("New members"), resolve_url("membership:applications")),
            (application.person.name, back),
        ],
        "cancel_url": back,
        "submit_label": _("Record step"),
        "questions": questions,
        "wait": file.find_wait(step.code),
    }
    return render(request, "membership/form.html", context, status=422 if form.is_bound else 200)


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def withdraw_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the step recorded last."""
    application = get_application(request, pk)
    form = WhyForm(request.POST or None, initial={"seen": application.seen})

    def act() -> None:
        services.withdraw_last_step(
            application=application,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.cleaned_data["seen"],
        )

    return _change(request, application, form, act, _("Take back the last step"), _("Taken back."))


@require(Permission.EDIT_PEOPLE)
def move_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an applicant go on in another branch."""
    application = get_application(request, pk)
    insist(access.can_move(get_scope(request), application))
    form = MoveForm(
        request.POST or None, application=application, initial={"seen": application.seen}
    )

    def act() -> None:
        services.move_application(
            application=application,
            to_unit=form.cleaned_data["to_unit"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.cleaned_data["seen"],
        )

    title, said = _("Move to another branch"), _("The way goes on in the other branch.")
    return _change(request, application, form, act, title, said)


@require(Permission.EDIT_RECORDS, Permission.EDIT_PEOPLE)
def end_application(request: HttpRequest, pk: int) -> HttpResponse:
    """End a way before its time."""
    application = get_application(request, pk)
    form = EndForm(request.POST or None, initial={"seen": application.seen})

    def act() -> None:
        services.end_application(
            application=application,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            actor=request.user,
            seen=form.cleaned_data["seen"],
        )

    return _change(request, application, form, act, _("End early"), _("The way has ended."))


def _change(
    request: HttpRequest,
    application: Application,
    form: forms.Form,
    act: Callable[[], None],
    title: str,
    said: str,
) -> HttpResponse:
    """Do the act a valid form asks for and go to the application; show the form otherwise."""
    insist(access.can_change(get_scope(request), application))
    if _is_stale(request, application):
        messages.warning(request, _("Somebody was faster. Look at what was recorded."))
        return redirect("membership:application", pk=application.pk)
    if form.is_valid():
        try:
            act()
        except ValidationError as refusal:
            add_errors(form, refusal)
        else:
            messages.success(request, said)
            return redirect("membership:application", pk=application.pk)
    back = resolve_url("membership:application", application.pk)
    context: dict[str, Any] = {
        "form": form,
        "title": title,
        "sub": application.person.name,
        "crumbs": [
            (_("New members"), resolve_url("membership:applications")),
            (application.person.name, back),
        ],
        "cancel_url": back,
        "submit_label": title,
    }
    return render(request, "membership/form.html", context, status=422 if form.is_bound else 200)


def _is_stale(request: HttpRequest, application: Application) -> bool:
    """Return whether the form was filled in before somebody else moved the application on."""
    return request.POST.get("seen", "") not in {"", application.seen}
