"""The bytes in the data folder: encrypted, under the digest of their content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from linghang.platform.crypto.fields import cipher

SMALL = ".small"


def place_of(sha256: str, part: str = "") -> Path:
    """Return where a content is kept; `part` SMALL is the small picture beside it."""
    return Path(settings.FILES_DIR) / sha256[:2] / f"{sha256}{part}"


def write(sha256: str, data: bytes, part: str = "") -> None:
    """Keep a content; the same one written twice at a time is whole all the same."""
    place = place_of(sha256, part)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_suffix(f".{os.getpid()}.{id(data):x}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(cipher().encrypt(data))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(place)


def read(sha256: str, part: str = "") -> bytes:
    """Return a content; raises FileNotFoundError once it is removed."""
    return cipher().decrypt(place_of(sha256, part).read_bytes())


def remove(sha256: str) -> None:
    """Remove a content with its small picture; nothing when it is gone already."""
    for part in ("", SMALL):
        place_of(sha256, part).unlink(missing_ok=True)


def list_kept() -> Iterator[tuple[str, Path]]:
    """Yield (digest, place) of everything kept, small pictures and unfinished writes included."""
    for place in Path(settings.FILES_DIR).glob("*/*"):
        yield place.name.split(".")[0], place
