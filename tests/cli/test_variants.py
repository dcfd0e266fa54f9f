"""Other bureaus send the same content otherwise: other headings, another order, serial-number dates, sheets missing."""

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from linghang.cli import cli

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLES = sorted(DATA.glob("*.xlsx"))
ANSWERS = json.loads(next(DATA.glob("*.json")).read_text(encoding="utf-8"))
OTHER_WORDS = {
    "公民身份号码": "身份证号",
    "加入党组织日期": "入党时间",
    "所在党支部": "所属支部",
    "联系电话": "手机号码",
    "转为正式党员日期": "转正时间",
    "党组织名称": "支部名称",
    "活动类型": "活动类别",
    "缺席人员及原因": "缺席情况",
    "服务时长(小时)": "服务时长（小时）",
    "要求完成日期": "完成时限",
    "整改期限": "整改时限",
}


def check(*paths):
    result = CliRunner().invoke(cli, ["import", *map(str, paths), "--json"], catch_exceptions=False)
    found = json.loads(result.stdout)
    faults = {
        (f["sheet"], f["row"], f["column"]) for f in found["faults"] if f["severity"] == "block"
    }
    return result.exit_code, found["sheets"], faults


def rewrite(path, folder, change):
    """Write a copy of a workbook whose sheets went through `change(name, rows)`; None drops the sheet."""
    source, copy = openpyxl.load_workbook(path), openpyxl.Workbook()
    copy.remove(copy.active)
    for sheet in source:
        rows = change(sheet.title, [list(row) for row in sheet.iter_rows(values_only=True)])
        if rows is not None:
            target = copy.create_sheet(sheet.title)
            for row in rows:
                target.append(row)
    to = folder / path.name
    copy.save(to)
    return to


@pytest.fixture
def _packs():
    assert CliRunner().invoke(cli, ["packs", "install"]).exit_code == 0


EXPECTED = {(f["sheet"], f["row"], f["column"]) for f in ANSWERS["faults"]}


@pytest.mark.usefixtures("_packs")
def test_other_headings_in_reversed_order_give_the_same_faults(tmp_path):
    def change(_name, rows):
        rows[2] = [OTHER_WORDS.get(heading, heading) for heading in rows[2]]
        return [row[:1] if number < 2 else row[::-1] for number, row in enumerate(rows)]

    status, sheets, faults = check(*(rewrite(path, tmp_path, change) for path in SAMPLES))
    assert (status, sheets["党员"]["rows"]) == (1, ANSWERS["member_rows"])
    assert faults == {
        (sheet, row, OTHER_WORDS.get(column, column)) for sheet, row, column in EXPECTED
    }


@pytest.mark.usefixtures("_packs")
def test_serial_number_dates_without_title_rows_give_the_same_faults(tmp_path):
    def serial(value):
        if isinstance(value, (datetime, date)):
            return (
                value
                if isinstance(value, datetime)
                else datetime(value.year, value.month, value.day)
            ).toordinal() - 693594
        return value

    def change(_name, rows):
        return [[serial(value) for value in row] for row in rows[2:]]

    _status, _sheets, faults = check(*(rewrite(path, tmp_path, change) for path in SAMPLES))
    assert faults == {(sheet, row - 2, column) for sheet, row, column in EXPECTED}


@pytest.mark.usefixtures("_packs")
def test_sheets_that_are_missing_are_no_fault(tmp_path):
    def change(name, rows):
        return rows if name in {"党组织", "党员"} else None

    roster = next(path for path in SAMPLES if "花名册" in path.name)
    status, sheets, faults = check(rewrite(roster, tmp_path, change))
    assert (status, set(sheets)) == (1, {"党组织", "党员"})
    assert faults == {fault for fault in EXPECTED if fault[0] == "党员"}


@pytest.mark.usefixtures("_packs")
def test_a_ledger_before_its_roster_waits_for_branches_instead_of_guessing(tmp_path):
    ledger = next(path for path in SAMPLES if "台账" in path.name)
    status, sheets, _faults = check(ledger)
    assert status == 1
    assert {counts["new"] for counts in sheets.values()} == {0}
