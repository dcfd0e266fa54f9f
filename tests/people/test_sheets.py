"""The customer's roster: its faults where they stand, nothing else in the way, and twice is once."""

import json
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from linghang.org import sheets as org_sheets
from linghang.org.models import Coverage, Unit
from linghang.people import sheets
from linghang.people.api import compute_scope
from linghang.people.models import Appointment, Person
from linghang.platform.sheets import examination, reading
from linghang.platform.sheets.faults import Severity
from linghang.platform.sheets.plan import Context, registry

DATA = Path(__file__).parents[1] / "data"
ROSTER = DATA / "示范滨海供电公司-花名册.xlsx"
ANSWERS = json.loads((DATA / "示范滨海供电公司-答案.json").read_text())
TODAY = date(2026, 11, 21)
CODES = ("units", "business_units", "members", "appointments")
COUNTS = ("rows", "new", "changed", "unchanged", "faulty", "waiting")


@pytest.fixture(scope="module")
def book():
    return reading.read_path(ROSTER)


def examine(*books, scope=None, actor=None):
    plans = [plan for plan in registry.plans() if plan.code in CODES]
    context = Context(actor=actor, scope=scope, today=TODAY)
    return examination.examine_books(list(books), plans, context)


def blocking(found):
    return [(f.sheet, f.row, f.column) for f in found.faults() if f.severity is Severity.BLOCK]


def counts(found):
    return {c["sheet"]: tuple(c[name] for name in COUNTS) for c in found.counts()}


def workbook(**sheets_by_name):
    """Return a book of sheets given as lists of rows, first row the headings."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"}) as made:
        for name, rows in sheets_by_name.items():
            sheet = made.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return reading.read_bytes(buffer.getvalue(), "甲.xlsx")


def test_every_planted_fault_is_found_and_no_other_blocks(db, book):
    found = examine(book)
    wanted = [
        (f["sheet"], f["row"], f["column"]) for f in ANSWERS["faults"] if f["sheet"] == "党员"
    ]
    assert blocking(found) == wanted
    assert counts(found) == {
        "党组织": (70, 70, 0, 0, 0, 0),
        "业务单位": (34, 34, 0, 0, 0, 0),
        "党员": (628, 618, 0, 0, 10, 0),
        "任职": (157, 157, 0, 0, 0, 0),
    }
    assert [f.code for f in found.faults() if f.severity is Severity.WARN] == [
        "area_unknown",
        "member.probation_too_short",
        "member.probation_too_short",
    ]


def test_applied_twice_the_second_time_changes_nothing(db, book):
    written = examination.apply_examination(examine(book))
    assert written == {
        "units": {"new": 70, "changed": 0},
        "business_units": {"new": 34, "changed": 0},
        "members": {"new": 618, "changed": 0},
        "appointments": {"new": 157, "changed": 0},
    }
    kept = Unit.objects.count(), Person.objects.count(), Appointment.objects.count()
    assert kept == (104, 618, 618 + 157)
    again = examine(book)
    assert counts(again) == {
        "党组织": (70, 0, 0, 70, 0, 0),
        "业务单位": (34, 0, 0, 34, 0, 0),
        "党员": (628, 0, 0, 618, 10, 0),
        "任职": (157, 0, 0, 157, 0, 0),
    }
    assert examination.apply_examination(again) == {
        code: {"new": 0, "changed": 0} for code in CODES
    }
    assert (Unit.objects.count(), Person.objects.count(), Appointment.objects.count()) == kept


def test_the_joint_branch_covers_its_three_stations(db, book):
    examination.apply_examination(examine(book))
    names = Coverage.objects.filter(party_unit__name="沿海片区联合党支部").values_list(
        "business_unit__name", flat=True
    )
    assert set(names) == {"望江供电所", "月塘供电所", "翠微供电所"}
    top = Coverage.objects.get(business_unit__name="示范滨海供电公司")
    assert top.party_unit.name == "中共示范滨海供电公司委员会"


def test_the_secretary_of_a_committee_leads_the_bureau(db, book):
    examination.apply_examination(examine(book))
    [held] = Appointment.objects.filter(
        unit__name="中共示范滨海供电公司委员会", valid_to=None
    ).exclude(post_id="member")
    assert (held.person.name, held.post_id) == ("喻雪恒", "committee_secretary")


def test_a_value_that_changed_is_shown_and_written(db, book):
    examination.apply_examination(examine(book))
    rows = [
        ["姓名", "公民身份号码", "所在党支部", "工作岗位"],
        ["杨磊", "999999196508263692", "办公室党支部", "调度班长"],
    ]
    found = examine(workbook(党员=rows))
    [row] = found.changed_rows()
    assert [(c.heading, c.old, c.new) for c in row.changes] == [
        ("工作岗位", "变电运维工", "调度班长")
    ]
    examination.apply_examination(found)
    assert Person.objects.get(name="杨磊").job == "调度班长"


def test_another_branch_in_the_roster_transfers_the_member(db, book):
    examination.apply_examination(examine(book))
    rows = [
        ["姓名", "公民身份号码", "所在党支部"],
        ["杨磊", "999999196508263692", "财务资产部党支部"],
    ]
    examination.apply_examination(examine(workbook(党员=rows)))
    told = Appointment.objects.filter(person__name="杨磊").order_by("valid_from")
    assert [(a.unit.name, a.valid_from, a.valid_to) for a in told] == [
        ("办公室党支部", date(2021, 9, 28), TODAY),
        ("财务资产部党支部", TODAY, None),
    ]


OTHER_WORDS = {
    "公民身份号码": "身份证号",
    "加入党组织日期": "入党时间",
    "转为正式党员日期": "转正时间",
    "所在党支部": "所属支部",
    "联系电话": "手机号码",
    "党组织名称": "支部名称",
    "党内职务": "职务",
    "任职起始日期": "任职时间",
}


def rewritten(codes=None):
    """Return the roster with other headings, columns the other way round and serial dates."""
    made = {}
    old = CalamineWorkbook.from_path(str(ROSTER))
    for name in old.sheet_names:
        rows = old.get_sheet_by_name(name).to_python()
        if codes and name not in codes:
            continue
        headings = [OTHER_WORDS.get(h, h) for h in rows[2]]
        made[name] = [list(reversed(headings))] + [
            [_serial(cell) for cell in reversed(row)] for row in rows[3:]
        ]
    return workbook(**made)


def _serial(cell):
    return (cell - date(1899, 12, 30)) // timedelta(days=1) if isinstance(cell, date) else cell


def test_other_headings_column_order_and_serial_dates_read_the_same(db, book):
    found = examine(rewritten())
    back = {new: old for old, new in OTHER_WORDS.items()}
    # Headings stand in row 1 there and in row 3 here; columns run the other way round.
    moved = sorted((s, r + 2, back.get(c, c)) for s, r, c in blocking(found))
    assert moved == sorted(blocking(examine(book)))
    examination.apply_examination(found)
    assert [c["changed"] + c["new"] for c in examine(book).counts()] == [0, 0, 0, 0]


def test_sheets_may_come_one_after_the_other(db, book):
    for name, new in (("党组织", 70), ("业务单位", 34), ("党员", 618), ("任职", 157)):
        found = examine(rewritten([name]))
        assert found.counts()[0]["new"] == new
        examination.apply_examination(found)
    assert [c["changed"] + c["new"] for c in examine(book).counts()] == [0, 0, 0, 0]


def test_members_without_their_units_are_told_so(db):
    found = examine(rewritten(["党员"]))
    assert found.counts()[0]["new"] == 0
    assert {f.code for f in found.faults() if f.column_key == "unit"} == {"not_found"}


def test_an_officer_imports_into_the_own_bureau_and_founds_no_other(bureau, book):
    found = examine(book, scope=compute_scope(bureau.officer.user), actor=bureau.officer.user)
    assert ("党组织", 4, "上级党组织") in blocking(found)
    examination.apply_examination(found)
    assert not Unit.objects.filter(name="中共示范滨海供电公司委员会").exists()
    assert Unit.objects.filter(parent=None, line="party").count() == 2


def test_an_officer_meets_only_the_own_branches(bureau):
    head = ["党组织名称", "党组织类别", "上级党组织"]
    rows = [
        head,
        ["变电检修党支部", "党支部", "生产党总支"],
        ["外支部", "党支部", "中共示范乙供电公司委员会"],
    ]
    found = examine(workbook(党组织=rows), scope=compute_scope(bureau.officer.user))
    assert blocking(found) == [("党组织", 3, "上级党组织")]
    examination.apply_examination(found)
    assert Unit.objects.get(name="变电检修党支部").parent == bureau.general_branch


def test_branch_names_that_every_bureau_has_mean_the_bureau_of_the_file(db, book):
    twin = examine(book)
    examination.apply_examination(twin)
    rows = [
        ["党组织名称", "党组织类别", "上级党组织"],
        ["中共示范东山供电公司委员会", "党委", ""],
        ["办公室党支部", "党支部", "中共示范东山供电公司委员会"],
    ]
    found = examine(workbook(党组织=rows))
    assert counts(found) == {"党组织": (2, 2, 0, 0, 0, 0)}
    examination.apply_examination(found)
    assert Unit.objects.filter(name="办公室党支部").count() == 2
    assert [c["changed"] + c["new"] for c in examine(book).counts()] == [0, 0, 0, 0]
    assert counts(examine(workbook(党组织=rows))) == {"党组织": (2, 0, 0, 2, 0, 0)}
    # Without the sheet of units most of the branch names tell whose members these are.
    assert examine(rewritten(["党员"])).counts()[0]["unchanged"] == 618


def test_an_identity_number_of_another_bureau_is_not_taken_over(bureau, book):
    examination.apply_examination(examine(book))
    rows = [["姓名", "身份证号", "所属支部"], ["杨磊", "999999196508263692", "变电运维党支部"]]
    found = examine(workbook(党员=rows), scope=compute_scope(bureau.officer.user))
    assert [(f.row, f.column, f.code) for f in found.faults() if f.severity is Severity.BLOCK] == [
        (2, "身份证号", "elsewhere")
    ]


def test_a_post_that_ends_is_ended_and_one_held_already_is_refused(bureau):
    rows = [
        ["姓名", "党内职务", "所在党组织", "任职起始日期", "任职终止日期"],
        ["韩帆", "书记", "变电运维党支部", "2020-01-01", "2026-06-30"],
        ["方艳一", "书记", "输电运检党支部", "2026-06-30", ""],
    ]
    found = examine(workbook(任职=rows), scope=compute_scope(bureau.officer.user))
    assert [(f.row, f.code) for f in found.faults() if f.severity is Severity.BLOCK] == [
        (3, "overlap")
    ]
    examination.apply_examination(found)
    ended = Appointment.objects.get(person=bureau.secretary, post_id="secretary")
    assert ended.valid_to == date(2026, 6, 30)


def test_a_post_of_somebody_whose_row_is_faulty_waits(bureau):
    people = [
        ["姓名", "身份证号", "所属支部", "性别"],
        ["新党员", "999999199005300037", "变电运维党支部", "女"],
    ]
    posts = [
        ["姓名", "身份证号", "党内职务", "所在党组织", "任职起始日期"],
        ["新党员", "999999199005300037", "组织委员", "变电运维党支部", "2026-01-01"],
    ]
    found = examine(workbook(党员=people, 任职=posts), scope=compute_scope(bureau.officer.user))
    assert blocking(found) == [("党员", 2, "性别")]
    assert counts(found)["任职"] == (1, 0, 0, 0, 0, 1)


def test_a_secretary_the_appointments_do_not_know_is_only_a_hint(bureau):
    units = [
        ["党组织名称", "党组织类别", "上级党组织", "党组织书记"],
        ["新支部", "党支部", "生产党总支", "林晓禾"],
    ]
    posts = [
        ["姓名", "党内职务", "所在党组织", "任职起始日期"],
        ["许怡书", "书记", "新支部", "2026-01-01"],
    ]
    found = examine(workbook(党组织=units, 任职=posts), scope=compute_scope(bureau.officer.user))
    assert [(f.sheet, f.row, f.column, f.severity) for f in found.faults()] == [
        ("党组织", 2, "党组织书记", Severity.WARN)
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("甲党支部", "branch"), ("乙联合党支部", "joint_branch"), ("丙党总支", "general_branch")],
)
def test_a_missing_kind_is_read_from_the_end_of_the_name(bureau, name, kind):
    rows = [["党组织名称", "上级党组织"], [name, "中共示范甲供电公司委员会"]]
    examination.apply_examination(
        examine(workbook(党组织=rows), scope=compute_scope(bureau.officer.user))
    )
    assert Unit.objects.get(name=name).kind == kind


def test_columns_of_both_apps_are_those_of_the_samples():
    old = CalamineWorkbook.from_path(str(ROSTER))
    for plan, name in (
        (org_sheets.PartyUnitSheet, "党组织"),
        (org_sheets.BusinessUnitSheet, "业务单位"),
        (sheets.MemberSheet, "党员"),
        (sheets.AppointmentSheet, "任职"),
    ):
        headings = old.get_sheet_by_name(name).to_python()[2]
        assert [c.heading for c in plan.columns][: len(headings)] == headings
