"""How a benchmark does it: written down once, and given to others as a pack they install."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linghang.distinctions.enums import Happened
from linghang.distinctions.models import Method, Programme
from linghang.distinctions.queries import standing
from linghang.distinctions.queries.strengths import read_strengths
from linghang.org.models import Unit
from linghang.platform.acts import fault, known
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.packs.findings import PackRefused, has_errors
from linghang.platform.packs.services import check_pack

MOST_STEPS = 8
LONGEST_STEP = 200


@dataclass(frozen=True)
class MethodDraft:
    """Five short fields; `steps` has one step on each line."""

    title: str
    problem: str
    steps: str
    conditions: str
    result: str


@transaction.atomic
def write_method(
    *,
    programme: Programme,
    unit: Unit,
    draft: MethodDraft,
    actor: Any,
    seen: str | None = None,
) -> Method:
    """Write down how a unit does it, and return it; the criteria it shows in are read, not asked.

    What stood there before is kept in the audit trail. Raises ValidationError for a unit without a
    level in the programme, for too many steps, and where somebody wrote since it was `seen`.
    """
    if standing.find_held(programme, unit) is None:
        raise ValidationError(
            _("%(unit)s is no benchmark of this programme.") % {"unit": unit.name}, code="none"
        )
    steps = [line.strip() for line in draft.steps.splitlines() if line.strip()]
    if not 1 <= len(steps) <= MOST_STEPS or max(map(len, steps)) > LONGEST_STEP:
        raise fault(
            "steps",
            _("One to %(most)s steps, each on its line and of at most %(long)s signs.")
            % {"most": MOST_STEPS, "long": LONGEST_STEP},
            "steps",
        )
    known_one = Method.objects.select_for_update().filter(programme=programme, unit=unit).first()
    method = known_one or Method(programme=programme, unit=unit, version=0)
    if seen and seen != method.seen:
        raise ValidationError(
            _("%(who)s wrote it down in the meantime. Look at it again.")
            % {"who": method.written_by or _("The system")},
            code="moved",
        )
    old = _read_words(method) if known_one else {}
    root = standing.find_root(unit)
    found = read_strengths(programme, root, unit, clock.today()).found
    method.title, method.problem = draft.title.strip(), draft.problem.strip()
    method.steps = "\n".join(steps)
    method.conditions, method.result = draft.conditions.strip(), draft.result.strip()
    method.criteria = [one.code for one in found]
    method.version += 1
    method.written_on = clock.today()
    method.written_by = known(actor)
    method.save()
    audit.record(
        actor=actor,
        verb=f"distinction.{Happened.DESCRIBED.value}",
        target=method,
        unit_path=unit.path,
        old=old,
        new=_read_words(method),
    )
    return method


def _read_words(method: Method) -> dict[str, Any]:
    """Return what a method says, for the trail."""
    names = ("title", "problem", "steps", "conditions", "result", "version")
    return {name: getattr(method, name) for name in names}


def build_pack(method: Method) -> bytes:
    """Return the method as the YAML of a pack with a list to take over, checked like any other.

    Raises PackRefused where it would not install.
    """
    text = f"{method.problem} {method.conditions} {method.result}"
    document = {
        "pack": method.pack_code,
        "version": method.pack_version,
        "title": {"en": method.title, "zh": method.title},
        "practices": ["P39"],
        "description": {"en": text, "zh": text},
        "basis": [f"本单位做法：{method.unit.name}（{method.programme.title_zh}）"],
        "contents": {
            "lists": [
                {
                    "code": method.pack_code,
                    "title": {"en": method.title, "zh": method.title},
                    "kind": "tasks",
                    "basis": f"标杆做法：{method.unit.name}"[:200],
                    "items": [
                        {
                            "code": f"B{number:02d}",
                            "section": method.title[:60],
                            "owner": "organisation",
                            "text": step,
                            "standard": method.conditions,
                            "due_in": 20 * number,
                        }
                        for number, step in enumerate(method.step_lines, 1)
                    ],
                }
            ]
        },
    }
    findings = check_pack(document, file=f"{method.pack_code}.yaml")
    if has_errors(findings):
        raise PackRefused(findings)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=110).encode()
