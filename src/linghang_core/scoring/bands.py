"""Bands by shares: who of a peer group enters a band that takes no more than a share of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from linghang_core.scoring.results import Held
from linghang_core.scoring.scheme import Scheme, Ties

Award = tuple[str, Held | None]
"""The band that stands, and the better one whose share was full, if there is one."""


def award_bands(scheme: Scheme, totals: Mapping[int, Decimal]) -> dict[int, Award]:
    """Return the band of each rated subject of one peer group, by subject id.

    The best band chooses first, among those whose total reaches its number; who finds no room falls
    into the next band and competes there with those whose number is for it.
    """
    waiting = sorted(totals, key=lambda key: -totals[key])
    awarded: dict[int, Award] = {}
    held: dict[int, Held] = {}
    for band in scheme.bands:
        able = [key for key in waiting if totals[key] >= band.lower]
        chosen = able
        if band.at_most is not None:
            places = int(Fraction(band.at_most) * len(totals))
            chosen = able[: _cut([totals[key] for key in able], places, scheme.ties)]
            for key in able[len(chosen) :]:
                held.setdefault(key, Held(band.code, len(totals), places))
        awarded |= {key: (band.code, held.get(key)) for key in chosen}
        waiting = [key for key in waiting if key not in awarded]
    return awarded


def _cut(totals: Sequence[Decimal], places: int, ties: Ties | None) -> int:
    """How many of the totals, highest first, enter so many places; equals enter or stay together."""
    if len(totals) <= places:
        return len(totals)
    if not places:
        return 0
    if ties is Ties.ALL_IN:
        return sum(total >= totals[places - 1] for total in totals)
    return sum(total > totals[places] for total in totals)
