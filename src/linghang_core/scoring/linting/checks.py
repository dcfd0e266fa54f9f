"""Looking a scheme over for rules it may not contain, and for weaknesses to know of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from linghang_core.scoring.atoms import compile_scheme
from linghang_core.scoring.linting.rules import (
    EFFORT_KINDS,
    HEADS_KINDS,
    HOURS_KINDS,
    RANKING_WORDS,
    RULES,
    SENSITIVE_KINDS,
    TRACES,
    UNIT_LEVELS,
    WITHOUT_MEMBERS,
    Override,
    Severity,
)
from linghang_core.scoring.results import Results, State
from linghang_core.scoring.scheme import (
    Aggregate,
    Criterion,
    Missing,
    Nature,
    Scheme,
    Side,
    SubjectKind,
    Text,
    Window,
)
from linghang_core.scoring.score import share_of_points

LARGEST_SHARE = Fraction(1, 4)
LARGEST_OWN_WEIGHT = Decimal(50)
LARGEST_PROCESS_SHARE = Fraction(3, 5)
ENOUGH_TO_JUDGE = 5


@dataclass(frozen=True)
class Finding:
    """One thing found in a scheme: where, what, on which basis, and what to do about it.

    `may_override` says who may let it pass; `overridden` is the reason given, and makes an error
    a warning that stays to be read.
    """

    code: str
    severity: Severity
    place: str
    message: Text
    basis: str
    remedy: Text
    may_override: Override = Override.NEVER
    overridden: str = ""

    @property
    def key(self) -> str:
        """What an override names: `deduction_without_floor@scheme`."""
        return f"{self.code}@{self.place}"

    def as_dict(self) -> dict[str, Any]:
        """The finding as plain JSON values, for the command line and for other programs."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "place": self.place,
            "message": self.message.model_dump(),
            "basis": self.basis,
            "remedy": self.remedy.model_dump(),
            "may_override": self.may_override.value,
            "overridden": self.overridden,
        }


class SchemeRefused(ValueError):  # noqa: N818 - it says what happened
    """A scheme holds what no scheme may; `findings` give each reason with its legal basis."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the errors; the message has one line for each, in Chinese."""
        self.findings = tuple(findings)
        super().__init__(
            "\n".join(f"{item.place}: {item.message.zh}（{item.basis}）" for item in findings)
        )


def check_scheme(
    scheme: Scheme, declared_kinds: Iterable[str], overrides: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """Return the warnings about a scheme that may be used.

    `overrides` are those of the committee: `code@place` → its reason. Raises SchemeRefused with
    every error that remains.
    """
    findings = lint_scheme(scheme, declared_kinds, overrides)
    errors = [item for item in findings if item.severity is Severity.ERROR]
    if errors:
        raise SchemeRefused(errors)
    return tuple(findings)


def lint_scheme(
    scheme: Scheme, declared_kinds: Iterable[str], overrides: Mapping[str, str] | None = None
) -> list[Finding]:
    """Return everything found, errors first, then in the order of the scheme.

    `declared_kinds` are the codes of the fact kinds that installed packs and apps declare. An error
    with a reason, in `overrides` or in the scheme where its author may give one, is a warning.
    """
    declared = frozenset(declared_kinds)
    findings = [*_lint_whole(scheme), *_lint_readings(scheme)]
    for dimension in scheme.dimensions:
        findings += _find_words(dimension.title, f"dimension {dimension.code}", scheme)
        for item in dimension.criteria:
            findings += _lint_criterion(item, scheme, declared)
    findings = _override(findings, scheme, overrides or {})
    return sorted(findings, key=lambda item: item.severity is Severity.WARNING)


def lint_results(results: Results) -> list[Finding]:
    """Return a warning for each criterion that gave all rated subjects the same full points.

    Only with at least five rated subjects, for fewer prove nothing.
    """
    rated = [item for item in results.subjects if item.is_rated]
    if len(rated) < ENOUGH_TO_JUDGE:
        return []
    return [
        _find("always_full", f"criterion {rule.code}")
        for place, rule in enumerate(results.scheme.criteria)
        if rule.nature is Nature.BASIC
        and all(
            item.criteria[place].state is State.SCORED
            and item.criteria[place].points == item.criteria[place].full
            for item in rated
        )
    ]


def measure_process_share(scheme: Scheme) -> Fraction:
    """Return which share, 0 to 1, of the base rests on meetings and activities alone."""
    process = [
        item.full
        for item in scheme.criteria
        if item.nature is Nature.BASIC
        and all(_root(kind) in EFFORT_KINDS for side in item.measure.sides for kind in side.kinds)
    ]
    return Fraction(sum(process, Decimal(0))) / Fraction(scheme.base)


def _find(code: str, place: str, **parameters: str) -> Finding:
    rule = RULES[code]
    # The remedies show braces of YAML, so only messages take parameters.
    message = Text(en=rule.message.en.format(**parameters), zh=rule.message.zh.format(**parameters))
    return Finding(code, rule.severity, place, message, rule.basis, rule.remedy, rule.override)


def _override(
    findings: Iterable[Finding], scheme: Scheme, committee: Mapping[str, str]
) -> list[Finding]:
    """The findings with the reasons that excuse them, and a warning for a reason that does not."""
    own = {f"{item.finding}@{item.place}": item.reason for item in scheme.overrides}
    used: set[str] = set()
    done = []
    for item in findings:
        reason = ""
        if item.may_override is Override.REASON:
            reason = own.get(item.key, "")
            used |= {item.key} & own.keys()
        if item.may_override is not Override.NEVER:
            reason = committee.get(item.key, "").strip() or reason
        excused = reason and item.severity is Severity.ERROR
        done.append(
            replace(item, severity=Severity.WARNING, overridden=reason) if excused else item
        )
    idle = [key for key in own if key not in used]
    return [*done, *(_find("idle_override", "overrides", finding=key) for key in idle)]


def _lint_whole(scheme: Scheme) -> Iterator[Finding]:
    natures = {item.nature for item in scheme.criteria}
    if Nature.DEDUCTION in natures and scheme.deduction_floor is None:
        yield _find("deduction_without_floor", "scheme")
    if Nature.BONUS in natures and scheme.bonus_cap is None:
        yield _find("bonus_without_cap", "scheme")
    levels = [level for level in UNIT_LEVELS if level & set(scheme.unit_kinds)]
    if len(levels) > 1:
        yield _find("double_count", "unit_kinds", kinds=", ".join(scheme.unit_kinds))
    if scheme.subject is SubjectKind.PERSON and scheme.ranks:
        yield _find("personal_ranking", "ranks", found="ranks: true")
    sample = scheme.minimum_sample
    if scheme.subject is SubjectKind.UNIT and not (
        sample.members or (sample.months and set(scheme.unit_kinds) <= WITHOUT_MEMBERS)
    ):
        yield _find("no_minimum_sample", "minimum_sample")
    share = measure_process_share(scheme)
    if share > LARGEST_PROCESS_SHARE:
        process = round(share * 100)
        yield _find("mostly_process", "scheme", process=str(process), result=str(100 - process))
    yield from _find_words(scheme.title, "scheme", scheme)


def _lint_readings(scheme: Scheme) -> Iterator[Finding]:
    """Two criteria of one nature that read the same atoms; bonuses, that read the same facts."""
    seen: dict[tuple[Nature, object], Criterion] = {}
    plan = compile_scheme(scheme)
    for item, reading in zip(scheme.criteria, plan.readings, strict=True):
        bonus = item.nature is Nature.BONUS
        # In another window, or summed up and not counted, it is the same event all the same.
        facts = replace(plan.atoms[reading.of], window=Window.YEAR, aggregate=Aggregate.COUNT)
        other = seen.setdefault((item.nature, facts if bonus else reading), item)
        if other is item or (item.once is not None and item.once == other.once):
            continue
        code = "event_counted_twice" if bonus else "same_reading_twice"
        yield _find(code, f"criterion {item.code}", other=other.code)


def _lint_criterion(item: Criterion, scheme: Scheme, declared: frozenset[str]) -> Iterator[Finding]:
    place = f"criterion {item.code}"
    kinds = tuple(dict.fromkeys(kind for side in item.measure.sides for kind in side.kinds))
    for kind in kinds:
        if not _is_declared(kind, declared):
            yield _find("undeclared_kind", place, kind=kind)
        if item.nature is not Nature.VETO and any(
            _covers(kind, sensitive) for sensitive in SENSITIVE_KINDS
        ):
            yield _find("sensitive_kind", place, kind=kind)
    yield from _find_words(item.title, place, scheme)
    yield from _find_traces(kinds, place)
    for check in _CHECKS:
        yield from check(item, place)
    if scheme.subject is SubjectKind.PERSON and item.score is not None and item.score.by_place:
        by = "rank" if item.score.rank is not None else "percentile"
        yield _find("personal_ranking", place, found=by)
    share = Fraction(item.full) / Fraction(scheme.base)
    # A published total (index.…) is many criteria in one: the mean of the months may weigh more.
    is_index = all(kind.startswith("index.") for kind in kinds)
    if item.nature is Nature.BASIC and share > LARGEST_SHARE and not is_index:
        yield _find("one_criterion_decides", place, share=str(round(share * 100)))


def _is_declared(kind: str, declared: frozenset[str]) -> bool:
    return kind in declared or any(_covers(kind, other) for other in declared)


def _covers(kind: str, other: str) -> bool:
    return kind == other or (kind.endswith(".*") and other.startswith(kind[:-1]))


def _root(kind: str) -> str:
    return kind.split(".", 1)[0]


def _find_words(title: Text, place: str, scheme: Scheme) -> Iterator[Finding]:
    """Forbidden things named in a title; notes may name them, to say that they do not count."""
    for trace in TRACES:
        found = _named(trace.words, title)
        if found:
            yield _find(
                "forbidden_trace",
                place,
                what_en=trace.title.en,
                what_zh=trace.title.zh,
                found=", ".join(found),
            )
    ranking = _named(RANKING_WORDS, title)
    if ranking and scheme.subject is SubjectKind.PERSON:
        yield _find("personal_ranking", place, found=", ".join(ranking))


def _named(words: Sequence[str], title: Text) -> list[str]:
    """The words a title holds: Chinese ones anywhere, English ones as whole words."""
    english = title.en.lower()
    return [
        word
        for word in words
        if (re.search(rf"\b{re.escape(word)}\b", english) if word.isascii() else word in title.zh)
    ]


def _find_traces(kinds: Sequence[str], place: str) -> Iterator[Finding]:
    """Forbidden things as parts of a fact kind: `record.published_articles` holds `articles`."""
    for kind in kinds:
        parts = f"_{kind.replace('.', '_')}_"
        for trace in TRACES:
            if any(f"_{part}_" in parts for part in trace.kinds):
                yield _find(
                    "forbidden_trace",
                    place,
                    what_en=trace.title.en,
                    what_zh=trace.title.zh,
                    found=kind,
                )


def _check_duration(item: Criterion, place: str) -> Iterator[Finding]:
    for side in item.measure.sides:
        if side.aggregate is Aggregate.SUM:
            for kind in side.kinds:
                if _root(kind) in HOURS_KINDS and kind not in HEADS_KINDS:
                    yield _find("duration_counted", place, kind=kind)


def _check_counting(item: Criterion, place: str) -> Iterator[Finding]:
    """Meetings may be measured against what is required, not for their number."""
    measure = item.measure
    if len(measure.sides) > 1:  # a share or a mean, which more of it does not raise
        return
    side: Side = measure.sides[0]
    efforts = [kind for kind in side.kinds if _root(kind) in EFFORT_KINDS]
    contest = item.score is not None and item.score.by_place and _rises(item)
    if efforts and (item.nature is Nature.BONUS or contest):
        yield _find("more_is_better", place, kind=", ".join(efforts))
    elif efforts and item.nature is Nature.BASIC and _rises(item):
        yield _find("count_without_requirement", place, kind=", ".join(efforts))


def _rises(item: Criterion) -> bool:
    """Whether more of it gives more points."""
    if item.score is not None and item.score.by_place:
        return not item.lower_is_better
    return share_of_points(item, Fraction(10**6)) > share_of_points(item, Fraction(0))


def _check_constant(item: Criterion, place: str) -> Iterator[Finding]:
    if item.nature is not Nature.BASIC or (item.score is not None and item.score.by_place):
        return
    ratio = item.measure.ratio
    same = ratio is not None and ratio.of == ratio.to
    # A value is never negative, and the shares rise or fall: full at both ends is full throughout.
    ends = (Fraction(0), Fraction(10**9))
    if (same and share_of_points(item, Fraction(1)) == 1) or (
        all(share_of_points(item, end) == 1 for end in ends)
        and len((item.score and item.score.steps) or ()) <= 1
    ):
        yield _find("always_full", place)


def _check_missing(item: Criterion, place: str) -> Iterator[Finding]:
    if item.nature is Nature.BASIC and item.missing is Missing.ZERO:
        yield _find("missing_as_zero", place)


def _check_raters(item: Criterion, place: str) -> Iterator[Finding]:
    raters = item.measure.raters
    for rater in raters.weights if raters is not None else ():
        if rater.status == "self" and rater.weight > LARGEST_OWN_WEIGHT:
            yield _find("own_mark_decides", place, weight=f"{rater.weight.normalize():f}")


_CHECKS: tuple[Callable[[Criterion, str], Iterator[Finding]], ...] = (
    _check_duration,
    _check_counting,
    _check_constant,
    _check_missing,
    _check_raters,
)
