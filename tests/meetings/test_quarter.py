"""A quarter of a branch of forty, entered through its pages: everything else follows by itself."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.urls import reverse

import linghang.library
from linghang.activities import api as activities
from linghang.activities import mapping
from linghang.activities.models import Activity, Attendance
from linghang.evaluation import services as evaluation
from linghang.evaluation.models import Scheme, Score
from linghang.ledger.models import Fact
from linghang.meetings.models import AgendaItem, MakeUp
from linghang.platform.calendar import clock
from linghang.platform.packs.services import install_pack
from linghang.worklists import api as worklists
from linghang.worklists.enums import ListKind, Owner, ProofUse, TaskState
from linghang.worklists.models import Assignment
from linghang_core.periods import Period
from tests.cast import make_person

PACKS = Path(linghang.library.__file__).parent / "packs"
MEMBERS = 40
FIELDS_OF_A_QUARTER = 60
MONTHS = (7, 8, 9)
# (kind, day, topic, how many were away); twelve meetings and three lectures
MEETINGS = [
    ("members_meeting", date(2026, 7, 3), "半年工作总结和下半年安排", 3),
    *(("committee_meeting", date(2026, month, 6), f"研究{month}月党建工作", 0) for month in MONTHS),
    *(("theme_day", date(2026, month, 10), f"{month}月主题党日：迎峰度夏", 2) for month in MONTHS),
    *(("members_meeting", date(2026, month, 24), f"讨论{month}月重点任务", 1) for month in MONTHS),
    ("organisation_life_meeting", date(2026, 8, 28), "专题组织生活会", 0),
    ("committee_meeting", date(2026, 9, 18), "研究评优推荐", 0),
]
LECTURES = [
    ("party_lecture", date(2026, month, 17), f"{month}月党课：安全生产", 4) for month in MONTHS
]
VISITS = [(date(2026, 7, 15), "冬储用电检查"), (date(2026, 8, 19), "敬老院线路改造")]


class Typist:
    """Fills forms as the secretary does: what a form knows already is sent back, the rest counted."""

    def __init__(self, client):
        self.client, self.typed = client, 0

    def fill(self, address: str, **values) -> str:
        """Send the form with what is typed; return where it leads."""
        form = self.client.get(address).context["form"]
        data = {}
        for name in form.fields:
            known = form[name].value()
            if known not in (None, "", [], False):
                data[name] = known
        for name, value in values.items():
            if str(data.get(name, "")) != str(value):
                self.typed += 1
            data[name] = value
        if getattr(form, "seats", None) and hasattr(form, "everybody_expected"):
            data |= self._seat(form, int(values.pop("away", 0)))
            data.pop("away", None)
        answer = self.client.post(address, data)
        assert answer.status_code == 302, answer.context["form"].errors
        return answer["Location"]

    def _seat(self, form, away: int) -> dict[str, object]:
        ids = [seat.person_id for seat in form.seats]
        gone = ids[:away]
        self.typed += away - bool(away)  # one untick each; `away` itself was counted once
        reasons = {f"reason-{pk}": "出差" for pk in gone}
        return {"seat": ids, "present": [pk for pk in ids if pk not in gone], **reasons}


@pytest.fixture
def quarter(bureau, client, settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"
    packs = ("organisation-life", "study-cadence", "safety-records", "business-support")
    for name in (*packs, "red-flag-index"):
        install_pack(PACKS / f"{name}.yaml")
    bureau.branch.established_on = date(2020, 1, 1)
    bureau.branch.save()
    for number in range(MEMBERS - 4):
        make_person(f"成员{number:02d}", bureau.branch)
    with clock.stand_on(date(2026, 7, 1)):
        worklists.issue_list(
            title="2026年书记履责清单",
            kind=ListKind.TASKS,
            issuer=bureau.branch,
            items=[
                worklists.ItemDraft(
                    text="三季度讲一次党课",
                    owner=Owner.UNITS,
                    units=(bureau.branch,),
                    due_on=date(2026, 12, 31),
                    proof_kind="activity.party_lecture",
                    proof_use=ProofUse.FINISH,
                )
            ],
            actor=bureau.secretary.user,
            reason_over_cap="年度清单",
        )
    client.force_login(bureau.secretary.user)
    yield Typist(client)
    mapping.fact_kinds.forget()


def enter(typist: Typist, branch) -> None:
    """Enter twelve meetings, three lectures, two visits, one vote with its task, and the make-ups."""
    for kind, on, topic, away in [*MEETINGS, *LECTURES]:
        address = f"{reverse('activities:record')}?unit={branch.pk}&kind={kind}&on={on.isoformat()}"
        place = typist.fill(address, topic=topic, **({"away": away} if away else {}))
        if away:
            pk = int(place.strip("/").split("/")[-1])
            typist.fill(reverse("meetings:make_up", args=[pk]))
    first = Activity.objects.get(topic=MEETINGS[0][2])
    typist.fill(
        reverse("meetings:add", args=[first.pk]),
        topic="表决下半年工作安排",
        decided="同意下半年工作安排。",
        voted="on",
        against=1,
        task_text="印发工作安排",
    )
    for on, content in VISITS:
        people = [person.pk for person in branch_people(branch)[:2]]
        typist.fill(
            reverse("service:add-visit"),
            occurred_on=on.isoformat(),
            content=content,
            hours="2.5",
            people=people,
            people_served=12,
        )


def branch_people(branch):
    from linghang.people import api as people

    return people.list_members([branch.pk], date(2026, 7, 1))[branch.pk]


def test_a_quarter_of_a_branch_is_entered_once_and_everything_follows(
    quarter, bureau, client, record_property
):
    branch = bureau.branch
    enter(quarter, branch)
    record_property(
        "budget",
        f"a quarter of a branch of {MEMBERS}: 12 meetings, 3 lectures, 2 visits: "
        f"{quarter.typed} of {FIELDS_OF_A_QUARTER} fields",
    )
    assert quarter.typed <= FIELDS_OF_A_QUARTER

    # the book: every meeting of the quarter, with its agenda, nobody left to make up
    page = client.get(reverse("meetings:book", args=[branch.pk]), {"period": "2026Q3"})
    held = list(page.context["meetings"])
    assert [meeting.topic for meeting in held] == [
        topic for _kind, _on, topic, _away in sorted([*MEETINGS, *LECTURES], key=lambda m: m[1])
    ]
    assert {meeting.missing for meeting in held} == {0}
    item = AgendaItem.objects.get()
    assert (item.entitled, item.present, item.in_favour, item.outcome) == (40, 37, 36, "passed")

    # the hours of each member: those of who came, and of who made up, counted again from the lists
    hours: dict[int, int] = defaultdict(int)
    for seat in Attendance.objects.filter(state="present").select_related("activity"):
        hours[seat.person_id] += seat.activity.hours
    for row in MakeUp.objects.select_related("activity"):
        hours[row.person_id] += row.activity.hours
    facts: dict[int, int] = defaultdict(int)
    counted = Fact.objects.filter(entry__withdrawn_at=None)
    for fact in counted.filter(kind="attendance", status="present") | counted.filter(
        kind="make_up"
    ):
        facts[fact.person_id] += fact.quantity
    assert facts == hours
    assert len(facts) == MEMBERS
    whole = sum(meeting.hours for meeting in held if meeting.kind.code != "committee_meeting")
    assert set(facts.values()) <= {whole, whole + 4 * 100}  # the secretary is the committee as well

    # the list: the lecture finished what it proves, the resolution is a task
    tasks = {task.item.text: task for task in Assignment.objects.select_related("item")}
    assert tasks["三季度讲一次党课"].state == TaskState.DONE
    assert tasks["印发工作安排"].state == TaskState.OPEN

    # duties: each month's theme day and committee meeting, the quarter's members' meeting
    for month in MONTHS:
        ticks = activities.cadence_row(branch, Period.parse(f"2026-{month:02d}"))
        states = {tick.kind.code: tick.state for tick in ticks}
        assert {states[code] for code in ("theme_day", "committee_meeting")} == {"met"}
    assert states["members_meeting"] == "met"


def test_the_score_of_the_quarter_counts_what_was_entered(quarter, bureau):
    branch = bureau.branch
    scheme = Scheme.objects.filter(code="red-flag-index").latest("pk")

    def evaluate() -> dict[str, tuple[str | None, bool]]:
        """Return what each criterion measured, and whether it has all its points; none left out."""
        run = evaluation.run_evaluation(
            scheme=scheme, period="2026-09", root=bureau.committee, actor=bureau.officer.user
        )
        rows = Score.objects.get(run=run, unit=branch).result["criteria"]
        codes = [criterion["code"] for criterion in _criteria(scheme)]
        return {
            code: (value, full == points)
            for code, (_counts, value, full, points, _state) in zip(codes, rows, strict=True)
            if Decimal(full)
        }

    before = evaluate()
    enter(quarter, branch)
    after = evaluate()
    # who was present of those expected in three months, just below the 95 % of all points
    expected = 11 * MEMBERS + 4
    away = sum(away for _kind, _on, _topic, away in [*MEETINGS, *LECTURES])
    value, full = after["D2-4"]
    assert "D2-4" not in before
    assert (Fraction(value), full) == (Fraction(expected - away, expected), False)
    # all of it was recorded in November: none of September's in time
    assert ("D2-5" in before, after["D2-5"]) == (False, ("0", False))


def _criteria(scheme: Scheme) -> list[dict]:
    dimensions = scheme.document["dimensions"]
    return [criterion for dimension in dimensions for criterion in dimension["criteria"]]
