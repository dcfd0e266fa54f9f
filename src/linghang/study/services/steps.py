"""What every act shares: the class as it was seen, and its line in the audit trail."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from linghang.org.models import Unit
from linghang.platform.audit import services as audit
from linghang.study.enums import Happened
from linghang.study.models import StudyClass


def lock_class(study_class: StudyClass, seen: str | None) -> StudyClass:
    """Return the class with its row taken, if it stands as it was seen and was not called off."""
    taken = (
        StudyClass.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=study_class.pk)
    )
    if seen and seen != taken.seen:
        raise ValidationError(
            _("Somebody changed this class in the meantime. Look at it again."), code="moved"
        )
    if taken.called_off_on is not None:
        raise ValidationError(
            _("This class was called off: nothing is changed any more."), code="called_off"
        )
    return taken


def note(
    study_class: StudyClass, act: Happened, actor: Any, new: dict[str, Any], why: str = ""
) -> None:
    """Count the change and write it into the trail."""
    study_class.version += 1
    study_class.save()
    tell(study_class, study_class.title, study_class.unit, act, actor, new, why)


def tell(
    target: Any,
    label: str,
    unit: Unit,
    act: Happened,
    actor: Any,
    new: dict[str, Any],
    why: str = "",
) -> None:
    """Write an act on anything of study into the trail."""
    audit.record(
        actor=actor,
        verb=f"study.{act.value}",
        target=target,
        label=label,
        unit_path=unit.path,
        new=new,
        reason=why,
    )
