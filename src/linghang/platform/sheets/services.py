"""Opening, checking, applying and cancelling an import; each can be called directly or from a job."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linghang.platform.access import Permission, Scope
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.crypto.fields import cipher
from linghang.platform.numbering import services as numbering
from linghang.platform.sheets import examination as examinations
from linghang.platform.sheets import reading, workbooks
from linghang.platform.sheets.authority import keep_scope, restored_scope, system_scope
from linghang.platform.sheets.examination import Examination
from linghang.platform.sheets.faults import Message, UnusableFile
from linghang.platform.sheets.models import (
    BatchState,
    FileKind,
    ImportBatch,
    ImportFault,
    ImportFile,
)
from linghang.platform.sheets.plan import Context, Progress, registry
from linghang.platform.tasks import services as tasks
from linghang.platform.tasks.models import Job, JobState
from linghang.platform.tasks.progress import JobCancelled, ask_to_stop, silent

CHECK, APPLY, PURGE = "sheets.check", "sheets.apply", "sheets.purge"
CHANGES_SHOWN = 200
Files = Sequence[tuple[str, bytes]]


class WrongState(Exception):  # noqa: N818 - it is a refusal told to the user
    """Raised when an import is not in a state for what is asked; the text says why."""


# -- the life of a batch -------------------------------------------------------------------------------------------


@transaction.atomic
def open_batch(files: Files, *, actor: Any, scope: Scope) -> ImportBatch:
    """Store the files (name, bytes) and return their import; nothing is read yet.

    Files with equal contents are kept once. Raises UnusableFile for one over the size limit, ValueError
    without files.
    """
    if not files:
        raise ValueError("an import needs files")
    prefixes = scope.prefixes(Permission.IMPORT)
    number = numbering.take("import")[0]
    batch = ImportBatch.objects.create(
        code=f"IMP{number:06d}",
        actor=actor if getattr(actor, "pk", None) else None,
        scope_path=prefixes[0] if prefixes else "",
        scope=keep_scope(scope),
    )
    seen: set[str] = set()
    for name, data in files:
        if len(data) > reading.Limits().bytes:
            raise reading.too_large(name, reading.Limits())
        digest = hashlib.sha256(data).hexdigest()
        if digest not in seen:
            seen.add(digest)
            _store_file(batch, FileKind.UPLOAD, name, data, digest)
    audit.record(
        actor=actor,
        verb="sheets.open",
        target=batch,
        unit_path=batch.scope_path,
        new={"files": [name for name, _data in files], "sha256": sorted(seen)},
    )
    return batch


def check_batch(batch: ImportBatch, progress: Progress = silent) -> ImportBatch:
    """Read and check the files, keep counts, faults, changes and the workbook of faulty rows.

    Writes nothing else and can be repeated. A file that cannot be used makes the import FAILED with its
    reason; other errors do too and are raised again.
    """
    _insist(batch.status.can_check or batch.status.can_apply)
    try:
        examination = examine_batch(batch, progress)
    except UnusableFile as error:
        _refuse(batch, error)
        return batch
    except JobCancelled:
        raise
    except Exception:
        _fail(batch, {"message": _unexpected().to_json(), "remedy": {}})
        raise
    with transaction.atomic():
        batch.refresh_from_db(
            fields=["state"], from_queryset=ImportBatch.objects.select_for_update()
        )
        if batch.status in {BatchState.CANCELLED, BatchState.APPLIED}:
            return batch
        _keep_findings(batch, examination)
        batch.state = BatchState.CHECKED
        batch.save()
    return batch


def apply_batch(batch: ImportBatch, progress: Progress = silent) -> ImportBatch:
    """Write the good rows in one transaction and return the import, APPLIED.

    The files are checked again under the lock, so what is written fits what exists now, whatever the
    preview showed. An import that is applied already is returned as it is. When the caller's progress
    raises, or the process dies, nothing is written and the import can be applied again.
    """
    with transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk, state=BatchState.CHECKED).update(
            state=BatchState.APPLYING
        )
    try:
        with transaction.atomic():
            _apply_locked(batch, progress)
    except BaseException:
        ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
            state=BatchState.CHECKED
        )
        batch.refresh_from_db()
        raise
    return batch


def _apply_locked(batch: ImportBatch, progress: Progress) -> None:
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    if batch.status is BatchState.APPLIED:
        return
    _insist(batch.status.can_apply)

    def first_half(done: int, total: int, message: str = "") -> None:
        progress(done, total * 2, message)

    def second_half(done: int, total: int, message: str = "") -> None:
        progress(total + done, total * 2, message)

    examination = examine_batch(batch, first_half)
    written = examinations.apply_examination(examination, second_half)
    _keep_findings(batch, examination)
    batch.written = written
    batch.state = BatchState.APPLIED
    batch.applied_at = clock.now()
    batch.save()
    audit.record(
        actor=batch.actor,
        verb="sheets.apply",
        target=batch,
        unit_path=batch.scope_path,
        new={"written": written, "not_applied": batch.total("faulty") + batch.total("waiting")},
    )


@transaction.atomic
def cancel_batch(batch: ImportBatch, *, actor: Any) -> None:
    """Give the import up; what is at work is asked to stop. Raises WrongState when it is applied already."""
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    _insist(batch.status.can_cancel)
    old = batch.state
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    audit.record(
        actor=actor,
        verb="sheets.cancel",
        target=batch,
        unit_path=batch.scope_path,
        old={"state": old},
        new={"state": batch.state},
    )


def stop_work(batch: ImportBatch, *, actor: Any) -> None:
    """Ask the job at work on the import to stop; what was being applied is checked and not applied again."""
    job = batch.job
    if job is None or JobState(job.state).is_final:
        return
    if job.state == JobState.RUNNING:
        # Not through the database: on SQLite the job's own transaction holds the only writing lock.
        ask_to_stop(job.pk)
        return
    tasks.cancel_job(job=job, actor=actor)
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
        state=BatchState.CHECKED
    )


def faulty_workbook(batch: ImportBatch) -> ImportFile | None:
    """Return the stored workbook of rows that were not applied, None when every row is good."""
    return batch.files.filter(kind=FileKind.FAULTY).last()


@transaction.atomic
def record_download(file: ImportFile, *, actor: Any) -> None:
    """Write to the audit trail that a file with personal data was taken out."""
    audit.record(
        actor=actor,
        verb="sheets.download",
        target=file.batch,
        unit_path=file.batch.scope_path,
        new={"file": file.name, "kind": file.kind, "sha256": file.sha256},
    )


@transaction.atomic
def purge_files(*, before: datetime) -> int:
    """Empty the stored files of imports that ended before the moment; return how many.

    Personal data is kept no longer than the work needs it (PIPL art. 19); names, digests, counts and faults
    stay.
    """
    old = ImportFile.objects.filter(batch__created_at__lt=before).exclude(sealed=b"")
    return old.update(sealed=b"")


# -- through background jobs ---------------------------------------------------------------------------------------


@transaction.atomic
def start_check(batch: ImportBatch, *, actor: Any, scope: Scope) -> Job:
    """Queue the checking and return its job."""
    stuck = batch.job is not None and JobState(batch.job.state).is_final
    _insist(batch.status.can_check or (batch.status.is_working and stuck))
    return _start(
        batch, CHECK, BatchState.UPLOADED, _("Check import %(code)s"), actor=actor, scope=scope
    )


@transaction.atomic
def start_apply(batch: ImportBatch, *, actor: Any, scope: Scope) -> Job:
    """Queue the writing of the good rows and return its job."""
    batch.refresh_from_db(from_queryset=ImportBatch.objects.select_for_update())
    _insist(batch.status is BatchState.CHECKED)
    return _start(
        batch, APPLY, BatchState.APPLYING, _("Apply import %(code)s"), actor=actor, scope=scope
    )


def _start(
    batch: ImportBatch, kind: str, state: BatchState, title: str, *, actor: Any, scope: Scope
) -> Job:
    job = tasks.start_job(
        kind=kind,
        params={"batch": batch.pk},
        actor=actor,
        title=title % {"code": batch.code},
        unit_path=batch.scope_path,
    )
    batch.job, batch.state, batch.error, batch.scope = job, state, {}, keep_scope(scope)
    batch.save(update_fields=["job", "state", "error", "scope"])
    return job


# -- through the command line --------------------------------------------------------------------------------------


def import_paths(paths: Iterable[Path], *, apply_good: bool, actor: Any = None) -> dict[str, Any]:
    """Check the files, with `apply_good` write the good rows, and return the JSON result.

    The result is {files, sheets: {name: {rows, new, changed, unchanged, faulty, waiting, faults, warnings}},
    faults: [{sheet, row, column, value, message, remedy, severity, code, file}], notes}. Raises UnusableFile.
    """
    scope = system_scope()
    files = [(Path(path).name, reading.load_path(path)) for path in paths]
    if not apply_good:
        books = [reading.read_bytes(data, name) for name, data in files]
        return _examine(books, _context(actor, scope), silent).result()
    batch = open_batch(files, actor=actor, scope=scope)
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.CHECKED)
    try:
        apply_batch(batch)
    except UnusableFile as error:
        _refuse(batch, error)
        raise
    return batch_result(batch)


def batch_result(batch: ImportBatch) -> dict[str, Any]:
    """Return the JSON result of an import that was checked."""
    return {
        "batch": batch.code,
        "state": batch.state,
        "files": [f.name for f in batch.files.filter(kind=FileKind.UPLOAD)],
        "sheets": examinations.sheets_by_name(batch.counts),
        "faults": [fault.to_json() for fault in batch.faults.all()],
        "notes": [note | {"message": note_text(note)} for note in batch.notes],
        "written": batch.written,
    }


def note_text(note: dict[str, Any]) -> str:
    """Return a kept note in the reader's language."""
    return str(Message.from_json(note["message"]))


# -- parts ---------------------------------------------------------------------------------------------------------


def examine_batch(batch: ImportBatch, progress: Progress = silent) -> Examination:
    """Return what the files of the import say now; raises UnusableFile."""
    files = batch.files.filter(kind=FileKind.UPLOAD)
    books = []
    for file in files:
        progress(0, 1, _("Opening “%(file)s”") % {"file": file.name})
        books.append(reading.read_bytes(file.open(), file.name))
    return _examine(books, _context(batch.actor, restored_scope(batch.scope)), progress)


def _examine(books: list[reading.Book], context: Context, progress: Progress) -> Examination:
    return examinations.examine_books(books, registry.plans(), context, progress)


def _context(actor: Any, scope: Scope) -> Context:
    return Context(actor=actor, scope=scope, today=clock.today())


def _keep_findings(batch: ImportBatch, examination: Examination) -> None:
    batch.counts = examination.counts()
    batch.notes = [
        {"file": n.file, "sheet": n.sheet, "message": n.message.to_json()}
        for n in examination.notes
    ]
    batch.changes = [
        {
            "sheet": row.table.sheet,
            "file": row.table.file,
            "row": row.number,
            "label": row.plan.label_of(row),
            "changes": [[c.heading, *c.shown()] for c in row.changes],
        }
        for row in examination.changed_rows(CHANGES_SHOWN)
    ]
    batch.error = {}
    batch.checked_at = clock.now()
    batch.faults.all().delete()
    ImportFault.objects.bulk_create(
        (
            ImportFault(
                batch=batch,
                file=f.file[:200],
                sheet=f.sheet[:100],
                row=f.row,
                column=f.column[:200],
                value=f.value[:200],
                severity=f.severity.value,
                code=f.code,
                message_data=f.message.to_json(),
                remedy_data=f.remedy.to_json(),
            )
            for f in examination.faults()
        ),
        batch_size=2000,
    )
    batch.files.filter(kind=FileKind.FAULTY).delete()
    if data := workbooks.faulty_workbook(examination):
        name = f"{batch.code}-{_('rows to mend')}.xlsx"
        _store_file(batch, FileKind.FAULTY, name, data, hashlib.sha256(data).hexdigest())


def _store_file(
    batch: ImportBatch, kind: FileKind, name: str, data: bytes, digest: str
) -> ImportFile:
    return ImportFile.objects.create(
        batch=batch,
        kind=kind,
        name=Path(name).name[-200:],
        size=len(data),
        sha256=digest,
        sealed=cipher().encrypt(data),
    )


def _refuse(batch: ImportBatch, error: UnusableFile) -> None:
    _fail(
        batch,
        {"file": error.file, "message": error.message.to_json(), "remedy": error.remedy.to_json()},
    )


def _fail(batch: ImportBatch, error: dict[str, Any]) -> None:
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.FAILED, error=error)
    batch.state, batch.error = BatchState.FAILED, error


def _unexpected() -> Message:
    return Message(
        gettext_noop(
            "Checking stopped because of an error of the system. Nothing was changed; tell the administrator."
        )
    )


def _insist(allowed: bool) -> None:
    if not allowed:
        raise WrongState(
            _("The import is not in a state for this; open it again to see where it stands.")
        )
