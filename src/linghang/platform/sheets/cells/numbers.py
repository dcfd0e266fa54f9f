"""Whole numbers and decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells.parser import DASHES, Cell, Parser, folded
from linghang.platform.sheets.faults import CellFault


def _decimal(raw: Cell, units: tuple[str, ...]) -> Decimal:
    fault = CellFault(
        "not_a_number", _("This is not a number."), _("Write digits only, for example 3 or 2.5.")
    )
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float)):
        raise fault
    if isinstance(raw, float):
        number = Decimal(repr(round(raw, 9)))  # 2.3000000000000003 is how Excel stores 2.3
    else:
        value = folded(str(raw)).translate(DASHES).replace(" ", "")
        for unit in units:
            value = value.removesuffix(unit)
        if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", value):
            value = value.replace(",", "")
        if not re.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)", value):
            raise fault
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise fault from None
    if not number.is_finite() or abs(number) >= 10**15:
        raise fault
    return number


def _within(number: Decimal, minimum: Decimal | None, maximum: Decimal | None) -> None:
    if minimum is not None and number < minimum:
        raise CellFault(
            "too_small",
            _("At least %(minimum)s is expected here."),
            _("Check the number."),
            minimum=minimum,
        )
    if maximum is not None and number > maximum:
        raise CellFault(
            "too_large",
            _("At most %(maximum)s is expected here."),
            _("Check the number."),
            maximum=maximum,
        )


def integer(
    *, minimum: int | None = 0, maximum: int | None = None, units: Iterable[str] = ()
) -> Parser[int]:
    """Return a parser of whole numbers; `units` (人, 次 …) may stand behind the digits."""
    low = None if minimum is None else Decimal(minimum)
    high = None if maximum is None else Decimal(maximum)
    suffixes = tuple(units)

    def convert(raw: Cell) -> int:
        number = _decimal(raw, suffixes)
        if number != number.to_integral_value():
            raise CellFault(
                "not_whole",
                _("A whole number is expected here."),
                _("Write it without a decimal part."),
            )
        _within(number, low, high)
        return int(number)

    return Parser(convert, kind="integer")


def hundredths(
    *, minimum: str | None = "0", maximum: str | None = None, units: Iterable[str] = ()
) -> Parser[int]:
    """Return a parser of decimals as an integer of hundredths (2.5 → 250), the quantity of facts."""
    low = None if minimum is None else Decimal(minimum)
    high = None if maximum is None else Decimal(maximum)
    suffixes = tuple(units)

    def convert(raw: Cell) -> int:
        number = _decimal(raw, suffixes)
        _within(number, low, high)
        scaled = number * 100
        if scaled != scaled.to_integral_value():
            raise CellFault(
                "too_fine", _("At most two decimal places can be kept."), _("Round the number.")
            )
        return int(scaled)

    return Parser(convert, kind="decimal")
