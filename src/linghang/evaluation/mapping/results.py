"""Between the engine's results and what is stored: compact JSON, exact both ways."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linghang.evaluation.queries.rounding import round_points
from linghang_core.scoring import (
    CriterionResult,
    GroupSummary,
    Held,
    NotRated,
    Place,
    Results,
    Scheme,
    State,
    Subject,
    SubjectResult,
)
from linghang_core.scoring.results import DimensionLimit, Settlement
from linghang_core.scoring.scheme import Nature

FEWEST_PERSONS = 10  # the middle of fewer persons is the score of one who can be guessed
SUMS = ("basic", "bonus", "bonus_counted", "deduction", "deduction_counted", "total")


def store_result(result: SubjectResult) -> dict[str, Any]:
    """Return everything an explanation needs of one subject; criteria in the scheme's order.

    What few schemes have (places, events counted elsewhere, limits of dimensions, a band held by
    its share) stands under a key of its own, and not at all where there is none.
    """
    subject = result.subject
    stored: dict[str, Any] = {
        "id": subject.id,
        "code": subject.code,
        "attributes": {name: _plain(value) for name, value in subject.attributes.items()},
        "units": list(subject.units),
        "group": result.group,
        "criteria": [
            [
                list(item.counts),
                None if item.value is None else str(item.value),
                str(item.full),
                str(item.points),
                item.state.value,
            ]
            for item in result.criteria
        ],
        "settlement": {name: str(getattr(result.settlement, name)) for name in SUMS}
        | {"vetoes": list(result.settlement.vetoes)},
        "reason": result.reason.value if result.reason else None,
        "total": None if result.total is None else str(result.total),
        "band": result.band,
    }
    return stored | {name: value for name, value in _store_rare(result).items() if value}


def _store_rare(result: SubjectResult) -> dict[str, Any]:
    held = result.held
    return {
        "places": {
            item.code: [item.place.number, item.place.of] for item in result.criteria if item.place
        },
        "elsewhere": {
            item.code: [item.elsewhere, str(item.forgone)]
            for item in result.criteria
            if item.elsewhere
        },
        "limits": [[item.dimension, str(item.points)] for item in result.settlement.limits],
        "held": held and [held.band, held.rated, held.places],
    }


def restore_result(scheme: Scheme, stored: Mapping[str, Any]) -> SubjectResult:
    """Return the engine's result that `store_result` wrote, equal to the original in every number."""
    places, elsewhere = stored.get("places", {}), stored.get("elsewhere", {})
    held = stored.get("held")
    return SubjectResult(
        subject=restore_subject(stored),
        group=stored["group"],
        criteria=tuple(
            CriterionResult(
                code=rule.code,
                counts=tuple(counts),
                value=None if value is None else Fraction(value),
                full=Decimal(full),
                points=Decimal(points),
                state=State(state),
                place=Place(*places[rule.code]) if rule.code in places else None,
                elsewhere=elsewhere[rule.code][0] if rule.code in elsewhere else None,
                forgone=Decimal(elsewhere[rule.code][1]) if rule.code in elsewhere else None,
            )
            for rule, (counts, value, full, points, state) in zip(
                scheme.criteria, stored["criteria"], strict=True
            )
        ),
        settlement=Settlement(
            **{name: Decimal(stored["settlement"][name]) for name in SUMS},
            vetoes=tuple(stored["settlement"]["vetoes"]),
            limits=tuple(
                DimensionLimit(code, Decimal(points)) for code, points in stored.get("limits", ())
            ),
        ),
        reason=NotRated(stored["reason"]) if stored["reason"] else None,
        total=None if stored["total"] is None else Decimal(stored["total"]),
        band=stored["band"],
        held=Held(*held) if held else None,
    )


def restore_subject(stored: Mapping[str, Any]) -> Subject:
    """Return the subject as it stood in the period of its result."""
    return Subject(
        id=stored["id"],
        code=stored["code"],
        attributes=dict(stored["attributes"]),
        units=tuple(stored["units"]),
    )


def summarise(results: Results) -> dict[str, Any]:
    """Return what pages show of a run without reading its scores: peer groups and their medians."""
    shares: dict[str, list[dict[str, Decimal | None]]] = {}
    for item in results.subjects:
        if item.is_rated:
            found = dimension_shares(results.scheme, item)
            shares.setdefault(item.group, []).append(found)
    return {
        "groups": [
            _store_group(group, shares.get(group.code, []), results.scheme)
            for group in results.groups
        ]
    }


def dimension_shares(scheme: Scheme, result: SubjectResult) -> dict[str, Decimal | None]:
    """Return, by dimension, how many of 100 possible basic points the subject has.

    None where every criterion was left out; dimensions without basic criteria do not appear.
    """
    points = {item.code: item for item in result.criteria}
    found: dict[str, Decimal | None] = {}
    for dimension in scheme.dimensions:
        basic = [points[c.code] for c in dimension.criteria if c.nature is Nature.BASIC]
        if not basic:
            continue
        full = sum((item.full for item in basic), Decimal(0))
        got = sum((item.points for item in basic), Decimal(0))
        found[dimension.code] = round_points(got * 100 / full) if full else None
    return found


def _store_group(
    group: GroupSummary, shares: Sequence[Mapping[str, Decimal | None]], scheme: Scheme
) -> dict[str, Any]:
    """Return what pages show of a peer group; of a few persons how they stand in bands, no more."""
    tells_one = scheme.subject == "person" and group.rated < FEWEST_PERSONS
    medians: dict[str, str | None] = {}
    for dimension in scheme.dimensions:
        known = [value for one in shares if (value := one.get(dimension.code)) is not None]
        medians[dimension.code] = None if tells_one else _text(_median(known))
    return {
        "code": group.code,
        "rated": group.rated,
        "not_rated": group.not_rated,
        "bands": dict(group.bands),
        "lower_quartile": None if tells_one else _text(group.lower_quartile),
        "median": None if tells_one else _text(group.median),
        "upper_quartile": None if tells_one else _text(group.upper_quartile),
        "dimensions": medians,
    }


def pack_snapshot(content: Mapping[str, Any]) -> bytes:
    """Return the content in canonical JSON, compressed; its digest is that of the content."""
    return zlib.compress(canonical(content), 6)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return the one byte sequence that a digest of the content is taken from."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _median(values: Iterable[Decimal]) -> Decimal | None:
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return round_points((ordered[middle - 1] + ordered[middle]) / 2)


def _plain(value: str | int | Decimal) -> str | int:
    return str(value) if isinstance(value, Decimal) else value


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
