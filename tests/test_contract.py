"""The order of the rooms beyond what import-linter sees: front doors, foreign keys, file names, no file too long."""

import configparser
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "linghang"
CONTRACT = configparser.ConfigParser()
CONTRACT.read(ROOT / ".importlinter", encoding="utf-8")
GUARDED = ("services", "queries", "mapping", "web")


def list_order() -> list[str]:
    """Return the apps from the top down."""
    layers = CONTRACT["importlinter:contract:app-order"]["layers"].split("\n")
    names = [line.strip() for line in layers if line.strip() and not line.strip().startswith("#")]
    return [name.strip(" ()") for line in names for name in line.split("|")]


def list_apps() -> list[str]:
    """Return the rooms that are apps with the usual modules inside."""
    containers = CONTRACT["importlinter:contract:inside-an-app"]["containers"].split()
    return [name.removeprefix("linghang.") for name in containers]


def exists(app: str, module: str) -> bool:
    return (SOURCE / app / f"{module}.py").exists() or (
        SOURCE / app / module / "__init__.py"
    ).exists()


@pytest.mark.parametrize("app", list_apps())
def test_every_app_has_a_front_door_over_all_its_inner_modules(app):
    section = CONTRACT[f"importlinter:contract:{app}-front-door"]
    expected = {f"linghang.{app}.{module}" for module in GUARDED if exists(app, module)}
    assert set(section["protected_modules"].split()) == expected


def test_every_folder_is_a_room_of_the_contract():
    folders = {p.name for p in SOURCE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert folders <= set(list_order())


def test_foreign_keys_point_downwards():
    order = {name: place for place, name in enumerate(list_order())}
    wrong = []
    for model in apps.get_models():
        here = model.__module__.split(".")
        if here[0] != "linghang":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                not field.concrete
                or target is None
                or not target.__module__.startswith("linghang.")
            ):
                continue
            there = target.__module__.split(".")[1]
            if target._meta.label == "accounts.User":
                continue  # the user model is named by a setting, as Django asks; platform may point at it
            if order[there] < order[here[1]]:
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


def test_no_module_outgrows_four_hundred_and_fifty_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for package in ("linghang", "linghang_core")
        for p in (ROOT / "src" / package).rglob("*.py")
        if "migrations" not in p.parts
        and (n := len(p.read_text(encoding="utf-8").splitlines())) > 450
    }
    assert long == {}


def test_no_module_is_called_by_what_it_is_not():
    forbidden = {"utils.py", "helpers.py", "common.py", "misc.py"}
    found = [
        p
        for package in ("linghang", "linghang_core")
        for p in (ROOT / "src" / package).rglob("*.py")
    ]
    assert [str(p) for p in found if p.name in forbidden or p.name.startswith("base_")] == []
