"""Pages of stars and benchmarks."""

from linghang.distinctions.web.views.acts import act, appeal, apply_for, demote, settle
from linghang.distinctions.web.views.benchmarks import send_pack, show_strengths, write_method
from linghang.distinctions.web.views.board import (
    export_board,
    show_board,
    show_candidates,
    show_panel,
    show_poster,
    show_rolling,
)
from linghang.distinctions.web.views.pages import show_case, show_holding

__all__ = [
    "act",
    "appeal",
    "apply_for",
    "demote",
    "export_board",
    "send_pack",
    "settle",
    "show_board",
    "show_candidates",
    "show_case",
    "show_holding",
    "show_panel",
    "show_poster",
    "show_rolling",
    "show_strengths",
    "write_method",
]
