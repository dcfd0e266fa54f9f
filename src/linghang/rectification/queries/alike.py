"""Problems that read like one found before."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from linghang.org.models import Unit
from linghang.rectification.enums import (
    ProblemState,
)
from linghang.rectification.models import Problem

ALIKE = 0.34  # from this likeness on a problem is offered as one found before
YEARS_BACK = 3
LOOKED_AT = 2000
SHOWN_ALIKE = 5
EMPTY_WORDS = re.compile(r"问题|工作|方面|情况|存在|不够|不足|有待|进一步|加强|还有|部分|个别|相关")


def find_alike(text: str, unit: Unit, on: date, *, besides: int | None = None) -> list[Problem]:
    """Return problems of the bureau of the last three years that say nearly the same, likest first."""
    since = on - timedelta(days=365 * YEARS_BACK)
    rows = Problem.objects.filter(unit__path__startswith=unit.root_path, stated_on__gte=since)
    rows = rows.exclude(pk=besides or 0).exclude(state=ProblemState.WITHDRAWN)
    rows = rows.select_related("unit").order_by("-pk")[:LOOKED_AT]
    rated = [(rate_likeness(text, row.text) + 0.05 * (row.unit_id == unit.pk), row) for row in rows]
    alike = sorted((pair for pair in rated if pair[0] >= ALIKE), key=lambda pair: -pair[0])
    return [row for _rate, row in alike[:SHOWN_ALIKE]]


def rate_likeness(one: str, other: str) -> float:
    """Return how much two texts share, 0 to 1: pairs of characters, shared by all there are."""
    ours, theirs = _pairs(one), _pairs(other)
    if not ours or not theirs:
        return 0.0
    return len(ours & theirs) / len(ours | theirs)


@lru_cache(maxsize=8192)
def _pairs(text: str) -> frozenset[str]:
    parts = re.sub(r"[^\w]", " ", EMPTY_WORDS.sub(" ", text)).split()
    return frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))
