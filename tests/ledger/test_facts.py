"""Facts are written with their record, corrected by withdrawal, and the same for ever as of a sequence."""

from __future__ import annotations

from datetime import date
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.ledger.api import (
    EntryDraft,
    FactDraft,
    UndeclaredKind,
    filter_as_of,
    get_kind,
    sync_lake,
    withdraw_entries,
    write_entries,
)
from linghang.ledger.enums import DatedBy
from linghang.ledger.mapping import declare_kinds, find_page
from linghang.ledger.models import Entry, Fact
from linghang.platform.numbering import services as numbering
from tests.ledger.lake_cases import KIND, make_record, record_thing

OCTOBER = date(2026, 10, 12)

OPERATION = st.one_of(
    st.tuples(
        st.just("record"), st.integers(0, 2), st.lists(st.integers(0, 500), min_size=1, max_size=3)
    ),
    st.tuples(
        st.just("correct"), st.integers(0, 5), st.lists(st.integers(0, 500), min_size=1, max_size=3)
    ),
    st.tuples(st.just("withdraw"), st.integers(0, 5), st.just([])),
    st.tuples(st.just("sync"), st.just(0), st.just([])),
)
DAYS = (date(2026, 9, 30), OCTOBER, date(2026, 11, 1))


def standing(seq):
    return sorted(
        filter_as_of(Fact.objects.all(), seq).values_list("seq", "kind", "counts_on", "quantity")
    )


def standing_in_lake(lake, seq):
    rows = [row for month in lake.months for row in pq.read_table(lake.file(month)).to_pylist()]
    return sorted(
        (r["seq"], r["kind"], r["counts_on"], r["quantity"])
        for r in rows
        if r["seq"] <= seq and (r["withdrawn_seq"] is None or r["withdrawn_seq"] > seq)
    )


def perform(bureau, operation, records):
    name, number, quantities = operation
    if name == "record":
        records.append((record_thing(bureau.branch, DAYS[number], tuple(quantities)), DAYS[number]))
    elif name == "correct" and records:
        source, day = records[number % len(records)]
        record_thing(bureau.branch, day, tuple(quantities), source=source, reason="写错")
    elif name == "withdraw" and records:
        with transaction.atomic():
            withdraw_entries([records[number % len(records)][0]], reason="未开展")
    elif name == "sync":
        sync_lake()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(operations=st.lists(OPERATION, max_size=12))
def test_facts_as_of_a_sequence_are_the_same_whatever_happens_later(bureau, operations):
    with TemporaryDirectory() as folder, override_settings(LAKE_DIR=folder):
        point = transaction.savepoint()
        try:
            pictures, records = {}, []
            for operation in operations:
                perform(bureau, operation, records)
                now = numbering.last("ledger.fact")
                pictures[now] = standing(now)
            lake = sync_lake()
            for seq, picture in pictures.items():
                assert standing(seq) == picture
                assert standing_in_lake(lake, seq) == picture
        finally:
            transaction.savepoint_rollback(point)


def test_writing_the_same_twice_changes_nothing(bureau):
    source = record_thing(bureau.branch, OCTOBER, (100, 200))
    with transaction.atomic():
        facts = [
            FactDraft("test.thing", quantity, bureau.branch.pk, OCTOBER) for quantity in (100, 200)
        ]
        draft = EntryDraft(
            source, "test.thing", bureau.branch.pk, "thing (100, 200)", OCTOBER, facts
        )
        assert write_entries([draft], actor=None) == (0, 1)
    assert (Entry.objects.count(), Fact.objects.count()) == (1, 2)


def test_changed_record_withdraws_its_line_with_the_reason_and_writes_another(bureau):
    source = record_thing(bureau.branch, OCTOBER, (100,))
    record_thing(bureau.branch, OCTOBER, (300,), source=source, reason="写错")
    old, new = Entry.objects.order_by("pk")
    assert (old.reason, old.withdrawn_at is None, new.withdrawn_at) == ("写错", False, None)
    assert list(Fact.objects.order_by("seq").values_list("quantity", "withdrawn_seq")) == [
        (100, 2),
        (300, None),
    ]


def test_facts_outside_a_transaction_are_refused(bureau):
    own = transaction.get_connection()
    own.in_atomic_block = False  # as it is outside of a test
    try:
        with pytest.raises(transaction.TransactionManagementError):
            write_entries([], actor=None)
    finally:
        own.in_atomic_block = True


def test_fact_of_an_undeclared_kind_is_refused_and_nothing_written(bureau):
    fact = FactDraft("nobody.knows", 100, bureau.branch.pk, OCTOBER)
    draft = EntryDraft(
        make_record(bureau.branch), "nobody.knows", bureau.branch.pk, "x", OCTOBER, [fact]
    )
    with pytest.raises(UndeclaredKind, match=r"nobody\.knows"), transaction.atomic():
        write_entries([draft], actor=None)
    assert Entry.objects.count() == 0


def test_kind_dated_by_due_counts_on_its_due_day_and_needs_one(bureau):
    from dataclasses import replace

    declare_kinds(replace(KIND, code="test.duty", dated_by=DatedBy.DUE))
    for due in (date(2026, 12, 31), None):
        fact = FactDraft("test.duty", 100, bureau.branch.pk, OCTOBER, due_on=due)
        draft = EntryDraft(
            make_record(bureau.branch), "test.duty", bureau.branch.pk, "x", OCTOBER, [fact]
        )
        if due is None:
            with pytest.raises(ValueError, match="due date"), transaction.atomic():
                write_entries([draft], actor=None)
        else:
            with transaction.atomic():
                write_entries([draft], actor=None)
    assert Fact.objects.get().counts_on == date(2026, 12, 31)


def test_kind_is_not_declared_twice_differently():
    from dataclasses import replace

    declare_kinds(KIND)
    with pytest.raises(ValueError, match="declared twice"):
        declare_kinds(replace(KIND, quantity="hours"))
    assert get_kind("test.thing") == KIND


def test_line_without_a_page_of_its_own_leads_to_the_ledgers(bureau):
    record_thing(bureau.branch, OCTOBER)
    entry = Entry.objects.get()
    assert find_page(entry) == f"/ledger/{entry.pk}/"


def test_database_refuses_a_fact_withdrawn_before_it_was_written(bureau):
    record_thing(bureau.branch, OCTOBER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fact.objects.update(withdrawn_seq=1)


def test_database_refuses_two_open_lines_of_one_record(bureau):
    record_thing(bureau.branch, OCTOBER)
    entry = Entry.objects.get()
    entry.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
