"""Contact persons and their visits, and the inductions of new secretaries."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.pioneers import access
from linghang.pioneers.enums import VisitStanding
from linghang.pioneers.models import Contact, Induction
from linghang.pioneers.queries import contacts as queries
from linghang.pioneers.web.forms import AssignForm, EndForm, VisitForm
from linghang.pioneers.web.tables import CONTACTS, INDUCTIONS
from linghang.pioneers.web.views.shared import answer_form, get_scope, list_crumbs, list_tabs
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
from linghang.platform.languages import spoken
from linghang.platform.ui.tables import render_list
from linghang.worklists.enums import TaskState
from linghang_core.regulations import load_rules


@require(Permission.VIEW_RECORDS)
@require_GET
def list_contacts(request: HttpRequest) -> HttpResponse:
    """Show who looks after which branch, the late visits first."""
    scope, today = get_scope(request), clock.today()
    running = queries.filter_running(queries.list_contacts(scope), today)
    lines = queries.read_lines(running, today)
    late = sum(line.standing is VisitStanding.LATE for line in lines)
    return render_list(
        request,
        CONTACTS.bind(lines, request.GET),
        title=_("Contact persons"),
        sub=_("%(n)s late. %(rule)s") % {"n": late, "rule": _explain_rule()},
        tabs=list_tabs(scope, "contacts"),
        template="pioneers/contacts.html",
        may_assign=bool(scope.can(Permission.EDIT_PEOPLE)),
    )


def _explain_rule() -> str:
    rule = load_rules().find("pioneers.contact_visit", clock.today())
    return rule.note.of(spoken())


@require(Permission.EDIT_PEOPLE)
def assign_contact(request: HttpRequest) -> HttpResponse:
    """Say who looks after which branches."""
    scope = get_scope(request)
    units, today = queries.list_branches(scope), clock.today()
    form = AssignForm(
        request.POST or None, people=queries.list_candidates(scope, today), units=units
    )
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=resolve_url("pioneers:contacts"),
        done=_("The contact person is assigned."),
        title=_("Assign a contact person"),
        crumbs=list_crumbs(scope, "contacts"),
        submit_label=_("Assign a contact person"),
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def show_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a contact with its visits and what they found."""
    scope = get_scope(request)
    contact = get_contact(scope, pk)
    today = clock.today()
    line = queries.read_lines(queries.list_contacts(scope).filter(pk=pk), today)[0]
    context = {
        "contact": contact,
        "line": line,
        "visits": queries.read_visits(contact, scope),
        "may_visit": bool(access.can_visit(scope, contact)),
        "may_end": contact.valid_to is None and bool(access.can_assign(scope, contact.unit)),
        "crumbs": list_crumbs(scope, "contacts"),
    }
    return render(request, "pioneers/contact.html", context)


@require(Permission.VIEW_RECORDS)
def record_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a visit: an activity of the branch, and the problem it found, if any."""
    scope = get_scope(request)
    contact = get_contact(scope, pk)
    insist(access.can_visit(scope, contact))
    form = VisitForm(request.POST or None, contact=contact)
    back = resolve_url("pioneers:contact", contact.pk)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=back,
        done=_("The visit is recorded."),
        title=_("Record a visit"),
        sub=contact.unit.name,
        crumbs=[*list_crumbs(scope, "contacts"), (contact.unit.name, back)],
        submit_label=_("Record the visit"),
    )


@require(Permission.EDIT_PEOPLE)
def end_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """End a contact with its reason; its visits stay."""
    scope = get_scope(request)
    contact = get_contact(scope, pk)
    insist(access.can_assign(scope, contact.unit))
    form = EndForm(request.POST or None, contact=contact)
    back = resolve_url("pioneers:contact", contact.pk)
    return answer_form(
        request,
        form,
        lambda: form.save(request.user),
        back=back,
        done=_("The contact is ended."),
        title=_("End the contact"),
        sub=f"{contact.person.name} – {contact.unit.name}",
        crumbs=[*list_crumbs(scope, "contacts"), (contact.unit.name, back)],
        submit_label=_("End the contact"),
    )


@require(Permission.VIEW_PEOPLE)
@require_GET
def list_inductions(request: HttpRequest) -> HttpResponse:
    """Show the inductions of new secretaries and how far each has come."""
    scope = get_scope(request)
    lines = queries.read_inductions(queries.list_inductions(scope))
    return render_list(
        request,
        INDUCTIONS.bind(lines, request.GET),
        title=_("Inductions"),
        sub=_("Whoever is appointed secretary is given the list by itself within a day."),
        tabs=list_tabs(scope, "inductions"),
    )


@require(Permission.VIEW_RECORDS)
@require_GET
def show_induction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one induction: what it asks and what is done."""
    scope = get_scope(request)
    found: Induction = get_object_or_404(queries.list_inductions(scope), pk=pk)
    tasks = queries.list_induction_tasks(found)
    context = {
        "line": queries.read_inductions(queries.list_inductions(scope).filter(pk=pk))[0],
        "induction": found,
        "tasks": [(task, TaskState(task.state)) for task in tasks],
        "own": found.appointment.person_id == scope.person_id,
        "crumbs": list_crumbs(scope, "inductions") if access.can_follow(scope) else [],
    }
    return render(request, "pioneers/induction.html", context)


def get_contact(scope: Scope, pk: int) -> Contact:
    """Return the contact if the reader may see it; a stranger's is not found."""
    found: Contact = get_object_or_404(queries.list_contacts(scope), pk=pk)
    return found
