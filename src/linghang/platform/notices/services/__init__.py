"""Writing notices, wishes and messages: `verb_noun(*, …, actor)`, all atomic."""

from linghang.platform.notices.services.delivering import (
    deliver_waiting,
    order_test,
    start_due_deliveries,
)
from linghang.platform.notices.services.reminding import gather_reminders
from linghang.platform.notices.services.sending import (
    read_all_notices,
    read_notice,
    send_notices,
    settle_notices,
)
from linghang.platform.notices.services.wishing import (
    make_feed,
    revoke_feed,
    save_wishes,
)

__all__ = [
    "deliver_waiting",
    "gather_reminders",
    "make_feed",
    "order_test",
    "read_all_notices",
    "read_notice",
    "revoke_feed",
    "save_wishes",
    "send_notices",
    "settle_notices",
    "start_due_deliveries",
]
