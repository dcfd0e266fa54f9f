"""Every act: `cases` from the application to the award, `holdings` from the review to the appeal,
`rolling` lists, `methods` of benchmarks.
"""

from linghang.distinctions.services.cases import (
    apply_for,
    award,
    decide_case,
    object_to,
    recommend,
    settle_objection,
    stop_case,
    verify,
    withdraw_case,
)
from linghang.distinctions.services.holdings import (
    HeldBefore,
    appeal,
    demote,
    enter_held,
    review_holdings,
    settle_appeal,
)
from linghang.distinctions.services.methods import MethodDraft, build_pack, write_method
from linghang.distinctions.services.rolling import make_list

__all__ = [
    "HeldBefore",
    "MethodDraft",
    "appeal",
    "apply_for",
    "award",
    "build_pack",
    "decide_case",
    "demote",
    "enter_held",
    "make_list",
    "object_to",
    "recommend",
    "review_holdings",
    "settle_appeal",
    "settle_objection",
    "stop_case",
    "verify",
    "withdraw_case",
    "write_method",
]
