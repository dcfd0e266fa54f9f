"""Digests: one short text that changes when, and only when, the content does."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from linghang_core.scoring.scheme import Scheme


def digest_json(content: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a JSON value in its canonical form.

    Canonical: keys sorted, no spaces, UTF-8, and no floats anywhere (TypeError for what is not
    JSON), so that machine, version and order of keys leave it unchanged.
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest_scheme(scheme: Scheme) -> str:
    """Return the digest of everything a scheme says, words and basis included."""
    return digest_json(scheme.model_dump(mode="json", by_alias=True))
