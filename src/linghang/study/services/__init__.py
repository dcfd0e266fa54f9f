"""Every act of study: classes (`planning`, `calling`), claims of hours (`claiming`), lectures
(`rostering`, `lecturing`), reflections (`reflecting`).
"""

from linghang.study.services.calling import RollDraft, record_session
from linghang.study.services.claiming import ClaimDraft, claim_hours, decide_claim
from linghang.study.services.lecturing import (
    close_old_ratings,
    close_ratings,
    give_stars,
    rate_lecture,
    record_lecture,
)
from linghang.study.services.planning import (
    ClassDraft,
    SessionDraft,
    call_off_class,
    change_class,
    change_session,
    choose_people,
    compute_hours,
    drop_people,
    plan_class,
    plan_sessions,
    remove_session,
)
from linghang.study.services.reflecting import (
    ReflectionDraft,
    bring_in_reflections,
    change_reflection,
    drop_reflection,
    publish_reflection,
    take_back_reflection,
    write_reflection,
)
from linghang.study.services.rostering import (
    RosterDraft,
    add_lecture,
    answer_swap,
    ask_swap,
    assign_lecture,
    claim_lecture,
    explain_taken,
    plan_roster,
    release_lecture,
    remove_lecture,
)

__all__ = [
    "ClaimDraft",
    "ClassDraft",
    "ReflectionDraft",
    "RollDraft",
    "RosterDraft",
    "SessionDraft",
    "add_lecture",
    "answer_swap",
    "ask_swap",
    "assign_lecture",
    "bring_in_reflections",
    "call_off_class",
    "change_class",
    "change_reflection",
    "change_session",
    "choose_people",
    "claim_hours",
    "claim_lecture",
    "close_old_ratings",
    "close_ratings",
    "compute_hours",
    "decide_claim",
    "drop_people",
    "drop_reflection",
    "explain_taken",
    "give_stars",
    "plan_class",
    "plan_roster",
    "plan_sessions",
    "publish_reflection",
    "rate_lecture",
    "record_lecture",
    "record_session",
    "release_lecture",
    "remove_lecture",
    "remove_session",
    "take_back_reflection",
    "write_reflection",
]
