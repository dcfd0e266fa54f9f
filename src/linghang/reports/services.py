"""Making documents. The same results and options give the same bytes, and the same row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linghang.evaluation.enums import RunState
from linghang.evaluation.models import Run
from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.numbering import services as numbering
from linghang.reports import mapping, queries
from linghang.reports.enums import DocumentKind
from linghang.reports.mapping import BulletinOptions
from linghang.reports.models import Document
from linghang.reports.queries import Month
from linghang_core.documents import DocumentError, DocumentNumber, write_docx

DOCUMENT_LANGUAGE = "zh-hans"


class DocumentRefused(Exception):  # noqa: N818 - it says what happened
    """The document cannot be made as asked; the message says why and what to do."""


def make_bulletin(*, run: Run, actor: Any, options: BulletinOptions | None = None) -> Document:
    """Make the bulletin of a run's bureau and period and return it; a draft if it is not public.

    Without options it is made as the bureau's last one was. Made again with nothing changed it is
    the document that is there. Raises DocumentRefused.
    """
    with transaction.atomic():
        month = _read_month(run)
        chosen = options or propose_options(month)
        with translation.override(DOCUMENT_LANGUAGE):
            try:
                document = mapping.compose_bulletin(month, chosen)
                data = write_docx(document)
            except DocumentError as error:
                raise DocumentRefused(str(error)) from error
            content = mapping.describe_document(document)
        return _keep(
            month,
            _Made(
                DocumentKind.BULLETIN,
                mapping.name_bulletin(month),
                data,
                content,
                dump_options(chosen),
            ),
            actor,
        )


def make_score_book(*, run: Run, actor: Any, with_members: bool) -> Document:
    """Make the score book of a run's bureau and period and return it.

    `with_members` adds the scores of the members by name: the caller asks for the permission.
    Raises DocumentRefused.
    """
    with transaction.atomic():
        month = _read_month(run)
        named = with_members and bool(month.of_persons)
        with translation.override(DOCUMENT_LANGUAGE):
            data = mapping.write_book(month, with_members=named, dated=find_day(month))
            content = mapping.describe_book(month, with_members=named)
        made = _Made(DocumentKind.SCORE_BOOK, mapping.name_book(month), data, content, {}, named)
        return _keep(month, made, actor)


def read_file(*, document: Document, actor: Any) -> bytes:
    """Return the file; that somebody took one that names members is recorded."""
    if document.names_members:
        with transaction.atomic():
            audit.record(
                actor=actor,
                verb="download_document",
                target=document,
                label=f"{document.number} {document.title}",
                unit_path=document.root.path,
            )
    return bytes(document.file)


@transaction.atomic
def record_paper(*, target: Any, unit_path: str, purpose: str, in_full: bool, actor: Any) -> None:
    """Record that a member's file or a branch's year book left the system, and what for.

    Raises ValidationError without a purpose.
    """
    if not purpose.strip():
        raise ValidationError({"purpose": _("Say what it is for.")}, code="purpose")
    verb = "print_year_book" if isinstance(target, Unit) else "print_member_file"
    audit.record(
        actor=actor,
        verb=verb,
        target=target,
        unit_path=unit_path,
        new={"in_full": int(in_full)},
        reason=purpose.strip(),
    )


def propose_options(month: Month) -> BulletinOptions:
    """Return the options of a bulletin before anybody changes them: those of the bureau's last.

    The document number is never proposed: the office gives it.
    """
    last = load_options(queries.find_last_options(month.root))
    addressee = "各党总支、党支部" if month.has_general_branches else "各党支部"
    return BulletinOptions(
        dated=find_day(month),
        addressee=last.addressee if last else addressee,
        red_header=last.red_header if last else False,
        copies_to=last.copies_to if last else (),
    )


def find_day(month: Month) -> date:
    """Return the day a document is dated by default.

    Today while something may still change; the day of the last act once all is final, so that a
    bulletin of a closed month is the same whenever it is made.
    """
    days = []
    for strand in month.strands:
        if strand.publication is None or strand.publication.closed_at is None:
            return clock.today()
        days.append(strand.publication.closed_at)
        days += [row.corrected_at for row in strand.corrections]
    return timezone.localtime(max(days)).date()


def dump_options(options: BulletinOptions) -> dict[str, Any]:
    """Return the options as JSON values."""
    number = options.number
    return {
        "dated": options.dated.isoformat(),
        "addressee": options.addressee,
        "red_header": options.red_header,
        "number": [number.agency, number.year, number.number] if number else None,
        "copies_to": list(options.copies_to),
    }


def load_options(stored: Mapping[str, Any]) -> BulletinOptions | None:
    """Return the options that `dump_options` wrote; None of nothing."""
    if not stored:
        return None
    number = stored["number"]
    return BulletinOptions(
        dated=date.fromisoformat(stored["dated"]),
        addressee=stored["addressee"],
        red_header=stored["red_header"],
        number=DocumentNumber(*number) if number else None,
        copies_to=tuple(stored["copies_to"]),
    )


@dataclass(frozen=True)
class _Made:
    """A document just made, before it is kept."""

    kind: DocumentKind
    title: str
    data: bytes
    content: dict[str, Any]
    options: dict[str, Any]
    names_members: bool = False


def _read_month(run: Run) -> Month:
    if RunState(run.state) not in {RunState.DONE, RunState.PUBLISHED}:
        raise DocumentRefused(
            _("This run is %(state)s; take the latest one.") % {"state": RunState(run.state).label}
        )
    # The words that come with the results are those of the document's language.
    with translation.override(DOCUMENT_LANGUAGE):
        return queries.read_month(run)


def _keep(month: Month, made: _Made, actor: Any) -> Document:
    """Store the file once; whoever makes the same again gets the row that has it."""
    digest = hashlib.sha256(made.data).hexdigest()
    today = clock.today()
    # Taken before looking: whoever makes the same at the same moment waits here and then finds it.
    series = f"reports.document.{month.root.pk}.{today.year}"
    numbering.take(series, 0)
    found = Document.objects.filter(root=month.root, kind=made.kind, digest=digest).first()
    if found is not None:
        return found
    document = Document.objects.create(
        kind=made.kind,
        root=month.root,
        period=str(month.period),
        number=f"{today.year}-{numbering.take(series)[0]:03d}",
        title=made.title,
        is_draft=month.is_draft,
        names_members=made.names_members,
        options=made.options,
        content=made.content,
        file=made.data,
        size=len(made.data),
        digest=digest,
        created_by=actor if getattr(actor, "pk", None) else None,
        created_at=clock.now(),
    )
    document.runs.set([strand.run for strand in month.strands])
    audit.record(
        actor=actor,
        verb="make_document",
        target=document,
        label=f"{document.number} {document.title}",
        unit_path=month.root.path,
        new={"kind": made.kind.value, "digest": digest, "is_draft": month.is_draft},
    )
    return document
