"""What an evaluation scheme (评价方案) is: criteria in dimensions, groups, bands and limits.

A scheme is data: it comes out of a practice pack, carries its version and legal basis, and says
all that the engine needs, so that a score is a pure function of (scheme, facts, period).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from linghang_core.scoring.scheme.elements import (
    CENT,
    Absent,
    Code,
    Element,
    Grown,
    Level,
    Missing,
    Nature,
    Number,
    PeriodKind,
    Points,
    SubjectKind,
    Text,
    Ties,
    Window,
    Word,
)
from linghang_core.scoring.scheme.measures import Condition, Measure, Score, Veto


class Criterion(Grown):
    """One standard of a scheme: what is read, how it scores, and on which rule it rests.

    `once` names a set of criteria for one event (an award by the province and by the group): of a
    set only the criterion that counts most counts.
    """

    later: ClassVar[frozenset[str]] = frozenset({"once", "lower_is_better"})

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
    lower_is_better: bool = False
    once: Code | None = None
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
    yield from _missing_faults(criterion, score)
    if criterion.lower_is_better and not score.by_place:
        yield "`lower_is_better` belongs to rank or percentile; else turn start and target round"
    if criterion.once is not None and criterion.nature is Nature.BASIC:
        yield "`once` is for bonuses or deductions: a basic criterion always counts"


def _missing_faults(criterion: Criterion, score: Score) -> Iterable[str]:
    measure, missing = criterion.measure, criterion.missing
    if not measure.may_lack and not score.by_place and missing is not None:
        yield "`missing` has a meaning only for a ratio: a count of nothing is 0"
    if measure.may_lack and missing is None:
        noun = next(name for name in ("ratio", "average", "raters") if getattr(measure, name))
        many = "raters" if noun == "raters" else f"a{'n' if noun == 'average' else ''} {noun}"
        yield f"{many} must say what `missing` means: full, zero, leave_out or not_rated"
    elif score.by_place and missing is None:
        yield "a place must say what `missing` means where there is nobody to compare with"
    if criterion.nature is not Nature.BASIC and missing not in (None, Missing.ZERO):
        yield f"a {criterion.nature} ratio can only have `missing: zero`"
    raters = measure.raters
    if (
        raters is not None
        and raters.absent is Absent.NOT_RATED
        and missing is not Missing.NOT_RATED
    ):
        yield "`absent: not_rated` goes with `missing: not_rated`"


def _score_faults(nature: Nature, points: Decimal, score: Score) -> Iterable[str]:
    if nature is Nature.BASIC and score.per_unit is not None:
        yield "per_unit is for a bonus or a deduction; a basic criterion uses proportional"
    if score.per_unit is not None and (score.per_unit.cap or points) > points:
        yield f"the cap {score.per_unit.cap} is more than the {points} points"
    for step in score.steps or ():
        if step.points > points:
            yield f"the step from {step.lower} gives {step.points}, more than the {points} points"
    if score.rank is not None and score.rank.best > points:
        yield f"the best place gives {score.rank.best}, more than the {points} points"
    for share in score.percentile or ():
        if share.points > points:
            yield f"the top {share.top} gives {share.points}, more than the {points} points"


class Dimension(Grown):
    """A group of criteria shown and added up together.

    Its basic and bonus criteria give no more than the `cap` together, its deductions take no more
    than the (negative) `floor`.
    """

    later: ClassVar[frozenset[str]] = frozenset({"cap", "floor"})

    code: Code
    title: Text
    cap: Points | None = Field(default=None, gt=0)
    floor: Points | None = Field(default=None, lt=0)
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


class Band(Grown):
    """A grade (档): totals from this number up to where the next better band begins.

    With `at_most`, no more than this share of the rated of a peer group, the highest totals first;
    who passes the number and not the share falls into the next band.
    """

    later: ClassVar[frozenset[str]] = frozenset({"at_most"})

    code: Code
    title: Text
    lower: Points = Field(alias="from")
    at_most: Number | None = Field(default=None, gt=0, lt=1)


class TotalLimits(Element):
    """Between which numbers every total lies."""

    minimum: Points = Decimal(0)
    maximum: Points


class MinimumSample(Element):
    """The fewest members and months of existence with which a subject is rated at all."""

    members: int = Field(default=0, ge=0, strict=True)
    months: int = Field(default=0, ge=0, strict=True)


class Override(Element):
    """A finding of the linter that whoever wrote the scheme knows of, and why it is so."""

    finding: Code
    place: Word
    reason: Word


class Scheme(Grown):
    """An evaluation scheme in one version; immutable, complete and checked."""

    later: ClassVar[frozenset[str]] = frozenset({"ties", "overrides"})

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
    ties: Ties | None = None
    overrides: tuple[Override, ...] = ()
    dimensions: tuple[Dimension, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        checks: tuple[Callable[[Scheme], Iterable[str]], ...] = (
            _code_faults,
            _base_faults,
            _group_faults,
            _band_faults,
            _share_faults,
            _dimension_faults,
            _once_faults,
            _subject_faults,
            _span_faults,
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

    def band(self, code: str) -> Band:
        """The band of this code; KeyError when the scheme has none."""
        for item in self.bands:
            if item.code == code:
                return item
        raise KeyError(code)

    @property
    def by_place(self) -> bool:
        """Whether a result depends on the others of the peer group: places, or bands by shares."""
        return self.has_shares or any(
            item.score is not None and item.score.by_place for item in self.criteria
        )

    @property
    def has_shares(self) -> bool:
        """Whether a band takes no more than a share of the peer group."""
        return any(band.at_most is not None for band in self.bands)

    def once_set(self, name: str) -> tuple[Criterion, ...]:
        """The criteria of which only the one that counts most counts."""
        return tuple(item for item in self.criteria if item.once == name)

    @property
    def may_rank(self) -> bool:
        """Whether places inside a peer group may be shown: if asked for, and never of persons."""
        return self.ranks and self.subject is SubjectKind.UNIT

    def band_of(self, total: Decimal) -> Band:
        """The band a total falls into by its number; half-open, and together they cover all."""
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


def _share_faults(scheme: Scheme) -> Iterable[str]:
    if scheme.bands[-1].at_most is not None:
        yield f"bands: the last one, {scheme.bands[-1].code}, takes everybody: no `at_most`"
    if scheme.ties is not None and not scheme.has_shares:
        yield "ties: has a meaning only where a band says `at_most`"


def _dimension_faults(scheme: Scheme) -> Iterable[str]:
    for part in scheme.dimensions:
        basic = sum((c.full for c in part.criteria if c.nature is Nature.BASIC), Decimal(0))
        if part.cap is not None and part.cap < basic:
            yield f"dimension {part.code}: the cap {part.cap} is less than its {basic} basic points"


def _once_faults(scheme: Scheme) -> Iterable[str]:
    for name in dict.fromkeys(item.once for item in scheme.criteria if item.once is not None):
        own = scheme.once_set(name)
        if len(own) < 2 or len({item.nature for item in own}) > 1:
            yield f"once {name}: name at least two criteria of one nature"


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


def _span_faults(scheme: Scheme) -> Iterable[str]:
    """A span has no months to look back over: its criteria read the whole of it, others never do."""
    for item in scheme.criteria:
        if (scheme.period is PeriodKind.SPAN) != (item.window is Window.PERIOD):
            yield f"criterion {item.code}: the window `period` and a scheme for a span belong together"
