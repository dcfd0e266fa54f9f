"""What a new version of a pack changes, with the place in words instead of codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.library.mapping.words import pick
from linghang.platform.packs.comparison import ChangeKind, compare_documents

KEYS: Mapping[str, str | Promise] = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "practices": gettext_lazy("practices"),
    "basis": gettext_lazy("basis"),
    "requires": gettext_lazy("needed packs"),
    "note": gettext_lazy("note"),
    "points": gettext_lazy("points"),
    "score": gettext_lazy("rule of scoring"),
    "proportional": gettext_lazy("in proportion"),
    "per_unit": gettext_lazy("for each"),
    "target": gettext_lazy("target"),
    "start": gettext_lazy("start"),
    "measure": gettext_lazy("what is read"),
    "window": gettext_lazy("window"),
    "missing": gettext_lazy("nothing due"),
    "nature": gettext_lazy("nature"),
    "from": gettext_lazy("lower limit"),
    "required": gettext_lazy("how often"),
    "period": gettext_lazy("period"),
    "applies_to": gettext_lazy("owed by"),
    "in_force_from": gettext_lazy("in force from"),
    "aliases": gettext_lazy("also recognised as"),
    "version": gettext_lazy("version"),
    "base": gettext_lazy("base"),
    "bonus_cap": gettext_lazy("cap of the bonus"),
    "deduction_floor": gettext_lazy("floor of the deductions"),
    "minimum_sample": gettext_lazy("minimum sample"),
    "peer_groups": gettext_lazy("peer groups"),
    "bands": gettext_lazy("bands"),
    "en": gettext_lazy("English"),
    "zh": gettext_lazy("Chinese"),
}
SILENT = {
    "contents",
    "dimensions",
    "criteria",
    "schemes",
    "cadences",
    "activity_kinds",
    "record_kinds",
}


@dataclass(frozen=True)
class ChangeView:
    """One change in words."""

    kind: str
    tone: str
    place: str
    old: str
    new: str


def describe_changes(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[list[ChangeView], tuple[str, ...]]:
    """Return the changes from one document to another, and what the apps say they mean."""
    found = compare_documents(old, new)
    labels = {
        ChangeKind.ADDED: (_("added"), "ok"),
        ChangeKind.REMOVED: (_("removed"), "danger"),
        ChangeKind.CHANGED: (_("changed"), "warn"),
    }
    return [
        ChangeView(
            *labels[change.kind],
            place=_say_place(change.place, (old, new)),
            old=_say_value(change.old),
            new=_say_value(change.new),
        )
        for change in found.changes
    ], found.remarks


def _say_place(place: str, documents: Iterable[Mapping[str, Any]]) -> str:
    """The place with titles of rows and words for keys: 红旗指数 › 政治生活 › 分值."""
    here: list[Any] = list(documents)
    words = []
    for step in place.split("."):
        here = [found for item in here if (found := _descend(item, step)) is not None]
        title = next((i["title"] for i in here if isinstance(i, Mapping) and "title" in i), None)
        if isinstance(title, Mapping):
            words.append(pick({key: title[key] for key in ("en", "zh")}))
        elif step not in SILENT:
            words.append(str(KEYS.get(step, step)))
    return " › ".join(words)


def _descend(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list):
        return next(
            (item for item in value if isinstance(item, Mapping) and str(item.get("code")) == step),
            None,
        )
    return None


def _say_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case {"title": {"en": _en, "zh": _zh} as title}:
            return pick(title)
        case list():
            return ", ".join(_say_value(item) for item in value)
        case dict():
            return ", ".join(f"{key}: {_say_value(item)}" for key, item in value.items())
        case _:
            return str(value)
