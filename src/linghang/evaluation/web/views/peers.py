"""One unit against its peer group: where others are better, and what would change it. Not persons."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.queries import frozen, spread
from linghang.evaluation.queries.rounding import round_points
from linghang.evaluation.web.views.runs import share_of
from linghang.evaluation.web.views.scores import draw_dimensions, get_score, head_of
from linghang.platform.access.web import require
from linghang.platform.ui import charts
from linghang_core import scoring
from linghang_core.scoring.scheme import Nature

FEWEST = 4  # quartiles of fewer say which unit is which
HINTS = 5


@dataclass(frozen=True)
class Compared:
    """A criterion of one unit beside its peers, all as shares of the full points in per cent."""

    item: scoring.CriterionExplanation
    own: Decimal | None
    quartiles: spread.Quartiles
    lost: Decimal
    url: str

    @property
    def is_behind(self) -> bool:
        """Return whether three quarters of the peers are better."""
        return self.own is not None and self.own < self.quartiles.lower

    @property
    def is_ahead(self) -> bool:
        """Return whether it stands with the best quarter, where the peers differ at all."""
        known = self.own is not None and self.own > self.quartiles.lower
        return known and self.own >= self.quartiles.upper  # type: ignore[operator]


@require()
def show_peers(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a unit with its peer group by dimension, by criterion and in the spread of totals."""
    score = get_score(request, pk)
    if score.person_id is not None:
        raise Http404  # members are compared with nobody
    reading = frozen.read_score(score)
    result = mapping.restore_result(reading.scheme, reading.stored)
    explanation = scoring.explain(reading.scheme, result, score.run.period)
    peers = spread.list_peers(request.scope, score)  # type: ignore[attr-defined]
    enough = len(peers) >= FEWEST
    compared = (
        _compare(reading.scheme, result, explanation, [peer.result for peer in peers], score.pk)
        if enough
        else []
    )
    behind = [one for one in compared if one.lost > 0]
    classes = spread.count_classes([peer.total for peer in peers if peer.total is not None])
    context = head_of(request, score, reading) | {
        "peers": len(peers),
        "enough": enough,
        "radar": draw_dimensions(score, reading, result),
        "compared": compared,
        "behind": sorted(behind, key=lambda one: (-one.lost, one.item.code))[:HINTS],
        "bars": charts.Bars(
            title=_("How many in each class"),
            classes=[name for name, _number in classes],
            counts=[number for _name, number in classes],
            head=_("how many"),
            marked=_place(classes, score.total),
        ),
    }
    context["crumbs"] = [
        *context["crumbs"],
        (str(score), reverse("evaluation:score", args=[score.pk])),
    ]
    return render(request, "evaluation/peers.html", context)


def _compare(
    scheme: scoring.Scheme,
    result: scoring.SubjectResult,
    explanation: scoring.Explanation,
    peers: list[dict],
    score_pk: int,
) -> list[Compared]:
    why = reverse("evaluation:why", args=[score_pk])
    items = {item.code: item for part in explanation.dimensions for item in part.criteria}
    found = []
    for place, rule in enumerate(scheme.criteria):
        if rule.nature.value == "veto":
            continue
        shares = []
        for peer in peers:
            _counts, _value, full, points, state = peer["criteria"][place]
            if state != "left_out":
                shares.append(_share(rule.nature, Decimal(points), Decimal(full)))
        quartiles = spread.find_quartiles(shares)
        if quartiles is None:
            continue
        own = result.criteria[place]
        asked = own.state.value != "left_out"
        share = _share(rule.nature, own.points, own.full)
        gap = max(quartiles.upper - share, Decimal(0)) if asked else Decimal(0)
        found.append(
            Compared(
                item=items[rule.code],
                own=share if asked else None,
                quartiles=quartiles,
                lost=round_points(gap * own.full / 100),
                url=f"{why}#{rule.code}",
            )
        )
    return found


def _place(classes: list[tuple[str, int]], total: Decimal | None) -> int | None:
    if total is None or not classes:
        return None
    lowest = int(classes[0][0].partition("–")[0])
    return int((total - lowest) // spread.CLASS_WIDTH)


def _share(nature: Nature, points: Decimal, full: Decimal) -> Decimal:
    """In tenths of a per cent: the last hundredth of points is shared out, and means nothing."""
    return share_of(nature, points, full).quantize(Decimal("0.1"), ROUND_HALF_UP)
