"""What a two-way regression with staggered starts is an average of."""

from __future__ import annotations

import numpy as np

from linghang_core.effects.panel import Panel

KINDS = ("treated_and_untreated", "earlier_and_later_untreated", "later_and_earlier_treated")


def decompose(panel: Panel) -> dict[str, dict[str, float | None]] | None:
    """Return weight and mean estimate of each kind of comparison (Goodman-Bacon 2021, theorem 1).

    Kinds: treated against never treated units; earlier groups against later ones before these are
    treated; later groups against earlier ones, treated already, which is what bends the regression.
    The weights add up to 1 and the weighted mean is the estimate. None where rows are missing,
    covariates are used, or all treated units start together: the theorem does not hold there.
    """
    groups = sorted({int(start) for start in panel.starts})
    count = len(panel.times)
    if len(groups) < 2 or np.isnan(panel.outcomes).any() or panel.covariates:
        return None
    if sum(group < count for group in groups) < 2:
        return None
    means = {group: panel.outcomes[panel.starts == group].mean(axis=0) for group in groups}
    shares = {group: float((panel.starts == group).mean()) for group in groups}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for place, early in enumerate(groups):
        for late in groups[place + 1 :]:
            size = shares[early] * shares[late]  # (n_k + n_l)² · n_kl (1 − n_kl)
            change = means[early] - means[late]
            first, second = (count - early) / count, (count - late) / count  # time treated
            before = change[early:late].mean() - change[:early].mean()
            kind = KINDS[0] if late == count else KINDS[1]
            found[kind].append((size * (first - second) * (1 - first), before))
            if late < count:
                after = change[early:late].mean() - change[late:].mean()
                found[KINDS[2]].append((size * second * (first - second), after))
    total = sum(weight for pairs in found.values() for weight, _ in pairs)
    return {kind: _average(pairs, total) for kind, pairs in found.items()}


def _average(pairs: list[tuple[float, float]], total: float) -> dict[str, float | None]:
    weight = sum(own for own, _ in pairs)
    if weight == 0:
        return {"weight": 0.0, "estimate": None}
    mean = sum(own * estimate for own, estimate in pairs) / weight
    return {"weight": weight / total, "estimate": float(mean)}
