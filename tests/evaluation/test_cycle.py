"""Months make a quarter and a year: published totals are facts that later schemes read."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linghang.assessment import api as assessment
from linghang.assessment.models import Form, Item
from linghang.evaluation import mapping, services
from linghang.evaluation.enums import PublicationState, RunState
from linghang.evaluation.models import Posting, Publication, Run, Score
from linghang.ledger.api import list_entries, list_kinds
from linghang.ledger.models import Entry, Fact
from linghang.org.enums import UnitKind
from linghang.people.access import scope_of
from linghang.people.models import Person
from linghang.platform.calendar import clock
from tests.cast import make_unit
from tests.conftest import TODAY
from tests.evaluation import cases

SEPTEMBER = "2026-09"
QUARTER = "2026Q3"


def built_on(period: str, code: str, index: str = "flag", **changes) -> dict:
    """A scheme of a longer period: the mean of the published months, all points at 100."""
    return (
        cases.unit_scheme(
            code=code,
            title=cases.text("季度晾晒" if period == "quarter" else "年度考评", code),
            period=period,
            bonus_cap="0",
            deduction_floor="0",
            dimensions=[
                {
                    "code": "Q1",
                    "title": cases.text("月度", "months"),
                    "criteria": [
                        {
                            "code": "Q1-1",
                            "title": cases.text("月度平均", "mean of months"),
                            "nature": "basic",
                            "points": "100",
                            "window": period,
                            "measure": {
                                "ratio": {
                                    "of": {"kinds": [f"index.{index}"], "aggregate": "sum"},
                                    "to": {"kinds": [f"index.{index}"]},
                                }
                            },
                            "score": {"proportional": {"target": "100"}},
                            "missing": "not_rated",
                            "basis": "本单位做法",
                        }
                    ],
                }
            ],
        )
        | changes
    )


def publish(bureau, scheme, period, *, on: date | None = None, final: bool = False):
    run = services.run_evaluation(
        scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user
    )
    with clock.stand_on(on or TODAY):
        publication = services.publish_run(run=run, actor=bureau.officer.user)
    if final:
        with clock.stand_on(date(2026, 11, 30)):
            services.close_publication(publication=publication, actor=bureau.officer.user)
    return publication


def index_facts(code: str) -> list[tuple]:
    return list(
        Fact.objects.filter(kind=f"index.{code}", withdrawn_seq=None)
        .order_by("unit_id", "person_id")
        .values_list("unit_id", "person_id", "quantity", "status", "counts_on", "verified", "late")
    )


def test_published_month_is_one_verified_fact_for_each_rated_unit(bureau, flag):
    cases.write_example(bureau)
    publication = publish(bureau, flag, cases.OCTOBER)
    last = date(2026, 10, 31)
    assert index_facts("flag") == [
        (bureau.branch.pk, None, 6600, "B", last, True, False),
        (bureau.other_branch.pk, None, 7000, "B", last, True, False),
    ]
    line = Entry.objects.get(kind="index.flag", unit=bureau.branch)
    posting = Posting.objects.get(publication=publication, unit=bureau.branch)
    assert (line.source_type, line.source_id) == ("evaluation.posting", posting.pk)
    assert line.title == "红旗指数 2026年10月：66.00 四星"
    kind = list_kinds()["index.flag"]
    assert (str(kind.title), kind.sensitive, kind.title_of("B")) == ("红旗指数", False, "四星")


def test_correction_withdraws_the_fact_and_writes_the_new_total(bureau, flag):
    cases.write_example(bureau)
    publication = publish(bureau, flag, cases.OCTOBER)
    cases.record(bureau.branch, "probe.duty", status="met")
    score = publication.run.scores.get(unit=bureau.branch)
    services.issue_correction(score=score, reason="补录", actor=bureau.officer.user)
    assert [row[2] for row in index_facts("flag")] == [6950, 7000]
    assert Fact.objects.filter(kind="index.flag").exclude(withdrawn_seq=None).count() == 1
    withdrawn = Entry.objects.exclude(withdrawn_at=None).get(kind="index.flag")
    assert withdrawn.reason == "补录"


def test_points_of_members_stand_in_one_line_a_branch_and_are_seen_by_need(client, bureau, star):
    cases.record(bureau.branch, "probe.deed", quantity=500, person=bureau.member)
    publication = publish(bureau, star, cases.OCTOBER)
    facts = index_facts("star")
    assert len(facts) == Score.objects.filter(run=publication.run, total__isnull=False).count() == 5
    assert [fact[2] for fact in facts if fact[1] == bureau.member.pk] == [5000]
    line = Entry.objects.get(kind="index.star", unit=bureau.branch)
    assert line.title == "红星指数 2026年10月：4名党员"  # nobody's number in the title
    assert list_kinds()["index.star"].sensitive

    def seen(person):
        return list_entries(scope_of(person.user, TODAY)).filter(pk=line.pk).exists()

    other_secretary = Person.objects.get(name="方艳一")
    assert [seen(p) for p in (bureau.secretary, bureau.member, other_secretary)] == [
        True,
        True,  # oneself
        False,
    ]
    client.force_login(bureau.member.user)
    page = client.get(reverse("ledger:entry", args=[line.pk])).content.decode()
    assert "林晓禾" in page
    assert "许怡书" not in page  # of the line a member sees the own fact only


def test_quarter_waits_for_its_months_and_is_their_mean(bureau, flag):
    quarterly = cases.install(built_on("quarter", "flag-quarter"))
    assert services.check_period(quarterly, QUARTER)
    run = services.run_evaluation(
        scheme=quarterly, period=QUARTER, root=bureau.committee, actor=bureau.officer.user
    )
    assert set(run.scores.values_list("reason", flat=True)) == {"criterion_without_data"}
    with pytest.raises(services.PublicationRefused, match=r"2026年7月.*2026年8月.*2026年9月"):
        services.publish_run(run=run, actor=bureau.officer.user)

    cases.record(bureau.branch, "probe.duty", n=3, status="met", on=date(2026, 8, 12))
    cases.record(bureau.branch, "probe.duty", status="missed", on=date(2026, 8, 12))
    cases.record(bureau.branch, "probe.duty", status="missed", on=date(2026, 9, 12))
    august = publish(bureau, flag, "2026-08", final=True)
    september = publish(bureau, flag, SEPTEMBER)
    totals = [
        publication.run.scores.get(unit=bureau.branch).total for publication in (august, september)
    ]
    assert totals == [Decimal("52.50"), Decimal("0.00")]
    again = services.run_evaluation(
        scheme=quarterly, period=QUARTER, root=bureau.committee, actor=bureau.officer.user
    )
    # July lies before the first published month and is no gap; September is open for objections
    with pytest.raises(services.PublicationRefused, match="：红旗指数 2026年9月。"):
        services.publish_run(run=again, actor=bureau.officer.user)
    with clock.stand_on(date(2026, 11, 30)):
        services.close_publication(publication=september, actor=bureau.officer.user)
        published = services.publish_run(run=again, actor=bureau.officer.user)
    assert again.scores.get(unit=bureau.branch).total == Decimal("26.25")  # (52.50 + 0) ÷ 2
    assert again.scores.get(unit=bureau.other_branch).total == Decimal("70.00")
    assert (published.number, again.state) == ("2026-003", RunState.PUBLISHED)


def test_corrected_month_overtakes_the_year_that_read_it(bureau, flag):
    yearly = cases.install(built_on("year", "flag-year"))
    cases.write_example(bureau)
    month = publish(bureau, flag, cases.OCTOBER)
    run = services.run_evaluation(
        scheme=yearly, period="2026", root=bureau.committee, actor=bureau.officer.user
    )
    assert run.scores.get(unit=bureau.branch).total == Decimal("66.00")
    assert services.changes_of_run(run).count == 0
    cases.record(bureau.branch, "probe.duty", status="met")
    services.issue_correction(
        score=month.run.scores.get(unit=bureau.branch), reason="补录", actor=bureau.officer.user
    )
    assert services.changes_of_run(run).count == 2  # one withdrawn, one written
    again = services.run_evaluation(
        scheme=yearly, period="2026", root=bureau.committee, actor=bureau.officer.user
    )
    assert again.scores.get(unit=bureau.branch).total == Decimal("69.50")
    with pytest.raises(services.PublicationRefused, match="2027-01-01"):
        services.publish_run(run=again, actor=bureau.officer.user)


def test_cycle_page_offers_the_periods_schemes_are_made_for(client, bureau, flag):
    client.force_login(bureau.officer.user)
    page = client.get(reverse("evaluation:index")).content.decode()
    assert "2026Q3" not in page
    quarterly = cases.install(built_on("quarter", "flag-quarter"))
    cases.write_example(bureau)
    publish(bureau, flag, SEPTEMBER)
    services.run_evaluation(
        scheme=quarterly, period=QUARTER, root=bureau.committee, actor=bureau.officer.user
    )
    page = client.get(reverse("evaluation:index"), {"period": QUARTER}).content.decode()
    assert '<optgroup label="季度">' in page
    assert "所依据的结果尚未定为最终结果：红旗指数 2026年9月" in page
    assert "立即公示" not in page


def test_chain_page_shows_months_visits_and_the_year_growing(client, bureau, flag):
    cases.install(built_on("quarter", "flag-quarter"))
    yearly = cases.install(built_on("year", "flag-year"))
    cases.write_example(bureau)
    month = publish(bureau, flag, cases.OCTOBER)
    run = services.run_evaluation(
        scheme=yearly, period="2026", root=bureau.committee, actor=bureau.officer.user
    )
    address = reverse("evaluation:chain", args=[bureau.branch.pk, 2026])
    client.force_login(bureau.officer.user)
    page = client.get(address)
    shown = page.context["months"]
    assert [(cell["label"], cell["total"], cell["band"]) for cell in shown][:1] == [
        ("2026年10月", Decimal("66.00"), "四星")
    ]
    assert page.context["chain"].mean == Decimal("66.00")
    assert (page.context["result"]["total"], page.context["result"]["is_published"]) == (
        Decimal("66.00"),
        False,
    )
    for score in (month.run.scores.get(unit=bureau.branch), run.scores.get(unit=bureau.branch)):
        assert reverse("evaluation:score", args=[score.pk]) in page.content.decode()
    client.force_login(bureau.member.user)  # what is not public is not there for a member
    assert client.get(address).context["result"]["score"] is None
    assert client.get(reverse("evaluation:chain", args=[bureau.branch.pk, 2010])).status_code == 404


def test_chain_page_shows_signed_visits_and_leads_to_their_round(client, bureau):
    address = reverse("evaluation:chain", args=[bureau.branch.pk, 2026])
    client.force_login(bureau.officer.user)
    assert client.get(address).context["visits_url"] == ""  # no form to visit by
    form = Form.objects.create(
        code="visit", version="1", title_zh="季度督导", subject="unit", period="quarter", visit=True
    )
    item = Item.objects.create(form=form, order=1, code="1", title_zh="减负", full=0)
    opening = f"{reverse('assessment:open')}?form=visit"
    assert client.get(address).context["visits_url"] == opening
    team = [bureau.leader, bureau.supervisor]
    draft = assessment.RoundDraft(form, bureau.committee, "2026Q4", [bureau.branch], team)
    with CaptureQueriesContext(connection) as asked:
        round_ = assessment.open_round(draft=draft, actor=None)
    assert ' FROM "org_unit" WHERE ' in asked[1]["sql"]  # the bureau is locked before all else
    subject = round_.subjects.get()
    assessment.record_visit(subject=subject, visited_on=TODAY, visitors=team, actor=None)
    assessment.add_finding(subject=subject, item=item, text="报表重复", actor=None)
    page = client.get(address).context
    assert page["visits_url"] == reverse("assessment:round", args=[round_.pk])
    assert page["visits"] == 0  # until the visited secretary has signed it off
    assessment.sign_visit(subject=subject, remark="", actor=None)
    answer = client.get(address)
    [visit] = answer.context["chain"].quarters[3].visits
    assert (visit.findings, visit.url) == (1, reverse("assessment:subject", args=[subject.pk]))
    assert "发现1个问题" in answer.content.decode()
    client.force_login(bureau.member.user)
    assert client.get(address).context["visits_url"] == ""


def test_line_of_the_ledger_leads_to_the_score(client, bureau, flag):
    cases.write_example(bureau)
    publication = publish(bureau, flag, cases.OCTOBER)
    posting = Posting.objects.get(publication=publication, unit=bureau.branch)
    client.force_login(bureau.member.user)
    answer = client.get(reverse("evaluation:posting", args=[posting.pk]))
    score = publication.run.scores.get(unit=bureau.branch)
    assert answer.url == reverse("evaluation:score", args=[score.pk])


def test_three_thousand_members_are_posted_within_two_seconds(bureau, star):
    """150 branches with 20 members each; the limit is of the machine of every day."""
    units = [
        make_unit(f"示范第{number:03d}党支部", UnitKind.BRANCH, bureau.committee)
        for number in range(150)
    ]
    people = Person.objects.bulk_create(
        [Person(code=f"X{number:06d}", name=f"党员{number}") for number in range(3000)]
    )
    run = Run.objects.create(
        scheme=star,
        period=cases.OCTOBER,
        root=bureau.committee,
        state=RunState.PUBLISHED,
        as_of_seq=1,
        digest="x",
        started_at=clock.now(),
    )
    Score.objects.bulk_create(
        [
            Score(
                run=run,
                unit=units[number // 20],
                person=person,
                total=Decimal(number % 100),
                band="A",
                group="all",
                result={},
            )
            for number, person in enumerate(people)
        ]
    )
    publication = Publication.objects.create(
        run=run,
        number="2026-001",
        state=PublicationState.OPEN,
        published_at=clock.now(),
        published_on=TODAY,
        objections_until=TODAY,
        snapshot=mapping.pack_snapshot({}),
        digest="x",
    )
    began = time.process_time()
    with transaction.atomic():
        count = services.post_results(publication=publication, actor=None)
    assert time.process_time() - began < 2
    assert count == 3000
    assert Entry.objects.filter(kind="index.star").count() == 150
