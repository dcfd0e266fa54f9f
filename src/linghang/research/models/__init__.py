"""Tables of research: topics with their visits and findings; talks; rows of packs."""

from linghang.research.models.packs import TalkScene, TalkTheme, TopicTemplate
from linghang.research.models.talks import HeldTheme, Talk
from linghang.research.models.topics import (
    Finding,
    FindingProblem,
    PlannedVisit,
    Report,
    Topic,
    TopicAct,
    Visit,
)

__all__ = [
    "Finding",
    "FindingProblem",
    "HeldTheme",
    "PlannedVisit",
    "Report",
    "Talk",
    "TalkScene",
    "TalkTheme",
    "Topic",
    "TopicAct",
    "TopicTemplate",
    "Visit",
]
