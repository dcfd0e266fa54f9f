"""What can be wrong with a pack, said so that its author can mend it: file, place, remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

Place = tuple[int | str, ...]


class Severity(StrEnum):
    """An error refuses the pack; a warning is shown and lets it pass."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing found in a pack file.

    `place` is the path inside the document, such as `contents.schemes[0].dimensions[1].code`;
    `basis` names the rule behind a refusal when there is one.
    """

    file: str
    place: str
    message: str
    remedy: str
    code: str = "pack"
    severity: Severity = Severity.ERROR
    basis: str = ""

    def __str__(self) -> str:
        """The finding in one line."""
        return f"{self.file}: {self.place}: {self.message} {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, str]:
        """The finding as plain values, for JSON."""
        return {key: str(value) for key, value in asdict(self).items()}


class PackRefused(ValueError):  # noqa: N818  a refusal, named as it is spoken of
    """A pack cannot be installed; `findings` lists every reason with its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings; the message has one line for each."""
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether one of the findings refuses the pack."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def spell_place(place: Place) -> str:
    """Return a place as text: `contents.schemes[0].code`; the document itself is `(file)`."""
    spelt = ""
    for step in place:
        spelt += f"[{step}]" if isinstance(step, int) else (f".{step}" if spelt else step)
    return spelt or "(file)"


def find_faults(
    error: ValidationError, *, file: str, document: Any, at: Place = ()
) -> list[Finding]:
    """Return the findings of a failed validation; `at` is where the document stands in the file.

    When the parts of a list are faulty, "the list is too short" only repeats it and is left out.
    """
    faults = error.errors(include_url=False)
    places = [fault["loc"] for fault in faults]
    return [
        Finding(
            file=file,
            place=spell_place(at + _strip_tags(document, fault["loc"])),
            message=message,
            remedy=remedy,
            code=f"pack.{fault['type']}",
        )
        for fault in faults
        if not (fault["type"] == "too_short" and _has_deeper(places, fault["loc"]))
        for message, remedy in [_put_in_words(fault)]
    ]


def _has_deeper(places: Sequence[Place], place: Place) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _strip_tags(document: Any, location: Place) -> Place:
    """The location without the branches of unions, which pydantic names but no author wrote."""
    here, kept = document, []
    for place, step in enumerate(location):
        last = place == len(location) - 1
        if isinstance(step, int):
            here = here[step] if isinstance(here, list | tuple) and step < len(here) else None
        elif isinstance(here, Mapping) and (step in here or last):
            here = here.get(step)
        else:
            continue
        kept.append(step)
    return tuple(kept)


def _put_in_words(fault: Any) -> tuple[str, str]:  # noqa: PLR0911  one line per kind of fault
    """What is wrong and what to do, for one fault of pydantic."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return _("This key is missing."), _("Add it.")
        case "extra_forbidden":
            return (
                _("This key is not known."),
                _("Correct its spelling or take it out; docs/packs/README.md lists every key."),
            )
        case "string_pattern_mismatch":
            return (
                _("%(value)r is not written as it must be.") % {"value": fault["input"]},
                _("It must match %(pattern)s.") % {"pattern": context.get("pattern", "")},
            )
        case "string_type":
            return (
                _("%(value)r is not text.") % {"value": fault["input"]},
                _("Write it as text, in quotes."),
            )
        case "too_short" | "string_too_short":
            return _("This is empty."), _("Give at least one.")
        case "enum" | "literal_error":
            return (
                _("%(value)r is not one of the words allowed here.") % {"value": fault["input"]},
                _("Write one of: %(expected)s.") % {"expected": context.get("expected", "")},
            )
        case "model_type" | "dict_type" | "model_attributes_type":
            return _("Here keys with values are expected."), _("Write them as key: value.")
        case "list_type" | "tuple_type":
            return _("Here a list is expected."), _("Write one line with a dash for each.")
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return (
                _("%(value)r is not a day.") % {"value": fault["input"]},
                _("Write it as year-month-day, for example 2026-01-01."),
            )
        case _:
            message = fault["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
            return message, _("Correct it as said; docs/packs/README.md describes the key.")
