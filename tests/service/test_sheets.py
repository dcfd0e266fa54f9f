"""志愿服务: every fault at its place, whose team it is, repeatable, out as it came in."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from linghang.ledger.api import Selection
from linghang.ledger.models import Fact
from linghang.org.enums import UnitKind
from linghang.org.models import Coverage
from linghang.people.api import compute_scope
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.plan import Context, registry
from linghang.platform.sheets.services import system_scope
from linghang.service import sheets
from linghang.service.models import Participation, ServiceVisit, VisitRevision
from tests.activities.sample_bureau import DATA, LEDGER
from tests.cast import make_person, make_unit

TODAY = date(2026, 11, 21)
HEADINGS = [
    "日期",
    "服务队",
    "参加人员",
    "服务内容",
    "地点",
    "服务时长(小时)",
    "服务人次",
    "联系单位",
]


def examine(*books):
    wanted = {"units", "business_units", "members", "service"}
    plans = [plan for plan in registry.plans() if plan.code in wanted]
    context = Context(actor=None, scope=system_scope(), today=TODAY, options={})
    return examination.examine_books(books, plans, context)


def apply(found):
    with transaction.atomic():
        return examination.apply_examination(found)["service"]


def faults(found, severity="block"):
    return [(f.row, f.column, f.code) for f in found.faults() if f.severity == severity]


def book(*rows, headings=HEADINGS, name="志愿服务"):
    return reading.Book("台账.xlsx", [reading.Sheet(name, [list(headings), *rows])])


def line(**changes):
    values = dict(
        zip(
            HEADINGS,
            [
                "2026-11-05",
                "东岭供电所党员服务队",
                "林晓禾、许怡书",
                "独居老人用电检查",
                "石桥村",
                2.5,
                62,
                "无",
            ],
            strict=True,
        )
    )
    return [{**values, **changes}[heading] for heading in HEADINGS]


def test_sample_has_exactly_the_faults_of_the_answer_and_applies_once(db):
    books = [reading.read_path(DATA / "示范滨海供电公司-花名册.xlsx"), reading.read_path(LEDGER)]
    found = examine(*books)
    mine = [f for f in found.faults() if f.sheet == "志愿服务"]
    assert [(f.row, f.column, f.code, f.severity) for f in mine] == [
        (40, "服务时长(小时)", "not_a_number", "block"),
        (178, "参加人员", "not_found", "block"),
    ]
    assert apply(found) == {"new": 220, "changed": 0}
    teams = ServiceVisit.objects.filter(team__name="月塘供电所党员服务队")
    assert set(teams.values_list("team__unit__name", flat=True)) == {"沿海片区联合党支部"}
    facts = Fact.objects.count()
    again = examine(*books)
    counts = again.result()["sheets"]["志愿服务"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 220)
    assert (apply(again), Fact.objects.count()) == ({"new": 0, "changed": 0}, facts)


def test_a_person_in_a_faulty_row_of_the_roster_makes_the_line_wait(bureau):
    roster = book(
        ["新来者", "999999199006100261", "变电运维党支部", "2026-13-01"],
        headings=["姓名", "公民身份号码", "所在党支部", "加入党组织日期"],
        name="党员",
    )
    found = examine(roster, book(line(参加人员="林晓禾、新来者")))
    assert [f.code for f in found.faults() if f.sheet == "志愿服务"] == ["waits"]
    assert found.result()["sheets"]["志愿服务"]["waiting"] == 1


@pytest.mark.parametrize(
    "team",
    [
        "东岭供电所党员服务队",  # a business unit the branch covers
        "东岭供电所共产党员服务队",
        "变电运维党员服务队",  # 〈name〉党支部
        "变电运维党支部志愿服务队",
        "变电运维党支部党员突击队",
    ],
)
def test_the_name_of_the_team_tells_the_branch(bureau, team):
    found = examine(book(line(服务队=team)))
    assert (faults(found), apply(found)) == ([], {"new": 1, "changed": 0})
    assert ServiceVisit.objects.get().team.unit == bureau.branch


def test_a_team_nobody_can_place_is_a_fault_until_a_column_says_the_branch(bureau):
    assert faults(examine(book(line(服务队="红船先锋队")))) == [(2, "服务队", "not_found")]
    headings = [*HEADINGS, "所属支部"]
    found = examine(book([*line(服务队="红船先锋队"), "变电运维党支部"], headings=headings))
    assert (faults(found), apply(found)) == ([], {"new": 1, "changed": 0})
    # From now on the team is known by its name.
    assert faults(examine(book(line(服务队="红船先锋队")))) == []


def test_a_unit_two_branches_cover_is_asked_about(bureau):
    Coverage.objects.create(
        party_unit=bureau.other_branch, business_unit=bureau.station, valid_from=date(2020, 1, 1)
    )
    assert faults(examine(book(line()))) == [(2, "服务队", "ambiguous")]


def test_the_branch_of_the_same_name_comes_first_where_several_cover(bureau):
    own = make_unit("东岭供电所党支部", UnitKind.BRANCH, bureau.general_branch)
    Coverage.objects.create(
        party_unit=own, business_unit=bureau.station, valid_from=date(2020, 1, 1)
    )
    make_person("罗一禾", own)
    found = examine(book(line(参加人员="罗一禾")))
    assert faults(found) == []
    apply(found)
    assert ServiceVisit.objects.get().team.unit == own


def test_a_line_writes_hours_for_each_and_people_served_once(bureau):
    apply(examine(book(line())))
    assert sorted(Fact.objects.values_list("kind", "person__name", "quantity"), key=str) == [
        ("service.hours", "林晓禾", 250),
        ("service.hours", "许怡书", 250),
        ("service.visit", None, 6200),
    ]
    assert ServiceVisit.objects.values_list("place", "partner").get() == ("石桥村", "")


def test_of_two_of_one_name_nobody_gets_the_hours_and_it_is_said(bureau):
    make_person("林晓禾", bureau.branch)
    found = examine(book(line()))
    assert (faults(found), faults(found, "warn")) == ([], [(2, "参加人员", "ambiguous")])
    apply(found)
    assert list(Participation.objects.values_list("person__name", flat=True)) == ["许怡书"]
    assert apply(examine(book(line()))) == {"new": 0, "changed": 0}


def test_a_changed_line_corrects_the_record_and_keeps_what_it_said(bureau):
    apply(examine(book(line())))
    found = examine(book(line(**{"服务时长(小时)": 3, "参加人员": "许怡书、孟宇行"})))
    assert {c.key: (c.old, c.new) for c in found.changed_rows()[0].changes} == {
        "people": (("林晓禾", "许怡书"), ("许怡书", "孟宇行")),
        "hours": (250, 300),
    }
    assert apply(found) == {"new": 0, "changed": 1}
    revision = VisitRevision.objects.get()
    assert (revision.reason, revision.old["people"]) == ("重新导入台账", ["林晓禾", "许怡书"])
    assert sorted(Participation.objects.values_list("person__name", flat=True)) == [
        "孟宇行",
        "许怡书",
    ]


def test_another_order_of_the_names_is_no_change(bureau):
    apply(examine(book(line())))
    assert apply(examine(book(line(参加人员="许怡书，林晓禾")))) == {"new": 0, "changed": 0}


def test_the_same_line_twice_is_two_activities(bureau):
    twice = book(line(), line())
    assert apply(examine(twice)) == {"new": 2, "changed": 0}
    assert apply(examine(twice)) == {"new": 0, "changed": 0}


def test_other_headings_and_missing_columns_are_understood(bureau):
    found = examine(
        book(
            [46331, "东岭供电所党员服务队", "林晓禾 许怡书", "重要活动保电", "两", "3小时"],
            headings=["服务日期", "服务队名称", "参与人员", "服务项目", "备注", "服务时长"],
            name="服务记录",
        )
    )
    assert faults(found) == []
    apply(found)
    assert ServiceVisit.objects.values_list("occurred_on", "hours", "people_served").get() == (
        date(2026, 11, 5),
        300,
        0,
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"服务时长(小时)": "三小时"}, ("服务时长(小时)", "not_a_number")),
        ({"服务时长(小时)": ""}, ("服务时长(小时)", "empty")),
        ({"参加人员": "查无此人"}, ("参加人员", "not_found")),
        ({"日期": "2026-11-22"}, ("日期", "future")),
    ],
)
def test_a_fault_is_named_at_its_column(bureau, changes, fault):
    assert faults(examine(book(line(**changes)))) == [(2, *fault)]


def test_hours_beyond_a_day_are_a_fault(bureau):
    assert [f[:2] for f in faults(examine(book(line(**{"服务时长(小时)": 25}))))] == [
        (2, "服务时长(小时)")
    ]


def test_what_comes_out_goes_in_again_unchanged(bureau):
    apply(examine(book(line())))

    def rows(person=bureau.officer, **fields):
        selection = Selection(scope=compute_scope(person.user), **fields)
        return list(sheets.list_visit_rows(selection))

    assert rows() == [
        [
            date(2026, 11, 5),
            "东岭供电所党员服务队",
            "林晓禾、许怡书",
            "独居老人用电检查",
            "石桥村",
            2.5,
            62,
            "无",
        ]
    ]
    assert [c.heading for c in sheets.LEDGER_SHEETS[0].columns] == HEADINGS
    assert examine(book(*rows())).counts()[0]["unchanged"] == 1
    assert (rows(bureau.stranger), rows(end=date(2026, 11, 5))) == ([], [])
    assert [len(rows(person_id=p.pk)) for p in (bureau.member, bureau.secretary)] == [1, 0]
