"""What other apps may ask of handbooks."""

from __future__ import annotations

from linghang.handbook.models import Handbook, Template
from linghang.handbook.queries.sheets import Sheet, read_sheets
from linghang.handbook.queries.versions import find_version, list_handbooks, list_spans
from linghang.handbook.services import adopt_handbook, begin_draft

__all__ = [
    "Handbook",
    "Sheet",
    "Template",
    "adopt_handbook",
    "begin_draft",
    "find_version",
    "list_handbooks",
    "list_spans",
    "read_sheets",
]
