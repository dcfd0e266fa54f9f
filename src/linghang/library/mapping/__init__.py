"""Packs in plain words: tables of what a pack brings, schemes criterion by criterion, changes."""

from linghang.library.mapping.changes import ChangeView, describe_changes
from linghang.library.mapping.schemes import SchemeView, describe_scheme
from linghang.library.mapping.sections import SectionView, describe_sections
from linghang.library.mapping.words import collect_titles

__all__ = [
    "ChangeView",
    "SchemeView",
    "SectionView",
    "collect_titles",
    "describe_changes",
    "describe_scheme",
    "describe_sections",
]
