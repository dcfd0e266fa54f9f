"""Talks (谈心谈话), of which others learn only that they took place, and themes on their way out.

Who reads what: both persons the day, the occasion, the themes and what was agreed; the note is the
talker's own. All of it but the day and the two persons is encrypted at rest.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField


class Talk(models.Model):
    """One talk. `unit` is where the partner belongs: counts are made there; `talker_unit` has the fact.

    There is deliberately no text in `__str__`, no author column and no history row: each would be one
    more place to look.
    """

    talker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="talks_sought")
    partner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="talks_had")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    talker_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    scene = EncryptedTextField()  # code of a TalkScene
    themes = EncryptedTextField(blank=True)  # codes of TalkTheme, joined by commas
    note = EncryptedTextField(blank=True)
    agreed = EncryptedTextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["unit", "on"])]
        constraints = [
            models.CheckConstraint(condition=~Q(talker=F("partner")), name="talk_is_between_two")
        ]

    def __str__(self) -> str:
        return "谈心谈话"


class HeldTheme(models.Model):
    """A theme raised as a problem, held until its month is over so that its day tells nothing.

    It names neither talk nor person nor moment; on release the problem takes its place.
    """

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+"
    )  # that is to solve it
    text = EncryptedTextField()
    month = models.CharField(max_length=7)  # 2026-11

    def __str__(self) -> str:
        return f"{self.unit} {self.month}"
