"""From atoms to points and totals for all subjects at once: `assess`, column by column.

The numbers are those of `assess`, subject by subject, to the last hundredth: every distinct
reading is valued once and looked up, and what is added is whole hundredths. A scheme that says
something this module does not know is left to `assess` itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.scoring.atoms import Plan, compile_scheme
from linghang_core.scoring.engines.monthly import Whole, is_countable
from linghang_core.scoring.evaluation import COVERAGE, assess
from linghang_core.scoring.national.knowledge import is_known
from linghang_core.scoring.national.reading import (
    ROOM,
    Shares,
    Valued,
    find_readings,
    value_readings,
)
from linghang_core.scoring.national.roster import Roster, known_values
from linghang_core.scoring.results import NotRated, State
from linghang_core.scoring.scheme import (
    Aggregate,
    Criterion,
    Missing,
    Nature,
    Scheme,
)
from linghang_core.scoring.score import redistribute, to_cents
from linghang_core.scoring.settlement import veto_limit

STATES = tuple(State)
REASONS = tuple(NotRated)
FEW = 200
SCORED, MISSING, LEFT_OUT = (
    STATES.index(state) for state in (State.SCORED, State.MISSING, State.LEFT_OUT)
)


@dataclass(frozen=True)
class Marks:
    """Points of many subjects, in whole hundredths; criteria in the order of the scheme.

    `of` and `to` are what was read (`to` None without a counted denominator), `full` what could be
    had, `states` places in STATES. `reasons` are places in REASONS counted from 1, 0 being rated;
    `totals` and `bands` mean something only there. `groups` and `bands` are places in the scheme.
    """

    of: Sequence[Whole]
    to: Sequence[Whole | None]
    full: Sequence[Whole]
    points: Sequence[Whole]
    states: Sequence[NDArray[np.uint8]]
    totals: Whole
    bands: NDArray[np.int16]
    groups: NDArray[np.int16]
    reasons: NDArray[np.uint8]

    @property
    def rated(self) -> NDArray[np.bool_]:
        """Who has a total."""
        rated: NDArray[np.bool_] = self.reasons == 0
        return rated


@dataclass
class Marker:
    """Marks rosters by one scheme, keeping what is the same from part to part.

    `few` is up to how many distinct readings, or patterns of criteria left out, the rules of a
    single subject are asked one by one.
    """

    scheme: Scheme
    period: str
    as_of_seq: int = 0
    few: int = FEW
    plan: Plan = field(init=False)
    by_columns: bool = field(init=False)
    valued: Mapping[str, Valued] = field(init=False)

    def __post_init__(self) -> None:
        """Compile the scheme."""
        self.plan = compile_scheme(self.scheme)
        self.valued = {rule.code: {} for rule in self.scheme.criteria}
        self.by_columns = is_known(self.scheme) and is_countable(self.plan)

    def mark(self, roster: Roster, atoms: Sequence[Whole]) -> Marks:
        """Return the marks of a roster from its atoms, in the order of the plan."""
        if not self.by_columns:
            return self._mark_singly(roster, atoms)
        scheme = self.scheme
        shares, places, off = self._value_all(roster, atoms)
        amounts, whose = self._share_out(off, len(roster))
        full = [_spread(most, whose, out) for most, out in zip(amounts, off, strict=True)]
        points, states = [], []
        for rule, share, place, out, most in zip(
            scheme.criteria, shares, places, off, amounts, strict=True
        ):
            own, state = _score(rule, share, place, most, whose)
            if out is not None:
                own, state = np.where(out, 0, own), np.where(out, np.uint8(LEFT_OUT), state)
            points.append(own)
            states.append(state)
        totals = self._settle(points, atoms, off)
        groups = self._group(roster)
        ascending = np.array([to_cents(band.lower) for band in scheme.bands[::-1]], np.int64)
        bands = len(ascending) - np.searchsorted(ascending, totals, side="right")
        return Marks(
            of=[atoms[reading.of] for reading in self.plan.readings],
            to=[None if item.to is None else atoms[item.to] for item in self.plan.readings],
            full=full,
            points=points,
            states=states,
            totals=totals,
            bands=bands.astype(np.int16),
            groups=groups,
            reasons=self._reason(roster, states),
        )

    def _value_all(
        self, roster: Roster, atoms: Sequence[Whole]
    ) -> tuple[list[Shares], list[NDArray[np.intp]], list[NDArray[np.bool_] | None]]:
        """Of each criterion its distinct shares, whose is which, and for whom it is left out."""
        shares, places, off = [], [], []
        for rule, reading in zip(self.scheme.criteria, self.plan.readings, strict=True):
            known: list[Decimal] | None = None
            to = None if reading.to is None else atoms[reading.to]
            if reading.attribute is not None:
                column = roster.column(reading.attribute)
                known, to = known_values(column, reading.attribute), column.places.astype(np.int64)
            found = find_readings(atoms[reading.of], to, known)
            sums = tuple(
                place is not None and self.plan.atoms[place].aggregate is Aggregate.SUM
                for place in (reading.of, reading.to)
            )
            share = value_readings(
                rule, (sums[0], sums[1]), found, self.few, self.valued[rule.code]
            )
            out = None
            if rule.missing is Missing.LEAVE_OUT and share.missing.any():
                out = share.missing[found.places]
            if rule.when is not None:
                unfit = ~roster.fitting(rule.when)
                out = unfit if out is None else out | unfit
            shares.append(share)
            places.append(found.places)
            off.append(out)
        return shares, places, off

    def _share_out(
        self, off: Sequence[NDArray[np.bool_] | None], length: int
    ) -> tuple[list[Whole], NDArray[np.intp]]:
        """What each criterion can give, the points of those left out being shared out.

        A number for each pattern of criteria left out, and the pattern of each subject.
        """
        basic = [item.nature is Nature.BASIC for item in self.scheme.criteria]
        outs = [out if mine else None for out, mine in zip(off, basic, strict=True)]
        patterns, whose = _find_patterns([out for out in outs if out is not None], length)
        nominal = [to_cents(item.full) for item in self.scheme.criteria]
        own = np.array(
            [cents for cents, mine in zip(nominal, basic, strict=True) if mine], np.int64
        )
        kept = np.ones((len(patterns), len(own)), np.bool_)
        nullable = [out is not None for out, mine in zip(outs, basic, strict=True) if mine]
        kept[:, nullable] = ~patterns
        shared = iter(np.ascontiguousarray(self._redistribute(own, kept).T))
        amounts = [
            next(shared) if mine else np.full(len(patterns), cents, np.int64)
            for cents, mine in zip(nominal, basic, strict=True)
        ]
        return amounts, whose

    def _redistribute(self, own: Whole, kept: NDArray[np.bool_]) -> Whole:
        """The points of the basic criteria for each pattern; largest remainder, as `redistribute`."""
        base = to_cents(self.scheme.base)
        amounts = np.where(kept, own, 0)
        if len(kept) <= self.few or base * int(own.max(initial=0)) >= ROOM:
            for pattern, keep in zip(amounts, kept, strict=True):
                pattern[keep] = redistribute(pattern[keep].tolist(), base)
            return amounts
        total = amounts.sum(axis=1, keepdims=True)
        floors, remainders = np.divmod(amounts * base, np.maximum(total, 1))
        order = np.argsort(np.where(kept, -remainders, 1), axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(order.shape[1])[None, :], axis=1)
        stretched = floors + (rank < base - floors.sum(axis=1, keepdims=True))
        whole: Whole = np.where((total == 0) | (total == base), amounts, stretched)
        return whole

    def _settle(self, points: Sequence[Whole], atoms: Sequence[Whole], off: Sequence[Any]) -> Whole:
        """The totals, as `settle` makes them."""
        scheme = self.scheme
        sums = {nature: np.zeros_like(points[0]) for nature in Nature}
        for rule, own in zip(scheme.criteria, points, strict=True):
            sums[rule.nature] += own
        bonus, deduction = sums[Nature.BONUS], sums[Nature.DEDUCTION]
        if scheme.bonus_cap is not None:
            bonus = np.minimum(bonus, to_cents(scheme.bonus_cap))
        if scheme.deduction_floor is not None:
            deduction = np.maximum(deduction, to_cents(scheme.deduction_floor))
        plain = sums[Nature.BASIC] + bonus + deduction
        least, most = to_cents(scheme.total.minimum), to_cents(scheme.total.maximum)
        total: Whole = np.clip(plain, least, most)
        for place, rule in enumerate(scheme.criteria):
            if rule.nature is Nature.VETO:
                met = atoms[self.plan.readings[place].of] != 0
                met = met if off[place] is None else met & ~off[place]
                limit = to_cents(veto_limit(scheme, rule))
                total = np.where(met, np.minimum(total, limit), total)
        return total

    def _reason(self, roster: Roster, states: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
        scheme = self.scheme
        rules = list(zip(scheme.criteria, states, strict=True))
        empty = np.ones(len(roster), np.bool_)
        for rule, state in rules:
            if rule.nature is Nature.BASIC:
                empty &= state == LEFT_OUT
        reasons = np.where(empty, np.uint8(REASONS.index(NotRated.NOTHING_MEASURED) + 1), 0)
        reasons = reasons.astype(np.uint8)
        for rule, state in rules:
            if rule.missing is Missing.NOT_RATED:
                reasons[state == MISSING] = REASONS.index(NotRated.CRITERION_WITHOUT_DATA) + 1
        sample = scheme.minimum_sample
        if sample.months:
            young = roster.below("months_active", sample.months)
            reasons[young] = REASONS.index(NotRated.TOO_YOUNG) + 1
        if sample.members:
            small = roster.below("members", sample.members)
            reasons[small] = REASONS.index(NotRated.TOO_FEW_MEMBERS) + 1
        if COVERAGE in roster.attributes:
            column = roster.attributes[COVERAGE]
            for reason in (NotRated.SHARED_BRANCH, NotRated.NO_BRANCH):
                uncovered = np.array([value == reason for value in column.values], np.bool_)
                reasons[uncovered[column.places]] = REASONS.index(reason) + 1
        return reasons

    def _group(self, roster: Roster) -> NDArray[np.int16]:
        groups = np.full(len(roster), len(self.scheme.peer_groups) - 1, np.int16)
        for place, group in reversed(list(enumerate(self.scheme.peer_groups))):
            fitting = slice(None) if group.when is None else roster.fitting(group.when)
            groups[fitting] = place
        return groups

    def _mark_singly(self, roster: Roster, atoms: Sequence[Whole]) -> Marks:
        """The marks by the rules of a single subject, for what is not known by columns."""
        subjects = roster.subjects()
        rows = zip(*(atom.tolist() for atom in atoms), strict=True)
        counts = {item.id: row for item, row in zip(subjects, rows, strict=True)}
        results = assess(self.scheme, self.period, subjects, counts, self.as_of_seq).subjects
        bands = [band.code for band in self.scheme.bands]
        groups = [group.code for group in self.scheme.peer_groups]
        columns = list(zip(*(item.criteria for item in results), strict=True))
        return Marks(
            of=[atoms[reading.of] for reading in self.plan.readings],
            to=[None if item.to is None else atoms[item.to] for item in self.plan.readings],
            full=[np.array([to_cents(one.full) for one in column]) for column in columns],
            points=[np.array([to_cents(one.points) for one in column]) for column in columns],
            states=[
                np.array([STATES.index(one.state) for one in column], np.uint8)
                for column in columns
            ],
            totals=np.array([to_cents(item.total or Decimal(0)) for item in results], np.int64),
            bands=np.array(
                [bands.index(item.band) if item.band else 0 for item in results], np.int16
            ),
            groups=np.array([groups.index(item.group) for item in results], np.int16),
            reasons=np.array(
                [REASONS.index(item.reason) + 1 if item.reason else 0 for item in results], np.uint8
            ),
        )


def _spread(amounts: Whole, whose: NDArray[np.intp], out: NDArray[np.bool_] | None) -> Whole:
    """What a criterion can give each subject: nothing to whom it is left out for."""
    same = len(amounts) > 0 and bool((amounts == amounts[0]).all())
    full = np.broadcast_to(amounts[0], len(whose)) if same else amounts[whose]
    return full if out is None else np.where(out, 0, full)


def _score(
    rule: Criterion,
    share: Shares,
    places: NDArray[np.intp],
    amounts: Whole,
    whose: NDArray[np.intp],
) -> tuple[Whole, NDArray[np.uint8]]:
    """Points and states of one criterion, as if it were left out for nobody.

    `amounts` are its points in each pattern of criteria left out, `whose` the patterns of subjects.
    Where patterns and readings are few, what is met is computed once and looked up.
    """
    if len(amounts) and (amounts == amounts[0]).all():
        amounts = amounts[:1]
    if len(amounts) * len(share.missing) <= len(places) or len(amounts) == 1:
        full = amounts[:, None]
        table = share.points(full)
        if rule.missing is Missing.FULL:
            table = np.where(share.missing, full, table)
        found = places if len(amounts) == 1 else whose * len(share.missing) + places
        own = table.ravel()[found]
    else:
        own = share.of(places).points(amounts[whose])
        if rule.missing is Missing.FULL:
            own = np.where(share.missing[places], amounts[whose], own)
    if rule.nature is Nature.DEDUCTION:
        own = -own
    if not share.missing.any():
        return own, np.broadcast_to(np.uint8(SCORED), len(places))
    return own, np.where(share.missing, np.uint8(MISSING), np.uint8(SCORED))[places]


def _find_patterns(
    outs: Sequence[NDArray[np.bool_]], length: int
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """The distinct patterns of criteria left out, and which one each subject has."""
    if not outs or not length:
        return np.zeros((1, len(outs)), np.bool_), np.zeros(length, np.intp)
    whose = np.zeros(length, np.int64)
    count = 1
    for out in outs:
        whose = whose * 2 + out
        count *= 2
        if count > 2**20:
            found, whose = np.unique(whose, return_inverse=True)
            count = len(found)
    _, first, whose = np.unique(whose, return_index=True, return_inverse=True)
    return np.stack([out[first] for out in outs], axis=1), whose


def rank(totals: Whole, groups: NDArray[np.int16], reasons: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Return the place of each rated subject in its group, 1 for the highest, equal sharing it.

    0 where there is none. Whether places may be shown is the scheme's to say (`may_rank`).
    """
    places = np.zeros(len(totals), np.int32)
    rated = reasons == 0
    for group in np.unique(groups[rated]):
        own = np.flatnonzero(rated & (groups == group))
        found = totals[own]
        places[own] = 1 + len(own) - np.searchsorted(np.sort(found), found, side="right")
    return places
