"""What each app adds to the world of the tables: its objects by name, and more rows of its lists.

A module of the name of an app may have `objects(world) -> dict[str, object]` and
`add_rows(world, more)`; both are found by themselves.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def build(world: Any) -> None:
    """Add every app's objects to the world, in the order of the apps' names; no name twice."""
    for scene in _scenes():
        if hasattr(scene, "objects"):
            new = scene.objects(world)
            assert not new.keys() & world.objects.keys(), (scene.__name__, sorted(new))
            world.objects |= new


def add_rows(world: Any, more: int) -> None:
    """Add so many rows of everything the apps' lists show."""
    for scene in _scenes():
        if hasattr(scene, "add_rows"):
            scene.add_rows(world, more)


def _scenes() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(__path__):
        yield importlib.import_module(f"{__name__}.{found.name}")
