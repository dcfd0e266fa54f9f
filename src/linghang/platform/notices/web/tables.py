"""Declared lists of notices."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from linghang.platform.notices import channels
from linghang.platform.notices.enums import DeliveryState, Form, NoticeKind
from linghang.platform.notices.models import Delivery, Notice
from linghang.platform.ui.tables import Column, Empty, Table


def show_title(notice: Notice) -> SafeString:
    """Return the title, in bold while it is unread and saying so aloud, with its text below."""
    body = format_html('<br><span class="lh-muted">{}</span>', notice.body) if notice.body else ""
    if notice.read_at is None:
        spoken = format_html('<span class="visually-hidden">{}</span> ', _("Unread:"))
        return format_html("{}<b>{}</b>{}", spoken, notice.title, body)
    return format_html("{}{}", notice.title, body)


def name_channel(delivery: Delivery) -> str:
    """Return what the operator calls the channel; its name in the setting once it is gone."""
    channel = channels.find_channel(delivery.channel)
    return channel.label if channel else delivery.channel


def name_recipient(delivery: Delivery) -> str:
    """Return whom it went to: a log-in, a group, or the address of a test."""
    if delivery.recipient is not None:
        return delivery.recipient.get_username()
    return pgettext("chat", "group") if delivery.form == Form.ROBOT else ""


NOTICES = Table(
    caption=gettext_lazy("Notices received"),
    columns=(
        Column(
            "title",
            gettext_lazy("Notice"),
            render=show_title,
            link=lambda notice: reverse("notices:open", args=[notice.pk]),
        ),
        Column("kind", gettext_lazy("Kind"), states=NoticeKind),
        Column("created_at", gettext_lazy("Received")),
    ),
    empty=Empty(
        gettext_lazy("No notices yet"),
        gettext_lazy(
            "What comes due, is returned or is handed over to you appears here by itself."
        ),
        icon="bell",
    ),
)
DELIVERIES = Table(
    caption=gettext_lazy("Messages sent"),
    columns=(
        Column("created_at", gettext_lazy("Composed at"), sort=("created_at", "pk")),
        Column(
            "channel", gettext_lazy("Channel"), render=name_channel, sort=("channel", "-created_at")
        ),
        Column("form", gettext_lazy("What"), states=Form),
        Column("recipient", pgettext_lazy("message", "To"), render=name_recipient),
        Column("notices", gettext_lazy("Notices"), numeric=True),
        Column("state", gettext_lazy("State"), states=DeliveryState),
        Column("attempts", gettext_lazy("Tries"), numeric=True),
        Column("finished_at", gettext_lazy("Finished at")),
        Column("error", gettext_lazy("Answer of the channel")),
    ),
    default_sort="-created_at",
    empty=Empty(
        gettext_lazy("Nothing was sent outside"),
        gettext_lazy(
            "Messages go out once a channel is set up and people have given their address of it."
        ),
        icon="send",
    ),
)
