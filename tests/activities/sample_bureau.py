"""The bureau of the sample workbooks, built from its roster without the import of units and people.

So that the test of one sheet does not hang on the plans of others; rows with faults put in on purpose
are simply taken as names in a branch.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Person
from linghang.platform.sheets import reading
from tests.cast import make_unit

DATA = Path(__file__).parents[1] / "data"
LEDGER = DATA / "示范滨海供电公司-台账.xlsx"
KINDS = {
    "党委": UnitKind.COMMITTEE,
    "党总支": UnitKind.GENERAL_BRANCH,
    "党支部": UnitKind.BRANCH,
    "联合党支部": UnitKind.JOINT_BRANCH,
    "党小组": UnitKind.GROUP,
}
SINCE = date(2015, 1, 1)


def sheet(book: reading.Book, name: str) -> list[dict[str, object]]:
    rows = next(s for s in book.sheets if s.name == name).rows
    return [dict(zip(rows[2], row, strict=False)) for row in rows[3:]]


def build_sample_bureau() -> dict[str, Unit]:
    roster = reading.read_path(DATA / "示范滨海供电公司-花名册.xlsx")
    units: dict[str, Unit] = {}
    for row in sheet(roster, "党组织"):
        parent = units.get(str(row["上级党组织"]))
        units[str(row["党组织名称"])] = make_unit(
            str(row["党组织名称"]), KINDS[str(row["党组织类别"])], parent
        )
    members = [
        (str(row["姓名"]).replace(" ", "").replace("\u3000", ""), units.get(str(row["所在党支部"])))
        for row in sheet(roster, "党员")
    ]
    people = Person.objects.bulk_create(
        [Person(code=f"S{n:05d}", name=name) for n, (name, unit) in enumerate(members)]
    )
    Appointment.objects.bulk_create(
        [
            Appointment(person=person, unit=unit, post_id="member", valid_from=SINCE)
            for person, (_name, unit) in zip(people, members, strict=True)
            if unit is not None
        ]
    )
    by_name = {
        (person.name, unit.pk): person
        for person, (_n, unit) in zip(people, members, strict=True)
        if unit
    }
    posts = {
        "组织委员": "organisation_member",
        "宣传委员": "publicity_member",
        "纪检委员": "discipline_member",
        "书记": "secretary",
    }
    held = {
        (person.pk, unit.pk, posts[str(row["党内职务"])])
        for row in sheet(roster, "任职")
        if str(row["党内职务"]) in posts
        and (unit := units.get(str(row["所在党组织"])))
        and (person := by_name.get((str(row["姓名"]), unit.pk)))
    }
    Appointment.objects.bulk_create(
        [
            Appointment(person_id=person, unit_id=unit, post_id=post, valid_from=SINCE)
            for person, unit, post in sorted(held)
        ]
    )
    return units
