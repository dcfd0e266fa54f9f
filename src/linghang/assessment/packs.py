"""The section of a pack that assessment installs: versioned forms, who marks, what is marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.assessment.enums import RaterKind
from linghang.assessment.mapping import fact_kinds
from linghang.assessment.models import Form, Item
from linghang.ledger.api import list_kinds
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section

WHOLE = 100  # percent
# Who knows a branch, and who knows a member: others would mark what they cannot see.
OF_UNITS = {RaterKind.SELF, RaterKind.COMMITTEE, RaterKind.SUPERIOR, RaterKind.INSPECTOR}
OF_PERSONS = set(RaterKind) - {RaterKind.INSPECTOR}


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class ItemRow(_Row):
    """What is marked or, on a visit without marks (`full: 0`), looked at."""

    code: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,11}$")
    title: Text
    full: Decimal = Field(default=Decimal(0), ge=0, le=1000, decimal_places=2)
    guide: str = Field(default="", max_length=400)
    evidence: Literal["needed", "optional"] = "optional"
    facts: tuple[str, ...] = ()


class RaterRow(_Row):
    """A kind of rater and its weight in percent."""

    kind: Literal[
        "self", "peers", "masses", "group", "branch", "committee", "superior", "inspector"
    ]
    weight: int = Field(ge=1, le=WHOLE)


class FormRow(_Row):
    """An assessment form; its version is the pack's."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    title: Text
    subject: Literal["unit", "person"] = "unit"
    period: Literal["month", "quarter", "year"] = "quarter"
    raters: tuple[RaterRow, ...] = ()
    steps: bool = False  # raters one after the other, in the order they stand here
    visit: bool = False
    items: tuple[ItemRow, ...] = Field(min_length=1)


def register_sections() -> None:
    """Let packs carry assessment forms."""
    register_section(
        "assessment_forms",
        FormRow,
        install=install_forms,
        check=check_forms,
        offers=lambda rows: [f"mark.{row.code}" for row in rows if row.raters],
    )


def install_forms(rows: Sequence[FormRow], pack: Any, _actor: Any) -> None:
    """Write the forms of a pack as a new version; a round goes on with the version it began with."""
    Form.objects.filter(pack=pack.code).update(retired=True)
    for row in rows:
        form, made = Form.objects.get_or_create(
            code=row.code,
            version=pack.version,
            defaults={
                "title_en": row.title.en,
                "title_zh": row.title.zh,
                "subject": row.subject,
                "period": row.period,
                "raters": [[rater.kind, rater.weight] for rater in row.raters],
                "stepwise": row.steps,
                "visit": row.visit,
                "full": sum(_hundredths(item.full) for item in row.items),
                "pack": pack.code,
            },
        )
        if not made:  # installed again as it was: versions never change
            Form.objects.filter(pk=form.pk).update(retired=False)
            continue
        Item.objects.bulk_create(
            [
                Item(
                    form=form,
                    order=order,
                    code=item.code,
                    title_en=item.title.en,
                    title_zh=item.title.zh,
                    full=_hundredths(item.full),
                    guide=item.guide,
                    evidence=item.evidence == "needed",
                    facts=list(item.facts),
                )
                for order, item in enumerate(row.items, 1)
            ]
        )
    fact_kinds.forget()


def _hundredths(points: Decimal) -> int:
    return int(points * 100)


def check_forms(rows: Sequence[FormRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each form nobody could fill in: weights, raters, points, records."""
    declared = list_kinds()
    sensitive = {code for code, kind in declared.items() if kind.sensitive}
    known = (set(declared) | around.offered) - sensitive
    return [
        Finding(around.file, f"[{place}].{at}", says, remedy, code=f"assessment.{code}")
        for place, row in enumerate(rows)
        for at, says, remedy, code in (*_check_raters(row), *_check_items(row, known))
    ]


Fault = tuple[str, str, str, str]


def _check_raters(row: FormRow) -> Iterable[Fault]:
    kinds = [RaterKind(rater.kind) for rater in row.raters]
    total = sum(rater.weight for rater in row.raters)
    if row.raters and total != WHOLE:
        yield (
            "raters",
            _("The weights of the raters add up to %(total)d, not to 100.") % {"total": total},
            _("Change the weights so that they add up to 100."),
            "weights",
        )
    if len(set(kinds)) < len(kinds):
        yield "raters", _("A kind of rater stands here twice."), _("Name it once."), "double"
    fitting = OF_UNITS if row.subject == "unit" else OF_PERSONS
    strangers = [kind for kind in kinds if kind not in fitting]
    if strangers:
        yield (
            "raters",
            _("These do not mark here: %(kinds)s.")
            % {"kinds": "、".join(str(kind.label) for kind in strangers)},
            _("Branches are marked by %(units)s; members by %(persons)s.")
            % {"units": _join(OF_UNITS), "persons": _join(OF_PERSONS)},
            "raters",
        )
    if not row.raters and not row.visit:
        yield "raters", _("Nobody marks by this form."), _("Name who marks."), "nobody"
    if row.visit and (row.subject != "unit" or row.raters):
        yield (
            "visit",
            _("A visit finds, it does not mark, and goes to branches."),
            _("Take `subject: unit` and no raters; marks are asked by another form."),
            "visit",
        )


def _join(kinds: Iterable[RaterKind]) -> str:
    return "、".join(kind.value for kind in RaterKind if kind in set(kinds))


def _check_items(row: FormRow, known: set[str]) -> Iterable[Fault]:
    codes = [item.code for item in row.items]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield (
            "items",
            _("The code %(code)s stands here twice.") % {"code": code},
            _("Give each item its own code."),
            "item_double",
        )
    for item in row.items:
        if row.raters and not item.full:
            yield (
                "items",
                _("%(code)s has no points, and raters mark by this form.") % {"code": item.code},
                _("Give the item its points (`full`)."),
                "points",
            )
        for kind in item.facts:
            if kind not in known:
                yield (
                    "items",
                    _(
                        "%(code)s names the kind of fact “%(kind)s”, which is not declared or is sensitive."
                    )
                    % {"code": item.code, "kind": kind},
                    _("Name a kind of docs/facts.md, or require the pack that brings it."),
                    "fact_unknown",
                )
