"""From a file to a checked pack: YAML without surprises, the head, then each section."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from linghang.platform.packs.envelope import Envelope, digest_document
from linghang.platform.packs.findings import Finding, find_faults, has_errors, spell_place
from linghang.platform.packs.sections import Section, Surroundings, find_section, list_sections

LARGEST = 1_000_000
"""Bytes of the largest pack file; the shipped ones have less than a tenth of it."""

Shelf = Callable[[str], "Pack | None"]
"""Finds a pack that another requires, by code, wherever it may be had."""


@dataclass(frozen=True)
class Pack:
    """A pack as read: its head, its document as plain JSON values, its rows by section."""

    file: str
    envelope: Envelope
    document: dict[str, Any]
    rows: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code that names the pack in all its versions."""
        return self.envelope.pack

    @property
    def version(self) -> str:
        """The version of this document."""
        return self.envelope.version

    @property
    def digest(self) -> str:
        """The SHA-256 of the document."""
        return digest_document(self.document)


def read_pack(
    source: Path | str | bytes | Mapping[str, Any], *, file: str = "", shelf: Shelf | None = None
) -> tuple[Pack | None, list[Finding]]:
    """Return the pack of a file and everything found in it, errors and warnings.

    `source` is a path, the bytes of a file, or a parsed document. The pack is None when an error
    was found. `shelf` finds required packs, so that their codes are known before installing.
    """
    name = file or (Path(source).name if isinstance(source, Path | str) else "pack.yaml")
    document, findings = load_document(source, name)
    if document is None:
        return None, findings
    try:
        envelope = Envelope.model_validate(document)
    except ValidationError as error:
        return None, find_faults(error, file=name, document=document)
    pack, findings = _read_sections(name, envelope, document)
    if not has_errors(findings):
        findings += _check_sections(pack, shelf)
    return (None if has_errors(findings) else pack), findings


def load_document(
    source: Path | str | bytes | Mapping[str, Any], name: str
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """Return the document as plain JSON values, or None and the reason why it cannot be read."""
    if isinstance(source, Mapping):
        return _plain(source), []
    content = source if isinstance(source, bytes) else Path(source).read_bytes()
    if len(content) > LARGEST:
        return None, [_refuse(name, _("The file is larger than a megabyte."), _("Split the pack."))]
    try:
        document = yaml.load(content.decode("utf-8-sig"), Loader=_Loader)  # noqa: S506  a SafeLoader
    except UnicodeDecodeError:
        return None, [_refuse(name, _("The file is not UTF-8 text."), _("Save it as UTF-8."))]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = _("line %(line)d, column %(column)d") % {
            "line": mark.line + 1 if mark else 1,
            "column": mark.column + 1 if mark else 1,
        }
        reason = str(getattr(error, "problem", "") or error)
        return None, [
            _refuse(
                name,
                _("This is not readable YAML: %(reason)s.") % {"reason": reason},
                _("Check indentation, colons and quotes at this place."),
                place,
            )
        ]
    if not isinstance(document, dict):
        return None, [
            _refuse(
                name, _("The file holds no pack."), _("It must begin with `pack:` and `version:`.")
            )
        ]
    return _plain(document), []


def _refuse(file: str, message: str, remedy: str, place: str = "") -> Finding:
    return Finding(file, place or spell_place(()), message, remedy, code="pack.unreadable")


def _read_sections(
    file: str, envelope: Envelope, document: dict[str, Any]
) -> tuple[Pack, list[Finding]]:
    """The pack with the rows of each section validated, and the faults of the rows."""
    findings: list[Finding] = []
    rows: dict[str, tuple[Any, ...]] = {}
    for name, raw in envelope.contents.items():
        section = find_section(name)
        if section is None:
            known = ", ".join(item.name for item in list_sections())
            findings.append(
                Finding(
                    file,
                    f"contents.{name}",
                    _("No app installs the section %(name)s.") % {"name": name},
                    _("Correct its spelling; known are: %(known)s.") % {"known": known},
                    code="pack.unknown_section",
                )
            )
            continue
        read, faults = _read_rows(file, section, raw)
        rows[name] = tuple(read)
        findings += faults
    return Pack(file, envelope, document, rows), findings


def _read_rows(
    file: str, section: Section, raw: list[dict[str, Any]]
) -> tuple[list[Any], list[Finding]]:
    read: list[Any] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(raw):
        at = ("contents", section.name, number)
        code = row.get("code")
        if isinstance(code, str) and seen.setdefault(code, number) != number:
            findings.append(
                Finding(
                    file,
                    spell_place((*at, "code")),
                    _("The code %(code)s stands already in row %(row)d.")
                    % {"code": code, "row": seen[code]},
                    _("Give each row its own code."),
                    code="pack.duplicate_code",
                )
            )
        try:
            read.append(section.model.model_validate(row))
        except ValidationError as error:
            findings += find_faults(error, file=file, document=row, at=at)
    return read, findings


def _check_sections(pack: Pack, shelf: Shelf | None) -> list[Finding]:
    """What the apps find in rows that are well formed."""
    surroundings = Surroundings(
        file=pack.file,
        pack=pack.code,
        version=pack.version,
        offered=frozenset(_list_offered(pack, shelf, set())),
    )
    findings: list[Finding] = []
    for section in list_sections():
        if section.check is not None and section.name in pack.rows:
            found = section.check(pack.rows[section.name], surroundings)
            findings += [
                replace(item, file=pack.file, place=f"contents.{section.name}{_joint(item.place)}")
                for item in found
            ]
    return findings


def _joint(place: str) -> str:
    return place if not place or place.startswith(("[", ".")) else f".{place}"


def _list_offered(pack: Pack, shelf: Shelf | None, seen: set[str]) -> Iterable[str]:
    """The codes that a pack and those it requires offer."""
    if pack.code in seen:
        return
    seen.add(pack.code)
    for section in list_sections():
        if section.offers is not None:
            yield from section.offers(pack.rows.get(section.name, ()))
    for requirement in pack.envelope.requires if shelf else ():
        other = shelf(requirement.pack) if shelf else None
        if other is not None:
            yield from _list_offered(other, shelf, seen)


def _plain(value: Any) -> Any:
    """The value with days as text, so that the document is JSON and its digest well defined."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


class _Loader(yaml.SafeLoader):
    """YAML as a person reads it: a key given twice is an error, and nothing stands for another.

    Aliases are refused because a few lines of them can grow into gigabytes.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys: set[Any] = set()
        for key_node, _value in node.value:
            key = key_node.value
            if key in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands here twice", key_node.start_mark
                )
            keys.add(key)
        return super().construct_mapping(node, deep=deep)
