"""Whose facts are whose: each fact belongs to one rated unit at most.

Of Party units the nearest rated one upwards owns what was recorded. A station or a crew owns what
was recorded on itself, and what the branch or group recorded that covers it and nothing else. Where
a covering branch covers other units too, its records cannot be told apart, and nobody owns them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linghang.org import api as org
from linghang.org.enums import BUSINESS_KINDS, Line
from linghang.org.models import Unit, UnitVersion
from linghang_core.scoring import NotRated, Scheme
from linghang_core.scoring.scheme import SubjectKind

OWN_BRANCH = "own_branch"


@dataclass(frozen=True)
class Owned:
    """The units whose facts a rated unit owns, its covering Party units, and how it is covered.

    `coverage` is empty for a Party unit; for a business unit `own_branch`, or why not rated.
    """

    units: tuple[int, ...]
    parties: tuple[int, ...] = ()
    coverage: str = ""


@dataclass(frozen=True)
class Link:
    """A Party unit covers a business unit, on one day."""

    party_id: int
    party_path: str
    business_id: int
    business_path: str


def rates_business(scheme: Scheme) -> bool:
    """Return whether a scheme rates units of the business line: stations, crews."""
    return scheme.subject is SubjectKind.UNIT and set(scheme.unit_kinds) <= set(BUSINESS_KINDS)


def read_links(roots: Iterable[Unit], on: date) -> list[Link]:
    """Return what the Party units of the bureaus cover on a day; one query."""
    return _read_links(under(roots, "party_unit__path"), on)


def read_links_to(trees: Iterable[str], on: date) -> list[Link]:
    """Return what Party units of whatever bureau cover of the business trees on a day; one query."""
    condition = Q(pk__in=[])
    for path in trees:
        condition |= Q(business_unit__path__startswith=path)
    return _read_links(condition, on)


def _read_links(condition: Q, on: date) -> list[Link]:
    rows = org.coverage_as_of(on).filter(condition).order_by("pk")
    return [
        Link(*row)
        for row in rows.values_list(
            "party_unit_id", "party_unit__path", "business_unit_id", "business_unit__path"
        )
    ]


def find_bureaus(business: Iterable[UnitVersion], links: Sequence[Link]) -> dict[int, int]:
    """Return business unit → the bureau it is rated in, whichever bureaus are evaluated together.

    That of the Party unit that covers it, else a unit below it, else the nearest above it, else any
    unit of its tree; among several the coverage entered first. `links` are all of these trees.
    """
    exact: dict[int, int] = {}
    within: dict[int, int] = {}
    for link in reversed(links):
        bureau = _steps(link.party_path)[0]
        exact[link.business_id] = bureau
        within |= dict.fromkeys(_steps(link.business_path), bureau)
    found = {}
    for row in business:
        above = reversed(_steps(row.path))
        near = (exact.get(pk, within.get(pk)) for pk in above if pk in exact or pk == row.unit_id)
        found[row.unit_id] = next(
            (bureau for bureau in near if bureau is not None), within[_steps(row.path)[0]]
        )
    return found


def list_trees(root: Unit, links: Iterable[Link]) -> set[str]:
    """Return the paths of the business trees a bureau covers anything of."""
    return {
        f"/{_steps(link.business_path)[0]}/"
        for link in links
        if link.party_path.startswith(root.path)
    }


def list_versions(on: date, prefixes: Iterable[str]) -> list[UnitVersion]:
    """Return the units under the paths as they stood on a day and were not closed; one query."""
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(path__startswith=prefix)
    return list(
        org.list_units_as_of(on)
        .filter(condition)
        .filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=on))
        .only("unit_id", "kind", "path", "unit__code")
    )


def own_by_nearest(rated: Collection[int], versions: Iterable[UnitVersion]) -> dict[int, list[int]]:
    """Return rated unit → the units it owns: itself and those below that no nearer one owns."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in versions:
        owner = next((pk for pk in reversed(_steps(row.path)) if pk in rated), None)
        if owner is not None:
            found[owner].append(row.unit_id)
    return found


def own_by_coverage(
    rated: Collection[int],
    business: Sequence[UnitVersion],
    party: Sequence[UnitVersion],
    links: Sequence[Link],
) -> dict[int, Owned]:
    """Return each rated business unit with what it owns, or why that cannot be known."""
    own = own_by_nearest(rated, business)
    covered: dict[int, set[int]] = defaultdict(set)
    for link in links:
        covered[link.party_id].add(link.business_id)
    nearest = {unit: owner for owner, units in own.items() for unit in units}
    holders: dict[int, set[int]] = defaultdict(set)
    shared: set[int] = set()
    owner_of: dict[int, int | None] = {}
    for holder, units in covered.items():
        targets = {nearest[unit] for unit in units if unit in nearest}
        alone = len(units) == 1 and len(targets) == 1
        owner_of[holder] = next(iter(targets)) if alone else None
        for target in targets:
            holders[target].add(holder)
        shared |= set() if alone else targets
    lent: dict[int, list[int]] = defaultdict(list)
    for row in party:
        above = next((pk for pk in reversed(_steps(row.path)) if pk in owner_of), None)
        lender = None if above is None else owner_of[above]
        if lender is not None:
            lent[lender].append(row.unit_id)
    return {
        unit: _describe(own[unit], lent[unit], holders[unit], shared=unit in shared)
        for unit in rated
        if unit in own
    }


def find_owned(units: Sequence[Unit], roots: Sequence[Unit], on: date) -> dict[int, Owned]:
    """Return what each of some units owns on a day, among themselves; few queries.

    For contests: the teams are the rated units, whatever their kind.
    """
    party = list_versions(on, [root.path for root in roots])
    ids = {line: {unit.pk for unit in units if unit.line == line} for line in Line}
    nearest = own_by_nearest(ids[Line.PARTY], party)
    found = {pk: Owned(tuple(sorted(own))) for pk, own in nearest.items()}
    if ids[Line.BUSINESS]:
        links = read_links(roots, on)
        trees = {prefix for root in roots for prefix in list_trees(root, links)}
        business = list_versions(on, trees)
        found |= own_by_coverage(ids[Line.BUSINESS], business, party, links)
    return found


def list_prefixes(scheme: Scheme, roots: Sequence[Unit], on: date) -> Mapping[int, list[str]]:
    """Return for each bureau the paths under which facts may count for one of its subjects."""
    found = {root.pk: [root.path] for root in roots}
    if rates_business(scheme):
        links = read_links(roots, on)
        for root in roots:
            found[root.pk] += sorted(list_trees(root, links))
    return found


def under(roots: Iterable[Unit], field: str) -> Q:
    """Return the condition "stands in one of the bureaus"."""
    condition = Q(pk__in=[])
    for root in roots:
        condition |= Q(**{f"{field}__startswith": root.path})
    return condition


def _describe(
    own: Sequence[int], lent: Sequence[int], holders: Collection[int], *, shared: bool
) -> Owned:
    if shared or not holders:
        reason = NotRated.SHARED_BRANCH if shared else NotRated.NO_BRANCH
        return Owned(tuple(sorted(own)), coverage=reason.value)
    return Owned(tuple(sorted([*own, *lent])), tuple(sorted(holders)), OWN_BRANCH)


def _steps(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/")]
