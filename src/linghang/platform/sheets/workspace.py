"""What the plans of one import share: all rows, what exists, and which row leans on which."""

from __future__ import annotations

import difflib
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets import cells
from linghang.platform.sheets.faults import Message, Severity
from linghang.platform.sheets.plan import Context, Row, SheetPlan, Target

NOT_FOUND = _("Nothing with this name is known, and no row of this upload brings it.")
CHECK_NAME = _("Check the spelling, or add it to its sheet.")
# Looking for near names costs; after this many the remedy stays general.
SUGGESTIONS = 100


class Workspace:
    """The rows of one import by plan, and the answers to "what does this name mean?"."""

    def __init__(self, context: Context, plans: Sequence[SheetPlan[Any]]) -> None:
        self.context = context
        self.plans = {plan.code: plan for plan in plans}
        self.rows: dict[str, list[Row[Any]]] = {plan.code: [] for plan in plans}
        self._existing: dict[str, Mapping[Hashable, Sequence[Any]]] = {}
        self._named: dict[str, dict[Hashable, list[Row[Any]]]] = {}
        self._suggested = 0

    # -- asked by plans ----------------------------------------------------------------------------------------

    def find(self, code: str, key: Hashable) -> list[Target]:
        """Return what a key of the plan `code` may mean: records first, then rows that will make one.

        A row that matches a record stands for that record and is not named twice. Faulty rows come only
        when nothing better is there.
        """
        key = cells.key_of(key)
        records = self._records(code).get(key, ())
        named = self._named.get(code, {}).get(key, ())
        existing = [Target(existing=record) for record in records]
        if not named:
            return existing
        rows = [row for row in named if not any(row.existing == record for record in records)]
        found = existing + [Target(row=row) for row in rows if not row.blocked]
        return found or [Target(row=row) for row in rows[:1]]

    def refer(
        self,
        row: Row[Any],
        column: str,
        code: str,
        key: Hashable,
        message: str = "",
        remedy: str = "",
        *,
        severity: Severity = Severity.BLOCK,
        **params: Any,
    ) -> Target | None:
        """Record that a column of the row means `key` of the plan `code`, and return what was found.

        Adds a fault (msgids `message`, `remedy`) when nothing is found or the key means several; makes the
        row wait when what it means is a faulty row.
        """
        found = self.find(code, key)
        if not found:
            suggestion = self._near(code, key)
            remedy_message = (
                Message(_("Did you mean %(near)s?"), {"near": suggestion})
                if suggestion
                else Message(remedy or CHECK_NAME, params)
            )
            row.add_fault(
                column,
                Message(message or NOT_FOUND, params),
                remedy_message,
                code="not_found",
                severity=severity,
            )
            return None
        if len(found) > 1:
            row.fault(
                column,
                _("Several are named so; it is not clear which one is meant."),
                _("Write what tells them apart, for example the identity number."),
                code="ambiguous",
                severity=severity,
            )
            return None
        target = found[0]
        row.targets.setdefault(column, []).append(target)
        if target.row is not None:
            row.leans.append((target.row, column))
        return target

    # -- kept by the framework ---------------------------------------------------------------------------------

    def note_names(self, code: str, rows: Iterable[Row[Any]]) -> None:
        """Make the rows of a plan findable by the keys their plan gives them."""
        plan, named = self.plans[code], self._named.setdefault(code, defaultdict(list))
        for row in rows:
            for key in plan.targets(row):
                named[cells.key_of(key)].append(row)

    def _records(self, code: str) -> Mapping[Hashable, Sequence[Any]]:
        if code not in self._existing:
            known = self.plans[code].load_targets(self.context)
            folded: dict[Hashable, list[Any]] = defaultdict(list)
            for key, records in known.items():
                folded[cells.key_of(key)] += records
            self._existing[code] = folded
        return self._existing[code]

    def _near(self, code: str, key: Hashable) -> str:
        self._suggested += 1
        key = cells.key_of(key)
        wanted = key[-1] if isinstance(key, tuple) else key
        if not isinstance(wanted, str) or self._suggested > SUGGESTIONS:
            return ""
        known = {k for source in (self._records(code), self._named.get(code, {})) for k in source}
        if isinstance(key, tuple):
            names = {k[-1] for k in known if isinstance(k, tuple) and k[:-1] == key[:-1]}
        else:
            names = {k for k in known if isinstance(k, str)}
        near = difflib.get_close_matches(wanted, [n for n in names if isinstance(n, str)], 1, 0.7)
        return near[0] if near else ""

    def resolve_references(self, rows: Iterable[Row[Any]], plan: SheetPlan[Any]) -> None:
        """Look up every declared reference of the rows."""
        for reference in plan.references:
            for row in rows:
                value = getattr(row.data, reference.column)
                if value is None or row.has_fault(reference.column):
                    continue
                key = reference.key(value, row) if reference.key else value
                self.refer(
                    row, reference.column, reference.to, key, reference.message, reference.remedy
                )

    def settle(self) -> None:
        """Let rows wait for the faulty rows they lean on, at any distance; call circles by their name."""
        self._refuse_circles()
        leaning: dict[int, list[tuple[Row[Any], str]]] = defaultdict(list)
        stopped: deque[Row[Any]] = deque()
        for row in self._all_rows():
            for target, column in row.leans:
                leaning[id(target)].append((row, column))
            if row.blocked:
                stopped.append(row)
        told = {id(row) for row in stopped}
        while stopped:
            cause = stopped.popleft()
            for row, column in leaning[id(cause)]:
                if not row.blocked:
                    row.fault(
                        column,
                        _("Waits for row %(row)s of sheet %(sheet)s, which must be mended first."),
                        _("Mend that row and upload again."),
                        code="waits",
                        severity=Severity.WAIT,
                        row=cause.number,
                        sheet=cause.table.sheet,
                    )
                if id(row) not in told:
                    told.add(id(row))
                    stopped.append(row)

    def in_order(self, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
        """Return the rows with each after those of the same plan that it leans on."""
        mine = {id(row) for row in rows}
        below: dict[int, list[Row[Any]]] = defaultdict(list)
        open_ends: dict[int, int] = {}
        for row in rows:
            leans = {id(t) for t, _column in row.leans if id(t) in mine}
            open_ends[id(row)] = len(leans)
            for target in leans:
                below[target].append(row)
        ready = deque(row for row in rows if not open_ends[id(row)])
        ordered = []
        while ready:
            row = ready.popleft()
            ordered.append(row)
            for follower in below[id(row)]:
                open_ends[id(follower)] -= 1
                if not open_ends[id(follower)]:
                    ready.append(follower)
        return ordered

    def _refuse_circles(self) -> None:
        for rows in self.rows.values():
            leaning = [row for row in rows if row.leans]
            if not any(t.plan is row.plan for row in leaning for t, _c in row.leans):
                continue
            placed = {id(row) for row in self.in_order(rows)}
            for row in rows:
                if id(row) not in placed and self._in_circle(row):
                    column = next(c for t, c in row.leans if t.plan is row.plan)
                    row.fault(
                        column,
                        _("The rows lean on each other in a circle."),
                        _("Correct one of them so that the circle opens."),
                        code="circle",
                    )

    def _in_circle(self, start: Row[Any]) -> bool:
        seen: set[int] = set()
        waiting = [t for t, _c in start.leans if t.plan is start.plan]
        while waiting:
            row = waiting.pop()
            if row is start:
                return True
            if id(row) not in seen:
                seen.add(id(row))
                waiting += [t for t, _c in row.leans if t.plan is start.plan]
        return False

    def _all_rows(self) -> Iterable[Row[Any]]:
        for rows in self.rows.values():
            yield from rows
