"""The induction of new secretaries: a list issued by itself, once for each appointment."""

from __future__ import annotations

from django.db import transaction

from linghang.org.models import Unit
from linghang.people.models import Appointment
from linghang.pioneers.models import Induction
from linghang.pioneers.queries import contacts as queries
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.worklists import api as worklists
from linghang.worklists.enums import ListKind, Owner
from linghang.worklists.models import Template

TEMPLATE = "secretary-induction"
BASIS = "新任党支部书记培训"


def issue_inductions() -> list[Induction]:
    """Issue the induction list to every new secretary who has none yet, and return what was issued.

    Called every day; without the pack that brings the list nothing is issued.
    """
    template = Template.objects.filter(code=TEMPLATE, retired=False).first()
    if template is None:
        return []
    found = (_issue(row.pk, template) for row in queries.list_new_secretaries(clock.today()))
    return [induction for induction in found if induction is not None]


@transaction.atomic
def _issue(appointment_pk: int, template: Template) -> Induction | None:
    """Issue the list for one appointment; None where another job was faster."""
    locked = Appointment.objects.select_for_update(of=("self",)).select_related("person", "unit")
    row = locked.get(pk=appointment_pk)
    if Induction.objects.filter(appointment=row).exists():
        return None
    today = clock.today()
    drafts = [
        worklists.ItemDraft(
            text=item.text,
            section=item.section,
            standard=item.standard,
            owner=Owner.PERSONS,
            persons=(row.person,),
            due_in=item.due_in,
            required=item.required,
        )
        for item in worklists.list_template_items(template.code, today.year)
    ]
    worklist = worklists.issue_list(
        title=f"新任书记培训：{row.person.name}（{row.unit.name} {row.valid_from:%Y-%m-%d}）",
        kind=ListKind.LEARNING,
        issuer=Unit.objects.get(path=row.unit.root_path),
        items=drafts,
        actor=None,
        basis=template.basis or BASIS,
        template=template.code,
        reason_over_cap=BASIS,
    )
    induction = Induction.objects.create(appointment=row, worklist=worklist, issued_at=clock.now())
    audit.record(
        actor=None,
        verb="induction.issued",
        target=induction,
        label=row.person.name,
        unit_path=row.unit.path,
        new={"valid_from": row.valid_from.isoformat()},
    )
    return induction
