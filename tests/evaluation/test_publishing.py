"""What is public is frozen: objections, decisions and corrections stand beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from linghang.evaluation import mapping, services
from linghang.evaluation.enums import ObjectionState, PublicationState, RunState
from linghang.evaluation.models import Correction, Objection, Publication
from linghang.people.access import scope_of
from linghang.people.models import Appointment
from linghang.platform.audit.models import Entry as AuditEntry
from tests.conftest import TODAY
from tests.evaluation import cases


def scope(person):
    return scope_of(person.user, TODAY)


@pytest.fixture
def published(bureau, flag):
    cases.write_example(bureau)
    run = services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    return services.publish_run(run=run, actor=bureau.officer.user)


@pytest.fixture
def objection(bureau, published):
    return services.object_to(
        score=published.run.scores.get(unit=bureau.branch),
        criterion="D1-1",
        text="十月的主题党日已经补开。",
        actor=bureau.secretary.user,
        scope=scope(bureau.secretary),
    )


def decide(objection, person, **more):
    values = {"uphold": True, "decision": "经核实，记录补齐。"} | more
    return services.decide_objection(
        objection=objection, actor=person.user, scope=scope(person), **values
    )


def test_publication_is_numbered_open_for_five_working_days_and_frozen(bureau, published):
    assert (published.number, published.state) == ("2026-001", PublicationState.OPEN)
    # Saturday 21 November; Monday to Friday are the five working days.
    assert (published.published_on, published.objections_until) == (TODAY, date(2026, 11, 27))
    assert published.run.state == RunState.PUBLISHED
    content = published.read_snapshot()
    assert (content["period"], content["digest"]) == (cases.OCTOBER, published.run.digest)
    assert {row["name"]: row["total"] for row in content["scores"].values()} == {
        "变电运维党支部": "66.00",
        "输电运检党支部": "70.00",
    }


def test_digest_of_the_publication_proves_the_snapshot(published):
    import hashlib

    found = Publication.objects.get(pk=published.pk)
    assert hashlib.sha256(mapping.canonical(found.read_snapshot())).hexdigest() == found.digest


def test_month_that_is_not_over_cannot_be_published(bureau, flag):
    run = services.run_evaluation(
        scheme=flag, period="2026-11", root=bureau.committee, actor=bureau.officer.user
    )
    with pytest.raises(services.PublicationRefused, match="2026-12-01"):
        services.publish_run(run=run, actor=bureau.officer.user)


def test_run_is_published_once(bureau, published):
    with pytest.raises(services.PublicationRefused):
        services.publish_run(run=published.run, actor=bureau.officer.user)
    assert Publication.objects.count() == 1


def test_later_run_cannot_replace_what_is_public(bureau, flag, published):
    cases.record(bureau.branch, "probe.duty", status="met")
    later = services.run_evaluation(
        scheme=flag, period=cases.OCTOBER, root=bureau.committee, actor=bureau.officer.user
    )
    assert later.pk != published.run.pk
    with pytest.raises(services.PublicationRefused):
        services.publish_run(run=later, actor=bureau.officer.user)


def test_facts_changed_after_publication_change_no_published_number_and_mark_it(bureau, published):
    assert not services.facts_changed_since(published)
    before = published.read_snapshot()
    cases.record(bureau.branch, "probe.duty", status="met")
    withdrawn = cases.record(bureau.other_branch, "probe.deed", quantity=100)
    cases.withdraw(withdrawn)
    cases.record(bureau.branch, "probe.duty", status="met", on=date(2026, 11, 2))  # another month
    changes = services.facts_changed_since(published)
    assert changes.count == 2
    assert [fact.kind for fact in changes.facts] == ["probe.deed", "probe.duty"]
    score = published.run.scores.get(unit=bureau.branch)
    assert score.total == Decimal("66.00")
    assert Publication.objects.get(pk=published.pk).read_snapshot() == before
    own = services.changes_of_score(score)
    assert (own.count, own.would_be.total) == (1, Decimal("69.50"))  # 70 × 4/5 + 15 − 1.5


def test_upheld_objection_brings_a_visible_correction_beside_the_frozen_number(bureau, objection):
    cases.record(bureau.branch, "probe.duty", status="met")
    decided = decide(objection, bureau.supervisor)
    assert (decided.state, decided.changed) == (ObjectionState.UPHELD, True)
    correction = Correction.objects.get()
    assert (correction.old_total, correction.new_total, correction.reason) == (
        Decimal("66.00"),
        Decimal("69.50"),
        "经核实，记录补齐。",
    )
    score = objection.score
    score.refresh_from_db()
    assert score.total == Decimal("66.00")
    assert services.find_standing(score).total == Decimal("69.50")
    assert not services.changes_of_score(score)


def test_upheld_objection_without_changed_facts_changes_nothing(objection, bureau):
    assert decide(objection, bureau.supervisor).changed is False
    assert Correction.objects.count() == 0


def test_second_correction_starts_from_the_first(bureau, objection):
    cases.record(bureau.branch, "probe.duty", status="met")
    decide(objection, bureau.supervisor)
    cases.record(bureau.branch, "probe.deed", quantity=500)
    services.issue_correction(score=objection.score, reason="补录", actor=bureau.officer.user)
    assert list(Correction.objects.values_list("old_total", "new_total")) == [
        (Decimal("66.00"), Decimal("69.50")),
        (Decimal("69.50"), Decimal("84.50")),
    ]


def test_rejected_objection_corrects_nothing(bureau, objection):
    cases.record(bureau.branch, "probe.duty", status="met")
    decided = decide(objection, bureau.supervisor, uphold=False, decision="记录无误。")
    assert (decided.state, decided.changed, Correction.objects.count()) == (
        ObjectionState.REJECTED,
        False,
        0,
    )


def test_who_ran_the_evaluation_does_not_decide(bureau, objection):
    objection.score.run.actor = bureau.supervisor.user
    objection.score.run.save()
    with pytest.raises(services.PublicationRefused, match="纪检监督"):
        decide(objection, bureau.supervisor)
    objection.refresh_from_db()
    assert objection.state == ObjectionState.OPEN


@pytest.mark.parametrize("who", ["officer", "secretary", "stranger"])
def test_who_may_not_decide_is_refused(bureau, objection, who):
    with pytest.raises(services.PublicationRefused):
        decide(objection, getattr(bureau, who))


def test_who_could_have_objected_does_not_decide(client, bureau, objection):
    Appointment.objects.create(
        person=bureau.supervisor,
        unit=bureau.branch,
        post_id="member",
        valid_from=TODAY,
        basis="组织关系转入",
    )
    with pytest.raises(services.PublicationRefused, match="其他支部的纪检监督或党委领导裁定"):
        decide(objection, bureau.supervisor)
    client.force_login(bureau.supervisor.user)
    page = client.get(reverse("evaluation:objection", args=[objection.pk])).content.decode()
    assert "该得分涉及您或您所在支部" in page
    assert "textarea" not in page
    assert decide(objection, bureau.leader).state == ObjectionState.UPHELD


def test_decision_needs_its_reason(bureau, objection):
    with pytest.raises(services.PublicationRefused):
        decide(objection, bureau.supervisor, decision="  ")


def test_objection_is_decided_once(bureau, objection):
    decide(objection, bureau.supervisor)
    with pytest.raises(services.PublicationRefused):
        decide(objection, bureau.leader)


@pytest.mark.parametrize("who", ["officer", "leader", "stranger"])
def test_nobody_from_outside_objects_for_a_branch(bureau, published, who):
    person = getattr(bureau, who)
    with pytest.raises(services.PublicationRefused):
        services.object_to(
            score=published.run.scores.get(unit=bureau.branch),
            criterion="",
            text="不对",
            actor=person.user,
            scope=scope(person),
        )


def test_secretary_does_not_object_for_another_branch(bureau, published):
    with pytest.raises(services.PublicationRefused):
        services.object_to(
            score=published.run.scores.get(unit=bureau.other_branch),
            criterion="",
            text="不对",
            actor=bureau.secretary.user,
            scope=scope(bureau.secretary),
        )


@pytest.mark.parametrize(("criterion", "text"), [("D9", "不对"), ("D1-1", "  ")])
def test_objection_names_a_criterion_and_says_something(bureau, published, criterion, text):
    with pytest.raises(services.PublicationRefused):
        services.object_to(
            score=published.run.scores.get(unit=bureau.branch),
            criterion=criterion,
            text=text,
            actor=bureau.secretary.user,
            scope=scope(bureau.secretary),
        )
    assert Objection.objects.count() == 0


def test_objection_is_taken_on_the_last_day_and_not_after(bureau, published, monkeypatch):
    score = published.run.scores.get(unit=bureau.branch)

    def object_now():
        return services.object_to(
            score=score,
            criterion="",
            text="请复核。",
            actor=bureau.secretary.user,
            scope=scope(bureau.secretary),
        )

    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-27")
    assert object_now().state == ObjectionState.OPEN
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-28")
    with pytest.raises(services.PublicationRefused, match="2026-11-27"):
        object_now()


def test_publication_closes_after_its_period_when_all_is_decided(bureau, objection, monkeypatch):
    publication = objection.score.run.publication
    with pytest.raises(services.PublicationRefused, match="2026-11-27"):
        services.close_publication(publication=publication, actor=bureau.officer.user)
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-28")
    with pytest.raises(services.PublicationRefused, match="1"):
        services.close_publication(publication=publication, actor=bureau.officer.user)
    decide(objection, bureau.supervisor)
    closed = services.close_publication(publication=publication, actor=bureau.officer.user)
    assert closed.state == PublicationState.FINAL
    assert services.close_publication(publication=closed, actor=bureau.officer.user) == closed


def test_publication_with_corrections_closes_as_corrected(bureau, objection, monkeypatch):
    cases.record(bureau.branch, "probe.duty", status="met")
    decide(objection, bureau.supervisor)
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-28")
    closed = services.close_publication(
        publication=objection.score.run.publication, actor=bureau.officer.user
    )
    assert closed.state == PublicationState.CORRECTED


def test_correction_of_a_final_publication_marks_it_corrected(bureau, published, monkeypatch):
    monkeypatch.setenv("LINGHANG_TODAY", "2026-11-28")
    services.close_publication(publication=published, actor=bureau.officer.user)
    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(
        score=published.run.scores.get(unit=bureau.branch),
        reason="补录一次主题党日",
        actor=bureau.officer.user,
    )
    published.refresh_from_db()
    assert published.state == PublicationState.CORRECTED


def test_database_refuses_a_decision_without_words(objection):
    with pytest.raises(IntegrityError, match="says_who_and_why"), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(state=ObjectionState.UPHELD)


def test_each_act_leaves_its_audit_row(bureau, objection):
    cases.record(bureau.branch, "probe.duty", status="met")
    decide(objection, bureau.supervisor)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "adopt_scheme",
        "run_evaluation",
        "publish_run",
        "object",
        "issue_correction",
        "decide_objection",
    ]
