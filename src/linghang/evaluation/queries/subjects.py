"""Who is rated in a period: units and persons as they stood on its last day.

Only the period decides, not the day of asking: the same month asked twice has the same subjects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linghang.evaluation.queries.ownership import (
    find_bureaus,
    list_trees,
    list_versions,
    own_by_coverage,
    own_by_nearest,
    rates_business,
    read_links,
    read_links_to,
)
from linghang.evaluation.queries.ownership import under as _under
from linghang.org import api as org
from linghang.org.models import Unit, UnitVersion
from linghang.people.enums import MEMBER_POST, MemberKind
from linghang.people.models import Appointment
from linghang_core.periods import Period
from linghang_core.scoring import Scheme, Subject
from linghang_core.scoring.scheme import SubjectKind


class Field:
    """The subjects of one evaluation, by bureau, with what is stored beside their results.

    `branches` says for a person which branch it is rated in; a unit is rated as itself.
    """

    def __init__(self) -> None:
        self.subjects: dict[int, list[Subject]] = defaultdict(list)
        self.branches: dict[int, int] = {}

    def add(self, root_id: int, subject: Subject, branch_id: int) -> None:
        """Add a subject of a bureau; one branch a person, so that no fact is counted twice."""
        if subject.id not in self.branches:
            self.branches[subject.id] = branch_id
            self.subjects[root_id].append(subject)

    @property
    def everybody(self) -> list[Subject]:
        """Return the subjects of all bureaus."""
        return [subject for found in self.subjects.values() for subject in found]


def list_subjects(scheme: Scheme, period: Period, roots: Sequence[Unit]) -> Field:
    """Return the subjects of a scheme in each bureau on the last day of the period; few queries."""
    if scheme.subject is SubjectKind.UNIT:
        return _list_units(scheme, period, roots)
    return _list_persons(period, roots)


def _list_units(scheme: Scheme, period: Period, roots: Sequence[Unit]) -> Field:
    """Branches that stood on the last day, each with the facts of the groups under it."""
    if rates_business(scheme):
        return _list_stations(scheme, period, roots)
    on = period.last_day
    versions = _versions(on, roots)
    rated = {row.unit_id for row in versions if row.kind in scheme.unit_kinds}
    own = own_by_nearest(rated, versions)
    described = org.describe_units(rated, on)
    field = Field()
    for row in versions:
        if row.unit_id in rated and row.unit_id in described:
            field.add(
                int(row.path.strip("/").split("/")[0]),
                Subject(
                    id=row.unit_id,
                    code=row.unit.code,
                    attributes=_unit_attributes(described[row.unit_id], period),
                    units=tuple(sorted(own[row.unit_id])),
                ),
                row.unit_id,
            )
    return field


def _list_stations(scheme: Scheme, period: Period, roots: Sequence[Unit]) -> Field:
    """Stations and crews of the business trees that the bureaus cover, each in the bureau that does.

    What other bureaus cover of these trees is read too, so that each station has the same bureau and
    the same result whichever bureaus are evaluated together.
    """
    on = period.last_day
    near = read_links(roots, on)
    trees = {path for root in roots for path in list_trees(root, near)}
    links = read_links_to(trees, on)
    business = list_versions(on, trees)
    rated = {row.unit_id for row in business if row.kind in scheme.unit_kinds}
    party = list_versions(on, {f"/{link.party_path.split('/')[1]}/" for link in links})
    owned = own_by_coverage(rated, business, party, links)
    holders = {pk for one in owned.values() for pk in one.parties}
    described = org.describe_units(rated | holders, on)
    bureau_of = find_bureaus(business, links)
    wanted = {root.pk for root in roots}
    field = Field()
    for row in business:
        if row.unit_id not in rated or row.unit_id not in described:
            continue
        if bureau_of[row.unit_id] not in wanted:
            continue
        one = owned[row.unit_id]
        attributes = _unit_attributes(described[row.unit_id], period) | {
            "members": sum(described[pk]["members"] for pk in one.parties if pk in described),
            "coverage": one.coverage,
        }
        field.add(
            bureau_of[row.unit_id],
            Subject(id=row.unit_id, code=row.unit.code, attributes=attributes, units=one.units),
            row.unit_id,
        )
    return field


def _unit_attributes(described: Mapping[str, Any], period: Period) -> dict[str, str | int]:
    """Return what schemes may ask of a unit."""
    since = described["established_on"]
    return {
        "members": described["members"],
        # Until the end of the period: founded on 1 August, a unit has three months in October.
        "months_active": _months(since, period.end) if since else described["months_active"],
        "line_of_work": described["line_of_work"],
        "size": described["size"],
        "unit_kind": described["kind"],
    }


def _list_persons(period: Period, roots: Sequence[Unit]) -> Field:
    """Members with an open membership on the last day, in the branch they are in then."""
    on = period.last_day
    versions = {row.unit_id: row for row in _versions(on, roots)}
    memberships = list(
        Appointment.objects.filter(
            org.in_force(on), _under(roots, "unit__path"), post_id=MEMBER_POST
        )
        .exclude(person__member_kind=MemberKind.NONE)
        .select_related("person")
        .only(
            "unit_id",
            "valid_from",
            "person__code",
            "person__joined_on",
            "person__member_kind",
        )
        .order_by("person__code", "valid_from", "pk")
    )
    described = org.describe_units({row.unit_id for row in memberships}, on)
    posts = _other_posts(on, roots)
    field = Field()
    for row in memberships:
        branch = described.get(row.unit_id)
        version = versions.get(row.unit_id)
        if branch is None or version is None:
            continue
        months = _months(row.person.joined_on or row.valid_from, period.end)
        field.add(
            int(version.path.strip("/").split("/")[0]),
            Subject(
                id=row.person_id,
                code=row.person.code,
                attributes={
                    "months_member": months,
                    "months_active": months,
                    "branch_line_of_work": branch["line_of_work"],
                    "branch_size": branch["size"],
                    "is_probationary": _yes(row.person.member_kind == MemberKind.PROBATIONARY),
                    "holds_post": _yes(row.person_id in posts),
                },
            ),
            row.unit_id,
        )
    return field


def _versions(on: date, roots: Sequence[Unit]) -> list[UnitVersion]:
    return list_versions(on, [root.path for root in roots])


def _other_posts(on: date, roots: Sequence[Unit]) -> set[int]:
    return set(
        Appointment.objects.filter(org.in_force(on), _under(roots, "unit__path"))
        .exclude(post_id=MEMBER_POST)
        .values_list("person_id", flat=True)
    )


def _months(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"
