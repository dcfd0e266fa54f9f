"""Docs are tested: every command, setting, fact kind, dependency and link is there."""

import re
import tomllib
from pathlib import Path

import click
import pytest
from django.core.management import call_command

from linghang.cli import cli

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PICTURE_AT_MOST = 150_000  # bytes: readers come over slow lines


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def list_dependencies() -> set[str]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {re.match(r"[A-Za-z0-9_.-]+", line).group().lower() for line in wanted}


def test_every_direct_dependency_has_its_reason_and_no_other_is_named():
    page = read("docs", "dependencies.md")
    rows = [
        line.split("|")[1]
        for line in page.splitlines()
        if line.startswith("| ") and "---" not in line
    ]
    named = {name.strip().lower() for row in rows for name in row.split(",")} - {"package"}
    assert named == list_dependencies()


def test_every_setting_of_the_environment_is_documented():
    used = set(
        re.findall(
            r'environment\("([A-Z_]+)"', read("src", "linghang", "config", "settings", "base.py")
        )
    )
    used |= set(
        re.findall(
            r'environment\("([A-Z_]+)"',
            read("src", "linghang", "config", "settings", "production.py"),
        )
    )
    page = read("docs", "operators", "settings.md")
    assert {name for name in used if f"`LINGHANG_{name}`" not in page} == set()
    assert "`LINGHANG_TODAY`" in page


def list_commands(group: click.Group, above: str = "") -> dict[str, click.Command]:
    found = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found |= list_commands(command, f"{above}{name} ")
        else:
            found[f"{above}{name}"] = command
    return found


@pytest.mark.parametrize(("name", "command"), sorted(list_commands(cli).items()))
def test_every_command_has_help_worth_reading_and_stands_in_the_docs(name, command):
    assert len(command.help) > 60, name
    assert f"`linghang {name}" in read("docs", "operators", "commands.md"), name
    options = {o for p in command.params for o in p.opts if o.startswith("--")}
    page = read("docs", "operators", "commands.md")
    assert {o for o in options if o not in page} == set()


@pytest.mark.django_db
def test_every_declared_fact_kind_is_documented():
    from linghang.ledger import api as ledger
    from linghang.library import api as library
    from linghang.library.queries import list_shipped

    library.install_packs(list(list_shipped()), actor=None)
    page = read("docs", "facts.md")
    # Other tests in this process declare kinds of their own, called test.… and probe.…
    # and each scheme declares index.… for its own published totals, in one line of the page.
    others = ("test.", "probe.", "index.")
    kinds = [code for code in ledger.list_kinds() if not code.startswith(others)]
    assert "`index.<scheme>`" in page
    assert [code for code in kinds if f"`{code}`" not in page] == []
    named = {code for code in re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", page) if "." in code}
    assert named <= set(kinds)


def test_every_link_inside_the_docs_leads_somewhere():
    broken = []
    for page in [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]:
        links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        broken += [
            f"{page.relative_to(ROOT)}: {link}"
            for link in links
            if not link.startswith(("http:", "https:", "mailto:"))
            and not (page.parent / link).exists()
        ]
    assert broken == []


def test_every_picture_is_small():
    pictures = {path.name: path.stat().st_size for path in (DOCS / "pictures").iterdir()}
    assert {name: size for name, size in pictures.items() if size > PICTURE_AT_MOST} == {}


@pytest.mark.parametrize("page", sorted(DOCS.glob("practices/P*.md")), ids=lambda page: page.stem)
def test_every_practice_has_its_picture_and_its_browser_scenario(page):
    text = page.read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(\.\./pictures/([^)]+)\)", text)
    assert pictures != []
    assert [name for name in pictures if not (DOCS / "pictures" / name).exists()] == []
    named = [ROOT / name for name in re.findall(r"tests/browser/test_\w+\.py", text)]
    own = list((ROOT / "tests" / "browser").glob(f"test_{page.stem.lower()}_*.py"))
    assert own + named != []  # a scenario is called after its practice, or the page names it
    assert [path for path in named if not path.exists()] == []


def test_locks_have_hashes_and_no_addresses():
    for name in ("base.txt", "dev.txt"):
        text = read("requirements", name)
        assert "://" not in text
        packages = re.findall(r"^[a-z0-9][^\s=]*==", text, re.MULTILINE)
        assert (
            len(packages)
            == len(re.findall(r"^[a-z0-9][^\n]*\\\n\s+--hash=", text, re.MULTILINE))
            > 30
        )


def test_nothing_tracked_names_a_machine():
    hosts = ("/" + "root/", "/" + "work/", "pypi." + "org", "registry." + "npmjs")
    found = []
    for folder in ("src", "docs", "tests", "tools", ".ci", "requirements"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {
                ".py",
                ".md",
                ".txt",
                ".html",
                ".css",
                ".js",
                ".json",
                ".yaml",
                ".svg",
                ".toml",
            }:
                text = path.read_text(encoding="utf-8", errors="ignore")
                found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert found == []


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
