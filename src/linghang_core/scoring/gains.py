"""Gains: by how much a total would rise if one criterion were perfect and nothing else changed."""

from __future__ import annotations

from decimal import Decimal

from linghang_core.scoring.results import CriterionResult, State, SubjectResult
from linghang_core.scoring.scheme import Criterion, Nature, Scheme
from linghang_core.scoring.score import best_share, round_half_up, to_cents, to_points
from linghang_core.scoring.settlement import count_once, settle

ZERO = Decimal("0.00")


def measure_gain(
    scheme: Scheme, rule: Criterion, item: CriterionResult, result: SubjectResult
) -> Decimal:
    """Return the gain of a criterion, caps, floors, vetoes and events counted once included."""
    if item.state is State.LEFT_OUT:
        return ZERO
    best = _best(rule, item)
    vetoes = [code for code in result.settlement.vetoes if code != rule.code]
    if best == item.raw and len(vetoes) == len(result.settlement.vetoes):
        return ZERO
    points = {**{one.code: one.raw for one in result.criteria}, rule.code: best}
    points |= dict.fromkeys(count_once(scheme, points), ZERO)
    fulls = {one.code: one.full for one in result.criteria}
    return settle(scheme, points, vetoes, fulls).total - result.settlement.total


def _best(rule: Criterion, item: CriterionResult) -> Decimal:
    """The most points of the criterion; a deduction is perfect when it takes nothing."""
    if rule.nature in (Nature.DEDUCTION, Nature.VETO):
        return ZERO
    return max(item.raw, to_points(round_half_up(best_share(rule) * to_cents(item.full))))
