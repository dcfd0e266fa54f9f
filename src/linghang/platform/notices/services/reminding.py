"""Gathering the reminders of a day from the apps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

import structlog
from django.utils import timezone

from linghang.platform.notices import registry
from linghang.platform.notices.services.sending import send_notices
from linghang.platform.tasks.progress import silent

Report = Callable[[int, int, str], None]
log = structlog.get_logger()


def gather_reminders(*, today: date, progress: Report = silent) -> dict[str, int]:
    """Send what every registered app reminds of today and return how many notices are new, by app.

    Repeatable: keys make each notice go out once. An app that fails takes nobody else's reminders with it;
    its error is raised after all were asked, so that the job shows it.
    """
    midnight = datetime.combine(today, time.min, tzinfo=timezone.get_default_timezone())
    new: dict[str, int] = {}
    failed: list[Exception] = []
    for number, (name, function) in enumerate(sorted(registry.reminders.items())):
        progress(number, len(registry.reminders), name)
        try:
            with registry.in_product_language():
                drafts = list(function(today))
            new[name] = send_notices(drafts=drafts, actor=None, since=midnight)
        except Exception as error:
            log.exception("reminders failed", app=name)
            failed.append(error)
    if failed:
        raise failed[0]
    return new
