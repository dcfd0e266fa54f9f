"""The slow, obvious evaluation: plain loops over facts, written from the prose, sharing no code.

Only the scheme model is shared. It knows nothing of atoms, passes, windows as spans or caches.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from linghang_core.scoring import Scheme, Subject
from tests.core.scoring.facts import Fact


def in_window(fact: Fact, window: str, period: str) -> bool:
    year, month = (int(part) for part in period.split("-"))
    age = (year - fact.counts_on.year) * 12 + month - fact.counts_on.month
    lengths = {
        "month": 1,
        "last_3_months": 3,
        "last_12_months": 12,
        "quarter": (month - 1) % 3 + 1,
        "year": month,
    }
    return 0 <= age < lengths[window]


def is_meant(fact: Fact, side: Any) -> bool:
    def kind_fits(wanted: str) -> bool:
        return fact.kind.startswith(wanted[:-1]) if wanted.endswith("*") else fact.kind == wanted

    if not any(kind_fits(kind) for kind in side.kinds):
        return False
    if side.statuses is not None and fact.status not in side.statuses:
        return False
    if side.verified is not None and fact.verified is not side.verified:
        return False
    if side.late is not None and fact.late is not side.late:
        return False
    if side.level == "unit":
        return fact.person_id is None
    return side.level == "any" or fact.person_id is not None


def amount(facts: Sequence[Fact], side: Any) -> Fraction:
    meant = [fact for fact in facts if is_meant(fact, side)]
    if side.aggregate == "count":
        return Fraction(len(meant))
    if side.aggregate == "sum":
        return Fraction(sum(fact.quantity for fact in meant), 100)
    if side.aggregate == "days":
        return Fraction(len({fact.counts_on for fact in meant}))
    return Fraction(len({(fact.counts_on.year, fact.counts_on.month) for fact in meant}))


def value_of(criterion: Any, facts: Sequence[Fact], subject: Subject) -> Fraction | None:
    measure = criterion.measure
    if measure.ratio is None:
        return amount(facts, measure.sides[0])
    of, to = measure.ratio.of, measure.ratio.to
    below = (
        Fraction(str(subject.attributes[to.attribute]))
        if hasattr(to, "attribute")
        else amount(facts, to)
    )
    return amount(facts, of) / below if below > 0 else None


def share(criterion: Any, value: Fraction) -> Fraction:
    score, full = criterion.score, Fraction(criterion.points)
    if score.proportional:
        low, high = Fraction(score.proportional.start), Fraction(score.proportional.target)
        way = (value - low) / (high - low)
        return Fraction(0) if way < 0 else Fraction(1) if way > 1 else way
    if score.steps:
        points = Fraction(0)
        for step in score.steps:
            if Fraction(step.lower) <= value:
                points = Fraction(step.points)
        return points / full
    if score.per_unit:
        earned = Fraction(score.per_unit.points) * value
        return min(earned, Fraction(score.per_unit.cap or criterion.points)) / full
    if score.threshold.at_least is not None:
        return Fraction(value >= Fraction(score.threshold.at_least))
    return Fraction(value <= Fraction(score.threshold.at_most))


def rounded(exact: Fraction) -> Decimal:
    thousandths = Decimal((exact * 10**6).__floor__()).scaleb(-6)
    return thousandths.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def fulls(scheme: Scheme, left_out: set[str]) -> dict[str, Decimal]:
    basic = [c for c in scheme.criteria if c.nature == "basic" and c.code not in left_out]
    total = sum((Fraction(c.full) for c in basic), Fraction(0))
    result = {c.code: c.full for c in scheme.criteria if c.nature != "basic"}
    exact = {c.code: Fraction(c.full) * Fraction(scheme.base) / total for c in basic}
    down = {code: Decimal((points * 100).__floor__()).scaleb(-2) for code, points in exact.items()}
    order = sorted(exact, key=lambda code: exact[code] - Fraction(down[code]), reverse=True)
    while basic and sum(down.values()) < scheme.base:
        down[order.pop(0)] += Decimal("0.01")
    return result | down


def own_facts(
    scheme: Scheme, subject: Subject, facts: Sequence[Fact], as_of_seq: int
) -> list[Fact]:
    """The subject's facts as they stood at the sequence."""
    return [
        fact
        for fact in facts
        if fact.seq <= as_of_seq
        and (fact.withdrawn_seq is None or fact.withdrawn_seq > as_of_seq)
        and (
            fact.person_id == subject.id
            if scheme.subject == "person"
            else fact.unit_id in subject.units
        )
    ]


def evaluate(
    scheme: Scheme, period: str, subject: Subject, facts: Sequence[Fact], as_of_seq: int
) -> tuple[Decimal | None, dict[str, Decimal]]:
    """The total (None when not rated) and the points of every criterion of one subject."""
    own = own_facts(scheme, subject, facts, as_of_seq)
    values = {
        c.code: value_of(c, [f for f in own if in_window(f, c.window, period)], subject)
        for c in scheme.criteria
    }
    left_out = {
        c.code for c in scheme.criteria if values[c.code] is None and c.missing == "leave_out"
    }
    full = fulls(scheme, left_out)
    points: dict[str, Decimal] = {}
    sums = {"basic": Decimal(0), "bonus": Decimal(0), "deduction": Decimal(0)}
    limits = [scheme.total.maximum]
    rated = any(c.nature == "basic" and c.code not in left_out for c in scheme.criteria)
    for c in scheme.criteria:
        value = values[c.code]
        if c.nature == "veto":
            points[c.code] = Decimal(0)
            if value:
                codes = [band.code for band in scheme.bands]
                if c.veto.maximum is not None:
                    limits.append(c.veto.maximum)
                elif codes.index(c.veto.band) > 0:
                    better = scheme.bands[codes.index(c.veto.band) - 1]
                    limits.append(better.lower - Decimal("0.01"))
            continue
        if c.code in left_out:
            points[c.code] = Decimal(0)
        elif value is None:
            rated = rated and c.missing != "not_rated"
            points[c.code] = full[c.code] if c.missing == "full" else Decimal(0)
        else:
            points[c.code] = rounded(share(c, value) * Fraction(full[c.code]))
        if c.nature == "deduction":
            points[c.code] = -points[c.code]
        sums[c.nature] += points[c.code]
    total = sums["basic"]
    total += min(sums["bonus"], scheme.bonus_cap)
    total += max(sums["deduction"], scheme.deduction_floor)
    total = max(total, scheme.total.minimum)
    return (min(total, *limits) if rated else None), points
