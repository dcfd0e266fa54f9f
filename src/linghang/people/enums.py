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
