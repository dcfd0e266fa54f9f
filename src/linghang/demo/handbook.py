"""P06: the bureau adopts the handbook of the pack with its three generations; compliance follows by itself."""

from __future__ import annotations

from datetime import date

from linghang.accounts.models import User
from linghang.demo import world
from linghang.handbook import api as handbook
from linghang.org.models import Unit
from linghang.people.models import Person


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,  # noqa: ARG001
    full: bool,  # noqa: ARG001
) -> None:
    """Adopt the handbook; each generation holds from its own day, so that past pages keep theirs."""
    committee = units[bureau.committee]
    officer = User.objects.filter(
        person__appointments__unit=committee, person__appointments__post="officer"
    ).first()
    template = handbook.Template.objects.get(code="standards-handbook")
    handbook.adopt_handbook(unit=committee, template=template, actor=officer)
