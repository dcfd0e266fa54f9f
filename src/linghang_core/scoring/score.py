"""Score functions: from a value to the share of a criterion's points, exactly.

All arithmetic is on fractions and whole hundredths; nothing is rounded before a criterion's
points are, and those once, half up, to 0.01.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from linghang_core.scoring.results import Place
from linghang_core.scoring.scheme import Absent, Criterion, Proportional, Raters, Step, TopShare

NONE, ALL = Fraction(0), Fraction(1)


def share_of_points(criterion: Criterion, value: Fraction) -> Fraction:
    """Return which share, from 0 to 1, of the criterion's points the value earns.

    A share and not points, because the points may have grown by those of criteria left out.
    """
    score, full = criterion.score, Fraction(criterion.full)
    if score is None:
        return NONE
    if score.proportional is not None:
        return proportional_share(score.proportional, value)
    if score.steps is not None:
        step = find_step(score.steps, value)
        return NONE if step is None else Fraction(step.points) / full
    if score.per_unit is not None:
        cap = Fraction(score.per_unit.cap or criterion.full)
        return max(NONE, min(cap, Fraction(score.per_unit.points) * value)) / full
    threshold = score.threshold
    if threshold is None:
        raise AssertionError  # unreachable: the others go by places, see share_of_place
    if threshold.at_least is not None:
        return ALL if value >= Fraction(threshold.at_least) else NONE
    return ALL if value <= Fraction(threshold.at_most or 0) else NONE


def share_of_place(criterion: Criterion, place: Place) -> Fraction:
    """Return which share, from 0 to 1, of the criterion's points a place in the peer group earns.

    A rank runs evenly over the places of at least two; of a percentile the first share counts of which
    `(place - 1) ÷ of` is below the top: [0, top) is half-open, so one of ten is the top tenth.
    """
    score, full = criterion.score, Fraction(criterion.full)
    if score is not None and score.rank is not None:
        best, worst = Fraction(score.rank.best), Fraction(score.rank.worst)
        return (best - (best - worst) * Fraction(place.number - 1, place.of - 1)) / full
    share = find_share(criterion, place)
    return NONE if share is None else Fraction(share.points) / full


def find_share(criterion: Criterion, place: Place) -> TopShare | None:
    """The first share of the peer group that a place lies in; None behind the last."""
    shares = (criterion.score and criterion.score.percentile) or ()
    before = Fraction(place.number - 1, place.of)
    return next((share for share in shares if before < Fraction(share.top)), None)


def best_share(criterion: Criterion) -> Fraction:
    """The largest share of its points that a criterion can give or take."""
    score, full = criterion.score, Fraction(criterion.full)
    if score is None:
        return NONE
    if score.steps is not None:
        return max(Fraction(step.points) for step in score.steps) / full
    if score.per_unit is not None:
        return Fraction(score.per_unit.cap or criterion.full) / full
    if score.rank is not None:
        return Fraction(score.rank.best) / full
    if score.percentile is not None:
        return max(Fraction(share.points) for share in score.percentile) / full
    return ALL


def weigh_marks(raters: Raters, counts: Sequence[int]) -> Fraction | None:
    """Return the weighed mean of the marks; `counts` are sum (hundredths) and number of each kind.

    A kind of raters without marks hands its weight to the others in proportion, or leaves no value
    where the scheme wants every kind; None without any marks.
    """
    pairs = list(zip(raters.weights, counts[::2], counts[1::2], strict=True))
    found = [(Fraction(rater.weight), Fraction(of, 100 * to)) for rater, of, to in pairs if to]
    if not found or (raters.absent is Absent.NOT_RATED and len(found) < len(pairs)):
        return None
    return sum((w * mean for w, mean in found), NONE) / sum((w for w, _mean in found), NONE)


def proportional_share(rule: Proportional, value: Fraction) -> Fraction:
    """The way from start to target that the value has gone, held between 0 and 1."""
    start, target = Fraction(rule.start), Fraction(rule.target)
    return max(NONE, min(ALL, (value - start) / (target - start)))


def find_step(steps: Sequence[Step], value: Fraction) -> Step | None:
    """The last step that begins at or below the value; None below the first."""
    reached = [step for step in steps if value >= Fraction(step.lower)]
    return reached[-1] if reached else None


def round_half_up(amount: Fraction) -> int:
    """The non-negative amount as a whole number; a half goes up."""
    return int((amount * 2 + 1) // 2)


def redistribute(points: Sequence[int], base: int) -> tuple[int, ...]:
    """Return the points, in hundredths, stretched in proportion so that they add up to the base.

    Largest remainder: each is rounded down, and the hundredths still to give go one each to the
    largest remainders, the earlier criterion first among equals. So no rounding changes the base.
    """
    total = sum(points)
    if total in (0, base):
        return tuple(points)
    floors = [amount * base // total for amount in points]
    remainders = [amount * base % total for amount in points]
    order = sorted(range(len(points)), key=lambda place: (-remainders[place], place))
    for place in order[: base - sum(floors)]:
        floors[place] += 1
    return tuple(floors)


def to_points(cents: int) -> Decimal:
    """Hundredths as points with exactly two decimals."""
    return Decimal(cents).scaleb(-2)


def to_cents(points: Decimal) -> int:
    """Points of at most two decimals as whole hundredths."""
    return int(points.scaleb(2))
