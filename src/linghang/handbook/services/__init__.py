"""Adopting a handbook, writing its next generation, publishing it."""

from linghang.handbook.services.writing import (
    StandardDraft,
    add_standard,
    adopt_handbook,
    begin_draft,
    change_standard,
    discard_draft,
    drop_standard,
    publish_version,
)

__all__ = [
    "StandardDraft",
    "add_standard",
    "adopt_handbook",
    "begin_draft",
    "change_standard",
    "discard_draft",
    "drop_standard",
    "publish_version",
]
