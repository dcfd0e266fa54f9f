"""Between the engine and the page: `results` as stored JSON, `words` a scheme in plain sentences."""

from linghang.evaluation.mapping.actions import (
    list_publication_actions,
    register_publication_action,
)
from linghang.evaluation.mapping.frozen import Frozen, FrozenRow, restore_content
from linghang.evaluation.mapping.kinds import index_kinds
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
    say_document,
)

__all__ = [
    "CriterionWords",
    "Frozen",
    "FrozenRow",
    "band_titles",
    "canonical",
    "describe_criterion",
    "dimension_shares",
    "group_titles",
    "index_kinds",
    "list_publication_actions",
    "pack_snapshot",
    "register_publication_action",
    "restore_content",
    "restore_result",
    "restore_subject",
    "say",
    "say_document",
    "store_result",
    "summarise",
]
