"""A model as one file that holds numbers and text only: opening it runs no code.

A ZIP archive of `model.json` (format, classes, tokens, limits) and `arrays.npz` (NumPy arrays,
read with pickling off). A digest over both is kept in `digest.txt`: a file that was cut or changed
is refused. The digest shows damage, not who made the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linghang_core.tickets.classification import features
from linghang_core.tickets.classification.training import Model

FORMAT = "linghang-tickets-model"
VERSION = 1
PARTS = ("model.json", "arrays.npz", "digest.txt")
MOST_BYTES = 2**32  # unpacked: more is no model of ours
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same model gives the same file
PLAIN = ("classes", "limit", "precision", "coverage", "segmented", "embedder", "rows", "words")


class ModelError(ValueError):
    """The file holds no model that can be used; the message says why."""


def save(model: Model, path: Path) -> str:
    """Write the model to a file and return its digest."""
    plain = {name: getattr(model, name) for name in PLAIN}
    tokens = {grams.block.name: list(grams.tokens) for grams in model.grams}
    about = {"format": FORMAT, "version": VERSION, "tokens": tokens} | plain
    text = json.dumps(about, ensure_ascii=False, sort_keys=True).encode()
    arrays: dict[str, NDArray[Any]] = {"matrix": model.matrix, "offsets": model.offsets}
    for grams, rarity in zip(model.grams, model.rarities, strict=True):
        arrays[f"{grams.block.name}_keys"] = grams.keys
        arrays[f"{grams.block.name}_rarity"] = rarity
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **arrays)
    digest = _digest(text, packed.getvalue())
    contents = dict(zip(PARTS, (text, packed.getvalue(), digest.encode()), strict=True))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return digest


def load(path: Path) -> Model:
    """Return the model of a file; raises `ModelError` for what is none, is damaged or is newer."""
    text, packed, digest = _unpack(path)
    if _digest(text, packed) != digest.decode("ascii", "replace"):
        raise ModelError(f"{path.name} is damaged: its digest does not fit; train or copy it again")
    try:
        about = json.loads(text)
        _check_format(path, about)
        with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
            return _build(about, dict(arrays))
    except ModelError:
        raise
    except (KeyError, ValueError, TypeError) as error:
        raise ModelError(f"{path.name} holds no model that can be used: {error}") from error


def _check_format(path: Path, about: dict[str, Any]) -> None:
    if about["format"] != FORMAT:
        raise ModelError(f"{path.name} holds no model of tickets")
    if about["version"] != VERSION:
        raise ModelError(
            f"{path.name} has format {about['version']}, this release reads {VERSION}; train again"
        )


def _build(about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Model:
    plain = {name: about[name] for name in PLAIN}
    plain["classes"] = tuple(plain["classes"])
    grams = tuple(
        features.Grams(block, tuple(about["tokens"][block.name]), arrays[f"{block.name}_keys"])
        for block in features.BLOCKS
    )
    rarities = tuple(arrays[f"{block.name}_rarity"] for block in features.BLOCKS)
    model = Model(
        grams=grams,
        rarities=rarities,
        matrix=arrays["matrix"],
        offsets=arrays["offsets"],
        **plain,
    )
    sizes = [len(each.keys) for each in grams]
    fits = (
        model.matrix.ndim == 2
        and len(model.matrix) == len(model.offsets) == len(model.classes) > 1
        and sizes == [len(rarity) for rarity in rarities]
        and model.dimensions >= 0
    )
    if not fits:
        raise ValueError("its parts do not fit one another")
    return model


def _unpack(path: Path) -> tuple[bytes, bytes, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [archive.getinfo(name).file_size for name in PARTS]
            if sum(sizes) > MOST_BYTES:
                raise ModelError(f"{path.name} is too large for a model")
            text, packed, digest = (archive.read(name) for name in PARTS)
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(
            f"{path.name} holds no model; `linghang tickets train` writes one"
        ) from error
    return text, packed, digest


def _digest(text: bytes, packed: bytes) -> str:
    return hashlib.sha256(text + b"\0" + packed).hexdigest()
