"""Acts on persons: registering, correcting, appointing, transferring, ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.people import queries, services
from linghang.people.models import Appointment, Person
from linghang.people.web import forms
from linghang.people.web.views.pages import REFUSED, insist_on
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock


@require(Permission.EDIT_PEOPLE)
def add_person(request: HttpRequest) -> HttpResponse:
    """Register a new member of a branch."""
    form = forms.NewPersonForm(
        request.POST or None, scope=request.scope, initial={"unit": request.GET.get("unit")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            [person] = services.register_people([form.draft()], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": person.name})
            return redirect("people:person", pk=person.pk)
    return show_form(request, form, _("New member"), _("Register"), reverse("people:list"))


@require(Permission.EDIT_PEOPLE)
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a person, with a reason."""
    person = insist_on(request, pk, Permission.EDIT_PEOPLE)
    form = forms.CorrectionForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_person(
                person=person,
                changes=form.changes(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The correction is recorded."))
            return redirect("people:person", pk=pk)
    return _person_form(request, person, form, _("Correct"))


@require(Permission.EDIT_PEOPLE)
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint a person to a post."""
    person = insist_on(request, pk, Permission.EDIT_PEOPLE)
    home = queries.membership_of(person, clock.today())
    form = forms.AppointForm(
        request.POST or None, scope=request.scope, initial={"unit": home and home.unit_id}
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.appoint_person(
                person=person, post=values.pop("post").code, actor=request.user, **values
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The appointment is recorded."))
            return redirect("people:person", pk=pk)
    return _person_form(request, person, form, _("Appoint"))


@require(Permission.EDIT_PEOPLE)
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Transfer a member to another branch."""
    person = insist_on(request, pk, Permission.EDIT_PEOPLE)
    form = forms.TransferForm(request.POST or None, scope=request.scope)
    if request.method == "POST" and form.is_valid():
        try:
            services.transfer_member(person=person, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The transfer is recorded."))
            return redirect("people:person", pk=pk)
    return _person_form(request, person, form, _("Transfer"))


@require(Permission.EDIT_PEOPLE)
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment."""
    seen = Appointment.objects.filter(request.scope.restrict(Permission.VIEW_PEOPLE, "unit__path"))
    appointment = seen.filter(pk=pk).select_related("person", "unit", "post").first()
    if appointment is None:
        raise Http404
    insist(request.scope.can(Permission.EDIT_PEOPLE, appointment.unit.path))
    form = forms.EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_appointment(
                appointment=appointment, actor=request.user, **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("The appointment is ended."))
            return redirect("people:person", pk=appointment.person_id)
    title = _("End the appointment: %(post)s, %(unit)s") % {
        "post": appointment.post,
        "unit": appointment.unit.name,
    }
    return _person_form(request, appointment.person, form, title)


def _person_form(request: HttpRequest, person: Person, form: Any, title: str) -> HttpResponse:
    address = reverse("people:person", args=[person.pk])
    return show_form(request, form, f"{title}：{person.name}", _("Save"), address)


def show_form(request: HttpRequest, form: Any, title: str, submit: str, back: str) -> HttpResponse:
    """Show a page with one form; 422 when what was sent was refused."""
    return render(
        request,
        "ui/form.html",
        {"form": form, "title": title, "submit_label": submit, "cancel_url": back},
        status=REFUSED if request.method == "POST" else 200,
    )
