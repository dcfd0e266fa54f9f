"""Drafts of schemes: written by those who run the evaluation, adopted by the committee.

Who wrote a draft does not adopt it. What the rule linter and the trial hold against a scheme stops
its adoption, unless the committee gives its reason: this goes on record with what it overrode. What
the linter lets nobody excuse is not adopted at all.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linghang.evaluation.enums import DraftState
from linghang.evaluation.mapping import documents
from linghang.evaluation.models import Draft, Scheme
from linghang.evaluation.services.schemes import install_scheme
from linghang.ledger import api as ledger
from linghang.org.models import Unit
from linghang.platform.acts import ReasonMissingError, ask_reason
from linghang.platform.audit import services as audit
from linghang.platform.calendar import clock
from linghang.platform.languages import choose
from linghang_core import scoring
from linghang_core.scoring.linting import RULES
from linghang_core.scoring.scheme import Text
from linghang_core.scoring.whatif import Reason

REASON_AT_MOST = 1000

NOT_TRIED = Reason(
    "not_tried",
    Text(
        en="it was not tried on past periods since it was last changed",
        zh="最近一次修改后没有用往期数据试算",
    ),
    Text(en="try it on the last periods first", zh="先用最近几期试算"),
)


def start_draft(*, root: Unit, actor: Any, based_on: Scheme | None = None) -> Draft:
    """Return a new draft: of a sound beginning, or of a version with its number raised."""
    with transaction.atomic():
        if based_on is None:
            document = documents.new_document(_free_code())
        else:
            document = copy.deepcopy(based_on.document)
            document["version"] = documents.raise_version(
                based_on.version, _known_versions(based_on.code)
            )
        draft = Draft.objects.create(
            root=root,
            code=document["code"],
            title=_title(document),
            based_on=based_on,
            document=document,
            author=actor,
            started_at=clock.now(),
            changed_by=actor,
            changed_at=clock.now(),
            writers=[actor.pk],
        )
        audit.record(
            actor=actor,
            verb="start_scheme_draft",
            target=draft,
            unit_path=root.path,
            new={"code": draft.code},
        )
        return draft


def save_draft(
    *, draft: Draft, document: documents.Document, actor: Any, seen: str | None = None
) -> Draft:
    """Replace the document of a draft; the same document changes nothing.

    A document whose parts are faulty is refused; one whose parts only do not fit together yet (points
    that do not add up to the base) is kept. Raises ValidationError; its code is "moved" when
    somebody else changed the draft since the person saw it.
    """
    with transaction.atomic():
        found = _take(draft, seen)
        if found.state != DraftState.EDITING:
            raise _not_now(found)
        if document == found.document:
            return found
        _loaded, faults = documents.check(document)
        parts = [fault for fault in faults if not fault.is_whole]
        if parts:
            raise _faulty([f"{one.place}: {one.message} {one.remedy}".strip() for one in parts])
        if document["code"] != found.code:
            _refuse_taken(document["code"], found)
        found.document, found.code = document, document["code"]
        found.title = _title(document)
        if actor.pk not in found.writers:
            found.writers = [*found.writers, actor.pk]
        _touch(found, actor)
        found.save()
        audit.record(
            actor=actor,
            verb="save_scheme_draft",
            target=found,
            unit_path=found.root.path,
            new={"version": found.document["version"]},
        )
        return found


def propose_draft(*, draft: Draft, actor: Any, seen: str | None = None) -> Draft:
    """Lay a draft before the committee; refused while it has faults."""
    with transaction.atomic():
        found = _take(draft, seen)
        if found.state != DraftState.EDITING:
            raise _not_now(found)
        _loaded, faults = documents.check(found.document)
        if faults:
            raise _faulty([fault.message for fault in faults])
        return _set_state(found, DraftState.PROPOSED, actor, "propose_scheme_draft")


def return_draft(*, draft: Draft, actor: Any, reason: str, seen: str | None = None) -> Draft:
    """Give a proposed draft back to its writers, with the reason; they may take it back as well."""
    with transaction.atomic():
        found = _take(draft, seen)
        if found.state != DraftState.PROPOSED:
            raise _not_now(found)
        found.reason = ask_reason(reason)
        return _set_state(
            found, DraftState.EDITING, actor, "return_scheme_draft", reason=found.reason
        )


def discard_draft(*, draft: Draft, actor: Any, seen: str | None = None) -> Draft:
    """Put a draft aside; it stays readable and becomes nothing."""
    with transaction.atomic():
        found = _take(draft, seen)
        if not DraftState(found.state).is_open:
            raise _not_now(found)
        return _set_state(found, DraftState.DISCARDED, actor, "discard_scheme_draft")


def adopt_draft(*, draft: Draft, actor: Any, reason: str = "", seen: str | None = None) -> Scheme:
    """Put a proposed draft into force as a version above all known ones, and return the scheme.

    It holds in the draft's bureau only: other bureaus keep theirs, or the one for all.

    Raises ValidationError when the actor wrote in it, when another scheme has its code, and for what
    no reason overcomes; ReasonMissingError while anything else stands against it
    (`list_reasons_against`) and no reason is given.
    """
    with transaction.atomic():
        found = _take(draft, seen)
        if found.state != DraftState.PROPOSED:
            raise _not_now(found)
        if actor.pk in found.writers:
            raise ValidationError(
                _("Nobody adopts a scheme they wrote in. Another member of the committee does."),
                code="own",
            )
        _refuse_taken(found.code, found)
        against = list_reasons_against(found)
        _refuse_blocked(against)
        if against and not reason.strip():
            raise ReasonMissingError(
                {
                    "reason": ReasonMissingError(
                        _("%(n)s things stand against it. Say why the committee adopts it still.")
                        % {"n": len(against)},
                        code="reason",
                    )
                }
            )
        document = copy.deepcopy(found.document)
        known = _known_versions(found.code)
        if known and _parts(document["version"]) <= max(map(_parts, known)):
            document["version"] = documents.raise_version(document["version"], known)
        scheme = install_scheme(document=document, actor=actor, root=found.root)
        found.document, found.adopted, found.reason = document, scheme, reason.strip()
        found.overridden = [
            {"code": one.code, "en": one.message.en, "zh": one.message.zh} for one in against
        ]
        _set_state(
            found,
            DraftState.ADOPTED,
            actor,
            "adopt_scheme_draft",
            reason=found.reason,
            new={"version": scheme.version, "overridden": [one.message.zh for one in against]},
        )
        return scheme


def list_reasons_against(draft: Draft) -> list[Reason]:
    """Return why the draft should not be adopted: what the linter refuses, what the trial showed.

    The linter is asked each time: what it refuses changes with the kinds that are declared, and a
    trial may be older than its rules.
    """
    loaded, _faults = documents.check(draft.document)
    if loaded is None:
        return []
    errors = [
        scoring.hold_against(one)
        for one in scoring.lint_scheme(loaded, list(ledger.list_kinds()))
        if one.severity is scoring.Severity.ERROR
    ]
    if not is_trial_current(draft):
        return [*errors, NOT_TRIED]
    return errors + [
        Reason(
            row["code"],
            Text(en=row["en"], zh=row["zh"]),
            Text(en=row["remedy_en"], zh=row["remedy_zh"]),
            row["basis"],
        )
        for row in draft.trial["reasons"]
        if not _is_of_linter(row["code"])
    ]


def is_trial_current(draft: Draft) -> bool:
    """Return whether the draft was tried as it stands now."""
    return bool(draft.trial) and draft.trial["digest"] == digest_draft(draft.document)


def digest_draft(document: documents.Document) -> str:
    """Return the digest of everything that decides a score: the version's number is left aside."""
    return scoring.digest_json({**document, "version": ""})


def _is_of_linter(code: str) -> bool:
    """Whether a reason of a trial is an error of the linter, which was asked anew."""
    rule = RULES.get(code)
    return rule is not None and rule.severity is scoring.Severity.ERROR


def _refuse_blocked(against: Sequence[Reason]) -> None:
    blocked = [one for one in against if one.blocks]
    if blocked:
        raise ValidationError(
            [
                ValidationError(
                    _(
                        "%(what)s: no reason helps. Give it back, so that its writers mend it: %(remedy)s."
                    )
                    % {
                        "what": choose(one.message.en, one.message.zh),
                        "remedy": choose(one.remedy.en, one.remedy.zh),
                    },
                    code="blocked",
                )
                for one in blocked
            ]
        )


def _take(draft: Draft, seen: str | None) -> Draft:
    """The draft locked; refused when it is not as the person saw it."""
    found = Draft.objects.select_for_update().get(pk=draft.pk)
    if seen and seen != found.seen:
        raise ValidationError(
            _("%(who)s changed this draft at %(at)s in the meantime. Look at it again.")
            % {"who": found.changed_by, "at": f"{timezone.localtime(found.changed_at):%H:%M}"},
            code="moved",
        )
    return found


def _set_state(
    draft: Draft,
    state: DraftState,
    actor: Any,
    verb: str,
    *,
    reason: str = "",
    new: dict[str, Any] | None = None,
) -> Draft:
    before = draft.state
    draft.state = state
    if state in {DraftState.ADOPTED, DraftState.DISCARDED}:
        draft.decided_by, draft.decided_at = actor, clock.now()
    _touch(draft, actor)
    draft.save()
    audit.record(
        actor=actor,
        verb=verb,
        target=draft,
        unit_path=draft.root.path,
        old={"state": before},
        new={"state": draft.state, **(new or {})},
        reason=reason,
    )
    return draft


def _touch(draft: Draft, actor: Any) -> None:
    draft.revision += 1
    draft.changed_by, draft.changed_at = actor, clock.now()


def _faulty(messages: Sequence[str]) -> ValidationError:
    return ValidationError([ValidationError(one, code="faulty") for one in messages])


def _not_now(draft: Draft) -> ValidationError:
    return ValidationError(
        _("This draft is %(state)s now; this act does not come.")
        % {"state": DraftState(draft.state).label},
        code="not_now",
    )


def _refuse_taken(code: str, draft: Draft) -> None:
    """Refuse the code of a scheme that the draft does not begin from."""
    own = draft.based_on is not None and draft.based_on.code == code
    if not own and Scheme.objects.filter(code=code).exists():
        raise ValidationError(
            _("A scheme has the code %(code)s already. Begin from it to change it.")
            % {"code": code},
            code="taken",
        )


def _free_code() -> str:
    taken = {*Scheme.objects.values_list("code", flat=True)}
    taken |= {*Draft.objects.values_list("code", flat=True)}
    return next(f"own-{n}" for n in range(1, 10_000) if f"own-{n}" not in taken)


def _known_versions(code: str) -> Sequence[str]:
    return list(Scheme.objects.filter(code=code).values_list("version", flat=True))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _title(document: documents.Document) -> str:
    return str((document.get("title") or {}).get("zh", ""))[:120]
