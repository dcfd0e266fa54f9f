"""Reflections (学习感悟): their author's alone until the author publishes them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.crypto.fields import EncryptedTextField
from linghang.study.enums import Audience, ReflectionState


class Reflection(models.Model):
    """What somebody thinks about something studied; a draft nobody but the author reads.

    Title and text are encrypted at rest as long as they are a draft and afterwards. What is
    published can be taken back, and is a draft again. Nothing counts or scores reflections: they
    write no fact.
    """

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reflections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    title = EncryptedTextField()
    text = EncryptedTextField()
    state = models.CharField(max_length=10, choices=ReflectionState, default=ReflectionState.DRAFT)
    audience = models.CharField(max_length=8, choices=Audience, blank=True)
    published_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    changed_on = models.DateField()

    class Meta:
        ordering = ["-published_on", "-pk"]
        indexes = [models.Index(fields=["state", "-published_on"], name="reflections_published")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", published_on__isnull=True, audience="")
                | (Q(state="published", published_on__isnull=False) & ~Q(audience="")),
                name="published_reflection_has_day_and_audience",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"  # titles of drafts are nobody's business

    @property
    def seen(self) -> str:
        """Return what a form sends back, so that a change in between is noticed."""
        return str(self.version)

    @property
    def standing(self) -> ReflectionState:
        """Return the state with its colour and icon."""
        return ReflectionState(self.state)
