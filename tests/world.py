"""The cast with one of everything: what permission, privacy and query tests look at.

Everybody carries an identity number, a telephone number, an address and a score total that can be
mistaken for nothing else, so that a page which shows one to the wrong reader is caught by its text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date

import openpyxl

from linghang.accounts.models import User
from linghang.activities import api as activities
from linghang.activities.models import Activity, ActivityKind, Obligation
from linghang.evaluation import services as evaluation
from linghang.evaluation.models import Objection, Run, Score
from linghang.ledger.models import Entry
from linghang.library.api import install_packs
from linghang.org.models import Unit
from linghang.people.api import compute_scope
from linghang.people.models import Appointment, Person
from linghang.platform.audit.models import Entry as Act
from linghang.platform.sheets import services as sheets
from linghang.platform.sheets.models import ImportBatch
from linghang.platform.tasks.models import Job
from linghang.rectification import api as rectification
from linghang.rectification.models import Problem
from linghang.reports import services as reports
from linghang.service import api as service
from linghang.service.models import ServiceVisit
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment
from linghang_core.periods import Period
from tests import scenes
from tests.cast import PASSWORD, build_bureau
from tests.conftest import Bureau
from tests.evaluation import cases

KINDS = ("organisation-life", "safety-records", "business-support")


@dataclass
class World:
    """The bureau, its people by part, and one object of each kind, by the name the tables use."""

    bureau: Bureau
    other_secretary: Person
    objects: dict[str, object] = field(default_factory=dict)

    def users(self) -> dict[str, User | None]:
        """Return the readers by the names of the columns."""
        bureau = self.bureau
        return {
            "anonymous": None,
            "stranger": bureau.stranger.user,
            "admin": bureau.administrator,
            "member": bureau.member.user,
            "colleague": bureau.colleague.user,
            "secretary": bureau.secretary.user,
            "other": self.other_secretary.user,
            "leader": bureau.leader.user,
            "supervisor": bureau.supervisor.user,
            "officer": bureau.officer.user,
        }


def build_world() -> World:
    """Build everything; the lake must be a folder of the test's own."""
    install_packs(KINDS, actor=None)
    bureau = build_bureau()
    _give_login(bureau.colleague, "colleague")
    other = Person.objects.get(name="方艳一")
    world = World(bureau, other)
    _plant_secrets()
    world.objects |= _name_cast(world)
    world.objects |= _record_life(bureau)
    world.objects |= _evaluate(world)
    world.objects |= _import(bureau)
    scenes.build(world)
    _plant_secrets()  # those of the scenes have some too
    return world


def _give_login(person: Person, username: str) -> None:
    person.user = User.objects.create_user(username, PASSWORD, name=person.name)
    person.save()


def _plant_secrets() -> None:
    for number, person in enumerate(Person.objects.order_by("pk"), 1):
        person.identity_number = f"99999919770{number:02d}2{number:02d}X7"
        person.phone = f"1997700{number:02d}{number:02d}"
        person.address = f"秘而不宣街{number:02d}号楼"
        person.save()


def secrets_of(person: Person) -> dict[str, str]:
    """Return what nobody but the person and the officer may read, by what it is."""
    return {
        "identity number": person.identity_number,
        "telephone number": person.phone,
        "address": person.address,
    }


def _name_cast(world: World) -> dict[str, object]:
    bureau = world.bureau
    return {
        "committee": bureau.committee,
        "general_branch": bureau.general_branch,
        "branch": bureau.branch,
        "other_branch": bureau.other_branch,
        "group": bureau.group,
        "station": bureau.station,
        "member": bureau.member,
        "colleague": bureau.colleague,
        "member_user": bureau.member.user,
        "admin_user": bureau.administrator,
        "membership": Appointment.objects.get(person=bureau.member, unit=bureau.branch),
    }


def _record_life(bureau: Bureau) -> dict[str, object]:
    kinds = {kind.code: kind for kind in ActivityKind.objects.all()}
    actor = bureau.secretary.user
    made = activities.record_activities(
        drafts=[
            activities.ActivityDraft(
                kinds["theme_day"], bureau.branch, date(2026, 10, 15), "学习重要讲话精神"
            ),
            activities.ActivityDraft(
                kinds["theme_day"], bureau.other_branch, date(2026, 10, 16), "安全生产大讨论"
            ),
        ],
        actor=actor,
    )
    activities.ensure_obligations(
        units=list(Unit.objects.filter(line="party")), periods=[Period.parse("2026-10")]
    )
    worklists.save_tasks(
        drafts=[
            worklists.TaskDraft(
                worklist="年度一览表", item="讲党课", unit=bureau.branch, due_on=date(2026, 10, 31)
            )
        ],
        actor=actor,
    )
    rectification.save_problems(
        drafts=[
            rectification.ProblemDraft(
                source="专业自检",
                text="工作票填写不规范",
                unit=bureau.branch,
                due_on=date(2026, 10, 31),
            )
        ],
        actor=actor,
    )
    service.save_visits(
        drafts=[
            service.VisitDraft(
                team="变电党员服务队",
                unit=bureau.branch,
                occurred_on=date(2026, 11, 5),
                content="独居老人用电检查",
                hours=250,
                people=(bureau.colleague,),
                place="石桥村",
                people_served=62,
            )
        ],
        actor=actor,
    )
    own: Activity = made[0]
    return {
        "activity": own,
        "other_activity": made[1],
        "entry": Entry.objects.get(source_type="activities.activity", source_id=own.pk),
        "duty": Obligation.objects.filter(
            unit=bureau.branch, rule__kind__code="theme_day", period="2026-10"
        ).get(),
        "task": Assignment.objects.get(),
        "problem": Problem.objects.get(),
        "visit": ServiceVisit.objects.get(),
    }


def _evaluate(world: World) -> dict[str, object]:
    """Publish October by two small schemes; leave September computed only."""
    bureau = world.bureau
    flag, star = cases.install(cases.unit_scheme()), cases.install(cases.person_scheme())
    cases.write_example(bureau)
    # hours of one's own for each, so that each has totals of one's own in both months
    for number, person in enumerate(Person.objects.order_by("pk"), 1):
        held = person.appointments.filter(post_id="member").first()
        if held is not None:
            for quantity, on in ((211 + 3 * number**2, date(2026, 9, 10)), (7 * number, cases.DAY)):
                cases.record(held.unit, "probe.deed", quantity=quantity, person=person, on=on)
    runs: dict[str, Run] = {}
    for scheme in (flag, star):
        for period in ("2026-09", cases.OCTOBER):
            runs[f"{scheme.code} {period}"] = evaluation.run_evaluation(
                scheme=scheme, period=period, root=bureau.committee, actor=bureau.officer.user
            )
    published = [
        evaluation.publish_run(run=runs[f"{scheme.code} 2026-10"], actor=bureau.officer.user)
        for scheme in (flag, star)
    ]
    october, waiting = runs["star 2026-10"], runs["star 2026-09"]
    own: Score = october.scores.get(person=bureau.member)
    objection: Objection = evaluation.object_to(
        score=own,
        criterion="D1-1",
        text="还有一次服务没有录入。",
        actor=bureau.member.user,
        scope=compute_scope(bureau.member.user),
    )
    return {
        "run": runs["flag 2026-10"],
        "waiting_run": runs["flag 2026-09"],
        "star_run": october,
        "waiting_star_run": waiting,
        "publication": published[0],
        "star_publication": published[1],
        "branch_score": runs["flag 2026-10"].scores.get(unit=bureau.branch),
        "waiting_branch_score": runs["flag 2026-09"].scores.get(unit=bureau.branch),
        "member_score": own,
        "waiting_member_score": waiting.scores.get(person=bureau.member),
        "colleague_score": october.scores.get(person=bureau.colleague),
        "objection": objection,
        "bulletin": reports.make_bulletin(run=runs["flag 2026-10"], actor=bureau.officer.user),
        "draft": reports.make_bulletin(run=runs["flag 2026-09"], actor=bureau.officer.user),
        "score_book": reports.make_score_book(
            run=october, actor=bureau.officer.user, with_members=False
        ),
        "names_book": reports.make_score_book(
            run=october, actor=bureau.officer.user, with_members=True
        ),
        "scheme": flag,
    }


def _import(bureau: Bureau) -> dict[str, object]:
    """Leave one import with a faulty row, one evaluation under way, one act of the audit trail."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "党员"
    sheet.append(["姓名", "公民身份号码", "人员类别", "所在党支部", "加入党组织日期"])
    sheet.append(["甘来", "999999198001010000", "正式党员", "变电运维党支部", "昨天"])
    stream = io.BytesIO()
    book.save(stream)
    officer = bureau.officer.user
    batch: ImportBatch = sheets.open_batch(
        [("花名册.xlsx", stream.getvalue())], actor=officer, scope=compute_scope(officer)
    )
    sheets.check_batch(batch)
    job = Job.objects.create(
        kind="evaluation.run",
        params={"root": bureau.committee.pk, "period": "2026-10", "schemes": ["flag"]},
        actor=officer,
        unit_path=bureau.committee.path,
    )
    return {
        "batch": batch,
        "job": job,
        "act": Act.objects.filter(unit_path__startswith=bureau.committee.path).latest("pk"),
    }


def person_totals() -> dict[int, set[str]]:
    """Return each person's score totals of all runs, as pages print them."""
    found: dict[int, set[str]] = {}
    for score in Score.objects.filter(person__isnull=False, total__isnull=False):
        found.setdefault(score.person_id, set()).add(f"{score.total:.2f}")
    return found
