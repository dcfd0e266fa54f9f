"""星级班站所: the stars of stations and crews, one's own first with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import NOT_RATED_WORDS, RunState
from linghang.evaluation.models import Score
from linghang.evaluation.queries import scores as score_queries
from linghang.evaluation.queries import stations
from linghang.evaluation.queries.schemes import load
from linghang.platform.access import Permission, Scope
from linghang.platform.access.web import require
from linghang.platform.languages import spoken
from linghang_core import scoring
from linghang_core.periods import Period


@dataclass(frozen=True)
class Card:
    """One station of the reader's own: total, stars, parts, course, what would change it most."""

    score: Score
    band: str
    reason: str
    period: str
    parts: tuple[scoring.DimensionExplanation, ...]
    most: scoring.CriterionExplanation | None
    course: list[Decimal | None]


@require(Permission.VIEW_PUBLISHED)
def show_stations(request: HttpRequest) -> HttpResponse:
    """Show the latest stars: the reader's own stations in full, all others in bands, never ranked."""
    scope: Scope = request.scope  # type: ignore[attr-defined]
    latest = stations.list_latest(scope)
    own_ids = stations.list_own(scope)
    groups: dict[str, dict[str, list[Score]]] = {}
    titles: dict[str, str] = {}
    bands: dict[str, str] = {}
    for score in latest:
        scheme = load(score.run.scheme)
        titles |= mapping.group_titles(scheme)
        bands |= mapping.band_titles(scheme)
        empty: dict[str, list[Score]] = {code: [] for code in [b.code for b in scheme.bands] + [""]}
        rows = groups.setdefault(score.group, empty)
        rows[score.band].append(score)
    order = {"stations": 0}
    context = {
        "own": [_card(scope, score) for score in latest if score.unit_id in own_ids],
        "groups": [
            (
                titles[code],
                [(bands.get(band, _("not rated")), found) for band, found in rows.items() if found],
            )
            for code, rows in sorted(groups.items(), key=lambda pair: order.get(pair[0], 1))
        ],
        "reasons": NOT_RATED_WORDS,
        "period": _label(latest[0].run.period) if latest else "",
        "is_public": bool(latest) and latest[0].run.state == RunState.PUBLISHED,
        "number": len(latest),
    }
    return render(request, "evaluation/stations.html", context)


def _card(scope: Scope, score: Score) -> Card:
    scheme = load(score.run.scheme)
    result = mapping.restore_result(scheme, score.result)
    explanation = scoring.explain(scheme, result, score.run.period)
    items: dict[str, Any] = {i.code: i for part in explanation.dimensions for i in part.criteria}
    return Card(
        score=score,
        band=mapping.say(explanation.band),
        reason=str(NOT_RATED_WORDS.get(score.reason, "")),
        period=_label(score.run.period),
        parts=explanation.dimensions,
        most=items[explanation.most[0]] if explanation.most else None,
        course=[one.total if one else None for one in score_queries.list_course(scope, score)],
    )


def _label(period: str) -> str:
    return Period.parse(period).label(spoken())
