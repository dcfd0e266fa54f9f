"""Notices: reminders and digests, in the product and through the operator's channels, and the calendar feed.

An app says what it reminds of and which days it knows, in its `AppConfig.ready()`:

    from linghang.platform.notices import registry

    registry.register_reminder("tasks", reminders.list_reminders)   # today -> drafts
    registry.register_dates("tasks", dates.list_dates)              # scope, start, end -> dated things

and sends at once what somebody did: `services.send_notices(drafts=[…], actor=…)`. A notice stands in
the product immediately; what leaves it waits for the working hours of the next working day.
"""
