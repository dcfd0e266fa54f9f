"""Counting what is asked of units: `counting` by month and issuer, `repeats` what is asked twice, `cap`."""

from linghang.burden.queries.cap import Cap, find_cap
from linghang.burden.queries.counting import (
    IssuerLoad,
    Load,
    Reasoned,
    count_by_issuer,
    count_items,
    count_loads,
    list_reasons,
    list_units,
)
from linghang.burden.queries.repeats import (
    Known,
    Pair,
    find_known,
    find_pairs,
    pair_characters,
    rate_likeness,
)

__all__ = [
    "Cap",
    "IssuerLoad",
    "Known",
    "Load",
    "Pair",
    "Reasoned",
    "count_by_issuer",
    "count_items",
    "count_loads",
    "find_cap",
    "find_known",
    "find_pairs",
    "list_reasons",
    "list_units",
    "pair_characters",
    "rate_likeness",
]
