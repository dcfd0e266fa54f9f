"""The list of people, the search, the person page, the look at what is masked, the tab of a unit."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.org.api import get_visible_unit, in_force, search_units, visible_units
from linghang.people import api, mapping, queries, services
from linghang.people.enums import FIELD_LABELS, GROUPS, MEMBER_POST
from linghang.people.models import Appointment, Person
from linghang.people.web.filters import PersonFilter
from linghang.people.web.forms import RevealForm, SearchForm
from linghang.people.web.tables import PEOPLE
from linghang.platform.access import Permission
from linghang.platform.access.web import insist, require
from linghang.platform.calendar import clock
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
        tabs=api.list_tabs(request.scope, "people"),
        may_add=bool(request.scope.can(Permission.EDIT_PEOPLE)),
        may_export=bool(request.scope.can(Permission.EXPORT)),
        may_import=bool(request.scope.can(Permission.IMPORT)),
        waiting=len(queries.list_waiting_requests(request.scope)),
        query=request.GET.urlencode(),
    )


@require()
def search(request: HttpRequest) -> HttpResponse:
    """Find units and people by name; each only as far as the reader sees them."""
    form = SearchForm(request.GET or None)
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
    }
    if chosen == "overview":
        context |= _show_overview(request, person, is_self=is_self)
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


def _show_overview(request: HttpRequest, person: Person, *, is_self: bool) -> dict[str, Any]:
    may_reveal = not is_self and _may(request, person, Permission.VIEW_IDENTITY)
    asked = queries.list_requests(request.scope).filter(person=person)
    return {
        "cards": _list_cards(person),
        "may_reveal": may_reveal,
        "reveal_form": RevealForm() if may_reveal else None,
        "sensitive": show_sensitive(person, in_full=is_self),
        "requests": list(asked[:20]) if is_self or may_reveal else [],
        "looks": list(queries.list_looks(person)[:10]) if is_self else [],
    }


def _list_cards(person: Person) -> list[dict[str, Any]]:
    """Return the groups of fields: those that say something, and the names of those that do not."""
    cards = []
    for title, names in GROUPS:
        known, lacking = [], []
        for name in names:
            text = show_value(services.read_value(person, name), person, name)
            if text:
                known.append((FIELD_LABELS[name], text))
            elif text is not None:
                lacking.append(str(FIELD_LABELS[name]))
        cards.append({"title": title, "known": known, "lacking": "、".join(lacking)})
    return cards


def show_value(value: Any, person: Person, name: str) -> str | None:
    """Return a value as words; "" where nothing is recorded, None for a "no" nobody asks about."""
    if isinstance(value, bool):
        return _("yes") if value else None
    if isinstance(value, date):
        return value.isoformat()
    shown = getattr(person, f"get_{name}_display", None)
    return str(shown()) if shown else str(value or "")


def show_sensitive(person: Person, *, in_full: bool) -> list[tuple[Any, str]]:
    """Return what is sensitive with its labels, masked unless asked for in full."""
    return [
        (FIELD_LABELS[name], value if in_full else mask(value))
        for name, mask in services.MASKS.items()
        for value in [services.read_value(person, name)]
    ]


def _may(request: HttpRequest, person: Person, permission: Permission) -> bool:
    """Return whether the permission covers the person, oneself not counted as a reason."""
    if not request.scope.can(permission):
        return False
    held = person.appointments.filter(in_force(clock.today()))
    if not held.exists():
        held = person.appointments.all()
    return held.filter(request.scope.restrict(permission, "unit__path")).exists()


def insist_on(request: HttpRequest, pk: int, permission: Permission) -> Person:
    """Return the person to act on: 404 for a stranger, 403 with the reason without the permission."""
    person = api.get_visible_person(request.scope, pk)
    if not _may(request, person, permission):
        insist(request.scope.can(permission, "?"))
    return person


@require()
@require_POST
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is sensitive in full; who looked, when and why is recorded."""
    person = insist_on(request, pk, Permission.VIEW_IDENTITY)
    form = RevealForm(request.POST)
    if not form.is_valid():
        context = {
            "form": form,
            "title": _("Show in full: %(name)s") % {"name": person.name},
            "submit_label": _("Show in full"),
            "cancel_url": reverse("people:person", args=[pk]),
        }
        return render(request, "ui/form.html", context, status=REFUSED)
    services.reveal_identity(person=person, reason=form.cleaned_data["reason"], actor=request.user)
    response = render(
        request,
        "people/sensitive.html" if getattr(request, "htmx", None) else "people/revealed.html",
        {
            "person": person,
            "sensitive": show_sensitive(person, in_full=True),
            "title": person.name,
        },
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
