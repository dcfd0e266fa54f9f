"""Every act on dues: bases, reliefs, a month paid, a payment corrected, dues beyond the monthly ones."""

from linghang.dues.services.arriving import record_arrival
from linghang.dues.services.granting import ReliefDraft, grant_relief, withdraw_relief
from linghang.dues.services.paying import (
    ExtraDraft,
    PaidDraft,
    correct_payment,
    record_extra,
    record_month,
    withdraw_extra,
    withdraw_payment,
)
from linghang.dues.services.rating import MOST, BaseDraft, set_bases

__all__ = [
    "MOST",
    "BaseDraft",
    "ExtraDraft",
    "PaidDraft",
    "ReliefDraft",
    "correct_payment",
    "grant_relief",
    "record_arrival",
    "record_extra",
    "record_month",
    "set_bases",
    "withdraw_extra",
    "withdraw_payment",
    "withdraw_relief",
]
