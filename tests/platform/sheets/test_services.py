"""The life of an import: opened, checked, applied once, cancelled, killed, repeated."""

import io

import pytest
from django.utils import timezone, translation

from linghang.accounts.models import User
from linghang.platform.access import Grant, Permission, Scope
from linghang.platform.audit.models import Entry
from linghang.platform.calendar import clock
from linghang.platform.numbering.models import Counter
from linghang.platform.sheets import authority, queries, reading, services
from linghang.platform.sheets.faults import UnusableFile
from linghang.platform.sheets.models import BatchState, ImportBatch, ImportFile
from linghang.platform.sheets.plan import registry
from linghang.platform.tasks.progress import JobCancelled
from tests.platform.sheets.counters import CounterSheet, counters, values
from tests.platform.sheets.test_reading import workbook

pytestmark = pytest.mark.django_db

GOOD_AND_BAD = counters(["甲", 1], ["乙", "二"], ["丙", 3])


@pytest.fixture(autouse=True)
def _plans():
    with registry.only([CounterSheet()]):
        yield


@pytest.fixture
def officer():
    return User.objects.create_user("importer", name="高知远")


@pytest.fixture
def scope(officer):
    return Scope(user_id=officer.pk, grants=(Grant(Permission.IMPORT, "/1/"),), on=clock.today())


def opened(officer, scope, *files, name="表.xlsx"):
    return services.open_batch(
        [(name, data) for data in files or (GOOD_AND_BAD,)], actor=officer, scope=scope
    )


def test_opening_stores_the_files_sealed_and_reads_nothing(officer, scope):
    batch = opened(officer, scope)
    file = batch.files.get()
    assert (batch.state, batch.scope_path, batch.counts) == (BatchState.UPLOADED, "/1/", [])
    assert (file.name, file.size, len(file.sha256)) == ("表.xlsx", len(GOOD_AND_BAD), 64)
    assert file.open() == GOOD_AND_BAD
    assert b"PK\x03\x04" not in bytes(file.sealed)


def test_the_same_file_twice_is_kept_once(officer, scope):
    assert opened(officer, scope, GOOD_AND_BAD, GOOD_AND_BAD).files.count() == 1


def test_checking_keeps_counts_faults_and_the_faulty_rows_and_writes_nothing_else(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    assert batch.state == BatchState.CHECKED
    assert batch.counts == [
        {
            "file": "表.xlsx",
            "sheet": "计数",
            "plan": "counters",
            "title": "Counters",
            "rows": 3,
            "new": 2,
            "changed": 0,
            "unchanged": 0,
            "faulty": 1,
            "waiting": 0,
            "faults": 1,
            "warnings": 0,
        }
    ]
    fault = batch.faults.get()
    assert (fault.sheet, fault.row, fault.column, fault.value, fault.code, fault.severity) == (
        "计数",
        5,
        "数值",
        "二",
        "not_a_number",
        "block",
    )
    assert values() == {}
    assert services.faulty_workbook(batch) is not None


def test_checking_again_replaces_what_was_found(officer, scope):
    batch = services.check_batch(services.check_batch(opened(officer, scope)))
    assert batch.faults.count() == 1
    assert batch.files.filter(kind="faulty").count() == 1


def test_applying_writes_the_good_rows_and_an_audit_entry(officer, scope):
    batch = services.apply_batch(services.check_batch(opened(officer, scope)))
    assert batch.state == BatchState.APPLIED
    assert values() == {"甲": 1, "丙": 3}
    assert batch.written == {"counters": {"new": 2, "changed": 0}}
    entry = Entry.objects.get(verb="sheets.apply")
    assert (entry.actor, entry.new) == (
        officer,
        {"written": {"counters": {"new": 2, "changed": 0}}, "not_applied": 1},
    )


def test_applying_an_applied_import_does_nothing(officer, scope):
    batch = services.apply_batch(services.check_batch(opened(officer, scope)))
    Counter.objects.filter(name="甲").update(value=9)
    services.apply_batch(batch)
    assert values() == {"甲": 9, "丙": 3}


def test_the_same_files_a_second_time_are_unchanged(officer, scope):
    services.apply_batch(services.check_batch(opened(officer, scope)))
    second = services.apply_batch(services.check_batch(opened(officer, scope)))
    assert second.written == {"counters": {"new": 0, "changed": 0}}
    assert [(c["new"], c["changed"], c["unchanged"], c["faulty"]) for c in second.counts] == [
        (0, 0, 2, 1)
    ]


def test_changes_are_shown_with_old_and_new(officer, scope):
    Counter.objects.create(name="甲", value=7)
    batch = services.check_batch(opened(officer, scope))
    assert batch.changes == [
        {
            "sheet": "计数",
            "file": "表.xlsx",
            "row": 4,
            "label": "甲",
            "changes": [["数值", "7", "1"]],
        }
    ]


def test_applying_checks_again_so_a_change_since_the_preview_is_seen(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    Counter.objects.create(name="甲", value=1)
    services.apply_batch(batch)
    assert batch.written == {"counters": {"new": 1, "changed": 0}}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("step", range(1, 9))
def test_an_import_stopped_at_any_step_writes_nothing_and_can_be_applied_later(
    officer, scope, step
):
    batch = services.check_batch(opened(officer, scope))
    steps = 0

    def stop(done, total, message=""):
        nonlocal steps
        steps += 1
        if steps == step:
            raise JobCancelled

    try:
        services.apply_batch(batch, stop)
    except JobCancelled:
        assert values() == {}
        assert ImportBatch.objects.get().state == BatchState.CHECKED
        services.apply_batch(batch)
    assert values() == {"甲": 1, "丙": 3}
    assert ImportBatch.objects.get().state == BatchState.APPLIED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_error_while_writing_leaves_nothing_behind(officer, scope, monkeypatch):
    batch = services.check_batch(opened(officer, scope))

    def fail_late(self, rows, workspace, progress):
        Counter.objects.create(name="甲", value=1)
        raise RuntimeError("disk full")

    monkeypatch.setattr(CounterSheet, "apply", fail_late)
    with pytest.raises(RuntimeError, match="disk full"):
        services.apply_batch(batch)
    assert values() == {}
    assert ImportBatch.objects.get().state == BatchState.CHECKED


def test_an_import_left_applying_by_a_killed_process_is_applied_on_the_next_run(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    ImportBatch.objects.update(state=BatchState.APPLYING)
    assert services.apply_batch(batch).state == BatchState.APPLIED


def test_a_cancelled_import_cannot_be_applied_or_cancelled_again(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    services.cancel_batch(batch, actor=officer)
    assert batch.state == BatchState.CANCELLED
    with pytest.raises(services.WrongState):
        services.apply_batch(batch)
    with pytest.raises(services.WrongState):
        services.cancel_batch(batch, actor=officer)
    assert values() == {}


def test_an_applied_import_cannot_be_cancelled(officer, scope):
    batch = services.apply_batch(services.check_batch(opened(officer, scope)))
    with pytest.raises(services.WrongState):
        services.cancel_batch(batch, actor=officer)


def test_an_unusable_file_fails_the_import_with_its_reason_in_the_readers_language(officer, scope):
    batch = services.check_batch(opened(officer, scope, b"%PDF-1.7", name="报告.xlsx"))
    assert batch.state == BatchState.FAILED
    with translation.override("en"):
        assert (
            batch.error_message
            == "报告.xlsx: This is not a workbook (xlsx, xls, ods, csv). Open it in Excel or WPS and save it as .xlsx, then upload that."
        )


def test_jobs_check_and_apply(officer, scope, django_capture_on_commit_callbacks):
    batch = opened(officer, scope)
    with django_capture_on_commit_callbacks(execute=True):
        services.start_check(batch, actor=officer, scope=scope)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (BatchState.CHECKED, "done")
    with django_capture_on_commit_callbacks(execute=True):
        services.start_apply(batch, actor=officer, scope=scope)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (BatchState.APPLIED, "done")
    assert values() == {"甲": 1, "丙": 3}


def test_stopping_a_waiting_apply_makes_it_checked_again(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    services.start_apply(batch, actor=officer, scope=scope)
    services.stop_work(batch, actor=officer)
    batch.refresh_from_db()
    assert (batch.state, batch.job.state) == (BatchState.CHECKED, "cancelled")


def test_a_job_works_with_the_grants_of_its_starter_and_those_that_ended_are_void(scope):
    kept = authority.keep_scope(scope)
    assert authority.restored_scope(kept) == scope
    kept["grants"].append(["import", "/2/", "2026-11-20"])
    assert authority.restored_scope(kept).prefixes(Permission.IMPORT) == ("/1/",)


def test_imports_are_seen_by_their_uploader_and_by_whoever_imports_for_the_same_units(
    officer, scope
):
    batch = opened(officer, scope)

    def sees(**fields):
        return list(queries.visible_batches(Scope(**fields)))

    assert sees(user_id=officer.pk) == [batch]
    assert sees(user_id=0, grants=(Grant(Permission.IMPORT, "/1/"),)) == [batch]
    assert sees(user_id=0, grants=(Grant(Permission.IMPORT, "/"),)) == [batch]
    assert sees(user_id=0, grants=(Grant(Permission.IMPORT, "/2/"),)) == []
    assert sees(user_id=0, grants=(Grant(Permission.VIEW_PEOPLE, "/1/"),)) == []
    assert sees() == []


def test_the_faulty_workbook_comes_back_mended_and_is_read_like_the_original(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    data = services.faulty_workbook(batch).open()
    rows = reading.read_bytes(data, "a.xlsx").sheets[0].rows
    assert rows[2][:2] == ["名称", "数值"]
    assert [rows[3][:2], rows[3][4]] == [["乙", "二"], 5.0]
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book["计数"]["B4"]
    assert cell.comment is not None
    assert cell.fill.fgColor.rgb == "FFFBD5D0"
    cell.value = 2
    mended = io.BytesIO()
    book.save(mended)
    again = services.apply_batch(services.check_batch(opened(officer, scope, mended.getvalue())))
    assert again.written == {"counters": {"new": 1, "changed": 0}}
    assert again.notes == []
    assert values() == {"乙": 2}


def test_files_of_old_imports_are_emptied_and_their_findings_stay(officer, scope):
    batch = services.check_batch(opened(officer, scope))
    assert services.purge_files(before=timezone.now()) == 2
    assert [f.open() for f in ImportFile.objects.all()] == [b"", b""]
    assert batch.faults.count() == 1


def test_the_command_line_checks_without_writing_and_applies_when_told(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(GOOD_AND_BAD)
    outcome = services.import_paths([path], apply_good=False)
    assert outcome["sheets"] == {
        "计数": {
            "rows": 3,
            "new": 2,
            "changed": 0,
            "unchanged": 0,
            "faulty": 1,
            "waiting": 0,
            "faults": 1,
            "warnings": 0,
        }
    }
    assert [
        (f["sheet"], f["row"], f["column"], f["value"], f["severity"]) for f in outcome["faults"]
    ] == [("计数", 5, "数值", "二", "block")]
    assert (values(), ImportBatch.objects.count()) == ({}, 0)
    applied = services.import_paths([path], apply_good=True)
    assert applied["sheets"]["计数"]["new"] == 2
    assert values() == {"甲": 1, "丙": 3}
    again = services.import_paths([path], apply_good=True)
    assert (
        again["sheets"]["计数"]["new"],
        again["sheets"]["计数"]["changed"],
        again["sheets"]["计数"]["unchanged"],
    ) == (0, 0, 2)


def test_the_command_line_refuses_an_unusable_file(tmp_path):
    with pytest.raises(UnusableFile):
        services.import_paths([tmp_path / "nothing.xlsx"], apply_good=True)
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"x")
    with pytest.raises(UnusableFile):
        services.import_paths([path], apply_good=True)
    assert [b.state for b in ImportBatch.objects.all()] == [BatchState.FAILED]


def test_a_file_with_no_known_sheet_is_checked_with_a_note(officer, scope):
    batch = services.check_batch(opened(officer, scope, workbook({"别的": [["x", "y"], [1, 2]]})))
    assert (batch.state, batch.counts, len(batch.notes)) == (BatchState.CHECKED, [], 1)
