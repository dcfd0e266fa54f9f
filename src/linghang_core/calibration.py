"""Marks of several raters made comparable, how far the raters agree, and which marks stand out.

Raters who see different subjects are strict or kind in their own way. The additive model

    mark(subject, rater) = subject effect + rater effect + rest

is fitted by least squares over whatever was marked. The rater effects add up to nothing, so that the
calibrated mark of a subject is what all raters together would have given it on the mean. It is solved
exactly, in fractions: the same marks give the same result on every machine. Nothing is calibrated
where the model cannot tell a strict rater from a weak subject; then the plain mean stands and the
result says why. Worked by hand in docs/algorithms/calibration.md.

Agreement: ICC(2,1) and ICC(2,k) of Shrout and Fleiss, Psychological Bulletin 86 (1979), 420-428.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import Generic, TypeVar

LEAST_SUBJECTS = 3  # a rater of fewer subjects says too little of how strict they are
OUTLYING = 2  # standard deviations of the rest, from which a mark is talked over

S = TypeVar("S", bound=Hashable)
R = TypeVar("R", bound=Hashable)
Marks = Mapping[tuple[S, R], Fraction]


class Obstacle(StrEnum):
    """Why marks are left as they are."""

    ONE_RATER = "one_rater"  # nobody to compare with
    FEW_SUBJECTS = "few_subjects"  # a rater marked fewer than LEAST_SUBJECTS
    NOT_CONNECTED = "not_connected"  # groups of raters who share no subject


@dataclass(frozen=True)
class Calibration(Generic[S, R]):
    """What came of a calibration.

    raw:        the plain mean of each subject.
    calibrated: the mean as all raters would have given it; `raw` where there is an obstacle.
    leaning:    by how much each rater marks above (kind, +) or below (strict, -) the others; empty
                where there is an obstacle.
    rest:       what the model leaves of each mark; empty where there is an obstacle.
    deviation:  the standard deviation of the rest, None without spare marks.
    outlying:   the marks whose rest is more than OUTLYING deviations, the largest first.
    obstacle:   why nothing was calibrated, None if it was; `few` names the raters with few subjects.
    """

    raw: Mapping[S, Fraction]
    calibrated: Mapping[S, Fraction]
    leaning: Mapping[R, Fraction]
    rest: Mapping[tuple[S, R], Fraction]
    deviation: float | None
    outlying: tuple[tuple[S, R], ...]
    obstacle: Obstacle | None = None
    few: tuple[R, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """How far raters agree: of one mark, of the mean of all; over how many subjects and raters."""

    single: float
    mean: float
    subjects: int
    raters: int


def calibrate(marks: Marks[S, R]) -> Calibration[S, R]:
    """Return the marks made comparable between raters, or as they are with the reason."""
    raw = _means(marks, 0)
    seen: dict[R, int] = {}
    for _subject, rater in marks:
        seen[rater] = seen.get(rater, 0) + 1
    few = tuple(rater for rater, number in seen.items() if number < LEAST_SUBJECTS)
    obstacle = None
    if len(seen) < 2:
        obstacle = Obstacle.ONE_RATER
    elif few:
        obstacle = Obstacle.FEW_SUBJECTS
    elif not is_connected(marks):
        obstacle = Obstacle.NOT_CONNECTED
    if obstacle is not None:
        return Calibration(raw, dict(raw), {}, {}, None, (), obstacle, few)
    leaning = _solve_leaning(marks, list(seen))
    effects = _means({key: mark - leaning[key[1]] for key, mark in marks.items()}, 0)
    rest = {(s, r): mark - effects[s] - leaning[r] for (s, r), mark in marks.items()}
    spare = len(marks) - len(effects) - len(leaning) + 1
    square = sum((each * each for each in rest.values()), Fraction(0))
    variance = square / spare if spare > 0 else None
    return Calibration(
        raw,
        effects,
        leaning,
        rest,
        sqrt(variance) if variance is not None else None,
        _find_outlying(rest, variance),
    )


def is_connected(marks: Marks[S, R]) -> bool:
    """Return whether every rater can be compared with every other, over subjects both marked."""
    raters_of: dict[S, list[R]] = {}
    subjects_of: dict[R, list[S]] = {}
    for subject, rater in marks:
        raters_of.setdefault(subject, []).append(rater)
        subjects_of.setdefault(rater, []).append(subject)
    if not subjects_of:
        return False
    waiting = [next(iter(subjects_of))]
    reached = set(waiting)
    while waiting:
        for subject in subjects_of[waiting.pop()]:
            new = [rater for rater in raters_of[subject] if rater not in reached]
            reached.update(new)
            waiting += new
    return len(reached) == len(subjects_of)


def measure_agreement(marks: Marks[S, R]) -> Agreement | None:
    """Return ICC(2,1) and ICC(2,k) over the subjects every rater marked.

    None where fewer than two raters marked two subjects in common, or where nothing differs at all.
    """
    raters = list(dict.fromkeys(rater for _subject, rater in marks))
    subjects = [
        subject
        for subject in dict.fromkeys(subject for subject, _rater in marks)
        if all((subject, rater) in marks for rater in raters)
    ]
    n, k = len(subjects), len(raters)
    if n < 2 or k < 2:
        return None
    table = {(s, r): marks[s, r] for s in subjects for r in raters}
    grand = sum(table.values(), Fraction(0)) / (n * k)
    rows, columns = _means(table, 0), _means(table, 1)
    between = k * sum(((m - grand) ** 2 for m in rows.values()), Fraction(0))
    judges = n * sum(((m - grand) ** 2 for m in columns.values()), Fraction(0))
    total = sum(((m - grand) ** 2 for m in table.values()), Fraction(0))
    bms, jms = between / (n - 1), judges / (k - 1)
    ems = (total - between - judges) / ((n - 1) * (k - 1))
    one = bms + (k - 1) * ems + k * (jms - ems) / n
    all_ = bms + (jms - ems) / n
    if one == 0 or all_ == 0:
        return None
    return Agreement(float((bms - ems) / one), float((bms - ems) / all_), n, k)


def _means(marks: Mapping[tuple[S, R], Fraction], place: int) -> dict[S, Fraction]:
    """Return the mean by the first (0) or second (1) part of the key."""
    found: dict[S, list[Fraction]] = {}
    for key, mark in marks.items():
        found.setdefault(key[place], []).append(mark)  # type: ignore[arg-type]
    return {key: sum(own, Fraction(0)) / len(own) for key, own in found.items()}


def _solve_leaning(marks: Marks[S, R], raters: Sequence[R]) -> dict[R, Fraction]:
    """Return the rater effects, adding up to nothing, from the normal equations without subjects."""
    place = {rater: number for number, rater in enumerate(raters)}
    size = len(raters)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    by_subject: dict[S, list[tuple[int, Fraction]]] = {}
    for (subject, rater), mark in marks.items():
        by_subject.setdefault(subject, []).append((place[rater], mark))
    for own in by_subject.values():
        share = Fraction(1, len(own))
        mean = sum((mark for _rater, mark in own), Fraction(0)) * share
        for row, mark in own:
            rows[row][row] += 1
            rows[row][size] += mark - mean
            for column, _mark in own:
                rows[row][column] -= share
    rows[-1] = [Fraction(1)] * size + [Fraction(0)]  # one equation follows from the others
    solved = _solve(rows)
    return {rater: solved[number] for rater, number in place.items()}


def _solve(rows: list[list[Fraction]]) -> list[Fraction]:
    """Return the solution of a regular system, exactly (Gauss and Jordan)."""
    size = len(rows)
    for column in range(size):
        pivot = next(r for r in range(column, size) if rows[r][column] != 0)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for other in range(size):
            factor = rows[other][column]
            if other != column and factor != 0:
                rows[other] = [
                    a - factor * b for a, b in zip(rows[other], rows[column], strict=True)
                ]
    return [row[size] for row in rows]


def _find_outlying(
    rest: Mapping[tuple[S, R], Fraction], variance: Fraction | None
) -> tuple[tuple[S, R], ...]:
    if variance is None:
        return ()
    far = [(-abs(each), n, key) for n, (key, each) in enumerate(rest.items())]
    return tuple(key for size, _n, key in sorted(far) if size * size > OUTLYING**2 * variance)
