"""Small schemes to write tests with."""

from __future__ import annotations

from typing import Any


def text(word: str) -> dict[str, str]:
    return {"en": word, "zh": word}


def criterion(code: str, points: str | None = "100", **changes: Any) -> dict[str, Any]:
    """A basic criterion: the share of theme days held, all points when all were held."""
    document: dict[str, Any] = {
        "code": code,
        "title": text(code),
        "nature": "basic",
        "points": points,
        "window": "month",
        "measure": {
            "ratio": {
                "of": {"kinds": ["cadence.theme_day"], "statuses": ["met"]},
                "to": {"kinds": ["cadence.theme_day"], "statuses": ["met", "missed", "open"]},
            }
        },
        "score": {"proportional": {"target": "1"}},
        "missing": "leave_out",
        "basis": "《中国共产党支部工作条例（试行）》第十六条",
    }
    document.update(changes)
    return {key: value for key, value in document.items() if value is not None}


def scheme(*criteria: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A scheme for branches with the given criteria in one dimension."""
    document: dict[str, Any] = {
        "code": "trial-index",
        "version": "1.0.0",
        "title": text("trial"),
        "subject": "unit",
        "unit_kinds": ["branch"],
        "period": "month",
        "base": "100",
        "bonus_cap": "10",
        "deduction_floor": "-20",
        "total": {"minimum": "0", "maximum": "110"},
        "peer_groups": [
            {
                "code": "field",
                "title": text("field"),
                "when": {"attribute": "line_of_work", "equals": ["station"]},
            },
            {"code": "office", "title": text("office"), "otherwise": True},
        ],
        "bands": [
            {"code": "A", "title": text("A"), "from": "90"},
            {"code": "B", "title": text("B"), "from": "60"},
            {"code": "C", "title": text("C"), "from": "0"},
        ],
        "dimensions": [
            {"code": "D1", "title": text("D1"), "criteria": list(criteria or [criterion("D1-1")])}
        ],
    }
    document.update(changes)
    return {key: value for key, value in document.items() if value is not None}
