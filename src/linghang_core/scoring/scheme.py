"""What an evaluation scheme (评价方案) is: dimensions of criteria, each a measure on facts and a score function.

A scheme is data: it comes out of a practice pack, carries its own version and legal basis, and
says everything the engine needs, so that a score is a pure function of (scheme, facts, period).
Every number is an exact decimal written as text; a float is refused because 0.1 is not a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from linghang_core.scoring.problems import Problem, SchemeError

CENT = Decimal("0.01")


class SubjectKind(StrEnum):
    """Who is rated: a Party unit or a member."""

    UNIT = "unit"
    PERSON = "person"


class PeriodKind(StrEnum):
    """How long one evaluation period lasts."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Window(StrEnum):
    """Which months a criterion reads; every window ends with the period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_3_MONTHS = "last_3_months"
    LAST_12_MONTHS = "last_12_months"


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


class Level(StrEnum):
    """Which facts are read: those of the unit itself, those naming a person, or both."""

    UNIT = "unit"
    PERSON = "person"
    ANY = "any"


class Aggregate(StrEnum):
    """How facts become one whole number: how many, how much (hundredths), in how many months."""

    COUNT = "count"
    SUM = "sum"
    MONTHS = "months"


def _exact(value: object) -> Decimal:
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, bool) or not isinstance(value, int | str):
        message = f'write the number as text, for example "0.5", not as {value!r}'
        raise ValueError(message)
    else:
        try:
            number = Decimal(value)
        except InvalidOperation:
            message = f"{value!r} is not a decimal number"
            raise ValueError(message) from None
    if not number.is_finite():
        message = f"{value!r} is not a finite number"
        raise ValueError(message)
    return number


def _whole_cents(value: object) -> Decimal:
    number = _exact(value)
    if number != number.quantize(CENT):
        message = f"points have at most two decimals, not {number}"
        raise ValueError(message)
    return number


_NUMBER_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"})
_POINTS_SCHEMA = WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d{1,2})?$"})
Number = Annotated[Decimal, BeforeValidator(_exact), _NUMBER_SCHEMA]
"""An exact decimal, written as text."""
Points = Annotated[Decimal, BeforeValidator(_whole_cents), _POINTS_SCHEMA]
"""Points: an exact decimal with at most two places, written as text."""
Kind = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?$", max_length=100)
]
"""A fact kind (`service.visit`) or all kinds below a prefix (`record.*`)."""
Code = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$", max_length=50)
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Element(BaseModel):
    """Base of every part of a scheme: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Element):
    """One text in both languages of the product."""

    en: Word
    zh: Word


class Selector(Element):
    """Which facts are read; everything left out is not asked about."""

    kinds: tuple[Kind, ...] = Field(min_length=1)
    statuses: tuple[str, ...] | None = Field(default=None, min_length=1)
    verified: bool | None = None
    late: bool | None = None
    level: Level = Level.ANY


class Side(Selector):
    """One side of a ratio: a selector and how its facts are counted."""

    aggregate: Aggregate = Aggregate.COUNT


class AttributeSide(Element):
    """A denominator that is no fact but a known number of the subject, such as its members."""

    attribute: Word


def _side_tag(value: object) -> str:
    known = isinstance(value, AttributeSide) or (
        isinstance(value, Mapping) and "attribute" in value
    )
    return "known" if known else "facts"


class Ratio(Element):
    """Share of what was done in what was due."""

    of: Side
    to: Annotated[
        Annotated[Side, Tag("facts")] | Annotated[AttributeSide, Tag("known")],
        Discriminator(_side_tag),
    ]


def _one_of(element: BaseModel, *names: str) -> None:
    given = [name for name in names if getattr(element, name) is not None]
    if len(given) != 1:
        message = f"give exactly one of {', '.join(names)}; found {', '.join(given) or 'none'}"
        raise ValueError(message)


class Measure(Element):
    """How a criterion reads the facts: exactly one of count, sum, months, ratio."""

    count: Selector | None = None
    sum: Selector | None = None
    months: Selector | None = None
    ratio: Ratio | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "count", "sum", "months", "ratio")
        return self

    @property
    def sides(self) -> tuple[Side, ...]:
        """The fact-reading sides: one for count, sum and months; one or two for a ratio."""
        if self.ratio is not None:
            to = self.ratio.to
            return (self.ratio.of, to) if isinstance(to, Side) else (self.ratio.of,)
        for aggregate in Aggregate:
            selector: Selector | None = getattr(self, aggregate.value)
            if selector is not None:
                return (Side(**selector.model_dump(), aggregate=aggregate),)
        raise AssertionError  # unreachable: _check demands exactly one


class Proportional(Element):
    """Linear from no points at `start` to all points at `target`; never less, never more.

    A target below the start rewards small values (violations, overdue tasks).
    """

    target: Number
    start: Number = Decimal(0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.target == self.start:
            message = f"target and start are both {self.target}"
            raise ValueError(message)
        return self


class Step(Element):
    """From this value on, up to the next step, these points."""

    lower: Number = Field(alias="from")
    points: Points = Field(ge=0)


class PerUnit(Element):
    """So many points for each one, up to the cap (the criterion's points when left out)."""

    points: Points = Field(gt=0)
    cap: Points | None = Field(default=None, gt=0)


class Threshold(Element):
    """All points when the value is at least (or at most) this, else none."""

    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "at_least", "at_most")
        return self


class Score(Element):
    """How a value becomes points: exactly one of proportional, steps, per_unit, threshold."""

    proportional: Proportional | None = None
    steps: tuple[Step, ...] | None = Field(default=None, min_length=1)
    per_unit: PerUnit | None = None
    threshold: Threshold | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "proportional", "steps", "per_unit", "threshold")
        lowers = [step.lower for step in self.steps or ()]
        if any(later <= earlier for earlier, later in zip(lowers, lowers[1:], strict=False)):
            message = f"steps must rise strictly, found from {', '.join(map(str, lowers))}"
            raise ValueError(message)
        return self


class Veto(Element):
    """What one veto fact does: the total is held within a band, or at a maximum."""

    band: Code | None = None
    maximum: Points | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "band", "maximum")
        return self


class Condition(Element):
    """A question to an attribute of the subject: one of these words, or within [at_least, less_than)."""

    attribute: Word
    equals: tuple[str, ...] | None = Field(default=None, min_length=1)
    at_least: Number | None = None
    less_than: Number | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        numeric = self.at_least is not None or self.less_than is not None
        if numeric == (self.equals is not None):
            message = "give either equals, or at_least and/or less_than"
            raise ValueError(message)
        return self


class Criterion(Element):
    """One standard of a scheme: what is read, how it scores, and on which rule it rests."""

    code: Code
    title: Text
    nature: Nature = Nature.BASIC
    points: Points | None = Field(default=None, gt=0)
    window: Window = Window.MONTH
    measure: Measure
    score: Score | None = None
    veto: Veto | None = None
    missing: Missing | None = None
    when: Condition | None = None
    basis: Word
    note: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = list(_criterion_faults(self))
        if faults:
            raise ValueError(f"criterion {self.code}: " + "; ".join(faults))
        return self

    @property
    def full(self) -> Decimal:
        """The most points this criterion gives or, for a deduction, takes; 0 for a veto."""
        return self.points if self.points is not None else Decimal(0)


def _criterion_faults(criterion: Criterion) -> Iterable[str]:
    measure, score = criterion.measure, criterion.score
    if criterion.nature is Nature.VETO:
        if criterion.veto is None:
            yield "a veto needs `veto: {band: …}` or `veto: {maximum: …}`"
        if score is not None or criterion.points is not None or criterion.missing is not None:
            yield "a veto has no points, score or missing policy"
        if measure.count is None:
            yield "a veto counts: its measure must be `count`"
        return
    if criterion.veto is not None:
        yield f"`veto` belongs to a criterion of nature veto, not {criterion.nature}"
    if criterion.points is None or score is None:
        yield f"a {criterion.nature} criterion needs `points` and `score`"
        return
    yield from _score_faults(criterion.nature, criterion.points, score)
    if measure.ratio is None and criterion.missing is not None:
        yield "`missing` has a meaning only for a ratio: a count of nothing is 0"
    if measure.ratio is not None and criterion.missing is None:
        yield "a ratio must say what `missing` means: full, zero, leave_out or not_rated"
    if criterion.nature is not Nature.BASIC and criterion.missing not in (None, Missing.ZERO):
        yield f"a {criterion.nature} ratio can only have `missing: zero`"


def _score_faults(nature: Nature, points: Decimal, score: Score) -> Iterable[str]:
    if nature is Nature.BASIC and score.per_unit is not None:
        yield "per_unit is for a bonus or a deduction; a basic criterion uses proportional"
    if score.per_unit is not None and (score.per_unit.cap or points) > points:
        yield f"the cap {score.per_unit.cap} is more than the {points} points"
    for step in score.steps or ():
        if step.points > points:
            yield f"the step from {step.lower} gives {step.points}, more than the {points} points"


class Dimension(Element):
    """A group of criteria shown and added up together."""

    code: Code
    title: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class PeerGroup(Element):
    """Subjects that are compared with each other: those the condition fits, or the rest."""

    code: Code
    title: Text
    when: Condition | None = None
    otherwise: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.otherwise == (self.when is not None):
            message = f"peer group {self.code}: give either `when` or `otherwise: true`"
            raise ValueError(message)
        return self


class Band(Element):
    """A grade (档): totals from this number up to where the next better band begins."""

    code: Code
    title: Text
    lower: Points = Field(alias="from")


class TotalLimits(Element):
    """Between which numbers every total lies."""

    minimum: Points = Decimal(0)
    maximum: Points


class MinimumSample(Element):
    """The fewest members and months of existence with which a subject is rated at all."""

    members: int = Field(default=0, ge=0, strict=True)
    months: int = Field(default=0, ge=0, strict=True)


class Scheme(Element):
    """An evaluation scheme in one version; immutable, complete and checked."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    note: Text | None = None
    subject: SubjectKind
    unit_kinds: tuple[Word, ...] = ()
    period: PeriodKind
    base: Points = Field(gt=0)
    bonus_cap: Points | None = Field(default=None, ge=0)
    deduction_floor: Points | None = Field(default=None, le=0)
    total: TotalLimits
    minimum_sample: MinimumSample = MinimumSample()
    ranks: bool = False
    peer_groups: tuple[PeerGroup, ...] = Field(min_length=1)
    bands: tuple[Band, ...] = Field(min_length=1)
    dimensions: tuple[Dimension, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks: tuple[Callable[[Scheme], Iterable[str]], ...] = (
            _code_faults,
            _base_faults,
            _group_faults,
            _band_faults,
            _subject_faults,
        )
        faults = [fault for check in checks for fault in check(self)]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria in the order of the document."""
        return tuple(item for dimension in self.dimensions for item in dimension.criteria)

    def criterion(self, code: str) -> Criterion:
        """The criterion of this code; KeyError when the scheme has none."""
        for item in self.criteria:
            if item.code == code:
                return item
        raise KeyError(code)

    @property
    def may_rank(self) -> bool:
        """Whether places inside a peer group may be shown: if asked for, and never of persons."""
        return self.ranks and self.subject is SubjectKind.UNIT

    def band_of(self, total: Decimal) -> Band:
        """The band a total falls into; the bands are half-open and cover all totals."""
        return next(band for band in self.bands if total >= band.lower)

    def band_top(self, code: str) -> Decimal:
        """The highest total still inside a band, in hundredths of a point."""
        place = [band.code for band in self.bands].index(code)
        return self.bands[place - 1].lower - CENT if place else self.total.maximum


def _code_faults(scheme: Scheme) -> Iterable[str]:
    named = {
        "dimension": [item.code for item in scheme.dimensions],
        "criterion": [item.code for item in scheme.criteria],
        "peer group": [item.code for item in scheme.peer_groups],
        "band": [item.code for item in scheme.bands],
    }
    for noun, codes in named.items():
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield f"{noun} {code} appears more than once"


def _base_faults(scheme: Scheme) -> Iterable[str]:
    basic = [item.full for item in scheme.criteria if item.nature is Nature.BASIC]
    if sum(basic) != scheme.base:
        yield f"base is {scheme.base}, but the basic criteria add up to {sum(basic)}"
    if scheme.total.minimum >= scheme.total.maximum:
        yield f"total: minimum {scheme.total.minimum} is not below maximum {scheme.total.maximum}"


def _group_faults(scheme: Scheme) -> Iterable[str]:
    rest = [item.code for item in scheme.peer_groups if item.otherwise]
    if len(rest) != 1 or not scheme.peer_groups[-1].otherwise:
        yield "peer_groups: exactly one group says `otherwise: true`, and it stands last"


def _band_faults(scheme: Scheme) -> Iterable[str]:
    lowers = [band.lower for band in scheme.bands]
    if any(after >= before for before, after in zip(lowers, lowers[1:], strict=False)):
        yield f"bands: list the best first, each `from` lower than the one before: {lowers}"
    if lowers[-1] != scheme.total.minimum:
        yield (
            f"bands: the last one begins at {lowers[-1]}, but totals begin at "
            f"{scheme.total.minimum}; some would have no band"
        )
    if lowers[0] > scheme.total.maximum:
        yield f"bands: {scheme.bands[0].code} begins above the maximum {scheme.total.maximum}"
    codes = [band.code for band in scheme.bands]
    for item in scheme.criteria:
        if item.veto and item.veto.band and item.veto.band not in codes:
            yield f"criterion {item.code}: veto names the unknown band {item.veto.band}"
        if item.veto and item.veto.maximum is not None and item.veto.maximum < lowers[-1]:
            yield f"criterion {item.code}: the veto leaves less than the minimum {lowers[-1]}"


def _subject_faults(scheme: Scheme) -> Iterable[str]:
    if scheme.subject is SubjectKind.UNIT:
        if not scheme.unit_kinds:
            yield "unit_kinds: say which kinds of unit are rated"
        return
    if scheme.unit_kinds:
        yield "unit_kinds: a scheme for persons has none"
    if scheme.minimum_sample.members:
        yield "minimum_sample.members: a person has no members"
    for item in scheme.criteria:
        if any(side.level is Level.UNIT for side in item.measure.sides):
            yield f"criterion {item.code}: a scheme for persons reads only facts naming the person"


def load_scheme(document: Mapping[str, Any]) -> Scheme:
    """Return the checked scheme of a parsed YAML document.

    Raises SchemeError listing every fault with its place, so that a pack is mended in one go.
    """
    try:
        return Scheme.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        places = [fault["loc"] for fault in faults]
        raise SchemeError(
            [
                Problem(_place(document, fault["loc"]), _plain(fault["msg"]))
                for fault in faults
                if not (fault["type"] == "too_short" and _has_deeper(places, fault["loc"]))
            ]
        ) from error


def describe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scheme document, for editors and for the pack format."""
    return Scheme.model_json_schema(by_alias=True)


def _has_deeper(places: list[tuple[int | str, ...]], place: tuple[int | str, ...]) -> bool:
    """Whether another fault lies inside: then "too few valid items" only repeats it."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _plain(message: str) -> str:
    return re.sub(r"^(Value error|Assertion failed), ", "", message)


def _place(document: object, location: tuple[int | str, ...]) -> str:
    """The place of a fault as a path that also names the codes on the way."""
    place, here = "", document
    for step in location:
        if isinstance(step, int):
            place += f"[{step}]"
            here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
            code = here.get("code") if isinstance(here, Mapping) else None
            place += f"({code})" if isinstance(code, str) else ""
        elif isinstance(here, Mapping) and step not in here and step in ("facts", "known"):
            continue  # pydantic names the branch of a union, which is no place in the document
        else:
            place += f".{step}" if place else step
            here = here.get(step) if isinstance(here, Mapping) else None
    return place or "scheme"
