"""The operator's channels: what LINGHANG_NOTICE_CHANNELS names, and sending one message to one of them.

Nobody else can name a channel, and without the setting nothing leaves the machine. Apprise knows the
services; its addresses hold keys, so that nothing it says is passed on without hiding them.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

PLACE = "{address}"
# One address and nothing that could lead a message elsewhere: no separators, no parts of an address line.
PLAIN_ADDRESS = re.compile(r"[\w.+@-]{3,120}")
SECRET_LENGTH = 4
KNOWN_KEYS = {"url", "label", "unit"}


class ChannelError(Exception):
    """A channel did not take a message; the text says why and holds no keys and no addresses."""


@dataclass(frozen=True)
class Channel:
    """One channel. With `{address}` in its line it reaches one person, else a group.

    `unit` keeps a group's counts to one unit and everything under it (the number in its page's address).
    """

    name: str
    line: str
    label: str
    unit: int | None = None

    @property
    def is_personal(self) -> bool:
        """Return whether it reaches one person at their own address."""
        return PLACE in self.line


def list_channels() -> list[Channel]:
    """Return the configured channels in the order of the setting."""
    return list(read_channels(settings.NOTICE_CHANNELS))


def list_personal() -> list[Channel]:
    """Return the channels a person can be reached by."""
    return [channel for channel in list_channels() if channel.is_personal]


def list_robots() -> list[Channel]:
    """Return the channels of groups."""
    return [channel for channel in list_channels() if not channel.is_personal]


def find_channel(name: str) -> Channel | None:
    """Return the channel of this name, None when it is not configured (any more)."""
    return next((channel for channel in list_channels() if channel.name == name), None)


@lru_cache(maxsize=8)
def read_channels(text: str) -> tuple[Channel, ...]:
    """Return the channels a setting describes.

    Raises ValueError, without repeating what may hold keys, for what is no JSON object of texts, or of
    objects with `url` and maybe `label` and `unit`.
    """
    try:
        given = json.loads(text or "{}")
    except ValueError as error:
        raise ValueError("is no JSON") from error
    if not isinstance(given, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004  a wrong value of a setting
    return tuple(_read_channel(name, value) for name, value in given.items())


def _read_channel(name: str, value: Any) -> Channel:
    given = {"url": value} if isinstance(value, str) else value
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise ValueError(f"{name!r}: a name has small letters, digits and hyphens")
    if not isinstance(given, dict) or not isinstance(given.get("url"), str):
        raise ValueError(f"{name}: wants an address line, or an object with url")  # noqa: TRY004  a wrong value of a setting
    if "://" not in given["url"] or set(given) - KNOWN_KEYS:
        raise ValueError(f"{name}: wants url (with ://), and maybe label and unit")
    unit = given.get("unit")
    if unit is not None and not isinstance(unit, int):
        raise ValueError(f"{name}: unit is the number in the address of the unit's page")
    return Channel(name, given["url"], str(given.get("label") or name), unit)


def send(channel: Channel, *, title: str, body: str, address: str = "") -> None:
    """Send one message, waiting for the answer; raises ChannelError with the reason when it is not taken."""
    import apprise  # a hundred services: only what sends pays for reading them

    asset = apprise.AppriseAsset(
        storage_mode=apprise.PersistentStoreMode.MEMORY, allow_templates=False
    )
    asset.app_id = asset.app_desc = "Linghang"
    asset.app_url = settings.ADDRESS
    asset.image_url_mask = asset.image_url_logo = ""  # pictures would be fetched from abroad
    line = channel.line.replace(PLACE, quote(address, safe=""))
    sender = apprise.Apprise(asset=asset)
    if not sender.add(line):
        raise ChannelError(_("The address line of this channel is not understood."))
    taken, said = False, ""
    try:
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as captured:
            taken = bool(
                sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
            )
            said = captured.getvalue()
    except Exception as error:  # noqa: BLE001  whatever a service does, the notice is kept and the next one sent
        said = f"{type(error).__name__}: {error}"
    if not taken:
        answer = "; ".join(line.strip() for line in said.splitlines() if line.strip())
        reason = hide_secrets(answer, channel.line, address)
        raise ChannelError(
            (reason or _("The channel did not take the message and gave no reason."))[:400]
        )


def hide_secrets(text: str, line: str, address: str) -> str:
    """Return a text without the parts of the address line that may be keys, and without the address."""
    scheme, _separator, rest = line.partition("://")
    parts = {part for part in re.split(r"[^\w.+-]+", f"{rest} {unquote(rest)}") if part != scheme}
    parts |= {address, quote(address, safe="")}
    shown = text
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SECRET_LENGTH:
            shown = shown.replace(part, "****")
    return shown


def check_channels(**_given: Any) -> list[checks.CheckMessage]:
    """Return an error for each setting of the notices that cannot be read."""
    found: list[checks.CheckMessage] = []
    try:
        read_channels(settings.NOTICE_CHANNELS)
    except ValueError as error:
        found.append(checks.Error(f"LINGHANG_NOTICE_CHANNELS: {error}", id="notices.E001"))
    try:
        first = time.fromisoformat(settings.NOTICE_FROM)
        last = time.fromisoformat(settings.NOTICE_UNTIL)
    except ValueError:
        first = last = time.min
    if first >= last:
        text = (
            "LINGHANG_NOTICE_FROM and LINGHANG_NOTICE_UNTIL: two times of a day like 08:30, rising"
        )
        found.append(checks.Error(text, id="notices.E002"))
    return found
