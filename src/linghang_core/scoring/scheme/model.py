"""What an evaluation scheme (评价方案) is: criteria in dimensions, groups, bands and limits.

A scheme is data: it comes out of a practice pack, carries its version and legal basis, and says
all that the engine needs, so that a score is a pure function of (scheme, facts, period).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from linghang_core.scoring.scheme.elements import (
    CENT,
    Code,
    Element,
    Level,
    Missing,
    Nature,
    PeriodKind,
    Points,
    SubjectKind,
    Text,
    Window,
    Word,
)
from linghang_core.scoring.scheme.measures import Condition, Measure, Score, Veto


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

    @cached_property
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
    if any(after >= before for before, after in pairwise(lowers)):
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
