"""From a parsed YAML document to a scheme, or to a list of all its faults with their places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from linghang_core.scoring.problems import Problem, SchemeError
from linghang_core.scoring.scheme.model import Scheme


def load_scheme(document: Mapping[str, Any]) -> Scheme:
    """Return the checked scheme of a parsed YAML document.

    Raises SchemeError listing every fault with its place, so that a pack is mended in one go.
    """
    try:
        return Scheme.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        places = [fault["loc"] for fault in faults]
        raise SchemeError(
            [
                Problem(_place(document, fault["loc"]), _plain(fault["msg"]))
                for fault in faults
                if not (fault["type"] == "too_short" and _has_deeper(places, fault["loc"]))
            ]
        ) from error


def describe_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scheme document, for editors and for the pack format."""
    return Scheme.model_json_schema(by_alias=True)


def _has_deeper(places: list[tuple[int | str, ...]], place: tuple[int | str, ...]) -> bool:
    """Whether another fault lies inside: then "too few valid items" only repeats it."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _plain(message: str) -> str:
    return re.sub(r"^(Value error|Assertion failed), ", "", message)


def _place(document: object, location: tuple[int | str, ...]) -> str:
    """The place of a fault as a path that also names the codes on the way."""
    place, here = "", document
    for step in location:
        if isinstance(step, int):
            place += f"[{step}]"
            here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
            code = here.get("code") if isinstance(here, Mapping) else None
            place += f"({code})" if isinstance(code, str) else ""
        elif isinstance(here, Mapping) and step not in here and step in ("facts", "known"):
            continue  # pydantic names the branch of a union, which is no place in the document
        else:
            place += f".{step}" if place else step
            here = here.get(step) if isinstance(here, Mapping) else None
    return place or "scheme"
