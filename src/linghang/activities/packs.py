"""The sections of a pack that activities install: kinds of activity and record, cadences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Model
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.activities import mapping
from linghang.activities.enums import AppliesTo, AttendanceRule, Shape, SubjectRule
from linghang.activities.models import ActivityKind, CadenceRule
from linghang.platform.calendar import clock
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section
from linghang_core.periods import PeriodKind

CODE = r"^[a-z][a-z0-9_]{0,39}$"


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class Quantity(_Row):
    """What a record counts: its unit and how much one record is unless said otherwise."""

    unit: Text
    default: Decimal = Decimal(1)


class Status(_Row):
    """A status a record may have, with the quantity that goes with it, if one does."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,11}$")
    title: Text
    quantity: Decimal | None = None


class ActivityKindRow(_Row):
    """One kind of activity: something people meet for."""

    code: str = Field(pattern=CODE)
    title: Text
    aliases: tuple[str, ...] = ()
    family: str = ""
    attendance: AttendanceRule = AttendanceRule.ALL_MEMBERS
    default_hours: Decimal = Decimal(1)
    order: int = 100


class RecordKindRow(_Row):
    """One kind of record: a single thing that is noted, about a unit or a person."""

    code: str = Field(pattern=CODE)
    title: Text
    aliases: tuple[str, ...] = ()
    family: str = ""
    subject: SubjectRule = SubjectRule.UNIT
    quantity: Quantity
    statuses: tuple[Status, ...] = ()
    verified_by: Text | None = None
    sensitive: bool = False
    order: int = 500


class CadenceRow(_Row):
    """How often an activity is due, for whom, on what basis."""

    code: str = ""
    activity: str = Field(pattern=CODE)
    applies_to: AppliesTo
    period: Literal["week", "month", "quarter", "year"]
    required: int = Field(default=1, ge=1)
    basis: str | Text
    in_force_from: date
    in_force_to: date | None = None

    @property
    def key(self) -> str:
        """Return the code, or one made of who owes what how often."""
        return self.code or f"{self.activity}.{self.applies_to}.{PeriodKind(self.period)}"


def install_activity_kinds(rows: Sequence[ActivityKindRow], pack: Any, _actor: Any) -> None:
    """Write the kinds of activity of a pack; those it no longer has are not offered any more."""
    _install_kinds([_read_activity_kind(row, pack.code) for row in rows], Shape.ACTIVITY, pack)


def install_record_kinds(rows: Sequence[RecordKindRow], pack: Any, _actor: Any) -> None:
    """Write the kinds of record of a pack; those it no longer has are not offered any more."""
    _install_kinds([_read_record_kind(row, pack.code) for row in rows], Shape.RECORD, pack)


def install_cadences(rows: Sequence[CadenceRow], pack: Any, _actor: Any) -> None:
    """Write the cadences of a pack; those it no longer has are out of force from today.

    Duties that were opened by the old rules stay as they were: rules of yesterday judge yesterday.
    """
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    rules = [_read_cadence(row, kinds[row.activity], pack.code) for row in rows]
    today = clock.today()
    dropped = CadenceRule.objects.filter(pack=pack.code, in_force_to=None).exclude(
        code__in=[rule.code for rule in rules]
    )
    dropped.filter(in_force_from__lt=today).update(in_force_to=today)
    CadenceRule.objects.bulk_create(
        rules,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=_field_names(CadenceRule),
    )


def check_cadences(rows: Sequence[CadenceRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each cadence of an activity that no pack offers."""
    installed = set(ActivityKind.objects.values_list("code", flat=True))
    return [
        Finding(
            around.file,
            f"[{place}].activity",
            _("No pack offers the kind of activity %(code)s.") % {"code": row.activity},
            _("Add it to activity_kinds, or require the pack that has it."),
            code="activities.unknown_kind",
        )
        for place, row in enumerate(rows)
        if row.activity not in installed and f"activity.{row.activity}" not in around.offered
    ]


def offer_activities(rows: Sequence[ActivityKindRow]) -> list[str]:
    """Return the kinds of fact that the kinds of activity declare."""
    return [f"{prefix}.{row.code}" for row in rows for prefix in ("activity", "cadence")]


def offer_records(rows: Sequence[RecordKindRow]) -> list[str]:
    """Return the kinds of fact that the kinds of record declare."""
    return [f"record.{row.code}" for row in rows]


def register_sections() -> None:
    """Let packs carry kinds of activity, kinds of record and cadences, installed in this order."""
    register_section(
        "activity_kinds", ActivityKindRow, install=install_activity_kinds, offers=offer_activities
    )
    register_section(
        "record_kinds", RecordKindRow, install=install_record_kinds, offers=offer_records
    )
    register_section("cadences", CadenceRow, install=install_cadences, check=check_cadences)


def _read_cadence(row: CadenceRow, kind: ActivityKind, pack: str) -> CadenceRule:
    return CadenceRule(
        code=row.key,
        kind=kind,
        applies_to=row.applies_to,
        period=row.period,
        required=row.required,
        basis=row.basis if isinstance(row.basis, str) else row.basis.zh,
        in_force_from=row.in_force_from,
        in_force_to=row.in_force_to,
        pack=pack,
    )


def _read_activity_kind(row: ActivityKindRow, pack: str) -> ActivityKind:
    return ActivityKind(
        code=row.code,
        shape=Shape.ACTIVITY,
        title_en=row.title.en,
        title_zh=row.title.zh,
        family=row.family,
        aliases=list(row.aliases),
        attendance=row.attendance,
        default_hours=_hundredths(row.default_hours),
        order=row.order,
        pack=pack,
    )


def _read_record_kind(row: RecordKindRow, pack: str) -> ActivityKind:
    return ActivityKind(
        code=row.code,
        shape=Shape.RECORD,
        title_en=row.title.en,
        title_zh=row.title.zh,
        family=row.family,
        aliases=list(row.aliases),
        subject=row.subject,
        quantity_en=row.quantity.unit.en,
        quantity_zh=row.quantity.unit.zh,
        default_quantity=_hundredths(row.quantity.default),
        statuses=[_read_status(status) for status in row.statuses],
        verified_by_en=row.verified_by.en if row.verified_by else "",
        verified_by_zh=row.verified_by.zh if row.verified_by else "",
        sensitive=row.sensitive,
        order=row.order,
        pack=pack,
    )


def _read_status(status: Status) -> dict[str, Any]:
    quantity = None if status.quantity is None else _hundredths(status.quantity)
    return {
        "code": status.code,
        "en": status.title.en,
        "zh": status.title.zh,
        "quantity": quantity,
    }


def _install_kinds(kinds: Sequence[ActivityKind], shape: Shape, pack: Any) -> None:
    dropped = ActivityKind.objects.filter(pack=pack.code, shape=shape)
    dropped.exclude(code__in=[kind.code for kind in kinds]).update(retired=True)
    ActivityKind.objects.bulk_create(
        kinds,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=_field_names(ActivityKind),
    )
    mapping.fact_kinds.forget()


def _field_names(model: type[Model]) -> list[str]:
    fields = model._meta.concrete_fields  # noqa: SLF001  Django's own public-by-use name
    return [field.name for field in fields if field.name not in {"id", "code"}]


def _hundredths(value: Decimal) -> int:
    return int(value * 100)
