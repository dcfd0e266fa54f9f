"""`linghang reliability` on files as people and programs write them; every number worked by hand."""

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

HEAD = "event_id,step,unit,start,end,customers,category"
ONE = "1,1,甲,2026-01-05 08:00,2026-01-05 09:00,100,故障停电"
DAYS = ("--from", "2026-01-01", "--to", "2026-01-31")


def run(*words: object):
    return CliRunner().invoke(cli, ["reliability", *(str(word) for word in words)])


def ask(path: Path, *words: object, customers: object = 1000, standard: str = "dlt836", days=DAYS):
    answer = run("indices", path, "--customers", customers, *days, "--standard", standard, "--json", *words)  # fmt: skip
    assert answer.exit_code in (0, 1), answer.output
    found = json.loads(answer.stdout)
    listed = [(each["row"], each["code"]) for each in found["quality"]]
    return answer.exit_code, found, listed


@pytest.fixture
def write(tmp_path):
    def to_file(
        *lines: str, name: str = "events.csv", encoding: str = "utf-8", head: str = HEAD
    ) -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join([head, *lines, ""]).encode(encoding))
        return path

    return to_file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_told_from_the_file(write, encoding, separator):
    path = write(ONE.replace(",", separator), head=HEAD.replace(",", separator), encoding=encoding)
    status, found, listed = ask(path)
    assert (status, found["saidi_minutes"], found["saidi_fault_minutes"], listed) == (0, 6, 6, [])


def test_headings_with_blanks_capitals_and_quotes_are_found(write):
    head = '" Event_ID ",STEP, unit ,start,"end", Customers,category,'
    assert ask(write(ONE + ",", head=head))[1]["saidi_minutes"] == 6


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026/1/5 8:00", "2026/1/5 9:00"),
        ("2026-01-05 08:00:00", "2026-01-05T09:00:00.000"),
        ("2026-01-05T08:00:00+08:00", "2026-01-05 01:00Z"),
        ("2026-01-04T19:00-05:00", "2026-01-05 09:00"),
        ("2026年1月5日8时00分", "2026年1月5日9时"),
        ("20260105 080000", "20260105 0900"),
        ("2026-01-05 23:00", "2026-01-05 24:00"),
        ("２０２６-01-05 08:00", "2026/1/5 9:00"),
    ],
)
def test_times_are_read_as_people_write_them(write, start, end):
    status, found, listed = ask(write(f"1,1,甲,{start},{end},100,故障停电"))
    assert (status, found["saidi_minutes"], listed) == (0, 6, [])


def test_a_day_alone_is_its_midnight(write):
    assert ask(write("1,1,甲,2026-01-05,2026-01-05 01:00,100,检修停电"))[1]["saidi_minutes"] == 6


@pytest.mark.parametrize(
    ("number", "read"),
    [('"1,000"', 1000), ("１０００", 1000), ("1000.0", 1000), ("1e3", 1000), (" 1000 ", 1000)],
)
def test_numbers_are_read_as_people_write_them(write, number, read):
    status, found, _ = ask(write(f"1,1,甲,2026-01-05 08:00,2026-01-05 09:00,{number},故障停电"))
    assert (status, found["customer_interruptions"]) == (0, read)


@pytest.mark.parametrize("number", ['"1,5"', "many", "inf", "nan", "1_000", "0x10"])
def test_what_is_no_number_is_named_by_its_row(write, number):
    status, found, listed = ask(
        write(ONE, f"2,1,甲,2026-01-05 08:00,2026-01-05 09:00,{number},故障停电")
    )
    assert (status, found["events"], listed) == (1, 1, [(3, "no_number")])


def test_blank_rows_are_no_rows_and_the_others_keep_their_numbers(write):
    path = write(
        ONE, "", ",,,,,,", "2,1,甲,2026-01-06 09:00,2026-01-06 08:00,5,故障停电", "", ",,,,,,", "  "
    )
    status, found, listed = ask(path)
    assert (status, found["events"], listed) == (1, 1, [(5, "restored_before_start")])


def test_rows_of_another_length_are_named_and_the_rest_is_counted(write):
    path = write(
        ONE,
        "2,1,甲,2026-01-06 08:00,2026-01-06 09:00,1,200,故障停电",  # 1,200 without quotes
        "3,1,甲,2026-01-07 08:00",
        '4,1,"甲,\n一班",2026-01-08 08:00,2026-01-08 09:00,100,故障停电',
    )
    status, found, listed = ask(path)
    assert (status, found["saidi_minutes"]) == (1, 12)
    assert listed == [(3, "too_many_values"), (4, "empty"), (4, "empty"), (4, "unknown_category")]


def test_quotation_marks_inside_a_text_are_only_signs(write):
    """A lone one within a text neither opens nor closes anything."""
    for unit in ('5"管', '他说"甲"一班', '"甲"一班'):
        rows = (ONE.replace("甲", unit), ONE.replace("1,1", "2,1"))
        status, found, listed = ask(write(*rows), "--by", "unit")
        assert (status, found["events"], len(found["groups"]), listed) == (0, 2, 2, [])


def test_a_workbook_with_cells_of_every_kind(tmp_path):
    book = tmp_path / "停电.xlsx"
    rows = [
        [1, 1, "甲", datetime(2026, 1, 5, 8, 20), datetime(2026, 1, 5, 8, 23), 100, "故障停电"],
        [2, 1, "甲", "2026-01-06 08:00", datetime(2026, 1, 6, 9, 0), "1,00", "故障停电"],
        [3, 1, "甲", "2026/1/6 8:00", datetime(2026, 1, 6, 9, 0), "1,000", "检修停电"],
        [None] * 7,
        [4, 1, "甲", datetime(2026, 1, 7), None, 7, "检修停电"],
        [None] * 7,
    ]
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame().to_excel(writer, sheet_name="说明", index=False)
        pd.DataFrame(rows, columns=HEAD.split(",")).to_excel(writer, sheet_name="数据", index=False)
    status, found, listed = ask(book, standard="dlt836")
    assert (status, listed) == (1, [(3, "no_number"), (6, "empty")])
    # 100 customers for exactly three minutes: momentary. 1,000 for an hour.
    assert (found["maifi"], found["saidi_minutes"]) == (0.1, 60.3)


def test_numbers_as_names_are_the_same_in_two_workbooks(tmp_path):
    events, base = tmp_path / "events.xlsx", tmp_path / "base.xlsx"
    rows = [
        [n, 1, unit, datetime(2026, 1, 5, n), datetime(2026, 1, 5, n + 1), 100, "故障停电"]
        for n, unit in ((1, 7075), (3, 7076))
    ]
    rows.append([4, 1, None, datetime(2026, 1, 5, 9), datetime(2026, 1, 5, 10), 100, "故障停电"])
    pd.DataFrame(rows, columns=HEAD.split(",")).to_excel(events, index=False)
    pd.DataFrame(
        {"unit": [7075, 7076], "date": [datetime(2026, 1, 1)] * 2, "customers": [400, 600]}
    ).to_excel(base, index=False)
    status, found, listed = ask(events, "--by", "unit", customers=base)
    assert (status, listed) == (1, [(4, "unknown_unit")])
    assert [(part["key"], part["saidi_minutes"]) for part in found["groups"]] == [
        ("7075", 15),
        ("7076", 10),
    ]


def test_a_csv_file_by_the_name_of_a_workbook_and_a_workbook_by_the_name_of_a_csv_file(
    write, tmp_path
):
    assert ask(write(ONE, name="events.xlsx"))[1]["saidi_minutes"] == 6
    book = tmp_path / "book.xlsx"
    pd.DataFrame([ONE.split(",")], columns=HEAD.split(",")).to_excel(book, index=False)
    assert ask(book.rename(tmp_path / "book.csv"))[1]["saidi_minutes"] == 6


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "events.csv", "empty"),
        (b"\n \n", "events.csv", "empty"),
        (HEAD.encode(), "events.csv", "no rows"),
        ((HEAD + "\n" + ",,,,,,\n").encode(), "events.csv", "no rows"),
        ((HEAD + ",unit\n" + ONE + ",乙\n").encode(), "events.csv", "column unit stands twice"),
        (
            (HEAD + '\n1,1,"甲,2026-01-05\n' + ONE + "\n").encode(),
            "events.csv",
            "opened and not closed",
        ),
        (b"\xff\xff\xff", "events.csv", "neither UTF-8 nor GB18030"),
        (b"<html><table></table></html>", "events.xls", "web page"),
        (b"PK\x03\x04 broken", "events.xlsx", "no workbook"),
        (HEAD.replace(",", "，").encode() + b"\n1\n", "events.csv", "is missing; needed are"),
        ("事件,单位\n1,甲\n".encode(), "events.csv", "found are 事件, 单位"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_message_and_status_two(tmp_path, content, name, said):
    path = tmp_path / name
    path.write_bytes(content)
    answer = run("indices", path, "--customers", 10, *DAYS, "--standard", "dlt836", "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert said in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("indices", "nowhere.csv", "--customers", "10"), "does not exist"),
        (("indices", ".", "--customers", "10"), "is a directory"),
    ],
)
def test_a_file_that_is_not_there_or_a_folder_is_told(words, said):
    answer = run(*words, *DAYS, "--standard", "dlt836")
    assert (answer.exit_code, said in answer.stderr) == (2, True)


@pytest.mark.parametrize("number", ["0", "-5", "nan", "inf"])
def test_numbers_of_customers_that_nothing_can_be_divided_by(write, number):
    answer = run("indices", write(ONE), f"--customers={number}", *DAYS, "--standard", "dlt836")
    assert (answer.exit_code, "not a positive number" in answer.stderr) == (2, True)


def test_an_unknown_time_zone_and_days_in_the_wrong_order_are_refused(write):
    path = write(ONE)
    wrong = run(
        "indices", path, "--customers", 9, *DAYS, "--standard", "dlt836", "--timezone", "Mars"
    )
    assert (wrong.exit_code, "no time zone 'Mars'" in wrong.stderr) == (2, True)
    turned = ("--from", "2026-02-01", "--to", "2026-01-01", "--standard", "dlt836")
    answer = run("indices", path, "--customers", 9, *turned)
    assert (answer.exit_code, "lies before" in answer.stderr) == (2, True)


CUSTOMERS = 'unit,date,customers\n甲,2026-01-01,"1,000"\n甲,2026/1/17,3000\n乙,2026-01-01,500\n'


@pytest.fixture
def base(tmp_path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS, encoding="gb18030")
    return path


@pytest.mark.parametrize(
    ("convention", "number"),
    [
        ("average", (16 * 1000 + 15 * 3000) / 31 + 500),
        ("start", 1500),
        ("end", 3500),
        ("middle", 2500),
    ],
)
def test_customers_of_several_dates_are_divided_by_as_asked(write, base, convention, number):
    _, found, _ = ask(write(ONE), "--denominator", convention, customers=base)
    assert found["customers"] == pytest.approx(number)
    assert found["saidi_minutes"] == pytest.approx(6000 / number)


def test_rows_are_held_against_the_customers_of_their_unit_on_their_day(write, base):
    path = write(
        "1,1,甲,2026-01-05 08:00,2026-01-05 09:00,1500,故障停电",  # 1,000 on that day
        "2,1,甲,2026-01-20 08:00,2026-01-20 09:00,1500,故障停电",  # 3,000 on that day
        "3,1,丙,2026-01-20 08:00,2026-01-20 09:00,1,故障停电",
    )
    status, found, listed = ask(path, "--by", "unit", customers=base, standard="ieee1366")
    assert (status, listed) == (1, [(2, "more_customers_than_exist"), (4, "unknown_unit")])
    assert found["customer_minutes"] == 90_000
    assert [(group["key"], group["customer_minutes"]) for group in found["groups"]] == [
        ("乙", 0),
        ("甲", 90_000),
    ]


@pytest.mark.parametrize("unit", ["", "全部", "Total"])
def test_numbers_of_the_whole_hold_for_every_unit(write, tmp_path, unit):
    base = tmp_path / "base.csv"
    base.write_text(f"unit,date,customers\n{unit},2026-01-01,600\n{unit},2026-02-01,900\n", "utf-8")
    status, found, listed = ask(write(ONE), customers=base)
    assert (status, found["customers"], found["saidi_minutes"], listed) == (0, 600, 10, [])
    base.write_text(f"unit,date,customers\n{unit},2026-01-01,600\n甲,2026-01-01,900\n", "utf-8")
    answer = run("indices", write(ONE), "--customers", base, *DAYS, "--standard", "dlt836")
    assert (answer.exit_code, "name a unit and some do not" in answer.stderr) == (2, True)


def test_one_unit_is_asked_for(write, base):
    path = write(ONE, ONE.replace("1,1,甲", "2,1,乙"))
    _, found, _ = ask(path, "--unit", "乙", customers=base)
    assert (found["customers"], found["saidi_minutes"], found["events"]) == (500, 12, 1)
    _, found, _ = ask(path, "--unit", "甲", customers=600)
    assert (found["customers"], found["saidi_minutes"]) == (600, 10)
    answer = run(
        "indices", path, "--customers", base, *DAYS, "--standard", "dlt836", "--unit", "丁"
    )
    assert (answer.exit_code, "no number of customers for 丁" in answer.stderr) == (2, True)


def test_classes_of_customers_are_evaluated_by_themselves(write, tmp_path):
    base = tmp_path / "base.csv"
    base.write_text(
        "unit,date,customers,voltage\n甲,2026-01-01,900,低压\n甲,2026-01-01,30,中压\n", "utf-8"
    )
    path = write(
        "1,1,甲,2026-01-05 08:00,2026-01-05 09:00,90,故障停电,低压",
        "2,1,甲,2026-01-05 08:00,2026-01-05 09:00,3,故障停电,10kV",
        head=HEAD + ",voltage",
    )
    assert ask(path, "--voltage", "low", customers=base)[1]["saidi_minutes"] == 6
    assert ask(path, "--voltage", "medium", customers=base)[1]["saidi_minutes"] == 6
    refused = run("indices", path, "--customers", base, *DAYS, "--standard", "dlt836")
    assert (refused.exit_code, "several voltages" in refused.stderr) == (2, True)
    parts = ask(path, "--by", "voltage")[1]["groups"]
    assert [(part["key"], part["customer_interruptions"]) for part in parts] == [
        ("low", 90),
        ("medium", 3),
    ]


def test_groups_come_beside_the_whole_and_categories_keep_their_words(write):
    path = write(
        ONE,
        "2,1,乙,2026-01-06 08:00,2026-01-06 10:00,50,临时检修停电",
        "3,1,乙,2026-01-07 08:00,2026-01-07 08:30,10,weather",
    )
    _, found, listed = ask(path, "--by", "category", standard="ieee1366")
    assert (found["saidi_minutes"], found["by"], listed) == (12.3, "category", [])
    assert [(part["key"], part["customer_minutes"]) for part in found["groups"]] == [
        ("weather", 300),
        ("临时检修停电", 6000),
        ("故障停电", 6000),
    ]
    assert ask(path)[2] == [(4, "unknown_category")]


def test_overlapping_outages_of_one_group_are_counted_once(write):
    """T1 is out from 8 to 10 and, by a second record, from 9 to 11: three hours, one interruption."""
    head = HEAD + ",group"
    path = write(
        "1,1,甲,2026-01-05 08:00,2026-01-05 10:00,60,故障停电,T1",
        "2,1,甲,2026-01-05 09:00,2026-01-05 11:00,60,检修停电,T1",
        "3,1,甲,2026-01-05 09:30,2026-01-05 09:45,60,故障停电,T1",  # wholly inside
        "4,1,甲,2026-01-05 11:00,2026-01-05 12:00,60,故障停电,T1",  # from the moment of restoration
        "5,1,乙,2026-01-05 09:00,2026-01-05 11:00,60,故障停电,T1",  # another unit's T1
        head=head,
    )
    status, found, listed = ask(path, standard="ieee1366")
    assert (status, listed) == (1, [(3, "overlap"), (4, "overlap")])
    assert found["customer_minutes"] == 60 * (180 + 60 + 120)
    assert (found["customer_interruptions"], found["saifi"]) == (180, 0.18)


def test_a_short_record_inside_a_long_outage_is_no_momentary_interruption(write):
    path = write(
        "1,1,甲,2026-01-05 08:00,2026-01-05 08:04,60,故障停电,T1",
        "2,1,甲,2026-01-05 08:02,2026-01-05 10:00,60,故障停电,T1",
        head=HEAD + ",group",
    )
    _, found, _ = ask(path, standard="ieee1366")
    assert (found["customer_minutes"], found["saifi"], found["maifi"]) == (60 * 120, 0.06, 0)


def test_more_customers_out_at_one_moment_than_there_are_is_told(write):
    path = write(
        "1,1,甲,2026-01-05 08:00,2026-01-05 10:00,600,故障停电",
        "2,1,甲,2026-01-05 09:00,2026-01-05 11:00,600,故障停电",
        "3,1,甲,2026-01-05 11:00,2026-01-05 12:00,1000,故障停电",
    )
    status, found, listed = ask(path)
    assert (status, listed) == (1, [(3, "more_out_than_exist")])
    assert found["customer_minutes"] == 600 * 240 + 1000 * 60


def test_each_rule_of_quality_names_its_row_and_ends_with_one(write):
    head = HEAD + ",duration_minutes,power_kw"
    path = write(
        ONE + ",60,12",
        "2,1,甲,2026-01-05 09:00,2026-01-05 08:00,10,故障停电,60,",
        "3,1,甲,2026-01-05 08:00,2026-01-05 08:00,10,故障停电,0,",
        "4,1,甲,2026-01-05 08:00,2026-01-05 09:00,10,故障停电,75,",
        "5,1,甲,2026-01-05 08:00,2026-01-05 09:00,1001,故障停电,,",
        ONE + ",60,12",
        "7,1,甲,2026-01-05 08:00,2026-01-05 09:00,10,故障停电,-60,",
        "8,1,甲,2026-01-05 08:00,2026-01-05 09:00,-1,故障停电,,",
        "9,1,甲,2026-01-05 08:00,2026-01-05 09:00,1.5,故障停电,,",
        "10,1,甲,2026-01-05 08:00,2026-01-05 09:00,10,故障停电,60,much",
        head=head,
    )
    status, found, listed = ask(path)
    assert status == 1
    assert listed == [
        (3, "restored_before_start"),
        (4, "zero_duration"),
        (5, "duration_differs"),
        (6, "more_customers_than_exist"),
        (7, "duplicate"),
        (8, "duration_differs"),
        (9, "negative_customers"),
        (10, "no_whole_number"),
        (11, "no_number"),
    ]
    assert found["customer_minutes"] == 60 * (100 + 10 + 10 + 10)
    assert found["energy_kwh_per_customer"] == 0.012


def test_two_groups_restored_together_are_no_duplicates_without_steps(write):
    head = HEAD.replace("step,", "")
    rows = (
        "1,甲,2026-01-05 08:00,2026-01-05 09:00,30,故障停电",
        "1,甲,2026-01-05 08:00,2026-01-05 09:00,40,故障停电",
    )
    status, found, _ = ask(write(*rows, head=head))
    assert (status, found["events"], found["customer_interruptions"]) == (0, 1, 70)
    assert ask(write(*rows, rows[0], head=head))[2] == [(4, "duplicate")]


def test_edges_midnight_and_a_leap_day(write):
    path = write(
        "1,1,甲,2023-12-31 23:00,2024-01-01 02:00,100,故障停电",
        "2,1,甲,2024-02-28 23:00,2024-03-01 01:00,100,检修停电",
        "3,1,甲,2024-12-31 22:00,2025-01-01 05:00,100,故障停电",
    )
    year = ("--from", "2024-01-01", "--to", "2024-12-31")
    chinese = ask(path, customers=100, days=year)[1]
    assert chinese["minutes_in_period"] == 366 * 1440
    assert (chinese["saidi_minutes"], chinese["saifi"]) == (120 + 26 * 60 + 120, 2)
    american = ask(path, customers=100, days=year, standard="ieee1366")[1]
    assert (american["saidi_minutes"], american["saifi"]) == (26 * 60 + 420, 2)
    same = ask(path, "--edge", "start", customers=100, days=year)[1]
    assert same["saidi_minutes"] == american["saidi_minutes"]
    february = ask(path, "--by", "month", customers=100, days=year)[1]["groups"][1]
    assert (february["key"], february["saidi_minutes"], february["minutes_in_period"]) == (
        "2024-02",
        25 * 60,
        29 * 1440,
    )


def test_foreign_rows_in_the_night_the_clocks_change(write):
    path = write(
        "1,1,x,2026-03-08 01:30,2026-03-08 03:30,100,fault",  # one hour
        "2,1,x,2026-11-01 00:30,2026-11-01 02:30,100,fault",  # three hours
    )
    days = ("--from", "2026-01-01", "--to", "2026-12-31", "--timezone", "America/New_York")
    status, found, _ = ask(path, customers=100, days=days, standard="ieee1366")
    assert (status, found["saidi_minutes"], found["minutes_in_period"]) == (0, 240, 365 * 1440)


def test_daily_figures_feed_major_days_and_comparison(write, tmp_path):
    path = write(ONE, "2,1,甲,2026-01-31 23:50,2026-02-01 08:00,500,故障停电")
    words = ("--customers", 1000, *DAYS, "--standard", "ieee1366")
    answer = run("daily", path, *words)
    lines = answer.stdout.splitlines()
    assert (answer.exit_code, len(lines), lines[0], lines[5], lines[31]) == (
        0,
        32,
        "date,saidi",
        "2026-01-05,6.0",
        "2026-01-31,245.0",
    )
    found = json.loads(run("daily", path, *words, "--json").stdout)
    assert (found["days"][0], found["quality"]) == ({"date": "2026-01-01", "saidi": 0.0}, [])
    days = tmp_path / "daily.csv"
    days.write_text(answer.stdout, encoding="utf-8")
    span = (
        "--base-from",
        "2026-01-01",
        "--base-to",
        "2026-01-31",
        "--from",
        "2026-01-01",
        "--to",
        "2026-01-31",
    )
    assert json.loads(run("med", days, *span, "--json").stdout)["zero_days_dropped"] == 29


def test_daily_saidi_without_major_days_above_saidi_is_told(tmp_path):
    path = tmp_path / "daily.csv"
    path.write_text(
        "Date,SAIDI ,saidi_without_med\n2025/1/1,1.0,1.0\n2025/1/2,2.0,2.5\n2025/1/3,3.0,\n"
        "2025/1/4,x,1\n2025/1/3,4,4\n2025/1/5,-1,0\n2025/1/6,inf,0\n\n",
        encoding="utf-8",
    )
    span = (
        "--base-from",
        "2025-01-01",
        "--base-to",
        "2025-12-31",
        "--from",
        "2025-01-01",
        "--to",
        "2025-12-31",
    )
    answer = run("med", path, *span, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["saidi_all"], found["base_days"]) == (1, 6, 3)
    assert [(q["row"], q["code"]) for q in found["quality"]] == [
        (3, "without_med_above_saidi"),
        (5, "no_number"),
        (6, "duplicate"),
        (7, "negative"),
        (8, "no_number"),
    ]


def test_a_comparison_over_missing_days_is_refused(tmp_path):
    path = tmp_path / "daily.csv"
    days = pd.date_range("2025-01-01", "2025-03-31").strftime("%Y-%m-%d")
    pd.DataFrame({"date": days, "saidi": 1.0}).drop(index=5).to_csv(path, index=False)
    span = (
        "--before-from",
        "2025-01-01",
        "--before-to",
        "2025-01-31",
        "--from",
        "2025-02-01",
        "--to",
        "2025-03-31",
    )
    answer = run("compare", path, *span, "--json")
    assert (answer.exit_code, "1 of 31 days" in answer.stderr) == (2, True)
    assert "2025-01-06 first; write days without interruption with 0" in answer.stderr
