"""Forms of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.platform.notices import channels, queries
from linghang.platform.notices.enums import Timing
from linghang.platform.notices.models import Address
from linghang.platform.notices.services.wishing import Wish


def insist_on_one_address(value: str) -> None:
    """Refuse what could lead a message elsewhere than to one address."""
    if not channels.PLAIN_ADDRESS.fullmatch(value):
        raise forms.ValidationError(
            _("Enter one address: letters, digits and the signs . _ + - @ only.")
        )


class WishesForm(forms.Form):
    """When to be told, and the own address of each channel."""

    timing = forms.ChoiceField(
        label=gettext_lazy("Outside Linghang I am told by"),
        choices=Timing.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("On working days in working hours only, never at night."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = channels.list_personal()
        if not self.channels:
            # nothing to choose from: the wish is asked for once there is a channel
            self.fields["timing"].disabled = True
        self.fields["timing"].initial = queries.timing_of(user).value
        known = {row.channel: row for row in Address.objects.filter(user=user)}
        for channel in self.channels:
            row = known.get(channel.name)
            self.fields[f"address-{channel.name}"] = forms.CharField(
                label=_("My address of %(channel)s") % {"channel": channel.label},
                required=False,
                max_length=120,
                initial=row.address if row else "",
                validators=[insist_on_one_address],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                help_text=_("Kept encrypted. Leave it empty and nothing is sent there."),
            )
            self.fields[f"used-{channel.name}"] = forms.BooleanField(
                label=_("Use %(channel)s") % {"channel": channel.label},
                required=False,
                initial=row.is_used if row else True,
            )

    def clean_timing(self) -> Timing:
        """Return the choice."""
        return Timing(self.cleaned_data["timing"])

    def read_wishes(self) -> dict[str, Wish]:
        """Return what was entered, by channel."""
        return {
            channel.name: Wish(
                self.cleaned_data[f"address-{channel.name}"],
                self.cleaned_data[f"used-{channel.name}"],
            )
            for channel in self.channels
        }


class TestForm(forms.Form):
    """Which channel to test, and for a personal one, to whom."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    address = forms.CharField(
        label=gettext_lazy("Address in the channel"),
        required=False,
        max_length=120,
        validators=[insist_on_one_address],
        help_text=gettext_lazy("Needed for a channel that reaches one person: your own."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [
            (channel.name, channel.label) for channel in channels.list_channels()
        ]

    def clean(self) -> dict[str, Any]:
        """Return the channel itself, and see that a personal one has an address."""
        cleaned = super().clean() or {}
        channel = channels.find_channel(cleaned.get("channel", ""))
        if channel is None:
            return cleaned
        if channel.is_personal and not cleaned.get("address"):
            self.add_error("address", _("This channel reaches one person: enter an address."))
        return cleaned | {"channel": channel}
