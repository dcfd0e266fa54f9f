"""Reading units: who may see which, how the tree stood on a day, coverage, head counts, terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, QuerySet

from linghang.org.enums import Line, TermStanding, UnitKind
from linghang.org.models import Coverage, Unit, UnitVersion
from linghang.platform.access import Permission, Scope
from linghang_core import periods
from linghang_core.regulations import Rule, compute_term, load_rules

# The post that makes a membership; `people` owns it, the relation "appointments" comes from there.
MEMBER_POST = "member"
PARTY_TERM_RULES = {
    UnitKind.COMMITTEE: "party_committee",
    UnitKind.GENERAL_BRANCH: "general_branch",
    UnitKind.BRANCH: "branch",
    UnitKind.JOINT_BRANCH: "joint_branch",
}


def in_force(on: date, prefix: str = "") -> Q:
    """Return the condition "holds on the day" for a half-open span; `prefix` names the relation."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    )


# -- which units ---------------------------------------------------------------------------------


def visible_units(scope: Scope, permission: Permission = Permission.VIEW_UNITS) -> QuerySet[Unit]:
    """Return the units of both trees the permission covers, closed ones included.

    Party units by the scope's own prefixes. Business units through coverage: whoever holds the
    permission over a whole bureau has the business trees its branches cover, others have what their
    branches cover and all under it.
    """
    prefixes = scope.prefixes(permission)
    if not prefixes:
        return Unit.objects.none()
    if "/" in prefixes:
        return Unit.objects.all()
    condition = Q()
    for prefix in (*prefixes, *business_prefixes(prefixes, scope.on)):
        condition |= Q(path__startswith=prefix)
    return Unit.objects.filter(condition)


def business_prefixes(prefixes: Sequence[str], on: date | None) -> tuple[str, ...]:
    """Return the prefixes of business units that belong to the party prefixes; one query.

    A bureau (a prefix of depth one) reaches the whole trees it covers anything of.
    """
    links = Coverage.objects.filter(_any_prefix(prefixes, "party_unit__path"))
    links = links.filter(in_force(on)) if on else links.filter(valid_to=None)
    found = set()
    for party, business in links.values_list("party_unit__path", "business_unit__path"):
        holder = next(prefix for prefix in prefixes if party.startswith(prefix))
        found.add(_root(business) if _root(holder) == holder else business)
    return tuple(sorted(p for p in found if not any(p != q and p.startswith(q) for q in found)))


def open_units(units: QuerySet[Unit], on: date) -> QuerySet[Unit]:
    """Return those of the units that are not closed on the day."""
    return units.filter(Q(closed_on=None) | Q(closed_on__gt=on))


def subtree(units: QuerySet[Unit], path: str) -> QuerySet[Unit]:
    """Return those of the units that stand at the path or under it."""
    return units.filter(path__startswith=path)


def search_units(units: QuerySet[Unit], text: str) -> QuerySet[Unit]:
    """Return those of the units whose present or former name, or code, contains the text."""
    wanted = text.strip()
    if not wanted:
        return units.none()
    former = UnitVersion.objects.filter(name__icontains=wanted).values("unit_id")
    return units.filter(Q(name__icontains=wanted) | Q(code__iexact=wanted) | Q(pk__in=former))


def choose_bureau(units: QuerySet[Unit], names: Iterable[str]) -> str | None:
    """Return the root path of the bureau most of the names belong to, None where none stands out.

    An import at the command line sees every bureau; the branch names in the file tell whose it is.
    """
    wanted = {name for name in names if name}
    if not wanted:
        return None
    hits: Counter[str] = Counter()
    for path in units.filter(closed_on=None, line=Line.PARTY, name__in=wanted).values_list(
        "path", flat=True
    ):
        hits[_root(path)] += 1
    ranked = hits.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


# -- as of a day ---------------------------------------------------------------------------------


def list_units_as_of(on: date) -> QuerySet[UnitVersion]:
    """Return the version of every unit that stood on the day, in tree order; one query with
    units.
    """
    return UnitVersion.objects.filter(in_force(on)).select_related("unit").order_by("path")


def visible_units_as_of(
    scope: Scope, on: date, permission: Permission = Permission.VIEW_UNITS
) -> QuerySet[UnitVersion]:
    """Return the versions of that day of the units the reader sees today.

    What one may see follows the present tree: whoever lost a branch to another bureau does not keep
    a view of it through its past.
    """
    return list_units_as_of(on).filter(unit__in=visible_units(scope, permission))


@dataclass(frozen=True)
class Headcount:
    """Members of a unit and everything under it."""

    full: int = 0
    probationary: int = 0

    @property
    def total(self) -> int:
        """Return all members."""
        return self.full + self.probationary

    def __add__(self, other: Headcount) -> Headcount:
        return Headcount(self.full + other.full, self.probationary + other.probationary)


@dataclass
class Node:
    """A unit in a tree of one day, with what stands under it."""

    unit_id: int
    name: str
    kind: UnitKind
    path: str
    level: int
    unit: Unit
    children: list[Node]
    heads: Headcount = field(default_factory=Headcount)
    term: TermView | None = None
    covers: list[Unit] = field(default_factory=list)

    def sum_up(self, own: Mapping[int, tuple[str, Headcount]]) -> Headcount:
        """Set and return the head count of the node with all under it in this tree."""
        total = own[self.unit_id][1] if self.unit_id in own else Headcount()
        for child in self.children:
            total = total + child.sum_up(own)
        self.heads = total
        return total

    def walk(self) -> Iterable[Node]:
        """Yield the node and all under it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()


def build_tree(versions: Iterable[UnitVersion]) -> list[Node]:
    """Return the roots of the tree the versions make.

    A unit whose superior is not among them (not yet founded that day, or out of sight) hangs under
    the
    nearest one that is; nothing is lost.
    """
    nodes: dict[int, Node] = {}
    # By number, not by text: siblings stand in the order in which they were entered.
    rows = sorted(versions, key=lambda row: [int(part) for part in row.path.strip("/").split("/")])
    for row in rows:
        nodes[row.unit_id] = Node(
            row.unit_id, row.name, UnitKind(row.kind), row.path, row.level, row.unit, []
        )
    roots: list[Node] = []
    for row in rows:
        above = [int(part) for part in row.path.strip("/").split("/")[:-1]]
        holder = next((nodes[pk] for pk in reversed(above) if pk in nodes), None)
        (holder.children if holder else roots).append(nodes[row.unit_id])
    return roots


def coverage_as_of(on: date) -> QuerySet[Coverage]:
    """Return the coverage links in force on the day, with both units."""
    return Coverage.objects.filter(in_force(on)).select_related("party_unit", "business_unit")


# -- head counts ---------------------------------------------------------------------------------


def annotate_member_counts(units: QuerySet[Unit], on: date) -> QuerySet[Unit]:
    """Return the units with `member_count`: members of the unit itself on the day."""
    return units.annotate(
        member_count=Count(
            "appointments",
            filter=Q(appointments__post_id=MEMBER_POST) & in_force(on, "appointments__"),
            distinct=True,
        )
    )


def count_own_members(on: date, paths: Sequence[str] = ("/",)) -> dict[int, tuple[str, Headcount]]:
    """Return (path, head count) of every unit that has members itself on the day; one query."""
    rows = (
        Unit.objects.filter(_any_prefix(paths, "path"))
        .filter(in_force(on, "appointments__"), appointments__post_id=MEMBER_POST)
        .values_list("pk", "path", "appointments__person__member_kind")
        .annotate(heads=Count("appointments__person", distinct=True))
        .order_by()
    )
    found: dict[int, tuple[str, Headcount]] = {}
    for pk, path, kind, heads in rows:
        _path, known = found.get(pk, (path, Headcount()))
        more = Headcount(0, heads) if kind == "probationary" else Headcount(heads, 0)
        found[pk] = (path, known + more)
    return found


def count_members(on: date, paths: Sequence[str] = ("/",)) -> dict[int, Headcount]:
    """Return the head count of every unit on the day, each with all units under it; one query.

    Units without members are missing. Sums follow the present tree.
    """
    sums: dict[int, Headcount] = {}
    for path, heads in count_own_members(on, paths).values():
        for part in path.strip("/").split("/"):
            sums[int(part)] = sums.get(int(part), Headcount()) + heads
    return sums


# -- terms ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TermView:
    """A unit's term on a day; `days_left` is negative once it has run out."""

    standing: TermStanding
    starts_on: date | None
    expires_on: date
    remind_on: date
    days_left: int


@lru_cache(maxsize=8)
def _months(code: str, name: str) -> int:
    rule: Rule = load_rules().find(code)
    return int(rule.whole(name))


def view_term(unit: Unit, on: date) -> TermView | None:
    """Return the unit's term on the day, None where none is known or the unit has none.

    The end entered for the unit counts; without it the regulation's years run from the start.
    """
    expires_on = unit.term_to
    kind = UnitKind(unit.kind)
    if unit.closed_on or kind not in PARTY_TERM_RULES:
        return None
    if expires_on is None and unit.term_from:
        expires_on = compute_term(PARTY_TERM_RULES[kind], unit.term_from).expires_on
    if expires_on is None:
        return None
    remind_on = periods.add_months(expires_on, -_months("term.reminder", "months_before"))
    if on >= expires_on:
        standing = TermStanding.EXPIRED
    elif on >= remind_on:
        standing = TermStanding.REMIND
    else:
        standing = TermStanding.NORMAL
    return TermView(standing, unit.term_from, expires_on, remind_on, (expires_on - on).days)


# -- attributes for evaluation -------------------------------------------------------------------


def describe_units(unit_ids: Iterable[int], on: date) -> dict[int, dict[str, Any]]:
    """Return the attributes of units on a day, by id; three queries however many units.

    `name`, `code`, `kind`, `path`, `parent_id`, `established_on`: as they stood that day.
    `members`, `full_members`: with the groups under the unit.
    `months_active`: whole months since it was established (None counts as long ago: 999).
    `line_of_work`: kind of the business units it covers (station, crew, department, company; the
    most
    frequent, the one nearer the customer on a tie), "" without coverage.
    `size`: small (no committee needed), medium, large (a general branch would be usual), by the
    numbers
    of the regulation on branches.
    Units that did not stand on the day are missing.
    """
    wanted = list(unit_ids)
    found = {row.unit_id: row for row in list_units_as_of(on).filter(unit_id__in=wanted)}
    paths = [row.unit.path for row in found.values()]
    heads = count_members(on, paths) if paths else {}
    lines = _lines_of_work(found, on)
    return {
        pk: {
            "code": row.unit.code,
            "name": row.name,
            "kind": row.kind,
            "path": row.path,
            "parent_id": row.parent_id,
            "established_on": row.unit.established_on,
            "members": heads.get(pk, Headcount()).total,
            "full_members": heads.get(pk, Headcount()).full,
            "months_active": _months_between(row.unit.established_on, on),
            "line_of_work": lines.get(pk, ""),
            "size": _size(heads.get(pk, Headcount())),
        }
        for pk, row in found.items()
    }


_NEARER_THE_CUSTOMER = [UnitKind.STATION, UnitKind.CREW, UnitKind.DEPARTMENT, UnitKind.COMPANY]


def _lines_of_work(found: Iterable[int], on: date) -> dict[int, str]:
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    links = Coverage.objects.filter(in_force(on), party_unit_id__in=list(found))
    for pk, kind in links.values_list("party_unit_id", "business_unit__kind"):
        kinds[pk][kind] += 1
    return {
        pk: max(
            counts,
            key=lambda kind: (counts[kind], -_NEARER_THE_CUSTOMER.index(UnitKind(kind))),
        )
        for pk, counts in kinds.items()
    }


def _months_between(start: date | None, end: date) -> int:
    if start is None:
        return 999
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _size(heads: Headcount) -> str:
    if heads.full < _months("organisation.branch", "committee_full_from"):
        return "small"
    if heads.total >= _months("organisation.general_branch", "members_from"):
        return "large"
    return "medium"


def _any_prefix(prefixes: Sequence[str], field: str) -> Q:
    if "/" in prefixes:
        return Q()
    condition = Q(pk__in=[])
    for prefix in prefixes:
        condition |= Q(**{f"{field}__startswith": prefix})
    return condition


def _root(path: str) -> str:
    return "/" + path.split("/")[1] + "/"


def is_party(unit: Unit) -> bool:
    """Return whether the unit stands in the tree of party units."""
    return unit.line == Line.PARTY
