"""`linghang tickets hotspots` and `repeats` as other programs call them."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli

HEAD = "编号,主题,详情,时间,客户,点赞\n"
ROWS = (
    "1,青桐路井盖丢失,青桐路的井盖夜里丢失,2026/1/2 08:00:00,甲,3\n"
    "2,青桐路井盖丢失,青桐路的井盖夜里丢失,2026/1/3 08:00:00,乙,0\n"
    "3,咨询电价,请问分时电价怎么算,2026/1/4 08:00:00,丙,1\n"
)
COLUMNS = (
    "--title",
    "主题",
    "--text",
    "详情",
    "--id",
    "编号",
    "--time",
    "时间",
    "--customer",
    "客户",
    "--likes",
    "点赞",
)


def run(*words: object):
    return CliRunner().invoke(cli, ["tickets", *(str(word) for word in words)])


@pytest.fixture
def tickets(tmp_path) -> Path:
    path = tmp_path / "tickets.csv"
    path.write_text(HEAD + ROWS, encoding="gb18030")
    return path


def test_hot_spots_are_json_with_the_agreed_names(tickets):
    answer = run("hotspots", tickets, *COLUMNS, "--top", 5, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["quality"], found["tickets"]) == (0, [], 3)
    (topic,) = found["topics"]
    agreed = ["words", "title", "ids", "count", "people", "from", "to"]
    assert [topic[name] for name in agreed] == [
        ["青桐路", "丢失", "井盖", "夜里"],
        "青桐路井盖丢失",
        ["1", "2"],
        2,
        2,
        "2026-01-02",
        "2026-01-03",
    ]
    assert topic["heat"] == pytest.approx(
        sum(p["points"] for p in topic["heat_parts"].values()), abs=1e-3
    )


def test_repeats_are_json_with_the_agreed_names(tickets):
    found = json.loads(
        run(
            "repeats", tickets, "--text", "详情", "--id", "编号", "--customer", "客户", "--json"
        ).stdout
    )
    (group,) = found["groups"]
    assert [group[name] for name in ("ids", "kind", "same_customer", "customers")] == [
        ["1", "2"],
        "exact",
        False,
        2,
    ]
    assert found["method"] == "lexical only"


def test_a_workbook_gives_the_same_and_without_a_column_of_ids_rows_are_named(tickets, tmp_path):
    book = tmp_path / "tickets.xlsx"
    pd.read_csv(tickets, encoding="gb18030", parse_dates=["时间"]).to_excel(book, index=False)
    plain, other = (
        json.loads(run("hotspots", path, *COLUMNS, "--json").stdout) for path in (tickets, book)
    )
    assert plain == other
    found = json.loads(run("repeats", book, "--text", "详情", "--json").stdout)
    assert (found["groups"][0]["ids"], found["groups"][0]["same_customer"]) == ([2, 3], None)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("4,无,,2026/1/5,丁,0\n", "empty"),
        ("4,无,没有时间,昨天,丁,0\n", "no_time"),
        ("4,无,没有数字,2026/1/5,丁,许多\n", "no_number"),
        ("4,无,负数,2026/1/5,丁,-2\n", "no_number"),
    ],
)
def test_partly_bad_rows_are_listed_the_rest_is_computed_and_the_status_is_one(tmp_path, row, code):
    path = tmp_path / "tickets.csv"
    path.write_text(HEAD + ROWS + row, encoding="utf-8")
    answer = run("hotspots", path, *COLUMNS, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, len(found["topics"]), found["tickets"]) == (1, 1, 3)
    assert [(q["row"], q["code"], q["severity"]) for q in found["quality"]] == [(5, code, "error")]


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        (HEAD + ROWS, ("--text", "内容"), "column 内容 is missing"),
        (HEAD, ("--text", "详情"), "no rows"),
        ("", ("--text", "详情"), "tickets.csv"),
        (HEAD + "1,,,,,\n", ("--text", "详情"), "no row can be used"),
        (HEAD + ROWS, ("--text", "详情", "--time", "主题"), "holds no time"),
        (HEAD + ROWS, ("--text", "详情", "--likes", "主题"), "no number"),
    ],
)
def test_what_cannot_be_used_is_one_message_and_status_two(tmp_path, content, columns, said):
    path = tmp_path / "tickets.csv"
    path.write_text(content, encoding="utf-8")
    answer = run("hotspots", path, *columns, "--json")
    assert (answer.exit_code, answer.stdout, said in answer.stderr) == (2, "", True)


def test_an_embedder_that_cannot_be_loaded_is_refused(tickets):
    answer = run("repeats", tickets, "--text", "详情", "--embedder", "nowhere:model", "--json")
    assert (answer.exit_code, "nowhere" in answer.stderr) == (2, True)


def test_words_for_people_name_the_topic_and_the_method(tickets):
    assert "青桐路井盖丢失" in run("hotspots", tickets, *COLUMNS).stdout
    assert "lexical only" in run("repeats", tickets, "--text", "详情").stdout


def test_rows_are_those_of_the_file_where_it_has_blank_ones_and_one_that_is_too_long(tmp_path):
    first, second, third = ROWS.splitlines(keepends=True)
    path = tmp_path / "tickets.csv"
    path.write_text(HEAD + first + ",,,,,\n4,无,多,了,一个,逗号,1\n" + second + third)
    answer = run("hotspots", path, *COLUMNS, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["topics"][0]["rows"]) == (1, [2, 5])
    assert [(q["row"], q["code"]) for q in found["quality"]] == [(4, "too_many_values")]
    repeated = json.loads(run("repeats", path, "--text", "详情", "--json").stdout)
    assert repeated["groups"][0]["ids"] == [2, 5]


@pytest.mark.parametrize("command", ["risk", "drill", "anomalies"])
def test_every_command_lists_a_row_with_too_many_values_and_computes_the_rest(tmp_path, command):
    days = [f"{n},2026/{1 + n // 28}/{1 + n % 28},东城,停电没有人管\n" for n in range(140)]
    path = tmp_path / "tickets.csv"
    path.write_text("编号,时间,地点,详情\n\n" + "".join(days[:2]) + "x,2026/1/3,东,城,无\n")
    columns = {
        "risk": ("--text", "详情", "--time", "时间"),
        "drill": ("--place", "地点", "--time", "时间"),
        "anomalies": ("--time", "时间"),
    }[command]
    if command == "anomalies":
        days = [f"{day:%Y-%m-%d},东城\n" for day in pd.date_range("2026-01-01", periods=140)]
        path.write_text("时间,地点\n\n" + "".join(days[:2]) + "x,东,城\n" + "".join(days[2:]))
    answer = run(command, path, *columns, "--json")
    found = json.loads(answer.stdout)
    listed = [(q["row"], q["code"]) for q in found["quality"] if q["severity"] == "error"]
    assert (answer.exit_code, listed) == (1, [(5, "too_many_values")])
