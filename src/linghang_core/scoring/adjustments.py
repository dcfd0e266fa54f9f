"""Adjustments: what the limits of a scheme add to, or take from, the plain sum of the points."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from linghang_core.scoring.formulas import show
from linghang_core.scoring.results import DimensionLimit, Settlement
from linghang_core.scoring.scheme import Element, Scheme, Text

ZERO = Decimal("0.00")


class Limit(StrEnum):
    """A rule of the scheme that changes the plain sum."""

    DIMENSION_CAP = "dimension_cap"
    DIMENSION_FLOOR = "dimension_floor"
    BONUS_CAP = "bonus_cap"
    DEDUCTION_FLOOR = "deduction_floor"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    VETO = "veto"


class Adjustment(Element):
    """What a limit adds to, or takes from, the plain sum of the criteria."""

    limit: Limit
    points: Decimal
    text: Text


def list_adjustments(scheme: Scheme, settled: Settlement) -> Iterator[Adjustment]:
    """Yield the steps from the plain sum to the total, each only where it changes something."""
    for held in settled.limits:
        yield _held_dimension(scheme, held)
    cap = settled.bonus_counted - settled.bonus
    if cap:
        yield _adjustment(
            Limit.BONUS_CAP, cap, "bonus counts up to {}", "加分合计以 {} 分为限", scheme.bonus_cap
        )
    floor = settled.deduction_counted - settled.deduction
    if floor:
        yield _adjustment(
            Limit.DEDUCTION_FLOOR,
            floor,
            "deductions take no more than {}",
            "扣分合计以 {} 分为限",
            -(scheme.deduction_floor or ZERO),
        )
    yield from _list_limits(scheme, settled)


def _list_limits(scheme: Scheme, settled: Settlement) -> Iterator[Adjustment]:
    """What the limits of the whole total change, and then the vetoes."""
    plain = settled.basic + settled.bonus_counted + settled.deduction_counted
    held = max(scheme.total.minimum, min(scheme.total.maximum, plain))
    if held != plain:
        limit = Limit.MINIMUM if held > plain else Limit.MAXIMUM
        en, zh = {
            Limit.MINIMUM: ("the total is not below {}", "总分不低于 {} 分"),
            Limit.MAXIMUM: ("the total is not above {}", "总分不高于 {} 分"),
        }[limit]
        yield _adjustment(limit, held - plain, en, zh, held)
    if settled.total != held:
        titles = [scheme.criterion(code).title for code in settled.vetoes]
        yield _adjustment(
            Limit.VETO,
            settled.total - held,
            f"veto ({', '.join(title.en for title in titles)}): the total is at most {{}}",
            f"一票否决（{'、'.join(title.zh for title in titles)}）：总分不超过 {{}} 分",
            settled.total,
        )


def _held_dimension(scheme: Scheme, held: DimensionLimit) -> Adjustment:
    part = next(part for part in scheme.dimensions if part.code == held.dimension)
    title = part.title
    if held.is_cap:
        return Adjustment(
            limit=Limit.DIMENSION_CAP,
            points=held.points,
            text=Text(
                en=f"“{title.en}” gives no more than {show(part.cap or 0)}",
                zh=f"“{title.zh}”合计以 {show(part.cap or 0)} 分为限",
            ),
        )
    floor = show(-(part.floor or 0))
    return Adjustment(
        limit=Limit.DIMENSION_FLOOR,
        points=held.points,
        text=Text(
            en=f"deductions of “{title.en}” take no more than {floor}",
            zh=f"“{title.zh}”扣分以 {floor} 分为限",
        ),
    )


def _adjustment(
    limit: Limit, points: Decimal, en: str, zh: str, number: Decimal | None
) -> Adjustment:
    shown = show(number or 0)
    return Adjustment(
        limit=limit, points=points, text=Text(en=en.format(shown), zh=zh.format(shown))
    )
