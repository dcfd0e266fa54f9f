"""Evaluation: from atoms to points, totals, bands and peer groups, exactly.

`evaluate` reads the lake; `assess` does the rest from numbers already counted, so that another
engine, or a test, can bring its own. Both are pure functions of what they are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from linghang_core.scoring.atoms import Plan, Reading, compile_scheme
from linghang_core.scoring.engine import Counts, Lake, count_atoms
from linghang_core.scoring.results import (
    CriterionResult,
    GroupSummary,
    NotRated,
    Results,
    Settlement,
    State,
    SubjectResult,
)
from linghang_core.scoring.scheme import (
    Aggregate,
    Criterion,
    Missing,
    Nature,
    Scheme,
)
from linghang_core.scoring.score import (
    redistribute,
    round_half_up,
    share_of_points,
    to_cents,
    to_points,
)
from linghang_core.scoring.subjects import Subject, check_subjects, fits, known_number

ZERO = Decimal("0.00")


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
    scheme: Scheme, period: str, subjects: Sequence[Subject], counts: Counts, as_of_seq: int
) -> Results:
    """Return the results from the atoms of each subject, in the order of the compiled plan."""
    plan = compile_scheme(scheme)
    check_subjects(subjects, scheme.subject, plan.attributes)
    plan.spans(period)  # refuses a period of another kind
    marker = _Marker(scheme, plan)
    results = tuple(marker.mark(subject, counts[subject.id]) for subject in subjects)
    return Results(
        scheme=scheme,
        period=period,
        as_of_seq=as_of_seq,
        subjects=results,
        groups=tuple(_summarise(scheme, group.code, results) for group in scheme.peer_groups),
    )


def settle(scheme: Scheme, points: Mapping[str, Decimal], vetoes: Sequence[str] = ()) -> Settlement:
    """Return how the points of the criteria, by code, become a total.

    Nothing is rounded here: the printed points add up to the total as they stand.
    """
    sums = dict.fromkeys(Nature, ZERO)
    for item in scheme.criteria:
        sums[item.nature] += points.get(item.code, ZERO)
    bonus, deduction = sums[Nature.BONUS], sums[Nature.DEDUCTION]
    bonus_counted = bonus if scheme.bonus_cap is None else min(bonus, scheme.bonus_cap)
    floor = scheme.deduction_floor
    deduction_counted = deduction if floor is None else max(deduction, floor)
    total = sums[Nature.BASIC] + bonus_counted + deduction_counted
    total = max(scheme.total.minimum, min(scheme.total.maximum, total))
    limits = [veto_limit(scheme, scheme.criterion(code)) for code in vetoes]
    return Settlement(
        basic=sums[Nature.BASIC],
        bonus=bonus,
        bonus_counted=bonus_counted,
        deduction=deduction,
        deduction_counted=deduction_counted,
        vetoes=tuple(vetoes),
        total=_two_places(min([total, *limits])),
    )


def veto_limit(scheme: Scheme, criterion: Criterion) -> Decimal:
    """The highest total a veto leaves: its maximum, or the top of its band."""
    veto = criterion.veto
    if veto is None:
        message = f"criterion {criterion.code} is no veto"
        raise ValueError(message)
    if veto.maximum is not None:
        return veto.maximum
    return scheme.band_top(veto.band or "")


@dataclass
class _Marker:
    """Marks subjects one after the other, keeping what is the same for many of them.

    Most subjects share their small whole numbers, so points are remembered by them: exact
    fractions then cost next to nothing.
    """

    scheme: Scheme
    plan: Plan
    shares: dict[tuple[int, Fraction], Fraction] = field(default_factory=dict)
    fulls: dict[tuple[int, ...], dict[int, int]] = field(default_factory=dict)

    def mark(self, subject: Subject, atoms: Sequence[int]) -> SubjectResult:
        """The result of one subject."""
        scheme = self.scheme
        counts, values, left_out = self._values(subject, atoms)
        full = self._full(left_out)
        criteria = tuple(
            self._criterion(place, counts[place], values[place], full.get(place))
            for place in range(len(scheme.criteria))
        )
        vetoes = tuple(
            item.code
            for item, value in zip(scheme.criteria, values, strict=True)
            if item.nature is Nature.VETO and value
        )
        settlement = settle(scheme, {item.code: item.points for item in criteria}, vetoes)
        reason = _reason(scheme, subject, criteria)
        total = settlement.total if reason is None else None
        return SubjectResult(
            subject=subject,
            group=_group(scheme, subject),
            criteria=criteria,
            settlement=settlement,
            reason=reason,
            total=total,
            band=None if total is None else scheme.band_of(total).code,
        )

    def _values(
        self, subject: Subject, atoms: Sequence[int]
    ) -> tuple[list[tuple[int, ...]], list[Fraction | None], tuple[int, ...]]:
        """Counts and value of each criterion, and the places of those left out."""
        counts: list[tuple[int, ...]] = []
        values: list[Fraction | None] = []
        left_out: list[int] = []
        for place, (item, reading) in enumerate(
            zip(self.scheme.criteria, self.plan.readings, strict=True)
        ):
            read = (atoms[reading.of],) + (() if reading.to is None else (atoms[reading.to],))
            applies = item.when is None or fits(item.when, subject)
            value = self._value(reading, subject, atoms) if applies else None
            counts.append(read)
            values.append(value)
            if not applies or (value is None and item.missing is Missing.LEAVE_OUT):
                left_out.append(place)
        return counts, values, tuple(left_out)

    def _value(self, reading: Reading, subject: Subject, atoms: Sequence[int]) -> Fraction | None:
        """The value read, in natural units; None when the denominator holds nothing."""
        of = self._amount(reading.of, atoms)
        if not reading.is_ratio:
            return of
        if reading.attribute is not None:
            to = Fraction(known_number(subject, reading.attribute))
        else:
            to = self._amount(reading.to or 0, atoms)
        return of / to if to > 0 else None

    def _amount(self, place: int, atoms: Sequence[int]) -> Fraction:
        hundredths = self.plan.atoms[place].aggregate is Aggregate.SUM
        return Fraction(atoms[place], 100 if hundredths else 1)

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

    def _criterion(
        self, place: int, counts: tuple[int, ...], value: Fraction | None, full: int | None
    ) -> CriterionResult:
        item = self.scheme.criteria[place]
        if full is None:
            return CriterionResult(item.code, counts, None, ZERO, ZERO, State.LEFT_OUT)
        if value is None:
            points, state = full if item.missing is Missing.FULL else 0, State.MISSING
        else:
            points, state = round_half_up(self._share(place, value) * full), State.SCORED
        sign = -1 if item.nature is Nature.DEDUCTION and points else 1
        return CriterionResult(
            item.code, counts, value, to_points(full), to_points(sign * points), state
        )

    def _share(self, place: int, value: Fraction) -> Fraction:
        key = (place, value)
        if key not in self.shares:
            self.shares[key] = share_of_points(self.scheme.criteria[place], value)
        return self.shares[key]


def _reason(
    scheme: Scheme, subject: Subject, criteria: Sequence[CriterionResult]
) -> NotRated | None:
    sample = scheme.minimum_sample
    if sample.members and known_number(subject, "members") < sample.members:
        return NotRated.TOO_FEW_MEMBERS
    if sample.months and known_number(subject, "months_active") < sample.months:
        return NotRated.TOO_YOUNG
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


def _two_places(amount: Decimal) -> Decimal:
    return amount.quantize(ZERO)
