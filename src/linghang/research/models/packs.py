"""Rows that packs bring: topics to propose, scenes and themes of talks."""

from __future__ import annotations

from typing import Any

from django.db import models

from linghang.platform.languages import choose


class _PackRow(models.Model):
    code = models.CharField(max_length=40, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=100)
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        abstract = True
        ordering: Any = ["order", "code"]  # type: ignore[misc]

    def __str__(self) -> str:

        return choose(self.title_en, self.title_zh)


class TopicTemplate(_PackRow):
    """A topic an officer may take over into the year's book; texts as they stand in it, in Chinese."""

    background = models.TextField(blank=True)
    questions = models.JSONField(default=list)
    method = models.CharField(max_length=300, blank=True)


class TalkScene(_PackRow):
    """The occasion of a talk: 日常谈心, 提醒, 约谈 …"""


class TalkTheme(_PackRow):
    """What a talk was about, in a word; several may be named."""
