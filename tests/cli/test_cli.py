"""The command line does what the pages do, with exit statuses a script can trust."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from linghang.accounts.models import User
from linghang.cli import cli

pytestmark = pytest.mark.django_db
DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLES = sorted(str(path) for path in DATA.glob("*.xlsx"))
ANSWERS = json.loads(next(DATA.glob("*.json")).read_text(encoding="utf-8"))


def run(*words, **more):
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False, **more)


@pytest.fixture
def packs():
    assert run("packs", "install").exit_code == 0


def read_faults(result):
    found = json.loads(result.stdout)["faults"]
    return {(f["sheet"], f["row"], f["column"]) for f in found if f["severity"] == "block"}


def test_import_finds_every_planted_fault_and_no_other_that_blocks(packs):
    result = run("import", *SAMPLES, "--json")
    assert result.exit_code == 1
    assert read_faults(result) == {(f["sheet"], f["row"], f["column"]) for f in ANSWERS["faults"]}
    sheets = json.loads(result.stdout)["sheets"]
    assert sheets["党员"]["rows"] == ANSWERS["member_rows"]
    assert {name: sheets[name]["rows"] for name in ANSWERS["records"]} == ANSWERS["records"]
    assert (sheets["党组织"]["rows"], sheets["业务单位"]["rows"]) == tuple(
        ANSWERS["units"].values()
    )


def test_applying_twice_changes_nothing_the_second_time(packs):
    first = json.loads(run("import", *SAMPLES, "--apply", "--json").stdout)["sheets"]
    second = json.loads(run("import", *SAMPLES, "--apply", "--json").stdout)["sheets"]
    assert {name: (c["new"], c["changed"]) for name, c in second.items()} == dict.fromkeys(
        first, (0, 0)
    )
    assert {name: c["unchanged"] for name, c in second.items()} == {
        name: c["new"] for name, c in first.items()
    }
    assert first["党员"]["new"] == 618


def test_a_file_that_is_no_workbook_is_unusable(packs, tmp_path):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"not a workbook")
    result = run("import", path, "--json")
    assert (result.exit_code, list(json.loads(result.stdout))) == (2, ["error"])


def test_a_file_that_is_not_there_is_unusable(tmp_path):
    assert run("import", tmp_path / "nothing.xlsx").exit_code == 2


def test_packs_check_passes_what_is_shipped_and_refuses_a_forbidden_criterion(tmp_path):
    assert run("packs", "check").exit_code == 0
    shipped = Path("src/linghang/library/packs/red-star-index.yaml").read_text(encoding="utf-8")
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        re.sub(r"kinds: \[attendance\]", "kinds: [login.days]", shipped), encoding="utf-8"
    )
    result = run("packs", "check", bad)
    assert result.exit_code == 1
    assert "login.days" in result.output


def test_packs_list_tells_what_is_installed(packs):
    assert re.search(
        r"red-flag-index\s+shipped 1\.0\.0\s+installed 1\.0\.0", run("packs", "list").output
    )


def test_create_admin_applies_the_password_rules():
    assert run("create-admin", "root", "--password", "weak").exit_code == 1
    assert run("create-admin", "root", "--password", "Lh-strong-2026").exit_code == 0
    assert User.objects.get().is_system_administrator


@pytest.fixture(scope="module")
def evaluated(django_db_setup, django_db_blocker):
    """The small demo, once for this module, rolled back at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        from linghang.demo import building

        building.build(size="small", say=lambda _words: None)
        yield
        transaction.set_rollback(True)


def test_evaluate_twice_gives_the_same_digest_and_explain_adds_up(evaluated):
    first = json.loads(run("evaluate", "red-flag-index", "--period", "2026-10", "--json").stdout)
    second = json.loads(run("evaluate", "red-flag-index", "--period", "2026-10", "--json").stdout)
    assert [row["digest"] for row in first] == [row["digest"] for row in second]
    assert sum(row["rated"] for row in first) == 6

    from linghang.evaluation.models import Score

    score = (
        Score.objects.filter(run__period="2026-10", run__scheme__code="red-flag-index")
        .exclude(total=None)
        .first()
    )
    told = json.loads(
        run(
            "explain",
            "red-flag-index",
            "--period",
            "2026-10",
            "--subject",
            score.unit.code,
            "--json",
        ).stdout
    )
    assert told["total"] == told["re_added"] == str(score.total)
    assert (
        score.unit.name
        in run(
            "explain", "red-flag-index", "--period", "2026-10", "--subject", score.unit.code
        ).output
    )


def test_an_unknown_scheme_or_subject_is_refused_in_words(evaluated):
    assert run("evaluate", "no-such-index", "--period", "2026-10").exit_code == 1
    result = run("explain", "red-flag-index", "--period", "2026-10", "--subject", "P99999")
    assert (result.exit_code, "P99999" in result.output) == (1, True)
