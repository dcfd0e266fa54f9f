"""Every act on awards and on records of hardship."""

from linghang.care.services.awarding import AwardDraft, record_awards, withdraw_award
from linghang.care.services.helping import (
    HardshipDraft,
    VisitDraft,
    end_hardship,
    read_situation,
    record_visit,
    register_hardship,
    review_hardship,
)
from linghang.care.services.showing import record_export

__all__ = [
    "AwardDraft",
    "HardshipDraft",
    "VisitDraft",
    "end_hardship",
    "read_situation",
    "record_awards",
    "record_export",
    "record_visit",
    "register_hardship",
    "review_hardship",
    "withdraw_award",
]
