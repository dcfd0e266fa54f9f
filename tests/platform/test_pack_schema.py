"""The published schema and its description say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import call_command

from linghang.platform.packs.schema import build_schema, print_schema
from linghang.platform.packs.sections import list_sections

DOCS = Path(__file__).parents[2] / "docs" / "packs"


def list_keys(node):
    if isinstance(node, dict):
        properties = node.get("properties", {})
        yield from properties
        for value in [*properties.values(), *(v for k, v in node.items() if k != "properties")]:
            yield from list_keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from list_keys(value)


def test_published_schema_is_the_one_of_the_code():
    assert (DOCS / "pack.schema.json").read_text(encoding="utf-8") == print_schema()


def test_command_writes_the_schema_to_a_file(tmp_path):
    call_command("pack_schema", tmp_path / "schema.json")
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == print_schema()


def test_every_key_is_described_and_no_other():
    tables = re.findall(r"^\| (`[^|]*`) \|", (DOCS / "README.md").read_text(), re.MULTILINE)
    described = {key for cell in tables for key in re.findall(r"`([^`]+)`", cell)}
    known = set(list_keys(build_schema())) - {section.name for section in list_sections()}
    assert described == known
