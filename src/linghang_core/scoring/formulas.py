"""How points came about, written as a formula with its numbers filled in, in both languages.

The expression between the two equals signs is plain arithmetic (× ÷ − min max): whoever types it
into a calculator gets the points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from linghang_core.scoring.results import CriterionResult, State
from linghang_core.scoring.scheme import (
    Criterion,
    Element,
    Missing,
    Nature,
    PerUnit,
    Proportional,
    Score,
    Text,
    Threshold,
)
from linghang_core.scoring.score import find_step


class Shape(StrEnum):
    """Which rule gave the points."""

    PROPORTIONAL = "proportional"
    STEPS = "steps"
    PER_UNIT = "per_unit"
    THRESHOLD = "threshold"
    VETO = "veto"
    MISSING = "missing"
    LEFT_OUT = "left_out"


class Formula(Element):
    """One calculation: its shape, its numbers by name, its expression and its sentence."""

    shape: Shape
    numbers: Mapping[str, str]
    expression: str
    text: Text


@dataclass(frozen=True)
class Operands:
    """The numbers a criterion read, in natural units; `to` is None when there is no denominator."""

    of: Fraction
    to: Fraction | None

    @property
    def value(self) -> Fraction:
        """The value that was scored."""
        return self.of if self.to is None else self.of / self.to

    @property
    def expression(self) -> str:
        """The value as it was read: `2 ÷ 3`, or `4`."""
        return show(self.of) if self.to is None else f"{show(self.of)} ÷ {show(self.to)}"


def show(number: Fraction | Decimal | int) -> str:
    """The number as a short exact decimal; what has no finite decimals is rounded to four."""
    exact = Fraction(number)
    if exact * 10**6 % 1:
        decimal = Decimal(round(exact * 10**4)).scaleb(-4)
    else:
        decimal = Decimal(int(exact * 10**6)).scaleb(-6)
    return format(decimal.normalize(), "f").replace("-", "−")


def write_formula(
    rule: Criterion, result: CriterionResult, read: Operands, limit: Decimal | None = None
) -> Formula:
    """Return the calculation of one criterion's points; `limit` is what a veto leaves."""
    numbers = {"of": show(read.of), "points": show(result.points), "full": show(result.full)}
    if read.to is not None:
        numbers["to"] = show(read.to)
    if result.state is State.LEFT_OUT:
        return _left_out(rule, numbers)
    if rule.nature is Nature.VETO:
        return _veto(numbers, limit or Decimal(0))
    if result.state is State.MISSING or rule.score is None or result.value is None:
        return _missing(rule, numbers)
    return _scored(rule, rule.score, numbers, read)


def _scored(rule: Criterion, score: Score, numbers: dict[str, str], read: Operands) -> Formula:
    sign = "−" if rule.nature is Nature.DEDUCTION else ""
    if score.proportional is not None:
        return _proportional(score.proportional, sign, numbers, read)
    if score.steps is not None:
        return _steps(rule, sign, numbers, read)
    if score.per_unit is not None:
        return _per_unit(rule, score.per_unit, sign, numbers, read)
    if score.threshold is None:
        raise AssertionError  # unreachable: a score function is exactly one of the four
    return _threshold(score.threshold, sign, numbers, read)


def _calculation(
    shape: Shape, numbers: Mapping[str, str], expression: str, en: str = "", zh: str = ""
) -> Formula:
    points = numbers["points"]
    result = "" if expression == points else f" = {points}"
    return Formula(
        shape=shape,
        numbers=numbers,
        expression=expression,
        text=Text(
            en=f"points = {expression}{result}" + (f" ({en})" if en else ""),
            zh=f"得分 = {expression}{result}" + (f"（{zh}）" if zh else ""),
        ),
    )


def _proportional(
    rule: Proportional, sign: str, numbers: dict[str, str], read: Operands
) -> Formula:
    start, target, full = show(rule.start), show(rule.target), numbers["full"]
    numbers |= {"start": start, "target": target}
    value = read.expression
    if rule.start == 0 and rule.target > 0:
        way = value if rule.target == 1 else f"{value} ÷ {target}"
        expression = f"{sign}{full} × min(1, {way})"
    else:
        start, target = _bracket(start), _bracket(target)
        way = (
            f"({value} − {start}) ÷ ({target} − {start})"
            if rule.target > rule.start
            else f"({start} − {value}) ÷ ({start} − {target})"
        )
        expression = f"{sign}{full} × max(0, min(1, {way}))"
    return _calculation(Shape.PROPORTIONAL, numbers, expression)


def _bracket(number: str) -> str:
    return f"({number})" if number.startswith("−") else number


def _steps(rule: Criterion, sign: str, numbers: dict[str, str], read: Operands) -> Formula:
    steps = rule.score.steps if rule.score and rule.score.steps else ()
    value = read.value
    step = find_step(steps, value)
    after = [item.lower for item in steps if value < Fraction(item.lower)]
    points = Decimal(0) if step is None else step.points
    given, nominal = show(points), show(rule.full)
    plain = not points or numbers["full"] == nominal
    shown = f"{'' if not points else sign}{given}"
    expression = shown if plain else f"{sign}{numbers['full']} × {given} ÷ {nominal}"
    numbers |= {"step_points": given, "nominal": nominal}
    zh, en = [], []
    if step is not None:
        numbers["from"] = show(step.lower)
        zh, en = [f"达到 {show(step.lower)}"], [f"from {show(step.lower)}"]
    if after:
        numbers["below"] = show(after[0])
        zh, en = [*zh, f"未到 {show(after[0])}"], [*en, f"below {show(after[0])}"]
    reading = read.expression if read.to is None else f"{read.expression} = {show(value)}"
    return _calculation(
        Shape.STEPS,
        numbers,
        expression,
        f"{reading}: {', '.join(en)}",
        f"{reading}，{'、'.join(zh)}",
    )


def _per_unit(
    rule: Criterion, score: PerUnit, sign: str, numbers: dict[str, str], read: Operands
) -> Formula:
    each, cap = show(score.points), show(score.cap or rule.full)
    numbers |= {"each": each, "cap": cap}
    expression = f"{sign}min({cap}, {each} × {read.expression})"
    return _calculation(Shape.PER_UNIT, numbers, expression)


def _threshold(rule: Threshold, sign: str, numbers: dict[str, str], read: Operands) -> Formula:
    value = read.value
    least = rule.at_least is not None
    border = rule.at_least if rule.at_least is not None else rule.at_most or Decimal(0)
    met = value >= Fraction(border) if least else value <= Fraction(border)
    sides = ("≥", "<") if least else ("≤", ">")
    numbers["border"] = show(border)
    reading = f"{read.expression} {sides[0] if met else sides[1]} {show(border)}"
    expression = f"{sign}{numbers['full']}" if met else "0"
    return _calculation(
        Shape.THRESHOLD,
        numbers,
        expression,
        f"{reading}: {'reached' if met else 'not reached'}",
        f"{reading}，{'达到' if met else '未达到'}",
    )


def _veto(numbers: dict[str, str], limit: Decimal) -> Formula:
    count, numbers["limit"] = numbers["of"], show(limit)
    fired = count != "0"
    text = (
        Text(
            en=f"{count} found: the total is at most {show(limit)}",
            zh=f"有 {count} 件，一票否决：总分不超过 {show(limit)}",
        )
        if fired
        else Text(en="none found: no veto", zh="没有，不触发一票否决")
    )
    return Formula(shape=Shape.VETO, numbers=numbers, expression="0", text=text)


_MISSING = {
    Missing.FULL: Text(
        en="nothing was due, so full points by the scheme: {full}",
        zh="本期没有应完成的事项，按方案计满分 {full}",
    ),
    Missing.ZERO: Text(
        en="nothing was due, so 0 points by the scheme",
        zh="本期没有应完成的事项，按方案计 0 分",
    ),
    Missing.NOT_RATED: Text(
        en="nothing to rate by, so not rated this time",
        zh="没有可评定的数据，本期不评定",
    ),
}


def _missing(rule: Criterion, numbers: dict[str, str]) -> Formula:
    words = _MISSING[rule.missing or Missing.ZERO]
    return Formula(
        shape=Shape.MISSING,
        numbers=numbers,
        expression=numbers["points"],
        text=Text(en=words.en.format(**numbers), zh=words.zh.format(**numbers)),
    )


def _left_out(rule: Criterion, numbers: dict[str, str]) -> Formula:
    nominal = show(rule.full)
    numbers["nominal"] = nominal
    basic = rule.nature is Nature.BASIC
    shared_en = f"; its {nominal} points are shared among the other criteria" if basic else ""
    shared_zh = f"；{nominal} 分按比例分给其他指标" if basic else ""
    due = rule.missing is Missing.LEAVE_OUT and rule.when is None
    why_en = "nothing was due" if due else "does not apply here"
    why_zh = "本期没有应完成的事项" if due else "不适用于本对象"
    return Formula(
        shape=Shape.LEFT_OUT,
        numbers=numbers,
        expression="0",
        text=Text(en=f"{why_en}, so left out{shared_en}", zh=f"{why_zh}，不计入{shared_zh}"),
    )
