"""The list of people, the person page, and acts on persons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.org.api import get_visible_unit, in_force, search_units, visible_units
from linghang.people import api, mapping, queries, services
from linghang.people.enums import MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.people.web import forms
from linghang.people.web.filters import PersonFilter
from linghang.people.web.tables import PEOPLE
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.crypto.fields import mask_address, mask_identity, mask_phone
from linghang.platform.ui.tables import Tab, render_list

REFUSED = 422
FOUND_AT_MOST = 50


@require(Permission.VIEW_PEOPLE)
def list_people(request: HttpRequest) -> HttpResponse:
    """List the people of the reader's units."""
    branch = Appointment.objects.filter(
        in_force(clock.today()), person=OuterRef("pk"), post_id=MEMBER_POST
    )
    people = queries.visible_people(request.scope).annotate(
        branch_path=Subquery(branch.values("unit__path")[:1])
    )
    found = PersonFilter(
        request.GET, queryset=queries.with_present_posts(people, clock.today()), request=request
    )
    return render_list(
        request,
        PEOPLE.bind(found.qs, request.GET),
        title=_("People"),
        filterset=found,
        template="people/list.html",
        may_add=bool(request.scope.can(Permission.EDIT_PEOPLE)),
    )


@require()
def search(request: HttpRequest) -> HttpResponse:
    """Find units and people by name; each only as far as the reader sees them."""
    form = forms.SearchForm(request.GET or None)
    text = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    people = queries.search_people(queries.visible_people(request.scope), text)
    units = search_units(visible_units(request.scope), text).select_related("parent")
    return render(
        request,
        "people/search.html",
        {
            "title": _("Search"),
            "form": form,
            "text": text,
            "units": list(units[:FOUND_AT_MOST]),
            "people": list(
                queries.with_present_posts(people.order_by("name", "pk"), clock.today())[
                    :FOUND_AT_MOST
                ]
            ),
        },
    )


@require()
def show_me(request: HttpRequest) -> HttpResponse:
    """Go to one's own page."""
    if request.scope.person_id is None:
        raise Http404
    return redirect("people:person", pk=request.scope.person_id)


@require()
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person: posts, memberships, and the tabs that other apps add; one's own in full."""
    person = api.get_visible_person(request.scope, pk)
    is_self = request.scope.person_id == person.pk
    panels = {p.name: p for p in mapping.list_person_panels() if p.shown_to(request.scope, person)}
    chosen = request.GET.get("tab", "overview")
    if chosen not in {"overview", *panels}:
        raise Http404
    context: dict[str, Any] = _person_context(request, person) | {
        "title": person.name,
        "is_self": is_self,
        "tab": chosen,
        "tabs": _tabs(person, panels, chosen),
        "may_edit": _may(request, person, Permission.EDIT_PEOPLE),
        "may_reveal": not is_self and _may(request, person, Permission.VIEW_IDENTITY),
        "sensitive": _sensitive(person, in_full=is_self),
    }
    if chosen != "overview":
        context["panel"] = panels[chosen].render(request, person.pk)
    return render(request, "people/person.html", context)


def _person_context(request: HttpRequest, person: Person) -> dict[str, Any]:
    today = clock.today()
    rows = list(
        person.appointments.select_related("unit", "post").order_by("-valid_from", "post__order")
    )
    seen = set(
        visible_units(request.scope)
        .filter(pk__in={row.unit_id for row in rows})
        .values_list("pk", flat=True)
    )
    present = [r for r in rows if r.valid_from <= today and (not r.valid_to or today < r.valid_to)]
    return {
        "person": person,
        "seen": seen,
        "membership": next((row for row in present if row.post_id == MEMBER_POST), None),
        "posts": [row for row in rows if row.post_id != MEMBER_POST],
        "memberships": [row for row in rows if row.post_id == MEMBER_POST],
        "present_posts": [row for row in present if row.post_id != MEMBER_POST],
        "today": today,
    }


def _tabs(person: Person, panels: dict[str, Any], chosen: str) -> list[Tab]:
    address = reverse("people:person", args=[person.pk])
    found = [Tab(_("Overview"), address, current=chosen == "overview")]
    return found + [
        Tab(panel.label, f"{address}?tab={name}", current=chosen == name)
        for name, panel in panels.items()
    ]


def _sensitive(person: Person, *, in_full: bool) -> dict[str, str]:
    if in_full:
        return {name: getattr(person, name) for name in services.MASKS}
    return {
        "identity_number": mask_identity(person.identity_number),
        "phone": mask_phone(person.phone),
        "address": mask_address(person.address),
    }


def _may(request: HttpRequest, person: Person, permission: Permission) -> bool:
    """Return whether the permission covers the person, oneself not counted as a reason."""
    if not request.scope.can(permission):
        return False
    held = person.appointments.filter(in_force(clock.today()))
    if not held.exists():
        held = person.appointments.all()
    return held.filter(request.scope.restrict(permission, "unit__path")).exists()


def _insist_on(request: HttpRequest, pk: int, permission: Permission) -> Person:
    """Return the person to act on: 404 for a stranger, 403 with the reason without the permission."""
    person = api.get_visible_person(request.scope, pk)
    if not _may(request, person, permission):
        insist(request.scope.can(permission, "?"))
    return person


@require()
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show identity number, telephone and address in full; the look is recorded."""
    person = _insist_on(request, pk, Permission.VIEW_IDENTITY)
    shown = services.reveal_identity(person=person, actor=request.user)
    response = render(
        request,
        "people/sensitive.html" if getattr(request, "htmx", None) else "people/revealed.html",
        {"person": person, "sensitive": shown, "title": person.name},
    )
    response["Cache-Control"] = "no-store"
    return response


@require(Permission.VIEW_PEOPLE)
def show_unit_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who holds posts in a unit and who belongs to it: the tab "people" of its page."""
    unit = get_visible_unit(request.scope, pk)
    insist(request.scope.can(Permission.VIEW_PEOPLE, unit.path))
    today = clock.today()
    held = list(queries.appointments_as_of(today).filter(unit=unit).exclude(post_id=MEMBER_POST))
    members = list(queries.members_of([unit.path], today))
    return render(
        request,
        "people/unit_panel.html",
        {
            "unit": unit,
            "posts": held,
            "members": members,
            "may_add": bool(request.scope.can(Permission.EDIT_PEOPLE, unit.path)),
        },
    )


# -- acts ------------------------------------------------------------------------------------------


@require(Permission.EDIT_PEOPLE)
def add_person(request: HttpRequest) -> HttpResponse:
    """Register a new member of a branch."""
    form = forms.NewPersonForm(
        request.POST or None, scope=request.scope, initial={"unit": request.GET.get("unit")}
    )
    if request.method == "POST" and form.is_valid():
        draft = services.PersonDraft(unit=form.cleaned_data["unit"], **form.changes())
        try:
            [person] = services.register_people([draft], actor=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": person.name})
            return redirect("people:person", pk=person.pk)
    return _form_page(request, form, _("New member"), _("Register"), reverse("people:list"))


@require(Permission.EDIT_PEOPLE)
def edit_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a person, with a reason."""
    person = _insist_on(request, pk, Permission.EDIT_PEOPLE)
    form = forms.CorrectionForm(request.POST or None, instance=person)
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
    person = _insist_on(request, pk, Permission.EDIT_PEOPLE)
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
    person = _insist_on(request, pk, Permission.EDIT_PEOPLE)
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
    return _form_page(request, form, f"{title}：{person.name}", _("Save"), address)


def _form_page(request: HttpRequest, form: Any, title: str, submit: str, back: str) -> HttpResponse:
    return render(
        request,
        "ui/form.html",
        {"form": form, "title": title, "submit_label": submit, "cancel_url": back},
        status=REFUSED if request.method == "POST" else 200,
    )
