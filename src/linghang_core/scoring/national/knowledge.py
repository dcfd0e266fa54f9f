"""What marking by columns knows of schemes: the words it takes into account, each by name.

Whoever teaches the columns a rule adds its names here; what is not here is left to `assess`.
"""

from __future__ import annotations

from collections.abc import Mapping

from linghang_core.scoring.scheme import Element

_KNOWN: Mapping[str, frozenset[str]] = {
    "Scheme": frozenset(
        [
            "code",
            "version",
            "title",
            "note",
            "subject",
            "unit_kinds",
            "period",
            "base",
            "bonus_cap",
            "deduction_floor",
            "total",
            "minimum_sample",
            "ranks",
            "peer_groups",
            "bands",
            "dimensions",
        ]
    ),
    "TotalLimits": frozenset({"minimum", "maximum"}),
    "MinimumSample": frozenset({"members", "months"}),
    "PeerGroup": frozenset({"code", "title", "when", "otherwise"}),
    "Condition": frozenset({"attribute", "equals", "at_least", "less_than"}),
    "Band": frozenset({"code", "title", "lower"}),
    "Dimension": frozenset({"code", "title", "criteria"}),
    "Criterion": frozenset(
        [
            "code",
            "title",
            "nature",
            "points",
            "window",
            "measure",
            "score",
            "veto",
            "missing",
            "when",
            "basis",
            "note",
        ]
    ),
    "Measure": frozenset({"count", "sum", "months", "days", "ratio"}),
    "Ratio": frozenset({"of", "to"}),
    "Selector": frozenset({"kinds", "statuses", "verified", "late", "level"}),
    "Side": frozenset({"kinds", "statuses", "verified", "late", "level", "aggregate"}),
    "AttributeSide": frozenset({"attribute"}),
    "Score": frozenset({"proportional", "steps", "per_unit", "threshold"}),
    "Proportional": frozenset({"target", "start"}),
    "Step": frozenset({"lower", "points"}),
    "PerUnit": frozenset({"points", "cap"}),
    "Threshold": frozenset({"at_least", "at_most"}),
    "Veto": frozenset({"band", "maximum"}),
    "Text": frozenset({"en", "zh"}),
}


def is_known(element: object) -> bool:
    """Whether a scheme, or a part of one, says only what is marked here by columns."""
    if isinstance(element, tuple):
        return all(is_known(item) for item in element)
    if not isinstance(element, Element):
        return True
    known = _KNOWN.get(type(element).__name__, frozenset())
    for name, about in type(element).model_fields.items():
        value = getattr(element, name)
        if not (is_known(value) if name in known else value == about.default):
            return False
    return True
