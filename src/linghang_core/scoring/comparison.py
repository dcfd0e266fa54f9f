"""What if: two evaluations of the same subjects side by side, who moves and why.

Typically one with the scheme in force and one with a draft, over the same facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from linghang_core.scoring.results import Results, SubjectResult

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Difference:
    """One criterion of one subject; None where that scheme does not have the criterion."""

    criterion: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal:
        """Points won or lost, a criterion that is not there counting nothing."""
        return (self.after or ZERO) - (self.before or ZERO)


@dataclass(frozen=True)
class Move:
    """A subject whose result differs: totals and bands (None: not rated), and what differs."""

    code: str
    before: Decimal | None
    after: Decimal | None
    band_before: str | None
    band_after: str | None
    differences: tuple[Difference, ...]

    @property
    def change(self) -> Decimal | None:
        """By how much the total changes; None when one side is not rated."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """Who moves, greatest change first; those only one side knows are named apart."""

    moves: tuple[Move, ...]
    unchanged: int
    band_changes: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare(before: Results, after: Results) -> Comparison:
    """Return how the second evaluation differs from the first, subject by subject.

    The differences of a subject are greatest first; caps and limits may make the total move less
    than they add up to.
    """
    old = {item.subject.code: item for item in before.subjects}
    new = {item.subject.code: item for item in after.subjects}
    common = [code for code in old if code in new]
    moves = [move for code in common if (move := _move(old[code], new[code])) is not None]
    return Comparison(
        moves=tuple(sorted(moves, key=_size)),
        unchanged=len(common) - len(moves),
        band_changes=sum(move.band_before != move.band_after for move in moves),
        only_before=tuple(code for code in old if code not in new),
        only_after=tuple(code for code in new if code not in old),
    )


def _move(old: SubjectResult, new: SubjectResult) -> Move | None:
    differences = sorted(_differences(old, new), key=lambda item: -abs(item.change))
    if not differences and (old.total, old.band) == (new.total, new.band):
        return None
    return Move(
        code=old.subject.code,
        before=old.total,
        after=new.total,
        band_before=old.band,
        band_after=new.band,
        differences=tuple(differences),
    )


def _differences(old: SubjectResult, new: SubjectResult) -> Iterator[Difference]:
    earlier = {item.code: item.points for item in old.criteria}
    later = {item.code: item.points for item in new.criteria}
    for code in dict.fromkeys((*earlier, *later)):
        if earlier.get(code) != later.get(code):
            yield Difference(code, earlier.get(code), later.get(code))


def _size(move: Move) -> tuple[bool, Decimal]:
    """Those that become rated or not rated first, then by the size of the change."""
    change = move.change
    return (change is not None, -abs(change or ZERO))
