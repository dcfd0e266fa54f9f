"""How a criterion reads the facts, and how what it read becomes points."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from linghang_core.scoring.scheme.elements import (
    Absent,
    Aggregate,
    Code,
    Element,
    Grown,
    Kind,
    Level,
    Number,
    Points,
    Word,
)

EXACTLY_ONE = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})
"""For the published schema: of the keys of such an element one is given, and only one."""


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


class Rater(Element):
    """One kind of raters (自评、互评、群众、支部 …): the status of its marks, and its weight."""

    status: Word
    weight: Number = Field(gt=0)


class Raters(Element):
    """Marks by several kinds of raters: the mean of each, weighed; the weights add up to 100.

    The quantity of each fact of these kinds is a mark, its status who gave it.
    """

    kinds: tuple[Kind, ...] = Field(min_length=1)
    weights: tuple[Rater, ...] = Field(min_length=1)
    absent: Absent = Absent.SHARE
    level: Level = Level.ANY

    @model_validator(mode="after")
    def _check(self) -> Self:
        total = sum((rater.weight for rater in self.weights), Decimal(0))
        if total != 100:
            message = f"the weights of the raters add up to {total}, not to 100"
            raise ValueError(message)
        statuses = [rater.status for rater in self.weights]
        if len(set(statuses)) < len(statuses):
            message = f"a kind of raters appears more than once: {', '.join(statuses)}"
            raise ValueError(message)
        return self

    @property
    def sides(self) -> tuple[Side, ...]:
        """For each kind of raters the sum of its marks and their number."""
        return tuple(
            Side(kinds=self.kinds, statuses=(rater.status,), level=self.level, aggregate=aggregate)
            for rater in self.weights
            for aggregate in (Aggregate.SUM, Aggregate.COUNT)
        )


def _one_of(element: BaseModel, *names: str) -> None:
    given = [name for name in names if getattr(element, name) is not None]
    if len(given) != 1:
        message = f"give exactly one of {', '.join(names)}; found {', '.join(given) or 'none'}"
        raise ValueError(message)


MEASURES = ("count", "sum", "months", "days", "ratio", "average", "raters")


class Measure(Grown):
    """How a criterion reads the facts: exactly one of these."""

    model_config = EXACTLY_ONE
    later: ClassVar[frozenset[str]] = frozenset({"average", "raters"})

    count: Selector | None = None
    sum: Selector | None = None
    months: Selector | None = None
    days: Selector | None = None
    ratio: Ratio | None = None
    average: Selector | None = None
    raters: Raters | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, *MEASURES)
        return self

    @property
    def may_lack(self) -> bool:
        """Whether it can be without value: a share or a mean of nothing."""
        return self.ratio is not None or self.average is not None or self.raters is not None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The fact-reading sides: one for a plain aggregate; two for a mean or for each rater."""
        if self.raters is not None:
            return self.raters.sides
        if self.average is not None:
            plain = self.average.model_dump()
            return tuple(Side(**plain, aggregate=one) for one in (Aggregate.SUM, Aggregate.COUNT))
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

    model_config = EXACTLY_ONE

    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "at_least", "at_most")
        return self


class Rank(Element):
    """By the place in the peer group: evenly from `best` points for the first to `worst`."""

    best: Points = Field(gt=0)
    worst: Points = Field(default=Decimal(0), ge=0)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.worst >= self.best:
            message = f"the worst place gives {self.worst}, not less than the best {self.best}"
            raise ValueError(message)
        return self


class TopShare(Element):
    """These points for those before this share of the peer group, counted from the best."""

    top: Number = Field(gt=0, le=1)
    points: Points = Field(ge=0)


SCORES = ("proportional", "steps", "per_unit", "threshold", "rank", "percentile")


class Score(Grown):
    """How a value becomes points: exactly one of these."""

    model_config = EXACTLY_ONE
    later: ClassVar[frozenset[str]] = frozenset({"rank", "percentile"})

    proportional: Proportional | None = None
    steps: tuple[Step, ...] | None = Field(default=None, min_length=1)
    per_unit: PerUnit | None = None
    threshold: Threshold | None = None
    rank: Rank | None = None
    percentile: tuple[TopShare, ...] | None = Field(default=None, min_length=1)

    @property
    def by_place(self) -> bool:
        """Whether the points depend on the others of the peer group."""
        return self.rank is not None or self.percentile is not None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, *SCORES)
        lowers = [step.lower for step in self.steps or ()]
        if any(later <= earlier for earlier, later in pairwise(lowers)):
            message = f"steps must rise strictly, found from {', '.join(map(str, lowers))}"
            raise ValueError(message)
        tops = [share.top for share in self.percentile or ()]
        if any(later <= earlier for earlier, later in pairwise(tops)):
            message = f"shares must rise strictly, found top {', '.join(map(str, tops))}"
            raise ValueError(message)
        return self


class Veto(Element):
    """What one veto fact does: the total is held within a band, or at a maximum."""

    model_config = EXACTLY_ONE

    band: Code | None = None
    maximum: Points | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        _one_of(self, "band", "maximum")
        return self


class Condition(Element):
    """A question to an attribute of the subject: one of these words, or [at_least, less_than)."""

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
