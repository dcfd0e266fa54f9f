"""Pages of the handbook: versions and their writing, branches' sheets and the matrix."""

from linghang.handbook.web.views.sheets import send_sheet, show_matrix, show_panel, show_sheet
from linghang.handbook.web.views.versions import compare, go_home, send_version, show_version
from linghang.handbook.web.views.writing import (
    add_standard,
    adopt,
    begin_draft,
    change_standard,
    discard,
    drop_standard,
    publish,
)

__all__ = [
    "add_standard",
    "adopt",
    "begin_draft",
    "change_standard",
    "compare",
    "discard",
    "drop_standard",
    "go_home",
    "publish",
    "send_sheet",
    "send_version",
    "show_matrix",
    "show_panel",
    "show_sheet",
    "show_version",
]
