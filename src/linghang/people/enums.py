"""What a person is to the Party organisation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", _("unknown")
    MALE = "1", _("male")
    FEMALE = "2", _("female")
    UNSTATED = "9", _("not stated")


class MemberKind(models.TextChoices):
    """人员类别: full or probationary; staff without membership may hold posts too."""

    FULL = "full", _("full member")
    PROBATIONARY = "probationary", _("probationary member")
    NONE = "none", _("not a member")


class Standing(models.TextChoices):
    """党籍状态."""

    NORMAL = "normal", _("normal")
    SUSPENDED = "suspended", _("suspended")
    LEFT = "left", _("membership ended")


MEMBER_POST = "member"
SECRETARY_POST = "secretary"


class RequestState(models.TextChoices):
    """How a member's request to correct own data stands."""

    OPEN = "open", _("waits for an answer")
    ACCEPTED = "accepted", _("corrected")
    DECLINED = "declined", _("not corrected")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        return {"open": "warn", "accepted": "ok"}.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        return {"open": "clock", "accepted": "circle-check"}.get(self.value, "circle-x")


FIELD_LABELS = {
    "name": _("Full name"),
    "former_name": _("Former name"),
    "identity_number": _("Identity number"),
    "sex": _("Sex"),
    "ethnic_group": _("Ethnic group"),
    "born_on": _("Born on"),
    "native_place": _("Native place"),
    "birth_place": _("Place of birth"),
    "education": _("Education"),
    "full_time_education": _("Full-time education"),
    "full_time_degree": _("Full-time degree"),
    "full_time_school": _("Full-time school"),
    "full_time_major": _("Full-time major"),
    "in_service_education": _("In-service education"),
    "in_service_degree": _("In-service degree"),
    "in_service_school": _("In-service school"),
    "in_service_major": _("In-service major"),
    "job": _("Job"),
    "started_work_on": _("Started work on"),
    "technical_title": _("Technical title"),
    "social_stratum": _("New social stratum"),
    "frontline": _("Front-line situation"),
    "member_kind": _("Kind"),
    "joined_on": _("Joined on"),
    "full_on": _("Full member since"),
    "introducers": _("Introducers"),
    "standing": _("Standing"),
    "is_lost": _("Contact is lost"),
    "is_floating": _("Floating member"),
    "is_first_secretary": _("First secretary in a village"),
    "is_party_worker": _("Works for Party affairs"),
    "other_party": _("Other party or league"),
    "other_party_on": _("Joined it on"),
    "file_place": _("Unit that keeps the file"),
    "abroad": _("Stays abroad"),
    "phone": _("Telephone"),
    "address": _("Address"),
    "household_police": _("Police station of the household"),
    "email": _("E-mail"),
}
"""What the fields of a person are called, in the order of the roster form."""

GROUPS = (
    (
        _("Person"),
        (
            "name",
            "former_name",
            "sex",
            "ethnic_group",
            "born_on",
            "native_place",
            "birth_place",
        ),
    ),
    (
        _("Membership"),
        (
            "member_kind",
            "joined_on",
            "full_on",
            "introducers",
            "standing",
            "is_lost",
            "is_floating",
            "is_first_secretary",
            "is_party_worker",
            "other_party",
            "other_party_on",
        ),
    ),
    (
        _("Education and work"),
        (
            "education",
            "full_time_education",
            "full_time_degree",
            "full_time_school",
            "full_time_major",
            "in_service_education",
            "in_service_degree",
            "in_service_school",
            "in_service_major",
            "job",
            "started_work_on",
            "technical_title",
            "social_stratum",
            "frontline",
            "file_place",
            "abroad",
        ),
    ),
)
"""The cards of a person's page and the groups of its form; what is sensitive stands apart."""

SENSITIVE = ("identity_number", "phone", "address", "household_police", "email")
