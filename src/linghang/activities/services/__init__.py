"""Recording (`recording`), correcting and withdrawing (`correcting`), duties (`cadence`)."""

from linghang.activities.services.cadence import (
    ensure_obligations,
    open_obligations,
    refresh_obligations,
    waive_obligation,
)
from linghang.activities.services.correcting import (
    correct_activity,
    draft_of,
    withdraw_activity,
)
from linghang.activities.services.recording import (
    Absence,
    ActivityDraft,
    RecordRefused,
    find_existing,
    judge_absence,
    natural_key,
    picture,
    record_activities,
    record_activity,
)

__all__ = [
    "Absence",
    "ActivityDraft",
    "RecordRefused",
    "correct_activity",
    "draft_of",
    "ensure_obligations",
    "find_existing",
    "judge_absence",
    "natural_key",
    "open_obligations",
    "picture",
    "record_activities",
    "record_activity",
    "refresh_obligations",
    "waive_obligation",
    "withdraw_activity",
]
