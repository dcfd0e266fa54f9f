"""The two pipelines: mentor who may decline, milestones proved by records, reviews, outcome, and who sees what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind
from linghang.library.api import install_packs
from linghang.membership import api as membership
from linghang.people.api import compute_scope
from linghang.people.models import Person
from linghang.pioneers import services
from linghang.pioneers.enums import MilestoneStanding
from linghang.pioneers.models import Milestone, Pipeline, PipelineAct
from linghang.pioneers.queries import pipelines as queries
from linghang.platform.audit.models import Entry as Trail
from linghang.platform.calendar import clock
from tests.conftest import TODAY

PROVED, OPEN, LATE, UNSEEN = MilestoneStanding


@pytest.fixture(autouse=True)
def _pack(house):
    install_packs(("two-pipelines",), actor=None)


def start(house, *, accepted=True, **values) -> Pipeline:
    bureau = house.bureau
    given = {
        "unit": bureau.branch,
        "candidate": bureau.colleague,
        "mentor": bureau.member,
        "aim": "能独立担任工作负责人",
        **values,
    }
    way = services.open_pipeline(draft=services.PipelineDraft(**given), actor=bureau.secretary.user)
    if accepted:
        way = services.answer_mentor(pipeline=way, accepts=True, actor=bureau.member.user)
    return way


def apply(house) -> membership.ApplicantDraft:
    person = Person.objects.create(
        code="X1", name="骨干甲", member_kind="none", born_on=date(1998, 1, 1)
    )
    draft = membership.ApplicantDraft(
        unit=house.bureau.branch, applied_on=date(2026, 3, 1), person=person
    )
    return membership.open_application(draft=draft, actor=house.bureau.secretary.user)


def take(application, step, on, **values) -> None:
    draft = membership.StepDraft(step=step, on=on, **values)
    membership.take_step(application=application, draft=draft, actor=None)


def record(house, topic, person=None, on=TODAY) -> Activity:
    draft = activities.ActivityDraft(
        unit=house.bureau.branch,
        kind=ActivityKind.objects.get(code="pioneer_deed"),
        occurred_on=on,
        topic=topic,
        person_id=(person or house.bureau.colleague).pk,
    )
    return activities.record_activity(draft=draft, actor=None)


def refuse(code, service, **values) -> None:
    before = (Pipeline.objects.count(), PipelineAct.objects.count(), Trail.objects.count())
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        service(**values)
    errors = getattr(refusal.value, "error_dict", {"": getattr(refusal.value, "error_list", [])})
    assert {one.code for rows in errors.values() for one in rows} == {code}
    after = (Pipeline.objects.count(), PipelineAct.objects.count(), Trail.objects.count())
    assert after == before


def standings(way, person=None, on=TODAY) -> list[MilestoneStanding]:
    scope = compute_scope(person.user) if person else None
    return [line.standing for line in queries.read_way(way, scope, on).lines]


def prove_all(house, way) -> None:
    for number, one in enumerate(way.milestones.filter(entry=None, step="")):
        record(house, f"实绩{number}")
        entry = queries.list_proofs(way).get(title=f"实绩{number}")
        services.prove_milestone(milestone=one, entry=entry, actor=house.bureau.member.user)


def test_a_member_becomes_backbone_each_milestone_proved_by_a_record(house):
    bureau, way = house.bureau, start(house)
    assert way.ends_on == date(2027, 11, 20)
    assert way.review_on == date(2027, 2, 21)
    # 40, 120 and 220 working days of the pack's pattern, from the calendar
    assert [one.text[:4] for one in way.milestones.all()] == ["跟带教人", "承担一项", "独立负责"]
    assert standings(way) == [OPEN, OPEN, OPEN]
    end = {"pipeline": way, "reached": True, "outcome": "已任工作负责人"}
    refuse("open", services.end_pipeline, **end, actor=bureau.secretary.user)
    prove_all(house, way)
    assert standings(way) == [PROVED, PROVED, PROVED]
    services.review_pipeline(pipeline=way, decision="move_on", reason="能分担", actor=None)
    way.refresh_from_db()
    assert way.stage == "sharing"
    services.end_pipeline(**end, actor=bureau.secretary.user)
    way.refresh_from_db()
    assert (way.state, way.ended_on, way.outcome) == ("reached", TODAY, "已任工作负责人")
    kinds = list(way.acts.values_list("kind", flat=True))
    assert kinds == ["opened", "accepted", "proved", "proved", "proved", "reviewed", "reached"]
    start(house)  # who has ended may begin anew


def test_the_mentor_declines_and_another_is_asked(house):
    bureau, way = house.bureau, start(house, accepted=False)
    refuse("reason", services.answer_mentor, pipeline=way, accepts=False, actor=bureau.member.user)
    refuse(
        "not_now", services.review_pipeline, pipeline=way, decision="help", reason="x", actor=None
    )
    services.answer_mentor(pipeline=way, accepts=False, reason="驻站", actor=bureau.member.user)
    refuse(
        "own",
        services.name_mentor,
        pipeline=way,
        mentor=bureau.colleague,
        reason="改派",
        actor=None,
    )
    refuse(
        "same", services.name_mentor, pipeline=way, mentor=bureau.member, reason="改派", actor=None
    )
    refuse(
        "mentor", services.name_mentor, pipeline=way, mentor=bureau.leader, reason="改", actor=None
    )
    way = services.name_mentor(
        pipeline=way, mentor=bureau.secretary, reason="改派", actor=bureau.secretary.user
    )
    assert (way.state, way.mentor) == ("asked", bureau.secretary)
    past = way.acts.get(kind="declined")
    assert (past.mentor, past.note) == (bureau.member, "驻站")


def test_a_milestone_is_late_from_the_day_after_and_open_again_when_the_record_is_taken_back(house):
    way = start(house)
    due = TODAY + timedelta(days=5)
    one = services.add_milestone(
        pipeline=way, draft=services.MilestoneDraft("带一次班", due), actor=house.bureau.member.user
    )
    assert standings(way, on=due)[0] is OPEN
    assert standings(way, on=due + timedelta(days=1))[0] is LATE
    done = record(house, "带班")
    entry = queries.list_proofs(way).get()
    services.prove_milestone(milestone=one, entry=entry, actor=None)
    assert standings(way, on=due + timedelta(days=9))[0] is PROVED
    activities.withdraw_activity(activity=done, reason="记错了", actor=None)
    assert standings(way, on=due + timedelta(days=9))[0] is LATE


def test_only_the_persons_own_records_since_the_way_began_prove_and_each_one_milestone(house):
    bureau = house.bureau
    with clock.stand_on(TODAY - timedelta(days=3)):
        record(house, "以前的", on=TODAY - timedelta(days=3))
    way = start(house)
    record(house, "别人的", person=bureau.secretary)
    record(house, "自己的")
    assert [entry.title for entry in queries.list_proofs(way)] == ["自己的"]
    entry, (first, second, _third) = queries.list_proofs(way).get(), way.milestones.all()
    services.prove_milestone(milestone=first, entry=entry, actor=None)
    refuse("entry", services.prove_milestone, milestone=second, entry=entry, actor=None)
    refuse("proved", services.prove_milestone, milestone=first, entry=entry, actor=None)


def test_a_way_into_the_party_reads_its_stage_there_and_shows_it_to_who_may_see_applications(house):
    bureau, application = house.bureau, apply(house)
    way = start(house, application=application, candidate=None)
    assert (way.direction, way.candidate) == ("to_member", application.person)
    take(application, "first_talk", date(2026, 3, 20))
    take(application, "activist", date(2026, 6, 1))
    assert standings(way, bureau.secretary) == [PROVED, OPEN, OPEN]
    assert standings(way, bureau.officer) == [PROVED, OPEN, OPEN]
    assert standings(way, bureau.member) == [UNSEEN, OPEN, UNSEEN]  # the mentor is no committee
    seen = queries.read_way(way, compute_scope(bureau.secretary.user), TODAY)
    assert seen.stage_name == "入党积极分子"
    assert queries.read_way(way, compute_scope(bureau.member.user), TODAY).stage is None
    step = way.milestones.exclude(step="").first()
    record(house, "随队", person=application.person)
    entry = queries.list_proofs(way).get()
    refuse("step", services.prove_milestone, milestone=step, entry=entry, actor=None)
    moved = {"pipeline": way, "decision": "move_on", "reason": "好", "actor": None}
    refuse("stage", services.review_pipeline, **moved)
    assert not queries.list_pipelines(compute_scope(bureau.stranger.user)).exists()


def test_a_way_is_refused(house):
    bureau = house.bureau
    refuse("own", start, house=house, mentor=bureau.colleague)
    refuse("mentor", start, house=house, mentor=bureau.leader)
    refuse("candidate", start, house=house, candidate=bureau.leader)
    refuse("aim", start, house=house, aim=" ")
    way = start(house)
    refuse("candidate", start, house=house)  # on a way already
    add = {"pipeline": way, "actor": None}
    for due in (TODAY - timedelta(days=1), way.ends_on + timedelta(days=1)):
        draft = services.MilestoneDraft("x", due)
        refuse("outside", services.add_milestone, draft=draft, **add)
    draft = services.MilestoneDraft(" ", TODAY)
    refuse("text", services.add_milestone, draft=draft, **add)
    review = {"pipeline": way, "actor": None}
    refuse("reason", services.review_pipeline, decision="help", reason=" ", **review)
    refuse("moved", services.review_pipeline, decision="help", reason="x", seen="asked-0", **review)
    refuse("outcome", services.end_pipeline, pipeline=way, reached=False, outcome="", actor=None)


def test_the_last_stage_has_none_after_it(house):
    way = start(house)
    for _number in range(2):
        services.review_pipeline(pipeline=way, decision="move_on", reason="好", actor=None)
    refuse(
        "stage", services.review_pipeline, pipeline=way, decision="move_on", reason="x", actor=None
    )
    way.refresh_from_db()
    assert way.stage == "leading"


def test_the_mentor_is_reminded_of_being_asked_and_of_what_is_due(house):
    way = start(house, accepted=False)
    (asked,) = queries.list_reminders(TODAY)
    assert (asked.recipient_id, asked.title) == (
        house.bureau.member.user.pk,
        "请答复是否担任许怡书的带教人",
    )
    services.answer_mentor(pipeline=way, accepts=True, actor=house.bureau.member.user)
    due = way.milestones.first().due_on
    assert list(queries.list_reminders(due - timedelta(days=8))) == []
    (near,) = queries.list_reminders(due - timedelta(days=7))
    assert near.key.endswith(":due")
    (late,) = queries.list_reminders(due + timedelta(days=1))
    assert late.key.endswith(":late")


DEEDS = ("open", "accept", "decline", "name", "add", "prove", "review", "reach", "end")


@given(steps=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 3)), max_size=12))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_tried_nobody_mentors_themselves_and_history_is_kept(house, steps):
    bureau = house.bureau
    cast = (bureau.member, bureau.secretary, bureau.colleague, bureau.leader)
    with transaction.atomic():
        kept: list[tuple] = []
        for deed, who in steps:
            try:
                with transaction.atomic():
                    _try(house, deed, cast[who])
            except (ValidationError, Pipeline.DoesNotExist, IndexError):
                pass
            rows = list(PipelineAct.objects.order_by("pk").values_list())
            assert rows[: len(kept)] == kept
            kept = rows
            for way in Pipeline.objects.all():
                assert way.mentor_id != way.candidate_id
                assert bool(way.outcome) == way.standing.is_final
                if way.state == "reached":
                    assert set(standings(way)) <= {PROVED}
            assert not Milestone.objects.exclude(step="").exclude(entry=None).exists()
        transaction.set_rollback(True)


def _try(house, deed, person) -> None:
    if deed == "open":
        start(house, accepted=False, mentor=person)
        return
    way = Pipeline.objects.latest("pk")
    match deed:
        case "accept" | "decline":
            services.answer_mentor(
                pipeline=way, accepts=deed == "accept", reason="忙", actor=person.user
            )
        case "name":
            services.name_mentor(pipeline=way, mentor=person, reason="改", actor=None)
        case "add":
            draft = services.MilestoneDraft("x", TODAY)
            services.add_milestone(pipeline=way, draft=draft, actor=None)
        case "prove":
            record(house, "实绩", person=person)
            entry = queries.list_proofs(way)[0]
            one = way.milestones.filter(entry=None)[0]
            services.prove_milestone(milestone=one, entry=entry, actor=None)
        case "review":
            services.review_pipeline(pipeline=way, decision="move_on", reason="好", actor=None)
        case _:
            services.end_pipeline(pipeline=way, reached=deed == "reach", outcome="果", actor=None)
