"""An outside world of the test's own: a channel Apprise knows, which keeps what it is sent or refuses it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from apprise.decorators import notify
from apprise.logger import logger
from django.core.cache import cache

from linghang.platform.notices import registry
from linghang.platform.notices.models import Address

CHANNELS = {
    "mail": {"url": "lhtest://user:hunter2secret@box?to={address}", "label": "邮件"},
    "group": "lhtest://group-robot-key-778899",
}


@dataclass
class Outside:
    """What left the product, as (address, title, body), and the reason why nothing is taken now."""

    taken: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""
    tries: int = 0


world = Outside()


@notify(on="lhtest", name="the world outside")
def take(body, title, notify_type, meta, *args, **kwargs):
    world.tries += 1
    if world.refusal:
        logger.warning(world.refusal)
        return False
    world.taken.append((meta.get("qsd", {}).get("to", ""), title, body))
    return True


@pytest.fixture
def outside(settings) -> Outside:
    """The world outside, reached by a personal channel and a group's robot."""
    settings.NOTICE_CHANNELS = json.dumps(CHANNELS)
    settings.ADDRESS = "https://lh.example.com"
    world.taken, world.refusal, world.tries = [], "", 0
    return world


@pytest.fixture
def by_mail(settings, outside) -> Outside:
    """The personal channel alone."""
    settings.NOTICE_CHANNELS = json.dumps({"mail": CHANNELS["mail"]})
    return outside


@pytest.fixture(autouse=True)
def _fresh_numbers():
    """Numbers of one test are not those of another with the same keys."""
    cache.clear()


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    """What the apps remind of is tested where they are."""
    monkeypatch.setattr(registry, "reminders", {})
    monkeypatch.setattr(registry, "dates", {})


@pytest.fixture
def reachable(bureau):
    """The secretary, with an address of the personal channel."""
    user = bureau.secretary.user
    Address.objects.create(user=user, channel="mail", address="shuji@example.com")
    return user
