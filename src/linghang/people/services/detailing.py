"""Reading and writing what the roster form asks beyond the person's own row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linghang.people.models import Person, PersonDetails

BATCH = 500
DETAIL_FIELDS = tuple(
    field.name
    for field in PersonDetails._meta.get_fields()  # noqa: SLF001  Django's own public-by-use name
    if field.name not in {"id", "person"}
)


def details_of(person: Person) -> PersonDetails:
    """Return the person's details; a row not stored yet where nothing is known."""
    found = getattr(person, "details", None)  # RelatedObjectDoesNotExist is an AttributeError
    return found or PersonDetails(person=person)


def read_value(person: Person, name: str) -> Any:
    """Return what is known of the person under this name, wherever it is stored."""
    return getattr(details_of(person) if name in DETAIL_FIELDS else person, name)


def begin_details(values: Sequence[tuple[Person, Mapping[str, Any]]]) -> None:
    """Store what is known of persons registered just now; one statement, none where nothing is."""
    new = [PersonDetails(person=person, **known) for person, known in values if any(known.values())]
    PersonDetails.objects.bulk_create(new, batch_size=BATCH)


def write_details(changes: Sequence[tuple[Person, Mapping[str, Any]]]) -> None:
    """Store values that differ from what is known beside each person.

    The caller audits. Few statements for any number of persons whose details are loaded.
    """
    new: list[PersonDetails] = []
    changed: list[PersonDetails] = []
    for person, values in changes:
        if not values:
            continue
        details = details_of(person)
        for name, value in values.items():
            setattr(details, name, value)
        (changed if details.pk else new).append(details)
    PersonDetails.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        PersonDetails.objects.bulk_update(changed, DETAIL_FIELDS, batch_size=100)
