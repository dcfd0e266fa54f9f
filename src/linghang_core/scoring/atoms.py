"""From a scheme to atoms: the distinct whole numbers that have to be read from the facts.

Criteria share most of what they read, so equal readings become one atom. An atom knows its
predicate, and the same predicate finds the evidence under a score: what is shown as counted
cannot differ from what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from linghang_core.periods import DateRange
from linghang_core.scoring.scheme import (
    Aggregate,
    AttributeSide,
    Criterion,
    Level,
    PeriodKind,
    Scheme,
    Side,
    SubjectKind,
    Window,
)
from linghang_core.scoring.windows import resolve_window


class FactLike(Protocol):
    """What a predicate asks of a fact; the ledger's model and the lake's rows both have it."""

    @property
    def kind(self) -> str: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def counts_on(self) -> date: ...
    @property
    def status(self) -> str: ...
    @property
    def verified(self) -> bool: ...
    @property
    def late(self) -> bool: ...


@dataclass(frozen=True)
class Predicate:
    """Which facts are meant, as a value that becomes a column expression or a database filter.

    `kinds` are exact, or end in `.*` for everything below; None means "not asked". `first`
    and `last` are both included. Whose facts (which units, which person) is not part of it: that
    is the subject's.
    """

    kinds: tuple[str, ...]
    first: date
    last: date
    statuses: tuple[str, ...] | None = None
    except_statuses: tuple[str, ...] | None = None
    verified: bool | None = None
    late: bool | None = None
    level: Level = Level.ANY

    @property
    def exact_kinds(self) -> tuple[str, ...]:
        """The kinds to be met exactly."""
        return tuple(kind for kind in self.kinds if not kind.endswith(".*"))

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The beginnings, with their dot, of which any kind will do."""
        return tuple(kind[:-1] for kind in self.kinds if kind.endswith(".*"))

    def matches(self, fact: FactLike) -> bool:
        """Whether one fact is meant: the definition that every engine must agree with."""
        return (
            (fact.kind in self.exact_kinds or fact.kind.startswith(self.prefixes))
            and self.first <= fact.counts_on <= self.last
            and (self.statuses is None or fact.status in self.statuses)
            and (self.except_statuses is None or fact.status not in self.except_statuses)
            and (self.verified is None or fact.verified == self.verified)
            and (self.late is None or fact.late == self.late)
            and (self.level is Level.ANY or (fact.person_id is None) == (self.level is Level.UNIT))
        )


@dataclass(frozen=True)
class Atom:
    """One number per subject: how the facts of a selection in a window are counted."""

    aggregate: Aggregate
    kinds: tuple[str, ...]
    window: Window
    statuses: tuple[str, ...] | None = None
    verified: bool | None = None
    late: bool | None = None
    level: Level = Level.ANY

    def predicate(self, days: DateRange) -> Predicate:
        """The facts this atom counts on the days of its resolved window."""
        return Predicate(
            kinds=self.kinds,
            first=days.first_day,
            last=days.last_day,
            statuses=self.statuses,
            verified=self.verified,
            late=self.late,
            level=self.level,
        )


@dataclass(frozen=True)
class Reading:
    """Where a criterion finds its numbers: atoms by place in the plan, or a known attribute.

    `marks` are for each kind of raters the sum of its marks and their number.
    """

    of: int
    to: int | None = None
    attribute: str | None = None
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """The atoms in the order in which a result keeps them."""
        if self.marks:
            return tuple(place for pair in self.marks for place in pair)
        return (self.of,) if self.to is None else (self.of, self.to)

    @property
    def is_ratio(self) -> bool:
        """Whether there is a denominator."""
        return self.to is not None or self.attribute is not None


@dataclass(frozen=True)
class Plan:
    """What a scheme compiles to: distinct atoms, and the reading of each criterion."""

    subject: SubjectKind
    period: PeriodKind
    atoms: tuple[Atom, ...]
    readings: tuple[Reading, ...]
    attributes: tuple[str, ...] = field(default=())

    def spans(self, period: str) -> tuple[DateRange, ...]:
        """The days of each atom, in the order of the atoms."""
        return tuple(resolve_window(atom.window, period, self.period) for atom in self.atoms)


def compile_scheme(scheme: Scheme) -> Plan:
    """Return the plan of a scheme: its distinct atoms in order of first use, and their readers."""
    atoms: dict[Atom, int] = {}
    readings = [_read(item, scheme.subject, atoms) for item in scheme.criteria]
    return Plan(
        subject=scheme.subject,
        period=scheme.period,
        atoms=tuple(atoms),
        readings=tuple(readings),
        attributes=_attributes(scheme),
    )


def _read(criterion: Criterion, subject: SubjectKind, atoms: dict[Atom, int]) -> Reading:
    places = [
        atoms.setdefault(_atom(side, criterion.window, subject), len(atoms))
        for side in criterion.measure.sides
    ]
    ratio = criterion.measure.ratio
    if criterion.measure.raters is not None:
        return Reading(places[0], marks=tuple(zip(places[::2], places[1::2], strict=True)))
    if ratio is not None and isinstance(ratio.to, AttributeSide):
        return Reading(places[0], attribute=ratio.to.attribute)
    return Reading(places[0], places[1] if len(places) > 1 else None)


def _atom(side: Side, window: Window, subject: SubjectKind) -> Atom:
    """The atom of a side in its one canonical form, so that equal readings are equal values."""
    # A member's facts all name the member: asking for the level would only hide equal atoms.
    level = Level.ANY if subject is SubjectKind.PERSON else side.level
    return Atom(
        aggregate=side.aggregate,
        kinds=_smallest(side.kinds),
        window=window,
        statuses=None if side.statuses is None else tuple(sorted(set(side.statuses))),
        verified=side.verified,
        late=side.late,
        level=level,
    )


def _smallest(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds sorted, without those that a prefix among them already covers."""
    distinct = set(kinds)
    prefixes = {kind for kind in distinct if kind.endswith(".*")}
    return tuple(
        sorted(
            kind
            for kind in distinct
            if not any(kind != prefix and kind.startswith(prefix[:-1]) for prefix in prefixes)
        )
    )


def _attributes(scheme: Scheme) -> tuple[str, ...]:
    """The attributes every subject must bring for this scheme."""
    conditions = [group.when for group in scheme.peer_groups]
    conditions += [item.when for item in scheme.criteria]
    names = [condition.attribute for condition in conditions if condition is not None]
    for item in scheme.criteria:
        ratio = item.measure.ratio
        if ratio is not None and isinstance(ratio.to, AttributeSide):
            names.append(ratio.to.attribute)
    names += ["members"] if scheme.minimum_sample.members else []
    names += ["months_active"] if scheme.minimum_sample.months else []
    return tuple(dict.fromkeys(names))


def find_unmet(of: Predicate, to: Predicate) -> Predicate | None:
    """Return the predicate of what was due but not done: in `to`, not in `of`.

    Only when the two differ in one respect can the remainder be named as one predicate; else
    None, and the reader is shown both sides.
    """
    same = replace(of, statuses=to.statuses)
    if same == to and of.statuses is not None:
        if to.statuses is None:
            return replace(to, except_statuses=of.statuses)
        rest = tuple(status for status in to.statuses if status not in of.statuses)
        return replace(to, statuses=rest) if rest and set(of.statuses) <= set(to.statuses) else None
    if of.verified is not None and replace(of, verified=None) == to:
        return replace(to, verified=not of.verified)
    if of.late is not None and replace(of, late=None) == to:
        return replace(to, late=not of.late)
    return None
