"""What the audit trail calls fields and values, so that a reader meets words and no codes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.activities.enums import AttendanceState
from linghang.distinctions.enums import Standing
from linghang.ledger.api import list_kinds
from linghang.membership.api import find_step, name_step
from linghang.membership.enums import Outcome
from linghang.platform.audit.models import Entry
from linghang.platform.notices.enums import NoticeKind, Timing
from linghang.reports.enums import DocumentKind
from linghang.research.enums import Nature

FIELD_WORDS = {
    "abroad": _("stays abroad"),
    "absences": _("absent"),
    "abstained": _("abstained"),
    "accepted_on": _("accepted on"),
    "active": _("may sign in"),
    "address": _("address"),
    "against": _("against"),
    "aim": _("aim"),
    "also": _("counts also as"),
    "appointments": _("appointments"),
    "as_of_seq": _("as of change"),
    "asked_for": _("asked for"),
    "asked_on": _("asked on"),
    "aspect": _("aspect"),
    "assignments": _("tasks"),
    "awarded_on": _("awarded on"),
    "basis": _("basis"),
    "birth_place": _("place of birth"),
    "book": _("book of problems"),
    "born_on": _("born on"),
    "cases": _("problems raised"),
    "category": _("category"),
    "cause": _("cause"),
    "changed": _("changed"),
    "channels": _("channels"),
    "closed": _("ended"),
    "closed_on": _("closed on"),
    "code": _("code"),
    "codes": _("codes"),
    "conditions": _("conditions"),
    "contact_name": _("contact"),
    "contact_phone": _("telephone of the contact"),
    "content": _("content"),
    "count": _("how many"),
    "covers": _("covers"),
    "created_by": _("written by"),
    "criterion": _("criterion"),
    "days": _("days"),
    "decided": _("what was decided"),
    "decision": _("decision"),
    "differences": _("differences"),
    "digest": _("digest"),
    "discussed": _("what was said"),
    "document_number": _("document number"),
    "done_on": _("done on"),
    "done_text": _("what was done"),
    "due_count": _("expected"),
    "due_on": _("due on"),
    "education": _("education"),
    "email": _("e-mail"),
    "ended_on": _("ended on"),
    "ends_on": _("ends on"),
    "engine": _("engine"),
    "entitled": _("entitled to vote"),
    "established_on": _("established on"),
    "ethnic_group": _("ethnic group"),
    "evidence": _("evidence"),
    "experts": _("experts"),
    "file": _("file"),
    "file_place": _("unit that keeps the file"),
    "files": _("files"),
    "filters": _("filters"),
    "finished": _("finished"),
    "finished_by": _("finished by"),
    "finished_on": _("finished on"),
    "first": _("the first"),
    "first_day": _("first day"),
    "first_due_on": _("first due on"),
    "former_name": _("former name"),
    "from": _("from month"),
    "frontline": _("front-line situation"),
    "full_on": _("full member since"),
    "full_time_degree": _("full-time degree"),
    "full_time_education": _("full-time education"),
    "full_time_major": _("full-time major"),
    "full_time_school": _("full-time school"),
    "handed_in_by": _("handed in by"),
    "host": _("host"),
    "host_names": _("units it belongs to"),
    "host_situation": _("situation of its units"),
    "hours": _("hours"),
    "household_police": _("police station of the household"),
    "id": _("number of the record"),
    "identity_number": _("identity number"),
    "ids": _("numbers"),
    "in_favour": _("in favour"),
    "in_full": _("in full"),
    "in_service_degree": _("in-service degree"),
    "in_service_education": _("in-service education"),
    "in_service_major": _("in-service major"),
    "in_service_school": _("in-service school"),
    "into": _("into"),
    "introducers": _("introducers"),
    "is_draft": _("draft"),
    "is_first_secretary": _("first secretary in a village"),
    "is_floating": _("floating member"),
    "is_lost": _("out of touch"),
    "is_party_worker": _("works for Party affairs"),
    "item": _("item"),
    "items": _("items"),
    "job": _("job"),
    "joined_on": _("joined on"),
    "kept_on": _("kept on"),
    "kind": _("kind"),
    "kinds": _("kinds"),
    "last": _("the last"),
    "lead_unit": _("lead unit"),
    "leader": _("leader"),
    "level": _("level of the award"),
    "links": _("links"),
    "login": _("log-in"),
    "look_back_on": _("look back on"),
    "measure": _("measure"),
    "member_kind": _("kind of member"),
    "members": _("how many"),
    "month": _("month"),
    "name": _("name"),
    "native_place": _("native place"),
    "nature": _("nature"),
    "new": _("new"),
    "no_longer": _("covers no longer"),
    "not_applied": _("left out"),
    "note": _("note"),
    "number": _("number"),
    "objections_until": _("objections until"),
    "occurred_on": _("took place on"),
    "on": _("on the day"),
    "opened": _("opened"),
    "origin_id": _("number of the origin"),
    "origin_type": _("origin"),
    "other_party": _("other party or league"),
    "other_party_on": _("joined it on"),
    "outcome": _("outcome"),
    "overridden": _("adopted in spite of"),
    "parent": _("superior"),
    "partner": _("partner"),
    "people": _("people"),
    "people_served": _("people served"),
    "period": _("period"),
    "person": _("person"),
    "phone": _("telephone"),
    "place": _("place"),
    "points": _("points"),
    "post": _("post"),
    "present": _("present"),
    "present_count": _("present"),
    "problem": _("problem"),
    "procedure": _("procedure"),
    "proof_id": _("number of the proof"),
    "proof_type": _("proof"),
    "provisional": _("holidays not yet announced"),
    "purpose": _("purpose"),
    "quantity": _("quantity"),
    "record": _("record"),
    "records": _("records"),
    "removed": _("removed"),
    "repeats": _("repeats"),
    "responsible": _("responsible"),
    "responsible_name": _("name of the responsible"),
    "result": _("outcome"),
    "round": _("round of review"),
    "rows": _("rows"),
    "rules": _("rules"),
    "scheme": _("scheme"),
    "sessions": _("sessions"),
    "severity": _("severity"),
    "sex": _("sex"),
    "sha256": _("digest of the file"),
    "sheets": _("sheets of raters"),
    "social_stratum": _("new social stratum"),
    "source": _("source"),
    "source_kind": _("kind of source"),
    "source_page": _("page of the source"),
    "stage": _("stage"),
    "stages": _("stages"),
    "standard": _("standard"),
    "standing": _("standing"),
    "started_work_on": _("started work on"),
    "starts_on": _("starts on"),
    "state": _("state"),
    "stated_on": _("stated on"),
    "status": _("status"),
    "step": _("step"),
    "step_due_on": _("step due on"),
    "step_since": _("step since"),
    "steps": _("steps in order"),
    "subjects": _("subjects"),
    "system_administrator": _("system administrator"),
    "team": _("team"),
    "teams": _("teams"),
    "technical_title": _("technical title"),
    "term": _("term"),
    "term_from": _("term from"),
    "term_to": _("term until"),
    "text": _("text"),
    "timing": _("when told"),
    "title": _("title"),
    "topic": _("topic"),
    "total": _("total"),
    "unit": _("unit"),
    "units": _("units"),
    "urgency": _("urgency"),
    "username": _("log-in name"),
    "usernames": _("log-in names"),
    "valid_from": _("from day"),
    "valid_to": _("until day"),
    "value": _("value"),
    "verified": _("confirmed"),
    "version": _("version"),
    "versions": _("versions"),
    "visited_on": _("visited on"),
    "withdrawn": _("withdrawn"),
    "words": _("words looked for"),
    "worklist": _("list"),
    "written": _("written"),
    "year": _("year"),
}
"""What fields in the audit trail are called; one nobody named keeps its code."""

BACKSTAGE = {
    "also",
    "created_by",
    "id",
    "origin_id",
    "origin_type",
    "procedure",
    "proof_id",
    "proof_type",
}
"""Fields that only say where a record hangs: left to the page of the one act."""

HUNDREDTHS = {"hours", "quantity"}

OLD_STATES = {
    "cancelled": _("cancelled"),
    "computed": _("computed"),
    "final": _("final"),
    "published": _("public"),
    "rejected": _("rejected"),
    "upheld": _("upheld"),
}
"""States whose act no longer says of what model it was."""

CHOICES: dict[str, tuple[type[TextChoices], ...]] = {
    "absences": (AttendanceState,),
    "kind": (DocumentKind,),
    "kinds": (NoticeKind,),
    "nature": (Nature,),
    "outcome": (Outcome,),
    "standing": (Standing,),
    "timing": (Timing,),
}
"""Where values come from that are no field of the record they stand with."""


def name_field(code: str) -> str:
    """Return what a field of the audit trail is called in the reader's language."""
    return str(FIELD_WORDS.get(code, code))


def name_value(entry: Entry, field: str, value: Any) -> Any:
    """Return a value of the trail in words: the label of a choice, yes and no, hours for hundredths.

    A list or a table of numbers becomes one with its words. What has no word is returned as it is.
    """
    if isinstance(value, bool) or (isinstance(value, str) and value in ("True", "False")):
        return gettext("yes") if str(value) == "True" else gettext("no")
    if isinstance(value, Mapping):
        return [f"{name_value(entry, field, key)}: {number}" for key, number in value.items()]
    if isinstance(value, list | tuple):
        return [name_value(entry, field, one) for one in value]
    if field in HUNDREDTHS and isinstance(value, int):
        return f"{Decimal(value) / 100:f}".rstrip("0").rstrip(".") if value % 100 else value // 100
    return _label(entry, field, value) if isinstance(value, str) and value else value


def name_linked(entry: Entry, field: str, value: Any) -> Any:
    """Return what the record is called that a value points at, else the value in words.

    One query for a value that points somewhere; for the page of one act, not for lists.
    """
    if field in ("also", "kinds") and isinstance(value, list):
        titles = {code: str(kind.title) for code, kind in list_kinds().items()}
        return [titles.get(str(code), code) for code in value]
    model = linked_model(entry, field)
    if model is None or value in (None, ""):
        return name_value(entry, field, value)
    text = str(value)
    found = None
    if text.isdigit():
        found = model._default_manager.filter(pk=int(text)).first()  # noqa: SLF001  Django's own public-by-use name
    elif any(each.name == "code" for each in model._meta.concrete_fields):  # noqa: SLF001  as above
        found = model._default_manager.filter(code=text).first()  # noqa: SLF001  as above
    return value if found is None else str(found)


def linked_model(entry: Entry, field: str) -> type[Model] | None:
    """Return the model a field of the act's record points at, None for one that holds a value."""
    found = _find_field(entry, field)
    return found.related_model if isinstance(found, ForeignKey) else None  # type: ignore[return-value]


def _label(entry: Entry, field: str, code: str) -> str:
    found = _find_field(entry, field)
    for value, label in getattr(found, "flatchoices", ()) or ():
        if value == code:
            return str(label)
    for enum in CHOICES.get(field, ()):
        if code in enum.values:
            return str(enum(code).label)
    if field == "step" and entry.object_type == "membership.application":
        return _name_step(code)
    return str(OLD_STATES.get(code, code)) if field == "state" else code


def _name_step(code: str) -> str:
    try:
        return name_step(find_step(code))
    except KeyError:
        return code


def _find_field(entry: Entry, field: str) -> Any:
    if not entry.object_type:
        return None
    try:
        return apps.get_model(entry.object_type)._meta.get_field(field)  # noqa: SLF001  Django's own public-by-use name
    except (LookupError, FieldDoesNotExist):
        return None
