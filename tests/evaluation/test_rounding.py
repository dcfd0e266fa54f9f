"""What pages make of points is rounded as points are: half up, to a hundredth."""

from __future__ import annotations

from decimal import Decimal

from linghang.evaluation.enums import RunState
from linghang.evaluation.mapping import results
from linghang.evaluation.models import Run, Score
from linghang.evaluation.queries.chain import Cell, Chain
from linghang.evaluation.queries.rounding import round_points
from linghang.evaluation.web.views import chain as pages
from linghang_core.periods import Period

TOTALS = (Decimal("80.00"), Decimal("80.01"))


def test_mean_and_median_of_80_00_and_80_01_are_80_01():
    year = Period.parse("2026")
    public = Score(run=Run(state=RunState.PUBLISHED))
    cells = [Cell(month, public, total) for month, total in zip(year.parts(), TOTALS, strict=False)]
    chain = Chain(None, year, None, None, None, months=cells)  # type: ignore[arg-type]
    assert chain.mean == Decimal("80.01")
    assert list(pages._draw(chain).series[1].values) == [Decimal("80.00"), Decimal("80.01")]
    assert results._median(TOTALS) == Decimal("80.01")
    assert round_points(Decimal("-0.005")) == Decimal("-0.01")
