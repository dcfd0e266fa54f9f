"""Which engine counts: what the operator has set, or what a command asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from linghang_core import scoring


class EvaluationRefused(Exception):  # noqa: N818 - it says what happened
    """The evaluation cannot be done as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Counting:
    """An engine, and for Spark where it computes. It changes how long it takes, never a number."""

    engine: scoring.Engine = scoring.Engine.DUCKDB
    master: str = ""

    def count(
        self,
        plan: scoring.Plan,
        period: str,
        subjects: Sequence[scoring.Subject],
        lake: scoring.Lake,
        as_of_seq: int,
    ) -> scoring.Counts:
        """Return the atoms of each subject as of a change sequence."""
        return scoring.count_atoms(
            plan, period, subjects, lake, as_of_seq, self.engine, master=self.master
        )


def choose_engine(name: str = "", master: str = "") -> Counting:
    """Return the engine of a name, or the one set with LINGHANG_ENGINE.

    Raises EvaluationRefused for a name that is none, and for an engine that is not installed.
    """
    wanted = name or settings.ENGINE
    known = [engine.value for engine in scoring.Engine]
    if wanted not in known:
        raise EvaluationRefused(
            _("There is no engine %(name)s; choose one of %(known)s.")
            % {"name": wanted, "known": ", ".join(known)}
        )
    engine = scoring.Engine(wanted)
    try:
        scoring.load_engine(engine)
    except scoring.EngineMissingError as error:
        raise EvaluationRefused(str(error)) from error
    return Counting(engine, master or settings.SPARK_MASTER)
