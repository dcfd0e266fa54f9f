"""How self-check and expert check differ: pure counting over the answers of a round.

Vocabulary: a pair is a unit and a standard to which both sides gave an answer that applies. Agreement
is the share of pairs with the same answer; it is withheld below LEAST pairs. Several experts who
answered the same standard speak with one voice: `join_verdicts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from linghang.diagnosis.enums import STRICTNESS, Difference, Side, Verdict
from linghang.diagnosis.models import Answer, Round, Sheet, Standard

LEAST = 5  # pairs; a share of fewer is an accident
LEAST_FOR_KAPPA = 30  # pairs


@dataclass(frozen=True)
class Agreement:
    """How many pairs there are, and in how many the self-check was kinder or stricter."""

    pairs: int = 0
    kinder: int = 0
    stricter: int = 0

    @property
    def same(self) -> int:
        """Return in how many both sides say the same."""
        return self.pairs - self.kinder - self.stricter

    @property
    def share(self) -> float | None:
        """Return the share of pairs with the same answer, None below LEAST pairs."""
        return self.same / self.pairs if self.pairs >= LEAST else None


@dataclass(frozen=True)
class Cell:
    """What both sides say of a unit and a standard; None where nobody answered."""

    own: Verdict | None = None
    joint: Verdict | None = None
    experts: tuple[Verdict, ...] = ()

    @property
    def difference(self) -> Difference:
        """Return how the self-check stands to the experts' joint answer."""
        return find_difference(self.own, self.joint)

    @property
    def is_disputed(self) -> bool:
        """Return whether the experts do not say the same."""
        return len(set(self.experts)) > 1


@dataclass(frozen=True)
class Comparison:
    """Standards × units of a round, with the agreement of each, of all, and kappa."""

    standards: list[Standard]
    sheets: list[Sheet]
    cells: dict[tuple[int, int], Cell]  # by sheet and standard
    by_sheet: dict[int, Agreement]
    by_standard: dict[int, Agreement]
    total: Agreement
    kappa: float | None
    disputed: int
    unchecked: int  # sheets without a finished expert check
    fields: list[str] = field(default_factory=list)

    def cell(self, sheet: Sheet, standard: Standard) -> Cell:
        """Return what was said of the unit and the standard."""
        return self.cells.get((sheet.pk, standard.pk), EMPTY)


EMPTY = Cell()


def find_difference(own: Verdict | None, joint: Verdict | None) -> Difference:
    """Return how the unit's answer stands to the experts' one."""
    if own not in STRICTNESS or joint not in STRICTNESS:
        return Difference.INCOMPARABLE
    if own == joint:
        return Difference.SAME
    kinder = STRICTNESS[own] < STRICTNESS[joint]
    return Difference.KINDER if kinder else Difference.STRICTER


def join_verdicts(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Return what several experts say together: the middle answer, of two the stricter one.

    "Not applicable" counts only when nobody says otherwise. None when nobody answered.
    """
    given = list(verdicts)
    if not given:
        return None
    rated = sorted((v for v in given if v in STRICTNESS), key=STRICTNESS.__getitem__)
    return rated[len(rated) // 2] if rated else Verdict.NOT_APPLICABLE


def measure_kappa(pairs: Sequence[tuple[Verdict, Verdict]]) -> float | None:
    """Return Cohen's kappa of the pairs (own, joint), None below LEAST_FOR_KAPPA or without spread.

    1 is full agreement, 0 what two would reach who answer by chance with the same shares. Source:
    J. Cohen, Educational and Psychological Measurement 20 (1960).
    """
    count = len(pairs)
    if count < LEAST_FOR_KAPPA:
        return None
    seen = sum(own == joint for own, joint in pairs) / count
    by_chance = sum(
        sum(own == verdict for own, _joint in pairs)
        * sum(joint == verdict for _own, joint in pairs)
        for verdict in STRICTNESS
    ) / (count * count)
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)


def compare_round(round_: Round, sheets: Sequence[Sheet] | None = None) -> Comparison:
    """Return the comparison of a round, or of some of its sheets; at most three queries."""
    if sheets is None:
        sheets = list(round_.sheets.select_related("unit").order_by("unit__path"))
    standards = list(round_.standard_set.standards.order_by("order"))
    cells = gather_cells(sheets)
    total, kappa = _measure(cells.values())
    return Comparison(
        standards=standards,
        sheets=list(sheets),
        cells=cells,
        by_sheet=_group(cells, 0, [sheet.pk for sheet in sheets]),
        by_standard=_group(cells, 1, [standard.pk for standard in standards]),
        total=total,
        kappa=kappa,
        disputed=sum(cell.is_disputed for cell in cells.values()),
        unchecked=sum(sheet.checked_on is None for sheet in sheets),
        fields=list(dict.fromkeys(standard.field_zh for standard in standards)),
    )


def gather_cells(sheets: Sequence[Sheet]) -> dict[tuple[int, int], Cell]:
    """Return what both sides said, by sheet and standard; one query."""
    own: dict[tuple[int, int], Verdict] = {}
    experts: dict[tuple[int, int], list[Verdict]] = {}
    rows = Answer.objects.filter(sheet__in=[sheet.pk for sheet in sheets], carried=False)
    for sheet, standard, side, verdict in rows.values_list(
        "sheet_id", "standard_id", "side", "verdict"
    ):
        if side == Side.SELF:
            own[sheet, standard] = Verdict(verdict)
        else:
            experts.setdefault((sheet, standard), []).append(Verdict(verdict))
    return {
        key: Cell(own.get(key), join_verdicts(experts.get(key, ())), tuple(experts.get(key, ())))
        for key in own.keys() | experts.keys()
    }


def _group(
    cells: dict[tuple[int, int], Cell], place: int, keys: Sequence[int]
) -> dict[int, Agreement]:
    grouped: dict[int, list[Cell]] = {key: [] for key in keys}
    for key, cell in cells.items():
        grouped[key[place]].append(cell)
    return {key: count_agreement(found) for key, found in grouped.items()}


def count_agreement(cells: Iterable[Cell]) -> Agreement:
    """Return how many of the cells are pairs, and how they differ."""
    differences = [cell.difference for cell in cells]
    return Agreement(
        pairs=sum(each is not Difference.INCOMPARABLE for each in differences),
        kinder=differences.count(Difference.KINDER),
        stricter=differences.count(Difference.STRICTER),
    )


def _measure(cells: Iterable[Cell]) -> tuple[Agreement, float | None]:
    found = list(cells)
    pairs = [
        (cell.own, cell.joint)
        for cell in found
        if cell.own is not None
        and cell.joint is not None
        and cell.difference is not Difference.INCOMPARABLE
    ]
    return count_agreement(found), measure_kappa(pairs)
