"""Publishing (公示、晾晒): a frozen snapshot with its digest, facts for later schemes, closing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linghang.evaluation import mapping
from linghang.evaluation.enums import ObjectionState, PublicationState, RunState
from linghang.evaluation.models import Objection, Publication, Run
from linghang.evaluation.queries import facts as fact_queries
from linghang.evaluation.queries import parts
from linghang.evaluation.queries.schemes import load
from linghang.evaluation.services.posting import post_results
from linghang.evaluation.services.running import check_period
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.languages import choose, spoken
from linghang.platform.numbering import services as numbering
from linghang_core.periods import load_calendar
from linghang_core.regulations import load_rules


class PublicationRefused(Exception):  # noqa: N818 - it says what happened
    """The act on a publication or an objection cannot be done; the message says why."""


def publish_run(*, run: Run, actor: Any, working_days: int | None = None) -> Publication:
    """Freeze the results of a run, open the objection period and return the publication.

    The results are written into the ledger too: later schemes read them. The objection period is
    that of the rule in force on the day (`evaluation.objection`) unless given. Raises
    PublicationRefused when the period is not over, the run has been replaced or overtaken by
    changed facts, the same evaluation is public already, or results it is built on are not final.
    """
    today = clock.today()
    with transaction.atomic():
        locked = Run.objects.select_for_update().select_related("scheme", "root").get(pk=run.pk)
        _insist_publishable(locked)
        days = objection_days(today) if working_days is None else working_days
        deadline = load_calendar().add_working_days(today, days)
        content = freeze(locked)
        number = numbering.take(f"evaluation.publication.{locked.root_id}.{today.year}")[0]
        publication = Publication.objects.create(
            run=locked,
            number=f"{today.year}-{number:03d}",
            published_at=clock.now(),
            published_on=today,
            published_by=actor,
            objections_until=deadline.date,
            deadline_provisional=deadline.provisional,
            snapshot=mapping.pack_snapshot(content),
            digest=hashlib.sha256(mapping.canonical(content)).hexdigest(),
        )
        locked.state = RunState.PUBLISHED
        locked.save(update_fields=["state"])
        post_results(publication=publication, actor=actor)
        audit.record(
            actor=actor,
            verb="publish_run",
            target=publication,
            unit_path=locked.root.path,
            new={
                "number": publication.number,
                "digest": publication.digest,
                "objections_until": deadline.date.isoformat(),
            },
        )
    run.state = RunState.PUBLISHED
    return publication


def objection_days(on: date) -> int:
    """Return for how many working days a result published on a day is open to objections."""
    return load_rules().find("evaluation.objection", on).whole("working_days")


def freeze(run: Run) -> dict[str, Any]:
    """Return the content of a snapshot: enough to read and recompute the results for ever."""
    scores = run.scores.order_by("unit_id", "person_id", "pk").values_list(
        "pk", "result", "person__name", "unit__name"
    )
    return {
        "scheme": run.scheme.document,
        "scheme_digest": run.scheme.digest,
        "period": run.period,
        "root": {"id": run.root_id, "code": run.root.code, "name": run.root.name},
        "as_of_seq": run.as_of_seq,
        "digest": run.digest,
        "groups": run.summary["groups"],
        "scores": {
            str(pk): result | {"name": person or unit, "unit": unit}
            for pk, result, person, unit in scores
        },
    }


def close_publication(*, publication: Publication, actor: Any) -> Publication:
    """Make a publication final once its objection period is over and all is decided."""
    with transaction.atomic():
        locked = Publication.objects.select_for_update().get(pk=publication.pk)
        if PublicationState(locked.state).is_closed:
            return locked
        if clock.today() <= locked.objections_until:
            raise PublicationRefused(
                _("Objections are taken until %(day)s; it can be closed after that day.")
                % {"day": locked.objections_until}
            )
        waiting = Objection.objects.filter(
            score__run=locked.run_id, state=ObjectionState.OPEN
        ).count()
        if waiting:
            raise PublicationRefused(
                _("%(count)d objections still wait for a decision.") % {"count": waiting}
            )
        appealable = (
            Objection.objects.filter(
                score__run=locked.run_id,
                state=ObjectionState.REJECTED,
                appeal_until__gte=clock.today(),
                appeal=None,
            )
            .order_by("-appeal_until")
            .first()
        )
        if appealable is not None:
            raise PublicationRefused(
                _("A rejected objection may still be appealed until %(day)s.")
                % {"day": appealable.appeal_until}
            )
        corrected = locked.corrections.exists()
        locked.state = PublicationState.CORRECTED if corrected else PublicationState.FINAL
        locked.closed_at = clock.now()
        locked.save(update_fields=["state", "closed_at"])
        audit.record(
            actor=actor,
            verb="close_publication",
            target=locked,
            unit_path=publication.run.root.path,
            new={"state": locked.state},
        )
    return locked


def _insist_publishable(run: Run) -> None:
    period = check_period(run.scheme, run.period)
    if run.state == RunState.PUBLISHED:
        raise PublicationRefused(_("This result is public already."))
    if not RunState(run.state).may_be_published:
        raise PublicationRefused(
            _("This run is %(state)s; publish the latest one.")
            % {"state": RunState(run.state).label}
        )
    if clock.today() < period.end:
        raise PublicationRefused(
            _("%(period)s is not over; its result can be published from %(day)s.")
            % {"period": period.label(), "day": period.end}
        )
    before = Run.objects.filter(
        scheme__code=run.scheme.code,
        period=run.period,
        root=run.root_id,
        state=RunState.PUBLISHED,
    )
    if before.exists():
        raise PublicationRefused(
            _(
                "A result for %(period)s is public. Correct it; a published number is never replaced."
            )
            % {"period": period.label()}
        )
    missing = parts.list_missing(run.scheme, run.root, period)
    if missing:
        raise PublicationRefused(describe_missing(missing))
    changed = fact_queries.list_changed(run, load(run.scheme)).count()
    if changed:
        raise PublicationRefused(
            _(
                "Facts it reads have changed since it was computed (%(count)d). "
                "Run the evaluation of %(period)s again, then publish it."
            )
            % {"count": changed, "period": period.label(spoken())}
        )


def describe_missing(missing: Sequence[parts.Part]) -> str:
    """Return why a result cannot be public yet: which results it reads are not final."""
    names = [f"{part.scheme} {part.period.label(spoken())}" for part in missing]
    separator = choose(", ", "、")
    return _("It is built on results that are not final yet: %(names)s. Finish those first.") % {
        "names": separator.join(names)
    }
