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
from linghang.people.services.detailing import DETAIL_FIELDS, details_of, read_value
from linghang.people.services.following import AppointmentsFollow
from linghang.people.services.logins import create_logins, link_login
from linghang.people.services.registering import (
    FIELDS,
    MASKS,
    PersonDraft,
    correct_people,
    correct_person,
    find_paths,
    judge_dates,
    register_people,
    reveal_identity,
)
from linghang.people.services.requesting import decide_request, parse_value, request_correction
from linghang.people.services.showing import record_export

__all__ = [
    "DETAIL_FIELDS",
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
    "decide_request",
    "details_of",
    "end_appointment",
    "find_paths",
    "judge_dates",
    "link_login",
    "parse_value",
    "read_value",
    "record_export",
    "register_people",
    "request_correction",
    "reveal_identity",
    "transfer_member",
    "transfer_members",
]
