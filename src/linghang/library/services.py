"""Installing packs from the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from linghang.library import queries
from linghang.platform.packs.models import InstalledPack
from linghang.platform.packs.services import install_pack


@transaction.atomic
def install_shipped(*, codes: Sequence[str], actor: Any) -> list[InstalledPack]:
    """Install shipped packs with what they require, and return what was installed or upgraded.

    All of them or none. A pack that is installed in this or a later version is left as it is.
    KeyError for a code the product does not bring.
    """
    for code in codes:
        queries.load_shipped(code)
    installed = []
    for code in queries.order_by_need(codes):
        holding = queries.find_holding(code)
        if holding is not None and holding.state.can_install:
            document = queries.load_shipped(code)
            file = queries.list_shipped()[code].name
            installed.append(install_pack(document, actor, file=file, shelf=queries.find_on_shelf))
    return installed


def install_own(*, content: bytes, file: str, actor: Any) -> InstalledPack:
    """Install a pack file of the bureau's own; raises PackRefused with every reason."""
    return install_pack(content, actor, file=file, shelf=queries.find_on_shelf)
