"""Views of supervision: the board, self-examinations, answers of units, risk points, hints."""

from linghang.supervision.web.views.board import list_findings, show_board, show_finding
from linghang.supervision.web.views.examinations import (
    close_examination,
    export_examination,
    open_examination,
    show_examination,
    urge_replies,
)
from linghang.supervision.web.views.hints import (
    compute_hints,
    decide_hint,
    list_hints,
    show_hint,
)
from linghang.supervision.web.views.replies import (
    answer_finding,
    change_due,
    hand_in_reply,
    list_asked,
    return_reply,
    show_reply,
)
from linghang.supervision.web.views.risks import (
    add_risk,
    adopt_templates,
    change_risk,
    export_risks,
    list_risks,
    retire_risk,
    review_risk,
    show_risk,
)

__all__ = [
    "add_risk",
    "adopt_templates",
    "answer_finding",
    "change_due",
    "change_risk",
    "close_examination",
    "compute_hints",
    "decide_hint",
    "export_examination",
    "export_risks",
    "hand_in_reply",
    "list_asked",
    "list_findings",
    "list_hints",
    "list_risks",
    "open_examination",
    "retire_risk",
    "return_reply",
    "review_risk",
    "show_board",
    "show_examination",
    "show_finding",
    "show_hint",
    "show_reply",
    "show_risk",
    "urge_replies",
]
