"""The records of many branches, each kind read at most once, for the checks to look at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Min, Q
from django.utils import timezone

from linghang.activities.models import Activity
from linghang.dues import api as dues
from linghang.elections import api as elections
from linghang.handbook.enums import PARAMS, Check, Param
from linghang.handbook.models import Standard
from linghang.ledger.models import Fact
from linghang.meetings.models import AgendaItem
from linghang.org.enums import BRANCH_KINDS, UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.enums import MemberKind
from linghang.people.models import Person
from linghang.study import api as study
from linghang.study.enums import HoursState
from linghang.worklists.enums import TaskState
from linghang.worklists.models import Assignment
from linghang_core.regulations import load_rules

NOT_DONE = ("open", "overdue", "missed", "absent", "leave")
DONE = (TaskState.DONE, TaskState.HANDED_IN)


@dataclass(frozen=True)
class Held:
    """A meeting, lecture or other activity of a branch, or of one of its groups."""

    pk: int
    on: date
    topic: str
    recorded_on: date
    host_id: int | None
    due: int | None
    present: int | None


@dataclass(frozen=True)
class Task:
    """A task asked of a branch."""

    pk: int
    item_id: int
    text: str
    due_on: date
    finished_on: date | None
    done: bool


@dataclass(frozen=True)
class Noted:
    """A record in the ledger."""

    entry_id: int
    title: str
    on: date


class Records:
    """What is recorded of some branches from `first` to `last`; every kind of record is read once.

    The number of queries depends on which checks ask, never on how many branches there are.
    """

    def __init__(
        self,
        units: Sequence[Unit],
        standards: Iterable[Standard],
        first: date,
        last: date,
        today: date,
    ) -> None:
        self.units, self.first, self.last, self.today = units, first, last, today
        self.ids = [unit.pk for unit in units]
        self._committees: dict[tuple[int, date], bool] = {}
        asked = list(standards)
        self.kinds = _list_asked(asked, Param.KIND)
        self.fact_kinds = _list_asked(asked, Param.FACT)

    def find_held(self, unit_id: int, kind: str) -> list[Held]:
        """Return what the branch and its groups held of a kind, also what counts for it."""
        return self._held[unit_id, kind]

    @cached_property
    def _held(self) -> dict[tuple[int, str], list[Held]]:
        homes = self._homes
        rows = Activity.objects.filter(
            _of_kinds(self.kinds),
            unit_id__in=list(homes),
            occurred_on__gte=self.first,
            occurred_on__lte=self.last,
            withdrawn_on=None,
        ).order_by("occurred_on", "pk")
        found: dict[tuple[int, str], list[Held]] = defaultdict(list)
        fields = ("unit_id", "kind__code", "also", "pk", "occurred_on", "topic", "recorded_on")
        for unit_id, code, also, *values in rows.values_list(
            *fields, "host_id", "due_count", "present_count"
        ):
            held = Held(*values)
            for kind in dict.fromkeys([code, *also]):
                if kind in self.kinds:
                    found[homes[unit_id], kind].append(held)
        return found

    @cached_property
    def _homes(self) -> dict[int, int]:
        """Return unit id → branch id, of the branches and their groups."""
        groups = Unit.objects.filter(parent_id__in=self.ids, kind=UnitKind.GROUP)
        return {pk: pk for pk in self.ids} | dict(groups.values_list("pk", "parent_id"))

    @cached_property
    def written_on(self) -> dict[int, date]:
        """Return activity id → the Shanghai day on which the first item of its agenda was written."""
        rows = AgendaItem.objects.filter(
            activity__unit_id__in=list(self._homes),
            activity__occurred_on__gte=self.first,
            activity__occurred_on__lte=self.last,
            withdrawn_on=None,
        )
        found = rows.order_by().values_list("activity_id").annotate(Min("created_at"))
        return {pk: timezone.localdate(moment) for pk, moment in found}

    @cached_property
    def resolutions(self) -> dict[int, list[Task]]:
        """Return branch id → the tasks its resolutions became, that fall due in the days."""
        items = AgendaItem.objects.filter(
            activity__unit_id__in=list(self._homes),
            activity__withdrawn_on=None,
            withdrawn_on=None,
            task__isnull=False,
        )
        homes = self._homes
        owners = {
            item: homes[unit] for item, unit in items.values_list("task_id", "activity__unit_id")
        }
        found: dict[int, list[Task]] = defaultdict(list)
        for _unit_id, task in self._read_tasks(Q(item_id__in=list(owners))):
            found[owners[task.item_id]].append(task)
        return found

    @cached_property
    def tasks(self) -> dict[int, list[Task]]:
        """Return branch id → the tasks of lists asked of the branch itself, due in the days."""
        found: dict[int, list[Task]] = defaultdict(list)
        for unit_id, task in self._read_tasks(Q(unit_id__in=self.ids, person=None)):
            found[unit_id].append(task)
        return found

    def _read_tasks(self, condition: Q) -> list[tuple[int, Task]]:
        rows = (
            Assignment.objects.filter(condition, due_on__gte=self.first, due_on__lte=self.last)
            .exclude(state=TaskState.WITHDRAWN)
            .order_by("due_on", "pk")
        )
        values = ("unit_id", "pk", "item_id", "item__text", "due_on", "finished_on", "state")
        return [
            (unit_id, Task(pk, item, text, due, finished, state in DONE))
            for unit_id, pk, item, text, due, finished, state in rows.values_list(*values)
        ]

    @cached_property
    def roster(self) -> Any:
        """Return all appointments of the branches."""
        return people.load_roster(self.ids)

    @cached_property
    def lines(self) -> dict[int, elections.Line]:
        """Return branch id → its term as it stands today."""
        wanted = Unit.objects.filter(pk__in=self.ids)
        return {line.unit.pk: line for line in elections.list_lines(wanted, self.today)}

    @cached_property
    def months_paid(self) -> dict[tuple[int, date], list[Any]]:
        """Return (branch id, first of a month) → the cell of each who owes or pays dues for it."""
        branches = [unit.pk for unit in self.units if unit.kind in BRANCH_KINDS]
        found: dict[tuple[int, date], list[Any]] = defaultdict(list)
        first, last = self.first.replace(day=1), self.last.replace(day=1)
        for line in dues.read_lines(branches, first, last, self.today) if branches else ():
            for cell in line.cells:
                found[line.unit_id, cell.month].append(cell)
        return found

    @cached_property
    def learners(self) -> dict[int, tuple[int, int]]:
        """Return branch id → (members who reached the year's hours, members)."""
        on = min(self.today, self.last)
        found: dict[int, list[bool]] = defaultdict(list)
        for one in study.read_people(self.ids, self.last.year, on):
            found[one.unit_id].append(one.state == HoursState.ENOUGH)
        return {pk: (sum(states), len(states)) for pk, states in found.items()}

    @cached_property
    def lacking(self) -> dict[int, tuple[int, int]]:
        """Return branch id → (members whose fields are not all filled, members), as of today."""
        members = people.list_members(self.ids, self.today)
        return {pk: (sum(map(_lacks, rows)), len(rows)) for pk, rows in members.items()}

    def find_noted(self, unit_id: int, kind: str) -> list[Noted]:
        """Return the records of a kind in the branch's ledger."""
        return self._noted[unit_id, kind]

    @cached_property
    def _noted(self) -> dict[tuple[int, str], list[Noted]]:
        rows = Fact.objects.filter(
            unit_id__in=self.ids,
            kind__in=self.fact_kinds,
            counts_on__gte=self.first,
            counts_on__lte=self.last,
            withdrawn_seq=None,
        ).exclude(status__in=NOT_DONE)
        found: dict[tuple[int, str], dict[int, Noted]] = defaultdict(dict)
        fields = ("unit_id", "kind", "entry_id", "entry__title", "counts_on")
        for unit_id, kind, *values in rows.order_by("counts_on", "pk").values_list(*fields):
            found[unit_id, kind].setdefault(values[0], Noted(*values))
        return defaultdict(list, {key: list(rows.values()) for key, rows in found.items()})

    def has_groups(self, unit_id: int) -> bool:
        """Return whether the branch has groups."""
        return unit_id in self._with_groups

    @cached_property
    def _with_groups(self) -> set[int]:
        return {home for pk, home in self._homes.items() if pk != home}

    def has_committee(self, unit_id: int, on: date) -> bool:
        """Return whether the unit has a committee: enough full members or seats, by the rule of the day."""
        known = self._committees
        if (unit_id, on) not in known:
            rule = load_rules().find("organisation.branch", on)
            members = self.roster.members(unit_id, on)
            full = sum(span.member_kind == MemberKind.FULL for span in members)
            seats = len(self.roster.committee(unit_id, on))
            enough = full >= rule.whole("committee_full_from")
            known[unit_id, on] = enough or seats >= rule.whole("committee_from")
        return known[unit_id, on]


def _list_asked(standards: Iterable[Standard], param: Param) -> list[str]:
    found = {
        one.params[param]
        for one in standards
        if param in PARAMS[Check(one.check_code)] and param in one.params
    }
    return sorted(found)


def _of_kinds(kinds: Sequence[str]) -> Q:
    condition = Q(kind__code__in=kinds)
    for kind in kinds:
        condition |= Q(also__icontains=json.dumps(kind))
    return condition


def _lacks(person: Person) -> bool:
    """Return whether a field of the national roster that this system keeps is empty."""
    fields = [person.born_on, person.education, person.joined_on]
    if person.member_kind == MemberKind.FULL:
        fields.append(person.full_on)
    return not all(fields)
