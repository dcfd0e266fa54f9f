"""Distinct readings: what a criterion read of many subjects, each thing once.

A million members read a criterion in a few dozen ways. Each way is valued once, by the functions
that value a single subject, and looked up for the rest. Only where the ways are many (hours,
money) are they valued by integer arithmetic on arrays, which is exact or is not done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from linghang_core.scoring.engines.monthly import Whole
from linghang_core.scoring.scheme import Criterion
from linghang_core.scoring.score import share_of_points

ROOM = 2**62
"""Below this a product of whole numbers has room in 64 bits."""


Valued: TypeAlias = dict[tuple[int, int | Decimal | None], tuple[Fraction, bool]]
"""Readings of a criterion with their shares of the points, and whether there is none."""


@dataclass(frozen=True)
class Readings:
    """Distinct pairs of numbers read, and which pair each subject has.

    `to` is None for a plain number, and a place in `known` where the denominator is an attribute.
    """

    of: Whole
    to: Whole | None
    known: Sequence[Decimal] | None
    places: NDArray[np.intp]


@dataclass(frozen=True)
class Shares:
    """For each distinct reading its share of the points as a fraction, and whether it has none.

    Numerators and denominators are 64-bit numbers, or Python's own where these are too small.
    """

    numerators: NDArray[Any]
    denominators: NDArray[Any]
    missing: NDArray[np.bool_]

    def points(self, full: Any) -> NDArray[Any]:
        """Share × points in hundredths, a half going up; `full` fits the shape of the shares."""
        return _round(self.numerators, self.denominators, full)

    def of(self, places: NDArray[np.intp]) -> Shares:
        """The shares of the subjects themselves."""
        return Shares(self.numerators[places], self.denominators[places], self.missing[places])


def _round(numerators: NDArray[Any], denominators: NDArray[Any], full: Any) -> NDArray[Any]:
    if not len(numerators):
        return np.zeros(0, np.int64)
    top = 2 * int(np.max(numerators)) * int(np.max(full)) + int(np.max(denominators))
    if max(top, 2 * int(np.max(denominators))) >= ROOM:
        numerators, denominators = numerators.astype(object), denominators.astype(object)
        full = np.asarray(full).astype(object)
    rounded = (2 * numerators * full + denominators) // (2 * denominators)
    return np.asarray(rounded).astype(np.int64)


def find_readings(of: Whole, to: Whole | None, known: Sequence[Decimal] | None) -> Readings:
    """Return the distinct readings of the subjects."""
    if not len(of):
        return Readings(of, to, known, np.zeros(0, np.intp))
    low, span = _span(of)
    low_to, span_to = (0, 1) if to is None else _span(to)
    if span * span_to >= ROOM:
        pairs = np.stack([of, of if to is None else to])
        distinct, places = np.unique(pairs, axis=1, return_inverse=True)
        return Readings(distinct[0], None if to is None else distinct[1], known, places.ravel())
    keys = of - low if to is None else (of - low) * span_to + (to - low_to)
    if span * span_to <= 4 * len(of) + 1024:
        there = np.zeros(span * span_to, np.bool_)
        there[keys] = True
        found = np.flatnonzero(there)
        place = np.empty(len(there), np.intp)
        place[found] = np.arange(len(found))
        places = place[keys]
    else:
        found, places = np.unique(keys, return_inverse=True)
    return Readings(
        found // span_to + low, None if to is None else found % span_to + low_to, known, places
    )


def _span(numbers: Whole) -> tuple[int, int]:
    low = int(numbers.min())
    return low, int(numbers.max()) - low + 1


def value_readings(
    rule: Criterion, hundredths: tuple[bool, bool], readings: Readings, few: int, valued: Valued
) -> Shares:
    """Return the share of each distinct reading; `hundredths` says which sides are sums.

    Up to `few` are asked one by one; more are computed as arrays where the numbers have room.
    `valued` keeps what has been asked of this criterion before.
    """
    if len(readings.of) > few:
        shares = _value_arrays(rule, hundredths, readings)
        if shares is not None:
            return shares
    found = []
    for of, to in zip(readings.of.tolist(), _denominators(readings), strict=True):
        if (of, to) not in valued:
            valued[of, to] = _value(rule, hundredths, of, to)
        found.append(valued[of, to])
    return Shares(
        _whole([share.numerator for share, _ in found]),
        _whole([share.denominator for share, _ in found]),
        np.array([missing for _, missing in found], np.bool_),
    )


def _denominators(readings: Readings) -> Sequence[int | Decimal | None]:
    if readings.to is None:
        return [None] * len(readings.of)
    if readings.known is None:
        return list(readings.to.tolist())
    return [readings.known[place] for place in readings.to.tolist()]


def _value(
    rule: Criterion, hundredths: tuple[bool, bool], of: int, to: int | Decimal | None
) -> tuple[Fraction, bool]:
    value = read_value(hundredths, of, to)
    if value is None:
        return Fraction(0), True
    return share_of_points(rule, value), False


def read_value(hundredths: tuple[bool, bool], of: int, to: int | Decimal | None) -> Fraction | None:
    """The value of what was read, in natural units; None when the denominator holds nothing."""
    above = Fraction(of, 100 if hundredths[0] else 1)
    if to is None:
        return above
    below = Fraction(to) / (100 if hundredths[1] else 1)
    return above / below if below > 0 else None


def _whole(numbers: Sequence[int]) -> NDArray[Any]:
    fits = all(-ROOM < number < ROOM for number in numbers)
    return np.array(numbers, np.int64 if fits else object)


def _value_arrays(
    rule: Criterion, hundredths: tuple[bool, bool], readings: Readings
) -> Shares | None:
    """The shares by integer arithmetic on arrays; None where it has no room or no rule."""
    if rule.score is None:
        nothing = np.zeros(len(readings.of), np.int64)
        return Shares(nothing, nothing + 1, nothing > 0)
    sides = _sides(hundredths, readings)
    if sides is None:
        return None
    above, below, missing = sides
    full = Fraction(rule.full)
    if rule.score.proportional is not None:
        way = rule.score.proportional
        start, length = Fraction(way.start), Fraction(way.target) - Fraction(way.start)
        found = _line(above, below, 1 / length, -start / length)
    elif rule.score.per_unit is not None:
        unit = rule.score.per_unit
        top = Fraction(unit.cap or rule.full) / full
        found = _line(above, below, Fraction(unit.points) / full, Fraction(0), top)
    elif rule.score.steps is not None:
        steps = [(Fraction(item.lower), Fraction(item.points) / full) for item in rule.score.steps]
        found = _steps(above, below, steps)
    elif rule.score.threshold is not None and rule.score.threshold.at_least is not None:
        found = _steps(above, below, [(Fraction(rule.score.threshold.at_least), Fraction(1))])
    elif rule.score.threshold is not None:
        most = Fraction(rule.score.threshold.at_most or 0)
        found = _steps(-above, below, [(-most, Fraction(1))])
    else:
        return None
    if found is None:
        return None
    return Shares(np.where(missing, 0, found[0]), found[1], missing)


def _sides(
    hundredths: tuple[bool, bool], readings: Readings
) -> tuple[Whole, Whole, NDArray[np.bool_]] | None:
    """Value = above ÷ below in whole numbers, below being positive; and where there is none."""
    above = readings.of
    if readings.to is None:
        below = np.full(len(above), 100 if hundredths[0] else 1, np.int64)
        return above, below, np.zeros(len(above), np.bool_)
    if readings.known is None:
        below, scale = readings.to, 1
    else:
        exact = [Fraction(number) for number in readings.known]
        scale = int(np.lcm.reduce([item.denominator for item in exact], dtype=object))
        numbers = _whole([int(item * scale) for item in exact])
        if numbers.dtype == object:
            return None
        below = numbers[readings.to]
    missing = below <= 0
    below = np.where(missing, 1, below)
    if hundredths[1] and not hundredths[0]:
        scale *= 100
    if hundredths[0] and not hundredths[1]:
        if _top(below) * 100 >= ROOM:
            return None
        below = below * 100
    if _top(above) * scale >= ROOM:
        return None
    return above * scale, below, missing


def _top(numbers: Whole) -> int:
    return max(abs(int(numbers.max())), abs(int(numbers.min()))) if len(numbers) else 0


def _line(
    above: Whole, below: Whole, slope: Fraction, shift: Fraction, top: Fraction = Fraction(1)
) -> tuple[Whole, Whole] | None:
    """Slope × value + shift, held between 0 and the top; None when it has no room."""
    common = slope.denominator * shift.denominator * top.denominator
    by, add, most = (int(part * common) for part in (slope, shift, top))
    room = _top(above) * abs(by) + _top(below) * abs(add)
    if max(room, _top(below) * common, _top(below) * abs(most)) >= ROOM:
        return None
    numerators = np.clip(above * by + below * add, 0, below * most)
    return numerators, below * common


def _steps(
    above: Whole, below: Whole, steps: Sequence[tuple[Fraction, Fraction]]
) -> tuple[Whole, Whole] | None:
    """The share of the last step that begins at or below the value."""
    numerators, denominators = np.zeros(len(above), np.int64), np.ones(len(above), np.int64)
    for lower, share in steps:
        if max(_top(above) * lower.denominator, _top(below) * abs(lower.numerator)) >= ROOM:
            return None
        reached = above * lower.denominator >= below * lower.numerator
        numerators[reached], denominators[reached] = share.numerator, share.denominator
    return numerators, denominators
