"""One criterion between its document and the values of a form: rows say what a form can express.

A new kind of measure or score function is a row here. What no row knows is offered as "as it is
written" and left untouched; inside what a row knows, other keys stay as they were.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Values = dict[str, Any]

AS_WRITTEN = "as_written"
"""The choice for what the form cannot express and leaves as the text of the scheme has it."""


@dataclass(frozen=True)
class Number:
    """A number a row asks for, and the key it is written under."""

    key: str
    label: str | Promise
    hint: str | Promise = ""
    optional: bool = False


@dataclass(frozen=True)
class Way:
    """One way to measure, score or veto: where it stands in the document and what it asks for.

    `sides` are the readings of facts it has (`of`, `to`).
    """

    code: str
    label: str | Promise
    at: tuple[str, ...]
    numbers: tuple[Number, ...] = ()
    sides: tuple[str, ...] = ()
    natures: tuple[str, ...] = field(default=("basic", "bonus", "deduction"))


MEASURES: tuple[Way, ...] = (
    Way(
        "ratio",
        _("a share: what was done of what was due"),
        ("ratio", "of"),
        sides=("of", "to"),
    ),
    Way(
        "count",
        _("how many facts"),
        ("count",),
        sides=("of",),
        natures=("basic", "bonus", "deduction", "veto"),
    ),
    Way("sum", _("the sum of their quantities"), ("sum",), sides=("of",)),
    Way("months", _("in how many months"), ("months",), sides=("of",)),
    Way("days", _("on how many days"), ("days",), sides=("of",)),
)

SCORES: tuple[Way, ...] = (
    Way(
        "proportional",
        _("in proportion"),
        ("proportional",),
        (
            Number("target", _("Full points at"), _("A share is written 1 for all, 0.9 for 90 %.")),
            Number("start", _("Points begin at"), _("0 unless given."), optional=True),
        ),
    ),
    Way(
        "at_least",
        _("all or nothing: at least"),
        ("threshold", "at_least"),
        (Number("", _("At least")),),
    ),
    Way(
        "at_most",
        _("all or nothing: at most"),
        ("threshold", "at_most"),
        (Number("", _("At most")),),
    ),
    Way(
        "per_unit",
        _("so many points for each one"),
        ("per_unit",),
        (
            Number("points", _("Points for each")),
            Number("cap", _("At most in all"), _("The criterion's points unless given."), True),
        ),
        natures=("bonus", "deduction"),
    ),
    Way("steps", _("in steps"), ("steps",)),
)

SIDES = ("of", "to")
FLAGS = {"": None, "yes": True, "no": False}


def find_way(ways: tuple[Way, ...], held: Any) -> str:
    """Return the code of the row that fits a measure or score; empty for none at all."""
    if not held:
        return ""
    for way in ways:
        if _get(held, way.at) is not None:
            return way.code
    return AS_WRITTEN


def pick_way(ways: tuple[Way, ...], code: str) -> Way | None:
    """Return a row by its code."""
    return next((way for way in ways if way.code == code), None)


def read_values(criterion: Mapping[str, Any]) -> Values:
    """Return the values of a form for a criterion; keys no row knows do not appear."""
    title, note = criterion.get("title") or {}, criterion.get("note") or {}
    values: Values = {
        "title_zh": title.get("zh", ""),
        "title_en": "" if title.get("en") == title.get("zh") else title.get("en", ""),
        "nature": criterion.get("nature", "basic"),
        "points": criterion.get("points", ""),
        "window": criterion.get("window", "month"),
        "missing": criterion.get("missing", ""),
        "basis": criterion.get("basis", ""),
        "note_zh": note.get("zh", ""),
        "measure": find_way(MEASURES, criterion.get("measure")),
        "score": find_way(SCORES, criterion.get("score")),
    }
    way = pick_way(MEASURES, values["measure"])
    for side in way.sides if way else ():
        values |= _read_side(side, _side_of(criterion, values["measure"], side) or {})
    way = pick_way(SCORES, values["score"])
    if way is not None:
        values |= _read_numbers(way, criterion["score"])
    if values["score"] == "steps":
        values["steps"] = "\n".join(
            f"{step['from']} {step['points']}" for step in criterion["score"]["steps"]
        )
    veto = criterion.get("veto") or {}
    values["veto_band"], values["veto_maximum"] = veto.get("band", ""), veto.get("maximum", "")
    return values


def _read_numbers(way: Way, score: Any) -> Values:
    found = {}
    for number in way.numbers:
        held = _get(score, (*way.at, number.key) if number.key else way.at)
        found[f"{way.code}_{number.key}"] = "" if held is None else str(held)
    return found


def write_values(criterion: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the criterion with the values of a form; what the form does not know stays."""
    found = copy.deepcopy(dict(criterion))
    zh = values["title_zh"]
    found["title"] = {**(found.get("title") or {}), "en": values.get("title_en") or zh, "zh": zh}
    found |= {"nature": values["nature"], "window": values["window"], "basis": values["basis"]}
    _write_note(found, values.get("note_zh", ""))
    _write_measure(found, values)
    if values["nature"] == "veto":
        for key in ("points", "score", "missing"):
            found.pop(key, None)
        band = values.get("veto_band")
        found["veto"] = {"band": band} if band else {"maximum": values.get("veto_maximum") or "0"}
        return found
    found.pop("veto", None)
    found["points"] = values["points"]
    _write_score(found, values)
    if values.get("missing"):
        found["missing"] = values["missing"]
    else:
        found.pop("missing", None)
    return found


def _write_note(found: dict[str, Any], zh: str) -> None:
    before = found.get("note") or {}
    if not zh:
        found.pop("note", None)
    elif before.get("zh") != zh:
        found["note"] = {"en": zh, "zh": zh}


def _write_measure(found: dict[str, Any], values: Mapping[str, Any]) -> None:
    code = values["measure"]
    way = pick_way(MEASURES, code)
    if way is None:
        return
    before = found.get("measure") or {}
    if code == "ratio":
        ratio = dict(before.get("ratio") or {})
        for side in SIDES:
            if values.get(f"{side}_kinds") or (side == "to" and values.get("to_attribute")):
                ratio[side] = _write_side(ratio.get(side) or {}, side, values)
        found["measure"] = {"ratio": ratio}
    else:
        held = _side_of(found, find_way(MEASURES, before), "of") or {}
        reading = _write_side(held, "of", values)
        reading.pop("aggregate", None)
        found["measure"] = {code: reading}


def _write_score(found: dict[str, Any], values: Mapping[str, Any]) -> None:
    code = values["score"]
    way = pick_way(SCORES, code)
    if way is None:
        return
    before = found.get("score") or {}
    if code == "steps":
        found["score"] = {"steps": read_steps(values["steps"])}
        return
    if not way.numbers[0].key:
        found["score"] = {way.at[0]: {way.at[1]: values[f"{code}_"]}}
        return
    held = dict(_get(before, way.at) or {})
    for number in way.numbers:
        given = values.get(f"{code}_{number.key}", "")
        if given:
            held[number.key] = given
        else:
            held.pop(number.key, None)
    found["score"] = {way.at[0]: held}


def read_steps(text: str) -> list[dict[str, str]]:
    """Return the steps of a text with one line for each, "from points"; ValueError names the line."""
    steps = []
    for line in text.splitlines():
        parts = line.replace(":", " ").replace("：", " ").replace(",", " ").split()
        if not parts:
            continue
        if len(parts) != 2:
            raise ValueError(line)
        steps.append({"from": parts[0], "points": parts[1]})
    return steps


def _side_of(criterion: Mapping[str, Any], measure: str, side: str) -> dict[str, Any] | None:
    held = criterion.get("measure") or {}
    if measure == "ratio":
        found = (held.get("ratio") or {}).get(side)
    else:
        found = held.get(measure) if side == "of" else None
    return found if isinstance(found, dict) else None


def _read_side(side: str, held: Mapping[str, Any]) -> Values:
    flags = {value: name for name, value in FLAGS.items()}
    return {
        f"{side}_kinds": list(held.get("kinds") or []),
        f"{side}_statuses": list(held.get("statuses") or []),
        f"{side}_verified": flags[held.get("verified")],
        f"{side}_aggregate": held.get("aggregate", "count"),
        f"{side}_attribute": held.get("attribute", ""),
    }


def _write_side(held: Mapping[str, Any], side: str, values: Mapping[str, Any]) -> dict[str, Any]:
    if side == "to" and values.get("to_attribute"):
        return {"attribute": values["to_attribute"]}
    found = {key: value for key, value in held.items() if key != "attribute"}
    found["kinds"] = list(values[f"{side}_kinds"])
    _set(found, "statuses", list(values.get(f"{side}_statuses") or []) or None)
    _set(found, "verified", FLAGS.get(values.get(f"{side}_verified", "")))
    aggregate = values.get(f"{side}_aggregate", "count")
    _set(found, "aggregate", None if aggregate == "count" else aggregate)
    return found


def _set(found: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        found.pop(key, None)
    else:
        found[key] = value


def _get(held: Any, at: tuple[str, ...]) -> Any:
    for step in at:
        if not isinstance(held, Mapping) or step not in held:
            return None
        held = held[step]
    return held
