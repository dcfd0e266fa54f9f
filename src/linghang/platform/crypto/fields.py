"""Encrypted model field, keyed index, and masks."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=1)
def cipher() -> MultiFernet:
    """Return the cipher of this installation: writes with the first key, reads with any."""
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def index(value: str) -> str:
    """Return the keyed index of a value: equal values can be found, the value cannot be read back."""
    if not value:
        return ""
    return hmac.new(settings.INDEX_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField[str, str]):
    """Text encrypted at rest. It cannot be searched; keep an `index()` beside it where that is needed."""

    def get_prep_value(self, value: Any) -> Any:
        """Return the ciphertext to store; empty text stays empty."""
        return cipher().encrypt(str(value).encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: Any) -> str:
        """Return the text."""
        return cipher().decrypt(value.encode()).decode() if value else ""


def mask_identity(value: str) -> str:
    """Return an identity number with its birth date and serial hidden: 9999**********0690 → last four."""
    return (
        f"{value[:4]}{'*' * (len(value) - 8)}{value[-4:]}" if len(value) > 8 else "*" * len(value)
    )


def mask_phone(value: str) -> str:
    """Return a telephone number with its middle hidden: 199****5642."""
    return f"{value[:3]}****{value[-4:]}" if len(value) > 7 else "*" * len(value)


def mask_address(value: str) -> str:
    """Return the first six characters of an address, the rest hidden."""
    return f"{value[:6]}****" if value else ""


def mask_email(value: str) -> str:
    """Return an e-mail address with its name hidden: li****@example.com."""
    name, at, host = value.partition("@")
    return f"{name[:2]}****{at}{host}" if value else ""
