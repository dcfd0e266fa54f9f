"""Addresses of routing."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "routing"
urlpatterns: list[URLPattern] = []
