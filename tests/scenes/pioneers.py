"""A post proposed, one held by a member, a contact, an induction and a project, for the tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from linghang.library.api import install_packs
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.pioneers import services
from linghang.pioneers.models import Carrier, Contact, Induction, Pipeline, Project
from linghang.platform.calendar import clock
from tests.cast import make_person, make_unit

DAY = date(2026, 11, 21)
BEGAN = DAY - timedelta(days=400)
KINDS = ("record.customer_visit", "record.hazard_fixed")


def objects(world: Any) -> dict[str, object]:
    """Return what the tables name; the member holds the post, the leader looks after the branch."""
    install_packs(
        ("contact-persons", "pioneer-posts", "committee-projects", "two-pipelines"), actor=None
    )
    bureau = world.bureau
    post = _appoint(_propose(world, "配电抢修示范岗"), world)
    services.review_carrier(carrier=post, decision="keep", reason="评议", actor=bureau.officer.user)
    contact = _assign(world, bureau.branch)
    services.record_visit(
        contact=contact,
        draft=services.VisitDraft(on=DAY, topic="三季度指导", problem="台账", due_on=DAY),
        actor=bureau.leader.user,
    )
    _appoint_secretary("新书记", make_unit("新建党支部", UnitKind.BRANCH, bureau.general_branch))
    services.issue_inductions()
    return {
        "held_post": post,
        "proposed_post": _propose(world, "营业示范岗"),
        "held_tenure": post.tenures.get(),
        "held_review": post.reviews.get(),
        "branch_contact": contact,
        "branch_induction": Induction.objects.get(),
        "committee_project": _open(world, "配网攻坚"),
        "pioneer_branch": bureau.branch,
        "pioneer_committee": bureau.committee,
        **_pipelines(world),
    }


def add_rows(world: Any, more: int) -> None:
    """Add posts with pledges and reviews, contacts with visits, inductions, projects with measures."""
    post = Carrier.objects.get(title="配电抢修示范岗")
    project = Project.objects.get(title="配网攻坚")
    contact = Contact.objects.get(unit=world.bureau.branch)
    for number in range(more):
        _appoint(_propose(world, f"示范岗{number}"), world)
        services.write_pledge(carrier=post, text=f"承诺{number}", actor=world.bureau.member.user)
        with clock.stand_on(DAY + timedelta(days=number + 1)):
            services.review_carrier(
                carrier=post, decision="improve", reason="提前", actor=world.bureau.officer.user
            )
        draft = services.VisitDraft(on=DAY, topic=f"走访{number}", problem="问题", due_on=DAY)
        services.record_visit(contact=contact, draft=draft, actor=world.bureau.leader.user)
        services.add_measures(project=project, measures=[_measure(world)], actor=None)
        _open(world, f"项目{number}")
        made = make_person(f"培养对象{number}", world.bureau.branch)
        services.answer_mentor(
            pipeline=_develop(world, made), accepts=True, actor=world.bureau.member.user
        )
        way = Pipeline.objects.get(candidate=world.bureau.colleague)
        draft = services.MilestoneDraft(f"节点{number}", DAY)
        services.add_milestone(pipeline=way, draft=draft, actor=world.bureau.member.user)
        _appoint_secretary(f"新书记{number}", Unit.objects.get(name="新建党支部"))
    services.issue_inductions()


def _appoint_secretary(name: str, unit: Unit) -> None:
    drafts = [people.AppointmentDraft(make_person(name, unit), unit, "secretary", DAY)]
    people.appoint_people(drafts, actor=None)


def _propose(world: Any, title: str) -> Carrier:
    draft = services.CarrierDraft(
        unit=world.bureau.branch,
        kind="post",
        title=title,
        place="东岭供电所",
        holder=world.bureau.member,
        pledge="随叫随到",
        kinds=KINDS,
    )
    return services.propose_carrier(draft=draft, actor=world.bureau.secretary.user)


def _appoint(carrier: Carrier, world: Any) -> Carrier:
    return services.appoint_carrier(
        carrier=carrier, begins_on=BEGAN, actor=world.bureau.officer.user
    )


def _assign(world: Any, unit: Any) -> Contact:
    return services.assign_contact(
        person=world.bureau.leader,
        units=[unit],
        valid_from=BEGAN,
        actor=world.bureau.officer.user,
    )[0]


def _measure(world: Any) -> services.MeasureDraft:
    due = DAY + timedelta(days=30)
    return services.MeasureDraft(text="排查台区", units=[world.bureau.branch], due_on=due)


def _open(world: Any, title: str) -> Project:
    return services.open_project(
        draft=services.ProjectDraft(
            unit=world.bureau.committee,
            owner=world.bureau.leader,
            title=title,
            goal="停运率下降",
            begins_on=DAY,
            ends_on=DAY + timedelta(days=200),
        ),
        measures=[_measure(world)],
        actor=world.bureau.leader.user,
    )


def _pipelines(world: Any) -> dict[str, object]:
    """Return a way that is under way, its milestone, and one whose mentor is asked."""
    bureau = world.bureau
    running = services.answer_mentor(
        pipeline=_develop(world, bureau.colleague), accepts=True, actor=bureau.member.user
    )
    asked = _develop(world, make_person("培养对象", bureau.branch))
    return {
        "running_way": running,
        "asked_way": asked,
        "running_milestone": running.milestones.first(),
    }


def _develop(world: Any, person: Any) -> Pipeline:
    draft = services.PipelineDraft(
        unit=world.bureau.branch,
        candidate=person,
        mentor=world.bureau.member,
        aim="能独立担任工作负责人",
    )
    return services.open_pipeline(draft=draft, actor=world.bureau.secretary.user)
