"""Writing topics, visits, findings, reports and talks; each act is one transaction with audit and facts."""

from linghang.research.services.acting import take_topic
from linghang.research.services.findings import (
    link_findings,
    mark_finding,
    state_measures,
    state_problem,
)
from linghang.research.services.reporting import submit_report
from linghang.research.services.talks import (
    TalkDraft,
    record_talks,
    reveal_note,
    save_agreed,
    withdraw_talk,
)
from linghang.research.services.themes import hold_theme, insist_nameless, release_themes
from linghang.research.services.topics import (
    TopicDraft,
    change_topic,
    claim_topic,
    close_topic,
    give_back_topic,
    join_topic,
    leave_topic,
    propose_topics,
    reopen_topic,
    resume_topic,
    take_over_templates,
    withdraw_topic,
    write_words,
)
from linghang.research.services.visits import (
    FindingDraft,
    VisitDraft,
    drop_plan,
    plan_visits,
    read_lines,
    record_visit,
    withdraw_visit,
)

__all__ = [
    "FindingDraft",
    "TalkDraft",
    "TopicDraft",
    "VisitDraft",
    "change_topic",
    "claim_topic",
    "close_topic",
    "drop_plan",
    "give_back_topic",
    "hold_theme",
    "insist_nameless",
    "join_topic",
    "leave_topic",
    "link_findings",
    "mark_finding",
    "plan_visits",
    "propose_topics",
    "read_lines",
    "record_talks",
    "record_visit",
    "release_themes",
    "reopen_topic",
    "resume_topic",
    "reveal_note",
    "save_agreed",
    "state_measures",
    "state_problem",
    "submit_report",
    "take_over_templates",
    "take_topic",
    "withdraw_talk",
    "withdraw_topic",
    "withdraw_visit",
    "write_words",
]
