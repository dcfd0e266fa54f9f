"""Addresses of burden."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "burden"
urlpatterns: list[URLPattern] = []
