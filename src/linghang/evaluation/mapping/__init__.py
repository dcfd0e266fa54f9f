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
from linghang.evaluation.mapping.words import CriterionWords, describe_criterion, say

__all__ = [
    "CriterionWords",
    "canonical",
    "describe_criterion",
    "dimension_shares",
    "pack_snapshot",
    "restore_result",
    "restore_subject",
    "say",
    "store_result",
    "summarise",
]
