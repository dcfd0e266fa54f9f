"""The numbers of a document: counted from frozen results, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from linghang.evaluation.api import Frozen, FrozenRow
from linghang.evaluation.models import Correction
from linghang_core import scoring
from linghang_core.scoring.scheme import Aggregate, Nature

NOT_RATED = ""
ZERO = Decimal("0.00")
# Fewer rated members than this are not told apart by branch: a count would name somebody's band.
FEWEST_MEMBERS = 5


@dataclass(frozen=True)
class Movement:
    """How bands moved since the period before; `unknown` were not rated then."""

    rose: int
    same: int
    fell: int
    unknown: int


@dataclass
class Loss:
    """What a criterion cost the rated units together.

    `due`, `done` and `unmet` are what its facts say, None where nothing is owed in number; `kind`
    is the fact kind whose unit they are in, empty for plain counts.
    """

    code: str
    title: str
    nature: Nature
    lost: Decimal = ZERO
    units: int = 0
    due: Decimal | None = None
    done: Decimal | None = None
    unmet: Decimal | None = None
    kind: str = ""
    left_out: int = 0


@dataclass
class BranchCounts:
    """How many members of a branch are in each band; `pooled` branches stand for several."""

    name: str
    bands: Counter[str] = field(default_factory=Counter)
    pooled: int = 1

    @property
    def rated(self) -> int:
        """Return how many are rated."""
        return sum(self.bands.values()) - self.bands[NOT_RATED]

    @property
    def everybody(self) -> int:
        """Return how many there are, rated or not."""
        return sum(self.bands.values())


def count_bands(rows: Iterable[FrozenRow]) -> Counter[str]:
    """Return how many are in each band by its code, those not rated under NOT_RATED."""
    return Counter(row.result.band or NOT_RATED for row in rows)


def count_reasons(rows: Iterable[FrozenRow]) -> Counter[str]:
    """Return how many are not rated for each reason."""
    return Counter(row.result.reason.value for row in rows if row.result.reason is not None)


def has_same_bands(frozen: Frozen, before: Frozen) -> bool:
    """Return whether both schemes have the same bands, so that they can be compared."""
    return [(b.code, b.lower) for b in frozen.scheme.bands] == [
        (b.code, b.lower) for b in before.scheme.bands
    ]


def compare_bands(frozen: Frozen, before: Frozen) -> Movement:
    """Return how the bands of the subjects rated now moved since the period before."""
    places = {band.code: place for place, band in enumerate(frozen.scheme.bands)}  # best first
    then = {row.result.subject.id: row.result.band for row in before.rows}
    moves: Counter[str] = Counter()
    for row in frozen.rows:
        if row.result.band is None:
            continue
        old = then.get(row.result.subject.id)
        if old is None:
            moves["unknown"] += 1
            continue
        step = places[old] - places[row.result.band]
        moves["same" if step == 0 else "rose" if step > 0 else "fell"] += 1
    return Movement(moves["rose"], moves["same"], moves["fell"], moves["unknown"])


def order_group(frozen: Frozen, code: str) -> tuple[list[FrozenRow], list[FrozenRow]]:
    """Return the rated and the not rated units of a peer group.

    The better band first; inside a band by points where the scheme allows places, else by code.
    """
    places = {band.code: place for place, band in enumerate(frozen.scheme.bands)}
    rows = sorted(
        (row for row in frozen.rows if row.result.group == code),
        key=lambda row: row.result.subject.code,
    )
    rated = [row for row in rows if row.result.is_rated]
    if frozen.scheme.may_rank:
        rated.sort(key=lambda row: -(row.result.total or ZERO))
    rated.sort(key=lambda row: places[row.result.band or ""])
    return rated, [row for row in rows if not row.result.is_rated]


def order_units(frozen: Frozen) -> list[FrozenRow]:
    """Return all rated units, peer group after peer group."""
    groups = [order_group(frozen, group.code)[0] for group in frozen.scheme.peer_groups]
    return [row for group in groups for row in group]


def adjust(row: FrozenRow) -> Decimal:
    """Return what caps, floors, limits and vetoes add to the plain sum of the criteria's points."""
    return (row.result.total or ZERO) - sum((item.points for item in row.result.criteria), ZERO)


def latest_corrections(corrections: Iterable[Correction]) -> dict[int, Correction]:
    """Return the correction that holds now, by the pk of the score."""
    return {row.score_id: row for row in corrections}


def sum_losses(frozen: Frozen) -> list[Loss]:
    """Return what each criterion cost the rated units, the dearest first; none without a loss."""
    explanations = frozen.explain()
    losses = {
        rule.code: Loss(rule.code, rule.title.zh, rule.nature) for rule in frozen.scheme.criteria
    }
    for row in frozen.rows:
        if not row.result.is_rated:
            continue
        for part in explanations[row.pk].dimensions:
            for item in part.criteria:
                _add_loss(losses[item.code], item)
    found = [loss for loss in losses.values() if loss.lost > 0]
    return sorted(found, key=lambda loss: (-loss.lost, loss.code))


def _add_loss(loss: Loss, item: scoring.CriterionExplanation) -> None:
    if item.state is scoring.State.LEFT_OUT:
        loss.left_out += 1
        return
    lost = {
        Nature.BASIC: item.full - item.points,
        Nature.DEDUCTION: -item.points,
    }.get(item.nature, ZERO)
    loss.lost += lost
    loss.units += lost > 0
    if item.counted.aggregate is Aggregate.SUM:
        loss.kind = item.counted.predicate.kinds[0]
    if item.nature is Nature.DEDUCTION:
        loss.done = (loss.done or Decimal(0)) + item.counted.amount
    elif item.unmet is not None and isinstance(item.due, scoring.Evidence):
        loss.due = (loss.due or Decimal(0)) + item.due.amount
        loss.done = (loss.done or Decimal(0)) + item.counted.amount
        loss.unmet = (loss.unmet or Decimal(0)) + item.unmet.amount


def count_by_branch(
    rows: Sequence[FrozenRow], codes: Mapping[str, str] | None = None
) -> list[BranchCounts]:
    """Return the band counts of members by branch, in the order of the branches' `codes`.

    Branches with fewer than FEWEST_MEMBERS rated members stand together in the last row; when they
    are too few even so, the next smallest branch joins them. Empty when all are too few.
    """
    branches: dict[str, BranchCounts] = {}
    for row in rows:
        found = branches.setdefault(row.unit, BranchCounts(row.unit))
        found.bands[row.result.band or NOT_RATED] += 1
    ordered = sorted(branches.values(), key=lambda one: (-one.rated, one.name))
    kept = [one for one in ordered if one.rated >= FEWEST_MEMBERS]
    small = [one for one in ordered if one.rated < FEWEST_MEMBERS]
    while kept and small and sum(one.rated for one in small) < FEWEST_MEMBERS:
        small.append(kept.pop())
    if small and sum(one.rated for one in small) < FEWEST_MEMBERS:
        return []
    known = codes or {}
    kept.sort(key=lambda one: (known.get(one.name, ""), one.name))
    if small:
        pool = BranchCounts("", pooled=len(small))
        for one in small:
            pool.bands.update(one.bands)
        kept.append(pool)
    return kept


def find_median(totals: Sequence[Decimal]) -> Decimal | None:
    """Return the median, the mean of the middle two rounded half up to 0.01; None of nothing."""
    ordered = sorted(totals)
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return ((ordered[middle - 1] + ordered[middle]) / 2).quantize(ZERO, ROUND_HALF_UP)
