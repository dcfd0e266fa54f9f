"""Addresses of diagnosis."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "diagnosis"
urlpatterns: list[URLPattern] = []
