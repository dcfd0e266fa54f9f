"""Repeats among tickets: exact and near copies, and who repeats whom."""

from linghang_core.tickets.repeats.groups import (
    LEXICAL,
    Embedder,
    Repeat,
    Repeats,
    find_repeats,
)
from linghang_core.tickets.repeats.joining import Nearness

__all__ = ["LEXICAL", "Embedder", "Nearness", "Repeat", "Repeats", "find_repeats"]
