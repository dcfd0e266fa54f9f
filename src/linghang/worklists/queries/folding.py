"""Folding a long matrix: units are shown together under the one directly below what all have in common."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, When

from linghang.worklists.queries.progress import Progress

PAYS_FROM = 2  # folding pays when it leaves at most half the rows


@dataclass(frozen=True)
class Fold:
    """Which unit each unit stands under. `top` has every unit, and every parent of one."""

    top: Mapping[int, int]
    units: Collection[int]

    def list_units(self, tops: Collection[int]) -> list[int]:
        """Return the units that stand under these."""
        wanted = set(tops)
        return [unit for unit in self.units if self.top[unit] in wanted]

    def expression(self, tops: Collection[int]) -> Any:
        """Return what to group tasks by, so that the database adds up whole families at once."""
        return Case(When(unit_id__in=list(tops), then=F("unit_id")), default=F("unit__parent_id"))

    def sum(self, by_unit: Mapping[int, Progress]) -> dict[int, Progress]:
        """Return the progress of each top with everything under it."""
        found: dict[int, Progress] = {}
        for unit, progress in by_unit.items():
            top = self.top[unit]
            found[top] = found[top] + progress if top in found else progress
        return found


def find_fold(paths: Mapping[int, str]) -> Fold | None:
    """Return how the units fold, None where that would not make the matrix shorter."""
    split = {unit: path.strip("/").split("/") for unit, path in paths.items()}
    if not split:
        return None
    depth = _count_shared(list(split.values()))
    top = {}
    for unit, parts in split.items():
        top[unit] = int(parts[min(depth, len(parts) - 1)])
        if len(parts) > depth + 1:
            top[int(parts[-2])] = top[unit]
    if len({top[unit] for unit in split}) * PAYS_FROM > len(split):
        return None
    return Fold(top, split.keys())


def _count_shared(paths: Sequence[Sequence[str]]) -> int:
    """Return how many steps from the root all paths share."""
    shared = 0
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        shared += 1
    return shared
