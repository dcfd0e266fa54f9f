"""Who sees the files of a mark, and who adds to them: the rater, until it is handed in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linghang.assessment import access, queries
from linghang.assessment.enums import RoundState, SheetState
from linghang.assessment.models import Mark
from linghang.platform.access import Allowed, Denied, Scope


def _find(pk: int) -> Mark:
    found: Mark = Mark.objects.select_related(
        "sheet__subject__unit", "sheet__subject__round__root", "sheet__subject__round__form"
    ).get(pk=pk)
    return found


def is_visible(scope: Scope, pk: int) -> bool:
    """Return whether the scope sees the mark's evidence."""
    mark = _find(pk)
    in_team = queries.is_in_team(scope, mark.sheet.subject.round)
    return access.can_see_mark(scope, mark, in_team=in_team)


def may_add(scope: Scope, pk: int) -> Allowed | Denied:
    """Return whether the scope may add to it: as long as it may write on the sheet."""
    return access.can_mark(scope, _find(pk).sheet)


def may_withdraw(_scope: Scope, pk: int) -> Allowed | Denied:
    """Return whether files may be taken back: not from a sheet handed in, which rests on them."""
    sheet = _find(pk).sheet
    if sheet.subject.round.state != RoundState.OPEN:
        return Denied(_("The marks of this round stand. The officer can open it again."))
    if sheet.state == SheetState.HANDED_IN:
        return Denied(_("It is handed in. The officer can return it to be changed."))
    return Allowed()


def find_unit_path(pk: int) -> str:
    """Return the path of the unit the mark is about."""
    return str(_find(pk).sheet.subject.unit.path)
