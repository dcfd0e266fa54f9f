"""Stability: how places and bands move when the points of criteria were chosen a little differently.

Points are judgements. If a tenth more or less of them puts branches into other bands, the bands say
more about the judgement than about the branches. A statistic for people who adopt a scheme, never
a score: it is computed in floating point, from results already there, and with a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from linghang_core.scoring.bands import award_bands
from linghang_core.scoring.results import Results, SubjectResult
from linghang_core.scoring.scheme import Nature, Scheme
from linghang_core.scoring.settlement import veto_limit

Values = NDArray[np.float64]

DRAWS = 100
MOST_COMPARED = 300
SPREADS = (0.1, 0.2)


@dataclass(frozen=True)
class Stability:
    """What a spread of ± `spread` in the points of every basic criterion does.

    `changed` is the mean share of rated subjects that come into another band, `tau` the mean of
    Kendall's tau-b between the places before and after inside the peer groups (1: the same order;
    None where no group has two different totals). `most` is the criterion that moves most subjects
    when it alone has more or fewer points, and `most_changed` the share it moves.
    """

    spread: float
    subjects: int
    changed: float
    tau: float | None
    most: str | None
    most_changed: float


def measure_stability(
    results: Sequence[Results],
    spread: float = SPREADS[0],
    *,
    draws: int = DRAWS,
    seed: int = 1,
) -> Stability:
    """Return how the subjects of one or more periods move under the spread; the same seed, the same.

    All results are of one scheme. Each draw multiplies every basic criterion by its own factor from
    1 − spread to 1 + spread and brings them back to the base. Raises ValueError for a spread
    outside 0 to 1.
    """
    if not 0 < spread < 1:
        message = f"the spread is a share between 0 and 1, not {spread}"
        raise ValueError(message)
    field = _read(results)
    if field is None:
        return Stability(spread, 0, 0.0, None, None, 0.0)
    chance = np.random.default_rng(seed)
    places = len(field.codes)
    changes, taus = [], []
    groups = _groups(field, chance)
    for _draw in range(draws):
        totals = field.total(chance.uniform(1 - spread, 1 + spread, places))
        changes.append(float(np.mean(field.band(totals) != field.bands)))
        taus += _taus(groups, field.totals, totals)
    moved = [_move_one(field, place, spread) for place in range(places)]
    most = int(np.argmax(moved)) if moved else 0
    return Stability(
        spread=spread,
        subjects=len(field.totals),
        changed=float(np.mean(changes)),
        tau=float(np.mean(taus)) if taus else None,
        most=field.codes[most] if moved and moved[most] > 0 else None,
        most_changed=float(moved[most]) if moved else 0.0,
    )


@dataclass(frozen=True)
class _Field:
    """The rated subjects of all periods as arrays, and how their totals follow from points."""

    scheme: Scheme
    codes: tuple[str, ...]
    full: Values  # subjects × basic criteria: what each could give
    share: Values  # … and which share of it was earned
    extra: Values  # bonuses and deductions counted
    limit: Values  # what vetoes leave
    groups: tuple[str, ...]

    @cached_property
    def totals(self) -> Values:
        """The totals with the points as they are."""
        return self.total(np.ones(len(self.codes)))

    @cached_property
    def bands(self) -> NDArray[np.int64]:
        """The bands with the points as they are."""
        return self.band(self.totals)

    def total(self, factors: Values) -> Values:
        """The totals with every criterion's points multiplied and brought back to the base."""
        full = self.full * factors
        sums = full.sum(axis=1, keepdims=True)
        base = self.full.sum(axis=1, keepdims=True)
        full = np.divide(full * base, sums, out=np.zeros_like(full), where=sums > 0)
        totals = (full * self.share).sum(axis=1) + self.extra
        low, high = float(self.scheme.total.minimum), float(self.scheme.total.maximum)
        found: Values = np.round(np.minimum(np.clip(totals, low, high), self.limit), 2)
        return found

    def band(self, totals: Values) -> NDArray[np.int64]:
        """The place of each total's band, counted from the lowest.

        Where a band takes no more than a share of a peer group, the others decide too: each group is
        awarded anew.
        """
        if self.scheme.has_shares:
            return self._award(totals)
        lowers = np.array([float(band.lower) for band in reversed(self.scheme.bands)])
        found: NDArray[np.int64] = np.searchsorted(lowers, totals + 1e-9, side="right")
        return found

    @cached_property
    def members(self) -> list[NDArray[np.intp]]:
        """The places of all subjects of each peer group."""
        names = np.array(self.groups)
        return [np.flatnonzero(names == name) for name in dict.fromkeys(self.groups)]

    def _award(self, totals: Values) -> NDArray[np.int64]:
        heights = {band.code: n for n, band in enumerate(reversed(self.scheme.bands), 1)}
        exact = [Decimal(cents).scaleb(-2) for cents in np.rint(totals * 100).astype(int).tolist()]
        found = np.zeros(len(totals), np.int64)
        for places in self.members:
            awards = award_bands(self.scheme, {place: exact[place] for place in places.tolist()})
            for place, (band, _held) in awards.items():
                found[place] = heights[band]
        return found


def _read(results: Sequence[Results]) -> _Field | None:
    rated = [(one, item) for one in results for item in one.subjects if item.is_rated]
    if not rated:
        return None
    scheme = rated[0][0].scheme
    basic = [place for place, c in enumerate(scheme.criteria) if c.nature is Nature.BASIC]
    full = np.array([[float(item.criteria[p].full) for p in basic] for _one, item in rated])
    points = np.array([[float(item.criteria[p].points) for p in basic] for _one, item in rated])
    share = np.divide(points, full, out=np.zeros_like(points), where=full > 0)
    return _Field(
        scheme=scheme,
        codes=tuple(scheme.criteria[place].code for place in basic),
        full=full.reshape(len(rated), len(basic)),
        share=share.reshape(len(rated), len(basic)),
        extra=np.array(
            [
                float(item.settlement.bonus_counted + item.settlement.deduction_counted)
                for _one, item in rated
            ]
        ),
        limit=np.array([_limit(scheme, item) for _one, item in rated]),
        groups=tuple(f"{one.period}/{item.group}" for one, item in rated),
    )


def _limit(scheme: Scheme, item: SubjectResult) -> float:
    limits = [veto_limit(scheme, scheme.criterion(code)) for code in item.settlement.vetoes]
    return float(min([scheme.total.maximum, *limits]))


def _groups(field: _Field, chance: np.random.Generator) -> list[NDArray[np.int64]]:
    """The places of the subjects of each peer group; of very many a sample, for tau is quadratic."""
    found: list[NDArray[np.int64]] = []
    for places in field.members:
        many = len(places) > MOST_COMPARED
        found.append(
            np.sort(chance.choice(places, MOST_COMPARED, replace=False)) if many else places
        )
    return found


def _taus(groups: Sequence[NDArray[np.int64]], before: Values, after: Values) -> list[float]:
    found = [measure_tau(before[places], after[places]) for places in groups]
    return [tau for tau in found if tau is not None]


def measure_tau(before: Values, after: Values) -> float | None:
    """Return Kendall's tau-b of two lists of numbers; None where one of them has no order at all."""
    one = np.sign(before[:, None] - before[None, :])
    two = np.sign(after[:, None] - after[None, :])
    norm = float(np.sqrt(np.abs(one).sum() * np.abs(two).sum()))
    return float((one * two).sum()) / norm if norm else None


def _move_one(field: _Field, place: int, spread: float) -> float:
    """The share of subjects in another band when one criterion alone has more or fewer points."""
    moved = []
    for factor in (1 - spread, 1 + spread):
        factors = np.ones(len(field.codes))
        factors[place] = factor
        moved.append(float(np.mean(field.band(field.total(factors)) != field.bands)))
    return max(moved)
