"""An item of a list before it is issued: as a value, and as the JSON row drafts and templates keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.worklists.enums import Acceptance, Owner, ProofUse

LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class ItemDraft:
    """What one line of a list will say. `proof_least` is in hundredths; one of the three ways to be
    due is given: `due_on`, `due_in` working days after issuing, or a `cadence`.
    """

    text: str
    section: str = ""
    standard: str = ""
    owner: str = Owner.UNITS
    post: str = ""
    units: Sequence[Unit] = ()
    persons: Sequence[Person] = ()
    due_on: date | None = None
    due_in: int | None = None
    cadence: str = ""
    required: bool = True
    needs_evidence: bool = False
    acceptance: str = Acceptance.NONE
    accepter: Unit | None = None
    proof_kind: str = ""
    proof_least: int = 100
    proof_use: str = ProofUse.OFFER
    repeats: str = ""


_DEFAULTS = {field.name: field.default for field in fields(ItemDraft) if field.name != "text"}


def write_row(draft: ItemDraft) -> dict[str, Any]:
    """Return the item as a JSON row: records by their keys, days as text, what is usual left out."""
    row: dict[str, Any] = {"text": draft.text}
    for name, usual in _DEFAULTS.items():
        value = getattr(draft, name)
        if value == usual or (name in {"units", "persons"} and not value):
            continue
        if name in {"units", "persons"}:
            value = [record.pk for record in value]
        elif name == "accepter":
            value = value.pk
        elif name == "due_on":
            value = value.isoformat()
        row[name] = str(value) if isinstance(value, str) else value
    return row


def read_rows(rows: Iterable[Mapping[str, Any]]) -> list[ItemDraft]:
    """Return the items of JSON rows; two queries at most. Records that are gone are left out."""
    kept = list(rows)
    unit_ids = {pk for row in kept for pk in row.get("units", ())}
    unit_ids |= {row["accepter"] for row in kept if row.get("accepter")}
    units = Unit.objects.in_bulk(unit_ids) if unit_ids else {}
    person_ids = {pk for row in kept for pk in row.get("persons", ())}
    persons = Person.objects.in_bulk(person_ids) if person_ids else {}
    return [
        ItemDraft(
            **{
                **row,
                "units": tuple(units[pk] for pk in row.get("units", ()) if pk in units),
                "persons": tuple(persons[pk] for pk in row.get("persons", ()) if pk in persons),
                "accepter": units.get(row.get("accepter", 0)),
                "due_on": date.fromisoformat(row["due_on"]) if row.get("due_on") else None,
            }
        )
        for row in kept
    ]


def fill_year(rows: Iterable[Mapping[str, Any]], year: int) -> list[dict[str, Any]]:
    """Return the rows of a template with its days of the year ("03-31") turned into days of `year`."""
    return [_fill_year(dict(row), year) for row in rows]


def _fill_year(row: dict[str, Any], year: int) -> dict[str, Any]:
    due = row.pop("due", "")
    if due:
        month, day = map(int, due.split("-"))
        is_common = year % 4 != 0
        row["due_on"] = date(year, month, 28 if (month, day) == LEAP_DAY and is_common else day)
        row["due_on"] = row["due_on"].isoformat()
    return row
