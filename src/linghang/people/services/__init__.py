"""Every act on persons: registering, correcting, appointing, transferring, log-ins."""

from linghang.people.services.appointing import (
    AppointmentDraft,
    appoint_people,
    appoint_person,
    correct_appointment,
    end_appointment,
    transfer_member,
    transfer_members,
)
from linghang.people.services.following import AppointmentsFollow
from linghang.people.services.logins import create_logins, link_login
from linghang.people.services.registering import (
    FIELDS,
    MASKS,
    PersonDraft,
    correct_people,
    correct_person,
    judge_dates,
    register_people,
    reveal_identity,
)

__all__ = [
    "FIELDS",
    "MASKS",
    "AppointmentDraft",
    "AppointmentsFollow",
    "PersonDraft",
    "appoint_people",
    "appoint_person",
    "correct_appointment",
    "correct_people",
    "correct_person",
    "create_logins",
    "end_appointment",
    "judge_dates",
    "link_login",
    "register_people",
    "reveal_identity",
    "transfer_member",
    "transfer_members",
]
