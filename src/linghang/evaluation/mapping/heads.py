"""The head of a scheme's document between its keys and the values of a form."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from linghang.evaluation.mapping.criteria import AS_WRITTEN

GROUPS: dict[str, list[dict[str, Any]]] = {
    "one": [{"code": "all", "title": {"en": "All", "zh": "全部"}, "otherwise": True}],
    "line": [
        {
            "code": "field",
            "title": {"en": "Stations and crews", "zh": "供电所和班组支部"},
            "when": {"attribute": "line_of_work", "equals": ["station", "crew", "mixed"]},
        },
        {
            "code": "office",
            "title": {"en": "Departments", "zh": "机关和本部支部"},
            "otherwise": True,
        },
    ],
    "size": [
        {
            "code": "small",
            "title": {"en": "Fewer than 15 members", "zh": "党员15人以下"},
            "when": {"attribute": "members", "less_than": "15"},
        },
        {
            "code": "large",
            "title": {"en": "15 members and more", "zh": "党员15人以上"},
            "otherwise": True,
        },
    ],
}
"""The peer groups a form offers; others are written in the text and kept."""


def read_head(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the head's form."""
    title, note = document.get("title") or {}, document.get("note") or {}
    sample, total = document.get("minimum_sample") or {}, document.get("total") or {}
    return {
        "title_zh": title.get("zh", ""),
        "title_en": "" if title.get("en") == title.get("zh") else title.get("en", ""),
        "note_zh": note.get("zh", ""),
        "subject": document.get("subject", "unit"),
        "unit_kinds": list(document.get("unit_kinds") or []),
        "period": document.get("period", "month"),
        "base": document.get("base", ""),
        "bonus_cap": document.get("bonus_cap", ""),
        "deduction_floor": document.get("deduction_floor", ""),
        "minimum": total.get("minimum", "0"),
        "maximum": total.get("maximum", ""),
        "members": sample.get("members", 0),
        "months": sample.get("months", 0),
        "grouping": _find_grouping(document.get("peer_groups") or []),
        "bands": "\n".join(f"{b['title']['zh']} {b['from']}" for b in document["bands"]),
    }


def write_head(document: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document with a head as the form has it; what the form does not know stays."""
    found = copy.deepcopy(dict(document))
    zh = values["title_zh"]
    found["title"] = {"en": values["title_en"] or zh, "zh": zh}
    before = found.get("note") or {}
    if not values["note_zh"]:
        found.pop("note", None)
    elif before.get("zh") != values["note_zh"]:
        found["note"] = {"en": values["note_zh"], "zh": values["note_zh"]}
    unit = values["subject"] == "unit"
    found |= {"subject": values["subject"], "period": values["period"], "base": values["base"]}
    found["unit_kinds"] = list(values["unit_kinds"]) if unit else []
    for key in ("bonus_cap", "deduction_floor"):
        if values[key]:
            found[key] = values[key]
        else:
            found.pop(key, None)
    found["total"] = {
        **(found.get("total") or {}),
        "minimum": values["minimum"],
        "maximum": values["maximum"],
    }
    sample = {"months": values["months"]}
    found["minimum_sample"] = {"members": values["members"], **sample} if unit else sample
    if not unit:
        found["ranks"] = False
    if values["grouping"] not in {AS_WRITTEN, _find_grouping(found["peer_groups"])}:
        found["peer_groups"] = copy.deepcopy(GROUPS[values["grouping"]])
    found["bands"] = _write_bands(found.get("bands") or [], values["bands"])
    return found


def _find_grouping(groups: Sequence[Mapping[str, Any]]) -> str:
    if len(groups) == 1:
        return "one"
    conditions = [group.get("when") for group in groups]
    for code, rows in GROUPS.items():
        if conditions == [row.get("when") for row in rows]:
            return code
    return AS_WRITTEN


def _write_bands(
    before: Sequence[Mapping[str, Any]], lines: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """The bands of the lines; one that keeps its name or its place keeps all that no line says."""
    by_name = {band["title"]["zh"]: band for band in before}
    taken: set[str] = set()
    found = []
    for place, (name, lower) in enumerate(lines):
        held = by_name.get(name)
        if held is None and place < len(before) and len(lines) == len(before):
            other = before[place]
            held = None if other["title"]["zh"] in dict(lines) else other
        code = held["code"] if held else f"band{place + 1}"
        while code in taken:
            code += "x"
        taken.add(code)
        title = held["title"] if held and held["title"]["zh"] == name else {"en": name, "zh": name}
        found.append({**(held or {}), "code": code, "title": dict(title), "from": lower})
    return found
