"""Every act of the audit trail and every background job has its name, in English and in Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import linghang
from linghang.platform.tasks.services import handlers
from linghang.portal.enums import JOB_WORDS, VERB_FAMILIES, VERB_WORDS, name_job, name_verb

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
