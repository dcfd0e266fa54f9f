"""Classes and hours (`classes`), lectures and their ratings (`lectures`), reflections (`reflections`)."""

from linghang.study.models.classes import (
    HUNDRED,
    Claim,
    Participant,
    Session,
    Stage,
    StudyClass,
)
from linghang.study.models.lectures import Lecture, Rating, Roster, Swap
from linghang.study.models.reflections import Reflection

__all__ = [
    "HUNDRED",
    "Claim",
    "Lecture",
    "Participant",
    "Rating",
    "Reflection",
    "Roster",
    "Session",
    "Stage",
    "StudyClass",
    "Swap",
]
