"""The section `schemes` of practice packs: evaluation schemes, refused where the linter finds errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linghang.evaluation import services
from linghang.evaluation.enums import SchemeState
from linghang.evaluation.models import Scheme
from linghang.evaluation.queries.parts import index_kind
from linghang.ledger import api as ledger
from linghang.platform.languages import choose, spoken
from linghang.platform.packs import findings, sections
from linghang.platform.packs.envelope import order_version
from linghang_core import scoring

SECTION = "schemes"


def register() -> None:
    """Let packs carry schemes; called when the app is ready."""
    sections.register_section(
        SECTION,
        scoring.Scheme,
        install=install_schemes,
        check=check_schemes,
        offers=lambda rows: [index_kind(row.code) for row in rows],
    )


def install_schemes(rows: Sequence[scoring.Scheme], pack: Any, actor: Any) -> None:
    """Put the schemes of a pack into force for all, and retire those the pack no longer has.

    What the committee of a bureau adopted stays in force there.
    """
    for row in rows:
        document = row.model_dump(mode="json", by_alias=True, exclude_none=True)
        services.install_scheme(document=document, actor=actor, pack=pack.code)
    services.retire_schemes(pack=pack.code, kept=[row.code for row in rows], actor=actor)


def check_schemes(
    rows: Sequence[scoring.Scheme], around: sections.Surroundings
) -> Iterable[findings.Finding]:
    """Return what the rule linter (规则审查) says of the schemes, with the legal basis.

    And what their versions meet here: a version known with other content is refused, and a new one
    tells which bureaus keep their own.
    """
    known = _list_known([row.code for row in rows])
    declared = set(ledger.list_kinds()) | around.offered
    english = spoken() == "en"
    for number, row in enumerate(rows):
        yield from _check_version(f"[{number}].version", row, known[row.code], around)
        for found in scoring.lint_scheme(row, declared):
            message = found.message.en if english else found.message.zh
            if found.overridden:
                message = _("%(finding)s; reason given: %(reason)s") % {
                    "finding": message,
                    "reason": found.overridden,
                }
            yield findings.Finding(
                file=around.file,
                place=f"[{number}].{found.place}",
                message=message,
                remedy=found.remedy.en if english else found.remedy.zh,
                code=str(found.code),
                severity=findings.Severity(str(found.severity)),
                basis=found.basis,
            )


def _list_known(codes: Sequence[str]) -> dict[str, list[Scheme]]:
    """The known versions of each scheme; one query."""
    found: dict[str, list[Scheme]] = defaultdict(list)
    for scheme in Scheme.objects.filter(code__in=codes).select_related("root").defer("document"):
        found[scheme.code].append(scheme)
    return found


def _check_version(
    place: str, row: scoring.Scheme, known: Sequence[Scheme], around: sections.Surroundings
) -> Iterable[findings.Finding]:
    """A version that is known here with other content, and the bureaus that keep their own."""
    words = {"scheme": choose(row.title.en, row.title.zh), "version": row.version}
    same = next((one for one in known if one.version == row.version), None)
    if same is not None and services.is_other(same, scoring.digest_scheme(row)):
        taken = (
            _("Version %(version)s of “%(scheme)s” is the one that %(bureau)s adopted here.")
            if same.root
            else _("Version %(version)s of “%(scheme)s” is known here with other content.")
        )
        latest = max((one.version for one in known), key=order_version)
        yield findings.Finding(
            file=around.file,
            place=place,
            message=taken % {**words, "bureau": same.root},
            remedy=_("Give the scheme a version above %(latest)s, and the pack a new version.")
            % {"latest": latest},
            code="known_version",
        )
    own = [one for one in known if one.root and one.state == SchemeState.ADOPTED]
    if same is None and own:
        yield findings.Finding(
            file=around.file,
            place=place,
            message=_("%(bureaus)s: the committee's own version of “%(scheme)s” stays in force.")
            % {**words, "bureaus": ", ".join(sorted(f"{one.root} {one.version}" for one in own))},
            remedy=_("A committee that wants the new version adopts a draft based on it."),
            code="own_version",
            severity=findings.Severity.WARNING,
        )
