"""What every pack says, whatever it brings: who it is, what for, on which basis."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
PackCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
]
Version = Annotated[str, StringConstraints(pattern=r"^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$")]


class Part(BaseModel):
    """Base of every part of a pack: immutable, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """One text in both languages of the product."""

    en: Word
    zh: Word

    def of(self, language: str) -> str:
        """Return the text in English for `en…`, else in Chinese."""
        return self.en if language.startswith("en") else self.zh


class Requirement(Part):
    """Another pack that must be installed first, in this version or a later one."""

    pack: PackCode
    version: Version


class Envelope(Part):
    """A pack file (实践包): its head, and `contents`, whose sections the apps define.

    `practices` are the numbers of the practices it switches on; `basis` names the regulations or
    the bureau practice it rests on; `contents` holds a list of rows for each section.
    """

    pack: PackCode
    version: Version
    title: Text
    practices: tuple[Annotated[str, StringConstraints(pattern=r"^P\d{2}$")], ...] = Field(
        min_length=1
    )
    description: Text
    basis: tuple[Word, ...] = Field(min_length=1)
    requires: tuple[Requirement, ...] = ()
    contents: dict[str, list[dict[str, Any]]] = Field(min_length=1)


def order_version(version: str) -> tuple[int, ...]:
    """Return a key that sorts versions: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def digest_document(document: dict[str, Any]) -> str:
    """Return the SHA-256 of a document, the same for any order of keys and any layout of YAML."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
