"""The section `distinctions` of practice packs: programmes with levels and conditions as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from linghang.distinctions.enums import Kind, Review
from linghang.distinctions.models import Programme
from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.org.enums import UnitKind
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Periods(_Row):
    """At least `band` (or the index `total`) in `least` of the last `of` published periods."""

    band: str = ""
    total: Decimal | None = None
    least: int = Field(ge=1, le=24)
    of: int = Field(ge=1, le=24)

    @model_validator(mode="after")
    def _hold_together(self) -> Periods:
        if bool(self.band) == (self.total is not None):
            raise ValueError("give either a band or a total")
        if self.least > self.of:
            raise ValueError("least is more than of")
        return self


class ConditionRow(_Row):
    """One condition: exactly one of the keys. The system checks each of them; nobody ticks one."""

    periods: Periods | None = None
    no_veto: int | None = Field(default=None, ge=1, le=24)  # in so many published periods
    no_overdue_problems: int | None = Field(default=None, ge=0, le=366)  # days past due
    members: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)  # since it was established
    share: Decimal | None = Field(default=None, gt=0, le=1)  # of the bureau's units, at most
    below: int | None = Field(default=None, ge=0)  # months the level below was held

    @model_validator(mode="after")
    def _is_one(self) -> ConditionRow:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError("give exactly one condition in each line")
        return self


class LevelRow(_Row):
    """A level; the highest stands first."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: Text
    conditions: tuple[ConditionRow, ...] = Field(min_length=1)


class ProgrammeRow(_Row):
    """A programme of stars, rolling models or benchmarks for units."""

    code: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    title: Text
    note: Text
    basis: str = Field(min_length=1, max_length=200)
    kind: Kind
    unit_kinds: tuple[UnitKind, ...] = Field(min_length=1)
    scheme: str
    review: Review = Review.QUARTER
    review_days: int = Field(default=15, ge=0, le=60)  # after the period, when it is published
    publicity_days: int = Field(default=5, ge=1, le=30)  # working days
    grace_days: int = Field(default=90, ge=1, le=366)
    appeal_days: int = Field(default=10, ge=1, le=60)  # working days
    levels: tuple[LevelRow, ...] = Field(min_length=1, max_length=9)


def register_sections() -> None:
    """Let packs carry programmes."""
    register_section(
        "distinctions", ProgrammeRow, install=install_programmes, check=check_programmes
    )


def check_programmes(rows: Sequence[ProgrammeRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each band the scheme does not have and each level below the lowest."""
    return [
        Finding(around.file, f"[{place}].{where}", words, remedy, code="distinctions.condition")
        for place, row in enumerate(rows)
        for where, words, remedy in _find_faults(row)
    ]


def _find_faults(row: ProgrammeRow) -> Iterator[tuple[str, str, str]]:
    # Bureaus may work by versions of their own: a band that one of them has is known.
    known = list(Scheme.objects.filter(code=row.scheme, state=SchemeState.ADOPTED))
    bands = {band["code"] for scheme in known for band in scheme.document["bands"]} or None
    codes = [level.code for level in row.levels]
    if len(codes) != len(set(codes)):
        yield "levels", _("Two levels have the same code."), _("Give each its own.")
    for place, level in enumerate(row.levels):
        for line, one in enumerate(level.conditions):
            where = f"levels[{place}].conditions[{line}]"
            if one.periods and bands is not None and one.periods.band not in {*bands, ""}:
                yield (
                    f"{where}.periods.band",
                    _("The scheme %(scheme)s has no band %(band)s.")
                    % {"scheme": row.scheme, "band": one.periods.band},
                    _("Write one of: %(bands)s.") % {"bands": ", ".join(sorted(bands))},
                )
            if one.below is not None and level is row.levels[-1]:
                yield (
                    f"{where}.below",
                    _("There is no level below the lowest."),
                    _("Take the condition out."),
                )


def install_programmes(rows: Sequence[ProgrammeRow], pack: Any, _actor: Any) -> None:
    """Write the programmes of a pack; levels that are held stay held, by whatever rules they came."""
    gone = Programme.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows])
    gone.update(retired=True)
    for row in rows:
        Programme.objects.update_or_create(
            code=row.code,
            defaults={
                "title_en": row.title.en,
                "title_zh": row.title.zh,
                "kind": row.kind,
                "document": row.model_dump(mode="json", exclude_none=True),
                "pack": pack.code,
                "retired": False,
            },
        )
