"""Files that are there as a whole or not at all, whenever the process is killed."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a hidden path to write to, which takes its place when it is on the disk as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    try:
        yield hidden
        secure(hidden)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


@contextmanager
def folder_written_whole(path: Path) -> Iterator[Path]:
    """Give a hidden folder to write into, which takes its place when everything is in it.

    If another process was faster, its folder stands: equal inputs give equal contents.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    hidden.mkdir()
    try:
        yield hidden
        for file in sorted(hidden.rglob("*")):
            if file.is_file():
                secure(file)
        try:
            hidden.replace(path)
        except OSError:
            if not path.exists():
                raise
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def secure(path: Path) -> None:
    """Have the system put a file on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_json(path: Path, content: Any) -> None:
    """Write a JSON document as a whole."""
    with written_whole(path) as hidden:
        hidden.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True))


def read_json(path: Path) -> Any:
    """Return the document; None when there is none, or none that can be read."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def sweep(folder: Path) -> None:
    """Remove what killed processes have left in a folder; what living ones are writing stays."""
    for path in folder.glob(".*.*-*"):
        owner = path.name.rsplit(".", 1)[1].split("-")[0]
        if owner.isdigit() and int(owner) != os.getpid() and not _lives(int(owner)):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
