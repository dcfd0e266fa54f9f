"""The lake holds exactly the facts of the database, month by month, and only ever whole generations."""

from __future__ import annotations

import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from django.db import transaction

from linghang.ledger.api import current_files, read_lake, sync_lake, withdraw_entries
from linghang.ledger.models import Fact, LakeMonth
from linghang.ledger.services import lake as lake_module
from tests.ledger.lake_cases import record_thing

OCTOBER = date(2026, 10, 12)
NOVEMBER = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _own_lake(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


def rows(lake, month):
    return pq.read_table(lake.file(month)).to_pylist()


def test_lake_before_the_first_sync_is_empty(db):
    lake = read_lake()
    assert (lake.seq, lake.months, lake.folder.exists(), current_files()) == (0, {}, False, [])


def test_sync_of_no_facts_writes_no_generation(db):
    assert sync_lake().months == {}


def test_rows_of_a_month_equal_the_fact_table_sorted_by_unit_and_person(bureau):
    record_thing(
        bureau.other_branch, OCTOBER, (150, 50), people=(bureau.colleague, bureau.secretary)
    )
    record_thing(bureau.branch, OCTOBER, (700,))
    record_thing(bureau.branch, NOVEMBER, (900,))
    lake = sync_lake()
    found = [
        (r["seq"], r["unit_id"], r["person_id"], r["quantity"], r["counts_on"])
        for r in rows(lake, "2026-10")
    ]
    low, high = bureau.branch.pk, bureau.other_branch.pk
    assert found == [
        (3, low, None, 700, OCTOBER),
        (2, high, bureau.secretary.pk, 50, OCTOBER),
        (1, high, bureau.colleague.pk, 150, OCTOBER),
    ]
    assert [r["quantity"] for r in rows(lake, "2026-11")] == [900]
    assert (lake.seq, sorted(lake.months)) == (4, ["2026-10", "2026-11"])


def test_every_column_of_the_contract_is_there_with_its_type(bureau):
    record_thing(bureau.branch, OCTOBER)
    schema = pq.read_schema(sync_lake().file("2026-10"))
    assert schema.equals(lake_module.SCHEMA)
    fact = Fact.objects.get()
    row = rows(read_lake(), "2026-10")[0]
    assert row == {name: getattr(fact, name) for name in schema.names}


def test_sync_without_changes_keeps_the_generation(bureau):
    record_thing(bureau.branch, OCTOBER)
    first = sync_lake()
    assert sync_lake() == first


def test_sync_writes_only_the_months_that_changed(bureau):
    record_thing(bureau.branch, OCTOBER)
    record_thing(bureau.branch, NOVEMBER)
    before = sync_lake()
    record_thing(bureau.branch, NOVEMBER)
    after = sync_lake()
    assert after.months["2026-10"] == before.months["2026-10"]
    assert after.months["2026-11"].seq == 3
    assert after.file("2026-10").samefile(before.file("2026-10"))
    assert (
        len(rows(before, "2026-11")) == 1
    )  # whoever still reads the older generation is not disturbed
    assert len(rows(after, "2026-11")) == 2


def test_withdrawn_fact_stays_in_the_lake_with_the_sequence_that_withdrew_it(bureau):
    source = record_thing(bureau.branch, OCTOBER, (100,))
    sync_lake()
    record_thing(bureau.branch, OCTOBER, (200,), source=source, reason="typing mistake")
    found = [(r["seq"], r["withdrawn_seq"], r["quantity"]) for r in rows(sync_lake(), "2026-10")]
    assert found == [(1, 2, 100), (3, None, 200)]


def test_withdrawal_alone_is_a_change(bureau):
    source = record_thing(bureau.branch, OCTOBER)
    sync_lake()
    with transaction.atomic():
        withdraw_entries([source], reason="did not take place")
    assert [r["withdrawn_seq"] for r in rows(sync_lake(), "2026-10")] == [2]


def test_lost_file_is_written_again(bureau):
    record_thing(bureau.branch, OCTOBER)
    lake = sync_lake()
    lake.file("2026-10").unlink()
    assert len(rows(sync_lake(), "2026-10")) == 1


def test_database_that_went_back_rewrites_the_months_the_lake_got_from_its_future(bureau):
    record_thing(bureau.branch, OCTOBER)
    sync_lake()
    point = transaction.savepoint()
    record_thing(bureau.branch, OCTOBER, (999,))
    sync_lake()
    transaction.savepoint_rollback(point)
    record_thing(bureau.branch, OCTOBER, (5,))
    assert [r["quantity"] for r in rows(sync_lake(), "2026-10")] == [100, 5]


@pytest.mark.parametrize("step", ["_write_month", "_write_manifest", "_note"])
def test_death_at_any_step_leaves_a_whole_generation_and_the_next_sync_completes(
    bureau, monkeypatch, step
):
    record_thing(bureau.branch, OCTOBER)
    before = sync_lake()
    record_thing(bureau.branch, OCTOBER)
    record_thing(bureau.branch, NOVEMBER)

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(lake_module, step, die)
        with pytest.raises(KeyboardInterrupt):
            sync_lake()
    left = read_lake()
    sizes = [len(rows(left, month)) for month in left.months]
    assert sizes == ([2, 1] if step == "_note" else [1])
    if step != "_note":
        assert left == before
    done = sync_lake()
    assert [len(rows(done, month)) for month in done.months] == [2, 1]
    assert {m.month: m.stamp for m in LakeMonth.objects.all()} == {
        k: v.stamp for k, v in done.months.items()
    }


def test_manifest_names_a_generation_and_nothing_of_the_machine(bureau):
    record_thing(bureau.branch, OCTOBER)
    lake = sync_lake()
    document = json.loads((lake.folder.parent / "current.json").read_text())
    assert (document["generation"], document["seq"], list(document["months"])) == (
        lake.folder.name,
        1,
        ["2026-10"],
    )


def test_old_generations_are_removed_after_an_hour(bureau, monkeypatch):
    record_thing(bureau.branch, OCTOBER)
    first = sync_lake()
    record_thing(bureau.branch, OCTOBER)
    second = sync_lake()
    monkeypatch.setattr(lake_module, "KEEP_SECONDS", -10)
    record_thing(bureau.branch, OCTOBER)
    third = sync_lake()
    assert [lake.folder.exists() for lake in (first, second, third)] == [False, True, True]
