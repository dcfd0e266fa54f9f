"""Results as a workbook: one row a subject, one column a criterion, points as numbers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import NOT_RATED_WORDS
from linghang.evaluation.models import Run, Score
from linghang.platform.languages import spoken
from linghang.platform.sheets import export
from linghang_core import scoring
from linghang_core.periods import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def write_scores(run: Run, scheme: scoring.Scheme, scores: Iterable[Score]) -> bytes:
    """Return the score book of a run as .xlsx; criterion points add up to the total as printed."""
    bands, groups = mapping.band_titles(scheme), mapping.group_titles(scheme)
    person = scheme.subject.value == "person"
    columns = [export.Column(_("member") if person else _("branch"), 22)]
    columns += [export.Column(_("branch"), 22)] if person else []
    columns += [
        export.Column(_("peer group"), 16),
        export.Column(_("band"), 12),
        export.Column(_("total"), 10, "decimal"),
        *(
            export.Column(f"{rule.code} {mapping.say(rule.title)}", 14, "decimal")
            for rule in scheme.criteria
        ),
        export.Column(_("not rated because"), 24),
    ]
    label = Period.parse(run.period).label(spoken())
    with export.Workbook(title=f"{run.scheme} {label}") as book:
        sheet = book.add_sheet(
            str(run.scheme),
            title=f"{run.root.name} {run.scheme} {label}",
            note=_("Version %(version)s, digest %(digest)s")
            % {"version": run.scheme.version, "digest": run.digest},
            columns=columns,
        )
        for score in scores:
            points = [
                None if state == "left_out" else Decimal(points)
                for _counts, _value, _full, points, state in score.result["criteria"]
            ]
            sheet.append(
                [
                    str(score),
                    *([score.unit.name] if person else []),
                    groups.get(score.group, score.group),
                    bands.get(score.band, ""),
                    score.total,
                    *points,
                    str(NOT_RATED_WORDS.get(score.reason, "")),
                ]
            )
    return book.to_bytes()


def as_download(data: bytes, name: str) -> HttpResponse:
    """Return a workbook as a file to save under a name, Chinese or not."""
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
