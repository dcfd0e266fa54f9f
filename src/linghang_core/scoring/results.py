"""What an evaluation returns: exact points of every subject and criterion, and their digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from linghang_core.scoring.digest import digest_json, digest_scheme
from linghang_core.scoring.scheme import Scheme
from linghang_core.scoring.subjects import Subject


class State(StrEnum):
    """How a criterion came to its points."""

    SCORED = "scored"
    MISSING = "missing"
    LEFT_OUT = "left_out"
    ELSEWHERE = "elsewhere"


class NotRated(StrEnum):
    """Why a subject has no total."""

    TOO_FEW_MEMBERS = "too_few_members"
    TOO_YOUNG = "too_young"
    CRITERION_WITHOUT_DATA = "criterion_without_data"
    NOTHING_MEASURED = "nothing_measured"
    SHARED_BRANCH = "shared_branch"  # its facts cannot be told from those of another unit
    NO_BRANCH = "no_branch"  # nobody records for it


TOO_SMALL = frozenset(
    {
        NotRated.TOO_FEW_MEMBERS,
        NotRated.TOO_YOUNG,
        NotRated.SHARED_BRANCH,
        NotRated.NO_BRANCH,
    }
)
"""The reasons that lie in the subject and not in what was read of it: nobody is compared with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in its peer group: 1 is the best, equals share the better place."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion of one subject.

    `counts` are the atoms it read (one, numerator and denominator, or sum and number of each kind
    of raters), as whole numbers: counts, months, or sums in hundredths. `value` is what was scored,
    None where nothing was due. `full` is what could be had after redistribution; `points` are
    negative for a deduction. `place` is set where places give the points. Where the same event
    counts at another criterion, `elsewhere` is its code and `forgone` what this one would count.
    """

    code: str
    counts: tuple[int, ...]
    value: Fraction | None
    full: Decimal
    points: Decimal
    state: State
    place: Place | None = None
    elsewhere: str | None = None
    forgone: Decimal | None = None

    @property
    def raw(self) -> Decimal:
        """The points before the same event was counted only once."""
        return self.points if self.forgone is None else self.forgone


@dataclass(frozen=True, slots=True)
class DimensionLimit:
    """What the cap or the floor of a dimension adds to the points of its criteria."""

    dimension: str
    points: Decimal

    @property
    def is_cap(self) -> bool:
        """Whether points were taken off, and not given back."""
        return self.points < 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """How criterion points become a total; every step is a number that can be added up.

    `total` = basic + min(cap, bonus) + max(floor, deduction), held between the minimum and the
    maximum, and under the lowest limit of the vetoes in force. The three sums are those after the
    limits of the dimensions, which stand in `limits`.
    """

    basic: Decimal
    bonus: Decimal
    bonus_counted: Decimal
    deduction: Decimal
    deduction_counted: Decimal
    vetoes: tuple[str, ...]
    total: Decimal
    limits: tuple[DimensionLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The band a total reached by its number, but whose share of the rated was full."""

    band: str
    rated: int
    places: int


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One subject's result; `reason` says why there is no total, else total and band are set.

    The band is that of the total, unless the scheme limits the share of a band: then `held` says
    which better one was full.
    """

    subject: Subject
    group: str
    criteria: tuple[CriterionResult, ...]
    settlement: Settlement
    reason: NotRated | None
    total: Decimal | None
    band: str | None
    held: Held | None = None

    @property
    def is_rated(self) -> bool:
        """Whether the subject has a total."""
        return self.reason is None

    def criterion(self, code: str) -> CriterionResult:
        """The result of one criterion; KeyError when the scheme has none of this code."""
        for item in self.criteria:
            if item.code == code:
                return item
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """A peer group: how many in each band, and where its middle half of the totals lies.

    Quartiles are interpolated between neighbours and rounded half up to 0.01; None when nobody
    in the group is rated. It names nobody, so it may be shown for persons too.
    """

    code: str
    rated: int
    not_rated: int
    bands: Mapping[str, int]
    lower_quartile: Decimal | None
    median: Decimal | None
    upper_quartile: Decimal | None


@dataclass(frozen=True)
class Results:
    """All results of one evaluation, in the order of the subjects given."""

    scheme: Scheme
    period: str
    as_of_seq: int
    subjects: tuple[SubjectResult, ...]
    groups: tuple[GroupSummary, ...]

    @cached_property
    def _by_code(self) -> dict[str, SubjectResult]:
        return {item.subject.code: item for item in self.subjects}

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return _rank_units(self) if self.scheme.may_rank else {}

    def subject(self, code: str) -> SubjectResult:
        """The result of the subject of this code; KeyError when it was not evaluated."""
        return self._by_code[code]

    def group(self, code: str) -> GroupSummary:
        """The summary of one peer group; KeyError when the scheme has none of this code."""
        for item in self.groups:
            if item.code == code:
                return item
        raise KeyError(code)

    def rank(self, code: str) -> int | None:
        """The place of a unit in its peer group, 1 for the highest total, equal totals sharing it.

        None for a unit not rated, for a scheme without ranks, and always for persons: members are
        told their band, never their place (国办函〔2026〕12号).
        """
        return self._ranks.get(code)

    def digest(self) -> str:
        """The digest of scheme, period, sequence, subjects and every number; order left aside.

        The same run twice has the same digest, so a published snapshot can be proved unchanged.
        """
        return self._digest

    @cached_property
    def _digest(self) -> str:
        ordered = sorted(self.subjects, key=lambda item: item.subject.code)
        return digest_json(
            {
                "scheme": digest_scheme(self.scheme),
                "period": self.period,
                "as_of_seq": self.as_of_seq,
                "subjects": [_plain(item) for item in ordered],
            }
        )


def _rank_units(results: Results) -> dict[str, int]:
    totals: dict[str, list[Decimal]] = {}
    for item in results.subjects:
        if item.total is not None:
            totals.setdefault(item.group, []).append(item.total)
    return {
        item.subject.code: 1 + sum(other > item.total for other in totals[item.group])
        for item in results.subjects
        if item.total is not None
    }


def _plain(item: SubjectResult) -> dict[str, Any]:
    subject = item.subject
    return {
        "id": subject.id,
        "code": subject.code,
        "attributes": {name: str(value) for name, value in subject.attributes.items()},
        "units": sorted(subject.units),
        "group": item.group,
        "criteria": [
            [
                *(one.code, list(one.counts), str(one.full), str(one.points), one.state.value),
                *([one.place.number, one.place.of] if one.place else []),
            ]
            for one in item.criteria
        ],
        "reason": item.reason and item.reason.value,
        "total": None if item.total is None else str(item.total),
        "band": item.band,
    }
