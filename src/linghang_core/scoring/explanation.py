"""Why this score: a tree from the total to what was counted, whose printed points add up.

An explanation is complete in itself (words, numbers, predicates), so that it can be stored with a
published run and still be read when the scheme has long changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from linghang_core.periods import DateRange
from linghang_core.scoring.adjustments import Adjustment, list_adjustments
from linghang_core.scoring.atoms import Plan, Predicate, Reading, compile_scheme, find_unmet
from linghang_core.scoring.digest import digest_scheme
from linghang_core.scoring.formulas import Formula, Marks, Operands, show, write_formula
from linghang_core.scoring.gains import measure_gain
from linghang_core.scoring.results import (
    CriterionResult,
    NotRated,
    Results,
    State,
    SubjectResult,
)
from linghang_core.scoring.scheme import (
    Aggregate,
    Criterion,
    Dimension,
    Element,
    Missing,
    Nature,
    Scheme,
    SubjectKind,
    Text,
    Window,
    name_rater,
)
from linghang_core.scoring.settlement import veto_limit
from linghang_core.scoring.subjects import fits, known_number

ZERO = Decimal("0.00")


class Evidence(Element):
    """Facts behind a number: how many or how much, and the predicate that finds them."""

    aggregate: Aggregate
    amount: Decimal
    predicate: Predicate


class KnownNumber(Element):
    """A denominator that comes from the subject itself, such as its members."""

    attribute: str
    amount: Decimal


class RaterMean(Element):
    """The marks of one kind of raters: how they weigh, how many there are, and their mean."""

    title: Text
    weight: Decimal
    marks: Evidence
    mean: Decimal | None


class CriterionExplanation(Element):
    """One criterion: points, formula, what was counted, what is missing, and on which rule.

    `gain` is by how much the total would rise if this criterion were perfect and nothing else
    changed, caps and limits included.
    """

    code: str
    title: Text
    nature: Nature
    state: State
    window: Window
    nominal: Decimal
    full: Decimal
    points: Decimal
    gain: Decimal
    formula: Formula
    counted: Evidence
    due: Evidence | KnownNumber | None
    unmet: Evidence | None
    missing: Missing | None
    basis: str
    note: Text | None
    raters: tuple[RaterMean, ...] = ()


class DimensionExplanation(Element):
    """A dimension: the sum of its criteria's points, and of what they could give."""

    code: str
    title: Text
    full: Decimal
    points: Decimal
    criteria: tuple[CriterionExplanation, ...]


class SubjectReference(Element):
    """Whose facts the predicates are about."""

    kind: SubjectKind
    id: int
    code: str
    units: tuple[int, ...]


class SchemeReference(Element):
    """The scheme and version that scored, with the digest of its full text."""

    code: str
    version: str
    title: Text
    digest: str


class Explanation(Element):
    """The whole reason of one result; `most` names the criteria whose gain is greatest, best first.

    `model_dump_json` and `model_validate_json` write and read it without loss.
    """

    scheme: SchemeReference
    period: str
    subject: SubjectReference
    group: Text
    dimensions: tuple[DimensionExplanation, ...]
    adjustments: tuple[Adjustment, ...]
    reason: NotRated | None
    reason_text: Text | None
    total: Decimal | None
    band: Text | None
    most: tuple[str, ...]
    band_note: Text | None = None


def explain(scheme: Scheme, result: SubjectResult, period: str) -> Explanation:
    """Return why a subject has its score: every point with its formula, evidence and basis.

    Pure, and reads no facts: the predicates lead to them. For the subject of a not-rated result
    the criteria are still explained, but there is no total.
    """
    return _Explainer(scheme, period).explain(result)


def explain_all(results: Results) -> Iterator[Explanation]:
    """Yield the explanation of every subject in turn; cheaper than one `explain` after another."""
    explainer = _Explainer(results.scheme, results.period)
    return (explainer.explain(item) for item in results.subjects)


def re_add(explanation: Explanation) -> Decimal | None:
    """Return the total added up again from the printed points alone; None when not rated.

    It always equals `explanation.total`, because points are rounded before they are added.
    """
    if explanation.reason is not None:
        return None
    printed = [item.points for group in explanation.dimensions for item in group.criteria]
    return sum(printed, ZERO) + sum((item.points for item in explanation.adjustments), ZERO)


class _Explainer:
    """Explains the results of one scheme and period."""

    def __init__(self, scheme: Scheme, period: str) -> None:
        self.scheme, self.period = scheme, period
        self.plan: Plan = compile_scheme(scheme)
        self.spans: tuple[DateRange, ...] = self.plan.spans(period)
        self.reference = SchemeReference(
            code=scheme.code,
            version=scheme.version,
            title=scheme.title,
            digest=digest_scheme(scheme),
        )

    def explain(self, result: SubjectResult) -> Explanation:
        scheme = self.scheme
        items = iter(self._criterion(place, result) for place in range(len(result.criteria)))
        dimensions = tuple(_dimension(part, items) for part in scheme.dimensions)
        group = next(group for group in scheme.peer_groups if group.code == result.group)
        return Explanation(
            scheme=self.reference,
            period=self.period,
            subject=SubjectReference(
                kind=scheme.subject,
                id=result.subject.id,
                code=result.subject.code,
                units=result.subject.units,
            ),
            group=group.title,
            dimensions=dimensions,
            adjustments=tuple(list_adjustments(scheme, result.settlement)),
            reason=result.reason,
            reason_text=_reason_text(scheme, result),
            total=result.total,
            band=None if result.band is None else scheme.band(result.band).title,
            most=() if result.reason else _most(dimensions),
            band_note=_band_note(scheme, result),
        )

    def _criterion(self, place: int, result: SubjectResult) -> CriterionExplanation:
        rule, item = self.scheme.criteria[place], result.criteria[place]
        reading = self.plan.readings[place]
        raters = tuple(self._raters(rule, reading, item))
        counted = (
            self._marks(reading, item) if raters else self._evidence(reading.of, item.counts[0])
        )
        due: Evidence | KnownNumber | None = None
        if reading.attribute is not None:
            amount = known_number(result.subject, reading.attribute)
            due = KnownNumber(attribute=reading.attribute, amount=amount)
        elif reading.to is not None:
            due = self._evidence(reading.to, item.counts[1])
        limit = veto_limit(self.scheme, rule) if rule.veto else None
        operands = Operands(
            of=Fraction(counted.amount),
            to=None if due is None else Fraction(due.amount),
            marks=_weigh(rule, item) if raters else (),
        )
        there = _title(self.scheme, item.elsewhere)
        applies = rule.when is None or fits(rule.when, result.subject)
        return CriterionExplanation(
            code=rule.code,
            title=rule.title,
            nature=rule.nature,
            state=item.state,
            window=rule.window,
            nominal=rule.full,
            full=item.full,
            points=item.points,
            gain=measure_gain(self.scheme, rule, item, result),
            formula=write_formula(rule, item, operands, limit, there, applies=applies),
            counted=counted,
            due=due,
            unmet=_unmet(counted, due),
            missing=rule.missing,
            basis=rule.basis,
            note=rule.note,
            raters=raters,
        )

    def _raters(
        self, rule: Criterion, reading: Reading, item: CriterionResult
    ) -> Iterator[RaterMean]:
        raters = rule.measure.raters
        if raters is None:
            return
        for rater, pair, marks in zip(
            raters.weights, reading.marks, _weigh(rule, item), strict=True
        ):
            mean = marks.of / marks.to if marks.to else None
            yield RaterMean(
                title=name_rater(rater.status),
                weight=rater.weight,
                marks=self._evidence(pair[1], marks.to),
                mean=None if mean is None else Decimal(show(mean)),
            )

    def _marks(self, reading: Reading, item: CriterionResult) -> Evidence:
        """All marks together: the atoms of the raters differ in nothing but their status."""
        parts = [self._evidence(pair[1], 0).predicate for pair in reading.marks]
        statuses = sorted(status for part in parts for status in part.statuses or ())
        return Evidence(
            aggregate=Aggregate.COUNT,
            amount=Decimal(sum(item.counts[1::2])),
            predicate=replace(parts[0], statuses=tuple(statuses)),
        )

    def _evidence(self, place: int, count: int) -> Evidence:
        atom = self.plan.atoms[place]
        hundredths = atom.aggregate is Aggregate.SUM
        return Evidence(
            aggregate=atom.aggregate,
            amount=Decimal(count).scaleb(-2) if hundredths else Decimal(count),
            predicate=atom.predicate(self.spans[place]),
        )


def _dimension(dimension: Dimension, items: Iterator[CriterionExplanation]) -> DimensionExplanation:
    """The dimension with as many of the coming criteria as it has."""
    criteria = tuple(next(items) for _ in dimension.criteria)
    basic = (item.full for item in criteria if item.nature is Nature.BASIC)
    return DimensionExplanation(
        code=dimension.code,
        title=dimension.title,
        full=sum(basic, ZERO),
        points=sum((item.points for item in criteria), ZERO),
        criteria=criteria,
    )


def _weigh(rule: Criterion, item: CriterionResult) -> tuple[Marks, ...]:
    raters = rule.measure.raters
    if raters is None:
        return ()
    return tuple(
        Marks(rater.weight, Fraction(of, 100), to)
        for rater, of, to in zip(raters.weights, item.counts[::2], item.counts[1::2], strict=True)
    )


def _title(scheme: Scheme, code: str | None) -> Text | None:
    """The title of a criterion, if a code is given."""
    return None if code is None else scheme.criterion(code).title


def _unmet(counted: Evidence, due: Evidence | KnownNumber | None) -> Evidence | None:
    if not isinstance(due, Evidence) or due.aggregate is not counted.aggregate:
        return None
    predicate = find_unmet(counted.predicate, due.predicate)
    if predicate is None or due.aggregate in (Aggregate.MONTHS, Aggregate.DAYS):
        return None
    amount = due.amount - counted.amount
    return Evidence(aggregate=due.aggregate, amount=amount, predicate=predicate)


def _most(dimensions: tuple[DimensionExplanation, ...]) -> tuple[str, ...]:
    items = [item for part in dimensions for item in part.criteria if item.gain > 0]
    return tuple(item.code for item in sorted(items, key=lambda item: -item.gain))


def _band_note(scheme: Scheme, result: SubjectResult) -> Text | None:
    """Why the band is below that of the total; it names no place, so persons are told too."""
    held = result.held
    if held is None or result.band is None:
        return None
    better, band = scheme.band(held.band), scheme.band(result.band).title
    share = show((better.at_most or 0) * 100)
    return Text(
        en=(
            f"the total reaches “{better.title.en}”, which takes at most {share} % of the rated of "
            f"the peer group ({held.places} of {held.rated}) and is full; so “{band.en}”"
        ),
        zh=(
            f"总分达到“{better.title.zh}”，但“{better.title.zh}”不超过可比组参评数的 {share}%"
            f"（参评 {held.rated} 个，名额 {held.places} 个），名额已满，列为“{band.zh}”"
        ),
    )


def _reason_text(scheme: Scheme, result: SubjectResult) -> Text | None:
    sample, attributes = scheme.minimum_sample, result.subject.attributes
    match result.reason:
        case None:
            return None
        case NotRated.TOO_FEW_MEMBERS:
            have = attributes["members"]
            return Text(
                en=f"not rated: {have} members, fewer than {sample.members}",
                zh=f"不评定：党员 {have} 名，不足 {sample.members} 名",
            )
        case NotRated.TOO_YOUNG:
            have = attributes["months_active"]
            return Text(
                en=f"not rated: {have} months old, less than {sample.months}",
                zh=f"不评定：成立或到任 {have} 个月，不足 {sample.months} 个月",
            )
        case NotRated.CRITERION_WITHOUT_DATA:
            words = (
                "a criterion without which the scheme does not rate has no data",
                "方案要求必有数据的指标本期没有数据",
            )
        case NotRated.NOTHING_MEASURED:
            words = ("nothing that the scheme measures was due", "方案所评的事项本期均无应完成的")
        case NotRated.SHARED_BRANCH:
            words = (
                "its branch also covers other units, so its records cannot be told apart",
                "所属支部同时覆盖其他单位，记录无法分清",
            )
        case NotRated.NO_BRANCH:
            words = ("no branch covers it", "没有党支部覆盖")
    return Text(en=f"not rated: {words[0]}", zh=f"不评定：{words[1]}")
