"""Numbering, audit, encrypted fields, scope, jobs."""

from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from linghang.people.models import Person
from linghang.platform.access import Allowed, Denied, Grant, Permission, Scope
from linghang.platform.audit import services as audit
from linghang.platform.crypto import fields
from linghang.platform.numbering import services as numbering
from linghang.platform.tasks import progress
from linghang.platform.tasks import services as jobs
from linghang.platform.tasks.models import Job, JobState

paths = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(
    lambda ids: "/" + "".join(f"{i}/" for i in ids)
)


@pytest.mark.django_db
def test_numbers_rise_without_gaps_and_a_rolled_back_transaction_takes_none():
    with transaction.atomic():
        assert list(numbering.take("x", 3)) == [1, 2, 3]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.take("x", 5)
        raise ZeroDivisionError
    with transaction.atomic():
        assert list(numbering.take("x")) == [4]
    assert numbering.last("x") == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_numbers_and_audit_need_the_transaction_of_their_act():
    with pytest.raises(transaction.TransactionManagementError):
        numbering.take("x")
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(actor=None, verb="x")


@pytest.mark.django_db
def test_an_audit_entry_is_never_changed_nor_deleted():
    entry = audit.record(actor=None, verb="x", label="y")
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


@pytest.mark.django_db
def test_an_encrypted_field_is_unreadable_in_the_table_and_readable_in_the_model():
    Person.objects.create(code="M1", name="林晓禾", identity_number="999999198001010010")
    with connection.cursor() as cursor:
        cursor.execute("select identity_number from people_person")
        stored = cursor.fetchone()[0]
    assert "9999" not in stored
    assert Person.objects.get().identity_number == "999999198001010010"


def test_a_key_in_front_reads_what_the_old_key_wrote(settings):
    from cryptography.fernet import Fernet

    old = fields.EncryptedTextField().get_prep_value("石桥村")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    fields.cipher.cache_clear()
    assert fields.EncryptedTextField().from_db_value(old) == "石桥村"
    fields.cipher.cache_clear()


def test_the_index_finds_equal_values_and_tells_nothing_about_others():
    assert fields.index("a") == fields.index("a") != fields.index("b")
    assert fields.index("") == ""


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (fields.mask_identity, "999999198001010010", "9999**********0010"),
        (fields.mask_identity, "1234", "****"),
        (fields.mask_phone, "19911535642", "199****5642"),
        (fields.mask_phone, "123", "***"),
        (fields.mask_address, "示范市城南区劳动路36号", "示范市城南区****"),
        (fields.mask_address, "", ""),
    ],
)
def test_masks(mask, value, shown):
    assert mask(value) == shown


@given(st.lists(paths, max_size=4), paths)
def test_a_permission_over_a_unit_is_one_over_everything_under_it_and_nothing_else(held, path):
    scope = Scope(grants=tuple(Grant(Permission.VIEW_RECORDS, prefix) for prefix in held))
    expected = any(path.startswith(prefix) for prefix in held)
    assert bool(scope.can(Permission.VIEW_RECORDS, path)) is expected
    assert not scope.can(Permission.EDIT_RECORDS, path)
    kept = scope.prefixes(Permission.VIEW_RECORDS)
    assert not any(a != b and a.startswith(b) for a in kept for b in kept)


def test_a_grant_ends_with_its_appointment():
    grant = Grant(Permission.VIEW_RECORDS, "/1/", until=date(2026, 11, 21))
    assert Scope(grants=(grant,), on=date(2026, 11, 20)).can(Permission.VIEW_RECORDS)
    assert not Scope(grants=(grant,), on=date(2026, 11, 21)).can(Permission.VIEW_RECORDS)


def test_a_refusal_says_why_and_who_can_help():
    denied = Scope().can(Permission.IMPORT)
    assert isinstance(denied, Denied)
    assert "import" in denied.reason.lower() or "导入" in denied.reason
    assert isinstance(
        Scope(grants=(Grant(Permission.IMPORT, "/"),)).can(Permission.IMPORT, "/9/"), Allowed
    )


@pytest.fixture
def handler():
    cache.clear()  # numbers of jobs come again in other tests
    calls = []

    @jobs.job_handler("test.job")
    def run(job, tell):
        calls.append(job.pk)
        tell(1, 2, "half")
        if job.params.get("fail"):
            raise RuntimeError("boom")
        return {"done": True}

    yield calls
    jobs.handlers.pop("test.job")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_runs_after_commit_and_keeps_its_result(handler):
    with transaction.atomic():
        job = jobs.start_job(kind="test.job", params={}, actor=None)
        assert handler == []
    job.refresh_from_db()
    assert (handler, job.state, job.result, job.attempts) == (
        [job.pk],
        JobState.DONE,
        {"done": True},
        1,
    )


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_failed_job_says_what_happened(handler):
    job = jobs.start_job(kind="test.job", params={"fail": True}, actor=None)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "RuntimeError: boom")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_asked_to_stop_stops_at_its_next_step(handler):
    job = Job.objects.create(kind="test.job")
    progress.ask_to_stop(job.pk)
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_whose_process_died_is_done_again_and_given_up_after_three_times(handler):
    dead = Job.objects.create(kind="test.job", state=JobState.RUNNING, attempts=1)
    hopeless = Job.objects.create(kind="test.job", state=JobState.RUNNING, attempts=3)
    assert jobs.recover_jobs() == [dead]
    dead.refresh_from_db()
    hopeless.refresh_from_db()
    assert (dead.state, dead.attempts, hopeless.state) == (JobState.DONE, 2, JobState.FAILED)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_job_alive_elsewhere_is_left_alone(handler):
    job = Job.objects.create(kind="test.job", state=JobState.RUNNING, attempts=1)
    progress.write(job.pk, done=1, total=2, message="")
    assert jobs.recover_jobs() == []
    assert handler == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_daily_jobs_start_once_a_day(handler, monkeypatch):
    monkeypatch.setattr(jobs, "daily_kinds", ["test.job"])
    assert len(jobs.start_daily_jobs()) == 1
    assert jobs.start_daily_jobs() == []
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-22")
    assert len(jobs.start_daily_jobs()) == 1
    assert Job.objects.filter(kind="test.job", state=JobState.DONE).count() == 2
