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

from linghang_core.scoring.results import CriterionResult, Place, State
from linghang_core.scoring.scheme import (
    Criterion,
    Element,
    Missing,
    Nature,
    PerUnit,
    Proportional,
    Rank,
    Score,
    Text,
    Threshold,
)
from linghang_core.scoring.score import NONE, find_share, find_step


class Shape(StrEnum):
    """Which rule gave the points."""

    PROPORTIONAL = "proportional"
    STEPS = "steps"
    PER_UNIT = "per_unit"
    THRESHOLD = "threshold"
    RANK = "rank"
    PERCENTILE = "percentile"
    ELSEWHERE = "elsewhere"
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
class Marks:
    """The marks of one kind of raters: their weight, sum and number."""

    weight: Decimal
    of: Fraction
    to: int


@dataclass(frozen=True)
class Operands:
    """The numbers a criterion read, in natural units; `to` is None when there is no denominator.

    Of raters, `marks` are what was weighed and `of` the number of marks.
    """

    of: Fraction
    to: Fraction | None
    marks: tuple[Marks, ...] = ()

    @property
    def given(self) -> tuple[Marks, ...]:
        """The kinds of raters that gave a mark."""
        return tuple(one for one in self.marks if one.to)

    @property
    def value(self) -> Fraction:
        """The value that was scored."""
        if self.marks:
            weighed = [Fraction(one.weight) * one.of / one.to for one in self.given]
            return sum(weighed, NONE) / sum((Fraction(one.weight) for one in self.given), NONE)
        return self.of if self.to is None else self.of / self.to

    @property
    def is_read(self) -> bool:
        """Whether the value comes out of more than one number."""
        return bool(self.marks) or self.to is not None

    @property
    def expression(self) -> str:
        """The value as it was read: `2 ÷ 3`, `4`, or `(20 × 180 ÷ 2 + 80 × 85 ÷ 1) ÷ 100`."""
        if self.marks:
            parts = (f"{show(one.weight)} × {show(one.of)} ÷ {one.to}" for one in self.given)
            weights = sum((one.weight for one in self.given), Decimal(0))
            return f"({' + '.join(parts)}) ÷ {show(weights)}"
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
    rule: Criterion,
    result: CriterionResult,
    read: Operands,
    limit: Decimal | None = None,
    there: Text | None = None,
    *,
    applies: bool = True,
) -> Formula:
    """Return the calculation of one criterion's points.

    `limit` is what a veto leaves; `there` the criterion at which the same event counts; `applies`
    whether the criterion is for the subject: one left out for another reason had nothing due.
    """
    numbers = {"of": show(read.of), "points": show(result.points), "full": show(result.full)}
    if read.to is not None:
        numbers["to"] = show(read.to)
    if result.state is State.LEFT_OUT:
        return _left_out(rule, numbers, read, applies=applies)
    if result.state is State.ELSEWHERE and there is not None:
        return _elsewhere(result, there, numbers)
    if rule.nature is Nature.VETO:
        return _veto(numbers, limit or Decimal(0))
    if result.state is State.MISSING or rule.score is None or result.value is None:
        return _missing(rule, numbers, read)
    if result.place is not None:
        return _placed(rule, rule.score, result.place, numbers, read)
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
    reading = _reading(read)
    return _calculation(
        Shape.STEPS,
        numbers,
        expression,
        f"{reading}: {', '.join(en)}",
        f"{reading}，{'、'.join(zh)}",
    )


def _reading(read: Operands) -> str:
    return f"{read.expression} = {show(read.value)}" if read.is_read else read.expression


def _placed(
    rule: Criterion, score: Score, place: Place, numbers: dict[str, str], read: Operands
) -> Formula:
    """The points of a place; the others of the group are not named, only how many there are."""
    numbers |= {"place": str(place.number), "group": str(place.of)}
    sign = "−" if rule.nature is Nature.DEDUCTION else ""
    nominal = show(rule.full)
    stretch = numbers["full"] != nominal
    order_en = "lowest first" if rule.lower_is_better else "highest first"
    order_zh = "由低到高" if rule.lower_is_better else "由高到低"
    en = f"{_reading(read)}: place {place.number} of {place.of} in the peer group, {order_en}"
    zh = f"{_reading(read)}，在可比组 {place.of} 个中{order_zh}列第 {place.number}"
    if score.rank is not None:
        points = _rank(score.rank, place)
        stretched = f"{numbers['full']} × ({points}) ÷ {nominal}"
        expression = stretched if stretch else f"({points})" if sign else points
        return _calculation(Shape.RANK, numbers, f"{sign}{expression}", en, zh)
    share = find_share(rule, place)
    given = show(share.points) if share is not None else "0"
    if share is not None:
        top = show(share.top * 100)
        en, zh = f"{en}, within the first {top} %", f"{zh}，在前 {top}% 以内"
    expression = given
    if given != "0":
        expression = f"{sign}{numbers['full']} × {given} ÷ {nominal}" if stretch else sign + given
    return _calculation(Shape.PERCENTILE, numbers, expression, en, zh)


def _rank(rank: Rank, place: Place) -> str:
    best, worst = show(rank.best), show(rank.worst)
    lost = best if rank.worst == 0 else f"({best} − {worst})"
    return f"{best} − {lost} × ({place.number} − 1) ÷ ({place.of} − 1)"


def _elsewhere(result: CriterionResult, there: Text, numbers: dict[str, str]) -> Formula:
    forgone = show(result.raw)
    numbers["forgone"] = forgone
    return Formula(
        shape=Shape.ELSEWHERE,
        numbers=numbers,
        expression="0",
        text=Text(
            en=f"counted elsewhere: one event counts once, at “{there.en}”; here it would be {forgone}",
            zh=f"已在“{there.zh}”计分，同一事项不重复计，取高者；本项原为 {forgone} 分",
        ),
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
        en="{why.en}, so full points by the scheme: {full}",
        zh="{why.zh}，按方案计满分 {full}",
    ),
    Missing.ZERO: Text(
        en="{why.en}, so 0 points by the scheme",
        zh="{why.zh}，按方案计 0 分",
    ),
    Missing.NOT_RATED: Text(
        en="nothing to rate by, so not rated this time",
        zh="没有可评定的数据，本期不评定",
    ),
}


_NOTHING_DUE = Text(en="nothing was due", zh="本期没有应完成的事项")
_NO_MARKS = Text(en="nobody gave a mark", zh="本期没有评分")
_NO_MEAN = Text(en="there is nothing to average", zh="本期没有可平均的记录")
_NO_PEERS = Text(en="there is nobody to compare with", zh="可比组内没有可以比较的对象")


def _why_missing(rule: Criterion, read: Operands) -> Text:
    """What was lacking: the value itself, or somebody to compare it with."""
    measure = rule.measure
    if rule.score is not None and rule.score.by_place and _has_value(read):
        return _NO_PEERS
    if measure.raters is not None:
        return _NO_MARKS
    return _NO_MEAN if measure.average is not None else _NOTHING_DUE


def _has_value(read: Operands) -> bool:
    return bool(read.given) if read.marks else read.to is None or read.to > 0


def _missing(rule: Criterion, numbers: dict[str, str], read: Operands) -> Formula:
    why = _why_missing(rule, read)
    words = _MISSING[rule.missing or Missing.ZERO]
    return Formula(
        shape=Shape.MISSING,
        numbers=numbers,
        expression=numbers["points"],
        text=Text(en=words.en.format(why=why, **numbers), zh=words.zh.format(why=why, **numbers)),
    )


def _left_out(
    rule: Criterion, numbers: dict[str, str], read: Operands, *, applies: bool
) -> Formula:
    nominal = show(rule.full)
    numbers["nominal"] = nominal
    basic = rule.nature is Nature.BASIC
    shared_en = f"; its {nominal} points are shared among the other criteria" if basic else ""
    shared_zh = f"；{nominal} 分按比例分给其他指标" if basic else ""
    why = _why_missing(rule, read)
    why_en = why.en if applies else "does not apply here"
    why_zh = why.zh if applies else "不适用于本对象"
    return Formula(
        shape=Shape.LEFT_OUT,
        numbers=numbers,
        expression="0",
        text=Text(en=f"{why_en}, so left out{shared_en}", zh=f"{why_zh}，不计入{shared_zh}"),
    )
