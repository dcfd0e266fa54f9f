"""Finding people in a text that must name nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from linghang.org.models import Unit
from linghang.people.models import Appointment, Person

# What people are called without their full name.
TITLES = "师傅|主任|书记|经理|班长|组长|所长|站长|科长|部长|总工|老师|同志|专责|工|总|队|姐|哥|某"
NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|1\d{10})(?!\d)")
DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "慕容", "皇甫", "令狐", "东方", "夏侯", "尉迟")


def find_names(text: str, root: Unit, unit: Unit) -> tuple[list[str], list[str]]:
    """Return the names in the text: of the unit's own people, and of others of the bureau.

    Blanks between the characters of a name do not hide it. Whoever ever held a post or was a member
    counts. One query.
    """
    plain = re.sub(r"\s+", "", text)
    rows = Appointment.objects.filter(unit__path__startswith=root.path).order_by()
    own: set[str] = set()
    others: set[str] = set()
    for name, path in rows.values_list("person__name", "unit__path").distinct():
        if name and name in plain:
            (own if path.startswith(unit.path) else others).add(name)
    return sorted(own), sorted(others - own)


def find_forms_of_address(text: str, persons: Iterable[Person]) -> list[str]:
    """Return how the persons are called in the text other than by name: 王师傅, 老王."""
    plain = re.sub(r"\s+", "", text)
    found: list[str] = []
    for person in persons:
        surname = person.name[:2] if person.name.startswith(DOUBLE_SURNAMES) else person.name[:1]
        pattern = rf"[老小]{re.escape(surname)}|{re.escape(surname)}(?:{TITLES})"
        found += re.findall(pattern, plain)
    return list(dict.fromkeys(found))


def find_numbers(text: str) -> list[str]:
    """Return what looks like a telephone or identity number."""
    return NUMBERS.findall(re.sub(r"\s+", "", text))


def strip_names(text: str, names: Iterable[str], instead: str) -> str:
    """Return the text with each of the names replaced, longest first, blanks inside them included."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(r"\s*".join(map(re.escape, name)), instead, text)
    return text
