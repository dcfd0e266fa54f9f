"""The form of one criterion: its fields follow from what is measured and how it scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.evaluation.enums import (
    ATTRIBUTE_WORDS,
    MISSING_WORDS,
    NATURE_WORDS,
    WINDOW_WORDS,
)
from linghang.evaluation.mapping.criteria import (
    AS_WRITTEN,
    MEASURES,
    SCORES,
    Way,
    pick_way,
    read_steps,
)
from linghang.evaluation.web.forms.drafts import NumberField, PointsField
from linghang.ledger.enums import FactKind

KINDS_OFFERED = 12
REFRESH = {
    "hx-trigger": "change",
    "hx-target": "#criterion-fields",
    "hx-swap": "innerHTML",
    "hx-include": "closest form",
    "hx-vals": '{"refresh": "1"}',
}
SIDE_FIELDS = ("kinds", "search", "statuses", "verified", "aggregate", "attribute")


class CriterionForm(forms.Form):
    """One criterion: it asks only for what its nature, measure and score function need."""

    dimension = forms.ChoiceField(label=_("Dimension"))
    title_zh = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(
        label=_("Title in English"),
        help_text=_("The Chinese title unless given."),
        max_length=120,
        required=False,
    )
    nature = forms.ChoiceField(label=_("Nature"))
    points = PointsField(label=_("Points"), min_value=0)
    window = forms.ChoiceField(label=_("Window"))
    measure = forms.ChoiceField(label=_("What is measured"))
    score = forms.ChoiceField(label=_("How it becomes points"))
    basis = forms.CharField(
        label=_("Basis"),
        help_text=_("The regulation or rule of the company it rests on."),
        max_length=400,
    )
    note_zh = forms.CharField(
        label=_("Note for those rated"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        initial: dict[str, Any],
        kinds: dict[str, FactKind],
        bands: Sequence[tuple[str, str]],
        dimensions: Sequence[tuple[str, str]],
        url: str,
    ) -> None:
        """Ask for what the values at hand need; `url` renders the fields anew when one changes."""
        super().__init__(data, initial=initial)
        self.kinds, self.url = kinds, url
        self._offer("dimension", dimensions)
        self._offer("nature", list(NATURE_WORDS.items()), refresh=True)
        self._offer("window", list(WINDOW_WORDS.items()))
        nature = self._now("nature")
        measures = self._ways(MEASURES, nature, "measure")
        self._offer("measure", measures, refresh=True)
        way = pick_way(MEASURES, self._now("measure"))
        for side in way.sides if way else ():
            self._ask_side(side, is_ratio=way is not None and way.code == "ratio")
        if nature == "veto":
            del self.fields["points"], self.fields["score"]
            self._ask_veto(bands)
        else:
            self._offer("score", self._ways(SCORES, nature, "score"), refresh=True)
            self._ask_score()
        if way is not None and way.code == "ratio" and nature != "veto":
            self._ask_missing(nature)
        self.fieldsets = self._group()

    def _now(self, name: str) -> Any:
        """The value as it stands: sent, or else of the document."""
        if self.is_bound:
            many = name.endswith(("_kinds", "_statuses"))
            return self.data.getlist(name) if many else self.data.get(name, "")
        return self.initial.get(name, "")

    def _offer(self, name: str, choices: Any, *, refresh: bool = False) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        if refresh:
            field.widget.attrs |= REFRESH | {"hx-post": self.url}

    def _ways(self, ways: tuple[Way, ...], nature: str, name: str) -> list[tuple[str, Any]]:
        found = [(way.code, way.label) for way in ways if nature in way.natures]
        if self.initial.get(name) == AS_WRITTEN:
            found.append((AS_WRITTEN, _("as the text of the scheme has it")))
        return found

    def _ask_side(self, side: str, *, is_ratio: bool) -> None:
        words = {"of": _("Facts that count"), "to": _("What was due")}
        chosen = self._now(f"{side}_kinds")
        self.fields[f"{side}_search"] = forms.CharField(
            label=_("Find facts: %(what)s") % {"what": words[side]},
            help_text=_("Some characters of the name, for example 主题党日, 任务, 服务."),
            required=False,
            widget=forms.TextInput(
                attrs=REFRESH
                | {
                    "hx-post": self.url,
                    "hx-trigger": "input changed delay:400ms",
                    "autocomplete": "off",
                }
            ),
        )
        offered = self._offer_kinds(chosen, self._now(f"{side}_search"))
        self.fields[f"{side}_kinds"] = forms.MultipleChoiceField(
            label=words[side],
            choices=offered,
            required=side == "of" or not self._now("to_attribute"),
            widget=forms.CheckboxSelectMultiple(attrs=REFRESH | {"hx-post": self.url}),
        )
        statuses = self._offer_statuses(chosen, self._now(f"{side}_statuses"))
        if statuses:
            self.fields[f"{side}_statuses"] = forms.MultipleChoiceField(
                label=_("Only these states"),
                help_text=_("All of them unless one is chosen."),
                choices=statuses,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields[f"{side}_verified"] = forms.ChoiceField(
            label=_("Confirmed by a second person"),
            choices=[("", _("not asked")), ("yes", _("only confirmed")), ("no", _("only others"))],
            required=False,
        )
        if is_ratio:
            self.fields[f"{side}_aggregate"] = forms.ChoiceField(
                label=_("Counted as"),
                choices=[(way.code, way.label) for way in MEASURES if way.code != "ratio"],
            )
        if side == "to":
            self.fields["to_attribute"] = forms.ChoiceField(
                label=_("Or a known number of the unit"),
                choices=[("", _("none: facts")), *ATTRIBUTE_WORDS.items()],
                required=False,
            )

    def _offer_kinds(self, chosen: Sequence[str], query: str) -> list[tuple[str, Any]]:
        """Those chosen, then those whose name or code holds the query, whole families first."""
        codes = list(chosen)
        if query.strip():
            wanted = query.strip().lower()
            found = [
                code
                for code, kind in self.kinds.items()
                if wanted in code or wanted in str(kind.title).lower()
            ]
            roots = dict.fromkeys(code.split(".")[0] for code in found if "." in code)
            families = [
                f"{root}.*"
                for root in roots
                if sum(one.startswith(f"{root}.") for one in found) > 1
            ]
            codes += [code for code in (*families, *found) if code not in codes]
        return [(code, self._name_kind(code)) for code in codes[: len(chosen) + KINDS_OFFERED]]

    def _name_kind(self, code: str) -> str:
        if code.endswith(".*"):
            some = [str(k.title) for c, k in self.kinds.items() if c.startswith(code[:-1])]
            return gettext("every kind of this family (%(n)s): %(some)s …") % {
                "n": len(some),
                "some": "、".join(some[:3]),
            }
        kind = self.kinds.get(code)
        return f"{kind.title} · {code}" if kind else code

    def _offer_statuses(self, kinds: Sequence[str], chosen: Sequence[str]) -> list[tuple[str, Any]]:
        found: dict[str, Any] = {}
        for code in kinds:
            for name, kind in self.kinds.items():
                if name == code or (code.endswith(".*") and name.startswith(code[:-1])):
                    found |= {status: kind.title_of(status) for status in kind.statuses}
        if self.is_bound:  # what was chosen of a kind that is no longer read goes with it
            return list(found.items())
        return list((found | {one: found.get(one, one) for one in chosen}).items())

    def _ask_score(self) -> None:
        code = self._now("score")
        if code == "steps":
            self.fields["steps"] = forms.CharField(
                label=_("Steps"),
                help_text=_("One line for each: from which value, how many points. 0.8 6"),
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        way = pick_way(SCORES, code)
        for number in way.numbers if way else ():
            self.fields[f"{code}_{number.key}"] = NumberField(
                label=number.label, help_text=number.hint, required=not number.optional
            )

    def _ask_veto(self, bands: Sequence[tuple[str, str]]) -> None:
        self.fields["veto_band"] = forms.ChoiceField(
            label=_("One case holds the total in"),
            choices=[*bands, ("", _("a total given below"))],
            required=False,
        )
        self.fields["veto_maximum"] = PointsField(label=_("… or at most at"), required=False)

    def _ask_missing(self, nature: str) -> None:
        words = dict(MISSING_WORDS) if nature == "basic" else {"zero": MISSING_WORDS["zero"]}
        self.fields["missing"] = forms.ChoiceField(
            label=_("When nothing was due"), choices=list(words.items()), widget=forms.RadioSelect
        )

    def _group(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        sides = [
            tuple(f"{side}_{part}" for part in SIDE_FIELDS)
            for side in ("of", "to")
            if f"{side}_kinds" in self.fields
        ]
        numbers = tuple(
            name
            for name in self.fields
            if name.partition("_")[0] in {way.code for way in SCORES}
            or any(name.startswith(f"{way.code}_") for way in SCORES)
        )
        return (
            (_("Name and nature"), ("dimension", "title_zh", "title_en", "nature", "points")),
            (_("What is read"), ("window", "measure")),
            *((_("Facts that count"), names) for names in sides[:1]),
            *((_("What was due"), names) for names in sides[1:]),
            (
                _("How it becomes points"),
                ("score", *numbers, "missing", "veto_band", "veto_maximum"),
            ),
            (_("What it rests on"), ("basis", "note_zh")),
        )

    def clean_steps(self) -> str:
        """Refuse a line that is no step."""
        try:
            read_steps(self.cleaned_data["steps"])
        except ValueError as error:
            raise forms.ValidationError(
                gettext("“%(line)s”: write two numbers, for example 0.8 6.") % {"line": error}
            ) from error
        return str(self.cleaned_data["steps"])
