"""An operator's own model of meaning beside the words: nothing is shipped, nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Embedder(Protocol):
    """What the operator gives: a name that changes with the model, and vectors of texts."""

    name: str

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return one vector for each text (texts x dimensions)."""
        ...


def embed(embedder: Embedder, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the vectors scaled to length 1; raises `ValueError` if they are not one for each text."""
    found = np.asarray(embedder.embed(texts), dtype=np.float64)
    if found.ndim != 2 or len(found) != len(texts) or not np.isfinite(found).all():
        raise ValueError(
            f"embedder {embedder.name} gave {found.shape} for {len(texts)} texts; "
            "one vector of finite numbers for each is needed"
        )
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(lengths > 0, lengths, 1), dtype=np.float64)
