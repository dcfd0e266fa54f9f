"""A publication is recomputed from its snapshot to the same digest, whatever was changed since; what was tampered with is found."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.urls import reverse

from linghang.cli import cli
from linghang.evaluation import mapping, services, tasks
from linghang.evaluation.enums import Part
from linghang.evaluation.models import Correction, Publication, Scheme, Score
from linghang.evaluation.services import correcting
from linghang.ledger.models import Fact
from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.org.models import Unit, UnitChange, UnitVersion
from linghang.people.models import Appointment, Person
from linghang.platform.audit.models import Entry as AuditEntry
from linghang.platform.tasks.models import Job
from linghang.platform.tasks.services import run_job
from tests.cast import make_person, make_unit
from tests.evaluation import cases


def publish(bureau, scheme):
    run = services.run_evaluation(
        scheme=scheme, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    return services.publish_run(run=run, actor=bureau.officer.user)


@pytest.fixture
def published(bureau, flag):
    cases.write_example(bureau)
    return publish(bureau, flag)


def verify(publication):
    return services.verify_publication(
        publication=Publication.objects.select_related("run__scheme", "run__root").get(
            pk=publication.pk
        )
    )


def found(publication):
    return [(one.part, one.place) for one in verify(publication).differences]


def rewrite(publication, change):
    """Change the frozen content, and with it the digest that stands beside it."""
    content = publication.read_snapshot()
    change(content)
    Publication.objects.filter(pk=publication.pk).update(
        snapshot=mapping.pack_snapshot(content),
        digest=hashlib.sha256(mapping.canonical(content)).hexdigest(),
    )


def test_nothing_changed_afterwards_changes_what_was_published(bureau, flag, star, published):
    """Another scheme version, units moved, closed and renamed, posts ended, facts added and taken back."""
    duty = Fact.objects.filter(kind="probe.duty", status="missed").get()
    members = publish(bureau, star)
    cases.install(cases.unit_scheme(version="2.0.0", deduction_floor="-1"))
    elsewhere = make_unit("示范并入党支部", UnitKind.BRANCH, bureau.stranger_committee)
    for unit in (bureau.branch, bureau.group):
        path = f"{bureau.stranger_committee.path}{unit.pk}/"
        Unit.objects.filter(pk=unit.pk).update(path=path, name="示范改名党支部")
        UnitVersion.objects.filter(unit=unit).update(kind=UnitKind.GROUP, path=path)
    Unit.objects.filter(pk=bureau.other_branch.pk).update(closed_on=date(2026, 10, 1))
    Appointment.objects.update(valid_to=date(2026, 1, 1), unit=elsewhere)
    Person.objects.update(name="示范改名")
    cases.record(bureau.branch, "probe.duty", n=5, status="met")
    cases.record(bureau.branch, "probe.deed", quantity=900, person=bureau.member)
    cases.withdraw(UnitChange.objects.get(pk=duty.entry.source_id))

    for publication, subjects in ((published, 2), (members, 5)):
        result = verify(publication)
        assert (result.differences, result.subjects) == ([], subjects)
        assert result.digest == publication.run.digest
    assert org.list_units_as_of(date(2026, 10, 31)).filter(kind=UnitKind.GROUP).count() == 2


def test_unit_that_had_left_the_bureau_before_the_run_is_recomputed_with_its_facts(bureau, flag):
    """Its facts counted for October, where it was then, and the run is as of them."""
    cases.write_example(bureau)
    path = f"{bureau.stranger_committee.path}{bureau.branch.pk}/"
    cases.record(bureau.branch, "probe.duty", status="met")
    Unit.objects.filter(pk=bureau.branch.pk).update(path=path)
    publication = publish(bureau, flag)
    assert (
        publication.run.as_of_seq
        == Fact.objects.exclude(kind__startswith="index.").order_by("-seq")[0].seq
    )
    assert verify(publication).is_same


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda c: next(iter(c["scores"].values())).update(total="99.00"),
            [(Part.TOTAL, "变电运维党支部"), (Part.ROW, "变电运维党支部")],
        ),
        (
            lambda c: next(iter(c["scores"].values()))["criteria"][0].__setitem__(3, "70.00"),
            [(Part.CRITERION, "变电运维党支部 D1-1")],
        ),
        (
            lambda c: next(iter(c["scores"].values())).update(units=[]),
            [(Part.CRITERION, "变电运维党支部 D1-1"), (Part.RESULTS, "")],
        ),
        (
            lambda c: c["scheme"].update(deduction_floor="-1"),
            [(Part.SCHEME, ""), (Part.TOTAL, "变电运维党支部"), (Part.RESULTS, "")],
        ),
    ],
    ids=["total", "points", "units", "scheme"],
)
def test_tampered_snapshot_is_found_even_with_a_digest_to_match(published, change, expected):
    rewrite(published, change)
    parts = found(published)
    assert parts[0] == (Part.AUDIT, "")
    assert set(expected) <= set(parts)


def test_broken_and_exchanged_snapshots_are_found(published):
    digest = published.digest
    Publication.objects.filter(pk=published.pk).update(digest="0" * 64)
    assert found(published) == [(Part.SNAPSHOT, ""), (Part.AUDIT, "")]
    Publication.objects.filter(pk=published.pk).update(digest=digest, snapshot=b"nothing")
    assert found(published) == [(Part.SNAPSHOT, "")]


def test_facts_scores_and_runs_changed_behind_the_back_are_found(bureau, published):
    Fact.objects.filter(kind="probe.deed").update(quantity=800)
    assert found(published) == [
        (Part.CRITERION, "变电运维党支部 D2-1"),
        (Part.TOTAL, "变电运维党支部"),
        (Part.RESULTS, ""),
    ]
    one = verify(published).differences[1]
    assert (one.stands, one.expected) == ("66.00 B", "75.00 B")
    Fact.objects.filter(kind="probe.deed").update(quantity=500)
    Score.objects.filter(run=published.run, unit=bureau.branch).update(total=Decimal("67.00"))
    published.run.digest = "f" * 64
    published.run.save()
    assert found(published) == [(Part.RUN, ""), (Part.ROW, "变电运维党支部")]


def test_corrections_are_recomputed_as_of_their_own_time(bureau, published):
    score = published.run.scores.get(unit=bureau.branch)
    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(score=score, reason="补录", actor=bureau.officer.user)
    cases.record(bureau.branch, "probe.duty", n=9, status="missed")
    assert verify(published).is_same
    Correction.objects.update(new_total=Decimal("80.00"))
    assert found(published) == [(Part.CORRECTION, "变电运维党支部")]


def test_correction_is_as_of_the_facts_it_was_computed_from(bureau, published, monkeypatch):
    computed = correcting.recompute

    def record_meanwhile(*given):
        result = computed(*given)
        cases.record(bureau.branch, "probe.duty", n=9, status="missed")
        return result

    cases.record(bureau.branch, "probe.duty", status="met")
    score = published.run.scores.get(unit=bureau.branch)
    with monkeypatch.context() as patched:
        patched.setattr(correcting, "recompute", record_meanwhile)
        services.issue_correction(score=score, reason="补录", actor=bureau.officer.user)
    assert verify(published).is_same
    assert services.changes_of_score(score).count == 9


def test_every_number_of_a_correction_is_compared_by_the_frozen_rules(bureau, published):
    score = published.run.scores.get(unit=bureau.branch)
    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(score=score, reason="补录", actor=bureau.officer.user)
    correction = Correction.objects.get()
    stored = correction.result
    Scheme.objects.update(document=cases.unit_scheme(deduction_floor="-1"), digest="changed")
    assert verify(published).is_same
    correction.result = stored | {"criteria": [*stored["criteria"][1:], stored["criteria"][0]]}
    correction.save()
    assert found(published)[0] == (Part.CORRECTION, "变电运维党支部 D1-1")
    correction.result = {"total": "69.50"}
    correction.save()
    assert found(published) == [(Part.CORRECTION, "变电运维党支部")]


def test_correction_that_cannot_be_computed_is_a_difference(bureau, published):
    score = published.run.scores.get(unit=bureau.branch)
    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(score=score, reason="补录", actor=bureau.officer.user)
    rewrite(published, lambda c: c["scores"][str(score.pk)].update(attributes={}))
    assert (Part.CORRECTION, "变电运维党支部") in found(published)


def test_every_verification_is_on_record(bureau, published):
    verify(published)
    entry = AuditEntry.objects.get(verb="verify_publication")
    assert entry.new == {
        "number": "2026-001",
        "digest": published.run.digest,
        "differences": 0,
        "engine": "duckdb",
    }
    assert services.find_verification(published) == entry


def run(*words):
    return CliRunner().invoke(cli, list(words), catch_exceptions=False)


def test_command_says_the_same_or_line_by_line_what_differs(bureau, published):
    same = run("publications", "verify", "2026-001")
    head = f"2026-001 {bureau.committee.code} flag 2026-10"
    assert same.exit_code == 0
    assert same.output == f"{head}: the same, 2 subjects, digest {published.run.digest}\n"
    Fact.objects.filter(kind="probe.deed").update(quantity=800)
    differs = run("publications", "verify", "--all", "--unit", bureau.committee.code)
    first, criterion, total, results = differs.output.splitlines()
    assert (differs.exit_code, first) == (1, f"{head}: 3 differences")
    assert criterion == (
        "  criterion 变电运维党支部 D2-1: stands 15.00/30.00 scored [500], "
        "expected 24.00/30.00 scored [800]"
    )
    assert total == "  total 变电运维党支部: stands 66.00 B, expected 75.00 B"
    assert results.startswith(f"  results: stands {published.run.digest}, expected ")
    (row,) = json.loads(run("publications", "verify", "--all", "--json").output)
    assert (row["same"], [one["part"] for one in row["differences"]]) == (
        False,
        ["criterion", "total", "results"],
    )
    assert run("publications", "verify", "2026-009").exit_code == 1
    assert run("publications", "verify").exit_code == 2


def test_page_starts_the_verification_and_shows_what_came_out(bureau, published, client):
    page = reverse("evaluation:publication", args=[published.pk])
    client.force_login(bureau.officer.user)
    assert "尚未核验" in client.get(page).text
    answer = client.post(reverse("evaluation:verify", args=[published.pk]))
    assert (answer.status_code, answer.url) == (302, page)
    job = Job.objects.get(kind=tasks.VERIFY)
    run_job.call(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["differences"]) == ("done", 0)
    assert "与公示一致" in client.get(page).text
    Fact.objects.filter(kind="probe.deed").update(quantity=800)
    verify(published)
    text = client.get(page).text
    assert "3 处不一致" in text
    assert "linghang publications verify" in text
    client.force_login(bureau.member.user)
    assert reverse("evaluation:verify", args=[published.pk]) not in client.get(page).text


def test_member_who_changed_branches_since_is_verified_as_of_the_period(bureau, star):
    make_person("石一川", bureau.other_branch)
    publication = publish(bureau, star)
    Appointment.objects.filter(person__name="石一川").update(unit=bureau.branch)
    assert verify(publication).subjects == 6
    assert verify(publication).is_same
