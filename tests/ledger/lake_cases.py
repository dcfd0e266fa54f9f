"""A kind of fact for tests and a short way to write entries."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from linghang.ledger.api import EntryDraft, FactDraft, declare_kinds, write_entries
from linghang.ledger.enums import FactKind
from linghang.org.models import Unit, UnitChange

KIND = FactKind("test.thing", "thing", "n", "something a test made happen")
declare_kinds(KIND)


def make_record(unit: Unit) -> UnitChange:
    """Any row may be the source of an entry; this one has few columns."""
    return UnitChange.objects.create(unit=unit, kind="changed", on=date(2026, 1, 1))


def record_thing(
    unit: Unit, on: date, quantities=(100,), *, source=None, people=(), reason=""
) -> UnitChange:
    source = source or make_record(unit)
    facts = [
        FactDraft("test.thing", quantity, unit.pk, on, person_id=person.pk if person else None)
        for quantity, person in zip(quantities, people or [None] * len(quantities), strict=True)
    ]
    with transaction.atomic():
        write_entries(
            [
                EntryDraft(
                    source, "test.thing", unit.pk, f"thing {quantities}", on, facts, recorded_on=on
                )
            ],
            actor=None,
            reason=reason,
        )
    return source
