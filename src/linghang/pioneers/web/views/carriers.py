"""Posts, zones and squads: the list, the board by unit, one with its history, the sign card, the own page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linghang.ledger import api as ledger
from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.pioneers import access
from linghang.pioneers.enums import IN_FORCE, STATES_OF, CarrierKind, Deed
from linghang.pioneers.models import Carrier, Review, Tenure
from linghang.pioneers.queries import carriers as queries
from linghang.pioneers.queries import contacts, projects
from linghang.pioneers.web.filters import CarrierFilter
from linghang.pioneers.web.tables import CARRIERS
from linghang.pioneers.web.views.shared import get_scope, list_crumbs, list_tabs
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.calendar import clock
from linghang.platform.ui.tables import render_list


@require(Permission.VIEW_RECORDS)
@require_GET
def list_carriers(request: HttpRequest) -> HttpResponse:
    """Show the posts, zones and squads of the reader's units."""
    scope = get_scope(request)
    rows = queries.list_carriers(scope)
    found = CarrierFilter(request.GET, rows)
    return render_list(
        request,
        CARRIERS.bind(found.rows, request.GET),
        title=_("Posts, zones, squads"),
        sub=_name_counts(queries.count_kinds(rows)),
        filterset=found,
        tabs=list_tabs(scope, "carriers"),
        template="pioneers/list.html",
        may_propose=bool(scope.can(Permission.EDIT_RECORDS)),
    )


def _name_counts(counts: dict[str, int]) -> str:
    return " · ".join(f"{kind.label} {counts.get(kind.value, 0)}" for kind in CarrierKind)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_board(request: HttpRequest) -> HttpResponse:
    """Show who holds what, by unit, with the records of the last twelve months."""
    scope = get_scope(request)
    rows = list(queries.list_carriers(scope).filter(state__in=IN_FORCE).order_by(*ORDER))
    context = {
        "groups": _group(rows),
        "sub": _name_counts(_count(rows)),
        "tabs": list_tabs(scope, "board"),
    }
    return render(request, "pioneers/board.html", context)


ORDER = ("unit__path", "kind", "title", "pk")


def _count(rows: Iterable[Carrier]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    return counts


def _group(rows: list[Carrier]) -> list[tuple[str, list[tuple[Carrier, int]]]]:
    """Return (unit, [(carrier, number of records)]) in the order of the rows."""
    work = queries.read_work(rows)
    groups: dict[str, list[tuple[Carrier, int]]] = {}
    for row in rows:
        number = sum(one.records for one in work[row.pk])
        groups.setdefault(row.unit.name, []).append((row, number))
    return list(groups.items())


@require(Permission.VIEW_RECORDS)
@require_GET
def show_carrier(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one: pledge, place, what the ledger shows, who held it when, reviews and history."""
    scope = get_scope(request)
    carrier = get_carrier(scope, pk)
    context = {**describe(carrier, scope), "crumbs": list_crumbs(scope)}
    return render(request, "pioneers/carrier.html", context)


def describe(carrier: Carrier, scope: Scope) -> dict[str, Any]:
    """Return what the page of a post, zone or squad shows to the reader."""
    answers = [
        (deed, access.can_do(scope, carrier, deed))
        for deed, states in STATES_OF.items()
        if carrier.state in states
        and (deed is not Deed.MEMBERS or CarrierKind(carrier.kind).is_team)
    ]
    pledges = list(carrier.pledges.select_related("person"))
    present = [one for one in pledges if one.person_id == carrier.holder_id]
    known = ledger.list_kinds()
    return {
        "carrier": carrier,
        "deeds": [deed for deed, answer in answers if answer],
        "refusals": list(
            dict.fromkeys(getattr(answer, "reason", "") for _deed, answer in answers if not answer)
        ),
        "pledge": present[-1] if present else None,
        "former": [one for one in pledges if not present or one.pk != present[-1].pk],
        "work": queries.read_work([carrier])[carrier.pk],
        "kinds": [str(known[kind].title) for kind in carrier.kinds if kind in known],
        "tenures": list(carrier.tenures.select_related("person")),
        "members": list(carrier.members.all()),
        "reviews": [(review, name_found(review)) for review in carrier.reviews.all()],
        "acts": list(carrier.acts.select_related("by").order_by("-pk")),
        "is_due": carrier.is_review_due(clock.today()),
    }


def name_found(review: Review) -> list[tuple[str, int]]:
    """Return what a review found as (title, records)."""
    known = ledger.list_kinds()
    return [
        (str(known[kind].title) if kind in known else kind, records)
        for kind, records, _quantity in review.found
    ]


@require(Permission.VIEW_RECORDS)
@require_GET
def show_card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sign card to be printed on A5: holder, pledge, place, who supervises; no telephone."""
    scope = get_scope(request)
    carrier = get_carrier(scope, pk)
    context = {
        "carrier": carrier,
        "pledge": carrier.pledges.filter(person_id=carrier.holder_id).last(),
        "crumbs": list_crumbs(scope),
    }
    return render(request, "pioneers/card.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def show_own(request: HttpRequest) -> HttpResponse:
    """Show the reader what they hold and look after, and what is asked of them for it."""
    scope = get_scope(request)
    held = list(queries.list_own(scope))
    work = queries.read_work(held)
    mine = projects.list_projects(scope).filter(owner_id=scope.person_id)
    inductions = contacts.list_inductions(scope).filter(appointment__person_id=scope.person_id or 0)
    context = {
        "held": [
            (one, _last_pledge(one), work[one.pk], scope.person_id == one.holder_id) for one in held
        ],
        "contacts": contacts.read_lines(contacts.list_own(scope, clock.today()), clock.today()),
        "inductions": contacts.read_inductions(inductions),
        "projects": projects.read_lines(mine),
        "tabs": list_tabs(scope, "mine"),
    }
    return render(request, "pioneers/mine.html", context)


def _last_pledge(carrier: Carrier) -> str:
    own = [one.text for one in carrier.pledges.all() if one.person_id == carrier.holder_id]
    return own[-1] if own else ""


@require(Permission.VIEW_RECORDS)
@require_GET
def show_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a unit's posts, its contact person and the projects that ask it: a part of its page."""
    scope = get_scope(request)
    unit = org.get_visible_unit(scope, pk, Permission.VIEW_RECORDS)
    rows = queries.list_carriers(scope).filter(unit=unit, state__in=IN_FORCE)
    running = contacts.filter_running(
        contacts.list_contacts(scope).filter(unit=unit), clock.today()
    )
    plans = projects.list_of_unit(projects.list_projects(scope), unit)
    context = {
        "unit": unit,
        "carriers": list(rows),
        "contacts": contacts.read_lines(running, clock.today()),
        "projects": projects.read_lines(plans),
        "may_propose": unit.kind in queries.HOLDING and bool(access.can_propose(scope, unit)),
        "may_open": unit.kind == UnitKind.COMMITTEE and bool(access.can_open_project(scope, unit)),
    }
    return render(request, "pioneers/unit_panel.html", context)


@require(Permission.VIEW_RECORDS)
@require_GET
def go_to_tenure(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a line of the ledger to the post, zone or squad somebody was appointed to."""
    seen = queries.list_carriers(get_scope(request))
    row = get_object_or_404(Tenure.objects.filter(carrier__in=seen), pk=pk)
    return redirect("pioneers:carrier", pk=row.carrier_id)


@require(Permission.VIEW_RECORDS)
@require_GET
def go_to_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from a line of the ledger to the post, zone or squad that was reviewed."""
    seen = queries.list_carriers(get_scope(request))
    row = get_object_or_404(Review.objects.filter(carrier__in=seen), pk=pk)
    return redirect("pioneers:carrier", pk=row.carrier_id)


def get_carrier(scope: Scope, pk: int) -> Carrier:
    """Return it if the reader may see it; a stranger's is not found."""
    found: Carrier = get_object_or_404(queries.list_carriers(scope), pk=pk)
    return found
