"""Tabs on the pages of units and persons: the latest scores."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from linghang.evaluation import mapping
from linghang.evaluation.enums import NOT_RATED_WORDS
from linghang.evaluation.models import Score
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries.schemes import load
from linghang.org import api as org
from linghang.people.models import Person
from linghang.platform.access import Scope
from linghang.platform.access.web import require
from linghang.platform.languages import spoken
from linghang_core.periods import Period


@require()
def show_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the scores tab of a unit: the latest score and its course."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    latest = score_queries.latest_of_units(scope, [pk]).get(pk)
    if latest is None:
        org.get_visible_unit(scope, pk)  # a stranger's unit is not found
    return _render(request, latest)


@require()
def show_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the scores tab of a person, for oneself and whoever may see the branch's scores."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    person = get_object_or_404(Person, pk=pk)
    latest = score_queries.latest_of_person(scope, person.pk)
    if latest is None and person.pk != scope.person_id:
        raise Http404
    return _render(request, latest)


def _render(request: HttpRequest, score: Score | None) -> HttpResponse:
    scope: Scope = request.scope  # type: ignore[attr-defined]
    course = score_queries.list_course(scope, score) if score else []
    context = {
        "score": score,
        "band": mapping.band_titles(load(score.run.scheme)).get(score.band) if score else "",
        "reason": NOT_RATED_WORDS.get(score.reason, "") if score else "",
        "period": Period.parse(score.run.period).label(spoken()) if score else "",
        "course": [one.total if one else None for one in course],
    }
    return render(request, "evaluation/panel.html", context)
