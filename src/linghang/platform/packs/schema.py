"""The JSON Schema of pack files, for editors and for authors of packs."""

from __future__ import annotations

import json
from typing import Any

from linghang.platform.packs.envelope import Envelope
from linghang.platform.packs.sections import list_sections

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def build_schema() -> dict[str, Any]:
    """Return the schema of a pack: the head, and each registered section as a list of its rows."""
    schema = Envelope.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    sections: dict[str, Any] = {}
    for section in sorted(list_sections(), key=lambda item: item.name):
        row = section.model.model_json_schema(
            by_alias=True, ref_template=f"#/$defs/{section.name}.{{model}}"
        )
        for name, definition in row.pop("$defs", {}).items():
            definitions[f"{section.name}.{name}"] = definition
        definitions[f"{section.name}.row"] = row
        sections[section.name] = {
            "type": "array",
            "items": {"$ref": f"#/$defs/{section.name}.row"},
        }
    schema["properties"]["contents"] = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": sections,
    }
    return {"$schema": DIALECT, **schema, "title": "Linghang practice pack"}


def print_schema() -> str:
    """Return the schema as the text of docs/packs/pack.schema.json."""
    return json.dumps(build_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
