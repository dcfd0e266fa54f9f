"""The document of a scheme as people edit it: found, changed and checked without being rebuilt.

Every change is made in a copy of the document itself, so that what a form does not know (a key of
a newer kind of measure, a condition) stays as it was written.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml
from pydantic import ValidationError

from linghang.evaluation.mapping.faults import put_in_words, split_faults
from linghang.platform.packs.findings import find_faults
from linghang.platform.packs.reading import load_document
from linghang_core import scoring
from linghang_core.scoring.scheme import Criterion
from linghang_core.scoring.score import redistribute, to_cents, to_points

Document = dict[str, Any]

WHOLE = "(file)"
CENT = Decimal("0.01")
_PLACE = re.compile(r"dimensions\[(\d+)\](?:\.criteria\[(\d+)\])?")


@dataclass(frozen=True)
class Fault:
    """One fault of a document: where, what, what to do; `criterion` is its code where it is in one."""

    place: str
    message: str
    remedy: str = ""
    criterion: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the parts are sound and only do not fit together: such a draft can be kept."""
        return self.place == WHOLE


def check(document: Document) -> tuple[scoring.Scheme | None, list[Fault]]:
    """Return the scheme, or None and every fault in the reader's language."""
    try:
        return scoring.Scheme.model_validate(document), []
    except ValidationError as error:
        return None, _tell(error, document)


def check_criterion(document: Mapping[str, Any]) -> tuple[Criterion | None, list[Fault]]:
    """Return one criterion, or None and its faults."""
    try:
        return Criterion.model_validate(document), []
    except ValidationError as error:
        return None, _tell(error, dict(document))


def check_loosely(document: Document) -> scoring.Scheme | None:
    """Return the scheme even while its points do not add up to the base; None for other faults."""
    found, faults = check(document)
    if found is not None or any(not fault.is_whole for fault in faults):
        return found
    return check(document | {"base": str(sum_points(document) or 1)})[0]


def read_yaml(text: str) -> tuple[Document | None, list[Fault]]:
    """Return the document of a text, or None and why it cannot be read."""
    document, findings = load_document(text.encode(), "")
    return document, [Fault(one.place, one.message, one.remedy) for one in findings]


def write_yaml(document: Mapping[str, Any]) -> str:
    """Return the document as text, in its own order."""
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False, width=100)


def list_dimensions(document: Mapping[str, Any]) -> list[Document]:
    """Return the dimensions of a document."""
    return list(document.get("dimensions") or [])


def list_criteria(document: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the criteria in their order."""
    for dimension in list_dimensions(document):
        yield from dimension.get("criteria") or []


def find_dimension(document: Mapping[str, Any], code: str) -> Document | None:
    """Return a dimension by its code."""
    return next((one for one in list_dimensions(document) if one.get("code") == code), None)


def find_criterion(document: Mapping[str, Any], code: str) -> Document | None:
    """Return a criterion by its code."""
    return next((one for one in list_criteria(document) if one.get("code") == code), None)


def dimension_of(document: Mapping[str, Any], code: str) -> Document | None:
    """Return the dimension a criterion stands in."""
    for dimension in list_dimensions(document):
        if any(one.get("code") == code for one in dimension.get("criteria") or []):
            return dimension
    return None


def sum_points(document: Mapping[str, Any]) -> Decimal:
    """Return what the basic criteria add up to."""
    return sum((points_of(one) for one in list_criteria(document) if is_basic(one)), Decimal(0))


def points_of(criterion: Mapping[str, Any]) -> Decimal:
    """Return the points of a criterion, 0 where it has none."""
    try:
        return Decimal(str(criterion.get("points") or 0))
    except InvalidOperation:
        return Decimal(0)


def is_basic(criterion: Mapping[str, Any]) -> bool:
    """Return whether the points are part of the base."""
    return criterion.get("nature", "basic") == "basic"


def put_criterion(document: Document, dimension: str, criterion: Document) -> Document:
    """Return the document with the criterion in its dimension: in its place, or at the end."""
    found = copy.deepcopy(document)
    for part in found["dimensions"]:
        rows = part["criteria"]
        for place, row in enumerate(rows):
            if row.get("code") == criterion["code"]:
                if part["code"] == dimension:
                    rows[place] = criterion
                    return found
                del rows[place]
                break
    for part in found["dimensions"]:
        if part["code"] == dimension:
            part["criteria"].append(criterion)
    return found


def put_dimension(document: Document, dimension: Document) -> Document:
    """Return the document with the dimension in its place, or at the end."""
    found = copy.deepcopy(document)
    for place, part in enumerate(found["dimensions"]):
        if part.get("code") == dimension["code"]:
            found["dimensions"][place] = dimension
            return found
    found["dimensions"].append(dimension)
    return found


def remove(document: Document, code: str) -> Document:
    """Return the document without a criterion or a dimension."""
    found = copy.deepcopy(document)
    found["dimensions"] = [part for part in found["dimensions"] if part.get("code") != code]
    for part in found["dimensions"]:
        part["criteria"] = [row for row in part["criteria"] if row.get("code") != code]
    return found


def move(document: Document, code: str, step: int) -> Document:
    """Return the document with a criterion or dimension one place up (-1) or down (+1)."""
    found = copy.deepcopy(document)
    for rows in (found["dimensions"], *(part["criteria"] for part in found["dimensions"])):
        for place, row in enumerate(rows):
            if row.get("code") == code:
                other = min(max(place + step, 0), len(rows) - 1)
                rows[place], rows[other] = rows[other], row
                return found
    return found


def repeat(document: Document, code: str) -> tuple[Document, str]:
    """Return the document with a copy of a criterion behind it, and the copy's code."""
    found = copy.deepcopy(document)
    for part in found["dimensions"]:
        for place, row in enumerate(part["criteria"]):
            if row.get("code") == code:
                twin = copy.deepcopy(row) | {"code": free_code(found, part["code"])}
                part["criteria"].insert(place + 1, twin)
                return found, twin["code"]
    return found, code


def free_code(document: Mapping[str, Any], dimension: str = "") -> str:
    """Return a code nobody has: of the next criterion of a dimension, or of the next dimension."""
    taken = {one.get("code") for one in (*list_dimensions(document), *list_criteria(document))}
    prefix = f"{dimension}-" if dimension else "D"
    return next(f"{prefix}{n}" for n in range(1, 1000) if f"{prefix}{n}" not in taken)


def weigh_dimensions(document: Document, weights: Mapping[str, float]) -> Document:
    """Return the document with the base shared out among dimensions by weight, to the half point.

    Inside a dimension the criteria keep their proportions. Largest remainder, so that the base
    stays; dimensions without basic points, and those not named, keep what they have.
    """
    shares = {code: weight for code, weight in weights.items() if weight > 0}
    named = [part for part in list_dimensions(document) if part.get("code") in shares]
    base = sum((_basic_points(part) for part in named), Decimal(0))
    amounts = share_out([shares[part["code"]] for part in named], base)
    targets = {part["code"]: amount for part, amount in zip(named, amounts, strict=True)}
    wanted: dict[str, Decimal] = {}
    for part in named:
        rows = [row for row in part["criteria"] if is_basic(row)]
        cents = redistribute(
            [to_cents(points_of(row)) for row in rows], to_cents(targets[part["code"]])
        )
        wanted |= {row["code"]: to_points(n) for row, n in zip(rows, cents, strict=True)}
    return set_points(document, wanted)


def weigh_criteria(document: Document, weights: Mapping[str, float]) -> Document:
    """Return the document with the points of the named criteria shared out by weight.

    What they had together stays with them; shared to the half point by largest remainder.
    """
    named = [row for row in list_criteria(document) if weights.get(row.get("code", ""), 0) > 0]
    whole = sum((points_of(row) for row in named), Decimal(0))
    amounts = share_out([weights[row["code"]] for row in named], whole)
    return set_points(
        document, {row["code"]: amount for row, amount in zip(named, amounts, strict=True)}
    )


def share_out(weights: Sequence[float], whole: Decimal) -> list[Decimal]:
    """Return the whole in parts by weight: half points where it has such, else hundredths.

    Largest remainder, so that the parts add up to the whole; nobody is left with nothing.
    """
    units = 2 if whole * 2 == int(whole * 2) else 100
    parts = list(redistribute([round(one * 10**9) for one in weights], int(whole * units)))
    while parts and min(parts) == 0 and max(parts) > 1:
        parts[parts.index(max(parts))] -= 1
        parts[parts.index(0)] += 1
    return [Decimal(part) / units for part in parts]


def set_points(document: Document, points: Mapping[str, Decimal]) -> Document:
    """Return the document with these points; what the score function gives is stretched along."""
    found = copy.deepcopy(document)
    for row in list_criteria(found):
        if row.get("code") in points and points[row["code"]] > 0:
            _stretch(row, points[row["code"]])
    return found


def raise_version(version: str, known: Sequence[str]) -> str:
    """Return the next minor version above this one and all that are known."""
    highest = max(tuple(int(part) for part in one.split(".")) for one in (version, *known))
    return f"{highest[0]}.{highest[1] + 1}.0"


def format_points(amount: Decimal) -> str:
    """Return points as a scheme writes them: no zeros at the end."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stretch(row: Document, points: Decimal) -> None:
    before = points_of(row)
    row["points"] = format_points(points)
    if not before:
        return
    score = row.get("score") or {}
    for one in (*(score.get("steps") or ()), *(score.get("percentile") or ())):
        _scale(one, "points", points / before, points)
    _scale(score.get("per_unit") or {}, "cap", points / before, points, CENT)
    rank = score.get("rank") or {}
    _scale(rank, "best", points / before, points, CENT)
    _scale(rank, "worst", points / before, Decimal(str(rank.get("best", points))) - CENT)


def _scale(
    row: Document, key: str, factor: Decimal, most: Decimal, least: Decimal = Decimal(0)
) -> None:
    """Stretch one number of points in place, between the least and the most the scheme allows."""
    if row.get(key) is not None:
        scaled = (Decimal(str(row[key])) * factor).quantize(CENT)
        row[key] = format_points(max(least, min(scaled, most)))


def _basic_points(part: Mapping[str, Any]) -> Decimal:
    return sum((points_of(row) for row in part["criteria"] if is_basic(row)), Decimal(0))


def _tell(error: ValidationError, document: Document) -> list[Fault]:
    found = []
    for one in find_faults(error, file="", document=document):
        criterion = _criterion_at(document, one.place)
        for message in split_faults(one.message):
            words = put_in_words(message)
            found.append(
                Fault(
                    one.place,
                    words,
                    "" if words != message else one.remedy,
                    criterion or _criterion_in(message),
                )
            )
    return found


def _criterion_in(message: str) -> str:
    named = re.match(r"criterion ([\w-]+): ", message)
    return named.group(1) if named else ""


def _criterion_at(document: Document, place: str) -> str:
    """The code of the criterion a place lies in; empty where it lies in none."""
    found = _PLACE.match(place)
    if found is None or found.group(2) is None:
        return ""
    try:
        row = document["dimensions"][int(found.group(1))]["criteria"][int(found.group(2))]
    except (IndexError, KeyError, TypeError):
        return ""
    return str(row.get("code", "")) if isinstance(row, dict) else ""


def new_criterion(code: str) -> Document:
    """Return what a new criterion begins with: a share of tasks, to be written over."""
    return {
        "code": code,
        "title": {"en": "New criterion", "zh": "新指标"},
        "nature": "basic",
        "points": "5",
        "window": "last_3_months",
        "measure": {
            "ratio": {
                "of": {"kinds": ["task"], "statuses": ["on_time"]},
                "to": {"kinds": ["task"]},
            }
        },
        "score": {"proportional": {"target": "1"}},
        "missing": "leave_out",
        "basis": "本单位做法",
    }


def new_document(code: str) -> Document:
    """Return the document a scheme from nothing begins with: sound, and nothing in it is formalism.

    It reads what every branch has: what it owes, what it was asked to do, and whom it served.
    """

    def share(code: str, zh: str, en: str, points: str, kinds: list[str], done: list[str],
              due: list[str], basis: str) -> Document:  # fmt: skip
        return {
            "code": code,
            "title": {"en": en, "zh": zh},
            "nature": "basic",
            "points": points,
            "window": "last_3_months",
            "measure": {
                "ratio": {
                    "of": {"kinds": kinds, "statuses": done},
                    "to": {"kinds": list(kinds), "statuses": due},
                }
            },
            "score": {"proportional": {"target": "1"}},
            "missing": "leave_out",
            "basis": basis,
        }

    ways = ["on_time", "late", "open", "overdue"]
    own = "本单位做法"
    life = "《中国共产党支部工作条例（试行）》"
    return {
        "code": code,
        "version": "1.0.0",
        "title": {"en": "New scheme", "zh": "新方案"},
        "subject": "unit",
        "unit_kinds": ["branch", "joint_branch"],
        "period": "month",
        "base": "100",
        "bonus_cap": "10",
        "deduction_floor": "-15",
        "total": {"minimum": "0", "maximum": "110"},
        "minimum_sample": {"members": 3, "months": 3},
        "ranks": False,
        "peer_groups": [
            {"code": "all", "title": {"en": "All branches", "zh": "全部支部"}, "otherwise": True}
        ],
        "bands": [
            {"code": "excellent", "title": {"en": "excellent", "zh": "优秀"}, "from": "90"},
            {"code": "good", "title": {"en": "good", "zh": "良好"}, "from": "80"},
            {"code": "pass", "title": {"en": "pass", "zh": "合格"}, "from": "60"},
            {"code": "weak", "title": {"en": "to improve", "zh": "待提升"}, "from": "0"},
        ],
        "dimensions": [
            {
                "code": "D1",
                "title": {"en": "Organisation life", "zh": "组织生活"},
                "criteria": [
                    share("D1-1", "组织生活按期开展", "Organisation life in time", "25",
                          ["cadence.*"], ["met"], ["met", "missed", "open"], life)
                ],
            },
            {
                "code": "D2",
                "title": {"en": "Work", "zh": "任务落实"},
                "criteria": [
                    share("D2-1", "任务按时办结", "Tasks on time", "25", ["task"], ["on_time"],
                          ways, own),
                    share("D2-2", "任务最终办结", "Tasks finished", "15", ["task"],
                          ["on_time", "late"], ways, own),
                    share("D2-3", "问题按时销号", "Problems closed in time", "15", ["problem"],
                          ["on_time"], ways, own),
                ],
            },
            {
                "code": "D3",
                "title": {"en": "Service", "zh": "服务群众"},
                "criteria": [
                    {
                        "code": "D3-1",
                        "title": {"en": "Service each month", "zh": "按月开展服务"},
                        "nature": "basic",
                        "points": "20",
                        "window": "last_3_months",
                        "measure": {"months": {"kinds": ["service.visit"]}},
                        "score": {"proportional": {"target": "3"}},
                        "basis": own,
                    }
                ],
            },
        ],
    }  # fmt: skip
