"""Between the engine and the page: `results` as stored JSON, `words` a scheme in plain sentences."""

from linghang.evaluation.mapping.results import (
    canonical,
    dimension_shares,
    pack_snapshot,
    restore_result,
    restore_subject,
    store_result,
    summarise,
)
from linghang.evaluation.mapping.words import (
    CriterionWords,
    band_titles,
    describe_criterion,
    group_titles,
    say,
)

__all__ = [
    "CriterionWords",
    "band_titles",
    "canonical",
    "describe_criterion",
    "dimension_shares",
    "group_titles",
    "pack_snapshot",
    "restore_result",
    "restore_subject",
    "say",
    "store_result",
    "summarise",
]
