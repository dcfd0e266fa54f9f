"""Filters of the list of log-ins."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linghang.accounts.models import User


class UserFilter(django_filters.FilterSet):
    """By words in the name."""

    q = django_filters.CharFilter(label=_("Name"), method="search")

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, users: QuerySet[User], _name: str, words: str) -> QuerySet[User]:
        """Keep the log-ins in whose name the words stand."""
        return users.filter(username__icontains=words) | users.filter(name__icontains=words)
