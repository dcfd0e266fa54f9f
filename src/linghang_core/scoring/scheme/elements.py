"""The smallest parts of a scheme: its fixed words, exact numbers and bilingual texts.

Every number is an exact decimal written as text; a float is refused because 0.1 is not a tenth.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SerializerFunctionWrapHandler,
    StringConstraints,
    WithJsonSchema,
    model_serializer,
)

CENT = Decimal("0.01")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


class SubjectKind(StrEnum):
    """Who is rated: a Party unit or a member."""

    UNIT = "unit"
    PERSON = "person"


class PeriodKind(StrEnum):
    """How long one evaluation period lasts."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    SPAN = "span"  # any days, for contests: 2026-08-01..2026-11-08


class Window(StrEnum):
    """Which days a criterion reads; every window ends with the period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_3_MONTHS = "last_3_months"
    LAST_12_MONTHS = "last_12_months"
    PERIOD = "period"  # the whole span; only in schemes for spans


class Nature(StrEnum):
    """What a criterion does to the total: 基本分, 加分, 扣分, 一票否决."""

    BASIC = "basic"
    BONUS = "bonus"
    DEDUCTION = "deduction"
    VETO = "veto"


class Missing(StrEnum):
    """What a ratio without denominator means; "nothing was asked" is never silently zero."""

    FULL = "full"
    ZERO = "zero"
    LEAVE_OUT = "leave_out"
    NOT_RATED = "not_rated"


class Absent(StrEnum):
    """What a kind of raters without a single mark means: its weight is shared out, or no value."""

    SHARE = "share"
    NOT_RATED = "not_rated"


class Ties(StrEnum):
    """Whether equals at the last place of a band with a share all enter, or none of them."""

    ALL_IN = "all_in"
    ALL_OUT = "all_out"


RATERS: dict[str, tuple[str, str]] = {
    "self": ("self", "自评"),
    "peers": ("peers", "互评"),
    "masses": ("the masses", "群众评"),
    "group": ("Party group", "党小组评"),
    "branch": ("branch", "支部评"),
    "committee": ("Party committee", "党委评"),
    "superior": ("superior", "上级评"),
    "inspector": ("inspectors", "考评组评"),
}
"""Who gives marks, by the status of the fact that holds one: English and Chinese."""


class Level(StrEnum):
    """Which facts are read: those of the unit itself, those naming a person, or both."""

    UNIT = "unit"
    PERSON = "person"
    ANY = "any"


class Aggregate(StrEnum):
    """How facts become one whole number: how many, how much (hundredths), on how many months or days."""

    COUNT = "count"
    SUM = "sum"
    MONTHS = "months"
    DAYS = "days"


def _exact(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool | float) or not isinstance(value, int | str):
        message = f'write the number as text, for example "0.5", not as {value!r}'
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueError with its place
    if not _NUMBER.fullmatch(str(value)):
        message = f"{value!r} is not a decimal number of at most 9 digits and 6 decimals"
        raise ValueError(message)
    return Decimal(value)


def _whole_cents(value: object) -> Decimal:
    number = _exact(value)
    if number != number.quantize(CENT):
        message = f"points have at most two decimals, not {number}"
        raise ValueError(message)
    return number


_NUMBER_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}(\.\d{1,6})?$"})
_POINTS_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,9}(\.\d{1,2})?$"})
Number = Annotated[Decimal, BeforeValidator(_exact), _NUMBER_SCHEMA]
"""An exact decimal, written as text."""
Points = Annotated[Decimal, BeforeValidator(_whole_cents), _POINTS_SCHEMA]
"""Points: an exact decimal with at most two places, written as text."""
Kind = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)*(\.\*)?$", max_length=100)
]
"""A fact kind (`service.visit`) or all kinds below a prefix (`record.*`)."""
Code = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$", max_length=50)
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Element(BaseModel):
    """Base of every part of a scheme: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Grown(Element):
    """An element that learned keys after schemes with it were published.

    A key of `later` that nobody gave is not written, so that what was written before the key came
    keeps its text and with it its digest.
    """

    later: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _write(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        plain: dict[str, Any] = handler(self)
        unsaid = (name for name in self.later if plain.get(name) in (None, False, (), []))
        for name in unsaid:
            plain.pop(name, None)
        return plain


class Text(Element):
    """One text in both languages of the product."""

    en: Word
    zh: Word


def name_rater(status: str) -> Text:
    """Return what a kind of raters is called; one that nobody named keeps its code."""
    en, zh = RATERS.get(status, (status, status))
    return Text(en=en, zh=zh)
