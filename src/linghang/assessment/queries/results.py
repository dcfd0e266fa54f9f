"""What the marks of a round say: means by kind of rater, the team calibrated, how far it agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q, Sum

from linghang.assessment.access import shows_mean
from linghang.assessment.enums import SHOWN_FROM, RaterKind, RoundState, SheetState
from linghang.assessment.models import Mark, Result, Round
from linghang_core.calibration import Agreement, Calibration, calibrate, measure_agreement

LEAST_FOR_AGREEMENT = 5  # subjects all of the team marked, below which an ICC says nothing


@dataclass(frozen=True)
class Mean:
    """What one kind of rater gave a subject, in hundredths; `counted` is None where too few marked."""

    raters: int
    raw: int
    counted: int | None


@dataclass(frozen=True)
class Outcome:
    """What a round says now.

    means:       by (subject, kind of rater).
    totals:      the sum of each counted sheet in hundredths, by sheet.
    calibration: of the team, by subject and rater (person).
    agreement:   None where too few subjects were marked by the whole team.
    sheets:      the sheet of each mark of the team, by (subject, rater).
    """

    means: Mapping[tuple[int, RaterKind], Mean]
    totals: Mapping[int, int]
    calibration: Calibration[int, int]
    agreement: Agreement | None
    sheets: Mapping[tuple[int, int], int]

    def weigh(self, subject: int, weights: Mapping[RaterKind, int]) -> int | None:
        """Return the weighted mean of all kinds, None while one is missing; half rounds up."""
        found = [self.means.get((subject, kind)) for kind in weights]
        counted = [mean.counted for mean in found if mean is not None and mean.counted is not None]
        if not weights or len(counted) < len(weights):
            return None
        total = sum(mark * weight for mark, weight in zip(counted, weights.values(), strict=True))
        return round_half_up(Fraction(total, sum(weights.values())))


def round_half_up(value: Fraction) -> int:
    """Return the nearest whole number, a half rounded up."""
    return int((2 * value + 1) // 2)


Means = dict[tuple[int, RaterKind], Mean]


def _read_fixed(round_: Round, means: Means) -> Means:
    """Return the means as they were fixed; what was not counted then is not counted now."""
    fixed = {
        (row.subject_id, RaterKind(row.kind)): Mean(row.raters, row.raw, row.quantity)
        for row in Result.objects.filter(subject__round=round_)
    }
    return {at: Mean(mean.raters, mean.raw, None) for at, mean in means.items()} | fixed


def compute_outcome(round_: Round) -> Outcome:
    """Return what the handed-in sheets of a round say; one query, of a closed round two.

    The means of a closed round are those that were fixed: how they are computed may change, they do not.
    Slips of the masses count once a second person has confirmed them. A calibrated mark stays
    between nothing and full.
    """
    rows = (
        Mark.objects.filter(sheet__subject__round=round_, sheet__state=SheetState.HANDED_IN)
        .exclude(Q(sheet__kind=RaterKind.MASSES) & Q(sheet__confirmed_by=None))
        .order_by("sheet__subject", "sheet")
        .values_list("sheet", "sheet__subject", "sheet__kind", "sheet__rater")
        .annotate(total=Sum("points"))
    )
    given: dict[tuple[int, RaterKind], list[int]] = {}
    team: dict[tuple[int, int], Fraction] = {}
    sheets: dict[tuple[int, int], int] = {}
    totals: dict[int, int] = {}
    for sheet, subject, kind, rater, total in rows:
        totals[sheet] = total
        given.setdefault((subject, RaterKind(kind)), []).append(total)
        if kind == RaterKind.INSPECTOR:
            team[subject, rater] = Fraction(total)
            sheets[subject, rater] = sheet
    calibration = calibrate(team)
    means: Means = {}
    for (subject, who), marks in given.items():
        raw = round_half_up(Fraction(sum(marks), len(marks)))
        counted: int | None = raw
        if who is RaterKind.INSPECTOR:
            exact = round_half_up(calibration.calibrated[subject])
            counted = min(max(exact, 0), round_.form.full)
        elif not shows_mean(who, len(marks), round_.form.subject, SHOWN_FROM):
            counted = None
        means[subject, who] = Mean(len(marks), raw, counted)
    if round_.state == RoundState.CLOSED:
        means = _read_fixed(round_, means)
    agreement = measure_agreement(team)
    if agreement is not None and agreement.subjects < LEAST_FOR_AGREEMENT:
        agreement = None
    return Outcome(means, totals, calibration, agreement, sheets)
