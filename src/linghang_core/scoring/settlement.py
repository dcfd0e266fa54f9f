"""Settlement: how the points of the criteria become a total, with caps, floors and vetoes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from linghang_core.scoring.results import DimensionLimit, Settlement
from linghang_core.scoring.scheme import Criterion, Dimension, Nature, Scheme

ZERO = Decimal("0.00")


def settle(
    scheme: Scheme,
    points: Mapping[str, Decimal],
    vetoes: Sequence[str] = (),
    fulls: Mapping[str, Decimal] | None = None,
) -> Settlement:
    """Return how the points of the criteria, by code, become a total.

    Nothing is rounded here: the printed points add up to the total as they stand. `fulls` are what
    the criteria can give where points were shared out again: the cap of a dimension moves by what
    its basic criteria won or lost, so that nobody loses by what was not due.
    """
    sums = dict.fromkeys(Nature, ZERO)
    limits: list[DimensionLimit] = []
    for part in scheme.dimensions:
        own = dict.fromkeys(Nature, ZERO)
        for item in part.criteria:
            own[item.nature] += points.get(item.code, ZERO)
        for nature, amount in _limit(part, own, fulls or {}):
            own[nature] += amount
            limits.append(DimensionLimit(part.code, amount))
        for nature, amount in own.items():
            sums[nature] += amount
    bonus, deduction = sums[Nature.BONUS], sums[Nature.DEDUCTION]
    bonus_counted = bonus if scheme.bonus_cap is None else min(bonus, scheme.bonus_cap)
    floor = scheme.deduction_floor
    deduction_counted = deduction if floor is None else max(deduction, floor)
    total = sums[Nature.BASIC] + bonus_counted + deduction_counted
    total = max(scheme.total.minimum, min(scheme.total.maximum, total))
    ceilings = [veto_limit(scheme, scheme.criterion(code)) for code in vetoes]
    return Settlement(
        basic=sums[Nature.BASIC],
        bonus=bonus,
        bonus_counted=bonus_counted,
        deduction=deduction,
        deduction_counted=deduction_counted,
        vetoes=tuple(vetoes),
        total=_two_places(min([total, *ceilings])),
        limits=tuple(limits),
    )


def _limit(
    part: Dimension, own: Mapping[Nature, Decimal], fulls: Mapping[str, Decimal]
) -> Iterator[tuple[Nature, Decimal]]:
    """What the cap takes off the bonuses of a dimension, and the floor gives back to deductions."""
    if part.cap is not None:
        basic = [item for item in part.criteria if item.nature is Nature.BASIC]
        moved = sum((fulls.get(item.code, item.full) - item.full for item in basic), ZERO)
        room = max(ZERO, part.cap + moved - own[Nature.BASIC])
        if own[Nature.BONUS] > room:
            yield Nature.BONUS, room - own[Nature.BONUS]
    if part.floor is not None and own[Nature.DEDUCTION] < part.floor:
        yield Nature.DEDUCTION, part.floor - own[Nature.DEDUCTION]


def count_once(scheme: Scheme, points: Mapping[str, Decimal]) -> dict[str, str]:
    """Return which criteria do not count because their event counts at another: code → that one.

    Of a set that names itself `once` the one with most points counts, the first among equals.
    """
    elsewhere: dict[str, str] = {}
    for name in dict.fromkeys(item.once for item in scheme.criteria if item.once):
        found = [item.code for item in scheme.once_set(name) if points.get(item.code)]
        if len(found) > 1:
            best = max(found, key=lambda code: abs(points[code]))
            elsewhere |= {code: best for code in found if code != best}
    return elsewhere


def veto_limit(scheme: Scheme, criterion: Criterion) -> Decimal:
    """The highest total a veto leaves: its maximum, or the top of its band."""
    veto = criterion.veto
    if veto is None:
        message = f"criterion {criterion.code} is no veto"
        raise ValueError(message)
    if veto.maximum is not None:
        return veto.maximum
    return scheme.band_top(veto.band or "")


def _two_places(amount: Decimal) -> Decimal:
    return amount.quantize(ZERO)
