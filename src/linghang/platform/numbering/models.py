"""One row per series of numbers."""

from django.db import models


class Counter(models.Model):
    """The last number taken from a series."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)
