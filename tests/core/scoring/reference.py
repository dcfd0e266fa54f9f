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


def mean_mark(raters: Any, facts: Sequence[Fact]) -> Fraction | None:
    """Each kind of raters its mean; those without marks hand their weight to the others."""
    means = {}
    for rater, side in zip(raters.weights, raters.sides[::2], strict=True):
        marks = [Fraction(fact.quantity, 100) for fact in facts if is_meant(fact, side)]
        if marks:
            means[rater.status] = sum(marks) / len(marks)
    if not means or (raters.absent == "not_rated" and len(means) < len(raters.weights)):
        return None
    total = sum(Fraction(rater.weight) for rater in raters.weights if rater.status in means)
    return sum(
        (
            Fraction(rater.weight) / total * means[rater.status]
            for rater in raters.weights
            if rater.status in means
        ),
        Fraction(0),
    )


def value_of(criterion: Any, facts: Sequence[Fact], subject: Subject) -> Fraction | None:
    measure = criterion.measure
    if measure.raters is not None:
        return mean_mark(measure.raters, facts)
    if measure.average is not None:
        marks = [Fraction(f.quantity, 100) for f in facts if is_meant(f, measure.average)]
        return sum(marks, Fraction(0)) / len(marks) if marks else None
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


Row = tuple[Decimal | None, dict[str, Decimal], str | None]
"""The total (None when not rated), the points of every criterion, the band."""


def evaluate(
    scheme: Scheme, period: str, subjects: Sequence[Subject], facts: Sequence[Fact], as_of_seq: int
) -> dict[str, Row]:
    """Every subject by its code."""
    values, groups = {}, {}
    for subject in subjects:
        own = own_facts(scheme, subject, facts, as_of_seq)
        values[subject.code] = {
            c.code: value_of(c, [f for f in own if in_window(f, c.window, period)], subject)
            for c in scheme.criteria
        }
        groups[subject.code] = group_of(scheme, subject)
    rows = {}
    for code, own_values in values.items():
        peers = [values[other] for other in values if groups[other] == groups[code]]
        rows[code] = evaluate_one(scheme, own_values, peers)
    bands: dict[str, str] = {}
    for group in set(groups.values()):
        totals = {c: rows[c][0] for c in rows if groups[c] == group and rows[c][0] is not None}
        bands |= award(scheme, totals)
    return {code: (*row, bands.get(code)) for code, row in rows.items()}


def group_of(scheme: Scheme, subject: Subject) -> str:
    for group in scheme.peer_groups:
        if group.otherwise or subject.attributes[group.when.attribute] in group.when.equals:
            return group.code
    raise AssertionError


def place_share(c: Any, value: Fraction, field: Sequence[Fraction]) -> Fraction:
    """By how many of the group are better, one after the other."""
    better = sum(other < value if c.lower_is_better else other > value for other in field)
    if c.score.rank:
        best, worst = Fraction(c.score.rank.best), Fraction(c.score.rank.worst)
        return (best - (best - worst) * better / (len(field) - 1)) / Fraction(c.points)
    for share in c.score.percentile:
        if better < Fraction(share.top) * len(field):
            return Fraction(share.points) / Fraction(c.points)
    return Fraction(0)


def award(scheme: Scheme, totals: dict[str, Decimal]) -> dict[str, str]:
    """Band by band, letting equals in or out together, one group of equals after the other."""
    awarded: dict[str, str] = {}
    for band in scheme.bands:
        room = len(totals) if band.at_most is None else int(Fraction(band.at_most) * len(totals))
        for total in sorted(set(totals.values()), reverse=True):
            equals = [c for c in totals if totals[c] == total and c not in awarded]
            fits = len(equals) <= room or (scheme.ties == "all_in" and room > 0)
            if total < band.lower or not equals:
                continue
            if not fits:
                break
            awarded |= dict.fromkeys(equals, band.code)
            room -= len(equals)
    return awarded


def limit_dimensions(scheme: Scheme, points: dict[str, Decimal], full: dict[str, Decimal]) -> Any:
    """The sums of the natures, each dimension within its cap and its floor."""
    sums = {"basic": Decimal(0), "bonus": Decimal(0), "deduction": Decimal(0)}
    for part in scheme.dimensions:
        own = {
            nature: sum((points[c.code] for c in part.criteria if c.nature == nature), Decimal(0))
            for nature in sums
        }
        if part.cap is not None:
            nominal = sum((c.full for c in part.criteria if c.nature == "basic"), Decimal(0))
            shared = sum(
                (full.get(c.code, Decimal(0)) for c in part.criteria if c.nature == "basic"),
                Decimal(0),
            )
            most = part.cap - nominal + shared
            own["bonus"] = min(own["bonus"], max(Decimal(0), most - own["basic"]))
        if part.floor is not None:
            own["deduction"] = max(own["deduction"], part.floor)
        for nature, amount in own.items():
            sums[nature] += amount
    return sums


def veto_limits(scheme: Scheme, c: Any) -> list[Decimal]:
    if c.veto.maximum is not None:
        return [c.veto.maximum]
    place = [band.code for band in scheme.bands].index(c.veto.band)
    return [scheme.bands[place - 1].lower - Decimal("0.01")] if place else []


def evaluate_one(
    scheme: Scheme, values: dict[str, Fraction | None], peers: Sequence[dict[str, Fraction | None]]
) -> tuple[Decimal | None, dict[str, Decimal]]:
    fields = {c.code: [p[c.code] for p in peers if p[c.code] is not None] for c in scheme.criteria}
    values = {
        c.code: None
        if c.score and (c.score.rank or c.score.percentile) and len(fields[c.code]) < 2
        else values[c.code]
        for c in scheme.criteria
    }
    left_out = {
        c.code for c in scheme.criteria if values[c.code] is None and c.missing == "leave_out"
    }
    full = fulls(scheme, left_out)
    points: dict[str, Decimal] = {}
    limits = [scheme.total.maximum]
    rated = any(c.nature == "basic" and c.code not in left_out for c in scheme.criteria)
    for c in scheme.criteria:
        value = values[c.code]
        if c.nature == "veto":
            points[c.code] = Decimal(0)
            limits += veto_limits(scheme, c) if value else []
            continue
        if c.code in left_out:
            points[c.code] = Decimal(0)
        elif value is None:
            rated = rated and c.missing != "not_rated"
            points[c.code] = full[c.code] if c.missing == "full" else Decimal(0)
        elif c.score.rank or c.score.percentile:
            exact = place_share(c, value, fields[c.code]) * Fraction(full[c.code])
            points[c.code] = rounded(exact)
        else:
            points[c.code] = rounded(share(c, value) * Fraction(full[c.code]))
        if c.nature == "deduction":
            points[c.code] = -points[c.code]
    for name in {c.once for c in scheme.criteria if c.once}:
        own = [c.code for c in scheme.criteria if c.once == name]
        most = max(abs(points[code]) for code in own)
        kept = next(code for code in own if abs(points[code]) == most)
        points |= {code: Decimal(0) for code in own if code != kept}
    sums = limit_dimensions(scheme, points, full)
    total = sums["basic"]
    total += min(sums["bonus"], scheme.bonus_cap)
    total += max(sums["deduction"], scheme.deduction_floor)
    total = max(total, scheme.total.minimum)
    return (min(total, *limits) if rated else None), points
