"""The section of a pack that worklists install: templates of lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from linghang.ledger.api import list_kinds
from linghang.people.models import Post
from linghang.platform.packs.findings import Finding
from linghang.platform.packs.sections import Surroundings, register_section
from linghang.worklists.enums import Acceptance, Cadence, ListKind, Owner, ProofUse
from linghang.worklists.models import Template

LEAP_YEAR = 2024
Owners = Literal["committee", "organisation", "member", "post"]
Acceptances = Literal["none", "issuer", "superior"]


class _Row(BaseModel):
    """A row of a pack: nothing unknown is accepted, so that a typing mistake is no silent gap."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Row):
    """A text in both languages."""

    en: str
    zh: str


class Proof(_Row):
    """What facts prove the item: at least so many of a kind between the asking and the due day."""

    kind: str
    least: Decimal = Decimal(1)
    use: ProofUse = ProofUse.OFFER


class ItemRow(_Row):
    """One item of the template. It falls due on a day of the year, after working days, or by cadence."""

    code: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,11}$")
    section: str = Field(default="", max_length=60)
    text: str = Field(min_length=1, max_length=200)
    standard: str = Field(default="", max_length=400)
    owner: Owners
    post: str = ""
    due: str = Field(default="", pattern=r"^((0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$")
    due_in: int | None = Field(default=None, ge=1, le=250)
    cadence: Cadence | Literal[""] = ""
    required: bool = True
    needs_evidence: bool = False
    acceptance: Acceptances = "none"
    proof: Proof | None = None

    def as_draft(self) -> dict[str, Any]:
        """Return the row of a draft (mapping.drafts), with `due` as a day of any year."""
        row: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("section", "text", "standard", "owner", "post", "due", "due_in", "cadence")
            if getattr(self, name) not in ("", None)
        }
        row = {name: str(value) if isinstance(value, str) else value for name, value in row.items()}
        if not self.required:
            row["required"] = False
        if self.needs_evidence:
            row["needs_evidence"] = True
        if self.acceptance != Acceptance.NONE:
            row["acceptance"] = self.acceptance
        if self.proof is not None:
            row |= {
                "proof_kind": self.proof.kind,
                "proof_least": int(self.proof.least * 100),
                "proof_use": self.proof.use.value,
            }
        return row


class ListRow(_Row):
    """A list to start from."""

    code: str = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
    title: Text
    kind: ListKind = ListKind.TASKS
    basis: str = Field(default="", max_length=200)
    items: tuple[ItemRow, ...] = Field(min_length=1)


def install_lists(rows: Sequence[ListRow], pack: Any, _actor: Any) -> None:
    """Write the templates of a pack; those it no longer has are not offered any more.

    Lists that were issued from a template stay as they are: they are records, not copies to follow.
    """
    Template.objects.filter(pack=pack.code).exclude(code__in=[row.code for row in rows]).update(
        retired=True
    )
    Template.objects.bulk_create(
        [
            Template(
                code=row.code,
                title_en=row.title.en,
                title_zh=row.title.zh,
                kind=row.kind,
                basis=row.basis,
                items=[item.as_draft() for item in row.items],
                pack=pack.code,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title_en", "title_zh", "kind", "basis", "items", "pack", "retired"],
    )


def check_lists(rows: Sequence[ListRow], around: Surroundings) -> list[Finding]:
    """Return a finding for each item without a clear due, of an unknown post or an unknown kind."""
    posts = set(Post.objects.values_list("code", flat=True))
    kinds = set(list_kinds()) | around.offered
    return [
        Finding(around.file, f"[{place}].items[{line}].{key}", message, remedy, code=f"lists.{key}")
        for place, row in enumerate(rows)
        for line, item in enumerate(row.items)
        for key, message, remedy in _find_faults(item, posts, kinds)
    ]


def _find_faults(item: ItemRow, posts: set[str], kinds: set[str]) -> list[tuple[str, str, str]]:
    found = []
    if sum(map(bool, (item.due, item.due_in, item.cadence))) != 1:
        found.append(
            (
                "due",
                _("It must be said in exactly one way by when the item is due."),
                _("Give due, due_in or cadence, and only one of them."),
            )
        )
    if item.due and not _is_day(item.due):
        found.append(
            ("due", _("There is no such day."), _("Write it as month-day, for example 06-30."))
        )
    if (item.owner == Owner.POST) != bool(item.post):
        found.append(
            (
                "post",
                _("A post goes with the owner post, and only with it."),
                _("Name the post, or choose another owner."),
            )
        )
    elif item.post and item.post not in posts:
        found.append(
            (
                "post",
                _("There is no post %(code)s.") % {"code": item.post},
                _("Use the code of a post of people/data/roles.yaml or of your own."),
            )
        )
    if item.proof is not None and item.proof.kind not in kinds:
        found.append(
            (
                "proof",
                _("No app or pack declares the kind of fact %(code)s.") % {"code": item.proof.kind},
                _("Use a declared kind, or require the pack that brings it."),
            )
        )
    return found


def _is_day(text: str) -> bool:
    month, day = map(int, text.split("-"))
    try:
        date(LEAP_YEAR, month, day)
    except ValueError:
        return False
    return True


def register_sections() -> None:
    """Let packs carry templates of lists."""
    register_section("lists", ListRow, install=install_lists, check=check_lists)
