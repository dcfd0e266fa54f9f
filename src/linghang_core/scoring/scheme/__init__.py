"""Schemes: `elements` their words and numbers, `measures` reading and scoring, `model` the whole.

`loading` turns a document into one, or lists its faults.
"""

from linghang_core.scoring.scheme.elements import (
    CENT,
    Aggregate,
    Element,
    Level,
    Missing,
    Nature,
    Number,
    PeriodKind,
    Points,
    SubjectKind,
    Text,
    Window,
)
from linghang_core.scoring.scheme.loading import describe_schema, load_scheme
from linghang_core.scoring.scheme.measures import (
    AttributeSide,
    Condition,
    Measure,
    PerUnit,
    Proportional,
    Ratio,
    Score,
    Selector,
    Side,
    Step,
    Threshold,
    Veto,
)
from linghang_core.scoring.scheme.model import (
    Band,
    Criterion,
    Dimension,
    MinimumSample,
    PeerGroup,
    Scheme,
    TotalLimits,
)

__all__ = [
    "CENT",
    "Aggregate",
    "AttributeSide",
    "Band",
    "Condition",
    "Criterion",
    "Dimension",
    "Element",
    "Level",
    "Measure",
    "MinimumSample",
    "Missing",
    "Nature",
    "Number",
    "PeerGroup",
    "PerUnit",
    "PeriodKind",
    "Points",
    "Proportional",
    "Ratio",
    "Scheme",
    "Score",
    "Selector",
    "Side",
    "Step",
    "SubjectKind",
    "Text",
    "Threshold",
    "TotalLimits",
    "Veto",
    "Window",
    "describe_schema",
    "load_scheme",
]
