"""Every act of the audit trail and every background job has its name, in English and in Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import linghang
from linghang.campaigns.services.actions import CHANGEABLE
from linghang.org.models import Unit
from linghang.org.services.changing import DETAILS
from linghang.people.services.registering import FIELDS
from linghang.platform.audit.models import Entry
from linghang.platform.tasks.services import handlers
from linghang.portal.enums import JOB_WORDS, VERB_FAMILIES, VERB_WORDS, name_job, name_verb
from linghang.portal.web.tables import show_changes
from linghang.portal.web.trail_words import FIELD_WORDS, name_linked, name_value
from linghang.rectification.models import Problem
from linghang.worklists.models import Assignment

SOURCE = Path(linghang.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read_words(node: ast.AST, within: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    """Yield the codes an expression may be; what an f-string fills in is written as {}."""
    match node:
        case ast.Constant(value=str(word)):
            yield word
        case ast.JoinedStr(values=parts):
            yield "".join(p.value if isinstance(p, ast.Constant) else "{}" for p in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from read_words(one, within, module)
            yield from read_words(other, within, module)
        case ast.Subscript(value=ast.Dict(values=values)):
            for value in values:
                yield from read_words(value, within, module)
        case ast.Subscript(value=value):
            yield from read_words(value, within, module)
        case ast.Name(id=name):
            yield from read_variable(name, within, module)
        case _:
            raise AssertionError(f"which act is {ast.unparse(node)} in {within.name}?")


def read_variable(name: str, within: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    """Yield what is assigned to a name in a function, or given to the function for it."""
    asked = [arg.arg for arg in within.args.args + within.args.kwonlyargs]
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == within.name:
            given = {word.arg: word.value for word in node.keywords}
            given |= dict(zip(asked, node.args, strict=False))
            if name in given:
                yield from read_words(given[name], within, module)
    for node in ast.walk(within):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            yield from read_words(node.value, within, module)


def list_verbs() -> dict[str, str]:
    """Return every code that is written into the audit trail, with the file that writes it."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "platform.audit" not in text:
            continue
        module = ast.parse(text)
        for within in ast.walk(module):
            if not isinstance(within, ast.FunctionDef):
                continue
            for call in ast.walk(within):
                if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("record"):
                    for word in call.keywords:
                        if word.arg == "verb":
                            codes = set(read_words(word.value, within, module))
                            assert codes, (path.name, within.name)
                            found |= dict.fromkeys(codes, str(path.relative_to(SOURCE)))
    return found


def read_keys(call: ast.Call) -> set[str]:
    """Return the fields an act is written with, as far as the call names them."""
    return {
        key.value
        for word in call.keywords
        if word.arg in ("old", "new")
        for found in ast.walk(word.value)
        if isinstance(found, ast.Dict)
        for key in found.keys
        if isinstance(key, ast.Constant)
    }


def list_fields() -> set[str]:
    """Return every field that can stand in the audit trail."""
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "platform.audit" in text or "acting import" in text:
            for call in ast.walk(ast.parse(text)):
                if isinstance(call, ast.Call):
                    found |= read_keys(call)
    for model in (Assignment, Problem):
        found |= {field.name for field in model._meta.concrete_fields if field.editable}
    return found | set(FIELDS) | set(CHANGEABLE) | set(DETAILS)


def expand(code: str) -> list[str]:
    """Return the codes of a family: every member of the enum an f-string is filled with."""
    if "{}" not in code:
        return [code]
    head = code.partition("{}")[0]
    assert head in VERB_FAMILIES, f"{code} belongs to no family of acts"
    return [f"{head}{member.value}" for member in VERB_FAMILIES[head]]


def test_every_act_written_into_the_trail_is_named():
    written = list_verbs()
    assert len(written) > 80
    codes = {one for code in written for one in expand(code)}
    with override("en"):
        nameless = {code for code in codes if name_verb(code) == code}
    assert nameless == set()
    assert set(VERB_WORDS) - codes == FORMER


# Written by versions before, so that they stand in trails there are.
FORMER = {"close_problem", "correct_problem", "save_visits"}


def test_every_field_written_into_the_trail_is_named():
    written = list_fields()
    assert len(written) > 100
    assert written - set(FIELD_WORDS) == set()


def test_values_are_shown_in_words():
    case = Entry(object_type="routing.case", new={})
    task = Entry(object_type="worklists.assignment", new={})
    steps = Entry(object_type="membership.application", new={})
    gone = Entry(object_type="somewhere.gone", new={})
    with override("zh-hans"):
        assert name_value(case, "stage", "solving") == "处理"
        assert name_value(task, "provisional", "False") == "否"
        assert name_value(steps, "step", "first_talk") == "党组织派人谈话"
        assert name_value(gone, "kinds", {"review": 2}) == ["待审定: 2"]
        assert name_value(gone, "state", "cancelled") == "已取消"
        assert name_value(gone, "hours", 150) == "1.5"
        assert name_value(gone, "hours", 1000) == 10
        assert name_value(gone, "stage", "unknown") == "unknown"
        assert name_value(gone, "names", ["a", ["b"]]) == ["a", ["b"]]


def test_the_list_leaves_out_what_stayed_and_what_only_points_elsewhere():
    entry = Entry(
        object_type="worklists.assignment",
        old={"state": "open", "unit": "3", "id": "7", "period": "2026"},
        new={"state": "done", "unit": "4", "id": "8", "period": "2026"},
    )
    with override("zh-hans"):
        assert show_changes(entry) == "状态: 进行中 → 已完成"


@pytest.mark.django_db
def test_the_page_of_an_act_says_what_a_number_points_at(bureau):
    entry = Entry(object_type="worklists.assignment")
    unit = Unit.objects.first()
    assert name_linked(entry, "unit", str(unit.pk)) == str(unit)
    assert name_linked(entry, "unit", unit.code) == str(unit)
    assert name_linked(entry, "unit", "999999999") == "999999999"
    assert name_linked(entry, "result", "Done.") == "Done."


def test_every_job_is_named_and_every_name_belongs_to_a_job():
    known = {
        kind for kind, handler in handlers.items() if handler.__module__.startswith("linghang")
    }
    assert set(JOB_WORDS) == known


@pytest.mark.parametrize("language", ["zh-hans"])
def test_every_name_is_chinese_in_chinese(language):
    codes = [*VERB_WORDS, *(one for head in VERB_FAMILIES for one in expand(f"{head}{{}}"))]
    with override(language):
        bare = {code for code in codes if not CHINESE.search(name_verb(code))}
        bare |= {kind for kind in JOB_WORDS if not CHINESE.search(name_job(kind))}
    assert bare == set()
