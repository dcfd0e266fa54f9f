"""What every page here needs: the scope, the bureau and the programme asked for, the way back."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _

from linghang.distinctions import access
from linghang.distinctions.models import Case, Holding, Programme
from linghang.distinctions.queries import standing
from linghang.org.models import Unit
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import insist

READING = access.READING


def get_scope(request: HttpRequest) -> Scope:
    """Return what the reader may see and do."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    return scope


def get_root(request: HttpRequest) -> Unit | None:
    """Return the bureau asked for, else the reader's first; a stranger's is not found."""
    bureaus = standing.list_bureaus(get_scope(request))
    asked = request.GET.get("root", "")
    if not asked:
        return bureaus[0] if bureaus else None
    found = next((one for one in bureaus if str(one.pk) == asked), None)
    if found is None:
        raise Http404
    return found


def get_programme(request: HttpRequest) -> Programme | None:
    """Return the programme asked for, else the first."""
    programmes = list(standing.list_programmes())
    asked = request.GET.get("programme", "")
    found = next((one for one in programmes if str(one.pk) == asked), None)
    if asked and found is None:
        raise Http404
    return found or next(iter(programmes), None)


def get_case(request: HttpRequest, pk: int) -> Case:
    """Return the case if the reader may see it; a stranger's is not found."""
    found: Case = get_object_or_404(standing.list_cases(get_scope(request)), pk=pk)
    return found


def get_holding(request: HttpRequest, pk: int) -> Holding:
    """Return the level held if the reader may see it; a stranger's is not found."""
    found: Holding = get_object_or_404(standing.list_holdings(get_scope(request)), pk=pk)
    return found


def get_unit(request: HttpRequest, pk: int) -> Unit:
    """Return a unit whose levels the reader sees."""
    units = Unit.objects.filter(access.restrict_units(get_scope(request), "path"))
    found: Unit = get_object_or_404(units.defer("contact_phone"), pk=pk)
    return found


def list_crumbs(programme: Programme) -> list[tuple[str, str]]:
    """Return the way back to the board."""
    return [
        (_("Stars and benchmarks"), f"{resolve_url('distinctions:board')}?programme={programme.pk}")
    ]


def insist_reading(scope: Scope, unit: Unit) -> None:
    """Refuse who does not see the results of the bureau."""
    insist(scope.can(Permission.VIEW_PUBLISHED, unit.path))
