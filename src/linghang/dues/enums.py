"""Who pays by which table, how a month of a member stands, and the fact a paid month leaves."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linghang.ledger.enums import DatedBy, FactKind


class Payer(models.TextChoices):
    """The tables of 《关于中国共产党党费收缴、使用和管理的规定》."""

    EMPLOYED = "employed", _("in employment")
    IRREGULAR = "irregular", _("with irregular income")
    RETIRED = "retired", _("retired")
    WITHOUT_INCOME = "without_income", _("without income")


class ReliefKind(models.TextChoices):
    """What a member in hardship is granted."""

    EXEMPT = "exempt", _("pays nothing")
    REDUCED = "reduced", _("pays less")


class ExtraKind(models.TextChoices):
    """Dues beyond the monthly ones, kept apart from them."""

    SPECIAL = "special", _("special dues")
    LARGE = "large", _("large dues")


class MonthState(models.TextChoices):
    """How one month of one member stands."""

    PAID = "paid", _("paid in time")
    LATE = "late", _("paid late")
    SHORT = "short", _("paid in part")
    OWED = "owed", _("not paid")
    OPEN = "open", _("to be paid this month")
    EXEMPT = "exempt", _("no dues owed")
    UNKNOWN = "unknown", _("no base yet")
    ELSEWHERE = "elsewhere", _("paid in another branch")
    NONE = "none", _("not a member here")

    @property
    def tone(self) -> str:
        """Return the colour word of the state's chip."""
        tones = {"paid": "ok", "late": "warn", "short": "warn", "owed": "danger", "open": "info"}
        return tones.get(self.value, "neutral")

    @property
    def icon(self) -> str:
        """Return the icon of the state's chip."""
        icons = {"paid": "circle-check", "late": "clock", "owed": "circle-x", "open": "clock"}
        return icons.get(self.value, "circle-dashed")


DUES = FactKind(
    code="dues",
    title=_("dues paid in time"),
    quantity=_("members"),
    dated_by=DatedBy.DUE,
    meaning=_("Members of the branch who paid the month's dues within the month; never amounts."),
)
