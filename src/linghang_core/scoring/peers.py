"""Peers: the values of a peer group by criterion, and the place of one value among them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from linghang_core.scoring.results import TOO_SMALL, Place, SubjectResult
from linghang_core.scoring.scheme import Scheme


@dataclass(frozen=True)
class Standing:
    """One subject among its peers: its values by the place of the criterion in the scheme.

    `counts` says whether others are compared with it: not with one below the minimum sample, and
    not with one whose facts cannot be known.
    """

    group: str
    counts: bool
    values: Mapping[int, Fraction | None]


@dataclass
class Peers:
    """The values of each peer group at each criterion that scores by places, in rising order."""

    scheme: Scheme
    fields: dict[tuple[str, int], list[Fraction]] = field(default_factory=dict)

    def place(self, standing: Standing, criterion: int) -> Place | None:
        """The place of a subject's value; None without value and with nobody to compare with.

        Who is below the minimum sample is told a place all the same, but takes none from others.
        """
        value = standing.values[criterion]
        others = self.fields.get((standing.group, criterion), [])
        of = len(others) + (not standing.counts)
        if value is None or of < 2:
            return None
        lower = self.scheme.criteria[criterion].lower_is_better
        better = bisect_left(others, value) if lower else len(others) - bisect_right(others, value)
        return Place(better + 1, of)


def gather_peers(
    scheme: Scheme, standings: Iterable[Standing], others: Iterable[SubjectResult]
) -> Peers:
    """Return the peers of a run; `others` bring the values that their results keep."""
    fields: dict[tuple[str, int], list[Fraction]] = defaultdict(list)
    ranked = [
        place
        for place, rule in enumerate(scheme.criteria)
        if rule.score is not None and rule.score.by_place
    ]
    everybody = [*standings, *(_restore(item, ranked) for item in others)] if ranked else []
    for standing in everybody:
        for place, value in standing.values.items():
            if standing.counts and value is not None:
                fields[standing.group, place].append(value)
    for values in fields.values():
        values.sort()
    return Peers(scheme, dict(fields))


def _restore(item: SubjectResult, ranked: Iterable[int]) -> Standing:
    """How a finished result stood: a criterion that does not apply to it has no value."""
    return Standing(
        group=item.group,
        counts=item.reason not in TOO_SMALL,
        values={place: item.criteria[place].value for place in ranked},
    )
