"""星级班站所: the stars of stations and crews, one's own first with what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from linghang.org.enums import UnitKind
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
    periods = _label_all(latest)
    context = {
        "own": [_card(scope, score) for score in latest if score.unit_id in own_ids],
        "groups": _group(latest),
        "reasons": NOT_RATED_WORDS,
        "period": periods,
        "is_public": all(score.run.state == RunState.PUBLISHED for score in latest),
        "number": len(latest),
    }
    return render(request, "evaluation/stations.html", context)


@dataclass(frozen=True)
class Group:
    """One peer group of one scheme: its title, its periods, and its stations by band."""

    title: str
    period: str
    bands: list[tuple[str, list[Score]]]


def _group(latest: Sequence[Score]) -> list[Group]:
    """Return the groups of each scheme, schemes for larger units first; equal titles told apart."""
    found: dict[tuple[int, str], list[Score]] = {}
    for score in latest:
        found.setdefault((score.run.scheme_id, score.group), []).append(score)
    ordered = sorted(found.values(), key=lambda scores: _order(scores[0]))
    titles = [mapping.group_titles(load(s[0].run.scheme))[s[0].group] for s in ordered]
    groups = []
    for title, scores in zip(titles, ordered, strict=True):
        rules = load(scores[0].run.scheme)
        names = mapping.band_titles(rules) | {"": _("not rated")}
        rows = [
            (names[code], [score for score in scores if score.band == code])
            for code in (*(band.code for band in rules.bands), "")
        ]
        groups.append(
            Group(
                title if titles.count(title) == 1 else f"{scores[0].run.scheme} · {title}",
                _label_all(scores),
                [row for row in rows if row[1]],
            )
        )
    return groups


def _order(score: Score) -> tuple[int, str, int]:
    """Schemes by the largest kind of unit they rate, then by code; groups as the scheme has them."""
    rules = load(score.run.scheme)
    kinds = list(UnitKind)
    codes = [group.code for group in rules.peer_groups]
    return (
        min(kinds.index(UnitKind(kind)) for kind in rules.unit_kinds),
        rules.code,
        codes.index(score.group),
    )


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


def _label_all(scores: Iterable[Score]) -> str:
    """Return the periods of the scores, the latest first: bureaus need not be equally far."""
    found = {Period.parse(score.run.period) for score in scores}
    ordered = sorted(found, key=lambda period: period.end, reverse=True)
    return " · ".join(period.label(spoken()) for period in ordered)
