"""Evaluation: from atoms to points, totals, bands and peer groups, exactly.

`evaluate` reads the lake; `assess` does the rest from numbers already counted, so that another
engine, or a test, can bring its own. Both are pure functions of what they are given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from linghang_core.scoring.atoms import Plan, compile_scheme
from linghang_core.scoring.bands import award_bands
from linghang_core.scoring.engines import Counts, Lake, count_atoms
from linghang_core.scoring.peers import Peers, Standing, gather_peers
from linghang_core.scoring.results import (
    CriterionResult,
    GroupSummary,
    NotRated,
    Place,
    Results,
    State,
    SubjectResult,
)
from linghang_core.scoring.scheme import (
    Aggregate,
    Missing,
    Nature,
    Scheme,
)
from linghang_core.scoring.score import (
    redistribute,
    round_half_up,
    share_of_place,
    share_of_points,
    to_cents,
    to_points,
    weigh_marks,
)
from linghang_core.scoring.settlement import count_once, settle
from linghang_core.scoring.subjects import Subject, check_subjects, fits, known_number

ZERO = Decimal("0.00")
COVERAGE = "coverage"
"""The attribute of a business unit that says why its facts cannot be known, by the reason's code."""


def evaluate(
    scheme: Scheme, period: str, subjects: Sequence[Subject], lake: Lake, as_of_seq: int
) -> Results:
    """Return the results of the subjects for a period, from the facts as of a change sequence.

    `lake` is the folder of the Parquet data set or an Ibis table of facts. Raises EvaluationError
    for a period of another kind, an attribute not given, and a unit given to two subjects.
    """
    plan = compile_scheme(scheme)
    check_subjects(subjects, scheme.subject, plan.attributes)
    counts = count_atoms(plan, period, subjects, lake, as_of_seq)
    return assess(scheme, period, subjects, counts, as_of_seq)


def assess(
    scheme: Scheme,
    period: str,
    subjects: Sequence[Subject],
    counts: Counts,
    as_of_seq: int,
    others: Sequence[SubjectResult] = (),
) -> Results:
    """Return the results from the atoms of each subject, in the order of the compiled plan.

    `others` are results that stay as they are: those of the peers when one subject is recomputed,
    against whose values and totals its places and its band are found.
    """
    plan = compile_scheme(scheme)
    check_subjects(subjects, scheme.subject, plan.attributes)
    plan.spans(period)  # refuses a period of another kind
    marker = _Marker(scheme, plan)
    drafts = [marker.read(subject, counts[subject.id]) for subject in subjects]
    others = [item for item in others if item.subject.id not in counts]
    peers = gather_peers(scheme, [draft.standing for draft in drafts], others)
    results = _award(scheme, [marker.mark(draft, peers) for draft in drafts], others)
    return Results(
        scheme=scheme,
        period=period,
        as_of_seq=as_of_seq,
        subjects=results,
        groups=tuple(_summarise(scheme, group.code, results) for group in scheme.peer_groups),
    )


@dataclass(frozen=True)
class _Read:
    """What one criterion read of one subject: its atoms, and the denominator it knows."""

    place: int
    counts: tuple[int, ...]
    known: Decimal | None
    applies: bool
    standing: Place | None = None


@dataclass(frozen=True)
class _Draft:
    """What all criteria read of one subject, before anybody is compared with the others."""

    subject: Subject
    reads: tuple[_Read, ...]
    standing: Standing


@dataclass
class _Marker:
    """Marks subjects one after the other, keeping what is the same for many of them.

    Most subjects share their small whole numbers, so values and points are remembered by what was
    read: exact fractions then cost next to nothing.
    """

    scheme: Scheme
    plan: Plan
    values: dict[_Read, Fraction | None] = field(default_factory=dict)
    fulls: dict[tuple[int, ...], dict[int, int]] = field(default_factory=dict)
    marked: dict[tuple[_Read, int | None], CriterionResult] = field(default_factory=dict)

    def read(self, subject: Subject, atoms: Sequence[int]) -> _Draft:
        """What was read of one subject, and its values where places are given for them."""
        criteria = self.scheme.criteria
        reads = tuple(self._read(place, subject, atoms) for place in range(len(criteria)))
        values = {
            read.place: self._value(read) if read.applies else None
            for read, rule in zip(reads, criteria, strict=True)
            if rule.score is not None and rule.score.by_place
        }
        counts = _too_small(self.scheme, subject) is None
        return _Draft(subject, reads, Standing(_group(self.scheme, subject), counts, values))

    def mark(self, draft: _Draft, peers: Peers) -> SubjectResult:
        """The result of one subject, but for bands that depend on the totals of the others."""
        scheme, subject = self.scheme, draft.subject
        reads = [
            replace(read, standing=peers.place(draft.standing, read.place))
            if read.place in draft.standing.values
            else read
            for read in draft.reads
        ]
        full = self._full(tuple(read.place for read in reads if self._is_left_out(read)))
        criteria = self._once(self._criterion(read, full.get(read.place)) for read in reads)
        vetoes = tuple(
            rule.code
            for rule, item in zip(scheme.criteria, criteria, strict=True)
            if rule.nature is Nature.VETO and item.value
        )
        points = {item.code: item.points for item in criteria}
        settlement = settle(scheme, points, vetoes, {item.code: item.full for item in criteria})
        reason = _reason(scheme, subject, criteria)
        total = settlement.total if reason is None else None
        return SubjectResult(
            subject=subject,
            group=draft.standing.group,
            criteria=criteria,
            settlement=settlement,
            reason=reason,
            total=total,
            band=None if total is None else scheme.band_of(total).code,
        )

    def _once(self, items: Iterable[CriterionResult]) -> tuple[CriterionResult, ...]:
        """The criteria with the same event counted only once."""
        found = tuple(items)
        if not any(item.once for item in self.scheme.criteria):
            return found
        elsewhere = count_once(self.scheme, {item.code: item.points for item in found})
        return tuple(
            replace(
                item,
                points=ZERO,
                state=State.ELSEWHERE,
                elsewhere=elsewhere[item.code],
                forgone=item.points,
            )
            if item.code in elsewhere
            else item
            for item in found
        )

    def _read(self, place: int, subject: Subject, atoms: Sequence[int]) -> _Read:
        rule, reading = self.scheme.criteria[place], self.plan.readings[place]
        name = reading.attribute
        return _Read(
            place=place,
            counts=tuple(atoms[atom] for atom in reading.places),
            known=None if name is None else known_number(subject, name),
            applies=rule.when is None or fits(rule.when, subject),
        )

    def _value(self, read: _Read) -> Fraction | None:
        """The value in natural units; None when the denominator holds nothing."""
        if read not in self.values:
            self.values[read] = self._find_value(read)
        return self.values[read]

    def _find_value(self, read: _Read) -> Fraction | None:
        reading = self.plan.readings[read.place]
        raters = self.scheme.criteria[read.place].measure.raters
        if raters is not None:
            return weigh_marks(raters, read.counts)
        of = self._amount(reading.of, read.counts[0])
        if read.known is not None:
            to = Fraction(read.known)
        elif reading.to is not None:
            to = self._amount(reading.to, read.counts[1])
        else:
            return of
        return of / to if to > 0 else None

    def _amount(self, place: int, count: int) -> Fraction:
        hundredths = self.plan.atoms[place].aggregate is Aggregate.SUM
        return Fraction(count, 100 if hundredths else 1)

    def _is_left_out(self, read: _Read) -> bool:
        if not read.applies:
            return True
        policy = self.scheme.criteria[read.place].missing
        return policy is Missing.LEAVE_OUT and self._lacks(read)

    def _lacks(self, read: _Read) -> bool:
        """Whether there is no value, or nobody to compare it with."""
        score = self.scheme.criteria[read.place].score
        by_place = score is not None and score.by_place
        return self._value(read) is None or (by_place and read.standing is None)

    def _full(self, left_out: tuple[int, ...]) -> dict[int, int]:
        """What each remaining criterion can give, in hundredths; the base is shared out again."""
        if left_out not in self.fulls:
            kept = [
                (place, item)
                for place, item in enumerate(self.scheme.criteria)
                if place not in left_out
            ]
            basic = [(place, item) for place, item in kept if item.nature is Nature.BASIC]
            cents = redistribute(
                [to_cents(item.full) for _, item in basic], to_cents(self.scheme.base)
            )
            full = {place: to_cents(item.full) for place, item in kept}
            full |= {place: amount for (place, _), amount in zip(basic, cents, strict=True)}
            self.fulls[left_out] = full
        return self.fulls[left_out]

    def _criterion(self, read: _Read, full: int | None) -> CriterionResult:
        key = (read, full)
        if key not in self.marked:
            self.marked[key] = self._mark_criterion(read, full)
        return self.marked[key]

    def _mark_criterion(self, read: _Read, full: int | None) -> CriterionResult:
        rule = self.scheme.criteria[read.place]
        if full is None:
            value = self._value(read) if read.applies else None  # others may be compared with it
            return CriterionResult(rule.code, read.counts, value, ZERO, ZERO, State.LEFT_OUT)
        value = self._value(read)
        if value is None or self._lacks(read):
            points, state = full if rule.missing is Missing.FULL else 0, State.MISSING
        else:
            share = (
                share_of_points(rule, value)
                if read.standing is None
                else share_of_place(rule, read.standing)
            )
            points, state = round_half_up(share * full), State.SCORED
        sign = -1 if rule.nature is Nature.DEDUCTION and points else 1
        return CriterionResult(
            code=rule.code,
            counts=read.counts,
            value=value,
            full=to_points(full),
            points=to_points(sign * points),
            state=state,
            place=read.standing,
        )


def _award(
    scheme: Scheme, results: Sequence[SubjectResult], others: Sequence[SubjectResult]
) -> tuple[SubjectResult, ...]:
    """The results with the bands that stand where shares of the peer groups limit them."""
    if not scheme.has_shares:
        return tuple(results)
    totals: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for item in (*results, *others):
        if item.total is not None:
            totals[item.group][item.subject.id] = item.total
    awards = {group: award_bands(scheme, found) for group, found in totals.items()}
    done = []
    for item in results:
        if item.total is None:
            done.append(item)
        else:
            band, held = awards[item.group][item.subject.id]
            done.append(replace(item, band=band, held=held))
    return tuple(done)


def _too_small(scheme: Scheme, subject: Subject) -> NotRated | None:
    """Which of the reasons TOO_SMALL holds for a subject, before anything is read of it."""
    sample = scheme.minimum_sample
    covered = subject.attributes.get(COVERAGE)
    if covered in (NotRated.SHARED_BRANCH, NotRated.NO_BRANCH):
        return NotRated(str(covered))
    if sample.members and known_number(subject, "members") < sample.members:
        return NotRated.TOO_FEW_MEMBERS
    if sample.months and known_number(subject, "months_active") < sample.months:
        return NotRated.TOO_YOUNG
    return None


def _reason(
    scheme: Scheme, subject: Subject, criteria: Sequence[CriterionResult]
) -> NotRated | None:
    small = _too_small(scheme, subject)
    if small is not None:
        return small
    pairs = list(zip(scheme.criteria, criteria, strict=True))
    if any(
        rule.missing is Missing.NOT_RATED and item.state is State.MISSING for rule, item in pairs
    ):
        return NotRated.CRITERION_WITHOUT_DATA
    if all(item.state is State.LEFT_OUT for rule, item in pairs if rule.nature is Nature.BASIC):
        return NotRated.NOTHING_MEASURED
    return None


def _group(scheme: Scheme, subject: Subject) -> str:
    return next(
        group.code
        for group in scheme.peer_groups
        if group.when is None or fits(group.when, subject)
    )


def _summarise(scheme: Scheme, code: str, results: Sequence[SubjectResult]) -> GroupSummary:
    own = [item for item in results if item.group == code]
    totals = sorted(item.total for item in own if item.total is not None)
    found = Counter(item.band for item in own)
    quartiles = [_quantile(totals, Fraction(part, 4)) for part in (1, 2, 3)]
    return GroupSummary(
        code=code,
        rated=len(totals),
        not_rated=len(own) - len(totals),
        bands={band.code: found[band.code] for band in scheme.bands},
        lower_quartile=quartiles[0],
        median=quartiles[1],
        upper_quartile=quartiles[2],
    )


def _quantile(ordered: Sequence[Decimal], part: Fraction) -> Decimal | None:
    """The value at a share of the way through the ordered totals, between neighbours in line."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * part
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    exact = low + (high - low) * (place - below)
    lowest = Fraction(ordered[0])  # totals may be negative; the distance to the lowest is not
    return ordered[0] + to_points(round_half_up((exact - lowest) * 100))
