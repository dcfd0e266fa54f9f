"""What other apps may ask of awards and hardship."""

from linghang.care.queries import (
    count_visits_in,
    list_awards,
    list_awards_in,
    list_awards_of,
)
from linghang.care.services import (
    AwardDraft,
    HardshipDraft,
    VisitDraft,
    end_hardship,
    record_awards,
    record_visit,
    register_hardship,
)

__all__ = [
    "AwardDraft",
    "HardshipDraft",
    "VisitDraft",
    "count_visits_in",
    "end_hardship",
    "list_awards",
    "list_awards_in",
    "list_awards_of",
    "record_awards",
    "record_visit",
    "register_hardship",
]
