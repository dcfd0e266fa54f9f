"""The meter as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from linghang.burden.queries import IssuerLoad, Load, Pair
from linghang.org.models import Unit
from linghang.platform.sheets import export
from linghang_core.periods import Period


def write_meter(
    units: Sequence[Unit],
    months: Sequence[Period],
    loads: Mapping[tuple[int, str], Load],
    issuers: Sequence[IssuerLoad],
    pairs: Sequence[Pair],
) -> bytes:
    """Return an .xlsx with three sheets: units by month, who asks, what is asked twice."""
    with export.Workbook(title=_("Burden meter")) as book:
        _write_loads(book, units, months, loads)
        _write_issuers(book, months[-1], issuers)
        _write_pairs(book, months[-1], pairs)
    return book.to_bytes()


def name_columns() -> dict[str, str]:
    """Return what is shown of a load, by its name, in the order of the page and the workbook."""
    return {
        "items": _("Items"),
        "forms": _("Forms"),
        "fields": _("Fields to type"),
        "evidence": _("Evidence"),
        "sheets": _("Check sheets"),
        "lines": _("Check lines"),
        "meetings": _("Meetings"),
        "visits": _("Visits received"),
        "problems": _("Problems to solve"),
        "cases": _("Cases to answer"),
        "personal": _("Asked of members"),
    }


def _write_loads(
    book: export.Workbook,
    units: Sequence[Unit],
    months: Sequence[Period],
    loads: Mapping[tuple[int, str], Load],
) -> None:
    columns = name_columns()
    sheet = book.add_sheet(
        _("By month"),
        title=_("Burden meter"),
        note=f"{months[0]} – {months[-1]}",
        columns=[
            export.Column(_("Unit"), 30),
            export.Column(_("Month"), 10),
            *(export.Column(heading, 12, "integer") for heading in columns.values()),
        ],
    )
    for unit in units:
        for month in months:
            load = loads.get((unit.pk, str(month)))
            if load is not None:
                numbers = [getattr(load, name) for name in columns]
                sheet.append([unit.name, str(month), *numbers])


def _write_issuers(book: export.Workbook, month: Period, issuers: Sequence[IssuerLoad]) -> None:
    sheet = book.add_sheet(
        _("Who asks"),
        title=_("Who asks"),
        note=str(month),
        columns=[
            export.Column(_("Issued by"), 30),
            export.Column(_("Items"), 12, "integer"),
            export.Column(_("Reports"), 12, "integer"),
            export.Column(_("Units asked"), 12, "integer"),
            export.Column(_("Evidence"), 12, "integer"),
            export.Column(_("Check sheets"), 12, "integer"),
        ],
    )
    sheet.extend(
        [load.issuer.name, load.items, load.reports, load.units, load.evidence, load.sheets]
        for load in issuers
    )


def _write_pairs(book: export.Workbook, month: Period, pairs: Sequence[Pair]) -> None:
    sheet = book.add_sheet(
        _("Asked twice"),
        title=_("Asked twice"),
        note=str(month),
        columns=[
            export.Column(_("Later item"), 36),
            export.Column(_("Its list"), 28),
            export.Column(_("Earlier item"), 36),
            export.Column(_("Its list"), 28),
            export.Column(_("Alike, per cent"), 12, "integer"),
            export.Column(_("Units asked both"), 12, "integer"),
        ],
    )
    sheet.extend(
        [
            pair.later.text,
            pair.later.worklist.title,
            pair.earlier.text,
            pair.earlier.worklist.title,
            int(pair.likeness * 100),
            pair.units,
        ]
        for pair in pairs
    )
