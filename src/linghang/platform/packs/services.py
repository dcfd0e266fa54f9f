"""Checking, installing and listing packs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.packs.envelope import order_version
from linghang.platform.packs.findings import Finding, PackRefused
from linghang.platform.packs.models import InstalledPack
from linghang.platform.packs.reading import Pack, Shelf, read_pack
from linghang.platform.packs.sections import list_sections


def check_pack(
    source: Path | str | bytes | Mapping[str, Any], *, file: str = "", shelf: Shelf | None = None
) -> list[Finding]:
    """Return everything found in a pack file; no error among it means that it can be read.

    Whether it fits what is installed (version, required packs) is asked when installing.
    """
    return read_pack(source, file=file, shelf=shelf or find_installed)[1]


def install_pack(
    document: Path | str | bytes | Mapping[str, Any],
    actor: Any = None,
    *,
    file: str = "",
    shelf: Shelf | None = None,
) -> InstalledPack:
    """Install a pack or a newer version of it, and return what is installed now.

    Everything or nothing: the rows of all sections, the version's own row and the audit entry are
    one transaction. Installing the same document again changes nothing; earlier versions stay
    readable. Raises PackRefused for a faulty document, a required pack that is missing, an older
    version, and an installed version with other contents.
    """
    pack, findings = read_pack(document, file=file, shelf=shelf or find_installed)
    if pack is None:
        raise PackRefused(findings)
    with transaction.atomic():
        versions = {
            row.version: row
            for row in InstalledPack.objects.select_for_update().filter(code=pack.code)
        }
        current = next((row for row in versions.values() if row.is_current), None)
        same = versions.get(pack.version)
        if same is not None and same == current and same.digest == pack.digest:
            return same
        _insist(pack, same, current)
        return _install(pack, current, actor)


def list_packs() -> list[InstalledPack]:
    """Return the current version of every installed pack, by code."""
    return list(InstalledPack.objects.filter(is_current=True).order_by("code"))


def list_versions(code: str) -> list[InstalledPack]:
    """Return every version of a pack that was ever installed, the newest first."""
    return sorted(
        InstalledPack.objects.filter(code=code),
        key=lambda row: order_version(row.version),
        reverse=True,
    )


def find_installed(code: str) -> Pack | None:
    """Return the current version of an installed pack as read, or None; a shelf of packs."""
    row = InstalledPack.objects.filter(code=code, is_current=True).first()
    return read_pack(row.document, file=str(row), shelf=find_installed)[0] if row else None


def _install(pack: Pack, current: InstalledPack | None, actor: Any) -> InstalledPack:
    if current is not None:
        InstalledPack.objects.filter(pk=current.pk).update(is_current=False)
    installed = InstalledPack.objects.create(
        code=pack.code,
        version=pack.version,
        document=pack.document,
        digest=pack.digest,
        installed_at=clock.now(),
        installed_by=actor if getattr(actor, "pk", None) else None,
    )
    before = current.document["contents"] if current is not None else {}
    for section in list_sections():
        if section.name in pack.rows or section.name in before:
            section.install(pack.rows.get(section.name, ()), installed, actor)
    audit.record(
        actor=actor,
        verb="packs.upgrade" if current is not None else "packs.install",
        target=installed,
        old={"version": current.version, "digest": current.digest} if current is not None else {},
        new={"version": pack.version, "digest": pack.digest},
    )
    return installed


def _insist(pack: Pack, same: InstalledPack | None, current: InstalledPack | None) -> None:
    """Raise PackRefused when the pack does not fit what is installed."""
    findings = []
    words = {"pack": pack.code, "version": pack.version}
    if current is not None and order_version(pack.version) < order_version(current.version):
        findings.append(
            Finding(
                pack.file,
                "version",
                _("Version %(version)s is older than the installed %(current)s.")
                % {**words, "current": current.version},
                _("Give the wanted contents a new, higher version."),
                code="pack.downgrade",
            )
        )
    elif same is not None:
        findings.append(
            Finding(
                pack.file,
                "version",
                _("Version %(version)s is installed with other contents.") % words,
                _("Raise the version: what was installed never changes."),
                code="pack.same_version",
            )
        )
    installed = dict(InstalledPack.objects.filter(is_current=True).values_list("code", "version"))
    for number, wanted in enumerate(pack.envelope.requires):
        found = installed.get(wanted.pack)
        if found is None or order_version(found) < order_version(wanted.version):
            findings.append(
                Finding(
                    pack.file,
                    f"requires[{number}]",
                    _("It needs the pack %(pack)s, version %(version)s or later.")
                    % {"pack": wanted.pack, "version": wanted.version},
                    _("Install that pack first."),
                    code="pack.required",
                )
            )
    if findings:
        raise PackRefused(findings)
