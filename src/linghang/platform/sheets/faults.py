"""What can be wrong with a cell, a row, a sheet or a file, said so that the reader can mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


class Severity(StrEnum):
    """How much a fault stops: the row (block), nothing (warn), the row until another is mended (wait)."""

    BLOCK = "block"
    WARN = "warn"
    WAIT = "wait"

    @property
    def label(self) -> str:
        """Return the word shown to the user."""
        return gettext(_SEVERITY_LABELS[self.value])

    @property
    def tone(self) -> str:
        """Return the chip tone of the interface."""
        return {"block": "danger", "warn": "warn", "wait": "info"}[self.value]


_SEVERITY_LABELS = {"block": _("must be mended"), "warn": _("please check"), "wait": _("waits")}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence kept as msgid and parameters, so that each reader sees it in their own language.

    A fault found by a background job in one language is read later in another; storing the rendered
    sentence would freeze the first.
    """

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.template:
            return ""
        text = gettext(self.template)
        return text % self.params if self.params else text

    def __bool__(self) -> bool:
        return bool(self.template)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON value that `from_json` turns back into an equal message."""
        return {"template": self.template, "params": {k: str(v) for k, v in self.params.items()}}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Message:
        """Return the message written by `to_json`."""
        return cls(value.get("template", ""), dict(value.get("params", {})))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place of the customer's file; row and column are those of the file.

    `row` counts from 1 as Excel shows it and is None for a fault of the whole sheet; `column` is the
    heading as the customer wrote it. `value` is what stands in the cell, masked where sensitive.
    """

    sheet: str
    row: int | None
    column: str
    value: str
    message: Message
    remedy: Message
    severity: Severity
    code: str
    file: str = ""
    column_key: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the fault with its sentences in the active language (command line, API)."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": str(self.message),
            "remedy": str(self.remedy),
            "severity": self.severity.value,
            "code": self.code,
        }


class CellFault(Exception):  # noqa: N818 - it is a fault of the customer's cell, not an error of ours
    """Raised by a parser: the cell cannot be read as what the column asks for.

    With `severity` WARN the cell is read as `value` and the fault is only shown.
    """

    def __init__(
        self,
        code: str,
        message: str,
        remedy: str = "",
        *,
        severity: Severity = Severity.BLOCK,
        value: Any = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = Message(message, params)
        self.remedy = Message(remedy, params)
        self.severity = severity
        self.value = value

    def __str__(self) -> str:
        return str(self.message)


class UnusableFile(Exception):  # noqa: N818 - see CellFault
    """Raised when a file cannot be read at all; carries what is wrong and what to do about it."""

    def __init__(self, file: str, code: str, message: str, remedy: str = "", **params: Any) -> None:
        super().__init__(code)
        self.file = file
        self.code = code
        self.message = Message(message, params)
        self.remedy = Message(remedy, params)

    def __str__(self) -> str:
        return f"{self.file}: {self.message} {self.remedy}".strip()

    def to_json(self) -> dict[str, str]:
        """Return the refusal with its sentences in the active language."""
        return {
            "file": self.file,
            "code": self.code,
            "message": str(self.message),
            "remedy": str(self.remedy),
        }
