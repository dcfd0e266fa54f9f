"""`linghang tickets evaluate|train|classify`: what they print, and with which status."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from linghang.cli import cli
from linghang_core import tickets

SHIPPED = Path(tickets.__file__).parent / "data" / "demands.csv"
COLUMNS = ("--text", "text", "--label", "kind")


def run(*args):
    return CliRunner().invoke(cli, ["tickets", *map(str, args)])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Three kinds of the shipped corpus as a file."""
    table = pd.read_csv(SHIPPED)
    path = tmp_path_factory.mktemp("tickets") / "small.csv"
    table[table["kind"].isin(["表扬", "故障报修", "查询咨询"])].to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def model(small):
    path = small.parent / "small.model"
    assert run("train", small, *COLUMNS, "--model", path).exit_code == 0
    return path


def test_evaluate_prints_what_the_contract_names(small):
    answer = run("evaluate", small, *COLUMNS, "--folds", 3, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0, answer.output
    assert (found["rows"], found["duplicates_removed"], found["segmented"]) == (165, 0, False)
    assert 0.8 < found["macro_f1"] <= 1
    assert set(found["per_class"]) == {"表扬", "故障报修", "查询咨询"}
    assert set(found["per_class"]["表扬"]) == {"precision", "recall", "f1", "support"}
    assert found["unsure"] == pytest.approx(1 - found["coverage"])
    assert (found["lexical_only"], found["quality"]) == (True, [])


def test_evaluate_says_the_same_to_a_reader(small):
    answer = run("evaluate", small, *COLUMNS, "--folds", 3)
    found = json.loads(run("evaluate", small, *COLUMNS, "--folds", 3, "--json").stdout)
    assert f"macro F1 {found['macro_f1']:.4f}" in answer.stdout
    assert "165 texts" in answer.stdout


def test_segmented_text_and_a_workbook_are_read(small, tmp_path):
    table = pd.read_csv(small)
    table["text"] = [" ".join(text) for text in table["text"]]
    book = tmp_path / "small.xlsx"
    table.to_excel(book, index=False)
    found = json.loads(run("evaluate", book, *COLUMNS, "--folds", 3, "--json").stdout)
    assert found["segmented"]
    assert found["macro_f1"] > 0.75
    told = run("evaluate", book, *COLUMNS, "--folds", 3, "--segmented", "--json")
    assert json.loads(told.stdout) == found


def test_a_title_tells_classes_apart_that_the_text_does_not(tmp_path):
    rows = [
        (
            f"{'停电报修' if n % 2 else '电费咨询'}第{n}号",
            f"请尽快处理编号{n * 7919}",
            "甲乙"[n % 2],
        )
        for n in range(40)
    ]
    path = tmp_path / "titled.csv"
    pd.DataFrame(rows, columns=["title", "text", "kind"]).to_csv(path, index=False)
    plain = json.loads(run("evaluate", path, *COLUMNS, "--json").stdout)
    titled = json.loads(run("evaluate", path, *COLUMNS, "--title", "title", "--json").stdout)
    assert titled["macro_f1"] == 1
    assert plain["macro_f1"] < 0.8


def test_train_and_classify_give_each_row_its_class_and_the_words_for_it(model, tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(
        "no,what\nA1,冒烟了没电了快来人抢修\nA2,感谢师傅冒雨修好线路\nA3,龘龘龘\n", encoding="utf-8"
    )
    answer = run("classify", path, "--text", "what", "--id", "no", "--model", model, "--json")
    found = json.loads(answer.stdout)
    assert answer.exit_code == 0, answer.output
    assert [(row["id"], row["row"], row["label"]) for row in found["rows"][:2]] == [
        ("A1", 2, "故障报修"),
        ("A2", 3, "表扬"),
    ]
    assert "感谢" in found["rows"][1]["words"]
    assert found["rows"][2]["sure"] is False
    assert all(0 <= row["probability"] <= 1 for row in found["rows"])
    said = run("classify", path, "--text", "what", "--id", "no", "--model", model).stdout
    assert said.splitlines()[1].startswith("A2\t表扬\t")
    assert "?" in said.splitlines()[2]


def test_train_reports_the_model_and_its_words(small, tmp_path):
    answer = run("train", small, *COLUMNS, "--model", tmp_path / "m", "--precision", 0.9, "--json")
    found = json.loads(answer.stdout)
    assert (found["rows"], found["asked_precision"], len(found["digest"])) == (165, 0.9, 64)
    assert "感谢" in found["words"]["表扬"]


def test_rows_without_text_or_label_are_listed_and_the_rest_computed(small, tmp_path):
    path = tmp_path / "holes.csv"
    path.write_text(
        small.read_text(encoding="utf-8") + "X1,,停电了\nX2,表扬,\nX3,表扬,！！\n", encoding="utf-8"
    )
    answer = run("evaluate", path, *COLUMNS, "--folds", 3, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["rows"]) == (1, 165)
    assert [(q["row"], q["code"], q["column"]) for q in found["quality"]] == [
        (167, "no_label", "kind"),
        (168, "no_text", "text"),
        (169, "no_text", "text"),
    ]


def test_copies_and_contradictions_are_told(small, tmp_path):
    lines = small.read_text(encoding="utf-8").splitlines()
    kind, other = lines[1].split(",")[1], "表扬" if ",表扬," not in lines[1] else "查询咨询"
    path = tmp_path / "copies.csv"
    path.write_text(
        "\n".join([*lines, lines[1], lines[1].replace(kind, other, 1)]) + "\n", encoding="utf-8"
    )
    answer = run("evaluate", path, *COLUMNS, "--folds", 3, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, found["rows"], found["duplicates_removed"]) == (0, 165, 2)
    assert [q["row"] for q in found["quality"]] == [2, 167, 168]
    assert f"counted once, as {kind}" in found["quality"][0]["message"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("id,what\n1,停电\n", COLUMNS, "column text is missing; the file has id, what"),
        ("", COLUMNS, "bad.csv"),
        ("text,kind\n", COLUMNS, "no rows"),
        ("text,kind\n停电,甲\n跳闸,甲\n没电,甲\n", COLUMNS, "at least two classes"),
        ("text,kind\n停电,\n,甲\n", COLUMNS, "no row has text and label"),
        ("text,kind\n停电三天,甲\n费错了,乙\n", COLUMNS, "at least two classes"),
        ("text,kind\n停电,甲\n灯灭,甲\n费错,乙\n费高,乙\n", (*COLUMNS, "--folds", 9), "9 folds"),
        ("text,kind\n停电,甲\n", (*COLUMNS, "--embedder", "nowhere:it"), "--embedder nowhere:it"),
    ],
)
def test_bad_input_gets_one_clear_message(tmp_path, content, options, said):
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    answer = run("evaluate", path, *options, "--json")
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stdout == ""


def test_a_file_that_is_no_model_is_refused(small):
    answer = run("classify", small, "--text", "text", "--model", small, "--json")
    assert answer.exit_code == 2
    assert "small.csv holds no model" in answer.stderr


def test_a_model_cannot_be_written_where_there_is_no_folder(small, tmp_path):
    answer = run("train", small, *COLUMNS, "--model", tmp_path / "none" / "m")
    assert answer.exit_code == 2
    assert "none" in answer.stderr


def test_labels_that_are_numbers_keep_their_names_beside_empty_cells_and_rows_their_places(
    small, tmp_path
):
    table = pd.read_csv(small)
    table["kind"] = table["kind"].map({"表扬": 1, "故障报修": 2, "查询咨询": 3}).astype(float)
    table.loc[3, ["text", "kind"]] = None  # its row stays, empty
    table.loc[5, "kind"] = None
    book = tmp_path / "numbers.xlsx"
    table[["text", "kind"]].to_excel(book, index=False)
    answer = run("evaluate", book, *COLUMNS, "--folds", 2, "--json")
    found = json.loads(answer.stdout)
    assert (answer.exit_code, set(found["per_class"])) == (1, {"1", "2", "3"})
    assert [(q["row"], q["code"]) for q in found["quality"]] == [(7, "no_label")]


def test_a_column_of_texts_taken_for_labels_gets_a_short_message(small):
    answer = run("evaluate", small, "--text", "text", "--label", "text", "--json")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "145 more" in answer.stderr
    assert len(answer.stderr) < 800
