"""Who gets what: whom the items of a list reach on a day, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linghang.org import api as org
from linghang.org.enums import BRANCH_KINDS, UnitKind
from linghang.org.models import Unit
from linghang.people.models import Appointment, Post
from linghang.worklists.enums import Owner
from linghang_core.periods import Period, PeriodKind, load_calendar

if TYPE_CHECKING:
    from linghang.worklists.mapping import IssueWarning, ItemDraft

Target = tuple[int, int | None]  # unit, person
MEMBER = "member"
ORGANISATIONS = BRANCH_KINDS | {UnitKind.GENERAL_BRANCH}
NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Due:
    """By when one asking is due; `period` is empty without a cadence."""

    on: date
    provisional: bool = False
    period: str = ""


@dataclass(frozen=True)
class Missed:
    """Somebody an item means and does not reach, and why."""

    who: str
    why: str


@dataclass(frozen=True)
class Line:
    """One item with everybody it reaches. `due` is None where the item does not say when."""

    draft: ItemDraft
    targets: tuple[Target, ...]
    due: Due | None
    missed: tuple[Missed, ...] = ()
    faults: tuple[str, ...] = ()

    @cached_property
    def units(self) -> int:
        """Return how many units are concerned."""
        return len({unit for unit, _person in self.targets})

    @cached_property
    def persons(self) -> int:
        """Return how many persons are asked themselves."""
        return len({person for _unit, person in self.targets if person is not None})


@dataclass(frozen=True)
class ClassTotal:
    """All items of one class of owners: how many, whom they reach, how many askings."""

    owner: Owner
    items: int
    units: int
    persons: int
    assignments: int


@dataclass(frozen=True)
class Reach:
    """What issuing would ask, exactly: a line an item, each with its units and persons."""

    issuer: Unit
    on: date
    lines: tuple[Line, ...]

    @cached_property
    def assignments(self) -> int:
        """Return how many askings there are in all."""
        return sum(len(line.targets) for line in self.lines)

    @cached_property
    def units(self) -> int:
        """Return how many different units are concerned."""
        return len({unit for line in self.lines for unit, _person in line.targets})

    @cached_property
    def persons(self) -> int:
        """Return how many different persons are asked themselves."""
        found = {person for line in self.lines for _unit, person in line.targets}
        return len(found - {None})

    @cached_property
    def by_class(self) -> tuple[ClassTotal, ...]:
        """Return the totals of each class of owners that occurs, in the order of `Owner`."""
        return tuple(self._total(owner) for owner in Owner if self._lines_of(owner))

    @cached_property
    def faults(self) -> tuple[tuple[int, str], ...]:
        """Return what keeps the list from being issued: (number of the item from 1, sentence)."""
        return tuple(
            (number, fault) for number, line in enumerate(self.lines, 1) for fault in line.faults
        )

    @cached_property
    def past(self) -> int:
        """Return how many items would be late on the day they are issued."""
        return sum(1 for line in self.lines if line.due and line.due.on < self.on)

    def _lines_of(self, owner: Owner) -> list[Line]:
        return [line for line in self.lines if line.draft.owner == owner]

    def _total(self, owner: Owner) -> ClassTotal:
        lines = self._lines_of(owner)
        targets = {target for line in lines for target in line.targets}
        return ClassTotal(
            owner=owner,
            items=len(lines),
            units=len({unit for unit, _person in targets}),
            persons=len({person for _unit, person in targets} - {None}),
            assignments=sum(len(line.targets) for line in lines),
        )


@dataclass(frozen=True)
class Preview:
    """Who gets what, with what the checks say: `warnings` ask for a reason, `reach.faults` refuse."""

    reach: Reach
    warnings: tuple[IssueWarning, ...] = ()


@dataclass
class Ground:
    """The units, members and posts under an issuer on a day, read once (three queries at most)."""

    issuer: Unit
    on: date
    _rows: dict[str, list[Target]] = field(default_factory=dict)

    @cached_property
    def units(self) -> dict[int, Unit]:
        """Return the open Party units at and under the issuer, groups included, by id."""
        found = Unit.objects.filter(path__startswith=self.issuer.path, line="party", closed_on=None)
        return {unit.pk: unit for unit in found.order_by("path")}

    @cached_property
    def posts(self) -> dict[str, Post]:
        """Return every post by its code."""
        return Post.objects.in_bulk()

    def list_units(self, kinds: Iterable[str]) -> list[Target]:
        """Return the units of the kinds that were founded by the day."""
        wanted = set(kinds)
        return [
            (unit.pk, None)
            for unit in self.units.values()
            if unit.kind in wanted
            and (unit.established_on is None or unit.established_on <= self.on)
        ]

    def holders(self, post: str) -> list[Target]:
        """Return who holds the post under the issuer on the day, with the unit it is held in."""
        if post not in self._rows:
            rows = Appointment.objects.filter(
                org.in_force(self.on), unit__path__startswith=self.issuer.path, post_id=post
            )
            found = rows.order_by("unit__path", "person__code").values_list("unit", "person")
            self._rows[post] = [(unit, person) for unit, person in found if unit in self.units]
        return self._rows[post]

    def homes(self, person_ids: Iterable[int]) -> dict[int, int]:
        """Return the unit each person belongs to under the issuer: the branch, else that of a post."""
        rows = Appointment.objects.filter(
            org.in_force(self.on),
            person_id__in=list(person_ids),
            unit__path__startswith=self.issuer.path,
        ).order_by("post__order")
        found: dict[int, int] = {}
        for person, unit, post in rows.values_list("person", "unit", "post"):
            if post == MEMBER or person not in found:
                found[person] = unit
        return found


def find_reach(
    *,
    issuer: Unit,
    drafts: Sequence[ItemDraft],
    on: date,
    begins: date | None = None,
    until: date | None = None,
) -> Reach:
    """Return whom the drafts reach if they are issued by the unit on the day.

    Due days count from `begins` where the list begins later, and end with the list, on `until`.
    """
    ground = Ground(issuer, on)
    start = max(on, begins) if begins else on
    return Reach(issuer, on, tuple(_line(ground, draft, start, until) for draft in drafts))


def _line(ground: Ground, draft: ItemDraft, begins: date, until: date | None) -> Line:
    targets, missed = find_targets(ground, draft)
    faults = list(_faults(draft))
    due = None if faults else due_of(draft, begins, until)
    if not targets:
        faults.append(_("It reaches nobody."))
    return Line(draft, tuple(targets), due, tuple(missed), tuple(faults))


def _faults(draft: ItemDraft) -> Iterable[str]:
    ways = [bool(draft.due_on), draft.due_in is not None, bool(draft.cadence)]
    if not draft.text.strip():
        yield _("It does not say what is to be done.")
    if sum(ways) == 0:
        yield _("It does not say by when. Give a day, a number of working days, or a cadence.")
    elif sum(ways) > 1:
        yield _("It says in several ways by when. Keep one.")


def due_of(draft: ItemDraft, on: date, until: date | None = None) -> Due:
    """Return by when an asking of this item on this day is due.

    Of a cadence the last day of the period the day lies in, or of the list if that ends before.
    """
    if draft.cadence:
        period = Period.containing(on, PeriodKind(draft.cadence))
        last = period.last_day
        return Due(min(last, until) if until else last, period=str(period))
    if draft.due_in is not None:
        found = load_calendar().add_working_days(on, draft.due_in)
        return Due(found.date, found.provisional)
    if draft.due_on is None:
        raise ValueError("an item without a due day reaches nobody")
    return Due(draft.due_on)


# -- the classes of owners -------------------------------------------------------------------------


def find_targets(ground: Ground, draft: ItemDraft) -> tuple[list[Target], list[Missed]]:
    """Return the units and persons an item reaches, and those it means and does not."""
    match Owner(draft.owner):
        case Owner.COMMITTEE:
            return ground.list_units([UnitKind.COMMITTEE]), []
        case Owner.ORGANISATION:
            return ground.list_units(ORGANISATIONS), []
        case Owner.MEMBER:
            return _members(ground)
        case Owner.POST:
            return _holders(ground, draft.post)
        case Owner.UNITS:
            return _named_units(ground, draft)
        case Owner.PERSONS:
            return _named_persons(ground, draft)


def _members(ground: Ground) -> tuple[list[Target], list[Missed]]:
    targets = ground.holders(MEMBER)
    peopled = {unit for unit, _person in targets}
    empty = [
        unit.name
        for unit in ground.units.values()
        if unit.kind in BRANCH_KINDS and unit.pk not in peopled
    ]
    return targets, _spell_missed(empty, _("It has no members."))


def _holders(ground: Ground, post: str) -> tuple[list[Target], list[Missed]]:
    targets = ground.holders(post)
    held = {unit for unit, _person in targets}
    kinds = {ground.units[unit].kind for unit in held}
    vacant = [
        unit.name
        for unit in ground.units.values()
        if unit.kind in kinds and unit.pk not in held and unit.pk != ground.issuer.pk
    ]
    why = _("Nobody holds the post %(post)s there today.") % {"post": ground.posts.get(post, post)}
    return targets, _spell_missed(vacant, why)


def _named_units(ground: Ground, draft: ItemDraft) -> tuple[list[Target], list[Missed]]:
    targets = [(unit.pk, None) for unit in draft.units if unit.pk in ground.units]
    strangers = [unit.name for unit in draft.units if unit.pk not in ground.units]
    why = _("It is closed, or does not stand under %(unit)s.") % {"unit": ground.issuer.name}
    return list(dict.fromkeys(targets)), _spell_missed(strangers, why)


def _named_persons(ground: Ground, draft: ItemDraft) -> tuple[list[Target], list[Missed]]:
    homes = ground.homes(person.pk for person in draft.persons)
    targets: list[Target] = [(homes[p.pk], p.pk) for p in draft.persons if p.pk in homes]
    strangers = [person.name for person in draft.persons if person.pk not in homes]
    why = _("Belongs to no unit under %(unit)s today.") % {"unit": ground.issuer.name}
    return list(dict.fromkeys(targets)), _spell_missed(strangers, why)


def _spell_missed(names: Sequence[str], why: str) -> list[Missed]:
    """Return a few by name; of many the rest as a number, so that a page stays readable."""
    if len(names) <= NAMED_AT_MOST:
        return [Missed(name, why) for name in names]
    rest = len(names) - NAMED_AT_MOST + 1
    more = ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest}
    return [*(Missed(name, why) for name in names[: NAMED_AT_MOST - 1]), Missed(more, why)]
